//! What a model is asked: the body of `POST /responses` (turns.md §9) and the headers that say who asks
//! (agent.md §10.2).

use std::collections::BTreeMap;
use std::io;

use codex_protocol::ResponseItem;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::input::{Input, InputItem};

/// `reasoning` of the body. Absent from requests to models without reasoning summaries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reasoning {
    /// `none` … `xhigh`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effort: Option<String>,
    /// `auto`, `concise` or `detailed`; `None` when no summary is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// The `format` of a structured answer.
#[derive(Debug, Clone, Copy)]
pub struct OutputFormat<'a> {
    /// The schema's name, `codex_output_schema` for turns.
    pub name: &'a str,
    /// The JSON schema as the client gave it.
    pub schema: &'a Value,
    /// Whether the answer must follow it to the letter.
    pub strict: bool,
}

impl<'a> OutputFormat<'a> {
    /// The format of a turn's `outputSchema`.
    pub fn of_turn(schema: &'a Value) -> Self {
        Self {
            name: "codex_output_schema",
            schema,
            strict: true,
        }
    }
}

/// One request to a model. Everything is borrowed: the body is written straight from the history.
///
/// `input` may be of items, references to them, or anything else that is an [`InputItem`].
#[derive(Debug)]
pub struct Request<'a, I = ResponseItem> {
    /// The model's slug.
    pub model: &'a str,
    /// The base text of the thread; left out of the body when empty.
    pub instructions: &'a str,
    /// Context messages and history.
    pub input: &'a [I],
    /// Tools as the Responses API writes them.
    pub tools: &'a [Value],
    /// Whether the model may make several calls in one response.
    pub parallel_tool_calls: bool,
    /// `None` for models without reasoning; decides `include` too.
    pub reasoning: Option<Reasoning>,
    /// `priority` or `flex`.
    pub service_tier: Option<&'a str>,
    /// The thread's id.
    pub prompt_cache_key: &'a str,
    /// `low`, `medium` or `high`.
    pub verbosity: Option<&'a str>,
    /// The format of a structured answer.
    pub output_format: Option<OutputFormat<'a>>,
    /// `client_metadata`, such as `x-codex-installation-id`.
    pub client_metadata: &'a BTreeMap<String, String>,
    /// Who asks, for whom.
    pub headers: &'a RequestHeaders,
}

/// The headers of a request that depend on who asks; values that can't be headers are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestHeaders {
    /// `originator`: the client's name.
    pub originator: String,
    /// `user-agent`.
    pub user_agent: String,
    /// `session_id` and `x-client-request-id`.
    pub thread_id: String,
    /// Compactions of the thread so far; `x-codex-window-id` is `THREAD:N`.
    pub window: u64,
    /// `x-codex-beta-features`, comma-separated; not sent when empty.
    pub beta_features: String,
    /// `x-codex-turn-metadata`, see [`ascii_json`]; not sent when empty.
    pub turn_metadata: String,
    /// `x-codex-turn-state`: the first value the service gave in this turn ([`crate::Event::TurnState`]).
    pub turn_state: Option<String>,
    /// `x-openai-subagent`: `review`, `compact`, … for threads that are not a user's.
    pub subagent: Option<String>,
    /// `x-codex-parent-thread-id`, of spawned agents.
    pub parent_thread_id: Option<String>,
}

impl RequestHeaders {
    /// Name and value of each header there is, without the ones that are the same for all requests.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![
            ("session_id", self.thread_id.clone()),
            ("x-client-request-id", self.thread_id.clone()),
            ("x-codex-window-id", format!("{}:{}", self.thread_id, self.window)),
        ];
        let optional = [
            (
                "x-codex-beta-features",
                Some(&self.beta_features).filter(|v| !v.is_empty()),
            ),
            (
                "x-codex-turn-metadata",
                Some(&self.turn_metadata).filter(|v| !v.is_empty()),
            ),
            ("x-codex-turn-state", self.turn_state.as_ref()),
            ("x-openai-subagent", self.subagent.as_ref()),
            ("x-codex-parent-thread-id", self.parent_thread_id.as_ref()),
        ];
        pairs.extend(
            optional
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?.clone()))),
        );
        pairs
    }
}

/// JSON in plain ASCII, as a header value needs it: other characters become `\uXXXX`.
pub fn ascii_json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string(value)?;
    if text.is_ascii() {
        return Ok(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    Ok(out)
}

impl<I: InputItem> Request<'_, I> {
    /// Writes the body as it goes over the wire. With `store` the service keeps the response and is told the items' own
    /// ids.
    pub(crate) fn write(&self, store: bool, out: impl io::Write) -> io::Result<()> {
        Ok(serde_json::to_writer(out, &Body { request: self, store })?)
    }
}

struct Body<'a, I> {
    request: &'a Request<'a, I>,
    store: bool,
}

