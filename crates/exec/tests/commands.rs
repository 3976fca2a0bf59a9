//! Commands from start to end: output, limits, ends.

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use codex_exec::{Command, DELTA_BYTES, Delta, End, Exit, KEPT_BYTES, Limits, Outcome, SpawnError, run};
use codex_sandbox::{Policy, WorkspaceWrite};
use support::{has_sandbox, is_gone, sh, until};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

async fn simply(command: Command) -> Outcome {
    run(command, Limits::default(), &CancellationToken::new(), None).await
}

async fn within(command: Command, limit: Duration) -> Outcome {
    run(
        command,
        Limits { timeout: Some(limit) },
        &CancellationToken::new(),
        None,
    )
    .await
}

#[tokio::test]
async fn output_is_all_of_stdout_then_all_of_stderr() {
    let outcome = simply(sh(
        "echo e1 >&2; echo o1; echo e2 >&2; echo o2; exit 3",
        Path::new("/"),
    ))
    .await;
    assert_eq!(outcome.aggregated, "o1\no2\ne1\ne2\n");
    assert_eq!(
        (outcome.stdout.as_str(), outcome.stderr.as_str()),
        ("o1\no2\n", "e1\ne2\n")
    );
    assert_eq!(outcome.exit_code(), 3);
}

#[tokio::test]
async fn signals_and_failures_to_start_are_told_apart() {
    let killed = simply(sh("kill -9 $$", Path::new("/"))).await;
    assert!(matches!(killed.end, End::Exited(Exit::Signal(9))));
    assert_eq!(killed.exit_code(), -1);
    for (argv, cwd, code) in [
        ("no-such-program-q", "/", libc::ENOENT),
        ("/", "/", libc::EACCES),
        ("true", "/no/such/folder", libc::ENOENT),
        ("true", "/etc/passwd", libc::ENOTDIR),
    ] {
        for policy in [Policy::FullAccess, Policy::read_only(false)] {
            let mut command = Command::new([argv], cwd);
            command.policy = policy;
            let End::NotStarted(SpawnError::Io(e)) = simply(command).await.end else {
                panic!("{argv} started")
            };
            assert_eq!(e.raw_os_error(), Some(code), "{argv} in {cwd}");
        }
    }
    let End::NotStarted(nameless) = simply(Command::new([""], "/")).await.end else {
        panic!()
    };
    assert_eq!(nameless.to_string(), "missing program for pipe spawn");
    let End::NotStarted(nul) = simply(Command::new(["a\0b"], "/")).await.end else {
        panic!()
    };
    assert_eq!(nul.to_string(), "nul byte found in provided data");
}

#[tokio::test]
async fn the_environment_is_the_given_one_and_input_is_empty() {
    let mut command = Command::new(["/bin/sh", "-c", "cat; echo $A; echo ${HOME-none}"], "/");
    command.env = [
        ("A".to_owned(), "1".to_owned()),
        ("PATH".to_owned(), "/bin:/usr/bin".to_owned()),
    ]
    .into();
    assert_eq!(simply(command).await.stdout, "1\nnone\n");
}

#[tokio::test]
async fn a_time_limit_keeps_what_was_said_and_kills_the_tree() {
    let dir = tempfile::tempdir().unwrap();
    let script = "trap '' TERM INT; (setsid sh -c 'echo $$ > pid; exec sleep 300') & echo before; sleep 300; echo after";
    let outcome = within(sh(script, dir.path()), Duration::from_millis(500)).await;
    assert!(matches!(outcome.end, End::TimedOut));
    assert_eq!(
        (outcome.exit_code(), outcome.aggregated.as_str()),
        (124, "before\n")
    );
    let pid = std::fs::read_to_string(dir.path().join("pid")).unwrap();
    until("the child that left the session is gone", || is_gone(&pid)).await;
    assert!(matches!(
        within(sh("sleep 300", dir.path()), Duration::ZERO).await.end,
        End::TimedOut
    ));
}

#[tokio::test]
async fn cancelling_and_dropping_kill_the_tree() {
    let dir = tempfile::tempdir().unwrap();
    let script = "sh -c 'echo $$ > pid.new; mv pid.new pid; exec sleep 300' & wait";
    let pid = || std::fs::read_to_string(dir.path().join("pid"));
    let cancel = CancellationToken::new();
    let running = run(sh(script, dir.path()), Limits::default(), &cancel, None);
    let (outcome, ()) = tokio::join!(running, async {
        until("the child runs", || pid().is_ok()).await;
        cancel.cancel();
    });
    assert!(matches!(outcome.end, End::Cancelled));
    let first = pid().unwrap();
    until("the child is gone", || is_gone(&first)).await;

    std::fs::remove_file(dir.path().join("pid")).unwrap();
    let running = tokio::spawn(simply(sh(script, dir.path())));
    until("the child runs", || pid().is_ok()).await;
    running.abort();
    let second = pid().unwrap();
    until("the child is gone", || is_gone(&second)).await;
}

#[tokio::test]
async fn a_limit_within_the_wait_for_a_child_leaves_the_commands_own_end() {
    let mut command = sh("sleep 300 & echo $!; exit 3", Path::new("/"));
    command.linger = Duration::from_secs(300);
    let outcome = within(command, Duration::from_secs(2)).await;
    assert!(matches!(outcome.end, End::Exited(Exit::Code(3))), "{outcome:?}");
    codex_sandbox::tree::kill(outcome.stdout.trim().parse().unwrap());
}

