//! Nothing outlives the program, also when it is killed.

mod support;

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use codex_exec::{Limits, Process, run};
use codex_sandbox::{Policy, WorkspaceWrite};
use support::{has_sandbox, is_gone, sh, until};
use tokio_util::sync::CancellationToken;

const FOLDER: &str = "LIFETIME_TEST_FOLDER";

/// Not a test by itself: what the test below starts and kills.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by another test"]
async fn victim() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let folder = Path::new(&folder);
    // Something running, with a grandchild in a session of its own; something left by a command that has ended; and
    // something in a sandbox.
    let script = "note() { echo $1 > $2.new; mv $2.new $2; }; setsid sh -c 'echo $$ > b.new; mv b.new b; exec sleep 300' & note $$ a; wait";
    let _running = Process::spawn(sh(script, folder)).await.unwrap();
    let left = sh("sleep 300 > /dev/null 2>&1 & echo $! > c.new; mv c.new c", folder);
    run(left, Limits::default(), &CancellationToken::new(), None).await;
    let mut held = sh("touch d; exec sleep 300", &folder.join("work"));
    held.policy = Policy::workspace_write(WorkspaceWrite {
        slash_tmp: false,
        ..WorkspaceWrite::new(folder.join("work"))
    });
    let _sandboxed = Process::spawn(held).await.unwrap();
    std::future::pending::<()>().await;
}

/// The victim, running in a folder.
struct Server {
    dir: tempfile::TempDir,
    process: tokio::process::Child,
}

impl Server {
    async fn start() -> Self {
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        std::fs::create_dir(dir.path().join("work")).unwrap();
        let process = tokio::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "victim", "--ignored"])
            .env(FOLDER, dir.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { dir, process };
        let there = |name: &str| server.dir.path().join(name).exists();
        until("all runs", || {
            there("a") && there("b") && there("c") && there("work/d")
        })
        .await;
        assert!(there("work/.git"), "a mount point is in use");
        server
    }

    /// Kills it and waits until of what `names` tell of nothing is left.
    async fn leaves_nothing(mut self, names: &[&str]) {
        self.process.start_kill().unwrap();
        self.process.wait().await.unwrap();
        for name in names {
            let pid = std::fs::read_to_string(self.dir.path().join(name)).unwrap();
            until(name, || is_gone(&pid)).await;
        }
        until("the mount points are gone", || {
            std::fs::read_dir(self.dir.path().join("work")).unwrap().count() == 1
        })
        .await;
    }

    /// The number of its guardian, if there is one that has lived for some time.
    fn guardian(&self) -> Option<i32> {
        let server = self.process.id().unwrap() as i32;
        let guards = |pid: i32| {
            std::fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|words| words.ends_with(b"\0guard\0"))
        };
        let all = codex_sandbox::tree::all();
        let found = all
            .iter()
            .find(|p| p.parent == server && !p.ended && guards(p.pid))?;
        let status = Path::new("/proc").join(found.pid.to_string());
        let age = status.metadata().ok()?.modified().ok()?.elapsed().ok()?;
        (age > Duration::from_millis(500)).then_some(found.pid)
    }
}

#[tokio::test]
async fn nothing_is_left_of_a_killed_server() {
    if has_sandbox() {
        Server::start().await.leaves_nothing(&["a", "b", "c"]).await;
    }
}

#[tokio::test]
async fn a_guardian_that_is_killed_is_replaced() {
    if !has_sandbox() {
        return;
    }
    let server = Server::start().await;
    let mut first = None;
    until("there is a guardian", || {
        first = server.guardian();
        first.is_some()
    })
    .await;
    nix::sys::signal::kill(
        nix::unistd::Pid::from_raw(first.unwrap()),
        nix::sys::signal::Signal::SIGKILL,
    )
    .unwrap();
    until("there is another", || {
        server.guardian().is_some_and(|now| Some(now) != first)
    })
    .await;
    // What a command that had ended left running is known to the first one only.
    server.leaves_nothing(&["a", "b"]).await;
}
