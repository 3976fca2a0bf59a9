//! A thread is the same live, read back, in pages, resumed, forked and after a restart, whatever was done with it, by one
//! server or by two in turns.

use serde_json::{Value, json};

use crate::support::{Client, Dice, Home};

const TALK: &str = "loop = true\n[[steps]]\nwhen = { tool = \"\" }\ntext = \"Ran it.\"\n[[steps]]\nwhen = { user = \"run\" }\noutput = [{ reasoning = \"Hm.\" }, { run = \"true\" }]\n[[steps]]\ntimes = 0\ntext = \"An answer.\"\n";

/// What is fixed about a turn: its id, its status, and its stored items without their ids.
fn shape(turn: &Value) -> Value {
    let stored = ["userMessage", "agentMessage", "reasoning", "contextCompaction"];
    let items = turn["items"].as_array().expect("items");
    let items: Vec<Value> = items
        .iter()
        .filter(|item| stored.contains(&item["type"].as_str().unwrap()))
        .map(|item| {
            json!([
                item["type"],
                item["text"],
                item["content"][0]["text"],
                item["summary"]
            ])
        })
        .collect();
    json!([turn["id"], turn["status"], items])
}

fn shapes(turns: &Value) -> Vec<Value> {
    turns.as_array().expect("turns").iter().map(shape).collect()
}

/// The turn as its notifications told it since the log was last cleared.
fn live(client: &Client) -> Value {
    let turn = client.seen("turn/completed").last().expect("a turn ended")["turn"].clone();
    let items: Vec<Value> = client
        .seen("item/completed")
        .iter()
        .map(|p| p["item"].clone())
        .collect();
    shape(&json!({ "id": turn["id"], "status": turn["status"], "items": items }))
}

async fn pages(client: &mut Client, thread: &str, direction: &str) -> Vec<Value> {
    let (mut out, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let params = json!({ "threadId": thread, "limit": 2, "sortDirection": direction, "cursor": cursor });
        let page = client.call("thread/turns/list", params).await;
        out.extend(shapes(&page["data"]));
        cursor = page["nextCursor"].clone();
        if cursor.is_null() {
            return out;
        }
    }
}

async fn check(client: &mut Client, thread: &str, expected: &[Value]) {
    let read = client
        .call("thread/read", json!({ "threadId": thread, "includeTurns": true }))
        .await;
    assert_eq!(shapes(&read["thread"]["turns"]), expected, "read back");
    let resumed = client.call("thread/resume", json!({ "threadId": thread })).await;
    assert_eq!(shapes(&resumed["thread"]["turns"]), expected, "resumed");
    assert_eq!(pages(client, thread, "asc").await, expected, "in pages");
    let mut backwards = pages(client, thread, "desc").await;
    backwards.reverse();
    assert_eq!(backwards, expected, "in pages from the end");
}

async fn any_sequence(seed: u64, steps: usize) {
    let home = Home::scripted(TALK);
    let mut dice = Dice(seed);
    let mut client = home.client().await;
    let mut thread = client.start_thread().await;
    let mut expected: Vec<Value> = Vec::new();
    for step in 0..steps {
        client.forget();
        let what = if step == 0 { 0 } else { dice.roll(10) };
        match what {
            0..=2 => {
                client.turn(&thread, &format!("say {step}")).await;
                expected.push(live(&client));
            }
            3..=4 => {
                client.turn(&thread, &format!("run {step}")).await;
                expected.push(live(&client));
            }
            5 => {
                let n = 1 + dice.roll(3) as usize;
                client
                    .call("thread/rollback", json!({ "threadId": thread, "numTurns": n }))
                    .await;
                expected.truncate(expected.len().saturating_sub(n));
            }
            6 => {
                client
                    .call("thread/compact/start", json!({ "threadId": thread }))
                    .await;
                client.until("turn/completed").await;
                expected.push(live(&client));
            }
            7 => {
                let forked = client.call("thread/fork", json!({ "threadId": thread })).await;
                thread = forked["thread"]["id"].as_str().unwrap().to_owned();
                assert_eq!(shapes(&forked["thread"]["turns"]), expected, "forked");
            }
            8 => {
                assert_eq!(client.end().await, Some(0));
                client = home.client().await;
                client.call("thread/resume", json!({ "threadId": thread })).await;
            }
            _ => {
                client.kill().await;
                client = home.client().await;
                client.call("thread/resume", json!({ "threadId": thread })).await;
            }
        }
        check(&mut client, &thread, &expected).await;
    }
}

#[tokio::test]
async fn any_sequence_of_turns_rollbacks_forks_compactions_and_restarts_shows_one_thread() {
    for seed in [1, 2, 3, 4] {
        any_sequence(seed, 18).await;
    }
}

#[tokio::test]
async fn any_sequence_of_doings_of_two_servers_shows_both_one_thread() {
    let home = Home::scripted(TALK);
    let mut servers = [home.client().await, home.client().await];
    let mut dice = Dice(5);
    let mut thread = servers[0].start_thread().await;
    servers[0].turn(&thread, "say hello").await;
    let mut expected = vec![live(&servers[0])];
    let mut archived = false;
    for step in 0..24 {
        // Who acts has resumed the thread: now, or long ago.
        for server in &mut servers {
            check(server, &thread, &expected).await;
        }
        let server = &mut servers[dice.roll(2) as usize];
        server.forget();
        match dice.roll(8) {
            0..=3 => {
                server.turn(&thread, &format!("say {step}")).await;
                expected.push(live(server));
            }
            4 => {
                let n = 1 + dice.roll(2) as usize;
                let params = json!({ "threadId": thread, "numTurns": n });
                server.call("thread/rollback", params).await;
                expected.truncate(expected.len().saturating_sub(n));
            }
            5 => {
                let forked = server.call("thread/fork", json!({ "threadId": thread })).await;
                thread = forked["thread"]["id"].as_str().unwrap().to_owned();
                archived = false;
            }
            6 => {
                let method = if archived {
                    "thread/unarchive"
                } else {
                    "thread/archive"
                };
                server.call(method, json!({ "threadId": thread })).await;
                archived = !archived;
            }
            _ => {
                server.kill().await;
                *server = home.client().await;
            }
        }
    }
}
