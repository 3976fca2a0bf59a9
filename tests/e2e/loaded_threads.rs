//! What a loaded thread owes its clients: items that were injected, a history that moves or cannot be read, other servers.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Client, Home, MockModel, Reply};

const HELLO: &str = "loop = true\n[[steps]]\ntext = \"Hello.\"\n";

fn injection(thread: &str, text: &str) -> Value {
    let item =
        json!({ "type": "message", "role": "user", "content": [{ "type": "input_text", "text": text }] });
    json!({ "threadId": thread, "items": [item] })
}

fn mentions(value: &Value, text: &str) -> bool {
    value.to_string().contains(text)
}

async fn turns(client: &mut Client, thread: &str) -> Vec<Value> {
    let reply = client
        .call("thread/read", json!({ "threadId": thread, "includeTurns": true }))
        .await;
    reply["thread"]["turns"].as_array().expect("turns").clone()
}

/// The histories below a folder of the home.
fn histories(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(histories(&path)),
            path => found.push(path),
        }
    }
    found
}

#[tokio::test]
async fn items_injected_into_a_running_turn_are_on_disk_when_that_is_answered() {
    let (reply, _gate) = Reply::held("thinking", " on");
    let model = MockModel::start([reply]).await;
    let home = Home::served(&model.url);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, "go").await;
    client.until("item/agentMessage/delta").await;
    client
        .call("thread/inject_items", injection(&thread, "remember the milk"))
        .await;
    client.kill().await;
    assert!(
        home.history(&thread)
            .iter()
            .any(|line| mentions(line, "remember the milk"))
    );
}

#[tokio::test]
async fn items_injected_beside_a_command_of_the_user_reach_the_model() {
    let model = MockModel::start([Reply::message(&["hello"]), Reply::message(&["noted"])]).await;
    let home = Home::served(&model.url);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "hi").await;
    let command =
        json!({ "threadId": thread, "command": "echo ready; while [ ! -e go-on ]; do sleep 0.02; done" });
    client.call("thread/shellCommand", command).await;
    client.until("item/commandExecution/outputDelta").await;
    client
        .call("thread/inject_items", injection(&thread, "remember the milk"))
        .await;
    fs::write(home.work().join("go-on"), "").unwrap();
    client.until("turn/completed").await;
    client.turn(&thread, "and now?").await;
    assert!(mentions(&model.requests()[1], "remember the milk"));
}

#[tokio::test]
async fn items_injected_during_a_compaction_outlive_it() {
    let (summary, gate) = Reply::held("they said", " hi");
    let model = MockModel::start([Reply::message(&["hello"]), summary, Reply::message(&["noted"])]).await;
    let home = Home::served(&model.url);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "hi").await;
    client
        .call("thread/compact/start", json!({ "threadId": thread }))
        .await;
    client.until("item/started").await;
    let injected = client
        .request("thread/inject_items", injection(&thread, "remember the milk"))
        .await;
    // It has been taken in when this is answered.
    client
        .call("thread/increment_elicitation", json!({ "threadId": thread }))
        .await;
    gate.notify_one();
    let reply = client.reply(injected).await;
    assert_eq!(reply["result"], json!({}), "{reply}");
    client.until("turn/completed").await;
    client
        .call("thread/decrement_elicitation", json!({ "threadId": thread }))
        .await;
    client.turn(&thread, "and now?").await;
    let last = model.requests().pop().unwrap();
    assert!(mentions(&last, "remember the milk"), "{last}");
}

#[tokio::test]
async fn a_thread_unarchived_while_it_is_loaded_keeps_one_history() {
    let home = Home::scripted(HELLO);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    let of_thread = json!({ "threadId": thread });
    client.turn(&thread, "one").await;
    client.call("thread/archive", of_thread.clone()).await;
    client.call("thread/resume", of_thread.clone()).await;
    client.turn(&thread, "two").await;
    client.call("thread/unarchive", of_thread.clone()).await;
    client.call("thread/resume", of_thread).await;
    client.turn(&thread, "three").await;
    assert_eq!(turns(&mut client, &thread).await.len(), 3);
    assert_eq!(histories(&home.path().join("sessions")).len(), 1);
    assert_eq!(histories(&home.path().join("archived_sessions")).len(), 0);
}

#[tokio::test]
async fn a_history_that_cannot_be_read_fails_the_turn_and_is_not_forgotten() {
    let model = MockModel::start([Reply::message(&["hello"]), Reply::message(&["again"])]).await;
    let home = Home::served(&model.url);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "remember the milk").await;
    client.end().await;

    let mut client = home.client().await;
    client.call("thread/resume", json!({ "threadId": thread })).await;
    let path = histories(&home.path().join("sessions")).remove(0);
    let away = home.file("away.jsonl");
    fs::rename(&path, &away).unwrap();
    fs::create_dir(&path).unwrap();
    let turn = client.turn(&thread, "what was it?").await;
    assert_eq!(turn["status"], "failed");
    let message = turn["error"]["message"].as_str().unwrap();
    assert!(message.contains("failed to read thread"), "{message}");
    let (_, message) = client
        .refusal("thread/inject_items", injection(&thread, "eggs, too"))
        .await;
    assert!(message.contains("failed to read thread"), "{message}");

    fs::remove_dir(&path).unwrap();
    fs::rename(&away, &path).unwrap();
    let turn = client.turn(&thread, "and now?").await;
    assert_eq!(turn["status"], "completed");
    let requests = model.requests();
    assert_eq!(requests.len(), 2);
    assert!(mentions(&requests[1], "remember the milk"));
}

