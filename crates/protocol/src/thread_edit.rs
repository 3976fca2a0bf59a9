//! Editing what is known of a thread: its name, its git facts, its memory mode.

use serde::Deserialize;
use serde::Serialize;

use crate::Thread;
use crate::double_option;

/// `thread/name/set`: names a thread, open or stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadSetNameParams {
    /// The thread.
    pub thread_id: String,
    /// The name; blanks around it are cut off, and it must not be empty.
    pub name: String,
}

/// Result of `thread/name/set`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadSetNameResponse {}

/// `thread/metadata/update`: corrects what is known of a thread's git repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadMetadataUpdateParams {
    /// The thread.
    pub thread_id: String,
    /// What to change; at least one member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub git_info: Option<ThreadMetadataGitInfoUpdateParams>,
}

/// Changes to what is known of a git repository. Absent members are kept, null ones cleared.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadMetadataGitInfoUpdateParams {
    /// The commit.
    #[serde(default, with = "double_option", skip_serializing_if = "Option::is_none")]
    pub sha: Option<Option<String>>,
    /// The branch.
    #[serde(default, with = "double_option", skip_serializing_if = "Option::is_none")]
    pub branch: Option<Option<String>>,
    /// Address of the remote `origin`.
    #[serde(default, with = "double_option", skip_serializing_if = "Option::is_none")]
    pub origin_url: Option<Option<String>>,
}

/// Result of `thread/metadata/update`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadMetadataUpdateResponse {
    /// The thread after the change.
    pub thread: Thread,
}

/// `thread/memoryMode/set`: says whether memories are made of a thread. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadMemoryModeSetParams {
    /// The thread.
    pub thread_id: String,
    /// Whether they are.
    pub mode: ThreadMemoryMode,
}

/// Whether memories are made of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThreadMemoryMode {
    Enabled,
    Disabled,
}

/// Result of `thread/memoryMode/set`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadMemoryModeSetResponse {}

/// Result of `memory/reset`, which forgets all memories. Experimental.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MemoryResetResponse {}

/// `thread/name/updated`: a thread has another name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadNameUpdatedNotification {
    /// The thread.
    pub thread_id: String,
    /// Absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_name: Option<String>,
}
