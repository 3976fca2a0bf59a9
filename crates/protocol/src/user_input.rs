//! Questions and calls of the agent that only the client can answer: `item/tool/requestUserInput`, `item/tool/call`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::DynamicToolCallOutputContentItem;

/// `item/tool/requestUserInput`: the model asks the user something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolRequestUserInputParams {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// The item.
    pub item_id: String,
    pub questions: Vec<ToolRequestUserInputQuestion>,
}

/// A question to the user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolRequestUserInputQuestion {
    /// What its answer is told by.
    pub id: String,
    /// A word or two to show above it.
    pub header: String,
    pub question: String,
    /// Whether an answer of the user's own words is welcome, too.
    #[serde(default)]
    pub is_other: bool,
    /// Whether the answer must not be shown.
    #[serde(default)]
    pub is_secret: bool,
    /// Answers to choose from; null for any text.
    pub options: Option<Vec<ToolRequestUserInputOption>>,
}

/// An answer to choose from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolRequestUserInputOption {
    /// What is answered with it.
    pub label: String,
    /// What it means.
    pub description: String,
}

/// Answer to `item/tool/requestUserInput`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolRequestUserInputResponse {
    /// The answers, by the ids of the questions.
    pub answers: BTreeMap<String, ToolRequestUserInputAnswer>,
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolRequestUserInputAnswer {
    /// What was chosen or written.
    pub answers: Vec<String>,
}

/// `item/tool/call`: the model calls a tool of the client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DynamicToolCallParams {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// Tells the call from others.
    pub call_id: String,
    pub namespace: Option<String>,
    pub tool: String,
    pub arguments: Value,
}

/// Answer to `item/tool/call`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DynamicToolCallResponse {
    /// What the model is told.
    pub content_items: Vec<DynamicToolCallOutputContentItem>,
    /// Whether it is a success.
    pub success: bool,
}
