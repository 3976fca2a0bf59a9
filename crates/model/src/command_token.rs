//! Bearer tokens printed by a command: `[model_providers.NAME.auth]` (account.md §9).

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::process::Command;

use crate::error::{ErrorKind, ModelError};
use crate::provider::CommandAuth;

/// The tokens of the process, each kept as long as its command's settings say.
#[derive(Default)]
pub(crate) struct CommandTokens {
    kept: Mutex<Vec<Kept>>,
}

struct Kept {
    auth: CommandAuth,
    since: Instant,
    token: String,
}

impl CommandTokens {
    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        // A list of finished entries is whole whatever its last holder did.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token of `auth`, from its command when there is none young enough.
    pub(crate) async fn token(&self, auth: &CommandAuth) -> Result<String, ModelError> {
        let age = Duration::from_millis(auth.refresh_interval_ms);
        let young = |kept: &&Kept| kept.auth == *auth && (age.is_zero() || kept.since.elapsed() < age);
        if let Some(kept) = self.kept().iter().find(young) {
            return Ok(kept.token.clone());
        }
        self.renew(auth).await
    }

    /// A fresh token from the command, kept from now on.
    pub(crate) async fn renew(&self, auth: &CommandAuth) -> Result<String, ModelError> {
        self.kept().retain(|kept| kept.auth != *auth);
        let token = run(auth).await?;
        self.kept().push(Kept {
            auth: auth.clone(),
            since: Instant::now(),
            token: token.clone(),
        });
        Ok(token)
    }
}

async fn run(auth: &CommandAuth) -> Result<String, ModelError> {
    let failure = |what: &dyn fmt::Display| {
        let command = &auth.command;
        ModelError::new(
            ErrorKind::Refused,
            format!("provider auth command `{command}` {what}"),
        )
    };
    let cwd = auth.cwd.clone().unwrap_or_else(|| PathBuf::from("."));
    // A path is relative to where the command runs, not to where we are.
    let program = if auth.command.contains('/') {
        cwd.join(&auth.command)
    } else {
        Path::new(&auth.command).into()
    };
    let program = if program.components().count() > 1 {
        std::path::absolute(&program).unwrap_or(program)
    } else {
        program
    };
    let mut command = Command::new(program);
    command
        .args(&auth.args)
        .current_dir(cwd)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = tokio::time::timeout(Duration::from_millis(auth.timeout_ms), command.output()).await;
    let output = output
        .map_err(|_| failure(&format_args!("timed out after {} ms", auth.timeout_ms)))?
        .map_err(|e| failure(&format_args!("failed to start: {e}")))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let why = if stderr.trim().is_empty() {
            String::new()
        } else {
            format!(": {}", stderr.trim())
        };
        return Err(failure(&format_args!(
            "exited with status {}{why}",
            output.status
        )));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| failure(&"wrote non-UTF-8 data to stdout"))?;
    match text.trim() {
        "" => Err(failure(&"produced an empty token")),
        token => Ok(token.to_owned()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> CommandAuth {
        CommandAuth {
            command: "sh".into(),
            args: vec!["-c".into(), script.into()],
            timeout_ms: 10_000,
            refresh_interval_ms: 0,
            cwd: None,
        }
    }

    #[tokio::test]
    async fn a_token_is_kept_until_it_is_renewed() {
        let dir = tempfile::tempdir().unwrap();
        let auth = CommandAuth {
            cwd: Some(dir.path().into()),
            ..shell("echo x >> runs; wc -l < runs")
        };
        let tokens = CommandTokens::default();
        assert_eq!(tokens.token(&auth).await.unwrap(), "1");
        assert_eq!(tokens.token(&auth).await.unwrap(), "1");
        assert_eq!(tokens.renew(&auth).await.unwrap(), "2");
        assert_eq!(tokens.token(&auth).await.unwrap(), "2");
    }

    #[tokio::test]
    async fn a_path_counts_from_the_commands_folder() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/bin/echo", dir.path().join("token")).unwrap();
        let command = "./token".into();
        let auth = CommandAuth {
            command,
            args: vec!["tok".into()],
            cwd: Some(dir.path().into()),
            ..shell("")
        };
        assert_eq!(run(&auth).await.unwrap(), "tok");
    }

    #[tokio::test]
    async fn failures_say_what_the_command_did() {
        let failure = async |auth: CommandAuth| run(&auth).await.unwrap_err().message().to_owned();
        assert_eq!(
            failure(shell("echo no >&2; exit 3")).await,
            "provider auth command `sh` exited with status exit status: 3: no"
        );
        assert_eq!(
            failure(shell("echo")).await,
            "provider auth command `sh` produced an empty token"
        );
        let slow = CommandAuth {
            timeout_ms: 20,
            ..shell("sleep 60")
        };
        assert_eq!(
            failure(slow).await,
            "provider auth command `sh` timed out after 20 ms"
        );
        let missing = CommandAuth {
            command: "no-such-program-here".into(),
            ..shell("")
        };
        assert!(
            failure(missing)
                .await
                .starts_with("provider auth command `no-such-program-here` failed to start: ")
        );
    }
}
