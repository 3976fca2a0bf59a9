//! A script file: its shape, and errors that name file, line and key.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

/// The demonstration played when no script is given.
const DEMO: &str = include_str!("../../data/demo.toml");

/// What a model is to answer, request by request.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Whether the steps start over when none is left.
    #[serde(default, rename = "loop")]
    pub(super) repeat: bool,
    /// In the order in which they are tried.
    pub(super) steps: Vec<Step>,
}

/// The answer to one request, or to several.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// When this step may answer; always, when absent.
    #[serde(default)]
    pub when: When,
    /// How many requests it answers; 0: any number.
    #[serde(default = "once")]
    pub times: u64,
    /// A message, said before `output`.
    pub text: Option<Chunks>,
    /// What is said, in order.
    #[serde(default)]
    pub output: Vec<Output>,
    /// The tokens the answer takes.
    #[serde(default)]
    pub usage: Usage,
    /// False: the model wants to be asked again.
    pub end_turn: Option<bool>,
    /// Headers of the answer.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Instead of all that: an answer that is no stream.
    pub http: Option<HttpAnswer>,
}

fn once() -> u64 {
    1
}

/// What must be in the request; all that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct When {
    /// A part of the newest user message.
    pub user: Option<String>,
    /// A part of the newest tool output since that message; the empty text: any output.
    pub tool: Option<String>,
}

/// A text and how it is cut for streaming: one text is cut into pieces, a list is streamed as it is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
pub(super) enum Chunks {
    Whole(String),
    Pieces(Vec<String>),
}

impl Chunks {
    pub fn whole(&self) -> String {
        match self {
            Chunks::Whole(text) => text.clone(),
            Chunks::Pieces(pieces) => pieces.concat(),
        }
    }

    /// The pieces to stream, each of `size` characters where the script does not cut the text itself.
    pub fn pieces(&self, size: usize) -> Vec<String> {
        match self {
            Chunks::Pieces(pieces) => pieces.clone(),
            Chunks::Whole(text) => {
                let chars: Vec<char> = text.chars().collect();
                chars.chunks(size).map(|piece| piece.iter().collect()).collect()
            }
        }
    }
}

/// Token numbers of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Usage {
    pub input: i64,
    pub cached: i64,
    pub output: i64,
    pub reasoning: i64,
    /// Absent: input and output together.
    pub total: Option<i64>,
}

impl Default for Usage {
    fn default() -> Self {
        Self {
            input: 100,
            cached: 0,
            output: 10,
            reasoning: 0,
            total: None,
        }
    }
}

/// An answer with a status.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HttpAnswer {
    pub status: u16,
    /// A text as it is, anything else as JSON.
    #[serde(default)]
    pub body: Value,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
}

/// Why a response failed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Failure {
    pub code: Option<String>,
    pub message: Option<String>,
}

/// One thing of an answer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "RawOutput")]
pub(super) enum Output {
    Text {
        text: Chunks,
        phase: Option<String>,
        id: Option<String>,
        pace: Pace,
    },
    Reasoning {
        summary: Vec<String>,
        content: Vec<String>,
        id: Option<String>,
        pace: Pace,
    },
    Call {
        name: String,
        arguments: String,
        id: Option<String>,
    },
    Run {
        command: String,
        id: Option<String>,
    },
    Custom {
        name: String,
        input: Chunks,
        id: Option<String>,
        pace: Pace,
    },
    Item(Map<String, Value>),
    Event(Map<String, Value>),
    Delay {
        millis: u64,
    },
    Fail(Failure),
    Incomplete {
        reason: String,
    },
    Cut,
    End,
}

/// How fast something is streamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pace {
    /// Characters in a piece.
    pub chunk: usize,
    /// Milliseconds before each piece.
    pub pause_ms: u64,
}

/// An entry of `output` as it is written: one key says what it is, others how.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOutput {
    text: Option<Chunks>,
    reasoning: Option<Chunks>,
    call: Option<String>,
    run: Option<String>,
    custom: Option<String>,
    item: Option<Map<String, Value>>,
    event: Option<Map<String, Value>>,
    delay_ms: Option<u64>,
    fail: Option<Failure>,
    incomplete: Option<String>,
    cut: Option<bool>,
    end: Option<bool>,

    id: Option<String>,
    phase: Option<String>,
    content: Option<Chunks>,
    arguments: Option<Value>,
    input: Option<Chunks>,
    chunk: Option<usize>,
    pause_ms: Option<u64>,
}

const KINDS: &str = "`text`, `reasoning`, `call`, `run`, `custom`, `item`, `event`, `delay_ms`, `fail`, `incomplete`, `cut`, `end`";

impl TryFrom<RawOutput> for Output {
    type Error = String;

