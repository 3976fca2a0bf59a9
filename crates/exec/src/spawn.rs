//! Starting a process: in a session of its own, under its policy, bound to our life.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use codex_sandbox::{MountPoints, Policy, guardian, wrap};
use tokio::process::Child;
use tokio::runtime::Handle;

use crate::terminal::{self, Master, Size};
use crate::thread;

/// How long a process's streams are waited for after its end when others hold them open (exec.md §3).
pub(crate) const LINGER: Duration = Duration::from_secs(2);

/// Where programs are looked for without a `PATH`; as the C library has it.
const DEFAULT_PATH: &str = "/bin:/usr/bin";

/// Standard input of a process without a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stdin {
    /// Empty.
    #[default]
    Null,
    /// A pipe, for [`Process::write`](crate::Process::write).
    Pipe,
}

/// A process to start.
#[derive(Debug, Clone)]
pub struct Command {
    /// Program and arguments. A program without a slash is looked up on the `PATH` in `env`.
    pub argv: Vec<OsString>,
    /// Working folder; absolute.
    pub cwd: PathBuf,
    /// The whole environment, but for what the sandbox adds.
    pub env: BTreeMap<String, String>,
    /// What it may do.
    pub policy: Policy,
    /// Standard input; without meaning when there is a terminal.
    pub stdin: Stdin,
    /// Gives the process a terminal of this size for all three streams.
    pub terminal: Option<Size>,
    /// How long its streams are waited for after its end when others hold them open; 2 s by default.
    pub linger: Duration,
}

impl Command {
    /// With this process's environment, no sandbox, no input and no terminal.
    pub fn new(argv: impl IntoIterator<Item = impl Into<OsString>>, cwd: impl Into<PathBuf>) -> Self {
        Self {
            argv: argv.into_iter().map(Into::into).collect(),
            cwd: cwd.into(),
            env: crate::EnvironmentPolicy::default().apply_to_own(),
            policy: Policy::FullAccess,
            stdin: Stdin::Null,
            terminal: None,
            linger: LINGER,
        }
    }
}

/// Why a process was not started.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    /// The program's name is empty.
    #[error("missing program for {} spawn", if *.terminal { "PTY" } else { "pipe" })]
    MissingProgram {
        /// Whether it was to have a terminal.
        terminal: bool,
    },
    /// The system refused: the program or the folder isn't there, may not be executed, and the like.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The sandbox cannot be set up.
    #[error(transparent)]
    Sandbox(#[from] codex_sandbox::Error),
}

impl SpawnError {
    /// The system's reason, if it was the system's.
    pub fn io(&self) -> Option<&io::Error> {
        match self {
            Self::Io(e) => Some(e),
            _ => None,
        }
    }
}

/// A process that runs.
pub(crate) struct Spawned {
    pub(crate) child: Child,
    pub(crate) pid: i32,
    pub(crate) terminal: Option<Master>,
    pub(crate) mount_points: MountPoints,
}

/// Starts the process. Its end is noticed by the runtime this is called in.
pub(crate) async fn spawn(command: Command) -> Result<Spawned, SpawnError> {
    let runtime = Handle::current();
    // If the caller goes away before it has the process, the result is dropped, and that must not leave it running.
    let started = thread::result_of(move || Unclaimed(Some(start(command, &runtime)))).await;
    match started.and_then(|mut unclaimed| unclaimed.0.take()) {
        Some(result) => result,
        None => Err(io::Error::other("starting the process failed unexpectedly").into()),
    }
}

/// A process nobody has taken yet.
struct Unclaimed(Option<Result<Spawned, SpawnError>>);

impl Drop for Unclaimed {
    fn drop(&mut self) {
        if let Some(Ok(spawned)) = &self.0 {
            codex_sandbox::tree::kill(spawned.pid);
            guardian::session_ended(spawned.pid);
        }
    }
}

