//! Removing a folder with everything in it, however deep it is: any command that may write can make a tree that is
//! deeper than a thread's stack, longer than a path may be, and than there are descriptors.

use std::ffi::{CStr, CString};
use std::fs;
use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use nix::dir::{Dir, Type};
use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::stat::{Mode, fstat};
use nix::unistd::{UnlinkatFlags, unlinkat};

/// How many folders are held open, the deepest ones; those above are found again by `..`.
const MOST_OPEN: usize = 16;

/// How many names of folders are noted of one folder at a time.
const MOST_NAMES: usize = 1024;

/// A folder itself, never what a link leads to.
const FOLDER: OFlag = OFlag::O_DIRECTORY
    .union(OFlag::O_NOFOLLOW)
    .union(OFlag::O_CLOEXEC);

/// Removes a folder with everything in it. Links are removed, not followed, also those that come in the place of a
/// folder meanwhile. Takes its time: not to be called where others wait.
///
/// # Errors
/// Those of the system; what was removed until then is gone.
pub fn remove_tree(path: &Path) -> io::Result<()> {
    let root = Dir::open(path, FOLDER, Mode::empty())?;
    let mut levels = vec![Level::enter(root, CString::default())?];
    while let Some(level) = levels.last_mut() {
        let folder = level.folder.as_mut().expect("the deepest level is open");
        if let Some(name) = level.folders_in_it.pop() {
            match Dir::openat(folder.as_fd(), name.as_c_str(), FOLDER, Mode::empty()) {
                Ok(inner) => levels.push(Level::enter(inner, name)?),
                Err(Errno::ENOENT) => {}
                // It is no folder any more.
                Err(Errno::ENOTDIR | Errno::ELOOP) => unlink(folder, &name, UnlinkatFlags::NoRemoveDir)?,
                Err(e) => return Err(e.into()),
            }
            if let Some(above) = levels.len().checked_sub(MOST_OPEN + 1) {
                levels[above].folder = None;
            }
        } else if level.has_more {
            level.empty()?;
        } else {
            let emptied = levels.pop().expect("it is the last one");
            let Some(above) = levels.last_mut() else { break };
            above.leave(emptied)?;
        }
    }
    fs::remove_dir(path)
}

/// A folder that is being emptied.
struct Level {
    /// Its name in the folder above.
    name: CString,
    folder: Option<Dir>,
    /// Device and number, by which it is known again.
    identity: (u64, u64),
    /// Folders in it that are still to be removed.
    folders_in_it: Vec<CString>,
    /// Whether there were more of them than are noted at a time.
    has_more: bool,
}

impl Level {
    fn enter(folder: Dir, name: CString) -> Result<Self, Errno> {
        let mut level = Self {
            name,
            identity: identity(&folder)?,
            folder: Some(folder),
            folders_in_it: Vec::new(),
            has_more: false,
        };
        level.empty()?;
        Ok(level)
    }

    /// Removes everything but folders, which are noted.
    fn empty(&mut self) -> Result<(), Errno> {
        let folder = self.folder.as_mut().expect("it is open");
        self.has_more = false;
        let here = folder.as_fd().try_clone_to_owned().map_err(|_| Errno::EMFILE)?;
        for entry in folder.iter() {
            let entry = entry?;
            let name = entry.file_name();
            if name == c"." || name == c".." {
                continue;
            }
            let is_folder = match entry.file_type() {
                Some(Type::Directory) => true,
                _ => match unlink(&here, name, UnlinkatFlags::NoRemoveDir) {
                    Ok(()) => false,
                    // Not every file system tells beforehand.
                    Err(Errno::EISDIR) => true,
                    Err(e) => return Err(e),
                },
            };
            if is_folder && self.folders_in_it.len() < MOST_NAMES {
                self.folders_in_it.push(name.to_owned());
            } else {
                self.has_more |= is_folder;
            }
        }
        Ok(())
    }

