//! The first words on a connection, and what happens to messages that are out of place or out of shape.

use std::fs;

use crate::support::Home;
use serde_json::{Value, json};

const INVALID: i64 = -32600;

#[tokio::test]
async fn nothing_is_served_before_initialize_and_initialize_only_once() {
    let home = Home::empty();
    let mut client = home.server();
    assert_eq!(
        client.refusal("thread/list", json!({})).await,
        (INVALID, "Not initialized".into())
    );
    let reply = client.initialize().await;
    assert_eq!(reply["codexHome"], home.path().to_str().unwrap());
    assert_eq!(
        (&reply["platformFamily"], &reply["platformOs"]),
        (&json!("unix"), &json!("linux"))
    );
    assert!(
        reply["userAgent"].as_str().unwrap().starts_with("e2e/0.128.0 ("),
        "{reply}"
    );
    let again = json!({ "clientInfo": { "name": "x", "version": "1" } });
    assert_eq!(
        client.refusal("initialize", again).await,
        (INVALID, "Already initialized".into())
    );
    assert_eq!(client.call("thread/list", json!({})).await["data"], json!([]));
}

#[tokio::test]
async fn a_request_out_of_shape_is_told_which_field_is_wrong() {
    let home = Home::empty();
    let mut client = home.client().await;
    for (method, params, part) in [
        ("turn/start", json!({ "threadId": "x" }), "missing field `input`"),
        (
            "turn/start",
            json!({ "threadId": 5, "input": [] }),
            "invalid type: integer `5`, expected a string",
        ),
        ("thread/read", Value::Null, "missing field `params`"),
        (
            "no/such",
            json!({}),
            "unknown variant `no/such`, expected one of `initialize`, `thread/start`",
        ),
    ] {
        let (code, message) = client.refusal(method, params).await;
        assert_eq!(code, INVALID);
        assert!(
            message.starts_with("Invalid request: ") && message.contains(part),
            "{method}: {message}"
        );
    }
}

#[tokio::test]
async fn ids_come_back_with_their_type_and_lines_that_are_no_messages_get_no_answer() {
    let home = Home::empty();
    let mut client = home.client().await;
    for line in [
        "",
        "rubbish",
        "[]",
        "{}",
        r#"{"id":null,"method":"thread/list","params":{}}"#,
        r#"{"id":9,"result":{}}"#,
    ] {
        client.raw(line).await;
    }
    client
        .raw(r#"  {"id":"7","method":"thread/list","params":{},"unknown":1}  "#)
        .await;
    client.raw(r#"{"id":7,"method":"thread/list","params":{}}"#).await;
    assert!(client.reply("7").await.get("result").is_some());
    assert!(client.reply(7).await.get("result").is_some());
    let replies = client.log.iter().filter(|m| m.get("method").is_none()).count();
    assert_eq!(replies, 3, "of initialize and the two");
}

#[tokio::test]
async fn requests_may_follow_initialize_in_the_same_write_and_are_answered_although_the_input_ends() {
    let home = Home::empty();
    let mut client = home.server();
    let mut lines = vec![json!({ "id": 0, "method": "initialize", "params": { "clientInfo": { "name": "p", "version": "1" } } }).to_string()];
    lines.extend((1..=100).map(|id| json!({ "id": id, "method": "thread/list", "params": {} }).to_string()));
    client.raw(&lines.join("\n")).await;
    assert_eq!(client.end().await, Some(0));
    for id in 0..=100 {
        assert!(
            client
                .log
                .iter()
                .any(|m| m["id"] == id && m.get("result").is_some()),
            "{id} was not answered"
        );
    }
}

#[tokio::test]
async fn experimental_methods_and_fields_are_for_those_who_asked_for_them() {
    let home = Home::empty();
    let mut plain = home.server();
    plain.initialize_with(json!({})).await;
    let gate = |what: &str| (INVALID, format!("{what} requires experimentalApi capability"));
    assert_eq!(
        plain.refusal("memory/reset", json!({})).await,
        gate("memory/reset")
    );
    let dynamic_tools = json!({ "dynamicTools": [] });
    assert_eq!(
        plain.refusal("thread/start", dynamic_tools.clone()).await,
        gate("thread/start.dynamicTools")
    );
    let mut experimental = home.client().await;
    experimental.call("thread/start", dynamic_tools).await;
}

#[tokio::test]
async fn a_client_is_spared_the_notifications_it_opted_out_of() {
    let home = Home::scripted("[[steps]]\ntext = \"Hello\"\n");
    let mut client = home.server();
    client
        .initialize_with(
            json!({ "optOutNotificationMethods": ["item/agentMessage/delta", "turn/started", "no/such"] }),
        )
        .await;
    let thread = client.start_thread().await;
    client.turn(&thread, "hi").await;
    assert!(client.seen("item/agentMessage/delta").is_empty() && client.seen("turn/started").is_empty());
    assert_eq!(client.finished("agentMessage").len(), 1);
}

#[tokio::test]
async fn a_faulty_configuration_is_a_warning_and_the_server_goes_on() {
    let home = Home::empty();
    home.configure("model = \"x\"\nsandbox_mode = 7\n");
    let mut client = home.client().await;
    let warning = client
        .until_where("configWarning", |p| p["path"].is_string())
        .await;
    assert_eq!(
        warning["params"]["summary"],
        "Invalid configuration; using defaults."
    );
    assert_eq!(warning["params"]["range"]["start"]["line"], 2);
    assert_eq!(client.call("thread/list", json!({})).await["data"], json!([]));
}

#[tokio::test]
async fn an_unknown_thread_is_refused_by_its_id() {
    let home = Home::empty();
    let mut client = home.client().await;
    let id = "0193d9b0-0000-7000-8000-000000000000";
    for (method, params) in [
        ("thread/read", json!({ "threadId": id })),
        ("thread/resume", json!({ "threadId": id })),
        ("turn/start", json!({ "threadId": id, "input": [] })),
    ] {
        let (code, message) = client.refusal(method, params).await;
        assert!(
            code == INVALID && message.contains(id),
            "{method}: {code} {message}"
        );
    }
}

#[tokio::test]
async fn a_home_that_cannot_be_written_costs_histories_not_the_server() {
    let home = Home::empty();
    let read_only = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\"";
    let Some(command) = home.server_with_mounts(read_only, &home.path()).await else {
        return;
    };
    let mut client = home.server_with(command);
    client.initialize().await;
    assert_eq!(client.call("thread/list", json!({})).await["data"], json!([]));
    let entries = fs::read_dir(home.path()).unwrap();
    assert_eq!(entries.count(), 0, "it was not to be written");
}
