//! Records → turns, one record at a time (persistence.md §4).
//!
//! A [`Fold`] is fed the records of a history in file order, each with its byte range, and knows at any moment the turns so
//! far. It is used in three ways: to read a thread ([`read_turns`]), to learn where each turn's records stand so that a page
//! of turns can later be read alone ([`Keep::Spans`], [`Keep::Journal`], [`read_turn`]), and live, for the running turn.
//! Counters and rules are the same in all three.

mod apply;
mod span;
mod state;

use std::io;
use std::ops::Range;
use std::sync::LazyLock;

use codex_protocol::{ThreadItem, Turn, TurnStatus};
use memchr::memmem::Finder;

use crate::items;
use crate::reader::{Line, LineReader, ReadAt};
use crate::record::*;

pub use span::{Change, Checkpoint, TurnSpan, UsageMark};
use state::{ClosedTurn, OpenTurn};

/// What a [`Fold`] keeps of the turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Everything: the turns with their items.
    Items,
    /// Where the turns are, without items ([`Fold::spans`]).
    Spans,
    /// Ids and statuses only; what happens comes out as [`Change`]s ([`Fold::take_changes`]).
    Journal,
}

/// Rebuilds turns from records.
pub struct Fold {
    keep: Keep,
    /// Records read so far.
    records: u64,
    /// Number of the next counted item.
    next_item: u64,
    /// Where the last line pushed ended.
    position: u64,
    closed: Vec<ClosedTurn>,
    /// The turns before those in `closed`, until a record speaks of one of them.
    earlier: Option<Earlier>,
    open: Option<OpenTurn>,
    /// The first turns of `closed` that are not shown (they were given by a checkpoint).
    resumed: usize,
    changes: Vec<Change>,
    usage: Option<UsageMark>,
    /// Where the messages to the model that the user's next words may belong to begin.
    words_from: Option<u64>,
    /// The same for the record at hand.
    words_before: Option<u64>,
    /// Stretches of the file that rollbacks dropped, in order, none within another.
    dropped: Vec<Range<u64>>,
}

/// The turns before a checkpoint.
struct Earlier {
    count: usize,
    read: Box<dyn FnOnce() -> Vec<TurnSpan> + Send + Sync>,
}

/// Which turn a record goes to.
enum Place {
    Open,
    Closed(usize),
}

impl Fold {
    /// A fold at the beginning of a history.
    pub fn new(keep: Keep) -> Self {
        Fold {
            keep,
            records: 0,
            next_item: 1,
            position: 0,
            closed: Vec::new(),
            earlier: None,
            open: None,
            resumed: 0,
            changes: Vec::new(),
            usage: None,
            words_from: None,
            words_before: None,
            dropped: Vec::new(),
        }
    }

    /// A fold that goes on where another one was ([`Fold::checkpoint`]): the lines from `checkpoint.offset` on are to be
    /// pushed. `turns` gives the turns before, in order, of which later records may speak; it is only asked when one does, as
    /// few do. Those turns have no items here. (Which calls they hold is not known either: should a later record repeat one,
    /// [`TurnSpan::items`] counts it twice.)
    pub fn resume(
        keep: Keep,
        checkpoint: Checkpoint,
        turns: impl FnOnce() -> Vec<TurnSpan> + Send + Sync + 'static,
    ) -> Self {
        Fold {
            records: checkpoint.records,
            next_item: checkpoint.next_item,
            position: checkpoint.offset,
            earlier: Some(Earlier {
                count: checkpoint.turns,
                read: Box::new(turns),
            }),
            ..Fold::new(keep)
        }
    }

    /// Has the turns before the checkpoint at hand.
    fn recall(&mut self) {
        let Some(earlier) = self.earlier.take() else {
            return;
        };
        let keep = self.keep;
        let turns = (earlier.read)().into_iter();
        let mut all: Vec<_> = turns.map(|span| ClosedTurn::resumed(span, keep)).collect();
        self.resumed = all.len();
        all.append(&mut self.closed);
        self.closed = all;
    }

