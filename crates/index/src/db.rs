//! One SQLite file: opening it as both programs expect it, noticing that it was deleted or is damaged, and setting a
//! damaged one aside under a name that tells when.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{IndexError, Result, Trouble, is_unfit, trouble};

/// How long a small write of this or another process may take.
const BRIEFLY: Duration = Duration::from_millis(20);

/// How long a file that could not be opened is left alone before it is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// What one kind of database file wants done on opening.
pub(crate) trait Schema {
    /// File name below the sqlite home.
    const FILE: &'static str;
    /// Brings an opened file to the schema; says [`Fit::Foreign`] for a file that belongs to something else.
    fn prepare(conn: &mut Connection) -> rusqlite::Result<Fit>;
}

/// Whether a database file is ours to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It has the schema now.
    Ours,
    /// It holds something else and has to make room.
    Foreign,
}

/// A database that is opened at first use, reopened when its file was deleted or replaced, and rebuilt when it is damaged.
pub(crate) struct Database<S> {
    path: PathBuf,
    busy: Duration,
    open: Option<Open>,
    /// How often the file was opened: what callers remember of its content holds for one opening only.
    openings: u64,
    /// Whether to work in memory while the file cannot be opened or written.
    or_memory: bool,
    /// Not before this moment is a failed opening tried again.
    retry_at: Option<(Instant, String)>,
    schema: std::marker::PhantomData<S>,
}

struct Open {
    conn: Connection,
    /// Device and inode of the file when it was opened: another pair at the path means it was deleted or replaced.
    identity: (u64, u64),
    /// Until when to make do with memory.
    memory_until: Option<Instant>,
}

impl<S: Schema> Database<S> {
    /// Names the database; nothing is opened or made yet. `busy` is how long a statement waits for others' locks.
    pub(crate) fn new(folder: &Path, busy: Duration) -> Self {
        Self {
            path: folder.join(S::FILE),
            busy,
            open: None,
            openings: 0,
            or_memory: false,
            retry_at: None,
            schema: std::marker::PhantomData,
        }
    }

    /// The same for a database that can do without its file: while that cannot be opened or written, one in memory takes its
    /// place.
    pub(crate) fn or_in_memory(mut self) -> Self {
        self.or_memory = true;
        self
    }

    /// Whether the file is there (opened or not).
    pub(crate) fn exists(&self) -> bool {
        self.path.exists()
    }

