//! Removing and copying, whole trees too (fs.md §2).

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use crate::{Error, blocking, remove_tree};

/// Removes what is at a path: a link itself, not its target; a folder with everything in it if `recursive`, else only
/// an empty one. With `force` it is content if nothing is there.
///
/// # Errors
/// Those of the system; and the root of the file system stays.
pub async fn remove(path: PathBuf, recursive: bool, force: bool) -> Result<(), Error> {
    blocking(move || match remove_now(&path, recursive) {
        Err(e) if force && e.is_not_found() => Ok(()),
        result => result,
    })
    .await
}

fn remove_now(path: &Path, recursive: bool) -> Result<(), Error> {
    if path.parent().is_none() {
        return Err(Error::invalid(
            "fs/remove does not remove the root of the file system",
        ));
    }
    let is_folder = fs::symlink_metadata(path)?.is_dir();
    match (is_folder, recursive) {
        (true, true) => remove_tree(path)?,
        (true, false) => fs::remove_dir(path)?,
        (false, _) => fs::remove_file(path)?,
    }
    Ok(())
}

/// Copies a file, a link (as a link), or with `recursive` a folder with everything in it, which is merged into what is
/// at the destination. Copying a file onto itself does nothing.
///
/// # Errors
/// Those of the system; what cannot be copied at all; a folder without `recursive` or into itself.
pub async fn copy(source: PathBuf, destination: PathBuf, recursive: bool) -> Result<(), Error> {
    blocking(move || {
        let kind = fs::symlink_metadata(&source)?.file_type();
        if kind.is_dir() {
            if !recursive {
                return Err(Error::invalid(
                    "fs/copy requires recursive: true when sourcePath is a directory",
                ));
            }
            if is_within(&destination, &source)? {
                return Err(Error::invalid(
                    "fs/copy cannot copy a directory to itself or one of its descendants",
                ));
            }
            copy_folder(source, destination)
        } else if kind.is_symlink() {
            copy_link(&source, &destination)
        } else if kind.is_file() {
            copy_file(&source, &destination)
        } else {
            Err(Error::invalid(
                "fs/copy only supports regular files, directories, and symlinks",
            ))
        }
    })
    .await
}

/// Whether `path` is `folder` or below it, links followed as far as they lead somewhere.
fn is_within(path: &Path, folder: &Path) -> Result<bool, Error> {
    let folder = folder.canonicalize()?;
    let there = path
        .ancestors()
        .find_map(|above| Some((above, above.canonicalize().ok()?)));
    Ok(there.is_some_and(|(above, real)| {
        // What is not there yet has no links in it.
        let missing = path.strip_prefix(above).unwrap_or(Path::new(""));
        real.join(missing).starts_with(folder)
    }))
}

fn copy_folder(source: PathBuf, destination: PathBuf) -> Result<(), Error> {
    // A stack of folders instead of recursion: trees may be deeper than a thread's stack.
    let mut folders = vec![(source, destination)];
    while let Some((from, to)) = folders.pop() {
        fs::create_dir_all(&to)?;
        for entry in fs::read_dir(&from)? {
            let entry = entry?;
            let (kind, inner) = (entry.file_type()?, to.join(entry.file_name()));
            if kind.is_dir() {
                folders.push((entry.path(), inner));
            } else if kind.is_symlink() {
                copy_link(&entry.path(), &inner)?;
            } else if kind.is_file() {
                copy_file(&entry.path(), &inner)?;
            }
        }
    }
    Ok(())
}

fn copy_link(source: &Path, destination: &Path) -> Result<(), Error> {
    Ok(symlink(fs::read_link(source)?, destination)?)
}

/// Content and mode. Neither side is waited for: that a FIFO or the like has come in its place is an error.
fn copy_file(source: &Path, destination: &Path) -> Result<(), Error> {
    let mut from = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(source)?;
    let about = from.metadata()?;
    let same = |to: &fs::Metadata| (to.dev(), to.ino()) == (about.dev(), about.ino());
    if fs::metadata(destination).is_ok_and(|to| same(&to)) {
        // Opening it for writing would empty it.
        return Ok(());
    }
    let mut to = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(about.permissions().mode())
        .custom_flags(libc::O_NONBLOCK)
        .open(destination)?;
    keep_mode(&to, &about)?;
    io::copy(&mut from, &mut to)?;
    Ok(())
}

fn keep_mode(to: &File, about: &fs::Metadata) -> io::Result<()> {
    // Modes of devices and the like are none of a copy's business.
    if to.metadata()?.is_file() {
        to.set_permissions(about.permissions())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::sys::stat::Mode;

    fn invalid(result: Result<(), Error>) -> String {
        match result {
            Err(Error::Invalid(message)) => message,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_file_copied_onto_itself_keeps_its_content() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("f"), "kept").unwrap();
        symlink("f", at("link")).unwrap();
        copy(at("f"), at("f"), false).await.unwrap();
        copy(at("f"), at("link"), false).await.unwrap();
        assert_eq!(fs::read(at("f")).unwrap(), b"kept");
    }

    #[tokio::test]
    async fn a_folder_is_not_copied_into_itself_by_way_of_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir_all(at("s/in")).unwrap();
        symlink("s", at("to-s")).unwrap();
        for to in ["s", "s/in/new/copy", "to-s/x"] {
            let message = invalid(copy(at("s"), at(to), true).await);
            assert_eq!(
                message,
                "fs/copy cannot copy a directory to itself or one of its descendants"
            );
        }
        copy(at("s"), at("s2"), true).await.unwrap();
    }

    #[tokio::test]
    async fn a_tree_is_merged_and_what_is_no_file_is_skipped() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir_all(at("s/deep")).unwrap();
        fs::write(at("s/deep/f"), "new").unwrap();
        symlink("nowhere", at("s/link")).unwrap();
        nix::unistd::mkfifo(&at("s/fifo"), Mode::S_IRWXU).unwrap();
        fs::create_dir_all(at("d/deep")).unwrap();
        fs::write(at("d/deep/f"), "something old").unwrap();
        copy(at("s"), at("d"), true).await.unwrap();
        assert_eq!(fs::read(at("d/deep/f")).unwrap(), b"new");
        assert_eq!(fs::read_link(at("d/link")).unwrap(), Path::new("nowhere"));
        assert!(!at("d/fifo").exists());
        let again = copy(at("s"), at("d"), true).await.unwrap_err();
        assert_eq!(again.to_string(), "File exists (os error 17)");
    }

    #[tokio::test]
    async fn a_copy_to_a_fifo_nobody_reads_does_not_wait() {
        let dir = tempfile::tempdir().unwrap();
        let fifo = dir.path().join("fifo");
        fs::write(dir.path().join("f"), "x").unwrap();
        nix::unistd::mkfifo(&fifo, Mode::S_IRWXU).unwrap();
        let error = copy(dir.path().join("f"), fifo, false).await.unwrap_err();
        assert_eq!(error.to_string(), "No such device or address (os error 6)");
    }

    #[tokio::test]
    async fn force_forgives_only_what_is_missing() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("f"), "").unwrap();
        remove(dir.path().join("no/where"), true, true).await.unwrap();
        let below = remove(dir.path().join("f/below"), true, true).await.unwrap_err();
        assert_eq!(below.to_string(), "Not a directory (os error 20)");
        assert!(remove("/".into(), true, true).await.is_err());
    }
}
