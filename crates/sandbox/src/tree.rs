//! Everything a command has started: finding and killing it.
//!
//! A command is started as the leader of a session of its own. To it belong all processes of that session, wherever
//! they have been reparented to, and all descendants of those, whatever sessions they have made.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// How often to look for processes that have been forked meanwhile.
const ROUNDS: usize = 100;

/// How long to leave a process that has been killed to its dying before looking again.
const PAUSE: Duration = Duration::from_millis(1);

/// A process as `/proc` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Process {
    /// Its number.
    pub pid: i32,
    /// Its parent's number.
    pub parent: i32,
    /// The number of its session.
    pub session: i32,
    /// When it started, in clock ticks since boot; with the number it names a process for good.
    pub started: u64,
    /// Whether it has ended and only waits to be noticed by its parent.
    pub ended: bool,
}

impl Process {
    /// What tells it from all others, also later ones of the same number.
    pub fn identity(&self) -> (i32, u64) {
        (self.pid, self.started)
    }
}

/// All processes there are.
pub fn all() -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|e| e.file_name().to_str()?.parse().ok())
        .filter_map(find)
        .collect()
}

/// The process with this number.
pub fn find(pid: i32) -> Option<Process> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold anything; the fields behind it are numbers but for the state.
    let fields: Vec<&str> = stat
        .get(stat.rfind(')')? + 1..)?
        .split_ascii_whitespace()
        .collect();
    let number = |n: usize| fields.get(n)?.parse::<i64>().ok();
    Some(Process {
        pid,
        parent: number(1)? as i32,
        session: number(3)? as i32,
        started: fields.get(19)?.parse().ok()?,
        ended: matches!(*fields.first()?, "Z" | "X"),
    })
}

/// The processes that belong to the command whose first process is (or was) `leader`.
pub fn members(leader: i32, among: &[Process]) -> Vec<Process> {
    let mut children: HashMap<i32, Vec<&Process>> = HashMap::new();
    for process in among {
        children.entry(process.parent).or_default().push(process);
    }
    let mut found = HashSet::new();
    let mut ahead: Vec<&Process> = among
        .iter()
        .filter(|p| p.pid == leader || p.session == leader)
        .collect();
    while let Some(process) = ahead.pop() {
        if found.insert(*process) {
            ahead.extend(children.get(&process.pid).into_iter().flatten());
        }
    }
    found.into_iter().collect()
}

/// Kills the command whose first process is `leader`, and everything it has started. Blocks for some milliseconds.
/// `leader` must not be the number of a process that is long gone.
pub fn kill(leader: i32) {
    if leader <= 1 {
        return;
    }
    // First all are stopped, so that those that have left the session are found before their parents are gone.
    let mut known = HashSet::new();
    for _ in 0..ROUNDS {
        let new: Vec<_> = members(leader, &all())
            .into_iter()
            .filter(|p| known.insert(p.identity()))
            .collect();
        if new.is_empty() {
            break;
        }
        for process in new {
            send(process.pid, libc::SIGSTOP);
        }
    }
    for (pid, _) in &known {
        send(*pid, libc::SIGKILL);
    }
    // One that was about to fork when it was stopped does so before it dies. What has ended forks no more, so when
    // nothing else is seen twice, nothing else is left.
    let mut quiet = 0;
    for _ in 0..ROUNDS {
        let alive: Vec<_> = members(leader, &all()).into_iter().filter(|p| !p.ended).collect();
        quiet = if alive.is_empty() { quiet + 1 } else { 0 };
        if quiet == 2 {
            break;
        }
        for process in &alive {
            send(process.pid, libc::SIGKILL);
        }
        if !alive.is_empty() {
            std::thread::sleep(PAUSE);
        }
    }
}

fn send(pid: i32, signal: i32) {
    // SAFETY: a plain system call; a process that is gone is no harm.
    unsafe { libc::kill(pid, signal) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};

    #[test]
    fn a_tree_goes_with_all_that_left_its_session() {
        let mut command = Command::new("sh");
        // The inner shell makes a session of its own and stays a descendant.
        command
            .args([
                "-c",
                "setsid sh -c 'sleep 300 & wait' & sleep 300 & echo go; wait",
            ])
            .stdout(Stdio::piped());
        // SAFETY: setsid is async-signal-safe.
        unsafe { command.pre_exec(|| nix::unistd::setsid().map(drop).map_err(Into::into)) };
        let mut child = command.spawn().unwrap();
        let leader = child.id() as i32;
        let tree = loop {
            let tree = members(leader, &all());
            if tree.len() >= 4 {
                break tree;
            }
            std::thread::yield_now();
        };
        kill(leader);
        child.wait().unwrap();
        for process in tree {
            assert!(find(process.pid).is_none_or(|now| now.ended || now.started != process.started));
        }
    }
}
