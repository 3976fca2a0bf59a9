//! Synthetic homes: histories as the reference writes them, any number of any size. For tests and benches.

#![allow(dead_code)] // Each test and bench uses its part of this.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

/// 2025-03-04T10:00:00Z.
pub const START: i64 = 1_741_082_400;

/// A thread's id.
pub fn uid(n: u64) -> String {
    format!("5f0c9a1e-7b2d-4c3e-8f40-{n:012x}")
}

/// A time some milliseconds after [`START`], as lines have it.
pub fn stamp(ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(START * 1000 + ms).expect("in range");
    format!("{at:.3}")
}

pub fn record(kind: &str, payload: Value, ms: i64) -> Value {
    json!({"timestamp": stamp(ms), "type": kind, "payload": payload})
}

/// An event, its type first as the reference writes it.
pub fn event(kind: &str, payload: Value, ms: i64) -> Value {
    let mut event = json!({ "type": kind });
    if let (Some(event), Value::Object(fields)) = (event.as_object_mut(), payload) {
        event.extend(fields);
    }
    record("event_msg", event, ms)
}

pub fn head(id: &str, cwd: &str, ms: i64) -> Value {
    record(
        "session_meta",
        json!({"id": id, "timestamp": stamp(ms), "cwd": cwd, "originator": "test", "cli_version": "0.0.0", "source": "cli",
               "model_provider": "mock"}),
        ms,
    )
}

pub fn said(text: &str, ms: i64) -> Value {
    event(
        "user_message",
        json!({"message": text, "images": [], "local_images": [], "text_elements": []}),
        ms,
    )
}

pub fn heard(text: &str, ms: i64) -> Value {
    event(
        "agent_message",
        json!({"message": text, "phase": null, "memory_citation": null}),
        ms,
    )
}

/// A whole turn as the reference stores it.
pub fn turn(id: &str, ask: &str, answer: &str, ms: i64) -> Vec<Value> {
    let message = |role: &str, part: &str, text: &str| {
        record(
            "response_item",
            json!({"type": "message", "role": role, "content": [{"type": part, "text": text}]}),
            ms,
        )
    };
    vec![
        event(
            "task_started",
            json!({"turn_id": id, "started_at": START + ms / 1000, "model_context_window": 1000}),
            ms,
        ),
        record(
            "turn_context",
            json!({"turn_id": id, "cwd": "/work", "approval_policy": "on-request", "sandbox_policy": {"type": "read-only"},
                   "model": "some-model", "summary": "auto"}),
            ms,
        ),
        message("user", "input_text", ask),
        said(ask, ms),
        heard(answer, ms + 1),
        message("assistant", "output_text", answer),
        event(
            "token_count",
            json!({"info": {"total_token_usage": usage(77), "last_token_usage": usage(77), "model_context_window": 1000},
                   "rate_limits": null}),
            ms + 1,
        ),
        event(
            "task_complete",
            json!({"turn_id": id, "last_agent_message": null, "completed_at": START + ms / 1000 + 2, "duration_ms": 2000}),
            ms + 2,
        ),
    ]
}

fn usage(total: i64) -> Value {
    json!({"input_tokens": total, "cached_input_tokens": 0, "output_tokens": 0, "reasoning_output_tokens": 0,
           "total_tokens": total})
}

/// Where a thread made some milliseconds after [`START`] lies.
pub fn place(home: &Path, id: &str, ms: i64, archived: bool) -> PathBuf {
    let at = jiff::Timestamp::from_millisecond(START * 1000 + ms)
        .expect("in range")
        .to_zoned(jiff::tz::TimeZone::UTC);
    let name = format!("rollout-{}-{id}.jsonl", at.strftime("%Y-%m-%dT%H-%M-%S"));
    if archived {
        home.join("archived_sessions").join(name)
    } else {
        home.join("sessions")
            .join(at.strftime("%Y/%m/%d").to_string())
            .join(name)
    }
}

