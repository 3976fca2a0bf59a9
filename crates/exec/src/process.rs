//! A process that runs: its input, its size, its end.

use std::os::unix::process::ExitStatusExt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use codex_sandbox::{MountPoints, guardian, tree};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::process::Child;
use tokio::sync::{Mutex, mpsc, watch};

use crate::output::{Output, Stream};
use crate::spawn::{self, Command, SpawnError, Stdin};
use crate::terminal::{Master, Size};
use crate::thread;

/// How many pieces of input may wait to be written.
const WAITING: usize = 64;

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this code.
    Code(i32),
    /// By a signal. (In a sandbox the first process is the sandbox's and ends with code 128 + signal instead.)
    Signal(i32),
}

impl Exit {
    /// The code, or `signaled` when there is none.
    pub fn code_or(self, signaled: i32) -> i32 {
        match self {
            Self::Code(code) => code,
            Self::Signal(_) => signaled,
        }
    }
}

/// Why input was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// The process was started without input.
    #[error("stdin is not open for this process")]
    NotOpen,
    /// It was closed before.
    #[error("stdin is already closed")]
    Closed,
}

/// Why a terminal was not resized.
#[derive(Debug, thiserror::Error)]
pub enum ResizeError {
    /// There is none.
    #[error("process is not attached to a PTY")]
    NoTerminal,
    /// The system refused.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// A handle to a process. When the last one is dropped while the process runs, it and all it has started are killed.
#[derive(Debug, Clone)]
pub struct Process {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    pid: i32,
    exit: watch::Receiver<Option<Exit>>,
    /// Outer `None`: never had input; inner: closed.
    input: Option<Mutex<Option<mpsc::Sender<Bytes>>>>,
    terminal: Option<Master>,
}

impl Process {
    /// Starts a process. Its output has to be read, or it will stand still.
    ///
    /// # Errors
    /// See [`SpawnError`].
    pub async fn spawn(command: Command) -> Result<(Self, Output), SpawnError> {
        let (stdin, linger) = (command.stdin, command.linger);
        let mut spawned = spawn::spawn(command).await?;
        let (tell, exit) = watch::channel(None);
        let mut streams: Vec<(Stream, Box<dyn AsyncRead + Send + Unpin>)> = Vec::new();
        let mut input = None;
        if let Some(master) = &spawned.terminal {
            streams.push((Stream::Stdout, Box::new(master.clone())));
            let closing = master.clone();
            input = Some(feed(master.clone(), exit.clone(), move || {
                Some(vec![b'\n', closing.end_of_file()])
            }));
        } else {
            if let Some(stdout) = spawned.child.stdout.take() {
                streams.push((Stream::Stdout, Box::new(stdout)));
            }
            if let Some(stderr) = spawned.child.stderr.take() {
                streams.push((Stream::Stderr, Box::new(stderr)));
            }
            if let (Stdin::Pipe, Some(pipe)) = (stdin, spawned.child.stdin.take()) {
                input = Some(feed(pipe, exit.clone(), || None));
            }
        }
        tokio::spawn(wait_for(spawned.child, spawned.pid, spawned.mount_points, tell));
        let output = Output::of(streams, exit.clone(), linger);
        let input = input.map(|to| Mutex::new(Some(to)));
        Ok((
            Self {
                inner: Arc::new(Inner {
                    pid: spawned.pid,
                    exit,
                    input,
                    terminal: spawned.terminal,
                }),
            },
            output,
        ))
    }

    /// Its number; of a sandboxed one that of the sandbox.
    pub fn pid(&self) -> i32 {
        self.inner.pid
    }

    /// How it ended, if it has.
    pub fn exit(&self) -> Option<Exit> {
        *self.inner.exit.borrow()
    }

    /// Waits for its end.
    pub async fn wait(&self) -> Exit {
        let mut exit = self.inner.exit.clone();
        let ended = exit.wait_for(Option::is_some).await.ok().and_then(|e| *e);
        // The waiting task goes without a word only when the runtime does.
        ended.unwrap_or(Exit::Signal(libc::SIGKILL))
    }

