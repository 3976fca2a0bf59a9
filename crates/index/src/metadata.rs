//! The metadata as the server uses it: what threads do goes in, rows, goals and tools come out.

use std::path::Path;
use std::sync::Arc;

use codex_protocol::ThreadGoalStatus;
use codex_rollout::{RolloutItem, SessionMeta};

use crate::cache::files;
use crate::error::{Result, Trouble, trouble};
use crate::state::goals::{self, Goal, GoalChange};
use crate::state::threads::{self, Existing, GitEdit, Patch, ThreadRow};
use crate::state::tools::{self, DynamicToolRow};
use crate::state::{self, backfill, memory};
use crate::worker::Job;
use crate::{Index, Shared, intake};

/// What `thread/goal/set` asks for, checked already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GoalSet {
    /// The objective, trimmed; `None`: that of the goal there is.
    pub objective: Option<String>,
    /// New status.
    pub status: Option<ThreadGoalStatus>,
    /// New budget; `Some(None)` removes it.
    pub token_budget: Option<Option<i64>>,
}

impl Index {
    /// Notes records that were just appended to a thread's history. Never fails: what cannot be written now is kept and
    /// written later ([`Index::flush`] and every other call try).
    pub fn records_written(&self, thread: &str, path: &Path, records: &[RolloutItem]) {
        let shared = &self.shared;
        let mut state = shared.state();
        let updated_ms = state.next_ms();
        crate::lock(&shared.grown).insert(path.to_owned());
        let mut new = None;
        let mut patch = Patch {
            updated_at_ms: Some(updated_ms),
            ..Patch::default()
        };
        for record in records {
            if let RolloutItem::SessionMeta(head) = record
                && head.id.to_string() == thread
                && new.is_none()
            {
                new = Some(intake::from_head(
                    head,
                    path,
                    updated_ms,
                    &shared.default_provider,
                ));
            }
            patch.merge(intake::patch_of(record, thread));
        }
        let name = patch.name.clone();
        let noted = state.note(thread, path, new, patch);
        drop(state);
        shared.after_note(noted);
        if let Some(name) = name {
            shared.retitle(thread, &name);
        }
    }

    /// Notes that a history was moved: put away, or taken out again.
    pub fn moved(&self, thread: &str, from: &Path, path: &Path, archived: bool) {
        let adopted = crate::lock(&self.shared.turns).with(|conn| crate::turns::adopt(conn, from, path));
        if let Err(e) = adopted {
            tracing::debug!(error = %e, "the history is to be indexed anew");
        }
        let mtime_ms = std::fs::metadata(path)
            .map(|m| crate::facts::Stamp::of(&m).mtime_ms())
            .ok();
        let now = jiff::Timestamp::now().as_second();
        let patch = Patch {
            rollout_path: Some(path.to_owned()),
            archived_at: Some(archived.then_some(now)),
            updated_at_ms: mtime_ms,
            ..Patch::default()
        };
        let noted = self.shared.state().note(thread, path, None, patch);
        self.shared.after_note(noted);
    }

    /// Notes a thread's new name in its row and in the titles searched.
    pub fn renamed(&self, thread: &str, path: &Path, name: &str) {
        let patch = Patch {
            name: Some(name.to_owned()),
            ..Patch::default()
        };
        let noted = self.shared.state().note(thread, path, None, patch);
        self.shared.after_note(noted);
        self.shared.retitle(thread, name);
    }

    /// Tries to write what could not be written before; says whether nothing is left.
    pub fn flush(&self) -> bool {
        self.shared.flush(true)
    }

    /// Has a thread's row made anew from its history in the background: something that was to be noted of it was lost.
    pub fn rebuild(&self, path: &Path) {
        self.shared.rebuild(path);
    }

    /// A thread's row. `None` if it has none, also while the metadata cannot be read.
    pub fn row(&self, thread: &str) -> Option<ThreadRow> {
        self.shared.row(thread)
    }

    /// Whether all histories of the home have been taken in.
    pub fn is_complete(&self) -> bool {
        let mut state = self.shared.state();
        state.exists() && state.read(|conn| backfill::complete(conn)).unwrap_or(false)
    }

    /// The name a thread shows: that of its row, else the last given in `session_index.jsonl`.
    pub fn name(&self, thread: &str) -> Option<String> {
        if let Some(name) = self.shared.row(thread).as_ref().and_then(ThreadRow::name) {
            return Some(name.to_owned());
        }
        let home = &self.shared.home;
        let found = self.shared.front().cache.with(|conn| {
            match crate::names::refresh(conn, home) {
                // What was read before has to do while others write.
                Err(e) if trouble(&e) != Trouble::Busy => Err(e),
                _ => files::name_of(conn, thread),
            }
        });
        found.ok().flatten()
    }

