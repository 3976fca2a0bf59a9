//! What a child process may do: rules about paths, and the network.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::paths::{Way, follow, real_path};

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

    /// Whether a child under this policy could write to `path` (which need not exist). Links are followed, so one that
    /// leads out of a writable root is not writable, whether its target exists or not.
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

    /// What holds for `path`, links followed also where they lead to nothing yet.
    pub fn access(&self, path: &Path) -> Access {
        match real_path(path) {
            Some(real) => access_among(self.base, &self.settled(), &real),
            // Links that go in a circle lead nowhere.
            None => Access::None,
        }
    }

    /// Whether everything there is may be read.
    pub fn reads_everything(&self) -> bool {
        self.base != Access::None && self.rules.iter().all(|rule| rule.access != Access::None)
    }

    /// The rules at the places that they are really about, in their order.
    ///
    /// A rule whose path passes a link that a command could have put there, as it lies where commands may write, opens
    /// nothing: it would open whatever the command likes. It may still close something.
    pub(crate) fn settled(&self) -> Vec<Settled<'_>> {
        let all: Vec<(Settled<'_>, Vec<PathBuf>)> = self
            .rules
            .iter()
            .filter_map(|rule| {
                let Way { real, links } = follow(&rule.path)?;
                Some((Settled { rule, real }, links))
            })
            .collect();
        if all.iter().all(|(_, links)| links.is_empty()) {
            return all.into_iter().map(|(settled, _)| settled).collect();
        }
        let everything: Vec<Settled<'_>> = all.iter().map(|(settled, _)| settled.clone()).collect();
        let is_sure = |links: &[PathBuf]| {
            links
                .iter()
                .all(|link| access_among(self.base, &everything, link) != Access::Write)
        };
        let (sure, unsure): (Vec<_>, Vec<_>) = all.iter().cloned().partition(|(_, links)| is_sure(links));
        let sure: Vec<Settled<'_>> = sure.into_iter().map(|(settled, _)| settled).collect();
        let opens =
            |settled: &Settled<'_>| settled.rule.access > access_among(self.base, &sure, &settled.real);
        let dropped: Vec<Settled<'_>> = unsure
            .into_iter()
            .map(|(settled, _)| settled)
            .filter(opens)
            .collect();
        everything.into_iter().filter(|s| !dropped.contains(s)).collect()
    }
}

/// A rule at its real path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settled<'a> {
    pub(crate) rule: &'a Rule,
    /// Without links.
    pub(crate) real: PathBuf,
}

/// What holds for a path without links.
pub(crate) fn access_among(base: Access, rules: &[Settled<'_>], path: &Path) -> Access {
    let mut best = (0, base);
    for Settled { rule, real } in rules {
        let depth = real.components().count();
        if depth >= best.0 && path.starts_with(real) {
            best = (depth, rule.access);
        }
    }
    best.1
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
        let policy = Policy::workspace_write(w);
        assert!(!policy.allows_write(&work.join("link/made")));
        std::os::unix::fs::symlink(out.join("not/yet"), work.join("dangling")).unwrap();
        assert!(!policy.allows_write(&work.join("dangling")));
        std::os::unix::fs::symlink("not-yet", work.join("inner")).unwrap();
        assert!(policy.allows_write(&work.join("inner")));
    }

    #[test]
    fn a_root_that_commands_made_a_link_opens_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        for folder in ["work", "secret", "real"] {
            std::fs::create_dir(root.join(folder)).unwrap();
        }
        std::os::unix::fs::symlink(root.join("secret"), root.join("work/out")).unwrap();
        std::os::unix::fs::symlink(root.join("real"), root.join("alias")).unwrap();
        let mut w = WorkspaceWrite::new(root.join("work"));
        w.slash_tmp = false;
        w.roots.extend([root.join("work/out"), root.join("alias")]);
        let policy = Policy::workspace_write(w);
        assert!(policy.allows_write(&root.join("work/x")));
        assert!(!policy.allows_write(&root.join("secret/x")));
        assert!(!policy.allows_write(&root.join("work/out/x")));
        // Nobody but the user can have made this one.
        assert!(policy.allows_write(&root.join("real/x")) && policy.allows_write(&root.join("alias/x")));
        let wide = policy.widened(&[], &[root.join("work/out")], false);
        assert!(!wide.allows_write(&root.join("secret/x")));
    }

    #[test]
    fn a_rule_at_a_link_of_commands_still_closes() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("work/hooks")).unwrap();
        std::os::unix::fs::symlink("hooks", root.join("work/.git")).unwrap();
        let mut w = WorkspaceWrite::new(root.join("work"));
        w.slash_tmp = false;
        let policy = Policy::workspace_write(w);
        assert!(
            !policy.allows_write(&root.join("work/hooks/x")) && policy.allows_write(&root.join("work/x"))
        );
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
