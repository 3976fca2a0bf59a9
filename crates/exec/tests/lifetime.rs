//! Nothing outlives the program, also when it is killed.

mod support;

use std::path::Path;
use std::process::Stdio;

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

#[tokio::test]
async fn nothing_is_left_of_a_killed_server() {
    if !has_sandbox() {
        return;
    }
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let work = dir.path().join("work");
    std::fs::create_dir(&work).unwrap();
    let mut server = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "victim", "--ignored"])
        .env(FOLDER, dir.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let there = |name: &str| dir.path().join(name).exists();
    until("all runs", || {
        there("a") && there("b") && there("c") && there("work/d")
    })
    .await;
    assert!(work.join(".git").exists(), "a mount point is in use");
    server.start_kill().unwrap();
    server.wait().await.unwrap();
    for name in ["a", "b", "c"] {
        let pid = std::fs::read_to_string(dir.path().join(name)).unwrap();
        until(name, || is_gone(&pid)).await;
    }
    until("the mount points are gone", || {
        std::fs::read_dir(&work).unwrap().count() == 1
    })
    .await;
}
