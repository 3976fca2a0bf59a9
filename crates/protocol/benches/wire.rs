//! What reading a request and writing a notification cost. A delta is the message sent most: it has
//! to take less than a microsecond.

use std::hint::black_box;

use codex_protocol::AgentMessageDeltaNotification;
use codex_protocol::ClientRequest;
use codex_protocol::ServerNotification;
use criterion::Criterion;
use criterion::criterion_group;
use criterion::criterion_main;
use serde_json::value::RawValue;

fn parse_request(c: &mut Criterion) {
    for (name, method, params) in [
        (
            "parse turn/start",
            "turn/start",
            r#"{"threadId":"0192f1c0-7f5a-7c11-9f0a-1234567890ab","input":[{"type":"text","text":"Fix the failing test."}],"cwd":"/work","model":"gpt-5.5","effort":"high"}"#,
        ),
        (
            "parse thread/read",
            "thread/read",
            r#"{"threadId":"0192f1c0-7f5a-7c11-9f0a-1234567890ab","includeTurns":true}"#,
        ),
    ] {
        let params = RawValue::from_string(params.to_owned()).expect("JSON");
        c.bench_function(name, |b| {
            b.iter(|| ClientRequest::parse(black_box(method), Some(black_box(&params))).expect("valid"));
        });
    }
}

fn write_delta(c: &mut Criterion) {
    let notification = ServerNotification::from(AgentMessageDeltaNotification {
        thread_id: "0192f1c0-7f5a-7c11-9f0a-1234567890ab".to_owned(),
        turn_id: "0192f1c0-8a10-7d52-8c3b-abcdef012345".to_owned(),
        item_id: "msg_0f1e2d3c4b5a".to_owned(),
        delta: " the next few words".to_owned(),
    });
    let mut buffer = Vec::with_capacity(512);
    c.bench_function("write item/agentMessage/delta", |b| {
        b.iter(|| {
            buffer.clear();
            serde_json::to_writer(&mut buffer, black_box(&notification)).expect("written");
            black_box(&buffer);
        });
    });
}

criterion_group!(benches, parse_request, write_delta);
criterion_main!(benches);
