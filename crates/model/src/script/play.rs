//! Playing a script: which step answers a request, and the events it says.

use std::borrow::Borrow;
use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use codex_protocol::{ContentItem, FunctionCallOutputBody, FunctionCallOutputContentItem, ResponseItem};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::format::{HttpAnswer, Output, Pace, Script, ScriptError, Step, When};
use crate::error::{ErrorKind, ModelError};
use crate::provider::BUILT_IN_SCRIPT;
use crate::request::Request;
use crate::transport::{Answer, Broken, Frames};

/// A model that plays a script. The script is read at the first request.
pub(crate) struct ScriptedModel {
    source: String,
    progress: Mutex<Progress>,
}

/// How far the script has been played.
#[derive(Default)]
struct Progress {
    script: Option<Arc<Script>>,
    /// How many requests each step has answered since the last start over.
    answered: Vec<u64>,
    /// Requests so far.
    requests: u64,
}

impl ScriptedModel {
    /// A model playing the script file `source`, or the built-in one.
    pub(crate) fn new(source: &str) -> Self {
        Self {
            source: source.to_owned(),
            progress: Mutex::default(),
        }
    }

    fn progress(&self) -> std::sync::MutexGuard<'_, Progress> {
        // What a panicking holder leaves behind are counters, all of them usable.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn script(&self) -> Result<Arc<Script>, ScriptError> {
        if let Some(script) = &self.progress().script {
            return Ok(script.clone());
        }
        let script = if self.source == BUILT_IN_SCRIPT {
            Script::demo()
        } else {
            let path = Path::new(&self.source).to_owned();
            let read = tokio::task::spawn_blocking(move || Script::load(&path)).await;
            read.unwrap_or_else(|e| {
                Err(ScriptError::Read {
                    file: self.source.clone(),
                    reason: e.to_string(),
                })
            })?
        };
        let mut progress = self.progress();
        progress.answered = vec![0; script.steps.len()];
        Ok(progress.script.insert(Arc::new(script)).clone())
    }

    /// The answer to a request.
    ///
    /// # Errors
    /// The script can't be read, or has nothing to say to this.
    pub(crate) async fn answer<I: Borrow<ResponseItem>>(
        &self,
        request: &Request<'_, I>,
    ) -> Result<Answer, ModelError> {
        let refuse = |why: String| ModelError::new(ErrorKind::Refused, format!("scripted model: {why}"));
        let script = self.script().await.map_err(|e| refuse(e.to_string()))?;
        let heard = Heard::in_request(request.input);
        let (number, step) = {
            let mut progress = self.progress();
            progress.requests += 1;
            let number = progress.requests;
            let step = choose(&script, &mut progress.answered, &heard).ok_or_else(|| {
                let user: String = heard.user.chars().take(80).collect();
                let after = if heard.tool.is_some() {
                    ", after a tool output"
                } else {
                    ""
                };
                let source = &self.source;
                refuse(format!(
                    "{source} has no step for request {number} (newest user text: {user:?}{after})"
                ))
            })?;
            (number, &script.steps[step])
        };
        if let Some(answer) = &step.http {
            return Ok(refusal(answer, &self.source));
        }
        let names = Names {
            request: number,
            length: request.input.len(),
            made: 0,
        };
        let beats = Writer {
            names,
            tools: request.tools,
            beats: VecDeque::new(),
        }
        .write(step);
        Ok(Answer::Stream {
            headers: header_map(&step.headers),
            frames: Frames::Script(ScriptFrames::new(beats)),
        })
    }
}

/// What a request brings that steps may ask for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Heard {
    /// The newest user message.
    user: String,
    /// The newest tool output since then.
    tool: Option<String>,
}

impl Heard {
    fn in_request<I: Borrow<ResponseItem>>(input: &[I]) -> Self {
        let mut heard = Heard::default();
        for item in input.iter().rev().map(Borrow::borrow) {
            match item {
                ResponseItem::Message { role, content, .. } if role == "user" => {
                    heard.user = message_text(content);
                    break;
                }
                ResponseItem::FunctionCallOutput { output, .. }
                | ResponseItem::CustomToolCallOutput { output, .. }
                    if heard.tool.is_none() =>
                {
                    heard.tool = Some(output_text(output));
                }
                _ => {}
            }
        }
        heard
    }

    fn fits(&self, when: &When) -> bool {
        let user = when
            .user
            .as_ref()
            .is_none_or(|part| self.user.contains(part.as_str()));
        let tool = when
            .tool
            .as_ref()
            .is_none_or(|part| self.tool.as_ref().is_some_and(|t| t.contains(part.as_str())));
        user && tool
    }
}

