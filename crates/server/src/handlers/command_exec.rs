//! `command/exec*`: commands of the client's own, outside any thread (exec.md).

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use codex_agent::{PatternError, inherited_variables, sandbox_policy_of};
use codex_config as config;
use codex_config::permissions::{FileSystemAccess, FileSystemPermissions};
use codex_exec::{Command, InputError, Process, ResizeError, Size, SpawnError, Stdin};
use codex_protocol::*;
use codex_sandbox::Policy;

use crate::app::App;
use crate::dispatch::{Context, Responder, Sent};
use crate::error::RpcError;
use crate::processes::{Running, Wishes, follow};
use crate::wire;

/// How much of each stream is kept or sent when the client does not say.
const DEFAULT_CAP: usize = 1024 * 1024;

/// How long a command may run when the client does not say.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// `command/exec`. This handler is over when the process has started, so that further requests for it find it; the reply
/// comes at the process's end.
pub async fn command_exec(
    cx: &mut Context,
    params: CommandExecParams,
) -> Result<Sent<CommandExecResponse>, RpcError> {
    let wishes = check(&params)?;
    let (app, session) = (Arc::clone(&cx.app), Arc::clone(&cx.session));
    let name = params.process_id.clone();
    if let Some(name) = name
        .as_ref()
        .filter(|name| app.processes.get(session.id, name).is_some())
    {
        let message = format!("duplicate active command/exec process id: {}", quoted(name));
        return Err(RpcError::invalid_request(message));
    }
    let takes_input = params.tty || params.stream_stdin;
    let command = {
        let app = Arc::clone(&app);
        // Patterns of a permission profile are looked up in the file system.
        tokio::task::spawn_blocking(move || command(&app, params))
            .await
            .map_err(|error| RpcError::internal(error.to_string()))?
            .map_err(|error| RpcError::invalid_request(error.to_string()))?
    };
    let program = command.argv[0].to_string_lossy().into_owned();
    let (process, output) = Process::spawn(command)
        .await
        .map_err(|e| not_started(&e, &program, wishes.has_terminal))?;
    let running = Arc::new(Running::new(process, takes_input));
    if let Some(name) = &name {
        app.processes
            .insert(session.id, name.clone(), Arc::clone(&running));
    }
    let responder = cx.responder().waits_for_others();
    tokio::spawn(async move {
        let result = follow(&session, &running, output, wishes).await;
        // The name is free before the client can know.
        if let Some(name) = name {
            app.processes.remove(session.id, name);
        }
        if let Some(result) = result {
            responder.deliver(Ok(result)).await;
        }
    });
    Responder::taken()
}

/// The checks in the reference's order (exec.md §2), up to that of the name.
fn check(params: &CommandExecParams) -> Result<Wishes, RpcError> {
    let invalid = |message: &str| Err(RpcError::invalid_params(message));
    if params.command.is_empty() {
        return Err(RpcError::invalid_request("command must not be empty"));
    }
    if params.sandbox_policy.is_some() && params.permission_profile.is_some() {
        let message = "`permissionProfile` cannot be combined with `sandboxPolicy`";
        return Err(RpcError::invalid_request(message));
    }
    if params.size.is_some() && !params.tty {
        return invalid("command/exec size requires tty: true");
    }
    if params.output_bytes_cap.is_some() && params.disable_output_cap {
        return invalid("command/exec cannot set both outputBytesCap and disableOutputCap");
    }
    if params.timeout_ms.is_some() && params.disable_timeout {
        return invalid("command/exec cannot set both timeoutMs and disableTimeout");
    }
    let timeout = match params.timeout_ms {
        Some(ms) => match u64::try_from(ms) {
            Ok(ms) => Some(Duration::from_millis(ms)),
            Err(_) => return invalid(&format!("command/exec timeoutMs must be non-negative, got {ms}")),
        },
        None => (!params.disable_timeout).then_some(DEFAULT_TIMEOUT),
    };
    if let Some(size) = &params.size {
        terminal_size(size)?;
    }
    let streams = params.tty || params.stream_stdout_stderr;
    if params.process_id.is_none() && (streams || params.stream_stdin) {
        let message = "command/exec tty or streaming requires a client-supplied processId";
        return Err(RpcError::invalid_request(message));
    }
    let cap = params.output_bytes_cap.unwrap_or(DEFAULT_CAP);
    Ok(Wishes {
        stream_as: params.process_id.clone().filter(|_| streams),
        cap: (!params.disable_output_cap).then_some(cap),
        timeout,
        has_terminal: params.tty,
    })
}

