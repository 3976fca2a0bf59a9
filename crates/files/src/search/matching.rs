//! Which paths a query fits, how well, and the best of them (fs.md §4).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use codex_protocol::{FuzzyFileSearchMatchType, FuzzyFileSearchResult};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// How many results there are at most.
const MOST: usize = 50;

/// What is looked for.
pub(super) struct Query {
    pattern: Pattern,
    is_empty: bool,
}

impl Query {
    pub(super) fn new(text: &str) -> Self {
        Self {
            pattern: Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart),
            is_empty: text.is_empty(),
        }
    }

    /// Whether it asks for nothing. One of blanks asks for everything.
    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }
}

/// Scores paths, one thread's worth.
pub(super) struct Ranker {
    matcher: Matcher,
    characters: Vec<char>,
}

impl Ranker {
    pub(super) fn new() -> Self {
        Self {
            matcher: Matcher::new(Config::DEFAULT.match_paths()),
            characters: Vec::new(),
        }
    }

    /// Puts a path among the best if it fits well enough; true if it was.
    pub(super) fn consider(
        &mut self,
        query: &Query,
        best: &mut Best,
        root: u32,
        path: &str,
        is_folder: bool,
    ) -> bool {
        let text = Utf32Str::new(path, &mut self.characters);
        let Some(score) = query.pattern.score(text, &mut self.matcher) else {
            return false;
        };
        let rank = Rank {
            score,
            length: text.len(),
            path,
            root,
        };
        if best.is_full() && best.found.peek().is_some_and(|worst| worst.rank() <= rank) {
            return false;
        }
        best.put(Found {
            score,
            length: text.len(),
            path: path.to_owned(),
            root,
            is_folder,
        });
        true
    }
}

/// What is better comes first: the higher score, the shorter path; the rest only makes the order a fixed one.
#[derive(PartialEq, Eq)]
struct Rank<'a> {
    score: u32,
    length: usize,
    path: &'a str,
    root: u32,
}

impl Ord for Rank<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .score
            .cmp(&self.score)
            .then(self.length.cmp(&other.length))
            .then_with(|| self.path.cmp(other.path))
            .then(self.root.cmp(&other.root))
    }
}

impl PartialOrd for Rank<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[derive(Debug)]
struct Found {
    score: u32,
    length: usize,
    path: String,
    root: u32,
    is_folder: bool,
}

impl Found {
    fn rank(&self) -> Rank<'_> {
        Rank {
            score: self.score,
            length: self.length,
            path: &self.path,
            root: self.root,
        }
    }
}

impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}

impl Eq for Found {}

impl Ord for Found {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The best found so far, at most [`MOST`]; the worst of them on top.
#[derive(Debug, Default)]
pub(super) struct Best {
    found: BinaryHeap<Found>,
}

impl Best {
    fn is_full(&self) -> bool {
        self.found.len() >= MOST
    }

    fn put(&mut self, found: Found) {
        self.found.push(found);
        if self.found.len() > MOST {
            self.found.pop();
        }
    }

    /// Takes in what another thread has found.
    pub(super) fn merge(&mut self, other: Best) {
        for found in other.found {
            self.put(found);
        }
    }

    /// As clients are told: by score, then by path. `roots` are those the walk was given.
    pub(super) fn results(&self, query: &Query, roots: &[String]) -> Vec<FuzzyFileSearchResult> {
        let mut found: Vec<&Found> = self.found.iter().collect();
        found.sort_by(|a, b| {
            b.score
                .cmp(&a.score)
                .then_with(|| a.path.cmp(&b.path))
                .then(a.root.cmp(&b.root))
        });
        let mut ranker = Ranker::new();
        found
            .into_iter()
            .map(|found| FuzzyFileSearchResult {
                root: roots[found.root as usize].clone(),
                path: found.path.clone(),
                match_type: if found.is_folder {
                    FuzzyFileSearchMatchType::Directory
                } else {
                    FuzzyFileSearchMatchType::File
                },
                file_name: found.path.rsplit('/').next().unwrap_or_default().to_owned(),
                score: found.score,
                indices: Some(ranker.indices(query, &found.path)),
            })
            .collect()
    }
}

impl Ranker {
    /// The characters of a path that a query fits, ascending.
    fn indices(&mut self, query: &Query, path: &str) -> Vec<u32> {
        let mut indices = Vec::new();
        let text = Utf32Str::new(path, &mut self.characters);
        query.pattern.indices(text, &mut self.matcher, &mut indices);
        indices.sort_unstable();
        indices.dedup();
        indices
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(query: &str, path: &str) -> Option<(u32, Vec<u32>)> {
        let (query, mut best) = (Query::new(query), Best::default());
        Ranker::new().consider(&query, &mut best, 0, path, false);
        let result = best.results(&query, &["/".into()]).pop()?;
        Some((result.score, result.indices?))
    }

    #[test]
    fn scores_and_indices_are_those_of_the_reference() {
        assert_eq!(
            fit("foobar", "src/foo_bar.rs"),
            Some((153, vec![4, 5, 6, 8, 9, 10]))
        );
        assert_eq!(fit("src/main", "src/Main.java"), Some((209, (0..8).collect())));
        assert_eq!(
            fit("srcmain", "src/main.rs"),
            Some((181, vec![0, 1, 2, 4, 5, 6, 7]))
        );
        assert_eq!(fit("zzz", "src/main.rs"), None);
    }

    #[test]
    fn accents_are_ignored_unless_the_query_has_them() {
        assert!(fit("ubung", "café/übung.txt").is_some());
        assert!(fit("übung", "ubung").is_none());
    }
}
