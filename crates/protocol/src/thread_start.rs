//! Opening threads: `thread/start`, `thread/resume`, `thread/fork`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::AbsolutePathBuf;
use crate::ActivePermissionProfile;
use crate::ApprovalsReviewer;
use crate::AskForApproval;
use crate::PermissionProfile;
use crate::PermissionProfileSelectionParams;
use crate::Personality;
use crate::ReasoningEffort;
use crate::ResponseItem;
use crate::SandboxMode;
use crate::SandboxPolicy;
use crate::ServiceTier;
use crate::Thread;
use crate::TurnEnvironmentParams;
use crate::double_option;

/// `thread/start`: opens a new thread and subscribes the caller to its events. Nothing is written
/// to disk before the first turn.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadStartParams {
    /// The model, over that of the configuration. Any text; an unknown model is used with cautious
    /// defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// A provider from the configuration, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_provider: Option<String>,
    /// How fast the model service should answer. Null clears the configured tier, absence keeps it.
    #[serde(default, with = "double_option", skip_serializing_if = "Option::is_none")]
    pub service_tier: Option<Option<ServiceTier>>,
    /// The working directory; relative to the server's own, which is also the default. It need not
    /// exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// When the client is asked for leave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_policy: Option<AskForApproval>,
    /// Who is asked for leave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// What commands may touch; not together with `permissions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<SandboxMode>,
    /// A named permission profile; not together with `sandbox`. Experimental.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<PermissionProfileSelectionParams>,
    /// Overrides of the configuration: keys dotted or nested, values as in the file. Params of the
    /// request win over them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<BTreeMap<String, Value>>,
    /// A label for telemetry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    /// Replaces the model's built-in instructions; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_instructions: Option<String>,
    /// A message of the developer before the conversation, in place of the configured one; empty
    /// for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub developer_instructions: Option<String>,
    /// The tone of the model's answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personality: Option<Personality>,
    /// Whether the thread is kept in memory alone: no file, never listed, gone when unloaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral: Option<bool>,
    /// What hooks at the start of the session are told. Default `startup`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_start_source: Option<ThreadStartSource>,
    /// Where the thread's commands run; empty takes the tools that run commands away. Experimental.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environments: Option<Vec<TurnEnvironmentParams>>,
    /// Tools the client brings: the model may call them, and the client is asked by
    /// `item/tool/call`. Experimental.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dynamic_tools: Option<Vec<DynamicToolSpec>>,
    /// Without effect; for tests of the experimental gate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mock_experimental_field: Option<String>,
    /// Whether to send `rawResponseItem/completed` for every item of the conversation with the
    /// model. Experimental.
    #[serde(default)]
    pub experimental_raw_events: bool,
    /// Whether to keep what a thread read back should show beyond messages: commands, patches and
    /// the like. Experimental.
    #[serde(default)]
    pub persist_extended_history: bool,
}

/// A tool the client brings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DynamicToolSpec {
    /// A group of tools the model sees as one; needed if `deferLoading` is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// What the model calls it. Neither `mcp` nor beginning with `mcp__`; no blanks around it.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// JSON Schema of its arguments, an object.
    pub input_schema: Value,
    /// Whether the model is told of the tool only when it searches for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub defer_loading: bool,
}

/// Why a session starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThreadStartSource {
    /// It is new.
    Startup,
    /// The user cleared the one before.
    Clear,
}

/// Result of `thread/start`: the thread and the settings in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadStartResponse {
    pub thread: Thread,
    pub model: String,
    /// The provider, by its id.
    pub model_provider: String,
    pub service_tier: Option<ServiceTier>,
    /// The working directory.
    pub cwd: AbsolutePathBuf,
    /// Files whose instructions the model is given, in their order.
    #[serde(default)]
    pub instruction_sources: Vec<AbsolutePathBuf>,
    /// When the client is asked for leave.
    pub approval_policy: AskForApproval,
    /// Who is asked for leave.
    pub approvals_reviewer: ApprovalsReviewer,
    /// What commands may touch, in the older form.
    pub sandbox: SandboxPolicy,
    /// What commands may touch, in full. Experimental.
    #[serde(default)]
    pub permission_profile: Option<PermissionProfile>,
    /// The profile that was chosen by name, if one was. Experimental.
    #[serde(default)]
    pub active_permission_profile: Option<ActivePermissionProfile>,
    /// How long the model thinks; null for its default.
    pub reasoning_effort: Option<ReasoningEffort>,
}

