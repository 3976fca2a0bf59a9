//! `session_index.jsonl`, the names given to threads (persistence.md §7), read from where the last reading ended.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rusqlite::Connection;
use serde::Deserialize;

use crate::cache::files;

/// File name below the home.
pub(crate) const FILE: &str = "session_index.jsonl";

/// Lines longer than this are no entries.
const MAX_LINE: u64 = 1 << 20;

#[derive(Deserialize)]
struct Entry {
    id: uuid::Uuid,
    thread_name: String,
}

/// Takes in the names added since the last time. A file that became shorter or is another one is read anew.
pub(crate) fn refresh(conn: &mut Connection, home: &Path) -> rusqlite::Result<()> {
    let Ok(meta) = std::fs::metadata(home.join(FILE)) else {
        return Ok(());
    };
    let done = files::meta_int(conn, "names_read")?.unwrap_or(0) as u64;
    let same = files::meta_int(conn, "names_inode")? == Some(meta.ino() as i64);
    // A torn last line is not read, so the size is compared with that seen, not with what was read.
    if same && files::meta_int(conn, "names_size")? == Some(meta.len() as i64) {
        return Ok(());
    }
    let from = if same && meta.len() > done { done } else { 0 };
    let tx = conn.transaction()?;
    match read(&tx, &home.join(FILE), from) {
        Ok(to) => {
            files::set_meta_int(&tx, "names_read", to? as i64)?;
            files::set_meta_int(&tx, "names_size", meta.len() as i64)?;
            files::set_meta_int(&tx, "names_inode", meta.ino() as i64)?;
        }
        Err(e) => tracing::warn!(error = %e, "cannot read the names of threads"),
    }
    tx.commit()
}

/// Reads whole lines from a place on; returns where the last one ended.
fn read(conn: &Connection, path: &Path, from: u64) -> io::Result<rusqlite::Result<u64>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut lines = BufReader::new(file);
    let mut at = from;
    let mut line = Vec::new();
    loop {
        line.clear();
        let n = (&mut lines).take(MAX_LINE).read_until(b'\n', &mut line)?;
        // A last line without its newline is still being written, or torn: it is looked at again when there is more.
        if n == 0 || (line.last() != Some(&b'\n') && (n as u64) < MAX_LINE) {
            return Ok(Ok(at));
        }
        at += n as u64;
        let Ok(entry) = serde_json::from_slice::<Entry>(&line) else {
            continue;
        };
        let name = entry.thread_name.trim();
        if name.is_empty() {
            continue;
        }
        if let Err(e) = files::set_name(conn, &entry.id.to_string(), name) {
            return Ok(Err(e));
        }
    }
}