#[tokio::test]
async fn every_turn_holds_the_history_and_nothing_else_does() {
    let home = Home::scripted(HELLO);
    let mut first = home.client().await;
    let thread = first.start_thread().await;
    let of_thread = json!({ "threadId": thread });
    first.turn(&thread, "hi").await;
    let mut second = home.client().await;
    second.call("thread/resume", of_thread.clone()).await;
    // Nothing is said, so nothing is held.
    second
        .call("turn/start", json!({ "threadId": thread, "input": [] }))
        .await;

    let command =
        json!({ "threadId": thread, "command": "echo ready; while [ ! -e go-on ]; do sleep 0.02; done" });
    first.call("thread/shellCommand", command.clone()).await;
    first.until("item/commandExecution/outputDelta").await;
    let input = json!([{ "type": "text", "text": "me too" }]);
    for (method, params) in [
        ("turn/start", json!({ "threadId": thread, "input": input })),
        ("thread/shellCommand", command),
        ("thread/compact/start", of_thread),
        ("thread/rollback", json!({ "threadId": thread, "numTurns": 1 })),
        ("thread/inject_items", injection(&thread, "mine")),
    ] {
        let (code, message) = second.refusal(method, params).await;
        assert_eq!(code, -32600, "{method}");
        assert!(
            message.contains("in use by another process"),
            "{method}: {message}"
        );
    }
    fs::write(home.work().join("go-on"), "").unwrap();
    first.until("turn/completed").await;
    second
        .call("thread/inject_items", injection(&thread, "mine"))
        .await;
    assert_eq!(second.turn(&thread, "now me").await["status"], "completed");
    assert_eq!(first.turn(&thread, "me again").await["status"], "completed");
}

#[tokio::test]
async fn numbers_seen_before_a_thread_was_unloaded_are_not_replayed() {
    let home = Home::scripted(HELLO);
    let listener = home.listen(&[]).await;
    let mut client = listener.connect(None).await.expect("a connection");
    client
        .initialize_with(json!({ "experimentalApi": true, "eventReplay": true }))
        .await;
    let thread = client.start_thread().await;
    let of_thread = json!({ "threadId": thread });
    client.turn(&thread, "one").await;
    let renamed = json!({ "threadId": thread, "name": "Milk" });
    client.call("thread/name/set", renamed).await;
    let named = client.until("thread/name/updated").await;
    let last_seen = named["seq"].as_u64().expect("a numbered notification");
    client.call("thread/archive", of_thread.clone()).await;
    client.call("thread/unarchive", of_thread.clone()).await;
    client.call("thread/resume", of_thread).await;
    for _ in 0..5 {
        client.turn(&thread, "and on").await;
    }
    let params = json!({ "threadId": thread, "excludeTurns": true, "afterSeq": last_seen });
    let resumed = client.call("thread/resume", params).await;
    assert_eq!(resumed["replay"]["complete"], false);
}

#[tokio::test]
async fn the_end_of_a_process_left_running_is_told_before_its_thread_is_unloaded() {
    let home = Home::scripted(
        "[[steps]]\noutput = [{ call = \"exec_command\", arguments = { cmd = \"exec sleep 1000\", login = false, yield_time_ms = 250 } }]\n[[steps]]\ntext = \"It runs.\"\n",
    );
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "go").await;
    assert_eq!(client.finished("commandExecution").len(), 0);
    client.call("thread/archive", json!({ "threadId": thread })).await;
    assert_eq!(client.finished("commandExecution").len(), 1);
}

#[tokio::test]
async fn a_fork_that_cannot_be_written_leaves_nothing_behind() {
    let home = Home::scripted(HELLO);
    let sessions = home.path().join("sessions");
    fs::create_dir_all(&sessions).unwrap();
    let small = "mount -t tmpfs -o size=512k none \"$1\"";
    let Some(command) = home.server_with_mounts(small, &sessions).await else {
        return;
    };
    let mut client = home.server_with(command);
    client.initialize().await;
    // The small disk as the server sees it.
    let sessions = Path::new("/proc").join(format!("{}/root{}", client.pid(), sessions.display()));
    let thread = client.start_thread().await;
    client.turn(&thread, &"long ".repeat(40_000)).await;
    let before = histories(&sessions);
    for exclude_turns in [true, false] {
        let params = json!({ "threadId": thread, "excludeTurns": exclude_turns });
        let (code, message) = client.refusal("thread/fork", params).await;
        assert_eq!(code, -32603);
        assert!(message.contains("failed to write the fork"), "{message}");
        assert_eq!(histories(&sessions), before);
    }
    let listed = client.call("thread/list", json!({})).await;
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    client.end().await;
}