impl<I: InputItem> Serialize for Body<'_, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let r = self.request;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("model", r.model)?;
        if !r.instructions.is_empty() {
            map.serialize_entry("instructions", r.instructions)?;
        }
        map.serialize_entry(
            "input",
            &Input {
                items: r.input,
                keep_ids: self.store,
            },
        )?;
        map.serialize_entry("tools", r.tools)?;
        map.serialize_entry("tool_choice", "auto")?;
        map.serialize_entry("parallel_tool_calls", &r.parallel_tool_calls)?;
        map.serialize_entry("reasoning", &r.reasoning)?;
        map.serialize_entry("store", &self.store)?;
        map.serialize_entry("stream", &true)?;
        let include: &[&str] = if r.reasoning.is_some() {
            &["reasoning.encrypted_content"]
        } else {
            &[]
        };
        map.serialize_entry("include", include)?;
        if let Some(tier) = r.service_tier {
            map.serialize_entry("service_tier", tier)?;
        }
        map.serialize_entry("prompt_cache_key", r.prompt_cache_key)?;
        if r.verbosity.is_some() || r.output_format.is_some() {
            map.serialize_entry(
                "text",
                &Text {
                    verbosity: r.verbosity,
                    format: r.output_format,
                },
            )?;
        }
        if !r.client_metadata.is_empty() {
            map.serialize_entry("client_metadata", r.client_metadata)?;
        }
        map.end()
    }
}

struct Text<'a> {
    verbosity: Option<&'a str>,
    format: Option<OutputFormat<'a>>,
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Format<'a> {
            r#type: &'static str,
            strict: bool,
            schema: &'a Value,
            name: &'a str,
        }
        let mut map = serializer.serialize_map(None)?;
        if let Some(verbosity) = self.verbosity {
            map.serialize_entry("verbosity", verbosity)?;
        }
        if let Some(OutputFormat { name, schema, strict }) = self.format {
            map.serialize_entry(
                "format",
                &Format {
                    r#type: "json_schema",
                    strict,
                    schema,
                    name,
                },
            )?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request<'a>(headers: &'a RequestHeaders, metadata: &'a BTreeMap<String, String>) -> Request<'a> {
        Request {
            model: "m",
            instructions: "Be good.",
            input: &[],
            tools: &[],
            parallel_tool_calls: false,
            reasoning: None,
            service_tier: None,
            prompt_cache_key: "t",
            verbosity: None,
            output_format: None,
            client_metadata: metadata,
            headers,
        }
    }

    fn body(request: &Request<'_>) -> Value {
        let mut body = Vec::new();
        request.write(false, &mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    #[test]
    fn a_plain_request_has_just_the_members_it_needs() {
        let metadata = BTreeMap::from([("x-codex-installation-id".to_string(), "i".to_string())]);
        let expected = json!({
            "model": "m", "instructions": "Be good.", "input": [], "tools": [], "tool_choice": "auto",
            "parallel_tool_calls": false, "reasoning": null, "store": false, "stream": true, "include": [],
            "prompt_cache_key": "t", "client_metadata": {"x-codex-installation-id": "i"},
        });
        assert_eq!(body(&request(&RequestHeaders::default(), &metadata)), expected);
    }

    #[test]
    fn reasoning_asks_for_its_encrypted_form() {
        let (headers, metadata) = Default::default();
        let mut r = request(&headers, &metadata);
        r.reasoning = Some(Reasoning {
            effort: Some("high".into()),
            summary: None,
        });
        let body = body(&r);
        assert_eq!(body["reasoning"], json!({"effort": "high"}));
        assert_eq!(body["include"], json!(["reasoning.encrypted_content"]));
    }

    #[test]
    fn a_schema_and_a_verbosity_go_into_text() {
        let (headers, metadata) = Default::default();
        let schema = json!({"type": "object"});
        let mut r = request(&headers, &metadata);
        r.output_format = Some(OutputFormat::of_turn(&schema));
        let format = json!({"type": "json_schema", "strict": true, "schema": {"type": "object"}, "name": "codex_output_schema"});
        assert_eq!(body(&r)["text"], json!({"format": format}));
        r.verbosity = Some("low");
        assert_eq!(body(&r)["text"], json!({"verbosity": "low", "format": format}));
    }

    #[test]
    fn an_empty_instruction_is_no_instruction() {
        let (headers, metadata) = Default::default();
        let mut r = request(&headers, &metadata);
        r.instructions = "";
        assert!(body(&r).get("instructions").is_none());
    }

    #[test]
    fn header_json_is_ascii() {
        assert_eq!(
            ascii_json(&json!({"color": "blüe 🦀"})).unwrap(),
            r#"{"color":"bl\u00fce \ud83e\udd80"}"#
        );
    }

    #[test]
    fn optional_headers_are_absent_when_there_is_nothing_to_say() {
        let headers = RequestHeaders {
            thread_id: "t".into(),
            window: 2,
            ..RequestHeaders::default()
        };
        let expected = [
            ("session_id", "t"),
            ("x-client-request-id", "t"),
            ("x-codex-window-id", "t:2"),
        ];
        assert_eq!(headers.pairs(), expected.map(|(k, v)| (k, v.to_string())));
    }
}
