//! One page of a listing from the view of the files.

use std::path::{Path, PathBuf};

use codex_rollout::record::Source;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, Statement, params_from_iter};

use super::cursor::Cursor;
use super::query::Prepared;
use crate::facts::{Git, Stamp, source_of_text};

/// A term found in at most this many titles is looked up; a more frequent one is found soon by going through the order.
const RARE: usize = 2000;

/// A thread of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedThread {
    /// Its id.
    pub id: String,
    /// Its history.
    pub path: PathBuf,
    /// Whether it was put away.
    pub archived: bool,
    /// Milliseconds since the epoch.
    pub created_at_ms: i64,
    /// Milliseconds since the epoch.
    pub updated_at_ms: i64,
    /// First user message.
    pub preview: String,
    /// The name given to it, if it differs from the preview.
    pub name: Option<String>,
    /// The head's provider; `None`: it names none.
    pub model_provider: Option<String>,
    /// The head's folder, as it stands there.
    pub cwd: String,
    /// Where the thread comes from.
    pub source: Source,
    /// Version of the writer.
    pub cli_version: String,
    /// Nickname of a spawned agent.
    pub agent_nickname: Option<String>,
    /// Role of a spawned agent.
    pub agent_role: Option<String>,
    /// Git values.
    pub git: Git,
}

/// A page of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListPage {
    /// The threads.
    pub threads: Vec<ListedThread>,
    /// Where the next page begins; `None`: nothing follows.
    pub next_cursor: Option<String>,
    /// Where a page the other way begins, its first thread being this page's first; `None`: this page is empty.
    pub backwards_cursor: Option<String>,
}

/// A row of the view.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub file: i64,
    pub stamp: Stamp,
    /// The head's folder, resolved.
    pub resolved: String,
    pub thread: ListedThread,
}

/// The threads after a cursor, in order: one more than asked for if there are more.
pub(super) fn select(conn: &Connection, home: &Path, p: &Prepared<'_>) -> rusqlite::Result<Vec<Hit>> {
    let Some(sql) = Sql::new(conn, p)? else {
        return Ok(Vec::new());
    };
    let given = p.cursor.map_or(0, |c| c.given as usize);
    // The texts of searches differ each time: kept, they would drive out the other statements.
    let (mut kept, mut once);
    let statement: &mut Statement<'_> = if p.query.search.is_some() {
        once = conn.prepare(&sql.text)?;
        &mut once
    } else {
        kept = conn.prepare_cached(&sql.text)?;
        &mut kept
    };
    let mut rows = statement.query(params_from_iter(sql.values))?;
    let mut hits = Vec::with_capacity(p.limit + 1);
    let mut passed = 0;
    while let Some(row) = rows.next()? {
        let hit = read(row, home)?;
        // Those of the cursor's very instant that were given out before.
        if let Some(c) = p.cursor
            && key(&hit.thread, p.by_update) == c.ms
            && passed < given
        {
            passed += 1;
            continue;
        }
        hits.push(hit);
        if hits.len() > p.limit {
            break;
        }
    }
    Ok(hits)
}

struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// `None` if nothing can match.
    fn new(conn: &Connection, p: &Prepared<'_>) -> rusqlite::Result<Option<Self>> {
        let mut values: Vec<Value> = vec![i64::from(p.query.archived).into()];
        let column = if p.by_update { "updated_ms" } else { "created_ms" };
        let mut text = "SELECT f.id, f.size, f.mtime_ns, f.thread, d.path, f.name, f.archived, f.created_ms, f.updated_ms, f.preview, \
             f.title, pr.word, cw.word, f.source, f.version, f.nickname, f.role, f.git_sha, f.git_branch, f.git_url, c.resolved \
             FROM files f JOIN folders d ON d.id = f.folder LEFT JOIN words pr ON pr.id = f.provider \
             LEFT JOIN words cw ON cw.id = f.cwd LEFT JOIN cwds c ON c.word = f.cwd WHERE f.listed AND f.archived = ?"
            .to_owned();
        // The words are few: numbers in the text keep the number of statements small and let the planner see them.
        let list = |ids: &[i64]| ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        if let Some(ids) = p.cwd_ids(conn)? {
            match ids.as_slice() {
                [] => return Ok(None),
                [one] => text += &format!(" AND f.cwd = {one}"),
                many => text += &format!(" AND f.cwd IN ({})", list(many)),
            }
        }
        if let Some(ids) = p.provider_ids(conn)? {
            if ids.is_empty() {
                return Ok(None);
            }
            text += &format!(" AND f.provider IN ({})", list(&ids));
        }
        if p.kinds.is_empty() {
            return Ok(None);
        }
        // A plus keeps the planner from an index on the kind alone.
        let kinds: Vec<i64> = p.kinds.iter().map(|k| *k as i64).collect();
        text += &format!(" AND +f.kind IN ({})", list(&kinds));
        if let Some(c) = p.cursor {
            let (order, equal) = (
                if p.descending { "<" } else { ">" },
                if c.given > 0 { "=" } else { "" },
            );
            text += &format!(" AND f.{column} {order}{equal} ?");
            values.push(c.ms.into());
        }
        if let Some(term) = &p.query.search {
            if let Some(ids) = rare(conn, term)? {
                text += &format!(" AND f.id IN ({})", list(&ids));
            }
            text += if term.is_empty() {
                " AND f.title <> ''"
            } else {
                " AND instr(f.title, ?) > 0"
            };
            if !term.is_empty() {
                values.push(term.clone().into());
            }
        }
        let direction = if p.descending { "DESC" } else { "ASC" };
        let limit = p.limit + 1 + p.cursor.map_or(0, |c| c.given as usize);
        text += &format!(" ORDER BY f.{column} {direction}, f.thread {direction} LIMIT {limit}");
        Ok(Some(Self { text, values }))
    }
}