    /// How many turns are closed.
    fn closed_len(&self) -> usize {
        self.earlier.as_ref().map_or(0, |earlier| earlier.count) + self.closed.len()
    }

    /// Where a later fold can go on: before the open turn, or after everything.
    pub fn checkpoint(&self) -> Checkpoint {
        let turns = self.closed_len();
        match &self.open {
            Some(open) => Checkpoint {
                offset: open
                    .span
                    .ranges
                    .first()
                    .map_or(self.position, |range| range.start),
                records: open.span.first_record,
                next_item: open.span.first_item,
                turns,
            },
            None => Checkpoint {
                offset: self.position,
                records: self.records,
                next_item: self.next_item,
                turns,
            },
        }
    }

    /// How many turns there are, the open one included.
    pub fn len(&self) -> usize {
        self.closed_len() + usize::from(self.open.is_some())
    }

    /// Whether there are no turns.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes in a line; false if it holds no readable record. Records that never concern turns are not parsed.
    pub fn push_line(&mut self, line: &Line<'_>) -> bool {
        let range = line.range.clone();
        if line.oversized {
            self.position = range.end;
            return false;
        }
        match line.kind() {
            None | Some(RecordKind::Unknown) => {
                self.position = range.end;
                false
            }
            Some(kind) if skippable(kind, line.bytes) => {
                if kind == RecordKind::Event(EventKind::TokenCount) {
                    self.token_count(&range);
                }
                self.words(kind == RecordKind::ResponseItem && !is_answer(line.bytes), &range);
                self.records += 1;
                self.position = range.end;
                true
            }
            Some(_) => match line.parse() {
                Ok(record) => {
                    self.push(&record.item, range);
                    true
                }
                Err(_) => {
                    self.position = range.end;
                    false
                }
            },
        }
    }

    /// Takes in a record. `range` is where its line stands in the file; for live records that don't need it, `0..0`.
    pub fn push(&mut self, item: &RolloutItem, range: Range<u64>) {
        if matches!(item, RolloutItem::Raw(_)) {
            self.position = range.end;
            return;
        }
        self.words(
            matches!(item, RolloutItem::ResponseItem(item) if is_question(item)),
            &range,
        );
        match item {
            RolloutItem::EventMsg(event) => self.event(event, &range),
            RolloutItem::Compacted(_) => {
                self.current(&range);
                if let Some(open) = &mut self.open {
                    open.compacted = true;
                }
            }
            RolloutItem::ResponseItem(item) => {
                if let Some(prompt) = items::hook_prompt(item, || uuid::Uuid::new_v4().to_string()) {
                    self.current(&range);
                    // The same prompt twice is shown twice, whatever its id.
                    self.put(|| prompt);
                }
            }
            RolloutItem::SessionMeta(_) | RolloutItem::TurnContext(_) | RolloutItem::Raw(_) => {}
        }
        self.records += 1;
        self.position = range.end;
    }

    /// The turn with this id: the open one, else the first closed one.
    fn find(&mut self, id: &str) -> Option<Place> {
        if self.open.as_ref().is_some_and(|open| open.span.id == id) {
            return Some(Place::Open);
        }
        self.recall();
        self.closed
            .iter()
            .position(|turn| &*turn.id == id)
            .map(Place::Closed)
    }

    fn open_place(&self) -> Option<Place> {
        self.open.as_ref().map(|_| Place::Open)
    }

    fn begin(&mut self, id: String, explicit: bool, status: TurnStatus, range: &Range<u64>) {
        let told_from = self.words_before.filter(|_| !explicit).unwrap_or(range.start);
        let (record, item) = (self.records, self.next_item);
        self.open = Some(OpenTurn::new(
            id,
            explicit,
            status,
            record,
            item,
            range.clone(),
            told_from,
        ));
    }