/// `thread/resume`: opens a stored thread, or joins one that is open, and subscribes the caller. Of
/// `history`, `path` and `threadId` the first that is given counts. For a thread that is open
/// already the settings are ignored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadResumeParams {
    /// The thread; ignored where `history` or `path` is given.
    pub thread_id: String,
    /// Starts a new thread with these items for its past. Experimental.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<Vec<ResponseItem>>,
    /// The thread's history file, relative to the home folder if it is not absolute. Experimental.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// The model, over that of the configuration. Any text; an unknown model is used with cautious
    /// defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// A provider from the configuration, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_provider: Option<String>,
    /// How fast the model service should answer. Null clears the configured tier, absence keeps it.
    #[serde(default, with = "double_option", skip_serializing_if = "Option::is_none")]
    pub service_tier: Option<Option<ServiceTier>>,
    /// The working directory; relative to the server's own. The thread's own unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// When the client is asked for leave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_policy: Option<AskForApproval>,
    /// Who is asked for leave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// What commands may touch; not together with `permissions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<SandboxMode>,
    /// A named permission profile; not together with `sandbox`. Experimental.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<PermissionProfileSelectionParams>,
    /// Overrides of the configuration: keys dotted or nested, values as in the file. Params of the
    /// request win over them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<BTreeMap<String, Value>>,
    /// Replaces the model's built-in instructions; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_instructions: Option<String>,
    /// A message of the developer before the conversation, in place of the configured one; empty
    /// for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub developer_instructions: Option<String>,
    /// The tone of the model's answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personality: Option<Personality>,
    /// Whether to leave the turns out of the result.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exclude_turns: bool,
    /// Whether to keep what a thread read back should show beyond messages: commands, patches and
    /// the like. Experimental.
    #[serde(default)]
    pub persist_extended_history: bool,
    /// An extension of this server: the number of the last thread notification seen before the
    /// connection was lost; what came after it is sent again.
    #[doc(hidden)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_seq: Option<u64>,
}

/// Result of `thread/resume`: the thread and the settings in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadResumeResponse {
    pub thread: Thread,
    pub model: String,
    /// The provider, by its id.
    pub model_provider: String,
    pub service_tier: Option<ServiceTier>,
    /// The working directory.
    pub cwd: AbsolutePathBuf,
    /// Files whose instructions the model is given, in their order.
    #[serde(default)]
    pub instruction_sources: Vec<AbsolutePathBuf>,
    /// When the client is asked for leave.
    pub approval_policy: AskForApproval,
    /// Who is asked for leave.
    pub approvals_reviewer: ApprovalsReviewer,
    /// What commands may touch, in the older form.
    pub sandbox: SandboxPolicy,
    /// What commands may touch, in full. Experimental.
    #[serde(default)]
    pub permission_profile: Option<PermissionProfile>,
    /// The profile that was chosen by name, if one was. Experimental.
    #[serde(default)]
    pub active_permission_profile: Option<ActivePermissionProfile>,
    /// How long the model thinks; null for its default.
    pub reasoning_effort: Option<ReasoningEffort>,
    /// An extension of this server: the answer to `afterSeq`.
    #[doc(hidden)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<ThreadReplay>,
}

/// `thread/fork`: opens a new thread with a copy of another's past, and subscribes the caller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadForkParams {
    /// The thread to copy; ignored where `path` is given.
    pub thread_id: String,
    /// The history file to copy, relative to the home folder if it is not absolute. Experimental.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// The model, over that of the configuration. Any text; an unknown model is used with cautious
    /// defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// A provider from the configuration, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_provider: Option<String>,
    /// How fast the model service should answer. Null clears the configured tier, absence keeps it.
    #[serde(default, with = "double_option", skip_serializing_if = "Option::is_none")]
    pub service_tier: Option<Option<ServiceTier>>,
    /// The working directory; relative to the server's own. The thread's own unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// When the client is asked for leave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_policy: Option<AskForApproval>,
    /// Who is asked for leave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// What commands may touch; not together with `permissions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<SandboxMode>,
    /// A named permission profile; not together with `sandbox`. Experimental.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<PermissionProfileSelectionParams>,
    /// Overrides of the configuration: keys dotted or nested, values as in the file. Params of the
    /// request win over them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<BTreeMap<String, Value>>,
    /// Replaces the model's built-in instructions; empty for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_instructions: Option<String>,
    /// A message of the developer before the conversation, in place of the configured one; empty
    /// for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub developer_instructions: Option<String>,
    /// Whether the thread is kept in memory alone: no file, never listed, gone when unloaded.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ephemeral: bool,
    /// Whether to leave the turns out of the result.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exclude_turns: bool,
    /// Whether to keep what a thread read back should show beyond messages: commands, patches and
    /// the like. Experimental.
    #[serde(default)]
    pub persist_extended_history: bool,
}

/// Result of `thread/fork`: the new thread and the settings in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadForkResponse {
    pub thread: Thread,
    pub model: String,
    /// The provider, by its id.
    pub model_provider: String,
    pub service_tier: Option<ServiceTier>,
    /// The working directory.
    pub cwd: AbsolutePathBuf,
    /// Files whose instructions the model is given, in their order.
    #[serde(default)]
    pub instruction_sources: Vec<AbsolutePathBuf>,
    /// When the client is asked for leave.
    pub approval_policy: AskForApproval,
    /// Who is asked for leave.
    pub approvals_reviewer: ApprovalsReviewer,
    /// What commands may touch, in the older form.
    pub sandbox: SandboxPolicy,
    /// What commands may touch, in full. Experimental.
    #[serde(default)]
    pub permission_profile: Option<PermissionProfile>,
    /// The profile that was chosen by name, if one was. Experimental.
    #[serde(default)]
    pub active_permission_profile: Option<ActivePermissionProfile>,
    /// How long the model thinks; null for its default.
    pub reasoning_effort: Option<ReasoningEffort>,
}

/// `thread/started`: there is a new thread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadStartedNotification {
    pub thread: Thread,
}

/// An extension of this server: whether a client that came back missed anything for good.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadReplay {
    /// Whether everything after the number it named is sent again; if not, it has to read the thread.
    pub complete: bool,
    /// The number of the thread's last notification.
    pub seq: u64,
}
