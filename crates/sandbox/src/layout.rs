//! A restricted policy as a list of mounts: links resolved, what is redundant left out, parents before children.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::mount_points;
use crate::policy::{Access, Restricted, Rule, Settled, access_among};

/// The file system a sandboxed command sees, as changes to what lies above each path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Layout {
    /// How the root is seen.
    pub base: Access,
    /// Mounts, parents before children.
    pub mounts: Vec<Mount>,
    /// Links to make when the root starts out empty: where, and what they hold.
    pub links: Vec<(PathBuf, PathBuf)>,
    /// Names that do not exist and must not come to be: mount points have to be made for them.
    pub absent: Vec<PathBuf>,
}

/// One path that is seen differently from its surroundings. No component of it is a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mount {
    pub path: PathBuf,
    pub access: Access,
    pub directory: bool,
}

impl Layout {
    /// Looks at the file system as it is now.
    pub(crate) fn of(policy: &Restricted) -> Self {
        let mut base = policy.base;
        let mut links = BTreeMap::new();
        // By path, so that of two rules about one path the later wins, and parents come before children.
        let mut rules: BTreeMap<PathBuf, (Access, Found)> = BTreeMap::new();
        let settled = policy.settled();
        for Settled { rule, real } in &settled {
            if let Some((path, found)) = look(rule, real) {
                if path == Path::new("/") {
                    base = rule.access;
                } else {
                    rules.insert(path, (rule.access, found));
                }
                if policy.base == Access::None {
                    collect_links(&rule.path, &mut links);
                }
            }
            if rule.access == Access::Read
                && let Some(repository) = git_folder_elsewhere(&rule.path)
                // The file may have been made by a command: it closes and never opens.
                && access_among(policy.base, &settled, &repository) == Access::Write
            {
                rules.insert(repository, (Access::Read, Found::Directory));
            }
        }
        let mut layout = Self {
            base,
            mounts: Vec::new(),
            links: links.into_iter().collect(),
            absent: Vec::new(),
        };
        for (path, (access, found)) in rules {
            let around = layout.access_above(&path);
            match found {
                // Only where the surroundings can be written could the name come to be.
                Found::Nothing if around == Access::Write => layout.absent.push(path),
                Found::Nothing => {}
                _ if around == access => {}
                _ => layout.mounts.push(Mount {
                    path,
                    access,
                    directory: found == Found::Directory,
                }),
            }
        }
        layout
    }

    /// What holds for `path` by the mounts so far.
    fn access_above(&self, path: &Path) -> Access {
        self.mounts
            .iter()
            .rev()
            .find(|m| path.starts_with(&m.path))
            .map_or(self.base, |m| m.access)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Directory,
    Other,
    Nothing,
}

/// The real path of a rule and what is there; `None` when the rule has nothing to hold on to.
fn look(rule: &Rule, real: &Path) -> Option<(PathBuf, Found)> {
    // A mount point that another command made is nothing: it goes when that command ends.
    if !(rule.even_if_missing && mount_points::is_mount_point(&rule.path))
        && let Ok(there) = real.symlink_metadata()
    {
        let found = if there.is_dir() {
            Found::Directory
        } else {
            Found::Other
        };
        // A link by now, though it was none when the path was followed.
        return (!there.is_symlink()).then(|| (real.to_owned(), found));
    }
    // A link to nowhere counts as missing too, but no mount point can be made in its place.
    if !rule.even_if_missing || rule.path.is_symlink() {
        return None;
    }
    real.parent()?.is_dir().then(|| (real.to_owned(), Found::Nothing))
}

/// The repository a `.git` file (of a worktree or a submodule) points to; it must not be written to either.
fn git_folder_elsewhere(path: &Path) -> Option<PathBuf> {
    if path.file_name() != Some(OsStr::new(".git")) || !path.is_file() {
        return None;
    }
    let text = std::fs::read(path).ok().filter(|text| text.len() < 8192)?;
    let target = text.strip_prefix(b"gitdir:")?.trim_ascii();
    let folder = path
        .parent()?
        .join(OsStr::from_bytes(target))
        .canonicalize()
        .ok()?;
    folder.is_dir().then_some(folder)
}

/// Every link on the way to `path`, with what it holds.
fn collect_links(path: &Path, links: &mut BTreeMap<PathBuf, PathBuf>) {
    let mut at = PathBuf::from("/");
    for part in path.components() {
        let Component::Normal(name) = part else { continue };
        let next = at.join(name);
        if let Ok(target) = std::fs::read_link(&next) {
            links.insert(next.clone(), target);
        }
        at = next.canonicalize().unwrap_or(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Policy, WorkspaceWrite};

    fn layout(policy: &Policy) -> Layout {
        let Policy::Restricted(r) = policy else {
            panic!("not restricted")
        };
        Layout::of(r)
    }

    fn workspace(roots: &[&Path]) -> Policy {
        let mut w = WorkspaceWrite::new(roots[0]);
        w.roots = roots.iter().map(|p| p.to_path_buf()).collect();
        w.slash_tmp = false;
        Policy::workspace_write(w)
    }

    #[test]
    fn existing_protected_folders_are_mounted_and_missing_ones_listed() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir(root.join(".git")).unwrap();
        let got = layout(&workspace(&[&root]));
        let mounts: Vec<_> = got.mounts.iter().map(|m| (m.path.as_path(), m.access)).collect();
        assert_eq!(
            mounts,
            [
                (root.as_path(), Access::Write),
                (root.join(".git").as_path(), Access::Read)
            ]
        );
        assert_eq!(got.absent, [root.join(".agents"), root.join(".codex")]);
    }

    #[test]
    fn missing_roots_and_roots_within_roots_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("sub")).unwrap();
        let got = layout(&workspace(&[&root, &root.join("sub"), &root.join("no/such")]));
        assert_eq!(got.mounts.len(), 1);
        assert_eq!(got.absent.len(), 6);
    }

    #[test]
    fn a_root_that_has_become_a_link_is_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("work")).unwrap();
        std::os::unix::fs::symlink("/", root.join("work/out")).unwrap();
        let got = layout(&workspace(&[&root.join("work"), &root.join("work/out")]));
        assert_eq!(got.base, Access::Read);
        let writable: Vec<_> = got
            .mounts
            .iter()
            .filter(|m| m.access == Access::Write)
            .map(|m| m.path.as_path())
            .collect();
        assert_eq!(writable, [root.join("work")]);
    }

    #[test]
    fn the_folder_a_git_file_points_to_is_protected() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("main/.git/worktrees/w")).unwrap();
        std::fs::create_dir(root.join("w")).unwrap();
        std::fs::write(root.join("w/.git"), "gitdir: ../main/.git/worktrees/w\n").unwrap();
        let got = layout(&workspace(&[&root.join("w"), &root]));
        assert!(
            got.mounts
                .iter()
                .any(|m| m.path == root.join("main/.git/worktrees/w") && m.access == Access::Read)
        );
        assert!(
            got.mounts
                .iter()
                .any(|m| m.path == root.join("w/.git") && !m.directory)
        );
    }

    #[test]
    fn links_are_kept_when_the_root_starts_out_empty() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("real")).unwrap();
        std::os::unix::fs::symlink("real", root.join("link")).unwrap();
        let rules = vec![Rule {
            path: root.join("link"),
            access: Access::Read,
            even_if_missing: false,
        }];
        let got = Layout::of(&Restricted {
            base: Access::None,
            rules,
            network: false,
        });
        assert_eq!(got.mounts[0].path, root.join("real"));
        assert_eq!(got.links, [(root.join("link"), PathBuf::from("real"))]);
    }
}
