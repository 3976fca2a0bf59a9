//! Whether a patch stays where a turn may write.

use std::fs;
use std::path::{Path, PathBuf};

/// A folder that may be written in, but for some places in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WritableRoot {
    /// The folder, absolute.
    pub root: PathBuf,
    /// What in it may not be touched, absolute (such as its `.git`); need not exist.
    pub read_only: Vec<PathBuf>,
}

/// Whether all the paths (absolute; see [`Verified::touched`](crate::Verified::touched)) lie in one of the roots and
/// outside its protected places. Links are followed: a name in a root that leads out of it does not lie in it.
pub fn within(paths: &[PathBuf], roots: &[WritableRoot]) -> bool {
    let roots: Vec<WritableRoot> = roots
        .iter()
        .filter_map(|r| {
            let mut read_only = r.read_only.clone();
            // Protected as named and as what the name leads to.
            read_only.extend(r.read_only.iter().filter_map(|p| resolve(p)));
            Some(WritableRoot {
                root: resolve(&r.root)?,
                read_only,
            })
        })
        .collect();
    let free = |path: &Path, root: &WritableRoot| !root.read_only.iter().any(|p| path.starts_with(p));
    paths.iter().all(|path| {
        resolve(path).is_some_and(|real| {
            roots
                .iter()
                .any(|root| real.starts_with(&root.root) && free(&real, root) && free(path, root))
        })
    })
}

/// A path with its links followed as far as it exists. None when that can't be told, as for a link into nowhere.
fn resolve(path: &Path) -> Option<PathBuf> {
    if let Ok(real) = fs::canonicalize(path) {
        return Some(real);
    }
    match fs::symlink_metadata(path) {
        Err(e)
            if matches!(
                e.kind(),
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
            ) =>
        {
            Some(resolve(path.parent()?)?.join(path.file_name()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn only_paths_in_a_root_and_out_of_its_protected_places_count() {
        let dir = tempfile::tempdir().expect("a folder");
        let at = |p: &str| dir.path().join(p);
        fs::create_dir_all(at("work/sub")).expect("made");
        fs::create_dir_all(at("work/.git")).expect("made");
        fs::create_dir_all(at("out")).expect("made");
        symlink(at("out"), at("work/leak")).expect("linked");
        symlink(at("out/nothing"), at("work/dangling")).expect("linked");
        symlink(at("work/.git"), at("work/git")).expect("linked");
        symlink(at("work"), at("alias")).expect("linked");
        let roots = [WritableRoot {
            root: at("work"),
            read_only: vec![at("work/.git"), at("work/.codex")],
        }];
        for (path, expected) in [
            ("work/a", true),
            ("work/sub/new/deep/a", true),
            ("work/sub/.git/a", true),
            ("alias/a", true),
            ("out/a", false),
            ("work/.git/a", false),
            ("work/.git", false),
            ("work/.codex/a", false),
            ("work/git/a", false),
            ("work/leak/a", false),
            ("work/dangling", false),
            ("workshop", false),
        ] {
            assert_eq!(within(&[at(path)], &roots), expected, "{path}");
        }
        assert!(!within(&[at("work/a"), at("out/a")], &roots));
        assert!(within(&[], &roots));
        assert!(!within(&[at("work/a")], &[]));
    }

    #[test]
    fn a_root_may_be_named_by_a_link() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::create_dir(dir.path().join("work")).expect("made");
        symlink(dir.path().join("work"), dir.path().join("alias")).expect("linked");
        let roots = [WritableRoot {
            root: dir.path().join("alias"),
            read_only: vec![dir.path().join("alias/.git")],
        }];
        assert!(within(&[dir.path().join("work/a")], &roots));
        assert!(!within(&[dir.path().join("work/.git/a")], &roots));
    }
}