fn message_text(content: &[ContentItem]) -> String {
    let texts = content.iter().filter_map(|part| match part {
        ContentItem::InputText { text, .. } | ContentItem::OutputText { text, .. } => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

fn output_text(output: &FunctionCallOutputBody) -> String {
    match output {
        FunctionCallOutputBody::Text(text) => text.clone(),
        FunctionCallOutputBody::Items(items) => items
            .iter()
            .filter_map(|part| match part {
                FunctionCallOutputContentItem::InputText { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect(),
        FunctionCallOutputBody::Other(value) => value.to_string(),
    }
}

/// The first step that has answers left and fits; when there is none and the script loops, all are fresh again.
fn choose(script: &Script, answered: &mut [u64], heard: &Heard) -> Option<usize> {
    let fitting = |answered: &[u64]| {
        let steps = script.steps.iter().zip(answered);
        steps.clone().position(|(step, answered)| {
            (step.times == 0 || *answered < step.times) && heard.fits(&step.when)
        })
    };
    let mut chosen = fitting(answered);
    if chosen.is_none() && script.repeat {
        answered.fill(0);
        chosen = fitting(answered);
    }
    answered[chosen?] += 1;
    chosen
}

fn header_map(headers: &BTreeMap<String, String>) -> HeaderMap {
    let pair = |(name, value): (&String, &String)| {
        Some((
            HeaderName::try_from(name).ok()?,
            HeaderValue::try_from(value).ok()?,
        ))
    };
    headers.iter().filter_map(pair).collect()
}

fn refusal(answer: &HttpAnswer, source: &str) -> Answer {
    let body = match &answer.body {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    Answer::Refused {
        status: StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        headers: header_map(&answer.headers),
        body: body.into_bytes(),
        url: format!("script:{source}"),
    }
}

/// Makes ids that are the same in every run, and different within a thread even when its script starts over.
struct Names {
    request: u64,
    length: usize,
    made: u64,
}

impl Names {
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
enum Beat {
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
                    let text = super::format::Chunks::Whole(text);
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
            let pieces = super::format::Chunks::Whole(part.clone()).pieces(pace.chunk);
            self.deltas(pieces, pace, |piece| {
                json!({"type": "response.reasoning_summary_text.delta", "delta": piece, "summary_index": index})
            });
        }
        for (index, part) in content.iter().enumerate() {
            let pieces = super::format::Chunks::Whole(part.clone()).pieces(pace.chunk);
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

/// An answer being played.
pub(crate) struct ScriptFrames {
    beats: VecDeque<Beat>,
    /// When the pause that has begun is over.
    wake: Option<Instant>,
}

impl ScriptFrames {
    fn new(beats: VecDeque<Beat>) -> Self {
        Self { beats, wake: None }
    }

    /// The next event's data; `None` when the stream has ended. Nothing is lost when the future is dropped.
    pub(crate) async fn next(&mut self) -> Option<Result<String, Broken>> {
        while let Some(Beat::Sleep(pause)) = self.beats.front() {
            let wake = *self.wake.get_or_insert_with(|| Instant::now() + *pause);
            tokio::time::sleep_until(wake).await;
            self.wake = None;
            self.beats.pop_front();
        }
        match self.beats.pop_front()? {
            Beat::Data(data) => Some(Ok(data)),
            Beat::Cut => Some(Err(Broken::Cut)),
            Beat::Sleep(_) => unreachable!("pauses were waited for above"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(items: Value) -> Vec<ResponseItem> {
        serde_json::from_value(items).unwrap()
    }

    fn user(text: &str) -> Value {
        json!({"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]})
    }

    fn output(text: &str) -> Value {
        json!({"type": "function_call_output", "call_id": "c", "output": text})
    }

    #[test]
    fn a_tool_output_counts_until_the_next_user_message() {
        let heard = Heard::in_request(&input(json!([user("one"), output("old"), user("two")])));
        assert_eq!(
            heard,
            Heard {
                user: "two".into(),
                tool: None
            }
        );
        let heard = Heard::in_request(&input(json!([user("one"), output("a"), output("b")])));
        assert_eq!(
            heard,
            Heard {
                user: "one".into(),
                tool: Some("b".into())
            }
        );
    }

    fn plays(script: &str, requests: &[(&str, Option<&str>)]) -> Vec<Option<usize>> {
        let script = Script::parse("s.toml", script).unwrap();
        let mut answered = vec![0; script.steps.len()];
        let heard = |(user, tool): &(&str, Option<&str>)| Heard {
            user: user.to_string(),
            tool: tool.map(str::to_owned),
        };
        requests
            .iter()
            .map(|r| choose(&script, &mut answered, &heard(r)))
            .collect()
    }

    #[test]
    fn steps_are_played_in_order_and_once() {
        let script = "[[steps]]\ntext = 'a'\n[[steps]]\ntext = 'b'";
        assert_eq!(plays(script, &[("", None); 3]), [Some(0), Some(1), None]);
    }

    #[test]
    fn a_loop_starts_over_and_times_repeat_a_step() {
        let script = "loop = true\n[[steps]]\ntimes = 2\ntext = 'a'\n[[steps]]\ntext = 'b'";
        assert_eq!(
            plays(script, &[("", None); 4]),
            [Some(0), Some(0), Some(1), Some(0)]
        );
        let forever = "[[steps]]\ntimes = 0\ntext = 'a'";
        assert_eq!(plays(forever, &[("", None); 3]), [Some(0); 3]);
    }

    #[test]
    fn conditions_choose_among_the_steps() {
        let script =
            "loop = true\n[[steps]]\nwhen = { tool = 'ok' }\n[[steps]]\nwhen = { user = 'list' }\n[[steps]]";
        let requests = [
            ("list it", None),
            ("list it", Some("all ok")),
            ("other", Some("bad")),
            ("list", None),
        ];
        assert_eq!(plays(script, &requests), [Some(1), Some(0), Some(2), Some(1)]);
    }

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

    #[tokio::test(start_paused = true)]
    async fn a_pause_goes_on_after_an_interrupted_wait() {
        let beats = [Beat::Sleep(Duration::from_secs(10)), Beat::Data("x".into())];
        let mut frames = ScriptFrames::new(beats.into());
        let start = Instant::now();
        let early = tokio::time::timeout(Duration::from_secs(6), frames.next()).await;
        assert!(early.is_err());
        assert!(matches!(frames.next().await, Some(Ok(data)) if data == "x"));
        assert_eq!(start.elapsed(), Duration::from_secs(10));
    }
}
