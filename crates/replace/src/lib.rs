//! Files that are replaced as a whole and hold what is nobody else's business: `config.toml`, `auth.json`.
//!
//! A file is written beside the old one and renamed over it, so that a crash leaves the old or the new one. Symbolic
//! links stay and are written through, also when what they name is not there yet.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// As many links the kernel follows.
const MOST_LINKS: usize = 40;

/// Makes `bytes` the content of `file`, readable and writable for the owner only, whatever mode it had. Missing folders
/// are made.
pub fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = end_of_links(file)?;
    let folder = folder_of(&target);
    std::fs::create_dir_all(folder)?;
    let mut temp = tempfile::Builder::new().prefix(".new.").make_in(folder, |path| {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
    })?;
    temp.write_all(bytes)?;
    temp.as_file().sync_all()?;
    temp.into_temp_path().persist(&target).map_err(|e| e.error)?;
    // The new name is as durable as the content where the file system can do that.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Removes `file` and, where it is a symbolic link, what it names first: nothing of the content stays behind. A file
/// that is not there is removed already.
pub fn remove(file: &Path) -> io::Result<()> {
    let target = end_of_links(file)?;
    for path in [target.as_path(), file] {
        match std::fs::remove_file(path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    Ok(())
}

/// Where a chain of symbolic links ends; a file that is no link is its own end. Fails for a loop.
pub fn end_of_links(file: &Path) -> io::Result<PathBuf> {
    let mut at = file.to_owned();
    for _ in 0..MOST_LINKS {
        match std::fs::read_link(&at) {
            Ok(next) => at = folder_of(&at).join(next),
            Err(_) => return Ok(at),
        }
    }
    Err(io::Error::from_raw_os_error(libc::ELOOP))
}

fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => Path::new("/"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(file: &Path) -> u32 {
        fs::metadata(file).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_file_is_the_owners_and_nothing_lies_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("new/f");
        replace(&file, b"x").unwrap();
        assert_eq!(
            (fs::read(&file).unwrap().as_slice(), mode(&file)),
            (&b"x"[..], 0o600)
        );
        assert_eq!(fs::read_dir(dir.path().join("new")).unwrap().count(), 1);
    }

    #[test]
    fn others_lose_access_to_an_old_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("f");
        for old in [0o644, 0o400] {
            fs::write(&file, "old").unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(old)).unwrap();
            replace(&file, b"new").unwrap();
            assert_eq!(mode(&file), 0o600);
        }
    }

    #[test]
    fn links_are_written_through_even_when_they_dangle() {
        let dir = tempfile::tempdir().unwrap();
        let (link, second) = (dir.path().join("link"), dir.path().join("second"));
        symlink("second", &link).unwrap();
        symlink("sub/real", &second).unwrap();
        for text in ["one", "two"] {
            replace(&link, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(dir.path().join("sub/real")).unwrap(), text);
        }
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::symlink_metadata(&second).unwrap().is_symlink());
    }

    #[test]
    fn a_ring_of_links_is_told_and_left() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("link");
        symlink("link", &link).unwrap();
        assert_eq!(
            replace(&link, b"x").unwrap_err().raw_os_error(),
            Some(libc::ELOOP)
        );
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn a_folder_in_the_way_is_told_in_the_systems_words() {
        let dir = tempfile::tempdir().unwrap();
        let error = replace(dir.path(), b"x").unwrap_err();
        assert_eq!(error.to_string(), "Is a directory (os error 21)");
    }

    #[test]
    fn what_a_link_names_goes_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let (link, real) = (dir.path().join("link"), dir.path().join("real"));
        fs::write(&real, "secret").unwrap();
        symlink("real", &link).unwrap();
        remove(&link).unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        remove(&link).unwrap();
    }
}
