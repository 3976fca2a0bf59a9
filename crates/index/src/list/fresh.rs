//! Keeping the view of the home's files true: only folders whose time changed are read again, only files whose size or
//! time changed are looked into.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::query::resolve;
use crate::Spell;
use crate::cache::files::{self, Folder};
use crate::facts::{Facts, Stamp};
use crate::home::{self, ARCHIVED, LEAF, SESSIONS};
use crate::intake;

/// How many files without a user message are looked at again at each listing, newest first, and how many of the others: one
/// of them may have got one.
const UNLISTED_CHECKED: usize = 100;

/// How many working folders are resolved again for a filter by folder; those of more are taken as they were.
const RESOLVED_AGAIN: usize = 200;

/// How many files a writing transaction takes at most, so that it never holds the lock for long.
const BATCH: usize = 100;

/// Up to this many folders of days are looked at each time; of more, only the newest, and all once in a while.
const FEW: usize = 64;
const NEWEST: usize = 3;

/// Before any file, the newest first.
const END: (i64, i64) = (i64::MAX, i64::MAX);

/// How many files a step of a sweep looks at.
const SWEPT: usize = 2000;

/// The view of one home's files.
pub(crate) struct View {
    home: PathBuf,
    /// The opening of the database that the rest is of.
    opening: u64,
    /// The folders as last seen; `None` before they were loaded.
    folders: Option<Folders>,
    /// Number of the last look at the home.
    look: u64,
    /// When all folders of days were last looked at.
    whole: Option<Spell>,
    /// When a refresh ran out of time: the creation time of the last history looked at, which those not looked at are older
    /// than, as they come in the order of their names.
    frontier_ms: Option<i64>,
    /// Where to go on among the files without a user message: time of creation and id.
    unlisted_before: (i64, i64),
    resolved: HashMap<String, String>,
}

/// The folders that histories may lie in.
#[derive(Default)]
struct Folders {
    /// Those that hold folders: `sessions`, its years, their months.
    upper: Vec<Folder>,
    /// Those that hold histories, by path, the last one first.
    days: Vec<Folder>,
}

impl Folders {
    fn add(&mut self, folder: Folder) {
        if folder.depth < LEAF {
            self.upper.push(folder);
        } else {
            let at = self.days.partition_point(|f| f.path > folder.path);
            self.days.insert(at, folder);
        }
    }

    fn knows(&self, path: &str, depth: u8) -> bool {
        if depth < LEAF {
            self.upper.iter().any(|f| f.path == path)
        } else {
            self.day(path).is_some()
        }
    }

    fn day(&self, path: &str) -> Option<usize> {
        self.days.binary_search_by(|f| path.cmp(f.path.as_str())).ok()
    }
}

/// How much of the home a refresh looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Every folder.
    All,
    /// Every folder if they are few or that was not done for a while, else the newest days.
    Usual,
}

/// How true the view is after a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// It shows what lies in the home.
    Fresh,
    /// There was more new than the time allowed to look at.
    Behind,
}

/// How long a refresh may look at new files before it leaves the rest for later.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    until: Instant,
}

impl Budget {
    pub(crate) fn within(time: Duration) -> Self {
        Self {
            until: Instant::now() + time,
        }
    }

    fn spent(self) -> bool {
        Instant::now() >= self.until
    }
}

/// What a look at a folder of histories showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Same,
    Changed,
    /// It is not there.
    Gone,
    /// There was not enough time for all that is new in it.
    Behind,
}

impl View {
    pub(crate) fn new(home: &Path) -> Self {
        Self {
            home: home.to_owned(),
            opening: 0,
            folders: None,
            look: 0,
            whole: None,
            frontier_ms: None,
            unlisted_before: END,
            resolved: HashMap::new(),
        }
    }

    /// Forgets what is held in memory if the database is another one than before.
    pub(crate) fn opened(&mut self, opening: u64) {
        if self.opening != opening {
            self.opening = opening;
            self.folders = None;
            self.whole = None;
        }
    }

    /// See [`Freshness::Behind`]: histories not looked at yet were created before this moment.
    pub(crate) fn frontier_ms(&self) -> Option<i64> {
        self.frontier_ms
    }