fn terminal_size(size: &CommandExecTerminalSize) -> Result<Size, RpcError> {
    if size.rows == 0 || size.cols == 0 {
        return Err(RpcError::invalid_params(
            "command/exec size rows and cols must be greater than 0",
        ));
    }
    Ok(Size {
        rows: size.rows,
        cols: size.cols,
    })
}

fn command(app: &App, params: CommandExecParams) -> Result<Command, PatternError> {
    let here = &app.sources.process_cwd;
    let cwd = working_folder(here, params.cwd.as_deref());
    let policy = policy(
        app,
        &cwd,
        params.sandbox_policy.as_ref(),
        params.permission_profile.as_ref(),
    )?;
    let mut command = Command::new(params.command, cwd);
    command.policy = policy;
    command.env = inherited_variables(&app.start_config);
    for (name, value) in params.env.into_iter().flatten() {
        match value {
            Some(value) => command.env.insert(name, value),
            None => command.env.remove(&name),
        };
    }
    if params.stream_stdin {
        command.stdin = Stdin::Pipe;
    }
    if params.tty {
        let size = params.size.map(|size| Size {
            rows: size.rows,
            cols: size.cols,
        });
        command.terminal = Some(size.unwrap_or_default());
    }
    Ok(command)
}

/// Where a command runs: below the server's folder `here`, or below the user's home.
fn working_folder(here: &Path, given: Option<&Path>) -> PathBuf {
    let Some(given) = given.filter(|path| !path.as_os_str().is_empty()) else {
        return here.to_owned();
    };
    match (given.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => codex_files::normalize(&home.join(rest)),
        _ => codex_files::normalize(&here.join(given)),
    }
}

/// What a command may do (exec.md §5). A policy's workspace is the server's folder, a profile's project is the command's.
fn policy(
    app: &App,
    cwd: &Path,
    policy: Option<&SandboxPolicy>,
    profile: Option<&PermissionProfile>,
) -> Result<Policy, PatternError> {
    let here = &app.sources.process_cwd;
    let configured = &app.start_config.permissions.profile;
    match (policy, profile) {
        (Some(policy), _) => sandbox_policy_of(&wire::permissions_of(policy).profile, here),
        (None, Some(profile)) => {
            let profile = keep_denials(wire::profile_of(profile), configured);
            sandbox_policy_of(&profile, cwd)
        }
        (None, None) => sandbox_policy_of(configured, here),
    }
}

/// What the configuration forbids to read stays forbidden.
fn keep_denials(
    mut profile: config::PermissionProfile,
    configured: &config::PermissionProfile,
) -> config::PermissionProfile {
    let rules = |profile: &config::PermissionProfile| match profile {
        config::PermissionProfile::Managed {
            file_system: FileSystemPermissions::Restricted { entries, .. },
            ..
        } => entries.clone(),
        _ => Vec::new(),
    };
    let denied = rules(configured)
        .into_iter()
        .filter(|entry| entry.access == FileSystemAccess::None);
    if let config::PermissionProfile::Managed {
        file_system: FileSystemPermissions::Restricted { entries, .. },
        ..
    } = &mut profile
    {
        entries.extend(denied);
    }
    profile
}

fn not_started(error: &SpawnError, program: &str, has_terminal: bool) -> RpcError {
    let reason = match error {
        SpawnError::Sandbox(e) => return RpcError::internal(format!("exec failed: {e}")),
        SpawnError::Io(e) if has_terminal && e.kind() == std::io::ErrorKind::NotFound => {
            format!("Unable to spawn {program} because: {e}")
        }
        other => other.to_string(),
    };
    RpcError::internal(format!("failed to spawn command: {reason}"))
}

fn quoted(name: &str) -> String {
    serde_json::to_string(name).expect("text is JSON")
}

fn running(cx: &Context, name: &str) -> Result<Arc<Running>, RpcError> {
    cx.app.processes.get(cx.session.id, name).ok_or_else(|| {
        RpcError::invalid_request(format!("no active command/exec for process id {}", quoted(name)))
    })
}

