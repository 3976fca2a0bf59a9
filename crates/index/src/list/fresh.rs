//! Keeping the view of the home's files true: only folders whose time changed are read again, only files whose size or
//! time changed are looked into.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension, params};

use super::query::resolve;
use crate::cache::files::{self, Folder};
use crate::facts::{Facts, Stamp};
use crate::home::{self, ARCHIVED, LEAF, SESSIONS};
use crate::intake;

/// How many files without a user message are looked at again at each listing, newest first: one of them may have got one.
const UNLISTED_CHECKED: usize = 200;

/// How many working folders are resolved again for a filter by folder; those of more are taken as they were.
const RESOLVED_AGAIN: usize = 200;

/// How many files a writing transaction takes at most, so that it never holds the lock for long.
const BATCH: usize = 100;

/// The view of one home's files.
pub(crate) struct View {
    home: PathBuf,
    /// The opening of the database that the rest is of.
    opening: u64,
    /// The folders as last seen; `None` before they were loaded.
    folders: Option<Vec<Folder>>,
    /// When a refresh ran out of time: the creation time of the last history looked at, which those not looked at are older
    /// than, as they come in the order of their names.
    frontier_ms: Option<i64>,
    resolved: HashMap<String, String>,
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

impl View {
    pub(crate) fn new(home: &Path) -> Self {
        Self {
            home: home.to_owned(),
            opening: 0,
            folders: None,
            frontier_ms: None,
            resolved: HashMap::new(),
        }
    }

