//! What is told of an item while it comes into being: start, deltas, progress, completion.

use serde::Deserialize;
use serde::Serialize;

use crate::FileUpdateChange;
use crate::ThreadItem;

/// `item/started`: an item has begun; more will be told of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemStartedNotification {
    pub item: ThreadItem,
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// When, in milliseconds since 1970. A member of later versions, which the reference does
    /// not write.
    #[serde(default)]
    pub started_at_ms: i64,
}

/// `item/completed`: an item has ended; this is its last state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemCompletedNotification {
    pub item: ThreadItem,
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// When, in milliseconds since 1970. A member of later versions, which the reference does
    /// not write.
    #[serde(default)]
    pub completed_at_ms: i64,
}

/// `item/agentMessage/delta`: more of what the agent says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentMessageDeltaNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// The item.
    pub item_id: String,
    /// What is to be added.
    pub delta: String,
}

/// `item/plan/delta`: more of the plan the agent proposes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanDeltaNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// The item.
    pub item_id: String,
    /// What is to be added.
    pub delta: String,
}

/// `item/commandExecution/outputDelta`: a command of the agent's printed something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandExecutionOutputDeltaNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// The item.
    pub item_id: String,
    /// What is to be added.
    pub delta: String,
}

/// `item/commandExecution/terminalInteraction`: the agent typed something into a process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TerminalInteractionNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// The item.
    pub item_id: String,
    /// The client's name for the process.
    pub process_id: String,
    pub stdin: String,
}

/// `item/fileChange/outputDelta`: applying a patch printed something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileChangeOutputDeltaNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// The item.
    pub item_id: String,
    /// What is to be added.
    pub delta: String,
}

/// `item/fileChange/patchUpdated`: a patch that is being written has grown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileChangePatchUpdatedNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// The item.
    pub item_id: String,
    /// All changes so far.
    pub changes: Vec<FileUpdateChange>,
}

/// `item/mcpToolCall/progress`: an MCP server tells how far a call has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct McpToolCallProgressNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// The item.
    pub item_id: String,
    pub message: String,
}

/// `item/reasoning/summaryTextDelta`: more of a summary of the agent's thoughts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReasoningSummaryTextDeltaNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// The item.
    pub item_id: String,
    /// What is to be added.
    pub delta: String,
    /// The paragraph, counted from 0.
    pub summary_index: i64,
}

/// `item/reasoning/summaryPartAdded`: a new paragraph of that summary begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReasoningSummaryPartAddedNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// The item.
    pub item_id: String,
    /// The paragraph, counted from 0.
    pub summary_index: i64,
}

/// `item/reasoning/textDelta`: more of the agent's thoughts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReasoningTextDeltaNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// The item.
    pub item_id: String,
    /// What is to be added.
    pub delta: String,
    /// The part, counted from 0.
    pub content_index: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_times_of_items_are_always_written_and_need_not_be_there() {
        let item = json!({ "type": "plan", "id": "i", "text": "" });
        let told = json!({ "item": item, "threadId": "t", "turnId": "u" });
        let started: ItemStartedNotification = serde_json::from_value(told.clone()).unwrap();
        let completed: ItemCompletedNotification = serde_json::from_value(told).unwrap();
        assert_eq!(serde_json::to_value(started).unwrap()["startedAtMs"], 0);
        assert_eq!(serde_json::to_value(completed).unwrap()["completedAtMs"], 0);
    }
}
