//! What is plugged in: skills, hooks, plugins, marketplaces, apps, tool suggestions, credentials of MCP servers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AbsolutePath, McpToolToml, ToolApprovalMode};

/// `mcp_oauth_credentials_store`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum McpCredentialsStore {
    Auto,
    File,
    Keyring,
}

/// `[skills]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SkillsToml {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundled: Option<BundledSkillsToml>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_instructions: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub config: Vec<SkillToml>,
}

/// `[skills.bundled]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BundledSkillsToml {
    #[serde(default = "yes")]
    pub enabled: bool,
}

/// `[[skills.config]]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SkillToml {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<AbsolutePath>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub enabled: bool,
}

/// `[hooks]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct HooksToml {
    pub pre_tool_use: Vec<HookGroup>,
    pub permission_request: Vec<HookGroup>,
    pub post_tool_use: Vec<HookGroup>,
    pub session_start: Vec<HookGroup>,
    pub user_prompt_submit: Vec<HookGroup>,
    pub stop: Vec<HookGroup>,
    #[serde(rename = "state", skip_serializing_if = "BTreeMap::is_empty")]
    pub state: BTreeMap<String, HookState>,
}

/// Hooks for the calls a matcher matches.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HookGroup {
    pub matcher: Option<String>,
    pub hooks: Vec<HookToml>,
}

/// One hook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum HookToml {
    Command {
        command: String,
        #[serde(default)]
        timeout: Option<u64>,
        #[serde(default)]
        r#async: bool,
        #[serde(default, rename = "statusMessage")]
        status_message: Option<String>,
    },
    Prompt {},
    Agent {},
}

/// What the user decided about a hook.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HookState {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// `[plugins."NAME@MARKET"]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PluginToml {
    #[serde(default = "yes")]
    pub enabled: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mcp_servers: BTreeMap<String, PluginMcpServerToml>,
}

/// Settings of a server that a plugin brings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PluginMcpServerToml {
    #[serde(default = "yes")]
    pub enabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled_tools: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_tools: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_tools_approval_mode: Option<ToolApprovalMode>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tools: BTreeMap<String, McpToolToml>,
}

/// `[marketplaces.NAME]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MarketplaceToml {
    pub last_updated: Option<String>,
    pub last_revision: Option<String>,
    pub source_type: Option<MarketplaceSource>,
    pub source: Option<String>,
    pub r#ref: Option<String>,
    pub sparse_paths: Option<Vec<String>>,
}

/// How a marketplace is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MarketplaceSource {
    Git,
    Local,
}

/// `[apps]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AppsToml {
    #[serde(rename = "_default", skip_serializing_if = "Option::is_none")]
    pub default: Option<AppsDefaultToml>,
    #[serde(flatten)]
    pub apps: BTreeMap<String, AppToml>,
}

/// `[apps._default]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppsDefaultToml {
    #[serde(default = "yes")]
    pub enabled: bool,
    #[serde(default = "yes")]
    pub destructive_enabled: bool,
    #[serde(default = "yes")]
    pub open_world_enabled: bool,
}

/// `[apps.NAME]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppToml {
    #[serde(default = "yes")]
    pub enabled: bool,
    #[serde(default)]
    pub destructive_enabled: Option<bool>,
    #[serde(default)]
    pub open_world_enabled: Option<bool>,
    #[serde(default)]
    pub default_tools_approval_mode: Option<ToolApprovalMode>,
    #[serde(default)]
    pub default_tools_enabled: Option<bool>,
    #[serde(default)]
    pub tools: Option<BTreeMap<String, AppToolToml>>,
}

/// `[apps.NAME.tools.TOOL]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AppToolToml {
    pub enabled: Option<bool>,
    pub approval_mode: Option<ToolApprovalMode>,
}

/// `[tool_suggest]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ToolSuggestToml {
    pub discoverables: Vec<SuggestedTool>,
    pub disabled_tools: Vec<SuggestedTool>,
}

/// A connector or a plugin by its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SuggestedTool {
    pub r#type: SuggestedToolKind,
    pub id: String,
}

/// What is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SuggestedToolKind {
    Connector,
    Plugin,
}

fn yes() -> bool {
    true
}