/// Writes a history, its time being that of its making.
pub fn put(home: &Path, id: &str, ms: i64, archived: bool, lines: &[Value]) -> PathBuf {
    let path = place(home, id, ms, archived);
    write(&path, lines);
    touch(&path, ms);
    path
}

pub fn write(path: &Path, lines: &[Value]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    let mut out = BufWriter::new(File::create(path).expect("a file"));
    for line in lines {
        writeln!(out, "{line}").expect("written");
    }
}

pub fn append(path: &Path, lines: &[Value]) {
    let mut out = fs::OpenOptions::new().append(true).open(path).expect("a file");
    for line in lines {
        writeln!(out, "{line}").expect("written");
    }
}

/// Sets a file's time to some milliseconds after [`START`].
pub fn touch(path: &Path, ms: i64) {
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis((START * 1000 + ms) as u64);
    File::options()
        .write(true)
        .open(path)
        .expect("a file")
        .set_modified(at)
        .expect("time set");
}

/// A thread of one turn, made `n` seconds after [`START`].
pub fn simple(home: &Path, n: u64, cwd: &str, text: &str) -> PathBuf {
    let (id, ms) = (uid(n), n as i64 * 1000);
    let mut lines = vec![head(&id, cwd, ms)];
    lines.extend(turn(&uid(0x1000 + n), text, "Yes", ms));
    put(home, &id, ms, false, &lines)
}

/// A home of `threads` threads of two turns each, in 50 folders of work, 200 threads a day.
pub fn large_home(home: &Path, threads: u64) {
    for n in 0..threads {
        // A day every 200 threads, some minutes between two of a day.
        let ms = (n / 200) as i64 * 86_400_000 + (n % 200) as i64 * 300_000;
        let id = uid(n);
        let mut lines = vec![head(&id, &format!("/work/project-{}", n % 50), ms)];
        for k in 0..2 {
            let ask = format!(
                "Please look at module {n} and explain what function number {} does there",
                n * 7 + k
            );
            lines.extend(turn(
                &uid(0x10_0000 + n * 2 + k),
                &ask,
                &"It sorts the list. ".repeat(20),
                ms + k as i64 * 1000,
            ));
        }
        put(home, &id, ms, false, &lines);
    }
}

/// One history of about `bytes` bytes with `turns` turns, compacted whenever as many bytes as given were added.
pub fn long_history(path: &Path, turns: u64, bytes: u64, compacted_after: Option<u64>) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    let mut out = BufWriter::new(File::create(path).expect("a file"));
    writeln!(out, "{}", head(&uid(1), "/work", 0)).expect("written");
    let per_turn = (bytes / turns) as usize;
    let output = "0123456789abcdef ".repeat(per_turn / 5 / 17);
    let compacted_turns = compacted_after.map(|after| (after * turns / bytes).max(1));
    for n in 0..turns {
        let ms = n as i64 * 1000;
        if compacted_turns.is_some_and(|k| n > 0 && n % k == 0) {
            let summary = json!([{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "All before."}]}]);
            let compacted = record(
                "compacted",
                json!({"message": "All before.", "replacement_history": summary}),
                ms,
            );
            writeln!(out, "{compacted}").expect("written");
        }
        let mut lines = turn(
            &uid(0x10_0000 + n),
            &format!("Question {n}?"),
            &format!("Answer {n}. ").repeat(20),
            ms,
        );
        for k in 0..4 {
            let call = format!("call-{n}-{k}");
            let function = json!({"type": "function_call", "name": "shell_command", "arguments": "{\"command\":\"ls\"}",
                                  "call_id": call});
            lines.insert(4, record("response_item", function, ms));
            let done = json!({"type": "function_call_output", "call_id": call, "output": output});
            lines.insert(5, record("response_item", done, ms));
        }
        for line in &lines {
            writeln!(out, "{line}").expect("written");
        }
    }
}
