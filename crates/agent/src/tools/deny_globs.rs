//! Rules of a permission profile that name files by a pattern: the sandbox holds to paths, so the files that are there
//! when a command starts are looked up (turns.md §25).

use std::fs;
use std::path::{Component, Path, PathBuf};

/// How deep `**` is followed unless the profile says.
const DEPTH: usize = 16;
/// How many folders are looked into, and how many files found, before the whole place counts as matched.
const MOST: usize = 20_000;

/// What matches `pattern` (absolute, with `*`, `**`, `?`) now. When there is too much to look at, the folder in which
/// the search starts: closing too much is better than too little.
pub(crate) fn matching(pattern: &str, max_depth: Option<usize>) -> Vec<PathBuf> {
    let parts: Vec<&str> = Path::new(pattern)
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    let fixed = parts.iter().take_while(|part| !is_wild(part)).count();
    let start: PathBuf = Path::new("/").join(parts[..fixed].iter().collect::<PathBuf>());
    let mut search = Search {
        looked: 0,
        found: Vec::new(),
    };
    if search
        .descend(&start, &parts[fixed..], max_depth.unwrap_or(DEPTH))
        .is_err()
    {
        return vec![start];
    }
    search.found
}

/// There is more than we look at.
struct TooMuch;

struct Search {
    looked: usize,
    found: Vec<PathBuf>,
}

impl Search {
    fn descend(&mut self, at: &Path, parts: &[&str], depth: usize) -> Result<(), TooMuch> {
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
        if !is_wild(part) {
            return self.descend(&at.join(part), rest, depth);
        }
        let anywhere = *part == "**";
        if anywhere {
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
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            if anywhere {
                // Links are not followed: what they lead to is reached, and matched, by its own path.
                if depth > 0 && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    self.descend(&entry.path(), parts, depth - 1)?;
                }
            } else if fits(part, name) {
                self.descend(&entry.path(), rest, depth)?;
            }
        }
        Ok(())
    }
}

fn is_wild(part: &str) -> bool {
    part.contains(['*', '?'])
}

/// Whether a name fits a part of a pattern, by going back to the last `*` whenever the rest does not.
fn fits(part: &str, name: &str) -> bool {
    let (part, name): (Vec<char>, Vec<char>) = (part.chars().collect(), name.chars().collect());
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match part.get(p) {
            Some('*') => {
                star = Some((p + 1, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match star {
                Some((after, taken)) => {
                    star = Some((after, taken + 1));
                    p = after;
                    n = taken + 1;
                }
                None => return false,
            },
        }
    }
    part[p..].iter().all(|c| *c == '*')
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
    }
}
