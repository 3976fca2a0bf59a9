//! What a child process may do: rules about paths, and the network.

use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Names that stay read-only directly under every writable root, whether they exist or not (turns.md §25).
pub const PROTECTED_NAMES: [&str; 3] = [".git", ".codex", ".agents"];

/// What programs need to read in order to run at all; for policies whose base is [`Access::None`].
pub const MINIMAL_READ: [&str; 8] = [
    "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/usr", "/etc", "/opt",
];

/// How far a path is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Access {
    /// Neither read nor listed.
    None,
    /// Read only.
    Read,
    /// Read and written.
    Write,
}

/// One statement about a path and everything beneath it; a rule further down says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Absolute path.
    pub path: PathBuf,
    /// What holds there.
    pub access: Access,
    /// Whether the rule holds for the name even while nothing is there: it cannot be made then.
    pub even_if_missing: bool,
}

/// A policy that a sandbox enforces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restricted {
    /// What holds where no rule speaks.
    pub base: Access,
    /// The most specific rule wins; of two about the same path the later.
    pub rules: Vec<Rule>,
    /// Whether the network is open.
    pub network: bool,
}

/// What a child process may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Policy {
    /// Everything: no sandbox.
    FullAccess,
    /// Somebody else's sandbox is around us: nothing is enforced, the child is only told of a closed network.
    External {
        /// Whether the network is open.
        network: bool,
    },
    /// Held by a sandbox.
    Restricted(Restricted),
}

/// The parts of a workspace-write policy (turns.md §25).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceWrite {
    /// Folders to write in: the workspace itself and whatever else was configured. Missing ones are left out.
    pub roots: Vec<PathBuf>,
    /// Whether `/tmp` is writable too.
    pub slash_tmp: bool,
    /// The server's `$TMPDIR`, if it is to be writable.
    pub tmpdir: Option<PathBuf>,
    /// Whether the network is open.
    pub network: bool,
}

impl WorkspaceWrite {
    /// The default for a workspace: `/tmp` writable, no `$TMPDIR`, no network.
    pub fn new(workspace: impl Into<PathBuf>) -> Self {
        Self {
            roots: vec![workspace.into()],
            slash_tmp: true,
            tmpdir: None,
            network: false,
        }
    }
}

impl Policy {
    /// Read everything, write nothing.
    pub fn read_only(network: bool) -> Self {
        Self::Restricted(Restricted {
            base: Access::Read,
            rules: Vec::new(),
            network,
        })
    }

    /// Read everything, write in the workspace and the temporary folders.
    pub fn workspace_write(w: WorkspaceWrite) -> Self {
        let mut roots = w.roots;
        roots.extend(w.slash_tmp.then(|| PathBuf::from("/tmp")));
        roots.extend(w.tmpdir);
        let mut restricted = Restricted {
            base: Access::Read,
            rules: Vec::new(),
            network: w.network,
        };
        restricted.allow_write_roots(roots);
        Self::Restricted(restricted)
    }

    /// Whether a sandbox has to be put around the child.
    pub fn is_sandboxed(&self) -> bool {
        matches!(self, Self::Restricted(_))
    }

    /// Whether the child may reach the network.
    pub fn network(&self) -> bool {
        match self {
            Self::FullAccess => true,
            Self::External { network } => *network,
            Self::Restricted(r) => r.network,
        }
    }

    /// This policy with more allowed: for one command that asked, or for what a thread was granted (turns.md §20).
    pub fn widened(&self, read: &[PathBuf], write: &[PathBuf], network: bool) -> Self {
        match self {
            Self::FullAccess => Self::FullAccess,
            Self::External { network: open } => Self::External {
                network: *open || network,
            },
            Self::Restricted(r) => {
                let mut wide = r.clone();
                wide.network |= network;
                for path in read {
                    // A path that is open for writing already must not be narrowed by a grant.
                    if wide.access(path) == Access::None {
                        wide.rules.push(Rule {
                            path: path.clone(),
                            access: Access::Read,
                            even_if_missing: false,
                        });
                    }
                }
                wide.allow_write_roots(write.to_vec());
                Self::Restricted(wide)
            }
        }
    }

    /// Whether a child under this policy could write to `path` (which need not exist). Links are followed as far as
    /// the path exists, so a link that leads out of a writable root is not writable.
    pub fn allows_write(&self, path: &Path) -> bool {
        match self {
            Self::FullAccess | Self::External { .. } => true,
            Self::Restricted(r) => r.access(path) == Access::Write,
        }
    }

