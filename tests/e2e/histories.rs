//! Threads outlive the server, however it ends.

use std::fs::{self, OpenOptions};
use std::io::Write;

use crate::support::{Client, Home};
use serde_json::{Value, json};

const TALK: &str = "loop = true\n[[steps]]\nwhen = { tool = \"\" }\ntext = \"Listed.\"\n[[steps]]\nwhen = { user = \"list\" }\noutput = [{ reasoning = \"Thinking.\" }, { run = \"echo one\" }]\n[[steps]]\ntext = \"Hello.\"\n";

/// The kinds and texts of a turn's items.
fn shape(turn: &Value) -> Vec<(String, String)> {
    let items = turn["items"].as_array().expect("items");
    items
        .iter()
        .map(|item| {
            (
                item["type"].as_str().unwrap().to_owned(),
                item["text"].as_str().unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

async fn read(client: &mut Client, thread: &str) -> Value {
    let reply = client
        .call("thread/read", json!({ "threadId": thread, "includeTurns": true }))
        .await;
    reply["thread"].clone()
}

async fn listed(client: &mut Client, archived: bool) -> Vec<String> {
    let reply = client.call("thread/list", json!({ "archived": archived })).await;
    reply["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["id"].as_str().unwrap().to_owned())
        .collect()
}

/// A client with a turn whose command runs: it has printed "begun".
async fn in_a_command(home: &Home) -> (Client, String) {
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, "go").await;
    client.until_output("begun").await;
    (client, thread)
}

#[tokio::test]
async fn after_a_restart_a_thread_is_listed_read_and_resumed_as_it_was() {
    let home = Home::scripted(TALK);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "hi").await;
    client.turn(&thread, "and now list").await;
    assert_eq!(client.end().await, Some(0));

    let mut client = home.client().await;
    assert_eq!(listed(&mut client, false).await, std::slice::from_ref(&thread));
    let stored = read(&mut client, &thread).await;
    assert_eq!(stored["preview"], "hi");
    let turns = stored["turns"].as_array().unwrap();
    assert_eq!(turns.len(), 2);
    assert_eq!(
        shape(&turns[0]),
        [
            ("userMessage".into(), String::new()),
            ("agentMessage".into(), "Hello.".into())
        ]
    );
    let second = shape(&turns[1]);
    assert_eq!(
        (second[0].0.as_str(), second[1].0.as_str()),
        ("userMessage", "reasoning")
    );
    assert_eq!(second.last().unwrap(), &("agentMessage".into(), "Listed.".into()));

    let resumed = client.call("thread/resume", json!({ "threadId": thread })).await;
    assert_eq!(resumed["thread"]["turns"], stored["turns"]);
    assert_eq!(client.turn(&thread, "once more").await["status"], "completed");
    assert_eq!(
        read(&mut client, &thread).await["turns"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[tokio::test]
async fn what_was_told_to_be_complete_survives_a_kill() {
    let home = Home::scripted(TALK);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "list it").await;
    client.kill().await;

    let mut client = home.client().await;
    assert_eq!(listed(&mut client, false).await, std::slice::from_ref(&thread));
    let stored = read(&mut client, &thread).await;
    assert_eq!(stored["turns"][0]["status"], "completed");
    assert_eq!(shape(&stored["turns"][0]).last().unwrap().1, "Listed.");
}

#[tokio::test]
async fn the_end_of_the_input_in_a_turn_is_recorded_as_an_interruption() {
    let home = Home::scripted("[[steps]]\noutput = [{ run = \"echo begun; sleep 1000\" }]\n");
    let (mut client, thread) = in_a_command(&home).await;
    assert_eq!(client.end().await, Some(0));

    let history = home.history(&thread);
    let aborted = history
        .iter()
        .find(|line| line["payload"]["type"] == "turn_aborted")
        .expect("an end of the turn");
    assert_eq!(aborted["payload"]["reason"], "interrupted");
    let outputs = history.iter().filter(|line| {
        line["payload"]["type"]
            .as_str()
            .is_some_and(|t| t.ends_with("call_output"))
    });
    assert_eq!(
        outputs.count(),
        1,
        "the call has an output, so that the model can go on from it"
    );
    let mut client = home.client().await;
    assert_eq!(
        read(&mut client, &thread).await["turns"][0]["status"],
        "interrupted"
    );
}

#[tokio::test]
async fn a_turn_that_was_killed_reads_back_as_interrupted_and_goes_on() {
    let home = Home::scripted(
        "loop = true\n[[steps]]\nwhen = { user = \"go\" }\noutput = [{ run = \"echo begun; sleep 1000\" }]\n[[steps]]\ntext = \"Back.\"\n",
    );
    let (mut client, thread) = in_a_command(&home).await;
    client.kill().await;

    let mut client = home.client().await;
    let resumed = client.call("thread/resume", json!({ "threadId": thread })).await;
    assert_eq!(resumed["thread"]["turns"][0]["status"], "interrupted");
    assert_eq!(client.turn(&thread, "hello?").await["status"], "completed");
    assert_eq!(client.finished("agentMessage").last().unwrap()["text"], "Back.");
}

#[tokio::test]
async fn histories_are_found_again_when_the_databases_are_lost() {
    let home = Home::scripted(TALK);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "hi").await;
    client.end().await;
    for entry in fs::read_dir(home.path()).unwrap().flatten() {
        if entry.file_name().to_string_lossy().contains(".sqlite") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    let mut client = home.client().await;
    assert_eq!(listed(&mut client, false).await, [thread]);
}

#[tokio::test]
async fn a_torn_last_line_costs_itself_only() {
    let home = Home::scripted(TALK);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "hi").await;
    let path = read(&mut client, &thread).await["path"]
        .as_str()
        .unwrap()
        .to_owned();
    client.kill().await;
    let whole = home.history(&thread).len();
    OpenOptions::new()
        .append(true)
        .open(&path)
        .unwrap()
        .write_all(b"{\"timestamp\":\"2025-01-01T00:00")
        .unwrap();

    let mut client = home.client().await;
    client.call("thread/resume", json!({ "threadId": thread })).await;
    client.turn(&thread, "still there?").await;
    assert_eq!(
        read(&mut client, &thread).await["turns"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    client.end().await;
    let text = fs::read_to_string(&path).unwrap();
    let readable = text
        .lines()
        .filter(|line| serde_json::from_str::<Value>(line).is_ok())
        .count();
    assert!(readable > whole, "{readable} of {}", text.lines().count());
}

#[tokio::test]
async fn names_and_the_archive_are_kept() {
    let home = Home::scripted(TALK);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "hi").await;
    client
        .call(
            "thread/name/set",
            json!({ "threadId": thread, "name": "Greeting" }),
        )
        .await;
    client.call("thread/archive", json!({ "threadId": thread })).await;
    client.end().await;

    let mut client = home.client().await;
    assert_eq!(listed(&mut client, false).await, [""; 0]);
    assert_eq!(listed(&mut client, true).await, std::slice::from_ref(&thread));
    let back = client
        .call("thread/unarchive", json!({ "threadId": thread }))
        .await;
    assert_eq!(back["thread"]["name"], "Greeting");
    assert_eq!(listed(&mut client, false).await, [thread]);
}

#[tokio::test]
async fn an_ephemeral_thread_leaves_nothing_behind() {
    let home = Home::scripted(TALK);
    let mut client = home.client().await;
    let reply = client.call("thread/start", json!({ "ephemeral": true })).await;
    let thread = reply["thread"]["id"].as_str().unwrap().to_owned();
    assert_eq!(client.turn(&thread, "hi").await["status"], "completed");
    client.end().await;
    let mut client = home.client().await;
    assert_eq!(listed(&mut client, false).await, [""; 0]);
}
