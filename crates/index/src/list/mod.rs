//! `thread/list` (threads.md §6): pages of the home's threads.
//!
//! Pages come from the view of the files in our own database, which is first made true as far as the page needs
//! ([`fresh`]); names and git values come from the metadata's rows where there are any, and rows that do not fit their
//! files are mended on the way (persistence.md §8.1).

pub(crate) mod cursor;
pub(crate) mod fresh;
mod page;
pub(crate) mod query;
mod rows;
mod search;
mod titles;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};

pub use page::{ListPage, ListedThread};
pub use query::ListQuery;
pub(crate) use titles::{NamesTaken, sync as sync_titles};

use crate::cache::files;
use crate::error::{Result, Trouble, trouble};
use crate::facts::Stamp;
use crate::state::threads::{Existing, Patch, ThreadRow};
use crate::state::{self, backfill};
use crate::worker::Job;
use crate::{Front, Index, Shared, Spell, intake, lock, names};
use fresh::{Budget, Extent, Freshness, View};
use page::Hit;
use query::Prepared;

/// How long new files are looked into before it is tried whether the page can be given already.
const STEP: Duration = Duration::from_millis(20);

/// Histories up to this size are taken in at once when their row is missing; larger ones in the background.
pub(crate) const SMALL: i64 = 4 << 20;

/// A file that changed within this time may belong to a thread that is just being told of.
const RESTED_MS: i64 = 1000;

/// How long others are left alone after one of them held the lock of our own file.
const RESPITE: Duration = Duration::from_secs(1);

/// A page may have to be selected again when files turn out to have changed; not for ever, though.
const ATTEMPTS: usize = 4;

impl Index {
    /// A page of threads.
    pub fn list(&self, query: &ListQuery) -> Result<ListPage> {
        let prepared = Prepared::new(query)?;
        if query.database_only {
            return self.list_rows(&prepared);
        }
        if query.search.is_some() {
            while sync_titles(&mut self.shared.state(), &mut self.shared.front()) {}
        }
        let (hits, freshness) = self.shared.hits(&prepared)?;
        if freshness == Freshness::Behind {
            self.shared.kick(Job::Scan);
        }
        for hit in &hits {
            self.shared.index_ahead(&hit.thread.path, hit.stamp);
        }
        Ok(page::finish(self.with_rows(hits), &prepared))
    }

    fn list_rows(&self, prepared: &Prepared<'_>) -> Result<ListPage> {
        let mut state = self.shared.state();
        let listed = state.read(|conn| {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Deferred)?;
            if backfill::complete(&tx)? {
                rows::page(&tx, prepared)
            } else {
                Ok((ListPage::default(), Vec::new()))
            }
        });
        let (page, gone) = listed.unwrap_or_else(|e| {
            tracing::warn!(error = %e, "no metadata to list from");
            (ListPage::default(), Vec::new())
        });
        if !gone.is_empty() {
            let deleted = state.try_write(|conn| {
                gone.iter()
                    .try_for_each(|id| state::threads::delete(conn, id).map(|_| ()))
            });
            if let Err(e) = deleted {
                tracing::debug!(error = %e, "rows without a file stay for now");
            }
        }
        Ok(page)
    }

    /// Adds what the rows know better, and mends the rows that are wrong or missing.
    fn with_rows(&self, hits: Vec<Hit>) -> Vec<ListedThread> {
        let mut state = self.shared.state();
        let found = if state.exists() {
            state.read(|conn| {
                let rows: Vec<Option<ThreadRow>> = hits
                    .iter()
                    .map(|h| state::threads::get(conn, &h.thread.id))
                    .collect::<rusqlite::Result<_>>()?;
                Ok((backfill::complete(conn)?, rows))
            })
        } else {
            Ok((false, vec![None; hits.len()]))
        };
        let (complete, rows) = found.unwrap_or_else(|e| {
            tracing::debug!(error = %e, "listing without rows");
            (false, vec![None; hits.len()])
        });
        let now_ms = jiff::Timestamp::now().as_millisecond();
        let mut wrong = Vec::new();
        let mut renamed = Vec::new();
        let mut threads = Vec::with_capacity(hits.len());
        for (hit, row) in hits.into_iter().zip(rows) {
            let Hit {
                stamp,
                resolved,
                mut thread,
                ..
            } = hit;
            match row {
                Some(row) => {
                    if let Some(name) = row.name()
                        && thread.name.as_deref() != Some(name)
                    {
                        renamed.push((thread.id.clone(), name.to_owned()));
                        thread.name = Some(name.to_owned());
                    }
                    if complete && let Some(patch) = mending(&row, &thread, &resolved) {
                        wrong.push(Mend::Patch(thread.id.clone(), Box::new(patch)));
                    }
                    if complete && is_stale(&row, &thread.preview, stamp, now_ms) {
                        self.shared.mend_row(&thread.path, stamp);
                    }
                    thread.git = crate::Git {
                        sha: row.git_sha,
                        branch: row.git_branch,
                        origin_url: row.git_origin_url,
                    };
                }
                None if complete && stamp.size <= SMALL => {
                    if let Ok(Some(whole)) =
                        intake::whole(&thread.path, thread.archived, &self.shared.default_provider)
                    {
                        thread.name = whole.row.name().map(str::to_owned).or(thread.name);
                        wrong.push(Mend::Insert(Box::new(whole)));
                    }
                }
                None if complete => self.shared.rebuild(&thread.path),
                None => {}
            }
            if thread.name.as_ref() == Some(&thread.preview) {
                thread.name = None;
            }
            threads.push(thread);
        }
        if !wrong.is_empty() {
            let mended = state.try_write(|conn| wrong.iter().try_for_each(|m| m.apply(conn)));
            if let Err(e) = mended {
                tracing::debug!(error = %e, "rows stay as they are for now");
            }
        }
        drop(state);
        if !renamed.is_empty() {
            let kept = self.shared.front().cache.briefly(|conn| {
                let tx = conn.transaction()?;
                for (id, name) in &renamed {
                    files::set_row_title(&tx, id, Some(name))?;
                }
                tx.commit()
            });
            if let Err(e) = kept {
                tracing::debug!(error = %e, "names are not noted for now");
            }
        }
        threads
    }
}

