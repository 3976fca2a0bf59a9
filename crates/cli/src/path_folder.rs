//! The folder of links to this binary that commands have first on their PATH: `CODEX_HOME/tmp/arg0/codex-arg0XXXXXX`
//! (transport.md §3).

use std::ffi::OsString;
use std::fs::{self, File, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use crate::by_name;

const PREFIX: &str = "codex-arg0";
const LOCK: &str = ".lock";

/// The folder of this process. It is removed when this is dropped; what a killed process leaves is swept up by a later
/// one, which can tell by the lock.
#[derive(Debug)]
pub struct PathFolder {
    path: PathBuf,
    /// Held for as long as the folder is in use.
    _lock: File,
}

impl PathFolder {
    /// Makes the folder in the home `home`, with links to `program`.
    pub fn make(home: &Path, program: &Path) -> io::Result<Self> {
        let parent = home.join("tmp").join("arg0");
        fs::create_dir_all(&parent)?;
        fs::set_permissions(&parent, Permissions::from_mode(0o700))?;
        // Made under another name, so that nobody who sweeps sees it before it is locked.
        let fresh = tempfile::Builder::new()
            .prefix(&format!(".{PREFIX}"))
            .rand_bytes(6)
            .tempdir_in(&parent)?;
        let lock = File::create(fresh.path().join(LOCK))?;
        lock.try_lock()?;
        for name in by_name::NAMES {
            symlink(program, fresh.path().join(name))?;
        }
        let visible = fresh
            .path()
            .file_name()
            .and_then(|name| name.to_str())
            .map(|name| name.trim_start_matches('.'));
        let path = parent.join(visible.expect("the name was made of text above"));
        fs::rename(fresh.path(), &path)?;
        // It is no longer there under the name it would be removed by.
        let _ = fresh.keep();
        Ok(Self { path, _lock: lock })
    }

    /// `PATH` with this folder first.
    pub fn before(&self, path: Option<OsString>) -> OsString {
        let mut whole = self.path.clone().into_os_string();
        if let Some(rest) = path.filter(|rest| !rest.is_empty()) {
            whole.push(":");
            whole.push(rest);
        }
        whole
    }

    /// Removes the folders that processes which were killed left beside this one.
    pub fn sweep(parent: &Path) -> io::Result<()> {
        for entry in fs::read_dir(parent)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(PREFIX) && is_stale(&entry.path()) {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }

    /// The folder this one, and those of other processes, lie in.
    pub fn parent(&self) -> &Path {
        self.path.parent().expect("it was joined to its parent")
    }
}

impl Drop for PathFolder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            tracing::warn!("cannot remove {}: {error}", self.path.display());
        }
    }
}

/// Whether a folder has a lock that nobody holds.
fn is_stale(folder: &Path) -> bool {
    let Ok(lock) = File::open(folder.join(LOCK)) else {
        return false;
    };
    !matches!(
        lock.try_lock(),
        Err(TryLockError::WouldBlock | TryLockError::Error(_))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_private_has_all_names_and_goes_in_the_end() {
        let home = tempfile::tempdir().unwrap();
        let folder = PathFolder::make(home.path(), Path::new("/bin/true")).unwrap();
        let mode = fs::metadata(folder.parent()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        for name in by_name::NAMES {
            assert_eq!(
                fs::read_link(folder.path.join(name)).unwrap(),
                Path::new("/bin/true")
            );
        }
        let path = folder.before(Some("/usr/bin:/bin".into())).into_string().unwrap();
        assert!(
            path.starts_with(folder.path.to_str().unwrap()) && path.ends_with(":/usr/bin:/bin"),
            "{path}"
        );
        let parent = folder.parent().to_owned();
        drop(folder);
        assert_eq!(fs::read_dir(parent).unwrap().count(), 0);
    }

    #[test]
    fn only_folders_whose_process_is_gone_are_swept() {
        let home = tempfile::tempdir().unwrap();
        let live = PathFolder::make(home.path(), Path::new("/bin/true")).unwrap();
        let dead = live.parent().join("codex-arg0dead00");
        let strange = live.parent().join("something-else");
        fs::create_dir(&dead).unwrap();
        fs::write(dead.join(LOCK), "").unwrap();
        fs::create_dir(&strange).unwrap();
        PathFolder::sweep(live.parent()).unwrap();
        assert!(live.path.exists() && strange.exists());
        assert!(!dead.exists());
    }
}
