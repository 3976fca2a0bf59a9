//! What the model is told when a thread goes on (persistence.md §4.2).
//!
//! Only as much of the file is parsed as counts: lines are looked at from the end back to the last compaction that was not
//! rolled back, then read forwards from there.
//!
//! A rollback drops from the model's history what belongs to the turns it drops from view, compactions included: the model
//! knows what the client sees. (The reference counts differently for the two and forgets turns that are still shown when a
//! rollback reaches behind a compaction; its reading of the same file differs from ours in that case only.)

mod boundary;
mod pairs;

use std::collections::VecDeque;
use std::io;
use std::ops::Range;

use codex_protocol::{ContentItem, ResponseItem};
use serde_json::Map;

use crate::fold::{Fold, Keep, push_all};
use crate::reader::{Line, LineReader, ReadAt, ReverseLineReader};
use crate::record::{Compacted, EventKind, EventMsg, RecordKind, RolloutItem, TokenUsageInfo, TurnContext};

pub use boundary::is_user_turn;
pub use pairs::pair_calls;

/// What a thread goes on with. `T` is what the reader keeps of each item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelHistory<T = ResponseItem> {
    /// The model's history, as stored; see [`pair_calls`] for what is sent.
    pub items: Vec<T>,
    /// Token totals so far.
    pub token_info: Option<TokenUsageInfo>,
    /// Settings of the last turn that was not rolled back.
    pub last_context: Option<TurnContext>,
    /// Whether the model has been told of these settings since: false if a compaction came after them.
    pub context_is_told: bool,
    /// Where the last compaction that counts stands, if there is one.
    pub compaction: Option<Range<u64>>,
}

/// Rebuilds the model's history from the first `end` bytes of a file.
///
/// Costs a look at the lines back to the last compaction, and at all lines if a rollback stands after it.
pub fn rebuild(source: impl ReadAt, end: u64) -> io::Result<ModelHistory> {
    let whole = Bounds { end, budget: None };
    rebuild_with(&source, whole, || dropped(&source, end), |item, _| item)
}

/// The same, where the stretches that rollbacks dropped are known ([`dropped`], [`Fold::dropped`]).
pub fn rebuild_without(source: impl ReadAt, end: u64, dropped: &[Range<u64>]) -> io::Result<ModelHistory> {
    let whole = Bounds { end, budget: None };
    let tail = scan_tail(&source, whole, dropped)?.unwrap_or_default();
    read_from(&source, end, dropped, tail, |item, _| item)
}

/// How much of a file is read.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of the file that count.
    pub end: u64,
    /// Bytes of items that can be of use to the model. Of a longer history the newest turns that fit are read; a picture
    /// counts as [`PICTURE`].
    pub budget: Option<u64>,
}

/// The same as [`rebuild`] for readers that need not hold all items. `dropped` is asked for the stretches that rollbacks
/// dropped, should there be any that count; `keep` says what is kept of an item, and is told the line it stands in, if it
/// has one of its own (an item of a compaction has none).
pub fn rebuild_with<T>(
    source: impl ReadAt,
    bounds: Bounds,
    dropped: impl FnOnce() -> io::Result<Vec<Range<u64>>>,
    keep: impl FnMut(ResponseItem, Option<Range<u64>>) -> T,
) -> io::Result<ModelHistory<T>> {
    match scan_tail(&source, bounds, &[])? {
        Some(tail) => read_from(&source, bounds.end, &[], tail, keep),
        None => {
            let dropped = dropped()?;
            let tail = scan_tail(&source, bounds, &dropped)?.unwrap_or_default();
            read_from(&source, bounds.end, &dropped, tail, keep)
        }
    }
}

/// Reads an item of a history where [`rebuild_with`] found it.
pub fn read_item(source: impl ReadAt, at: Range<u64>) -> io::Result<ResponseItem> {
    let gone = || {
        io::Error::new(
            io::ErrorKind::InvalidData,
            "the history was changed while it was in use",
        )
    };
    let mut lines = LineReader::new(source, at);
    let line = lines.next_line()?.ok_or_else(gone)?;
    match line.parse().map(|record| record.item) {
        Ok(RolloutItem::ResponseItem(item)) => Ok(item),
        _ => Err(gone()),
    }
}

/// The stretches of a file that rollbacks dropped, in order.
pub fn dropped(source: impl ReadAt, end: u64) -> io::Result<Vec<Range<u64>>> {
    let mut fold = Fold::new(Keep::Journal);
    let mut from = 0;
    // In pieces, so that the journal does not pile up.
    while from < end {
        let to = end.min(from + (16 << 20));
        let reached = push_all(&mut fold, &source, from..to)?;
        fold.take_changes();
        if reached <= from {
            break;
        }
        from = reached;
    }
    Ok(fold.dropped().to_vec())
}

/// What is found going backwards from the end.
#[derive(Default)]
struct Tail {
    base: Option<(Compacted, Range<u64>)>,
    /// What stands before this is more than the model can use.
    cut: u64,
    context: Option<TurnContext>,
    context_is_told: bool,
    token_info: Option<TokenUsageInfo>,
}

