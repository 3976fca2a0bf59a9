//! Reading a history for its index: batches of changes to be written, and the last turns for whoever waits for a page.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use codex_rollout::fold::{Change, Checkpoint};
use codex_rollout::{Fold, Keep, LineReader};

use super::history::{Start, Usage, tail};
use super::span::Stored;
use crate::Shared;
use crate::facts::Stamp;

/// How many changes are gathered before they are written, so that neither memory nor the time of a transaction grows with
/// the history.
const BATCH: usize = 512;

/// How many turns more than a page needs are kept, so that a rollback of a few leaves a page.
const SPARE: usize = 64;

/// What a stretch of a history means, and where to go on after it.
pub(crate) struct Batch {
    pub changes: Vec<Change>,
    pub at: Checkpoint,
    /// The turn that stands open.
    pub open: Option<Stored>,
    pub tail: i64,
    pub usage: Option<Usage>,
    pub dropped: Vec<(u64, u64)>,
    /// The state of the file, if all of it was read.
    pub stamp: Stamp,
    pub done: bool,
}

/// Reads a history from where indexing stopped.
pub(crate) struct Reader<'f> {
    file: &'f File,
    lines: LineReader<&'f File>,
    fold: Fold,
    stamp: Stamp,
    usage: Option<Usage>,
    dropped: Vec<(u64, u64)>,
    /// Set if the turns before could not be looked up when a record spoke of one.
    broken: Arc<AtomicBool>,
}

impl<'f> Reader<'f> {
    pub(crate) fn new(file: &'f File, start: &Start, shared: &Arc<Shared>) -> io::Result<Self> {
        let state = &start.state;
        let checkpoint = Checkpoint {
            offset: start.indexed,
            records: state.records,
            next_item: state.next_item,
            turns: state.turns,
        };
        let broken = Arc::default();
        Ok(Self {
            file,
            lines: LineReader::new(file, start.indexed..u64::MAX),
            fold: Fold::resume(Keep::Journal, checkpoint, start.earlier(shared, &broken)),
            stamp: Stamp::of(&file.metadata()?),
            usage: state.usage.clone(),
            dropped: state.dropped.clone(),
            broken,
        })
    }

    /// Reads up to the next batch's worth of changes, or to the end. `None`: the index changed under the fold.
    pub(crate) fn next(&mut self) -> io::Result<Option<Batch>> {
        let mut changes = Vec::new();
        let mut done = true;
        while let Some(line) = self.lines.next_line()? {
            // A last line without its end is still being written, or torn: it counts only if it is whole.
            if !line.terminated && line.parse().is_err() {
                break;
            }
            self.fold.push_line(&line);
            changes.append(&mut self.fold.take_changes());
            if changes.len() >= BATCH {
                done = false;
                break;
            }
        }
        if self.broken.load(Ordering::Relaxed) {
            return Ok(None);
        }
        for change in &changes {
            if let Change::Truncated { dropped, .. } = change {
                self.dropped.retain(|other| other.0 < dropped.start);
                self.dropped.push((dropped.start, dropped.end));
            }
        }
        self.usage = self.fold.usage().map(Usage::from).or(self.usage.take());
        let at = self.fold.checkpoint();
        Ok(Some(Batch {
            changes,
            tail: tail(self.file, at.offset)?,
            open: self.fold.open_span().map(Stored::from),
            at,
            usage: self.usage.clone(),
            dropped: self.dropped.clone(),
            stamp: if done { self.stamp } else { Stamp::default() },
            done,
        }))
    }
}

/// The last turns of a history, kept while it is read.
pub(crate) struct Last {
    wanted: usize,
    /// The place of the first of `spans`.
    first: usize,
    spans: VecDeque<Stored>,
    open: Option<Stored>,
}

impl Last {
    /// For `wanted` turns of a history read from behind its first `before` ones on.
    pub(crate) fn new(wanted: usize, before: usize) -> Self {
        Self {
            wanted,
            first: before,
            spans: VecDeque::new(),
            open: None,
        }
    }

    pub(crate) fn take(&mut self, batch: &Batch) {
        for change in &batch.changes {
            match change {
                Change::Closed { span, .. } => {
                    self.spans.push_back((&**span).into());
                    if self.spans.len() > self.wanted + SPARE {
                        self.spans.pop_front();
                        self.first += 1;
                    }
                }
                Change::Truncated { len, .. } => {
                    self.spans.truncate(len.saturating_sub(self.first));
                    self.first = self.first.min(*len);
                }
                Change::Range { index, .. } | Change::Ended { index, .. } => {
                    let at = index.checked_sub(self.first);
                    if let Some(span) = at.and_then(|at| self.spans.get_mut(at)) {
                        span.change(change, batch.at.offset);
                    }
                }
            }
        }
        self.open = batch.open.clone();
    }

    /// The turns wanted, the last one first, and whether there are more before; `None` if some were not kept.
    pub(crate) fn turns(mut self) -> Option<(Vec<Stored>, bool)> {
        self.spans.extend(self.open.take());
        let more = self.first > 0 || self.spans.len() > self.wanted;
        if self.first > 0 && self.spans.len() < self.wanted {
            return None;
        }
        let spans = self.spans.into_iter().rev().take(self.wanted);
        Some((spans.collect(), more))
    }
}
