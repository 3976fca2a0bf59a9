//! Turns: one exchange from the user's input to the end of the agent's work.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::AbsolutePathBuf;
use crate::ApprovalsReviewer;
use crate::AskForApproval;
use crate::CollaborationMode;
use crate::PermissionProfileSelectionParams;
use crate::Personality;
use crate::ReasoningEffort;
use crate::ReasoningSummary;
use crate::SandboxPolicy;
use crate::ServiceTier;
use crate::ThreadItem;
use crate::double_option;

/// A place where commands run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TurnEnvironmentParams {
    /// Which one; there is only `local`.
    pub environment_id: String,
    /// The working directory there.
    pub cwd: AbsolutePathBuf,
}

/// One exchange: the user's input and all the agent does about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Turn {
    /// A UUID.
    pub id: String,
    /// What happened in it, where the method says so; otherwise empty.
    pub items: Vec<ThreadItem>,
    /// How it ended, if it has.
    pub status: TurnStatus,
    /// Why it failed, if it did.
    pub error: Option<TurnError>,
    /// When it started, in seconds since 1970.
    pub started_at: Option<i64>,
    /// When it ended, in seconds since 1970.
    pub completed_at: Option<i64>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<i64>,
}

/// Why a turn failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TurnError {
    /// A sentence for people.
    pub message: String,
    /// The kind of failure, for programs.
    pub codex_error_info: Option<CodexErrorInfo>,
    /// More about it.
    #[serde(default)]
    pub additional_details: Option<String>,
}

/// Kinds of failures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum CodexErrorInfo {
    /// The conversation is too long for the model.
    ContextWindowExceeded,
    /// The account's limit is reached.
    UsageLimitExceeded,
    /// The model service has too much to do.
    ServerOverloaded,
    /// The model service refuses for reasons of security.
    CyberPolicy,
    /// The model service cannot be reached.
    HttpConnectionFailed {
        /// What the service answered, if it did.
        http_status_code: Option<u16>,
    },
    /// The answer never began.
    ResponseStreamConnectionFailed {
        /// What the service answered, if it did.
        http_status_code: Option<u16>,
    },
    /// The model service failed.
    InternalServerError,
    /// The credentials are missing or refused.
    Unauthorized,
    /// The request makes no sense.
    BadRequest,
    /// Turns could not be taken back.
    ThreadRollbackFailed,
    /// The sandbox failed.
    SandboxError,
    /// The answer broke off.
    ResponseStreamDisconnected {
        /// What the service answered, if it did.
        http_status_code: Option<u16>,
    },
    /// It was tried as often as allowed.
    ResponseTooManyFailedAttempts {
        /// What the service answered last, if it did.
        http_status_code: Option<u16>,
    },
    /// The running turn takes no input of the user.
    ActiveTurnNotSteerable {
        /// What kind of turn it is.
        turn_kind: NonSteerableTurnKind,
    },
    /// Anything else.
    Other,
}

/// Turns that take no input of the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NonSteerableTurnKind {
    Review,
    Compact,
}

/// A part of what the user says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum UserInput {
    /// A text.
    Text {
        text: String,
        /// Parts of the text the client shows in a way of its own. Kept, never sent to the model.
        #[serde(default)]
        text_elements: Vec<TextElement>,
    },
    /// An image from the net.
    Image {
        /// Its address, or a `data:` URL.
        url: String,
    },
    /// An image file on the server's machine.
    LocalImage { path: PathBuf },
    /// A skill, whose instructions are added to the input.
    Skill {
        name: String,
        /// Its `SKILL.md`.
        path: PathBuf,
    },
    /// Something the user points at.
    Mention {
        name: String,
        /// Where it is: a file, or a URL such as `app://ID`.
        path: String,
    },
}

/// A part of a text the client shows in a way of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TextElement {
    /// The part.
    pub byte_range: ByteRange,
    /// What is shown in its place.
    pub placeholder: Option<String>,
}

