//! What the beginning of a history says of its thread: all that a listing shows and filters by.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

use codex_rollout::record::{Source, SubAgent};

/// What a history says of itself, as of the size and time the file had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    pub stamp: Stamp,
    /// Id in the head; `None` if the file has no head.
    pub thread: Option<String>,
    /// Whether listings show it: it has a head and a user message.
    pub listed: bool,
    pub created_ms: i64,
    pub kind: Kind,
    /// The head's provider.
    pub provider: Option<String>,
    /// The head's folder.
    pub cwd: String,
    /// As `threads.source` has it.
    pub source: String,
    pub version: String,
    pub nickname: Option<String>,
    pub role: Option<String>,
    pub git: Git,
    /// First message; `[Image]` for images only, empty if there is none.
    pub preview: String,
    /// Where the last line read ends.
    pub scanned_to: i64,
}

/// Git values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Git {
    /// Commit.
    pub sha: Option<String>,
    /// Branch.
    pub branch: Option<String>,
    /// Url of the origin.
    pub origin_url: Option<String>,
}

impl Git {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// State of a file by which a change is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Stamp {
    pub size: i64,
    pub mtime_ns: i64,
}

impl Stamp {
    pub(crate) fn of(meta: &Metadata) -> Self {
        Self {
            size: meta.len() as i64,
            mtime_ns: meta.mtime() * 1_000_000_000 + meta.mtime_nsec(),
        }
    }

    pub(crate) fn mtime_ms(self) -> i64 {
        self.mtime_ns.div_euclid(1_000_000)
    }
}

/// Kinds of threads as filters tell them apart (threads.md §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    Unknown = 0,
    Cli,
    VsCode,
    Exec,
    AppServer,
    /// A client that names itself and counts as interactive.
    InteractiveCustom,
    /// A client that names itself otherwise.
    OtherCustom,
    Review,
    Compact,
    ThreadSpawn,
    OtherAgent,
    /// A spawned agent of a kind that has no filter of its own.
    UnnamedAgent,
    Internal,
}

/// Custom sources that count as interactive.
const INTERACTIVE_CUSTOM: [&str; 2] = ["atlas", "chatgpt"];

impl From<&Source> for Kind {
    fn from(source: &Source) -> Self {
        match source {
            Source::Cli => Kind::Cli,
            Source::VsCode => Kind::VsCode,
            Source::Exec => Kind::Exec,
            Source::Mcp => Kind::AppServer,
            Source::Custom(name) if INTERACTIVE_CUSTOM.contains(&name.as_str()) => Kind::InteractiveCustom,
            Source::Custom(_) => Kind::OtherCustom,
            Source::SubAgent(SubAgent::Review) => Kind::Review,
            Source::SubAgent(SubAgent::Compact) => Kind::Compact,
            Source::SubAgent(SubAgent::ThreadSpawn(_)) => Kind::ThreadSpawn,
            Source::SubAgent(SubAgent::Other(_)) => Kind::OtherAgent,
            Source::SubAgent(SubAgent::MemoryConsolidation) => Kind::UnnamedAgent,
            Source::Internal(_) => Kind::Internal,
            Source::Unknown => Kind::Unknown,
        }
    }
}

/// A source from its column: a plain word, or the JSON text of an object.
pub(crate) fn source_of_text(text: &str) -> Source {
    let value = if text.starts_with('{') {
        serde_json::from_str(text).unwrap_or_default()
    } else {
        serde_json::Value::from(text)
    };
    serde_json::from_value(value).unwrap_or(Source::Unknown)
}

/// A source as `threads.source` has it.
pub(crate) fn text_of_source(source: &Source) -> String {
    match serde_json::to_value(source) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(object) => object.to_string(),
        Err(_) => "unknown".to_owned(),
    }
}
