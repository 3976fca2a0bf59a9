//! Where turns stand in a file, and how a fold's turns change.

use std::ops::Range;

use codex_protocol::{ThreadItem, Turn, TurnError, TurnStatus};

/// How much of a turn's first user text is kept, in bytes.
const FIRST_TEXT: usize = 1024;

/// A turn without its items: what an index keeps of it.
#[derive(Clone, Debug, PartialEq)]
pub struct TurnSpan {
    /// The turn's id.
    pub id: String,
    /// Whether the turn was opened by a record of its own.
    pub explicit: bool,
    /// Status.
    pub status: TurnStatus,
    /// Why it failed.
    pub error: Option<TurnError>,
    /// Unix seconds.
    pub started_at: Option<i64>,
    /// Unix seconds.
    pub completed_at: Option<i64>,
    /// Milliseconds.
    pub duration_ms: Option<i64>,
    /// Where its records stand: bytes of the file, whole lines, in order. Usually one range; more if records of other turns
    /// lie between.
    pub ranges: Vec<Range<u64>>,
    /// Where what the model was told with this turn begins: usually the turn's first record; for a turn without a record that
    /// opens it, the user's words that stand before the first.
    pub told_from: u64,
    /// How many readable records come before its first.
    pub first_record: u64,
    /// Number that its first counted item takes.
    pub first_item: u64,
    /// How many items it has.
    pub items: u32,
    /// The beginning of the first user message's text (at most 1 KiB).
    pub first_user_text: Option<String>,
}

impl TurnSpan {
    pub(super) fn turn(&self, items: Vec<ThreadItem>) -> Turn {
        Turn {
            id: self.id.clone(),
            items,
            status: self.status,
            error: self.error.clone(),
            started_at: self.started_at,
            completed_at: self.completed_at,
            duration_ms: self.duration_ms,
        }
    }
}

pub(super) fn first_text(text: &str) -> String {
    let mut end = FIRST_TEXT.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

/// Where a fold can go on later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The byte from which on lines are to be pushed.
    pub offset: u64,
    /// Readable records before it.
    pub records: u64,
    /// Number of the next counted item.
    pub next_item: u64,
    /// Turns before it.
    pub turns: usize,
}

/// A change of the list of turns. Indexes count from 0 over the whole history.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The turn `index` came to be (it is the last one).
    Closed {
        /// Its place.
        index: usize,
        /// The turn.
        span: Box<TurnSpan>,
    },
    /// A record for an earlier turn stands here. One behind the checkpoint that is stored will be told again when a fold goes
    /// on from there: add its range only once, and take over `items` only of those before the checkpoint.
    Range {
        /// The turn's place.
        index: usize,
        /// Where the record stands.
        range: Range<u64>,
        /// How many items the turn has now.
        items: u32,
    },
    /// An earlier turn ended only now.
    Ended {
        /// The turn's place.
        index: usize,
        /// Its status from here on.
        status: TurnStatus,
        /// Unix seconds.
        completed_at: Option<i64>,
        /// Milliseconds.
        duration_ms: Option<i64>,
    },
    /// Only the first `len` turns are left.
    Truncated {
        /// How many are left.
        len: usize,
        /// The stretch of the file that no longer counts, up to and with the record that says so.
        dropped: Range<u64>,
    },
}

/// The last totals of tokens and the turn they belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageMark {
    /// Where the `token_count` record stands.
    pub range: Range<u64>,
    /// Id of the turn open then, or of the last before.
    pub turn_id: Option<String>,
    /// Whether that id is the turn's own.
    pub explicit: bool,
    /// The turn's place then.
    pub index: usize,
}