/// What a picture counts as in a budget, in bytes, however long its text is.
pub const PICTURE: u64 = 8 << 10;

/// How far settings and totals are looked for before a compaction.
const FURTHER: u64 = 16 << 20;

/// Looks for the last compaction, context and token totals; `None` if a rollback is met of which `dropped` does not know.
fn scan_tail(source: impl ReadAt, bounds: Bounds, dropped: &[Range<u64>]) -> io::Result<Option<Tail>> {
    let mut tail = Tail::default();
    let mut spending = Spending::new(bounds.budget);
    let mut lines = ReverseLineReader::new(&source, bounds.end);
    let mut dropped = dropped.iter().rev().peekable();
    while let Some(line) = lines.next_line()? {
        if let Some(stretch) = dropped.next_if(|stretch| line.range.end <= stretch.end) {
            // Totals are not rolled back.
            if tail.token_info.is_none() {
                tail.token_info = last_token_info(&source, line.range.end)?;
            }
            lines = ReverseLineReader::new(&source, stretch.start);
            continue;
        }
        let wanted = !line.oversized
            && match line.kind() {
                // Once the compaction is found, rollbacks before it don't matter.
                Some(RecordKind::Event(EventKind::ThreadRolledBack)) if tail.base.is_none() => {
                    return Ok(None);
                }
                Some(RecordKind::Event(EventKind::TokenCount)) => {
                    tail.token_info.is_none() && has_totals(line.bytes)
                }
                Some(RecordKind::Compacted) => {
                    tail.base.is_none() && mentions(line.bytes, b"\"replacement_history\"")
                }
                Some(RecordKind::TurnContext) => tail.context.is_none(),
                Some(RecordKind::ResponseItem) if tail.base.is_none() => {
                    if let Some(cut) = spending.spend(&line) {
                        // The model must be told again of what it was told at the beginning.
                        tail.cut = cut;
                        tail.context_is_told = false;
                        break;
                    }
                    false
                }
                _ => false,
            };
        if wanted && let Ok(record) = line.parse() {
            match record.item {
                RolloutItem::Compacted(compacted) if compacted.replacement_history.is_some() => {
                    tail.base = Some((compacted, line.range.clone()));
                }
                RolloutItem::TurnContext(context) => {
                    tail.context = Some(*context);
                    tail.context_is_told = tail.base.is_none();
                }
                RolloutItem::EventMsg(EventMsg::TokenCount(event)) => tail.token_info = event.info,
                _ => {}
            }
        }
        if let Some((_, base)) = &tail.base
            && (tail.context.is_some() && tail.token_info.is_some()
                || line.range.start.saturating_add(FURTHER) < base.start)
        {
            break;
        }
    }
    Ok(Some(tail))
}

/// Counts what a budget is spent on, from the newest item back.
struct Spending {
    left: Option<u64>,
    /// Where the oldest of the user's messages that were paid for stands.
    turn: Option<u64>,
}

impl Spending {
    fn new(budget: Option<u64>) -> Self {
        Self {
            left: budget,
            turn: None,
        }
    }

    /// Pays for an item. If the budget does not suffice, says where to begin: with a turn, if one fits as a whole.
    fn spend(&mut self, line: &Line<'_>) -> Option<u64> {
        let left = self.left.as_mut()?;
        let length = line.bytes.len() as u64;
        let cost = if length > PICTURE && mentions(line.bytes, b"\"image_url\":\"data:") {
            PICTURE
        } else {
            length
        };
        if cost > *left {
            return Some(self.turn.unwrap_or(line.range.end));
        }
        *left -= cost;
        if is_users(line) {
            self.turn = Some(line.range.start);
        }
        None
    }
}

fn is_users(line: &Line<'_>) -> bool {
    let may_be = mentions(&line.bytes[..line.bytes.len().min(160)], b"\"user\"");
    may_be
        && matches!(line.parse().map(|r| r.item), Ok(RolloutItem::ResponseItem(item)) if is_user_turn(&item))
}

/// Reads forwards from the last compaction on.
fn read_from<T>(
    source: impl ReadAt,
    end: u64,
    dropped: &[Range<u64>],
    tail: Tail,
    keep: impl FnMut(ResponseItem, Option<Range<u64>>) -> T,
) -> io::Result<ModelHistory<T>> {
    let mut builder = Builder::new(keep);
    let mut compaction = None;
    let mut at = tail.cut;
    if let Some((compacted, range)) = tail.base {
        at = range.end;
        builder.push(RolloutItem::Compacted(compacted), &range);
        compaction = Some(range);
    }
    let from = at;
    let gaps = dropped.iter().filter(|gap| gap.start >= from).cloned();
    for gap in gaps.chain(std::iter::once(end..end)) {
        let mut lines = LineReader::new(&source, at..gap.start);
        while let Some(line) = lines.next_line()? {
            let counts = matches!(
                line.kind(),
                Some(RecordKind::ResponseItem | RecordKind::Compacted)
            );
            if counts
                && !line.oversized
                && let Ok(record) = line.parse()
            {
                builder.push(record.item, &line.range);
            }
        }
        at = gap.end;
    }
    Ok(ModelHistory {
        items: builder.items,
        token_info: tail.token_info,
        last_context: tail.context,
        context_is_told: tail.context_is_told,
        compaction,
    })
}

