//! The turns of histories by byte range: pages of them are read from the bytes they stand in, and what was indexed once is
//! only added to when the file grew.

mod history;
mod indexing;
mod reader;
mod span;

use std::fs::File;
use std::ops::Range;
use std::path::Path;

use codex_protocol::{SortDirection, Turn};
use codex_rollout::fold::{UsageMark, push_all, read_turn, settle};
use codex_rollout::{Fold, Keep, TurnSpan};
use rusqlite::{Connection, OptionalExtension, params};

pub(crate) use history::{adopt, purge};
#[cfg(test)]
pub(crate) use indexing::testing;
pub(crate) use indexing::{Claims, Reached};

use crate::Index;
use crate::error::{IndexError, Result};
use crate::facts::Stamp;
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
        let limit = limit.max(1);
        let last = match (cursor, direction) {
            (None, SortDirection::Desc) => limit,
            _ => 0,
        };
        let reached = self.shared.reach(path, &file, last, |conn, history| {
            let anchor = match cursor {
                None => None,
                Some(c) => match place_of(conn, history.id, &c.turn_id)? {
                    None => return Ok(None),
                    Some(place) => Some((place, c.include_anchor)),
                },
            };
            select(conn, history.id, anchor, limit, direction).map(Some)
        });
        let selected: Option<(Vec<TurnSpan>, bool)> = match reached {
            Ok(Reached::Index(selected)) => {
                selected.map(|(spans, more)| (spans.into_iter().map(Into::into).collect(), more))
            }
            Ok(Reached::Last(spans, more)) => Some((spans.into_iter().map(Into::into).collect(), more)),
            Err(e @ IndexError::Io { .. }) => return Err(e),
            Err(e) => {
                tracing::debug!(path = %path.display(), error = %e, "a page of turns without the index");
                select_of(
                    folded(path, &file)?.spans().cloned().collect(),
                    cursor,
                    limit,
                    direction,
                )
            }
        };
        let (spans, more) = selected.ok_or(IndexError::AnchorGone)?;
        let mut turns = Vec::with_capacity(spans.len());
        for span in spans {
            if let Some(turn) = read_turn(&file, &span).map_err(|e| IndexError::io(path, e))? {
                turns.push(turn);
            }
        }
        Ok(TurnPage { turns, more })
    }

    /// What is known of a history as a whole, after bringing its index up to date.
    pub fn history_summary(&self, path: &Path) -> Result<HistorySummary> {
        let file = File::open(path).map_err(|e| IndexError::io(path, e))?;
        let reached = self.shared.reach(path, &file, 0, |conn, history| {
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
        });
        match reached {
            Ok(Reached::Index(summary)) => Ok(summary),
            Err(e @ IndexError::Io { .. }) => Err(e),
            Ok(Reached::Last(..)) | Err(_) => {
                let fold = folded(path, &file)?;
                Ok(HistorySummary {
                    turns: fold.len(),
                    usage: fold.usage().cloned(),
                    usage_turn_id: fold.usage_turn_id(),
                    dropped: fold.dropped().to_vec(),
                })
            }
        }
    }

    /// Has the index of a history brought up to date in the background if that takes a while: somebody is looking at it.
    pub fn index_ahead(&self, path: &Path) {
        if let Ok(meta) = std::fs::metadata(path) {
            self.shared.index_ahead(path, Stamp::of(&meta));
        }
    }
}

/// A history's turns without the index.
fn folded(path: &Path, file: &File) -> Result<Fold> {
    let mut fold = Fold::new(Keep::Spans);
    push_all(&mut fold, file, 0..u64::MAX).map_err(|e| IndexError::io(path, e))?;
    Ok(fold)
}

/// A page of all turns, and whether there are more; `None` if the cursor's turn is not there.
fn select_of(
    all: Vec<TurnSpan>,
    cursor: Option<&TurnCursor>,
    limit: usize,
    direction: SortDirection,
) -> Option<(Vec<TurnSpan>, bool)> {
    let anchor = match cursor {
        None => None,
        Some(c) => Some((all.iter().position(|s| s.id == c.turn_id)?, c.include_anchor)),
    };
    let (from, to) = match (direction, anchor) {
        (_, None) => (0, all.len()),
        (SortDirection::Asc, Some((at, with))) => (at + usize::from(!with), all.len()),
        (SortDirection::Desc, Some((at, with))) => (0, at + usize::from(with)),
    };
    let there = all.into_iter().take(to).skip(from);
    let spans: Vec<TurnSpan> = match direction {
        SortDirection::Asc => there.take(limit).collect(),
        SortDirection::Desc => {
            let mut all: Vec<_> = there.collect();
            all.drain(..all.len().saturating_sub(limit));
            all.reverse();
            all
        }
    };
    Some((spans, to - from > limit))
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
