//! What the published Python client does with a server: spawn it, chat, stream, approve, read, list, archive.
//!
//! It sends members the server does not know, resumes a thread before each turn although it is loaded, and takes the
//! last finished message as the answer.

use crate::support::{Client, Home};
use serde_json::{Value, json};

const SCRIPT: &str = "loop = true\n[[steps]]\nwhen = { tool = \"\" }\ntext = \"The command has run.\"\n[[steps]]\nwhen = { user = \"run\" }\noutput = [{ run = \"touch made\" }]\n[[steps]]\noutput = [{ text = \"Hello from the other side.\", chunk = 6 }]\n";

/// Says `text` as the client does; what the turn sent is returned, up to its end.
async fn chat(client: &mut Client, thread: &str, text: &str) -> Vec<Value> {
    // Refused as long as nothing has been said; the client does not mind.
    let resume = client
        .request("thread/resume", json!({ "threadId": thread }))
        .await;
    client.reply(resume).await;
    let params = json!({ "threadId": thread, "input": [{ "type": "text", "text": text }], "user": "u", "metadata": { "k": "v" } });
    let turn = client.call("turn/start", params).await["turn"]["id"].clone();
    let from = client.log.len();
    loop {
        assert!(client.receive().await);
        let last = client.log.last().unwrap().clone();
        if last["method"] == "item/commandExecution/requestApproval" {
            client.answer(&last, json!({ "decision": "accept" })).await;
        }
        if last["method"] == "turn/completed" && last["params"]["turn"]["id"] == turn {
            return client.log[from..].to_vec();
        }
    }
}

fn last_message(events: &[Value]) -> &Value {
    let done = |m: &&Value| m["method"] == "item/completed" && m["params"]["item"]["type"] == "agentMessage";
    &events.iter().rfind(done).expect("a message")["params"]["item"]["text"]
}

#[tokio::test]
async fn the_published_client_gets_through_its_whole_repertoire() {
    let home = Home::scripted_with(
        SCRIPT,
        "approval_policy = \"untrusted\"\nsandbox_mode = \"danger-full-access\"\n",
    );
    let mut client = home.server();
    let info = json!({ "name": "codex-app-server-sdk", "title": "Python", "version": "0.4.1" });
    let reply = client
        .call(
            "initialize",
            json!({ "clientInfo": info, "capabilities": { "experimentalApi": true } }),
        )
        .await;
    assert!(
        reply["userAgent"]
            .as_str()
            .unwrap()
            .starts_with("codex-app-server-sdk/0.128.0")
    );
    client.raw(r#"{"method":"initialized","params":{}}"#).await;

    let cwd = home.work();
    let started = client
        .call(
            "thread/start",
            json!({ "cwd": cwd, "approvalPolicy": "untrusted" }),
        )
        .await;
    let thread = started["thread"]["id"].as_str().unwrap().to_owned();
    assert_eq!(started["thread"]["sessionId"], json!(thread));

    let events = chat(&mut client, &thread, "hello").await;
    assert_eq!(last_message(&events), "Hello from the other side.");
    let deltas: String = events
        .iter()
        .filter(|m| m["method"] == "item/agentMessage/delta")
        .filter_map(|m| m["params"]["delta"].as_str())
        .collect();
    assert_eq!(deltas, "Hello from the other side.");

    let events = chat(&mut client, &thread, "run something").await;
    assert_eq!(last_message(&events), "The command has run.");
    assert!(cwd.join("made").exists());
    for (method, member) in [
        ("item/started", "startedAtMs"),
        ("item/completed", "completedAtMs"),
    ] {
        assert!(
            events
                .iter()
                .filter(|m| m["method"] == method)
                .all(|m| m["params"][member].is_i64()),
            "{member}"
        );
    }

    let read = client
        .call("thread/read", json!({ "threadId": thread, "includeTurns": true }))
        .await;
    assert_eq!(read["thread"]["turns"].as_array().unwrap().len(), 2);
    let list = client.call("thread/list", json!({ "limit": 10 })).await;
    assert_eq!(list["data"][0]["id"], json!(thread));
    client
        .call("thread/name/set", json!({ "threadId": thread, "name": "A chat" }))
        .await;
    client.call("thread/archive", json!({ "threadId": thread })).await;
    assert_eq!(client.call("thread/list", json!({})).await["data"], json!([]));
    client
        .call("thread/unarchive", json!({ "threadId": thread }))
        .await;
    assert_eq!(
        client.call("thread/list", json!({})).await["data"][0]["name"],
        "A chat"
    );
    assert!(
        !client.call("model/list", json!({})).await["data"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}
