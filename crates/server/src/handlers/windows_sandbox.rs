//! `windowsSandbox/setupStart`: there is no such sandbox on this system, which the client hears at the end (config.md §18).

use codex_protocol::*;

use crate::dispatch::{Context, Sent};
use crate::error::RpcError;

/// `windowsSandbox/setupStart`.
pub async fn windows_sandbox_setup_start(
    cx: &mut Context,
    params: WindowsSandboxSetupStartParams,
) -> Result<Sent<WindowsSandboxSetupStartResponse>, RpcError> {
    let sent = cx.reply(&WindowsSandboxSetupStartResponse { started: true });
    let error = match params.mode {
        WindowsSandboxSetupMode::Elevated => "the elevated Windows sandbox exists on Windows only",
        WindowsSandboxSetupMode::Unelevated => "the legacy Windows sandbox exists on Windows only",
    };
    cx.session.notify(WindowsSandboxSetupCompletedNotification {
        mode: params.mode,
        success: false,
        error: Some(error.to_owned()),
    });
    Ok(sent)
}
