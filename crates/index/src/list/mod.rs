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
mod titles;

use std::fs;
use std::time::{Duration, Instant};

use rusqlite::Connection;

pub use page::{ListPage, ListedThread};
pub use query::ListQuery;
pub(crate) use titles::sync as sync_titles;

use crate::cache::files;
use crate::error::Result;
use crate::facts::Stamp;
use crate::state::threads::{Existing, Patch, ThreadRow};
use crate::state::{self, backfill};
use crate::worker::Job;
use crate::{Front, Index, intake, names};
use fresh::{Budget, Freshness, View};
use page::Hit;
use query::Prepared;

/// How long new files are looked into before it is tried whether the page can be given already.
const STEP: Duration = Duration::from_millis(20);

/// Histories up to this size are taken in at once when their row is missing; larger ones in the background.
pub(crate) const SMALL: i64 = 4 << 20;

/// All files are looked at again for an order by time of update when this many times the time it took has passed.
const SWEEP_PAUSE: u32 = 20;

/// A page may have to be selected again when files turn out to have changed; not for ever, though.
const ATTEMPTS: usize = 4;

impl Index {
    /// A page of threads.
    pub fn list(&self, query: &ListQuery) -> Result<ListPage> {
        let prepared = Prepared::new(query)?;
        if query.database_only {
            return self.list_rows(&prepared);
        }
        let mut front = self.shared.front();
        if query.search.is_some() {
            sync_titles(&mut self.shared.state(), &mut front);
        }
        let (hits, freshness) = front.hits(&self.shared.home, &prepared)?;
        if freshness == Freshness::Behind {
            self.shared.kick(Job::Scan);
        }
        let threads = self.with_rows(&mut front, hits);
        Ok(page::finish(threads, &prepared))
    }

    fn list_rows(&self, prepared: &Prepared<'_>) -> Result<ListPage> {
        let listed = self.shared.state().write(|conn| {
            if backfill::complete(conn)? {
                rows::page(conn, prepared)
            } else {
                Ok(ListPage::default())
            }
        });
        listed.or_else(|e| {
            tracing::warn!(error = %e, "no metadata to list from");
            Ok(ListPage::default())
        })
    }

    /// Adds what the rows know better, and mends the rows that are wrong or missing.
    fn with_rows(&self, front: &mut Front, hits: Vec<Hit>) -> Vec<ListedThread> {
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
            let mended = state.write(|conn| wrong.iter().try_for_each(|m| m.apply(conn)));
            if let Err(e) = mended {
                tracing::debug!(error = %e, "rows stay as they are for now");
            }
        }
        drop(state);
        if !renamed.is_empty() {
            let kept = front.cache.with(|conn| {
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

impl Front {
    /// The rows of a page, and whether all that lies in the home has been looked at.
    fn hits(&mut self, home: &std::path::Path, p: &Prepared<'_>) -> Result<(Vec<Hit>, Freshness)> {
        let (view, swept) = (&mut self.view, &mut self.swept);
        self.cache.with_opening(|conn, opening| {
            view.opened(opening);
            names::refresh(conn, home)?;
            if p.cwd.is_some() {
                view.resolve_again(conn)?;
            }
            loop {
                let freshness = view.refresh(conn, p.query.archived, Budget::within(STEP))?;
                if freshness == Freshness::Fresh {
                    if p.by_update {
                        sweep(conn, view, swept, p.query.archived)?;
                    }
                    return Ok((settled(conn, view, home, p)?, freshness));
                }
                // The newest were looked at first: a page of them may be complete already.
                if !p.by_update && p.descending && p.query.search.is_none() {
                    let hits = settled(conn, view, home, p)?;
                    let last = hits.last().map(|h| h.thread.created_at_ms);
                    if hits.len() > p.limit
                        && last
                            .zip(view.frontier_ms())
                            .is_some_and(|(last, edge)| last >= edge)
                    {
                        return Ok((hits, freshness));
                    }
                }
            }
        })
    }
}

fn sweep(
    conn: &mut Connection,
    view: &mut View,
    swept: &mut [Option<(Instant, Duration)>; 2],
    archived: bool,
) -> rusqlite::Result<()> {
    let last = &mut swept[usize::from(archived)];
    if last.is_some_and(|(at, took)| at.elapsed() < took * SWEEP_PAUSE) {
        return Ok(());
    }
    let start = Instant::now();
    view.sweep(conn, archived)?;
    *last = Some((Instant::now(), start.elapsed()));
    Ok(())
}

/// Selects a page until the files it shows are as the view says.
fn settled(
    conn: &Connection,
    view: &mut View,
    home: &std::path::Path,
    p: &Prepared<'_>,
) -> rusqlite::Result<Vec<Hit>> {
    let mut hits = page::select(conn, home, p)?;
    for _ in 0..ATTEMPTS {
        let mut moved = false;
        for hit in &mut hits {
            let now = fs::metadata(&hit.thread.path).map(|m| Stamp::of(&m)).ok();
            if now == Some(hit.stamp) {
                continue;
            }
            let changed = view.refresh_file(conn, hit.file)?;
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
