//! The items of the running turn as far as its history does not have them: commands and the like are not stored, or not
//! before they are over, but who joins in the middle of a turn sees them.

use codex_protocol::ThreadItem;

/// Items kept at the most; of a turn with more, the first are no longer shown to those who join.
const KEPT: usize = 256;
/// Characters of a command's output that are kept, as in histories.
const KEPT_OUTPUT: usize = codex_rollout::record::STORED_OUTPUT_CHARS;

/// What the running turn has told so far, in order.
#[derive(Debug, Default)]
pub struct LiveItems(Vec<Live>);

#[derive(Debug)]
enum Live {
    /// An item that its history has by now, under a number of its own.
    Stored,
    /// An item that it does not have, or not surely.
    Own(Box<ThreadItem>),
}

impl LiveItems {
    /// An item has begun.
    pub fn started(&mut self, item: &ThreadItem) {
        if !is_counted(item) {
            self.push(Live::Own(Box::new(kept(item))));
        }
    }

    /// An item is over.
    pub fn completed(&mut self, item: &ThreadItem) {
        if is_counted(item) {
            return self.push(Live::Stored);
        }
        let own = self.0.iter_mut().find_map(|live| match live {
            Live::Own(own) if own.id() == item.id() => Some(own),
            _ => None,
        });
        match own {
            Some(own) => **own = kept(item),
            None => self.push(Live::Own(Box::new(kept(item)))),
        }
    }

    /// Adds the items that the history lacks to those it has, each in its place.
    pub fn complete(&self, items: &mut Vec<ThreadItem>) {
        let mut stored = std::mem::take(items).into_iter().peekable();
        for live in &self.0 {
            match live {
                Live::Stored => items.extend(stored.next()),
                Live::Own(own) if stored.peek().is_some_and(|item| item.id() == own.id()) => {
                    items.extend(stored.next())
                }
                Live::Own(own) => items.push((**own).clone()),
            }
        }
        items.extend(stored);
    }

    fn push(&mut self, live: Live) {
        if self.0.len() == KEPT {
            self.0.remove(0);
        }
        self.0.push(live);
    }
}

/// Whether a history always has the item, once it is over, under an id counted there.
fn is_counted(item: &ThreadItem) -> bool {
    !matches!(
        item,
        ThreadItem::CommandExecution { .. }
            | ThreadItem::FileChange { .. }
            | ThreadItem::McpToolCall { .. }
            | ThreadItem::DynamicToolCall { .. }
            | ThreadItem::CollabAgentToolCall { .. }
    )
}

fn kept(item: &ThreadItem) -> ThreadItem {
    let mut item = item.clone();
    if let ThreadItem::CommandExecution {
        aggregated_output: Some(output),
        ..
    } = &mut item
    {
        *output = codex_rollout::record::cut_middle(output, KEPT_OUTPUT).into_owned();
    }
    item
}
