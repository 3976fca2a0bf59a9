//! Telling what a line is without building its value.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::event::EventKind;
use super::{RawRecord, Tag};

/// Which kind of record a line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordKind {
    /// `session_meta`.
    SessionMeta,
    /// `turn_context`.
    TurnContext,
    /// `response_item`.
    ResponseItem,
    /// `event_msg` of a known kind.
    Event(EventKind),
    /// `compacted`.
    Compacted,
    /// Anything else that is a JSON object of the record's shape.
    Unknown,
}

#[derive(Deserialize)]
struct Sniffed<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    payload: &'a RawValue,
}

/// What kind of record the line seems to be; `None` for what is no record.
///
/// Lines as we and the reference write them are told by their first bytes, so that a line of megabytes costs nothing;
/// others (another key order, blanks) are scanned once. A hint: only [`super::RolloutLine::parse`] tells whether the record
/// is readable.
pub fn sniff(line: &[u8]) -> Option<RecordKind> {
    if let Some(kind) = sniff_prefix(line) {
        return Some(kind);
    }
    let text = std::str::from_utf8(line).ok()?;
    let sniffed: Sniffed<'_> = serde_json::from_str(text.trim()).ok()?;
    Some(of(&sniffed.kind, || {
        serde_json::from_str::<Tag<'_>>(sniffed.payload.get())
            .ok()
            .map(|tag| tag.kind.into_owned())
    }))
}

pub(super) fn of_raw(raw: &RawRecord) -> RecordKind {
    of(&raw.kind, || {
        serde_json::from_str::<Tag<'_>>(raw.payload.get())
            .ok()
            .map(|tag| tag.kind.into_owned())
    })
}

fn of(kind: &str, event: impl FnOnce() -> Option<String>) -> RecordKind {
    match kind {
        "session_meta" => RecordKind::SessionMeta,
        "turn_context" => RecordKind::TurnContext,
        "response_item" => RecordKind::ResponseItem,
        "compacted" => RecordKind::Compacted,
        "event_msg" => event()
            .and_then(|name| EventKind::from_name(&name))
            .map_or(RecordKind::Unknown, RecordKind::Event),
        _ => RecordKind::Unknown,
    }
}

/// The kind of a line written with the usual order of keys and no blanks.
fn sniff_prefix(line: &[u8]) -> Option<RecordKind> {
    let rest = line.strip_prefix(b"{\"timestamp\":\"")?;
    let end = memchr::memchr2(b'"', b'\\', rest.get(..64).unwrap_or(rest))?;
    let rest = rest[end..].strip_prefix(b"\",\"type\":\"")?;
    let (kind, rest) = word(rest)?;
    if kind != "event_msg" {
        return match kind {
            "session_meta" | "turn_context" | "response_item" | "compacted" => Some(of(kind, || None)),
            _ => None,
        };
    }
    let rest = rest.strip_prefix(b"\",\"payload\":{\"type\":\"")?;
    let (event, _) = word(rest)?;
    EventKind::from_name(event).map(RecordKind::Event)
}

fn word(text: &[u8]) -> Option<(&str, &[u8])> {
    let end = memchr::memchr2(b'"', b'\\', text.get(..64).unwrap_or(text))?;
    Some((std::str::from_utf8(&text[..end]).ok()?, &text[end..]))
}
