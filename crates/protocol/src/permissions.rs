//! What a thread may touch: approval policy, sandbox policy, permission profiles.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

use crate::AbsolutePathBuf;

/// When the client is asked before a command runs or a patch is applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AskForApproval {
    /// Always, except for commands known to only read.
    Untrusted,
    /// When something failed in the sandbox, before it is tried without.
    OnFailure,
    /// When the model asks for it, or the sandbox would forbid it.
    OnRequest,
    /// Sort by sort: what is false is refused without asking.
    Granular {
        /// Leaving the sandbox.
        sandbox_approval: bool,
        /// What a rules file says to ask about.
        rules: bool,
        /// What a skill wants to run.
        #[serde(default)]
        skill_approval: bool,
        /// The model asking for more permissions.
        #[serde(default)]
        request_permissions: bool,
        /// Questions of MCP servers.
        mcp_elicitations: bool,
    },
    /// Never: what would have to be asked is refused.
    Never,
}

/// Who decides about approvals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalsReviewer {
    /// The user, by way of the client.
    User,
    /// A reviewing model; shown as `guardian_subagent`.
    AutoReview,
    /// A reviewing model.
    GuardianSubagent,
}

/// The choice of a permission profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum PermissionProfileSelectionParams {
    /// A profile by its name.
    Profile {
        /// `:read-only`, `:workspace`, `:danger-no-sandbox`, or a name from the configuration's
        /// `permissions` table.
        id: String,
        /// What is changed about it.
        #[serde(skip_serializing_if = "Option::is_none")]
        modifications: Option<Vec<PermissionProfileModificationParams>>,
    },
}

/// A change to a permission profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum PermissionProfileModificationParams {
    /// One more folder to write in.
    AdditionalWritableRoot {
        /// The folder.
        path: AbsolutePathBuf,
    },
}

/// The broad kinds of sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SandboxMode {
    /// Reading everywhere, writing nowhere.
    ReadOnly,
    /// Reading everywhere, writing in the working directory and the configured roots.
    WorkspaceWrite,
    /// No sandbox.
    DangerFullAccess,
}

/// The permission profile that was chosen by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActivePermissionProfile {
    /// Its name.
    pub id: String,
    /// The profile it is built on.
    #[serde(default)]
    pub extends: Option<String>,
    /// What was changed about it.
    #[serde(default)]
    pub modifications: Vec<ActivePermissionProfileModification>,
}

/// A change to the profile that is in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ActivePermissionProfileModification {
    /// One more folder to write in.
    AdditionalWritableRoot {
        /// The folder.
        path: AbsolutePathBuf,
    },
}

/// What a process may touch, in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum PermissionProfile {
    /// The server sees to it with a sandbox.
    Managed {
        /// Whether the network may be used.
        network: PermissionProfileNetworkPermissions,
        /// Which files may be read and written.
        file_system: PermissionProfileFileSystemPermissions,
    },
    /// No sandbox.
    Disabled,
    /// Somebody else sees to the files.
    External {
        /// Whether the network may be used.
        network: PermissionProfileNetworkPermissions,
    },
}

/// Which files may be read and written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum PermissionProfileFileSystemPermissions {
    /// Those of the entries alone; the most specific entry counts.
    Restricted {
        /// The entries.
        entries: Vec<FileSystemSandboxEntry>,
        /// How deep patterns are looked for, in folders below their fixed part.
        #[serde(skip_serializing_if = "Option::is_none")]
        glob_scan_max_depth: Option<NonZeroUsize>,
    },
    /// All.
    Unrestricted,
}

/// Access to a part of the file system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileSystemSandboxEntry {
    /// The part.
    pub path: FileSystemPath,
    /// The access.
    pub access: FileSystemAccessMode,
}

/// How files may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileSystemAccessMode {
    Read,
    /// Reading included.
    Write,
    /// Not at all, not even where an outer entry allows it.
    None,
}

/// A part of the file system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FileSystemPath {
    /// A file, or a folder with all in it.
    Path { path: AbsolutePathBuf },
    /// All files a pattern matches.
    GlobPattern {
        /// The pattern: `*`, `**`, `?`.
        pattern: String,
    },
    /// A place that is known by its purpose.
    Special {
        /// The purpose.
        value: FileSystemSpecialPath,
    },
}

/// A place that is known by its purpose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FileSystemSpecialPath {
    /// Everything.
    Root,
    /// What programs need to start: libraries and the like.
    Minimal,
    /// The working directory and the configured roots.
    ProjectRoots {
        /// A path in each of them.
        subpath: Option<PathBuf>,
    },
    /// The folder `$TMPDIR` names.
    Tmpdir,
    /// `/tmp`.
    SlashTmp,
    /// A purpose this version does not know; it matches nothing.
    Unknown {
        /// Its name.
        path: String,
        /// A path in it.
        subpath: Option<PathBuf>,
    },
}

/// Whether the network may be used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PermissionProfileNetworkPermissions {
    pub enabled: bool,
}

/// What commands may touch. The older form of `PermissionProfile`, kept for clients that use it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SandboxPolicy {
    /// Everything.
    DangerFullAccess,
    /// Reading everywhere, writing nowhere.
    ReadOnly {
        /// Whether the network may be used.
        #[serde(default)]
        network_access: bool,
    },
    /// The server itself runs in a sandbox and adds none.
    ExternalSandbox {
        /// What that sandbox allows.
        #[serde(default)]
        network_access: NetworkAccess,
    },
    /// Reading everywhere, writing in some folders.
    WorkspaceWrite {
        /// Folders to write in beside the working directory.
        #[serde(default)]
        writable_roots: Vec<AbsolutePathBuf>,
        /// Whether the network may be used.
        #[serde(default)]
        network_access: bool,
        /// Whether writing in `$TMPDIR` is forbidden.
        #[serde(default)]
        exclude_tmpdir_env_var: bool,
        /// Whether writing in `/tmp` is forbidden.
        #[serde(default)]
        exclude_slash_tmp: bool,
    },
}

/// Whether the network may be used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkAccess {
    /// It may not.
    #[default]
    Restricted,
    /// It may.
    Enabled,
}

/// Files a command may use beyond its sandbox.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AdditionalFileSystemPermissions {
    /// Files and folders to read.
    pub read: Option<Vec<AbsolutePathBuf>>,
    /// Files and folders to write.
    pub write: Option<Vec<AbsolutePathBuf>>,
    /// How deep patterns are looked for, in folders below their fixed part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub glob_scan_max_depth: Option<NonZeroUsize>,
    /// The same in the form of profiles; it counts if it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entries: Option<Vec<FileSystemSandboxEntry>>,
}

/// Whether a command may use the network beyond its sandbox.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AdditionalNetworkPermissions {
    pub enabled: Option<bool>,
}
