//! What a model says, piece by piece: the events of a response stream, read from their JSON (turns.md §8,
//! agent.md §1.3).

use std::borrow::Cow;
use std::collections::VecDeque;

use codex_protocol::{ResponseItem, TokenUsageBreakdown};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::ModelError;
use crate::failure;
use crate::rate_limits::RateLimits;

/// One step of a response.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The response has begun.
    Created,
    /// An item was announced; deltas for it follow.
    ItemAdded(ResponseItem),
    /// An item is complete.
    ItemDone(ResponseItem),
    /// More text of the active message.
    OutputTextDelta(String),
    /// A further part of the active reasoning's summary begins.
    ReasoningSummaryPartAdded {
        /// Which part.
        summary_index: i64,
    },
    /// More text of a summary part.
    ReasoningSummaryDelta {
        /// The text.
        delta: String,
        /// Which part.
        summary_index: i64,
    },
    /// More text of the reasoning itself.
    ReasoningTextDelta {
        /// The text.
        delta: String,
        /// Which content part.
        content_index: i64,
    },
    /// More input of a custom tool call.
    CustomToolCallInputDelta {
        /// The item, if told.
        item_id: Option<String>,
        /// The call, if told.
        call_id: Option<String>,
        /// The text.
        delta: String,
    },
    /// The response is complete; nothing follows.
    Completed {
        /// The service's name for the response.
        response_id: String,
        /// The tokens it took, if told.
        usage: Option<TokenUsage>,
        /// `Some(false)`: the model wants to be asked again though it called nothing.
        end_turn: Option<bool>,
    },
    /// Limits told with the response's headers, one event per meter, `codex` first.
    RateLimits(RateLimits),
    /// The model that answers, where the service says so.
    ServerModel(String),
    /// Known verification recommendations (`trusted_access_for_cyber`), once each.
    Verifications(Vec<String>),
    /// `x-codex-turn-state`; the first of a turn goes into its later requests ([`crate::RequestHeaders::turn_state`]).
    TurnState(String),
    /// `x-models-etag`: the version of the service's model list.
    ModelsEtag(String),
    /// `x-reasoning-included`: the service's usage counts past reasoning.
    ReasoningIncluded,
}

/// Tokens of one response or of several. Serialized in the shape of a rollout's `token_count.info`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenUsage {
    /// Tokens sent.
    pub input_tokens: i64,
    /// Those of them that were in the service's cache.
    pub cached_input_tokens: i64,
    /// Tokens made.
    pub output_tokens: i64,
    /// Those of them spent on reasoning.
    pub reasoning_output_tokens: i64,
    /// What the service counts in all.
    pub total_tokens: i64,
}

impl TokenUsage {
    /// Adds the tokens of a further response.
    pub fn add(&mut self, other: &TokenUsage) {
        self.input_tokens += other.input_tokens;
        self.cached_input_tokens += other.cached_input_tokens;
        self.output_tokens += other.output_tokens;
        self.reasoning_output_tokens += other.reasoning_output_tokens;
        self.total_tokens += other.total_tokens;
    }
}

impl From<TokenUsage> for TokenUsageBreakdown {
    fn from(u: TokenUsage) -> Self {
        TokenUsageBreakdown {
            total_tokens: u.total_tokens,
            input_tokens: u.input_tokens,
            cached_input_tokens: u.cached_input_tokens,
            output_tokens: u.output_tokens,
            reasoning_output_tokens: u.reasoning_output_tokens,
        }
    }
}

/// Verifications a client can be told of.
const KNOWN_VERIFICATIONS: [&str; 1] = ["trusted_access_for_cyber"];

/// An event's JSON; only what its `type` calls for is looked at further.
#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    r#type: Cow<'a, str>,
    #[serde(borrow, default)]
    item: Option<&'a RawValue>,
    #[serde(borrow, default)]
    response: Option<&'a RawValue>,
    #[serde(borrow, default)]
    headers: Option<&'a RawValue>,
    #[serde(borrow, default)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow, default)]
    delta: Option<&'a RawValue>,
    #[serde(borrow, default)]
    summary_index: Option<&'a RawValue>,
    #[serde(borrow, default)]
    content_index: Option<&'a RawValue>,
    #[serde(borrow, default)]
    item_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    call_id: Option<&'a RawValue>,
}

