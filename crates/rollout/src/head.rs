//! The beginning of a history: what listings need without reading the whole (persistence.md §8).

use std::fs::File;
use std::io;
use std::path::Path;

use crate::reader::{LineReader, ReadAt};
use crate::record::{EventKind, EventMsg, RecordKind, RolloutItem, SessionMeta};
use crate::text;

/// How many lines may precede the head (persistence.md §8).
const LINES_TO_HEAD: usize = 10;

/// How far a first message is looked for, in bytes. The reference gives up after 210 lines, so that a history whose first
/// message comes later cannot be seen; here only the volume is bounded.
const BYTES_TO_MESSAGE: u64 = 16 << 20;

/// What the beginning of a history says.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The thread's head: the first of the file.
    pub meta: SessionMeta,
    /// The request of the first user message, as previews show it: "" if it is only images; `None` if there is none yet.
    pub preview: Option<String>,
    /// What `first_user_message` and the title become: like the preview, but `[Image]` for images only.
    pub first_user_message: Option<String>,
}

/// Why a file is not a history.
#[derive(Debug, thiserror::Error)]
pub enum HeadError {
    /// Could not be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// No readable record.
    #[error("is empty")]
    Empty,
    /// Records, but no head before them.
    #[error("does not start with session metadata")]
    NoMeta,
}

/// Reads the head and the first user message of a file.
pub fn read(path: &Path) -> Result<Head, HeadError> {
    read_from(&File::open(path)?)
}

/// The same from an open file.
pub fn read_from(source: impl ReadAt) -> Result<Head, HeadError> {
    let (meta, after) = find_meta(&source)?;
    let (mut preview, mut first_user_message) = (None, None);
    let mut lines = LineReader::new(&source, after..u64::MAX);
    while let Some(line) = lines.next_line()? {
        if line.kind() == Some(RecordKind::Event(EventKind::UserMessage))
            && !line.oversized
            && let Ok(record) = line.parse()
            && let RolloutItem::EventMsg(EventMsg::UserMessage(event)) = record.item
        {
            preview.get_or_insert_with(|| text::request(&event.message).to_owned());
            first_user_message = text::first_user_message(&event);
            break;
        }
        if line.range.end - after > BYTES_TO_MESSAGE {
            break;
        }
    }
    Ok(Head {
        meta,
        preview,
        first_user_message,
    })
}

/// The first head, if none but unreadable lines and a few others come before it, and where it ends.
fn find_meta(source: impl ReadAt) -> Result<(SessionMeta, u64), HeadError> {
    let mut lines = LineReader::new(source, 0..u64::MAX);
    let (mut examined, mut readable) = (0, false);
    while let Some(line) = lines.next_line()? {
        if line.is_blank() {
            continue;
        }
        match line.kind() {
            Some(RecordKind::SessionMeta) if !line.oversized => {
                if let Ok(record) = line.parse()
                    && let RolloutItem::SessionMeta(meta) = record.item
                {
                    return Ok((*meta, line.range.end));
                }
            }
            Some(RecordKind::Unknown) | None => {}
            Some(_) => readable = true,
        }
        examined += 1;
        if examined >= LINES_TO_HEAD && readable {
            break;
        }
    }
    Err(if readable {
        HeadError::NoMeta
    } else {
        HeadError::Empty
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = r#"{"timestamp":"t","type":"session_meta","payload":{"id":"01a1fdac-7ff4-7be0-827b-b41bc0029b35","timestamp":"2025-01-01T00:00:00Z","cwd":"/w","originator":"o","cli_version":"1"}}"#;
    const SAID: &str = r#"{"timestamp":"t","type":"event_msg","payload":{"type":"user_message","message":"a\n## My request for Codex:\n hello "}}"#;
    const ITEM: &str =
        r#"{"timestamp":"t","type":"response_item","payload":{"type":"message","role":"user","content":[]}}"#;

    fn head(lines: &[&str]) -> Result<Head, HeadError> {
        read_from(lines.join("\n").as_bytes())
    }

    #[test]
    fn the_first_message_is_found_however_late_it_comes() {
        let mut lines = vec!["", "junk", HEAD];
        lines.extend(std::iter::repeat_n(ITEM, 1000));
        assert_eq!(head(&lines).unwrap().preview, None);
        lines.push(SAID);
        let found = head(&lines).unwrap();
        assert_eq!(found.preview.as_deref(), Some("hello"));
        assert_eq!(found.first_user_message.as_deref(), Some("hello"));
    }

    #[test]
    fn a_message_of_images_only_has_an_empty_preview_and_a_mark_for_a_title() {
        let said = r#"{"timestamp":"t","type":"event_msg","payload":{"type":"user_message","message":"","images":["u"]}}"#;
        let found = head(&[HEAD, said]).unwrap();
        assert_eq!(found.preview.as_deref(), Some(""));
        assert_eq!(found.first_user_message.as_deref(), Some("[Image]"));
    }

    #[test]
    fn files_that_are_no_histories_say_why() {
        assert!(matches!(head(&[]), Err(HeadError::Empty)));
        assert!(matches!(head(&["  ", "junk"]), Err(HeadError::Empty)));
        assert!(matches!(head(&[SAID, ITEM]), Err(HeadError::NoMeta)));
        assert!(matches!(
            head(&[&HEAD.replace("\"cwd\":\"/w\",", ""), SAID]),
            Err(HeadError::NoMeta)
        ));
    }
}
