//! Calls and outputs in the model's input: each call has one output, each output its call.

use std::collections::HashSet;

use codex_protocol::{FunctionCallOutputBody, ResponseItem};
use serde_json::Map;

/// What is sent for a call that never got an output (the file is not changed).
pub const ABORTED: &str = "aborted";

/// Gives calls without output one that says so, right behind the call, and leaves out outputs whose call is not there.
pub fn pair_calls(items: &mut Vec<ResponseItem>) {
    let mut calls = HashSet::new();
    let mut answered = HashSet::new();
    for item in items.iter() {
        if let Some(key) = call(item) {
            calls.insert(key);
        } else if let Some(key) = output(item) {
            answered.insert(key);
        }
    }
    let unpaired = items.iter().any(|item| {
        call(item).is_some_and(|key| !answered.contains(&key))
            || output(item).is_some_and(|key| !calls.contains(&key))
    });
    if !unpaired {
        return;
    }
    let mut paired = Vec::with_capacity(items.len() + 4);
    for item in std::mem::take(items) {
        if output(&item).is_some_and(|key| !calls.contains(&key)) {
            continue;
        }
        let missing = call(&item)
            .filter(|key| !answered.contains(key))
            .map(|key| aborted_output(&key));
        paired.push(item);
        paired.extend(missing);
    }
    *items = paired;
}

/// What kind of output belongs to a call.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Function,
    Custom,
    Search,
}

type Key = (Kind, String);

fn call(item: &ResponseItem) -> Option<Key> {
    match item {
        ResponseItem::FunctionCall { call_id, .. } => Some((Kind::Function, call_id.clone())),
        ResponseItem::LocalShellCall {
            call_id: Some(call_id),
            ..
        } => Some((Kind::Function, call_id.clone())),
        ResponseItem::CustomToolCall { call_id, .. } => Some((Kind::Custom, call_id.clone())),
        ResponseItem::ToolSearchCall {
            call_id: Some(call_id),
            ..
        } => Some((Kind::Search, call_id.clone())),
        _ => None,
    }
}

fn output(item: &ResponseItem) -> Option<Key> {
    match item {
        ResponseItem::FunctionCallOutput { call_id, .. } => Some((Kind::Function, call_id.clone())),
        ResponseItem::CustomToolCallOutput { call_id, .. } => Some((Kind::Custom, call_id.clone())),
        ResponseItem::ToolSearchOutput {
            call_id: Some(call_id),
            execution,
            ..
        } if execution != "server" => Some((Kind::Search, call_id.clone())),
        _ => None,
    }
}

fn aborted_output((kind, call_id): &Key) -> ResponseItem {
    let call_id = call_id.clone();
    let output = FunctionCallOutputBody::Text(ABORTED.to_owned());
    match kind {
        Kind::Function => ResponseItem::FunctionCallOutput {
            call_id,
            output,
            extra: Map::new(),
        },
        Kind::Custom => ResponseItem::CustomToolCallOutput {
            call_id,
            name: None,
            output,
            extra: Map::new(),
        },
        Kind::Search => ResponseItem::ToolSearchOutput {
            call_id: Some(call_id),
            status: "completed".to_owned(),
            execution: "client".to_owned(),
            tools: Vec::new(),
            extra: Map::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(json: serde_json::Value) -> Vec<ResponseItem> {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_call_without_output_is_said_to_be_aborted_and_an_output_without_call_is_left_out() {
        let mut history = items(serde_json::json!([
            {"type": "function_call_output", "call_id": "gone", "output": "x"},
            {"type": "function_call", "name": "f", "arguments": "{}", "call_id": "a"},
            {"type": "custom_tool_call", "name": "g", "input": "", "call_id": "b"},
            {"type": "function_call", "name": "f", "arguments": "{}", "call_id": "c"},
            {"type": "function_call_output", "call_id": "c", "output": "done"},
        ]));
        pair_calls(&mut history);
        assert_eq!(
            history,
            items(serde_json::json!([
                {"type": "function_call", "name": "f", "arguments": "{}", "call_id": "a"},
                {"type": "function_call_output", "call_id": "a", "output": "aborted"},
                {"type": "custom_tool_call", "name": "g", "input": "", "call_id": "b"},
                {"type": "custom_tool_call_output", "call_id": "b", "output": "aborted"},
                {"type": "function_call", "name": "f", "arguments": "{}", "call_id": "c"},
                {"type": "function_call_output", "call_id": "c", "output": "done"},
            ]))
        );
    }
}
