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
        #[serde(default, skip_serializing_if = "Option::is_none")]
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
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
        self.profile.to_legacy(cwd)
    }
}

/// Names below a writable folder that stay as they are.
const PROTECTED: [&str; 3] = [".git", ".agents", ".codex"];

impl FileSystemEntry {
    fn special(value: SpecialPath, access: FileSystemAccess) -> Self {
        Self {
            path: FileSystemPath::Special { value },
            access,
        }
    }

    fn path(path: impl Into<PathBuf>, access: FileSystemAccess) -> Self {
        Self {
            path: FileSystemPath::Path { path: path.into() },
            access,
        }
    }

    /// The place on this machine for a thread in `cwd`; `None` for globs, names of the future, an unset `$TMPDIR`.
    fn place(&self, cwd: &Path) -> Option<PathBuf> {
        match &self.path {
            FileSystemPath::Path { path } => Some(path.clone()),
            FileSystemPath::GlobPattern { .. } => None,
            FileSystemPath::Special { value } => match value {
                SpecialPath::Root => Some("/".into()),
                SpecialPath::ProjectRoots { subpath: None } => Some(cwd.to_owned()),
                SpecialPath::ProjectRoots { subpath: Some(sub) } => Some(cwd.join(sub)),
                SpecialPath::Tmpdir => std::env::var_os("TMPDIR")
                    .map(PathBuf::from)
                    .filter(|p| p.is_absolute()),
                SpecialPath::SlashTmp => Some("/tmp".into()),
                SpecialPath::Minimal | SpecialPath::Unknown { .. } => None,
            },
        }
    }
}

impl NetworkPermissions {
    fn when(open: bool) -> Self {
        if open { Self::Enabled } else { Self::Restricted }
    }
}

impl PermissionProfile {
    /// Read everything, write nothing, no network (`:read-only`).
    pub fn read_only() -> Self {
        let entries = vec![FileSystemEntry::special(
            SpecialPath::Root,
            FileSystemAccess::Read,
        )];
        Self::restricted(entries, false)
    }

    fn restricted(entries: Vec<FileSystemEntry>, network: bool) -> Self {
        Self::Managed {
            file_system: FileSystemPermissions::Restricted {
                entries,
                glob_scan_max_depth: None,
            },
            network: NetworkPermissions::when(network),
        }
    }

    /// Write in the working directory, `roots` and temporary folders; the order of the entries is that of the reference.
    fn workspace(roots: &[PathBuf], network: bool, tmpdir: bool, slash_tmp: bool) -> Self {
        use FileSystemAccess::{Read, Write};
        let mut entries = vec![
            FileSystemEntry::special(SpecialPath::Root, Read),
            FileSystemEntry::special(SpecialPath::ProjectRoots { subpath: None }, Write),
        ];
        if slash_tmp {
            entries.push(FileSystemEntry::special(SpecialPath::SlashTmp, Write));
        }
        if tmpdir {
            entries.push(FileSystemEntry::special(SpecialPath::Tmpdir, Write));
        }
        entries.extend(roots.iter().map(|r| FileSystemEntry::path(r, Write)));
        for name in PROTECTED {
            let subpath = Some(PathBuf::from(name));
            entries.push(FileSystemEntry::special(
                SpecialPath::ProjectRoots { subpath },
                Read,
            ));
        }
        let there = roots
            .iter()
            .flat_map(|r| PROTECTED.iter().map(move |n| r.join(n)))
            .filter(|p| p.exists());
        entries.extend(there.map(|p| FileSystemEntry::path(p, Read)));
        Self::restricted(entries, network)
    }

    /// The permissions a legacy policy stands for (`turn/start`'s `sandboxPolicy`).
    pub fn from_legacy(policy: &SandboxPolicy) -> Self {
        match policy {
            SandboxPolicy::DangerFullAccess => Self::Disabled,
            SandboxPolicy::ExternalSandbox { network_access } => Self::External {
                network: *network_access,
            },
            SandboxPolicy::ReadOnly { network_access } => Self::restricted(
                vec![FileSystemEntry::special(
                    SpecialPath::Root,
                    FileSystemAccess::Read,
                )],
                *network_access,
            ),
            SandboxPolicy::WorkspaceWrite {
                writable_roots,
                network_access,
                exclude_tmpdir_env_var,
                exclude_slash_tmp,
            } => Self::workspace(
                writable_roots,
                *network_access,
                !exclude_tmpdir_env_var,
                !exclude_slash_tmp,
            ),
        }
    }

    /// One of the profiles that need no configuration.
    pub(crate) fn built_in(id: &str) -> Option<Self> {
        match id {
            ":read-only" => Some(Self::read_only()),
            ":workspace" => Some(Self::workspace(&[], false, true, true)),
            ":danger-no-sandbox" => Some(Self::Disabled),
            _ => None,
        }
    }

