//! The patch language: from text to [`Hunk`]s (turns.md §21).

use std::path::{Path, PathBuf};

pub(crate) const BEGIN: &str = "*** Begin Patch";
pub(crate) const END: &str = "*** End Patch";
pub(crate) const ADD: &str = "*** Add File: ";
pub(crate) const DELETE: &str = "*** Delete File: ";
pub(crate) const UPDATE: &str = "*** Update File: ";
pub(crate) const MOVE: &str = "*** Move to: ";
pub(crate) const END_OF_FILE: &str = "*** End of File";

/// A patch as it was written; nothing is known yet about the files it speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The patch's own text, from `*** Begin Patch` to `*** End Patch`, without anything it was wrapped in.
    pub text: String,
    /// What it does to files, in the order written. May be empty.
    pub hunks: Vec<Hunk>,
}

/// What a patch does to one file. Paths are as written: relative to some working directory, or absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hunk {
    /// Makes a file, replacing one that exists.
    Add {
        /// The file to make.
        path: PathBuf,
        /// All of its content; every line ends with `\n`.
        content: String,
    },
    /// Removes a file.
    Delete {
        /// The file to remove.
        path: PathBuf,
    },
    /// Changes a file and, perhaps, its name.
    Update {
        /// The file to change.
        path: PathBuf,
        /// Its new name, when it is moved as well.
        move_to: Option<PathBuf>,
        /// The changes, from the file's top to its bottom. Never empty in a parsed patch.
        chunks: Vec<Chunk>,
    },
}

impl Hunk {
    /// The paths it speaks of: its file and, when that is moved, the new name.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        let (path, other) = match self {
            Hunk::Add { path, .. } | Hunk::Delete { path } => (path, None),
            Hunk::Update { path, move_to, .. } => (path, move_to.as_ref()),
        };
        std::iter::once(path).chain(other).map(PathBuf::as_path)
    }
}

/// Consecutive lines of a file and what is to stand in their place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chunk {
    /// A line above the change, given after `@@`, from which the lines are looked for.
    pub context: Option<String>,
    /// The lines as they are now: context and removed ones.
    pub old: Vec<String>,
    /// The lines as they will be: context and added ones.
    pub new: Vec<String>,
    /// Whether `*** End of File` says that the lines are the file's last.
    pub at_end: bool,
}

/// Why a text is no patch. The words are those of the reference, which clients and models see.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The text does not begin or does not end like a patch.
    #[error("invalid patch: {0}")]
    Frame(&'static str),
    /// A line is not what the grammar wants there.
    #[error("invalid hunk at line {line}, {reason}")]
    Hunk {
        /// Counted from 1 in the patch.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
}

const NO_BEGIN: ParseError = ParseError::Frame("The first line of the patch must be '*** Begin Patch'");
const NO_END: ParseError = ParseError::Frame("The last line of the patch must be '*** End Patch'");

/// Reads a patch. White space around it and a here-document around it (`<<EOF` … `EOF`) are let pass.
pub fn parse(text: &str) -> Result<Patch, ParseError> {
    let all: Vec<&str> = text.trim().lines().collect();
    let lines = framed(&all).or_else(|error| match all.as_slice() {
        ["<<EOF" | "<<'EOF'" | "<<\"EOF\"", inner @ .., last] if last.ends_with("EOF") && all.len() >= 4 => {
            framed(inner)
        }
        _ => Err(error),
    })?;
    let mut reader = Reader {
        lines: &lines[..lines.len() - 1],
        next: 1,
    };
    let mut hunks = Vec::new();
    while !reader.rest().is_empty() {
        hunks.push(reader.hunk()?);
    }
    Ok(Patch {
        text: lines.join("\n"),
        hunks,
    })
}

/// The lines, if they begin and end like a patch.
fn framed<'a, 't>(lines: &'a [&'t str]) -> Result<&'a [&'t str], ParseError> {
    match (lines.first().map(|l| l.trim()), lines.last().map(|l| l.trim())) {
        (Some(BEGIN), Some(END)) => Ok(lines),
        (Some(first), _) if first != BEGIN => Err(NO_BEGIN),
        _ => Err(NO_END),
    }
}

/// Walks the lines between the first and the last of a patch.
struct Reader<'a, 't> {
    lines: &'a [&'t str],
    next: usize,
}

