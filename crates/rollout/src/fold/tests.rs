use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// A history's bytes from payloads of events; other records as whole lines.
fn file(records: &[Value]) -> Vec<u8> {
    let mut out = Vec::new();
    for payload in records {
        let line = match payload.get("payload") {
            Some(_) => payload.clone(),
            None => json!({"timestamp": "t", "type": "event_msg", "payload": payload}),
        };
        out.extend_from_slice(line.to_string().as_bytes());
        out.push(b'\n');
    }
    out
}

fn turns(records: &[Value]) -> Vec<Turn> {
    read_turns(&*file(records)).unwrap()
}

/// `[id, status, [item ids]]`
fn brief(turns: &[Turn]) -> Value {
    let ids = |turn: &Turn| {
        turn.items
            .iter()
            .map(|item| item.id().to_owned())
            .collect::<Vec<_>>()
    };
    turns
        .iter()
        .map(|turn| json!([turn.id, turn.status, ids(turn)]))
        .collect()
}

fn began(id: &str) -> Value {
    json!({"type": "task_started", "turn_id": id, "model_context_window": null})
}

fn ended(id: &str) -> Value {
    json!({"type": "task_complete", "turn_id": id, "last_agent_message": null, "completed_at": 9})
}

fn said(text: &str) -> Value {
    json!({"type": "user_message", "message": text})
}

fn heard(text: &str) -> Value {
    json!({"type": "agent_message", "message": text})
}

fn ran(call: &str, turn: &str) -> Value {
    json!({"type": "exec_command_end", "call_id": call, "turn_id": turn, "command": ["ls"], "cwd": "/w", "parsed_cmd": [],
        "stdout": "", "stderr": "", "exit_code": 0, "duration": {"secs": 0, "nanos": 0}, "formatted_output": "", "status": "completed"})
}

fn rolled_back(turns: u32) -> Value {
    json!({"type": "thread_rolled_back", "num_turns": turns})
}

#[test]
fn without_turn_records_every_user_message_begins_a_turn() {
    let turns = turns(&[
        json!({"type": "x", "payload": {}, "timestamp": "t"}),
        said("q1"),
        heard("a1"),
        said("q2"),
    ]);
    assert_eq!(
        brief(&turns),
        json!([
            ["rollout-0", "completed", ["item-1", "item-2"]],
            ["rollout-2", "completed", ["item-3"]]
        ])
    );
}

#[test]
fn a_turn_that_never_ended_is_in_progress_until_settled() {
    let mut turns = turns(&[began("a"), said("q")]);
    assert_eq!(brief(&turns), json!([["a", "inProgress", ["item-1"]]]));
    settle(&mut turns[0]);
    assert_eq!(turns[0].status, TurnStatus::Interrupted);
}

#[test]
fn an_end_for_an_unknown_turn_ends_the_open_one() {
    let turns = turns(&[began("a"), said("q"), ended("c"), said("next")]);
    assert_eq!(
        brief(&turns),
        json!([
            ["a", "completed", ["item-1"]],
            ["rollout-3", "completed", ["item-2"]]
        ])
    );
}

#[test]
fn a_late_record_finds_its_closed_turn_and_an_unknown_one_is_lost() {
    let turns = turns(&[
        began("a"),
        began("b"),
        said("q"),
        ran("c1", "a"),
        ran("c2", "gone"),
        ended("b"),
        ended("a"),
    ]);
    assert_eq!(
        brief(&turns),
        json!([["a", "completed", ["c1"]], ["b", "completed", ["item-1"]]])
    );
    assert_eq!(turns[0].completed_at, Some(9));
}

#[test]
fn an_error_fails_the_turn_and_its_end_does_not_mend_it() {
    let error = |info: Value| json!({"type": "error", "message": "broke", "codex_error_info": info});
    let failed = turns(&[
        began("a"),
        said("q"),
        error(json!("server_overloaded")),
        ended("a"),
    ]);
    assert_eq!(failed[0].status, TurnStatus::Failed);
    assert_eq!(failed[0].error.as_ref().unwrap().message, "broke");
    let beside = turns(&[
        began("a"),
        said("q"),
        error(json!("thread_rollback_failed")),
        ended("a"),
    ]);
    assert_eq!(beside[0].status, TurnStatus::Completed);
}

#[test]
fn a_rollback_drops_turns_and_counts_on_behind_the_items_left() {
    let turns = turns(&[
        began("a"),
        said("q"),
        ran("c", "a"),
        ended("a"),
        said("x"),
        said("y"),
        rolled_back(2),
        said("z"),
    ]);
    assert_eq!(
        brief(&turns),
        json!([
            ["a", "completed", ["item-1", "c"]],
            ["rollout-7", "completed", ["item-3"]]
        ])
    );
}

