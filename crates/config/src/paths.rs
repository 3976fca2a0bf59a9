//! Paths by their letters alone: no file system is asked, links stay links.

use std::path::{Component, Path, PathBuf};

/// Removes `.` and resolves `..` lexically; `..` at the root is dropped.
pub fn normalize(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                if matches!(out.components().next_back(), Some(Component::Normal(_))) {
                    out.pop();
                } else if !out.has_root() {
                    out.push("..");
                }
            }
            other => out.push(other),
        }
    }
    out
}

/// `path` against `base`, `~` and `~/…` against the user's home, normalized.
pub fn resolve(path: &Path, base: &Path) -> PathBuf {
    normalize(&base.join(expand_home(path)))
}

/// `~` and `~/…` with the user's home in place of the tilde.
pub fn expand_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::var_os("HOME")) {
        (Ok(rest), Some(home)) if !home.is_empty() => Path::new(&home).join(rest),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_go_and_links_are_not_followed() {
        let cases = [
            ("/a/./b/../c/", "/a/c"),
            ("/../x", "/x"),
            ("/", "/"),
            ("/a/..", "/"),
        ];
        for (given, want) in cases {
            assert_eq!(normalize(Path::new(given)), Path::new(want), "{given}");
        }
        assert_eq!(
            resolve(Path::new("d/../i.md"), Path::new("/h")),
            Path::new("/h/i.md")
        );
        assert_eq!(resolve(Path::new("/abs"), Path::new("/h")), Path::new("/abs"));
    }
}
