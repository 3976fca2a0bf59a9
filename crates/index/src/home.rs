//! Where histories lie below a home, and what their names say (persistence.md §2).

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

pub(crate) use codex_rollout::paths::{ARCHIVED, SESSIONS};

/// Depth of the folders that hold histories: `sessions/YYYY/MM/DD`.
pub(crate) const LEAF: u8 = 3;

/// What the name of a history says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileName {
    /// The time in it, taken as UTC, in milliseconds.
    pub ms: i64,
    /// The id in it: lower case, with dashes.
    pub id: String,
}

/// Reads `rollout-YYYY-MM-DDThh-mm-ss-<uuid>.jsonl`; anything else is no history.
pub(crate) fn parse_name(name: &str) -> Option<FileName> {
    let (time, id) = codex_rollout::paths::parse_name(name.as_ref())?;
    Some(FileName {
        ms: time.as_millisecond(),
        id: id.to_string(),
    })
}

/// Whether a folder's name at a depth below `sessions` is one of ours: nothing but digits.
pub(crate) fn is_date_part(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|c| c.is_ascii_digit())
}

/// The time of a folder in nanoseconds, and whether it lies so close to `now` that a change right after would not show in it.
pub(crate) fn folder_time(path: &Path, now: jiff::Timestamp) -> io::Result<(i64, bool)> {
    let meta = fs::metadata(path)?;
    if !meta.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    let mtime_ns = meta.mtime() * 1_000_000_000 + meta.mtime_nsec();
    let age = now.as_nanosecond() - i128::from(mtime_ns);
    Ok((mtime_ns, age < SETTLED_NS))
}

/// File systems stamp changes with a clock of some milliseconds' grain: only a folder that has rested for longer than that
/// is known to be as it was read.
const SETTLED_NS: i128 = 50_000_000;

/// The names in a folder: sub-folders (and links to such) or files.
pub(crate) fn names(path: &Path, folders: bool) -> io::Result<Vec<String>> {
    let mut out = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let kind = entry.file_type()?;
        let is_dir = if kind.is_symlink() {
            entry.path().is_dir()
        } else {
            kind.is_dir()
        };
        if is_dir == folders {
            out.push(name);
        }
    }
    Ok(out)
}

/// All histories of a home, as paths below it in ascending order: any depth, any name `rollout-*.jsonl` (what is taken in is
/// wider than what is listed, persistence.md §9.3).
pub(crate) fn all_histories(home: &Path) -> Vec<String> {
    let mut out = Vec::new();
    let mut open: Vec<PathBuf> = [SESSIONS, ARCHIVED].iter().map(PathBuf::from).collect();
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(home.join(&folder)) else {
            continue;
        };
        for entry in entries.flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let path = folder.join(entry.file_name());
            if kind.is_dir() {
                open.push(path);
            } else if let (Some(text), Some(name)) = (path.to_str(), entry.file_name().to_str())
                && name.starts_with("rollout-")
                && name.ends_with(".jsonl")
            {
                out.push(text.to_owned());
            }
        }
    }
    out.sort_unstable();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_time_and_an_id_are_histories() {
        let id = "5f0c9a1e-7b2d-4c3e-8f40-000000000001";
        let named = parse_name(&format!("rollout-2025-03-04T10-00-01-{id}.jsonl")).expect("a history");
        assert_eq!(
            named,
            FileName {
                ms: 1_741_082_401_000,
                id: id.into()
            }
        );
        for name in [
            format!("rollout-{id}.jsonl"),
            format!("rollout-2025-03-04T10-00-01-{id}.json"),
            format!("rollout-2025-03-04T10-00-01-{id}.JSONL"),
            format!("rollout-2025-03-44T10-00-01-{id}.jsonl"),
            "rollout-2025-03-04T10-00-01-abc.jsonl".to_owned(),
            "notes.txt".to_owned(),
        ] {
            assert_eq!(parse_name(&name), None, "{name}");
        }
    }
}
