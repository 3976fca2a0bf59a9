//! Turns against a model service over HTTP: what is sent, what is streamed, what is tried again.

use crate::support::{Home, MockModel, Reply};
use serde_json::{Value, json};

#[tokio::test]
async fn deltas_reach_the_client_while_the_model_is_still_talking() {
    let (reply, gate) = Reply::held("Think", "ing done.");
    let model = MockModel::start([reply]).await;
    let home = Home::served(&model.url);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, "hi").await;
    let delta = client.until("item/agentMessage/delta").await;
    assert_eq!(delta["params"]["delta"], "Think");
    gate.notify_one();
    client.until("turn/completed").await;
    assert_eq!(client.finished("agentMessage")[0]["text"], "Thinking done.");
}

#[tokio::test]
async fn the_model_is_told_what_was_said_before() {
    let model = MockModel::start([Reply::message(&["One."]), Reply::message(&["Two."])]).await;
    let home = Home::served(&model.url);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "first question").await;
    client.turn(&thread, "second question").await;
    let requests = model.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(
        (&requests[0]["model"], &requests[0]["stream"]),
        (&json!("gpt-5.4"), &json!(true))
    );
    let second = requests[1]["input"].to_string();
    let places = ["first question", "One.", "second question"].map(|text| second.find(text).expect(text));
    assert!(places.is_sorted(), "{places:?}");
}

#[tokio::test]
async fn the_output_of_a_command_goes_back_to_the_model() {
    let call = Reply::call("shell_command", &json!({ "command": "echo the-output" }));
    let model = MockModel::start([call, Reply::message(&["Seen."])]).await;
    let home = Home::served(&model.url);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "run").await;
    let requests = model.requests();
    let input = requests[1]["input"].as_array().unwrap();
    let output = input
        .iter()
        .find(|item| item["type"] == "function_call_output")
        .expect("an output");
    assert_eq!(output["call_id"], "call-1");
    assert!(output["output"].to_string().contains("the-output"), "{output}");
}

#[tokio::test]
async fn a_busy_service_is_asked_again_without_a_word() {
    let busy = Reply::Status(503, json!({ "error": { "message": "later" } }));
    let model = MockModel::start([busy, Reply::message(&["Now."])]).await;
    let home = Home::served(&model.url);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    assert_eq!(client.turn(&thread, "hi").await["status"], "completed");
    assert_eq!(model.requests().len(), 2);
    assert!(client.seen("error").is_empty());
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_repeated_and_the_client_is_told() {
    let model = MockModel::start([Reply::cut("Half a"), Reply::message(&["A whole."])]).await;
    let home = Home::served(&model.url);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    assert_eq!(client.turn(&thread, "hi").await["status"], "completed");
    assert_eq!(client.seen("error")[0]["willRetry"], true);
    assert_eq!(
        client.finished("agentMessage").last().unwrap()["text"],
        "A whole."
    );
}

#[tokio::test]
async fn a_service_that_stays_broken_fails_the_turn_and_the_server_goes_on() {
    let replies = std::iter::repeat_with(|| Reply::cut("Half")).take(2);
    let model = MockModel::start(replies.chain([Reply::message(&["Better."])])).await;
    let home = Home::served(&model.url);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    let turn = client.turn(&thread, "hi").await;
    assert_eq!(turn["status"], "failed");
    assert!(turn["error"]["message"].is_string());
    assert_eq!(client.turn(&thread, "again").await["status"], "completed");
}

#[tokio::test]
async fn a_wrong_key_fails_the_turn_with_the_words_of_the_service() {
    let refusals =
        std::iter::repeat_with(|| Reply::Status(401, json!({ "error": { "message": "bad key" } })));
    let model = MockModel::start(refusals.take(4)).await;
    let home = Home::served(&model.url);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    let turn = client.turn(&thread, "hi").await;
    assert_eq!(turn["status"], "failed");
    let message = turn["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("401 Unauthorized") && message.contains("bad key"),
        "{message}"
    );
}

#[tokio::test]
async fn a_service_that_nobody_runs_fails_the_turn_with_its_address() {
    // Held to the end, so that nobody else listens at its port.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let home = Home::served(&format!("http://{address}"));
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    let turn = client.turn(&thread, "hi").await;
    assert_eq!(turn["status"], "failed");
    assert!(
        turn["error"]["message"]
            .as_str()
            .unwrap()
            .contains(&address.to_string()),
        "{turn}"
    );
    assert_eq!(
        client
            .call("thread/loaded/list", Value::Object(Default::default()))
            .await["data"],
        json!([thread])
    );
}

#[tokio::test]
async fn a_key_that_is_not_set_fails_the_turn_by_its_name() {
    let home = Home::with_config(
        "model_provider = \"mock\"\n[model_providers.mock]\nname = \"Mock\"\nbase_url = \"http://127.0.0.1:1/v1\"\nenv_key = \"SURELY_NOT_SET\"\n",
    );
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    let turn = client.turn(&thread, "hi").await;
    assert!(
        turn["error"]["message"]
            .as_str()
            .unwrap()
            .contains("SURELY_NOT_SET"),
        "{turn}"
    );
}