    /// Runs `work` on the connection, opening or making the file if need be. A database found damaged is set aside and
    /// rebuilt empty, and `work` runs once more on that; so it does in memory where that may take the place of a file that
    /// takes no more.
    pub(crate) fn with<T>(
        &mut self,
        mut work: impl FnMut(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        self.with_opening(|conn, _| work(conn))
    }

    /// The same for what can be done later: others' locks are waited for as long as a small write takes, not longer.
    pub(crate) fn briefly<T>(
        &mut self,
        mut work: impl FnMut(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let busy = self.busy;
        self.with(|conn| {
            conn.busy_timeout(BRIEFLY)?;
            let done = work(conn);
            conn.busy_timeout(busy)?;
            done
        })
    }

    /// The same; `work` is also told the number of the opening.
    pub(crate) fn with_opening<T>(
        &mut self,
        mut work: impl FnMut(&mut Connection, u64) -> rusqlite::Result<T>,
    ) -> Result<T> {
        for attempt in 0..2 {
            self.conn()?;
            let opening = self.openings;
            let conn = self.conn()?;
            match work(conn, opening) {
                Ok(v) => return Ok(v),
                Err(e) => match trouble(&e) {
                    Trouble::Damaged if attempt == 0 => {
                        tracing::warn!(path = %self.path.display(), error = %e, "database is damaged");
                        if let Some(damaged) = self.open.take().map(|o| o.identity) {
                            self.replace(damaged)?;
                        }
                    }
                    Trouble::System if attempt == 0 && self.or_memory && !self.in_memory() => {
                        tracing::warn!(path = %self.path.display(), error = %e, "working without the file");
                        self.openings += 1;
                        self.open = Some(in_memory::<S>()?);
                    }
                    Trouble::Busy | Trouble::System => return Err(self.unavailable(&e)),
                    _ => return Err(e.into()),
                },
            }
        }
        Err(IndexError::Unavailable {
            path: self.path.clone(),
            reason: "damaged again right after being rebuilt".into(),
        })
    }

    /// Whether memory takes the place of the file at the moment.
    pub(crate) fn in_memory(&self) -> bool {
        self.open.as_ref().is_some_and(|o| o.memory_until.is_some())
    }

    /// Sets a damaged file aside, unless somebody else did so already.
    fn replace(&self, damaged: (u64, u64)) -> Result<()> {
        let _alone = self.alone();
        if identity(&self.path) == Some(damaged) {
            self.set_aside()?;
        }
        Ok(())
    }

    fn unavailable(&self, e: &rusqlite::Error) -> IndexError {
        IndexError::Unavailable {
            path: self.path.clone(),
            reason: e.to_string(),
        }
    }

    fn conn(&mut self) -> Result<&mut Connection> {
        let there = identity(&self.path);
        let stale = |o: &Open| match o.memory_until {
            Some(until) => Instant::now() >= until,
            None => Some(o.identity) != there,
        };
        if self.open.as_ref().is_some_and(stale) {
            // Deleted or replaced under us. SQLite leaves the files of others alone when such a connection is closed.
            self.open = None;
        }
        if self.open.is_none() {
            if let Some((at, reason)) = &self.retry_at
                && Instant::now() < *at
            {
                return Err(IndexError::Unavailable {
                    path: self.path.clone(),
                    reason: reason.clone(),
                });
            }
            match self.open_or_rebuild() {
                Ok(open) => {
                    self.retry_at = None;
                    self.openings += 1;
                    self.open = Some(open);
                }
                Err(e) if self.or_memory => {
                    tracing::warn!(error = %e, "working without the file");
                    self.openings += 1;
                    self.open = Some(in_memory::<S>()?);
                }
                Err(e) => {
                    self.retry_at = Some((Instant::now() + RETRY_AFTER, e.to_string()));
                    return Err(e);
                }
            }
        }
        Ok(&mut self.open.as_mut().expect("opened above").conn)
    }

    fn open_or_rebuild(&mut self) -> Result<Open> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(|e| IndexError::io(folder, e))?;
        }
        // The companions of a file that is being set aside must not be opened as those of the new one.
        let with_others = self.folder(fs::File::lock_shared);
        match self.opened() {
            Ok(Some(open)) => return Ok(open),
            Ok(None) => {}
            Err(e) => return Err(self.unavailable(&e)),
        }
        drop(with_others);
        // It has to make room. Somebody else may be at that: whoever comes second finds a good file.
        let _alone = self.alone();
        for attempt in 0..2 {
            let before = identity(&self.path);
            match self.opened() {
                Ok(Some(open)) => return Ok(open),
                Ok(None) if attempt == 0 && before.is_some() && identity(&self.path) == before => {
                    self.set_aside()?;
                }
                Ok(None) => {}
                Err(e) => return Err(self.unavailable(&e)),
            }
        }
        Err(IndexError::Unavailable {
            path: self.path.clone(),
            reason: "could not be rebuilt".into(),
        })
    }

