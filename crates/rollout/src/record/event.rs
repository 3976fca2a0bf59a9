//! The kinds of `event_msg` records and the payloads of conversation events (persistence.md §3.5).

use codex_protocol::{MemoryCitation, MessagePhase};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::tools::*;

/// Declares the table of stored events once: variant, payload type, name, names read as well, and where it is stored.
macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident($payload:ty) = $name:literal $(| $alias:literal)* , $stored:ident;)*) => {
        /// An event of which turns are rebuilt.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(tag = "type")]
        pub enum EventMsg {
            $($(#[$doc])* #[serde(rename = $name)] $variant($payload),)*
        }

        /// The kind of an event, without its payload.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EventKind {
            $($(#[$doc])* $variant,)*
        }

        impl EventKind {
            /// The kind that `payload.type` names, older names included.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name $(| $alias)* => Some(EventKind::$variant),)*
                    _ => None,
                }
            }

            /// The name written to files.
            pub fn name(self) -> &'static str {
                match self {
                    $(EventKind::$variant => $name,)*
                }
            }

            pub(crate) fn storing(self) -> Storing {
                match self {
                    $(EventKind::$variant => Storing::$stored,)*
                }
            }
        }

        impl EventMsg {
            /// Which event this is.
            pub fn kind(&self) -> EventKind {
                match self {
                    $(EventMsg::$variant(_) => EventKind::$variant,)*
                }
            }

            /// Reads the payload of an event whose kind is known already.
            pub(crate) fn parse(kind: EventKind, payload: &str) -> Result<Self, serde_json::Error> {
                Ok(match kind {
                    $(EventKind::$variant => EventMsg::$variant(serde_json::from_str(payload)?),)*
                })
            }
        }

        $(impl From<$payload> for EventMsg {
            fn from(payload: $payload) -> Self {
                EventMsg::$variant(payload)
            }
        })*
    };
}

/// In which mode an event is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Storing {
    /// In every history.
    Always,
    /// With extended history only.
    Extended,
}

events! {
    /// A turn begins.
    TaskStarted(TaskStarted) = "task_started" | "turn_started", Always;
    /// A turn ends (also one that failed).
    TaskComplete(TaskComplete) = "task_complete" | "turn_complete", Always;
    /// A turn was interrupted or replaced.
    TurnAborted(TurnAborted) = "turn_aborted", Always;
    /// What the user said.
    UserMessage(UserMessage) = "user_message", Always;
    /// What the agent said.
    AgentMessage(AgentMessage) = "agent_message", Always;
    /// One part of a reasoning summary.
    AgentReasoning(AgentReasoning) = "agent_reasoning", Always;
    /// One part of raw reasoning.
    AgentReasoningRawContent(AgentReasoningRawContent) = "agent_reasoning_raw_content", Always;
    /// Token totals and rate limits.
    TokenCount(TokenCount) = "token_count", Always;
    /// The thread was given a name.
    ThreadNameUpdated(ThreadNameUpdated) = "thread_name_updated", Always;
    /// The last turns are dropped from the view.
    ThreadRolledBack(ThreadRolledBack) = "thread_rolled_back", Always;
    /// The model's history was compacted.
    ContextCompacted(ContextCompacted) = "context_compacted", Always;
    /// A review begins.
    EnteredReviewMode(EnteredReviewMode) = "entered_review_mode", Always;
    /// A review ends.
    ExitedReviewMode(ExitedReviewMode) = "exited_review_mode", Always;
    /// A picture was made.
    ImageGenerationEnd(ImageGenerationEnd) = "image_generation_end", Always;
    /// An undo of older versions; without effect.
    UndoCompleted(UndoCompleted) = "undo_completed", Always;
    /// An item was completed; stored for plans only.
    ItemCompleted(ItemCompleted) = "item_completed", Always;
    /// Something went wrong. The reference stores it in extended histories only and so forgets failures of the others
    /// (persistence.md §3.6, flaw); it reads the record in any file, so we always store it.
    Error(ErrorEvent) = "error", Always;
    /// A command ended.
    ExecCommandEnd(ExecCommandEnd) = "exec_command_end", Extended;
    /// A patch was applied, failed or was declined.
    PatchApplyEnd(PatchApplyEnd) = "patch_apply_end", Extended;
    /// An MCP tool call ended.
    McpToolCallEnd(McpToolCallEnd) = "mcp_tool_call_end", Extended;
    /// A web search ended.
    WebSearchEnd(WebSearchEnd) = "web_search_end", Extended;
    /// The agent looked at a picture.
    ViewImageToolCall(ViewImageToolCall) = "view_image_tool_call", Extended;
    /// A tool of the client's own is called.
    DynamicToolCallRequest(DynamicToolCallRequest) = "dynamic_tool_call_request", Extended;
    /// A tool of the client's own answered.
    DynamicToolCallResponse(DynamicToolCallResponse) = "dynamic_tool_call_response", Extended;
    /// The automatic reviewer judged an action.
    GuardianAssessment(GuardianAssessment) = "guardian_assessment", Extended;
    /// An agent was spawned.
    CollabAgentSpawnEnd(CollabAgentSpawnEnd) = "collab_agent_spawn_end", Extended;
    /// Another agent was sent input.
    CollabAgentInteractionEnd(CollabAgentInteractionEnd) = "collab_agent_interaction_end", Extended;
    /// Waiting for agents ended.
    CollabWaitingEnd(CollabWaitingEnd) = "collab_waiting_end", Extended;
    /// An agent was closed.
    CollabCloseEnd(CollabCloseEnd) = "collab_close_end", Extended;
    /// A closed agent was taken up again.
    CollabResumeEnd(CollabResumeEnd) = "collab_resume_end", Extended;
}