    /// Removes a folder in this one that has been emptied.
    fn leave(&mut self, emptied: Level) -> Result<(), Errno> {
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => {
                let inner = emptied.folder.as_ref().expect("the deepest level is open");
                let folder = Dir::openat(inner.as_fd(), c"..", FOLDER, Mode::empty())?;
                if identity(&folder)? != self.identity {
                    // Somebody has moved it away; what is above it now is none of our business.
                    return Err(Errno::ESTALE);
                }
                folder
            }
        };
        drop(emptied.folder);
        let folder = self.folder.insert(folder);
        unlink(folder, &emptied.name, UnlinkatFlags::RemoveDir)
    }
}

fn identity(folder: &Dir) -> Result<(u64, u64), Errno> {
    let about = fstat(folder.as_fd())?;
    Ok((about.st_dev, about.st_ino))
}

/// Removes a name; content if it has gone already.
fn unlink(folder: &impl AsFd, name: &CStr, flag: UnlinkatFlags) -> Result<(), Errno> {
    match unlinkat(folder, name, flag) {
        Err(Errno::ENOENT) => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::fcntl::openat;
    use nix::sys::stat::mkdirat;
    use nix::unistd::symlinkat;
    use std::os::unix::fs::symlink;

    /// Where making and removing many folders does not take minutes, as it does on some disks.
    fn in_memory() -> tempfile::TempDir {
        let dir = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        dir.unwrap()
    }

    #[test]
    fn a_tree_deeper_than_any_stack_and_path_is_removed_without_following_its_links() {
        let dir = in_memory();
        let kept = dir.path().join("kept");
        fs::create_dir(&kept).unwrap();
        fs::write(kept.join("f"), "").unwrap();
        let top = dir.path().join("top");
        fs::create_dir(&top).unwrap();
        let mut at = nix::fcntl::open(&top, FOLDER, Mode::empty()).unwrap();
        for depth in 0..50_000 {
            mkdirat(&at, "d", Mode::S_IRWXU).unwrap();
            if depth % 1000 == 0 {
                mkdirat(&at, "other", Mode::S_IRWXU).unwrap();
                symlinkat(&kept, &at, "link").unwrap();
            }
            at = openat(&at, "d", FOLDER, Mode::empty()).unwrap();
        }
        // Held open, it would keep the system busy with all the folders above it at each step.
        drop(at);
        remove_tree(&top).unwrap();
        assert!(!top.exists() && kept.join("f").exists());
    }

    #[test]
    fn folders_with_more_folders_than_are_noted_at_a_time_are_removed() {
        let dir = in_memory();
        let top = dir.path().join("top");
        for n in 0..2 * MOST_NAMES + 1 {
            fs::create_dir_all(top.join(format!("{n}/inner"))).unwrap();
        }
        remove_tree(&top).unwrap();
        assert!(!top.exists());
    }

    #[test]
    fn a_link_is_no_folder() {
        let dir = tempfile::tempdir().unwrap();
        let (kept, link) = (dir.path().join("kept"), dir.path().join("link"));
        fs::create_dir(&kept).unwrap();
        symlink(&kept, &link).unwrap();
        assert!(remove_tree(&link).is_err());
        assert!(kept.exists() && link.is_symlink());
    }

    #[test]
    fn a_folder_that_was_moved_away_is_not_left_by_its_new_parent() {
        let dir = tempfile::tempdir().unwrap();
        let [above, elsewhere] = ["above", "elsewhere"].map(|name| dir.path().join(name));
        fs::create_dir_all(above.join("inner")).unwrap();
        fs::create_dir_all(elsewhere.join("inner")).unwrap();
        let open = |path: &Path| Dir::open(path, FOLDER, Mode::empty()).unwrap();
        let mut level = Level::enter(open(&above), CString::default()).unwrap();
        level.folder = None;
        let emptied = Level::enter(open(&elsewhere.join("inner")), c"inner".into()).unwrap();
        assert_eq!(level.leave(emptied), Err(Errno::ESTALE));
        assert!(above.join("inner").exists() && elsewhere.join("inner").exists());
    }
}
