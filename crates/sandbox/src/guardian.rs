//! A process that outlives ours to clean up after it, however it ends.
//!
//! The kernel can send a child a signal when the server dies, but not the child's children; and mount points (see
//! [`MountPoints`](crate::MountPoints)) would stay. So the first command starts a guardian: the helper program, reading
//! from a pipe whose other end nobody but the server holds. It is told of sessions and mount points, and when the pipe
//! closes it kills and removes what is left of them.
//!
//! For that a child must still be there when the guardian comes to it, or what it has started can no longer be told
//! from strangers: the kernel's signal should stop it, not kill it, while there [is](is_watching) a guardian. Without one
//! such a child would stay stopped for ever, so a guardian that dies is replaced at once, and the new one is told of the
//! sessions that run and the mount points in use. (What sessions before that have left running it does not know.)
//!
//! Records on the pipe end with a nul: `+N` a session was started, `-N` its first process has ended, `/path` a mount
//! point is in use.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io::{BufRead, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::helper::{self, GUARD, HELPER_NAME};
use crate::mount_points;
use crate::tree::{self, Process};

/// How long a guardian has to live for another to take its place: one that cannot live is not started for ever.
const WORTH_REPLACING: Duration = Duration::from_millis(200);

/// The guardian, started on first use.
static GUARDIAN: LazyLock<Mutex<Guardian>> = LazyLock::new(|| {
    let mut guardian = Guardian::default();
    guardian.start();
    Mutex::new(guardian)
});

/// What the server knows of its guardian.
#[derive(Default)]
struct Guardian {
    /// `None` where there is no helper, or none that lives.
    pipe: Option<ChildStdin>,
    /// What a new one has to be told.
    running: BTreeSet<i32>,
    mount_points: BTreeSet<PathBuf>,
}

fn guardian() -> MutexGuard<'static, Guardian> {
    GUARDIAN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Guardian {
    /// Starts a process and tells it all it has to know.
    fn start(&mut self) {
        self.pipe = spawn();
        let sessions = self
            .running
            .iter()
            .map(|leader| format!("+{leader}").into_bytes());
        let points = self
            .mount_points
            .iter()
            .map(|path| path.as_os_str().as_bytes().to_vec());
        for record in sessions.chain(points).collect::<Vec<_>>() {
            self.tell(record);
        }
    }

    fn tell(&mut self, mut record: Vec<u8>) {
        record.push(0);
        // When it fails somebody has killed it, which another thread deals with.
        let _ = self.pipe.as_mut().map(|pipe| pipe.write_all(&record));
    }
}

fn spawn() -> Option<ChildStdin> {
    let mut command = Command::new(helper::program()?);
    command.arg0(HELPER_NAME).arg(GUARD).current_dir("/").env_clear();
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // A group of its own, so that it does not go with ours; the helper leaves the session itself.
    command.process_group(0);
    let started = command.spawn().and_then(|mut child| {
        let pipe = child.stdin.take();
        std::thread::Builder::new()
            .name("guardian".to_owned())
            .spawn(move || replace_when_dead(child))?;
        Ok(pipe)
    });
    started.unwrap_or_else(|e| {
        tracing::warn!("the process that cleans up after this one cannot be started: {e}");
        None
    })
}

/// Waits for the end of a guardian, which comes only when somebody kills it, and starts another.
fn replace_when_dead(mut child: Child) {
    let began = Instant::now();
    let _ = child.wait();
    let mut guardian = guardian();
    guardian.pipe = None;
    if began.elapsed() >= WORTH_REPLACING {
        guardian.start();
    } else {
        tracing::warn!("the process that cleans up after this one does not stay alive");
    }
}

