//! `session_index.jsonl`: the names threads were given (persistence.md §7). Append only; the last entry for an id wins.

use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::reader::{LineReader, ReadAt, ReverseLineReader};

/// Name of the file, below CODEX_HOME.
pub const FILE: &str = "session_index.jsonl";

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The thread.
    pub id: Uuid,
    /// The name it was given.
    pub thread_name: String,
    /// When: RFC 3339.
    pub updated_at: String,
}

/// Where the file lies.
pub fn path(home: &Path) -> PathBuf {
    home.join(FILE)
}

/// Appends a name. The line is written at once; a torn last line before it is closed off.
pub fn append(home: &Path, id: Uuid, name: &str, at: Timestamp) -> io::Result<()> {
    let entry = Entry {
        id,
        thread_name: name.to_owned(),
        updated_at: at.to_string(),
    };
    let mut file = OpenOptions::new()
        .create(true)
        .read(true)
        .append(true)
        .open(path(home))?;
    let mut line = Vec::new();
    if !ends_whole(&file)? {
        line.push(b'\n');
    }
    serde_json::to_writer(&mut line, &entry)?;
    line.push(b'\n');
    file.write_all(&line)
}

/// Whether a file is empty or ends with a newline.
pub(crate) fn ends_whole(file: &File) -> io::Result<bool> {
    let length = ReadAt::len(file)?;
    if length == 0 {
        return Ok(true);
    }
    let mut last = [0];
    let read = ReadAt::read_at(file, &mut last, length - 1)?;
    Ok(read == 1 && last[0] == b'\n')
}

/// The last name given to a thread, searched from the end of the file; `None` without file or entry.
pub fn find(home: &Path, id: Uuid) -> io::Result<Option<String>> {
    Ok(find_all(home, &HashSet::from([id]))?.remove(&id))
}

/// The last names given to some threads, searched from the end of the file until all are found.
pub fn find_all(home: &Path, ids: &HashSet<Uuid>) -> io::Result<HashMap<Uuid, String>> {
    let mut names = HashMap::new();
    let Some(file) = open(home)? else {
        return Ok(names);
    };
    let mut lines = ReverseLineReader::new(&file, ReadAt::len(&file)?);
    while names.len() < ids.len()
        && let Some(line) = lines.next_line()?
    {
        if let Some(entry) = entry(line.bytes)
            && ids.contains(&entry.id)
        {
            names.entry(entry.id).or_insert(entry.thread_name);
        }
    }
    Ok(names)
}

/// All names: the last of each thread.
pub fn all(home: &Path) -> io::Result<HashMap<Uuid, String>> {
    let mut names = HashMap::new();
    let Some(file) = open(home)? else {
        return Ok(names);
    };
    let mut lines = LineReader::new(&file, 0..u64::MAX);
    while let Some(line) = lines.next_line()? {
        if let Some(entry) = entry(line.bytes) {
            names.insert(entry.id, entry.thread_name);
        }
    }
    Ok(names)
}

fn open(home: &Path) -> io::Result<Option<File>> {
    match File::open(path(home)) {
        Ok(file) => Ok(Some(file)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// A line's entry; unreadable lines and blank names are none.
fn entry(line: &[u8]) -> Option<Entry> {
    let entry: Entry = serde_json::from_slice(line).ok()?;
    (!entry.thread_name.trim().is_empty()).then_some(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    #[test]
    fn the_last_name_in_the_file_wins_whatever_its_time() {
        let home = tempfile::tempdir().unwrap();
        append(home.path(), id(1), "first", Timestamp::from_second(20).unwrap()).unwrap();
        append(home.path(), id(2), "other", Timestamp::from_second(20).unwrap()).unwrap();
        append(home.path(), id(1), "second", Timestamp::from_second(10).unwrap()).unwrap();
        assert_eq!(find(home.path(), id(1)).unwrap().as_deref(), Some("second"));
        assert_eq!(find(home.path(), id(3)).unwrap(), None);
        assert_eq!(
            all(home.path()).unwrap(),
            HashMap::from([(id(1), "second".into()), (id(2), "other".into())])
        );
    }

    #[test]
    fn blank_names_junk_and_a_torn_line_cost_only_themselves() {
        let home = tempfile::tempdir().unwrap();
        append(home.path(), id(1), "kept", Timestamp::UNIX_EPOCH).unwrap();
        append(home.path(), id(1), "  ", Timestamp::UNIX_EPOCH).unwrap();
        let mut file = OpenOptions::new().append(true).open(path(home.path())).unwrap();
        file.write_all(b"\xff\xfe\n{\"id\":\"x\"}\n{\"id\":\"torn")
            .unwrap();
        append(home.path(), id(2), "after", Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(find(home.path(), id(1)).unwrap().as_deref(), Some("kept"));
        assert_eq!(find(home.path(), id(2)).unwrap().as_deref(), Some("after"));
    }

    #[test]
    fn without_a_file_nobody_has_a_name() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(find(home.path(), id(1)).unwrap(), None);
        assert!(all(home.path()).unwrap().is_empty());
    }
}
