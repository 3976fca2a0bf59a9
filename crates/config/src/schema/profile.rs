//! `[profiles.NAME]`: keys of the top level that may be set together under a name.

use serde::{Deserialize, Serialize};

use super::{AbsolutePath, AnalyticsToml, FeaturesToml, ToolsToml, WindowsToml};
use crate::values::*;

/// One profile.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfigProfile {
    pub model: Option<String>,
    pub model_provider: Option<String>,
    pub model_catalog_json: Option<AbsolutePath>,
    pub model_instructions_file: Option<AbsolutePath>,
    pub model_reasoning_effort: Option<ReasoningEffort>,
    pub plan_mode_reasoning_effort: Option<ReasoningEffort>,
    pub model_reasoning_summary: Option<ReasoningSummary>,
    pub model_verbosity: Option<Verbosity>,
    pub service_tier: Option<ServiceTier>,
    pub personality: Option<Personality>,
    pub approval_policy: Option<AskForApproval>,
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    pub sandbox_mode: Option<SandboxMode>,
    pub chatgpt_base_url: Option<String>,
    pub oss_provider: Option<String>,
    pub experimental_instructions_file: Option<AbsolutePath>,
    pub experimental_compact_prompt_file: Option<AbsolutePath>,
    pub include_permissions_instructions: Option<bool>,
    pub include_environment_context: Option<bool>,
    pub include_apps_instructions: Option<bool>,
    pub include_apply_patch_tool: Option<bool>,
    pub experimental_use_unified_exec_tool: Option<bool>,
    pub experimental_use_freeform_apply_patch: Option<bool>,
    pub tools: Option<ToolsToml>,
    pub tools_view_image: Option<bool>,
    pub web_search: Option<WebSearchMode>,
    pub analytics: Option<AnalyticsToml>,
    pub windows: Option<WindowsToml>,
    pub features: Option<FeaturesToml>,
    pub zsh_path: Option<AbsolutePath>,
    pub js_repl_node_path: Option<AbsolutePath>,
    pub js_repl_node_module_dirs: Option<Vec<AbsolutePath>>,
}
