//! Processes that are talked to: pipes, terminals, sessions.

mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use codex_exec::{
    Command, Exit, InputError, MAX_SESSIONS, Output, Process, ResizeError, Session, Sessions, Size, Stdin,
    Stream,
};
use codex_sandbox::{Policy, WorkspaceWrite};
use support::{has_sandbox, is_gone, sh, until};
use tokio_util::sync::CancellationToken;

const LONG: Duration = Duration::from_secs(30);

fn on_terminal(mut command: Command) -> Command {
    command.terminal = Some(Size::default());
    command
}

async fn rest(output: &mut Output) -> String {
    let mut all = Vec::new();
    while let Some(chunk) = output.next().await {
        all.extend_from_slice(&chunk.bytes);
    }
    String::from_utf8(all).unwrap()
}

/// Reads until `end` has been said.
async fn up_to(output: &mut Output, end: &str) -> String {
    let mut all = String::new();
    while !all.contains(end) {
        let chunk = output
            .next()
            .await
            .unwrap_or_else(|| panic!("ended with {all:?}"));
        assert_eq!(chunk.stream, Stream::Stdout);
        all.push_str(std::str::from_utf8(&chunk.bytes).unwrap());
    }
    all
}

#[tokio::test]
async fn writes_keep_their_order_and_nobody_has_to_read_at_once() {
    let mut command = sh("sleep 0.2; cat", Path::new("/"));
    command.stdin = Stdin::Pipe;
    let (process, mut output) = Process::spawn(command).await.unwrap();
    let mut sent = String::new();
    let writing = async {
        for n in 0..50 {
            let text = format!("{n} ").repeat(2000);
            process.write(text.clone()).await.unwrap();
            sent.push_str(&text);
        }
        process.close_stdin().await.unwrap();
        process.close_stdin().await.unwrap();
        assert_eq!(process.write("more").await, Err(InputError::Closed));
    };
    let (got, ()) = tokio::join!(rest(&mut output), writing);
    assert!(got == sent);
    assert_eq!(process.wait().await, Exit::Code(0));
}

#[tokio::test]
async fn without_a_pipe_there_is_no_input_and_without_a_terminal_no_size() {
    let (process, mut output) = Process::spawn(sh("cat", Path::new("/"))).await.unwrap();
    assert_eq!(process.write("x").await, Err(InputError::NotOpen));
    assert!(matches!(
        process.resize(Size { rows: 1, cols: 1 }),
        Err(ResizeError::NoTerminal)
    ));
    assert_eq!(rest(&mut output).await, "");
}

#[tokio::test]
async fn a_terminal_has_a_size_echoes_and_ends_on_request() {
    let script = "for i in 0 1 2; do test -t $i && echo $i; done; stty size; read a; stty size; echo got:$a; stty -echo; echo ready; cat; echo over";
    let (process, mut output) = Process::spawn(on_terminal(sh(script, Path::new("/"))))
        .await
        .unwrap();
    assert_eq!(up_to(&mut output, "24 80\r\n").await, "0\r\n1\r\n2\r\n24 80\r\n");
    process.resize(Size { rows: 33, cols: 99 }).unwrap();
    process.write("line\n").await.unwrap();
    assert_eq!(
        up_to(&mut output, "ready\r\n").await,
        "line\r\n33 99\r\ngot:line\r\nready\r\n"
    );
    process.close_stdin().await.unwrap();
    assert_eq!(rest(&mut output).await, "\r\nover\r\n");
    assert_eq!(process.wait().await, Exit::Code(0));
}

#[tokio::test]
async fn control_c_reaches_the_command_inside_and_outside_a_sandbox() {
    for policy in [
        Policy::FullAccess,
        Policy::workspace_write(WorkspaceWrite::new("/nowhere")),
    ] {
        if policy.is_sandboxed() && !has_sandbox() {
            continue;
        }
        let mut command = sh(
            "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.05; done",
            Path::new("/"),
        );
        command.policy = policy;
        let (process, mut output) = Process::spawn(on_terminal(command)).await.unwrap();
        up_to(&mut output, "ready").await;
        process.write("\x03").await.unwrap();
        let said = rest(&mut output).await;
        assert!(said.contains("caught"), "{said:?}");
        assert_eq!(process.wait().await, Exit::Code(5));
    }
}

