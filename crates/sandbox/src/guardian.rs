//! A process that outlives ours to clean up after it, however it ends.
//!
//! The kernel can send a child a signal when the server dies, but not the child's children; and mount points (see
//! [`MountPoints`](crate::MountPoints)) would stay. So the first command starts a guardian: the helper program, reading
//! from a pipe whose other end nobody but the server holds. It is told of sessions and mount points, and when the pipe
//! closes it kills and removes what is left of them.
//!
//! For that a child must still be there when the guardian comes to it, or what it has started can no longer be told
//! from strangers: the kernel's signal should stop it, not kill it, while there [is](is_watching) a guardian.
//!
//! Records on the pipe end with a nul: `+N` a session was started, `-N` its first process has ended, `/path` a mount
//! point is in use.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io::{BufRead, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::helper::{self, GUARD, HELPER_NAME};
use crate::mount_points;
use crate::tree::{self, Process};

/// The pipe to the guardian, started on first use; `None` where there is no helper.
static PIPE: LazyLock<Mutex<Option<ChildStdin>>> = LazyLock::new(|| Mutex::new(start()));

fn start() -> Option<ChildStdin> {
    let mut command = Command::new(helper::program()?);
    command.arg0(HELPER_NAME).arg(GUARD).current_dir("/").env_clear();
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // A group of its own, so that it does not go with ours; the helper leaves the session itself.
    command.process_group(0);
    match command.spawn() {
        Ok(mut child) => child.stdin.take(),
        Err(e) => {
            tracing::warn!("the process that cleans up after this one cannot be started: {e}");
            None
        }
    }
}

/// Whether there is a guardian; starts it if there is none yet.
pub fn is_watching() -> bool {
    PIPE.lock().unwrap_or_else(PoisonError::into_inner).is_some()
}

/// The session with this number, and all it starts, is to die with this process.
pub fn session_started(leader: i32) {
    tell(format!("+{leader}").as_bytes());
}

/// The first process of the session has ended; what it left running still dies with this process.
pub fn session_ended(leader: i32) {
    tell(format!("-{leader}").as_bytes());
}

pub(crate) fn remember_mount_point(path: &Path) {
    tell(path.as_os_str().as_bytes());
}

fn tell(record: &[u8]) {
    let mut pipe = PIPE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(to) = pipe.as_mut() {
        let mut record = record.to_vec();
        record.push(0);
        if to.write_all(&record).is_err() {
            // Somebody has killed it. The kernel's signal to children remains.
            *pipe = None;
        }
    }
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
    running: BTreeSet<i32>,
    /// What sessions have left running behind them.
    left: BTreeMap<i32, Vec<Process>>,
    mount_points: BTreeSet<PathBuf>,
}

impl Charge {
    fn note(&mut self, record: &[u8]) {
        let number = || std::str::from_utf8(&record[1..]).ok()?.parse::<i32>().ok();
        match record.first() {
            Some(b'+') => self.running.extend(number()),
            Some(b'-') => {
                if let Some(leader) = number().filter(|n| self.running.remove(n)) {
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
        for leader in self.running {
            tree::kill(leader);
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
