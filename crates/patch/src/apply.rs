//! Doing what a patch says.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::grammar::{Hunk, Patch};
use crate::seek;
use crate::verify::{VerifyError, absolute};

/// What was done, in paths as the patch has them. Displays as the text the model and the client are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files added.
    pub added: Vec<PathBuf>,
    /// Files updated; a moved one by its new name.
    pub modified: Vec<PathBuf>,
    /// Files deleted.
    pub deleted: Vec<PathBuf>,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Success. Updated the following files:")?;
        for (sign, paths) in [('A', &self.added), ('M', &self.modified), ('D', &self.deleted)] {
            for path in paths {
                writeln!(f, "{sign} {}", path.display())?;
            }
        }
        Ok(())
    }
}

/// Why a patch could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// It has no hunks.
    #[error("No files were modified.")]
    Empty,
    /// It does not fit; nothing was written.
    #[error(transparent)]
    Misfit(#[from] VerifyError),
    /// A file could not be written. Files before it in the patch were.
    #[error("Failed to write file {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file could not be removed. Files before it in the patch were dealt with.
    #[error("Failed to delete file {}", path.display())]
    Delete {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// One thing to do to the file system.
enum Step {
    Write {
        path: PathBuf,
        content: String,
    },
    Move {
        from: PathBuf,
        to: PathBuf,
        content: String,
    },
    Delete {
        path: PathBuf,
    },
}

/// Applies a patch under `cwd` (absolute), its hunks in order, each seeing what those before it did.
/// Everything is computed before anything is written, so a patch that does not fit changes nothing.
/// Folders are made as needed; an existing file keeps its permissions, and a moved one takes them along.
pub fn apply(patch: &Patch, cwd: &Path) -> Result<Summary, ApplyError> {
    if patch.hunks.is_empty() {
        return Err(ApplyError::Empty);
    }
    let mut summary = Summary::default();
    for step in plan(patch, cwd, &mut summary)? {
        step.run()?;
    }
    Ok(summary)
}

/// The steps a patch comes to. What earlier hunks will have done is kept in memory.
fn plan(patch: &Patch, cwd: &Path, summary: &mut Summary) -> Result<Vec<Step>, ApplyError> {
    let mut ahead: HashMap<PathBuf, Option<String>> = HashMap::new();
    let mut steps = Vec::with_capacity(patch.hunks.len());
    for hunk in &patch.hunks {
        match hunk {
            Hunk::Add { path, content } => {
                let target = absolute(cwd, path);
                ahead.insert(target.clone(), Some(content.clone()));
                steps.push(Step::Write {
                    path: target,
                    content: content.clone(),
                });
                summary.added.push(path.clone());
            }
            Hunk::Delete { path } => {
                let target = absolute(cwd, path);
                if let Err(source) = exists(&ahead, &target) {
                    return Err(ApplyError::Delete { path: target, source });
                }
                ahead.insert(target.clone(), None);
                steps.push(Step::Delete { path: target });
                summary.deleted.push(path.clone());
            }
            Hunk::Update {
                path,
                move_to,
                chunks,
            } => {
                let from = absolute(cwd, path);
                let old = match ahead.get(&from) {
                    Some(Some(content)) => Ok(content.clone()),
                    Some(None) => Err(io::Error::from_raw_os_error(2)),
                    None => fs::read_to_string(&from),
                };
                let old = match old {
                    Ok(old) => old,
                    Err(source) => return Err(VerifyError::ReadForUpdate { path: from, source }.into()),
                };
                let content = seek::replace(&old, chunks).map_err(|m| VerifyError::misfit(&from, m))?;
                summary.modified.push(move_to.as_ref().unwrap_or(path).clone());
                match move_to
                    .as_ref()
                    .map(|to| absolute(cwd, to))
                    .filter(|to| !same_file(&from, to))
                {
                    Some(to) => {
                        ahead.insert(from.clone(), None);
                        ahead.insert(to.clone(), Some(content.clone()));
                        steps.push(Step::Move { from, to, content });
                    }
                    // Moved onto itself is not moved: removing the old name would remove the file.
                    None => {
                        ahead.insert(from.clone(), Some(content.clone()));
                        steps.push(Step::Write { path: from, content });
                    }
                }
            }
        }
    }
    Ok(steps)
}

/// Whether there will be something other than a folder by that name.
fn exists(ahead: &HashMap<PathBuf, Option<String>>, path: &Path) -> io::Result<()> {
    match ahead.get(path) {
        Some(Some(_)) => Ok(()),
        Some(None) => Err(io::Error::from_raw_os_error(2)),
        None if fs::symlink_metadata(path)?.is_dir() => Err(io::Error::from_raw_os_error(21)),
        None => Ok(()),
    }
}

/// Whether two names are of one file, also by way of links.
fn same_file(a: &Path, b: &Path) -> bool {
    a == b || matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

impl Step {
    fn run(self) -> Result<(), ApplyError> {
        match self {
            Step::Write { path, content } => write(&path, &content),
            Step::Move { from, to, content } => {
                let is_new = !to.exists();
                write(&to, &content)?;
                // A script that is moved is to stay one; where a file was replaced, its own permissions hold.
                if is_new && let Ok(meta) = fs::metadata(&from) {
                    // A file system that knows no permissions is no reason to stop halfway.
                    let _ = fs::set_permissions(&to, meta.permissions());
                }
                fs::remove_file(&from).map_err(|source| ApplyError::Delete { path: from, source })
            }
            Step::Delete { path } => {
                fs::remove_file(&path).map_err(|source| ApplyError::Delete { path, source })
            }
        }
    }
}

/// Writes a file in place (a link keeps its target, a file its permissions), making folders when they are missing.
fn write(path: &Path, content: &str) -> Result<(), ApplyError> {
    let written = match fs::write(path, content) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => path
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(path, content)),
        other => other,
    };
    written.map_err(|source| ApplyError::Write {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(cwd: &Path, body: &str) -> Result<String, String> {
        let patch = crate::parse(&format!("*** Begin Patch\n{body}\n*** End Patch")).expect("a patch");
        apply(&patch, cwd)
            .map(|s| s.to_string())
            .map_err(|e| e.to_string().replace(cwd.to_str().expect("text"), "$"))
    }

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a folder");
        for (name, content) in files {
            fs::write(dir.path().join(name), content).expect("written");
        }
        dir
    }

    fn read(dir: &tempfile::TempDir, name: &str) -> Option<String> {
        fs::read_to_string(dir.path().join(name)).ok()
    }

    #[test]
    fn the_summary_groups_what_was_done() {
        let dir = folder(&[("u", "one\n"), ("d", "bye\n"), ("m", "x\n")]);
        let told = run(
            dir.path(),
            "*** Update File: u\n@@\n-one\n+1\n*** Delete File: d\n*** Add File: new/deep/a\n+a\n*** Update File: m\n*** Move to: sub/n\n@@\n-x\n+y",
        );
        assert_eq!(
            told.as_deref(),
            Ok("Success. Updated the following files:\nA new/deep/a\nM u\nM sub/n\nD d\n")
        );
        assert_eq!(read(&dir, "u").as_deref(), Some("1\n"));
        assert_eq!(read(&dir, "new/deep/a").as_deref(), Some("a\n"));
        assert_eq!(read(&dir, "sub/n").as_deref(), Some("y\n"));
        assert_eq!((read(&dir, "d"), read(&dir, "m")), (None, None));
    }

    #[test]
    fn hunks_see_what_those_before_them_did() {
        let dir = folder(&[]);
        let body = "*** Add File: q\n+x\n*** Update File: q\n@@\n-x\n+y\n*** Add File: r\n*** Delete File: q";
        let told = run(dir.path(), body);
        assert_eq!(
            told.as_deref(),
            Ok("Success. Updated the following files:\nA q\nA r\nM q\nD q\n")
        );
        assert_eq!((read(&dir, "q"), read(&dir, "r")), (None, Some(String::new())));
    }

    #[test]
    fn a_patch_that_does_not_fit_writes_nothing() {
        let dir = folder(&[("u", "one\n")]);
        let told = run(
            dir.path(),
            "*** Add File: a\n+x\n*** Update File: u\n@@\n-two\n+2",
        );
        assert_eq!(told, Err("Failed to find expected lines in $/u:\ntwo".into()));
        let told = run(dir.path(), "*** Add File: a\n+x\n*** Delete File: nope");
        assert_eq!(told, Err("Failed to delete file $/nope".into()));
        assert_eq!(read(&dir, "a"), None);
    }

    #[test]
    fn a_file_moved_onto_itself_stays() {
        let dir = folder(&[("u", "one\n")]);
        run(dir.path(), "*** Update File: u\n*** Move to: ./u\n@@\n-one\n+1").expect("applied");
        assert_eq!(read(&dir, "u").as_deref(), Some("1\n"));
        std::os::unix::fs::symlink(dir.path(), dir.path().join("link")).expect("linked");
        run(dir.path(), "*** Update File: u\n*** Move to: link/u\n@@\n-1\n+2").expect("applied");
        assert_eq!(read(&dir, "u").as_deref(), Some("2\n"));
    }

    #[test]
    fn adding_and_moving_replace_what_is_there() {
        let dir = folder(&[("a", "old\n"), ("b", "x\n"), ("c", "old\n")]);
        run(
            dir.path(),
            "*** Add File: a\n+new\n*** Update File: b\n*** Move to: c\n@@\n-x\n+y",
        )
        .expect("applied");
        assert_eq!(read(&dir, "a").as_deref(), Some("new\n"));
        assert_eq!((read(&dir, "b"), read(&dir, "c").as_deref()), (None, Some("y\n")));
    }

    #[test]
    fn a_moved_script_stays_executable() {
        use std::os::unix::fs::PermissionsExt;
        let dir = folder(&[("run", "a\n")]);
        fs::set_permissions(dir.path().join("run"), fs::Permissions::from_mode(0o755)).expect("set");
        run(
            dir.path(),
            "*** Update File: run\n*** Move to: bin/run\n@@\n-a\n+b",
        )
        .expect("applied");
        assert_eq!(
            fs::metadata(dir.path().join("bin/run"))
                .expect("there")
                .permissions()
                .mode()
                & 0o777,
            0o755
        );
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        let dir = folder(&[("f", "x\n")]);
        fs::create_dir(dir.path().join("d")).expect("made");
        assert_eq!(
            run(dir.path(), "*** Add File: f/a\n+x"),
            Err("Failed to write file $/f/a".into())
        );
        assert_eq!(
            run(dir.path(), "*** Add File: d\n+x"),
            Err("Failed to write file $/d".into())
        );
        assert_eq!(
            run(dir.path(), "*** Delete File: d"),
            Err("Failed to delete file $/d".into())
        );
        assert_eq!(
            apply(
                &Patch {
                    text: String::new(),
                    hunks: vec![]
                },
                dir.path()
            )
            .expect_err("empty")
            .to_string(),
            "No files were modified."
        );
    }
}
