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
    let usual = Usual::of(line)?;
    match usual.kind {
        "event_msg" => usual.event().map(RecordKind::Event),
        "session_meta" | "turn_context" | "response_item" | "compacted" => Some(of(usual.kind, || None)),
        _ => None,
    }
}

/// A line that begins as we and the reference write lines: its parts are found without reading what follows.
pub(super) struct Usual<'a> {
    /// The record's time.
    pub timestamp: &'a str,
    /// The record's `type`.
    pub kind: &'a str,
    /// The line from its payload on.
    pub rest: &'a [u8],
}

impl<'a> Usual<'a> {
    pub fn of(line: &'a [u8]) -> Option<Self> {
        let (timestamp, rest) = word(line.strip_prefix(b"{\"timestamp\":\"")?)?;
        let (kind, rest) = word(rest.strip_prefix(b"\",\"type\":\"")?)?;
        let rest = rest.strip_prefix(b"\",\"payload\":")?;
        Some(Usual {
            timestamp,
            kind,
            rest,
        })
    }

    /// Which event the payload is, if its type is known and stands first.
    pub fn event(&self) -> Option<EventKind> {
        let (event, _) = word(self.rest.strip_prefix(b"{\"type\":\"")?)?;
        EventKind::from_name(event)
    }

    /// The payload, if nothing but the end of the record follows it. Whether it is JSON at all is not looked at.
    pub fn payload(&self) -> Option<&'a str> {
        let payload = self.rest.trim_ascii_end().strip_suffix(b"}")?;
        std::str::from_utf8(payload).ok()
    }
}

/// A short string without anything escaped, up to its closing quote.
fn word(text: &[u8]) -> Option<(&str, &[u8])> {
    let end = text
        .get(..64)
        .unwrap_or(text)
        .iter()
        .position(|&b| b == b'"' || b == b'\\' || b < b' ')?;
    Some((std::str::from_utf8(&text[..end]).ok()?, &text[end..]))
}
