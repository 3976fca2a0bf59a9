//! The one writer of a loaded thread's history: append only, off the caller's path.
//!
//! Records are queued and written by a worker that runs only while there is something to write. What has been flushed is in
//! the kernel's hands and survives the death of this process. When the disk is full or the folder can't be written, records
//! are kept in memory (up to [`MAX_UNWRITTEN`] bytes), the [`State`] tells so, and every later append or flush tries again
//! with the file opened anew. Nothing written is ever touched again: a line that was torn, by us or by another program, is
//! closed off with a newline. Nothing is made but the file of a new thread, with its head: a history that was moved or deleted
//! is [gone](WriteError::Gone), not begun anew.
//!
//! Two programs may append to one file in turns: each burst of lines is written under a lock (open file description locks on
//! bytes far behind any content, which no other program notices). A writer that [holds](Writer::hold) the file, as it does
//! while a turn runs, keeps other writers of ours from holding it too, not from appending whole lines. Who moves a history
//! holds it meanwhile ([`Hold`]).

mod disk;

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::{Semaphore, oneshot, watch};

use crate::record::{RolloutItem, SessionMeta};
use disk::Disk;

/// How many records may wait for the worker; more make [`Writer::append`] wait.
pub const MAX_QUEUED: usize = 1024;

/// How many bytes of records are kept while they can't be written; further ones are refused.
pub const MAX_UNWRITTEN: usize = 64 << 20;

/// Why records are not on disk.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WriteError {
    /// The system refused; records are kept and tried again.
    #[error("cannot write {}: {message}", path.display())]
    Io {
        /// The history.
        path: PathBuf,
        /// Sort of the error (`StorageFull`, `PermissionDenied`, `ReadOnlyFilesystem`, …).
        kind: io::ErrorKind,
        /// The system's words.
        message: String,
    },
    /// Another process holds the file.
    #[error("{} is in use by another process", path.display())]
    InUse {
        /// The history.
        path: PathBuf,
    },
    /// The history is not where it was: it was moved or deleted.
    #[error("{} is not there any more: the history was moved or deleted", path.display())]
    Gone {
        /// Where it was.
        path: PathBuf,
    },
    /// Too much is waiting for room on the disk; the records given were not taken.
    #[error("too many records of {} are waiting to be written", path.display())]
    TooMany {
        /// The history.
        path: PathBuf,
    },
    /// The writer was shut down.
    #[error("the history is closed")]
    Closed,
}

impl WriteError {
    /// Whether only room is lacking.
    fn is_for_want_of_room(&self) -> bool {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull, WriteZero};
        matches!(
            self,
            WriteError::Io {
                kind: StorageFull | QuotaExceeded | FileTooLarge | WriteZero,
                ..
            }
        )
    }
}

/// How writing goes.
#[derive(Clone, Debug, Default)]
pub enum State {
    /// Everything that was tried is written.
    #[default]
    Fine,
    /// Records wait because they could not be written.
    Failing {
        /// Why.
        error: WriteError,
        /// How many bytes of records wait.
        unwritten: usize,
    },
}

enum Command {
    Record(Timestamp, Box<RolloutItem>),
    Put(
        Timestamp,
        Box<RolloutItem>,
        oneshot::Sender<Result<u64, WriteError>>,
    ),
    Flush(oneshot::Sender<Result<u64, WriteError>>),
    Hold(oneshot::Sender<Result<(), WriteError>>),
    LetGo,
    Close(oneshot::Sender<Result<u64, WriteError>>),
}

struct Queue {
    commands: VecDeque<Command>,
    /// Records appended before the head is known.
    held: Vec<(Timestamp, RolloutItem)>,
    materialized: bool,
    closed: bool,
    /// What writes; taken by the worker while it runs.
    disk: Option<Box<Disk>>,
}

struct Shared {
    path: PathBuf,
    queue: Mutex<Queue>,
    room: Semaphore,
    state: watch::Sender<State>,
}

