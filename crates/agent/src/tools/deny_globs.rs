//! Rules of a permission profile that name files by a pattern: the sandbox holds to paths, so the files that are there
//! when a command starts are looked up (turns.md §25).

use std::fs;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

/// How deep `**` is followed unless the profile says.
const DEPTH: usize = 16;
/// How many folders are looked into, and how many files found, before it is too much.
const MOST: usize = 100_000;

/// A pattern whose files can't be looked up, so that nothing can be held to it.
#[derive(Debug, thiserror::Error)]
pub enum PatternError {
    /// There is too much to look at.
    #[error(
        "the permission rule for `{pattern}` can't be applied: there are more than {MOST} folders or matches to look at; name a smaller folder in it or set `glob_scan_max_depth`"
    )]
    TooMuch {
        /// The pattern.
        pattern: String,
    },
    /// It is no pattern.
    #[error("the permission rule for `{pattern}` can't be applied: {source}")]
    Syntax {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        source: globset::Error,
    },
}

/// One component of a pattern.
enum Part {
    Name(String),
    Wild(GlobMatcher),
    /// `**`
    Anywhere,
}

impl Part {
    fn of(text: &str) -> Result<Self, globset::Error> {
        Ok(match text {
            "**" => Part::Anywhere,
            // The signs by which the configuration tells patterns from paths.
            _ if text.contains(['*', '?', '[']) => Part::Wild(
                GlobBuilder::new(text)
                    .literal_separator(true)
                    .build()?
                    .compile_matcher(),
            ),
            _ => Part::Name(text.to_owned()),
        })
    }
}

/// What matches `pattern` (absolute, with `*`, `**`, `?`, `[…]`) now. Blocks for looking at folders.
///
/// # Errors
/// When it is no pattern, or there is too much to look at.
pub(crate) fn matching(pattern: &str, max_depth: Option<usize>) -> Result<Vec<PathBuf>, PatternError> {
    let parts: Vec<Part> = Path::new(pattern)
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => name.to_str().map(Part::of),
            _ => None,
        })
        .collect::<Result<_, _>>()
        .map_err(|source| PatternError::Syntax {
            pattern: pattern.to_owned(),
            source,
        })?;
    let mut search = Search {
        looked: 0,
        found: Vec::new(),
    };
    match search.descend(Path::new("/"), &parts, max_depth.unwrap_or(DEPTH)) {
        Ok(()) => Ok(search.found),
        Err(TooMuch) => Err(PatternError::TooMuch {
            pattern: pattern.to_owned(),
        }),
    }
}

/// There is more than we look at.
struct TooMuch;

struct Search {
    looked: usize,
    found: Vec<PathBuf>,
}

impl Search {
    fn descend(&mut self, at: &Path, parts: &[Part], depth: usize) -> Result<(), TooMuch> {
        let Some((part, rest)) = parts.split_first() else {
            if fs::symlink_metadata(at).is_ok() {
                self.found.push(at.to_owned());
            }
            return if self.found.len() > MOST {
                Err(TooMuch)
            } else {
                Ok(())
            };
        };
        if let Part::Name(name) = part {
            return self.descend(&at.join(name), rest, depth);
        }
        if matches!(part, Part::Anywhere) {
            self.descend(at, rest, depth)?;
        }
        self.looked += 1;
        if self.looked > MOST {
            return Err(TooMuch);
        }
        let Ok(entries) = fs::read_dir(at) else {
            return Ok(());
        };
        for entry in entries.flatten() {
            match part {
                Part::Wild(matcher) if matcher.is_match(entry.file_name()) => {
                    self.descend(&entry.path(), rest, depth)?;
                }
                // Links are not followed: what they lead to is reached, and matched, by its own path.
                Part::Anywhere if depth > 0 && entry.file_type().is_ok_and(|kind| kind.is_dir()) => {
                    self.descend(&entry.path(), parts, depth - 1)?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_find_what_is_there() {
        let dir = tempfile::tempdir().expect("tempdir");
        for file in ["a/.env", "a/b/.env", "a/b/x.key", "a/y.txt"] {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folder");
            fs::write(path, "").expect("file");
        }
        let found = |pattern: &str, depth| {
            let mut found: Vec<_> = matching(&format!("{}/{pattern}", dir.path().display()), depth)
                .expect("a pattern")
                .into_iter()
                .map(|path| {
                    path.strip_prefix(dir.path())
                        .expect("inside")
                        .display()
                        .to_string()
                })
                .collect();
            found.sort();
            found
        };
        assert_eq!(found("**/.env", None), ["a/.env", "a/b/.env"]);
        assert_eq!(found("**/.env", Some(1)), ["a/.env"]);
        assert_eq!(found("a/*/?.key", None), ["a/b/x.key"]);
        assert_eq!(found("a/y.txt", None), ["a/y.txt"]);
        assert_eq!(found("a/[x-z].t[xy]t", None), ["a/y.txt"]);
        assert_eq!(found("a/[!y].txt", None), [""; 0]);
    }

    #[test]
    fn what_is_no_pattern_is_named() {
        let error = matching("/a/[b", None).expect_err("no pattern").to_string();
        assert!(error.contains("`/a/[b`"), "{error}");
    }
}
