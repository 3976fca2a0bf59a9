//! `account/*` and `getAuthStatus`: who is signed in, signing in and out (account.md §1–§7).

use std::sync::Arc;

use codex_auth::{Account as Signed, DeviceLoginError, ExternalError, Outcome};
use codex_config::ForcedLoginMethod;
use codex_protocol::*;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::app::App;
use crate::dispatch::{Context, Sent};
use crate::error::RpcError;
use crate::providers::is_bedrock;
use crate::wire;

/// `account/read`.
pub async fn account_read(
    cx: &mut Context,
    params: GetAccountParams,
) -> Result<GetAccountResponse, RpcError> {
    let auth = &cx.app.auth;
    auth.prove_agent().await;
    if params.refresh_token {
        refresh(&cx.app).await;
    }
    let requires_openai_auth = cx.app.provider_wants_login();
    let account = if is_bedrock(&cx.app.start_config) {
        Some(Account::AmazonBedrock {})
    } else if requires_openai_auth {
        let signed = auth.account();
        let signed = signed.map_err(|e| RpcError::invalid_request(e.to_string()))?;
        signed.map(|account| match account {
            Signed::ApiKey => Account::ApiKey {},
            Signed::Chatgpt { email, plan } => Account::Chatgpt {
                email,
                plan_type: wire::same(&plan),
            },
        })
    } else {
        None
    };
    Ok(GetAccountResponse {
        account,
        requires_openai_auth,
    })
}

/// Renews tokens where somebody asks for it. That it fails shows in the account.
async fn refresh(app: &App) {
    if let Err(error) = app.auth.refresh().await {
        tracing::warn!("the tokens were not renewed: {error}");
    }
}

/// `account/login/start`. Logins that take a while go on in the background, whatever becomes of the connection.
pub async fn account_login_start(
    cx: &mut Context,
    params: LoginAccountParams,
) -> Result<Sent<LoginAccountResponse>, RpcError> {
    check_login(&cx.app, &params)?;
    let app = Arc::clone(&cx.app);
    match params {
        LoginAccountParams::ApiKey { api_key } => {
            let auth = Arc::clone(&app.auth);
            let saved = blocking(move || {
                auth.end_login();
                auth.login_api_key(&api_key)
            });
            saved
                .await?
                .map_err(|e| RpcError::internal(format!("failed to save api key: {e}")))?;
            let sent = cx.reply(&LoginAccountResponse::ApiKey {});
            tell_outcome(&app, None, Ok(()));
            Ok(sent)
        }
        LoginAccountParams::ChatgptAuthTokens {
            access_token,
            chatgpt_account_id,
            chatgpt_plan_type,
        } => {
            let auth = Arc::clone(&app.auth);
            blocking(move || auth.end_login()).await?;
            app.auth
                .login_external(access_token, chatgpt_account_id, chatgpt_plan_type.as_deref())
                .map_err(|error| match error {
                    ExternalError::Workspace { .. } => RpcError::invalid_request(error.to_string()),
                    ExternalError::Token(_) => RpcError::internal(error.to_string()),
                })?;
            let sent = cx.reply(&LoginAccountResponse::ChatgptAuthTokens {});
            tell_outcome(&app, None, Ok(()));
            Ok(sent)
        }
        LoginAccountParams::Chatgpt {
            codex_streamlined_login,
        } => {
            let login = app.auth.start_browser_login(codex_streamlined_login).await;
            let login =
                login.map_err(|e| RpcError::internal(format!("failed to start login server: {e}")))?;
            let sent = cx.reply(&LoginAccountResponse::Chatgpt {
                login_id: login.id.to_string(),
                auth_url: login.auth_url,
            });
            tell_when_ended(app, login.id, login.ended);
            Ok(sent)
        }
        LoginAccountParams::ChatgptDeviceCode => {
            let login = app.auth.start_device_login().await;
            let login = login.map_err(|error| match error {
                DeviceLoginError::NotOffered => RpcError::invalid_request(error.to_string()),
                DeviceLoginError::Failed(_) => RpcError::internal(error.to_string()),
            })?;
            let sent = cx.reply(&LoginAccountResponse::ChatgptDeviceCode {
                login_id: login.id.to_string(),
                verification_url: login.verification_url,
                user_code: login.user_code,
            });
            tell_when_ended(app, login.id, login.ended);
            Ok(sent)
        }
    }
}

