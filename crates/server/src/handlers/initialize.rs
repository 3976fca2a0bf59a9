//! `initialize`: the handshake of a connection (transport.md §5.3).

use codex_protocol::*;
use http::HeaderValue;

use crate::dispatch::{Context, Sent};
use crate::error::RpcError;
use crate::session::Client;
use crate::user_agent::user_agent;
use crate::wire;

/// Replies and, before anything else is told on this connection, warns of what was wrong at the start.
pub async fn initialize(
    cx: &mut Context,
    params: InitializeParams,
) -> Result<Sent<InitializeResponse>, RpcError> {
    let name = params.client_info.name.clone();
    if HeaderValue::from_bytes(name.as_bytes()).is_err() {
        let message = format!("Invalid clientInfo.name: '{name}'. Must be a valid HTTP header value.");
        return Err(RpcError::invalid_request(message));
    }
    let version = params.client_info.version.clone();
    let originator = cx.app.originator.fix(&name);
    let response = InitializeResponse {
        user_agent: user_agent(originator, Some((&name, &version))),
        codex_home: wire::absolute(cx.app.sources.home.path()),
        platform_family: "unix".into(),
        platform_os: std::env::consts::OS.into(),
    };
    cx.app.auth.set_caller(codex_auth::Caller {
        originator: originator.to_owned(),
        user_agent: response.user_agent.clone(),
    });
    // The reply stands in the queue before the connection counts as initialized, so nothing told to everybody overtakes it.
    let sent = cx.reply(&response);
    cx.session.initialized(Client::new(params));
    for warning in &cx.app.start_warnings {
        cx.session.notify(warning.clone());
    }
    cx.session.notify(RemoteControlStatusChangedNotification {
        status: RemoteControlConnectionStatus::Disabled,
        environment_id: None,
    });
    Ok(sent)
}
