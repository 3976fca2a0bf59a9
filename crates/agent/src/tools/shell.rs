//! The shell tools that run a command to its end (turns.md §12).

use std::sync::Arc;
use std::time::Duration;

use codex_protocol::{LocalShellAction, LocalShellExecAction};
use serde::Deserialize;

use super::command::{self, Wanted, check_escalation};
use super::output::Form;
use super::permissions::{self, Asked, SandboxPermissions};
use super::{Answer, Scope, arguments, patch, policy, user_shell};

/// How long a command may take unless it says otherwise.
const TIMEOUT_MS: u64 = 10_000;

/// What all tools that run commands may ask for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wishes {
    pub(crate) sandbox_permissions: Option<SandboxPermissions>,
    pub(crate) justification: Option<String>,
    pub(crate) prefix_rule: Option<Vec<String>>,
    pub(crate) additional_permissions: Option<Asked>,
}

#[derive(Deserialize)]
struct ScriptArguments {
    command: String,
    workdir: Option<String>,
    login: Option<bool>,
    #[serde(alias = "timeout")]
    timeout_ms: Option<u64>,
    #[serde(flatten)]
    wishes: Wishes,
}

#[derive(Deserialize)]
struct ListArguments {
    command: Vec<String>,
    workdir: Option<String>,
    #[serde(alias = "timeout")]
    timeout_ms: Option<u64>,
    #[serde(flatten)]
    wishes: Wishes,
}

/// A call of one of these tools.
struct Call<'a> {
    tool: &'a str,
    call_id: &'a str,
    /// The command as the model wrote it.
    spelled: String,
    argv: Vec<String>,
    workdir: Option<&'a str>,
    timeout_ms: Option<u64>,
    wishes: Wishes,
    form: Form,
}

/// `shell_command`
pub(crate) async fn command(scope: &Arc<Scope>, text: &str, call_id: &str) -> Result<Answer, String> {
    let args: ScriptArguments = arguments(text)?;
    let argv = user_shell::script(scope, None, args.login, &args.command)?;
    let call = Call {
        tool: "shell_command",
        call_id,
        spelled: args.command,
        argv,
        workdir: args.workdir.as_deref(),
        timeout_ms: args.timeout_ms,
        wishes: args.wishes,
        form: Form::Text,
    };
    call.run(scope).await
}

/// `shell`, `container.exec`, `local_shell`
pub(crate) async fn list(
    scope: &Arc<Scope>,
    name: &str,
    text: &str,
    call_id: &str,
) -> Result<Answer, String> {
    let args: ListArguments = arguments(text)?;
    let call = Call {
        tool: name,
        call_id,
        spelled: codex_shell::quote(&args.command),
        argv: args.command,
        workdir: args.workdir.as_deref(),
        timeout_ms: args.timeout_ms,
        wishes: args.wishes,
        form: Form::Json,
    };
    call.run(scope).await
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
    let call = Call {
        tool: "local_shell",
        call_id,
        spelled: codex_shell::quote(command),
        argv: command.clone(),
        workdir: working_directory.as_deref(),
        timeout_ms: *timeout_ms,
        wishes: Wishes::default(),
        form: Form::Json,
    };
    call.run(scope).await
}

impl Call<'_> {
    async fn run(self, scope: &Arc<Scope>) -> Result<Answer, String> {
        let cwd = scope.path(self.workdir);
        let policy = policy::of_turn(scope).await?;
        let words = self.wishes.sandbox_permissions.unwrap_or_default();
        let escalated = words == SandboxPermissions::RequireEscalated && policy.is_sandboxed();
        check_escalation(scope, escalated, "should not")?;
        let asked = self.wishes.additional_permissions.as_ref();
        let more = permissions::of_command(scope, words, asked, &cwd)?;
        let patch = patch::in_command(scope, self.tool, &self.argv, &cwd, self.call_id, Form::Json);
        if let Some(answer) = patch.await {
            return answer;
        }
        let wanted = Wanted {
            call_id: self.call_id.to_owned(),
            spelled: self.spelled,
            argv: self.argv,
            cwd,
            escalated,
            justification: self.wishes.justification,
            prefix_rule: self.wishes.prefix_rule,
            more,
            policy,
        };
        let timeout = Duration::from_millis(self.timeout_ms.unwrap_or(TIMEOUT_MS));
        Ok(command::run(scope, wanted, timeout, self.form).await)
    }
}