/// Whether a login of this kind may begin.
fn check_login(app: &App, params: &LoginAccountParams) -> Result<(), RpcError> {
    let is_external = matches!(params, LoginAccountParams::ChatgptAuthTokens { .. });
    let is_key = matches!(params, LoginAccountParams::ApiKey { .. });
    let refused = if app.auth.is_external() && !is_external {
        "External auth is active. Use account/login/start (chatgptAuthTokens) to update it or account/logout to clear it."
    } else {
        match app.start_config.forced_login_method {
            Some(ForcedLoginMethod::Chatgpt) if is_key => {
                "API key login is disabled. Use ChatGPT login instead."
            }
            Some(ForcedLoginMethod::Api) if is_external => {
                "External ChatGPT auth is disabled. Use API key login instead."
            }
            Some(ForcedLoginMethod::Api) if !is_key => {
                "ChatGPT login is disabled. Use API key login instead."
            }
            _ => return Ok(()),
        }
    };
    Err(RpcError::invalid_request(refused))
}

/// `account/login/cancel`.
pub async fn account_login_cancel(
    cx: &mut Context,
    params: CancelLoginAccountParams,
) -> Result<CancelLoginAccountResponse, RpcError> {
    let id = Uuid::parse_str(&params.login_id)
        .map_err(|_| RpcError::invalid_request(format!("invalid login id: {}", params.login_id)))?;
    let auth = Arc::clone(&cx.app.auth);
    let status = match blocking(move || auth.cancel_login(id)).await? {
        true => CancelLoginAccountStatus::Canceled,
        false => CancelLoginAccountStatus::NotFound,
    };
    Ok(CancelLoginAccountResponse { status })
}

/// `account/logout`.
pub async fn account_logout(cx: &mut Context, (): ()) -> Result<Sent<LogoutAccountResponse>, RpcError> {
    cx.app
        .auth
        .logout()
        .await
        .map_err(|e| RpcError::internal(format!("logout failed: {e}")))?;
    cx.app.auth.prove_agent().await;
    let sent = cx.reply(&LogoutAccountResponse {});
    tell_account(&cx.app);
    Ok(sent)
}

/// `getAuthStatus`.
pub async fn get_auth_status(
    cx: &mut Context,
    params: GetAuthStatusParams,
) -> Result<GetAuthStatusResponse, RpcError> {
    if !cx.app.provider_wants_login() {
        let requires_openai_auth = Some(false);
        return Ok(GetAuthStatusResponse {
            auth_method: None,
            auth_token: None,
            requires_openai_auth,
        });
    }
    let auth = &cx.app.auth;
    auth.prove_agent().await;
    if params.refresh_token.unwrap_or(false) {
        refresh(&cx.app).await;
    } else {
        auth.fresh().await;
    }
    let status = auth.status(params.include_token.unwrap_or(false));
    Ok(GetAuthStatusResponse {
        auth_method: status.mode.map(|mode| wire::same(&mode)),
        auth_token: status.token,
        requires_openai_auth: Some(true),
    })
}

fn tell_when_ended(app: Arc<App>, id: Uuid, ended: oneshot::Receiver<Outcome>) {
    tokio::spawn(async move {
        let given_up = |_| Err("the login was given up".to_owned());
        let outcome = ended.await.unwrap_or_else(given_up);
        tell_outcome(&app, Some(id), outcome);
    });
}

fn tell_outcome(app: &App, id: Option<Uuid>, outcome: Outcome) {
    let success = outcome.is_ok();
    app.connections.broadcast(AccountLoginCompletedNotification {
        login_id: id.map(|id| id.to_string()),
        success,
        error: outcome.err(),
    });
    if success {
        tell_account(app);
    }
}

fn tell_account(app: &App) {
    let current = app.auth.current();
    app.connections.broadcast(AccountUpdatedNotification {
        auth_mode: current.as_ref().map(|c| wire::same(&c.mode())),
        plan_type: current
            .as_ref()
            .and_then(|c| c.plan())
            .map(|plan| wire::same(&plan)),
    });
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, RpcError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| RpcError::internal(e.to_string()))
}