/// `command/exec/write`. Answered when the bytes have been handed on; meanwhile the process can be terminated.
pub async fn command_exec_write(
    cx: &mut Context,
    params: CommandExecWriteParams,
) -> Result<Sent<CommandExecWriteResponse>, RpcError> {
    if params.delta_base64.is_none() && !params.close_stdin {
        return Err(RpcError::invalid_params(
            "command/exec/write requires deltaBase64 or closeStdin",
        ));
    }
    let bytes = STANDARD
        .decode(params.delta_base64.unwrap_or_default())
        .map_err(|e| RpcError::invalid_params(format!("invalid deltaBase64: {e}")))?;
    let running = running(cx, &params.process_id)?;
    if !running.takes_input {
        return Err(input_refused(InputError::NotOpen));
    }
    let mut place = running.writes.join(());
    let (session, responder) = (Arc::clone(&cx.session), cx.responder().waits_for_others());
    tokio::spawn(async move {
        let write = async {
            place.reached().await;
            if !bytes.is_empty() {
                running.process.write(bytes).await?;
            }
            if params.close_stdin {
                running.process.close_stdin().await?;
            }
            Ok(CommandExecWriteResponse {})
        };
        tokio::select! {
            result = write => responder.send(result.map_err(input_refused)),
            () = session.gone.cancelled() => {}
        }
    });
    Responder::taken()
}

fn input_refused(why: InputError) -> RpcError {
    RpcError::invalid_request(match why {
        InputError::NotOpen => "stdin streaming is not enabled for this command/exec",
        InputError::Closed => "stdin is already closed",
    })
}

/// `command/exec/resize`.
pub async fn command_exec_resize(
    cx: &mut Context,
    params: CommandExecResizeParams,
) -> Result<CommandExecResizeResponse, RpcError> {
    let size = terminal_size(&params.size)?;
    let refused = |e: ResizeError| RpcError::invalid_request(format!("failed to resize PTY: {e}"));
    running(cx, &params.process_id)?
        .process
        .resize(size)
        .map_err(refused)?;
    Ok(CommandExecResizeResponse {})
}

/// `command/exec/terminate`. Does not wait for the end.
pub async fn command_exec_terminate(
    cx: &mut Context,
    params: CommandExecTerminateParams,
) -> Result<CommandExecTerminateResponse, RpcError> {
    running(cx, &params.process_id)?.terminate();
    Ok(CommandExecTerminateResponse {})
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn fault(extra: Value) -> Option<(i64, String)> {
        let mut params = json!({"command": ["true"]});
        params
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        let params = serde_json::from_value(params).unwrap();
        check(&params).err().map(|e| (e.code, e.message))
    }

    #[test]
    fn options_that_exclude_each_other_are_refused_in_order() {
        let size = json!({"rows": 0, "cols": 1});
        for (extra, code, message) in [
            (
                json!({"command": [], "timeoutMs": -1, "tty": true}),
                -32600,
                "command must not be empty",
            ),
            (
                json!({"size": size}),
                -32602,
                "command/exec size requires tty: true",
            ),
            (
                json!({"tty": true, "size": size}),
                -32602,
                "command/exec size rows and cols must be greater than 0",
            ),
            (
                json!({"timeoutMs": -1, "tty": true}),
                -32602,
                "command/exec timeoutMs must be non-negative, got -1",
            ),
            (
                json!({"timeoutMs": -1, "disableTimeout": true}),
                -32602,
                "command/exec cannot set both timeoutMs and disableTimeout",
            ),
            (
                json!({"streamStdin": true}),
                -32600,
                "command/exec tty or streaming requires a client-supplied processId",
            ),
        ] {
            assert_eq!(fault(extra), Some((code, message.to_owned())));
        }
        assert_eq!(fault(json!({"processId": "", "tty": true})), None);
    }

    #[test]
    fn a_working_folder_is_below_the_servers_or_the_home() {
        let here = Path::new("/srv/here");
        let at = |given: &str| working_folder(here, Some(Path::new(given)));
        assert_eq!(working_folder(here, None), here);
        assert_eq!(at(""), here);
        assert_eq!(at("."), here);
        assert_eq!(at("../x/./y"), Path::new("/srv/x/y"));
        assert_eq!(at("/abs"), Path::new("/abs"));
        assert_eq!(at("~user"), Path::new("/srv/here/~user"));
        assert_eq!(Some(at("~/x")), std::env::home_dir().map(|home| home.join("x")));
    }
}
