//! Where the files of a patch really are, and reading and writing them there.
//!
//! A patch is looked at, perhaps asked about, and written, and commands may run all the while. So links are followed
//! once, at the beginning, and what is written is the place they led to then: a link put in the way later is an error.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};

use codex_sandbox::{entry_path, real_path};
use nix::fcntl::{OFlag, open, openat};
use nix::sys::stat::{Mode, mkdirat};
use nix::unistd::{UnlinkatFlags, unlinkat};

use crate::grammar::{Hunk, Patch};
use crate::verify::absolute;

/// The largest file that is read.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// The files a patch speaks of, each by its absolute path, and where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places(BTreeMap<PathBuf, Place>);

/// Where one file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The name itself, which may be a link: what is removed.
    pub(crate) entry: PathBuf,
    /// What the name leads to: what is read and written.
    pub(crate) file: PathBuf,
}

impl Places {
    /// Follows the paths of a patch under `cwd` (absolute).
    pub fn of(patch: &Patch, cwd: &Path) -> Self {
        let paths = patch.hunks.iter().flat_map(Hunk::paths);
        Places(
            paths
                .map(|path| {
                    let path = absolute(cwd, path);
                    // Where links go in a circle the path stays as it is: nothing can be written by it.
                    let place = Place {
                        entry: entry_path(&path).unwrap_or_else(|| path.clone()),
                        file: real_path(&path).unwrap_or_else(|| path.clone()),
                    };
                    (path, place)
                })
                .collect(),
        )
    }

    /// The place of an absolute path of the patch.
    pub(crate) fn at(&self, path: &Path) -> Place {
        self.0.get(path).cloned().unwrap_or_else(|| Place {
            entry: path.to_owned(),
            file: path.to_owned(),
        })
    }
}

/// Reads a plain file. Nothing else is even waited for: a pipe may never be written to, a device never end.
pub(crate) fn read(path: &Path) -> io::Result<(Vec<u8>, std::fs::Metadata)> {
    let file = File::options()
        .read(true)
        .custom_flags(OFlag::O_NONBLOCK.bits())
        .open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(nix::Error::EISDIR.into());
    }
    if !metadata.is_file() {
        return Err(not_a_file());
    }
    let mut content = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut content)?;
    if content.len() as u64 > MOST_BYTES {
        return Err(io::Error::other(format!(
            "the file is larger than {} MiB",
            MOST_BYTES >> 20
        )));
    }
    Ok((content, metadata))
}

/// As [`read`], of a text.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    let (content, _) = read(path)?;
    String::from_utf8(content)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "stream did not contain valid UTF-8"))
}

/// Writes a file in place, or makes it and the folders it lies in. A new file gets `permissions`, if there are some.
/// No component of `path` may be a link.
pub(crate) fn write(path: &Path, content: &str, permissions: Option<std::fs::Permissions>) -> io::Result<()> {
    let (folder, name) = folder_of(path, true)?;
    let flags = OFlag::O_WRONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
    let all = Mode::from_bits_truncate(0o666);
    let (file, is_new) = match openat(&folder, name, flags, Mode::empty()) {
        Ok(file) => (file, false),
        Err(nix::Error::ENOENT) => {
            let flags = flags | OFlag::O_CREAT | OFlag::O_EXCL;
            (openat(&folder, name, flags, all)?, true)
        }
        Err(error) => return Err(error.into()),
    };
    let mut file = File::from(file);
    if !file.metadata()?.is_file() {
        return Err(not_a_file());
    }
    file.set_len(0)?;
    file.write_all(content.as_bytes())?;
    if let Some(permissions) = permissions.filter(|_| is_new) {
        // A file system that knows no permissions is no reason to stop halfway.
        let _ = file.set_permissions(std::fs::Permissions::from_mode(permissions.mode() & 0o777));
    }
    Ok(())
}

/// Removes a name. No component before it may be a link; it itself may be one.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    let (folder, name) = folder_of(path, false)?;
    Ok(unlinkat(folder, name, UnlinkatFlags::NoRemoveDir)?)
}

/// The folder that a path's last component is in, reached without passing a link, and that component. `make` makes the
/// folders that are missing.
fn folder_of(path: &Path, make: bool) -> io::Result<(OwnedFd, &std::ffi::OsStr)> {
    let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let name = path.file_name().ok_or(nix::Error::EISDIR)?;
    let mut at = open("/", flags, Mode::empty())?;
    for part in path.parent().into_iter().flat_map(Path::components) {
        let Component::Normal(part) = part else { continue };
        let enter = |at: &OwnedFd| openat(at.as_fd(), part, flags, Mode::empty());
        at = match enter(&at) {
            Err(nix::Error::ENOENT) if make => {
                match mkdirat(&at, part, Mode::from_bits_truncate(0o777)) {
                    // Somebody else may have made it meanwhile.
                    Ok(()) | Err(nix::Error::EEXIST) => enter(&at)?,
                    Err(error) => return Err(error.into()),
                }
            }
            entered => entered?,
        };
    }
    Ok((at, name))
}

fn not_a_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn no_link_is_passed_when_writing_and_removing() {
        let dir = tempfile::tempdir().expect("a folder");
        let root = dir.path().canonicalize().expect("a real path");
        fs::create_dir(root.join("out")).expect("made");
        fs::write(root.join("out/f"), "x").expect("written");
        symlink(root.join("out"), root.join("link")).expect("linked");
        symlink(root.join("out/made"), root.join("dangling")).expect("linked");
        for path in ["link/f", "link/new", "link/sub/new", "dangling"] {
            assert!(write(&root.join(path), "y", None).is_err(), "{path}");
        }
        assert!(remove(&root.join("link/f")).is_err());
        assert_eq!(fs::read_to_string(root.join("out/f")).expect("there"), "x");
        assert_eq!(fs::read_dir(root.join("out")).expect("there").count(), 1);
        remove(&root.join("dangling")).expect("a link can be removed");
        assert!(!root.join("dangling").is_symlink());
    }

    #[test]
    fn only_plain_files_of_some_size_are_read_and_written() {
        let dir = tempfile::tempdir().expect("a folder");
        let pipe = dir.path().join("pipe");
        nix::unistd::mkfifo(&pipe, Mode::S_IRWXU).expect("made");
        let large = dir.path().join("large");
        let file = File::create(&large).expect("made");
        file.set_len(MOST_BYTES + 1).expect("grown");
        for (path, why) in [
            (pipe.as_path(), "not a regular file"),
            (Path::new("/dev/zero"), "not a regular file"),
            (&large, "the file is larger than 64 MiB"),
        ] {
            assert_eq!(read_text(path).expect_err("refused").to_string(), why);
        }
        assert!(write(&pipe, "x", None).is_err());
    }
}