    /// Looks for added, removed and changed files among the active histories, or those put away.
    pub(crate) fn refresh(
        &mut self,
        conn: &mut Connection,
        archived: bool,
        extent: Extent,
        budget: Budget,
    ) -> rusqlite::Result<Freshness> {
        self.frontier_ms = None;
        self.look += 1;
        let mut folders = match self.folders.take() {
            Some(folders) => folders,
            None => load(conn)?,
        };
        let result = self.refresh_folders(conn, &mut folders, archived, extent, budget);
        if result.is_ok() {
            self.folders = Some(folders);
        }
        if result? == Freshness::Behind {
            return Ok(Freshness::Behind);
        }
        self.refresh_unlisted(conn, budget)
    }

    fn refresh_folders(
        &mut self,
        conn: &mut Connection,
        folders: &mut Folders,
        archived: bool,
        extent: Extent,
        budget: Budget,
    ) -> rusqlite::Result<Freshness> {
        let (start, now) = (Instant::now(), Timestamp::now());
        if !archived {
            self.refresh_upper(conn, folders, now)?;
        }
        let all =
            archived || extent == Extent::All || folders.days.len() <= FEW || Spell::is_over(self.whole);
        let mut path = PathBuf::new();
        // Newest days first: what is looked at before the time is up is what listings show first.
        let (mut at, mut passed) = (0, 0);
        while at < folders.days.len() && (all || passed < NEWEST) {
            let folder = &mut folders.days[at];
            if folder.archived != archived {
                at += 1;
                continue;
            }
            passed += 1;
            match self.refresh_day(conn, folder, &mut path, now, budget)? {
                Seen::Same | Seen::Changed => at += 1,
                Seen::Behind => return Ok(Freshness::Behind),
                // What held the archived ones stays known.
                Seen::Gone if folder.path == ARCHIVED => at += 1,
                Seen::Gone => {
                    folders.days.remove(at);
                }
            }
        }
        if all && !archived {
            self.whole = Some(Spell::since(start));
        }
        Ok(Freshness::Fresh)
    }

    /// Looks for new folders; says whether some that held folders are gone.
    fn refresh_upper(
        &mut self,
        conn: &mut Connection,
        folders: &mut Folders,
        now: Timestamp,
    ) -> rusqlite::Result<bool> {
        let (mut at, mut lost) = (0, false);
        while at < folders.upper.len() {
            let folder = &folders.upper[at];
            let path = self.home.join(&folder.path);
            let (mtime_ns, recent) = match home::folder_time(&path, now) {
                Ok(time) => time,
                Err(_) if folder.depth == 0 => {
                    lost = true;
                    folders.upper[at].mtime_ns = 0;
                    at += 1;
                    continue;
                }
                Err(_) => {
                    lost = true;
                    files::drop_folder(conn, folder.id)?;
                    folders.upper.remove(at);
                    continue;
                }
            };
            if mtime_ns != folder.mtime_ns {
                let (id, depth, archived) = (folder.id, folder.depth + 1, folder.archived);
                let names = home::names(&path, true).unwrap_or_default();
                let below: Vec<String> = names
                    .iter()
                    .filter(|name| home::is_date_part(name))
                    .map(|name| format!("{}/{name}", folder.path))
                    .filter(|path| !folders.knows(path, depth))
                    .collect();
                for path in below {
                    folders.add(Folder {
                        id: files::folder_id(conn, &path, depth, archived)?,
                        path,
                        depth,
                        archived,
                        mtime_ns: 0,
                        look: 0,
                    });
                }
                if !recent {
                    files::set_folder_time(conn, id, mtime_ns)?;
                    folders.upper[at].mtime_ns = mtime_ns;
                }
            }
            at += 1;
        }
        Ok(lost)
    }

