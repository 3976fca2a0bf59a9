//! Histories and their index, for asynchronous callers: work that may block runs where blocking is fine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use codex_index::Index;
use codex_rollout::RolloutItem;
use tokio::sync::oneshot;

use crate::error::RpcError;

/// Notes for the index that may wait. Of threads whose further notes find no room, the rows are made anew from the files.
const NOTES: usize = 4096;

/// The histories of a home.
#[derive(Clone)]
pub struct Store {
    index: Arc<Index>,
    home: PathBuf,
    notes: Arc<Mutex<Option<SyncSender<Note>>>>,
    /// Histories that notes were dropped of.
    dropped: Arc<Mutex<BTreeSet<PathBuf>>>,
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
            dropped: Arc::default(),
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
            tracing::debug!(thread, "the index falls behind: the row will be made anew");
            lock(&self.dropped).insert(path.to_owned());
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
        let running = lock(&self.notes).is_some();
        if running {
            self.settle().await;
        }
        // What cannot be written now comes back from the files.
        let _ = self.with(|index| index.flush()).await;
    }

    /// The way to the worker, which is started with the first note.
    fn worker(&self) -> SyncSender<Note> {
        let mut notes = lock(&self.notes);
        notes
            .get_or_insert_with(|| {
                let (sender, receiver) = sync_channel(NOTES);
                let (index, dropped) = (Arc::clone(&self.index), Arc::clone(&self.dropped));
                let spawned = thread::Builder::new()
                    .name("index".into())
                    .spawn(move || take_notes(&index, &receiver, &dropped));
                if let Err(error) = spawned {
                    tracing::error!("no thread for the index: {error}");
                }
                sender
            })
            .clone()
    }
}

fn take_notes(index: &Index, notes: &Receiver<Note>, dropped: &Mutex<BTreeSet<PathBuf>>) {
    loop {
        let note = match notes.try_recv() {
            Ok(note) => note,
            Err(TryRecvError::Disconnected) => return,
            Err(TryRecvError::Empty) => {
                // Only now: what was noted before is older than what the files say.
                for path in std::mem::take(&mut *lock(dropped)) {
                    index.rebuild(&path);
                }
                match notes.recv() {
                    Ok(note) => note,
                    Err(_) => return,
                }
            }
        };
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no code panics while it holds this")
}

/// Runs work that may block where that holds up nobody.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, RpcError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| RpcError::internal(format!("the server failed at this: {e}")))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, Instant};

    use codex_rollout::RolloutLine;
    use serde_json::{Value, json};

    use super::*;

    fn count(total: u64) -> Value {
        let usage = json!({"input_tokens": total, "cached_input_tokens": 0, "output_tokens": 0,
            "reasoning_output_tokens": 0, "total_tokens": total});
        json!({"timestamp": "2025-03-04T10:00:00.000Z", "type": "event_msg", "payload": {"type": "token_count",
            "info": {"total_token_usage": usage, "last_token_usage": usage, "model_context_window": 1}, "rate_limits": null}})
    }

    fn items(line: &Value) -> Vec<RolloutItem> {
        vec![
            RolloutLine::parse(line.to_string().as_bytes())
                .expect("a record")
                .item,
        ]
    }

    #[tokio::test]
    async fn a_row_that_notes_were_dropped_of_is_made_anew_from_the_file() {
        let home = tempfile::tempdir().expect("a folder");
        let id = "5f0c9a1e-7b2d-4c3e-8f40-000000000001";
        let folder = home.path().join("sessions/2025/03/04");
        fs::create_dir_all(&folder).expect("made");
        let path = folder.join(format!("rollout-2025-03-04T10-00-00-{id}.jsonl"));
        let head = json!({"timestamp": "2025-03-04T10:00:00.000Z", "type": "session_meta", "payload": {"id": id,
            "timestamp": "2025-03-04T10:00:00.000Z", "cwd": "/", "originator": "t", "cli_version": "0", "source": "cli"}});
        let last = 10 * NOTES as u64;
        fs::write(&path, format!("{head}\n{}\n", count(last))).expect("written");
        let store = Store::new(home.path(), home.path(), "mock");
        store.note(id, &path, items(&head));
        for n in 1..=last {
            store.note(id, &path, items(&count(n)));
        }
        store.settle().await;
        let start = Instant::now();
        loop {
            let row = store.with(move |index| index.row(id)).await.expect("asked");
            if row.is_some_and(|row| row.tokens_used == last as i64) {
                break;
            }
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "the row lacks what was dropped"
            );
            tokio::task::yield_now().await;
        }
    }
}
