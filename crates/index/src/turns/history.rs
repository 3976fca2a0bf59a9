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
use std::sync::mpsc;

use codex_rollout::fold::{Change, Checkpoint, UsageMark};
use codex_rollout::{Fold, Keep, LineReader, TurnSpan};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::span::{self, Stored};
use crate::facts::Stamp;

/// How many changes are gathered before they are written, so that neither memory nor the time of a transaction grows with
/// the history.
const BATCH: usize = 512;

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

/// What kept the index from being brought up to date.
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
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct State {
    records: u64,
    next_item: u64,
    /// Turns before the checkpoint.
    turns: usize,
    usage: Option<Usage>,
    /// Stretches of the file that rollbacks dropped.
    #[serde(default)]
    dropped: Vec<(u64, u64)>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Usage {
    range: (u64, u64),
    turn_id: Option<String>,
    explicit: bool,
    index: usize,
}

/// A path in two parts, as the table has it.
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

struct Known {
    id: i64,
    stamp: Stamp,
    indexed: u64,
    tail: i64,
    shown: usize,
    state: State,
}

/// Brings a history's index up to date.
pub(crate) fn refresh(conn: &mut Connection, path: &Path, file: &File) -> Result<History, Failure> {
    let meta = file.metadata()?;
    let stamp = Stamp::of(&meta);
    let inode = meta.ino() as i64;
    let place = Place::of(path);
    let known = match known(conn, &place, inode)? {
        Some(k) if k.stamp == stamp => return Ok(k.into()),
        Some(k) if stamp.size >= k.stamp.size && tail(file, k.indexed)? == k.tail => k,
        _ => {
            let tx = conn.transaction()?;
            let id = restart(&tx, &place, inode)?;
            tx.commit()?;
            let state = State {
                next_item: 1,
                ..State::default()
            };
            Known {
                id,
                stamp: Stamp::default(),
                indexed: 0,
                tail: 0,
                shown: 0,
                state,
            }
        }
    };
    index(conn, file, stamp, known)
}

/// Reads what was added, and writes what it means. From the second batch on a thread of its own writes while this one goes on
/// reading: a long history is read in half the time.
fn index(conn: &mut Connection, file: &File, stamp: Stamp, known: Known) -> Result<History, Failure> {
    let before = closed_turns(conn, known.id, known.state.turns)?;
    let mut reader = Reader::new(file, &known, before);
    let first = reader.next(stamp)?;
    write(conn, known.id, &first)?;
    let mut last = first;
    if !last.done {
        last = std::thread::scope(|scope| {
            let (sender, receiver) = mpsc::sync_channel::<Batch>(QUEUED);
            let id = known.id;
            let writer = scope.spawn(move || -> Result<Option<Batch>, Failure> {
                let mut last = None;
                for batch in receiver {
                    write(conn, id, &batch)?;
                    last = Some(batch);
                }
                Ok(last)
            });
            let read = loop {
                match reader.next(stamp) {
                    Ok(batch) => {
                        let done = batch.done;
                        // The writer is gone only if it failed, which it tells below.
                        if sender.send(batch).is_err() || done {
                            break Ok(());
                        }
                    }
                    Err(e) => break Err(e),
                }
            };
            drop(sender);
            let written = writer
                .join()
                .unwrap_or_else(|_| Err(Failure::File(io::Error::other("writing the index failed"))))?;
            read?;
            written.ok_or_else(|| Failure::File(io::Error::other("nothing was read")))
        })?;
    }
    Ok(History {
        id: known.id,
        turns: last.at.turns + usize::from(last.open.is_some()),
        usage: last.usage.map(Into::into),
        dropped: last.dropped.into_iter().map(|d| d.0..d.1).collect(),
    })
}

/// How many batches may wait to be written.
const QUEUED: usize = 2;

/// What a stretch of a history means, and where to go on after it.
struct Batch {
    changes: Vec<Change>,
    at: Checkpoint,
    /// The turn that stands open.
    open: Option<Stored>,
    tail: i64,
    usage: Option<Usage>,
    dropped: Vec<(u64, u64)>,
    /// The state of the file, if all of it was read.
    stamp: Stamp,
    done: bool,
}

/// Reads a history from where indexing stopped.
struct Reader<'f> {
    file: &'f File,
    lines: LineReader<&'f File>,
    fold: Fold,
    usage: Option<Usage>,
    dropped: Vec<(u64, u64)>,
}

impl<'f> Reader<'f> {
    fn new(file: &'f File, known: &Known, before: Vec<TurnSpan>) -> Self {
        let state = &known.state;
        let checkpoint = Checkpoint {
            offset: known.indexed,
            records: state.records,
            next_item: state.next_item,
            turns: state.turns,
        };
        Self {
            file,
            lines: LineReader::new(file, known.indexed..u64::MAX),
            fold: Fold::resume(Keep::Journal, checkpoint, before),
            usage: state.usage.clone(),
            dropped: state.dropped.clone(),
        }
    }

