//! The scripted model, seen through the same client as a server.

mod support;

use std::time::Duration;

use codex_model::{BUILT_IN_SCRIPT, ErrorKind, Event, ModelClient, Provider, TokenUsage};
use codex_protocol::ResponseItem;
use serde_json::{Value, json};
use support::*;

/// A client for the script `text`, with a folder that must live as long.
fn playing(text: &str) -> (ModelClient, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("script.toml");
    std::fs::write(&path, text).unwrap();
    let script = Some(path.display().to_string());
    let provider = Provider {
        script,
        request_max_retries: Some(1),
        ..Provider::default()
    };
    (client(provider), dir)
}

fn user(text: &str) -> Value {
    json!({"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]})
}

#[tokio::test]
async fn texts_stream_in_pieces_with_usage_at_the_end() {
    let script = "[[steps]]\noutput = [{ text = ['Hel', 'lo'], phase = 'final_answer' }]\nusage = { input = 7, output = 2 }";
    let (client, _dir) = playing(script);
    let (events, error) = ask(&client).await;
    assert!(error.is_none());
    assert_eq!(text(&events), "Hello");
    let Some(Event::Completed {
        usage: Some(usage), ..
    }) = events.last()
    else {
        panic!("{events:?}")
    };
    assert_eq!(
        *usage,
        TokenUsage {
            input_tokens: 7,
            output_tokens: 2,
            total_tokens: 9,
            ..TokenUsage::default()
        }
    );
    let done = events.iter().find_map(|e| {
        if let Event::ItemDone(item) = e {
            Some(item)
        } else {
            None
        }
    });
    let Some(ResponseItem::Message { phase, .. }) = done else {
        panic!("{done:?}")
    };
    assert!(phase.is_some());
}

#[tokio::test]
async fn calls_and_reasoning_are_items_like_a_servers() {
    let script = "[[steps]]\noutput = [{ reasoning = ['one', 'two'], content = 'raw' }, { call = 'f', id = 'c1', arguments = { a = 1 } }, { custom = 'apply_patch', input = 'patch', chunk = 2 }]";
    let (client, _dir) = playing(script);
    let (events, _) = ask(&client).await;
    let parts = events
        .iter()
        .filter(|e| matches!(e, Event::ReasoningSummaryPartAdded { .. }))
        .count();
    assert_eq!(parts, 2);
    assert!(events.contains(&Event::ReasoningTextDelta {
        delta: "raw".into(),
        content_index: 0
    }));
    let done: Vec<Value> = events
        .iter()
        .filter_map(|e| {
            if let Event::ItemDone(item) = e {
                Some(serde_json::to_value(item).unwrap())
            } else {
                None
            }
        })
        .collect();
    assert_eq!(done[0]["summary"][1]["text"], "two");
    assert_eq!(
        (&done[1]["call_id"], &done[1]["arguments"]),
        (&json!("c1"), &json!("{\"a\":1}"))
    );
    assert_eq!(done[2]["input"], "patch");
    let deltas = events
        .iter()
        .filter(|e| matches!(e, Event::CustomToolCallInputDelta { .. }))
        .count();
    assert_eq!(deltas, 3);
}

#[tokio::test]
async fn failures_are_classified_as_a_servers() {
    let script = "
        [[steps]]
        output = [{ text = 'half' }, { cut = true }]
        [[steps]]
        output = [{ fail = { code = 'context_length_exceeded' } }]
        [[steps]]
        output = [{ incomplete = 'max_output_tokens' }]
        [[steps]]
        output = [{ end = true }]
        [[steps]]
        http = { status = 400, body = 'no' }
        [[steps]]
        http = { status = 429, body = { error = { type = 'usage_limit_reached' } } }
        ";
    let (client, _dir) = playing(script);
    for (kind, words) in [
        (ErrorKind::StreamDisconnected, "error decoding response body"),
        (ErrorKind::ContextWindowExceeded, "context window"),
        (ErrorKind::StreamDisconnected, "max_output_tokens"),
        (
            ErrorKind::StreamDisconnected,
            "stream closed before response.completed",
        ),
        (ErrorKind::Refused, "no"),
        (ErrorKind::UsageLimitReached, "usage limit"),
    ] {
        let error = ask(&client).await.1.unwrap();
        assert_eq!(error.kind(), kind);
        assert!(error.message().contains(words), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn trouble_before_the_stream_takes_the_requests_own_tries() {
    let (client, _dir) = playing("[[steps]]\nhttp = { status = 503 }\n[[steps]]\ntext = 'then'");
    let (events, error) = ask(&client).await;
    assert!(error.is_none());
    assert_eq!(text(&events), "then");
}

#[tokio::test(start_paused = true)]
async fn a_delay_beyond_the_idle_limit_is_silence() {
    let (client, _dir) = playing("[[steps]]\noutput = [{ delay_ms = 400000 }]");
    let started = tokio::time::Instant::now();
    let error = ask(&client).await.1.unwrap();
    assert!(error.message().ends_with("idle timeout waiting for SSE"));
    assert_eq!(started.elapsed(), Duration::from_secs(300));
}

#[tokio::test]
async fn a_script_without_a_fitting_step_says_so() {
    let (client, dir) = playing("[[steps]]\nwhen = { user = 'bye' }\ntext = 'Bye!'");
    let error = ask_about(&client, json!([user("hello")]), json!([]))
        .await
        .1
        .unwrap();
    assert!(!error.is_retryable_stream());
    let path = dir.path().join("script.toml");
    let expected = format!(
        "scripted model: {} has no step for request 1 (newest user text: \"hello\")",
        path.display()
    );
    assert_eq!(error.message(), expected);
}

#[tokio::test]
async fn a_bad_or_missing_script_fails_the_request_by_file_line_and_key() {
    let (client, _dir) = playing("[[steps]]\ntext = 5\n");
    let error = ask(&client).await.1.unwrap();
    assert!(
        error.message().contains("script.toml:2:8: steps[0].text: "),
        "{error}"
    );
    let provider = Provider {
        script: Some("/no/such/script.toml".into()),
        ..Provider::default()
    };
    let error = ask(&support::client(provider)).await.1.unwrap();
    assert!(
        error
            .message()
            .starts_with("scripted model: cannot read the script /no/such/script.toml: "),
        "{error}"
    );
}

#[tokio::test]
async fn the_demonstration_runs_a_command_and_answers_in_every_turn() {
    let provider = Provider {
        script: Some(BUILT_IN_SCRIPT.into()),
        ..Provider::default()
    };
    let client = client(provider);
    let tools = json!([{"type": "function", "name": "shell_command"}]);
    let mut input = vec![];
    for _ in 0..2 {
        input.push(user("hi"));
        let (events, error) = ask_about(&client, json!(input), tools.clone()).await;
        assert!(error.is_none());
        let calls: Vec<&ResponseItem> = events
            .iter()
            .filter_map(|e| match e {
                Event::ItemDone(item @ ResponseItem::FunctionCall { .. }) => Some(item),
                _ => None,
            })
            .collect();
        let [ResponseItem::FunctionCall { name, call_id, .. }] = calls[..] else {
            panic!("{calls:?}")
        };
        assert_eq!(name, "shell_command");
        input.push(json!(calls[0]));
        input.push(json!({"type": "function_call_output", "call_id": call_id, "output": "Hello"}));
        let (events, error) = ask_about(&client, json!(input), tools.clone()).await;
        assert!(error.is_none());
        assert!(text(&events).contains("scripted") || text(&events).contains("script"));
        assert!(
            !events
                .iter()
                .any(|e| matches!(e, Event::ItemDone(ResponseItem::FunctionCall { .. })))
        );
    }
}

#[tokio::test]
async fn two_plays_of_a_script_are_the_same() {
    let script = "loop = true\n[[steps]]\noutput = [{ reasoning = 'r' }, { text = 't' }, { run = 'ls' }]";
    let (one, _dir) = playing(script);
    let (two, _other) = playing(script);
    let tools = json!([{"type": "function", "name": "exec_command"}]);
    for _ in 0..2 {
        let input = json!([user("hi")]);
        assert_eq!(
            ask_about(&one, input.clone(), tools.clone()).await.0,
            ask_about(&two, input, tools.clone()).await.0
        );
    }
}
