//! What an actor does with its thread's history: giving it a file, taking it for a turn, adding to it, reading it back.

use std::path::Path;

use codex_agent::Conversation;
use codex_protocol::ResponseItem;
use codex_rollout::writer::WriteError;
use codex_rollout::{RolloutItem, SessionMeta};

use super::actor::Actor;
use crate::error::RpcError;
use crate::history::read_model_history;
use crate::store::Store;

/// Gives a resumed conversation what its history says.
pub async fn rebuild(store: &Store, conversation: &mut Conversation, path: &Path) -> Result<(), RpcError> {
    let seed = read_model_history(store, path, conversation.history_budget()).await?;
    conversation.replace_history(seed);
    Ok(())
}

impl Actor {
    /// Gives the thread its file, if it has none and may have one.
    pub async fn materialize(&mut self) {
        if let Some(journal) = &mut self.journal {
            journal.materialize().await;
        }
    }

    /// The head of the thread's history, written or to be written.
    pub fn head(&self) -> Option<SessionMeta> {
        self.journal.as_ref().map(|journal| journal.head().clone())
    }

    /// Records something that happened outside of turns, or nothing: what cannot be written now never takes effect.
    pub async fn record_now(&mut self, item: RolloutItem) -> Result<(), RpcError> {
        match &mut self.journal {
            Some(journal) => journal
                .record_now(item)
                .await
                .map_err(|e| RpcError::internal(e.to_string())),
            None => Ok(()),
        }
    }

    /// Whether the thread has a history that can be resumed, forked or put away.
    pub fn is_materialized(&self) -> bool {
        self.journal
            .as_ref()
            .is_some_and(|journal| journal.is_materialized())
    }

    /// Takes the history for what is about to be written to it, until [`Actor::let_go_of_history`]; an error when another
    /// process of ours is at it, or when it is gone.
    pub async fn take_history(&mut self) -> Result<(), RpcError> {
        match &mut self.journal {
            Some(journal) => journal.take().await.map_err(|error| self.no_history(&error)),
            None => Ok(()),
        }
    }

    /// Why there is no history to write to. A thread whose history is elsewhere now is unloaded: a resume finds it.
    fn no_history(&mut self, error: &WriteError) -> RpcError {
        let mut message = error.to_string();
        if matches!(error, WriteError::Gone { .. }) {
            drop(self.shut_down());
            message += "; resume the thread to go on where its history is now";
        }
        RpcError::invalid_request(message)
    }

    /// Whether the history was moved or deleted by others. A running turn goes on with it, wherever it is.
    pub async fn history_is_gone(&mut self) -> bool {
        match &mut self.journal {
            Some(journal) if self.turn.is_none() => journal.is_gone().await,
            _ => false,
        }
    }

    /// Lets others have the history, unless a turn still needs it.
    pub fn let_go_of_history(&self) {
        if let Some(journal) = self.journal.as_ref().filter(|_| self.turn.is_none()) {
            journal.let_go();
        }
    }

    /// Adds items to the model's history, between turns, and to the one on disk.
    pub(super) async fn add_items(&mut self, items: Vec<ResponseItem>) -> Result<(), RpcError> {
        if let (Some(conversation), Some(path)) = (&mut self.conversation, &self.unread) {
            rebuild(&self.app.store, conversation, path).await?;
            self.unread = None;
        }
        let Some(mut conversation) = self.conversation.take() else {
            return Err(RpcError::internal("the thread is being unloaded"));
        };
        self.drive(conversation.inject(items)).await;
        self.conversation = Some(conversation);
        self.flush_journal().await
    }

    /// The conversation is rebuilt from the history when something needs it.
    pub fn history_is_unread(&mut self) {
        self.unread = self.facts.path.clone();
    }

    /// The conversation was rebuilt from the history.
    pub fn history_is_read(&mut self) {
        self.unread = None;
    }

    /// Writes out everything recorded so far.
    pub async fn flush_journal(&mut self) -> Result<(), RpcError> {
        match &mut self.journal {
            Some(journal) => journal
                .flush()
                .await
                .map_err(|e| RpcError::internal(e.to_string())),
            None => Ok(()),
        }
    }
}
