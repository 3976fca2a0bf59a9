//! Warnings to show to the user.

use serde::Deserialize;
use serde::Serialize;

/// `warning`: something the user should know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WarningNotification {
    /// The thread it is about; null for all.
    pub thread_id: Option<String>,
    pub message: String,
}

/// `deprecationNotice`: something in use will be removed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeprecationNoticeNotification {
    pub summary: String,
    /// What to use in its place.
    pub details: Option<String>,
}
