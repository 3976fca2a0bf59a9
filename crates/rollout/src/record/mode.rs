//! Which records a history stores (persistence.md §3.5).

use std::borrow::Cow;

use codex_protocol::ResponseItem;

use super::event::{CompletedItem, EventMsg, Storing};
use super::{RecordKind, RolloutItem};

/// How much a running session stores. It belongs to the session, not to the file: it may change at every resume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// What is needed to go on and to show the conversation.
    #[default]
    Limited,
    /// Tool events as well (`persistExtendedHistory`).
    Extended,
}

/// How many characters of a command's output are stored; the middle of longer ones is cut out.
pub const STORED_OUTPUT_CHARS: usize = 10_000;

impl Mode {
    /// Whether records like this one are stored.
    pub fn stores(self, item: &RolloutItem) -> bool {
        match item {
            RolloutItem::EventMsg(EventMsg::ItemCompleted(event)) => {
                matches!(event.item, CompletedItem::Plan(_))
            }
            RolloutItem::ResponseItem(item) => !is_unknown(item),
            other => self.stores_kind(other.kind()),
        }
    }

    /// The same by the kind alone, for records that are copied unparsed. Unknown kinds pass.
    pub fn stores_kind(self, kind: RecordKind) -> bool {
        match kind {
            RecordKind::Event(event) => self == Mode::Extended || event.storing() == Storing::Always,
            _ => true,
        }
    }

    /// The record as it is stored, or `None` if it is not: outputs of commands are cut.
    pub fn to_stored(self, item: RolloutItem) -> Option<RolloutItem> {
        if !self.stores(&item) {
            return None;
        }
        Some(match item {
            RolloutItem::EventMsg(EventMsg::ExecCommandEnd(mut event)) => {
                event.stdout.clear();
                event.stderr.clear();
                event.formatted_output.clear();
                if let Cow::Owned(cut) = cut_middle(&event.aggregated_output, STORED_OUTPUT_CHARS) {
                    event.aggregated_output = cut;
                }
                RolloutItem::EventMsg(EventMsg::ExecCommandEnd(event))
            }
            RolloutItem::ResponseItem(item) => RolloutItem::ResponseItem(without_service_id(item)),
            other => other,
        })
    }
}

/// The model service's own ids are not written, but for pictures, which are named after theirs.
fn without_service_id(mut item: ResponseItem) -> ResponseItem {
    match &mut item {
        ResponseItem::Message { id, .. }
        | ResponseItem::LocalShellCall { id, .. }
        | ResponseItem::FunctionCall { id, .. }
        | ResponseItem::ToolSearchCall { id, .. }
        | ResponseItem::CustomToolCall { id, .. }
        | ResponseItem::WebSearchCall { id, .. } => *id = None,
        ResponseItem::Reasoning { extra, .. } => {
            extra.remove("id");
        }
        _ => {}
    }
    item
}

/// Items that only say "something unknown" carry nothing to store.
fn is_unknown(item: &ResponseItem) -> bool {
    matches!(item, ResponseItem::Other(map) if map.get("type").and_then(|t| t.as_str()) == Some("other"))
}

/// `text` with its middle cut out if it is longer than `limit` bytes: the first half of the limit, `…N chars truncated…`,
/// the last half; whole characters only.
pub fn cut_middle(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit {
        return Cow::Borrowed(text);
    }
    let left = limit / 2;
    let right = limit - left;
    let head = floor_boundary(text, left);
    let tail = ceil_boundary(text, text.len() - right);
    let dropped = text[head..tail].chars().count();
    Cow::Owned(format!(
        "{}…{dropped} chars truncated…{}",
        &text[..head],
        &text[tail..]
    ))
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}
