//! Processes: signals to them, their end, what a server says before it serves.

use std::os::fd::{FromRawFd, OwnedFd};

use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncBufReadExt, BufReader, Interest};
use tokio::process::Child;

use super::within;

/// Sends `signal` to a child that runs.
pub fn signal(child: &Child, signal: i32) {
    let pid = i32::try_from(child.id().expect("it is running")).expect("a small number");
    // SAFETY: kill has no memory effects, and the process is a child of ours that was not waited for.
    assert_eq!(unsafe { libc::kill(pid, signal) }, 0);
}

/// Waits until the process `pid`, which need not be a child, is gone.
pub async fn gone(pid: i32) {
    // SAFETY: the call has no memory effects.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    if fd < 0 {
        let error = std::io::Error::last_os_error();
        assert_eq!(error.raw_os_error(), Some(libc::ESRCH), "process {pid}: {error}");
        return;
    }
    // SAFETY: the descriptor was just made, for us alone.
    let process = unsafe { OwnedFd::from_raw_fd(i32::try_from(fd).expect("a descriptor")) };
    // SAFETY: the descriptor belongs to the value, which is moved in.
    let process = unsafe { AsyncFd::register_with_interest(process, Interest::READABLE) };
    let process = process.expect("it can be waited for");
    let ended = within("a process's end", process.readable()).await;
    drop(ended.expect("it can be waited for"));
}

/// Reads the stderr of a server line by line up to the one that `is_last` knows, and returns these lines. What follows
/// goes to the stderr of the test.
pub async fn banner(child: &mut Child, is_last: impl Fn(&str) -> bool) -> Vec<String> {
    let mut lines = BufReader::new(child.stderr.take().expect("stderr is a pipe")).lines();
    let mut banner: Vec<String> = Vec::new();
    while !banner.last().is_some_and(|line| is_last(line)) {
        match within("the banner", lines.next_line()).await.expect("text") {
            Some(line) => banner.push(line),
            None => panic!("the server ended: {banner:?}"),
        }
    }
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            eprintln!("{line}");
        }
    });
    banner
}
