//! Namespaces of our own, for machines without bubblewrap: user (unless root has no need), mounts, processes, IPC, network.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CloneFlags, unshare};
use nix::sys::signal::{SigSet, SigmaskHow, Signal, sigprocmask};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, fork, getgid, getuid};

use crate::helper;
use crate::layout::Layout;
use crate::mounts;

/// Tries to set up an ordinary sandbox.
pub(crate) fn probe() -> Result<(), String> {
    enter(&helper::harmless(), false)
}

/// Moves into namespaces that hold to `layout`. Returns in a new process; the process it was called in, and the first
/// of the new process namespace, wait for that one and end as it does.
pub(crate) fn enter(layout: &Layout, network: bool) -> Result<(), String> {
    let (uid, gid) = (getuid(), getgid());
    let mut flags = CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWPID | CloneFlags::CLONE_NEWIPC;
    if !network {
        flags |= CloneFlags::CLONE_NEWNET;
    }
    if unshare(flags | CloneFlags::CLONE_NEWUSER).is_ok() {
        write("/proc/self/setgroups", "deny")?;
        write("/proc/self/uid_map", &format!("{uid} {uid} 1"))?;
        write("/proc/self/gid_map", &format!("{gid} {gid} 1"))?;
    } else {
        // Root may be kept from user namespaces and yet make the others.
        unshare(flags).map_err(|e| format!("namespaces cannot be made: {}", io::Error::from(e)))?;
    }
    // The first process of the namespace: everything in it ends with this one.
    child_or_wait()?;
    mounts::build(layout)?;
    child_or_wait()
}

/// Forks; the child returns, the parent waits for it and ends as it does. The child dies with its parent.
fn child_or_wait() -> Result<(), String> {
    let (read, write) = nix::unistd::pipe2(OFlag::O_CLOEXEC).map_err(|e| format!("no pipe: {e}"))?;
    // SAFETY: the helper has one thread.
    match unsafe { fork() }.map_err(|e| format!("cannot fork: {}", io::Error::from(e)))? {
        ForkResult::Parent { child } => {
            drop(read);
            wait_for(child, write)
        }
        ForkResult::Child => {
            // SAFETY: prctl with integer arguments only.
            unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
            // If the parent died before that, its end of the pipe is closed.
            drop(write);
            let mut ends = [PollFd::new(read.as_fd(), PollFlags::POLLIN)];
            if poll(&mut ends, PollTimeout::ZERO) != Ok(0) {
                std::process::exit(1);
            }
            Ok(())
        }
    }
}

/// Waits for `child`, reaping whatever else becomes ours, and exits with its code, or 128 + its signal. `_alive` is
/// held open until then.
fn wait_for(child: Pid, _alive: OwnedFd) -> ! {
    // Signals from a terminal are for the command; we end when it does.
    let mut ours = SigSet::empty();
    for signal in [
        Signal::SIGINT,
        Signal::SIGQUIT,
        Signal::SIGTERM,
        Signal::SIGHUP,
        Signal::SIGTSTP,
    ] {
        ours.add(signal);
    }
    let _ = sigprocmask(SigmaskHow::SIG_BLOCK, Some(&ours), None);
    loop {
        match waitpid(None, None) {
            Ok(WaitStatus::Exited(pid, code)) if pid == child => std::process::exit(code),
            Ok(WaitStatus::Signaled(pid, signal, _)) if pid == child => {
                std::process::exit(128 + signal as i32)
            }
            Err(nix::errno::Errno::ECHILD) => std::process::exit(1),
            _ => {}
        }
    }
}

fn write(path: &str, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|e| format!("cannot write {path}: {e}"))
}
