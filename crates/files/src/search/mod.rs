//! Finding files by parts of their paths (fs.md §4, §5): once, or as a session whose query changes while its user types.

mod budget;
mod matching;
mod session;
mod walk;

use std::sync::{Arc, Mutex, PoisonError};

use codex_protocol::FuzzyFileSearchResult;
use tokio_util::sync::CancellationToken;

use crate::{Error, blocking};
use matching::{Best, Query, Ranker};
use walk::{Roots, WALKS, walk};

pub use budget::{SearchBudget, SearchLimits};
pub use session::{SearchSession, Update};

/// Searches the roots once. Yields the best 50, the best first; what was found so far when `cancel` is cancelled.
///
/// # Errors
/// None but that the search itself fails; roots that cannot be searched find nothing.
pub async fn search(
    query: &str,
    roots: Vec<String>,
    cancel: &CancellationToken,
) -> Result<Vec<FuzzyFileSearchResult>, Error> {
    let roots = Arc::new(Roots::new(roots));
    let best = Arc::new(Mutex::new(Best::default()));
    let query = Arc::new(Query::new(query));
    if !query.is_empty() && !roots.is_empty() {
        // The walk ends when nobody waits for it any more, too.
        let stop = cancel.child_token();
        let _stop_on_drop = stop.clone().drop_guard();
        let (to, asked, within) = (Arc::clone(&best), Arc::clone(&query), Arc::clone(&roots));
        let all = async {
            let _permit = WALKS.acquire().await;
            blocking(move || {
                walk(&within, &stop, || Finder {
                    ranker: Ranker::new(),
                    query: &asked,
                    found: Best::default(),
                    to: &to,
                });
                Ok(())
            })
            .await
        };
        tokio::select! {
            result = all => result?,
            () = cancel.cancelled() => {}
        }
    }
    let best = std::mem::take(&mut *best.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(best.results(&query, &roots.given))
}

/// What one thread of a walk finds.
struct Finder<'a> {
    ranker: Ranker,
    query: &'a Query,
    found: Best,
    to: &'a Mutex<Best>,
}

impl walk::Visitor for Finder<'_> {
    fn entry(&mut self, root: u32, path: &str, is_folder: bool) {
        self.ranker
            .consider(self.query, &mut self.found, root, path, is_folder);
    }
}

impl Drop for Finder<'_> {
    fn drop(&mut self) {
        self.to
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .merge(std::mem::take(&mut self.found));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    pub(super) fn tree(paths: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for path in paths {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        dir
    }

    async fn found(query: &str, roots: &[&Path]) -> Vec<(String, u32)> {
        let roots = roots.iter().map(|r| r.to_str().unwrap().to_owned()).collect();
        let files = search(query, roots, &CancellationToken::new()).await.unwrap();
        files.into_iter().map(|f| (f.path, f.score)).collect()
    }

    fn pairs(expected: &[(&str, u32)]) -> Vec<(String, u32)> {
        expected.iter().map(|(p, s)| ((*p).to_owned(), *s)).collect()
    }

    #[tokio::test]
    async fn ranks_are_those_of_the_reference() {
        let dir = tree(&[
            "abc",
            "abcde",
            "xyz",
            "abcdef",
            "zabc",
            "sub/abce",
            "sub/xabe",
            ".hidden/abc.env",
        ]);
        let expected = [
            (".hidden/abc.env", 79),
            ("sub/abce", 72),
            ("abcde", 71),
            ("abcdef", 71),
            ("sub/xabe", 56),
        ];
        for query in ["abe", "ABE"] {
            assert_eq!(found(query, &[dir.path()]).await, pairs(&expected));
        }
        assert_eq!(found("", &[dir.path()]).await, []);
        assert_eq!(
            found("!a !sub", &[dir.path()]).await,
            pairs(&[("", 0), (".hidden", 0), ("xyz", 0)])
        );
    }

    #[tokio::test]
    async fn roots_that_cannot_be_searched_find_nothing_and_spoil_nothing() {
        let dir = tree(&["abc"]);
        let (file, missing) = (dir.path().join("abc"), dir.path().join("missing"));
        assert_eq!(found("abc", &[&file]).await, []);
        assert_eq!(found("abc", &[Path::new("")]).await, []);
        assert_eq!(found("abc", &[]).await, []);
        assert_eq!(found("abc", &[&missing, dir.path()]).await.len(), 1);
    }

    #[tokio::test]
    async fn an_entry_belongs_to_the_deepest_root_and_comes_once_for_each_that_reaches_it() {
        let dir = tree(&["top-abe", "sub/abce"]);
        let sub = dir.path().join("sub");
        let paths: Vec<_> = found("abe", &[dir.path(), &sub])
            .await
            .into_iter()
            .map(|(path, _)| path)
            .collect();
        assert_eq!(paths, ["top-abe", "abce", "abce"]);
    }

    #[tokio::test]
    async fn links_are_followed_and_circles_cut() {
        let dir = tree(&["src/main.rs"]);
        symlink("src", dir.path().join("lnk")).unwrap();
        symlink("nowhere", dir.path().join("maindangling")).unwrap();
        symlink("..", dir.path().join("src/loopmain")).unwrap();
        let paths: Vec<_> = found("main", &[dir.path()])
            .await
            .into_iter()
            .map(|(path, _)| path)
            .collect();
        assert_eq!(paths, ["lnk/main.rs", "src/main.rs"]);
    }

    #[tokio::test]
    async fn git_ignores_count_in_repositories_only() {
        let dir = tree(&["a.rs", "b.rs", "docs/c.rs"]);
        fs::write(dir.path().join(".gitignore"), "a.rs\n").unwrap();
        fs::write(dir.path().join(".ignore"), "docs\n").unwrap();
        let names = async || -> Vec<String> {
            found(".rs", &[dir.path()])
                .await
                .into_iter()
                .map(|(p, _)| p)
                .collect()
        };
        assert_eq!(names().await, ["a.rs", "b.rs"]);
        fs::create_dir(dir.path().join(".git")).unwrap();
        assert_eq!(names().await, ["b.rs"]);
    }

    #[tokio::test]
    async fn of_many_the_fifty_shortest_are_kept() {
        let names: Vec<String> = (0..70).map(|n| format!("f{}ile", "x".repeat(n))).collect();
        let dir = tree(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let mut lengths: Vec<_> = found("^f", &[dir.path()])
            .await
            .iter()
            .map(|(p, _)| p.len())
            .collect();
        lengths.sort_unstable();
        assert_eq!(lengths, (4..54).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_cancelled_search_answers_with_what_it_has() {
        let dir = tree(&["abc"]);
        let cancel = CancellationToken::new();
        cancel.cancel();
        let files = search("abc", vec![dir.path().to_str().unwrap().into()], &cancel)
            .await
            .unwrap();
        assert!(files.len() <= 1);
    }
}
