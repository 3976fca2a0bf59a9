//! The end of a server on stdio: what was asked is answered, what was told is kept, however hard the client lets go.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::support::{Client, Home};

/// A `git` that takes its time: longer than a server waits for requests that do not end by themselves.
const SLOW_GIT: &str = r#"#!/bin/sh
case "$1" in
remote) sleep 1; echo origin ;;
branch) echo main ;;
rev-parse) echo c0ffee ;;
rev-list) echo 0 ;;
diff) echo "the difference" ;;
ls-files) ;;
*) exit 1 ;;
esac
"#;

/// A server whose `git` is the slow one; the handshake is still to be done.
fn with_slow_git(home: &Home) -> Client {
    let bin = home.file("bin");
    fs::create_dir(&bin).unwrap();
    let git = home.write("bin/git", SLOW_GIT);
    fs::set_permissions(&git, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = home.command(["app-server"]);
    let path = std::env::var("PATH").unwrap();
    command.env("PATH", format!("{}:{path}", bin.display()));
    home.server_with(command)
}

#[tokio::test]
async fn a_slow_request_is_answered_although_the_input_has_ended() {
    let home = Home::empty();
    let mut client = with_slow_git(&home);
    client.initialize().await;
    let id = client
        .request("gitDiffToRemote", json!({ "cwd": home.work() }))
        .await;
    assert_eq!(client.end().await, Some(0));
    let reply = client.reply(id).await;
    assert_eq!(reply["result"]["diff"], "the difference\n", "{reply}");
}

/// Starts a thread with a turn that goes on for ever.
async fn keep_busy(client: &mut Client) -> String {
    let thread = client.start_thread().await;
    client.start_turn(&thread, "go").await;
    client
        .until_where("item/commandExecution/outputDelta", |p| {
            p["delta"].as_str().unwrap().contains("ready")
        })
        .await;
    thread
}

fn kinds(history: &[Value]) -> Vec<&str> {
    history
        .iter()
        .filter_map(|line| line["payload"]["type"].as_str())
        .collect()
}

const RUNS: &str = "[[steps]]\noutput = [{ run = \"echo ready; sleep 1000\" }]\n";

#[tokio::test]
async fn a_signal_behind_the_end_of_the_input_ends_the_server_as_cleanly() {
    let home = Home::scripted(RUNS);
    let mut client = with_slow_git(&home);
    client.initialize().await;
    let thread = keep_busy(&mut client).await;
    let turn = client.seen("turn/started")[0]["turn"]["id"].clone();
    // Until this is answered the server does not end by itself.
    client
        .request("gitDiffToRemote", json!({ "cwd": home.work() }))
        .await;
    client.call("thread/loaded/list", json!({})).await;
    client.end_input();
    client.signal(libc::SIGTERM);
    client.until_closed().await;
    assert_eq!(client.exit_code().await, Some(0));
    let history = home.history(&thread);
    assert_eq!(kinds(&history).last(), Some(&"turn_aborted"), "{history:?}");
    assert_eq!(history.last().unwrap()["payload"]["turn_id"], turn);
}

#[tokio::test]
async fn one_signal_ends_a_server_on_stdio_cleanly() {
    for signal in [libc::SIGTERM, libc::SIGINT, libc::SIGHUP] {
        let home = Home::scripted(RUNS);
        let mut client = home.client().await;
        let thread = keep_busy(&mut client).await;
        client.signal(signal);
        client.until_closed().await;
        assert_eq!(client.exit_code().await, Some(0));
        let history = home.history(&thread);
        assert_eq!(kinds(&history).last(), Some(&"turn_aborted"), "{history:?}");
    }
}

#[tokio::test]
async fn turns_that_waited_when_the_server_ended_have_kept_what_was_said() {
    let home = Home::scripted("loop = true\n[[steps]]\ntext = \"Hello.\"\n");
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "hi").await;
    let command = json!({ "threadId": thread, "command": "echo ready; sleep 1000" });
    client.call("thread/shellCommand", command).await;
    client.until("item/commandExecution/outputDelta").await;
    let mut waiting = Vec::new();
    for n in 0..64 {
        waiting.push(client.start_turn(&thread, &format!("word {n}")).await);
    }
    let input = json!([{ "type": "text", "text": "one too many" }]);
    let (code, message) = client
        .refusal("turn/start", json!({ "threadId": thread, "input": input }))
        .await;
    assert_eq!(code, -32600);
    assert!(message.contains("64 turns wait"), "{message}");
    assert_eq!(client.end().await, Some(0));

    let mut client = home.client().await;
    let reply = client
        .call("thread/read", json!({ "threadId": thread, "includeTurns": true }))
        .await;
    let turns = reply["thread"]["turns"].as_array().unwrap();
    assert_eq!(turns.len(), 2 + waiting.len());
    for (n, (turn, id)) in turns[2..].iter().zip(&waiting).enumerate() {
        assert_eq!(
            (&turn["id"], &turn["status"]),
            (&json!(id), &json!("interrupted"))
        );
        assert_eq!(turn["items"][0]["content"][0]["text"], format!("word {n}"));
    }
}
