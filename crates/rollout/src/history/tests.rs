use serde_json::{Value, json};

use super::*;

fn file(records: &[Value]) -> Vec<u8> {
    let lines = records.iter().map(|record| {
        let (kind, payload) = match record.get("kind").and_then(Value::as_str) {
            Some(kind) => (kind, &record["payload"]),
            None => ("event_msg", record),
        };
        json!({"timestamp": "t", "type": kind, "payload": payload}).to_string() + "\n"
    });
    lines.collect::<String>().into_bytes()
}

fn message(role: &str, text: &str) -> Value {
    let kind = if role == "assistant" {
        "output_text"
    } else {
        "input_text"
    };
    json!({"type": "message", "role": role, "content": [{"type": kind, "text": text}]})
}

fn item(role: &str, text: &str) -> Value {
    json!({"kind": "response_item", "payload": message(role, text)})
}

fn turn(name: &str) -> Vec<Value> {
    vec![
        json!({"type": "task_started", "turn_id": name, "model_context_window": null}),
        json!({"kind": "turn_context", "payload": {"turn_id": name, "cwd": "/w", "approval_policy": "never",
            "sandbox_policy": {"type": "read-only"}, "model": "m", "summary": "auto"}}),
        item("user", name),
        json!({"type": "user_message", "message": name}),
        item("assistant", &format!("re {name}")),
        json!({"type": "task_complete", "turn_id": name, "last_agent_message": null}),
    ]
}

fn compaction(name: &str) -> Vec<Value> {
    vec![
        json!({"type": "task_started", "turn_id": name, "model_context_window": null}),
        json!({"kind": "compacted", "payload": {"message": name, "replacement_history": [message("user", name)]}}),
        json!({"type": "context_compacted"}),
        json!({"type": "task_complete", "turn_id": name, "last_agent_message": null}),
    ]
}

fn rollback(turns: u32) -> Vec<Value> {
    vec![json!({"type": "thread_rolled_back", "num_turns": turns})]
}

fn told(records: &[Vec<Value>]) -> Vec<String> {
    let bytes = file(&records.concat());
    rebuild(&*bytes, bytes.len() as u64)
        .unwrap()
        .items
        .iter()
        .map(text_of)
        .collect()
}

#[test]
fn a_compaction_replaces_what_stands_before_it() {
    assert_eq!(told(&[turn("a"), compaction("S"), turn("b")]), ["S", "b", "re b"]);
    assert_eq!(
        told(&[turn("a"), compaction("S"), turn("b"), compaction("R")]),
        ["R"]
    );
}

#[test]
fn a_rollback_drops_the_turns_that_it_drops_from_view() {
    assert_eq!(
        told(&[turn("a"), turn("b"), turn("c"), rollback(2), turn("d")]),
        ["a", "re a", "d", "re d"]
    );
    assert!(told(&[turn("a"), rollback(9)]).is_empty());
    assert_eq!(
        told(&[turn("a"), rollback(1), turn("b"), turn("c"), rollback(1)]),
        ["b", "re b"]
    );
}

#[test]
fn a_compaction_that_is_rolled_back_never_was() {
    assert_eq!(told(&[turn("a"), compaction("S"), rollback(1)]), ["a", "re a"]);
    assert_eq!(
        told(&[turn("a"), compaction("S"), turn("b"), rollback(2), turn("c")]),
        ["a", "re a", "c", "re c"]
    );
    assert_eq!(
        told(&[
            turn("a"),
            compaction("S"),
            turn("b"),
            compaction("R"),
            turn("c"),
            rollback(2)
        ]),
        ["S", "b", "re b"]
    );
    assert_eq!(told(&[turn("a"), compaction("S"), turn("b"), rollback(1)]), ["S"]);
}

#[test]
fn what_was_injected_before_the_first_dropped_turn_stays() {
    let injected = |text: &str| vec![item("assistant", text)];
    assert_eq!(
        told(&[turn("a"), injected("x"), turn("b"), injected("y"), rollback(1)]),
        ["a", "re a", "x"]
    );
}

#[test]
fn the_users_words_go_with_a_turn_that_no_record_opens() {
    let implicit = |text: &str| {
        vec![
            item("user", text),
            json!({"type": "user_message", "message": text}),
            json!({"type": "agent_message", "message": "x"}),
            item("assistant", &format!("re {text}")),
        ]
    };
    assert_eq!(told(&[implicit("a"), implicit("b"), rollback(1)]), ["a", "re a"]);
}

