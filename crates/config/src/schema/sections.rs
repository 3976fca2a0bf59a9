//! Small tables of the top level that belong to the agent itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::AbsolutePath;
use crate::values::TrustLevel;

/// `[projects."PATH"]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProjectConfig {
    pub trust_level: Option<TrustLevel>,
}

/// `[auto_review]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AutoReviewToml {
    pub policy: Option<String>,
}

/// `[tools]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ToolsToml {
    #[serde(deserialize_with = "web_search_or_switch")]
    pub web_search: Option<WebSearchToolToml>,
    pub view_image: Option<bool>,
}

/// `[tools.web_search]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WebSearchToolToml {
    pub context_size: Option<WebSearchContextSize>,
    pub allowed_domains: Option<Vec<String>>,
    pub location: Option<WebSearchLocation>,
}

/// How much of what was found the model gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WebSearchContextSize {
    Low,
    Medium,
    High,
}

/// Where the user is, roughly.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WebSearchLocation {
    pub country: Option<String>,
    pub region: Option<String>,
    pub city: Option<String>,
    pub timezone: Option<String>,
}

/// A bare boolean is an old spelling that says nothing any more.
fn web_search_or_switch<'de, D: Deserializer<'de>>(de: D) -> Result<Option<WebSearchToolToml>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum WebSearchToolConfigInput {
        Switch(#[allow(dead_code)] bool),
        Options(WebSearchToolToml),
    }
    Ok(match Option::<WebSearchToolConfigInput>::deserialize(de)? {
        Some(WebSearchToolConfigInput::Options(options)) => Some(options),
        Some(WebSearchToolConfigInput::Switch(_)) | None => None,
    })
}

/// `[agents]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AgentsToml {
    pub max_threads: Option<usize>,
    pub max_depth: Option<i32>,
    pub job_max_runtime_seconds: Option<u64>,
    pub interrupt_message: Option<bool>,
    #[serde(flatten)]
    pub roles: BTreeMap<String, AgentRoleToml>,
}

/// `[agents.ROLE]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AgentRoleToml {
    pub description: Option<String>,
    pub config_file: Option<AbsolutePath>,
    pub nickname_candidates: Option<Vec<String>>,
}

/// `[memories]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MemoriesToml {
    #[serde(alias = "no_memories_if_mcp_or_web_search")]
    pub disable_on_external_context: Option<bool>,
    pub generate_memories: Option<bool>,
    pub use_memories: Option<bool>,
    pub max_raw_memories_for_consolidation: Option<usize>,
    pub max_unused_days: Option<i64>,
    pub max_rollout_age_days: Option<i64>,
    pub max_rollouts_per_startup: Option<usize>,
    pub min_rollout_idle_hours: Option<i64>,
    pub min_rate_limit_remaining_percent: Option<i64>,
    pub extract_model: Option<String>,
    pub consolidation_model: Option<String>,
}

/// `[history]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryToml {
    pub persistence: HistoryPersistence,
    #[serde(default)]
    pub max_bytes: Option<usize>,
}

/// Whether typed messages are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HistoryPersistence {
    SaveAll,
    None,
}

/// `[ghost_snapshot]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GhostSnapshotToml {
    #[serde(alias = "ignore_untracked_files_over_bytes")]
    pub ignore_large_untracked_files: Option<i64>,
    #[serde(alias = "large_untracked_dir_warning_threshold")]
    pub ignore_large_untracked_dirs: Option<i64>,
    pub disable_warnings: Option<bool>,
}

/// `[windows]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowsToml {
    pub sandbox: Option<WindowsSandbox>,
    pub sandbox_private_desktop: Option<bool>,
}

/// Which sandbox is used on Windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WindowsSandbox {
    Elevated,
    Unelevated,
}

/// `[audio]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AudioToml {
    pub microphone: Option<String>,
    pub speaker: Option<String>,
}

/// `[realtime]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RealtimeToml {
    pub version: Option<RealtimeVersion>,
    #[serde(rename = "type")]
    pub kind: Option<RealtimeKind>,
    pub transport: Option<RealtimeTransport>,
    pub voice: Option<String>,
}

/// Of the realtime protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RealtimeVersion {
    V1,
    V2,
}

/// What a realtime session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RealtimeKind {
    Conversational,
    Transcription,
}

/// How a realtime session is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RealtimeTransport {
    Webrtc,
    Websocket,
}
