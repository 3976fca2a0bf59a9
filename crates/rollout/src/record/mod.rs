//! The records of a history: what stands in one line of the file (persistence.md §3).
//!
//! A line is `{"timestamp": …, "type": …, "payload": …}`. Known kinds are typed; unknown kinds and records that are only
//! handed on stay raw ([`RawRecord`]), so nothing that another program wrote is lost by us.

mod context;
mod event;
mod kind;
mod meta;
mod mode;
mod recase;
mod tools;

use std::borrow::Cow;
use std::fmt;

use codex_protocol::ResponseItem;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub use context::{TruncationPolicy, TurnContext};
pub use event::*;
use kind::Usual;
pub use kind::{RecordKind, sniff};
pub use meta::{
    BaseInstructions, GitInfo, SessionMeta, Source, StoredDynamicTool, SubAgent, ThreadSpawn, parse_time,
};
pub use mode::{Mode, STORED_OUTPUT_CHARS, cut_middle};
pub use recase::{
    error_info_from_stored, error_info_to_stored, sandbox_policy_from_stored, sandbox_policy_to_stored,
};
pub use tools::*;

/// One line of a history.
#[derive(Clone, Debug, PartialEq)]
pub struct RolloutLine {
    /// When the line was written: RFC 3339, UTC, milliseconds (any string is accepted on reading).
    pub timestamp: String,
    /// What it says.
    pub item: RolloutItem,
}

/// What a line says. Serialized with [`RolloutItem::write_line`].
#[derive(Clone, Debug, PartialEq)]
pub enum RolloutItem {
    /// The head of a file, a changed memory mode, or in a fork a head of the source.
    SessionMeta(Box<SessionMeta>),
    /// The settings of a turn.
    TurnContext(Box<TurnContext>),
    /// An item of the model's history.
    ResponseItem(ResponseItem),
    /// An event of which turns are rebuilt.
    EventMsg(EventMsg),
    /// The model's history so far is replaced.
    Compacted(Compacted),
    /// A record passed through as it is: of an unknown kind, or copied without being looked into.
    Raw(RawRecord),
}

/// Payload of `compacted`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compacted {
    /// The summary.
    pub message: String,
    /// What the model's history is from here on; missing in files of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement_history: Option<Vec<ResponseItem>>,
}

/// A record whose payload is kept as the text it was.
#[derive(Clone, Debug)]
pub struct RawRecord {
    /// The record's `type`.
    pub kind: String,
    /// The payload's JSON text.
    pub payload: Box<RawValue>,
}

impl PartialEq for RawRecord {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.payload.get() == other.payload.get()
    }
}

/// Why a line is not a record.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// Nothing but white space.
    #[error("blank line")]
    Blank,
    /// Not UTF-8.
    #[error("not UTF-8: {0}")]
    Utf8(#[from] std::str::Utf8Error),
    /// Not JSON, or not of the record's shape.
    #[error("not a record: {0}")]
    Json(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    timestamp: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    payload: &'a RawValue,
}

#[derive(Deserialize)]
pub(crate) struct Tag<'a> {
    #[serde(borrow, rename = "type")]
    pub kind: Cow<'a, str>,
}

impl RolloutLine {
    /// Reads one line (without or with its newline).
    ///
    /// A record of a known kind whose payload does not fit its type is an error, as for the reference, which skips such
    /// lines; a record of an unknown kind comes back as [`RolloutItem::Raw`].
    pub fn parse(line: &[u8]) -> Result<Self, LineError> {
        if let Some(known) = Self::parse_usual(line) {
            return Ok(known);
        }
        let text = std::str::from_utf8(line)?.trim();
        if text.is_empty() {
            return Err(LineError::Blank);
        }
        let envelope: Envelope<'_> = serde_json::from_str(text)?;
        let payload = envelope.payload;
        let item = match &*envelope.kind {
            "session_meta" => RolloutItem::SessionMeta(serde_json::from_str(payload.get())?),
            "turn_context" => RolloutItem::TurnContext(serde_json::from_str(payload.get())?),
            "response_item" => RolloutItem::ResponseItem(serde_json::from_str(payload.get())?),
            "compacted" => RolloutItem::Compacted(serde_json::from_str(payload.get())?),
            "event_msg" => {
                let tag: Tag<'_> = serde_json::from_str(payload.get())?;
                match EventKind::from_name(&tag.kind) {
                    Some(kind) => RolloutItem::EventMsg(EventMsg::parse(kind, payload.get())?),
                    None => RolloutItem::Raw(RawRecord {
                        kind: envelope.kind.into_owned(),
                        payload: payload.to_owned(),
                    }),
                }
            }
            _ => RolloutItem::Raw(RawRecord {
                kind: envelope.kind.into_owned(),
                payload: payload.to_owned(),
            }),
        };
        Ok(RolloutLine {
            timestamp: envelope.timestamp.into_owned(),
            item,
        })
    }
}

