//! `feedback/upload`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

/// `feedback/upload`: sends a report to the makers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FeedbackUploadParams {
    /// What it is about, such as `bug` or `good_result`.
    pub classification: String,
    /// What the user has to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The thread it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
    /// Whether to send the logs and the thread's history along.
    pub include_logs: bool,
    /// More files to send along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_log_files: Option<Vec<PathBuf>>,
    /// More facts, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
}

/// Result of `feedback/upload`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FeedbackUploadResponse {
    /// What the report can be found by.
    pub thread_id: String,
}
