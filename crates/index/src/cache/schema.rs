//! The schema of `history_1.sqlite`, our own file beside the metadata: what the files of the home say of themselves, where
//! each turn lies in its file, and the words of the conversations. All of it can be read from the histories again.

use rusqlite::{Connection, TransactionBehavior};

use crate::db::{Fit, Schema};

/// `history_1.sqlite`.
pub(crate) struct Cache;

/// Raised when the tables change, or when earlier versions may have written something wrong: a file of an earlier version is
/// emptied, which costs only time.
const VERSION: i64 = 2;

impl Schema for Cache {
    const FILE: &'static str = "history_1.sqlite";

    fn prepare(conn: &mut Connection) -> rusqlite::Result<Fit> {
        let version: i64 = conn.pragma_query_value(None, "user_version", |r| r.get(0))?;
        if version == VERSION {
            return Ok(Fit::Ours);
        }
        let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_master", [], |r| r.get(0))?;
        if tables > 0 && !(1..VERSION).contains(&version) {
            return Ok(Fit::Foreign);
        }
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let made_meanwhile: i64 = tx.pragma_query_value(None, "user_version", |r| r.get(0))?;
        if made_meanwhile != VERSION {
            empty(&tx)?;
            tx.execute_batch(TABLES)?;
            tx.pragma_update(None, "user_version", VERSION)?;
        }
        tx.commit()?;
        Ok(Fit::Ours)
    }
}

/// Drops all tables; those of an index for words go with it.
fn empty(conn: &Connection) -> rusqlite::Result<()> {
    for kind in ["sql LIKE 'CREATE VIRTUAL TABLE%'", "name NOT LIKE 'sqlite_%'"] {
        let names: Vec<String> = conn
            .prepare(&format!(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND {kind}"
            ))?
            .query_map([], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for name in names {
            conn.execute_batch(&format!("DROP TABLE \"{name}\""))?;
        }
    }
    Ok(())
}

/// * `folders`: every folder below the home that histories may lie in, with the time it was last read at. `depth` 0 is
///   `sessions` itself, 3 a day; `archived_sessions` has depth 3 at once.
/// * `files`: one row per history file, as of the size and time it had when it was looked at. `listed` says whether listings
///   show it: it has a head and a user message. Only those are in the listing indexes. A file that is not listed was searched
///   for a user message up to `scanned_to`. `worded`: its words are indexed as of its size and title.
/// * `words`: providers and working folders by number, so that the listing indexes stay small.
/// * `cwds`: where the working folders really are; they may be links.
/// * `titles`: trigrams of titles, for `searchTerm`; `files.title` is the name if one was given, else the first message.
/// * `names`: the last entry of `session_index.jsonl` for each thread.
/// * `histories`, `turns`: per file how far it was indexed, and the byte ranges of its turns. `generation` is a random number
///   that changes with each writing. An id is never given twice.
/// * `texts`: the words of titles, user and agent messages; which line each is from stands in `messages`.
const TABLES: &str = "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
    CREATE TABLE folders (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        depth INTEGER NOT NULL,
        archived INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL);
    CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE);
    CREATE TABLE cwds (word INTEGER PRIMARY KEY, resolved TEXT NOT NULL);
    CREATE INDEX cwds_resolved ON cwds (resolved);
    CREATE TABLE files (
        id INTEGER PRIMARY KEY,
        folder INTEGER NOT NULL,
        name TEXT NOT NULL,
        archived INTEGER NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        listed INTEGER NOT NULL,
        created_ms INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL,
        name_id TEXT NOT NULL,
        thread TEXT,
        kind INTEGER NOT NULL,
        provider INTEGER NOT NULL,
        cwd INTEGER NOT NULL,
        source TEXT NOT NULL,
        version TEXT NOT NULL,
        nickname TEXT,
        role TEXT,
        git_sha TEXT,
        git_branch TEXT,
        git_url TEXT,
        row_title TEXT,
        title TEXT NOT NULL,
        preview TEXT NOT NULL,
        scanned_to INTEGER NOT NULL,
        worded INTEGER NOT NULL DEFAULT 0,
        UNIQUE (folder, name));
    CREATE INDEX files_created ON files (archived, created_ms DESC, thread DESC, kind, provider) WHERE listed;
    CREATE INDEX files_updated ON files (archived, updated_ms DESC, thread DESC, kind, provider) WHERE listed;
    CREATE INDEX files_cwd_created ON files (archived, cwd, created_ms DESC, thread DESC, kind, provider) WHERE listed;
    CREATE INDEX files_cwd_updated ON files (archived, cwd, updated_ms DESC, thread DESC, kind, provider) WHERE listed;
    CREATE INDEX files_thread ON files (thread);
    CREATE INDEX files_name_id ON files (name_id);
    CREATE INDEX files_unlisted ON files (created_ms) WHERE NOT listed;
    CREATE INDEX files_unworded ON files (created_ms DESC) WHERE listed AND NOT worded;
    CREATE INDEX files_long ON files (id) WHERE octet_length(title) > 4096;
    CREATE VIRTUAL TABLE titles USING fts5(title, content='', contentless_delete=1, detail=full,
        tokenize='trigram case_sensitive 1');
    CREATE TABLE names (thread TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE histories (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        folder TEXT NOT NULL,
        name TEXT NOT NULL,
        path TEXT GENERATED ALWAYS AS (folder || '/' || name) VIRTUAL,
        inode INTEGER NOT NULL,
        generation INTEGER NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        indexed INTEGER NOT NULL,
        tail INTEGER NOT NULL,
        turns INTEGER NOT NULL,
        state TEXT NOT NULL,
        words_to INTEGER NOT NULL DEFAULT 0,
        UNIQUE (folder, name));
    CREATE TABLE turns (
        history INTEGER NOT NULL,
        ordinal INTEGER NOT NULL,
        turn_id TEXT NOT NULL,
        start INTEGER NOT NULL,
        told_from INTEGER NOT NULL,
        items INTEGER NOT NULL,
        explicit INTEGER NOT NULL,
        status INTEGER NOT NULL,
        span TEXT NOT NULL,
        PRIMARY KEY (history, ordinal)) WITHOUT ROWID;
    CREATE INDEX turns_id ON turns (history, turn_id);
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY,
        history INTEGER NOT NULL,
        start INTEGER NOT NULL,
        who INTEGER NOT NULL);
    CREATE INDEX messages_history ON messages (history, start);
    CREATE VIRTUAL TABLE texts USING fts5(text, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
";
