//! Bringing the index of a history up to date for whoever asks, without holding up the others: files are read outside all
//! locks, and what a long one means is written on a thread of its own while the page it was read for goes out.

use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::{Connection, TransactionBehavior};

use super::history::{self, Failure, History, Look, Start};
use super::reader::{Batch, Last, Reader};
use super::span::Stored;
use crate::cache::schema::Cache;
use crate::db::Database;
use crate::error::{IndexError, Result};
use crate::{CACHE_BUSY, Shared, lock};

/// From how many bytes on what is to be read is written on a thread of its own.
const LONG: u64 = 1 << 20;

/// How many batches of a long history may wait to be written.
const QUEUED: usize = 64;

/// How often it is looked again after somebody else changed the index of the same history.
const ATTEMPTS: usize = 32;

/// The histories whose index this process is writing.
#[derive(Default)]
pub(crate) struct Claims {
    taken: Mutex<HashSet<PathBuf>>,
    freed: Condvar,
}

/// The right to write the index of a history.
struct Claim {
    shared: Arc<Shared>,
    path: PathBuf,
}

impl Drop for Claim {
    fn drop(&mut self) {
        lock(&self.shared.claims.taken).remove(&self.path);
        self.shared.claims.freed.notify_all();
    }
}

/// What came of a request.
pub(crate) enum Reached<T> {
    /// What was asked of the index.
    Index(T),
    /// The last turns, the last one first, and whether there are more: their index is still being written.
    Last(Vec<Stored>, bool),
}

enum Looked<T> {
    Current(T),
    Behind(Start),
}

/// How a pass over a file ended.
enum Pass {
    /// The index is as the file was; the row has this number.
    Written(i64),
    /// Somebody else changed the index meanwhile.
    Moved,
    /// These turns were wanted and are known.
    Last(Vec<Stored>, bool),
}

impl Shared {
    /// Runs `work` on a history whose index is up to date. If only the `last` so many turns are wanted, they may come from the
    /// file itself, before the index is written; 0: they are not.
    pub(crate) fn reach<T>(
        self: &Arc<Self>,
        path: &Path,
        file: &File,
        mut last: usize,
        mut work: impl FnMut(&Connection, &History) -> rusqlite::Result<T>,
    ) -> Result<Reached<T>> {
        let mut wrote = None;
        let mut forgotten = false;
        for _ in 0..ATTEMPTS {
            if self.worker.stopping() {
                return Err(IndexError::Unavailable {
                    path: path.to_owned(),
                    reason: "the index is being closed".into(),
                });
            }
            let start = match self.look(path, file, wrote, &mut work) {
                Ok(Looked::Current(value)) => return Ok(Reached::Index(value)),
                Ok(Looked::Behind(start)) => start,
                // Something in the index cannot be read: it is made anew.
                Err(IndexError::Sqlite(e)) if !forgotten => {
                    tracing::warn!(path = %path.display(), error = %e, "a history's index is unreadable");
                    forgotten = true;
                    lock(&self.turns).with(|conn| history::forget_path(conn, path))?;
                    continue;
                }
                Err(e) => return Err(e),
            };
            let size = file.metadata().map_err(|e| IndexError::io(path, e))?.len();
            let long = size.saturating_sub(start.indexed) > LONG;
            let claim = match self.claim(path) {
                Some(claim) => Some(claim),
                // Reading it a second time is faster than waiting until all is written.
                None if long && last > 0 => None,
                None => {
                    self.await_claim(path);
                    continue;
                }
            };
            let pass = if long {
                self.pass_long(claim, start, file, last)
            } else {
                self.pass_short(start, file)
            };
            match pass.map_err(|e| e.at(path))? {
                Pass::Written(generation) => wrote = Some(generation),
                Pass::Moved => {}
                Pass::Last(turns, more) => return Ok(Reached::Last(turns, more)),
            }
            last = 0;
        }
        Err(IndexError::Unavailable {
            path: path.to_owned(),
            reason: "its index is being changed by others all the time".into(),
        })
    }

