//! The shape of `config.toml`: every key with its type, as serde types (config.md §10).
//!
//! A table of the merged layers is read into [`ConfigToml`]; written out as JSON it is the effective configuration
//! `config/read` shows: every key, null when unset. A field is named exactly like its key, and what a key does is told on
//! the field of [`crate::Config`] it ends up in; saying so again on each field here would say nothing, hence the lint.
#![allow(missing_docs)]

mod extensions;
mod features;
mod mcp;
mod path;
mod permissions;
mod profile;
mod provider;
mod sections;
mod telemetry;
mod tui;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use extensions::*;
pub use features::{FeatureToml, FeaturesToml};
pub use mcp::{McpEnvVar, McpServerToml, McpToolToml, McpTransport, ToolApprovalMode};
pub use path::AbsolutePath;
pub(crate) use path::{PATH_KEYS, with_base};
pub use permissions::*;
pub use profile::ConfigProfile;
pub use provider::{AwsToml, BuiltInProvider, ModelProviderToml, ProviderAuthToml, WireApi};
pub use sections::*;
pub use telemetry::*;
pub use tui::*;

use crate::values::*;

/// Everything that may stand in `config.toml`; unknown keys are passed over.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfigToml {
    pub model: Option<String>,
    pub review_model: Option<String>,
    pub model_provider: Option<String>,
    #[serde(deserialize_with = "provider::checked")]
    pub model_providers: BTreeMap<String, ModelProviderToml>,
    pub model_context_window: Option<i64>,
    pub model_auto_compact_token_limit: Option<i64>,
    pub model_catalog_json: Option<AbsolutePath>,
    pub model_reasoning_effort: Option<ReasoningEffort>,
    pub plan_mode_reasoning_effort: Option<ReasoningEffort>,
    pub model_reasoning_summary: Option<ReasoningSummary>,
    pub model_supports_reasoning_summaries: Option<bool>,
    pub model_verbosity: Option<Verbosity>,
    pub service_tier: Option<ServiceTier>,
    pub personality: Option<Personality>,
    pub openai_base_url: Option<String>,
    pub chatgpt_base_url: Option<String>,
    pub oss_provider: Option<String>,

    pub instructions: Option<String>,
    pub developer_instructions: Option<String>,
    pub model_instructions_file: Option<AbsolutePath>,
    pub experimental_instructions_file: Option<AbsolutePath>,
    pub compact_prompt: Option<String>,
    pub experimental_compact_prompt_file: Option<AbsolutePath>,
    pub include_permissions_instructions: Option<bool>,
    pub include_environment_context: Option<bool>,
    pub include_apps_instructions: Option<bool>,
    pub commit_attribution: Option<String>,
    pub project_doc_max_bytes: Option<usize>,
    pub project_doc_fallback_filenames: Option<Vec<String>>,
    pub project_root_markers: Option<Vec<String>>,
    pub projects: Option<BTreeMap<String, ProjectConfig>>,

    pub profile: Option<String>,
    pub profiles: BTreeMap<String, ConfigProfile>,

    pub approval_policy: Option<AskForApproval>,
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    pub auto_review: Option<AutoReviewToml>,
    pub sandbox_mode: Option<SandboxMode>,
    pub sandbox_workspace_write: Option<SandboxWorkspaceWriteToml>,
    pub default_permissions: Option<String>,
    pub permissions: Option<PermissionsToml>,
    pub shell_environment_policy: ShellEnvironmentPolicyToml,
    pub allow_login_shell: Option<bool>,
    pub zsh_path: Option<AbsolutePath>,
    pub background_terminal_max_timeout: Option<u64>,
    pub tool_output_token_limit: Option<usize>,
    pub tools: Option<ToolsToml>,
    pub web_search: Option<WebSearchMode>,

    pub features: Option<FeaturesToml>,
    pub suppress_unstable_features_warning: Option<bool>,
    pub experimental_use_unified_exec_tool: Option<bool>,
    pub experimental_use_freeform_apply_patch: Option<bool>,

    pub mcp_servers: BTreeMap<String, McpServerToml>,
    pub mcp_oauth_credentials_store: Option<McpCredentialsStore>,
    pub mcp_oauth_callback_port: Option<u16>,
    pub mcp_oauth_callback_url: Option<String>,
    pub skills: Option<SkillsToml>,
    pub hooks: Option<HooksToml>,
    pub plugins: BTreeMap<String, PluginToml>,
    pub marketplaces: BTreeMap<String, MarketplaceToml>,
    pub apps: Option<AppsToml>,
    pub tool_suggest: Option<ToolSuggestToml>,
    pub agents: Option<AgentsToml>,
    pub memories: Option<MemoriesToml>,

    pub history: Option<HistoryToml>,
    pub notify: Option<Vec<String>>,
    pub log_dir: Option<AbsolutePath>,
    pub sqlite_home: Option<AbsolutePath>,
    pub cli_auth_credentials_store: Option<AuthCredentialsStore>,
    pub forced_login_method: Option<ForcedLoginMethod>,
    pub forced_chatgpt_workspace_id: Option<String>,
    pub analytics: Option<AnalyticsToml>,
    pub feedback: Option<FeedbackToml>,
    pub otel: Option<OtelToml>,
    pub ghost_snapshot: Option<GhostSnapshotToml>,
    pub audio: Option<AudioToml>,
    pub realtime: Option<RealtimeToml>,
    pub experimental_realtime_ws_base_url: Option<String>,
    pub experimental_realtime_ws_model: Option<String>,
    pub experimental_realtime_ws_backend_prompt: Option<String>,
    pub experimental_realtime_ws_startup_context: Option<String>,
    pub experimental_realtime_start_instructions: Option<String>,
    pub experimental_thread_config_endpoint: Option<String>,
    pub experimental_thread_store: Option<toml::Value>,
    pub experimental_thread_store_endpoint: Option<String>,
    pub hide_agent_reasoning: Option<bool>,
    pub show_raw_agent_reasoning: Option<bool>,
    pub windows: Option<WindowsToml>,
    pub notice: Option<NoticeToml>,

    pub tui: Option<TuiToml>,
    pub file_opener: Option<FileOpener>,
    pub check_for_update_on_startup: Option<bool>,
    pub disable_paste_burst: Option<bool>,
    pub windows_wsl_setup_acknowledged: Option<bool>,
    pub js_repl_node_path: Option<AbsolutePath>,
    pub js_repl_node_module_dirs: Option<Vec<AbsolutePath>>,
}
