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
