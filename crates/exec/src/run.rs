//! A command from start to end.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::capture::{Capture, Delta, Deltas};
use crate::output::Output;
use crate::process::{Exit, Process};
use crate::spawn::{Command, SpawnError};

/// The exit code that stands for a time limit (turns.md §12).
pub const TIMEOUT_EXIT_CODE: i32 = 124;

/// How long the rest of the output of a killed command is waited for.
const AFTER_KILL: Duration = Duration::from_secs(1);

/// How far a command may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// When to kill it.
    pub timeout: Option<Duration>,
}

/// How a command ended.
#[derive(Debug)]
pub enum End {
    /// By itself or by somebody else.
    Exited(Exit),
    /// Killed at its time limit.
    TimedOut,
    /// Killed because it was cancelled.
    Cancelled,
    /// It never ran.
    NotStarted(SpawnError),
}

/// What became of a command.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// What it wrote to standard output, decoded; at most 1 MiB.
    pub stdout: String,
    /// What it wrote to standard error, decoded; at most 1 MiB.
    pub stderr: String,
    /// All of stdout, then all of stderr, together at most 1 MiB before decoding.
    pub aggregated: String,
    /// How long it took.
    pub duration: Duration,
}

impl Outcome {
    /// Its exit code; 124 at the time limit, −1 when there is none.
    pub fn exit_code(&self) -> i32 {
        match &self.end {
            End::Exited(exit) => exit.code_or(-1),
            End::TimedOut => TIMEOUT_EXIT_CODE,
            End::Cancelled | End::NotStarted(_) => -1,
        }
    }
}

/// Runs a command and waits for its end and that of its output. The end is waited for no longer than
/// [`Command::linger`] when something it has started holds its streams open.
///
/// What it writes goes to `deltas` as it comes (turns.md §12). They have to be received meanwhile: a full channel makes
/// the command stand still, a closed one is fine. Cancelled, at the time limit, or when the future is dropped, the
/// command and everything it has started are killed.
pub async fn run(
    command: Command,
    limits: Limits,
    cancel: &CancellationToken,
    deltas: Option<mpsc::Sender<Delta>>,
) -> Outcome {
    let began = Instant::now();
    let mut capture = Capture::default();
    let stop = async {
        let too_late = async {
            match limits.timeout {
                Some(limit) => sleep(limit).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => End::Cancelled,
            () = too_late => End::TimedOut,
        }
    };
    tokio::pin!(stop);
    let started = tokio::select! {
        biased;
        started = Process::spawn(command) => started.map_err(End::NotStarted),
        end = &mut stop => Err(end),
    };
    let end = match started {
        Err(end) => end,
        Ok((process, output)) => {
            let follow = follow(&process, output, &mut capture, deltas);
            tokio::pin!(follow);
            tokio::select! {
                biased;
                exit = &mut follow => End::Exited(exit),
                end = &mut stop => match process.exit() {
                    // Only somebody who holds its streams was still waited for.
                    Some(exit) => End::Exited(exit),
                    None => {
                        process.kill();
                        // What was said before is kept.
                        let _ = timeout(AFTER_KILL, follow).await;
                        end
                    }
                },
            }
        }
    };
    let (stdout, stderr) = capture.streams();
    Outcome {
        end,
        stdout,
        stderr,
        aggregated: capture.aggregated(),
        duration: began.elapsed(),
    }
}

async fn follow(
    process: &Process,
    mut output: Output,
    capture: &mut Capture,
    mut to: Option<mpsc::Sender<Delta>>,
) -> Exit {
    let mut deltas = Deltas::default();
    while let Some(chunk) = output.next().await {
        capture.add(chunk.stream, &chunk.bytes);
        if to.is_some() {
            send(&mut to, deltas.add(chunk.stream, &chunk.bytes)).await;
        }
    }
    send(&mut to, deltas.finish()).await;
    process.wait().await
}

/// Sends deltas; once nobody receives them no more are made.
pub(crate) async fn send(to: &mut Option<mpsc::Sender<Delta>>, deltas: Vec<Delta>) {
    for delta in deltas {
        if let Some(sender) = to
            && sender.send(delta).await.is_err()
        {
            *to = None;
        }
    }
}
