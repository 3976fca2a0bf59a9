//! `fs/*`: the file system of the machine the server runs on.

use serde::Deserialize;
use serde::Serialize;

use crate::AbsolutePathBuf;

/// `fs/readFile`: reads a file of at most 512 MiB. Links are followed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FsReadFileParams {
    /// The file.
    pub path: AbsolutePathBuf,
}

/// Result of `fs/readFile`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FsReadFileResponse {
    /// The bytes, in padded standard base64.
    pub data_base64: String,
}

/// `fs/writeFile`: writes a file, creating or replacing its content. Links are followed; folders
/// are not made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FsWriteFileParams {
    /// The file.
    pub path: AbsolutePathBuf,
    /// The bytes, in padded standard base64.
    pub data_base64: String,
}

/// Result of `fs/writeFile`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FsWriteFileResponse {}

/// `fs/createDirectory`: makes a folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FsCreateDirectoryParams {
    /// The folder.
    pub path: AbsolutePathBuf,
    /// Whether to make those above it and be content if it is there. Default true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recursive: Option<bool>,
}

/// Result of `fs/createDirectory`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FsCreateDirectoryResponse {}

/// `fs/getMetadata`: tells of a file or folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FsGetMetadataParams {
    /// Where it is.
    pub path: AbsolutePathBuf,
}

/// Result of `fs/getMetadata`. Kind and times are those of a link's target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FsGetMetadataResponse {
    pub is_directory: bool,
    pub is_file: bool,
    /// Whether the path itself is a symbolic link.
    pub is_symlink: bool,
    /// When it was made, in milliseconds since 1970; 0 if the system does not tell.
    pub created_at_ms: i64,
    /// When it last changed, in milliseconds since 1970; 0 if the system does not tell.
    pub modified_at_ms: i64,
}

/// `fs/readDirectory`: lists a folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FsReadDirectoryParams {
    /// The folder.
    pub path: AbsolutePathBuf,
}

/// Result of `fs/readDirectory`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FsReadDirectoryResponse {
    /// What is in it, in the order of the file system.
    pub entries: Vec<FsReadDirectoryEntry>,
}

/// Something in a folder. Its kind is that of a link's target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FsReadDirectoryEntry {
    /// Its name without the folder.
    pub file_name: String,
    pub is_directory: bool,
    pub is_file: bool,
}

/// `fs/remove`: removes a file or folder. A link is removed, not its target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FsRemoveParams {
    /// Where it is.
    pub path: AbsolutePathBuf,
    /// Whether to remove what is in a folder, too. Default true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recursive: Option<bool>,
    /// Whether to be content if nothing is there. Default true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub force: Option<bool>,
}

/// Result of `fs/remove`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FsRemoveResponse {}

/// `fs/copy`: copies a file, link or folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FsCopyParams {
    pub source_path: AbsolutePathBuf,
    pub destination_path: AbsolutePathBuf,
    /// Whether folders may be copied. Default false.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recursive: bool,
}

/// Result of `fs/copy`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FsCopyResponse {}

/// `fs/watch`: has changes of a file, or of what is in a folder, told by `fs/changed` until
/// `fs/unwatch` or the end of the connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FsWatchParams {
    /// The client's name for the watch; unique on its connection.
    pub watch_id: String,
    /// What to watch; it need not exist.
    pub path: AbsolutePathBuf,
}

/// Result of `fs/watch`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FsWatchResponse {
    /// What is watched, without dots and doubled slashes.
    pub path: AbsolutePathBuf,
}

/// `fs/unwatch`: ends a watch. Nothing is told of it after the reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FsUnwatchParams {
    /// The client's name for the watch.
    pub watch_id: String,
}

/// Result of `fs/unwatch`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FsUnwatchResponse {}

/// `fs/changed`: something that is watched has changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FsChangedNotification {
    pub watch_id: String,
    /// What, sorted, spelled as in the request.
    pub changed_paths: Vec<AbsolutePathBuf>,
}
