//! Folders and what is known of their entries (fs.md §2).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use codex_protocol::{FsGetMetadataResponse, FsReadDirectoryEntry};

use crate::{Error, blocking};

/// Makes a folder; with `recursive` those above it too, and content with one that is there.
///
/// # Errors
/// Those of the system.
pub async fn create_directory(path: PathBuf, recursive: bool) -> Result<(), Error> {
    blocking(move || {
        if recursive {
            fs::create_dir_all(&path)?;
        } else {
            fs::create_dir(&path)?;
        }
        Ok(())
    })
    .await
}

/// Tells what is at a path. Kind and times are those of a link's target.
///
/// # Errors
/// Those of the system.
pub async fn metadata(path: PathBuf) -> Result<FsGetMetadataResponse, Error> {
    blocking(move || {
        let of_target = fs::metadata(&path)?;
        let is_symlink = fs::symlink_metadata(&path)?.is_symlink();
        Ok(FsGetMetadataResponse {
            is_directory: of_target.is_dir(),
            is_file: of_target.is_file(),
            is_symlink,
            created_at_ms: milliseconds(of_target.created()),
            modified_at_ms: milliseconds(of_target.modified()),
        })
    })
    .await
}

/// Since 1970; 0 for earlier ones and where the system does not tell.
fn milliseconds(time: io::Result<SystemTime>) -> i64 {
    let since = time.ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Lists a folder, in the order of the file system. Entries that are links to nothing are left out.
///
/// # Errors
/// Those of the system.
pub async fn read_directory(path: PathBuf) -> Result<Vec<FsReadDirectoryEntry>, Error> {
    blocking(move || {
        let mut entries = Vec::new();
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            if let Some((is_directory, is_file)) = kind(&entry) {
                let file_name = entry.file_name().to_string_lossy().into_owned();
                entries.push(FsReadDirectoryEntry {
                    file_name,
                    is_directory,
                    is_file,
                });
            }
        }
        Ok(entries)
    })
    .await
}

/// Whether an entry, or what it links to, is a folder, and whether a file.
fn kind(entry: &fs::DirEntry) -> Option<(bool, bool)> {
    // Most file systems tell the kind along with the name; only links have to be followed.
    match entry.file_type() {
        Ok(kind) if !kind.is_symlink() => Some((kind.is_dir(), kind.is_file())),
        _ => follow(&entry.path()),
    }
}

fn follow(path: &Path) -> Option<(bool, bool)> {
    let target = fs::metadata(path).ok()?;
    Some((target.is_dir(), target.is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[tokio::test]
    async fn a_listing_follows_links_and_leaves_out_dangling_ones() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("sub")).unwrap();
        fs::write(at(".hidden"), "").unwrap();
        symlink("sub", at("to-sub")).unwrap();
        symlink("nowhere", at("dangling")).unwrap();
        let mut entries = read_directory(dir.path().into()).await.unwrap();
        entries.sort_by(|a, b| a.file_name.cmp(&b.file_name));
        let got: Vec<_> = entries
            .iter()
            .map(|e| (e.file_name.as_str(), e.is_directory, e.is_file))
            .collect();
        assert_eq!(
            got,
            [
                (".hidden", false, true),
                ("sub", true, false),
                ("to-sub", true, false)
            ]
        );
    }

    #[tokio::test]
    async fn only_is_symlink_looks_at_the_link_itself() {
        let dir = tempfile::tempdir().unwrap();
        symlink("/", dir.path().join("link")).unwrap();
        let told = metadata(dir.path().join("link")).await.unwrap();
        assert!(told.is_symlink && told.is_directory && !told.is_file);
    }

    #[test]
    fn times_before_1970_are_0_and_milliseconds_are_cut() {
        use std::time::Duration;
        assert_eq!(milliseconds(Ok(UNIX_EPOCH - Duration::from_secs(5))), 0);
        assert_eq!(
            milliseconds(Ok(UNIX_EPOCH + Duration::from_micros(1_234_567))),
            1234
        );
    }
}
