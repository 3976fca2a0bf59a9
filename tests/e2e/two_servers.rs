//! Several servers, and the user, at one home: a history that is moved under a server stays one history.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Client, Home, MockModel, Reply};

const HELLO: &str = "loop = true\n[[steps]]\ntext = \"Hello.\"\n";

fn of(thread: &str) -> Value {
    json!({ "threadId": thread })
}

fn turn_of(thread: &str) -> Value {
    json!({ "threadId": thread, "input": [{ "type": "text", "text": "and on" }] })
}

async fn turns(client: &mut Client, thread: &str) -> usize {
    let params = json!({ "threadId": thread, "includeTurns": true });
    let reply = client.call("thread/read", params).await;
    reply["thread"]["turns"].as_array().expect("turns").len()
}

async fn unloaded(client: &mut Client) {
    client
        .until_where("thread/status/changed", |p| p["status"]["type"] == "notLoaded")
        .await;
}

/// The histories below a folder of the home.
fn histories(home: &Home, folder: &str) -> Vec<PathBuf> {
    fn below(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.path() {
                path if path.is_dir() => below(&path, found),
                path => found.push(path),
            }
        }
    }
    let mut found = Vec::new();
    below(&home.path().join(folder), &mut found);
    found
}

#[tokio::test]
async fn a_history_that_another_server_archived_is_found_and_not_begun_anew() {
    let home = Home::scripted(HELLO);
    let mut first = home.client().await;
    let thread = first.start_thread().await;
    first.turn(&thread, "one").await;
    let mut second = home.client().await;
    second.call("thread/archive", of(&thread)).await;

    assert_eq!(turns(&mut first, &thread).await, 1);
    let (code, message) = first.refusal("turn/start", turn_of(&thread)).await;
    assert_eq!(code, -32600);
    assert!(message.contains("is not there any more"), "{message}");
    unloaded(&mut first).await;
    let (_, message) = first.refusal("thread/archive", of(&thread)).await;
    assert!(message.contains("no rollout found"), "{message}");
    assert_eq!(histories(&home, "sessions").len(), 0);

    first.call("thread/resume", of(&thread)).await;
    first.turn(&thread, "two").await;
    assert_eq!(turns(&mut second, &thread).await, 2);

    // Back again, under a server that has it loaded and only looks.
    second.call("thread/unarchive", of(&thread)).await;
    let resumed = first.call("thread/resume", of(&thread)).await;
    assert_eq!(resumed["thread"]["turns"].as_array().unwrap().len(), 2);
    first.turn(&thread, "three").await;
    assert_eq!(turns(&mut second, &thread).await, 3);
    assert_eq!(histories(&home, "sessions").len(), 1);
    assert_eq!(histories(&home, "archived_sessions").len(), 0);
}

#[tokio::test]
async fn a_loaded_thread_whose_history_another_server_archived_cannot_replace_it() {
    let home = Home::scripted(HELLO);
    let mut first = home.client().await;
    let thread = first.start_thread().await;
    first.turn(&thread, "one").await;
    let mut second = home.client().await;
    second.call("thread/archive", of(&thread)).await;
    let renamed = json!({ "threadId": thread, "name": "Milk" });
    let (_, message) = first.refusal("thread/name/set", renamed).await;
    assert!(message.contains("is not there any more"), "{message}");
    let (_, message) = first.refusal("thread/archive", of(&thread)).await;
    assert!(message.contains("no rollout found"), "{message}");
    assert_eq!(histories(&home, "sessions").len(), 0);
    assert_eq!(turns(&mut second, &thread).await, 1);
}

#[tokio::test]
async fn a_history_that_the_user_took_away_is_not_begun_anew() {
    let home = Home::scripted(HELLO);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "one").await;
    let path = histories(&home, "sessions").remove(0);
    let away = home.file("away.jsonl");
    fs::rename(&path, &away).unwrap();
    let (_, message) = client.refusal("turn/start", turn_of(&thread)).await;
    assert!(message.contains("is not there any more"), "{message}");
    unloaded(&mut client).await;
    let (_, message) = client.refusal("thread/archive", of(&thread)).await;
    assert!(message.contains("no rollout found"), "{message}");
    assert!(!path.exists());

    fs::rename(&away, &path).unwrap();
    client.call("thread/resume", of(&thread)).await;
    client.turn(&thread, "two").await;
    assert_eq!(turns(&mut client, &thread).await, 2);
}

#[tokio::test]
async fn a_history_in_the_archive_is_not_overwritten_by_another_of_its_name() {
    let home = Home::scripted(HELLO);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "one").await;
    let path = histories(&home, "sessions").remove(0);
    let archive = home.path().join("archived_sessions");
    fs::create_dir_all(&archive).unwrap();
    let there = archive.join(path.file_name().unwrap());
    fs::write(&there, "something else").unwrap();
    let (_, message) = client.refusal("thread/archive", of(&thread)).await;
    assert!(message.contains("is in the way"), "{message}");
    assert_eq!(fs::read_to_string(&there).unwrap(), "something else");
    assert_eq!(turns(&mut client, &thread).await, 1);
}

#[tokio::test]
async fn a_turn_of_another_server_keeps_its_history_where_it_is_from_the_first_turn_on() {
    let (reply, gate) = Reply::held("working", " on it");
    let model = MockModel::start([reply]).await;
    let home = Home::served(&model.url);
    let mut first = home.client().await;
    let thread = first.start_thread().await;
    first.start_turn(&thread, "hold it").await;
    first.until("item/agentMessage/delta").await;

    let mut second = home.client().await;
    second.call("thread/resume", of(&thread)).await;
    for (method, params) in [("turn/start", turn_of(&thread)), ("thread/archive", of(&thread))] {
        let (code, message) = second.refusal(method, params).await;
        assert_eq!(code, -32600, "{method}");
        assert!(
            message.contains("in use by another process"),
            "{method}: {message}"
        );
    }
    gate.notify_one();
    let ended = first.until("turn/completed").await;
    assert_eq!(ended["params"]["turn"]["status"], "completed");
    second.call("thread/archive", of(&thread)).await;
    assert_eq!(turns(&mut second, &thread).await, 1);
}