/// Writes one history. Cheap to clone; all clones are the same writer.
#[derive(Clone)]
pub struct Writer {
    shared: Arc<Shared>,
}

impl Writer {
    /// The writer of a new thread. Neither file nor folders are made before [`Writer::materialize`]; what is appended until
    /// then waits for it.
    pub fn create(path: PathBuf) -> Self {
        Self::new(path.clone(), Disk::create(path), false)
    }

    /// The writer of a history that exists. Nothing is written or locked by opening it.
    pub fn open(path: PathBuf) -> Self {
        Self::new(path.clone(), Disk::open(path), true)
    }

    fn new(path: PathBuf, disk: Disk, materialized: bool) -> Self {
        let queue = Queue {
            commands: VecDeque::new(),
            held: Vec::new(),
            materialized,
            closed: false,
            disk: Some(Box::new(disk)),
        };
        Writer {
            shared: Arc::new(Shared {
                path,
                queue: Mutex::new(queue),
                room: Semaphore::new(MAX_QUEUED),
                state: watch::Sender::new(State::Fine),
            }),
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// Whether the thread has a file, or gets one with what is queued.
    pub fn is_materialized(&self) -> bool {
        self.shared.lock().materialized
    }

    /// How writing goes, now and whenever that changes.
    pub fn state(&self) -> watch::Receiver<State> {
        self.shared.state.subscribe()
    }

    /// Gives a new thread its file: the head is its first record, then what was appended before. Without effect on a thread
    /// that has a file.
    pub fn materialize(&self, head: SessionMeta) {
        let mut queue = self.shared.lock();
        if queue.materialized || queue.closed {
            return;
        }
        queue.materialized = true;
        let held = std::mem::take(&mut queue.held);
        let head = (Timestamp::now(), RolloutItem::SessionMeta(Box::new(head)));
        queue.commands.extend(
            std::iter::once(head)
                .chain(held)
                .map(|(at, item)| Command::Record(at, Box::new(item))),
        );
        self.shared.wake(queue);
    }

    /// Appends records, in order. Returns when they are queued; waits while the queue is full.
    ///
    /// What is stored in which mode is the caller's to decide ([`crate::Mode::to_stored`]).
    pub async fn append(&self, items: Vec<RolloutItem>) -> Result<(), WriteError> {
        let at = Timestamp::now();
        for item in items {
            self.check_room()?;
            match self.shared.room.acquire().await {
                Ok(permit) => permit.forget(),
                Err(_) => return Err(WriteError::Closed),
            }
            let mut queue = self.shared.lock();
            if queue.closed {
                return Err(WriteError::Closed);
            }
            if queue.materialized {
                queue.commands.push_back(Command::Record(at, Box::new(item)));
                self.shared.wake(queue);
            } else {
                self.shared.room.add_permits(1);
                queue.held.push((at, item));
            }
        }
        Ok(())
    }

    /// Writes one record behind everything appended so far and returns the file's length. One that cannot be written now is
    /// not kept: whoever is told the error may be sure that it never takes effect.
    ///
    /// A thread without file keeps it, as with [`Writer::append`].
    pub async fn put(&self, item: RolloutItem) -> Result<u64, WriteError> {
        if !self.is_materialized() {
            return self.append(vec![item]).await.map(|()| 0);
        }
        let at = Timestamp::now();
        self.ask(|reply| Command::Put(at, Box::new(item), reply)).await
    }

    fn check_room(&self) -> Result<(), WriteError> {
        match &*self.shared.state.borrow() {
            State::Failing { unwritten, .. } if *unwritten >= MAX_UNWRITTEN => Err(WriteError::TooMany {
                path: self.shared.path.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Waits until everything appended so far is written (not necessarily through to the disk, but surviving this process)
    /// and returns the file's length. A thread without file has nothing to write.
    pub async fn flush(&self) -> Result<u64, WriteError> {
        self.ask(Command::Flush).await
    }

    /// Takes the file for this writer until [`Writer::let_go`]: another writer of ours, in this process or another, that holds
    /// it is an error, and so is a file that is not there any more. The file of a new thread is taken when it is made.
    pub async fn hold(&self) -> Result<(), WriteError> {
        self.ask(Command::Hold).await
    }

    /// Ends [`Writer::hold`], after what is queued.
    pub fn let_go(&self) {
        let mut queue = self.shared.lock();
        queue.commands.push_back(Command::LetGo);
        self.shared.wake(queue);
    }

    /// Writes what is queued and closes the file. Later appends are refused.
    pub async fn shutdown(&self) -> Result<(), WriteError> {
        self.ask(Command::Close).await.map(|_| ())
    }

    async fn ask<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<Result<T, WriteError>>) -> Command,
    ) -> Result<T, WriteError> {
        let (reply, answer) = oneshot::channel();
        {
            let mut queue = self.shared.lock();
            if queue.closed {
                return Err(WriteError::Closed);
            }
            let command = command(reply);
            queue.closed = matches!(command, Command::Close(_));
            queue.commands.push_back(command);
            self.shared.wake(queue);
        }
        answer.await.unwrap_or(Err(WriteError::Closed))
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // The queue is consistent between any two statements, so a panic elsewhere does not spoil it.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the worker unless it runs.
    fn wake(self: &Arc<Self>, mut queue: MutexGuard<'_, Queue>) {
        let Some(disk) = queue.disk.take() else {
            return;
        };
        drop(queue);
        let shared = Arc::clone(self);
        let work = move || shared.work(disk);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(work)),
            // Outside a runtime (a destructor, a test) there is nobody to be kept waiting.
            Err(_) => work(),
        }
    }

    /// The worker: writes until the queue is empty.
    fn work(&self, mut disk: Box<Disk>) {
        loop {
            let commands = {
                let mut queue = self.lock();
                if queue.commands.is_empty() {
                    queue.disk = Some(disk);
                    return;
                }
                std::mem::take(&mut queue.commands)
            };
            for command in commands {
                match command {
                    Command::Record(at, item) => {
                        self.room.add_permits(1);
                        if disk.take(at, &item) {
                            // How it went is told by the state.
                            let _ = self.write(&mut disk);
                        }
                    }
                    Command::Put(at, item, reply) => {
                        let put = self.write(&mut disk).and_then(|_| disk.put(at, &item));
                        drop(reply.send(put));
                    }
                    Command::Flush(reply) => drop(reply.send(self.write(&mut disk))),
                    Command::Hold(reply) => drop(reply.send(disk.hold())),
                    Command::LetGo => disk.let_go(),
                    Command::Close(reply) => {
                        let written = self.write(&mut disk);
                        disk.close();
                        drop(reply.send(written));
                    }
                }
            }
            if disk.has_work() {
                let _ = self.write(&mut disk);
            }
        }
    }

    fn write(&self, disk: &mut Disk) -> Result<u64, WriteError> {
        let written = disk.write();
        match &written {
            Err(error) => {
                tracing::warn!(%error, unwritten = disk.unwritten(), "records could not be written");
                self.state.send_replace(State::Failing {
                    error: error.clone(),
                    unwritten: disk.unwritten(),
                });
            }
            Ok(_) => {
                self.state.send_if_modified(|state| {
                    let changed = matches!(state, State::Failing { .. });
                    *state = State::Fine;
                    changed
                });
            }
        }
        written
    }
}

/// A history that no writer of ours may take, as long as this lives.
pub struct Hold(#[expect(dead_code, reason = "its lock is what counts")] Disk);

impl Hold {
    /// Takes a stored history; an error when a writer holds it.
    pub fn take(path: &Path) -> Result<Self, WriteError> {
        let mut disk = Disk::open(path.to_owned());
        disk.hold()?;
        Ok(Hold(disk))
    }
}

#[cfg(test)]
mod tests;
