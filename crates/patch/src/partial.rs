//! Reading a patch that is still being written (turns.md §21, "While it is written").

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::grammar::{ADD, BEGIN, DELETE, END_OF_FILE, MOVE, UPDATE};

/// A change as far as it has been written. Paths are as in the patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialChange {
    /// The file.
    pub path: PathBuf,
    /// What is to happen to it.
    pub kind: PartialKind,
    /// An added file's content; an update's lines as in the patch, with the new name behind them when it is moved;
    /// empty for a file to be deleted.
    pub diff: String,
}

/// The kinds of [`PartialChange`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartialKind {
    /// A new file.
    Add,
    /// A file removed.
    Delete,
    /// A file edited.
    Update {
        /// Its new name when it is moved.
        move_path: Option<PathBuf>,
    },
}

/// What can be read of the beginning of a patch: sorted by path, one change per path, the last one's. Lines of content
/// count while they are being written, headers only when they are complete; an update shows with its first line.
/// Reading ends quietly where the text is no patch.
pub fn parse_partial(text: &str) -> Vec<PartialChange> {
    let mut reader = Reader::default();
    let mut lines = text.split_inclusive('\n').skip_while(|line| line.trim() != BEGIN);
    lines.next();
    for line in lines {
        let complete = line.ends_with('\n');
        if !reader.line(line.trim_end_matches(['\r', '\n']), complete) {
            break;
        }
    }
    reader.flush();
    reader.done.into_values().collect()
}

#[derive(Default)]
struct Reader {
    done: BTreeMap<PathBuf, PartialChange>,
    current: Option<PartialChange>,
    /// A `@@` line that shows when the first line below it does.
    marker: Option<String>,
}

impl Reader {
    /// Takes one line; false when reading ends with it.
    fn line(&mut self, line: &str, complete: bool) -> bool {
        let header = line.trim();
        if line.starts_with("***") || header.starts_with("***") && !self.in_update() {
            return !complete || self.header(line, header);
        }
        let Some(change) = &mut self.current else {
            return false;
        };
        match (&change.kind, line.as_bytes().first()) {
            (PartialKind::Add, Some(b'+')) => {
                change.diff.push_str(&line[1..]);
                change.diff.push('\n');
            }
            (PartialKind::Update { .. }, Some(b'@')) => {
                if complete {
                    self.marker = Some(line.to_owned());
                }
            }
            (PartialKind::Update { .. }, Some(b' ' | b'+' | b'-')) => self.push(line),
            // An empty line is an empty line of context, where one can stand.
            (PartialKind::Update { .. }, None) => {
                if self.marker.is_some() || !change.diff.is_empty() {
                    self.push(" ");
                }
            }
            _ => return false,
        }
        true
    }

    /// Within an update a line that begins with a space is context, whatever follows the space.
    fn in_update(&self) -> bool {
        matches!(
            &self.current,
            Some(PartialChange {
                kind: PartialKind::Update { .. },
                ..
            })
        )
    }

    fn push(&mut self, line: &str) {
        if let Some(change) = &mut self.current {
            for line in self.marker.take().as_deref().into_iter().chain([line]) {
                change.diff.push_str(line);
                change.diff.push('\n');
            }
        }
    }

    /// A complete line that begins with stars.
    fn header(&mut self, line: &str, header: &str) -> bool {
        if line == END_OF_FILE {
            self.push(line);
            return true;
        }
        if let (
            Some(to),
            Some(PartialChange {
                kind: PartialKind::Update { move_path },
                diff,
                ..
            }),
        ) = (line.strip_prefix(MOVE), &mut self.current)
            && diff.is_empty()
        {
            *move_path = Some(to.into());
            return true;
        }
        self.flush();
        let (path, kind) = if let Some(path) = header.strip_prefix(ADD) {
            (path, PartialKind::Add)
        } else if let Some(path) = header.strip_prefix(DELETE) {
            (path, PartialKind::Delete)
        } else if let Some(path) = header.strip_prefix(UPDATE) {
            (path, PartialKind::Update { move_path: None })
        } else {
            // The end of the patch, or something unknown.
            return false;
        };
        self.current = Some(PartialChange {
            path: path.into(),
            kind,
            diff: String::new(),
        });
        true
    }