    fn try_from(raw: RawOutput) -> Result<Self, String> {
        // For each kind: whether it is given, its key, and the keys that may stand beside it.
        let kinds: [(bool, &str, &[&str]); 12] = [
            (raw.text.is_some(), "text", &["id", "phase", "chunk", "pause_ms"]),
            (
                raw.reasoning.is_some(),
                "reasoning",
                &["id", "content", "chunk", "pause_ms"],
            ),
            (raw.call.is_some(), "call", &["id", "arguments"]),
            (raw.run.is_some(), "run", &["id"]),
            (
                raw.custom.is_some(),
                "custom",
                &["id", "input", "chunk", "pause_ms"],
            ),
            (raw.item.is_some(), "item", &[]),
            (raw.event.is_some(), "event", &[]),
            (raw.delay_ms.is_some(), "delay_ms", &[]),
            (raw.fail.is_some(), "fail", &[]),
            (raw.incomplete.is_some(), "incomplete", &[]),
            (raw.cut.is_some(), "cut", &[]),
            (raw.end.is_some(), "end", &[]),
        ];
        let given: Vec<_> = kinds.iter().filter(|(given, ..)| *given).collect();
        let [(_, kind, allowed)] = given[..] else {
            if let [(_, first, _), (_, second, _), ..] = given[..] {
                return Err(format!(
                    "`{first}` and `{second}` can't stand in one entry; write two"
                ));
            }
            return Err(format!("an entry of `output` needs one of {KINDS}"));
        };
        let modifiers = [
            (raw.id.is_some(), "id"),
            (raw.phase.is_some(), "phase"),
            (raw.content.is_some(), "content"),
            (raw.arguments.is_some(), "arguments"),
            (raw.input.is_some(), "input"),
            (raw.chunk.is_some(), "chunk"),
            (raw.pause_ms.is_some(), "pause_ms"),
        ];
        if let Some((_, key)) = modifiers
            .iter()
            .find(|(given, key)| *given && !allowed.contains(key))
        {
            return Err(format!("`{key}` has no meaning beside `{kind}`"));
        }
        if raw.chunk == Some(0) {
            return Err("`chunk` must be at least 1".to_owned());
        }
        let pace = Pace {
            chunk: raw.chunk.unwrap_or(16),
            pause_ms: raw.pause_ms.unwrap_or(0),
        };
        let parts = |chunks: Option<Chunks>| match chunks {
            None => Vec::new(),
            Some(Chunks::Whole(text)) => vec![text],
            Some(Chunks::Pieces(parts)) => parts,
        };
        let id = raw.id;
        Ok(if let Some(text) = raw.text {
            Output::Text {
                text,
                phase: raw.phase,
                id,
                pace,
            }
        } else if let Some(summary) = raw.reasoning {
            Output::Reasoning {
                summary: parts(Some(summary)),
                content: parts(raw.content),
                id,
                pace,
            }
        } else if let Some(name) = raw.call {
            let arguments = match raw.arguments {
                None => "{}".to_owned(),
                Some(Value::String(text)) => text,
                Some(value) => value.to_string(),
            };
            Output::Call { name, arguments, id }
        } else if let Some(command) = raw.run {
            Output::Run { command, id }
        } else if let Some(name) = raw.custom {
            let input = raw.input.unwrap_or(Chunks::Whole(String::new()));
            Output::Custom {
                name,
                input,
                id,
                pace,
            }
        } else if let Some(item) = raw.item {
            Output::Item(item)
        } else if let Some(event) = raw.event {
            Output::Event(event)
        } else if let Some(millis) = raw.delay_ms {
            Output::Delay { millis }
        } else if let Some(failure) = raw.fail {
            Output::Fail(failure)
        } else if let Some(reason) = raw.incomplete {
            Output::Incomplete { reason }
        } else if raw.cut.is_some() {
            Output::Cut
        } else {
            Output::End
        })
    }
}

/// Why a script can't be played.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// The file can't be read.
    #[error("cannot read the script {file}: {reason}")]
    Read {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// The file is no script. Shown as `FILE:LINE:COLUMN: KEY: WHAT`.
    #[error("{file}:{line}:{column}: {}{message}", if key.is_empty() { String::new() } else { format!("{key}: ") })]
    Content {
        /// The file.
        file: String,
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// The way to the place, such as `steps[2].output[0].text`; empty for the whole.
        key: String,
        /// What is wrong.
        message: String,
    },
}

impl Script {
    /// The built-in demonstration.
    pub fn demo() -> Self {
        Self::parse("demo.toml", DEMO).expect("the demonstration is tested to parse")
    }

    /// Reads a script file; JSON when its name ends in `.json`, TOML otherwise.
    ///
    /// # Errors
    /// The file can't be read or is no script.
    pub fn load(path: &Path) -> Result<Self, ScriptError> {
        let file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&file, &text),
            Err(e) => Err(ScriptError::Read {
                file,
                reason: e.to_string(),
            }),
        }
    }

    /// Reads a script from its text; `file` names it in errors and tells its format.
    ///
    /// # Errors
    /// The text is no script.
    pub fn parse(file: &str, text: &str) -> Result<Self, ScriptError> {
        let parsed = if file.ends_with(".json") {
            parse_json(text)
        } else {
            parse_toml(text)
        };
        let script = parsed.map_err(
            |Flaw {
                 line,
                 column,
                 key,
                 message,
             }| ScriptError::Content {
                file: file.to_owned(),
                line,
                column,
                key,
                message,
            },
        )?;
        if script.steps.is_empty() {
            let message = "a script needs at least one step".to_owned();
            return Err(ScriptError::Content {
                file: file.to_owned(),
                line: 1,
                column: 1,
                key: "steps".to_owned(),
                message,
            });
        }
        Ok(script)
    }
}

