//! Bearer tokens printed by a command: `[model_providers.NAME.auth]` (account.md §9).

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use codex_exec::{Command, Exit, Output, Process, Stream};
use futures_util::FutureExt as _;
use futures_util::future::{Shared, WeakShared};

use crate::credentials::BoxFuture;
use crate::error::{ErrorKind, ModelError};
use crate::provider::CommandAuth;

/// More than a token; a command that prints more is doing something else.
const LONGEST_OUTPUT: usize = 64 * 1024;

/// The tokens of the process, each kept as long as its command's settings say. Cloning shares them.
#[derive(Clone, Default)]
pub(crate) struct CommandTokens {
    slots: Slots,
}

type Slots = Arc<Mutex<Vec<Slot>>>;
type Run = BoxFuture<'static, Result<String, ModelError>>;

/// One command's token, and its run that is under way. Everybody who needs the token waits for the same run; when
/// nobody waits any longer it is given up.
struct Slot {
    auth: CommandAuth,
    kept: Option<Kept>,
    running: Option<WeakShared<Run>>,
}

struct Kept {
    since: Instant,
    token: String,
}

fn locked(slots: &Slots) -> MutexGuard<'_, Vec<Slot>> {
    // Every change to the list is whole whatever its last holder did.
    slots.lock().unwrap_or_else(PoisonError::into_inner)
}

fn slot<'a>(slots: &'a mut Vec<Slot>, auth: &CommandAuth) -> &'a mut Slot {
    let at = slots.iter().position(|slot| slot.auth == *auth);
    let at = at.unwrap_or_else(|| {
        slots.push(Slot {
            auth: auth.clone(),
            kept: None,
            running: None,
        });
        slots.len() - 1
    });
    &mut slots[at]
}

impl CommandTokens {
    /// The token of `auth`, from its command when there is none young enough.
    pub(crate) async fn token(&self, auth: &CommandAuth) -> Result<String, ModelError> {
        let age = Duration::from_millis(auth.refresh_interval_ms);
        let young = |kept: &Kept| age.is_zero() || kept.since.elapsed() < age;
        self.kept_or_run(auth, young).await
    }

    /// Another token than the one that was denied, if there was one.
    pub(crate) async fn renew(&self, auth: &CommandAuth, denied: Option<&str>) -> Result<String, ModelError> {
        self.kept_or_run(auth, |kept| Some(kept.token.as_str()) != denied)
            .await
    }

    async fn kept_or_run(
        &self,
        auth: &CommandAuth,
        is_good: impl Fn(&Kept) -> bool,
    ) -> Result<String, ModelError> {
        let run = {
            let mut slots = locked(&self.slots);
            let slot = slot(&mut slots, auth);
            if let Some(kept) = slot.kept.as_ref().filter(|kept| is_good(kept)) {
                return Ok(kept.token.clone());
            }
            match slot.running.as_ref().and_then(WeakShared::upgrade) {
                Some(run) => run,
                None => {
                    let run = run_and_keep(Arc::clone(&self.slots), auth.clone());
                    slot.running = run.downgrade();
                    run
                }
            }
        };
        run.await
    }
}

fn run_and_keep(slots: Slots, auth: CommandAuth) -> Shared<Run> {
    let run: Run = Box::pin(async move {
        let result = run(&auth).await;
        let mut slots = locked(&slots);
        let slot = slot(&mut slots, &auth);
        slot.running = None;
        slot.kept = result.as_ref().ok().map(|token| Kept {
            since: Instant::now(),
            token: token.clone(),
        });
        result
    });
    run.shared()
}

async fn run(auth: &CommandAuth) -> Result<String, ModelError> {
    let failure = |what: &dyn fmt::Display| {
        let command = &auth.command;
        ModelError::new(
            ErrorKind::Refused,
            format!("provider auth command `{command}` {what}"),
        )
    };
    // A path is relative to where the command runs, not to where we are.
    let program = if auth.command.contains('/') {
        auth.cwd.join(&auth.command)
    } else {
        Path::new(&auth.command).into()
    };
    let argv = std::iter::once(program.into_os_string()).chain(auth.args.iter().map(Into::into));
    // Dropped, the process is killed with everything it has started.
    let ran = tokio::time::timeout(Duration::from_millis(auth.timeout_ms), async {
        let (process, output) = Process::spawn(Command::new(argv, &auth.cwd))
            .await
            .map_err(|e| failure(&format_args!("failed to start: {e}")))?;
        let (stdout, stderr) = collect(output)
            .await
            .ok_or_else(|| failure(&format_args!("wrote more than {} KiB", LONGEST_OUTPUT >> 10)))?;
        Ok((process.wait().await, stdout, stderr))
    });
    let (exit, stdout, stderr) = ran
        .await
        .map_err(|_| failure(&format_args!("timed out after {} ms", auth.timeout_ms)))??;
    if exit != Exit::Code(0) {
        let stderr = String::from_utf8_lossy(&stderr);
        let why = match stderr.trim() {
            "" => String::new(),
            stderr => format!(": {stderr}"),
        };
        let how = match exit {
            Exit::Code(code) => format!("exit status: {code}"),
            Exit::Signal(signal) => format!("signal: {signal}"),
        };
        return Err(failure(&format_args!("exited with status {how}{why}")));
    }
    let text = String::from_utf8(stdout).map_err(|_| failure(&"wrote non-UTF-8 data to stdout"))?;
    match text.trim() {
        "" => Err(failure(&"produced an empty token")),
        token => Ok(token.to_owned()),
    }
}

