//! Full text over names, user messages and agent messages.
//!
//! The words are indexed without the texts: a hit is shown by reading its line of the history again. Nothing is indexed
//! before somebody searches for the first time; from then on the worker keeps up with what is added.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use codex_rollout::LineReader;
use codex_rollout::record::{EventKind, EventMsg, RecordKind, RolloutItem};
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{IndexError, Result};
use crate::list::fresh::{Budget, Extent, Freshness};
use crate::list::take_grown;
use crate::worker::Job;
use crate::{Front, Index, Shared, Spell, turns};

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

/// Bytes of text around the first word found.
const AROUND: usize = 120;

/// How many bytes of a message are indexed.
const INDEXED: usize = 256 << 10;

/// How many messages, and how many bytes of them, are gathered before they are written.
const BATCH: usize = 200;
const BATCH_BYTES: usize = 1 << 20;

/// How many messages a search considers, the newest ones.
const CONSIDERED: usize = 2000;

/// How long a search looks for new files itself.
const STEP: Duration = Duration::from_millis(20);

/// How many histories whose words are to be indexed are taken up at a time.
const TAKEN_UP: usize = 500;

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
        let seen = shared.sees_all();
        let home = shared.home.to_string_lossy().into_owned();
        let mut turns = crate::lock(&shared.turns);
        let mut page = turns.with(|conn| {
            Ok(TextPage {
                complete: !is_pending(conn)?,
                hits: hits(conn, &home, &terms, limit)?,
            })
        })?;
        page.complete &= seen && !turns.in_memory();
        drop(turns);
        let sought = *crate::lock(&shared.words_sought);
        // Before the first look nobody knows what others added.
        page.complete &= sought.is_some();
        if !page.complete || Spell::is_over(sought) {
            shared.kick(Job::Words);
        }
        Ok(page)
    }
}

impl Shared {
    /// Has the view of the files see what this process wrote and which files are new; says whether it does.
    fn sees_all(&self) -> bool {
        let mut front = self.front();
        let Front { cache, view, .. } = &mut *front;
        let seen = cache.with_opening(|conn, opening| {
            view.opened(opening);
            take_grown(&self.grown, |grown| view.refresh_grown(conn, grown))?;
            let mut all = true;
            for archived in [false, true] {
                let freshness = view.refresh(conn, archived, Extent::Usual, Budget::within(STEP))?;
                all &= freshness == Freshness::Fresh;
            }
            Ok(all)
        });
        seen.unwrap_or_else(|e| {
            tracing::debug!(error = %e, "the view of the files is as it was");
            false
        })
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
    let phrase = phrase(terms);
    let newest: Vec<i64> = conn
        .prepare_cached("SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rowid DESC LIMIT ?")?
        .query_map(params![phrase, CONSIDERED], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    // To rank a message costs more than to find it.
    let from = newest.last().copied().filter(|_| newest.len() == CONSIDERED);
    let mut best =
        conn.prepare_cached("SELECT rowid FROM texts WHERE texts MATCH ? AND rowid >= ? ORDER BY rank")?;
    let mut best = best.query(params![phrase, from.unwrap_or(0)])?;
    let mut select = conn.prepare_cached(
        "SELECT m.history, m.start, m.who, h.path, f.thread, f.archived, f.title FROM messages m \
         JOIN histories h ON h.id = m.history JOIN folders d ON d.path = substr(h.folder, length(?2) + 2) \
         JOIN files f ON f.folder = d.id AND f.name = h.name WHERE m.id = ?1 AND f.thread IS NOT NULL",
    )?;
    let mut hits = Vec::new();
    while hits.len() < limit
        && let Some(row) = best.next()?
    {
        let found = select
            .query_row(params![row.get::<_, i64>(0)?, home], |r| {
                Ok(Found {
                    history: r.get(0)?,
                    start: r.get(1)?,
                    speaker: Speaker::of(r.get(2)?),
                    path: r.get(3)?,
                    thread: r.get(4)?,
                    archived: r.get(5)?,
                    title: r.get(6)?,
                })
            })
            .optional()?;
        if let Some(found) = found {
            hits.extend(show(conn, found, terms)?);
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
        RolloutItem::EventMsg(EventMsg::UserMessage(m)) => Some(indexed(m.message)),
        RolloutItem::EventMsg(EventMsg::AgentMessage(m)) => Some(indexed(m.message)),
        _ => None,
    }
}

/// As much of a text as is indexed.
fn indexed(mut text: String) -> String {
    let mut end = INDEXED.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.shrink_to_fit();
    text
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
    file: i64,
    path: PathBuf,
    /// What listings show of it: the name given to it, or the first message.
    shown: String,
    /// Whether that is a name.
    named: bool,
}

/// Whether there are listed histories whose words are not all indexed.
fn is_pending(conn: &Connection) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM files WHERE listed AND NOT worded)")?
        .query_row([], |r| r.get(0))
}

/// Some of those histories, newest first.
fn pending(conn: &Connection, home: &Path) -> rusqlite::Result<Vec<Pending>> {
    conn.prepare_cached(
        "SELECT f.id, d.path, f.name, f.title, f.title <> f.preview FROM files f JOIN folders d ON d.id = f.folder \
         WHERE f.listed AND NOT f.worded ORDER BY f.created_ms DESC LIMIT ?",
    )?
    .query_map([TAKEN_UP], |r| {
        let (folder, name): (String, String) = (r.get(1)?, r.get(2)?);
        Ok(Pending {
            file: r.get(0)?,
            path: home.join(folder).join(name),
            shown: r.get(3)?,
            named: r.get(4)?,
        })
    })?
    .collect()
}

/// Indexes the words that are not indexed yet.
pub(crate) fn catch_up(shared: &Arc<Shared>, front: &mut Front) -> Result<()> {
    // What is kept in memory is another's, who cannot be told.
    while !front.cache.in_memory() {
        let todo = front.cache.with(|conn| pending(conn, &shared.home))?;
        let mut done = 0;
        for pending in todo {
            if shared.worker.stopping() {
                return Ok(());
            }
            match index(shared, front, &pending) {
                Ok(Added::All) => done += 1,
                Ok(Added::Some) => {}
                Err(e @ IndexError::Unavailable { .. }) => return Err(e),
                Err(e) => {
                    // Once it changes it is looked at again.
                    tracing::debug!(error = %e, "cannot index a history's words");
                    front.cache.with(|conn| settle(conn, &pending, i64::MAX))?;
                    done += 1;
                }
            }
        }
        if done == 0 {
            break;
        }
    }
    Ok(())
}

/// How far the words of a history were indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Added {
    All,
    /// Somebody else is at it, or it is to be stopped.
    Some,
}