    /// Whether a child under this policy could read `path`.
    pub fn allows_read(&self, path: &Path) -> bool {
        match self {
            Self::FullAccess | Self::External { .. } => true,
            Self::Restricted(r) => r.access(path) >= Access::Read,
        }
    }
}

impl Restricted {
    /// Opens folders for writing, all but the [`PROTECTED_NAMES`] in them. A root named itself beats the protection
    /// another root gives it.
    pub fn allow_write_roots(&mut self, roots: Vec<PathBuf>) {
        for root in &roots {
            for name in PROTECTED_NAMES {
                self.rules.push(Rule {
                    path: root.join(name),
                    access: Access::Read,
                    even_if_missing: true,
                });
            }
        }
        for path in roots {
            self.rules.push(Rule {
                path,
                access: Access::Write,
                even_if_missing: false,
            });
        }
    }

    /// What holds for `path`, links followed as far as it exists.
    pub fn access(&self, path: &Path) -> Access {
        let path = resolve(path);
        let mut best: (usize, Access) = (0, self.base);
        for rule in &self.rules {
            let at = resolve(&rule.path);
            let depth = at.components().count();
            if depth >= best.0 && path.starts_with(&at) {
                best = (depth, rule.access);
            }
        }
        best.1
    }
}

/// The real path as far as it exists, the missing rest put behind it with its dots taken out.
pub(crate) fn resolve(path: &Path) -> PathBuf {
    let mut missing = Vec::new();
    let mut existing = path;
    loop {
        if let Ok(mut real) = existing.canonicalize() {
            for part in missing.iter().rev() {
                match part {
                    Component::ParentDir => {
                        real.pop();
                    }
                    Component::Normal(name) => real.push(name),
                    _ => {}
                }
            }
            return real;
        }
        match (existing.parent(), existing.components().next_back()) {
            (Some(parent), Some(last)) => {
                missing.push(last);
                existing = parent;
            }
            _ => return path.to_path_buf(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protected_names_are_read_only_and_deeper_ones_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let mut w = WorkspaceWrite::new(&root);
        w.slash_tmp = false;
        let policy = Policy::workspace_write(w);
        assert!(policy.allows_write(&root.join("new/file")));
        assert!(!policy.allows_write(&root.join(".git/config")));
        assert!(!policy.allows_write(&root.join(".codex")));
        assert!(policy.allows_write(&root.join("sub/.git/config")));
        assert!(policy.allows_write(&root.join("x/../sub")));
        assert!(!policy.allows_write(&root.join("x/../../sub")));
        assert!(policy.allows_read(Path::new("/etc/passwd")));
        assert!(!policy.allows_write(Path::new("/etc/passwd")));
    }

    #[test]
    fn a_link_that_leads_out_is_not_writable() {
        let dir = tempfile::tempdir().unwrap();
        let (work, out) = (dir.path().join("work"), dir.path().join("out"));
        std::fs::create_dir_all(&work).unwrap();
        std::fs::create_dir_all(&out).unwrap();
        std::os::unix::fs::symlink(&out, work.join("link")).unwrap();
        let mut w = WorkspaceWrite::new(&work);
        w.slash_tmp = false;
        assert!(!Policy::workspace_write(w).allows_write(&work.join("link/made")));
    }

    #[test]
    fn a_root_named_itself_beats_protection() {
        let dir = tempfile::tempdir().unwrap();
        let mut w = WorkspaceWrite::new(dir.path().join(".git"));
        w.roots.push(dir.path().to_path_buf());
        w.slash_tmp = false;
        let policy = Policy::workspace_write(w);
        assert!(policy.allows_write(&dir.path().join(".git/config")));
        assert!(!policy.allows_write(&dir.path().join(".codex/config")));
    }

    #[test]
    fn widening_opens_and_never_narrows() {
        let read_only = Policy::read_only(false);
        let wide = read_only.widened(&["/srv".into()], &["/var/tmp".into()], true);
        assert!(
            wide.network()
                && wide.allows_write(Path::new("/var/tmp/x"))
                && !wide.allows_write(Path::new("/srv/x"))
        );
        let again = wide.widened(&["/var/tmp/sub".into()], &[], false);
        assert!(again.network() && again.allows_write(Path::new("/var/tmp/sub/x")));
    }
}