    /// Brings the index of a history up to date if it can be done.
    pub(crate) fn index_history(self: &Arc<Self>, path: &Path) -> Result<()> {
        let file = File::open(path).map_err(|e| IndexError::io(path, e))?;
        self.reach(path, &file, 0, |_, _| Ok(())).map(|_| ())
    }

    /// Sees whether the index is up to date, and if so runs `work` on the same state of it.
    fn look<T>(
        &self,
        path: &Path,
        file: &File,
        wrote: Option<i64>,
        work: &mut impl FnMut(&Connection, &History) -> rusqlite::Result<T>,
    ) -> Result<Looked<T>> {
        let mut failed = None;
        let looked = lock(&self.turns).with(|conn| {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Deferred)?;
            match history::look(&tx, path, file, wrote) {
                Ok(Look::Current(history)) => work(&tx, &history).map(|v| Some(Looked::Current(v))),
                Ok(Look::Behind(start)) => Ok(Some(Looked::Behind(start))),
                Err(Failure::Database(e)) => Err(e),
                Err(Failure::File(e)) => {
                    failed = Some(e);
                    Ok(None)
                }
            }
        })?;
        looked.ok_or_else(|| IndexError::io(path, failed.unwrap_or_else(|| std::io::ErrorKind::Other.into())))
    }

    /// Reads and writes what was added.
    fn pass_short(self: &Arc<Self>, mut start: Start, file: &File) -> Result<Pass, PassError> {
        let mut reader = Reader::new(file, &start, self)?;
        loop {
            let Some(batch) = reader.next()? else {
                return Ok(Pass::Moved);
            };
            let Some(generation) = lock(&self.turns).with(|conn| start.write(conn, &batch))? else {
                return Ok(Pass::Moved);
            };
            if batch.done {
                return Ok(Pass::Written(generation));
            }
        }
    }

    /// Reads what was added while another thread writes it (if the claim is ours), keeping the last turns.
    fn pass_long(
        self: &Arc<Self>,
        claim: Option<Claim>,
        start: Start,
        file: &File,
        last: usize,
    ) -> Result<Pass, PassError> {
        let mut reader = Reader::new(file, &start, self)?;
        let mut kept = Last::new(last, start.state.turns);
        let (sender, receiver) = sync_channel(QUEUED);
        let writing = claim.and_then(|claim| self.spawn_writer(claim, start, receiver));
        let mut sender = Some(sender).filter(|_| writing.is_some());
        loop {
            let Some(batch) = reader.next()? else {
                return Ok(Pass::Moved);
            };
            let done = batch.done;
            if last > 0 {
                kept.take(&batch);
            } else if sender.is_none() || self.worker.stopping() {
                return Ok(Pass::Moved);
            }
            // A writer that is gone failed, or somebody else writes.
            if sender.as_ref().is_some_and(|s| s.send(batch).is_err()) {
                sender = None;
            }
            if done {
                break;
            }
        }
        drop(sender);
        if last > 0
            && let Some((turns, more)) = kept.turns()
        {
            if let Some(writing) = writing {
                self.worker.leave(writing);
            }
            return Ok(Pass::Last(turns, more));
        }
        let written = match writing {
            Some(writing) => writing.join().unwrap_or_else(|_| {
                Err(IndexError::io(
                    "the index",
                    std::io::Error::other("writing it failed"),
                ))
            }),
            None => Ok(None),
        };
        Ok(written?.map_or(Pass::Moved, Pass::Written))
    }

    /// Starts a thread that writes what a long history means, with a connection of its own.
    fn spawn_writer(
        self: &Arc<Self>,
        claim: Claim,
        start: Start,
        batches: Receiver<Batch>,
    ) -> Option<JoinHandle<Result<Option<i64>>>> {
        let shared = Arc::clone(self);
        let spawned = std::thread::Builder::new()
            .name("index".to_owned())
            .spawn(move || {
                let _claim = claim;
                let written = shared.write_all(start, &batches);
                if let Err(e) = &written {
                    tracing::debug!(error = %e, "a history's index is not written");
                }
                written
            });
        spawned
            .inspect_err(|e| tracing::warn!(error = %e, "no thread for the index"))
            .ok()
    }

    fn write_all(&self, mut start: Start, batches: &Receiver<Batch>) -> Result<Option<i64>> {
        let mut db: Database<Cache> = Database::new(&self.sqlite_home, CACHE_BUSY);
        for batch in batches {
            if self.worker.stopping() {
                return Ok(None);
            }
            let written = db.with(|conn| start.write(conn, &batch))?;
            if batch.done || written.is_none() {
                return Ok(written);
            }
        }
        Ok(None)
    }

    fn claim(self: &Arc<Self>, path: &Path) -> Option<Claim> {
        lock(&self.claims.taken).insert(path.to_owned()).then(|| Claim {
            shared: Arc::clone(self),
            path: path.to_owned(),
        })
    }

    /// Waits until nobody in this process writes the index of a history.
    fn await_claim(&self, path: &Path) {
        let mut taken = lock(&self.claims.taken);
        while taken.contains(path) {
            taken = self
                .claims
                .freed
                .wait(taken)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// What ends a pass early.
enum PassError {
    File(std::io::Error),
    Index(IndexError),
}

impl PassError {
    fn at(self, path: &Path) -> IndexError {
        match self {
            Self::File(e) => IndexError::io(path, e),
            Self::Index(e) => e,
        }
    }
}

impl From<std::io::Error> for PassError {
    fn from(e: std::io::Error) -> Self {
        Self::File(e)
    }
}

impl From<IndexError> for PassError {
    fn from(e: IndexError) -> Self {
        Self::Index(e)
    }
}

/// Indexing step by step, for tests.
#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// What a step came to.
    #[derive(Debug, PartialEq, Eq)]
    pub(crate) enum Step {
        /// The index is up to date.
        Current,
        /// A batch was written.
        Wrote,
        /// Somebody else wrote meanwhile.
        Moved,
    }

    /// One that indexes a history, batch by batch.
    pub(crate) struct Stepper<'f> {
        shared: Arc<Shared>,
        path: PathBuf,
        file: &'f File,
        pass: Option<(Start, Reader<'f>)>,
        next: Option<Batch>,
    }

    impl<'f> Stepper<'f> {
        pub(crate) fn new(shared: &Arc<Shared>, path: &Path, file: &'f File) -> Self {
            Self {
                shared: Arc::clone(shared),
                path: path.to_owned(),
                file,
                pass: None,
                next: None,
            }
        }

        /// Reads a batch, or writes the one read.
        pub(crate) fn step(&mut self) -> Step {
            let Some((start, reader)) = &mut self.pass else {
                let looked = self.shared.look(&self.path, self.file, None, &mut |_, _| Ok(()));
                let Looked::Behind(start) = looked.expect("looked") else {
                    return Step::Current;
                };
                let mut reader = Reader::new(self.file, &start, &self.shared).expect("opened");
                self.next = reader.next().expect("read");
                self.pass = Some((start, reader));
                return Step::Wrote;
            };
            let Some(batch) = self.next.take() else {
                self.pass = None;
                return Step::Moved;
            };
            let written = lock(&self.shared.turns).with(|conn| start.write(conn, &batch));
            if written.expect("written").is_none() {
                self.pass = None;
                return Step::Moved;
            }
            if batch.done {
                self.pass = None;
            } else {
                self.next = reader.next().expect("read");
            }
            Step::Wrote
        }
    }

    impl Shared {
        /// Keeps others from writing the index of a history.
        pub(crate) fn hold(self: &Arc<Self>, path: &Path) -> Option<impl Drop + use<>> {
            self.claim(path)
        }

        /// Whether the index of a history is up to date.
        pub(crate) fn is_indexed(&self, path: &Path) -> bool {
            let file = File::open(path).expect("opened");
            let looked = self.look(path, &file, None, &mut |_, _| Ok(()));
            matches!(looked, Ok(Looked::Current(())))
        }
    }
}