/// What is to be done about a row.
enum Mend {
    Patch(String, Box<Patch>),
    Insert(Box<intake::Intake>),
}

impl Mend {
    fn apply(&self, conn: &Connection) -> rusqlite::Result<()> {
        match self {
            Mend::Patch(id, patch) => patch.apply(conn, id).map(|_| ()),
            Mend::Insert(intake) => state::put(conn, intake, Existing::Overwrite),
        }
    }
}

/// What of a row does not fit the file: its place, whether it was put away, its folder.
fn mending(row: &ThreadRow, thread: &ListedThread, resolved: &str) -> Option<Patch> {
    let mut patch = Patch::default();
    if row.rollout_path != thread.path {
        patch.rollout_path = Some(thread.path.clone());
    }
    if row.archived_at.is_some() != thread.archived {
        patch.archived_at = Some(thread.archived.then(|| thread.updated_at_ms.div_euclid(1000)));
    }
    if row.cwd != resolved {
        patch.cwd = Some(resolved.to_owned());
    }
    (!patch.is_empty()).then_some(patch)
}

/// Whether a row lacks something that its history says: a server that ended before it could write left it so. Rows are told
/// of a write only after it, so one that is just behind may be told yet.
fn is_stale(row: &ThreadRow, preview: &str, stamp: Stamp, now_ms: i64) -> bool {
    row.first_user_message != preview
        || (row.updated_at_ms < stamp.mtime_ms() && stamp.mtime_ms() < now_ms - RESTED_MS)
}

/// How far the files were looked at for an order by time of update.
enum Sweep {
    /// It is to be decided whether that is to be done.
    Due,
    /// Up to a file; it has taken so long.
    At(i64, Duration),
    Done,
}

impl Shared {
    /// The rows of a page, and whether all that lies in the home has been looked at. Others may have their turn between the
    /// steps.
    fn hits(self: &Arc<Self>, p: &Prepared<'_>) -> Result<(Vec<Hit>, Freshness)> {
        let mut sweep = if p.by_update { Sweep::Due } else { Sweep::Done };
        loop {
            let step = self.front().step(&self.home, &self.grown, p, &mut sweep)?;
            if let Some(page) = step {
                return Ok(page);
            }
        }
    }
}

/// Gives the files noted to be grown to `work`; they stay noted if that fails.
pub(crate) fn take_grown<T, E>(
    grown: &Mutex<BTreeSet<PathBuf>>,
    work: impl FnOnce(&BTreeSet<PathBuf>) -> Result<T, E>,
) -> Result<T, E> {
    let taken = std::mem::take(&mut *lock(grown));
    let done = work(&taken);
    if done.is_err() {
        lock(grown).extend(taken);
    }
    done
}

