//! What can be wrong with a configuration, and where in which file.

use std::path::{Path, PathBuf};

/// Why a configuration cannot be used.
///
/// `Display` gives the text clients see after a prefix such as `failed to load configuration: ` (config.md §6).
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// A file is not TOML.
    #[error("{0}")]
    Syntax(Box<Fault>),
    /// A value does not fit what its key takes. Without a place when it came from flags or a request.
    #[error("{}", .fault.as_ref().map_or_else(|| .message.clone(), |f| f.to_string()))]
    Type {
        /// The message with its key path: `MSG\nin `PATH`\n`.
        message: String,
        /// The place, when the value stands in a file.
        fault: Option<Box<Fault>>,
    },
    /// Everything is of the right shape and yet cannot work.
    #[error("{0}")]
    Semantic(String),
    /// A file could not be read.
    #[error("{message}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's words with the path.
        message: String,
    },
}

impl ConfigError {
    /// The fault's place, for `configWarning`'s `path` and `range`.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Syntax(f) => Some(f),
            Self::Type { fault, .. } => fault.as_deref(),
            Self::Semantic(_) | Self::Io { .. } => None,
        }
    }

    /// Shorthand for [`ConfigError::Semantic`].
    pub(crate) fn semantic(message: impl Into<String>) -> Self {
        Self::Semantic(message.into())
    }

    /// A file that is there and cannot be read.
    pub(crate) fn io(path: &Path, err: &std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            message: format!("Failed to read config file {}: {err}", path.display()),
        }
    }
}

/// A fault at a place in a file; `Display` is `FILE:LINE:COLUMN: REASON`.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("{}:{}:{}: {}", .path.display(), .start.line, .start.column, .message)]
pub struct Fault {
    /// The file.
    pub path: PathBuf,
    /// First character concerned.
    pub start: Position,
    /// Last character concerned; equals `start` for syntax errors.
    pub end: Position,
    /// The reason in the TOML parser's words.
    pub message: String,
    /// The parser's report of several lines with the offending line quoted.
    pub report: String,
}

/// A place in a text; both numbers count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

impl Position {
    /// The position of the byte at `offset` (which may be the text's end).
    pub fn at(text: &str, offset: usize) -> Self {
        if offset >= text.len() && !text.is_empty() {
            // Behind the end counts as behind the last character, also when that is a line break.
            let last = char_start(text, text.len() - 1);
            let at = Self::at(text, last);
            return Self {
                column: at.column + 1,
                ..at
            };
        }
        let before = &text[..char_start(text, offset)];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// The nearest start of a character at or before `offset`.
fn char_start(text: &str, mut offset: usize) -> usize {
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

impl Fault {
    /// Where `err` says the fault lies in `text`, the content of `path`.
    pub(crate) fn locate(path: &Path, text: &str, err: &toml::de::Error) -> Self {
        let span = err.span().unwrap_or(0..0);
        let start = Position::at(text, span.start);
        let end = if span.end > span.start + 1 {
            Position::at(text, span.end - 1)
        } else {
            start
        };
        Self {
            path: path.to_owned(),
            start,
            end,
            message: err.message().to_owned(),
            report: err.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        assert_eq!(Position::at("a\nbé=x", 6), Position { line: 2, column: 4 });
        assert_eq!(Position::at("", 0), Position { line: 1, column: 1 });
        assert_eq!(Position::at("ab\n", 99), Position { line: 1, column: 4 });
    }
}
