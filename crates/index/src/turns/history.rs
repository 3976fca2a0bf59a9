//! Bringing the index of one history up to date.
//!
//! A file is known by its inode, size, time and a hash of the bytes before the place where indexing stopped. One that only
//! grew is read from there on (from before its last unfinished turn, that is); any other change has it indexed anew.

use std::collections::hash_map::DefaultHasher;
use std::fs::File;
use std::hash::Hasher;
use std::io;
use std::ops::Range;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use codex_rollout::TurnSpan;
use codex_rollout::fold::{Change, UsageMark};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::reader::Batch;
use super::span::{self, Stored};
use crate::facts::Stamp;
use crate::home;

/// How many bytes before the place where indexing stopped are hashed.
const TAIL: u64 = 256;

/// A history whose index is up to date.
#[derive(Debug, Clone)]
pub(crate) struct History {
    pub id: i64,
    /// How many turns it has.
    pub turns: usize,
    pub usage: Option<UsageMark>,
    /// Stretches of the file that rollbacks dropped, in order.
    pub dropped: Vec<Range<u64>>,
}

/// What kept the index from being looked at.
pub(crate) enum Failure {
    Database(rusqlite::Error),
    File(io::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(e: rusqlite::Error) -> Self {
        Self::Database(e)
    }
}

impl From<io::Error> for Failure {
    fn from(e: io::Error) -> Self {
        Self::File(e)
    }
}

/// What of a fold is kept to go on with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub records: u64,
    pub next_item: u64,
    /// Turns before the checkpoint.
    pub turns: usize,
    pub usage: Option<Usage>,
    /// Stretches of the file that rollbacks dropped.
    #[serde(default)]
    pub dropped: Vec<(u64, u64)>,
}

