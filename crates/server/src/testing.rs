//! A server for unit tests, in a home that goes with it.

use std::sync::Arc;

use codex_protocol::{InitializeParams, RequestId};
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

use crate::app::App;
use crate::dispatch;
use crate::session::{Client, Session, TransportKind};
use crate::thread::Handle;

/// A server that serves nobody yet.
pub struct Server {
    /// The server.
    pub app: Arc<App>,
    _home: tempfile::TempDir,
}

impl Server {
    /// A server with a fresh home.
    pub fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        Self {
            app: App::in_home(home.path()),
            _home: home,
        }
    }

    /// A connection that has shaken hands.
    pub fn connect(&self, transport: TransportKind) -> Arc<Session> {
        let session = self.app.connections.open(transport);
        let params: InitializeParams =
            serde_json::from_value(json!({"clientInfo": {"name": "unit", "version": "1"}}))
                .expect("plain params");
        session.initialized(Client::new(params));
        session
    }

    /// Sends a request for a connection.
    pub fn ask(&self, session: &Arc<Session>, method: &str, params: Value) {
        let params = to_raw_value(&params).expect("plain params");
        dispatch::request(
            &self.app,
            session,
            RequestId::Integer(1),
            method,
            Some(&params),
            None,
        );
    }

    /// Starts a thread that the connection hears.
    pub async fn start_thread(&self, session: &Arc<Session>) -> Handle {
        self.ask(session, "thread/start", json!({}));
        settled(session).await;
        self.app.threads.all().pop().expect("a thread")
    }
}

/// Waits until no request of a connection is under way.
pub async fn settled(session: &Session) {
    while session.in_flight() > 0 {
        tokio::task::yield_now().await;
    }
}
