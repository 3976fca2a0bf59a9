//! Doing what a patch says.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::grammar::{Hunk, Patch};
use crate::places::{self, Place, Places};
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
    Write { file: Named, content: String },
    Move { from: Named, to: Named, content: String },
    Delete { file: Named },
}

/// A file by the path to name it by, and where it is.
struct Named {
    path: PathBuf,
    place: Place,
}

/// Applies a patch under `cwd` (absolute), its hunks in order, each seeing what those before it did.
/// Everything is computed before anything is written, so a patch that does not fit changes nothing.
/// Folders are made as needed; an existing file keeps its permissions, and a moved one takes them along. What is written
/// are the `places` found before; links that have come into their way since are not followed.
pub fn apply(patch: &Patch, cwd: &Path, places: &Places) -> Result<Summary, ApplyError> {
    if patch.hunks.is_empty() {
        return Err(ApplyError::Empty);
    }
    let mut summary = Summary::default();
    for step in plan(patch, cwd, places, &mut summary)? {
        step.run()?;
    }
    Ok(summary)
}

/// The steps a patch comes to. What earlier hunks will have done is kept in memory.
fn plan(patch: &Patch, cwd: &Path, places: &Places, summary: &mut Summary) -> Result<Vec<Step>, ApplyError> {
    let named = |path: PathBuf| {
        let place = places.at(&path);
        Named { path, place }
    };
    let mut ahead: HashMap<PathBuf, Option<String>> = HashMap::new();
    let mut steps = Vec::with_capacity(patch.hunks.len());
    for hunk in &patch.hunks {
        match hunk {
            Hunk::Add { path, content } => {
                let target = absolute(cwd, path);
                ahead.insert(target.clone(), Some(content.clone()));
                steps.push(Step::Write {
                    file: named(target),
                    content: content.clone(),
                });
                summary.added.push(path.clone());
            }
            Hunk::Delete { path } => {
                let target = absolute(cwd, path);
                let file = named(target.clone());
                if let Err(source) = exists(&ahead, &file) {
                    return Err(ApplyError::Delete { path: target, source });
                }
                ahead.insert(target, None);
                steps.push(Step::Delete { file });
                summary.deleted.push(path.clone());
            }
            Hunk::Update {
                path,
                move_to,
                chunks,
            } => {
                let from = absolute(cwd, path);
                let place = places.at(&from);
                let old = match ahead.get(&from) {
                    Some(Some(content)) => Ok(content.clone()),
                    Some(None) => Err(io::Error::from_raw_os_error(2)),
                    None => places::read_text(&place.file),
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
                    .map(named)
                    .filter(|to| to.place.file != place.file)
                {
                    Some(to) => {
                        ahead.insert(from.clone(), None);
                        ahead.insert(to.path.clone(), Some(content.clone()));
                        let from = Named { path: from, place };
                        steps.push(Step::Move { from, to, content });
                    }
                    // Moved onto itself is not moved: removing the old name would remove the file.
                    None => {
                        ahead.insert(from.clone(), Some(content.clone()));
                        let file = Named { path: from, place };
                        steps.push(Step::Write { file, content });
                    }
                }
            }
        }
    }
    Ok(steps)
}

/// Whether there will be something other than a folder by that name.
fn exists(ahead: &HashMap<PathBuf, Option<String>>, file: &Named) -> io::Result<()> {
    match ahead.get(&file.path) {
        Some(Some(_)) => Ok(()),
        Some(None) => Err(io::Error::from_raw_os_error(2)),
        None if fs::symlink_metadata(&file.place.entry)?.is_dir() => Err(io::Error::from_raw_os_error(21)),
        None => Ok(()),
    }
}

impl Step {
    fn run(self) -> Result<(), ApplyError> {
        match self {
            Step::Write { file, content } => file.write(&content, None),
            Step::Move { from, to, content } => {
                // A script that is moved is to stay one; where a file was replaced, its own permissions hold.
                let permissions = fs::metadata(&from.place.file).ok().map(|meta| meta.permissions());
                to.write(&content, permissions)?;
                from.remove()
            }
            Step::Delete { file } => file.remove(),
        }
    }
}

impl Named {
    fn write(self, content: &str, permissions: Option<fs::Permissions>) -> Result<(), ApplyError> {
        places::write(&self.place.file, content, permissions).map_err(|source| ApplyError::Write {
            path: self.path,
            source,
        })
    }

    fn remove(self) -> Result<(), ApplyError> {
        places::remove(&self.place.entry).map_err(|source| ApplyError::Delete {
            path: self.path,
            source,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(cwd: &Path, body: &str) -> Result<String, String> {
        let patch = crate::parse(&format!("*** Begin Patch\n{body}\n*** End Patch")).expect("a patch");
        apply(&patch, cwd, &Places::of(&patch, cwd))
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
        let empty = Patch {
            text: String::new(),
            hunks: vec![],
        };
        assert_eq!(
            apply(&empty, dir.path(), &Places::of(&empty, dir.path()))
                .expect_err("empty")
                .to_string(),
            "No files were modified."
        );
    }

    #[test]
    fn a_link_keeps_its_target_and_is_removed_by_itself() {
        let dir = folder(&[("u", "one\n")]);
        for (target, link) in [("u", "a"), ("new", "b"), ("u", "c"), ("u", "d")] {
            std::os::unix::fs::symlink(target, dir.path().join(link)).expect("linked");
        }
        run(
            dir.path(),
            "*** Update File: a\n@@\n-one\n+1\n*** Add File: b\n+made\n*** Delete File: c",
        )
        .expect("applied");
        assert_eq!(read(&dir, "u").as_deref(), Some("1\n"));
        assert_eq!(read(&dir, "new").as_deref(), Some("made\n"));
        assert!(dir.path().join("a").is_symlink() && !dir.path().join("c").is_symlink());
        run(dir.path(), "*** Update File: d\n*** Move to: e\n@@\n-1\n+2").expect("applied");
        assert_eq!(
            (read(&dir, "u").as_deref(), read(&dir, "e").as_deref()),
            (Some("1\n"), Some("2\n"))
        );
        assert!(!dir.path().join("d").is_symlink());
    }

    #[test]
    fn what_became_a_link_since_it_was_looked_at_is_not_written() {
        let dir = folder(&[]);
        fs::create_dir(dir.path().join("work")).expect("made");
        fs::create_dir(dir.path().join("out")).expect("made");
        let patch =
            crate::parse("*** Begin Patch\n*** Add File: work/a\n+x\n*** End Patch").expect("a patch");
        let places = Places::of(&patch, dir.path());
        fs::remove_dir(dir.path().join("work")).expect("removed");
        std::os::unix::fs::symlink("out", dir.path().join("work")).expect("linked");
        assert!(matches!(
            apply(&patch, dir.path(), &places),
            Err(ApplyError::Write { .. })
        ));
        assert_eq!(read(&dir, "out/a"), None);
    }
}
