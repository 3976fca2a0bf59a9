//! The shell tools that run a command to its end (turns.md §12).

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use codex_protocol::{LocalShellAction, LocalShellExecAction};
use serde::Deserialize;

use super::command::{self, Wanted, check_escalation};
use super::output::Form;
use super::permissions::{self, Asked, SandboxPermissions};
use super::{Answer, Scope, arguments, patch, user_shell};

/// How long a command may take unless it says otherwise.
const TIMEOUT_MS: u64 = 10_000;

/// What all tools that run commands may ask for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wishes {
    #[serde(default)]
    pub(crate) sandbox_permissions: Option<SandboxPermissions>,
    #[serde(default)]
    pub(crate) justification: Option<String>,
    #[serde(default)]
    pub(crate) prefix_rule: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) additional_permissions: Option<Asked>,
}

#[derive(Deserialize)]
struct ScriptArguments {
    command: String,
    workdir: Option<String>,
    login: Option<bool>,
    #[serde(alias = "timeout")]
    timeout_ms: Option<u64>,
    sandbox_permissions: Option<SandboxPermissions>,
    justification: Option<String>,
    prefix_rule: Option<Vec<String>>,
    additional_permissions: Option<Asked>,
}

#[derive(Deserialize)]
struct ListArguments {
    command: Vec<String>,
    workdir: Option<String>,
    #[serde(alias = "timeout")]
    timeout_ms: Option<u64>,
    sandbox_permissions: Option<SandboxPermissions>,
    justification: Option<String>,
    prefix_rule: Option<Vec<String>>,
    additional_permissions: Option<Asked>,
}

/// `shell_command`
pub(crate) async fn command(scope: &Arc<Scope>, text: &str, call_id: &str) -> Result<Answer, String> {
    let args: ScriptArguments = arguments(text)?;
    let argv = user_shell::script(scope, None, args.login, &args.command)?;
    let wishes = Wishes {
        sandbox_permissions: args.sandbox_permissions,
        justification: args.justification,
        prefix_rule: args.prefix_rule,
        additional_permissions: args.additional_permissions,
    };
    let cwd = scope.path(args.workdir.as_deref());
    run(
        scope,
        "shell_command",
        call_id,
        args.command,
        argv,
        cwd,
        args.timeout_ms,
        wishes,
        Form::Text,
    )
    .await
}

/// `shell`, `container.exec`, `local_shell`
pub(crate) async fn list(
    scope: &Arc<Scope>,
    name: &str,
    text: &str,
    call_id: &str,
) -> Result<Answer, String> {
    let args: ListArguments = arguments(text)?;
    let wishes = Wishes {
        sandbox_permissions: args.sandbox_permissions,
        justification: args.justification,
        prefix_rule: args.prefix_rule,
        additional_permissions: args.additional_permissions,
    };
    let cwd = scope.path(args.workdir.as_deref());
    run(
        scope,
        name,
        call_id,
        codex_shell::quote(&args.command),
        args.command,
        cwd,
        args.timeout_ms,
        wishes,
        Form::Json,
    )
    .await
}

/// The built-in item `local_shell_call`.
pub(crate) async fn local_call(
    scope: &Arc<Scope>,
    action: &LocalShellAction,
    call_id: &str,
) -> Result<Answer, String> {
    let LocalShellAction::Exec(LocalShellExecAction {
        command,
        timeout_ms,
        working_directory,
        ..
    }) = action
    else {
        return Err("unsupported local_shell action".into());
    };
    let cwd = scope.path(working_directory.as_deref());
    run(
        scope,
        "local_shell",
        call_id,
        codex_shell::quote(command),
        command.clone(),
        cwd,
        *timeout_ms,
        Wishes::default(),
        Form::Json,
    )
    .await
}

#[allow(clippy::too_many_arguments, reason = "the parts of one call, each used once")]
async fn run(
    scope: &Arc<Scope>,
    tool: &str,
    call_id: &str,
    spelled: String,
    argv: Vec<String>,
    cwd: PathBuf,
    timeout_ms: Option<u64>,
    wishes: Wishes,
    form: Form,
) -> Result<Answer, String> {
    let words = wishes.sandbox_permissions.unwrap_or_default();
    let escalated = words == SandboxPermissions::RequireEscalated;
    let sandboxed = super::policy::of_turn(scope, None).is_sandboxed();
    check_escalation(scope, escalated && sandboxed, "should not")?;
    let more = permissions::of_command(scope, words, wishes.additional_permissions.as_ref(), &cwd)?;
    if let Some(answer) = patch::in_command(scope, tool, &argv, &cwd, call_id, Form::Json).await {
        return answer;
    }
    let wanted = Wanted {
        call_id: call_id.to_owned(),
        spelled,
        argv,
        cwd,
        escalated: escalated && sandboxed,
        justification: wishes.justification,
        prefix_rule: wishes.prefix_rule,
        more,
    };
    let timeout = Duration::from_millis(timeout_ms.unwrap_or(TIMEOUT_MS));
    Ok(command::run(scope, wanted, timeout, form).await)
}