    /// Makes sure that a turn is open and counts the record among its own.
    fn current(&mut self, range: &Range<u64>) {
        if self.open.is_none() {
            self.begin(
                format!("rollout-{}", self.records),
                false,
                TurnStatus::Completed,
                range,
            );
        } else {
            self.touch(range);
        }
    }

    fn touch(&mut self, range: &Range<u64>) {
        if let Some(open) = &mut self.open {
            open.touch(range);
        }
    }

    fn close(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        if !open.is_shown() {
            return;
        }
        let (turn, span) = open.close(self.keep);
        let index = self.closed_len();
        self.closed.push(turn);
        if let Some(span) = span {
            self.log(|| Change::Closed {
                index,
                span: Box::new(span),
            });
        }
    }

    fn end(
        &mut self,
        place: &Place,
        status: TurnStatus,
        completed_at: Option<i64>,
        duration_ms: Option<i64>,
        range: &Range<u64>,
    ) {
        match place {
            Place::Open => {
                self.touch(range);
                if let Some(open) = &mut self.open {
                    open.span.status = status;
                    open.span.completed_at = completed_at;
                    open.span.duration_ms = duration_ms;
                }
            }
            Place::Closed(index) => {
                let index = *index;
                self.late(index, range);
                self.log_range(index, range);
                if let Some(turn) = self.closed.get_mut(index) {
                    turn.status = status;
                    if let Some(span) = &mut turn.span {
                        span.status = status;
                        span.completed_at = completed_at;
                        span.duration_ms = duration_ms;
                    }
                }
                self.log(|| Change::Ended {
                    index,
                    status,
                    completed_at,
                    duration_ms,
                });
            }
        }
    }

    /// A record that came after its turn was closed.
    fn late(&mut self, index: usize, range: &Range<u64>) {
        if let Some(span) = self.closed.get_mut(index).and_then(|turn| turn.span.as_mut()) {
            span.ranges.push(range.clone());
        }
        if let Some(open) = &mut self.open {
            open.interrupt();
        }
    }

    fn log_range(&mut self, index: usize, range: &Range<u64>) {
        let items = self.closed.get(index).map_or(0, |turn| turn.items);
        self.log(|| Change::Range {
            index,
            range: range.clone(),
            items,
        });
    }

    fn log(&mut self, change: impl FnOnce() -> Change) {
        if self.keep == Keep::Journal {
            self.changes.push(change());
        }
    }

    /// The id of the next counted item.
    fn count(&mut self) -> String {
        let id = items::counted_id(self.next_item);
        self.next_item += 1;
        id
    }

    /// Appends an item to the open turn.
    fn put(&mut self, item: impl FnOnce() -> ThreadItem) {
        if let Some(open) = &mut self.open {
            open.span.items += 1;
            open.last_is_reasoning = false;
            if self.keep == Keep::Items {
                open.payload.push(item());
            }
        }
    }

    fn reasoning(&mut self, text: &str, summary: bool, range: &Range<u64>) {
        self.current(range);
        if !self.open.as_ref().is_some_and(|open| open.last_is_reasoning) {
            let id = self.count();
            self.put(|| ThreadItem::Reasoning {
                id,
                summary: Vec::new(),
                content: Vec::new(),
            });
        }
        if let Some(open) = &mut self.open {
            open.last_is_reasoning = true;
            if let Some(ThreadItem::Reasoning {
                summary: summaries,
                content,
                ..
            }) = open.payload.last_mut()
            {
                if summary { summaries } else { content }.push(text.to_owned());
            }
        }
    }

    fn put_here(&mut self, range: &Range<u64>, item: ThreadItem) {
        self.current(range);
        self.put_keyed(Place::Open, item);
    }

