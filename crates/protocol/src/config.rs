//! The configuration as clients read and write it: `config/*`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::AbsolutePathBuf;
use crate::ApprovalsReviewer;
use crate::AskForApproval;
use crate::ReasoningEffort;
use crate::ReasoningSummary;
use crate::SandboxMode;
use crate::ServiceTier;
use crate::Verbosity;
use crate::default_true;

/// `config/read`: asks for the configuration in force.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigReadParams {
    /// Whether to tell the layers it is made of.
    #[serde(default)]
    pub include_layers: bool,
    /// A folder whose project's settings are to count; none unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
}

/// Result of `config/read`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConfigReadResponse {
    /// The configuration.
    pub config: Config,
    /// Where each setting is from, by its dotted key.
    pub origins: BTreeMap<String, ConfigLayerMetadata>,
    /// The layers, the strongest first; only if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layers: Option<Vec<ConfigLayer>>,
}

/// The configuration, with the names of the file. Other settings than those named here come along,
/// too.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Config {
    pub model: Option<String>,
    /// The model for reviews.
    pub review_model: Option<String>,
    /// How many tokens the model can deal with, if the catalogue is wrong about it.
    pub model_context_window: Option<i64>,
    /// How many tokens a conversation may have before it is summarized.
    pub model_auto_compact_token_limit: Option<i64>,
    pub model_provider: Option<String>,
    pub approval_policy: Option<AskForApproval>,
    /// Who is asked for leave.
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    pub sandbox_mode: Option<SandboxMode>,
    pub sandbox_workspace_write: Option<SandboxWorkspaceWrite>,
    /// The only workspace that may log in.
    pub forced_chatgpt_workspace_id: Option<String>,
    /// The only way to log in.
    pub forced_login_method: Option<ForcedLoginMethod>,
    pub web_search: Option<WebSearchMode>,
    pub tools: Option<ToolsV2>,
    /// The set of settings that is in force.
    pub profile: Option<String>,
    /// Sets of settings, by their names.
    #[serde(default)]
    pub profiles: BTreeMap<String, ProfileV2>,
    /// Unused; kept for old files.
    pub instructions: Option<String>,
    /// A message of the developer before each conversation.
    pub developer_instructions: Option<String>,
    /// How to summarize a conversation.
    pub compact_prompt: Option<String>,
    pub model_reasoning_effort: Option<ReasoningEffort>,
    pub model_reasoning_summary: Option<ReasoningSummary>,
    pub model_verbosity: Option<Verbosity>,
    pub service_tier: Option<ServiceTier>,
    pub analytics: Option<AnalyticsConfig>,
    /// Settings of apps. Experimental.
    #[serde(default)]
    pub apps: Option<AppsConfig>,
    /// All other settings.
    #[serde(flatten)]
    pub additional: BTreeMap<String, Value>,
}

/// Settings about usage statistics.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AnalyticsConfig {
    /// Whether they are sent.
    pub enabled: Option<bool>,
    /// All other settings.
    #[serde(flatten)]
    pub additional: BTreeMap<String, Value>,
}

/// Settings of apps, by their ids.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AppsConfig {
    /// What holds for apps that are not named.
    #[serde(rename = "_default", default)]
    pub default: Option<AppsDefaultConfig>,
    /// Settings of single apps.
    #[serde(flatten)]
    pub additional: BTreeMap<String, AppConfig>,
}

/// What holds for apps that are not named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppsDefaultConfig {
    /// Whether they may be used.
    #[serde(default = "default_true")]
    pub enabled: bool,
    /// Whether their tools that destroy something may be used.
    #[serde(default = "default_true")]
    pub destructive_enabled: bool,
    /// Whether their tools that reach beyond the service may be used.
    #[serde(default = "default_true")]
    pub open_world_enabled: bool,
}

/// The only way to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ForcedLoginMethod {
    Chatgpt,
    Api,
}

/// A set of settings, with the names of the file. Other settings than those named here come along,
/// too.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ProfileV2 {
    pub model: Option<String>,
    pub model_provider: Option<String>,
    pub approval_policy: Option<AskForApproval>,
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    pub service_tier: Option<ServiceTier>,
    pub model_reasoning_effort: Option<ReasoningEffort>,
    pub model_reasoning_summary: Option<ReasoningSummary>,
    pub model_verbosity: Option<Verbosity>,
    pub web_search: Option<WebSearchMode>,
    pub tools: Option<ToolsV2>,
    pub chatgpt_base_url: Option<String>,
    /// All other settings.
    #[serde(flatten)]
    pub additional: BTreeMap<String, Value>,
}

/// Settings of tools.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ToolsV2 {
    pub web_search: Option<WebSearchToolConfig>,
    /// Whether the model may look at image files.
    pub view_image: Option<bool>,
}

/// Settings of searches on the web.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebSearchToolConfig {
    /// How much of what is found the model is given.
    pub context_size: Option<WebSearchContextSize>,
    /// The only hosts to look at.
    pub allowed_domains: Option<Vec<String>>,
    /// Where the user is, for results nearby.
    pub location: Option<WebSearchLocation>,
}

/// How much of what is found on the web the model is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WebSearchContextSize {
    Low,
    Medium,
    High,
}

/// Where the user is, roughly.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebSearchLocation {
    pub country: Option<String>,
    pub region: Option<String>,
    pub city: Option<String>,
    /// As in `Europe/Rome`.
    pub timezone: Option<String>,
}

