//! The paths that connections watch (fs.md §3). A watch ends with its connection.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use codex_files::{Watch, Watcher};
use codex_protocol::FsChangedNotification;
use tokio::task::JoinHandle;

use crate::error::RpcError;
use crate::session::{ConnectionId, Session};
use crate::wire;

type Key = (ConnectionId, String);

/// All watches, by connection and the client's name for them.
#[derive(Debug, Default)]
pub struct Watches {
    /// Started with the first watch.
    watcher: Mutex<Option<Arc<Watcher>>>,
    running: Arc<Mutex<HashMap<Key, JoinHandle<()>>>>,
}

impl Watches {
    /// Starts to tell a connection of changes of `path`. Requests for one name come one after the other.
    pub async fn start(&self, session: &Arc<Session>, id: String, path: PathBuf) -> Result<(), RpcError> {
        let key = (session.id, id);
        if lock(&self.running).contains_key(&key) {
            return Err(RpcError::invalid_request(format!(
                "watchId already exists: {}",
                key.1
            )));
        }
        let watch = self.watcher()?.watch(path).await?;
        let (session, running) = (Arc::clone(session), Arc::clone(&self.running));
        // Held until the task is in the table, so that it cannot leave before it is in.
        let mut table = lock(&self.running);
        let own_key = key.clone();
        let task = tokio::spawn(async move {
            tokio::select! {
                () = tell(&session, &own_key.1, watch) => {}
                () = session.gone.cancelled() => {}
            }
            lock(&running).remove(&own_key);
        });
        table.insert(key, task);
        Ok(())
    }

    /// Ends a watch, if there is one of that name. When this returns nothing more is told of it.
    pub async fn stop(&self, connection: ConnectionId, id: String) {
        let task = lock(&self.running).remove(&(connection, id));
        if let Some(task) = task {
            task.abort();
            let _ = task.await;
        }
    }

    fn watcher(&self) -> Result<Arc<Watcher>, RpcError> {
        let mut watcher = lock(&self.watcher);
        if let Some(watcher) = &*watcher {
            return Ok(Arc::clone(watcher));
        }
        let started = Arc::new(Watcher::start()?);
        *watcher = Some(Arc::clone(&started));
        Ok(started)
    }
}

/// Tells of changes as long as anybody wants to hear of them. While the client does not read they are gathered.
async fn tell(session: &Session, id: &str, mut watch: Watch) {
    loop {
        session.outbox.room().await;
        let changed = watch.changed().await;
        session.notify(FsChangedNotification {
            watch_id: id.to_owned(),
            changed_paths: changed.iter().map(|path| wire::absolute(path)).collect(),
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::TransportKind;

    #[tokio::test]
    async fn a_watch_ends_with_its_connection_and_its_name_is_its_connections_own() {
        let dir = tempfile::tempdir().unwrap();
        let watches = Watches::default();
        let [one, two] = [0, 1].map(|n| Arc::new(Session::new(ConnectionId(n), TransportKind::UnixSocket)));
        watches.start(&one, "w".into(), dir.path().into()).await.unwrap();
        watches.start(&two, "w".into(), dir.path().into()).await.unwrap();
        let twice = watches
            .start(&one, "w".into(), dir.path().into())
            .await
            .unwrap_err();
        assert_eq!(twice, RpcError::invalid_request("watchId already exists: w"));
        one.gone.cancel();
        while lock(&watches.running).contains_key(&(one.id, "w".into())) {
            tokio::task::yield_now().await;
        }
        watches.stop(two.id, "w".into()).await;
        assert!(lock(&watches.running).is_empty());
    }
}
