//! `state_5.sqlite`, the metadata database shared with the reference (persistence.md §9).
//!
//! Writes that tell what a thread did are merged per thread and kept until they have been written: a database that is
//! locked or missing for a while catches up, instead of missing a thread's first message for good.

pub(crate) mod backfill;
pub(crate) mod edges;
pub(crate) mod goals;
pub(crate) mod memory;
pub(crate) mod schema;
mod tables;
pub(crate) mod threads;
pub(crate) mod tools;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::db::Database;
use crate::error::Result;
use crate::intake::Intake;
use schema::State;
use threads::{Existing, Patch};

/// How long a statement waits for another program's lock. Telling writes are queued and need not wait long; those a client
/// waits for (goals, git edits) do.
const BUSY: Duration = Duration::from_millis(1500);

/// How long others are left alone after one of them held the lock when something was to be written.
const RESPITE: Duration = Duration::from_secs(1);

/// What is still to be written of a thread.
#[derive(Default)]
struct Pending {
    path: PathBuf,
    new: Option<Box<Intake>>,
    patch: Patch,
}

/// The metadata database.
pub(crate) struct StateDb {
    db: Database<State>,
    pending: BTreeMap<String, Pending>,
    /// Not before this moment is anything written that can wait.
    held_until: Option<Instant>,
    /// The latest `updated_at_ms` given out: no two threads of this process share one.
    last_ms: i64,
}

impl StateDb {
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            db: Database::new(folder, BUSY),
            pending: BTreeMap::new(),
            held_until: None,
            last_ms: 0,
        }
    }

    /// Whether the file exists.
    pub(crate) fn exists(&self) -> bool {
        self.db.exists()
    }

    /// Reads, which waits for nobody. What is still to be written is tried first, so that a reader sees what this process did.
    pub(crate) fn read<T>(&mut self, work: impl FnMut(&mut Connection) -> rusqlite::Result<T>) -> Result<T> {
        if !self.is_held()
            && let Err(e) = self.flush(false)
        {
            tracing::debug!(error = %e, "metadata still waits to be written");
        }
        self.db.with(work)
    }

    /// Writes at once, in one transaction, waiting for others.
    pub(crate) fn write<T>(&mut self, mut work: impl FnMut(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        self.read(|conn| in_transaction(conn, &mut work))
    }

    /// Writes something that can be left for another time: waits for nobody.
    pub(crate) fn try_write<T>(
        &mut self,
        mut work: impl FnMut(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let written = self.db.briefly(|conn| in_transaction(conn, &mut work));
        if written.is_err() {
            self.held_until = Some(Instant::now() + RESPITE);
        }
        written
    }

    /// Whether somebody held the lock a moment ago.
    pub(crate) fn is_held(&self) -> bool {
        self.held_until.is_some_and(|until| Instant::now() < until)
    }

    /// Writes like [`StateDb::write`], but only to the file that was open at an earlier moment: `None` if it was replaced.
    pub(crate) fn write_to<T>(
        &mut self,
        opening: u64,
        mut work: impl FnMut(&Connection) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        self.db.with_opening(|conn, now| {
            if now != opening {
                return Ok(None);
            }
            in_transaction(conn, &mut work).map(Some)
        })
    }

    /// The number of the opening, for [`StateDb::write_to`].
    pub(crate) fn opening(&mut self) -> Result<u64> {
        self.db.with_opening(|_, opening| Ok(opening))
    }

    /// The next value for `updated_at_ms`: now, and later than any given out before.
    pub(crate) fn next_ms(&mut self) -> i64 {
        self.last_ms = jiff::Timestamp::now().as_millisecond().max(self.last_ms + 1);
        self.last_ms
    }

    /// Notes what a thread did and tries to write it; what cannot be written now is kept for later.
    /// Returns the histories of threads that turned out to have no row: they are to be taken in whole.
    pub(crate) fn note(
        &mut self,
        thread: &str,
        path: &Path,
        new: Option<Intake>,
        patch: Patch,
    ) -> Result<Vec<PathBuf>> {
        let entry = self.pending.entry(thread.to_owned()).or_default();
        entry.path = path.to_owned();
        if let Some(new) = new {
            entry.new = Some(Box::new(new));
        }
        entry.patch.merge(patch);
        self.flush(false)
    }

    /// Whether something waits to be written.
    pub(crate) fn waiting(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Writes what is waiting. If somebody else holds the lock, fails at once, or is `patient`. See [`StateDb::note`] for the
    /// result.
    pub(crate) fn flush(&mut self, patient: bool) -> Result<Vec<PathBuf>> {
        if self.pending.is_empty() {
            return Ok(Vec::new());
        }
        let pending = std::mem::take(&mut self.pending);
        let work = |tx: &Connection| {
            let mut orphans = Vec::new();
            for (id, p) in &pending {
                if let Some(new) = &p.new {
                    put(tx, new, Existing::Head)?;
                }
                if !p.patch.is_empty() && !p.patch.apply(tx, id)? {
                    orphans.push(p.path.clone());
                }
            }
            Ok(orphans)
        };
        let written = if patient {
            self.db.with(|conn| in_transaction(conn, &mut { work }))
        } else {
            self.try_write(work)
        };
        if written.is_err() {
            self.pending = pending;
        }
        written
    }
}

fn in_transaction<T>(
    conn: &mut Connection,
    work: &mut impl FnMut(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let tx = conn.transaction()?;
    let value = work(&tx)?;
    tx.commit()?;
    Ok(value)
}

/// Writes all that a history says: its row, its tools, the edge from its parent.
pub(crate) fn put(conn: &Connection, intake: &Intake, existing: Existing) -> rusqlite::Result<()> {
    threads::upsert(conn, &intake.row, intake.memory_mode_known, existing)?;
    if !intake.tools.is_empty() {
        tools::insert(conn, &intake.row.id, &intake.tools)?;
    }
    if let Some(parent) = &intake.parent {
        edges::add(conn, parent, &intake.row.id)?;
    }
    Ok(())
}
