//! Payloads of the events of tools (persistence.md §3.5).

use std::collections::BTreeMap;
use std::time::Duration;

use codex_protocol::{DynamicToolCallOutputContentItem, FileChange, ParsedCommand};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who had a command run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecSource {
    /// The model, by a shell tool.
    #[default]
    Agent,
    /// The user.
    UserShell,
    /// The model, by a session of its own.
    UnifiedExecStartup,
    /// The model, by input to such a session.
    UnifiedExecInteraction,
}

/// How a command or a patch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndStatus {
    /// Well.
    Completed,
    /// Badly.
    Failed,
    /// It was not allowed.
    Declined,
}

/// Payload of `exec_command_end`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExecCommandEnd {
    /// The call, and the item's id.
    pub call_id: String,
    /// The session's number, for commands that live on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process_id: Option<String>,
    /// The turn.
    pub turn_id: String,
    /// Program and arguments.
    pub command: Vec<String>,
    /// Where it ran.
    pub cwd: String,
    /// What the command line does.
    pub parsed_cmd: Vec<ParsedCommand>,
    /// Who had it run.
    #[serde(default)]
    pub source: ExecSource,
    /// Input of the user's to a session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interaction_input: Option<String>,
    /// Stored as "".
    pub stdout: String,
    /// Stored as "".
    pub stderr: String,
    /// Both outputs; stored cut in the middle.
    #[serde(default)]
    pub aggregated_output: String,
    /// Exit code; -1 for what did not run.
    pub exit_code: i32,
    /// How long it ran.
    pub duration: Duration,
    /// Stored as "".
    pub formatted_output: String,
    /// How it ended.
    pub status: EndStatus,
}

/// Payload of `patch_apply_end`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PatchApplyEnd {
    /// The call, and the item's id.
    pub call_id: String,
    /// The turn; "" is the open one.
    #[serde(default)]
    pub turn_id: String,
    /// The summary.
    pub stdout: String,
    /// The error.
    pub stderr: String,
    /// Whether it was applied.
    pub success: bool,
    /// What it changes, by path.
    #[serde(default)]
    pub changes: BTreeMap<String, FileChange>,
    /// How it ended.
    pub status: EndStatus,
}

/// What an MCP call asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct McpInvocation {
    /// Name of the server.
    pub server: String,
    /// Name of its tool.
    pub tool: String,
    /// Arguments.
    pub arguments: Option<Value>,
}

/// What an MCP tool answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct McpCallResult {
    /// Parts of the answer.
    pub content: Vec<Value>,
    /// The answer as data.
    #[serde(
        default,
        rename = "structuredContent",
        skip_serializing_if = "Option::is_none"
    )]
    pub structured_content: Option<Value>,
    /// Whether the answer tells of an error.
    #[serde(default, rename = "isError", skip_serializing_if = "Option::is_none")]
    pub is_error: Option<bool>,
    /// Whatever the server adds.
    #[serde(default, rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Value>,
}

/// Payload of `mcp_tool_call_end`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct McpToolCallEnd {
    /// The call, and the item's id.
    pub call_id: String,
    /// What was called.
    pub invocation: McpInvocation,
    /// The tool's app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mcp_app_resource_uri: Option<String>,
    /// How long it took.
    pub duration: Duration,
    /// The answer, or why there is none.
    pub result: Result<McpCallResult, String>,
}

/// What a web search did, as the model's wire has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum StoredWebSearchAction {
    /// Searched.
    Search {
        /// For this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        query: Option<String>,
        /// Or for these.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queries: Option<Vec<String>>,
    },
    /// Opened a page.
    OpenPage {
        /// This one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
    },
    /// Looked for something in a page.
    FindInPage {
        /// In this one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// For this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pattern: Option<String>,
    },
    /// Anything else.
    #[serde(other)]
    Other,
}

/// Payload of `web_search_end`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WebSearchEnd {
    /// The call, and the item's id.
    pub call_id: String,
    /// What is shown as the query.
    pub query: String,
    /// What was done.
    pub action: StoredWebSearchAction,
}

/// Payload of `view_image_tool_call`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViewImageToolCall {
    /// The call, and the item's id.
    pub call_id: String,
    /// The picture.
    pub path: String,
}

/// Payload of `image_generation_end`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageGenerationEnd {
    /// The call, and the item's id.
    pub call_id: String,
    /// As the model's service says it.
    pub status: String,
    /// The prompt as the model understood it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revised_prompt: Option<String>,
    /// The picture, base64.
    pub result: String,
    /// Where it was put.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved_path: Option<String>,
}

/// Payload of `dynamic_tool_call_request` (camel case in files).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DynamicToolCallRequest {
    /// The call, and the item's id.
    pub call_id: String,
    /// The turn.
    pub turn_id: String,
    /// The tool's namespace.
    #[serde(default)]
    pub namespace: Option<String>,
    /// The tool.
    pub tool: String,
    /// Its arguments.
    pub arguments: Value,
}

