//! How long it takes to find the turns of a long history, to read one page of them, and to go on with it.

use std::io::Write;

use codex_rollout::fold::{Fold, Keep, push_all, read_turn};
use codex_rollout::history;
use codex_rollout::reader::ReadAt;
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};

/// A history of about 60 MB: turns with four calls each, a compaction every hundred turns.
fn long_history() -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("temporary file");
    let mut put = |kind: &str, payload: Value| {
        let line = json!({"timestamp": "2025-03-04T10:00:01.234Z", "type": kind, "payload": payload});
        writeln!(file, "{line}").expect("written");
    };
    let usage = json!({"input_tokens": 1, "cached_input_tokens": 0, "output_tokens": 1, "reasoning_output_tokens": 0, "total_tokens": 2});
    for n in 0..3000 {
        let id = format!("turn-{n}");
        put(
            "event_msg",
            json!({"type": "task_started", "turn_id": id, "model_context_window": 1000}),
        );
        put(
            "response_item",
            json!({"type": "message", "role": "user", "content": [{"type": "input_text", "text": "please"}]}),
        );
        put(
            "event_msg",
            json!({"type": "user_message", "message": "please", "images": [], "local_images": [], "text_elements": []}),
        );
        for c in 0..4 {
            let call = format!("{n}-{c}");
            put(
                "response_item",
                json!({"type": "function_call", "name": "shell", "arguments": "{}", "call_id": call}),
            );
            let output = "a line of output\n".repeat(250);
            put(
                "response_item",
                json!({"type": "function_call_output", "call_id": call, "output": output}),
            );
            put(
                "event_msg",
                json!({"type": "token_count", "rate_limits": null,
                "info": {"total_token_usage": usage, "last_token_usage": usage, "model_context_window": 9}}),
            );
        }
        put(
            "event_msg",
            json!({"type": "agent_message", "message": "an answer ".repeat(60)}),
        );
        if n % 100 == 0 {
            put("compacted", json!({"message": "s", "replacement_history": []}));
        }
        put(
            "event_msg",
            json!({"type": "task_complete", "turn_id": id, "last_agent_message": null}),
        );
    }
    file
}

fn histories(c: &mut Criterion) {
    let file = long_history();
    let file = file.as_file();
    let length = ReadAt::len(file).expect("length");
    let mut group = c.benchmark_group("history");
    group.sample_size(10);
    group.bench_function("find all turns", |b| {
        b.iter(|| {
            let mut fold = Fold::new(Keep::Spans);
            push_all(&mut fold, file, 0..u64::MAX).expect("read");
            fold.len()
        });
    });
    let mut fold = Fold::new(Keep::Spans);
    push_all(&mut fold, file, 0..u64::MAX).expect("read");
    let spans: Vec<_> = fold.spans().skip(2000).take(20).cloned().collect();
    group.bench_function("read a page of 20 turns", |b| {
        b.iter(|| {
            spans
                .iter()
                .filter_map(|span| read_turn(file, span).expect("read"))
                .count()
        });
    });
    group.bench_function("rebuild the model's history", |b| {
        b.iter(|| history::rebuild(file, length).expect("read").items.len());
    });
    group.finish();
}

criterion_group!(benches, histories);
criterion_main!(benches);