fn index(shared: &Arc<Shared>, front: &mut Front, pending: &Pending) -> Result<Added> {
    let path = &pending.path;
    let file = File::open(path).map_err(|e| IndexError::io(path, e))?;
    let history = match shared.reach(path, &file, 0, |_, history| Ok(history.id))? {
        turns::Reached::Index(id) => id,
        turns::Reached::Last(..) => return Ok(Added::Some),
    };
    let stop = || shared.worker.stopping();
    front.cache.with(|conn| add(conn, &file, history, pending, &stop))
}

/// Indexes what was added to a history since.
fn add(
    conn: &mut Connection,
    file: &File,
    history: i64,
    pending: &Pending,
    stop: &dyn Fn() -> bool,
) -> rusqlite::Result<Added> {
    let from: Option<i64> = conn
        .query_row("SELECT words_to FROM histories WHERE id = ?", [history], |r| {
            r.get(0)
        })
        .optional()?;
    let Some(from) = from else {
        return Ok(Added::Some);
    };
    let size = file.metadata().map_or(0, |m| m.len()) as i64;
    let mut lines = LineReader::new(file, from as u64..u64::MAX);
    let mut batch = Batch {
        history,
        from,
        to: from,
        bytes: 0,
        messages: Vec::new(),
    };
    loop {
        let line = match lines.next_line() {
            Ok(Some(line)) if line.terminated => line,
            _ => break,
        };
        batch.to = line.range.end as i64;
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
        let text = indexed(text);
        batch.bytes += text.len();
        batch.messages.push((line.range.start as i64, who, text));
        if (batch.messages.len() >= BATCH || batch.bytes >= BATCH_BYTES) && (!batch.put(conn)? || stop()) {
            return Ok(Added::Some);
        }
    }
    if !batch.put(conn)? {
        return Ok(Added::Some);
    }
    let tx = conn.transaction()?;
    tx.execute(
        "DELETE FROM texts WHERE rowid IN (SELECT id FROM messages WHERE history = ? AND start = ?)",
        [history, NAME],
    )?;
    tx.execute(
        "DELETE FROM messages WHERE history = ? AND start = ?",
        [history, NAME],
    )?;
    if pending.named {
        insert(&tx, history, NAME, 0, &indexed(pending.shown.clone()))?;
    }
    settle(&tx, pending, size)?;
    tx.commit()?;
    Ok(Added::All)
}

/// Where names are said to stand.
const NAME: i64 = -1;

/// Notes that the words of a history are indexed, if it still has the name and at most the size that they were read with.
fn settle(conn: &Connection, pending: &Pending, size: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE files SET worded = 1 WHERE id = ? AND size <= ? AND title = ?")?
        .execute(params![pending.file, size, pending.shown])?;
    Ok(())
}

/// Messages of a history that are to be written.
struct Batch {
    history: i64,
    /// The stretch of the file they are from.
    from: i64,
    to: i64,
    bytes: usize,
    messages: Vec<(i64, i64, String)>,
}

impl Batch {
    /// Writes the messages, and begins anew behind them; says false if somebody else wrote some meanwhile.
    fn put(&mut self, conn: &mut Connection) -> rusqlite::Result<bool> {
        let tx = conn.transaction()?;
        let ours = tx.execute(
            "UPDATE histories SET words_to = ? WHERE id = ? AND words_to = ?",
            params![self.to, self.history, self.from],
        )?;
        if ours == 0 {
            return Ok(false);
        }
        for (start, who, text) in self.messages.drain(..) {
            insert(&tx, self.history, start, who, &text)?;
        }
        tx.commit()?;
        (self.from, self.bytes) = (self.to, 0);
        Ok(true)
    }
}

fn insert(conn: &Connection, history: i64, start: i64, who: i64, text: &str) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT INTO messages (history, start, who) VALUES (?, ?, ?)")?
        .execute(params![history, start, who])?;
    conn.prepare_cached("INSERT INTO texts (rowid, text) VALUES (last_insert_rowid(), ?)")?
        .execute([text])?;
    Ok(())
}
