//! `fuzzyFileSearch*`: finding files by parts of their names.

use serde::Deserialize;
use serde::Serialize;

/// `fuzzyFileSearch`: finds files and folders by parts of their paths.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FuzzyFileSearchParams {
    /// The parts, parted by blanks; case is ignored. `^` and `$` stand for beginning and end, `'`
    /// asks for the text itself, `!` excludes.
    pub query: String,
    /// Folders to look in; relative ones below the server's own.
    pub roots: Vec<String>,
    /// A search with the same token that still runs is ended.
    pub cancellation_token: Option<String>,
}

/// Result of `fuzzyFileSearch`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FuzzyFileSearchResponse {
    /// The 50 best, the best first.
    pub files: Vec<FuzzyFileSearchResult>,
}

/// A file or folder that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FuzzyFileSearchResult {
    /// The root it is in, as it was given.
    pub root: String,
    /// Its path in the root.
    pub path: String,
    pub match_type: FuzzyFileSearchMatchType,
    /// The last part of its path.
    pub file_name: String,
    /// How well it fits; more is better.
    pub score: u32,
    /// The characters of `path` that fit, counted from 0.
    pub indices: Option<Vec<u32>>,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FuzzyFileSearchMatchType {
    File,
    Directory,
}

/// `fuzzyFileSearch/sessionStart`: starts a search whose query changes, as when the user types.
/// Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FuzzyFileSearchSessionStartParams {
    /// The client's name for it; a session of that name is replaced.
    pub session_id: String,
    /// Folders to look in, at least one.
    pub roots: Vec<String>,
}

/// Result of `fuzzyFileSearch/sessionStart`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FuzzyFileSearchSessionStartResponse {}

/// `fuzzyFileSearch/sessionUpdate`: changes the query of a search. What is found is told by
/// `fuzzyFileSearch/sessionUpdated`. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FuzzyFileSearchSessionUpdateParams {
    pub session_id: String,
    pub query: String,
}

/// Result of `fuzzyFileSearch/sessionUpdate`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FuzzyFileSearchSessionUpdateResponse {}

/// `fuzzyFileSearch/sessionStop`: ends a search. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FuzzyFileSearchSessionStopParams {
    pub session_id: String,
}

/// Result of `fuzzyFileSearch/sessionStop`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FuzzyFileSearchSessionStopResponse {}

/// `fuzzyFileSearch/sessionUpdated`: what a search has found so far. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FuzzyFileSearchSessionUpdatedNotification {
    pub session_id: String,
    /// The query it belongs to.
    pub query: String,
    /// The best, the best first.
    pub files: Vec<FuzzyFileSearchResult>,
}

/// `fuzzyFileSearch/sessionCompleted`: a search has looked everywhere. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FuzzyFileSearchSessionCompletedNotification {
    pub session_id: String,
}