    /// Reads up to the next batch's worth of changes, or to the end.
    fn next(&mut self, stamp: Stamp) -> io::Result<Batch> {
        let mut changes = Vec::new();
        let mut done = true;
        while let Some(line) = self.lines.next_line()? {
            // A last line without its end is still being written, or torn: it counts only if it is whole.
            if !line.terminated && line.parse().is_err() {
                break;
            }
            self.fold.push_line(&line);
            changes.append(&mut self.fold.take_changes());
            if changes.len() >= BATCH {
                done = false;
                break;
            }
        }
        for change in &changes {
            if let Change::Truncated { dropped, .. } = change {
                self.dropped.retain(|other| other.0 < dropped.start);
                self.dropped.push((dropped.start, dropped.end));
            }
        }
        self.usage = self.fold.usage().map(Usage::from).or(self.usage.take());
        let at = self.fold.checkpoint();
        Ok(Batch {
            changes,
            tail: tail(self.file, at.offset)?,
            open: self.fold.open_span().map(Stored::from),
            at,
            usage: self.usage.clone(),
            dropped: self.dropped.clone(),
            stamp: if done { stamp } else { Stamp::default() },
            done,
        })
    }
}

/// Writes what a batch means and the place to go on from.
fn write(conn: &mut Connection, id: i64, batch: &Batch) -> Result<(), Failure> {
    let at = batch.at;
    let tx = conn.transaction()?;
    for change in &batch.changes {
        apply(&tx, id, change, at.offset)?;
    }
    tx.prepare_cached("DELETE FROM turns WHERE history = ? AND ordinal >= ?")?
        .execute(params![id, at.turns])?;
    let mut shown = at.turns;
    if let Some(open) = &batch.open {
        put(&tx, id, shown, open)?;
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
    let (stamp, offset) = (batch.stamp, at.offset as i64);
    tx.prepare_cached(
        "UPDATE histories SET size = ?2, mtime_ns = ?3, indexed = ?4, tail = ?5, turns = ?6, state = ?7 WHERE id = ?1",
    )?
    .execute(params![id, stamp.size, stamp.mtime_ns, offset, batch.tail, shown, state])?;
    tx.commit()?;
    Ok(())
}

fn apply(conn: &Connection, id: i64, change: &Change, checkpoint: u64) -> rusqlite::Result<()> {
    match change {
        Change::Closed { index, span } => put(conn, id, *index, &(&**span).into()),
        Change::Range { index, range, items } => edit(conn, id, *index, |span| {
            span.add_range(range.start, range.end);
            // What stands behind the checkpoint will be read, and counted, again.
            if range.start < checkpoint {
                span.items = *items;
            }
        }),
        Change::Ended {
            index,
            status,
            completed_at,
            duration_ms,
        } => edit(conn, id, *index, |span| {
            span.status = *status;
            span.completed_at = *completed_at;
            span.duration_ms = *duration_ms;
        }),
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

fn edit(
    conn: &Connection,
    id: i64,
    ordinal: usize,
    change: impl FnOnce(&mut Stored),
) -> rusqlite::Result<()> {
    let found: Option<Stored> = conn
        .prepare_cached("SELECT span FROM turns WHERE history = ? AND ordinal = ?")?
        .query_row(params![id, ordinal], span::read)
        .optional()?;
    let Some(mut span) = found else { return Ok(()) };
    change(&mut span);
    put(conn, id, ordinal, &span)
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

fn known(conn: &Connection, place: &Place, inode: i64) -> rusqlite::Result<Option<Known>> {
    conn.prepare_cached(
        "SELECT id, size, mtime_ns, indexed, tail, turns, state FROM histories WHERE folder = ? AND name = ? AND inode = ?",
    )?
    .query_row(params![place.folder, place.name, inode], |r| {
        let state: String = r.get(6)?;
        Ok(serde_json::from_str(&state).ok().map(|state| {
            Ok::<_, rusqlite::Error>(Known {
                id: r.get(0)?,
                stamp: Stamp { size: r.get(1)?, mtime_ns: r.get(2)? },
                indexed: r.get::<_, i64>(3)? as u64,
                tail: r.get(4)?,
                shown: r.get(5)?,
                state,
            })
        }))
    })
    .optional()?
    .flatten()
    .transpose()
}

/// Forgets what was known of a path and makes a new row for it.
fn restart(conn: &Connection, place: &Place, inode: i64) -> rusqlite::Result<i64> {
    let old: Option<i64> = conn
        .prepare_cached("SELECT id FROM histories WHERE folder = ? AND name = ?")?
        .query_row(params![place.folder, place.name], |r| r.get(0))
        .optional()?;
    if let Some(id) = old {
        forget(conn, id)?;
    }
    conn.prepare_cached(
        "INSERT INTO histories (folder, name, inode, size, mtime_ns, indexed, tail, turns, state) \
         VALUES (?, ?, ?, 0, 0, 0, 0, 0, '{}') RETURNING id",
    )?
    .query_row(params![place.folder, place.name, inode], |r| r.get(0))
}

fn forget(conn: &Connection, id: i64) -> rusqlite::Result<()> {
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
fn tail(file: &File, at: u64) -> io::Result<i64> {
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

impl From<Known> for History {
    fn from(k: Known) -> Self {
        let dropped = k.state.dropped.into_iter().map(|d| d.0..d.1).collect();
        Self {
            id: k.id,
            turns: k.shown,
            usage: k.state.usage.map(Into::into),
            dropped,
        }
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
