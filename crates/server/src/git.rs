//! What a history's head tells of the repository around its folder, read from git's files without starting git
//! (persistence.md §6).

use std::fs;
use std::path::{Path, PathBuf};

/// The state of a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GitFacts {
    /// The commit checked out; `None` in a fresh repository.
    pub commit: Option<String>,
    /// The branch; `None` when detached, or before the first commit.
    pub branch: Option<String>,
    /// The url of the remote `origin`.
    pub origin_url: Option<String>,
}

/// The facts of the repository that holds `folder`; `None` outside of any.
pub fn facts(folder: &Path) -> Option<GitFacts> {
    let git_dir = folder.ancestors().find_map(git_dir)?;
    let common = fs::read_to_string(git_dir.join("commondir"))
        .map_or_else(|_| git_dir.clone(), |text| git_dir.join(text.trim()));
    let head = fs::read_to_string(git_dir.join("HEAD")).ok()?;
    let (branch, commit) = match head.trim().strip_prefix("ref: ") {
        Some(name) => (
            name.strip_prefix("refs/heads/").map(str::to_owned),
            resolve(&git_dir, &common, name),
        ),
        None => (None, Some(head.trim().to_owned())),
    };
    Some(GitFacts {
        branch: branch.filter(|_| commit.is_some()),
        commit,
        origin_url: origin_url(&common),
    })
}

/// The git directory of a work tree whose root is `folder`: `.git` itself, or where a `.git` file points.
fn git_dir(folder: &Path) -> Option<PathBuf> {
    let path = folder.join(".git");
    let meta = fs::metadata(&path).ok()?;
    if meta.is_dir() {
        return path.join("HEAD").exists().then_some(path);
    }
    let text = fs::read_to_string(&path).ok()?;
    Some(folder.join(text.trim().strip_prefix("gitdir: ")?))
}

fn resolve(git_dir: &Path, common: &Path, name: &str) -> Option<String> {
    for dir in [git_dir, common] {
        if let Ok(text) = fs::read_to_string(dir.join(name)) {
            return match text.trim().strip_prefix("ref: ") {
                Some(other) if other != name => resolve(git_dir, common, other),
                Some(_) => None,
                None => Some(text.trim().to_owned()),
            };
        }
    }
    let packed = fs::read_to_string(common.join("packed-refs")).ok()?;
    packed.lines().find_map(|line| {
        let (commit, packed_name) = line.split_once(' ')?;
        (packed_name == name).then(|| commit.to_owned())
    })
}

fn origin_url(common: &Path) -> Option<String> {
    let config = fs::read_to_string(common.join("config")).ok()?;
    let mut in_origin = false;
    let mut url = None;
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            in_origin = line.starts_with("[remote \"origin\"]");
        } else if in_origin
            && let Some((key, value)) = line.split_once('=')
            && key.trim() == "url"
        {
            url = Some(value.trim().trim_matches('"').to_owned());
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn branch_commit_and_origin_are_found_from_a_sub_folder() {
        let dir = tempfile::tempdir().unwrap();
        write(&dir.path().join(".git/HEAD"), "ref: refs/heads/a/b\n");
        write(&dir.path().join(".git/refs/heads/a/b"), "c0ffee\n");
        write(
            &dir.path().join(".git/config"),
            "[core]\n\turl = no\n[remote \"origin\"]\n\turl = https://x/y\n",
        );
        fs::create_dir_all(dir.path().join("sub/deeper")).unwrap();
        let found = facts(&dir.path().join("sub/deeper")).unwrap();
        assert_eq!(found.branch.as_deref(), Some("a/b"));
        assert_eq!(found.commit.as_deref(), Some("c0ffee"));
        assert_eq!(found.origin_url.as_deref(), Some("https://x/y"));
    }

    #[test]
    fn packed_refs_and_linked_work_trees_are_followed() {
        let dir = tempfile::tempdir().unwrap();
        let main = dir.path().join("main/.git");
        write(&main.join("HEAD"), "ref: refs/heads/trunk\n");
        write(
            &main.join("packed-refs"),
            "# pack-refs\nabc refs/heads/trunk\ndef refs/heads/side\n",
        );
        write(&main.join("worktrees/w/HEAD"), "ref: refs/heads/side\n");
        write(&main.join("worktrees/w/commondir"), "../..\n");
        write(
            &dir.path().join("w/.git"),
            &format!("gitdir: {}\n", main.join("worktrees/w").display()),
        );
        assert_eq!(
            facts(&dir.path().join("main")).unwrap().commit.as_deref(),
            Some("abc")
        );
        let linked = facts(&dir.path().join("w")).unwrap();
        assert_eq!(
            (linked.branch.as_deref(), linked.commit.as_deref()),
            (Some("side"), Some("def"))
        );
    }

    #[test]
    fn a_fresh_repository_has_no_facts_and_no_repository_is_none() {
        let dir = tempfile::tempdir().unwrap();
        write(&dir.path().join("r/.git/HEAD"), "ref: refs/heads/main\n");
        assert_eq!(facts(&dir.path().join("r")), Some(GitFacts::default()));
        write(&dir.path().join("d/.git/HEAD"), "abc123\n");
        assert_eq!(facts(&dir.path().join("d")).unwrap().branch, None);
    }
}
