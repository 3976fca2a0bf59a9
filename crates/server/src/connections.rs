//! All open connections, and notifications to every one of them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use codex_protocol::ServerNotification;

use crate::frame::Frame;
use crate::session::{ConnectionId, Session, TransportKind};

/// The open connections of this process.
#[derive(Debug, Default)]
pub struct Connections {
    next: AtomicU64,
    open: Mutex<BTreeMap<ConnectionId, Arc<Session>>>,
}

impl Connections {
    /// Registers a new connection.
    pub fn open(&self, transport: TransportKind) -> Arc<Session> {
        let id = ConnectionId(self.next.fetch_add(1, Ordering::Relaxed));
        let session = Arc::new(Session::new(id, transport));
        self.lock().insert(id, Arc::clone(&session));
        session
    }

    /// Forgets a connection that is gone.
    pub fn remove(&self, id: ConnectionId) {
        self.lock().remove(&id);
    }

    /// The connections open right now.
    pub fn all(&self) -> Vec<Arc<Session>> {
        self.lock().values().cloned().collect()
    }

    /// How many are open.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Sends a notification to every initialized connection that wants it.
    pub fn broadcast(&self, notification: impl Into<ServerNotification>) {
        let frame = Arc::new(Frame::notification(&notification.into()));
        for session in self.lock().values() {
            if session.hears(frame.method(), frame.is_experimental()) {
                session.outbox.push(Arc::clone(&frame), None);
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<ConnectionId, Arc<Session>>> {
        self.open
            .lock()
            .expect("no code panics while it holds the connections")
    }
}
