//! A client that lost its connection goes on where it was (docs/extensions.md).

use serde_json::{Value, json};

use crate::support::{Client, Home, MockModel, Reply};

const REPLAYING: &str = r#"{"experimentalApi": true, "eventReplay": true}"#;

async fn replaying(listener: &crate::support::Listener) -> Client {
    let mut client = listener.connect(None).await.expect("a connection");
    client
        .initialize_with(serde_json::from_str::<Value>(REPLAYING).unwrap())
        .await;
    client
}

fn numbers(client: &Client, thread: &str) -> Vec<u64> {
    let of_thread = |m: &&Value| m["params"]["threadId"] == thread;
    client
        .log
        .iter()
        .filter(of_thread)
        .filter_map(|m| m["seq"].as_u64())
        .collect()
}

#[tokio::test]
async fn a_client_killed_in_the_middle_of_a_turn_goes_on_from_another_connection() {
    let (reply, gate) = Reply::held("first ", "and last");
    let model = MockModel::start([reply]).await;
    let home = Home::served(&model.url);
    let listener = home.listen(&[]).await;

    let mut lost = replaying(&listener).await;
    let thread = lost.start_thread().await;
    lost.start_turn(&thread, "go").await;
    lost.until("item/agentMessage/delta").await;
    let last_seen = *numbers(&lost, &thread).last().expect("numbered notifications");
    drop(lost);
    gate.notify_one();

    let mut back = replaying(&listener).await;
    let params = json!({ "threadId": thread, "excludeTurns": true, "afterSeq": last_seen });
    let resumed = back.call("thread/resume", params).await;
    assert_eq!(resumed["replay"]["complete"], true);
    back.until("turn/completed").await;
    assert_eq!(back.streamed("item/agentMessage/delta"), "and last");
    assert_eq!(back.finished("agentMessage")[0]["text"], "first and last");
    let numbers = numbers(&back, &thread);
    assert_eq!(numbers.first(), Some(&(last_seen + 1)));
    assert!(numbers.windows(2).all(|w| w[0] < w[1]), "{numbers:?}");
}

#[tokio::test]
async fn a_number_that_is_not_kept_tells_the_client_to_read_the_thread() {
    let home = Home::scripted("loop = true\n[[steps]]\ntext = \"Hello.\"\n");
    let listener = home.listen(&[]).await;
    let mut client = replaying(&listener).await;
    let thread = client.start_thread().await;
    client.turn(&thread, "hi").await;
    let params = json!({ "threadId": thread, "excludeTurns": true, "afterSeq": 1_000_000 });
    let resumed = client.call("thread/resume", params).await;
    assert_eq!(resumed["replay"]["complete"], false);
    assert!(resumed["replay"]["seq"].as_u64() > Some(0));
}

#[tokio::test]
async fn clients_that_did_not_ask_see_no_numbers() {
    let home = Home::scripted("loop = true\n[[steps]]\ntext = \"Hello.\"\n");
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "hi").await;
    let resumed = client.call("thread/resume", json!({ "threadId": thread })).await;
    assert!(resumed.get("replay").is_none());
    assert!(client.log.iter().all(|m| m.get("seq").is_none()));
}
