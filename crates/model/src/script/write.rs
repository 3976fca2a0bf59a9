//! A step of a script as the events that a server would send.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::format::{Chunks, Output, Pace, Step};

/// Makes ids that are the same in every run, and different within a thread even when its script starts over.
pub(super) struct Names {
    request: u64,
    length: usize,
    made: u64,
}

impl Names {
    /// Names for the request of that number, with `length` items of input.
    pub(super) fn new(request: u64, length: usize) -> Self {
        Self {
            request,
            length,
            made: 0,
        }
    }

    fn next(&mut self, kind: &str, given: &Option<String>) -> String {
        self.made += 1;
        match given {
            Some(id) => id.clone(),
            None => format!("{kind}_{}_{}_{}", self.length, self.request, self.made),
        }
    }
}

/// One moment of a played answer.
#[derive(Debug, PartialEq)]
pub(super) enum Beat {
    Data(String),
    Sleep(Duration),
    Cut,
}

/// Turns a step into the events that a server would send.
struct Writer<'a> {
    names: Names,
    tools: &'a [Value],
    beats: VecDeque<Beat>,
}

/// What `step` says to a request that offers `tools`.
pub(super) fn write(step: &Step, names: Names, tools: &[Value]) -> VecDeque<Beat> {
    Writer {
        names,
        tools,
        beats: VecDeque::new(),
    }
    .write(step)
}