fn parse<'a, T: Deserialize<'a>>(raw: Option<&'a RawValue>) -> Option<T> {
    serde_json::from_str(raw?.get()).ok()
}

/// Reads the events of one response in order; remembers a failure until the stream ends, for a good end overrules it.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    failure: Option<ModelError>,
}

impl Reader {
    /// Takes one event's data and puts what it means into `out`.
    pub(crate) fn push(&mut self, data: &str, out: &mut VecDeque<Event>) {
        let Ok(wire) = serde_json::from_str::<Wire<'_>>(data) else {
            tracing::debug!(
                bytes = data.len(),
                "skipped an event that is no JSON object with a type"
            );
            return;
        };
        if let Some(model) = told_model(&wire) {
            out.push_back(Event::ServerModel(model));
        }
        if let Some(event) = self.read(&wire) {
            out.push_back(event);
        }
    }

    /// Why the response is not complete although its stream has ended.
    pub(crate) fn closed(self) -> ModelError {
        self.failure
            .unwrap_or_else(|| ModelError::disconnected("stream closed before response.completed"))
    }

    fn read(&mut self, wire: &Wire<'_>) -> Option<Event> {
        Some(match wire.r#type.as_ref() {
            "response.created" => Event::Created,
            "response.output_item.added" => Event::ItemAdded(parse(wire.item)?),
            "response.output_item.done" => Event::ItemDone(parse(wire.item)?),
            "response.output_text.delta" => Event::OutputTextDelta(parse(wire.delta)?),
            "response.reasoning_summary_part.added" => Event::ReasoningSummaryPartAdded {
                summary_index: parse(wire.summary_index)?,
            },
            "response.reasoning_summary_text.delta" => Event::ReasoningSummaryDelta {
                delta: parse(wire.delta)?,
                summary_index: parse(wire.summary_index)?,
            },
            "response.reasoning_text.delta" => Event::ReasoningTextDelta {
                delta: parse(wire.delta)?,
                content_index: parse(wire.content_index)?,
            },
            "response.custom_tool_call_input.delta" => Event::CustomToolCallInputDelta {
                item_id: parse(wire.item_id),
                call_id: parse(wire.call_id),
                delta: parse(wire.delta)?,
            },
            "response.metadata" => Event::Verifications(verifications(wire.metadata)?),
            "response.completed" => return self.completed(wire.response?),
            "response.failed" => {
                self.failure = Some(failure::failed_event(wire.response));
                return None;
            }
            "response.incomplete" => {
                self.failure = Some(failure::incomplete_event(wire.response));
                return None;
            }
            other => {
                tracing::trace!(kind = other, "skipped an event");
                return None;
            }
        })
    }

    fn completed(&mut self, response: &RawValue) -> Option<Event> {
        #[derive(Deserialize)]
        struct Response {
            id: String,
            usage: Option<Usage>,
            end_turn: Option<bool>,
        }
        #[derive(Deserialize)]
        struct Usage {
            input_tokens: i64,
            input_tokens_details: Option<InputDetails>,
            output_tokens: i64,
            output_tokens_details: Option<OutputDetails>,
            total_tokens: i64,
        }
        #[derive(Deserialize)]
        struct InputDetails {
            #[serde(default)]
            cached_tokens: i64,
        }
        #[derive(Deserialize)]
        struct OutputDetails {
            #[serde(default)]
            reasoning_tokens: i64,
        }
        match serde_json::from_str::<Response>(response.get()) {
            Ok(Response { id, usage, end_turn }) => {
                let usage = usage.map(|u| TokenUsage {
                    input_tokens: u.input_tokens,
                    cached_input_tokens: u.input_tokens_details.map_or(0, |d| d.cached_tokens),
                    output_tokens: u.output_tokens,
                    reasoning_output_tokens: u.output_tokens_details.map_or(0, |d| d.reasoning_tokens),
                    total_tokens: u.total_tokens,
                });
                Some(Event::Completed {
                    response_id: id,
                    usage,
                    end_turn,
                })
            }
            Err(with_place) => {
                // Read once more from a tree: its errors say what is wrong without a line and column nobody can see.
                let why = serde_json::from_str::<Value>(response.get())
                    .and_then(serde_json::from_value::<Response>)
                    .err()
                    .unwrap_or(with_place);
                let why = format_args!("failed to parse ResponseCompleted: {why}").to_string();
                self.failure = Some(ModelError::disconnected(why));
                None
            }
        }
    }
}

