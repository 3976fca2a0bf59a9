//! `review/start`: the agent reviews changes.

use serde::Deserialize;
use serde::Serialize;

use crate::Turn;

/// `review/start`: has the agent review changes, as a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewStartParams {
    /// The thread.
    pub thread_id: String,
    /// Which changes.
    pub target: ReviewTarget,
    /// Where. Default in the thread itself.
    #[serde(default)]
    pub delivery: Option<ReviewDelivery>,
}

/// Where a review takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReviewDelivery {
    /// In the thread itself.
    Inline,
    /// In a thread of its own.
    Detached,
}

/// Which changes are reviewed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ReviewTarget {
    /// Those not committed, new files included.
    UncommittedChanges,
    /// Those against a branch.
    BaseBranch { branch: String },
    /// Those of a commit.
    Commit {
        sha: String,
        /// What to call it; its hash unless said.
        title: Option<String>,
    },
    /// Whatever the instructions say.
    Custom { instructions: String },
}

/// Result of `review/start`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewStartResponse {
    /// The turn, which has only begun.
    pub turn: Turn,
    /// The thread it takes place in.
    pub review_thread_id: String,
}