fn start(command: Command, runtime: &Handle) -> Result<Spawned, SpawnError> {
    let program = command.argv.first().ok_or(codex_sandbox::Error::EmptyCommand)?;
    if program.is_empty() {
        return Err(SpawnError::MissingProgram {
            terminal: command.terminal.is_some(),
        });
    }
    if command.policy.is_sandboxed() {
        // Within a sandbox these would only show as an exit code of the sandbox.
        look_for(program.as_ref(), &command)?;
    }
    let wrapped = wrap(
        &command.policy,
        &command.cwd,
        &command.argv,
        command.terminal.is_some(),
    )?;
    let mut process = tokio::process::Command::new(&wrapped.program);
    process
        .args(&wrapped.args)
        .current_dir(&command.cwd)
        .env_clear()
        .envs(&command.env)
        .envs(wrapped.env);
    if let Some(arg0) = &wrapped.arg0 {
        process.arg0(arg0);
    }
    let _in_runtime = runtime.enter();
    let mut terminal = None;
    match command.terminal {
        Some(size) => {
            let (ours, theirs) = terminal::open(size)?;
            process
                .stdin(Stdio::from(theirs.try_clone()?))
                .stdout(Stdio::from(theirs.try_clone()?))
                .stderr(Stdio::from(theirs));
            terminal = Some(Master::new(ours)?);
        }
        None => {
            process.stdin(match command.stdin {
                Stdin::Null => Stdio::null(),
                Stdin::Pipe => Stdio::piped(),
            });
            process.stdout(Stdio::piped()).stderr(Stdio::piped());
        }
    }
    let has_terminal = terminal.is_some();
    let inherit: Vec<RawFd> = wrapped.inherit.iter().map(AsRawFd::as_raw_fd).collect();
    let parent = std::process::id() as i32;
    let starting = guardian::starting();
    let pipe = starting.pipe();
    let sandboxed = command.policy.is_sandboxed();
    // SAFETY: only async-signal-safe system calls between fork and exec.
    unsafe { process.pre_exec(move || prepare(parent, pipe, sandboxed, has_terminal, &inherit)) };
    let child = process.spawn()?;
    let pid = child.id().map_or(0, |id| id as i32);
    starting.started(pid);
    Ok(Spawned {
        child,
        pid,
        terminal,
        mount_points: wrapped.mount_points,
    })
}

/// What the child does before it becomes the program.
fn prepare(
    parent: i32,
    guardian: Option<RawFd>,
    sandboxed: bool,
    has_terminal: bool,
    inherit: &[RawFd],
) -> io::Result<()> {
    let check = |result: libc::c_int| {
        if result < 0 {
            Err(io::Error::last_os_error())
        } else {
            Ok(())
        }
    };
    // SAFETY: system calls with integers only.
    unsafe {
        check(libc::setsid())?;
        if let Some(pipe) = guardian {
            guardian::announce(pipe);
        }
        // What a sandboxed command has started ends with it. Another is only stopped when we die, so that the guardian
        // finds it together with all it has started.
        let when_parent_dies = if sandboxed || guardian.is_none() {
            libc::SIGKILL
        } else {
            libc::SIGSTOP
        };
        check(libc::prctl(libc::PR_SET_PDEATHSIG, when_parent_dies))?;
        if libc::getppid() != parent {
            // The server has died before that.
            libc::_exit(1);
        }
        if has_terminal {
            check(libc::ioctl(0, libc::TIOCSCTTY, 0))?;
        }
        // Whatever another part of the program has opened without care stays here; kernels before 5.11 can't.
        libc::syscall(
            libc::SYS_close_range,
            3,
            libc::c_uint::MAX,
            libc::CLOSE_RANGE_CLOEXEC,
        );
        for fd in inherit {
            check(libc::fcntl(*fd, libc::F_SETFD, 0))?;
        }
    }
    Ok(())
}

/// The error that starting the command outside a sandbox would give for its folder and its program.
fn look_for(program: &Path, command: &Command) -> io::Result<()> {
    if !command.cwd.metadata()?.is_dir() {
        return Err(io::Error::from_raw_os_error(libc::ENOTDIR));
    }
    if program.as_os_str().as_encoded_bytes().contains(&b'/') {
        return may_execute(&command.cwd.join(program));
    }
    let path = command.env.get("PATH").map_or(DEFAULT_PATH, String::as_str);
    let mut error = io::Error::from_raw_os_error(libc::ENOENT);
    for folder in std::env::split_paths(path) {
        match may_execute(&command.cwd.join(folder).join(program)) {
            Ok(()) => return Ok(()),
            Err(e) if e.kind() == io::ErrorKind::PermissionDenied => error = e,
            Err(_) => {}
        }
    }
    Err(error)
}

fn may_execute(file: &Path) -> io::Result<()> {
    let metadata = file.metadata()?;
    let executable = metadata.is_file() && metadata.permissions().mode() & 0o111 != 0;
    if executable {
        Ok(())
    } else {
        Err(io::Error::from_raw_os_error(libc::EACCES))
    }
}
