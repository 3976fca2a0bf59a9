//! `session_index.jsonl`: the names threads were given (persistence.md §7). Append only; the last entry for an id wins.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::reader::{LineReader, ReadAt};

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

/// Gives the names that stand in whole lines from a place of the file on to `take`, in order; returns where the last of those
/// lines ends. A last line without its end is still being written, or torn.
pub fn read(home: &Path, from: u64, mut take: impl FnMut(Entry)) -> io::Result<u64> {
    let file = File::open(path(home))?;
    let mut lines = LineReader::new(&file, from..u64::MAX);
    let mut to = from;
    while let Some(line) = lines.next_line()? {
        if !line.terminated {
            break;
        }
        to = line.range.end;
        if let Some(entry) = entry(line.bytes) {
            take(entry);
        }
    }
    Ok(to)
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

    /// The names as they stand in the file.
    fn all(home: &Path, from: u64) -> (Vec<(Uuid, String)>, u64) {
        let mut names = Vec::new();
        let to = read(home, from, |e| names.push((e.id, e.thread_name))).unwrap();
        (names, to)
    }

    #[test]
    fn names_are_read_in_order_and_from_where_a_reading_ended() {
        let home = tempfile::tempdir().unwrap();
        append(home.path(), id(1), "first", Timestamp::from_second(20).unwrap()).unwrap();
        append(home.path(), id(2), "other", Timestamp::from_second(10).unwrap()).unwrap();
        let (names, to) = all(home.path(), 0);
        assert_eq!(names, [(id(1), "first".into()), (id(2), "other".into())]);
        append(home.path(), id(1), "second", Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(all(home.path(), to).0, [(id(1), "second".into())]);
    }

    #[test]
    fn blank_names_junk_and_a_torn_line_cost_only_themselves() {
        let home = tempfile::tempdir().unwrap();
        append(home.path(), id(1), "kept", Timestamp::UNIX_EPOCH).unwrap();
        append(home.path(), id(1), "  ", Timestamp::UNIX_EPOCH).unwrap();
        let mut file = OpenOptions::new().append(true).open(path(home.path())).unwrap();
        file.write_all(b"\xff\xfe\n{\"id\":\"x\"}\n{\"id\":\"torn")
            .unwrap();
        let (names, to) = all(home.path(), 0);
        assert_eq!(names, [(id(1), "kept".into())]);
        append(home.path(), id(2), "after", Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(all(home.path(), to).0, [(id(2), "after".into())]);
    }

    #[test]
    fn without_a_file_there_is_nothing_to_read() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(
            read(home.path(), 0, |_| {}).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
    }
}