/// The token totals a history ends with: of the last `token_count` that has any.
pub fn last_token_info(source: impl ReadAt, end: u64) -> io::Result<Option<TokenUsageInfo>> {
    let mut lines = ReverseLineReader::new(source, end);
    while let Some(line) = lines.next_line()? {
        if line.kind() == Some(RecordKind::Event(EventKind::TokenCount))
            && has_totals(line.bytes)
            && let Ok(record) = line.parse()
            && let RolloutItem::EventMsg(EventMsg::TokenCount(event)) = record.item
            && event.info.is_some()
        {
            return Ok(event.info);
        }
    }
    Ok(None)
}

/// Builds a model's history from records in file order. Rollbacks are the caller's concern.
struct Builder<T, K> {
    items: Vec<T>,
    words: Words,
    keep: K,
}

impl<T, K: FnMut(ResponseItem, Option<Range<u64>>) -> T> Builder<T, K> {
    fn new(keep: K) -> Self {
        Self {
            items: Vec::new(),
            words: Words::default(),
            keep,
        }
    }

    /// Takes in a record; those that are not the model's are passed over.
    fn push(&mut self, record: RolloutItem, at: &Range<u64>) {
        match record {
            RolloutItem::ResponseItem(item) => self.add(item, Some(at.clone())),
            RolloutItem::Compacted(Compacted {
                replacement_history: Some(items),
                ..
            }) => self.replace(items),
            RolloutItem::Compacted(Compacted {
                message,
                replacement_history: None,
            }) => {
                let items = self.words.compacted(message);
                self.replace(items);
            }
            _ => {}
        }
    }

    fn replace(&mut self, items: Vec<ResponseItem>) {
        self.items.clear();
        self.words = Words::default();
        for item in items {
            self.add(item, None);
        }
    }

    fn add(&mut self, item: ResponseItem, at: Option<Range<u64>>) {
        // Kinds we don't know mean nothing to the model we would send them to.
        if matches!(item, ResponseItem::Other(_)) {
            return;
        }
        if is_user_turn(&item) {
            self.words.add(text_of(&item));
        }
        let kept = (self.keep)(item, at);
        self.items.push(kept);
    }
}

/// How much of the user's words older versions kept beside a summary, in bytes (20,000 tokens).
const KEPT_WORDS: usize = 80_000;

/// The user's newest messages, as many of them as older versions kept.
#[derive(Default)]
struct Words {
    texts: VecDeque<String>,
    bytes: usize,
}

impl Words {
    fn add(&mut self, text: String) {
        self.bytes += text.len();
        self.texts.push_back(text);
        while self.bytes > KEPT_WORDS
            && let Some(oldest) = self.texts.pop_front()
        {
            self.bytes -= oldest.len();
        }
    }

    /// Older versions stored only the summary: the user's messages so far stay, the newest ones if they are too many.
    fn compacted(&mut self, message: String) -> Vec<ResponseItem> {
        let summary = if message.is_empty() {
            "(no summary available)".to_owned()
        } else {
            message
        };
        let kept = self.texts.drain(..).chain(std::iter::once(summary));
        kept.map(user_text).collect()
    }
}

fn text_of(item: &ResponseItem) -> String {
    let ResponseItem::Message { content, .. } = item else {
        return String::new();
    };
    let texts = content.iter().filter_map(|part| match part {
        ContentItem::InputText { text, .. } | ContentItem::OutputText { text, .. } => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

fn user_text(text: String) -> ResponseItem {
    ResponseItem::Message {
        id: None,
        role: "user".to_owned(),
        content: vec![ContentItem::InputText {
            text,
            extra: Map::new(),
        }],
        phase: None,
        extra: Map::new(),
    }
}

fn mentions(line: &[u8], what: &[u8]) -> bool {
    memchr::memmem::find(line, what).is_some()
}

fn has_totals(token_count: &[u8]) -> bool {
    !mentions(token_count, b"\"info\":null")
}

/// The memory mode a history ends with: that of the last head that names one.
pub fn memory_mode(source: impl ReadAt, end: u64) -> io::Result<Option<String>> {
    let mut lines = ReverseLineReader::new(source, end);
    while let Some(line) = lines.next_line()? {
        if line.kind() == Some(RecordKind::SessionMeta)
            && mentions(line.bytes, b"\"memory_mode\"")
            && let Ok(record) = line.parse()
            && let RolloutItem::SessionMeta(meta) = record.item
            && meta.memory_mode.is_some()
        {
            return Ok(meta.memory_mode);
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
