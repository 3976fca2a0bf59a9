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

use std::io;
use std::ops::Range;

use codex_protocol::{ContentItem, ResponseItem};
use serde_json::Map;

use crate::fold::{Fold, Keep, push_all};
use crate::reader::{LineReader, ReadAt, ReverseLineReader};
use crate::record::{Compacted, EventKind, EventMsg, RecordKind, RolloutItem, TokenUsageInfo, TurnContext};

pub use boundary::is_user_turn;
pub use pairs::pair_calls;

/// What a thread goes on with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelHistory {
    /// The model's history, as stored; see [`pair_calls`] for what is sent.
    pub items: Vec<ResponseItem>,
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
    match scan_tail(&source, end, &[])? {
        Some(tail) => read_from(&source, end, &[], tail),
        None => rebuild_without(&source, end, &dropped(&source, end)?),
    }
}

/// The same, where the stretches that rollbacks dropped are known ([`dropped`], [`Fold::dropped`]).
pub fn rebuild_without(source: impl ReadAt, end: u64, dropped: &[Range<u64>]) -> io::Result<ModelHistory> {
    let tail = scan_tail(&source, end, dropped)?.unwrap_or_default();
    read_from(&source, end, dropped, tail)
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
    context: Option<TurnContext>,
    context_is_told: bool,
    token_info: Option<TokenUsageInfo>,
}

/// Looks for the last compaction, context and token totals; `None` if a rollback is met of which `dropped` does not know.
fn scan_tail(source: impl ReadAt, end: u64, dropped: &[Range<u64>]) -> io::Result<Option<Tail>> {
    let mut tail = Tail::default();
    let mut lines = ReverseLineReader::new(&source, end);
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
        if tail.base.is_some() && tail.context.is_some() && tail.token_info.is_some() {
            break;
        }
    }
    Ok(Some(tail))
}

/// Reads forwards from the last compaction on.
fn read_from(source: impl ReadAt, end: u64, dropped: &[Range<u64>], tail: Tail) -> io::Result<ModelHistory> {
    let mut builder = HistoryBuilder::new();
    let mut compaction = None;
    let mut at = 0;
    if let Some((compacted, range)) = tail.base {
        at = range.end;
        builder.push(RolloutItem::Compacted(compacted));
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
                builder.push(record.item);
            }
        }
        at = gap.end;
    }
    Ok(ModelHistory {
        items: builder.into_items(),
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
#[derive(Default)]
pub struct HistoryBuilder {
    items: Vec<ResponseItem>,
}

impl HistoryBuilder {
    /// An empty history.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a record; those that are not the model's are passed over.
    pub fn push(&mut self, item: RolloutItem) {
        match item {
            // Kinds we don't know mean nothing to the model we would send them to.
            RolloutItem::ResponseItem(ResponseItem::Other(_)) => {}
            RolloutItem::ResponseItem(item) => self.items.push(item),
            RolloutItem::Compacted(Compacted {
                replacement_history: Some(items),
                ..
            }) => {
                self.items = items
                    .into_iter()
                    .filter(|item| !matches!(item, ResponseItem::Other(_)))
                    .collect();
            }
            RolloutItem::Compacted(Compacted {
                message,
                replacement_history: None,
            }) => {
                self.items = compacted_as_formerly(&self.items, message);
            }
            _ => {}
        }
    }

    /// The history.
    pub fn into_items(self) -> Vec<ResponseItem> {
        self.items
    }
}

/// How much of the user's words older versions kept beside a summary, in bytes (20,000 tokens).
const KEPT_WORDS: usize = 80_000;

/// Older versions stored only the summary: the user's messages so far stay, the newest ones if they are too many.
fn compacted_as_formerly(items: &[ResponseItem], message: String) -> Vec<ResponseItem> {
    let mut kept = Vec::new();
    let mut room = KEPT_WORDS;
    for item in items.iter().rev().filter(|item| is_user_turn(item)) {
        let text = text_of(item);
        if text.len() > room {
            break;
        }
        room -= text.len();
        kept.push(user_text(text));
    }
    kept.reverse();
    let summary = if message.is_empty() {
        "(no summary available)".to_owned()
    } else {
        message
    };
    kept.push(user_text(summary));
    kept
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
