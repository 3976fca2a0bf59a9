//! Rows of `files` and `folders`: what lies in the home, as of the last look.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use crate::facts::{Facts, Stamp};

/// Titles are indexed for search up to this many bytes; longer ones are compared with the term one by one.
pub(crate) const TITLE_INDEXED: usize = 4096;

/// A folder that may hold histories, or folders of such.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder {
    pub id: i64,
    /// Below the home, with `/`.
    pub path: String,
    /// 0 `sessions`, 1 a year, 2 a month, 3 a day or `archived_sessions`.
    pub depth: u8,
    pub archived: bool,
    /// Its time when it was last read; 0: never.
    pub mtime_ns: i64,
    /// The look at the home during which it was last compared; not kept.
    pub look: u64,
}

pub(crate) fn folders(conn: &Connection) -> rusqlite::Result<Vec<Folder>> {
    conn.prepare_cached("SELECT id, path, depth, archived, mtime_ns FROM folders ORDER BY path")?
        .query_map([], |r| {
            Ok(Folder {
                id: r.get(0)?,
                path: r.get(1)?,
                depth: r.get(2)?,
                archived: r.get(3)?,
                mtime_ns: r.get(4)?,
                look: 0,
            })
        })?
        .collect()
}

/// The number of a folder, made if need be.
pub(crate) fn folder_id(conn: &Connection, path: &str, depth: u8, archived: bool) -> rusqlite::Result<i64> {
    conn.prepare_cached(
        "INSERT INTO folders (path, depth, archived, mtime_ns) VALUES (?, ?, ?, 0) \
         ON CONFLICT (path) DO UPDATE SET depth = excluded.depth RETURNING id",
    )?
    .query_row(params![path, depth, archived], |r| r.get(0))
}

pub(crate) fn set_folder_time(conn: &Connection, folder: i64, mtime_ns: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE folders SET mtime_ns = ? WHERE id = ?")?
        .execute(params![mtime_ns, folder])?;
    Ok(())
}

/// Forgets a folder with its files.
pub(crate) fn drop_folder(conn: &Connection, folder: i64) -> rusqlite::Result<()> {
    let ids: Vec<i64> = conn
        .prepare_cached("SELECT id FROM files WHERE folder = ?")?
        .query_map([folder], |r| r.get(0))?
        .collect::<Result<_, _>>()?;
    for id in ids {
        remove(conn, id)?;
    }
    conn.prepare_cached("DELETE FROM folders WHERE id = ?")?
        .execute([folder])?;
    Ok(())
}

/// The files of a folder: their numbers by name.
pub(crate) fn in_folder(conn: &Connection, folder: i64) -> rusqlite::Result<HashMap<String, i64>> {
    conn.prepare_cached("SELECT name, id FROM files WHERE folder = ?")?
        .query_map([folder], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect()
}

/// The number of a word, made if need be; 0 for none.
pub(crate) fn word_id(conn: &Connection, word: Option<&str>) -> rusqlite::Result<i64> {
    let Some(word) = word else { return Ok(0) };
    if let Some(id) = find_word(conn, word)? {
        return Ok(id);
    }
    conn.prepare_cached(
        "INSERT INTO words (word) VALUES (?) ON CONFLICT (word) DO UPDATE SET word = word RETURNING id",
    )?
    .query_row([word], |r| r.get(0))
}

pub(crate) fn find_word(conn: &Connection, word: &str) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached("SELECT id FROM words WHERE word = ?")?
        .query_row([word], |r| r.get(0))
        .optional()
}

