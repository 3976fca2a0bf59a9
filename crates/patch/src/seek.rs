//! Where the lines of a chunk stand in a file, and what the file is with them replaced (turns.md §21, "Applying").

use crate::grammar::Chunk;

/// Why chunks don't fit a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// The line after `@@` is not there.
    Context(String),
    /// The lines to be replaced are not there.
    Lines(Vec<String>),
}

/// How two lines may differ and still count as the same; tried in this order over the whole rest of the file.
const PASSES: [fn(&str, &str) -> bool; 4] = [
    |a, b| a == b,
    |a, b| a.trim_end() == b.trim_end(),
    |a, b| a.trim() == b.trim(),
    |a, b| plain(a).eq(plain(b)),
];

/// The content of a file after the chunks. It ends with a line end.
pub(crate) fn replace(content: &str, chunks: &[Chunk]) -> Result<String, Misfit> {
    let mut lines: Vec<&str> = content.split('\n').collect();
    if lines.last() == Some(&"") {
        lines.pop();
    }
    let replacements = locate(&lines, chunks)?;
    let mut result: Vec<&str> = Vec::with_capacity(lines.len());
    let mut from = 0;
    for r in &replacements {
        result.extend(&lines[from..r.start]);
        result.extend(r.new.iter().map(String::as_str));
        from = r.start + r.len;
    }
    result.extend(&lines[from..]);
    // An empty last line becomes the final line end, as the reference has it.
    if result.last().is_none_or(|last| !last.is_empty()) {
        result.push("");
    }
    Ok(result.join("\n"))
}

/// Some lines of the file and what takes their place.
struct Replacement<'a> {
    start: usize,
    len: usize,
    new: &'a [String],
}

/// Where each chunk goes, from the file's top to its bottom.
fn locate<'a>(lines: &[&str], chunks: &'a [Chunk]) -> Result<Vec<Replacement<'a>>, Misfit> {
    let mut found: Vec<Replacement<'a>> = Vec::new();
    let mut next = 0;
    for chunk in chunks {
        if let Some(context) = &chunk.context {
            let at = seek(lines, std::slice::from_ref(context), next, false);
            next = at.ok_or_else(|| Misfit::Context(context.clone()))? + 1;
        }
        if chunk.old.is_empty() {
            // Only additions: below the context when there is one (the reference forgets it, §28), else at the end.
            let start = match chunk.context {
                Some(_) if !chunk.at_end => next,
                _ if lines.last() == Some(&"") => lines.len() - 1,
                _ => lines.len(),
            };
            found.push(Replacement {
                start,
                len: 0,
                new: &chunk.new,
            });
            continue;
        }
        let mut old = chunk.old.as_slice();
        let mut new = chunk.new.as_slice();
        let mut at = seek(lines, old, next, chunk.at_end);
        if at.is_none() && old.last().is_some_and(String::is_empty) {
            // The empty line may stand for the end of the file.
            old = &old[..old.len() - 1];
            if new.last().is_some_and(String::is_empty) {
                new = &new[..new.len() - 1];
            }
            at = seek(lines, old, next, chunk.at_end);
        }
        let start = at.ok_or_else(|| Misfit::Lines(chunk.old.clone()))?;
        found.push(Replacement {
            start,
            len: old.len(),
            new,
        });
        next = start + old.len();
    }
    found.sort_by_key(|r| r.start);
    // `*** End of File` searches from the end, and could so find lines that an earlier chunk has taken.
    if let Some(pair) = found
        .windows(2)
        .find(|pair| pair[0].start + pair[0].len > pair[1].start)
    {
        return Err(Misfit::Lines(
            lines[pair[1].start..pair[1].start + pair[1].len]
                .iter()
                .map(|l| l.to_string())
                .collect(),
        ));
    }
    Ok(found)
}

/// The first place at or after `from` where the lines stand. With `at_end` the search begins at the last place where
/// they can stand.
fn seek(lines: &[&str], wanted: &[String], from: usize, at_end: bool) -> Option<usize> {
    if wanted.is_empty() {
        return Some(from);
    }
    let last = lines.len().checked_sub(wanted.len())?;
    let from = if at_end { last } else { from };
    PASSES
        .iter()
        .find_map(|same| (from..=last).find(|&i| wanted.iter().zip(&lines[i..]).all(|(w, l)| same(l, w))))
}