impl Front {
    /// Makes the view truer for some time; gives the page once that is possible.
    fn step(
        &mut self,
        home: &Path,
        grown: &Mutex<BTreeSet<PathBuf>>,
        p: &Prepared<'_>,
        progress: &mut Sweep,
    ) -> Result<Option<(Vec<Hit>, Freshness)>> {
        let (view, swept) = (&mut self.view, &mut self.swept);
        let held = self.held_until.is_some_and(|until| Instant::now() < until);
        let mut busy = false;
        let page = self.cache.with_opening(|conn, opening| {
            view.opened(opening);
            let made_true = if held {
                None
            } else {
                let step = take_grown(grown, |grown| view.refresh_grown(conn, grown))
                    .and_then(|()| look(conn, view, swept, home, p, progress));
                match step {
                    Ok(looked) => Some(looked),
                    Err(e) if trouble(&e) == Trouble::Busy => {
                        busy = true;
                        None
                    }
                    Err(e) => return Err(e),
                }
            };
            match made_true {
                // Somebody else writes: a page as it was, but for what the files themselves say.
                None => Ok(Some((as_known(conn, home, p)?, Freshness::Behind))),
                Some(None) => Ok(None),
                Some(Some(Freshness::Fresh)) => Ok(Some((settled(conn, view, home, p)?, Freshness::Fresh))),
                Some(Some(Freshness::Behind)) => {
                    // The newest were looked at first: a page of them may be complete already.
                    if p.by_update || !p.descending || p.query.search.is_some() {
                        return Ok(None);
                    }
                    let edge = view.frontier_ms();
                    let hits = settled(conn, view, home, p)?;
                    let last = hits.last().map(|h| h.thread.created_at_ms);
                    let complete =
                        hits.len() > p.limit && last.zip(edge).is_some_and(|(last, edge)| last >= edge);
                    Ok(complete.then_some((hits, Freshness::Behind)))
                }
            }
        });
        if busy {
            self.held_until = Some(Instant::now() + RESPITE);
        }
        page
    }
}

/// Looks at the home for some time; `None`: there is more to be looked at before a page can be selected.
fn look(
    conn: &mut Connection,
    view: &mut View,
    swept: &mut [Option<Spell>; 2],
    home: &Path,
    p: &Prepared<'_>,
    progress: &mut Sweep,
) -> rusqlite::Result<Option<Freshness>> {
    names::refresh(conn, home)?;
    if p.cwd.is_some() {
        view.resolve_again(conn)?;
    }
    let freshness = view.refresh(conn, p.query.archived, Extent::Usual, Budget::within(STEP))?;
    if freshness == Freshness::Behind {
        return Ok(Some(freshness));
    }
    let last = &mut swept[usize::from(p.query.archived)];
    let (after, spent) = match *progress {
        Sweep::Done => return Ok(Some(freshness)),
        Sweep::Due if !Spell::is_over(*last) => {
            *progress = Sweep::Done;
            return Ok(Some(freshness));
        }
        Sweep::Due => (0, Duration::ZERO),
        Sweep::At(after, spent) => (after, spent),
    };
    let start = Instant::now();
    match view.sweep(conn, p.query.archived, after)? {
        Some(after) => {
            *progress = Sweep::At(after, spent + start.elapsed());
            Ok(None)
        }
        None => {
            *last = Some(Spell::of(spent + start.elapsed()));
            *progress = Sweep::Done;
            Ok(Some(freshness))
        }
    }
}

/// A page as the view has it, with the sizes and times the files have now, and without those that are gone.
fn as_known(conn: &Connection, home: &Path, p: &Prepared<'_>) -> rusqlite::Result<Vec<Hit>> {
    let mut hits = page::select(conn, home, p)?;
    hits.retain_mut(|hit| match fs::metadata(&hit.thread.path) {
        Ok(meta) => {
            hit.stamp = Stamp::of(&meta);
            if !p.by_update {
                hit.thread.updated_at_ms = hit.stamp.mtime_ms();
            }
            true
        }
        Err(_) => false,
    });
    Ok(hits)
}

/// Selects a page until the files it shows, and the folders they lie in, are as the view says.
fn settled(
    conn: &mut Connection,
    view: &mut View,
    home: &Path,
    p: &Prepared<'_>,
) -> rusqlite::Result<Vec<Hit>> {
    let mut hits = page::select(conn, home, p)?;
    for _ in 0..ATTEMPTS {
        let paths = hits.iter().map(|h| h.thread.path.as_path());
        let mut moved = match view.refresh_around(conn, paths, Budget::within(STEP)) {
            Ok(changed) => changed,
            Err(e) if trouble(&e) == Trouble::Busy => return as_known(conn, home, p),
            Err(e) => return Err(e),
        };
        for hit in &mut hits {
            let now = fs::metadata(&hit.thread.path).map(|m| Stamp::of(&m)).ok();
            if now == Some(hit.stamp) {
                continue;
            }
            let changed = match view.refresh_file(conn, hit.file) {
                Ok(changed) => changed,
                Err(e) if trouble(&e) == Trouble::Busy => return as_known(conn, home, p),
                Err(e) => return Err(e),
            };
            match now {
                // It only grew: the page stays the same, unless it is in the order of updates.
                Some(now) if !p.by_update && now.size >= hit.stamp.size => {
                    hit.thread.updated_at_ms = now.mtime_ms();
                    hit.stamp = now;
                }
                _ => moved |= changed,
            }
        }
        if !moved {
            break;
        }
        hits = page::select(conn, home, p)?;
    }
    Ok(hits)
}