    /// Makes sure that a thread has a row, so that goals and git values can be kept for it: from its history if there is one,
    /// else from the head it is going to have.
    pub fn ensure_row(&self, path: &Path, archived: bool, head: &SessionMeta) -> Result<ThreadRow> {
        let shared = &self.shared;
        let id = head.id.to_string();
        let mut state = shared.state();
        if let Some(row) = state.read(|conn| threads::get(conn, &id))? {
            return Ok(row);
        }
        let now = state.next_ms();
        let intake = match intake::whole(path, archived, &shared.default_provider) {
            Ok(Some(whole)) => whole,
            _ => intake::from_head(head, path, now, &shared.default_provider),
        };
        state.write(|conn| state::put(conn, &intake, Existing::Head))?;
        Ok(intake.row)
    }

    /// Changes git values of a thread's row; returns the row, `None` if there is none ([`Index::ensure_row`]).
    pub fn edit_git(&self, thread: &str, edit: &GitEdit) -> Result<Option<ThreadRow>> {
        self.shared.state().write(|conn| {
            if edit.apply(conn, thread)? {
                threads::get(conn, thread)
            } else {
                Ok(None)
            }
        })
    }

    /// Sets a thread's memory mode; the history's record of it is the caller's to write.
    pub fn set_memory_mode(&self, thread: &str, path: &Path, mode: &str) {
        let patch = Patch {
            memory_mode: Some(mode.to_owned()),
            ..Patch::default()
        };
        let noted = self.shared.state().note(thread, path, None, patch);
        self.shared.after_note(noted);
    }

    /// Forgets all that memories were built from.
    pub fn reset_memory(&self) -> Result<()> {
        self.shared.state().write(memory::reset)
    }

    /// The tools a client gave a thread.
    pub fn dynamic_tools(&self, thread: &str) -> Result<Vec<DynamicToolRow>> {
        self.shared.state().read(|conn| tools::get(conn, thread))
    }

    /// A thread's goal.
    pub fn goal(&self, thread: &str) -> Result<Option<Goal>> {
        self.shared.state().read(|conn| goals::get(conn, thread))
    }

    /// Sets a thread's goal (threads.md §9): an objective that is new, or that of a goal already complete, makes a new goal;
    /// else the goal there is changes. `None`: nothing was given to make one of. The thread needs a row.
    pub fn set_goal(&self, thread: &str, set: &GoalSet) -> Result<Option<Goal>> {
        let now = jiff::Timestamp::now().as_millisecond();
        self.shared.state().write(|conn| {
            let there = goals::get(conn, thread)?;
            let new = set.objective.as_ref().filter(|objective| {
                there
                    .as_ref()
                    .is_none_or(|g| g.objective != **objective || g.status == ThreadGoalStatus::Complete)
            });
            match new {
                Some(objective) => {
                    let status = set.status.unwrap_or(ThreadGoalStatus::Active);
                    let budget = set.token_budget.flatten();
                    goals::replace(conn, thread, objective, status, budget, now).map(Some)
                }
                None => {
                    let change = GoalChange {
                        status: set.status,
                        token_budget: set.token_budget,
                        ..GoalChange::default()
                    };
                    goals::change(conn, thread, &change, now)
                }
            }
        })
    }

    /// Changes the goal of a thread: counters, status, budget.
    pub fn change_goal(&self, thread: &str, change: &GoalChange) -> Result<Option<Goal>> {
        let now = jiff::Timestamp::now().as_millisecond();
        self.shared
            .state()
            .write(|conn| goals::change(conn, thread, change, now))
    }

    /// Removes a thread's goal; says whether there was one.
    pub fn clear_goal(&self, thread: &str) -> Result<bool> {
        self.shared.state().write(|conn| goals::clear(conn, thread))
    }
}

impl Shared {
    /// See [`Index::flush`].
    pub(crate) fn flush(self: &Arc<Self>, patient: bool) -> bool {
        let mut state = self.state();
        let noted = state.flush(patient);
        let done = !state.waiting();
        drop(state);
        if let Ok(orphans) = noted {
            orphans.iter().for_each(|path| self.rebuild(path));
        }
        done
    }

    /// Threads that had no row are taken in whole; what could not be written is tried again.
    fn after_note(self: &Arc<Self>, noted: Result<Vec<std::path::PathBuf>>) {
        match noted {
            Ok(orphans) => orphans.iter().for_each(|path| self.rebuild(path)),
            Err(e) => {
                tracing::debug!(error = %e, "metadata waits to be written");
                self.kick(Job::Flush);
            }
        }
    }

    fn retitle(&self, thread: &str, name: &str) {
        let done = self.front().cache.with(|conn| {
            let tx = conn.transaction()?;
            files::set_row_title(&tx, thread, Some(name))?;
            tx.commit()
        });
        if let Err(e) = done {
            tracing::debug!(error = %e, "a name is not noted for now");
        }
    }
}
