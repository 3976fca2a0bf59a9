//! A fold's turns: the open one and those behind it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use codex_protocol::{ThreadItem, Turn, TurnStatus};

use super::Keep;
use super::span::TurnSpan;

/// The turn that records are appended to.
pub(super) struct OpenTurn {
    pub span: TurnSpan,
    /// Whether a compaction fell into it: then it is kept although empty.
    pub compacted: bool,
    pub last_is_reasoning: bool,
    pub payload: Vec<ThreadItem>,
    /// Places of the items with an id of their own.
    places: HashMap<String, usize>,
    /// Whether a record of another turn came since the last one of this.
    interrupted: bool,
}

impl OpenTurn {
    pub fn new(
        id: String,
        explicit: bool,
        status: TurnStatus,
        first_record: u64,
        first_item: u64,
        range: Range<u64>,
        told_from: u64,
    ) -> Self {
        OpenTurn {
            span: TurnSpan {
                id,
                explicit,
                status,
                error: None,
                started_at: None,
                completed_at: None,
                duration_ms: None,
                ranges: vec![range],
                told_from,
                first_record,
                first_item,
                items: 0,
                first_user_text: None,
            },
            compacted: false,
            last_is_reasoning: false,
            payload: Vec::new(),
            places: HashMap::new(),
            interrupted: false,
        }
    }

    /// Counts the record at `range` among the turn's own. Lines since the last one that concern no turn are taken along, so
    /// that a turn usually has one range.
    pub fn touch(&mut self, range: &Range<u64>) {
        match self.span.ranges.last_mut() {
            Some(last) if !self.interrupted => last.end = last.end.max(range.end),
            _ => self.span.ranges.push(range.clone()),
        }
        self.interrupted = false;
    }

    /// A record of another turn stands here.
    pub fn interrupt(&mut self) {
        self.interrupted = true;
    }

    pub fn put_keyed(&mut self, item: ThreadItem, keep: bool) {
        if let Some(&place) = self.places.get(item.id()) {
            if let Some(old) = self.payload.get_mut(place) {
                *old = item;
            }
            return;
        }
        self.places.insert(item.id().to_owned(), self.span.items as usize);
        self.span.items += 1;
        self.last_is_reasoning = false;
        if keep {
            self.payload.push(item);
        }
    }

    /// Whether closing it would leave a turn.
    pub fn is_shown(&self) -> bool {
        self.span.explicit || self.span.items > 0 || self.compacted
    }

    /// The closed turn, and for a journal its span.
    pub fn close(self, keep: Keep) -> (ClosedTurn, Option<TurnSpan>) {
        let mut turn = ClosedTurn {
            id: self.span.id.as_str().into(),
            explicit: self.span.explicit,
            status: self.span.status,
            told_from: self.span.told_from,
            items: self.span.items,
            keyed: self.places.keys().map(|id| hash(id)).collect(),
            span: None,
            payload: self.payload,
        };
        if keep == Keep::Journal {
            return (turn, Some(self.span));
        }
        turn.span = Some(Box::new(self.span));
        (turn, None)
    }
}

/// A turn behind the open one.
pub(super) struct ClosedTurn {
    pub id: Box<str>,
    pub explicit: bool,
    pub status: TurnStatus,
    pub told_from: u64,
    pub items: u32,
    /// Hashes of the ids of items that have one of their own.
    keyed: Vec<u64>,
    pub span: Option<Box<TurnSpan>>,
    pub payload: Vec<ThreadItem>,
}

impl ClosedTurn {
    /// A turn known from elsewhere.
    pub fn resumed(span: TurnSpan, keep: Keep) -> Self {
        ClosedTurn {
            id: span.id.as_str().into(),
            explicit: span.explicit,
            status: span.status,
            told_from: span.told_from,
            items: span.items,
            keyed: Vec::new(),
            span: (keep != Keep::Journal).then(|| Box::new(span)),
            payload: Vec::new(),
        }
    }

    pub fn put_keyed(&mut self, item: ThreadItem, keep: bool) {
        let key = hash(item.id());
        if self.keyed.contains(&key) {
            if let Some(old) = self.payload.iter_mut().find(|old| old.id() == item.id()) {
                *old = item;
            }
            return;
        }
        self.keyed.push(key);
        self.items += 1;
        if let Some(span) = &mut self.span {
            span.items = self.items;
        }
        if keep {
            self.payload.push(item);
        }
    }

    pub fn turn(&self) -> Option<Turn> {
        Some(self.span.as_ref()?.turn(self.payload.clone()))
    }

    pub fn into_turn(self) -> Option<Turn> {
        Some(self.span?.turn(self.payload))
    }
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}
