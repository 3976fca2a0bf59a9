//! A thread: one conversation, its origin, its state and its token usage.

use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

use crate::AbsolutePathBuf;
use crate::Turn;

/// A conversation with its turns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Thread {
    /// A UUID, in lower case with dashes.
    pub id: String,
    /// The id of the first thread in the tree of threads that spawned this one; its own id if
    /// nothing spawned it. A member of later versions, which the reference does not write.
    #[serde(default)]
    pub session_id: String,
    /// The thread this one was copied from. Always null in lists.
    pub forked_from_id: Option<String>,
    /// The beginning of the conversation, usually the first message of the user; empty before there
    /// is one.
    pub preview: String,
    /// Whether it is kept in memory alone.
    pub ephemeral: bool,
    /// The provider it was started with, by its id.
    pub model_provider: String,
    /// When it was started, in seconds since 1970.
    pub created_at: i64,
    /// When it was last written to, in seconds since 1970.
    pub updated_at: i64,
    /// What it is doing.
    pub status: ThreadStatus,
    /// Its history file; null for ephemeral threads.
    pub path: Option<PathBuf>,
    /// The working directory it was started in.
    pub cwd: AbsolutePathBuf,
    /// The version of the program that started it.
    pub cli_version: String,
    /// What started it.
    pub source: SessionSource,
    /// A name to tell a spawned agent by.
    pub agent_nickname: Option<String>,
    /// The role a spawned agent was given.
    pub agent_role: Option<String>,
    /// The state of the git repository it was started in.
    pub git_info: Option<GitInfo>,
    /// The name the user gave it.
    pub name: Option<String>,
    /// Its turns, where the method says so; otherwise empty.
    pub turns: Vec<Turn>,
}

/// The state of a git repository.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GitInfo {
    /// The commit that was checked out.
    pub sha: Option<String>,
    /// The branch that was checked out.
    pub branch: Option<String>,
    /// Address of the remote `origin`.
    pub origin_url: Option<String>,
}

/// What started a thread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SessionSource {
    /// The command line program.
    Cli,
    /// An editor.
    Vscode,
    /// A run without interaction.
    Exec,
    /// A client of this server.
    AppServer,
    /// A program that gave its own name.
    Custom(String),
    /// Another thread.
    SubAgent(SubAgentSource),
    /// Not recorded.
    Unknown,
}

/// Why a thread started another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubAgentSource {
    /// To review changes.
    Review,
    /// To summarize a conversation.
    Compact,
    /// Because the model wanted an agent for a task.
    ThreadSpawn {
        /// The thread whose model wanted it.
        parent_thread_id: ThreadId,
        /// How many threads stand between it and the user's, itself counted.
        depth: i32,
        /// Where it stands in the tree of agents.
        #[serde(default)]
        agent_path: Option<AgentPath>,
        /// A name to tell it by.
        #[serde(default)]
        agent_nickname: Option<String>,
        /// The role it was given.
        #[serde(default)]
        agent_role: Option<String>,
    },
    /// To sort what is remembered.
    MemoryConsolidation,
    /// For the reason named.
    Other(String),
}

/// What a thread is doing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ThreadStatus {
    /// It is stored, and nobody uses it.
    NotLoaded,
    /// It waits for the user.
    Idle,
    /// Its last turn failed; it waits for the user.
    SystemError,
    /// A turn runs.
    Active {
        /// What the turn waits for; empty while it works.
        active_flags: Vec<ThreadActiveFlag>,
    },
}

/// What a running turn waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ThreadActiveFlag {
    /// An answer to a request for leave.
    WaitingOnApproval,
    /// An answer to a question.
    WaitingOnUserInput,
}

/// `thread/tokenUsage/updated`: the model answered, or a thread was opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadTokenUsageUpdatedNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn it belongs to; empty if that is not known.
    pub turn_id: String,
    pub token_usage: ThreadTokenUsage,
}

/// How many tokens a thread has cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadTokenUsage {
    /// All requests to the model together.
    pub total: TokenUsageBreakdown,
    /// The last request alone.
    pub last: TokenUsageBreakdown,
    /// How many tokens the model can deal with.
    pub model_context_window: Option<i64>,
}

/// How many tokens requests have cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenUsageBreakdown {
    pub total_tokens: i64,
    /// Those sent, `cachedInputTokens` included.
    pub input_tokens: i64,
    /// Those the service had stored.
    pub cached_input_tokens: i64,
    /// Those answered, `reasoningOutputTokens` included.
    pub output_tokens: i64,
    /// Those thought.
    pub reasoning_output_tokens: i64,
}

/// The id of a thread: a UUID in lower case with dashes.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ThreadId(pub String);

/// Where a sub-agent stands in the tree of agents, such as `/root/researcher`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgentPath(pub String);

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_thread_of_the_reference_has_no_session_and_can_be_read() {
        let told = json!({ "id": "t", "preview": "", "ephemeral": false, "modelProvider": "p", "createdAt": 1, "updatedAt": 1,
            "status": { "type": "idle" }, "cwd": "/", "cliVersion": "0.128.0", "source": "vscode", "turns": [] });
        let thread: Thread = serde_json::from_value(told).unwrap();
        assert_eq!(serde_json::to_value(thread).unwrap()["sessionId"], "");
    }
}
