//! Editing `config.toml` as a document: what is not concerned keeps its text (config.md §5).

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use toml_edit::{Item, Table, Value};

/// Why a file could not be edited.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It cannot be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It is no TOML.
    #[error(transparent)]
    Syntax(#[from] toml_edit::TomlError),
}

/// The file's text; a missing file is empty.
pub(crate) fn read(file: &Path) -> std::io::Result<String> {
    match std::fs::read_to_string(file) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        other => other,
    }
}

/// Replaces the file's text: written beside it with mode 0600 and renamed over it. Of a chain of links the end is
/// replaced, also when it is not there yet.
pub(crate) fn write(file: &Path, text: &str) -> Result<(), EditError> {
    let target = end_of_links(file);
    let folder = target.parent().unwrap_or(Path::new("/"));
    std::fs::create_dir_all(folder)?;
    let mut temp = tempfile::Builder::new()
        .prefix(".config.toml.")
        .make_in(folder, |p| {
            std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(p)
        })?;
    temp.write_all(text.as_bytes())?;
    temp.as_file().sync_all()?;
    temp.into_temp_path().persist(&target).map_err(|e| e.error)?;
    Ok(())
}

/// Where a chain of symbolic links ends; a loop ends where it was noticed.
fn end_of_links(file: &Path) -> PathBuf {
    let mut at = file.to_owned();
    for _ in 0..40 {
        let Ok(next) = std::fs::read_link(&at) else { break };
        at = crate::paths::normalize(&at.parent().unwrap_or(Path::new("/")).join(next));
    }
    at
}

/// Turns an inline table into a standard one; anything that is no table becomes an empty one.
pub(crate) fn make_standard_table(item: &mut Item) {
    if item.is_table() {
        return;
    }
    let old = std::mem::take(item);
    *item = Item::Table(match old {
        Item::Value(Value::InlineTable(inline)) => inline.into_table(),
        _ => Table::new(),
    });
}
