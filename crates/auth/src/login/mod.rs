//! Logins that take a while: at most one waits, and it ends when another begins, when somebody signs out, or when it is
//! cancelled (account.md §4).

mod browser;
mod device;
mod pages;

use std::sync::{Arc, MutexGuard};

use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use browser::BrowserLogin;
pub use device::{DeviceLogin, DeviceLoginError};

use crate::manager::AuthManager;
use crate::service::NewTokens;
use crate::storage::{AuthFile, AuthMode, Tokens};
use crate::{IdClaims, StoreError, TokenError};

/// How a login ended: with credentials that are in use now, or why not.
pub type Outcome = Result<(), String>;

const NOT_COMPLETED: &str = "Login was not completed";

/// The login that waits.
#[derive(Debug)]
pub(crate) struct Pending {
    id: Uuid,
    cancel: CancellationToken,
}

/// Why tokens of a login are not used.
#[derive(Debug, thiserror::Error)]
enum SaveError {
    #[error("Login is restricted to workspace id {0}.")]
    OtherWorkspace(String),
    #[error("Login is restricted to a workspace, but the token names none.")]
    NoWorkspace,
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{NOT_COMPLETED}")]
    Ended,
}

impl AuthManager {
    /// Ends the login of that id; false when it does not wait. Blocks while it is being saved.
    pub fn cancel_login(&self, id: Uuid) -> bool {
        let mut pending = self.pending();
        let found = pending.take_if(|login| login.id == id);
        if let Some(login) = &found {
            login.cancel.cancel();
        }
        found.is_some()
    }

    /// Ends whatever login waits. Blocks while it is being saved.
    pub fn end_login(&self) {
        if let Some(login) = self.pending().take() {
            login.cancel.cancel();
        }
    }

    /// Makes a new login the one that waits and runs it; `flow` stops when the login is cancelled. `ended` is told how
    /// it went.
    fn begin_login(
        self: &Arc<Self>,
        cancelled: String,
        flow: impl Future<Output = Outcome> + Send + 'static,
        id: Uuid,
    ) -> oneshot::Receiver<Outcome> {
        let cancel = CancellationToken::new();
        let pending = Pending {
            id,
            cancel: cancel.clone(),
        };
        if let Some(before) = self.pending().replace(pending) {
            before.cancel.cancel();
        }
        let (tell, ended) = oneshot::channel();
        let auth = Arc::clone(self);
        tokio::spawn(async move {
            let outcome = tokio::select! {
                biased;
                () = cancel.cancelled() => Err(cancelled),
                outcome = flow => outcome,
            };
            auth.pending().take_if(|login| login.id == id);
            // Whoever started it may have gone; the login counts all the same.
            let _ = tell.send(outcome);
        });
        ended
    }

    /// Stores the tokens of a login, unless it was ended meanwhile: who cancels and who saves wait for each other.
    async fn save_login(
        self: &Arc<Self>,
        id: Uuid,
        tokens: NewTokens,
        api_key: Option<String>,
    ) -> Result<(), SaveError> {
        let claims = IdClaims::parse(&tokens.id_token);
        self.check_workspace(claims.as_ref().ok())?;
        let file = AuthFile {
            auth_mode: Some(AuthMode::Chatgpt),
            api_key,
            tokens: Some(Tokens {
                account_id: claims?.account_id,
                id_token: tokens.id_token,
                access_token: tokens.access_token,
                refresh_token: tokens.refresh_token,
            }),
            last_refresh: Some(Timestamp::now()),
            agent_identity: None,
        };
        let auth = Arc::clone(self);
        let saved = tokio::task::spawn_blocking(move || {
            let pending = auth.pending();
            if pending.as_ref().is_none_or(|login| login.id != id) {
                return Err(SaveError::Ended);
            }
            let _writing = auth.writing();
            Ok(auth.store.save(&file)?)
        });
        saved
            .await
            .map_err(|e| StoreError::from(std::io::Error::other(e)))?
    }

    fn check_workspace(&self, claims: Option<&IdClaims>) -> Result<(), SaveError> {
        let Some(workspace) = &self.workspace else {
            return Ok(());
        };
        match claims.and_then(|claims| claims.account_id.as_ref()) {
            Some(account) if account == workspace => Ok(()),
            Some(_) => Err(SaveError::OtherWorkspace(workspace.clone())),
            None => Err(SaveError::NoWorkspace),
        }
    }

    /// Puts what a login has stored to use.
    async fn use_login(self: &Arc<Self>) -> Outcome {
        let auth = Arc::clone(self);
        let reloaded = tokio::task::spawn_blocking(move || auth.reload());
        reloaded.await.map_err(|e| e.to_string())
    }

    fn pending(&self) -> MutexGuard<'_, Option<Pending>> {
        self.pending.lock().unwrap_or_else(|e| e.into_inner())
    }
}
