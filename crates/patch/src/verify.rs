//! What a patch would change: every hunk tried on the files as they are now (turns.md §21).

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::grammar::{Hunk, Patch};
use crate::places::{self, Places};
use crate::seek::{self, Misfit};
use crate::unified;

/// A patch that fits the files it speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The patch.
    pub patch: Patch,
    /// The directory its relative paths start from; absolute.
    pub cwd: PathBuf,
    /// What it changes, sorted by path, one per path: where hunks share a path, the last one's. Empty for a patch
    /// without hunks, which the reference rejects (`patch rejected: empty patch`).
    pub changes: Vec<Change>,
    /// Where the files are, to be given to [`apply`](crate::apply).
    pub places: Places,
}

/// What happens to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The file, absolute, without `.` and `..`.
    pub path: PathBuf,
    /// What happens to it.
    pub kind: ChangeKind,
}

/// The kinds of change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeKind {
    /// A new file, or one replaced as a whole.
    Add {
        /// Its content.
        content: String,
    },
    /// A file removed.
    Delete {
        /// What it holds before.
        content: String,
    },
    /// A file edited and perhaps moved.
    Update {
        /// The hunks of a unified diff with one line of context.
        unified_diff: String,
        /// Where the file goes, absolute, when it is moved.
        move_path: Option<PathBuf>,
        /// What it holds before.
        old_content: String,
        /// What it holds afterwards.
        new_content: String,
    },
}