#[test]
fn earlier_turns_are_asked_for_only_when_a_record_speaks_of_one() {
    let checkpoint = Checkpoint {
        offset: 0,
        records: 9,
        next_item: 7,
        turns: 3,
    };
    let next = [began("d"), said("q"), ended("d")];
    let mut fold = Fold::resume(Keep::Journal, checkpoint, || panic!("nobody spoke of them"));
    push_all(&mut fold, &*file(&next), 0..u64::MAX).unwrap();
    assert_eq!((fold.len(), fold.checkpoint().next_item), (4, 8));
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let tell = std::sync::Arc::clone(&asked);
    let mut fold = Fold::resume(Keep::Journal, checkpoint, move || {
        tell.store(true, std::sync::atomic::Ordering::Relaxed);
        let mut known = Fold::new(Keep::Spans);
        push_all(
            &mut known,
            &*file(&[began("a"), began("b"), began("c")]),
            0..u64::MAX,
        )
        .unwrap();
        known.spans().cloned().collect()
    });
    push_all(&mut fold, &*file(&[rolled_back(1)]), 0..u64::MAX).unwrap();
    assert!(asked.load(std::sync::atomic::Ordering::Relaxed));
    assert_eq!(fold.len(), 2);
}

#[test]
fn only_messages_are_searched_for_prompts_of_hooks() {
    let line = |payload: Value| {
        json!({"timestamp": "t", "type": "response_item", "payload": payload})
            .to_string()
            .into_bytes()
    };
    let kind = RecordKind::ResponseItem;
    assert!(skippable(
        kind,
        &line(json!({"type": "function_call_output", "call_id": "c", "output": "<hook_prompt"}))
    ));
    let text = json!([{"type": "input_text", "text": "<hook_prompt"}]);
    assert!(!skippable(
        kind,
        &line(json!({"type": "message", "role": "user", "content": text}))
    ));
    assert!(!skippable(
        kind,
        &line(json!({"role": "user", "content": text, "type": "message"}))
    ));
}

#[test]
fn a_compaction_alone_keeps_its_turn() {
    let compacted = json!({"timestamp": "t", "type": "compacted", "payload": {"message": "s"}});
    assert_eq!(
        brief(&turns(std::slice::from_ref(&compacted))),
        json!([["rollout-0", "completed", []]])
    );
    assert_eq!(
        brief(&turns(&[compacted, said("q")])),
        json!([["rollout-0", "completed", ["item-1"]]])
    );
}

#[test]
fn reasoning_parts_join_until_another_item_comes() {
    let part = |text: &str| json!({"type": "agent_reasoning", "text": text});
    let turns = turns(&[began("a"), part("1"), part(""), part("2"), heard("x"), part("3")]);
    assert_eq!(
        brief(&turns),
        json!([["a", "inProgress", ["item-1", "item-2", "item-3"]]])
    );
    assert!(matches!(&turns[0].items[0], ThreadItem::Reasoning { summary, .. } if summary == &["1", "2"]));
}

#[test]
fn usage_goes_to_the_turn_open_when_it_was_told() {
    let usage = json!({"input_tokens": 1, "cached_input_tokens": 0, "output_tokens": 1, "reasoning_output_tokens": 0, "total_tokens": 2});
    let count = json!({"type": "token_count", "rate_limits": null,
        "info": {"total_token_usage": usage, "last_token_usage": usage, "model_context_window": null}});
    let of = |records: &[Value]| {
        let mut fold = Fold::new(Keep::Spans);
        push_all(&mut fold, &*file(records), 0..u64::MAX).unwrap();
        fold.usage_turn_id()
    };
    assert_eq!(
        of(&[
            began("a"),
            said("q"),
            count.clone(),
            ended("a"),
            began("b"),
            said("r"),
            ended("b")
        ]),
        "a"
    );
    assert_eq!(
        of(&[
            began("a"),
            ended("a"),
            began("b"),
            count.clone(),
            ended("b"),
            rolled_back(1)
        ]),
        "a"
    );
    assert_eq!(of(&[began("a"), count.clone(), ended("a"), rolled_back(1)]), "");
    assert_eq!(of(&[began("a")]), "");
}

/// A random record, out of few turns and calls so that they meet.
fn record() -> impl Strategy<Value = Value> {
    let turn = prop_oneof![Just("a"), Just("b"), Just("c"), Just("d")];
    let call = prop_oneof![Just("c1"), Just("c2")];
    prop_oneof![
        4 => turn.clone().prop_map(began),
        3 => turn.clone().prop_map(ended),
        1 => turn.clone().prop_map(|id| json!({"type": "turn_aborted", "turn_id": id, "reason": "interrupted"})),
        5 => "[a-z]{0,3}".prop_map(|text| said(&text)),
        5 => "[a-z]{0,3}".prop_map(|text| heard(&text)),
        2 => Just(json!({"type": "agent_reasoning", "text": "t"})),
        4 => (call, turn).prop_map(|(call, turn)| ran(call, turn)),
        1 => Just(json!({"type": "view_image_tool_call", "call_id": "v", "path": "/p"})),
        1 => Just(json!({"type": "context_compacted"})),
        1 => Just(json!({"type": "error", "message": "m", "codex_error_info": null})),
        2 => (0u32..4).prop_map(rolled_back),
        1 => Just(json!({"timestamp": "t", "type": "compacted", "payload": {"message": "s", "replacement_history": []}})),
        3 => Just(json!({"timestamp": "t", "type": "response_item", "payload": {"type": "message", "role": "user", "content": []}})),
        1 => Just(json!({"timestamp": "t", "type": "from_the_future", "payload": {}})),
        1 => Just(json!({"type": "user_message", "broken": true})),
    ]
}