impl RolloutLine {
    /// Reads a line of a known kind that is written as we and the reference write them, in one pass over it; `None` for any
    /// other, also for what is no record.
    fn parse_usual(line: &[u8]) -> Option<Self> {
        let usual = Usual::of(line)?;
        let payload = usual.payload()?;
        let item = match usual.kind {
            "response_item" => RolloutItem::ResponseItem(serde_json::from_str(payload).ok()?),
            "event_msg" => RolloutItem::EventMsg(EventMsg::parse(usual.event()?, payload).ok()?),
            "turn_context" => RolloutItem::TurnContext(serde_json::from_str(payload).ok()?),
            "compacted" => RolloutItem::Compacted(serde_json::from_str(payload).ok()?),
            _ => return None,
        };
        Some(RolloutLine {
            timestamp: usual.timestamp.to_owned(),
            item,
        })
    }
}

impl RawRecord {
    /// Reads a line without looking into its payload.
    pub fn parse(line: &[u8]) -> Result<Self, LineError> {
        let text = std::str::from_utf8(line)?.trim();
        if text.is_empty() {
            return Err(LineError::Blank);
        }
        let envelope: Envelope<'_> = serde_json::from_str(text)?;
        Ok(RawRecord {
            kind: envelope.kind.into_owned(),
            payload: envelope.payload.to_owned(),
        })
    }
}

impl RolloutItem {
    /// The record's `type` as it stands in the file.
    pub fn type_name(&self) -> &str {
        match self {
            RolloutItem::SessionMeta(_) => "session_meta",
            RolloutItem::TurnContext(_) => "turn_context",
            RolloutItem::ResponseItem(_) => "response_item",
            RolloutItem::EventMsg(_) => "event_msg",
            RolloutItem::Compacted(_) => "compacted",
            RolloutItem::Raw(raw) => &raw.kind,
        }
    }

    /// Which kind of record this is.
    pub fn kind(&self) -> RecordKind {
        match self {
            RolloutItem::SessionMeta(_) => RecordKind::SessionMeta,
            RolloutItem::TurnContext(_) => RecordKind::TurnContext,
            RolloutItem::ResponseItem(_) => RecordKind::ResponseItem,
            RolloutItem::EventMsg(event) => RecordKind::Event(event.kind()),
            RolloutItem::Compacted(_) => RecordKind::Compacted,
            RolloutItem::Raw(raw) => kind::of_raw(raw),
        }
    }

    /// Appends the record's line, newline included, to `out`. `timestamp` is the moment of writing.
    ///
    /// On an error (a value JSON cannot hold, e.g. a map with odd keys) `out` is left as it was.
    pub fn write_line(&self, timestamp: &str, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        #[derive(Serialize)]
        struct Out<'a, T: Serialize> {
            timestamp: &'a str,
            r#type: &'a str,
            payload: &'a T,
        }
        fn put<T: Serialize>(
            out: &mut Vec<u8>,
            timestamp: &str,
            kind: &str,
            payload: &T,
        ) -> Result<(), serde_json::Error> {
            let start = out.len();
            let written = serde_json::to_writer(
                &mut *out,
                &Out {
                    timestamp,
                    r#type: kind,
                    payload,
                },
            );
            if written.is_err() {
                out.truncate(start);
            } else {
                out.push(b'\n');
            }
            written
        }
        let kind = self.type_name();
        match self {
            RolloutItem::SessionMeta(x) => put(out, timestamp, kind, x),
            RolloutItem::TurnContext(x) => put(out, timestamp, kind, x),
            RolloutItem::ResponseItem(x) => put(out, timestamp, kind, x),
            RolloutItem::EventMsg(x) => put(out, timestamp, kind, x),
            RolloutItem::Compacted(x) => put(out, timestamp, kind, x),
            // A payload that came with line breaks between its tokens must not break our line.
            RolloutItem::Raw(raw) if raw.payload.get().contains(['\n', '\r']) => {
                let value: serde_json::Value = serde_json::from_str(raw.payload.get())?;
                put(out, timestamp, kind, &value)
            }
            RolloutItem::Raw(raw) => put(out, timestamp, kind, &raw.payload),
        }
    }
}

/// The present moment as lines carry it: RFC 3339, UTC, milliseconds, `Z`.
pub fn timestamp_now() -> String {
    timestamp(jiff::Timestamp::now())
}

/// A moment as lines carry it: RFC 3339, UTC, milliseconds, `Z`.
pub fn timestamp(at: jiff::Timestamp) -> String {
    struct Millis(jiff::Timestamp);
    impl fmt::Display for Millis {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{:.3}", self.0)
        }
    }
    Millis(at).to_string()
}

impl From<EventMsg> for RolloutItem {
    fn from(event: EventMsg) -> Self {
        RolloutItem::EventMsg(event)
    }
}

impl From<ResponseItem> for RolloutItem {
    fn from(item: ResponseItem) -> Self {
        RolloutItem::ResponseItem(item)
    }
}

#[cfg(test)]
mod tests;
