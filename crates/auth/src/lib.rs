//! Who is signed in: stored credentials, signing in and out, renewing tokens, and what the account's backend tells.
//!
//! [`AuthManager`] caches what the [`Store`] holds; it looks there at start, after a login or logout, and before it renews
//! tokens, not between (account.md §3). What a login leads to is told by the [`Outcome`] it ends with.

mod agent;
mod backend;
mod keyring;
mod login;
mod manager;
mod random;
mod refresh;
mod service;
pub mod storage;
#[cfg(test)]
mod testing;
mod token;

pub use agent::AgentIdentity;
pub use backend::{
    AdditionalLimit, BackendError, Credits, Limit, MailAnswer, Usage, Window, plan_of_backend,
};
pub use login::{BrowserLogin, DeviceLogin, DeviceLoginError, Outcome};
pub use manager::{Account, AccountError, AuthManager, AuthStatus, ExternalError, Setup};
pub use service::{Caller, RefreshError, Refusal};
pub use storage::{AuthFile, AuthMode, Store, StoreError, Tokens};
pub use token::{IdClaims, PlanType, TokenError};

use std::sync::Arc;

/// Credentials that count.
#[derive(Clone)]
pub enum Credentials {
    /// An API key, verbatim.
    ApiKey(String),
    /// Tokens of a ChatGPT account.
    Chatgpt(Box<ChatgptCredentials>),
    /// An agent with an identity of its own.
    Agent(Arc<AgentIdentity>),
}

/// The credentials of one request (account.md §9).
#[derive(Clone, Default)]
pub struct RequestCredentials {
    /// `Authorization`.
    pub authorization: Option<String>,
    /// `ChatGPT-Account-ID`.
    pub account_id: Option<String>,
    /// `X-OpenAI-Fedramp: true`.
    pub fedramp: bool,
}

/// Tokens of a ChatGPT account with what they say about it.
#[derive(Clone, PartialEq, Eq)]
pub struct ChatgptCredentials {
    /// How they came: [`AuthMode::Chatgpt`] or [`AuthMode::ChatgptAuthTokens`].
    pub mode: AuthMode,
    /// The tokens; `None` for a file of mode `chatgpt` without any.
    pub tokens: Option<Tokens>,
    /// The id token's claims; empty without tokens.
    pub claims: IdClaims,
    /// When the tokens were last renewed.
    pub last_refresh: Option<jiff::Timestamp>,
}

impl Credentials {
    /// The mode clients are told.
    pub fn mode(&self) -> AuthMode {
        match self {
            Self::ApiKey(_) => AuthMode::ApiKey,
            Self::Chatgpt(c) => c.mode,
            Self::Agent(_) => AuthMode::AgentIdentity,
        }
    }

    /// Whether a ChatGPT account stands behind them, and not a key.
    pub fn is_account(&self) -> bool {
        !matches!(self, Self::ApiKey(_))
    }

    /// The plan clients are told: `None` for a key.
    pub fn plan(&self) -> Option<PlanType> {
        match self {
            Self::ApiKey(_) => None,
            Self::Chatgpt(c) => Some(c.claims.plan),
            Self::Agent(agent) => Some(agent.plan()),
        }
    }

    /// What a request carries: `Authorization` (anew for each request), the account, and whether its workspace is a
    /// FedRAMP one.
    pub fn for_request(&self) -> RequestCredentials {
        match self {
            Self::ApiKey(key) => RequestCredentials {
                authorization: Some(format!("Bearer {key}")),
                ..RequestCredentials::default()
            },
            Self::Chatgpt(login) => RequestCredentials {
                authorization: login
                    .tokens
                    .as_ref()
                    .map(|t| format!("Bearer {}", t.access_token)),
                account_id: login.tokens.as_ref().and_then(|t| t.account_id.clone()),
                fedramp: login.claims.fedramp,
            },
            Self::Agent(agent) => RequestCredentials {
                authorization: Some(agent.authorization()),
                account_id: Some(agent.account_id().to_owned()),
                fedramp: agent.is_fedramp(),
            },
        }
    }
}

impl std::fmt::Debug for ChatgptCredentials {
    /// Shows the mode, never a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ChatgptCredentials").field(&self.mode).finish()
    }
}

impl std::fmt::Debug for Credentials {
    /// Shows the kind, never a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Credentials").field(&self.mode()).finish()
    }
}
