//! Playing a script: which step answers a request, and its events in their time.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use codex_protocol::{ContentItem, FunctionCallOutputBody, FunctionCallOutputContentItem, ResponseItem};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;
use tokio::time::Instant;

use super::format::{HttpAnswer, Script, ScriptError, When};
use super::write::{Beat, Names, write};
use crate::error::{ErrorKind, ModelError};
use crate::input::InputItem;
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
    pub(crate) async fn answer<I: InputItem>(&self, request: &Request<'_, I>) -> Result<Answer, ModelError> {
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
        let names = Names::new(number, request.input.len());
        let beats = write(step, names, request.tools);
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
    fn in_request<I: InputItem>(input: &[I]) -> Self {
        let mut heard = Heard::default();
        for item in input.iter().rev().filter_map(|item| item.item().ok()) {
            match &*item {
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
    use std::time::Duration;

    use serde_json::json;

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