    /// Forgets what is held in memory if the database is another one than before.
    pub(crate) fn opened(&mut self, opening: u64) {
        if self.opening != opening {
            self.opening = opening;
            self.folders = None;
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
        budget: Budget,
    ) -> rusqlite::Result<Freshness> {
        self.frontier_ms = None;
        if self.folders.is_none() {
            let mut folders = files::folders(conn)?;
            for (path, depth, archived) in [(SESSIONS, 0, false), (ARCHIVED, LEAF, true)] {
                if !folders.iter().any(|f| f.path == path) {
                    let id = files::folder_id(conn, path, depth, archived)?;
                    folders.push(Folder {
                        id,
                        path: path.to_owned(),
                        depth,
                        archived,
                        mtime_ns: 0,
                    });
                }
            }
            self.folders = Some(folders);
        }
        let mut folders = self.folders.take().unwrap_or_default();
        // Newest days first: what is looked at before the time is up is what listings show first.
        folders.sort_unstable_by(|a, b| b.path.cmp(&a.path));
        let result = self.refresh_folders(conn, &mut folders, archived, budget);
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
        folders: &mut Vec<Folder>,
        archived: bool,
        budget: Budget,
    ) -> rusqlite::Result<Freshness> {
        let mut at = 0;
        while at < folders.len() {
            let folder = folders[at].clone();
            if folder.archived != archived {
                at += 1;
                continue;
            }
            let path = self.home.join(&folder.path);
            let Ok((mtime_ns, recent)) = home::folder_time(&path) else {
                if folder.depth == 0 || folder.path == ARCHIVED {
                    // The two roots stay known; what they held is gone.
                    if folder.mtime_ns != 0 {
                        files::drop_folder(conn, folder.id)?;
                        folders[at].id = files::folder_id(conn, &folder.path, folder.depth, folder.archived)?;
                        folders[at].mtime_ns = 0;
                    }
                    at += 1;
                } else {
                    let tx = conn.transaction()?;
                    files::drop_folder(&tx, folder.id)?;
                    tx.commit()?;
                    folders.remove(at);
                }
                continue;
            };
            if mtime_ns == folder.mtime_ns {
                at += 1;
                continue;
            }
            if folder.depth < LEAF {
                let mut found = Vec::new();
                for name in home::names(&path, true).unwrap_or_default() {
                    let below = format!("{}/{name}", folder.path);
                    if home::is_date_part(&name) && !folders.iter().any(|f| f.path == below) {
                        let id = files::folder_id(conn, &below, folder.depth + 1, folder.archived)?;
                        let depth = folder.depth + 1;
                        found.push(Folder {
                            id,
                            path: below,
                            depth,
                            archived: folder.archived,
                            mtime_ns: 0,
                        });
                    }
                }
                found.sort_unstable_by(|a, b| b.path.cmp(&a.path));
                folders.splice(at + 1..at + 1, found);
            } else if self.refresh_files(conn, &folder, &path, budget)? == Freshness::Behind {
                return Ok(Freshness::Behind);
            }
            if !recent {
                files::set_folder_time(conn, folder.id, mtime_ns)?;
                folders[at].mtime_ns = mtime_ns;
            }
            at += 1;
        }
        Ok(Freshness::Fresh)
    }

    /// Compares a folder with what is known of it.
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
                if budget.spent() {
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

    fn refresh_unlisted(&mut self, conn: &mut Connection, budget: Budget) -> rusqlite::Result<Freshness> {
        let rows: Vec<i64> = conn
            .prepare_cached("SELECT id FROM files WHERE NOT listed ORDER BY id DESC LIMIT ?")?
            .query_map([UNLISTED_CHECKED], |r| r.get(0))?
            .collect::<Result<_, _>>()?;
        for id in rows {
            if budget.spent() {
                return Ok(Freshness::Behind);
            }
            self.refresh_file(conn, id)?;
        }
        Ok(Freshness::Fresh)
    }

    /// Looks at one file again; says whether its row changed.
    pub(crate) fn refresh_file(&mut self, conn: &Connection, id: i64) -> rusqlite::Result<bool> {
        let row = conn
            .prepare_cached(
                "SELECT d.id, d.path, d.depth, d.archived, f.name, f.name_id, f.size, f.mtime_ns, f.listed \
                 FROM files f JOIN folders d ON d.id = f.folder WHERE f.id = ?",
            )?
            .query_row([id], |r| {
                let folder = Folder {
                    id: r.get(0)?,
                    path: r.get(1)?,
                    depth: r.get(2)?,
                    archived: r.get(3)?,
                    mtime_ns: 0,
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
                    r.get::<_, bool>(8)?,
                ))
            })
            .optional()?;
        let Some((folder, name, name_id, known, listed)) = row else {
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
        if listed && now.size >= known.size {
            files::touch(conn, id, now)?;
        } else if let Ok(facts) = intake::facts(&path, &name) {
            self.put(conn, &folder, &name, &name_id, &facts)?;
        }
        Ok(true)
    }

    /// Looks at the size and time of every listed file, as an order by time of update needs; says whether any changed.
    pub(crate) fn sweep(&mut self, conn: &mut Connection, archived: bool) -> rusqlite::Result<bool> {
        let changed: Vec<i64> = {
            let mut select = conn.prepare_cached(
                "SELECT f.id, f.size, f.mtime_ns, d.path, f.name FROM folders d JOIN files f ON f.folder = d.id \
                 WHERE d.archived = ? AND f.listed",
            )?;
            let mut rows = select.query([archived])?;
            let mut changed = Vec::new();
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
                if std::fs::metadata(&path).map(|m| Stamp::of(&m)).ok() != Some(known) {
                    changed.push(row.get(0)?);
                }
            }
            changed
        };
        for batch in changed.chunks(BATCH) {
            let tx = conn.transaction()?;
            for id in batch {
                self.refresh_file(&tx, *id)?;
            }
            tx.commit()?;
        }
        Ok(!changed.is_empty())
    }
}

fn resolve_cached(cache: &mut HashMap<String, String>, cwd: &str) -> String {
    if let Some(found) = cache.get(cwd) {
        return found.clone();
    }
    let resolved = resolve(Path::new(cwd));
    cache.insert(cwd.to_owned(), resolved.clone());
    resolved
}
