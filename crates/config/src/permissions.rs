//! What a thread's commands may do: one resolved value from sandbox modes, permission profiles and a request's wishes.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The permissions in force for a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permissions {
    /// What is allowed.
    pub profile: PermissionProfile,
    /// The named profile this came from; `None` for the legacy `sandbox_mode`.
    pub active: Option<ActivePermissionProfile>,
}

/// A full description of what commands may do. Its JSON is the form written into histories (persistence.md §3.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PermissionProfile {
    /// We hold commands to these rules.
    Managed {
        /// Files.
        file_system: FileSystemPermissions,
        /// Network.
        network: NetworkPermissions,
    },
    /// No sandbox.
    Disabled,
    /// Somebody else's sandbox is around us.
    External {
        /// Network.
        network: NetworkPermissions,
    },
}

/// Whether commands reach the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetworkPermissions {
    /// They do not.
    Restricted,
    /// They do.
    Enabled,
}

/// Rules about files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FileSystemPermissions {
    /// What the entries give and nothing else.
    Restricted {
        /// In the order in which they are shown; the most specific one decides.
        entries: Vec<FileSystemEntry>,
        /// How deep globs of denied files are looked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        glob_scan_max_depth: Option<usize>,
    },
    /// Everything.
    Unrestricted,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSystemEntry {
    /// What it is about.
    pub path: FileSystemPath,
    /// What is allowed there.
    pub access: FileSystemAccess,
}

/// What is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileSystemAccess {
    /// Nothing.
    None,
    /// Reading.
    Read,
    /// Reading and writing.
    Write,
}

/// What a rule is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FileSystemPath {
    /// A file or a folder with all below it.
    Path {
        /// Absolute.
        path: PathBuf,
    },
    /// Files matching a glob.
    GlobPattern {
        /// Absolute, with `*`, `**`, `?`.
        pattern: String,
    },
    /// A place known by its part.
    Special {
        /// Which one.
        value: SpecialPath,
    },
}

/// A place known by its part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SpecialPath {
    /// `/`.
    Root,
    /// What programs need to run at all.
    Minimal,
    /// The thread's working directory, or a path below it.
    ProjectRoots {
        /// Relative.
        subpath: Option<PathBuf>,
    },
    /// `$TMPDIR`.
    Tmpdir,
    /// `/tmp`.
    SlashTmp,
    /// A name of the future; it gives nothing.
    Unknown {
        /// The name.
        path: String,
        /// Relative.
        subpath: Option<PathBuf>,
    },
}

/// The named profile in force, as replies show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivePermissionProfile {
    /// Its name.
    pub id: String,
    /// The profile it extends; always `None` so far.
    pub extends: Option<String>,
    /// What the request added to it.
    pub modifications: Vec<ProfileModification>,
}

/// What a request adds to a named profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ProfileModification {
    /// One more folder in which commands may write.
    AdditionalWritableRoot {
        /// Absolute.
        path: PathBuf,
    },
}

/// The legacy view of permissions (`sandbox` in replies); its JSON is the form written into histories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum SandboxPolicy {
    /// No sandbox.
    DangerFullAccess,
    /// Read everything.
    ReadOnly {
        /// Whether the network is open.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        network_access: bool,
    },
    /// Somebody else's sandbox.
    ExternalSandbox {
        /// Whether the network is open.
        network_access: NetworkPermissions,
    },
    /// Write in some folders.
    WorkspaceWrite {
        /// Besides the working directory.
        writable_roots: Vec<PathBuf>,
        /// Whether the network is open.
        network_access: bool,
        /// `$TMPDIR` is not writable.
        exclude_tmpdir_env_var: bool,
        /// `/tmp` is not writable.
        exclude_slash_tmp: bool,
    },
}

/// A folder in which commands may write, and what below it they may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WritableRoot {
    /// The folder.
    pub root: PathBuf,
    /// Paths below it that stay as they are, whether they exist or not.
    pub read_only: Vec<PathBuf>,
}

impl Permissions {
    /// The legacy view for a thread in `cwd` (config.md §15).
    pub fn sandbox_policy(&self, cwd: &Path) -> SandboxPolicy {
        let _ = cwd;
        todo!()
    }
}

impl PermissionProfile {
    /// The permissions a legacy policy stands for (`turn/start`'s `sandboxPolicy`).
    pub fn from_legacy(policy: &SandboxPolicy) -> Self {
        let _ = policy;
        todo!()
    }

    /// Whether commands reach the network.
    pub fn network_enabled(&self) -> bool {
        todo!()
    }

    /// Whether commands may write everywhere.
    pub fn writes_everywhere(&self) -> bool {
        todo!()
    }

    /// Whether commands may write in `path` for a thread in `cwd`.
    pub fn can_write(&self, path: &Path, cwd: &Path) -> bool {
        let _ = (path, cwd);
        todo!()
    }

    /// The folders in which commands may write, resolved for a thread in `cwd`; empty when they may write everywhere.
    pub fn writable_roots(&self, cwd: &Path) -> Vec<WritableRoot> {
        let _ = cwd;
        todo!()
    }
}