impl<'a, 't> Reader<'a, 't> {
    fn rest(&self) -> &'a [&'t str] {
        &self.lines[self.next..]
    }

    /// The number, counted from 1, of the line that comes next.
    fn line(&self) -> usize {
        self.next + 1
    }

    fn hunk(&mut self) -> Result<Hunk, ParseError> {
        let line = self.line();
        let header = self.rest()[0].trim();
        self.next += 1;
        if let Some(path) = header.strip_prefix(ADD) {
            let mut content = String::new();
            while let Some(added) = self.rest().first().and_then(|l| l.strip_prefix('+')) {
                content.push_str(added);
                content.push('\n');
                self.next += 1;
            }
            Ok(Hunk::Add {
                path: path.into(),
                content,
            })
        } else if let Some(path) = header.strip_prefix(DELETE) {
            Ok(Hunk::Delete { path: path.into() })
        } else if let Some(path) = header.strip_prefix(UPDATE) {
            self.update(line, path)
        } else {
            Err(ParseError::Hunk {
                line,
                reason: format!(
                    "'{header}' is not a valid hunk header. Valid hunk headers: '{ADD}{{path}}', \
                     '{DELETE}{{path}}', '{UPDATE}{{path}}'"
                ),
            })
        }
    }

    fn update(&mut self, line: usize, path: &str) -> Result<Hunk, ParseError> {
        let move_to = self
            .rest()
            .first()
            .and_then(|l| l.strip_prefix(MOVE))
            .map(PathBuf::from);
        self.next += usize::from(move_to.is_some());
        let mut chunks = Vec::new();
        while let Some(first) = self.rest().first() {
            if first.trim().is_empty() {
                self.next += 1;
            } else if first.starts_with("***") {
                break;
            } else {
                chunks.push(self.chunk(chunks.is_empty())?);
            }
        }
        if chunks.is_empty() {
            return Err(ParseError::Hunk {
                line,
                reason: format!("Update file hunk for path '{path}' is empty"),
            });
        }
        Ok(Hunk::Update {
            path: path.into(),
            move_to,
            chunks,
        })
    }

    /// One chunk. Only the first of a file may go without `@@`.
    fn chunk(&mut self, first: bool) -> Result<Chunk, ParseError> {
        // Errors about a chunk's first line name the line after the place where the chunk begins, as the reference does.
        let (here, below) = (self.line(), self.line() + 1);
        let opening = self.rest()[0];
        let mut chunk = Chunk::default();
        if opening == "@@" {
            self.next += 1;
        } else if let Some(context) = opening.strip_prefix("@@ ") {
            chunk.context = Some(context).filter(|c| !c.trim().is_empty()).map(str::to_owned);
            self.next += 1;
        } else if !first {
            return Err(ParseError::Hunk {
                line: here,
                reason: format!("Expected update hunk to start with a @@ context marker, got: '{opening}'"),
            });
        }
        let start = self.next;
        while let Some(line) = self.rest().first() {
            if *line == END_OF_FILE && self.next > start {
                chunk.at_end = true;
                self.next += 1;
                break;
            }
            if !chunk.push(line) {
                break;
            }
            self.next += 1;
        }
        if self.next > start {
            return Ok(chunk);
        }
        let reason = match self.rest().first() {
            None | Some(&END_OF_FILE) => "Update hunk does not contain any lines".to_owned(),
            Some(line) => format!(
                "Unexpected line found in update hunk: '{line}'. Every line should start with ' ' (context line), \
                 '+' (added line), or '-' (removed line)"
            ),
        };
        Err(ParseError::Hunk { line: below, reason })
    }
}

