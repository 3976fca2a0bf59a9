//! `turn_context`: the settings of a turn (persistence.md §3.3).

use codex_protocol::{AskForApproval, SandboxPolicy};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Payload of `turn_context`. What only passes through is a [`Value`]; fields of other versions are kept in `extra`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TurnContext {
    /// The turn; missing in older files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn_id: Option<String>,
    /// Working folder.
    pub cwd: String,
    /// `YYYY-MM-DD`, local.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_date: Option<String>,
    /// IANA name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// When the user is asked.
    pub approval_policy: AskForApproval,
    /// What commands may do.
    #[serde(with = "super::recase::sandbox_policy")]
    pub sandbox_policy: SandboxPolicy,
    /// The same as a profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission_profile: Option<Value>,
    /// Model.
    pub model: String,
    /// Personality.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personality: Option<String>,
    /// `{mode, settings: {model, reasoning_effort, developer_instructions}}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collaboration_mode: Option<Value>,
    /// Whether a voice conversation is going on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realtime_active: Option<bool>,
    /// Reasoning effort.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<String>,
    /// Reasoning summaries: `auto`, `concise`, `detailed`, `none`.
    pub summary: String,
    /// Schema of the final answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_output_json_schema: Option<Value>,
    /// How outputs are cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncation_policy: Option<TruncationPolicy>,
    /// Whatever other versions write.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// How a tool's output to the model is cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruncationPolicy {
    /// `bytes` or `tokens`.
    pub mode: String,
    /// How many of them are kept.
    pub limit: u64,
}