    /// Waits for its end, at most for `limit`; then it is killed. Tells whether it was.
    pub async fn wait_or_kill(&self, limit: Option<Duration>) -> (Exit, bool) {
        let Some(limit) = limit else {
            return (self.wait().await, false);
        };
        match tokio::time::timeout(limit, self.wait()).await {
            Ok(exit) => (exit, false),
            Err(_) => {
                self.kill();
                (self.wait().await, true)
            }
        }
    }

    /// Hands on bytes to its input. Returns when they are on their way, not when they are read; waits while much is on
    /// its way already. What a process that has closed its input gets is dropped silently.
    ///
    /// # Errors
    /// When there is no input, or it was closed.
    pub async fn write(&self, bytes: impl Into<Bytes>) -> Result<(), InputError> {
        let input = self.inner.input.as_ref().ok_or(InputError::NotOpen)?;
        // The lock keeps writes in order, also while one waits.
        let input = input.lock().await;
        let to = input.as_ref().ok_or(InputError::Closed)?;
        let _ = to.send(bytes.into()).await;
        Ok(())
    }

    /// Closes its input behind what was written; a terminal is sent a line end and an end-of-file character. Closing
    /// again does nothing.
    ///
    /// # Errors
    /// When there is no input.
    pub async fn close_stdin(&self) -> Result<(), InputError> {
        let input = self.inner.input.as_ref().ok_or(InputError::NotOpen)?;
        *input.lock().await = None;
        Ok(())
    }

    /// Changes the size of its terminal.
    ///
    /// # Errors
    /// When it has none, or the system refuses.
    pub fn resize(&self, size: Size) -> Result<(), ResizeError> {
        Ok(self
            .inner
            .terminal
            .as_ref()
            .ok_or(ResizeError::NoTerminal)?
            .resize(size)?)
    }

    /// Kills it and everything it has started. Returns at once; [`wait`](Self::wait) tells when it is done.
    pub fn kill(&self) {
        self.inner.kill();
    }
}

impl Inner {
    fn kill(&self) {
        let (pid, exit) = (self.pid, self.exit.clone());
        if exit.borrow().is_none() {
            thread::enqueue(move || {
                // Its number is taken as long as its end has not been seen.
                if exit.borrow().is_none() {
                    tree::kill(pid);
                }
            });
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits until all that was to be killed before is dead, also by handles and runs that were dropped.
pub async fn kills_done() {
    // There is one thread for it, which does one thing after the other.
    thread::result_of(|| ()).await;
}

/// Waits for the end of the process and tells of it.
async fn wait_for(mut child: Child, pid: i32, mount_points: MountPoints, tell: watch::Sender<Option<Exit>>) {
    let exit = match child.wait().await {
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code), _) => Exit::Code(code),
            (None, Some(signal)) => Exit::Signal(signal),
            (None, None) => Exit::Code(-1),
        },
        Err(e) => {
            tracing::warn!("cannot wait for process {pid}: {e}");
            Exit::Code(-1)
        }
    };
    // Before anyone hears of the end, nothing of the sandbox is left.
    drop(mount_points);
    guardian::session_ended(pid);
    tell.send_replace(Some(exit));
}

/// Writes what comes, until the last sender is gone; `closing` says what to write then.
fn feed(
    mut to: impl AsyncWrite + Send + Unpin + 'static,
    mut exit: watch::Receiver<Option<Exit>>,
    closing: impl FnOnce() -> Option<Vec<u8>> + Send + 'static,
) -> mpsc::Sender<Bytes> {
    let (sender, mut input) = mpsc::channel::<Bytes>(WAITING);
    tokio::spawn(async move {
        let mut broken = false;
        let write_all = async {
            while let Some(bytes) = input.recv().await {
                broken = broken || to.write_all(&bytes).await.is_err();
            }
            if let Some(last) = closing().filter(|_| !broken) {
                let _ = to.write_all(&last).await;
            }
        };
        // Nobody reads any more when the process has ended.
        tokio::select! {
            () = write_all => {}
            _ = exit.wait_for(Option::is_some) => {}
        }
    });
    sender
}