#[tokio::test]
async fn what_was_dropped_is_dead_when_kills_are_done() {
    let dir = tempfile::tempdir().unwrap();
    let running = tokio::spawn(simply(sh(
        "echo $$ > pid.new; mv pid.new pid; exec sleep 300",
        dir.path(),
    )));
    let pid = || std::fs::read_to_string(dir.path().join("pid"));
    until("the command runs", || pid().is_ok()).await;
    running.abort();
    let _ = running.await;
    codex_exec::kills_done().await;
    assert!(is_gone(&pid().unwrap()));
}

#[tokio::test]
async fn a_child_that_holds_the_output_is_not_waited_for_long() {
    let mut command = sh("sleep 300 & echo $!; echo first", Path::new("/"));
    command.linger = Duration::from_millis(200);
    let began = Instant::now();
    let outcome = simply(command).await;
    assert!(began.elapsed() < Duration::from_secs(60));
    let (pid, rest) = outcome.stdout.split_once('\n').unwrap();
    assert_eq!((rest, outcome.exit_code()), ("first\n", 0));
    assert!(
        !is_gone(pid),
        "what a command leaves running outside a sandbox lives on"
    );
    codex_sandbox::tree::kill(pid.parse().unwrap());
}

#[tokio::test]
async fn a_child_that_says_something_soon_is_heard() {
    let outcome = simply(sh("(sleep 0.2; echo late) & echo first", Path::new("/"))).await;
    assert_eq!(outcome.stdout, "first\nlate\n");
}

#[tokio::test]
async fn much_output_is_cut_but_read_to_its_end() {
    let script = "head -c 5000000 /dev/zero | tr '\\0' x; head -c 5000000 /dev/zero | tr '\\0' y >&2; exit 5";
    let outcome = simply(sh(script, Path::new("/"))).await;
    assert_eq!((outcome.exit_code(), outcome.aggregated.len()), (5, KEPT_BYTES));
    assert_eq!(outcome.aggregated.matches('x').count(), 349_525);
}

#[tokio::test]
async fn deltas_come_as_they_are_written() {
    let (to, mut deltas) = mpsc::channel(4);
    let dir = tempfile::tempdir().unwrap();
    let command = sh(
        "echo one; while [ ! -e go ]; do sleep 0.01; done; head -c 20000 /dev/zero | tr '\\0' a",
        dir.path(),
    );
    let collect = async {
        let first = deltas.recv().await.unwrap();
        // It has not ended: it waits for this.
        std::fs::write(dir.path().join("go"), "").unwrap();
        let mut rest: Vec<Delta> = Vec::new();
        while let Some(delta) = deltas.recv().await {
            rest.push(delta);
        }
        (first, rest)
    };
    let cancel = CancellationToken::new();
    let (outcome, (first, rest)) = tokio::join!(run(command, Limits::default(), &cancel, Some(to)), collect);
    assert_eq!((first.text.as_str(), outcome.exit_code()), ("one\n", 0));
    assert!(rest.iter().all(|d| d.text.len() <= DELTA_BYTES));
    assert_eq!(rest.iter().map(|d| d.text.len()).sum::<usize>(), 20_000);
}

#[tokio::test]
async fn a_receiver_that_stands_still_does_not_keep_the_time_limit_off() {
    let (to, _deltas) = mpsc::channel(1);
    let command = sh(
        "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done",
        Path::new("/"),
    );
    let limits = Limits {
        timeout: Some(Duration::from_millis(300)),
    };
    let outcome = run(command, limits, &CancellationToken::new(), Some(to)).await;
    assert!(matches!(outcome.end, End::TimedOut));
}

#[tokio::test]
async fn a_sandboxed_command_is_held_and_leaves_nothing_behind() {
    if !has_sandbox() {
        return;
    }
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let work = dir.path().join("work");
    std::fs::create_dir(&work).unwrap();
    let script =
        "touch made; mkdir .git; touch ../made; echo $CODEX_SANDBOX_NETWORK_DISABLED; (sleep 300 &) ; exit 4";
    let mut command = sh(script, &work);
    command.policy = Policy::workspace_write(WorkspaceWrite {
        slash_tmp: false,
        ..WorkspaceWrite::new(&work)
    });
    let began = Instant::now();
    let outcome = simply(command.clone()).await;
    assert_eq!(
        (outcome.exit_code(), outcome.stdout.as_str()),
        (4, "1\n"),
        "{outcome:?}"
    );
    assert!(began.elapsed() < Duration::from_secs(60));
    assert!(codex_sandbox::detect_denial(
        outcome.exit_code(),
        &outcome.stdout,
        &outcome.stderr
    ));
    let left: Vec<_> = std::fs::read_dir(&work)
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(left, ["made"]);
    assert!(!dir.path().join("made").exists());

    command.argv[2] = "sleep 300".into();
    assert!(matches!(
        within(command, Duration::from_millis(300)).await.end,
        End::TimedOut
    ));
    until("nothing is left", || {
        std::fs::read_dir(&work).unwrap().count() == 1
    })
    .await;
}
