//! `externalAgentConfig/*`: taking over settings of another agent.

use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

use crate::McpServerMigration;

/// `externalAgentConfig/detect`: looks for settings of another agent that can be taken over.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExternalAgentConfigDetectParams {
    /// Whether to look in the user's home.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub include_home: bool,
    /// Projects to look in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwds: Option<Vec<PathBuf>>,
}

/// Result of `externalAgentConfig/detect`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExternalAgentConfigDetectResponse {
    pub items: Vec<ExternalAgentConfigMigrationItem>,
}

/// Something that can be taken over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExternalAgentConfigMigrationItem {
    pub item_type: ExternalAgentConfigMigrationItemType,
    /// What would be done.
    pub description: String,
    /// The project it is in; null for the user's home.
    pub cwd: Option<PathBuf>,
    /// What it is made of.
    pub details: Option<MigrationDetails>,
}

/// What something that can be taken over is made of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MigrationDetails {
    #[serde(default)]
    pub plugins: Vec<PluginsMigration>,
    #[serde(default)]
    pub sessions: Vec<SessionMigration>,
    #[serde(default)]
    pub mcp_servers: Vec<McpServerMigration>,
    #[serde(default)]
    pub hooks: Vec<HookMigration>,
    #[serde(default)]
    pub subagents: Vec<SubagentMigration>,
    #[serde(default)]
    pub commands: Vec<CommandMigration>,
}

/// A command that can be taken over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommandMigration {
    pub name: String,
}

/// A hook that can be taken over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HookMigration {
    pub name: String,
}

/// Plugins of a marketplace that can be taken over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginsMigration {
    pub marketplace_name: String,
    pub plugin_names: Vec<String>,
}

/// A conversation that can be taken over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionMigration {
    /// Its file.
    pub path: PathBuf,
    /// The working directory it was held in.
    pub cwd: PathBuf,
    pub title: Option<String>,
}

/// A sub-agent that can be taken over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubagentMigration {
    pub name: String,
}

/// What can be taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ExternalAgentConfigMigrationItemType {
    AgentsMd,
    Config,
    Skills,
    Plugins,
    McpServerConfig,
    Subagents,
    Hooks,
    Commands,
    Sessions,
}

/// `externalAgentConfig/import`: takes settings of another agent over. For plugins and
/// conversations the end is told by `externalAgentConfig/import/completed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExternalAgentConfigImportParams {
    /// What to take over, in this order.
    pub migration_items: Vec<ExternalAgentConfigMigrationItem>,
}

/// Result of `externalAgentConfig/import`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ExternalAgentConfigImportResponse {}

/// `externalAgentConfig/import/completed`: all that was to be taken over is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ExternalAgentConfigImportCompletedNotification {}
