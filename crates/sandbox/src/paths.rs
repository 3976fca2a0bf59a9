//! Where a name really leads: links followed one by one, also those that lead to nothing yet.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// How many links a path may pass; more are taken for a circle, as the kernel does.
const MOST_LINKS: usize = 40;

/// Where a path leads and by which links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Way {
    /// The path without links and dots. Its last components need not exist.
    pub(crate) real: PathBuf,
    /// The links passed, each where it really lies.
    pub(crate) links: Vec<PathBuf>,
}

/// The place that opening `path` (absolute) for writing would reach: every link followed, also one whose target does not
/// exist. None when the links go in a circle.
pub fn real_path(path: &Path) -> Option<PathBuf> {
    follow(path).map(|way| way.real)
}

/// The place of the name itself, which is what removing `path` removes: links before the last component are followed, the
/// last one is not. None when the links go in a circle.
pub fn entry_path(path: &Path) -> Option<PathBuf> {
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => Some(real_path(parent)?.join(name)),
        _ => real_path(path),
    }
}

/// Follows `path` (absolute) to its end.
pub(crate) fn follow(path: &Path) -> Option<Way> {
    let mut ahead = steps(path);
    let mut way = Way {
        real: PathBuf::from("/"),
        links: Vec::new(),
    };
    while let Some(step) = ahead.pop() {
        match step {
            Step::Root => way.real = PathBuf::from("/"),
            Step::Up => {
                way.real.pop();
            }
            Step::Down(name) => {
                let next = way.real.join(name);
                // What cannot be looked at is taken for what it is called: whoever cannot look cannot pass either.
                match std::fs::read_link(&next) {
                    Ok(target) => {
                        if way.links.len() == MOST_LINKS {
                            return None;
                        }
                        ahead.extend(steps(&target));
                        way.links.push(next);
                    }
                    Err(_) => way.real = next,
                }
            }
        }
    }
    Some(way)
}

enum Step {
    Root,
    Up,
    Down(OsString),
}

/// The steps of a path, the first one last.
fn steps(path: &Path) -> Vec<Step> {
    path.components()
        .rev()
        .filter_map(|part| match part {
            Component::RootDir => Some(Step::Root),
            Component::ParentDir => Some(Step::Up),
            Component::Normal(name) => Some(Step::Down(name.to_owned())),
            Component::CurDir | Component::Prefix(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_also_into_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("out")).unwrap();
        symlink(root.join("out"), root.join("link")).unwrap();
        symlink("out/made/../later", root.join("dangling")).unwrap();
        symlink("dangling", root.join("twice")).unwrap();
        symlink("circle", root.join("circle")).unwrap();
        for (path, real) in [
            ("link/x", Some("out/x")),
            ("dangling", Some("out/later")),
            ("twice", Some("out/later")),
            ("no/such/../x", Some("no/x")),
            ("link/../x", Some("x")),
            ("circle", None),
            ("circle/x", None),
        ] {
            assert_eq!(
                real_path(&root.join(path)),
                real.map(|real| root.join(real)),
                "{path}"
            );
        }
        assert_eq!(
            follow(&root.join("twice")).unwrap().links,
            [root.join("twice"), root.join("dangling")]
        );
    }

    #[test]
    fn the_place_of_a_name_is_not_where_it_leads() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("sub")).unwrap();
        symlink("sub", root.join("link")).unwrap();
        symlink("/etc/passwd", root.join("sub/users")).unwrap();
        assert_eq!(entry_path(&root.join("link/users")), Some(root.join("sub/users")));
        assert_eq!(entry_path(Path::new("/")), Some("/".into()));
    }
}
