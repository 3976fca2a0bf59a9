//! What happens to a thread between its start and its end: archiving, unloading, rolling back,
//! compacting, injected items, shell commands of the user.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::Thread;
use crate::ThreadStatus;

/// `thread/archive`: takes a thread, and those it spawned, out of the lists. A running turn is
/// stopped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadArchiveParams {
    /// The thread.
    pub thread_id: String,
}

/// Result of `thread/archive`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadArchiveResponse {}

/// `thread/unsubscribe`: ends the caller's subscription. The thread stays open for a while and goes
/// on with what it does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadUnsubscribeParams {
    /// The thread.
    pub thread_id: String,
}

/// Result of `thread/unsubscribe`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadUnsubscribeResponse {
    pub status: ThreadUnsubscribeStatus,
}

/// What ending a subscription did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ThreadUnsubscribeStatus {
    /// The thread is not open.
    NotLoaded,
    /// The caller was not subscribed.
    NotSubscribed,
    /// The subscription has ended.
    Unsubscribed,
}

/// `thread/increment_elicitation`: the client shows a question of its own; waiting for the answer
/// does not count as waiting for a tool. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadIncrementElicitationParams {
    /// The thread.
    pub thread_id: String,
}

/// Result of `thread/increment_elicitation`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadIncrementElicitationResponse {
    /// How many questions are open now.
    pub count: u64,
    /// Whether clocks stand still.
    pub paused: bool,
}

/// `thread/decrement_elicitation`: the question is answered. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadDecrementElicitationParams {
    /// The thread.
    pub thread_id: String,
}

/// Result of `thread/decrement_elicitation`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadDecrementElicitationResponse {
    /// How many questions are open now.
    pub count: u64,
    /// Whether clocks stand still.
    pub paused: bool,
}

/// `thread/unarchive`: puts an archived thread back into the lists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadUnarchiveParams {
    /// The thread.
    pub thread_id: String,
}

/// Result of `thread/unarchive`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadUnarchiveResponse {
    /// The thread, without turns.
    pub thread: Thread,
}

/// `thread/compact/start`: summarizes a thread's past, as a turn of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadCompactStartParams {
    /// The thread.
    pub thread_id: String,
}

/// Result of `thread/compact/start`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadCompactStartResponse {}

/// `thread/shellCommand`: runs a command of the user's, without sandbox and without asking, as a
/// turn of its own or beside the running one. The model is told of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadShellCommandParams {
    /// The thread.
    pub thread_id: String,
    /// The command line, for the user's shell.
    pub command: String,
}

/// Result of `thread/shellCommand`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadShellCommandResponse {}

/// `thread/approveGuardianDeniedAction`: allows once what the automatic review refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadApproveGuardianDeniedActionParams {
    /// The thread.
    pub thread_id: String,
    /// The refusal, as it was told.
    pub event: Value,
}

/// Result of `thread/approveGuardianDeniedAction`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadApproveGuardianDeniedActionResponse {}

/// `thread/backgroundTerminals/clean`: ends the processes the model left running in a thread.
/// Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadBackgroundTerminalsCleanParams {
    /// The thread.
    pub thread_id: String,
}

/// Result of `thread/backgroundTerminals/clean`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadBackgroundTerminalsCleanResponse {}

/// `thread/rollback`: takes the last turns of a thread back. Files stay as they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRollbackParams {
    /// The thread.
    pub thread_id: String,
    /// How many turns, at least 1.
    pub num_turns: u32,
}

/// Result of `thread/rollback`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadRollbackResponse {
    /// The thread with the turns that are left.
    pub thread: Thread,
}

/// `thread/inject_items`: adds items to a thread's conversation with the model without asking it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadInjectItemsParams {
    /// The thread.
    pub thread_id: String,
    /// The items, as the Responses API spells them.
    pub items: Vec<Value>,
}

/// Result of `thread/inject_items`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadInjectItemsResponse {}

/// `thread/status/changed`: a thread does something else now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadStatusChangedNotification {
    /// The thread.
    pub thread_id: String,
    pub status: ThreadStatus,
}

/// `thread/archived`: a thread is out of the lists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadArchivedNotification {
    /// The thread.
    pub thread_id: String,
}

/// `thread/unarchived`: a thread is back in the lists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadUnarchivedNotification {
    /// The thread.
    pub thread_id: String,
}

/// `thread/closed`: a thread is no longer open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadClosedNotification {
    /// The thread.
    pub thread_id: String,
}

/// `thread/compacted`: the conversation was summarized. Old; the item `contextCompaction` tells the
/// same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContextCompactedNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
}
