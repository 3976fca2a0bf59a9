//! Reading threads: `thread/list`, `thread/loaded/list`, `thread/read`, `thread/turns/list`.

use serde::Deserialize;
use serde::Serialize;

use crate::Thread;
use crate::Turn;

/// `thread/list`: lists stored threads, a page at a time. Those without a message of the user are
/// left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadListParams {
    /// Where the page begins: `nextCursor` of the page before; absent for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many to answer with: 25 unless said, at most 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Which time they are sorted by. Default `created_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_key: Option<ThreadSortKey>,
    /// Default `desc`, the newest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_direction: Option<SortDirection>,
    /// Only threads of these providers. Null for the configured one, empty for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_providers: Option<Vec<String>>,
    /// Only threads started by these. Null or empty for those started by a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_kinds: Option<Vec<ThreadSourceKind>>,
    /// Whether to list archived threads instead of the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
    /// Only threads of this folder, or these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwd: Option<ThreadListCwdFilter>,
    /// Whether to answer from the database alone, without looking at the files.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub use_state_db_only: bool,
    /// Only threads with this text in their title; case matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_term: Option<String>,
}

/// Which way a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SortDirection {
    Asc,
    Desc,
}

/// Which time threads are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreadSortKey {
    CreatedAt,
    UpdatedAt,
}

/// What started a thread, as a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ThreadSourceKind {
    Cli,
    Vscode,
    Exec,
    AppServer,
    /// Another thread, for any reason.
    SubAgent,
    /// Another thread, to review changes.
    SubAgentReview,
    /// Another thread, to summarize.
    SubAgentCompact,
    /// Another thread, for a task.
    SubAgentThreadSpawn,
    /// Another thread, for another reason.
    SubAgentOther,
    Unknown,
}

/// Result of `thread/list`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadListResponse {
    pub data: Vec<Thread>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
    /// For going the other way from the first entry; null on an empty page.
    pub backwards_cursor: Option<String>,
}

/// `thread/loaded/list`: lists the ids of open threads.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadLoadedListParams {
    /// The last id of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many to answer with: all unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Result of `thread/loaded/list`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadLoadedListResponse {
    /// Ids, sorted.
    pub data: Vec<String>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

/// `thread/read`: tells of a thread, stored or open, without opening it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadReadParams {
    /// The thread.
    pub thread_id: String,
    /// Whether its turns are to be told.
    #[serde(default)]
    pub include_turns: bool,
}

/// Result of `thread/read`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadReadResponse {
    pub thread: Thread,
}

/// `thread/turns/list`: lists a thread's turns, a page at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadTurnsListParams {
    /// The thread.
    pub thread_id: String,
    /// Where the page begins: `nextCursor` of the page before; absent for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many to answer with: 25 unless said, at most 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Default `desc`, the newest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_direction: Option<SortDirection>,
}

/// Result of `thread/turns/list`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadTurnsListResponse {
    pub data: Vec<Turn>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
    /// For going the other way from the first turn, that turn included; null on an empty page.
    pub backwards_cursor: Option<String>,
}

/// One working directory or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ThreadListCwdFilter {
    /// Threads of this folder.
    One(String),
    /// Threads of any of these folders; of none if the list is empty.
    Many(Vec<String>),
}

/// Params of `thread/search`, an extension of this server: full text over the names of threads and
/// what was said in them.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadSearchParams {
    /// Words that all must occur in one message or name; the last may be the beginning of a word.
    pub query: String,
    /// How many hits at most; 25 unless given, 100 at the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Result of `thread/search`.
#[doc(hidden)]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadSearchResponse {
    /// Best first.
    pub data: Vec<ThreadSearchHit>,
    /// Whether everything in the home has been searched; if not, the rest is being indexed.
    pub complete: bool,
}

/// Something found by `thread/search`.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadSearchHit {
    /// The thread.
    pub thread_id: String,
    /// The turn; null for a name.
    pub turn_id: Option<String>,
    /// Whether the thread was put away.
    pub archived: bool,
    /// Whose words they are.
    pub speaker: ThreadSearchSpeaker,
    /// The words found, with some around them.
    pub snippet: String,
    /// Where in the snippet the words stand, in bytes.
    pub matches: Vec<crate::ByteRange>,
}

/// Whose words were found.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ThreadSearchSpeaker {
    /// The thread's name.
    Title,
    /// The user.
    User,
    /// The agent.
    Agent,
}
