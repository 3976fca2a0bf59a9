//! The login as model requests carry it, and what is done when a model's service refuses it (account.md §6, §7).

use std::sync::Arc;
use std::time::Duration;

use codex_auth::{AuthManager, AuthMode, ExternalError, RefreshError, Refusal};
use codex_model::{BoxFuture, CredentialSource, Credentials, ErrorKind, ModelError};
use codex_protocol::{
    ChatgptAuthTokensRefreshParams, ChatgptAuthTokensRefreshReason, ChatgptAuthTokensRefreshResponse,
    ServerRequest,
};

use crate::app::App;
use crate::connections::Connections;
use crate::frame::Frame;
use crate::questions::Questions;

/// How long clients may take to give new tokens.
const CLIENT_PATIENCE: Duration = Duration::from_secs(10);

/// The login of this server.
pub struct Login {
    auth: Arc<AuthManager>,
    connections: Arc<Connections>,
    questions: Arc<Questions>,
}

impl Login {
    /// The login of `app`.
    pub fn of(app: &App) -> Self {
        Self {
            auth: Arc::clone(&app.auth),
            connections: Arc::clone(&app.connections),
            questions: Arc::clone(&app.questions),
        }
    }

    /// Asks every client for other tokens; the first answer counts.
    async fn ask_clients(&self) -> Result<(), String> {
        let current = self.auth.current();
        let previous_account_id = match current.as_deref() {
            Some(codex_auth::Credentials::Chatgpt(login)) => {
                login.tokens.as_ref().and_then(|tokens| tokens.account_id.clone())
            }
            _ => None,
        };
        let request = ServerRequest::AccountChatgptAuthTokensRefresh(ChatgptAuthTokensRefreshParams {
            reason: ChatgptAuthTokensRefreshReason::Unauthorized,
            previous_account_id,
        });
        let (id, answer) = self.questions.open();
        let _withdrawn = Withdrawn(&self.questions, id);
        let frame = Arc::new(Frame::request(id, &request));
        for session in self.connections.all() {
            if session.client().is_some() {
                session.outbox.push(Arc::clone(&frame), None);
            }
        }
        let timed_out = || {
            format!(
                "auth refresh request timed out after {}s",
                CLIENT_PATIENCE.as_secs()
            )
        };
        let answer = match tokio::time::timeout(CLIENT_PATIENCE, answer).await {
            Ok(Ok(answer)) => answer,
            _ => return Err(timed_out()),
        };
        let answer = answer.map_err(|refused| {
            let (code, message) = (refused.code, refused.message);
            format!("auth refresh request failed: code={code} message={message}")
        })?;
        // Read from a tree: its errors say what is wrong without a line and column nobody can see.
        let answer: ChatgptAuthTokensRefreshResponse = serde_json::from_str(answer.get())
            .and_then(serde_json::from_value)
            .map_err(|e| e.to_string())?;
        let plan = answer.chatgpt_plan_type.as_deref();
        self.auth
            .login_external(answer.access_token, answer.chatgpt_account_id, plan)
            .map_err(|error| match error {
                ExternalError::Workspace { expected, given } => {
                    format!("external auth refresh returned workspace \"{given}\", expected \"{expected}\"")
                }
                ExternalError::Token(error) => error.to_string(),
            })
    }

    async fn recover_from(&self, attempt: u32) -> Result<bool, ModelError> {
        let Some(mode) = self.auth.current().map(|who| who.mode()) else {
            return Ok(false);
        };
        match (mode, attempt) {
            (AuthMode::Chatgpt, 0) => self.auth.reload_same_account().await.map_err(refused)?,
            (AuthMode::Chatgpt, 1) => self.auth.refresh().await.map_err(|error| match error {
                RefreshError::Refused(refusal) => refused(refusal),
                RefreshError::Transient(text) => ModelError::new(ErrorKind::Refused, text),
            })?,
            (AuthMode::ChatgptAuthTokens, 0) => self
                .ask_clients()
                .await
                .map_err(|text| ModelError::new(ErrorKind::Refused, text))?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn refused(refusal: Refusal) -> ModelError {
    ModelError::new(ErrorKind::Unauthorized, refusal.to_string())
}

/// Takes a question back when nobody waits for its answer any longer.
struct Withdrawn<'a>(&'a Questions, i64);

impl Drop for Withdrawn<'_> {
    fn drop(&mut self) {
        self.0.withdraw(self.1);
    }
}

impl CredentialSource for Login {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, ModelError>> {
        Box::pin(async {
            let Some(who) = self.auth.fresh().await else {
                return Ok(Credentials::none());
            };
            let carried = who.for_request();
            Ok(Credentials {
                chatgpt: who.is_account(),
                authorization: carried.authorization,
                account_id: carried.account_id,
                fedramp: carried.fedramp,
            })
        })
    }

    fn recover<'a>(&'a self, _: &'a Credentials, attempt: u32) -> BoxFuture<'a, Result<bool, ModelError>> {
        Box::pin(self.recover_from(attempt))
    }
}
