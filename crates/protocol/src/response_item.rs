//! The items of a conversation with the model, as the Responses API spells them.
//!
//! They pass through this program on their way between the model, the history on disk and
//! clients, so each keeps the fields it does not know (`extra`) and items of kinds it does not
//! know are kept whole (`Other`).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::Error as _;
use serde_json::Map;
use serde_json::Value;

use crate::ContentItem;
use crate::FunctionCallOutputBody;
use crate::ReasoningItemContent;
use crate::ReasoningItemReasoningSummary;

/// Whether a message is said on the way or at the end of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessagePhase {
    /// On the way; more will follow.
    Commentary,
    /// At the end.
    FinalAnswer,
}

/// How far a local shell call has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocalShellStatus {
    Completed,
    InProgress,
    Incomplete,
}

/// `rawResponseItem/completed`: an item entered the conversation with the model. Only for those who
/// asked for it at the thread's start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RawResponseItemCompletedNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    pub item: ResponseItem,
}

/// One item of a conversation with the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", tag = "type", rename_all = "snake_case")]
pub enum ResponseItem {
    /// Something said by the user, the developer or the model.
    Message {
        /// The model service's name for the item.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// `user`, `assistant`, `developer` or `system`.
        role: String,
        /// The parts of the message.
        content: Vec<ContentItem>,
        /// Whether an answer of the model is on the way or final.
        #[serde(skip_serializing_if = "Option::is_none")]
        phase: Option<MessagePhase>,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// The model thinking.
    Reasoning {
        /// Summaries meant for the user.
        summary: Vec<ReasoningItemReasoningSummary>,
        /// The thoughts themselves, where the model shows them.
        content: Option<Vec<ReasoningItemContent>>,
        /// The thoughts in a form only the model service can read.
        encrypted_content: Option<String>,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// A command of the built-in shell tool of some models.
    LocalShellCall {
        /// The model service's name for the item.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// What the output refers to.
        call_id: Option<String>,
        /// How far the call has come.
        status: LocalShellStatus,
        /// What to do.
        action: LocalShellAction,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// A call of a tool with arguments in JSON.
    FunctionCall {
        /// The model service's name for the item.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// The tool.
        name: String,
        /// The group the tool belongs to.
        #[serde(skip_serializing_if = "Option::is_none")]
        namespace: Option<String>,
        /// The arguments: a text that should hold a JSON object.
        arguments: String,
        /// What the output refers to.
        call_id: String,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// The model searches for tools it has not been told of.
    ToolSearchCall {
        /// The model service's name for the item.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// What the output refers to.
        call_id: Option<String>,
        /// How far the call has come.
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<String>,
        /// Who searches: `client` or `server`.
        execution: String,
        /// What is searched for.
        arguments: Value,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// What a function call yielded.
    FunctionCallOutput {
        /// The call this answers.
        call_id: String,
        /// The output.
        output: FunctionCallOutputBody,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// A call of a tool with free text for an argument.
    CustomToolCall {
        /// The model service's name for the item.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// How far the call has come.
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<String>,
        /// What the output refers to.
        call_id: String,
        /// The tool.
        name: String,
        /// The argument.
        input: String,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// What a custom tool call yielded.
    CustomToolCallOutput {
        /// The call this answers.
        call_id: String,
        /// The tool.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The output.
        output: FunctionCallOutputBody,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// Tools found by a tool search.
    ToolSearchOutput {
        /// The call this answers.
        call_id: Option<String>,
        /// How far the search has come.
        status: String,
        /// Who searched: `client` or `server`.
        execution: String,
        /// The tools' definitions.
        tools: Vec<Value>,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// A search of the web, done by the model service.
    WebSearchCall {
        /// The model service's name for the item.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// How far the call has come.
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<String>,
        /// What was looked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        action: Option<ResponsesApiWebSearchAction>,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// An image made by the model service.
    ImageGenerationCall {
        /// The model service's name for the item.
        id: String,
        /// How far the call has come.
        status: String,
        /// The prompt as the service rewrote it.
        #[serde(skip_serializing_if = "Option::is_none")]
        revised_prompt: Option<String>,
        /// The image in base64.
        result: String,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// A summary, readable only for the model service, that stands for all items before it.
    #[serde(alias = "compaction_summary")]
    Compaction {
        /// The summary.
        encrypted_content: String,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// An item of another kind, kept as it came.
    #[serde(skip)]
    Other(Map<String, Value>),
}

/// What a local shell call does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LocalShellAction {
    /// Runs a program.
    Exec(LocalShellExecAction),
    /// An action of another kind, kept as it came.
    #[serde(untagged)]
    Other(Map<String, Value>),
}

/// A program to run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LocalShellExecAction {
    /// Program and arguments.
    pub command: Vec<String>,
    /// When to give up, in milliseconds.
    pub timeout_ms: Option<u64>,
    /// Where to run it.
    pub working_directory: Option<String>,
    /// Environment variables to set.
    pub env: Option<BTreeMap<String, String>>,
    /// Whom to run it as.
    pub user: Option<String>,
    /// Fields not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What a web search of the model service did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ResponsesApiWebSearchAction {
    /// Asked a search engine.
    Search {
        /// The question.
        #[serde(skip_serializing_if = "Option::is_none")]
        query: Option<String>,
        /// The questions, where there were several.
        #[serde(skip_serializing_if = "Option::is_none")]
        queries: Option<Vec<String>>,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// Read a page.
    OpenPage {
        /// The page.
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// Looked for a text on a page.
    FindInPage {
        /// The page.
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// The text.
        #[serde(skip_serializing_if = "Option::is_none")]
        pattern: Option<String>,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// An action of another kind, kept as it came.
    #[serde(untagged)]
    Other(Map<String, Value>),
}

impl Serialize for ResponseItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            ResponseItem::Other(fields) => fields.serialize(serializer),
            known => ResponseItem::serialize(known, serializer),
        }
    }
}

/// An item of a known kind must have the shape of its kind; of an unknown kind any shape will do.
impl<'de> Deserialize<'de> for ResponseItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Map::deserialize(deserializer)?;
        let kind = fields
            .get("type")
            .ok_or_else(|| D::Error::missing_field("type"))?;
        match kind.as_str() {
            Some(kind) if !ResponseItem::KINDS.contains(&kind) => Ok(ResponseItem::Other(fields)),
            _ => ResponseItem::deserialize(Value::Object(fields)).map_err(D::Error::custom),
        }
    }
}

/// Builds items in the shapes this program itself writes.
impl ResponseItem {
    /// The tags of the kinds known here.
    const KINDS: &[&str] = &[
        "message",
        "reasoning",
        "local_shell_call",
        "function_call",
        "tool_search_call",
        "function_call_output",
        "custom_tool_call",
        "custom_tool_call_output",
        "tool_search_output",
        "web_search_call",
        "image_generation_call",
        "compaction",
        "compaction_summary",
    ];

    /// A message of `role` with the given parts.
    pub fn message(role: impl Into<String>, content: Vec<ContentItem>) -> Self {
        ResponseItem::Message {
            id: None,
            role: role.into(),
            content,
            phase: None,
            extra: Map::new(),
        }
    }

    /// The output of the function call `call_id`.
    pub fn function_call_output(
        call_id: impl Into<String>,
        output: impl Into<FunctionCallOutputBody>,
    ) -> Self {
        ResponseItem::FunctionCallOutput {
            call_id: call_id.into(),
            output: output.into(),
            extra: Map::new(),
        }
    }

    /// The output of the custom tool call `call_id`.
    pub fn custom_tool_call_output(
        call_id: impl Into<String>,
        output: impl Into<FunctionCallOutputBody>,
    ) -> Self {
        ResponseItem::CustomToolCallOutput {
            call_id: call_id.into(),
            name: None,
            output: output.into(),
            extra: Map::new(),
        }
    }

    /// The tag of the item's kind as it stands on the wire, if it has one.
    pub fn kind(&self) -> Option<&str> {
        Some(match self {
            ResponseItem::Message { .. } => "message",
            ResponseItem::Reasoning { .. } => "reasoning",
            ResponseItem::LocalShellCall { .. } => "local_shell_call",
            ResponseItem::FunctionCall { .. } => "function_call",
            ResponseItem::ToolSearchCall { .. } => "tool_search_call",
            ResponseItem::FunctionCallOutput { .. } => "function_call_output",
            ResponseItem::CustomToolCall { .. } => "custom_tool_call",
            ResponseItem::CustomToolCallOutput { .. } => "custom_tool_call_output",
            ResponseItem::ToolSearchOutput { .. } => "tool_search_output",
            ResponseItem::WebSearchCall { .. } => "web_search_call",
            ResponseItem::ImageGenerationCall { .. } => "image_generation_call",
            ResponseItem::Compaction { .. } => "compaction",
            ResponseItem::Other(fields) => return fields.get("type")?.as_str(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn round_trip(item: Value) -> Value {
        let item: ResponseItem = serde_json::from_value(item).expect("an item");
        serde_json::to_value(item).expect("JSON")
    }

    #[test]
    fn fields_not_known_survive_a_round_trip() {
        for item in [
            json!({"type": "message", "role": "user", "content": [{"type": "input_text", "text": "x", "y": [1]}], "metadata": {"a": null}}),
            json!({"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "s"}], "content": null, "encrypted_content": "e"}),
            json!({"type": "function_call_output", "call_id": "c", "output": [{"type": "input_file", "file_id": "f"}], "status": "completed"}),
            json!({"type": "web_search_call", "status": "completed", "action": {"type": "scroll", "by": 3}}),
        ] {
            assert_eq!(round_trip(item.clone()), item);
        }
    }

    #[test]
    fn items_of_unknown_kinds_survive_a_round_trip() {
        let item = json!({"type": "ghost_snapshot", "ghost_commit": {"id": "c", "parent": null}});
        assert_eq!(round_trip(item.clone()), item);
        assert_eq!(
            serde_json::from_value::<ResponseItem>(item)
                .expect("an item")
                .kind(),
            Some("ghost_snapshot")
        );
    }

    #[test]
    fn an_item_of_a_known_kind_must_have_its_shape() {
        let error = serde_json::from_value::<ResponseItem>(json!({"type": "message"})).expect_err("no role");
        assert_eq!(error.to_string(), "missing field `role`");
    }

    #[test]
    fn an_output_is_a_text_or_a_list() {
        let text = json!({"type": "function_call_output", "call_id": "c", "output": "done"});
        assert_eq!(
            serde_json::from_value::<ResponseItem>(text).expect("an item"),
            ResponseItem::function_call_output("c", "done")
        );
    }
}
