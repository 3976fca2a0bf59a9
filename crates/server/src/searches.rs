//! Searches for files that go on, and those that replace each other (fs.md §4, §5). Sessions belong to all connections;
//! they end when the last one has gone, or when others need their place or memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use codex_files::{SearchBudget, SearchSession, Update};
use codex_protocol::{
    FuzzyFileSearchSessionCompletedNotification, FuzzyFileSearchSessionUpdatedNotification,
    ServerNotification,
};
use tokio_util::sync::CancellationToken;

use crate::connections::Connections;

/// Sessions by id, and searches under way by their cancellation token.
#[derive(Default)]
pub struct Searches {
    budget: Arc<SearchBudget>,
    sessions: Mutex<HashMap<String, SearchSession>>,
    tokens: Arc<Mutex<HashMap<String, CancellationToken>>>,
}

impl Searches {
    /// Starts a session, whose updates go to every connection. Requests for one id come one after the other. Sessions not
    /// used for longest may have to give way; they are then unknown.
    pub async fn start(&self, id: String, roots: Vec<String>, connections: &Arc<Connections>) {
        self.stop(&id).await;
        let to = Arc::clone(connections);
        let name = id.clone();
        let tell = move |update| to.broadcast(notification(&name, update));
        let session = SearchSession::start(roots, &self.budget, tell);
        let mut sessions = lock(&self.sessions);
        sessions.retain(|_, session| !session.has_ended());
        sessions.insert(id, session);
    }

    /// Changes the query of a session; false if there is none.
    pub fn update(&self, id: &str, query: String) -> bool {
        lock(&self.sessions)
            .get(id)
            .is_some_and(|session| session.update(query))
    }

    /// Ends a session, if there is one. When this returns nothing more is told of it.
    pub async fn stop(&self, id: &str) {
        let session = lock(&self.sessions).remove(id);
        if let Some(session) = session {
            session.stop().await;
        }
    }

    /// Ends all sessions: nobody is there to hear of them.
    pub fn end_sessions(&self) {
        let _ended = std::mem::take(&mut *lock(&self.sessions));
    }

    /// Takes a token for a search, which cancels the one that has it. Without a token the search is cancelled by nobody.
    pub fn take_token(&self, token: Option<String>) -> Turn {
        let cancelled = CancellationToken::new();
        if let Some(token) = &token
            && let Some(older) = lock(&self.tokens).insert(token.clone(), cancelled.clone())
        {
            older.cancel();
        }
        Turn {
            token,
            cancelled,
            tokens: Arc::clone(&self.tokens),
        }
    }
}

/// A search that has a token until this is dropped.
pub struct Turn {
    token: Option<String>,
    cancelled: CancellationToken,
    tokens: Arc<Mutex<HashMap<String, CancellationToken>>>,
}

impl Turn {
    /// Cancelled when a newer search takes the token.
    pub fn cancelled(&self) -> &CancellationToken {
        &self.cancelled
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // When it is cancelled somebody else has the token.
        if let Some(token) = &self.token {
            let mut tokens = lock(&self.tokens);
            if !self.cancelled.is_cancelled() {
                tokens.remove(token);
            }
        }
    }
}

fn notification(id: &str, update: Update) -> ServerNotification {
    let session_id = id.to_owned();
    match update {
        Update::Found { query, files } => FuzzyFileSearchSessionUpdatedNotification {
            session_id,
            query,
            files,
        }
        .into(),
        Update::Completed => FuzzyFileSearchSessionCompletedNotification { session_id }.into(),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use codex_files::SearchLimits;

    #[test]
    fn a_newer_search_cancels_the_one_that_has_its_token() {
        let searches = Searches::default();
        let take = || searches.take_token(Some("t".into()));
        let (first, other) = (take(), searches.take_token(None));
        let second = take();
        assert!(first.cancelled().is_cancelled() && !other.cancelled().is_cancelled());
        drop(first);
        assert!(!second.cancelled().is_cancelled());
        let third = take();
        assert!(second.cancelled().is_cancelled());
        drop((second, third));
        assert!(lock(&searches.tokens).is_empty());
    }

    #[tokio::test]
    async fn the_session_not_used_for_longest_gives_way() {
        let (searches, connections) = (Searches::default(), Arc::default());
        for n in 0..SearchLimits::default().sessions {
            searches
                .start(n.to_string(), vec!["/nowhere".into()], &connections)
                .await;
        }
        assert!(searches.update("0", "x".into()));
        searches
            .start("new".into(), vec!["/nowhere".into()], &connections)
            .await;
        assert!(searches.update("0", "y".into()) && searches.update("new", "y".into()));
        assert!(!searches.update("1", "y".into()));
    }
}
