//! Where in the model's history the user's turns begin.

use codex_protocol::{ContentItem, ResponseItem};

/// Tags of user messages that the program writes, not the user. The element must be the whole text.
const CONTEXT_TAGS: [&str; 7] = [
    "environment_context",
    "skill",
    "user_shell_command",
    "turn_aborted",
    "subagent_notification",
    "user_instructions",
    "hook_prompt",
];

/// How the message with a project's instructions begins.
const INSTRUCTIONS_START: &str = "# AGENTS.md instructions for ";

/// Whether an item is something the user said, so that a turn begins with it.
pub fn is_user_turn(item: &ResponseItem) -> bool {
    matches!(item, ResponseItem::Message { role, content, .. } if role == "user" && !is_context(content))
}

/// Whether a message is one of those the program writes in the user's name: environment, instructions, notes.
fn is_context(content: &[ContentItem]) -> bool {
    content
        .iter()
        .any(|part| matches!(part, ContentItem::InputText { text, .. } if is_context_text(text)))
}

fn is_context_text(text: &str) -> bool {
    let text = text.trim();
    if text.starts_with(INSTRUCTIONS_START) {
        return true;
    }
    CONTEXT_TAGS.iter().any(|tag| {
        let opened = text
            .strip_prefix('<')
            .and_then(|rest| strip_prefix_any_case(rest, tag));
        opened.is_some_and(|rest| rest.starts_with(['>', ' ']))
            && ends_with_any_case(text, &format!("</{tag}>"))
    })
}

fn strip_prefix_any_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    text.get(..prefix.len())
        .filter(|start| start.eq_ignore_ascii_case(prefix))?;
    text.get(prefix.len()..)
}

fn ends_with_any_case(text: &str, suffix: &str) -> bool {
    let Some(at) = text.len().checked_sub(suffix.len()) else {
        return false;
    };
    text.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
}