    /// Puts an item into the turn it names. Without a name (where that is allowed) it goes to the open turn; a turn that
    /// does not exist loses it.
    fn put_in(
        &mut self,
        turn_id: &str,
        may_be_unnamed: bool,
        range: &Range<u64>,
        item: impl FnOnce() -> Option<ThreadItem>,
    ) {
        let unnamed = may_be_unnamed && turn_id.is_empty();
        let place = if unnamed {
            Some(Place::Open)
        } else {
            self.find(turn_id)
        };
        let Some(place) = place else {
            return;
        };
        let Some(item) = item() else {
            return;
        };
        match place {
            Place::Open => {
                self.current(range);
                self.put_keyed(place, item);
            }
            Place::Closed(index) => {
                self.late(index, range);
                self.put_keyed(place, item);
                self.log_range(index, range);
            }
        }
    }

    /// Puts an item with an id of its own into a turn; one with the same id is replaced where it stands.
    fn put_keyed(&mut self, place: Place, item: ThreadItem) {
        match place {
            Place::Open => {
                if let Some(open) = &mut self.open {
                    open.put_keyed(item, self.keep == Keep::Items);
                }
            }
            Place::Closed(index) => {
                if let Some(turn) = self.closed.get_mut(index) {
                    turn.put_keyed(item, self.keep == Keep::Items);
                }
            }
        }
    }

    fn token_count(&mut self, range: &Range<u64>) {
        if self.open.is_none() && self.closed.is_empty() {
            self.recall();
        }
        let (turn_id, explicit, index) = match (&self.open, self.closed.last()) {
            (Some(open), _) => (Some(open.span.id.clone()), open.span.explicit, self.closed_len()),
            (None, Some(last)) => (Some(last.id.to_string()), last.explicit, self.closed_len() - 1),
            (None, None) => (None, false, 0),
        };
        self.usage = Some(UsageMark {
            range: range.clone(),
            turn_id,
            explicit,
            index,
        });
    }

    /// The changes since they were taken last ([`Keep::Journal`]).
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// The stretches of the file that rollbacks dropped so far, in order.
    pub fn dropped(&self) -> &[Range<u64>] {
        &self.dropped
    }

    /// The open turn, if any.
    pub fn open_span(&self) -> Option<&TurnSpan> {
        self.open.as_ref().map(|open| &open.span)
    }

    /// The open turn with its items so far ([`Keep::Items`]), as it is: in progress if it is.
    pub fn open_turn(&self) -> Option<Turn> {
        self.open
            .as_ref()
            .filter(|open| open.is_shown())
            .map(|open| open.span.turn(open.payload.clone()))
    }

    /// Ends the fold as the end of a file does: the open turn is closed as it is.
    pub fn finish(&mut self) {
        self.close();
    }

    /// Where the turns are ([`Keep::Spans`]), the open one as well.
    pub fn spans(&self) -> impl Iterator<Item = &TurnSpan> {
        let open = self
            .open
            .as_ref()
            .filter(|open| open.is_shown())
            .map(|open| &open.span);
        self.closed
            .iter()
            .filter_map(|turn| turn.span.as_deref())
            .chain(open)
    }

    /// The turns with their items ([`Keep::Items`]), without those given to [`Fold::resume`]. Turns in progress are shown so;
    /// see [`settle`] for threads that run no turn.
    pub fn turns(&self) -> Vec<Turn> {
        let closed = self.closed.iter().skip(self.resumed);
        closed
            .filter_map(ClosedTurn::turn)
            .chain(self.open_turn())
            .collect()
    }

    /// The same, without copying.
    pub fn into_turns(mut self) -> Vec<Turn> {
        self.close();
        self.closed
            .into_iter()
            .skip(self.resumed)
            .filter_map(ClosedTurn::into_turn)
            .collect()
    }

    /// The last `token_count` with totals, and the turn it is told for; `None` if there is none.
    pub fn usage(&self) -> Option<&UsageMark> {
        self.usage.as_ref()
    }

