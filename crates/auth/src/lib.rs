//! Who is signed in: stored credentials, signing in with an API key, signing out, and what a model request may carry.
//!
//! [`AuthManager`] caches what [`storage`] found; it reads the disk at start and after a login or logout, not between
//! (account.md §3). Browser and device logins and the renewal of tokens are not here yet; tokens that such a login left
//! in `auth.json` are used as they are and never rewritten.

mod keyring;
mod manager;
pub mod storage;
mod token;

pub use manager::{Account, AccountError, AuthManager, AuthStatus};
pub use storage::{AuthFile, AuthMode, Store, StoreError, Tokens};
pub use token::{IdClaims, PlanType, TokenError};

/// Credentials that count.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// An API key, verbatim.
    ApiKey(String),
    /// Tokens of a ChatGPT account.
    Chatgpt(Box<ChatgptCredentials>),
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
        }
    }

    /// The plan clients are told: `None` for a key.
    pub fn plan(&self) -> Option<PlanType> {
        match self {
            Self::ApiKey(_) => None,
            Self::Chatgpt(c) => Some(c.claims.plan),
        }
    }
}

impl std::fmt::Debug for Credentials {
    /// Shows the kind, never a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Credentials").field(&self.mode()).finish()
    }
}
