//! Running one hook: a shell with the command, JSON on its input, its output and its end.

use std::path::Path;
use std::time::Duration;

use codex_exec::{Command, Exit, Process, Stdin, Stream};

/// How much of each output stream is kept, in bytes; what comes after is read and dropped.
const KEPT: usize = 1024 * 1024;

/// How a hook's process ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// With this code.
    Exited {
        /// The code.
        code: i32,
        /// What it wrote.
        stdout: String,
        /// What it wrote.
        stderr: String,
    },
    /// By a signal.
    Signaled,
    /// It was killed after this time.
    TimedOut(Duration),
    /// It never ran; why.
    NotStarted(String),
}

/// What is run.
#[derive(Debug)]
pub(crate) struct Job {
    /// The shell's program.
    pub(crate) shell: String,
    /// What the shell is given.
    pub(crate) command: String,
    /// When it is killed.
    pub(crate) timeout: Duration,
}

/// Runs the job with `input` on its standard input. Dropping the future kills the process and all it has started.
pub(crate) async fn run(job: &Job, cwd: &Path, input: &str) -> Ended {
    match tokio::time::timeout(job.timeout, to_its_end(job, cwd, input)).await {
        Ok(ended) => ended,
        Err(_) => Ended::TimedOut(job.timeout),
    }
}

async fn to_its_end(job: &Job, cwd: &Path, input: &str) -> Ended {
    let mut command = Command::new([job.shell.as_str(), "-c", job.command.as_str()], cwd);
    command.stdin = Stdin::Pipe;
    // What it leaves behind may still be talking; the time limit is for that as well.
    command.linger = job.timeout;
    let (process, mut output) = match Process::spawn(command).await {
        Ok(started) => started,
        Err(error) => return Ended::NotStarted(error.to_string()),
    };
    // Hooks that don't read what they are told are no worse for it.
    let _ = process.write(input.to_owned()).await;
    let _ = process.close_stdin().await;
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    while let Some(chunk) = output.next().await {
        let kept = match chunk.stream {
            Stream::Stdout => &mut stdout,
            Stream::Stderr => &mut stderr,
        };
        let room = KEPT.saturating_sub(kept.len()).min(chunk.bytes.len());
        kept.extend_from_slice(&chunk.bytes[..room]);
    }
    match process.wait().await {
        Exit::Code(code) => Ended::Exited {
            code,
            stdout: String::from_utf8_lossy(&stdout).into_owned(),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
        },
        Exit::Signal(_) => Ended::Signaled,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(command: &str) -> Job {
        Job {
            shell: "/bin/sh".to_owned(),
            command: command.to_owned(),
            timeout: Duration::from_secs(30),
        }
    }

    #[tokio::test]
    async fn a_hook_reads_what_it_is_told_and_its_streams_are_kept_apart() {
        let ended = run(&job("cat; echo no >&2; exit 3"), Path::new("/"), "{\"a\":1}").await;
        let Ended::Exited { code, stdout, stderr } = ended else {
            panic!("{ended:?}")
        };
        assert_eq!((code, stdout.as_str(), stderr.as_str()), (3, "{\"a\":1}", "no\n"));
    }

    #[tokio::test]
    async fn a_hook_need_not_read() {
        let input = "x".repeat(1 << 20);
        let ended = run(&job("exit 0"), Path::new("/"), &input).await;
        assert!(matches!(ended, Ended::Exited { code: 0, .. }), "{ended:?}");
    }

    #[tokio::test]
    async fn a_hook_that_takes_too_long_is_given_up() {
        let slow = Job {
            timeout: Duration::from_millis(10),
            ..job("sleep 60")
        };
        assert!(matches!(run(&slow, Path::new("/"), "").await, Ended::TimedOut(_)));
    }

    #[tokio::test]
    async fn a_signal_is_no_code() {
        assert!(matches!(
            run(&job("kill -9 $$"), Path::new("/"), "").await,
            Ended::Signaled
        ));
    }

    #[tokio::test]
    async fn a_shell_that_is_not_there_is_told() {
        let job = Job {
            shell: "/no/such/shell".to_owned(),
            ..job("true")
        };
        assert!(matches!(
            run(&job, Path::new("/"), "").await,
            Ended::NotStarted(_)
        ));
    }
}