/// Whether the web is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WebSearchMode {
    Disabled,
    /// Only what the service has stored.
    Cached,
    /// The web as it is.
    Live,
}

/// What the sandbox `workspace-write` allows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SandboxWorkspaceWrite {
    /// Folders to write in beside the working directory.
    #[serde(default)]
    pub writable_roots: Vec<PathBuf>,
    /// Whether the network may be used.
    #[serde(default)]
    pub network_access: bool,
    /// Whether writing in `$TMPDIR` is forbidden.
    #[serde(default)]
    pub exclude_tmpdir_env_var: bool,
    /// Whether writing in `/tmp` is forbidden.
    #[serde(default)]
    pub exclude_slash_tmp: bool,
}

/// A layer of the configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigLayer {
    /// Where it is from.
    pub name: ConfigLayerSource,
    /// Changes whenever its content does.
    pub version: String,
    /// Its content.
    pub config: Value,
    /// Why it does not count, if it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_reason: Option<String>,
}

/// Where a layer of the configuration is from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ConfigLayerSource {
    /// The device management.
    Mdm { domain: String, key: String },
    /// The machine's file.
    System { file: AbsolutePathBuf },
    /// The user's file.
    User { file: AbsolutePathBuf },
    /// A project's folder.
    Project {
        /// The folder `.codex` in it.
        dot_codex_folder: AbsolutePathBuf,
    },
    /// The command line, or the client.
    SessionFlags,
    /// The administrator's older file.
    LegacyManagedConfigTomlFromFile { file: AbsolutePathBuf },
    /// The device management's older settings.
    LegacyManagedConfigTomlFromMdm,
}

/// A layer of the configuration without its content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConfigLayerMetadata {
    /// Where it is from.
    pub name: ConfigLayerSource,
    /// Changes whenever its content does.
    pub version: String,
}

/// `config/value/write`: changes one setting in a file of the configuration. Comments and order are
/// kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigValueWriteParams {
    /// Which one, dotted; parts with odd characters in quotes.
    pub key_path: String,
    /// The new value; null removes the setting.
    pub value: Value,
    /// What becomes of a table that is there.
    pub merge_strategy: MergeStrategy,
    /// The file; the user's unless said. No other can be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_path: Option<String>,
    /// The version the file should have; another one is left alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<String>,
}

/// What becomes of a table that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MergeStrategy {
    /// The value takes its place.
    Replace,
    /// The value's members are put into it.
    Upsert,
}

/// Result of `config/value/write` and `config/batchWrite`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigWriteResponse {
    /// Whether the change has an effect.
    pub status: WriteStatus,
    /// The version the file has now.
    pub version: String,
    /// The file.
    pub file_path: AbsolutePathBuf,
    /// Why the change has no effect, if it has none.
    pub overridden_metadata: Option<OverriddenMetadata>,
}

/// Why a change of the configuration has no effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OverriddenMetadata {
    /// A sentence for people.
    pub message: String,
    /// The layer that says otherwise.
    pub overriding_layer: ConfigLayerMetadata,
    /// What it says.
    pub effective_value: Value,
}

/// Whether a change of the configuration has an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WriteStatus {
    Ok,
    /// It was made, but a stronger layer says otherwise.
    OkOverridden,
}

/// `config/batchWrite`: makes several changes to the configuration, all or none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigBatchWriteParams {
    /// The changes, in this order.
    pub edits: Vec<ConfigEdit>,
    /// The file; the user's unless said. No other can be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_path: Option<String>,
    /// The version the file should have; another one is left alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<String>,
    /// Whether open threads take the changes over, as far as they can.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reload_user_config: bool,
}

/// A change to the configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigEdit {
    /// Which setting, dotted; parts with odd characters in quotes.
    pub key_path: String,
    /// The new value; null removes the setting.
    pub value: Value,
    /// What becomes of a table that is there.
    pub merge_strategy: MergeStrategy,
}

/// `configWarning`: something is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConfigWarningNotification {
    pub summary: String,
    /// More about it.
    pub details: Option<String>,
    /// The file, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The place in the file, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<TextRange>,
}

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextRange {
    pub start: TextPosition,
    /// Where it ends.
    pub end: TextPosition,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextPosition {
    /// The line, counted from 1.
    pub line: usize,
    /// The character in the line, counted from 1.
    pub column: usize,
}

/// Settings of an app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppConfig {
    /// When the user is asked about its tools.
    pub default_tools_approval_mode: Option<AppToolApproval>,
    /// Whether its tools may be used, unless said otherwise tool by tool.
    pub default_tools_enabled: Option<bool>,
    /// Whether its tools that destroy something may be used.
    pub destructive_enabled: Option<bool>,
    /// Whether it may be used.
    #[serde(default = "default_true")]
    pub enabled: bool,
    /// Whether its tools that reach beyond the service may be used.
    pub open_world_enabled: Option<bool>,
    /// Settings of its tools, by their names.
    pub tools: Option<AppToolsConfig>,
}

/// When the user is asked about a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AppToolApproval {
    /// When the tool says that it changes something.
    Auto,
    /// Always.
    Prompt,
    /// Never.
    Approve,
}

/// Settings of a tool of an app.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AppToolConfig {
    pub approval_mode: Option<AppToolApproval>,
    pub enabled: Option<bool>,
}

/// Settings of an app's tools, by the tools' names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AppToolsConfig {
    /// The tools' settings.
    #[serde(flatten)]
    pub tools: BTreeMap<String, AppToolConfig>,
}