    /// Puts the change that was being read with the others.
    fn flush(&mut self) {
        self.marker = None;
        let Some(mut change) = self.current.take() else {
            return;
        };
        if let PartialKind::Update { move_path } = &change.kind {
            if change.diff.is_empty() {
                return;
            }
            if let Some(to) = move_path {
                change.diff.push_str(&format!("\n\nMoved to: {}", to.display()));
            }
        }
        self.done.insert(change.path.clone(), change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Path, sign of the kind, and diff.
    fn read(text: &str) -> Vec<(String, char, String)> {
        let sign = |k: &PartialKind| match k {
            PartialKind::Add => 'A',
            PartialKind::Delete => 'D',
            PartialKind::Update { move_path: None } => 'M',
            PartialKind::Update { move_path: Some(_) } => 'R',
        };
        parse_partial(text)
            .into_iter()
            .map(|c| (c.path.display().to_string(), sign(&c.kind), c.diff))
            .collect()
    }

    fn change(path: &str, sign: char, diff: &str) -> (String, char, String) {
        (path.into(), sign, diff.into())
    }

    #[test]
    fn a_file_being_added_grows() {
        let start = "*** Begin Patch\n";
        assert_eq!(read(start), []);
        assert_eq!(read(&format!("{start}*** Add Fi")), []);
        assert_eq!(read(&format!("{start}*** Add File: n.t")), []);
        assert_eq!(
            read(&format!("{start}*** Add File: n.txt\n")),
            [change("n.txt", 'A', "")]
        );
        assert_eq!(
            read(&format!("{start}*** Add File: n.txt\n+he")),
            [change("n.txt", 'A', "he\n")]
        );
        assert_eq!(
            read(&format!("{start}*** Add File: n.txt\n+hello\n*** En")),
            [change("n.txt", 'A', "hello\n")]
        );
    }

    #[test]
    fn an_update_shows_with_its_first_line() {
        let start = "*** Begin Patch\n*** Update File: u\n*** Move to: z\n";
        let moved = "\n\nMoved to: z";
        for (more, diff) in [
            ("-", "-\n"),
            ("@@ ctx\n-a", "@@ ctx\n-a\n"),
            ("@@\n-a\n+A\n x\n\n@@", "@@\n-a\n+A\n x\n \n"),
            ("@@\n-a\n*** End of", "@@\n-a\n"),
            (
                "@@\n-a\n*** End of File\n@@\n+b\n*** End Patch",
                "@@\n-a\n*** End of File\n@@\n+b\n",
            ),
        ] {
            assert_eq!(
                read(&format!("{start}{more}")),
                [change("u", 'R', &format!("{diff}{moved}"))],
                "{more}"
            );
        }
        for nothing in ["", "@@ ctx", "@@ ctx\n"] {
            assert_eq!(read(&format!("{start}{nothing}")), []);
        }
    }

    #[test]
    fn changes_are_sorted_and_one_per_path() {
        let text = "*** Begin Patch\n*** Update File: u\n@@\n-a\n*** Add File: n\n+1\n*** Delete File: d\n*** Add File: n\n+2\n";
        assert_eq!(
            read(text),
            [
                change("d", 'D', ""),
                change("n", 'A', "2\n"),
                change("u", 'M', "@@\n-a\n")
            ]
        );
    }

    #[test]
    fn reading_ends_where_the_text_is_no_patch() {
        assert_eq!(read("garbage\n*** Add File: a\n+x"), []);
        assert_eq!(
            read("*** Begin Patch\n*** Add File: a\n+x\nnoise\n*** Add File: b\n"),
            [change("a", 'A', "x\n")]
        );
        assert_eq!(
            read("*** Begin Patch\n*** Add File: a\n+x\n*** End Patch\n*** Add File: b\n"),
            [change("a", 'A', "x\n")]
        );
    }
}
