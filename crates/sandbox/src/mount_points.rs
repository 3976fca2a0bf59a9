//! Mount points for protected names that do not exist.
//!
//! A read-only mount needs something to be mounted on, so while a sandboxed command runs an empty folder stands where
//! `.git`, `.codex` or `.agents` is missing. Every command that needs it holds a shared lock on the folder; whoever can
//! turn that into an exclusive one when it is done is the last and removes it. Locks go with the process that holds
//! them, so a killed server leaves at worst an empty folder in a mode nobody else gives one ([`MODE`]), which
//! [`crate::guardian`] removes, or else the next command that finds it.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::guardian;

/// Read-only with the sticky bit: tells our folders from those of others.
const MODE: u32 = 0o1555;

/// The bits of the mode that tell, whatever the umask takes from the others.
const TELLING: u32 = 0o7222;

/// How often to start again when another process removes a folder just as we come to use it.
const ATTEMPTS: usize = 100;

/// The mount points one command needs; those nobody else needs are removed when it is dropped.
#[derive(Debug, Default)]
pub struct MountPoints {
    held: Vec<(PathBuf, File)>,
}

impl MountPoints {
    /// Makes folders at the given paths, or shares them with the commands that have made them. Paths where nobody of
    /// our rights can make anything need none and are taken out.
    pub(crate) fn make(paths: &mut Vec<PathBuf>) -> Result<Self, (PathBuf, io::Error)> {
        let mut points = Self::default();
        let mut needed = Vec::with_capacity(paths.len());
        for path in paths.drain(..) {
            guardian::remember_mount_point(&path);
            match hold(&path) {
                Ok(file) => {
                    points.held.push((path.clone(), file));
                    needed.push(path);
                }
                Err(e) if is_closed_for_us(&path, &e) => {}
                Err(e) => return Err((path, e)),
            }
        }
        *paths = needed;
        Ok(points)
    }
}

/// Whether a folder that cannot be made in cannot be opened by a command either: it is not ours to open.
fn is_closed_for_us(path: &Path, error: &io::Error) -> bool {
    match error.kind() {
        io::ErrorKind::ReadOnlyFilesystem => true,
        io::ErrorKind::PermissionDenied => {
            let owner = path
                .parent()
                .and_then(|parent| parent.metadata().ok())
                .map(|m| m.uid());
            owner.is_some_and(|owner| owner != nix::unistd::geteuid().as_raw())
        }
        _ => false,
    }
}

impl Drop for MountPoints {
    fn drop(&mut self) {
        for (path, file) in self.held.drain(..) {
            remove_if_unused(&path, &file);
        }
    }
}

/// Whether a folder is such a mount point: nothing that anybody has made for itself, so that whoever looks for a
/// `.git` should look past it.
pub fn is_mount_point(path: &Path) -> bool {
    path.symlink_metadata()
        .is_ok_and(|m| m.is_dir() && m.permissions().mode() & TELLING == MODE & TELLING)
}

fn hold(path: &Path) -> io::Result<File> {
    for _ in 0..ATTEMPTS {
        match DirBuilder::new().mode(MODE).create(path) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
        let file = match OpenOptions::new()
            .read(true)
            .custom_flags(libc::O_DIRECTORY | libc::O_NOFOLLOW)
            .open(path)
        {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            Err(e) => return Err(e),
        };
        lock(&file, libc::LOCK_SH)?;
        // Another command may have removed it before the lock was ours.
        if same(path, &file) {
            return Ok(file);
        }
    }
    Err(io::Error::other("the folder is removed again and again"))
}

/// Removes the folder if no other command holds it and it is still the empty one that was made.
pub(crate) fn remove_if_unused(path: &Path, file: &File) {
    if lock(file, libc::LOCK_EX | libc::LOCK_NB).is_ok() && same(path, file) && is_mount_point(path) {
        // Not empty: then something has been put there from outside, and it stays.
        let _ = std::fs::remove_dir(path);
    }
}

/// As [`remove_if_unused`], for a folder nobody in this process holds.
pub(crate) fn sweep(path: &Path) {
    if is_mount_point(path)
        && let Ok(file) = OpenOptions::new()
            .read(true)
            .custom_flags(libc::O_DIRECTORY | libc::O_NOFOLLOW)
            .open(path)
    {
        remove_if_unused(path, &file);
    }
}

fn same(path: &Path, file: &File) -> bool {
    match (path.symlink_metadata(), file.metadata()) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

fn lock(file: &File, how: libc::c_int) -> io::Result<()> {
    loop {
        // SAFETY: flock on a descriptor we own.
        if unsafe { libc::flock(file.as_raw_fd(), how) } == 0 {
            return Ok(());
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_to_need_a_mount_point_removes_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".git");
        let first = MountPoints::make(&mut vec![path.clone()]).unwrap();
        let second = MountPoints::make(&mut vec![path.clone()]).unwrap();
        assert!(is_mount_point(&path));
        drop(first);
        assert!(path.exists());
        drop(second);
        assert!(!path.exists());
    }

    #[test]
    fn what_others_put_there_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".git");
        let points = MountPoints::make(&mut vec![path.clone()]).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        drop(points);
        assert!(path.exists());
    }

    #[test]
    fn many_at_once_leave_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".codex");
        std::thread::scope(|s| {
            for _ in 0..8 {
                s.spawn(|| {
                    for _ in 0..50 {
                        let points = MountPoints::make(&mut vec![path.clone()]).unwrap();
                        assert!(is_mount_point(&path));
                        drop(points);
                    }
                });
            }
        });
        assert!(!path.exists());
    }

    #[test]
    fn a_left_over_mount_point_is_swept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".git");
        drop(hold(&path).unwrap());
        assert!(path.exists());
        sweep(&path);
        assert!(!path.exists());
    }
}
