//! A turn's span as it is kept in the database.

use codex_protocol::{TurnError, TurnStatus};
use codex_rollout::TurnSpan;
use codex_rollout::fold::Change;
use rusqlite::Row;
use serde::{Deserialize, Serialize};

/// [`TurnSpan`] as JSON, with short keys and without what is empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub id: String,
    #[serde(rename = "x")]
    pub explicit: bool,
    #[serde(rename = "s")]
    pub status: TurnStatus,
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub error: Option<TurnError>,
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<i64>,
    #[serde(rename = "z", default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<i64>,
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    #[serde(rename = "b")]
    pub ranges: Vec<(u64, u64)>,
    #[serde(rename = "f")]
    pub told_from: u64,
    #[serde(rename = "r")]
    pub first_record: u64,
    #[serde(rename = "i")]
    pub first_item: u64,
    #[serde(rename = "n")]
    pub items: u32,
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub first_user_text: Option<String>,
}

impl Stored {
    /// Takes in what a later record says of the turn. What stands behind the `checkpoint` will be read, and counted, again.
    pub(crate) fn change(&mut self, change: &Change, checkpoint: u64) {
        match change {
            Change::Range { range, items, .. } => {
                self.add_range(range.start, range.end);
                if range.start < checkpoint {
                    self.items = *items;
                }
            }
            Change::Ended {
                status,
                completed_at,
                duration_ms,
                ..
            } => {
                self.status = *status;
                self.completed_at = *completed_at;
                self.duration_ms = *duration_ms;
            }
            Change::Closed { .. } | Change::Truncated { .. } => {}
        }
    }

    /// Adds a stretch of the file, unless it is there already: what follows a checkpoint is read more than once.
    fn add_range(&mut self, start: u64, end: u64) {
        if !self.ranges.iter().any(|r| r.0 <= start && end <= r.1) {
            self.ranges.push((start, end));
        }
    }
}

impl From<&TurnSpan> for Stored {
    fn from(s: &TurnSpan) -> Self {
        Self {
            id: s.id.clone(),
            explicit: s.explicit,
            status: s.status,
            error: s.error.clone(),
            started_at: s.started_at,
            completed_at: s.completed_at,
            duration_ms: s.duration_ms,
            ranges: s.ranges.iter().map(|r| (r.start, r.end)).collect(),
            told_from: s.told_from,
            first_record: s.first_record,
            first_item: s.first_item,
            items: s.items,
            first_user_text: s.first_user_text.clone(),
        }
    }
}

impl From<Stored> for TurnSpan {
    fn from(s: Stored) -> Self {
        Self {
            id: s.id,
            explicit: s.explicit,
            status: s.status,
            error: s.error,
            started_at: s.started_at,
            completed_at: s.completed_at,
            duration_ms: s.duration_ms,
            ranges: s.ranges.into_iter().map(|r| r.0..r.1).collect(),
            told_from: s.told_from,
            first_record: s.first_record,
            first_item: s.first_item,
            items: s.items,
            first_user_text: s.first_user_text,
        }
    }
}

/// A status as its column has it.
pub(crate) fn status_number(status: TurnStatus) -> i64 {
    match status {
        TurnStatus::InProgress => 0,
        TurnStatus::Completed => 1,
        TurnStatus::Interrupted => 2,
        TurnStatus::Failed => 3,
    }
}

pub(crate) fn status_of(number: i64) -> TurnStatus {
    match number {
        1 => TurnStatus::Completed,
        2 => TurnStatus::Interrupted,
        3 => TurnStatus::Failed,
        _ => TurnStatus::InProgress,
    }
}

/// A span from the first column of a row.
pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
    serde_json::from_str(row.get_ref(0)?.as_str()?)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(e)))
}

pub(crate) fn write(span: &Stored) -> String {
    serde_json::to_string(span).expect("a span holds nothing that JSON cannot")
}