/// The files whose titles may hold the term, if it is long enough to be looked up and they are few.
fn rare(conn: &Connection, term: &str) -> rusqlite::Result<Option<Vec<i64>>> {
    if term.chars().count() < 3 || term.contains('\0') {
        return Ok(None);
    }
    let phrase = format!("\"{}\"", term.replace('"', "\"\""));
    // Titles too long to be indexed whole are compared one by one.
    let ids: Vec<i64> = conn
        .prepare_cached(
            "SELECT rowid FROM titles WHERE titles MATCH ?1 UNION ALL SELECT id FROM files WHERE length(title) > 1024 LIMIT ?2",
        )?
        .query_map((&phrase, RARE + 1), |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok((ids.len() <= RARE).then_some(ids))
}

fn read(row: &Row<'_>, home: &Path) -> rusqlite::Result<Hit> {
    let (folder, name): (String, String) = (row.get(4)?, row.get(5)?);
    let (preview, title): (String, String) = (row.get(9)?, row.get(10)?);
    let source: String = row.get(13)?;
    Ok(Hit {
        file: row.get(0)?,
        stamp: Stamp {
            size: row.get(1)?,
            mtime_ns: row.get(2)?,
        },
        resolved: row.get::<_, Option<String>>(20)?.unwrap_or_default(),
        thread: ListedThread {
            id: row.get(3)?,
            path: home.join(folder).join(name),
            archived: row.get(6)?,
            created_at_ms: row.get(7)?,
            updated_at_ms: row.get(8)?,
            name: (title != preview && !title.is_empty()).then_some(title),
            preview,
            model_provider: row.get(11)?,
            cwd: row.get::<_, Option<String>>(12)?.unwrap_or_default(),
            source: source_of_text(&source),
            cli_version: row.get(14)?,
            agent_nickname: row.get(15)?,
            agent_role: row.get(16)?,
            git: Git {
                sha: row.get(17)?,
                branch: row.get(18)?,
                origin_url: row.get(19)?,
            },
        },
    })
}

/// The time a thread is sorted by.
pub(super) fn key(thread: &ListedThread, by_update: bool) -> i64 {
    if by_update {
        thread.updated_at_ms
    } else {
        thread.created_at_ms
    }
}

/// Makes a page of the threads found: cuts the one too many and sets the cursors.
pub(super) fn finish(mut threads: Vec<ListedThread>, p: &Prepared<'_>) -> ListPage {
    let more = threads.len() > p.limit;
    let after = if more {
        threads.get(p.limit).map(|t| key(t, p.by_update))
    } else {
        None
    };
    threads.truncate(p.limit);
    let last = threads.last().map(|t| key(t, p.by_update));
    let next_cursor = match (after, last) {
        (Some(after), Some(ms)) => {
            let mut cursor = Cursor::past(ms);
            if after == ms {
                let here = threads
                    .iter()
                    .rev()
                    .take_while(|t| key(t, p.by_update) == ms)
                    .count() as u32;
                let before = p.cursor.filter(|c| c.ms == ms).map_or(0, |c| c.given);
                cursor.given = here + before;
            }
            Some(cursor.text())
        }
        _ => None,
    };
    let back = if p.descending { -1 } else { 1 };
    let backwards_cursor = threads
        .first()
        .map(|t| Cursor::past(key(t, p.by_update) + back).text());
    ListPage {
        threads,
        next_cursor,
        backwards_cursor,
    }
}
