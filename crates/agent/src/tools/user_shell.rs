//! The user's shell, and the commands that the user runs themselves: `thread/shellCommand` (turns.md §5, agent.md §5).

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use codex_exec::{End, Limits};
use codex_protocol::{ContentItem, ResponseItem};
use codex_rollout::record::{EndStatus, ExecSource};
use codex_sandbox::Policy;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::command::{Ended, Shown, Wanted, not_started, run_telling};
use super::{Scope, policy};
use crate::truncate::cut_with_total;

/// How long a command of the user's may take.
const TIMEOUT: Duration = Duration::from_secs(60 * 60);
/// What is said of one that was stopped with its turn.
const ABORTED: &str = "command aborted by user";

/// The user's shell: that of the password database, if it is one we can give scripts to.
pub(crate) fn program() -> &'static str {
    static SHELL: OnceLock<String> = OnceLock::new();
    SHELL.get_or_init(|| {
        let of_user = nix::unistd::User::from_uid(nix::unistd::getuid())
            .ok()
            .flatten()
            .map(|user| user.shell);
        let of_variable = std::env::var_os("SHELL").map(PathBuf::from);
        let known = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str());
            matches!(name, Some("bash" | "zsh" | "sh")) && path.is_file()
        };
        [of_user, of_variable, Some("/bin/bash".into())]
            .into_iter()
            .flatten()
            .find(known)
            .map_or_else(
                || "/bin/sh".to_owned(),
                |path| path.to_string_lossy().into_owned(),
            )
    })
}

/// Its name, for the model.
pub(crate) fn name() -> &'static str {
    program().rsplit('/').next().unwrap_or("sh")
}

/// The argument list that runs a script in a shell; `shell` names another than the user's.
pub(crate) fn script(
    scope: &Scope,
    shell: Option<&str>,
    login: Option<bool>,
    script: &str,
) -> Result<Vec<String>, String> {
    let allowed = scope.env.config.allow_login_shell;
    if login == Some(true) && !allowed {
        return Err("login shell is disabled by config; omit `login` or set it to false.".into());
    }
    let flag = if login.unwrap_or(allowed) { "-lc" } else { "-c" };
    Ok(vec![
        shell.unwrap_or(program()).to_owned(),
        flag.to_owned(),
        script.to_owned(),
    ])
}

/// The user's commands that run beside or as a turn.
pub(crate) struct UserShells {
    scope: Arc<Scope>,
    cancel: CancellationToken,
    running: JoinSet<ResponseItem>,
}

impl UserShells {
    pub(crate) fn new(scope: Arc<Scope>) -> Self {
        UserShells {
            scope,
            cancel: CancellationToken::new(),
            running: JoinSet::new(),
        }
    }

    /// Starts a command.
    pub(crate) fn start(&mut self, command: String) {
        self.running
            .spawn(run(self.scope.clone(), self.cancel.clone(), command));
    }

    /// Whether any runs.
    pub(crate) fn any(&self) -> bool {
        !self.running.is_empty()
    }

    /// What the model is told of the next one that ends; None when none runs.
    pub(crate) async fn next(&mut self) -> Option<ResponseItem> {
        loop {
            if let Ok(record) = self.running.join_next().await? {
                return Some(record);
            }
        }
    }

    /// What the model is told of one that has ended by now; None when none has.
    pub(crate) fn try_next(&mut self) -> Option<ResponseItem> {
        loop {
            if let Ok(record) = self.running.try_join_next()? {
                return Some(record);
            }
        }
    }

    /// Stops all.
    pub(crate) fn kill(&mut self) {
        self.cancel.cancel();
    }
}

async fn run(scope: Arc<Scope>, cancel: CancellationToken, line: String) -> ResponseItem {
    let wanted = Wanted {
        call_id: uuid::Uuid::new_v4().to_string(),
        spelled: line.clone(),
        argv: vec![program().to_owned(), "-lc".to_owned(), line.clone()],
        cwd: scope.settings.cwd.clone(),
        escalated: false,
        justification: None,
        prefix_rule: None,
        more: None,
        policy: Policy::FullAccess,
    };
    let shown = Shown::new(&wanted, ExecSource::UserShell);
    shown.started(&scope.out).await;
    let mut command = codex_exec::Command::new(
        wanted.argv.iter().map(std::ffi::OsString::from),
        wanted.cwd.clone(),
    );
    command.env = policy::variables(&scope.env, &Policy::FullAccess);
    let limits = Limits {
        timeout: Some(TIMEOUT),
    };
    let outcome = run_telling(&scope.out, &wanted.call_id, command, limits, &cancel).await;
    let (output, exit_code) = match &outcome.end {
        End::NotStarted(error) => (not_started(error), -1),
        End::Cancelled => (ABORTED.to_owned(), -1),
        End::Exited(codex_exec::Exit::Signal(signal)) => {
            (format!("execution error: Sandbox(Signal({signal}))"), -1)
        }
        End::TimedOut => {
            let limit = format!(
                "command timed out after {} milliseconds\n",
                outcome.duration.as_millis()
            );
            (limit + &outcome.aggregated, outcome.exit_code())
        }
        End::Exited(codex_exec::Exit::Code(code)) => (outcome.aggregated.clone(), *code),
    };
    let status = if exit_code == 0 {
        EndStatus::Completed
    } else {
        EndStatus::Failed
    };
    shown
        .ended(
            &scope.out,
            Ended {
                status,
                output: &output,
                exit_code,
                duration: outcome.duration,
            },
        )
        .await;
    let text = format!(
        "<user_shell_command>\n<command>\n{line}\n</command>\n<result>\nExit code: {exit_code}\nDuration: {:.4} seconds\nOutput:\n{}\n</result>\n</user_shell_command>",
        outcome.duration.as_secs_f64(),
        cut_with_total(&output, scope.model.budget()),
    );
    ResponseItem::message("user", vec![ContentItem::input_text(text)])
}
