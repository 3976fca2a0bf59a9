//! Requests of the server to its clients (approvals, user input, tool calls): numbered, answered once.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use codex_protocol::RequestId;
use serde_json::value::RawValue;
use tokio::sync::oneshot;

use crate::envelope::PeerError;

/// A client's answer: its result as raw JSON, or its refusal.
pub type Answer = Result<Box<RawValue>, PeerError>;

/// The open server requests of the process. Ids are integers counted from 0 (transport.md §5.6); the first answer with
/// an id settles it, from whichever connection, and later ones are ignored.
#[derive(Debug, Default)]
pub struct Questions {
    next: AtomicI64,
    open: Mutex<HashMap<i64, oneshot::Sender<Answer>>>,
}

impl Questions {
    /// Opens a question; the receiver ends with an error when it is withdrawn.
    pub fn open(&self) -> (i64, oneshot::Receiver<Answer>) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (tell, answer) = oneshot::channel();
        self.lock().insert(id, tell);
        (id, answer)
    }

    /// Settles the question of that id, if it is open. Ids match in type, too: `"0"` does not answer request `0`.
    pub fn settle(&self, id: &RequestId, answer: Answer) {
        let RequestId::Integer(id) = id else {
            tracing::warn!("answer to a request nobody asked: {id:?}");
            return;
        };
        match self.lock().remove(id) {
            // The asker may have stopped waiting; its question is over then.
            Some(asker) => drop(asker.send(answer)),
            None => tracing::warn!("answer to request {id}, which is not open"),
        }
    }

    /// Takes a question back; a later answer is ignored.
    pub fn withdraw(&self, id: i64) {
        self.lock().remove(&id);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<i64, oneshot::Sender<Answer>>> {
        self.open
            .lock()
            .expect("no code panics while it holds the questions")
    }
}
