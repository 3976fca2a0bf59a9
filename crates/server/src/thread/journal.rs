//! What stays of a loaded thread on disk: its history's writer, and the index told of what was written.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use codex_protocol::WarningNotification;
use codex_rollout::record::GitInfo;
use codex_rollout::writer::{State, WriteError};
use codex_rollout::{EventMsg, Mode, RolloutItem, SessionMeta, Writer};
use tokio::sync::watch;
use tokio::time::timeout;

use super::hub::Hub;
use crate::git;
use crate::store::{Store, blocking};

/// A turn begins after its history is taken, and its end is told after its history is written, unless the disk takes
/// longer than this.
const FLUSH_WITHIN: Duration = Duration::from_secs(10);

/// The history of one loaded thread.
pub struct Journal {
    thread_id: String,
    writer: Writer,
    mode: Mode,
    head: SessionMeta,
    store: Store,
    state: watch::Receiver<State>,
    /// Records written since the index was last told, of the kinds it wants.
    unnoted: Vec<RolloutItem>,
    /// Whether the subscribers know that writing fails.
    told: bool,
    /// Records that were not even kept, and of which the subscribers do not know yet.
    lost: usize,
}

impl Journal {
    /// The journal of a thread that has no file yet; `head` becomes its first record.
    pub fn create(store: Store, path: &Path, mode: Mode, head: SessionMeta) -> Self {
        Self::new(store, Writer::create(path.to_owned()), mode, head)
    }

    /// The journal of a stored thread.
    pub fn open(store: Store, path: &Path, mode: Mode, head: SessionMeta) -> Self {
        Self::new(store, Writer::open(path.to_owned()), mode, head)
    }

    fn new(store: Store, writer: Writer, mode: Mode, head: SessionMeta) -> Self {
        let state = writer.state();
        Self {
            thread_id: head.id.to_string(),
            writer,
            mode,
            head,
            store,
            state,
            unnoted: Vec::new(),
            told: false,
            lost: 0,
        }
    }

    /// The head as it is or will be written.
    pub fn head(&self) -> &SessionMeta {
        &self.head
    }

    /// How much is stored.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether the thread has a file.
    pub fn is_materialized(&self) -> bool {
        self.writer.is_materialized()
    }

    /// Gives the thread its file, if it has none: the repository's state is taken at this moment (persistence.md §5, §6).
    pub async fn materialize(&mut self) {
        if self.writer.is_materialized() {
            return;
        }
        if self.head.git.is_none() {
            let folder = PathBuf::from(&self.head.cwd);
            let facts = blocking(move || git::facts(&folder)).await;
            self.head.git = facts.ok().flatten().map(|facts| GitInfo {
                commit_hash: facts.commit,
                branch: facts.branch,
                repository_url: facts.origin_url,
            });
        }
        self.writer.materialize(self.head.clone());
        self.unnoted
            .insert(0, RolloutItem::SessionMeta(Box::new(self.head.clone())));
    }

    /// Appends a record, if the mode stores its kind.
    pub async fn record(&mut self, item: RolloutItem) {
        let Some(item) = self.mode.to_stored(item) else {
            return;
        };
        if concerns_index(&item) {
            self.unnoted.push(item.clone());
        }
        if let Err(error) = self.writer.append(vec![item]).await {
            tracing::error!("thread {}: a record is lost: {error}", self.thread_id);
            self.lost += 1;
        }
    }

    /// Writes a record, if the mode stores its kind; the index is told. One that cannot be written now is not kept, so that
    /// it never takes effect after the error was told.
    pub async fn record_now(&mut self, item: RolloutItem) -> Result<(), WriteError> {
        let Some(item) = self.mode.to_stored(item) else {
            return Ok(());
        };
        self.writer.put(item.clone()).await?;
        if concerns_index(&item) {
            self.unnoted.push(item);
        }
        self.flush().await
    }

    /// Appends a record as it is, whatever the mode (copies of a fork).
    pub async fn copy(&self, item: RolloutItem) -> Result<(), WriteError> {
        self.writer.append(vec![item]).await
    }