/// The model named in an event's `response.headers` or `headers`.
fn told_model(wire: &Wire<'_>) -> Option<String> {
    #[derive(Deserialize)]
    struct Response<'a> {
        #[serde(borrow, default)]
        headers: Option<&'a RawValue>,
    }
    // Responses repeat the whole request; looking for the word first spares reading most of them.
    let of_response = wire.response.filter(|r| r.get().contains("\"headers\""));
    let in_response = parse::<Response<'_>>(of_response).and_then(|r| r.headers);
    [in_response, wire.headers].into_iter().find_map(|raw| {
        let headers: serde_json::Map<String, Value> = parse(raw)?;
        let named = |name: &str| {
            ["openai-model", "x-openai-model"]
                .iter()
                .any(|n| n.eq_ignore_ascii_case(name))
        };
        let value = headers.iter().find(|(name, _)| named(name))?.1;
        let value = if let Value::Array(list) = value {
            list.first()?
        } else {
            value
        };
        value.as_str().map(str::to_owned)
    })
}

fn verifications(metadata: Option<&RawValue>) -> Option<Vec<String>> {
    let metadata: Value = parse(metadata)?;
    let told = metadata.get("openai_verification_recommendation")?.as_array()?;
    let known: Vec<String> = KNOWN_VERIFICATIONS
        .iter()
        .filter(|known| told.iter().any(|v| v.as_str() == Some(known)))
        .map(|known| known.to_string())
        .collect();
    (!known.is_empty()).then_some(known)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(events: &[Value]) -> (Vec<Event>, Reader) {
        let mut reader = Reader::default();
        let mut out = VecDeque::new();
        for event in events {
            reader.push(&event.to_string(), &mut out);
        }
        (out.into(), reader)
    }

    fn read_one(event: Value) -> Option<Event> {
        read(&[event]).0.pop()
    }

    #[test]
    fn deltas_keep_their_indexes() {
        let summary =
            json!({"type": "response.reasoning_summary_text.delta", "delta": "s", "summary_index": 1});
        assert_eq!(
            read_one(summary),
            Some(Event::ReasoningSummaryDelta {
                delta: "s".into(),
                summary_index: 1
            })
        );
        let text = json!({"type": "response.reasoning_text.delta", "delta": "t", "content_index": 2});
        assert_eq!(
            read_one(text),
            Some(Event::ReasoningTextDelta {
                delta: "t".into(),
                content_index: 2
            })
        );
        let part = json!({"type": "response.reasoning_summary_part.added", "summary_index": 3});
        assert_eq!(
            read_one(part),
            Some(Event::ReasoningSummaryPartAdded { summary_index: 3 })
        );
        let input = json!({"type": "response.custom_tool_call_input.delta", "item_id": "i", "delta": "p"});
        let expected = Event::CustomToolCallInputDelta {
            item_id: Some("i".into()),
            call_id: None,
            delta: "p".into(),
        };
        assert_eq!(read_one(input), Some(expected));
    }

    #[test]
    fn noise_is_skipped() {
        let mut reader = Reader::default();
        let mut out = VecDeque::new();
        for data in [
            "{not json}",
            "[1, 2]",
            "[DONE]",
            "",
            r#"{"type": 5}"#,
            r#"{"type": "response.in_progress"}"#,
            r#"{"type": "error", "error": {"message": "top"}}"#,
            r#"{"type": "response.done", "response": {"id": "r"}}"#,
            r#"{"type": "response.output_item.done"}"#,
            r#"{"type": "response.output_item.done", "item": {"type": "message", "role": "assistant"}}"#,
            r#"{"type": "response.output_item.done", "item": {"no": "type"}}"#,
            r#"{"type": "response.output_text.delta"}"#,
            r#"{"type": "response.output_text.delta", "delta": 7}"#,
            r#"{"type": "response.completed"}"#,
        ] {
            reader.push(data, &mut out);
            assert_eq!(out, [], "{data}");
        }
        let closed = "stream disconnected before completion: stream closed before response.completed";
        assert_eq!(reader.closed().message(), closed);
    }

    #[test]
    fn an_item_of_an_unknown_kind_is_kept_as_it_is() {
        let item = json!({"type": "brand_new", "id": "n", "x": [1]});
        let Some(Event::ItemDone(kept)) =
            read_one(json!({"type": "response.output_item.done", "item": item}))
        else {
            panic!("not kept");
        };
        assert_eq!(serde_json::to_value(kept).unwrap(), item);
    }

    #[test]
    fn completion_brings_the_usage() {
        let usage = json!({"input_tokens": 10, "input_tokens_details": {"cached_tokens": 4},
            "output_tokens": 3, "output_tokens_details": {"reasoning_tokens": 1}, "total_tokens": 13});
        let event =
            json!({"type": "response.completed", "response": {"id": "r", "usage": usage, "end_turn": false}});
        let usage = TokenUsage {
            input_tokens: 10,
            cached_input_tokens: 4,
            output_tokens: 3,
            reasoning_output_tokens: 1,
            total_tokens: 13,
        };
        let expected = Event::Completed {
            response_id: "r".into(),
            usage: Some(usage),
            end_turn: Some(false),
        };
        assert_eq!(read_one(event), Some(expected));
        let bare = json!({"type": "response.completed", "response": {"id": "r", "usage": null}});
        let expected = Event::Completed {
            response_id: "r".into(),
            usage: None,
            end_turn: None,
        };
        assert_eq!(read_one(bare), Some(expected));
    }

    #[test]
    fn a_completion_that_does_not_parse_says_what_is_missing() {
        let closed = |response: Value| {
            let (events, reader) = read(&[json!({"type": "response.completed", "response": response})]);
            assert_eq!(events, []);
            reader.closed().message().to_owned()
        };
        let start = "stream disconnected before completion: failed to parse ResponseCompleted: ";
        assert_eq!(closed(json!({})), format!("{start}missing field `id`"));
        let usage = json!({"id": "r", "usage": {"input_tokens": 1}});
        assert_eq!(closed(usage), format!("{start}missing field `output_tokens`"));
    }

    #[test]
    fn the_last_failure_wins_unless_the_response_completes_after_all() {
        let failed = |code: &str| json!({"type": "response.failed", "response": {"error": {"code": code, "message": code}}});
        let (_, reader) = read(&[failed("anything"), failed("slow_down")]);
        assert_eq!(reader.closed().kind(), crate::ErrorKind::ServerOverloaded);
        let completed = json!({"type": "response.completed", "response": {"id": "r"}});
        let (events, _) = read(&[failed("anything"), completed]);
        assert!(matches!(events[..], [Event::Completed { .. }]));
    }

    #[test]
    fn the_answering_model_may_be_named_in_events() {
        let named = |event: Value| match read_one(event) {
            Some(Event::ServerModel(model)) => Some(model),
            _ => None,
        };
        let metadata =
            |v: Value| named(json!({"type": "response.metadata", "headers": {"x-openai-model": v}}));
        assert_eq!(
            metadata(json!(["gpt-listed", "b"])).as_deref(),
            Some("gpt-listed")
        );
        assert_eq!(metadata(json!(5)), None);
        let created = json!({"type": "response.created", "response": {"id": "r", "headers": {"OpenAI-Model": "gpt-x"}}});
        assert_eq!(
            read(&[created]).0,
            [Event::ServerModel("gpt-x".into()), Event::Created]
        );
    }

    #[test]
    fn known_verifications_are_told_once() {
        let of = |v: Value| {
            read_one(
                json!({"type": "response.metadata", "metadata": {"openai_verification_recommendation": v}}),
            )
        };
        let known = Some(Event::Verifications(vec!["trusted_access_for_cyber".into()]));
        assert_eq!(
            of(json!([
                "x",
                "trusted_access_for_cyber",
                "trusted_access_for_cyber",
                3
            ])),
            known
        );
        for nothing in [json!(["unknown"]), json!("trusted_access_for_cyber"), json!([])] {
            assert_eq!(of(nothing), None);
        }
    }
}
