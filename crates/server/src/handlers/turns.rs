//! `turn/*`, and the turns of other sorts: the user's own command, compaction (turns.md §2, §5).

use std::future::ready;
use std::sync::Arc;

use codex_agent::{SettingsUpdate, TurnEnvironment, TurnOptions};
use codex_config::Request;
use codex_protocol::*;
use serde_json::json;

use crate::dispatch::{Context, Sent};
use crate::error::RpcError;
use crate::store::blocking;
use crate::thread::Handle;
use crate::thread::wishes::permissions_request;
use crate::view::thread_id;
use crate::wire;

/// Characters that the texts of one input may have together.
const MAX_INPUT_CHARS: usize = 1 << 20;

/// The only environment there is.
pub const LOCAL_ENVIRONMENT: &str = "local";

impl Context {
    /// The loaded thread of that id.
    pub fn loaded(&self, id: &str) -> Result<Handle, RpcError> {
        let id = thread_id(id)?;
        self.app
            .threads
            .get(&id)
            .ok_or_else(|| RpcError::invalid_request(format!("thread not found: {id}")))
    }
}

/// `turn/start`.
pub async fn turn_start(
    cx: &mut Context,
    params: TurnStartParams,
) -> Result<Sent<TurnStartResponse>, RpcError> {
    check_length(&params.input)?;
    let thread = cx.loaded(&params.thread_id)?;
    let environment = turn_environment(params.environments.as_deref())?;
    if params.permissions.is_some() && params.sandbox_policy.is_some() {
        return Err(RpcError::invalid_request(
            "`permissions` cannot be combined with `sandboxPolicy`",
        ));
    }
    let cwd = params
        .cwd
        .as_deref()
        .map(|cwd| cx.app.sources.resolve_cwd(Some(cwd.as_ref())));
    let permissions = match (&params.permissions, &params.sandbox_policy) {
        (Some(selection), _) => Some(profile(cx, &thread, selection).await?),
        (None, Some(policy)) => Some(wire::permissions_of(policy)),
        (None, None) => None,
    };
    check_required(&thread, params.approval_policy.as_ref(), permissions.as_ref()).await?;
    let update = SettingsUpdate {
        cwd,
        model: params.model,
        effort: params.effort.map(|effort| wire::same(&effort)),
        summary: params.summary.map(|summary| wire::same(&summary)),
        personality: params.personality.map(|personality| wire::same(&personality)),
        service_tier: params.service_tier.map(|tier| tier.map(|t| wire::same(&t))),
        approval_policy: params.approval_policy.map(|policy| wire::same(&policy)),
        approvals_reviewer: params.approvals_reviewer.map(|reviewer| wire::same(&reviewer)),
        permissions,
        collaboration_mode: params.collaboration_mode,
    };
    let options = TurnOptions {
        output_schema: params.output_schema,
        environment,
        client_metadata: params.responsesapi_client_metadata.unwrap_or_default(),
    };
    let input = params.input;
    let responder = cx.responder();
    thread
        .reply(responder, move |actor, responder| {
            Box::pin(actor.start_turn(input, options, update, responder))
        })
        .await
}

/// What a turn asks for must be allowed by the requirements its thread started under.
async fn check_required(
    thread: &Handle,
    approval_policy: Option<&AskForApproval>,
    permissions: Option<&codex_config::Permissions>,
) -> Result<(), RpcError> {
    if approval_policy.is_none() && permissions.is_none() {
        return Ok(());
    }
    let config = thread.run(|actor| Arc::clone(&actor.config)).await?;
    let required = &config.requirements;
    let refusal = approval_policy
        .and_then(|policy| required.refuse_approval_policy(wire::same(policy)))
        .or_else(|| required.refuse_permissions(permissions?, &config.cwd));
    match refusal {
        Some(refusal) => Err(RpcError::invalid_request(format!(
            "invalid turn context override: {refusal}"
        ))),
        None => Ok(()),
    }
}

/// `turn/steer`.
pub async fn turn_steer(cx: &mut Context, params: TurnSteerParams) -> Result<TurnSteerResponse, RpcError> {
    let thread = cx.loaded(&params.thread_id)?;
    if params.expected_turn_id.is_empty() {
        return Err(RpcError::invalid_request("expectedTurnId must not be empty"));
    }
    check_length(&params.input)?;
    thread
        .run(move |actor| actor.steer_turn(&params.expected_turn_id, params.input))
        .await?
}

