//! The cached answer to "who is signed in", and the operations that change it.

use std::sync::{Arc, Mutex, MutexGuard, RwLock};

use codex_http::Clients;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use jiff::Timestamp;

use crate::agent::AgentIdentity;
use crate::backend::Backend;
use crate::login::Pending;
use crate::refresh::Flight;
use crate::service::{Caller, Issuer, Refusal, Service};
use crate::storage::{AuthFile, AuthMode, Store, StoreError, Tokens};
use crate::{ChatgptCredentials, Credentials, IdClaims, PlanType, TokenError};

/// Credentials of one CODEX_HOME, cached, and the logins that are under way.
pub struct AuthManager {
    pub(crate) store: Store,
    pub(crate) service: Service,
    /// The workspace that a ChatGPT login must be for.
    pub(crate) workspace: Option<String>,
    state: RwLock<State>,
    /// Held while the store is changed together with what is cached of it.
    writing: Mutex<()>,
    pub(crate) refreshing: Mutex<Option<Flight>>,
    pub(crate) pending: Mutex<Option<Pending>>,
    pub(crate) backend: Backend,
    /// The identity that the environment prescribes; it goes before what is stored, also when it does not hold.
    prescribed_agent: Option<String>,
    proving: Mutex<Option<Proof>>,
}

type Proof = Shared<BoxFuture<'static, ()>>;

#[derive(Default)]
struct State {
    stored: Option<Arc<Credentials>>,
    /// Tokens that a client brought and keeps; they go before what is stored.
    external: Option<Arc<Credentials>>,
    /// An agent's identity; it goes before what else is stored.
    agent: Option<Agent>,
    /// Tokens that will never be renewed, and why.
    refused: Option<(Tokens, Refusal)>,
}

/// An agent's identity, proved when somebody first asks who is signed in: that takes the network.
struct Agent {
    token: String,
    /// `None`: not looked at yet; inner: it does not hold.
    proved: Option<Option<Arc<Credentials>>>,
}

/// What an [`AuthManager`] works with.
#[derive(Debug)]
pub struct Setup {
    /// Where credentials are kept.
    pub store: Store,
    /// Connections to the issuer of tokens.
    pub clients: Clients,
    /// The workspace that a ChatGPT login must be for.
    pub forced_workspace: Option<String>,
    /// The ChatGPT backend.
    pub chatgpt_base_url: String,
}

/// What `account/read` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// A key.
    ApiKey,
    /// A ChatGPT account.
    Chatgpt {
        /// Its e-mail.
        email: String,
        /// Its plan.
        plan: PlanType,
    },
}

/// Why `account/read` has no answer.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub enum AccountError {
    /// Tokens that name no e-mail.
    #[error("email and plan type are required for chatgpt authentication")]
    NoEmail,
}

/// What `getAuthStatus` shows for a provider that needs a login.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct AuthStatus {
    /// The mode; `None`: nobody who could ask a model is signed in.
    pub mode: Option<AuthMode>,
    /// The bearer token.
    pub token: Option<String>,
}

/// Why tokens that a client brought are not taken.
#[derive(Debug, thiserror::Error)]
pub enum ExternalError {
    /// They are for another workspace than the configuration allows.
    #[error("External auth must use workspace {expected}, but received \"{given}\".")]
    Workspace {
        /// The one allowed.
        expected: String,
        /// The one they are for.
        given: String,
    },
    /// They cannot be read.
    #[error("failed to set external auth: {0}")]
    Token(#[from] TokenError),
}

impl std::fmt::Debug for AuthManager {
    /// Shows who is signed in, never a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthManager")
            .field("current", &self.current())
            .finish_non_exhaustive()
    }
}

impl AuthManager {
    /// Reads the store once.
    pub fn load(setup: Setup) -> Self {
        let agent = std::env::var("CODEX_AGENT_IDENTITY").ok();
        let manager = Self::new(setup, Issuer::from_environment(), agent);
        manager.reload();
        manager
    }

    pub(crate) fn new(setup: Setup, issuer: Issuer, agent: Option<String>) -> Self {
        let agent = agent.map(|token| token.trim().to_owned());
        let memory_only = setup.store.is_ephemeral();
        let workspace = setup.forced_workspace.as_deref().map(str::trim);
        Self {
            store: setup.store,
            service: Service::new(setup.clients, issuer),
            workspace: workspace.filter(|id| !id.is_empty()).map(str::to_owned),
            state: RwLock::default(),
            writing: Mutex::default(),
            refreshing: Mutex::default(),
            pending: Mutex::default(),
            backend: Backend::new(&setup.chatgpt_base_url),
            prescribed_agent: agent.filter(|token| !token.is_empty() && !memory_only),
            proving: Mutex::default(),
        }
    }

