//! Histories and their index, for asynchronous callers: work that may block runs where blocking is fine.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use codex_index::Index;
use codex_rollout::RolloutItem;
use tokio::sync::oneshot;

use crate::error::RpcError;

/// Notes for the index that may wait. More are dropped: the index mends itself from the files.
const NOTES: usize = 4096;

/// The histories of a home.
#[derive(Clone)]
pub struct Store {
    index: Arc<Index>,
    home: PathBuf,
    notes: Arc<Mutex<Option<SyncSender<Note>>>>,
}

enum Note {
    Written {
        thread: String,
        path: PathBuf,
        records: Vec<RolloutItem>,
    },
    Done(oneshot::Sender<()>),
}

impl Store {
    /// The store of `home` with its databases in `sqlite_home`. Opens nothing yet.
    pub fn new(home: &Path, sqlite_home: &Path, default_provider: &str) -> Self {
        let index = Arc::new(Index::new(home, sqlite_home, default_provider));
        Self {
            index,
            home: home.to_owned(),
            notes: Arc::default(),
        }
    }

    /// CODEX_HOME.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Runs `work`, which may block, on the index.
    pub async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Index) -> T + Send + 'static,
    ) -> Result<T, RpcError> {
        let index = Arc::clone(&self.index);
        blocking(move || work(&index)).await
    }

    /// Tells the index of records that have just been written. Returns at once; notes of one thread keep their order.
    pub fn note(&self, thread: &str, path: &Path, records: Vec<RolloutItem>) {
        let note = Note::Written {
            thread: thread.to_owned(),
            path: path.to_owned(),
            records,
        };
        if let Err(TrySendError::Full(_)) = self.worker().try_send(note) {
            tracing::warn!("the index falls behind; it will be mended from the files");
        }
    }

    /// Waits until everything noted so far has been taken in.
    pub async fn settle(&self) {
        let (tell, done) = oneshot::channel();
        let sender = self.worker();
        // A worker that is gone has nothing left to do.
        let _ = tokio::task::spawn_blocking(move || sender.send(Note::Done(tell))).await;
        let _ = done.await;
    }

    /// Makes the databases that other programs expect, in the background of a start.
    pub fn prepare(&self) {
        let index = Arc::clone(&self.index);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = index.prepare() {
                tracing::warn!("the metadata database cannot be used for now: {error}");
            }
        });
    }

    /// Takes in what was noted and writes what still waits, at the end.
    pub async fn close(&self) {
        let running = self
            .notes
            .lock()
            .expect("no code panics while it holds the sender")
            .is_some();
        if running {
            self.settle().await;
        }
        // What cannot be written now comes back from the files.
        let _ = self.with(|index| index.flush()).await;
    }

    /// The way to the worker, which is started with the first note.
    fn worker(&self) -> SyncSender<Note> {
        let mut notes = self
            .notes
            .lock()
            .expect("no code panics while it holds the sender");
        notes
            .get_or_insert_with(|| {
                let (sender, receiver) = sync_channel(NOTES);
                let index = Arc::clone(&self.index);
                let spawned = thread::Builder::new()
                    .name("index".into())
                    .spawn(move || take_notes(&index, &receiver));
                if let Err(error) = spawned {
                    tracing::error!("no thread for the index: {error}");
                }
                sender
            })
            .clone()
    }
}

fn take_notes(index: &Index, notes: &Receiver<Note>) {
    while let Ok(note) = notes.recv() {
        match note {
            Note::Written {
                thread,
                path,
                records,
            } => index.records_written(&thread, &path, &records),
            // The one who waits may have given up.
            Note::Done(tell) => drop(tell.send(())),
        }
    }
}

/// Runs work that may block where that holds up nobody.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, RpcError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| RpcError::internal(format!("the server failed at this: {e}")))
}
