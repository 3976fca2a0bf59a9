//! The server as its services see it: everything there is one of in the process.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use codex_agent::SavedRules;
use codex_auth::AuthManager;
use codex_config::{Config, Sources};
use codex_model::{Catalogue, CatalogueError, Http};
use codex_protocol::{ConfigWarningNotification, ServerNotification, ThreadStatus};
use uuid::Uuid;

use crate::connections::Connections;
use crate::dispatch::LaneKey;
use crate::lanes::Lanes;
use crate::metrics::{Gauges, Metrics};
use crate::processes::Processes;
use crate::providers;
use crate::questions::Questions;
use crate::searches::Searches;
use crate::session::Session;
use crate::store::Store;
use crate::thread::registry::Registry;
use crate::user_agent::Originator;
use crate::watches::Watches;

/// One running server.
pub struct App {
    /// Where configuration comes from.
    pub sources: Sources,
    /// The configuration the server started with, which account and model methods go by.
    pub start_config: Arc<Config>,
    /// Who is signed in.
    pub auth: Arc<AuthManager>,
    /// Connections to model services, shared by all threads.
    pub http: Http,
    /// The open connections of clients.
    pub connections: Arc<Connections>,
    /// Requests of ours that wait for an answer.
    pub questions: Arc<Questions>,
    /// Requests that wait for each other.
    pub lanes: Lanes<LaneKey>,
    /// The loaded threads.
    pub threads: Registry,
    /// Histories and their index.
    pub store: Store,
    /// Commands of clients' own that run under a name.
    pub processes: Processes,
    /// The paths clients watch.
    pub watches: Watches,
    /// Searches for files that go on.
    pub searches: Searches,
    /// Counters.
    pub metrics: Metrics,
    /// Whose requests to the model's service these are.
    pub originator: Originator,
    /// Command prefixes that answers to approvals have saved.
    pub saved_rules: Arc<SavedRules>,
    /// What every client is warned of after `initialize`.
    pub start_warnings: Vec<ConfigWarningNotification>,
    start_catalogue: OnceLock<Arc<Catalogue>>,
    installation_id: OnceLock<String>,
    shutting_down: AtomicBool,
}

impl App {
    /// A server that serves nothing yet. Nothing is opened or read here that the first reply does not need.
    pub fn new(
        sources: Sources,
        start_config: Config,
        auth: AuthManager,
        store: Store,
        start_warnings: Vec<ConfigWarningNotification>,
    ) -> Self {
        let saved_rules = SavedRules::new(sources.home.path());
        Self {
            saved_rules,
            sources,
            start_config: Arc::new(start_config),
            http: Http::new(auth.clients().clone()),
            auth: Arc::new(auth),
            connections: Arc::default(),
            questions: Arc::default(),
            lanes: Lanes::default(),
            threads: Registry::default(),
            store,
            processes: Processes::default(),
            watches: Watches::default(),
            searches: Searches::default(),
            metrics: Metrics::default(),
            originator: Originator::default(),
            start_warnings,
            start_catalogue: OnceLock::new(),
            installation_id: OnceLock::new(),
            shutting_down: AtomicBool::new(false),
        }
    }

    /// A server with the default configuration, for tests.
    #[cfg(test)]
    pub(crate) fn in_home(home: &Path) -> Arc<Self> {
        let home = codex_config::Home::at(home);
        let sources = Sources::new(home, codex_config::Overrides::default());
        let config = sources.load_defaults().expect("the defaults are valid");
        let store = Store::new(&config.codex_home, &config.sqlite_home, &config.model_provider_id);
        let auth = AuthManager::load(codex_auth::Setup {
            store: codex_auth::Store::ephemeral(),
            clients: codex_http::Clients::from_environment(),
            forced_workspace: None,
            chatgpt_base_url: String::new(),
        });
        Arc::new(Self::new(sources, config, auth, store, Vec::new()))
    }

    /// The provider of the start configuration.
    pub fn provider_wants_login(&self) -> bool {
        providers::provider(&self.start_config).is_ok_and(|provider| provider.requires_openai_auth)
    }

    /// The models of the start configuration's provider; a file of them is read once.
    pub fn start_catalogue(&self) -> Result<Arc<Catalogue>, CatalogueError> {
        if let Some(read) = self.start_catalogue.get() {
            return Ok(Arc::clone(read));
        }
        let read = providers::catalogue(&self.start_config)?;
        Ok(Arc::clone(self.start_catalogue.get_or_init(|| read)))
    }

    /// The id of this home's installation, which requests to the model's service carry; made on first use.
    pub fn installation_id(&self) -> String {
        self.installation_id
            .get_or_init(|| installation_id(self.sources.home.path()))
            .clone()
    }

    /// From now on no turn is started.
    pub fn begin_shutdown(&self) {
        self.shutting_down.store(true, Ordering::Release);
    }

    /// Whether the server is going down.
    pub fn is_shutting_down(&self) -> bool {
        self.shutting_down.load(Ordering::Acquire)
    }

    /// Ends everything that belongs to a connection which is gone: its subscriptions, and what watches its token.
    pub fn disconnected(&self, session: &Session) {
        session.gone.cancel();
        self.connections.remove(session.id);
        if self.connections.len() == 0 {
            self.searches.end_sessions();
        }
        for thread in self.threads.all() {
            thread.hub.unsubscribe(session.id);
        }
    }

    /// Tells every client something about a thread: by way of its hub if it is loaded, where it gets a number.
    pub fn broadcast_of(&self, thread_id: &str, notification: impl Into<ServerNotification>) {
        match self.threads.get(thread_id) {
            Some(thread) => thread.hub.broadcast(notification),
            None => self.connections.broadcast(notification),
        }
    }

    /// The status of a thread, loaded or not.
    pub fn status_of(&self, id: &str) -> ThreadStatus {
        self.threads
            .get(id)
            .map_or(ThreadStatus::NotLoaded, |thread| thread.status())
    }

    /// How many threads have a turn running.
    pub fn turns_running(&self) -> usize {
        self.threads
            .all()
            .iter()
            .filter(|t| matches!(t.status(), ThreadStatus::Active { .. }))
            .count()
    }

    /// The page of `GET /metrics`.
    pub fn metrics_page(&self) -> String {
        let mut gauges = Gauges {
            threads: self.threads.ids().len(),
            turns_running: self.turns_running(),
            ..Gauges::default()
        };
        for session in self.connections.all() {
            let (messages, bytes) = session.outbox.depth();
            gauges.connections += 1;
            gauges.in_flight += session.in_flight();
            gauges.queued_messages += messages;
            gauges.queued_bytes += bytes;
        }
        self.metrics.page(&gauges)
    }
}

/// Reads the home's installation id, or makes one. A home that cannot be written gets a new one each time.
fn installation_id(home: &Path) -> String {
    let path = home.join("installation_id");
    let stored = fs::read_to_string(&path)
        .ok()
        .and_then(|text| Uuid::parse_str(text.trim()).ok());
    let id = stored.unwrap_or_else(|| {
        let id = Uuid::new_v4();
        if let Err(error) = fs::write(&path, id.to_string()) {
            tracing::warn!("cannot keep the installation id: {error}");
        }
        id
    });
    id.to_string()
}