    /// Adds a folder in which commands may write, unless they may already.
    pub(crate) fn add_writable_root(&mut self, root: &Path, cwd: &Path) {
        if self.can_write(root, cwd) {
            return;
        }
        if let Self::Managed {
            file_system: FileSystemPermissions::Restricted { entries, .. },
            ..
        } = self
        {
            entries.push(FileSystemEntry::path(root, FileSystemAccess::Write));
        }
    }

    /// Adds a folder in which commands may write, unless a rule names it already.
    pub(crate) fn name_writable_root(&mut self, root: &Path) {
        if let Self::Managed {
            file_system: FileSystemPermissions::Restricted { entries, .. },
            ..
        } = self
        {
            let entry = FileSystemEntry::path(root, FileSystemAccess::Write);
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
    }

    /// Whether commands reach the network.
    pub fn network_enabled(&self) -> bool {
        match self {
            Self::Disabled => true,
            Self::Managed { network, .. } | Self::External { network } => {
                *network == NetworkPermissions::Enabled
            }
        }
    }

    /// The rules about files; `None` when there are none to keep.
    fn entries(&self) -> Option<&[FileSystemEntry]> {
        match self {
            Self::Managed {
                file_system: FileSystemPermissions::Restricted { entries, .. },
                ..
            } => Some(entries),
            _ => None,
        }
    }

    /// Whether commands may write everywhere.
    pub fn writes_everywhere(&self) -> bool {
        self.entries().is_none_or(|entries| {
            entries.iter().any(|e| {
                e.access == FileSystemAccess::Write
                    && matches!(
                        &e.path,
                        FileSystemPath::Special {
                            value: SpecialPath::Root
                        }
                    )
            }) && entries.iter().all(|e| e.access == FileSystemAccess::Write)
        })
    }

    /// Whether commands may write anywhere at all.
    pub fn writes_somewhere(&self) -> bool {
        self.entries()
            .is_none_or(|entries| entries.iter().any(|e| e.access == FileSystemAccess::Write))
    }

    /// Whether commands may write in `path` for a thread in `cwd`: what the most specific rule says, and of equally
    /// specific ones the last.
    pub fn can_write(&self, path: &Path, cwd: &Path) -> bool {
        self.access(path, cwd) == FileSystemAccess::Write
    }

    /// What commands may do with `path` for a thread in `cwd`.
    pub fn access(&self, path: &Path, cwd: &Path) -> FileSystemAccess {
        let Some(entries) = self.entries() else {
            return FileSystemAccess::Write;
        };
        let mut best: Option<(usize, FileSystemAccess)> = None;
        for entry in entries {
            let Some(place) = entry.place(cwd).filter(|p| path.starts_with(p)) else {
                continue;
            };
            let depth = place.components().count();
            if best.is_none_or(|(d, _)| depth >= d) {
                best = Some((depth, entry.access));
            }
        }
        best.map_or(FileSystemAccess::None, |(_, access)| access)
    }

    /// The folders in which commands may write, resolved for a thread in `cwd`; empty when they may write everywhere.
    pub fn writable_roots(&self, cwd: &Path) -> Vec<WritableRoot> {
        let Some(entries) = self.entries() else {
            return Vec::new();
        };
        let mut roots: Vec<PathBuf> = Vec::new();
        for entry in entries.iter().filter(|e| e.access == FileSystemAccess::Write) {
            if let Some(place) = entry.place(cwd)
                && !roots.contains(&place)
            {
                roots.push(place);
            }
        }
        let with_protection = |root: PathBuf| {
            let mut read_only: Vec<PathBuf> = PROTECTED.iter().map(|n| root.join(n)).collect();
            let held = entries
                .iter()
                .filter(|e| e.access != FileSystemAccess::Write)
                .filter_map(|e| e.place(cwd));
            for place in held.filter(|p| *p != root && p.starts_with(&root)) {
                if !read_only.contains(&place) {
                    read_only.push(place);
                }
            }
            // What a rule opens by name is open.
            read_only.retain(|p| !roots.contains(p));
            WritableRoot { root, read_only }
        };
        roots.clone().into_iter().map(with_protection).collect()
    }

    /// The nearest legacy policy.
    fn to_legacy(&self, cwd: &Path) -> SandboxPolicy {
        let entries = match self {
            Self::Disabled => return SandboxPolicy::DangerFullAccess,
            Self::External { network } => {
                return SandboxPolicy::ExternalSandbox {
                    network_access: *network,
                };
            }
            Self::Managed {
                file_system: FileSystemPermissions::Unrestricted,
                network,
            } => {
                return match network {
                    NetworkPermissions::Enabled => SandboxPolicy::DangerFullAccess,
                    NetworkPermissions::Restricted => SandboxPolicy::ExternalSandbox {
                        network_access: *network,
                    },
                };
            }
            Self::Managed {
                file_system: FileSystemPermissions::Restricted { entries, .. },
                ..
            } => entries,
        };
        let network_access = self.network_enabled();
        if self.writes_everywhere() {
            return match network_access {
                true => SandboxPolicy::DangerFullAccess,
                false => SandboxPolicy::ExternalSandbox {
                    network_access: NetworkPermissions::Restricted,
                },
            };
        }
        let written: Vec<_> = entries
            .iter()
            .filter(|e| e.access == FileSystemAccess::Write)
            .collect();
        if written.is_empty() {
            return SandboxPolicy::ReadOnly { network_access };
        }
        let mut writable_roots: Vec<PathBuf> = Vec::new();
        let mut tmpdir = false;
        for entry in written {
            let place = match &entry.path {
                FileSystemPath::Special {
                    value: SpecialPath::Tmpdir,
                } => {
                    tmpdir = true;
                    continue;
                }
                FileSystemPath::Special {
                    value: SpecialPath::SlashTmp,
                } => continue,
                _ => entry.place(cwd),
            };
            if let Some(place) = place.filter(|p| p != cwd && !writable_roots.contains(p)) {
                writable_roots.push(place);
            }
        }
        SandboxPolicy::WorkspaceWrite {
            writable_roots,
            network_access,
            exclude_tmpdir_env_var: !tmpdir,
            exclude_slash_tmp: !self.can_write(Path::new("/tmp"), cwd),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> PermissionProfile {
        PermissionProfile::from_legacy(&SandboxPolicy::WorkspaceWrite {
            writable_roots: vec!["/extra".into()],
            network_access: false,
            exclude_tmpdir_env_var: true,
            exclude_slash_tmp: false,
        })
    }

    #[test]
    fn a_legacy_policy_comes_back_as_it_was() {
        let policies = [
            SandboxPolicy::DangerFullAccess,
            SandboxPolicy::ReadOnly { network_access: true },
            SandboxPolicy::ExternalSandbox {
                network_access: NetworkPermissions::Restricted,
            },
            SandboxPolicy::WorkspaceWrite {
                writable_roots: vec!["/a".into(), "/b".into()],
                network_access: true,
                exclude_tmpdir_env_var: true,
                exclude_slash_tmp: false,
            },
        ];
        for policy in policies {
            let profile = PermissionProfile::from_legacy(&policy);
            assert_eq!(
                Permissions {
                    profile,
                    active: None
                }
                .sandbox_policy(Path::new("/w")),
                policy
            );
        }
    }

    #[test]
    fn the_workspace_is_writable_and_its_metadata_is_not() {
        let (profile, cwd) = (workspace(), Path::new("/w"));
        let writable = ["/w/src/a", "/extra/x", "/tmp/y"].map(|p| profile.can_write(Path::new(p), cwd));
        let held =
            ["/w/.git/config", "/w/.codex", "/etc/passwd"].map(|p| profile.can_write(Path::new(p), cwd));
        assert_eq!((writable, held), ([true; 3], [false; 3]));
        assert!(!profile.writes_everywhere() && profile.writes_somewhere() && !profile.network_enabled());
    }

    #[test]
    fn writable_roots_protect_their_metadata_whether_it_exists_or_not() {
        let roots = workspace().writable_roots(Path::new("/w"));
        let names: Vec<_> = roots.iter().map(|r| r.root.to_str().unwrap()).collect();
        assert_eq!(names, ["/w", "/tmp", "/extra"]);
        let held: Vec<PathBuf> = [".git", ".agents", ".codex"]
            .map(|n| Path::new("/extra").join(n))
            .into();
        assert_eq!(roots[2].read_only, held);
    }

    #[test]
    fn a_root_that_is_writable_already_is_not_added() {
        let mut profile = workspace();
        profile.add_writable_root(Path::new("/w/sub"), Path::new("/w"));
        assert_eq!(profile, workspace());
        profile.add_writable_root(Path::new("/more"), Path::new("/w"));
        assert!(profile.can_write(Path::new("/more/x"), Path::new("/w")));
    }

    #[test]
    fn the_stored_form_is_that_of_histories() {
        let json = serde_json::to_value(PermissionProfile::read_only()).unwrap();
        let want = serde_json::json!({"type": "managed", "network": "restricted", "file_system": {"type": "restricted",
            "entries": [{"path": {"type": "special", "value": {"kind": "root"}}, "access": "read"}]}});
        assert_eq!(json, want);
    }
}
