//! The items of the running turn as far as its history does not have them: commands and the like are not stored, or not
//! before they are over, but who joins in the middle of a turn sees them.

use std::collections::VecDeque;

use codex_protocol::ThreadItem;

/// Items kept at the most; of a turn with more, the first are no longer shown to those who join.
const KEPT: usize = 256;
/// Characters of a command's output that are kept, as in histories.
const KEPT_OUTPUT: usize = codex_rollout::record::STORED_OUTPUT_CHARS;

/// What the running turn has told so far, in order.
#[derive(Debug, Default)]
pub struct LiveItems {
    kept: VecDeque<Live>,
    /// How many items that the history has came before those kept.
    stored_before: usize,
}

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
        let own = self.kept.iter_mut().find_map(|live| match live {
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
        for _ in 0..self.stored_before {
            take_counted(&mut stored, items);
        }
        for live in &self.kept {
            match live {
                Live::Stored => take_counted(&mut stored, items),
                Live::Own(own) if stored.peek().is_some_and(|item| item.id() == own.id()) => {
                    items.extend(stored.next())
                }
                Live::Own(own) => items.push((**own).clone()),
            }
        }
        items.extend(stored);
    }

    fn push(&mut self, live: Live) {
        if self.kept.len() == KEPT
            && let Some(Live::Stored) = self.kept.pop_front()
        {
            self.stored_before += 1;
        }
        self.kept.push_back(live);
    }
}

/// Moves items up to the next one that is counted: a history may have others, too.
fn take_counted(stored: &mut impl Iterator<Item = ThreadItem>, items: &mut Vec<ThreadItem>) {
    for item in stored {
        let counted = is_counted(&item);
        items.push(item);
        if counted {
            return;
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message(n: usize) -> ThreadItem {
        let item = json!({"type": "agentMessage", "id": format!("item-{n}"), "text": n.to_string()});
        serde_json::from_value(item).unwrap()
    }

    fn command(n: usize) -> ThreadItem {
        serde_json::from_value(json!({
            "type": "commandExecution", "id": format!("call-{n}"), "command": "ls", "cwd": "/", "source": "agent",
            "status": "inProgress", "commandActions": [],
        }))
        .unwrap()
    }

    fn ids(items: &[ThreadItem]) -> Vec<&str> {
        items.iter().map(ThreadItem::id).collect()
    }

    #[test]
    fn commands_stand_between_the_messages_they_came_between() {
        let mut live = LiveItems::default();
        live.completed(&message(1));
        live.started(&command(1));
        live.completed(&message(2));
        let mut items = vec![message(1), message(2)];
        live.complete(&mut items);
        assert_eq!(ids(&items), ["item-1", "call-1", "item-2"]);
        live.complete(&mut items);
        assert_eq!(
            ids(&items),
            ["item-1", "call-1", "item-2"],
            "what is stored is not shown twice"
        );
    }

    #[test]
    fn of_a_long_turn_the_first_commands_are_left_out_and_the_order_stays() {
        let mut live = LiveItems::default();
        for n in 0..KEPT {
            live.completed(&message(n));
            live.started(&command(n));
            live.completed(&command(n));
        }
        let mut items: Vec<_> = (0..KEPT).map(message).collect();
        live.complete(&mut items);
        let expected: Vec<_> = (0..KEPT)
            .flat_map(|n| [Some(message(n)), (n >= KEPT / 2).then(|| command(n))])
            .flatten()
            .collect();
        assert_eq!(ids(&items), ids(&expected));
    }

    #[test]
    fn commands_that_the_history_has_of_a_long_turn_keep_the_order() {
        let mut live = LiveItems::default();
        let mut items = Vec::new();
        for n in 0..KEPT {
            live.completed(&message(n));
            live.started(&command(n));
            items.extend([message(n), command(n)]);
        }
        live.started(&command(KEPT));
        let mut expected = items.clone();
        expected.push(command(KEPT));
        live.complete(&mut items);
        assert_eq!(ids(&items), ids(&expected));
    }
}
