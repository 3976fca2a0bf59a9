//! One page of a listing from the view of the files.

use std::path::{Path, PathBuf};

use codex_rollout::record::Source;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, Statement, params_from_iter};

use super::cursor::Cursor;
use super::query::Prepared;
use super::search;
use crate::facts::{Git, Stamp, source_of_text};

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
    let Some(conditions) = Conditions::new(conn, p)? else {
        return Ok(Vec::new());
    };
    match &p.query.search {
        None => select_where(conn, home, p, &conditions),
        Some(term) => search::select(conn, home, p, conditions, term),
    }
}

/// The same for given conditions.
pub(super) fn select_where(
    conn: &Connection,
    home: &Path,
    p: &Prepared<'_>,
    conditions: &Conditions,
) -> rusqlite::Result<Vec<Hit>> {
    let limit = p.limit + 1 + p.cursor.map_or(0, |c| c.given as usize);
    let text = format!("{WIDE} WHERE {} {} LIMIT {limit}", conditions.text, order(p));
    // The texts of searches differ each time: kept, they would drive out the other statements.
    let (mut kept, mut once);
    let statement: &mut Statement<'_> = if p.query.search.is_some() {
        once = conn.prepare(&text)?;
        &mut once
    } else {
        kept = conn.prepare_cached(&text)?;
        &mut kept
    };
    let mut rows = statement.query(params_from_iter(&conditions.values))?;
    let mut page = Filling::new(p);
    while !page.is_full()
        && let Some(row) = rows.next()?
    {
        page.take(read(row, home)?);
    }
    Ok(page.hits)
}

/// A page being filled.
pub(super) struct Filling<'p, 'q> {
    p: &'p Prepared<'q>,
    /// Threads of the cursor's very instant that were given out before.
    passed: usize,
    pub hits: Vec<Hit>,
}

impl<'p, 'q> Filling<'p, 'q> {
    pub(super) fn new(p: &'p Prepared<'q>) -> Self {
        Self {
            p,
            passed: 0,
            hits: Vec::with_capacity(p.limit + 1),
        }
    }

    pub(super) fn take(&mut self, hit: Hit) {
        if let Some(c) = self.p.cursor
            && key(&hit.thread, self.p.by_update) == c.ms
            && self.passed < c.given as usize
        {
            self.passed += 1;
            return;
        }
        self.hits.push(hit);
    }

    /// Whether it holds one more than asked for.
    pub(super) fn is_full(&self) -> bool {
        self.hits.len() > self.p.limit
    }
}

/// All that a hit shows.
pub(super) const WIDE: &str = "SELECT f.id, f.size, f.mtime_ns, f.thread, d.path, f.name, f.archived, f.created_ms, \
     f.updated_ms, f.preview, f.title, pr.word, cw.word, f.source, f.version, f.nickname, f.role, f.git_sha, f.git_branch, \
     f.git_url, c.resolved FROM files f JOIN folders d ON d.id = f.folder LEFT JOIN words pr ON pr.id = f.provider \
     LEFT JOIN words cw ON cw.id = f.cwd LEFT JOIN cwds c ON c.word = f.cwd";

/// The column of the sort key.
pub(super) fn column(p: &Prepared<'_>) -> &'static str {
    if p.by_update { "updated_ms" } else { "created_ms" }
}

/// The order asked for.
pub(super) fn order(p: &Prepared<'_>) -> String {
    let (column, direction) = (column(p), if p.descending { "DESC" } else { "ASC" });
    format!("ORDER BY f.{column} {direction}, f.thread {direction}")
}

/// What a query asks for, but for the search term, of rows `f` of the files.
pub(super) struct Conditions {
    pub text: String,
    pub values: Vec<Value>,
}

impl Conditions {
    /// `None` if nothing can match.
    pub(super) fn new(conn: &Connection, p: &Prepared<'_>) -> rusqlite::Result<Option<Self>> {
        let mut values: Vec<Value> = vec![i64::from(p.query.archived).into()];
        let mut text = "f.listed AND f.archived = ?".to_owned();
        // The words are few: numbers in the text keep the number of statements small and let the planner see them.
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
            text += &format!(" AND f.{} {order}{equal} ?", column(p));
            values.push(c.ms.into());
        }
        Ok(Some(Self { text, values }))
    }

    /// The same and one more.
    pub(super) fn and(mut self, condition: &str, value: Option<Value>) -> Self {
        self.text += &format!(" AND {condition}");
        self.values.extend(value);
        self
    }
}

/// Numbers as the text of a statement has them.
pub(super) fn list(ids: &[i64]) -> String {
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}

pub(super) fn read(row: &Row<'_>, home: &Path) -> rusqlite::Result<Hit> {
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