/// Puts what a file says in place of what was known of it.
pub(crate) fn put(
    conn: &Connection,
    folder: i64,
    archived: bool,
    name: &str,
    name_id: &str,
    facts: &Facts,
    resolve: &mut dyn FnMut(&str) -> String,
) -> rusqlite::Result<i64> {
    let provider = word_id(conn, facts.provider.as_deref())?;
    let cwd = word_id(conn, Some(&facts.cwd))?;
    conn.prepare_cached("INSERT OR IGNORE INTO cwds (word, resolved) VALUES (?, ?)")?
        .execute(params![cwd, resolve(&facts.cwd)])?;
    let before: Option<(i64, Option<String>, String)> = conn
        .prepare_cached("SELECT id, row_title, title FROM files WHERE folder = ? AND name = ?")?
        .query_row(params![folder, name], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .optional()?;
    let (row_title, title_before) = before
        .as_ref()
        .map_or((None, None), |b| (b.1.clone(), Some(b.2.as_str())));
    let given = match (&row_title, &facts.thread) {
        (Some(t), _) => Some(t.clone()),
        (None, Some(thread)) => name_of(conn, thread)?,
        (None, None) => None,
    };
    let title = given.unwrap_or_else(|| facts.preview.clone());
    let id: i64 = conn
        .prepare_cached(
            "INSERT INTO files (id, folder, name, archived, size, mtime_ns, listed, created_ms, updated_ms, name_id, thread, kind, \
                 provider, cwd, source, version, nickname, role, git_sha, git_branch, git_url, row_title, title, preview, \
                 scanned_to) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, \
                 ?24, ?25) \
             ON CONFLICT (folder, name) DO UPDATE SET archived = ?4, size = ?5, mtime_ns = ?6, listed = ?7, created_ms = ?8, \
                 updated_ms = ?9, name_id = ?10, thread = ?11, kind = ?12, provider = ?13, cwd = ?14, \
                 source = ?15, version = ?16, nickname = ?17, role = ?18, git_sha = ?19, git_branch = ?20, git_url = ?21, \
                 title = ?23, preview = ?24, scanned_to = ?25, worded = 0 RETURNING id",
        )?
        .query_row(
            params![
                before.as_ref().map(|b| b.0),
                folder,
                name,
                archived,
                facts.stamp.size,
                facts.stamp.mtime_ns,
                facts.listed,
                facts.created_ms,
                facts.stamp.mtime_ms(),
                name_id,
                facts.thread,
                facts.kind as u8,
                provider,
                cwd,
                facts.source,
                facts.version,
                facts.nickname,
                facts.role,
                facts.git.sha,
                facts.git.branch,
                facts.git.origin_url,
                row_title,
                title,
                facts.preview,
                facts.scanned_to,
            ],
            |r| r.get(0),
        )?;
    if title_before != Some(title.as_str()) {
        index_title(conn, id, &title)?;
    }
    Ok(id)
}

/// A file that only grew or was touched: everything but its size and times stays.
pub(crate) fn touch(conn: &Connection, id: i64, stamp: Stamp) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE files SET size = ?2, mtime_ns = ?3, updated_ms = ?4, worded = 0 WHERE id = ?1",
    )?
    .execute(params![id, stamp.size, stamp.mtime_ns, stamp.mtime_ms()])?;
    Ok(())
}

/// A file without a user message was searched for one up to a place.
pub(crate) fn scanned(conn: &Connection, id: i64, to: u64) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE files SET scanned_to = ?2 WHERE id = ?1")?
        .execute(params![id, to as i64])?;
    Ok(())
}

pub(crate) fn remove(conn: &Connection, id: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM titles WHERE rowid = ?")?
        .execute([id])?;
    conn.prepare_cached("DELETE FROM files WHERE id = ?")?
        .execute([id])?;
    Ok(())
}

fn index_title(conn: &Connection, id: i64, title: &str) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT OR REPLACE INTO titles (rowid, title) VALUES (?, ?)")?
        .execute(params![id, head_of(title, TITLE_INDEXED)])?;
    Ok(())
}

/// The first `max` bytes, cut at a character.
fn head_of(text: &str, max: usize) -> &str {
    let mut end = max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The name a thread was last given in `session_index.jsonl`.
pub(crate) fn name_of(conn: &Connection, thread: &str) -> rusqlite::Result<Option<String>> {
    conn.prepare_cached("SELECT name FROM names WHERE thread = ?")?
        .query_row([thread], |r| r.get(0))
        .optional()
}

/// Takes in a name from `session_index.jsonl`. A title from the metadata keeps ahead of it.
pub(crate) fn set_name(conn: &Connection, thread: &str, name: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO names (thread, name) VALUES (?1, ?2) ON CONFLICT (thread) DO UPDATE SET name = ?2",
    )?
    .execute(params![thread, name])?;
    retitle(conn, thread)
}

/// Takes in the title a thread's row has, if it is a name (`None`: it is just the first message).
pub(crate) fn set_row_title(conn: &Connection, thread: &str, title: Option<&str>) -> rusqlite::Result<()> {
    let n = conn
        .prepare_cached("UPDATE files SET row_title = ?2 WHERE thread = ?1 AND row_title IS NOT ?2")?
        .execute(params![thread, title])?;
    if n > 0 { retitle(conn, thread) } else { Ok(()) }
}

/// Makes a thread's effective title agree with where it comes from.
fn retitle(conn: &Connection, thread: &str) -> rusqlite::Result<()> {
    let changed: Vec<(i64, String)> = conn
        .prepare_cached(
            "UPDATE files SET worded = 0, title = coalesce(row_title, (SELECT name FROM names WHERE thread = ?1), preview) \
             WHERE thread = ?1 AND title <> coalesce(row_title, (SELECT name FROM names WHERE thread = ?1), preview) \
             RETURNING id, title",
        )?
        .query_map([thread], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (id, title) in changed {
        index_title(conn, id, &title)?;
    }
    Ok(())
}

/// A number or text kept under a key.
pub(crate) fn meta_int(conn: &Connection, key: &str) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached("SELECT value FROM meta WHERE key = ?")?
        .query_row([key], |r| r.get(0))
        .optional()
}

pub(crate) fn set_meta_int(conn: &Connection, key: &str, value: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)")?
        .execute(params![key, value])?;
    Ok(())
}

/// The words of the working folders that really are one of these.
pub(crate) fn cwds(conn: &Connection, resolved: &[String]) -> rusqlite::Result<Vec<i64>> {
    let mut statement = conn.prepare_cached("SELECT word FROM cwds WHERE resolved = ?")?;
    let mut ids = Vec::new();
    for path in resolved {
        for id in statement.query_map([path], |r| r.get(0))? {
            ids.push(id?);
        }
    }
    Ok(ids)
}