    /// Gives up a history that was just begun: nothing stays of it.
    pub async fn discard(self) {
        let path = self.writer.path().to_owned();
        // What could not be written is given up with the rest.
        let _ = self.writer.shutdown().await;
        let removed = blocking(move || std::fs::remove_file(path)).await;
        if let Ok(Err(error)) = removed
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!("thread {}: its history stays behind: {error}", self.thread_id);
        }
    }

    /// Waits until everything is written, without telling the index, which takes in the whole file another way.
    pub async fn flush_unnoted(&mut self) -> Result<(), WriteError> {
        self.unnoted.clear();
        self.writer.flush().await.map(|_| ())
    }

    /// The history's file.
    pub fn path(&self) -> &Path {
        self.writer.path()
    }

    /// Waits until everything recorded so far is written; the index is told when it is.
    pub fn flush(&mut self) -> impl Future<Output = Result<(), WriteError>> + Send + use<> {
        let writer = self.writer.clone();
        let note = self.take_note();
        async move {
            if !writer.is_materialized() {
                return Ok(());
            }
            writer.flush().await?;
            note();
            Ok(())
        }
    }

    fn take_note(&mut self) -> impl FnOnce() + Send + use<> {
        let records = std::mem::take(&mut self.unnoted);
        let (store, thread, path) = (
            self.store.clone(),
            self.thread_id.clone(),
            self.writer.path().to_owned(),
        );
        move || store.note(&thread, &path, records)
    }

    /// Takes the file, giving the thread one if it has none, until [`Journal::let_go`]. An error when another process of
    /// ours has it, or when it is gone; whatever else keeps the file from being written is told when that is tried.
    pub async fn take(&mut self) -> Result<(), WriteError> {
        self.materialize().await;
        match timeout(FLUSH_WITHIN, self.writer.hold()).await {
            Ok(Err(refused @ (WriteError::InUse { .. } | WriteError::Gone { .. }))) => Err(refused),
            _ => Ok(()),
        }
    }

    /// Whether the thread has a file no longer: it was moved or deleted.
    pub async fn is_gone(&mut self) -> bool {
        match self.flush().await {
            Ok(()) if self.is_materialized() => {
                let path = self.path().to_owned();
                matches!(blocking(move || path.try_exists()).await, Ok(Ok(false)))
            }
            written => matches!(written, Err(WriteError::Gone { .. })),
        }
    }

    /// Others may take the file again.
    pub fn let_go(&self) {
        self.writer.let_go();
    }

    /// Writes out everything; an error says why that cannot be done.
    pub async fn settle(&mut self) -> Result<(), String> {
        match timeout(FLUSH_WITHIN, self.flush()).await {
            Ok(flushed) => flushed.map_err(|error| error.to_string()),
            Err(_) => Err("the disk does not answer".to_owned()),
        }
    }

    /// Writes out a turn that has ended, before its end is told; warns the subscribers if that cannot be done.
    pub async fn turn_ended(&mut self, hub: &Hub) {
        let settled = self.settle().await;
        if let Some(trouble) = self.trouble() {
            self.warn(hub, &trouble);
        } else if let Err(reason) = settled
            && !self.told
        {
            self.warn(
                hub,
                &format!("The history of this turn is not on disk yet: {reason}"),
            );
        }
        let lost = std::mem::take(&mut self.lost);
        if lost > 0 {
            let message = format!(
                "{lost} records of this thread are lost: too many were waiting to be written. Its history has a hole."
            );
            self.warn(hub, &message);
        }
    }

    /// Waits until writing begins to fail; gives what the subscribers are to be told: records are kept and tried again.
    pub async fn watch(&mut self) -> String {
        loop {
            if self.state.changed().await.is_err() {
                return std::future::pending().await;
            }
            if let Some(trouble) = self.trouble() {
                return trouble;
            }
        }
    }

    /// That writing fails, once for each time that it begins to.
    fn trouble(&mut self) -> Option<String> {
        let state = self.state.borrow_and_update();
        let State::Failing { error, .. } = &*state else {
            self.told = false;
            return None;
        };
        if std::mem::replace(&mut self.told, true) {
            return None;
        }
        Some(format!(
            "The history of this thread cannot be written: {error}. It is kept in memory and written as soon as that works again."
        ))
    }

    /// Tells the subscribers that something is wrong with the history.
    pub fn warn(&self, hub: &Hub, message: &str) {
        let thread_id = Some(self.thread_id.clone());
        hub.publish(WarningNotification {
            thread_id,
            message: message.to_owned(),
        });
    }

    /// Writes what is queued and closes the file.
    pub async fn close(mut self) -> Result<(), WriteError> {
        let note = self.take_note();
        let materialized = self.writer.is_materialized();
        self.writer.shutdown().await?;
        if materialized {
            note();
        }
        Ok(())
    }
}