/// `turn/interrupt`. The reply comes when the turn is over.
pub async fn turn_interrupt(
    cx: &mut Context,
    params: TurnInterruptParams,
) -> Result<Sent<TurnInterruptResponse>, RpcError> {
    let thread = cx.loaded(&params.thread_id)?;
    let responder = cx.responder();
    thread
        .reply(responder, move |actor, responder| {
            actor.interrupt_turn(&params.turn_id, responder);
            Box::pin(ready(()))
        })
        .await
}

/// `thread/shellCommand`.
pub async fn thread_shell_command(
    cx: &mut Context,
    params: ThreadShellCommandParams,
) -> Result<Sent<ThreadShellCommandResponse>, RpcError> {
    let command = params.command.trim().to_owned();
    if command.is_empty() {
        return Err(RpcError::invalid_request("command must not be empty"));
    }
    let thread = cx.loaded(&params.thread_id)?;
    let responder = cx.responder();
    thread
        .reply(responder, move |actor, responder| {
            Box::pin(actor.run_shell_command(command, responder))
        })
        .await
}

/// `thread/compact/start`.
pub async fn thread_compact_start(
    cx: &mut Context,
    params: ThreadCompactStartParams,
) -> Result<Sent<ThreadCompactStartResponse>, RpcError> {
    let thread = cx.loaded(&params.thread_id)?;
    let responder = cx.responder();
    thread
        .reply(responder, |actor, responder| Box::pin(actor.compact(responder)))
        .await
}

/// `thread/backgroundTerminals/clean`.
pub async fn thread_background_terminals_clean(
    cx: &mut Context,
    params: ThreadBackgroundTerminalsCleanParams,
) -> Result<Sent<ThreadBackgroundTerminalsCleanResponse>, RpcError> {
    let thread = cx.loaded(&params.thread_id)?;
    let background = thread.run(|actor| actor.background()).await?;
    let sent = cx.reply(&ThreadBackgroundTerminalsCleanResponse {});
    if let Some(background) = background {
        background.clean().await;
    }
    Ok(sent)
}

/// Which environment a turn is to work in.
pub fn turn_environment(environments: Option<&[TurnEnvironmentParams]>) -> Result<TurnEnvironment, RpcError> {
    let Some(environments) = environments else {
        return Ok(TurnEnvironment::OfThread);
    };
    if let Some(unknown) = environments
        .iter()
        .find(|e| e.environment_id != LOCAL_ENVIRONMENT)
    {
        let message = format!("unknown turn environment id `{}`", unknown.environment_id);
        return Err(RpcError::invalid_request(message));
    }
    Ok(match environments.first() {
        Some(first) => TurnEnvironment::At(first.cwd.to_path_buf()),
        None => TurnEnvironment::None,
    })
}

/// The permissions of a profile, as the configuration of the thread's folder has them.
async fn profile(
    cx: &Context,
    thread: &Handle,
    selection: &PermissionProfileSelectionParams,
) -> Result<codex_config::Permissions, RpcError> {
    let cwd = thread.run(|actor| actor.settings.cwd.clone()).await?;
    let request = Request {
        cwd: Some(cwd),
        permissions: Some(permissions_request(selection)),
        ..Request::default()
    };
    let app = Arc::clone(&cx.app);
    let loaded = blocking(move || app.sources.load(&request)).await?;
    loaded
        .map(|config| config.permissions)
        .map_err(|e| RpcError::invalid_request(format!("failed to load configuration: {e}")))
}

fn check_length(input: &[UserInput]) -> Result<(), RpcError> {
    let chars: usize = input
        .iter()
        .map(|part| match part {
            UserInput::Text { text, .. } => text.chars().count(),
            _ => 0,
        })
        .sum();
    if chars <= MAX_INPUT_CHARS {
        return Ok(());
    }
    let message = format!("Input exceeds the maximum length of {MAX_INPUT_CHARS} characters.");
    let data =
        json!({"input_error_code": "input_too_large", "max_chars": MAX_INPUT_CHARS, "actual_chars": chars});
    Err(RpcError::invalid_params(message).with_data(data))
}