impl Writer<'_> {
    fn event(&mut self, event: Value) {
        self.beats.push_back(Beat::Data(event.to_string()));
    }

    fn added(&mut self, item: Value) {
        self.event(json!({"type": "response.output_item.added", "item": item}));
    }

    fn done(&mut self, item: Value) {
        self.event(json!({"type": "response.output_item.done", "item": item}));
    }

    fn deltas(&mut self, pieces: Vec<String>, pace: Pace, event: impl Fn(String) -> Value) {
        for piece in pieces {
            if pace.pause_ms > 0 {
                self.beats
                    .push_back(Beat::Sleep(Duration::from_millis(pace.pause_ms)));
            }
            self.event(event(piece));
        }
    }

    fn write(mut self, step: &Step) -> VecDeque<Beat> {
        let response = self.names.next("resp", &None);
        self.event(json!({"type": "response.created", "response": {"id": response}}));
        let said = step.text.as_ref().map(|text| Output::Text {
            text: text.clone(),
            phase: None,
            id: None,
            pace: Pace {
                chunk: 16,
                pause_ms: 0,
            },
        });
        for output in said.iter().chain(&step.output) {
            if !self.say(output) {
                return self.beats;
            }
        }
        let usage = &step.usage;
        let mut completed = json!({"id": response, "usage": {
            "input_tokens": usage.input, "input_tokens_details": {"cached_tokens": usage.cached},
            "output_tokens": usage.output, "output_tokens_details": {"reasoning_tokens": usage.reasoning},
            "total_tokens": usage.total.unwrap_or(usage.input + usage.output),
        }});
        if let Some(end_turn) = step.end_turn {
            completed["end_turn"] = json!(end_turn);
        }
        self.event(json!({"type": "response.completed", "response": completed}));
        self.beats
    }

    /// False when nothing comes after this.
    fn say(&mut self, output: &Output) -> bool {
        match output {
            Output::Text {
                text,
                phase,
                id,
                pace,
            } => {
                let id = self.names.next("msg", id);
                let mut item = json!({"type": "message", "role": "assistant", "id": id, "content": []});
                if let Some(phase) = phase {
                    item["phase"] = json!(phase);
                }
                self.added(item.clone());
                self.deltas(
                    text.pieces(pace.chunk),
                    *pace,
                    |piece| json!({"type": "response.output_text.delta", "delta": piece}),
                );
                item["content"] = json!([{"type": "output_text", "text": text.whole()}]);
                self.done(item);
            }
            Output::Reasoning {
                summary,
                content,
                id,
                pace,
            } => self.reason(summary, content, id, *pace),
            Output::Call { name, arguments, id } => self.call(name, arguments.clone(), id),
            Output::Run { command, id } => match shell_call(self.tools, command) {
                Some((tool, arguments)) => self.call(tool, arguments.to_string(), id),
                None => {
                    let text = format!("(No shell tool is on offer to run `{command}` with.)");
                    let text = Chunks::Whole(text);
                    let pace = Pace {
                        chunk: 16,
                        pause_ms: 0,
                    };
                    return self.say(&Output::Text {
                        text,
                        phase: None,
                        id: None,
                        pace,
                    });
                }
            },
            Output::Custom {
                name,
                input,
                id,
                pace,
            } => {
                let item_id = self.names.next("ctc", &None);
                let call_id = self.names.next("call", id);
                let mut item = json!({"type": "custom_tool_call", "id": item_id, "call_id": call_id, "name": name, "input": ""});
                self.added(item.clone());
                self.deltas(input.pieces(pace.chunk), *pace, |piece| {
                    let kind = "response.custom_tool_call_input.delta";
                    json!({"type": kind, "item_id": item_id, "call_id": call_id, "delta": piece})
                });
                item["input"] = json!(input.whole());
                self.done(item);
            }
            Output::Item(item) => self.done(Value::Object(item.clone())),
            Output::Event(event) => self.event(Value::Object(event.clone())),
            Output::Delay { millis } => self.beats.push_back(Beat::Sleep(Duration::from_millis(*millis))),
            Output::Fail(failure) => {
                let members = [("code", &failure.code), ("message", &failure.message)];
                let error: Map<String, Value> = members
                    .into_iter()
                    .filter_map(|(name, value)| Some((name.to_owned(), json!(value.as_ref()?))))
                    .collect();
                self.event(json!({"type": "response.failed", "response": {"error": error}}));
                return false;
            }
            Output::Incomplete { reason } => {
                let details = json!({"reason": reason});
                self.event(
                    json!({"type": "response.incomplete", "response": {"incomplete_details": details}}),
                );
                return false;
            }
            Output::Cut => {
                self.beats.push_back(Beat::Cut);
                return false;
            }
            Output::End => return false,
        }
        true
    }

    fn reason(&mut self, summary: &[String], content: &[String], id: &Option<String>, pace: Pace) {
        let id = self.names.next("rs", id);
        self.added(json!({"type": "reasoning", "id": id, "summary": []}));
        for (index, part) in summary.iter().enumerate() {
            self.event(json!({"type": "response.reasoning_summary_part.added", "summary_index": index}));
            let pieces = Chunks::Whole(part.clone()).pieces(pace.chunk);
            self.deltas(pieces, pace, |piece| {
                json!({"type": "response.reasoning_summary_text.delta", "delta": piece, "summary_index": index})
            });
        }
        for (index, part) in content.iter().enumerate() {
            let pieces = Chunks::Whole(part.clone()).pieces(pace.chunk);
            self.deltas(pieces, pace, |piece| {
                json!({"type": "response.reasoning_text.delta", "delta": piece, "content_index": index})
            });
        }
        let texts = |kind: &str, parts: &[String]| {
            parts
                .iter()
                .map(|text| json!({"type": kind, "text": text}))
                .collect::<Vec<_>>()
        };
        let mut item = json!({"type": "reasoning", "id": id, "summary": texts("summary_text", summary)});
        if !content.is_empty() {
            item["content"] = json!(texts("reasoning_text", content));
        }
        self.done(item);
    }

    fn call(&mut self, name: &str, arguments: String, id: &Option<String>) {
        let call_id = self.names.next("call", id);
        self.done(json!({"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments}));
    }
}

/// The call that runs a command line with the shell tool on offer.
fn shell_call(tools: &[Value], command: &str) -> Option<(&'static str, Value)> {
    let offered = |name: &str| {
        tools
            .iter()
            .any(|tool| tool.get("name").and_then(Value::as_str) == Some(name))
    };
    if offered("exec_command") {
        Some(("exec_command", json!({"cmd": command})))
    } else if offered("shell_command") {
        Some(("shell_command", json!({"command": command})))
    } else if offered("shell") {
        Some(("shell", json!({"command": ["bash", "-lc", command]})))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_goes_to_whatever_shell_tool_is_on_offer() {
        let tool = |names: &[&str]| {
            let tools: Vec<Value> = names
                .iter()
                .map(|n| json!({"type": "function", "name": n}))
                .collect();
            shell_call(&tools, "ls").map(|(name, arguments)| (name, arguments.to_string()))
        };
        assert_eq!(
            tool(&["x", "exec_command", "write_stdin"]),
            Some(("exec_command", r#"{"cmd":"ls"}"#.into()))
        );
        assert_eq!(
            tool(&["shell_command"]),
            Some(("shell_command", r#"{"command":"ls"}"#.into()))
        );
        assert_eq!(
            tool(&["shell"]),
            Some(("shell", r#"{"command":["bash","-lc","ls"]}"#.into()))
        );
        assert_eq!(tool(&[]), None);
    }
}