/// Why a patch does not fit the files.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A file to update can't be read.
    #[error("Failed to read file to update {}: {source}", path.display())]
    ReadForUpdate {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file to delete can't be read.
    #[error("Failed to read {}: {source}", path.display())]
    ReadForDelete {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The line after `@@` is not in the file.
    #[error("Failed to find context '{context}' in {}", path.display())]
    Context {
        /// The file.
        path: PathBuf,
        /// The line.
        context: String,
    },
    /// The lines to replace are not in the file.
    #[error("Failed to find expected lines in {}:\n{lines}", path.display())]
    Lines {
        /// The file.
        path: PathBuf,
        /// The lines, joined by `\n`.
        lines: String,
    },
}

/// Tries a patch on the files under `cwd` (absolute) as they are now. Reads, never writes. Every hunk is tried on its own:
/// one does not see what those before it would do.
pub fn verify(patch: Patch, cwd: &Path) -> Result<Verified, VerifyError> {
    let places = Places::of(&patch, cwd);
    let mut changes = BTreeMap::new();
    for hunk in &patch.hunks {
        let (path, kind) = match hunk {
            Hunk::Add { path, content } => (
                absolute(cwd, path),
                ChangeKind::Add {
                    content: content.clone(),
                },
            ),
            Hunk::Delete { path } => {
                let path = absolute(cwd, path);
                match places::read_text(&places.at(&path).file) {
                    Ok(content) => (path, ChangeKind::Delete { content }),
                    Err(source) => return Err(VerifyError::ReadForDelete { path, source }),
                }
            }
            Hunk::Update {
                path,
                move_to,
                chunks,
            } => {
                let path = absolute(cwd, path);
                let old_content = match places::read_text(&places.at(&path).file) {
                    Ok(content) => content,
                    Err(source) => return Err(VerifyError::ReadForUpdate { path, source }),
                };
                let new_content =
                    seek::replace(&old_content, chunks).map_err(|m| VerifyError::misfit(&path, m))?;
                let kind = ChangeKind::Update {
                    unified_diff: unified::hunks(&old_content, &new_content, 1),
                    move_path: move_to.as_deref().map(|to| absolute(cwd, to)),
                    old_content,
                    new_content,
                };
                (path, kind)
            }
        };
        changes.insert(path, kind);
    }
    let changes = changes
        .into_iter()
        .map(|(path, kind)| Change { path, kind })
        .collect();
    Ok(Verified {
        patch,
        cwd: cwd.to_owned(),
        changes,
        places,
    })
}

impl Verified {
    /// Every path the patch writes to or removes, absolute: both ends of a move, hunks that a later one outdoes too.
    pub fn touched(&self) -> Vec<PathBuf> {
        let paths = self.patch.hunks.iter().flat_map(Hunk::paths);
        sorted(paths.map(|path| absolute(&self.cwd, path)).collect())
    }

    /// The places where the patch writes or removes something, links followed. Of a file that is moved also the place
    /// that its content comes from.
    pub fn targets(&self) -> Vec<PathBuf> {
        let at = |path: &Path| self.places.at(&absolute(&self.cwd, path));
        let mut targets = Vec::new();
        for hunk in &self.patch.hunks {
            match hunk {
                Hunk::Add { path, .. } => targets.push(at(path).file),
                Hunk::Delete { path } => targets.push(at(path).entry),
                Hunk::Update { path, move_to, .. } => {
                    let from = at(path);
                    targets.push(from.file);
                    if let Some(to) = move_to {
                        targets.extend([from.entry, at(to).file]);
                    }
                }
            }
        }
        sorted(targets)
    }
}

fn sorted(mut paths: Vec<PathBuf>) -> Vec<PathBuf> {
    paths.sort();
    paths.dedup();
    paths
}

impl Change {
    /// What an item shows of the change: the content of an added or deleted file, else the hunks and the new name.
    pub fn diff(&self) -> String {
        match &self.kind {
            ChangeKind::Add { content } | ChangeKind::Delete { content } => content.clone(),
            ChangeKind::Update {
                unified_diff,
                move_path: None,
                ..
            } => unified_diff.clone(),
            ChangeKind::Update {
                unified_diff,
                move_path: Some(to),
                ..
            } => {
                format!("{unified_diff}\n\nMoved to: {}", to.display())
            }
        }
    }
}

impl VerifyError {
    pub(crate) fn misfit(path: &Path, misfit: Misfit) -> Self {
        let path = path.to_owned();
        match misfit {
            Misfit::Context(context) => VerifyError::Context { path, context },
            Misfit::Lines(lines) => VerifyError::Lines {
                path,
                lines: lines.join("\n"),
            },
        }
    }
}

/// A path seen from `cwd`, without `.` and `..`; a `~` at its beginning is the user's home. Works on words alone: links
/// are not followed.
pub fn absolute(cwd: &Path, path: &Path) -> PathBuf {
    let full = match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => cwd.join(path),
    };
    let mut result = PathBuf::new();
    for part in full.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                result.pop();
            }
            part => result.push(part),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn check(cwd: &Path, body: &str) -> Result<Verified, VerifyError> {
        verify(
            crate::parse(&format!("*** Begin Patch\n{body}\n*** End Patch")).expect("a patch"),
            cwd,
        )
    }

    #[test]
    fn changes_are_sorted_and_the_last_of_a_path_counts() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("u"), "one\ntwo\nthree\n").expect("written");
        fs::write(dir.path().join("d"), "bye\n").expect("written");
        let v = check(
            dir.path(),
            "*** Update File: u\n*** Move to: sub/../v\n@@\n-two\n+2\n*** Delete File: d\n*** Add File: b\n+1\n*** Add File: b\n+2",
        )
        .expect("it fits");
        let shown: Vec<_> = v
            .changes
            .iter()
            .map(|c| (c.path.strip_prefix(dir.path()).expect("below"), c.diff()))
            .collect();
        let moved = dir.path().join("v");
        assert_eq!(
            shown,
            [
                (Path::new("b"), "2\n".to_owned()),
                (Path::new("d"), "bye\n".to_owned()),
                (
                    Path::new("u"),
                    format!(
                        "@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n\n\nMoved to: {}",
                        moved.display()
                    )
                ),
            ]
        );
        assert_eq!(v.touched(), ["b", "d", "u", "v"].map(|p| dir.path().join(p)));
        assert_eq!(
            fs::read_to_string(dir.path().join("u")).expect("still there"),
            "one\ntwo\nthree\n"
        );
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("u"), "one\n").expect("written");
        fs::write(dir.path().join("bin"), b"\xff\n").expect("written");
        fs::create_dir(dir.path().join("sub")).expect("made");
        for (body, expected) in [
            (
                "*** Update File: nope\n@@\n-x",
                "Failed to read file to update $/nope: No such file or directory (os error 2)",
            ),
            (
                "*** Update File: sub\n@@\n-x",
                "Failed to read file to update $/sub: Is a directory (os error 21)",
            ),
            (
                "*** Update File: u\n@@\n-x\n-y",
                "Failed to find expected lines in $/u:\nx\ny",
            ),
            (
                "*** Update File: u\n@@ zork\n-one",
                "Failed to find context 'zork' in $/u",
            ),
            (
                "*** Delete File: nope",
                "Failed to read $/nope: No such file or directory (os error 2)",
            ),
            (
                "*** Delete File: sub",
                "Failed to read $/sub: Is a directory (os error 21)",
            ),
            (
                "*** Delete File: bin",
                "Failed to read $/bin: stream did not contain valid UTF-8",
            ),
            (
                "*** Add File: new\n+x\n*** Delete File: new",
                "Failed to read $/new: No such file or directory (os error 2)",
            ),
            (
                "*** Update File: /dev/zero\n@@\n+x",
                "Failed to read file to update /dev/zero: not a regular file",
            ),
        ] {
            let told = check(dir.path(), body).expect_err("no fit").to_string();
            assert_eq!(told.replace(dir.path().to_str().expect("text"), "$"), expected);
        }
    }

    #[test]
    fn targets_are_where_links_lead() {
        let dir = tempfile::tempdir().expect("a folder");
        let root = dir.path().canonicalize().expect("a real path");
        fs::create_dir(root.join("out")).expect("made");
        fs::write(root.join("out/f"), "x\n").expect("written");
        for (target, link) in [("out", "dir"), ("out/f", "file"), ("out/none", "dangling")] {
            std::os::unix::fs::symlink(root.join(target), root.join(link)).expect("linked");
        }
        for (body, targets) in [
            ("*** Add File: dangling\n+x", &["out/none"][..]),
            ("*** Add File: dir/new\n+x", &["out/new"]),
            ("*** Delete File: file", &["file"]),
            ("*** Delete File: dir/f", &["out/f"]),
            ("*** Update File: file\n@@\n-x\n+y", &["out/f"]),
            (
                "*** Update File: file\n*** Move to: dangling\n@@\n-x\n+y",
                &["file", "out/f", "out/none"],
            ),
        ] {
            let expected: Vec<PathBuf> = targets.iter().map(|p| root.join(p)).collect();
            assert_eq!(check(&root, body).expect("it fits").targets(), expected, "{body}");
        }
    }

    #[test]
    fn a_tilde_is_the_users_home() {
        let home = std::env::home_dir().expect("a home");
        assert_eq!(absolute(Path::new("/x"), Path::new("~/a/../b")), home.join("b"));
        assert_eq!(
            absolute(Path::new("/x"), Path::new("a/~/b")),
            Path::new("/x/a/~/b")
        );
        assert_eq!(absolute(Path::new("/x"), Path::new("~a")), Path::new("/x/~a"));
    }

    #[test]
    fn paths_lose_their_dots() {
        for (path, expected) in [
            ("../a", "/x/a"),
            ("./a/./b", "/x/y/a/b"),
            ("/../a", "/a"),
            ("../../../../a", "/a"),
        ] {
            assert_eq!(absolute(Path::new("/x/y"), Path::new(path)), Path::new(expected));
        }
    }
}
