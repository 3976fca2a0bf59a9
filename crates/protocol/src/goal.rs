//! `thread/goal/*`: what a thread is to reach, and how far it has come (experimental).

use serde::Deserialize;
use serde::Serialize;

use crate::double_option;

/// `thread/goal/set`: sets or changes what a thread is to reach. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadGoalSetParams {
    /// The thread.
    pub thread_id: String,
    /// What is to be reached; absent to keep it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objective: Option<String>,
    /// Whether it is worked on; absent to keep it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ThreadGoalStatus>,
    /// How many tokens it may cost. Null for no limit, absent to keep it.
    #[serde(default, with = "double_option", skip_serializing_if = "Option::is_none")]
    pub token_budget: Option<Option<i64>>,
}

/// How a goal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ThreadGoalStatus {
    /// It is worked on.
    Active,
    /// It rests.
    Paused,
    /// Its budget is used up.
    BudgetLimited,
    /// It is reached.
    Complete,
}

/// Result of `thread/goal/set`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadGoalSetResponse {
    pub goal: ThreadGoal,
}

/// What a thread is to reach, and how far it has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadGoal {
    /// The thread.
    pub thread_id: String,
    /// What is to be reached.
    pub objective: String,
    pub status: ThreadGoalStatus,
    /// How many tokens it may cost; null for no limit.
    pub token_budget: Option<i64>,
    /// How many tokens it has cost.
    pub tokens_used: i64,
    /// How long it was worked on, in seconds.
    pub time_used_seconds: i64,
    /// When it was set, in seconds since 1970.
    pub created_at: i64,
    /// When it last changed, in seconds since 1970.
    pub updated_at: i64,
}

/// `thread/goal/get`: asks for a thread's goal. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadGoalGetParams {
    /// The thread.
    pub thread_id: String,
}

/// Result of `thread/goal/get`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadGoalGetResponse {
    /// The goal; null if there is none.
    pub goal: Option<ThreadGoal>,
}

/// `thread/goal/clear`: takes a thread's goal away. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadGoalClearParams {
    /// The thread.
    pub thread_id: String,
}

/// Result of `thread/goal/clear`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadGoalClearResponse {
    /// Whether there was one.
    pub cleared: bool,
}

/// `thread/goal/updated`: a thread's goal changed, or stands as told. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadGoalUpdatedNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn that worked on it, if one did.
    pub turn_id: Option<String>,
    pub goal: ThreadGoal,
}

/// `thread/goal/cleared`: a thread has no goal. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadGoalClearedNotification {
    /// The thread.
    pub thread_id: String,
}