/// A line without white space at its ends, typographic signs replaced by what a keyboard has.
fn plain(line: &str) -> impl Iterator<Item = char> {
    line.trim().chars().map(|c| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2018}'..='\u{201B}' => '\'',
        '\u{201C}'..='\u{201F}' => '"',
        '\u{00A0}' | '\u{2002}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => ' ',
        c => c,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Applies the body of an update hunk to a content.
    fn edit(content: &str, body: &str) -> Result<String, Misfit> {
        let text = format!("*** Begin Patch\n*** Update File: f\n{body}\n*** End Patch");
        let patch = crate::parse(&text).expect("a patch");
        let [crate::Hunk::Update { chunks, .. }] = patch.hunks.as_slice() else {
            panic!("one update")
        };
        replace(content, chunks)
    }

    fn lines(x: &[&str]) -> Misfit {
        Misfit::Lines(x.iter().map(|s| s.to_string()).collect())
    }

    #[track_caller]
    fn becomes(content: &str, body: &str, expected: &str) {
        assert_eq!(edit(content, body).as_deref(), Ok(expected), "{body}");
    }

    #[test]
    fn chunks_are_looked_for_from_where_the_last_one_ended() {
        becomes("x\nm\nx\n", "@@\n-x\n+X\n@@\n-x\n+Y", "X\nm\nY\n");
        assert_eq!(edit("a\nb\nc\n", "@@\n-c\n+C\n@@\n-a\n+A"), Err(lines(&["a"])));
    }

    #[test]
    fn a_context_line_moves_the_search_below_it() {
        becomes(
            "def a():\n  1\ndef b():\n  1\n",
            "@@ def b():\n-  1\n+  2",
            "def a():\n  1\ndef b():\n  2\n",
        );
        assert_eq!(edit("a\n", "@@ zork\n-a"), Err(Misfit::Context("zork".into())));
    }

    #[test]
    fn a_chunk_marked_as_the_end_is_looked_for_there() {
        becomes("x\ny\nx\n", "@@\n-x\n+last\n*** End of File", "x\ny\nlast\n");
        assert_eq!(
            edit("a\nb\nc\n", "@@\n-b\n-c\n+x\n@@\n-c\n*** End of File"),
            Err(lines(&["c"]))
        );
    }

    #[test]
    fn additions_alone_go_below_their_context_or_to_the_end() {
        becomes("a\nb\n", "@@ a\n+N", "a\nN\nb\n");
        becomes("a\nb\n", "@@ b\n+N", "a\nb\nN\n");
        becomes("a\nb\n", "@@\n+N", "a\nb\nN\n");
        becomes("a\nb\n", "@@ a\n+N\n*** End of File", "a\nb\nN\n");
        becomes("a\nb\nc\n", "@@ a\n+N\n@@\n-b\n+B", "a\nN\nB\nc\n");
        becomes("", "@@\n+N", "N\n");
    }

    #[test]
    fn near_matches_count_when_nothing_is_equal() {
        becomes("one  \n", "-one\n+1", "1\n");
        becomes("    one\n", "-one\n+1", "1\n");
        becomes(
            "a \u{2013} b\u{a0}\u{201c}c\u{201d} \u{2019}\n",
            "-a - b \"c\" '\n+1",
            "1\n",
        );
        becomes(" one\none\n", "-one\n+1", " one\n1\n");
        assert_eq!(edit("cafe\n", "-caf\n+1"), Err(lines(&["caf"])));
    }

    #[test]
    fn the_file_ends_with_a_line_end_afterwards() {
        becomes("one\ntwo", "-one\n+1", "1\ntwo\n");
        becomes("one", "-one", "");
        becomes("one\r\ntwo\r\n", "-one\n+1", "1\ntwo\r\n");
    }

    #[test]
    fn a_final_empty_line_that_is_not_there_is_left_out() {
        becomes("a\nb\n", "@@\n-b\n+B\n", "a\nB\n");
        becomes("l1\n", "@@\n+foo\n", "foo\nl1\n");
    }

    #[test]
    fn lines_that_are_not_there_are_named() {
        assert_eq!(
            edit("one\ntwo\n", "@@\n-two\n-one\n+x"),
            Err(lines(&["two", "one"]))
        );
        assert_eq!(
            edit("one\n", "@@\n-one\n-two\n-three"),
            Err(lines(&["one", "two", "three"]))
        );
    }
}
