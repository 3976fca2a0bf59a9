//! `hooks/list` and what is told of hooks that run.

use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

use crate::AbsolutePathBuf;

/// `hooks/list`: lists the hooks that count in some folders.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HooksListParams {
    /// The folders; none for the server's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cwds: Vec<PathBuf>,
}

/// Result of `hooks/list`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HooksListResponse {
    /// An entry per folder asked for, in that order.
    pub data: Vec<HooksListEntry>,
}

/// The hooks of a folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HooksListEntry {
    /// The folder as it was asked for.
    pub cwd: PathBuf,
    pub hooks: Vec<HookMetadata>,
    /// What is odd about their configuration.
    pub warnings: Vec<String>,
    /// Files that could not be read.
    pub errors: Vec<HookErrorInfo>,
}

/// A file of hooks that could not be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HookErrorInfo {
    pub path: PathBuf,
    pub message: String,
}

/// A hook: something to run when something happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HookMetadata {
    /// Tells it from all others.
    pub key: String,
    /// When it runs.
    pub event_name: HookEventName,
    /// What runs.
    pub handler_type: HookHandlerType,
    /// For what it runs, as a pattern; null for everything.
    pub matcher: Option<String>,
    /// The command line, if a command runs.
    pub command: Option<String>,
    /// When it is given up, in seconds.
    pub timeout_sec: u64,
    /// What is shown while it runs.
    pub status_message: Option<String>,
    /// The file it is configured in.
    pub source_path: AbsolutePathBuf,
    /// What kind of file that is.
    pub source: HookSource,
    /// The plugin it is from.
    pub plugin_id: Option<String>,
    /// Its place in the order in which they run.
    pub display_order: i64,
    pub enabled: bool,
    /// Whether the administrator prescribes it.
    pub is_managed: bool,
}

/// When hooks run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HookEventName {
    /// Before a tool is used.
    PreToolUse,
    /// Before the user is asked for leave.
    PermissionRequest,
    /// After a tool was used.
    PostToolUse,
    /// When a session starts.
    SessionStart,
    /// When the user says something.
    UserPromptSubmit,
    /// When a turn would end.
    Stop,
}

/// What a hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HookHandlerType {
    Command,
    /// A prompt for the model.
    Prompt,
    /// An agent.
    Agent,
}

/// Where a hook is configured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HookSource {
    System,
    User,
    Project,
    /// In settings the device management prescribes.
    Mdm,
    /// On the command line or by the client.
    SessionFlags,
    Plugin,
    /// In what the workspace prescribes.
    CloudRequirements,
    /// In the older file of the administrator.
    LegacyManagedConfigFile,
    /// In the older settings of the device management.
    LegacyManagedConfigMdm,
    #[default]
    Unknown,
}

/// `hook/started`: a hook runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HookStartedNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn it runs for, if it does.
    pub turn_id: Option<String>,
    pub run: HookRunSummary,
}

/// A run of a hook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HookRunSummary {
    /// Tells it from others.
    pub id: String,
    pub event_name: HookEventName,
    pub handler_type: HookHandlerType,
    pub execution_mode: HookExecutionMode,
    pub scope: HookScope,
    pub source_path: AbsolutePathBuf,
    #[serde(default)]
    pub source: HookSource,
    /// Its place in the order in which they run.
    pub display_order: i64,
    pub status: HookRunStatus,
    /// What to show for it.
    pub status_message: Option<String>,
    /// When it began, in seconds since 1970.
    pub started_at: i64,
    /// When it ended, in seconds since 1970.
    pub completed_at: Option<i64>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<i64>,
    /// What it said.
    pub entries: Vec<HookOutputEntry>,
}

/// Something a hook said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HookOutputEntry {
    pub kind: HookOutputEntryKind,
    pub text: String,
}

/// What a hook says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HookOutputEntryKind {
    /// To the user.
    Warning,
    /// That the agent is to stop.
    Stop,
    /// To the model, about what it did.
    Feedback,
    /// To the model, for its work.
    Context,
    Error,
}

/// Whether the agent waits for a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HookExecutionMode {
    Sync,
    Async,
}

/// How long a hook's effect lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HookScope {
    Thread,
    Turn,
}

/// How a run of a hook fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HookRunStatus {
    Running,
    Completed,
    Failed,
    /// It forbade what it was asked about.
    Blocked,
    /// It ended the turn.
    Stopped,
}

/// `hook/completed`: a hook has run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HookCompletedNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn it ran for, if it did.
    pub turn_id: Option<String>,
    pub run: HookRunSummary,
}