impl State {
    /// Of a history nothing of which was read.
    fn beginning() -> Self {
        Self {
            records: 0,
            next_item: 1,
            turns: 0,
            usage: None,
            dropped: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Usage {
    range: (u64, u64),
    turn_id: Option<String>,
    explicit: bool,
    index: usize,
}

/// A path in two parts, as the table has it.
#[derive(Debug, Clone)]
struct Place {
    folder: String,
    name: String,
}

impl Place {
    fn of(path: &Path) -> Self {
        let text = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        Self {
            folder: text(path.parent().map(Path::as_os_str)),
            name: text(path.file_name()),
        }
    }
}

/// A look at what is known of a history.
pub(crate) enum Look {
    Current(History),
    Behind(Start),
}

/// Where indexing is to go on, and the state of the index that this is true for.
///
/// Whoever writes puts a new random number into the row, and writes only if it still holds the number it saw: of two that
/// index the same history, be it in two processes, the second one has to look again.
pub(crate) struct Start {
    place: Place,
    inode: i64,
    /// The number in the row; `None`: there was no row.
    seen: Arc<Mutex<Option<i64>>>,
    /// Whether the row, if any, is of no use: a new one takes its place.
    anew: bool,
    pub indexed: u64,
    pub state: State,
}

/// Looks at what is known of a history. It counts as up to date if it is as the file, or as the caller just `wrote` it.
pub(crate) fn look(conn: &Connection, path: &Path, file: &File, wrote: Option<i64>) -> Result<Look, Failure> {
    let meta = file.metadata()?;
    let (stamp, inode) = (Stamp::of(&meta), meta.ino() as i64);
    let place = Place::of(path);
    let row = conn
        .prepare_cached(
            "SELECT id, generation, inode, size, mtime_ns, indexed, tail, turns, state FROM histories WHERE folder = ? AND name = ?",
        )?
        .query_row(params![place.folder, place.name], |r| {
            Ok(Row {
                id: r.get(0)?,
                generation: r.get(1)?,
                inode: r.get(2)?,
                stamp: Stamp { size: r.get(3)?, mtime_ns: r.get(4)? },
                indexed: r.get::<_, i64>(5)? as u64,
                tail: r.get(6)?,
                turns: r.get(7)?,
                state: serde_json::from_str(r.get_ref(8)?.as_str()?).ok(),
            })
        })
        .optional()?;
    let start = |seen, at: Option<(u64, State)>| Start {
        place: place.clone(),
        inode,
        seen: Arc::new(Mutex::new(seen)),
        anew: at.is_none(),
        indexed: at.as_ref().map_or(0, |at| at.0),
        state: at.map_or_else(State::beginning, |at| at.1),
    };
    Ok(match row {
        None => Look::Behind(start(None, None)),
        Some(row) => match row.state {
            Some(state) if row.inode == inode && (row.stamp == stamp || wrote == Some(row.generation)) => {
                Look::Current(History {
                    id: row.id,
                    turns: row.turns,
                    usage: state.usage.map(Into::into),
                    dropped: state.dropped.into_iter().map(|d| d.0..d.1).collect(),
                })
            }
            Some(state)
                if row.inode == inode
                    && stamp.size >= row.stamp.size
                    && tail(file, row.indexed)? == row.tail =>
            {
                Look::Behind(start(Some(row.generation), Some((row.indexed, state))))
            }
            _ => Look::Behind(start(Some(row.generation), None)),
        },
    })
}

struct Row {
    id: i64,
    generation: i64,
    inode: i64,
    stamp: Stamp,
    indexed: u64,
    tail: i64,
    turns: usize,
    state: Option<State>,
}

impl Start {
    /// Writes what a batch means and the place to go on from; `None` if somebody else wrote meanwhile, else the number the row
    /// has now.
    pub(crate) fn write(&mut self, conn: &mut Connection, batch: &Batch) -> rusqlite::Result<Option<i64>> {
        let mut seen = crate::lock(&self.seen);
        let tx = conn.transaction()?;
        let there = row_at(&tx, &self.place)?;
        if there.map(|(_, generation)| generation) != *seen {
            return Ok(None);
        }
        let id = match there {
            Some((id, _)) if !self.anew => id,
            there => {
                if let Some((id, _)) = there {
                    forget(&tx, id)?;
                }
                insert(&tx, &self.place, self.inode)?
            }
        };
        let generation = uuid::Uuid::new_v4().as_u128() as i64;
        put_batch(&tx, id, generation, batch)?;
        tx.commit()?;
        *seen = Some(generation);
        self.anew = false;
        Ok(Some(generation))
    }

    /// The turns before the place to go on from, for a fold that asks. `broken` is set if they could not be read: then what
    /// the fold says is wrong.
    pub(crate) fn earlier(
        &self,
        shared: &Arc<crate::Shared>,
        broken: &Arc<AtomicBool>,
    ) -> impl FnOnce() -> Vec<TurnSpan> + Send + Sync + 'static {
        let (shared, broken) = (Arc::clone(shared), Arc::clone(broken));
        let (place, seen, turns) = (self.place.clone(), Arc::clone(&self.seen), self.state.turns);
        move || {
            if turns == 0 {
                return Vec::new();
            }
            let seen = crate::lock(&seen);
            let read = crate::lock(&shared.turns).with(|conn| {
                let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Deferred)?;
                match row_at(&tx, &place)? {
                    Some((id, generation)) if Some(generation) == *seen => closed_turns(&tx, id, turns),
                    _ => Ok(Vec::new()),
                }
            });
            let read = read.unwrap_or_default();
            broken.store(read.len() != turns, Ordering::Relaxed);
            read
        }
    }
}

/// The row of a place: its id and number.
fn row_at(conn: &Connection, place: &Place) -> rusqlite::Result<Option<(i64, i64)>> {
    conn.prepare_cached("SELECT id, generation FROM histories WHERE folder = ? AND name = ?")?
        .query_row(params![place.folder, place.name], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()
}

fn insert(conn: &Connection, place: &Place, inode: i64) -> rusqlite::Result<i64> {
    conn.prepare_cached(
        "INSERT INTO histories (folder, name, inode, generation, size, mtime_ns, indexed, tail, turns, state) \
         VALUES (?, ?, ?, 0, 0, 0, 0, 0, 0, '{}') RETURNING id",
    )?
    .query_row(params![place.folder, place.name, inode], |r| r.get(0))
}

fn put_batch(conn: &Connection, id: i64, generation: i64, batch: &Batch) -> rusqlite::Result<()> {
    let at = batch.at;
    for change in &batch.changes {
        apply(conn, id, change, at.offset)?;
    }
    conn.prepare_cached("DELETE FROM turns WHERE history = ? AND ordinal >= ?")?
        .execute(params![id, at.turns])?;
    let mut shown = at.turns;
    if let Some(open) = &batch.open {
        put(conn, id, shown, open)?;
        shown += 1;
    }
    let state = State {
        records: at.records,
        next_item: at.next_item,
        turns: at.turns,
        usage: batch.usage.clone(),
        dropped: batch.dropped.clone(),
    };
    let state = serde_json::to_string(&state).expect("numbers and text");
    conn.prepare_cached(
        "UPDATE histories SET generation = ?2, size = ?3, mtime_ns = ?4, indexed = ?5, tail = ?6, turns = ?7, state = ?8 \
         WHERE id = ?1",
    )?
    .execute(params![
        id,
        generation,
        batch.stamp.size,
        batch.stamp.mtime_ns,
        at.offset as i64,
        batch.tail,
        shown,
        state
    ])?;
    Ok(())
}

fn apply(conn: &Connection, id: i64, change: &Change, checkpoint: u64) -> rusqlite::Result<()> {
    match change {
        Change::Closed { index, span } => put(conn, id, *index, &(&**span).into()),
        Change::Range { index, .. } | Change::Ended { index, .. } => {
            let found: Option<Stored> = conn
                .prepare_cached("SELECT span FROM turns WHERE history = ? AND ordinal = ?")?
                .query_row(params![id, index], span::read)
                .optional()?;
            let Some(mut span) = found else { return Ok(()) };
            span.change(change, checkpoint);
            put(conn, id, *index, &span)
        }
        Change::Truncated { len, .. } => {
            conn.prepare_cached("DELETE FROM turns WHERE history = ? AND ordinal >= ?")?
                .execute(params![id, len])?;
            Ok(())
        }
    }
}

fn put(conn: &Connection, id: i64, ordinal: usize, span: &Stored) -> rusqlite::Result<()> {
    let start = span.ranges.first().map_or(0, |r| r.0);
    conn.prepare_cached(
        "INSERT OR REPLACE INTO turns (history, ordinal, turn_id, start, told_from, items, explicit, status, span) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        id,
        ordinal,
        span.id,
        start as i64,
        span.told_from as i64,
        span.items,
        span.explicit,
        span::status_number(span.status),
        span::write(span),
    ])?;
    Ok(())
}

/// The turns before a checkpoint, as far as a fold that writes a journal has to know them.
fn closed_turns(conn: &Connection, id: i64, upto: usize) -> rusqlite::Result<Vec<TurnSpan>> {
    conn.prepare_cached(
        "SELECT turn_id, items, explicit, told_from, status FROM turns WHERE history = ? AND ordinal < ? ORDER BY ordinal",
    )?
    .query_map(params![id, upto], |r| {
        let told_from = r.get::<_, i64>(3)? as u64;
        Ok(TurnSpan {
            id: r.get(0)?,
            explicit: r.get(2)?,
            status: span::status_of(r.get(4)?),
            error: None,
            started_at: None,
            completed_at: None,
            duration_ms: None,
            ranges: Vec::new(),
            told_from,
            first_record: 0,
            first_item: 0,
            items: r.get(1)?,
            first_user_text: None,
        })
    })?
    .collect()
}

/// Forgets what was indexed of a history.
pub(crate) fn forget_path(conn: &mut Connection, path: &Path) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    if let Some((id, _)) = row_at(&tx, &Place::of(path))? {
        forget(&tx, id)?;
    }
    tx.commit()
}

