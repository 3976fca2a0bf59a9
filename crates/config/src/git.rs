//! The little of git that configuration needs: where a repository begins, and which repository a worktree belongs to.

use std::path::{Path, PathBuf};

/// The nearest folder from `dir` upwards that holds one of `markers` (a file or a folder).
pub fn find_root(dir: &Path, markers: &[String]) -> Option<PathBuf> {
    dir.ancestors()
        .find(|d| markers.iter().any(|m| d.join(m).symlink_metadata().is_ok()))
        .map(Path::to_owned)
}

/// The root of the repository around `dir`.
pub fn repository_root(dir: &Path) -> Option<PathBuf> {
    dir.ancestors()
        .find(|d| d.join(".git").symlink_metadata().is_ok())
        .map(Path::to_owned)
}

/// The root of the main repository when `root` is a worktree of it: its `.git` is a file that says
/// `gitdir: MAIN/.git/worktrees/NAME`.
pub fn main_repository(root: &Path) -> Option<PathBuf> {
    let text = std::fs::read_to_string(root.join(".git")).ok()?;
    let dir = text.trim().strip_prefix("gitdir:")?.trim();
    let dir = crate::paths::normalize(&root.join(dir));
    let worktrees = dir
        .parent()
        .filter(|p| p.file_name().is_some_and(|n| n == "worktrees"))?;
    let git = worktrees
        .parent()
        .filter(|p| p.file_name().is_some_and(|n| n == ".git"))?;
    git.parent().map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worktree_names_its_main_repository_and_a_submodule_does_not() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(".git"), "gitdir: /main/.git/worktrees/w\n").unwrap();
        assert_eq!(main_repository(dir.path()), Some(PathBuf::from("/main")));
        std::fs::write(dir.path().join(".git"), "gitdir: ../.git/modules/m\n").unwrap();
        assert_eq!(main_repository(dir.path()), None);
        assert_eq!(
            repository_root(&dir.path().join("a/b")).as_deref(),
            Some(dir.path())
        );
    }
}
