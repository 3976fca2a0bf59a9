//! `account/*` and `getAuthStatus`: who is signed in, signing in with a key, signing out (account.md §1–§5).

use codex_auth::Account as Signed;
use codex_config::ForcedLoginMethod;
use codex_protocol::*;

use crate::app::App;
use crate::dispatch::{Context, Sent};
use crate::error::RpcError;
use crate::providers::is_bedrock;
use crate::wire;

/// `account/read`.
pub async fn account_read(cx: &mut Context, _: GetAccountParams) -> Result<GetAccountResponse, RpcError> {
    let requires_openai_auth = cx.app.provider_wants_login();
    let account = if is_bedrock(&cx.app.start_config) {
        Some(Account::AmazonBedrock {})
    } else if requires_openai_auth {
        let signed = cx.app.auth.account();
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

/// `account/login/start`. Keys only, so far: the other ways of signing in answer that they are not available.
pub async fn account_login_start(
    cx: &mut Context,
    params: LoginAccountParams,
) -> Result<Sent<LoginAccountResponse>, RpcError> {
    let api_key = match params {
        LoginAccountParams::ApiKey { api_key } => api_key,
        LoginAccountParams::Chatgpt { .. } => return Err(unavailable("chatgpt")),
        LoginAccountParams::ChatgptDeviceCode => return Err(unavailable("chatgptDeviceCode")),
        LoginAccountParams::ChatgptAuthTokens { .. } => return Err(unavailable("chatgptAuthTokens")),
    };
    if cx.app.start_config.forced_login_method == Some(ForcedLoginMethod::Chatgpt) {
        return Err(RpcError::invalid_request(
            "API key login is disabled. Use ChatGPT login instead.",
        ));
    }
    let auth = cx.app.auth.clone();
    blocking(move || auth.login_api_key(&api_key))
        .await?
        .map_err(|e| RpcError::internal(format!("failed to save api key: {e}")))?;
    let sent = cx.reply(&LoginAccountResponse::ApiKey {});
    let completed = AccountLoginCompletedNotification {
        login_id: None,
        success: true,
        error: None,
    };
    cx.app.connections.broadcast(completed);
    tell_account(&cx.app);
    Ok(sent)
}

/// `account/logout`.
pub async fn account_logout(cx: &mut Context, (): ()) -> Result<Sent<LogoutAccountResponse>, RpcError> {
    let auth = cx.app.auth.clone();
    blocking(move || auth.logout())
        .await?
        .map_err(|e| RpcError::internal(format!("logout failed: {e}")))?;
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
    let status = cx.app.auth.status(params.include_token.unwrap_or(false));
    Ok(GetAuthStatusResponse {
        auth_method: status.mode.map(|mode| wire::same(&mode)),
        auth_token: status.token,
        requires_openai_auth: Some(true),
    })
}

fn unavailable(way: &str) -> RpcError {
    RpcError::internal(format!(
        "account/login/start of type {way} is not available in this version of the server"
    ))
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