fn forget(conn: &Connection, id: i64) -> rusqlite::Result<()> {
    // Its words are to be indexed anew as well.
    let name: Option<String> = conn
        .prepare_cached("SELECT name FROM histories WHERE id = ?")?
        .query_row([id], |r| r.get(0))
        .optional()?;
    if let Some(name) = name
        && let Some(named) = home::parse_name(&name)
    {
        conn.prepare_cached("UPDATE files SET worded = 0 WHERE name_id = ? AND name = ?")?
            .execute(params![named.id, name])?;
    }
    conn.prepare_cached("DELETE FROM texts WHERE rowid IN (SELECT id FROM messages WHERE history = ?)")?
        .execute([id])?;
    conn.prepare_cached("DELETE FROM messages WHERE history = ?")?
        .execute([id])?;
    conn.prepare_cached("DELETE FROM turns WHERE history = ?")?
        .execute([id])?;
    conn.prepare_cached("DELETE FROM histories WHERE id = ?")?
        .execute([id])?;
    Ok(())
}

/// A history that was moved keeps what was indexed of it.
pub(crate) fn adopt(conn: &Connection, from: &Path, to: &Path) -> rusqlite::Result<()> {
    let (from, to) = (Place::of(from), Place::of(to));
    conn.execute(
        "UPDATE OR IGNORE histories SET folder = ?, name = ? WHERE folder = ? AND name = ?",
        params![to.folder, to.name, from.folder, from.name],
    )?;
    Ok(())
}

/// Forgets histories that are no longer there.
pub(crate) fn purge(conn: &mut Connection) -> rusqlite::Result<()> {
    let gone: Vec<i64> = conn
        .prepare("SELECT id, path FROM histories")?
        .query_map([], |r| Ok((r.get(0)?, r.get::<_, String>(1)?)))?
        .filter(|row| row.as_ref().map_or(true, |(_, path)| !Path::new(path).exists()))
        .map(|row| row.map(|(id, _)| id))
        .collect::<rusqlite::Result<_>>()?;
    for id in gone {
        let tx = conn.transaction()?;
        forget(&tx, id)?;
        tx.commit()?;
    }
    Ok(())
}

/// A hash of the bytes before a place of a file; -1 if the file ends before it.
pub(super) fn tail(file: &File, at: u64) -> io::Result<i64> {
    let n = at.min(TAIL);
    let mut bytes = vec![0; n as usize];
    match file.read_exact_at(&mut bytes, at - n) {
        Ok(()) => {
            let mut hash = DefaultHasher::new();
            hash.write(&bytes);
            Ok((hash.finish() >> 1) as i64)
        }
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Ok(-1),
        Err(e) => Err(e),
    }
}

impl From<&UsageMark> for Usage {
    fn from(m: &UsageMark) -> Self {
        Self {
            range: (m.range.start, m.range.end),
            turn_id: m.turn_id.clone(),
            explicit: m.explicit,
            index: m.index,
        }
    }
}

impl From<Usage> for UsageMark {
    fn from(u: Usage) -> Self {
        Self {
            range: u.range.0..u.range.1,
            turn_id: u.turn_id,
            explicit: u.explicit,
            index: u.index,
        }
    }
}