    /// The connections in use.
    pub fn clients(&self) -> &Clients {
        &self.service.clients
    }

    /// From now on services are told that `caller` asks.
    pub fn set_caller(&self, caller: Caller) {
        *self.service.caller.write().unwrap_or_else(|e| e.into_inner()) = caller;
    }

    /// Who is signed in, as of the last look.
    pub fn current(&self) -> Option<Arc<Credentials>> {
        let state = self.state();
        match (&state.external, &state.agent) {
            (Some(external), _) => Some(Arc::clone(external)),
            (None, Some(agent)) => agent.proved.clone().flatten(),
            (None, None) => state.stored.clone(),
        }
    }

    /// Proves an agent's identity that has not been looked at yet. Whatever comes of it shows in [`Self::current`].
    pub async fn prove_agent(self: &Arc<Self>) {
        let unproved = |state: &State| {
            let agent = state.agent.as_ref().filter(|agent| agent.proved.is_none());
            agent.map(|agent| agent.token.clone())
        };
        let Some(token) = unproved(&self.state()) else {
            return;
        };
        let proof = {
            let mut under_way = self.proving.lock().unwrap_or_else(|e| e.into_inner());
            match under_way.as_ref().filter(|proof| proof.peek().is_none()) {
                Some(proof) => proof.clone(),
                None => under_way
                    .insert(Arc::clone(self).prove(token).boxed().shared())
                    .clone(),
            }
        };
        proof.await;
    }

    async fn prove(self: Arc<Self>, token: String) {
        let (keys, accounts) = (self.backend.agent_keys_url(), &self.service.issuer.agents);
        let proved = match AgentIdentity::prove(&token, &self.service, &keys, accounts).await {
            Ok(identity) => Some(Arc::new(Credentials::Agent(Arc::new(identity)))),
            Err(error) => {
                tracing::warn!("the agent's identity does not count: {error}");
                None
            }
        };
        let mut state = self.state_mut();
        if let Some(agent) = state.agent.as_mut().filter(|agent| agent.token == token) {
            agent.proved = Some(proved);
        }
    }

    /// Whether a client keeps the tokens in use.
    pub fn is_external(&self) -> bool {
        self.current()
            .is_some_and(|who| who.mode() == AuthMode::ChatgptAuthTokens)
    }

    /// Looks into the store again; blocks.
    pub fn reload(&self) {
        let _writing = self.writing();
        let file = self.store.load();
        self.set_agent(file.as_ref());
        self.set_stored(file.and_then(|file| file.credentials()));
    }

    /// Signs in with a key: any string, saved verbatim (account.md §4). Blocks.
    pub fn login_api_key(&self, key: &str) -> Result<(), StoreError> {
        let file = AuthFile::with_api_key(key);
        let _writing = self.writing();
        self.store.save(&file)?;
        self.set_agent(Some(&file));
        self.set_stored(file.credentials());
        Ok(())
    }

    /// Signs in with tokens that the client keeps; nothing is stored (account.md §7).
    pub fn login_external(
        &self,
        access_token: String,
        account_id: String,
        plan: Option<&str>,
    ) -> Result<(), ExternalError> {
        if let Some(expected) = self.workspace.as_ref().filter(|id| **id != account_id) {
            return Err(ExternalError::Workspace {
                expected: expected.clone(),
                given: account_id,
            });
        }
        let mut claims = IdClaims::parse(&access_token)?;
        if let Some(plan) = plan {
            claims.plan = PlanType::from_claim(&plan.to_ascii_lowercase());
        }
        let login = ChatgptCredentials {
            mode: AuthMode::ChatgptAuthTokens,
            tokens: Some(Tokens {
                id_token: access_token.clone(),
                access_token,
                refresh_token: String::new(),
                account_id: Some(account_id),
            }),
            claims,
            last_refresh: Some(Timestamp::now()),
        };
        self.state_mut().external = Some(Arc::new(Credentials::Chatgpt(Box::new(login))));
        Ok(())
    }

    /// Signs out: ends a login that waits, gives tokens back, removes what is stored and forgets it.
    pub async fn logout(self: &Arc<Self>) -> Result<(), StoreError> {
        let auth = Arc::clone(self);
        // A login that is just being saved is waited for.
        run_blocking(move || auth.end_login()).await?;
        if let Some(Credentials::Chatgpt(login)) = self.current().as_deref()
            && login.mode == AuthMode::Chatgpt
            && let Some(tokens) = &login.tokens
        {
            self.service.revoke(tokens).await;
        }
        let auth = Arc::clone(self);
        run_blocking(move || {
            let _writing = auth.writing();
            auth.store.delete()?;
            auth.set_agent(None);
            let mut state = auth.state_mut();
            (state.stored, state.external, state.refused) = (None, None, None);
            Ok(())
        })
        .await?
    }

