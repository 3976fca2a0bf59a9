//! Copying a history's records into another (a fork), without looking into them more than needed.
//!
//! Payloads are handed on as the text they are, so that whatever other programs wrote survives a fork.

use std::io;

use crate::reader::{Line, LineReader, ReadAt};
use crate::record::{CompletedItem, EventKind, EventMsg, Mode, RawRecord, RecordKind, RolloutItem};

/// The records of a history that a fork in this mode takes over, in order, one at a time.
pub struct CopiedRecords<R> {
    lines: LineReader<R>,
    mode: Mode,
}

/// Copies the records of `source` up to byte `end`.
pub fn records<R: ReadAt>(source: R, end: u64, mode: Mode) -> CopiedRecords<R> {
    CopiedRecords {
        lines: LineReader::new(source, 0..end),
        mode,
    }
}

impl<R: ReadAt> CopiedRecords<R> {
    /// The next record; `None` at the end. Unreadable and oversized lines are left out.
    pub fn next_record(&mut self) -> io::Result<Option<RolloutItem>> {
        while let Some(line) = self.lines.next_line()? {
            if let Some(record) = copied(&line, self.mode) {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}

fn copied(line: &Line<'_>, mode: Mode) -> Option<RolloutItem> {
    if line.oversized {
        return None;
    }
    let kind = line.kind()?;
    if !mode.stores_kind(kind) {
        return None;
    }
    match kind {
        // These two are stored depending on, or cut according to, what is in them.
        RecordKind::Event(EventKind::ItemCompleted) => {
            let record = line.parse().ok()?;
            let plan = matches!(&record.item, RolloutItem::EventMsg(EventMsg::ItemCompleted(event)) if matches!(event.item, CompletedItem::Plan(_)));
            plan.then_some(record.item)
        }
        RecordKind::Event(EventKind::ExecCommandEnd) => mode.to_stored(line.parse().ok()?.item),
        _ => Some(RolloutItem::Raw(RawRecord::parse(line.bytes).ok()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(lines: &[&str], mode: Mode) -> Vec<String> {
        let text = lines.join("\n");
        let mut records = records(text.as_bytes(), text.len() as u64, mode);
        let mut out = Vec::new();
        while let Some(record) = records.next_record().unwrap() {
            let mut line = Vec::new();
            record.write_line("t", &mut line).unwrap();
            out.push(String::from_utf8(line).unwrap().trim_end().to_owned());
        }
        out
    }

    #[test]
    fn a_fork_takes_over_what_its_mode_stores_as_it_stands() {
        let said = r#"{"timestamp":"t","type":"event_msg","payload":{"type":"user_message","message":"x","later_field":1}}"#;
        let seen = r#"{"timestamp":"t","type":"event_msg","payload":{"type":"view_image_tool_call","call_id":"v","path":"/p"}}"#;
        let unknown = r#"{"timestamp":"t","type":"from_the_future","payload":{"x": 1.0}}"#;
        let other = r#"{"timestamp":"t","type":"event_msg","payload":{"type":"item_completed","thread_id":"a","turn_id":"b","item":{"type":"AgentMessage","id":"c"}}}"#;
        assert_eq!(
            copied(
                &[said, seen, "junk", unknown, other, "{\"timestamp\":\"t\",\"ty"],
                Mode::Limited
            ),
            [said, unknown]
        );
        assert_eq!(copied(&[said, seen], Mode::Extended), [said, seen]);
    }
}