    /// Opens the file; `None` if what is there is damaged or foreign.
    fn opened(&self) -> rusqlite::Result<Option<Open>> {
        if self.path.is_dir() {
            return Ok(None);
        }
        match self.try_open() {
            Ok((open, Fit::Ours)) => Ok(Some(open)),
            Ok((_, Fit::Foreign)) => Ok(None),
            Err(e) if trouble(&e) == Trouble::Damaged || is_unfit(&e) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Keeps other processes (and threads) from opening databases of the folder and setting them aside; they wait.
    fn alone(&self) -> Option<fs::File> {
        self.folder(fs::File::lock)
    }

    /// The folder with a lock on it. Where the system has no such locks, the comparison of identities has to do.
    fn folder(&self, lock: fn(&fs::File) -> std::io::Result<()>) -> Option<fs::File> {
        let folder = fs::File::open(self.path.parent()?).ok()?;
        lock(&folder).ok()?;
        Some(folder)
    }

    fn try_open(&self) -> rusqlite::Result<(Open, Fit)> {
        let mut conn = Connection::open(&self.path)?;
        conn.busy_timeout(self.busy)?;
        // Only takes effect in a file without tables; otherwise it needs a VACUUM, which the schema decides on.
        conn.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        conn.pragma_update(None, "journal_mode", "WAL")?;
        conn.pragma_update(None, "synchronous", "NORMAL")?;
        conn.pragma_update(None, "foreign_keys", true)?;
        conn.set_prepared_statement_cache_capacity(64);
        // A transaction that begins by reading cannot wait for the lock once it wants to write.
        conn.set_transaction_behavior(TransactionBehavior::Immediate);
        let fit = S::prepare(&mut conn)?;
        let identity = identity(&self.path).unwrap_or_default();
        Ok((
            Open {
                conn,
                identity,
                memory_until: None,
            },
            fit,
        ))
    }

    /// Renames the file and its companions to `<name>.damaged-<UTC time>`; they are kept for whoever wants to look. The
    /// companions go first: a new file must never meet the log of the old one.
    fn set_aside(&self) -> Result<()> {
        let stamp = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%S%3fZ").to_string();
        let mut target = self.path.as_os_str().to_owned();
        target.push(format!(".damaged-{stamp}"));
        for suffix in ["-wal", "-shm", "-journal", ""] {
            let (mut from, mut to) = (self.path.as_os_str().to_owned(), target.clone());
            from.push(suffix);
            to.push(suffix);
            match fs::rename(&from, &to) {
                Ok(()) if suffix.is_empty() => {
                    tracing::warn!(path = %self.path.display(), kept_as = %Path::new(&to).display(), "set a database aside");
                }
                Ok(()) => {}
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => return Err(IndexError::io(PathBuf::from(from), e)),
            }
        }
        Ok(())
    }
}

/// How long a database in memory takes the place of a file that could not be opened or written: all it holds has to be found
/// out again when the file is tried next.
const MEMORY_FOR: Duration = Duration::from_secs(300);

fn in_memory<S: Schema>() -> Result<Open> {
    let mut conn = Connection::open_in_memory()?;
    S::prepare(&mut conn)?;
    Ok(Open {
        conn,
        identity: (0, 0),
        memory_until: Some(Instant::now() + MEMORY_FOR),
    })
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    let meta = fs::metadata(path).ok()?;
    Some((meta.dev(), meta.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::schema::Cache;

    fn set_aside(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).expect("read").flatten();
        names
            .filter_map(|e| e.file_name().into_string().ok())
            .filter(|n| n.contains(".damaged-"))
            .collect()
    }

    #[test]
    fn many_that_find_a_file_damaged_set_it_aside_once() {
        for _ in 0..10 {
            let folder = tempfile::tempdir().expect("a folder");
            fs::write(folder.path().join(Cache::FILE), b"no database ".repeat(500)).expect("written");
            std::thread::scope(|scope| {
                for n in 0..4 {
                    let path = folder.path();
                    scope.spawn(move || {
                        let mut db: Database<Cache> = Database::new(path, Duration::from_secs(5));
                        let kept = db.with(|conn| {
                            conn.execute("INSERT INTO meta (key, value) VALUES (?, 1)", [n.to_string()])
                        });
                        assert_eq!(kept.expect("written"), 1);
                    });
                }
            });
            assert_eq!(set_aside(folder.path()).len(), 1);
            let conn = Connection::open(folder.path().join(Cache::FILE)).expect("opened");
            let n: i64 = conn
                .query_row("SELECT count(*) FROM meta", [], |r| r.get(0))
                .expect("read");
            assert_eq!(n, 4, "nobody's writes are in a file set aside");
        }
    }

    #[test]
    fn a_failure_that_says_nothing_of_the_file_leaves_it_in_place() {
        struct Failing;
        impl Schema for Failing {
            const FILE: &'static str = "some.sqlite";
            fn prepare(_: &mut Connection) -> rusqlite::Result<Fit> {
                let code = rusqlite::ffi::SQLITE_NOMEM;
                Err(rusqlite::Error::SqliteFailure(
                    rusqlite::ffi::Error::new(code),
                    None,
                ))
            }
        }
        let folder = tempfile::tempdir().expect("a folder");
        let mut db: Database<Failing> = Database::new(folder.path(), Duration::ZERO);
        assert!(matches!(db.with(|_| Ok(())), Err(IndexError::Unavailable { .. })));
        assert_eq!(set_aside(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn memory_takes_the_place_of_a_file_that_takes_no_more() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut db: Database<Cache> = Database::new(folder.path(), Duration::ZERO).or_in_memory();
        db.with(|conn| conn.pragma_update(None, "max_page_count", 1))
            .expect("opened");
        let text = "x".repeat(1 << 20);
        let kept = db.with(|conn| conn.execute("INSERT INTO meta (key, value) VALUES ('a', ?)", [&text]));
        assert_eq!(kept.expect("kept in memory"), 1);
        assert!(db.in_memory());
    }
}
