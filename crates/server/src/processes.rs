//! Commands of clients' own while they run (exec.md): who may write to them, and what becomes of their output.
//!
//! A command belongs to the connection that started it and dies with it. A client that reads slowly slows its commands
//! down: the next piece of output is read when the last ones have left the outbox.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use codex_exec::{Chunk, Exit, Output, OutputCap, Process, Stream, TIMEOUT_EXIT_CODE, decode, decode_cut};
use codex_protocol::{CommandExecOutputDeltaNotification, CommandExecOutputStream, CommandExecResponse};

use crate::lanes::Lanes;
use crate::session::{ConnectionId, Session};

/// What a shell makes of SIGKILL, and the sandbox's first process too.
const KILLED: i32 = 128 + libc::SIGKILL;

/// The commands that run under a name, which is unique on a connection.
#[derive(Debug, Default)]
pub struct Processes {
    named: Mutex<HashMap<Key, Arc<Running>>>,
}

type Key = (ConnectionId, String);

/// A command that runs.
#[derive(Debug)]
pub struct Running {
    /// The process.
    pub process: Process,
    /// Whether its client may write to it.
    pub takes_input: bool,
    /// Keeps writes in order while they wait for the process to read.
    pub writes: Lanes<()>,
    terminated: AtomicBool,
}

impl Running {
    /// A command that has just been started.
    pub fn new(process: Process, takes_input: bool) -> Self {
        Self {
            process,
            takes_input,
            writes: Lanes::default(),
            terminated: AtomicBool::new(false),
        }
    }

    /// Kills it because its client wants that.
    pub fn terminate(&self) {
        self.terminated.store(true, Ordering::Relaxed);
        self.process.kill();
    }

    /// The exit code of the reply (exec.md §3).
    fn exit_code(&self, exit: Exit, has_terminal: bool) -> i32 {
        let of_signal = if has_terminal { 1 } else { -1 };
        match exit {
            Exit::Code(KILLED) if self.terminated.load(Ordering::Relaxed) => of_signal,
            exit => exit.code_or(of_signal),
        }
    }
}

impl Processes {
    /// The command a connection knows by this name, if it still runs.
    pub fn get(&self, connection: ConnectionId, name: &str) -> Option<Arc<Running>> {
        self.lock().get(&(connection, name.to_owned())).cloned()
    }

    /// Registers a command.
    pub fn insert(&self, connection: ConnectionId, name: String, running: Arc<Running>) {
        self.lock().insert((connection, name), running);
    }

    /// Frees the name of a command that has ended.
    pub fn remove(&self, connection: ConnectionId, name: String) {
        self.lock().remove(&(connection, name));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Arc<Running>>> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a client wants of a command's output and end.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// The name to send its output under as it comes; `None` to keep it for the reply.
    pub stream_as: Option<String>,
    /// The most bytes of each stream.
    pub cap: Option<usize>,
    /// When to kill it.
    pub timeout: Option<Duration>,
    /// Whether it has a terminal.
    pub has_terminal: bool,
}

/// Follows a command to its end. `None` when its connection has gone before.
pub async fn follow(
    session: &Session,
    running: &Running,
    output: Output,
    wishes: Wishes,
) -> Option<CommandExecResponse> {
    let mut outlet = Outlet {
        session,
        stream_as: wishes.stream_as.as_deref(),
        stdout: Sink::new(wishes.cap),
        stderr: Sink::new(wishes.cap),
    };
    let (exit, timed_out) = {
        let end = async {
            outlet.take_all(output).await;
            running.process.wait().await
        };
        tokio::pin!(end);
        let too_late = async {
            match wishes.timeout {
                Some(limit) => tokio::time::sleep(limit).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = session.gone.cancelled() => return None,
            exit = &mut end => (exit, false),
            () = too_late => {
                running.process.kill();
                tokio::select! {
                    () = session.gone.cancelled() => return None,
                    exit = end => (exit, true),
                }
            }
        }
    };
    let exit_code = match timed_out {
        true => TIMEOUT_EXIT_CODE,
        false => running.exit_code(exit, wishes.has_terminal),
    };
    Some(CommandExecResponse {
        exit_code,
        stdout: outlet.stdout.text(),
        stderr: outlet.stderr.text(),
    })
}

/// Where a command's output goes.
struct Outlet<'a> {
    session: &'a Session,
    stream_as: Option<&'a str>,
    stdout: Sink,
    stderr: Sink,
}

/// One stream, up to its cap.
struct Sink {
    cap: OutputCap,
    kept: Vec<u8>,
    /// Whether anything was thrown away.
    is_cut: bool,
}

impl Sink {
    fn new(cap: Option<usize>) -> Self {
        Self {
            cap: OutputCap::new(cap),
            kept: Vec::new(),
            is_cut: false,
        }
    }

