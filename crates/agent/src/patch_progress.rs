//! A patch shown while the model still writes it (turns.md §21, "While it is written").

use std::time::{Duration, Instant};

use codex_protocol::{FileUpdateChange, PatchChangeKind};

use crate::event::{Event, Out};

/// The least time between two looks at it.
const PAUSE: Duration = Duration::from_millis(500);

/// A patch that is being written.
pub(crate) struct PatchInProgress {
    item_id: Option<String>,
    call_id: String,
    text: String,
    told: Vec<FileUpdateChange>,
    looked: Option<Instant>,
}

impl PatchInProgress {
    pub(crate) fn new(item_id: Option<String>, call_id: String) -> Self {
        PatchInProgress {
            item_id,
            call_id,
            text: String::new(),
            told: Vec::new(),
            looked: None,
        }
    }

    /// More of its text, if it is this patch's.
    pub(crate) async fn push(
        &mut self,
        out: &Out,
        item_id: Option<&str>,
        call_id: Option<&str>,
        delta: &str,
    ) {
        let other_item = item_id.is_some() && self.item_id.is_some() && self.item_id.as_deref() != item_id;
        if other_item || call_id.is_some_and(|id| id != self.call_id) {
            return;
        }
        self.text.push_str(delta);
        if self.looked.is_none_or(|looked| looked.elapsed() >= PAUSE) {
            self.tell(out).await;
        }
    }

    /// All of its text.
    pub(crate) async fn whole(&mut self, out: &Out, text: &str) {
        text.clone_into(&mut self.text);
        self.tell(out).await;
    }

    /// Tells what can be read of the patch, when that changed.
    async fn tell(&mut self, out: &Out) {
        self.looked = Some(Instant::now());
        let changes: Vec<FileUpdateChange> = codex_patch::parse_partial(&self.text)
            .into_iter()
            .map(|change| FileUpdateChange {
                path: change.path.to_string_lossy().into_owned(),
                kind: match change.kind {
                    codex_patch::PartialKind::Add => PatchChangeKind::Add,
                    codex_patch::PartialKind::Delete => PatchChangeKind::Delete,
                    codex_patch::PartialKind::Update { move_path } => PatchChangeKind::Update { move_path },
                },
                diff: change.diff,
            })
            .collect();
        if changes.is_empty() || changes == self.told {
            return;
        }
        self.told.clone_from(&changes);
        out.send(Event::FileChangePatchUpdated {
            item_id: self.call_id.clone(),
            changes,
        })
        .await;
    }
}