    /// The account of whoever is signed in (account.md §2).
    pub fn account(&self) -> Result<Option<Account>, AccountError> {
        match self.current().as_deref() {
            None => Ok(None),
            Some(Credentials::ApiKey(_)) => Ok(Some(Account::ApiKey)),
            Some(Credentials::Chatgpt(login)) if self.is_refused(login) => Ok(None),
            Some(Credentials::Chatgpt(login)) => {
                let email = login.claims.email.clone().ok_or(AccountError::NoEmail)?;
                Ok(Some(Account::Chatgpt {
                    email,
                    plan: login.claims.plan,
                }))
            }
            Some(Credentials::Agent(agent)) => Ok(Some(Account::Chatgpt {
                email: agent.email().to_owned(),
                plan: agent.plan(),
            })),
        }
    }

    /// The answer to `getAuthStatus` where the provider needs a login; the token only on demand.
    pub fn status(&self, include_token: bool) -> AuthStatus {
        let current = self.current();
        let token = match current.as_deref() {
            Some(Credentials::ApiKey(key)) => Some(key.clone()),
            Some(Credentials::Agent(_)) => {
                return AuthStatus {
                    mode: Some(AuthMode::AgentIdentity),
                    token: None,
                };
            }
            Some(Credentials::Chatgpt(login)) if self.is_refused(login) => {
                return AuthStatus {
                    mode: Some(login.mode),
                    token: None,
                };
            }
            // Without a date of renewal nobody can tell whether the tokens are any good.
            Some(Credentials::Chatgpt(login)) => login
                .last_refresh
                .and(login.tokens.as_ref())
                .map(|tokens| tokens.access_token.clone()),
            None => None,
        };
        match (current, token.filter(|t| !t.is_empty())) {
            (Some(who), Some(token)) => AuthStatus {
                mode: Some(who.mode()),
                token: include_token.then_some(token),
            },
            _ => AuthStatus::default(),
        }
    }

    /// Makes the identity the one prescribed, else that of the document. One that is known already stays as it is.
    fn set_agent(&self, file: Option<&AuthFile>) {
        let stored = file.and_then(AuthFile::agent);
        let token = self.prescribed_agent.as_deref().or(stored);
        let mut state = self.state_mut();
        if state.agent.as_ref().map(|agent| agent.token.as_str()) != token {
            state.agent = token.map(|token| Agent {
                token: token.to_owned(),
                proved: None,
            });
        }
    }

    pub(crate) fn set_stored(&self, who: Option<Credentials>) {
        self.state_mut().stored = who.map(Arc::new);
    }

    /// Stores the document with new tokens in place of `old`, unless something else has become of them meanwhile.
    pub(crate) fn replace_tokens(&self, old: &Tokens, file: &AuthFile) -> Result<(), StoreError> {
        let _writing = self.writing();
        let stored = self.state().stored.clone();
        let still = match stored.as_deref() {
            Some(Credentials::Chatgpt(login)) => login.tokens.as_ref() == Some(old),
            _ => false,
        };
        if still {
            self.store.save(file)?;
            self.set_stored(file.credentials());
        }
        Ok(())
    }

    pub(crate) fn remember_refusal(&self, tokens: Tokens, refusal: Refusal) {
        self.state_mut().refused = Some((tokens, refusal));
    }

    /// Why these tokens will never be renewed, if the issuer has said so.
    pub(crate) fn refusal_of(&self, tokens: &Tokens) -> Option<Refusal> {
        let state = self.state();
        let (refused, refusal) = state.refused.as_ref()?;
        (refused == tokens).then_some(*refusal)
    }

    fn is_refused(&self, login: &ChatgptCredentials) -> bool {
        let tokens = login.tokens.as_ref();
        tokens.is_some_and(|tokens| self.refusal_of(tokens).is_some())
    }

    pub(crate) fn writing(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(|e| e.into_inner())
    }

    fn state(&self) -> std::sync::RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(|e| e.into_inner())
    }

    fn state_mut(&self) -> std::sync::RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(|e| e.into_inner())
    }
}

async fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> std::io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(std::io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage;
    use crate::token::jwt;
    use serde_json::json;

    fn load(store: Store) -> Arc<AuthManager> {
        let setup = Setup {
            store,
            clients: Clients::default(),
            forced_workspace: Some(" ws ".into()),
            chatgpt_base_url: String::new(),
        };
        Arc::new(AuthManager::load(setup))
    }

    fn stored(document: serde_json::Value) -> (tempfile::TempDir, Arc<AuthManager>) {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(storage::path(home.path()), document.to_string()).unwrap();
        let manager = load(Store::file(home.path()));
        (home, manager)
    }

    fn tokens(claims: serde_json::Value) -> serde_json::Value {
        json!({"auth_mode": "chatgpt", "tokens": {"id_token": jwt(&claims), "access_token": "at", "refresh_token": "rt"}})
    }

    #[tokio::test]
    async fn a_key_is_saved_shown_and_forgotten_again() {
        let home = tempfile::tempdir().unwrap();
        let auth = load(Store::file(home.path()));
        assert_eq!(auth.account(), Ok(None));
        auth.login_api_key(" sk \n").unwrap();
        assert_eq!(auth.account(), Ok(Some(Account::ApiKey)));
        assert_eq!(auth.status(true).token.as_deref(), Some(" sk \n"));
        let other = load(Store::file(home.path()));
        assert_eq!(other.current().unwrap().mode(), AuthMode::ApiKey);
        auth.logout().await.unwrap();
        auth.logout().await.unwrap();
        assert!(auth.current().is_none() && !storage::path(home.path()).exists());
    }

    #[test]
    fn the_file_is_not_looked_at_between_logins() {
        let (home, auth) = stored(json!({"OPENAI_API_KEY": "k"}));
        std::fs::remove_file(storage::path(home.path())).unwrap();
        assert_eq!(auth.account(), Ok(Some(Account::ApiKey)));
        auth.reload();
        assert_eq!(auth.account(), Ok(None));
    }

    #[test]
    fn an_empty_key_is_an_account_but_no_way_to_ask() {
        let (_home, auth) = stored(json!({"OPENAI_API_KEY": ""}));
        assert_eq!(auth.account(), Ok(Some(Account::ApiKey)));
        assert!(auth.status(true) == AuthStatus::default());
    }

    #[test]
    fn chatgpt_tokens_show_email_and_plan_and_need_a_date_to_be_told() {
        let claims = json!({"email": "a@b", "https://api.openai.com/auth": {"chatgpt_plan_type": "pro"}});
        let (_home, auth) = stored(tokens(claims.clone()));
        let account = Account::Chatgpt {
            email: "a@b".into(),
            plan: PlanType::Pro,
        };
        assert_eq!(auth.account(), Ok(Some(account)));
        assert!(auth.status(true) == AuthStatus::default());
        let mut dated = tokens(claims);
        dated["last_refresh"] = json!("2026-01-01T00:00:00Z");
        let (_home, auth) = stored(dated);
        assert_eq!(
            (auth.status(false).mode, auth.status(false).token),
            (Some(AuthMode::Chatgpt), None)
        );
        assert_eq!(auth.status(true).token.as_deref(), Some("at"));
    }

    #[test]
    fn tokens_without_an_email_are_an_error() {
        let (_home, auth) = stored(tokens(json!({})));
        assert_eq!(auth.account(), Err(AccountError::NoEmail));
        let (_home, auth) = stored(json!({"auth_mode": "chatgpt"}));
        assert_eq!(auth.account(), Err(AccountError::NoEmail));
    }

    #[tokio::test]
    async fn the_ephemeral_store_leaves_the_disk_alone() {
        let auth = load(Store::ephemeral());
        auth.login_api_key("k").unwrap();
        auth.reload();
        assert_eq!(auth.status(true).token.as_deref(), Some("k"));
        auth.logout().await.unwrap();
        assert!(auth.current().is_none());
    }

    #[test]
    fn tokens_of_a_client_go_before_what_is_stored_and_are_never_written() {
        let (home, auth) = stored(json!({"OPENAI_API_KEY": "k"}));
        let access =
            jwt(&json!({"email": "a@b", "https://api.openai.com/auth": {"chatgpt_plan_type": "pro"}}));
        auth.login_external(access.clone(), "ws".into(), Some("TEAM"))
            .unwrap();
        let account = Account::Chatgpt {
            email: "a@b".into(),
            plan: PlanType::Team,
        };
        assert_eq!(auth.account(), Ok(Some(account)));
        assert!(auth.is_external() && auth.status(true).token.as_deref() == Some(access.as_str()));
        let stored = std::fs::read_to_string(storage::path(home.path())).unwrap();
        assert!(stored.contains("\"k\""), "{stored}");
    }

    #[test]
    fn tokens_of_another_workspace_or_of_no_kind_change_nothing() {
        let (_home, auth) = stored(json!({"OPENAI_API_KEY": "k"}));
        let refused = |token: &str, account: &str| {
            auth.login_external(token.into(), account.into(), None)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            refused("opaque", "other"),
            "External auth must use workspace ws, but received \"other\"."
        );
        assert_eq!(
            refused("opaque", "ws"),
            "failed to set external auth: invalid ID token format"
        );
        assert_eq!(auth.account(), Ok(Some(Account::ApiKey)));
    }
}
