//! What a history's head tells of the repository around its folder, read from git's files without starting git
//! (persistence.md §6).

use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// How often a ref may name another one before it names a commit; git gives up at the same depth.
const DEEPEST: usize = 5;
/// The largest `HEAD`, ref, pointer or configuration that is read.
const LARGEST: u64 = 1 << 20;
/// The largest list of packed refs that is read: big repositories have hundreds of thousands.
const LARGEST_PACK: u64 = 64 << 20;

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

/// The facts of the repository that holds `folder`; `None` outside of any. Blocks; what the files say is not trusted.
pub fn facts(folder: &Path) -> Option<GitFacts> {
    let git_dir = folder.ancestors().find_map(git_dir)?;
    let common = read(&git_dir.join("commondir"), LARGEST)
        .map_or_else(|_| git_dir.clone(), |text| git_dir.join(text.trim()));
    let head = read(&git_dir.join("HEAD"), LARGEST).ok()?;
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
    let text = read(&path, LARGEST).ok()?;
    Some(folder.join(text.trim().strip_prefix("gitdir: ")?))
}

/// The text of a regular file of at most `limit` bytes. Neither a pipe nor a device is waited for.
fn read(path: &Path, limit: u64) -> io::Result<String> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut text = String::new();
    if file.take(limit + 1).read_to_string(&mut text)? as u64 > limit {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(text)
}

/// The commit that a ref names, maybe by way of others.
fn resolve(git_dir: &Path, common: &Path, name: &str) -> Option<String> {
    let mut name = name.to_owned();
    for _ in 0..DEEPEST {
        if !is_ref_name(&name) {
            return None;
        }
        let stored = [git_dir, common]
            .iter()
            .find_map(|dir| read(&dir.join(&name), LARGEST).ok());
        let Some(text) = stored else {
            return packed(common, &name);
        };
        match text.trim().strip_prefix("ref: ") {
            Some(other) => name = other.to_owned(),
            None => return Some(text.trim().to_owned()),
        }
    }
    None
}

/// Whether this names a file below the folder of refs.
fn is_ref_name(name: &str) -> bool {
    name.starts_with("refs/") && !name.contains("..")
}

fn packed(common: &Path, name: &str) -> Option<String> {
    let packed = read(&common.join("packed-refs"), LARGEST_PACK).ok()?;
    packed.lines().find_map(|line| {
        let (commit, packed_name) = line.split_once(' ')?;
        (packed_name == name).then(|| commit.to_owned())
    })
}

fn origin_url(common: &Path) -> Option<String> {
    let config = read(&common.join("config"), LARGEST).ok()?;
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
    use std::ffi::CString;
    use std::os::unix::ffi::OsStrExt;

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

    #[test]
    fn refs_that_name_each_other_name_no_commit() {
        let dir = tempfile::tempdir().unwrap();
        write(&dir.path().join(".git/HEAD"), "ref: refs/heads/a\n");
        write(&dir.path().join(".git/refs/heads/a"), "ref: refs/heads/b\n");
        write(&dir.path().join(".git/refs/heads/b"), "ref: refs/heads/a\n");
        assert_eq!(facts(dir.path()), Some(GitFacts::default()));
    }

    #[test]
    fn a_ref_outside_the_repository_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let secret = dir.path().join("secret");
        write(&secret, "s3cret\n");
        for name in [
            secret.to_str().unwrap(),
            "/dev/zero",
            "../secret",
            "refs/../../secret",
        ] {
            write(&dir.path().join(".git/HEAD"), &format!("ref: {name}\n"));
            assert_eq!(facts(dir.path()), Some(GitFacts::default()), "{name}");
        }
    }

    #[test]
    fn pipes_devices_and_files_without_end_are_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let git = dir.path().join("r/.git");
        let pipe = |path: &Path| {
            let path = CString::new(path.as_os_str().as_bytes()).unwrap();
            // SAFETY: the path is a C string that lives through the call.
            assert_eq!(unsafe { libc::mkfifo(path.as_ptr(), 0o600) }, 0);
        };
        write(&git.join("HEAD"), "ref: refs/heads/main\n");
        fs::create_dir_all(git.join("refs/heads")).unwrap();
        for name in ["refs/heads/main", "packed-refs", "config", "commondir"] {
            pipe(&git.join(name));
        }
        assert_eq!(facts(&dir.path().join("r")), Some(GitFacts::default()));
        fs::remove_file(git.join("HEAD")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", git.join("HEAD")).unwrap();
        assert_eq!(facts(&dir.path().join("r")), None);
        fs::create_dir_all(dir.path().join("p")).unwrap();
        pipe(&dir.path().join("p/.git"));
        assert_eq!(facts(&dir.path().join("p")), None);
        write(&dir.path().join("l/.git/HEAD"), &"x".repeat(LARGEST as usize + 1));
        assert_eq!(facts(&dir.path().join("l")), None);
    }
}