impl Chunk {
    /// Takes a line of the patch into the chunk; false if it can't be one of its lines.
    fn push(&mut self, line: &str) -> bool {
        let (old, new) = match line.as_bytes().first() {
            None => (Some(""), Some("")),
            Some(b' ') => (Some(&line[1..]), Some(&line[1..])),
            Some(b'-') => (Some(&line[1..]), None),
            Some(b'+') => (None, Some(&line[1..])),
            Some(_) => return false,
        };
        self.old.extend(old.map(str::to_owned));
        self.new.extend(new.map(str::to_owned));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrap(body: &str) -> String {
        format!("{BEGIN}\n{body}\n{END}")
    }

    fn hunks(body: &str) -> Vec<Hunk> {
        parse(&wrap(body)).expect("a patch").hunks
    }

    fn error(text: &str) -> String {
        parse(text).expect_err("no patch").to_string()
    }

    fn chunk(context: Option<&str>, old: &[&str], new: &[&str]) -> Chunk {
        let own = |x: &[&str]| x.iter().map(|s| s.to_string()).collect();
        Chunk {
            context: context.map(str::to_owned),
            old: own(old),
            new: own(new),
            at_end: false,
        }
    }

    #[test]
    fn an_added_file_takes_the_plus_lines_that_follow() {
        assert_eq!(
            hunks("*** Add File: a b.txt\n+hello\n+\n+world\n*** Add File: empty"),
            [
                Hunk::Add {
                    path: "a b.txt".into(),
                    content: "hello\n\nworld\n".into()
                },
                Hunk::Add {
                    path: "empty".into(),
                    content: String::new()
                },
            ]
        );
    }

    #[test]
    fn an_update_may_move_and_has_chunks() {
        assert_eq!(
            hunks(
                "*** Update File: a\n*** Move to: b\n@@ fn x\n one\n-two\n+TWO\n\n@@\n+end\n*** End of File\n\n*** Delete File: c"
            ),
            [
                Hunk::Update {
                    path: "a".into(),
                    move_to: Some("b".into()),
                    chunks: vec![
                        chunk(Some("fn x"), &["one", "two", ""], &["one", "TWO", ""]),
                        Chunk {
                            at_end: true,
                            ..chunk(None, &[], &["end"])
                        },
                    ],
                },
                Hunk::Delete { path: "c".into() },
            ]
        );
    }

    #[test]
    fn the_first_chunk_may_go_without_its_marker() {
        let Hunk::Update { chunks, .. } = &hunks("*** Update File: a\n-one\n+1")[0] else {
            panic!("an update")
        };
        assert_eq!(chunks, &[chunk(None, &["one"], &["1"])]);
    }

    #[test]
    fn a_marker_with_nothing_behind_it_is_no_context() {
        let Hunk::Update { chunks, .. } = &hunks("*** Update File: a\n@@ \n-one")[0] else {
            panic!("an update")
        };
        assert_eq!(chunks[0].context, None);
    }

    #[test]
    fn white_space_and_here_documents_around_a_patch_are_let_pass() {
        let plain = wrap("*** Delete File: a");
        let expected = parse(&plain).expect("a patch");
        for (before, after) in [
            ("\n\n", "\n\n"),
            ("<<EOF\n", "\nEOF"),
            ("<<'EOF'\n", "\nEOF\n"),
            ("<<\"EOF\"\n", "\nEOF"),
        ] {
            assert_eq!(parse(&format!("{before}{plain}{after}")), Ok(expected.clone()));
        }
        assert_eq!(hunks("  *** Delete File: a  "), expected.hunks);
        assert_eq!(
            parse("  *** Begin Patch \n *** Delete File: a\n *** End Patch ")
                .expect("a patch")
                .hunks,
            expected.hunks
        );
    }

    #[test]
    fn a_patch_without_hunks_is_one() {
        assert_eq!(
            parse("*** Begin Patch\n*** End Patch").expect("a patch").hunks,
            []
        );
    }

    #[test]
    fn a_text_without_the_frame_is_no_patch() {
        let first = "invalid patch: The first line of the patch must be '*** Begin Patch'";
        let last = "invalid patch: The last line of the patch must be '*** End Patch'";
        assert_eq!(error("garbage"), first);
        assert_eq!(error("<<EOF\ngarbage\nEOF"), first);
        assert_eq!(error(""), last);
        assert_eq!(error("*** Begin Patch"), last);
        assert_eq!(error("*** Begin Patch\n*** Add File: a\n+x"), last);
        assert_eq!(error(&(wrap("*** Add File: a\n+x") + "\nmore")), last);
    }

    #[test]
    fn errors_name_the_line() {
        let header = "is not a valid hunk header. Valid hunk headers: '*** Add File: {path}', '*** Delete File: {path}', '*** Update File: {path}'";
        let sign = "Every line should start with ' ' (context line), '+' (added line), or '-' (removed line)";
        for (body, expected) in [
            (
                "*** Frobnicate: x",
                format!("line 2, '*** Frobnicate: x' {header}"),
            ),
            ("*** Add File: a\nno sign", format!("line 3, 'no sign' {header}")),
            (
                "*** Add File: a\n+x\n\n*** Add File: b",
                format!("line 4, '' {header}"),
            ),
            ("*** Add File: \n+x", format!("line 2, '*** Add File:' {header}")),
            (
                "*** Update File: u",
                "line 2, Update file hunk for path 'u' is empty".into(),
            ),
            (
                "*** Update File: u\n*** Delete File: u",
                "line 2, Update file hunk for path 'u' is empty".into(),
            ),
            (
                "*** Update File: u\n@@",
                "line 4, Update hunk does not contain any lines".into(),
            ),
            (
                "*** Update File: u\n@@\n*** End of File",
                "line 4, Update hunk does not contain any lines".into(),
            ),
            (
                "*** Update File: u\n@@\nno sign",
                format!("line 4, Unexpected line found in update hunk: 'no sign'. {sign}"),
            ),
            (
                "*** Update File: u\nno sign",
                format!("line 4, Unexpected line found in update hunk: 'no sign'. {sign}"),
            ),
            (
                "*** Update File: u\n@@ a\n@@ b\n-x",
                format!("line 4, Unexpected line found in update hunk: '@@ b'. {sign}"),
            ),
            (
                "*** Update File: u\n@@\n-a\nnoise",
                "line 5, Expected update hunk to start with a @@ context marker, got: 'noise'".into(),
            ),
            (
                "*** Update File: u\n@@\n-a\n***",
                format!("line 5, '***' {header}"),
            ),
        ] {
            assert_eq!(
                error(&wrap(body)),
                format!("invalid hunk at {expected}"),
                "{body}"
            );
        }
    }
}
