//! Requests of the first protocol version that are still served.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

use crate::AuthMode;
use crate::ExecPolicyAmendment;
use crate::NetworkPolicyAmendment;
use crate::SubAgentSource;
use crate::ThreadId;

/// `applyPatchApproval`: may these changes be made? Of the first protocol version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplyPatchApprovalParams {
    pub conversation_id: ThreadId,
    /// The patch's item.
    pub call_id: String,
    /// The changes, by the files' paths.
    pub file_changes: BTreeMap<String, FileChange>,
    pub reason: Option<String>,
    /// A folder in which changes need not be asked about again.
    pub grant_root: Option<PathBuf>,
}

/// A change of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum FileChange {
    Add {
        content: String,
    },
    Delete {
        content: String,
    },
    Update {
        unified_diff: String,
        /// Its new place, if it is moved.
        move_path: Option<String>,
    },
}

/// Answer to `applyPatchApproval`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApplyPatchApprovalResponse {
    pub decision: ReviewDecision,
}

/// An answer of the first protocol version to whether something may be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewDecision {
    /// It may.
    Approved,
    /// It may, and the rule is kept.
    ApprovedExecpolicyAmendment {
        /// The rule: commands that begin with these words.
        proposed_execpolicy_amendment: ExecPolicyAmendment,
    },
    /// It may, and it need not be asked about again in this session.
    ApprovedForSession,
    /// The rule for the host is kept, and decides.
    NetworkPolicyAmendment {
        /// The rule.
        network_policy_amendment: NetworkPolicyAmendment,
    },
    /// It may not; the turn goes on.
    Denied,
    /// Nobody answered in time.
    TimedOut,
    /// It may not, and the turn ends.
    Abort,
}

/// `execCommandApproval`: may this command run? Of the first protocol version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecCommandApprovalParams {
    pub conversation_id: ThreadId,
    /// The command's item.
    pub call_id: String,
    /// Tells several requests for one item apart.
    pub approval_id: Option<String>,
    /// Program and arguments.
    pub command: Vec<String>,
    pub cwd: PathBuf,
    pub reason: Option<String>,
    /// What it does, as far as that can be told from its text.
    pub parsed_cmd: Vec<ParsedCommand>,
}

/// What a command does, as far as that can be told from its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ParsedCommand {
    Read {
        /// The part of the command line that does it.
        cmd: String,
        /// The file's name without its folder.
        name: String,
        path: PathBuf,
    },
    ListFiles {
        /// The part of the command line that does it.
        cmd: String,
        path: Option<String>,
    },
    Search {
        /// The part of the command line that does it.
        cmd: String,
        query: Option<String>,
        path: Option<String>,
    },
    Unknown {
        cmd: String,
    },
}

/// Answer to `execCommandApproval`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExecCommandApprovalResponse {
    pub decision: ReviewDecision,
}

/// A commit's hash in hex.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GitSha(pub String);

/// Which thread `getConversationSummary` is about. The id wins if both are given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum GetConversationSummaryParams {
    /// The thread with this id.
    ByThreadId {
        /// The id.
        conversation_id: ThreadId,
    },
    /// The thread kept in this file.
    ByRolloutPath {
        /// The history file, relative to the home folder if it is not absolute.
        rollout_path: PathBuf,
    },
}

/// Result of `getConversationSummary`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GetConversationSummaryResponse {
    /// What is known of the thread.
    pub summary: ConversationSummary,
}

/// What is known of a thread without reading its turns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConversationSummary {
    /// The thread's id.
    pub conversation_id: ThreadId,
    /// Its history file.
    pub path: PathBuf,
    /// The beginning of its first user message.
    pub preview: String,
    /// When it was created, RFC 3339.
    pub timestamp: Option<String>,
    /// When it was last written to, RFC 3339.
    pub updated_at: Option<String>,
    /// The model provider it was started with.
    pub model_provider: String,
    /// The working directory it was started in.
    pub cwd: PathBuf,
    /// The version of the program that started it.
    pub cli_version: String,
    /// What started it.
    pub source: ConversationSource,
    /// The state of the git repository it was started in.
    pub git_info: Option<ConversationGitInfo>,
}

/// What started a thread, in the spelling of history files (`SessionSource` has the current one).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConversationSource {
    /// The command line program.
    Cli,
    /// An editor.
    Vscode,
    /// A run without interaction.
    Exec,
    /// A client of this server.
    Mcp,
    /// A program that gave its own name.
    Custom(String),
    /// The server itself.
    Internal(InternalSessionSource),
    /// Another thread.
    Subagent(SubAgentSource),
    /// Not recorded.
    Unknown,
}

/// Why the server started a thread by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InternalSessionSource {
    /// To sort what it remembers.
    MemoryConsolidation,
}

/// The state of a git repository, with the member names of history files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationGitInfo {
    /// The commit checked out.
    pub sha: Option<String>,
    /// The branch checked out.
    pub branch: Option<String>,
    /// Address of the remote `origin`.
    pub origin_url: Option<String>,
}

/// Params of `gitDiffToRemote`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GitDiffToRemoteParams {
    /// A folder in the repository.
    pub cwd: PathBuf,
}

/// Result of `gitDiffToRemote`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GitDiffToRemoteResponse {
    /// The nearest commit that the remote has, too.
    pub sha: GitSha,
    /// What the working tree changes against it, as a unified diff.
    pub diff: String,
}

/// Params of `getAuthStatus`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetAuthStatusParams {
    /// Whether the result is to hold the token. Default false.
    pub include_token: Option<bool>,
    /// Whether to renew the token first. Default false.
    pub refresh_token: Option<bool>,
}

/// Result of `getAuthStatus`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetAuthStatusResponse {
    /// How the user is logged in; null if not at all.
    pub auth_method: Option<AuthMode>,
    /// The token, if asked for.
    pub auth_token: Option<String>,
    /// Whether the current model provider wants a login.
    pub requires_openai_auth: Option<bool>,
}