    fn text(&self) -> String {
        if self.is_cut {
            decode_cut(&self.kept)
        } else {
            decode(&self.kept)
        }
    }
}

impl Outlet<'_> {
    async fn take_all(&mut self, mut output: Output) {
        while let Some(chunk) = output.next().await {
            self.take(chunk).await;
        }
    }

    async fn take(&mut self, chunk: Chunk) {
        let (sink, stream) = match chunk.stream {
            Stream::Stdout => (&mut self.stdout, CommandExecOutputStream::Stdout),
            Stream::Stderr => (&mut self.stderr, CommandExecOutputStream::Stderr),
        };
        let length = chunk.bytes.len();
        let Some((bytes, cap_reached)) = sink.cap.take(chunk.bytes) else {
            sink.is_cut = true;
            return;
        };
        sink.is_cut |= bytes.len() < length;
        let Some(name) = self.stream_as else {
            sink.kept.extend_from_slice(&bytes);
            return;
        };
        self.session.outbox.room().await;
        self.session.notify(CommandExecOutputDeltaNotification {
            process_id: name.to_owned(),
            stream,
            delta_base64: STANDARD.encode(&bytes),
            cap_reached,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::TransportKind;
    use codex_exec::{Command, Stdin};

    fn session() -> Session {
        Session::new(ConnectionId(0), TransportKind::Stdio)
    }

    fn wishes() -> Wishes {
        Wishes {
            stream_as: None,
            cap: Some(1 << 20),
            timeout: None,
            has_terminal: false,
        }
    }

    async fn start(script: &str) -> (Running, Output) {
        let mut command = Command::new(["sh", "-c", script], "/");
        command.stdin = Stdin::Null;
        let (process, output) = Process::spawn(command).await.unwrap();
        (Running::new(process, false), output)
    }

    async fn result(script: &str, wishes: Wishes) -> (i32, String, String) {
        let (running, output) = start(script).await;
        let reply = follow(&session(), &running, output, wishes).await.unwrap();
        (reply.exit_code, reply.stdout, reply.stderr)
    }

    #[tokio::test]
    async fn the_reply_tells_how_a_command_ended_and_what_it_said() {
        let said = result("printf out; printf err >&2; exit 7", wishes()).await;
        assert_eq!(said, (7, "out".into(), "err".into()));
        assert_eq!(result("kill -9 $$", wishes()).await.0, -1);
        assert_eq!(
            result(
                "kill -9 $$",
                Wishes {
                    has_terminal: true,
                    ..wishes()
                }
            )
            .await
            .0,
            1
        );
        let late = Wishes {
            timeout: Some(Duration::ZERO),
            ..wishes()
        };
        assert_eq!(result("exec sleep 60", late).await.0, 124);
    }

    #[tokio::test]
    async fn a_cap_that_cuts_a_character_leaves_it_out() {
        let capped = |cap| Wishes {
            cap: Some(cap),
            ..wishes()
        };
        assert_eq!(result(r"printf 'h\303\251'", capped(2)).await.1, "h");
        assert_eq!(result(r"printf 'caf\351'", capped(4)).await.1, "café");
    }

    #[tokio::test]
    async fn a_terminated_command_and_one_whose_connection_has_gone_end_at_once() {
        let (running, output) = start("exec sleep 60").await;
        running.terminate();
        let reply = follow(&session(), &running, output, wishes()).await.unwrap();
        assert_eq!(reply.exit_code, -1);
        let (running, output) = start("exec sleep 60").await;
        let session = session();
        session.gone.cancel();
        assert!(follow(&session, &running, output, wishes()).await.is_none());
    }
}