#[test]
fn older_versions_kept_the_users_words_beside_the_summary() {
    let compacted = vec![json!({"kind": "compacted", "payload": {"message": "LEGACY"}})];
    assert_eq!(
        told(&[turn("a"), compacted, turn("b")]),
        ["a", "LEGACY", "b", "re b"]
    );
}

#[test]
fn settings_and_totals_are_the_last_ones() {
    let usage = |n: i64| {
        let usage = json!({"input_tokens": n, "cached_input_tokens": 0, "output_tokens": 0, "reasoning_output_tokens": 0, "total_tokens": n});
        vec![json!({"type": "token_count", "rate_limits": null,
            "info": {"total_token_usage": usage, "last_token_usage": usage, "model_context_window": 10}})]
    };
    let none = vec![json!({"type": "token_count", "info": null, "rate_limits": null})];
    let bytes = file(&[turn("a"), usage(1), turn("b"), usage(2), none, rollback(1)].concat());
    let history = rebuild(&*bytes, bytes.len() as u64).unwrap();
    assert_eq!(history.last_context.unwrap().turn_id.as_deref(), Some("a"));
    assert!(history.context_is_told);
    assert_eq!(history.token_info.unwrap().total_token_usage.total_tokens, 2);
    let bytes = file(&[turn("a"), compaction("S")].concat());
    let history = rebuild(&*bytes, bytes.len() as u64).unwrap();
    assert_eq!(history.last_context.unwrap().turn_id.as_deref(), Some("a"));
    assert!(!history.context_is_told);
    assert!(history.compaction.is_some());
}

#[test]
fn the_last_head_that_names_a_memory_mode_counts() {
    let head = |mode: Value| {
        let mut payload = json!({"id": "01a1fdac-7ff4-7be0-827b-b41bc0029b35", "timestamp": "x", "cwd": "/", "originator": "o", "cli_version": "1"});
        if !mode.is_null() {
            payload["memory_mode"] = mode;
        }
        json!({"kind": "session_meta", "payload": payload})
    };
    let bytes = file(&[head(json!("enabled")), head(json!("disabled")), head(Value::Null)]);
    assert_eq!(
        memory_mode(&*bytes, bytes.len() as u64).unwrap().as_deref(),
        Some("disabled")
    );
}

#[test]
fn messages_the_program_writes_are_not_the_users() {
    let is_turn = |text: &str| is_user_turn(&serde_json::from_value(message("user", text)).unwrap());
    assert!(is_turn("plain") && is_turn("<skillful> he is </skillful>") && is_turn("<skill> open"));
    assert!(!is_turn(
        "<environment_context>\n<cwd>/</cwd>\n</environment_context>"
    ));
    assert!(!is_turn("# AGENTS.md instructions for /w\n\nx"));
    assert!(!is_turn("<hook_prompt hook_run_id=\"1\">x</hook_prompt>"));
}

#[test]
fn of_a_history_beyond_the_budget_the_newest_whole_turns_are_read() {
    let long = |name: &str| turn(&format!("{name}{}", "x".repeat(1000)));
    let picture = json!({"kind": "response_item", "payload": {"type": "message", "role": "user", "content": [
        {"type": "input_image", "image_url": format!("data:image/png;base64,{}", "A".repeat(100_000))}]}});
    let bytes = file(&[long("a"), long("b"), vec![picture], long("c")].concat());
    let read = |budget: u64| {
        let bounds = Bounds {
            end: bytes.len() as u64,
            budget: Some(budget),
        };
        let read = rebuild_with(
            &*bytes,
            bounds,
            || unreachable!("nothing was dropped"),
            |item, at| {
                assert_eq!(read_item(&*bytes, at.expect("a line")).unwrap(), item);
                text_of(&item).chars().next()
            },
        );
        let read = read.unwrap();
        let first: String = read.items.iter().flatten().collect();
        (first, read.items.len(), read.context_is_told)
    };
    assert_eq!(read(1 << 20), ("arbrcr".to_owned(), 7, true));
    assert_eq!(
        read(3000 + PICTURE),
        ("cr".to_owned(), 3, false),
        "the picture is cheap, and the user's"
    );
    assert_eq!(read(3000), ("cr".to_owned(), 2, false));
    assert_eq!(read(1500), ("r".to_owned(), 1, false), "not even one turn fits");
}
