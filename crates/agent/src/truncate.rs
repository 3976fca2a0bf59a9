//! Cutting of texts on their way to the model: tool outputs over the model's limit lose their middle (turns.md §15).

use codex_protocol::FunctionCallOutputContentItem;

/// How much of a text the model is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// So many bytes.
    Bytes(usize),
    /// So many tokens, counted as four bytes each.
    Tokens(usize),
}

/// Bytes that count as one token wherever tokens are estimated.
pub const BYTES_PER_TOKEN: usize = 4;

/// Estimated tokens of so many bytes, rounded up.
pub fn tokens_of(bytes: usize) -> usize {
    bytes.div_ceil(BYTES_PER_TOKEN)
}

impl Budget {
    /// The budget in bytes.
    pub fn bytes(self) -> usize {
        match self {
            Budget::Bytes(n) => n,
            Budget::Tokens(n) => n.saturating_mul(BYTES_PER_TOKEN),
        }
    }

    /// The budget in tokens.
    pub fn tokens(self) -> usize {
        match self {
            Budget::Bytes(n) => tokens_of(n),
            Budget::Tokens(n) => n,
        }
    }

    /// The same unit with another amount of tokens, as `tool_output_token_limit` and `max_output_tokens` set it.
    pub fn with_tokens(self, tokens: usize) -> Budget {
        match self {
            Budget::Bytes(_) => Budget::Bytes(tokens.saturating_mul(BYTES_PER_TOKEN)),
            Budget::Tokens(_) => Budget::Tokens(tokens),
        }
    }

    /// The wider budget under which outputs enter the history: 1.2 times this one.
    pub fn for_history(self) -> Budget {
        match self {
            Budget::Bytes(n) => Budget::Bytes((n as f64 * 1.2).ceil() as usize),
            Budget::Tokens(n) => Budget::Tokens((n as f64 * 1.2).ceil() as usize),
        }
    }

    fn with_bytes(self, bytes: usize) -> Budget {
        match self {
            Budget::Bytes(_) => Budget::Bytes(bytes),
            Budget::Tokens(_) => Budget::Tokens(bytes / BYTES_PER_TOKEN),
        }
    }
}

/// `text` without its middle when it is longer than the budget: half of it at the start, the rest at the end, and
/// between them how much is gone.
pub fn cut_middle(text: &str, budget: Budget) -> String {
    let limit = budget.bytes();
    if text.len() <= limit {
        return text.to_owned();
    }
    let (head, tail) = ends(text, limit / 2, limit - limit / 2);
    let marker = match budget {
        Budget::Bytes(_) => {
            let left_out = text[head.len()..text.len() - tail.len()].chars().count();
            format!("…{left_out} chars truncated…")
        }
        Budget::Tokens(_) => format!("…{} tokens truncated…", tokens_of(text.len() - limit)),
    };
    let mut out = String::with_capacity(head.len() + marker.len() + tail.len());
    out.push_str(head);
    out.push_str(&marker);
    out.push_str(tail);
    out
}

/// [`cut_middle`], headed by the number of lines of the whole when something was cut.
pub fn cut_with_total(text: &str, budget: Budget) -> String {
    if text.len() <= budget.bytes() {
        return text.to_owned();
    }
    format!(
        "Total output lines: {}\n\n{}",
        text.lines().count(),
        cut_middle(text, budget)
    )
}

/// At most `head` bytes of the start and `tail` bytes of the end, whole characters only.
fn ends(text: &str, head: usize, tail: usize) -> (&str, &str) {
    let mut start = head.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = text.len().saturating_sub(tail).max(start);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    (&text[..start], &text[end..])
}

/// Cuts the texts of an output of several parts in order, as far as the budget goes; pictures stay.
pub fn cut_parts(
    parts: Vec<FunctionCallOutputContentItem>,
    budget: Budget,
) -> Vec<FunctionCallOutputContentItem> {
    let mut left = budget.bytes();
    let mut omitted = 0;
    let mut out = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            FunctionCallOutputContentItem::InputText { text, extra } => {
                if left == 0 {
                    omitted += 1;
                } else if text.len() <= left {
                    left -= text.len();
                    out.push(FunctionCallOutputContentItem::InputText { text, extra });
                } else {
                    let text = cut_middle(&text, budget.with_bytes(left));
                    left = 0;
                    out.push(FunctionCallOutputContentItem::InputText { text, extra });
                }
            }
            other => out.push(other),
        }
    }
    if omitted > 0 {
        out.push(FunctionCallOutputContentItem::input_text(format!(
            "[omitted {omitted} text items ...]"
        )));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_within_the_budget_stays_as_it_is() {
        assert_eq!(cut_middle("abc", Budget::Bytes(3)), "abc");
    }

    #[test]
    fn bytes_keep_both_ends_and_name_the_characters_left_out() {
        assert_eq!(
            cut_middle("0123456789", Budget::Bytes(5)),
            "01…5 chars truncated…789"
        );
    }

    #[test]
    fn tokens_name_the_tokens_left_out_rounded_up() {
        assert_eq!(
            cut_middle(&"x".repeat(17), Budget::Tokens(2)),
            format!("{0}…3 tokens truncated…{0}", "xxxx")
        );
    }

    #[test]
    fn characters_are_never_split() {
        assert_eq!(cut_middle("ééééé", Budget::Bytes(6)), "é…3 chars truncated…é");
    }

    #[test]
    fn the_total_counts_the_lines_of_the_whole_text() {
        assert!(cut_with_total("a\nb\nc\n", Budget::Bytes(2)).starts_with("Total output lines: 3\n\na…"));
    }

    #[test]
    fn texts_beyond_the_budget_are_left_out_and_counted() {
        let text = |text: &str| FunctionCallOutputContentItem::input_text(text);
        let cut = cut_parts(
            vec![text("1234"), text("56789"), text("x"), text("y")],
            Budget::Bytes(4 + 2),
        );
        assert_eq!(cut.len(), 3);
        assert_eq!(cut[2], text("[omitted 2 text items ...]"));
    }
}