/// A part of a text, in bytes of its UTF-8 form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByteRange {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// How a turn fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TurnStatus {
    Completed,
    /// The user stopped it.
    Interrupted,
    Failed,
    InProgress,
}

/// `turn/start`: has the agent work on the user's input. While a turn runs, the input joins it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TurnStartParams {
    /// The thread.
    pub thread_id: String,
    /// What the user says: at most 1 048 576 characters of text.
    pub input: Vec<UserInput>,
    /// Goes along with requests to the model of this turn. Experimental.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responsesapi_client_metadata: Option<BTreeMap<String, String>>,
    /// Where commands of this turn run; empty takes the tools that run commands away. Experimental.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environments: Option<Vec<TurnEnvironmentParams>>,
    /// The working directory, from this turn on; relative to the server's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// When the client is asked for leave, from this turn on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_policy: Option<AskForApproval>,
    /// Who is asked for leave, from this turn on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// What commands may touch, from this turn on; not together with `permissions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandbox_policy: Option<SandboxPolicy>,
    /// A named permission profile, from this turn on; not together with `sandboxPolicy`.
    /// Experimental.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<PermissionProfileSelectionParams>,
    /// The model, from this turn on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// How fast the model service should answer, from this turn on. Null clears it, absence keeps
    /// it.
    #[serde(default, with = "double_option", skip_serializing_if = "Option::is_none")]
    pub service_tier: Option<Option<ServiceTier>>,
    /// How long the model thinks, from this turn on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effort: Option<ReasoningEffort>,
    /// How the model's thoughts are summarized, from this turn on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<ReasoningSummary>,
    /// The tone of the model's answers, from this turn on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personality: Option<Personality>,
    /// JSON Schema the last message of this turn has to fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_schema: Option<Value>,
    /// How the agent works with the user, from this turn on; wins over `model` and `effort`.
    /// Experimental.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collaboration_mode: Option<CollaborationMode>,
}

/// Result of `turn/start`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnStartResponse {
    /// The turn, which has only begun.
    pub turn: Turn,
}

/// `turn/steer`: adds input to the running turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TurnSteerParams {
    /// The thread.
    pub thread_id: String,
    pub input: Vec<UserInput>,
    /// Goes along with requests to the model of this turn. Experimental.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responsesapi_client_metadata: Option<BTreeMap<String, String>>,
    /// The running turn; another one is left alone.
    pub expected_turn_id: String,
}

/// Result of `turn/steer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TurnSteerResponse {
    /// The turn.
    pub turn_id: String,
}

/// `turn/interrupt`: stops the running turn. The reply comes when it has ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TurnInterruptParams {
    /// The thread.
    pub thread_id: String,
    /// The running turn; empty stops the start of a thread.
    pub turn_id: String,
}

/// Result of `turn/interrupt`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TurnInterruptResponse {}

/// `error`: something went wrong in a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorNotification {
    pub error: TurnError,
    /// Whether it is tried again; if not, the turn fails.
    pub will_retry: bool,
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
}

/// `turn/started`: a turn has begun.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TurnStartedNotification {
    /// The thread.
    pub thread_id: String,
    pub turn: Turn,
}

/// `turn/completed`: a turn has ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TurnCompletedNotification {
    /// The thread.
    pub thread_id: String,
    pub turn: Turn,
}

/// `turn/diff/updated`: files changed in a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TurnDiffUpdatedNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// All changes of the turn so far, as a unified diff in git's form.
    pub diff: String,
}

/// `turn/plan/updated`: the agent has a new list of steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TurnPlanUpdatedNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// Why it changed.
    pub explanation: Option<String>,
    /// The steps.
    pub plan: Vec<TurnPlanStep>,
}

/// A step of the agent's list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnPlanStep {
    pub step: String,
    pub status: TurnPlanStepStatus,
}

/// How a step fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TurnPlanStepStatus {
    Pending,
    InProgress,
    Completed,
}
