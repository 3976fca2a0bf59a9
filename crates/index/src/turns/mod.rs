//! The turns of histories by byte range: pages of them are read from the bytes they stand in, and what was indexed once is
//! only added to when the file grew.

mod history;
mod span;

use std::fs::File;
use std::ops::Range;
use std::path::Path;

use codex_protocol::{SortDirection, Turn};
use codex_rollout::fold::{UsageMark, read_turn, settle};
use rusqlite::{Connection, OptionalExtension, params};

pub(crate) use history::{Failure, History, adopt, purge, refresh};

use crate::Index;
use crate::error::{IndexError, Result};
use span::Stored;

/// Where a page of turns begins, in either direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnCursor {
    /// A turn's id.
    pub turn_id: String,
    /// Whether that turn itself is the first of the page.
    pub include_anchor: bool,
}

/// A page of turns with their items.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TurnPage {
    /// The turns in the order asked for. Turns in progress are shown as such: whether the thread runs one is the caller's to
    /// know ([`TurnPage::settle`]).
    pub turns: Vec<Turn>,
    /// Whether more follow.
    pub more: bool,
}

impl TurnPage {
    /// For a thread that runs no turn: what is in progress was interrupted.
    pub fn settle(mut self) -> Self {
        self.turns.iter_mut().for_each(settle);
        self
    }
}

/// What is known of a history as a whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HistorySummary {
    /// How many turns there are.
    pub turns: usize,
    /// Where the last totals of tokens stand.
    pub usage: Option<UsageMark>,
    /// The turn those are told for (threads.md §3); empty if no turn is left.
    pub usage_turn_id: String,
    /// Stretches of the file that rollbacks dropped, in order, none within another.
    pub dropped: Vec<Range<u64>>,
}

impl Index {
    /// A page of a history's turns. Brings the index up to date first: costs a scan of what was added to the file since.
    ///
    /// Fails with [`IndexError::AnchorGone`] if the cursor's turn is not (or no longer) there.
    pub fn turns_page(
        &self,
        path: &Path,
        cursor: Option<&TurnCursor>,
        limit: usize,
        direction: SortDirection,
    ) -> Result<TurnPage> {
        let file = File::open(path).map_err(|e| IndexError::io(path, e))?;
        let selected = self.with_history(path, &file, |conn, history| {
            let anchor = match cursor {
                None => None,
                Some(c) => match place_of(conn, history.id, &c.turn_id)? {
                    None => return Ok(None),
                    Some(place) => Some((place, c.include_anchor)),
                },
            };
            select(conn, history.id, anchor, limit.max(1), direction).map(Some)
        })?;
        let Some((spans, more)) = selected else {
            return Err(IndexError::AnchorGone);
        };
        let mut turns = Vec::with_capacity(spans.len());
        for span in spans {
            if let Some(turn) = read_turn(&file, &span.into()).map_err(|e| IndexError::io(path, e))? {
                turns.push(turn);
            }
        }
        Ok(TurnPage { turns, more })
    }

    /// What is known of a history as a whole, after bringing its index up to date.
    pub fn history_summary(&self, path: &Path) -> Result<HistorySummary> {
        let file = File::open(path).map_err(|e| IndexError::io(path, e))?;
        self.with_history(path, &file, |conn, history| {
            let usage = history.usage.clone();
            let usage_turn_id = match &usage {
                Some(mark) => usage_turn(conn, history.id, mark)?,
                None => String::new(),
            };
            Ok(HistorySummary {
                turns: history.turns,
                usage,
                usage_turn_id,
                dropped: history.dropped.clone(),
            })
        })
    }

    /// Runs something on a history whose index is up to date.
    fn with_history<T>(
        &self,
        path: &Path,
        file: &File,
        mut work: impl FnMut(&Connection, &History) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let mut failed = None;
        let done = crate::lock(&self.shared.turns).with(|conn| match refresh(conn, path, file) {
            Ok(history) => work(conn, &history).map(Some),
            Err(Failure::Database(e)) => Err(e),
            Err(Failure::File(e)) => {
                failed = Some(e);
                Ok(None)
            }
        })?;
        done.ok_or_else(|| {
            IndexError::io(
                path,
                failed.unwrap_or_else(|| std::io::Error::other("the history could not be read")),
            )
        })
    }
}

/// The place of a turn.
fn place_of(conn: &Connection, history: i64, turn: &str) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached("SELECT min(ordinal) FROM turns WHERE history = ? AND turn_id = ?")?
        .query_row(params![history, turn], |r| r.get(0))
}

/// The turns from a place on, and whether there are more.
fn select(
    conn: &Connection,
    history: i64,
    anchor: Option<(i64, bool)>,
    limit: usize,
    direction: SortDirection,
) -> rusqlite::Result<(Vec<Stored>, bool)> {
    let (order, past) = match direction {
        SortDirection::Asc => ("ASC", ">"),
        SortDirection::Desc => ("DESC", "<"),
    };
    let (place, condition) = match anchor {
        None => (0, String::new()),
        Some((place, true)) => (place, format!("AND ordinal {past}= ?2")),
        Some((place, false)) => (place, format!("AND ordinal {past} ?2")),
    };
    let mut spans: Vec<Stored> = conn
        .prepare_cached(&format!(
            "SELECT span FROM turns WHERE history = ?1 AND ?2 = ?2 {condition} ORDER BY ordinal {order} LIMIT ?3"
        ))?
        .query_map(params![history, place, limit + 1], span::read)?
        .collect::<rusqlite::Result<_>>()?;
    let more = spans.len() > limit;
    spans.truncate(limit);
    Ok((spans, more))
}

/// The turn that totals are told for: the one open when they were written, if it is still there, else the last before.
fn usage_turn(conn: &Connection, history: i64, mark: &UsageMark) -> rusqlite::Result<String> {
    if let Some(id) = mark.turn_id.as_deref()
        && mark.explicit
        && place_of(conn, history, id)?.is_some()
    {
        return Ok(id.to_owned());
    }
    let upto = if mark.explicit { mark.index } else { mark.index + 1 };
    let last = conn
        .prepare_cached(
            "SELECT turn_id FROM turns WHERE history = ? AND ordinal < ? ORDER BY ordinal DESC LIMIT 1",
        )?
        .query_row(params![history, upto], |r| r.get(0))
        .optional()?;
    Ok(last.unwrap_or_default())
}

/// The turn a byte of a history belongs to; `None` if that turn was rolled back, or the byte is in none.
pub(crate) fn turn_at(conn: &Connection, history: i64, byte: u64) -> rusqlite::Result<Option<String>> {
    let span: Option<Stored> = conn
        .prepare_cached(
            "SELECT span FROM turns WHERE history = ? AND start <= ? ORDER BY ordinal DESC LIMIT 1",
        )?
        .query_row(params![history, byte as i64], span::read)
        .optional()?;
    Ok(span
        .filter(|s| s.ranges.iter().any(|r| (r.0..r.1).contains(&byte)))
        .map(|s| s.id))
}
