//! What is in the text of the model's messages besides words: citations of memories, and in plan mode proposed plans.
//! Both are found while the text streams; text that might be the beginning of a tag is held back until it is decided
//! (turns.md §8).

use codex_protocol::{MemoryCitation, MemoryCitationEntry};

const CITATION_OPEN: &str = "<oai-mem-citation>";
const CITATION_CLOSE: &str = "</oai-mem-citation>";
const PLAN_OPEN: &str = "<proposed_plan>";
const PLAN_CLOSE: &str = "</proposed_plan>";

/// A piece of a message in the order it was streamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words for the reader.
    Text(String),
    /// A plan begins; a second one replaces the first.
    PlanBegins,
    /// Words of the plan.
    Plan(String),
}

/// Splits a message's text as it comes.
#[derive(Debug)]
pub struct MessageText {
    citations: CitationFilter,
    plan: Option<PlanFilter>,
    /// The bodies of the citation blocks seen.
    cited: Vec<String>,
}

impl MessageText {
    /// A splitter; `plan_mode` says whether proposed plans are looked for.
    pub fn new(plan_mode: bool) -> Self {
        MessageText {
            citations: CitationFilter::default(),
            plan: plan_mode.then(PlanFilter::default),
            cited: Vec::new(),
        }
    }

    /// What is certain after `delta`.
    pub fn push(&mut self, delta: &str) -> Vec<Piece> {
        let visible = self.citations.push(delta, &mut self.cited);
        self.pieces(&visible, false)
    }

    /// What is left when the message is over.
    pub fn finish(&mut self) -> Vec<Piece> {
        let visible = self.citations.finish(&mut self.cited);
        self.pieces(&visible, true)
    }

    /// The citation that the blocks seen so far make, if there were any.
    pub fn citation(&self) -> Option<MemoryCitation> {
        parse_citation(&self.cited)
    }

    fn pieces(&mut self, visible: &str, last: bool) -> Vec<Piece> {
        match &mut self.plan {
            None if visible.is_empty() => Vec::new(),
            None => vec![Piece::Text(visible.to_owned())],
            Some(plan) => {
                let mut out = plan.push(visible);
                if last {
                    out.extend(plan.finish());
                }
                out
            }
        }
    }
}

/// A whole message's text taken apart.
#[derive(Debug, Default, PartialEq)]
pub struct Parts {
    /// The text without citations and plans.
    pub text: String,
    /// The last plan's text.
    pub plan: Option<String>,
    /// What was cited.
    pub citation: Option<MemoryCitation>,
}

/// Takes a whole message apart.
pub fn split(text: &str, plan_mode: bool) -> Parts {
    let mut splitter = MessageText::new(plan_mode);
    let mut parts = Parts::default();
    let mut pieces = splitter.push(text);
    pieces.extend(splitter.finish());
    for piece in pieces {
        match piece {
            Piece::Text(t) => parts.text.push_str(&t),
            Piece::PlanBegins => parts.plan = Some(String::new()),
            Piece::Plan(t) => parts.plan.get_or_insert_default().push_str(&t),
        }
    }
    parts.citation = splitter.citation();
    parts
}

/// Takes citation blocks out of a stream of text.
#[derive(Debug, Default)]
struct CitationFilter {
    inside: bool,
    held: String,
}

impl CitationFilter {
    fn push(&mut self, delta: &str, cited: &mut Vec<String>) -> String {
        self.held.push_str(delta);
        let mut visible = String::new();
        loop {
            let tag = if self.inside {
                CITATION_CLOSE
            } else {
                CITATION_OPEN
            };
            if let Some(at) = self.held.find(tag) {
                let before = self.held[..at].to_owned();
                self.held.drain(..at + tag.len());
                if self.inside {
                    cited.push(before);
                } else {
                    visible.push_str(&before);
                }
                self.inside = !self.inside;
                continue;
            }
            if !self.inside {
                let keep = prefix_at_end(&self.held, tag);
                visible.extend(self.held.drain(..self.held.len() - keep));
            }
            return visible;
        }
    }

    /// A block that was not closed is a citation all the same.
    fn finish(&mut self, cited: &mut Vec<String>) -> String {
        let rest = std::mem::take(&mut self.held);
        if std::mem::take(&mut self.inside) {
            cited.push(rest);
            return String::new();
        }
        rest
    }
}

/// Length of the longest end of `text` that `tag` begins with.
fn prefix_at_end(text: &str, tag: &str) -> usize {
    let longest = tag.len().saturating_sub(1).min(text.len());
    (1..=longest)
        .rev()
        .find(|&n| text.is_char_boundary(text.len() - n) && tag.starts_with(&text[text.len() - n..]))
        .unwrap_or(0)
}

/// Finds plan blocks: their tags stand alone on a line.
#[derive(Debug, Default)]
struct PlanFilter {
    inside: bool,
    /// The beginning of a line that may still become a tag.
    line: String,
    /// The current line is known to be ordinary text.
    plain: bool,
}

impl PlanFilter {
    fn push(&mut self, text: &str) -> Vec<Piece> {
        let mut out = Vec::new();
        for chunk in text.split_inclusive('\n') {
            if self.plain {
                self.emit(chunk, &mut out);
            } else {
                self.line.push_str(chunk);
                if self.line.ends_with('\n') {
                    self.decide(&mut out);
                } else if !self.may_be_tag() {
                    self.plain = true;
                    let line = std::mem::take(&mut self.line);
                    self.emit(&line, &mut out);
                }
            }
            if chunk.ends_with('\n') {
                self.plain = false;
            }
        }
        out
    }

    fn finish(&mut self) -> Vec<Piece> {
        let mut out = Vec::new();
        if !self.line.is_empty() {
            self.decide(&mut out);
        }
        self.inside = false;
        self.plain = false;
        out
    }

