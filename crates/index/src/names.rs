//! `session_index.jsonl`, the names given to threads (persistence.md §7), read from where the last reading ended.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use codex_rollout::names;
use rusqlite::Connection;

use crate::cache::files;

/// Takes in the names added since the last time. A file that became shorter or is another one is read anew.
pub(crate) fn refresh(conn: &mut Connection, home: &Path) -> rusqlite::Result<()> {
    let Ok(meta) = std::fs::metadata(names::path(home)) else {
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
    let mut set = Ok(());
    let read = names::read(home, from, |entry| {
        if set.is_ok() {
            set = files::set_name(&tx, &entry.id.to_string(), entry.thread_name.trim());
        }
    });
    set?;
    match read {
        Ok(to) => {
            files::set_meta_int(&tx, "names_read", to as i64)?;
            files::set_meta_int(&tx, "names_size", meta.len() as i64)?;
            files::set_meta_int(&tx, "names_inode", meta.ino() as i64)?;
        }
        Err(e) => tracing::warn!(error = %e, "cannot read the names of threads"),
    }
    tx.commit()
}