fn default_mode() -> String {
    "default".to_owned()
}

/// Payload of `task_started`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskStarted {
    /// The turn's id.
    pub turn_id: String,
    /// Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<i64>,
    /// Usable context window in tokens.
    pub model_context_window: Option<i64>,
    /// `default` or `plan`.
    #[serde(default = "default_mode")]
    pub collaboration_mode_kind: String,
}

/// Payload of `task_complete`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskComplete {
    /// The turn's id.
    pub turn_id: String,
    /// Text of the turn's last agent message.
    pub last_agent_message: Option<String>,
    /// Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<i64>,
    /// Milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// Milliseconds from the turn's start to the model's first token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_to_first_token_ms: Option<i64>,
}

/// Why a turn was aborted. An unknown reason makes the record unreadable, as for the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AbortReason {
    /// By the user.
    Interrupted,
    /// By another task.
    Replaced,
    /// The review ended.
    ReviewEnded,
    /// A budget was used up.
    BudgetLimited,
}

/// Payload of `turn_aborted`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TurnAborted {
    /// The turn's id; missing in older files.
    pub turn_id: Option<String>,
    /// Why.
    pub reason: AbortReason,
    /// Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<i64>,
    /// Milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
}

/// Payload of `user_message`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct UserMessage {
    /// All texts, joined without separator.
    pub message: String,
    /// Urls of images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<Vec<String>>,
    /// Paths of local images.
    #[serde(default)]
    pub local_images: Vec<String>,
    /// Marked ranges of `message`.
    #[serde(default)]
    pub text_elements: Vec<StoredTextElement>,
}

/// A marked range of a user's text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredTextElement {
    /// The bytes it covers.
    pub byte_range: StoredByteRange,
    /// What stands for it.
    pub placeholder: Option<String>,
}

/// Bytes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredByteRange {
    /// First byte.
    pub start: usize,
    /// First byte after.
    pub end: usize,
}

/// Payload of `agent_message`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct AgentMessage {
    /// The text.
    pub message: String,
    /// `commentary` or `final_answer`.
    #[serde(default)]
    pub phase: Option<MessagePhase>,
    /// The memory it cites.
    #[serde(default, with = "super::recase::memory_citation")]
    pub memory_citation: Option<MemoryCitation>,
}

/// Payload of `agent_reasoning`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct AgentReasoning {
    /// One part of a summary.
    pub text: String,
}

/// Payload of `agent_reasoning_raw_content`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct AgentReasoningRawContent {
    /// One part of the raw reasoning.
    pub text: String,
}

/// Token numbers of one response or of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StoredTokenUsage {
    /// Tokens of the input.
    pub input_tokens: i64,
    /// Those of them that were cached.
    pub cached_input_tokens: i64,
    /// Tokens of the output.
    pub output_tokens: i64,
    /// Those of them that were reasoning.
    pub reasoning_output_tokens: i64,
    /// Input and output.
    pub total_tokens: i64,
}

/// Token totals of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TokenUsageInfo {
    /// Of all responses.
    pub total_token_usage: StoredTokenUsage,
    /// Of the last response.
    pub last_token_usage: StoredTokenUsage,
    /// Usable context window in tokens.
    pub model_context_window: Option<i64>,
}

/// Payload of `token_count`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct TokenCount {
    /// The totals; null before the first response.
    pub info: Option<TokenUsageInfo>,
    /// Rate limits as last told, keys in snake case.
    pub rate_limits: Option<Value>,
}

/// Payload of `thread_name_updated`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadNameUpdated {
    /// The thread.
    pub thread_id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_name: Option<String>,
}

/// Payload of `thread_rolled_back`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadRolledBack {
    /// How many turns are dropped.
    pub num_turns: u32,
}

/// Payload of `context_compacted`: nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ContextCompacted {}

/// Payload of `entered_review_mode`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EnteredReviewMode {
    /// What is reviewed, as the client gave it.
    pub target: Value,
    /// What the user sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_facing_hint: Option<String>,
}

/// Payload of `exited_review_mode`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct ExitedReviewMode {
    /// The reviewer's judgement, if it gave one.
    pub review_output: Option<ReviewOutput>,
}

/// A reviewer's judgement.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct ReviewOutput {
    /// Findings, as the reviewer gave them.
    pub findings: Vec<Value>,
    /// Verdict.
    pub overall_correctness: String,
    /// Explanation.
    pub overall_explanation: String,
    /// 0 to 1.
    pub overall_confidence_score: f32,
}

/// Payload of `undo_completed`; its fields don't matter any more.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct UndoCompleted {
    /// Whether it worked.
    pub success: bool,
    /// What was said of it.
    pub message: Option<String>,
}

/// Payload of `item_completed`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemCompleted {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// The item.
    pub item: CompletedItem,
}

/// The item of an `item_completed`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CompletedItem {
    /// A plan.
    Plan(PlanItem),
    /// Any other: never stored, without effect when read.
    Other(Value),
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanItem {
    #[serde(rename = "type")]
    tag: PlanTag,
    /// The item's id.
    pub id: String,
    /// The plan's text.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum PlanTag {
    Plan,
}

impl PlanItem {
    /// A plan with this id and text.
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        PlanItem {
            tag: PlanTag::Plan,
            id: id.into(),
            text: text.into(),
        }
    }
}

/// Payload of `error`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorEvent {
    /// What the client was told.
    pub message: String,
    /// Of which sort it is.
    #[serde(default, with = "super::recase::error_info")]
    pub codex_error_info: Option<codex_protocol::CodexErrorInfo>,
}