/// Whether the index keeps something of such a record.
fn concerns_index(item: &RolloutItem) -> bool {
    matches!(
        item,
        RolloutItem::SessionMeta(_)
            | RolloutItem::TurnContext(_)
            | RolloutItem::EventMsg(
                EventMsg::UserMessage(_) | EventMsg::TokenCount(_) | EventMsg::ThreadNameUpdated(_)
            )
    )
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use codex_rollout::record::AgentMessage;
    use codex_rollout::writer::MAX_UNWRITTEN;
    use serde_json::json;

    use super::*;
    use crate::session::TransportKind;
    use crate::testing::Server;

    fn said(message: String) -> RolloutItem {
        let message = AgentMessage {
            message,
            ..AgentMessage::default()
        };
        EventMsg::from(message).into()
    }

    fn head() -> SessionMeta {
        let head = json!({
            "id": "01a1fdac-7ff4-7be0-827b-b41bc0029b35", "timestamp": "2025-01-01T00:00:00Z",
            "cwd": "/", "originator": "o", "cli_version": "1", "git": {},
        });
        serde_json::from_value(head).unwrap()
    }

    #[tokio::test]
    async fn records_that_could_not_even_be_kept_are_told_at_the_end_of_the_turn() {
        let server = Server::new();
        let session = server.connect(TransportKind::WebSocket);
        let hub = Hub::new(Arc::clone(&server.app.connections));
        hub.subscribe(&session, false);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("r.jsonl");
        std::os::unix::fs::symlink("/dev/full", &path).unwrap();
        let mut journal = Journal::create(server.app.store.clone(), &path, Mode::Limited, head());
        journal.materialize().await;
        journal.record(said("x".repeat(MAX_UNWRITTEN))).await;
        assert!(journal.settle().await.is_err());
        journal.record(said("lost".into())).await;

        fs::remove_file(&path).unwrap();
        journal.turn_ended(&hub).await;
        assert_eq!(session.outbox.depth().0, 1, "there is a hole");
        journal.turn_ended(&hub).await;
        assert_eq!(session.outbox.depth().0, 1, "which is told once");
        assert!(!fs::read_to_string(&path).unwrap().contains("lost"));
    }

    #[tokio::test]
    async fn that_writing_fails_is_told_once_for_each_time_it_begins() {
        let server = Server::new();
        let session = server.connect(TransportKind::WebSocket);
        let hub = Hub::new(Arc::clone(&server.app.connections));
        hub.subscribe(&session, false);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("r.jsonl");
        fs::write(&path, "").unwrap();
        let mut journal = Journal::open(server.app.store.clone(), &path, Mode::Limited, head());
        for told in [1, 2] {
            fs::remove_file(&path).unwrap();
            for _ in 0..3 {
                journal.record(said("waits".into())).await;
                journal.turn_ended(&hub).await;
                assert_eq!(session.outbox.depth().0, told);
            }
            fs::write(&path, "").unwrap();
            journal.turn_ended(&hub).await;
        }
    }
}