/// The guardian while a session is started, which nobody else may do meanwhile.
pub struct Starting(MutexGuard<'static, Guardian>);

/// Prepares for the start of a session; starts the guardian if there is none yet.
pub fn starting() -> Starting {
    Starting(guardian())
}

impl Starting {
    /// The pipe on which a session's first process announces itself ([`announce`]); `None` where there is no guardian.
    pub fn pipe(&self) -> Option<RawFd> {
        self.0.pipe.as_ref().map(AsRawFd::as_raw_fd)
    }

    /// The session with this number has been started: it, and all it starts, is to die with this process.
    pub fn started(mut self, leader: i32) {
        self.0.running.insert(leader);
    }
}

/// Tells the guardian of this process as a session's first one, and gives up the pipe to it, all between fork and exec:
/// from now on it may be stopped by its parent's death, when nobody else could tell, and while it holds the pipe the
/// guardian notices nothing.
pub fn announce(pipe: RawFd) {
    let mut record = [0; 12];
    record[0] = b'+';
    // SAFETY: no more than a number is asked for.
    let mut rest = unsafe { libc::getpid() };
    let digits = std::iter::successors(Some(rest), |n| Some(n / 10).filter(|n| *n > 0)).count();
    for place in (1..=digits).rev() {
        record[place] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    // SAFETY: system calls on a buffer that is there; a guardian that is gone must not end us by a signal.
    unsafe {
        let before = libc::signal(libc::SIGPIPE, libc::SIG_IGN);
        libc::write(pipe, record.as_ptr().cast(), digits + 2);
        libc::signal(libc::SIGPIPE, before);
        libc::close(pipe);
    }
}

/// The first process of the session has ended; what it left running still dies with this process.
pub fn session_ended(leader: i32) {
    let mut guardian = guardian();
    guardian.running.remove(&leader);
    guardian.tell(format!("-{leader}").into_bytes());
}

pub(crate) fn remember_mount_point(path: &Path) {
    let mut guardian = guardian();
    guardian.mount_points.insert(path.to_owned());
    guardian.tell(path.as_os_str().as_bytes().to_vec());
}

/// The guardian's work.
pub(crate) fn watch(mut input: impl BufRead) {
    let _ = nix::unistd::setsid();
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT] {
        // SAFETY: ignoring signals; only our end of input ends us.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
    let mut charge = Charge::default();
    let mut record = Vec::new();
    while input.read_until(0, &mut record).is_ok_and(|n| n > 0) {
        if record.pop() == Some(0) {
            charge.note(&record);
        }
        record.clear();
    }
    charge.clean_up();
}

/// What the guardian looks after.
#[derive(Default)]
struct Charge {
    /// Sessions by number, with their first process as it was found: one that never became a program is not withdrawn,
    /// and its number may be another's by and by.
    running: BTreeMap<i32, Option<(i32, u64)>>,
    /// What sessions have left running behind them.
    left: BTreeMap<i32, Vec<Process>>,
    mount_points: BTreeSet<PathBuf>,
}

impl Charge {
    fn note(&mut self, record: &[u8]) {
        let number = || std::str::from_utf8(&record[1..]).ok()?.parse::<i32>().ok();
        match record.first() {
            Some(b'+') => {
                let found = number().map(|n| (n, tree::find(n).map(|process| process.identity())));
                self.running.extend(found);
            }
            Some(b'-') => {
                if let Some(leader) = number().filter(|n| self.running.remove(n).is_some()) {
                    let left: Vec<_> = tree::members(leader, &tree::all())
                        .into_iter()
                        .filter(|p| p.pid != leader)
                        .collect();
                    if !left.is_empty() {
                        self.left.insert(leader, left);
                    }
                }
                self.left.retain(|_, processes| processes.iter().any(is_alive));
            }
            Some(b'/') => {
                self.mount_points.insert(PathBuf::from(OsStr::from_bytes(record)));
            }
            _ => {}
        }
    }

    fn clean_up(self) {
        for (leader, known) in self.running {
            let now = tree::find(leader).map(|process| process.identity());
            if known.is_some() && (now.is_none() || now == known) {
                tree::kill(leader);
            }
        }
        for (leader, processes) in self.left {
            // The number of a session stays taken as long as anyone is in it.
            let alive: Vec<_> = processes.into_iter().filter(is_alive).collect();
            if alive.iter().any(|p| p.session == leader) {
                tree::kill(leader);
            }
            for process in alive {
                tree::kill(process.pid);
            }
        }
        for path in self.mount_points {
            mount_points::sweep(&path);
        }
    }
}

fn is_alive(process: &Process) -> bool {
    tree::find(process.pid).is_some_and(|now| now.identity() == process.identity() && !now.ended)
}