/// What is wrong, and where.
struct Flaw {
    line: usize,
    column: usize,
    key: String,
    message: String,
}

/// The way to a key as people write it; the root has none.
fn key_of(path: &serde_path_to_error::Path) -> String {
    Some(path.to_string()).filter(|p| p != ".").unwrap_or_default()
}

fn parse_json(text: &str) -> Result<Script, Flaw> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let flaw = |e: serde_json::Error, key| {
        // serde_json ends its words with the place, which is told apart here.
        let message = e.to_string();
        let message = message
            .rsplit_once(" at line ")
            .map_or(message.as_str(), |(words, _)| words);
        Flaw {
            line: e.line(),
            column: e.column().max(1),
            key,
            message: message.to_owned(),
        }
    };
    let script = serde_path_to_error::deserialize(&mut deserializer).map_err(|e| {
        let key = key_of(e.path());
        flaw(e.into_inner(), key)
    })?;
    deserializer.end().map_err(|e| flaw(e, String::new()))?;
    Ok(script)
}

fn parse_toml(text: &str) -> Result<Script, Flaw> {
    let flaw = |e: toml::de::Error, key| {
        let start = e.span().map_or(0, |s| s.start).min(text.len());
        let before = &text.as_bytes()[..start];
        let line_start = before.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        Flaw {
            line,
            column: start - line_start + 1,
            key,
            message: e.message().to_owned(),
        }
    };
    let deserializer = toml::Deserializer::parse(text).map_err(|e| flaw(e, String::new()))?;
    serde_path_to_error::deserialize(deserializer).map_err(|e| {
        let key = key_of(e.path());
        flaw(e.into_inner(), key)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(file: &str, text: &str) -> String {
        Script::parse(file, text).unwrap_err().to_string()
    }

    #[test]
    fn the_demonstration_parses() {
        assert!(Script::demo().steps.len() >= 2);
    }

    #[test]
    fn json_and_toml_say_the_same() {
        let toml = "loop = true\n[[steps]]\nwhen = { user = 'hi' }\noutput = [{ call = 'f', arguments = { a = 1 } }, { cut = true }]";
        let json = r#"{"loop": true, "steps": [{"when": {"user": "hi"},
            "output": [{"call": "f", "arguments": {"a": 1}}, {"cut": true}]}]}"#;
        assert_eq!(Script::parse("s.toml", toml), Script::parse("s.json", json));
        assert!(Script::parse("s.toml", toml).is_ok());
    }

    #[test]
    fn a_bad_script_is_told_by_file_line_and_key() {
        let bad_type = error("s.toml", "[[steps]]\ntext = 'a'\n\n[[steps]]\ntimes = 'x'\n");
        assert!(
            bad_type.starts_with("s.toml:5:9: steps[1].times: invalid type: string \"x\""),
            "{bad_type}"
        );
        let unknown = error("s.toml", "[[steps]]\ntekst = 'a'\n");
        assert!(unknown.starts_with("s.toml:2:1: "), "{unknown}");
        assert!(
            unknown.contains("unknown field `tekst`, expected one of"),
            "{unknown}"
        );
        let syntax = error("s.toml", "[[steps]\n");
        assert!(syntax.starts_with("s.toml:1:"), "{syntax}");
        let json = error("s.json", "{\n  \"steps\": [\n    {\"times\": \"x\"}\n  ]\n}");
        assert!(json.starts_with("s.json:3:"), "{json}");
        assert!(
            json.contains("steps[0].times: invalid type: string \"x\", expected u64"),
            "{json}"
        );
    }

    #[test]
    fn an_entry_is_one_thing() {
        let two = error("s.toml", "[[steps]]\noutput = [{ text = 'a', cut = true }]");
        assert!(
            two.contains("steps[0].output[0]: `text` and `cut` can't stand in one entry"),
            "{two}"
        );
        let none = error("s.toml", "[[steps]]\noutput = [{ id = 'a' }]");
        assert!(none.contains("needs one of `text`, `reasoning`"), "{none}");
        let modifier = error("s.toml", "[[steps]]\noutput = [{ cut = true, phase = 'x' }]");
        assert!(
            modifier.contains("`phase` has no meaning beside `cut`"),
            "{modifier}"
        );
    }

    #[test]
    fn a_script_without_steps_is_none() {
        assert!(error("s.toml", "steps = []").contains("steps: a script needs at least one step"));
        assert!(error("s.toml", "").contains("missing field `steps`"));
    }

    #[test]
    fn texts_are_cut_at_characters() {
        let whole = Chunks::Whole("grüße".into());
        assert_eq!(whole.pieces(3), ["grü", "ße"]);
        assert_eq!(Chunks::Pieces(vec!["a".into(), "b".into()]).whole(), "ab");
    }
}