    /// The turn to which the last totals are attributed (threads.md §3): the one open when they were written, found by its
    /// id, or by its place if it had none of its own; else the last before it; "" when no turn is left. Not for folds that
    /// were resumed: those may not know their first turns.
    pub fn usage_turn_id(&self) -> String {
        let Some(mark) = &self.usage else {
            return String::new();
        };
        let ids = || {
            self.closed
                .iter()
                .map(|turn| &*turn.id)
                .chain(self.open.as_ref().map(|open| &*open.span.id))
        };
        if let Some(id) = mark.turn_id.as_deref()
            && mark.explicit
            && ids().any(|other| other == id)
        {
            return id.to_owned();
        }
        let upto = if mark.explicit { mark.index } else { mark.index + 1 };
        ids().take(upto).last().unwrap_or_default().to_owned()
    }
}

/// Searchers that are made once: long histories have hundreds of thousands of lines.
static HOOK_PROMPT: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"<hook_prompt"));
static PAYLOAD_TYPE: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"\"payload\":{\"type\":\""));
static NO_TOTALS: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"\"info\":null"));
static FROM_USER: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"\"role\":\"user\""));
static FROM_DEVELOPER: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"\"role\":\"developer\""));

/// Whether lines of this kind can be told to be a whole record, and one that does not concern turns, without parsing.
fn skippable(kind: RecordKind, line: &[u8]) -> bool {
    // Lines written otherwise than by us or the reference are read properly.
    let whole = || line.starts_with(b"{\"timestamp\":\"") && line.trim_ascii_end().ends_with(b"}}");
    match kind {
        RecordKind::ResponseItem => whole() && (is_no_message(line) || HOOK_PROMPT.find(line).is_none()),
        RecordKind::TurnContext => whole(),
        RecordKind::Event(EventKind::TokenCount) => whole() && NO_TOTALS.find(line).is_none(),
        _ => false,
    }
}

/// Whether a response item's line can be told by its first bytes to hold no message: outputs of tools are long, and searching
/// them takes time.
fn is_no_message(line: &[u8]) -> bool {
    let start = &line[..line.len().min(160)];
    let payload = PAYLOAD_TYPE
        .find(start)
        .map(|at| &start[at + PAYLOAD_TYPE.needle().len()..]);
    payload.is_some_and(|kind| !kind.starts_with(b"message\""))
}

/// Whether a response item's line holds no message of the user's side: told by its first bytes.
fn is_answer(line: &[u8]) -> bool {
    let start = &line[..line.len().min(160)];
    FROM_USER.find(start).is_none() && FROM_DEVELOPER.find(start).is_none()
}

fn is_question(item: &codex_protocol::ResponseItem) -> bool {
    matches!(item, codex_protocol::ResponseItem::Message { role, .. } if role == "user" || role == "developer")
}

/// Shows a turn of a thread that runs none: what is in progress was interrupted.
pub fn settle(turn: &mut Turn) {
    if turn.status == TurnStatus::InProgress {
        turn.status = TurnStatus::Interrupted;
    }
}

/// Reads all turns of a history, as they are (see [`settle`]).
pub fn read_turns(source: impl ReadAt) -> io::Result<Vec<Turn>> {
    let mut fold = Fold::new(Keep::Items);
    push_all(&mut fold, source, 0..u64::MAX)?;
    Ok(fold.into_turns())
}

/// Feeds the lines that begin in a stretch of a file to a fold. Returns where the last of them ended.
pub fn push_all(fold: &mut Fold, source: impl ReadAt, range: Range<u64>) -> io::Result<u64> {
    let mut lines = LineReader::new(source, range);
    while let Some(line) = lines.next_line()? {
        fold.push_line(&line);
    }
    Ok(lines.position())
}

/// Reads one turn from where its records stand; `None` if they are no longer there.
pub fn read_turn(source: impl ReadAt, span: &TurnSpan) -> io::Result<Option<Turn>> {
    let mut fold = Fold {
        records: span.first_record,
        next_item: span.first_item,
        ..Fold::new(Keep::Items)
    };
    for range in &span.ranges {
        push_all(&mut fold, &source, range.clone())?;
    }
    Ok(fold.into_turns().into_iter().find(|turn| turn.id == span.id))
}

#[cfg(test)]
mod tests;