proptest! {
    #[test]
    fn a_turn_read_alone_is_the_turn_read_with_all(records in proptest::collection::vec(record(), 0..60)) {
        let bytes = file(&records);
        let all = read_turns(&*bytes).unwrap();
        let mut spans = Fold::new(Keep::Spans);
        push_all(&mut spans, &*bytes, 0..u64::MAX).unwrap();
        let alone: Vec<Turn> = spans.spans().map(|span| read_turn(&*bytes, span).unwrap().unwrap()).collect();
        prop_assert_eq!(alone, all);
    }

    #[test]
    fn a_journal_tells_the_same_turns_and_can_go_on_anywhere(
        records in proptest::collection::vec(record(), 0..60), stops in proptest::collection::vec(0usize..60, 0..4)) {
        // A late record that repeats an item of a turn closed before the checkpoint is not recognised (see `resume`).
        let mut records = records;
        for (n, record) in records.iter_mut().enumerate() {
            if record.get("call_id").is_some() {
                record["call_id"] = json!(format!("c{n}"));
            }
        }
        let bytes = file(&records);
        let all = read_turns(&*bytes).unwrap();
        let mut known: Vec<TurnSpan> = Vec::new();
        let mut checkpoint = Checkpoint { offset: 0, records: 0, next_item: 1, turns: 0 };
        let ends: Vec<u64> = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at as u64 + 1).collect();
        let mut stops: Vec<u64> = stops.iter().filter_map(|&n| ends.get(n).copied()).collect();
        stops.push(bytes.len() as u64);
        stops.sort_unstable();
        let mut last_open = None;
        for stop in stops {
            prop_assert_eq!(known.len(), checkpoint.turns);
            let before = known.clone();
            let mut fold = Fold::resume(Keep::Journal, checkpoint, move || before);
            // What stands behind the checkpoint is told again.
            for span in &mut known {
                span.ranges.retain(|range| range.start < checkpoint.offset);
            }
            push_all(&mut fold, &*bytes, checkpoint.offset..stop).unwrap();
            checkpoint = fold.checkpoint();
            last_open = fold.open_turn().and(fold.open_span().cloned());
            for change in fold.take_changes() {
                match change {
                    Change::Closed { index, span } => {
                        prop_assert_eq!(index, known.len());
                        known.push(*span);
                    }
                    Change::Range { index, range, items } => {
                        known[index].ranges.push(range);
                        // What stands behind the checkpoint is counted when it is told again.
                        if known[index].ranges.last().is_some_and(|range| range.start < checkpoint.offset) {
                            known[index].items = items;
                        }
                    }
                    Change::Ended { index, status, completed_at, duration_ms } => {
                        let turn = &mut known[index];
                        (turn.status, turn.completed_at, turn.duration_ms) = (status, completed_at, duration_ms);
                    }
                    Change::Truncated { len, .. } => known.truncate(len),
                }
            }
        }
        known.extend(last_open);
        let told: Vec<Turn> = known.iter().map(|span| read_turn(&*bytes, span).unwrap().unwrap()).collect();
        prop_assert_eq!(&told, &all);
        for (span, turn) in known.iter().zip(&all) {
            prop_assert_eq!(span.status, turn.status);
        }
    }

    #[test]
    fn damage_costs_at_most_the_lines_it_hits(
        records in proptest::collection::vec(record(), 1..40), at in 0usize..10_000, byte in any::<u8>(), cut in 0usize..200) {
        let mut bytes = file(&records);
        let at = at % bytes.len();
        bytes[at] = byte;
        bytes.truncate(bytes.len() - cut.min(bytes.len() - 1));
        // Whatever the damage: the fold of what is left is the fold of the lines that count as readable.
        let mut whole = Fold::new(Keep::Items);
        push_all(&mut whole, &*bytes, 0..u64::MAX).unwrap();
        let mut readable = Vec::new();
        let mut lines = LineReader::new(&*bytes, 0..u64::MAX);
        while let Some(line) = lines.next_line().unwrap() {
            if Fold::new(Keep::Spans).push_line(&line) {
                readable.extend_from_slice(line.bytes);
                readable.push(b'\n');
            }
        }
        let mut again = Fold::new(Keep::Items);
        push_all(&mut again, &*readable, 0..u64::MAX).unwrap();
        prop_assert_eq!(whole.into_turns(), again.into_turns());
    }

    #[test]
    fn records_folded_live_are_the_records_read_back(records in proptest::collection::vec(record(), 0..60)) {
        let bytes = file(&records);
        let mut live = Fold::new(Keep::Items);
        crate::reader::for_each_record(&*bytes, 0..u64::MAX, |record, _| {
            live.push(&record.item, 0..0);
            true
        }).unwrap();
        prop_assert_eq!(live.into_turns(), read_turns(&*bytes).unwrap());
    }
}