/// Payload of `dynamic_tool_call_response` (snake case in files).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DynamicToolCallResponse {
    /// The call, and the item's id.
    pub call_id: String,
    /// The turn.
    pub turn_id: String,
    /// The tool's namespace.
    #[serde(default)]
    pub namespace: Option<String>,
    /// The tool.
    pub tool: String,
    /// Its arguments.
    pub arguments: Value,
    /// The answer.
    pub content_items: Vec<DynamicToolCallOutputContentItem>,
    /// Whether it worked.
    pub success: bool,
    /// Why there is no answer.
    pub error: Option<String>,
    /// How long it took.
    pub duration: Duration,
}

/// Payload of `guardian_assessment`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GuardianAssessment {
    /// The assessment's id.
    pub id: String,
    /// The item it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_item_id: Option<String>,
    /// The turn.
    #[serde(default)]
    pub turn_id: String,
    /// The verdict.
    pub status: GuardianStatus,
    /// Judged risk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_level: Option<String>,
    /// Judged authorization by the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_authorization: Option<String>,
    /// The reviewer's reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale: Option<String>,
    /// Who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_source: Option<String>,
    /// What is judged: an object tagged by `type` (`command`, `execve`, `apply_patch`, `network_access`, …).
    pub action: Value,
}

/// An automatic reviewer's verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuardianStatus {
    /// Not yet.
    InProgress,
    /// Allowed.
    Approved,
    /// Refused.
    Denied,
    /// No answer in time.
    TimedOut,
    /// Interrupted.
    Aborted,
}

/// What another agent is doing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentStatus {
    /// Made, not begun.
    PendingInit,
    /// Working.
    Running,
    /// Interrupted.
    Interrupted,
    /// Done; its last message.
    Completed(Option<String>),
    /// Failed; why.
    Errored(String),
    /// Closed.
    Shutdown,
    /// There is no such agent.
    NotFound,
}

/// Payload of `collab_agent_spawn_end`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CollabAgentSpawnEnd {
    /// The call, and the item's id.
    pub call_id: String,
    /// The spawning thread.
    pub sender_thread_id: String,
    /// The spawned thread, if it came to be.
    pub new_thread_id: Option<String>,
    /// Its nickname.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_agent_nickname: Option<String>,
    /// Its role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_agent_role: Option<String>,
    /// What it was told.
    pub prompt: String,
    /// Its model.
    #[serde(default)]
    pub model: String,
    /// Its reasoning effort.
    #[serde(default)]
    pub reasoning_effort: String,
    /// What it is doing.
    pub status: AgentStatus,
}

/// Payload of `collab_agent_interaction_end`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CollabAgentInteractionEnd {
    /// The call, and the item's id.
    pub call_id: String,
    /// The sending thread.
    pub sender_thread_id: String,
    /// The receiving thread.
    pub receiver_thread_id: String,
    /// The receiver's nickname.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver_agent_nickname: Option<String>,
    /// The receiver's role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver_agent_role: Option<String>,
    /// What was sent.
    pub prompt: String,
    /// What the receiver is doing.
    pub status: AgentStatus,
}

/// One agent's status in a `collab_waiting_end`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CollabAgentStatusEntry {
    /// The agent's thread.
    pub thread_id: String,
    /// Its nickname.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_nickname: Option<String>,
    /// Its role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_role: Option<String>,
    /// What it is doing.
    pub status: AgentStatus,
}

/// Payload of `collab_waiting_end`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CollabWaitingEnd {
    /// The waiting thread.
    pub sender_thread_id: String,
    /// The call, and the item's id.
    pub call_id: String,
    /// The agents that are done, with names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agent_statuses: Vec<CollabAgentStatusEntry>,
    /// The same by thread.
    pub statuses: BTreeMap<String, AgentStatus>,
}

/// Payload of `collab_close_end`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CollabCloseEnd {
    /// The call, and the item's id.
    pub call_id: String,
    /// The closing thread.
    pub sender_thread_id: String,
    /// The closed thread.
    pub receiver_thread_id: String,
    /// The closed agent's nickname.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver_agent_nickname: Option<String>,
    /// The closed agent's role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver_agent_role: Option<String>,
    /// What it was doing.
    pub status: AgentStatus,
}

/// Payload of `collab_resume_end`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CollabResumeEnd {
    /// The call, and the item's id.
    pub call_id: String,
    /// The resuming thread.
    pub sender_thread_id: String,
    /// The resumed thread.
    pub receiver_thread_id: String,
    /// The resumed agent's nickname.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver_agent_nickname: Option<String>,
    /// The resumed agent's role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver_agent_role: Option<String>,
    /// What it is doing.
    pub status: AgentStatus,
}