    /// Compares a folder of histories with what is known of it, if its time changed.
    fn refresh_day(
        &mut self,
        conn: &mut Connection,
        folder: &mut Folder,
        path: &mut PathBuf,
        now: Timestamp,
        budget: Budget,
    ) -> rusqlite::Result<Seen> {
        path.clear();
        path.push(&self.home);
        path.push(&folder.path);
        folder.look = self.look;
        let Ok((mtime_ns, recent)) = home::folder_time(path, now) else {
            let tx = conn.transaction()?;
            files::drop_folder(&tx, folder.id)?;
            if folder.path == ARCHIVED {
                folder.id = files::folder_id(&tx, &folder.path, folder.depth, folder.archived)?;
                folder.mtime_ns = 0;
            }
            tx.commit()?;
            return Ok(Seen::Gone);
        };
        if mtime_ns == folder.mtime_ns {
            return Ok(Seen::Same);
        }
        if self.refresh_files(conn, folder, path, budget)? == Freshness::Behind {
            return Ok(Seen::Behind);
        }
        if !recent {
            files::set_folder_time(conn, folder.id, mtime_ns)?;
            folder.mtime_ns = mtime_ns;
        }
        Ok(Seen::Changed)
    }

    /// Looks at the folders that these histories lie in, unless the last refresh did; says whether any of them changed.
    pub(crate) fn refresh_around<'p>(
        &mut self,
        conn: &mut Connection,
        histories: impl Iterator<Item = &'p Path>,
        budget: Budget,
    ) -> rusqlite::Result<bool> {
        let Some(mut folders) = self.folders.take() else {
            return Ok(false);
        };
        let (now, mut path) = (Timestamp::now(), PathBuf::new());
        let mut changed = false;
        for history in histories {
            let below = history.parent().and_then(|p| p.strip_prefix(&self.home).ok());
            let Some(at) = below.and_then(Path::to_str).and_then(|p| folders.day(p)) else {
                continue;
            };
            if folders.days[at].look == self.look {
                continue;
            }
            let seen = self.refresh_day(conn, &mut folders.days[at], &mut path, now, budget)?;
            changed |= seen != Seen::Same;
            if seen == Seen::Gone {
                folders.days.remove(at);
            }
        }
        self.folders = Some(folders);
        Ok(changed)
    }

    /// Compares the files of a folder with what is known of them.
    fn refresh_files(
        &mut self,
        conn: &mut Connection,
        folder: &Folder,
        path: &Path,
        budget: Budget,
    ) -> rusqlite::Result<Freshness> {
        let mut known = files::in_folder(conn, folder.id)?;
        let mut new: Vec<String> = home::names(path, false)
            .unwrap_or_default()
            .into_iter()
            .filter(|n| known.remove(n).is_none())
            .collect();
        if !known.is_empty() {
            let tx = conn.transaction()?;
            for gone in known.values() {
                files::remove(&tx, *gone)?;
            }
            tx.commit()?;
        }
        new.sort_unstable_by(|a, b| b.cmp(a));
        let mut behind = false;
        for batch in new.chunks(BATCH) {
            // The files are read before the lock is taken.
            let mut read = Vec::with_capacity(batch.len());
            for name in batch {
                // Each refresh gets on by some, however long it took to get here.
                if budget.spent() && !read.is_empty() {
                    behind = true;
                    break;
                }
                let Some(named) = home::parse_name(name) else {
                    continue;
                };
                match intake::facts(&path.join(name), name) {
                    Ok(facts) => read.push((name, named.id, facts)),
                    Err(e) => {
                        tracing::debug!(file = %path.join(name).display(), error = %e, "cannot read a history")
                    }
                }
            }
            let tx = conn.transaction()?;
            for (name, id, facts) in &read {
                self.put(&tx, folder, name, id, facts)?;
            }
            tx.commit()?;
            if let Some((_, _, last)) = read.last() {
                self.frontier_ms = Some(last.created_ms);
            }
            if behind {
                return Ok(Freshness::Behind);
            }
        }
        Ok(Freshness::Fresh)
    }

    /// Takes in what a file says.
    pub(crate) fn put(
        &mut self,
        conn: &Connection,
        folder: &Folder,
        name: &str,
        name_id: &str,
        facts: &Facts,
    ) -> rusqlite::Result<i64> {
        let resolved = &mut self.resolved;
        files::put(
            conn,
            folder.id,
            folder.archived,
            name,
            name_id,
            facts,
            &mut |cwd| resolve_cached(resolved, cwd),
        )
    }

    /// Resolves the working folders again, as far as they are few: they may have been made, moved or linked meanwhile.
    pub(crate) fn resolve_again(&mut self, conn: &mut Connection) -> rusqlite::Result<()> {
        let known: Vec<(i64, String, String)> = conn
            .prepare_cached(
                "SELECT c.word, w.word, c.resolved FROM cwds c JOIN words w ON w.id = c.word LIMIT ?",
            )?
            .query_map([RESOLVED_AGAIN], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
            .collect::<Result<_, _>>()?;
        self.resolved.clear();
        for (word, cwd, before) in known {
            let now = resolve_cached(&mut self.resolved, &cwd);
            if now != before {
                conn.execute("UPDATE cwds SET resolved = ? WHERE word = ?", params![now, word])?;
            }
        }
        Ok(())
    }

    /// Looks again at files without a user message: at the newest, and at some of the others in turn.
    fn refresh_unlisted(&mut self, conn: &mut Connection, budget: Budget) -> rusqlite::Result<Freshness> {
        let select = |before: (i64, i64)| -> rusqlite::Result<Vec<(i64, i64)>> {
            conn.prepare_cached(
                "SELECT created_ms, id FROM files WHERE NOT listed AND (created_ms, id) < (?, ?) \
                 ORDER BY created_ms DESC, id DESC LIMIT ?",
            )?
            .query_map(params![before.0, before.1, UNLISTED_CHECKED], |r| {
                Ok((r.get(0)?, r.get(1)?))
            })?
            .collect()
        };
        let mut rows = select(END)?;
        if let Some(&last) = rows.last()
            && rows.len() == UNLISTED_CHECKED
        {
            let others = select(self.unlisted_before.min(last))?;
            let ended = others.len() < UNLISTED_CHECKED;
            self.unlisted_before = others.last().filter(|_| !ended).copied().unwrap_or(END);
            rows.extend(others);
        }
        for (n, (_, id)) in rows.into_iter().enumerate() {
            if budget.spent() && n > 0 {
                return Ok(Freshness::Behind);
            }
            self.refresh_file(conn, id)?;
        }
        Ok(Freshness::Fresh)
    }

    /// Looks at files that are known to have grown.
    pub(crate) fn refresh_grown(
        &mut self,
        conn: &Connection,
        grown: &BTreeSet<PathBuf>,
    ) -> rusqlite::Result<()> {
        for path in grown {
            let folder = path.parent().and_then(|p| p.strip_prefix(&self.home).ok());
            let (Some(folder), Some(name)) = (
                folder.and_then(Path::to_str),
                path.file_name().and_then(|n| n.to_str()),
            ) else {
                continue;
            };
            let id = conn
                .prepare_cached(
                    "SELECT f.id FROM folders d JOIN files f ON f.folder = d.id WHERE d.path = ? AND f.name = ?",
                )?
                .query_row([folder, name], |r| r.get(0))
                .optional()?;
            if let Some(id) = id {
                self.refresh_file(conn, id)?;
            }
        }
        Ok(())
    }

    /// Looks at one file again; says whether its row changed.
    pub(crate) fn refresh_file(&mut self, conn: &Connection, id: i64) -> rusqlite::Result<bool> {
        let row = conn
            .prepare_cached(
                "SELECT d.id, d.path, d.depth, d.archived, f.name, f.name_id, f.size, f.mtime_ns, f.listed, f.thread IS NOT NULL, \
                     f.scanned_to FROM files f JOIN folders d ON d.id = f.folder WHERE f.id = ?",
            )?
            .query_row([id], |r| {
                let folder = Folder {
                    id: r.get(0)?,
                    path: r.get(1)?,
                    depth: r.get(2)?,
                    archived: r.get(3)?,
                    mtime_ns: 0,
                    look: 0,
                };
                let known = Stamp {
                    size: r.get(6)?,
                    mtime_ns: r.get(7)?,
                };
                Ok((
                    folder,
                    r.get::<_, String>(4)?,
                    r.get::<_, String>(5)?,
                    known,
                    (r.get::<_, bool>(8)?, r.get::<_, bool>(9)?, r.get::<_, i64>(10)?),
                ))
            })
            .optional()?;
        let Some((folder, name, name_id, known, (listed, has_head, scanned_to))) = row else {
            return Ok(false);
        };
        let path = self.home.join(&folder.path).join(&name);
        let now = match std::fs::metadata(&path) {
            Ok(meta) => Stamp::of(&meta),
            Err(_) => {
                files::remove(conn, id)?;
                return Ok(true);
            }
        };
        if now == known {
            return Ok(false);
        }
        // Histories only grow, and what a listing shows stands at their beginning.
        let grew = now.size >= known.size;
        if listed && grew {
            files::touch(conn, id, now)?;
            return Ok(true);
        }
        if has_head && grew {
            let Ok((said, to)) = intake::said_after(&path, scanned_to as u64) else {
                return Ok(false);
            };
            if !said {
                files::touch(conn, id, now)?;
                files::scanned(conn, id, to)?;
                return Ok(true);
            }
        }
        if let Ok(facts) = intake::facts(&path, &name) {
            self.put(conn, &folder, &name, &name_id, &facts)?;
        }
        Ok(true)
    }

    /// Looks at the size and time of the listed files behind one, some at a time, as an order by time of update needs; says
    /// behind which to go on, `None` after the last.
    pub(crate) fn sweep(
        &mut self,
        conn: &mut Connection,
        archived: bool,
        after: i64,
    ) -> rusqlite::Result<Option<i64>> {
        let (mut changed, mut last, mut n): (Vec<i64>, _, _) = (Vec::new(), after, 0);
        {
            let mut select = conn.prepare_cached(
                "SELECT f.id, f.size, f.mtime_ns, d.path, f.name FROM files f JOIN folders d ON d.id = f.folder \
                 WHERE f.id > ? AND f.archived = ? AND f.listed ORDER BY f.id LIMIT ?",
            )?;
            let mut rows = select.query(params![after, archived, SWEPT])?;
            let mut path = PathBuf::new();
            while let Some(row) = rows.next()? {
                path.clear();
                path.push(&self.home);
                path.push(row.get_ref(3)?.as_str()?);
                path.push(row.get_ref(4)?.as_str()?);
                let known = Stamp {
                    size: row.get(1)?,
                    mtime_ns: row.get(2)?,
                };
                (last, n) = (row.get(0)?, n + 1);
                if std::fs::metadata(&path).map(|m| Stamp::of(&m)).ok() != Some(known) {
                    changed.push(last);
                }
            }
        }
        for batch in changed.chunks(BATCH) {
            let tx = conn.transaction()?;
            for id in batch {
                self.refresh_file(&tx, *id)?;
            }
            tx.commit()?;
        }
        Ok((n == SWEPT).then_some(last))
    }
}

/// The folders as last seen, the two roots in any case.
fn load(conn: &Connection) -> rusqlite::Result<Folders> {
    let mut all = files::folders(conn)?;
    for (path, depth, archived) in [(SESSIONS, 0, false), (ARCHIVED, LEAF, true)] {
        if !all.iter().any(|f| f.path == path) {
            all.push(Folder {
                id: files::folder_id(conn, path, depth, archived)?,
                path: path.to_owned(),
                depth,
                archived,
                mtime_ns: 0,
                look: 0,
            });
        }
    }
    // Parents come before their children, so that new days are known before the first one is looked at.
    let (mut upper, mut days): (Vec<_>, Vec<_>) = all.into_iter().partition(|f| f.depth < LEAF);
    upper.sort_by_key(|f| f.depth);
    days.sort_unstable_by(|a, b| b.path.cmp(&a.path));
    Ok(Folders { upper, days })
}

fn resolve_cached(cache: &mut HashMap<String, String>, cwd: &str) -> String {
    if let Some(found) = cache.get(cwd) {
        return found.clone();
    }
    let resolved = resolve(Path::new(cwd));
    cache.insert(cwd.to_owned(), resolved.clone());
    resolved
}
