//! Full text over names, user messages and agent messages.
//!
//! The words are indexed without the texts: a hit is shown by reading its line of the history again. Nothing is indexed
//! before somebody searches for the first time; from then on the worker keeps up with what is added.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use codex_rollout::LineReader;
use codex_rollout::record::{EventKind, EventMsg, RecordKind, RolloutItem};
use rusqlite::{Connection, OptionalExtension, params};

use crate::cache::files;
use crate::error::Result;
use crate::worker::Job;
use crate::{Front, Index, Shared, turns};

/// Whose words they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The thread's name.
    Title,
    /// The user.
    User,
    /// The agent.
    Agent,
}

impl Speaker {
    fn of(number: i64) -> Self {
        match number {
            0 => Speaker::Title,
            1 => Speaker::User,
            _ => Speaker::Agent,
        }
    }
}

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextHit {
    /// The thread.
    pub thread: String,
    /// Its history.
    pub path: PathBuf,
    /// Whether it was put away.
    pub archived: bool,
    /// The turn; `None` for names.
    pub turn_id: Option<String>,
    /// Whose words they are.
    pub speaker: Speaker,
    /// The words found, with some around them.
    pub snippet: String,
    /// The bytes of `snippet` that were searched for.
    pub matches: Vec<Range<usize>>,
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextPage {
    /// Best first.
    pub hits: Vec<TextHit>,
    /// Whether everything in the home was searched; if not, the rest is being indexed.
    pub complete: bool,
}

/// Key under which it is noted that somebody searches this home.
const WANTED: &str = "words_wanted";

/// Bytes of text around the first word found.
const AROUND: usize = 120;

/// How many bytes of a message are indexed.
const INDEXED: usize = 256 << 10;

/// How many messages are gathered before they are written.
const BATCH: usize = 200;

impl Index {
    /// Searches names and messages for all the words given; the last one may be the beginning of a word.
    pub fn search_text(&self, query: &str, limit: usize) -> Result<TextPage> {
        let terms: Vec<String> = query.split_whitespace().map(str::to_owned).collect();
        if terms.is_empty() {
            return Ok(TextPage {
                hits: Vec::new(),
                complete: true,
            });
        }
        let shared = &self.shared;
        let home = shared.home.to_string_lossy().into_owned();
        let page = crate::lock(&shared.turns).with(|conn| {
            files::set_meta_int(conn, WANTED, 1)?;
            let complete = pending(conn, &home)?.is_empty();
            Ok(TextPage {
                hits: hits(conn, &home, &terms, limit)?,
                complete,
            })
        })?;
        if !page.complete {
            shared.kick(Job::Words);
        }
        Ok(page)
    }

    /// Has words added since indexed in the background, if anybody ever searched this home.
    pub fn refresh_words(&self) {
        let wanted = crate::lock(&self.shared.turns).with(|conn| files::meta_int(conn, WANTED));
        if wanted.is_ok_and(|w| w == Some(1)) {
            self.shared.kick(Job::Words);
        }
    }
}

/// A full-text query that looks for every term.
fn phrase(terms: &[String]) -> String {
    let quoted: Vec<String> = terms
        .iter()
        .map(|t| format!("\"{}\"", t.replace('"', "\"\"")))
        .collect();
    quoted.join(" ") + "*"
}

struct Found {
    history: i64,
    start: i64,
    speaker: Speaker,
    path: String,
    thread: String,
    archived: bool,
    title: String,
}

fn hits(conn: &Connection, home: &str, terms: &[String], limit: usize) -> rusqlite::Result<Vec<TextHit>> {
    let mut select = conn.prepare_cached(
        "SELECT m.history, m.start, m.who, h.path, f.thread, f.archived, f.title FROM texts t \
         JOIN messages m ON m.id = t.rowid JOIN histories h ON h.id = m.history \
         JOIN folders d ON d.path = substr(h.folder, length(?2) + 2) JOIN files f ON f.folder = d.id AND f.name = h.name \
         WHERE texts MATCH ?1 AND f.thread IS NOT NULL ORDER BY t.rank",
    )?;
    let mut rows = select.query(params![phrase(terms), home])?;
    let mut hits = Vec::new();
    while let Some(r) = rows.next()? {
        let found = Found {
            history: r.get(0)?,
            start: r.get(1)?,
            speaker: Speaker::of(r.get(2)?),
            path: r.get(3)?,
            thread: r.get(4)?,
            archived: r.get(5)?,
            title: r.get(6)?,
        };
        if let Some(hit) = show(conn, found, terms)? {
            hits.push(hit);
            if hits.len() == limit {
                break;
            }
        }
    }
    Ok(hits)
}

/// Reads what was found from its line; `None` if it is no longer there, or its turn was rolled back.
fn show(conn: &Connection, found: Found, terms: &[String]) -> rusqlite::Result<Option<TextHit>> {
    let path = PathBuf::from(&found.path);
    let (text, turn_id) = if found.speaker == Speaker::Title {
        (found.title, None)
    } else {
        let start = found.start as u64;
        let Some(turn) = turns::turn_at(conn, found.history, start)? else {
            return Ok(None);
        };
        let Some(text) = text_at(&path, start) else {
            return Ok(None);
        };
        (text, Some(turn))
    };
    let Some((snippet, matches)) = snippet(&text, terms) else {
        return Ok(None);
    };
    let (thread, archived, speaker) = (found.thread, found.archived, found.speaker);
    Ok(Some(TextHit {
        thread,
        path,
        archived,
        turn_id,
        speaker,
        snippet,
        matches,
    }))
}

fn text_at(path: &Path, start: u64) -> Option<String> {
    let file = File::open(path).ok()?;
    let mut lines = LineReader::new(file, start..start + 1);
    let line = lines.next_line().ok()??;
    match line.parse().ok()?.item {
        RolloutItem::EventMsg(EventMsg::UserMessage(m)) => Some(m.message),
        RolloutItem::EventMsg(EventMsg::AgentMessage(m)) => Some(m.message),
        _ => None,
    }
}

/// The text around the first term found, and where in it terms stand.
fn snippet(text: &str, terms: &[String]) -> Option<(String, Vec<Range<usize>>)> {
    let lower = lowered(text);
    let terms: Vec<String> = terms.iter().map(|t| t.to_lowercase()).collect();
    // Accents are ignored by the index but not here: then the beginning of the text is shown, without marks.
    let first = terms
        .iter()
        .filter_map(|t| lower.text.find(t.as_str()))
        .min()
        .unwrap_or(0);
    let first = *lower.origin.get(first)?;
    let mut from = first.saturating_sub(AROUND / 3);
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let mut to = (first + AROUND).min(text.len());
    while !text.is_char_boundary(to) {
        to += 1;
    }
    let snippet = &text[from..to];
    let lower = lowered(snippet);
    let mut matches: Vec<Range<usize>> = Vec::new();
    for term in &terms {
        for (at, found) in lower.text.match_indices(term.as_str()) {
            matches.push(lower.origin[at]..lower.origin[at + found.len()]);
        }
    }
    matches.sort_by_key(|m| (m.start, m.end));
    Some((snippet.to_owned(), matches))
}

/// A text in lower case, with the place in the original of each of its bytes (and of its end).
struct Lowered {
    text: String,
    origin: Vec<usize>,
}

fn lowered(text: &str) -> Lowered {
    let mut out = Lowered {
        text: String::with_capacity(text.len()),
        origin: Vec::with_capacity(text.len() + 1),
    };
    for (at, c) in text.char_indices() {
        for l in c.to_lowercase() {
            out.text.push(l);
            out.origin.resize(out.text.len(), at);
        }
    }
    out.origin.push(text.len());
    out
}

struct Pending {
    path: PathBuf,
    title: Option<String>,
}

/// The listed histories whose words are not all indexed, newest first.
fn pending(conn: &Connection, home: &str) -> rusqlite::Result<Vec<Pending>> {
    conn.prepare_cached(
        "SELECT d.path, f.name, CASE WHEN f.title <> f.preview THEN f.title END FROM files f JOIN folders d ON d.id = f.folder \
         LEFT JOIN histories h ON h.folder = ?1 || '/' || d.path AND h.name = f.name \
         WHERE f.listed AND (h.id IS NULL OR h.words_size <> f.size OR h.words_title IS NOT \
             CASE WHEN f.title <> f.preview THEN f.title END) \
         ORDER BY f.created_ms DESC",
    )?
    .query_map([home], |r| {
        let (folder, name): (String, String) = (r.get(0)?, r.get(1)?);
        Ok(Pending { path: Path::new(home).join(folder).join(name), title: r.get(2)? })
    })?
    .collect()
}

/// Indexes the words that are not indexed yet.
pub(crate) fn catch_up(shared: &Shared, front: &mut Front, stop: &dyn Fn() -> bool) -> Result<()> {
    let home = shared.home.to_string_lossy().into_owned();
    let todo = front.cache.with(|conn| pending(conn, &home))?;
    for Pending { path, title } in todo {
        if stop() {
            break;
        }
        let Ok(file) = File::open(&path) else { continue };
        let done = front
            .cache
            .with(|conn| match turns::refresh(conn, &path, &file) {
                Ok(history) => add(conn, &file, history.id, title.as_deref(), stop).map(Ok),
                Err(turns::Failure::Database(e)) => Err(e),
                Err(turns::Failure::File(e)) => Ok(Err(e)),
            })?;
        if let Err(e) = done {
            tracing::debug!(path = %path.display(), error = %e, "cannot index a history's words");
        }
    }
    Ok(())
}

/// Indexes what was added to a history since.
fn add(
    conn: &mut Connection,
    file: &File,
    history: i64,
    title: Option<&str>,
    stop: &dyn Fn() -> bool,
) -> rusqlite::Result<()> {
    let mut at: i64 = conn
        .query_row("SELECT words_to FROM histories WHERE id = ?", [history], |r| {
            r.get(0)
        })
        .optional()?
        .unwrap_or(0);
    let size = file.metadata().map_or(0, |m| m.len()) as i64;
    let mut lines = LineReader::new(file, at as u64..u64::MAX);
    let mut batch: Vec<(i64, i64, String)> = Vec::new();
    loop {
        let line = match lines.next_line() {
            Ok(Some(line)) if line.terminated => line,
            _ => break,
        };
        at = line.range.end as i64;
        let who = match line.kind() {
            Some(RecordKind::Event(EventKind::UserMessage)) => 1,
            Some(RecordKind::Event(EventKind::AgentMessage)) => 2,
            _ => continue,
        };
        let text = match line.parse().map(|l| l.item) {
            Ok(RolloutItem::EventMsg(EventMsg::UserMessage(m))) => m.message,
            Ok(RolloutItem::EventMsg(EventMsg::AgentMessage(m))) => m.message,
            _ => continue,
        };
        batch.push((line.range.start as i64, who, text));
        if batch.len() >= BATCH {
            put(conn, history, &mut batch, at)?;
            if stop() {
                return Ok(());
            }
        }
    }
    put(conn, history, &mut batch, at)?;
    let tx = conn.transaction()?;
    tx.execute(
        "DELETE FROM texts WHERE rowid IN (SELECT id FROM messages WHERE history = ? AND who = 0)",
        [history],
    )?;
    tx.execute("DELETE FROM messages WHERE history = ? AND who = 0", [history])?;
    if let Some(title) = title {
        insert(&tx, history, -1, 0, title)?;
    }
    tx.execute(
        "UPDATE histories SET words_size = ?, words_title = ? WHERE id = ?",
        params![size, title, history],
    )?;
    tx.commit()
}

fn put(
    conn: &mut Connection,
    history: i64,
    batch: &mut Vec<(i64, i64, String)>,
    to: i64,
) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    for (start, who, text) in batch.drain(..) {
        insert(&tx, history, start, who, &text)?;
    }
    tx.execute(
        "UPDATE histories SET words_to = ? WHERE id = ?",
        params![to, history],
    )?;
    tx.commit()
}

fn insert(conn: &Connection, history: i64, start: i64, who: i64, text: &str) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT INTO messages (history, start, who) VALUES (?, ?, ?)")?
        .execute(params![history, start, who])?;
    let mut end = INDEXED.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    conn.prepare_cached("INSERT INTO texts (rowid, text) VALUES (last_insert_rowid(), ?)")?
        .execute([&text[..end]])?;
    Ok(())
}
