//! Finding a thread's history by its id (persistence.md §2), and the threads it spawned.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use codex_rollout::paths::{self, Shelf};
use rusqlite::{OptionalExtension, params};

use crate::error::Result;
use crate::home::ARCHIVED;
use crate::state::threads::{Existing, Patch, ThreadRow};
use crate::state::{self, backfill, edges};
use crate::worker::Job;
use crate::{Index, Shared, intake, list};

/// A thread's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The file.
    pub path: PathBuf,
    /// Whether it was put away.
    pub archived: bool,
    /// The thread's row, if there is one.
    pub row: Option<ThreadRow>,
}

impl Index {
    /// The history of a thread on a shelf, or on any (the active ones first): where its row says, else where a file's name has
    /// the id. A row that is missing or says otherwise is mended.
    pub fn find(&self, thread: &str, shelf: impl Into<Option<Shelf>>) -> Option<Found> {
        let shared = &self.shared;
        let row = shared.row(thread);
        let shelves = match shelf.into() {
            Some(shelf) => vec![shelf],
            None => vec![Shelf::Active, Shelf::Archived],
        };
        for shelf in shelves {
            let archived = shelf == Shelf::Archived;
            if let Some(row) = &row
                && row.archived_at.is_some() == archived
                && row.rollout_path.is_file()
                && on_shelf(shared, &row.rollout_path, archived)
            {
                return Some(Found {
                    path: row.rollout_path.clone(),
                    archived,
                    row: Some(row.clone()),
                });
            }
            if let Some(path) = shared
                .known_path(thread, archived)
                .or_else(|| shared.search_folders(thread, shelf))
            {
                let row = shared.mend(thread, &path, archived, row);
                return Some(Found { path, archived, row });
            }
        }
        None
    }

    /// The threads that a thread spawned, and those they spawned, with their depth (children: 1), nearest first.
    pub fn descendants(&self, thread: &str) -> Result<Vec<(String, u32)>> {
        self.shared.state().read(|conn| edges::descendants(conn, thread))
    }
}

/// Whether a path lies where the row's flag says. Histories elsewhere count as active.
fn on_shelf(shared: &Shared, path: &Path, archived: bool) -> bool {
    path.starts_with(shared.home.join(ARCHIVED)) == archived
}

impl Shared {
    /// A thread's row; `None` also while the metadata cannot be read.
    pub(crate) fn row(&self, thread: &str) -> Option<ThreadRow> {
        let mut state = self.state();
        if !state.exists() {
            return None;
        }
        state
            .read(|conn| state::threads::get(conn, thread))
            .unwrap_or_else(|e| {
                tracing::debug!(error = %e, "going without the row");
                None
            })
    }

    /// Where our own view has seen a file with the id in its name, if it is still there.
    fn known_path(&self, thread: &str, archived: bool) -> Option<PathBuf> {
        let found = self.front().cache.with(|conn| {
            conn.prepare_cached(
                "SELECT d.path, f.name FROM files f JOIN folders d ON d.id = f.folder WHERE f.name_id = ? AND f.archived = ?",
            )?
            .query_row(params![thread, archived], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)))
            .optional()
        });
        let (folder, name) = found.ok()??;
        Some(self.home.join(folder).join(name)).filter(|p| p.is_file())
    }

    fn search_folders(&self, thread: &str, shelf: Shelf) -> Option<PathBuf> {
        let id = uuid::Uuid::try_parse(thread).ok()?;
        paths::find_by_id(&self.home, id, &[shelf]).ok()?
    }

    /// Makes a thread's row fit the file found; returns it.
    fn mend(
        self: &Arc<Self>,
        thread: &str,
        path: &Path,
        archived: bool,
        row: Option<ThreadRow>,
    ) -> Option<ThreadRow> {
        let mut state = self.state();
        if !state.exists() {
            return row;
        }
        let mended = match row {
            Some(mut row) => {
                let put_away = archived.then(|| jiff::Timestamp::now().as_second());
                let patch = Patch {
                    rollout_path: Some(path.to_owned()),
                    archived_at: (row.archived_at.is_some() != archived).then_some(put_away),
                    ..Patch::default()
                };
                let written = state.try_write(|conn| patch.apply(conn, thread));
                patch.apply_to(&mut row);
                written.map(|_| Some(row))
            }
            None => state.read(|conn| backfill::complete(conn)).and_then(|complete| {
                let small = std::fs::metadata(path).is_ok_and(|m| m.len() as i64 <= list::SMALL);
                if !complete || !small {
                    if complete {
                        self.rebuild(path);
                    }
                    return Ok(None);
                }
                let Ok(Some(whole)) = intake::whole(path, archived, &self.default_provider) else {
                    return Ok(None);
                };
                // The id in the head wins over the one in the name: the row is the head's.
                state.try_write(|conn| state::put(conn, &whole, Existing::Overwrite))?;
                Ok((whole.row.id == thread).then_some(whole.row))
            }),
        };
        mended.unwrap_or_else(|e| {
            tracing::debug!(error = %e, "the row stays as it is for now");
            None
        })
    }
}

impl Index {
    /// Has the histories of the home taken into the metadata in the background, unless that was done before (persistence.md
    /// §9.3). To be called whenever a thread is opened.
    pub fn start_backfill(&self) {
        self.shared.kick(Job::Backfill);
    }
}
