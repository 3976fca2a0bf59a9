//! Paths as requests spell them.

use std::path::{Component, Path, PathBuf};

/// A path without `.`, `..`, doubled and trailing slashes, by name alone: the disk is not looked at, so `missing/..` is
/// nothing and a `..` behind a link leads to the link's own folder (fs.md §1).
pub fn normalize(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_resolved_by_name() {
        for (given, plain) in [
            ("/d/../a", "/a"),
            ("/./d//e/f", "/d/e/f"),
            ("/a/", "/a"),
            ("/../dev/null", "/dev/null"),
            ("/..", "/"),
            ("/", "/"),
        ] {
            assert_eq!(normalize(Path::new(given)).as_os_str(), plain, "{given}");
        }
    }
}