/// Standard output and error to their end; `None` when they are too long.
async fn collect(mut output: Output) -> Option<(Vec<u8>, Vec<u8>)> {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    while let Some(chunk) = output.next().await {
        match chunk.stream {
            Stream::Stdout => stdout.extend_from_slice(&chunk.bytes),
            Stream::Stderr => stderr.extend_from_slice(&chunk.bytes),
        }
        if stdout.len() + stderr.len() > LONGEST_OUTPUT {
            return None;
        }
    }
    Some((stdout, stderr))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> CommandAuth {
        CommandAuth {
            command: "sh".into(),
            args: vec!["-c".into(), script.into()],
            timeout_ms: 10_000,
            refresh_interval_ms: 0,
            cwd: std::env::temp_dir(),
        }
    }

    #[tokio::test]
    async fn a_token_is_kept_until_it_is_renewed() {
        let dir = tempfile::tempdir().unwrap();
        let auth = CommandAuth {
            cwd: dir.path().into(),
            ..shell("echo x >> runs; wc -l < runs")
        };
        let tokens = CommandTokens::default();
        assert_eq!(tokens.token(&auth).await.unwrap(), "1");
        assert_eq!(tokens.token(&auth).await.unwrap(), "1");
        assert_eq!(tokens.renew(&auth, Some("1")).await.unwrap(), "2");
        assert_eq!(tokens.token(&auth).await.unwrap(), "2");
        // Somebody else has renewed it meanwhile.
        assert_eq!(tokens.renew(&auth, Some("1")).await.unwrap(), "2");
    }

    #[tokio::test]
    async fn all_who_need_a_token_wait_for_one_run() {
        let dir = tempfile::tempdir().unwrap();
        let fifo = dir.path().join("go");
        let made = std::process::Command::new("mkfifo").arg(&fifo).status();
        assert!(made.unwrap().success());
        let auth = CommandAuth {
            cwd: dir.path().into(),
            ..shell("echo x >> runs; cat go; wc -l < runs")
        };
        let tokens = CommandTokens::default();
        let (one, two, three, ()) = tokio::join!(
            tokens.token(&auth),
            tokens.token(&auth),
            tokens.renew(&auth, Some("old")),
            // Opening it waits for the command to do so too.
            async {
                drop(
                    tokio::fs::OpenOptions::new()
                        .write(true)
                        .open(&fifo)
                        .await
                        .unwrap(),
                )
            },
        );
        assert_eq!([one, two, three].map(Result::unwrap), ["1", "1", "1"]);
        assert_eq!(locked(&tokens.slots).len(), 1);
    }

    /// What the command has started holds its output open and would outlive it.
    #[tokio::test]
    async fn at_the_time_limit_everything_the_command_has_started_ends() {
        let dir = tempfile::tempdir().unwrap();
        let fifo = dir.path().join("alive");
        let made = std::process::Command::new("mkfifo").arg(&fifo).status();
        assert!(made.unwrap().success());
        let auth = CommandAuth {
            cwd: dir.path().into(),
            timeout_ms: 500,
            ..shell("(exec 9>alive; sleep 3217; true) | cat")
        };
        // The pipe's other end stays open for as long as the grandchild lives.
        let ended = tokio::task::spawn_blocking(move || std::fs::read(fifo));
        assert!(
            run(&auth)
                .await
                .unwrap_err()
                .message()
                .ends_with("timed out after 500 ms")
        );
        assert_eq!(ended.await.unwrap().unwrap(), b"");
    }

    #[tokio::test]
    async fn a_command_that_never_stops_talking_is_stopped() {
        for script in ["yes", "yes >&2"] {
            assert_eq!(
                run(&shell(script)).await.unwrap_err().message(),
                "provider auth command `sh` wrote more than 64 KiB"
            );
        }
    }

    #[tokio::test]
    async fn a_path_counts_from_the_commands_folder() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/bin/echo", dir.path().join("token")).unwrap();
        let command = "./token".into();
        let auth = CommandAuth {
            command,
            args: vec!["tok".into()],
            cwd: dir.path().into(),
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