    fn tag(&self) -> &'static str {
        if self.inside { PLAN_CLOSE } else { PLAN_OPEN }
    }

    fn may_be_tag(&self) -> bool {
        let line = self.line.trim_start();
        let tag = self.tag();
        tag.starts_with(line) || line.strip_prefix(tag).is_some_and(|rest| rest.trim().is_empty())
    }

    /// The line is whole: a tag, or text.
    fn decide(&mut self, out: &mut Vec<Piece>) {
        let line = std::mem::take(&mut self.line);
        if line.trim() != self.tag() {
            self.emit(&line, out);
            return;
        }
        self.inside = !self.inside;
        if self.inside {
            out.push(Piece::PlanBegins);
        }
    }

    fn emit(&self, text: &str, out: &mut Vec<Piece>) {
        match (self.inside, out.last_mut()) {
            (true, Some(Piece::Plan(t))) | (false, Some(Piece::Text(t))) => t.push_str(text),
            (true, _) => out.push(Piece::Plan(text.to_owned())),
            (false, _) => out.push(Piece::Text(text.to_owned())),
        }
    }
}

fn parse_citation(blocks: &[String]) -> Option<MemoryCitation> {
    if blocks.is_empty() {
        return None;
    }
    let mut entries = Vec::new();
    let mut thread_ids: Vec<String> = Vec::new();
    for block in blocks {
        for line in within(block, "<citation_entries>", "</citation_entries>").lines() {
            entries.extend(parse_entry(line.trim()));
        }
        let ids = within(block, "<rollout_ids>", "</rollout_ids>");
        for id in ids.lines().map(str::trim).filter(|id| !id.is_empty()) {
            if !thread_ids.iter().any(|known| known == id) {
                thread_ids.push(id.to_owned());
            }
        }
    }
    (!entries.is_empty() || !thread_ids.is_empty()).then_some(MemoryCitation { entries, thread_ids })
}

fn within<'a>(text: &'a str, open: &str, close: &str) -> &'a str {
    let Some((_, rest)) = text.split_once(open) else {
        return "";
    };
    rest.split_once(close).map_or(rest, |(inner, _)| inner)
}

/// `FILE:A-B|note=[N]`
fn parse_entry(line: &str) -> Option<MemoryCitationEntry> {
    let (place, note) = line.rsplit_once("|note=[")?;
    let (path, lines) = place.rsplit_once(':')?;
    let (start, end) = lines.split_once('-')?;
    Some(MemoryCitationEntry {
        path: path.trim().to_owned(),
        line_start: start.trim().parse().ok()?,
        line_end: end.trim().parse().ok()?,
        note: note.strip_suffix(']')?.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn streamed(text: &str, size: usize, plan_mode: bool) -> Parts {
        let mut splitter = MessageText::new(plan_mode);
        let chars: Vec<char> = text.chars().collect();
        let mut pieces = Vec::new();
        for chunk in chars.chunks(size) {
            pieces.extend(splitter.push(&chunk.iter().collect::<String>()));
        }
        pieces.extend(splitter.finish());
        let mut parts = Parts {
            citation: splitter.citation(),
            ..Parts::default()
        };
        for piece in pieces {
            match piece {
                Piece::Text(t) => parts.text.push_str(&t),
                Piece::PlanBegins => parts.plan = Some(String::new()),
                Piece::Plan(t) => parts.plan.get_or_insert_default().push_str(&t),
            }
        }
        parts
    }

    const CITED: &str = "Known fact.<oai-mem-citation>\n<citation_entries>\nMEMORY.md:3-9|note=[from before]\n</citation_entries>\n\
                         <rollout_ids>\nabc\n</rollout_ids>\n</oai-mem-citation>";

    #[test]
    fn a_citation_is_cut_out_however_the_text_is_split() {
        for size in 1..20 {
            let parts = streamed(CITED, size, false);
            assert_eq!(parts.text, "Known fact.");
            let citation = parts.citation.expect("a citation");
            assert_eq!(
                (citation.entries[0].line_start, citation.entries[0].line_end),
                (3, 9)
            );
            assert_eq!(citation.entries[0].note, "from before");
            assert_eq!(citation.thread_ids, ["abc"]);
        }
    }

    #[test]
    fn an_unclosed_citation_is_cut_out_too() {
        assert_eq!(split("x<oai-mem-citation>junk", false).text, "x");
    }

    #[test]
    fn a_plan_block_leaves_the_text_however_it_is_split() {
        let text = "Before.\n<proposed_plan>\n# Plan\n- step\n</proposed_plan>\nAfter.";
        for size in 1..30 {
            let parts = streamed(text, size, true);
            assert_eq!(parts.text, "Before.\nAfter.");
            assert_eq!(parts.plan.as_deref(), Some("# Plan\n- step\n"));
        }
    }

    #[test]
    fn plan_tags_within_a_line_are_text() {
        let text = "see <proposed_plan> here\n<proposed_plan> x\n";
        assert_eq!(
            split(text, true),
            Parts {
                text: text.into(),
                ..Parts::default()
            }
        );
    }

    #[test]
    fn an_unclosed_plan_ends_with_the_message_and_the_last_plan_counts() {
        let parts = split("<proposed_plan>\na\n</proposed_plan>\n<proposed_plan>\nb", true);
        assert_eq!(parts.plan.as_deref(), Some("b"));
        assert_eq!(parts.text, "");
    }

    #[test]
    fn outside_plan_mode_a_plan_is_text() {
        let text = "<proposed_plan>\na\n</proposed_plan>";
        assert_eq!(split(text, false).text, text);
    }
}