#[tokio::test]
async fn a_process_can_be_killed_and_told_a_limit() {
    let (process, mut output) = Process::spawn(sh("echo $$; exec sleep 300", Path::new("/")))
        .await
        .unwrap();
    up_to(&mut output, "\n").await;
    process.kill();
    assert_eq!(process.wait().await, Exit::Signal(9));
    let (slow, _output) = Process::spawn(sh("sleep 300", Path::new("/"))).await.unwrap();
    assert_eq!(
        slow.wait_or_kill(Some(Duration::from_millis(50))).await,
        (Exit::Signal(9), true)
    );
    let (quick, _output) = Process::spawn(sh("exit 2", Path::new("/"))).await.unwrap();
    assert_eq!(quick.wait_or_kill(Some(LONG)).await, (Exit::Code(2), false));
}

#[tokio::test]
async fn a_session_is_collected_piece_by_piece() {
    let cancel = CancellationToken::new();
    let dir = tempfile::tempdir().unwrap();
    let command = on_terminal(sh("echo one; read x; echo got:$x; exit 5", dir.path()));
    let session = Session::start(command, None).await.unwrap();
    assert!(session.has_input());
    let mut first = String::new();
    while first.is_empty() {
        first = session.collect(Duration::from_millis(50), &cancel).await.output;
    }
    assert_eq!((first.as_str(), session.exit()), ("one\r\n", None));
    session.write("hello\n").await.unwrap();
    let last = session.collect(LONG, &cancel).await;
    assert_eq!(
        (last.output.as_str(), last.exit),
        ("hello\r\ngot:hello\r\n", Some(Exit::Code(5)))
    );
    assert!(last.waited < LONG);
    assert_eq!(session.whole_output(), "one\r\nhello\r\ngot:hello\r\n");
}

#[tokio::test]
async fn a_cancelled_wait_leaves_the_session_running() {
    let session = Session::start(sh("exec sleep 300", Path::new("/")), None)
        .await
        .unwrap();
    assert_eq!(session.write("x").await, Err(InputError::NotOpen));
    let cancel = CancellationToken::new();
    cancel.cancel();
    assert_eq!(session.collect(LONG, &cancel).await.exit, None);
    session.kill();
    assert_eq!(session.ended().await, Exit::Signal(9));
}

#[tokio::test]
async fn one_session_too_many_takes_the_place_of_an_ended_one() {
    let sessions = Sessions::new();
    let mut ended = None;
    for n in 0..MAX_SESSIONS {
        let id = sessions.reserve();
        let script = if n == 3 { "exit 0" } else { "exec sleep 300" };
        let session = Arc::new(Session::start(sh(script, Path::new("/")), None).await.unwrap());
        if n == 3 {
            session.ended().await;
            ended = Some(id);
        }
        assert!(sessions.insert(id, session).is_none());
    }
    let last = Arc::new(
        Session::start(sh("echo $$ > /dev/null; exec sleep 300", Path::new("/")), None)
            .await
            .unwrap(),
    );
    let gone = sessions.insert(sessions.reserve(), last).map(|(id, _)| id);
    assert_eq!((gone, sessions.len()), (ended, MAX_SESSIONS));
    for (_, session) in sessions.clear() {
        assert_eq!(session.ended().await, Exit::Signal(9));
    }
    assert!(sessions.is_empty());
}

#[tokio::test]
async fn a_dropped_session_dies() {
    let dir = tempfile::tempdir().unwrap();
    let session = Session::start(
        sh("echo $$ > pid.new; mv pid.new pid; exec sleep 300", dir.path()),
        None,
    )
    .await
    .unwrap();
    until("it runs", || dir.path().join("pid").exists()).await;
    let pid = std::fs::read_to_string(dir.path().join("pid")).unwrap();
    assert!(!is_gone(&pid));
    drop(session);
    until("it is gone", || is_gone(&pid)).await;
}
