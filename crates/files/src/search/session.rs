//! A search whose query changes: the tree is walked once, each query is matched against what is known of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use codex_protocol::FuzzyFileSearchResult;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::budget::{Member, SearchBudget};
use super::matching::{Best, Query, Ranker};
use super::walk::{self, Roots, WALKS, walk};
use crate::{Error, blocking};

/// How often a query that is matched while the tree is walked tells what it has found.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// How much is handed over at once by a thread that walks, in bytes.
const PIECE: usize = 64 * 1024;

/// What a session tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// The best for a query so far.
    Found {
        /// The query.
        query: String,
        /// The best, the best first.
        files: Vec<FuzzyFileSearchResult>,
    },
    /// Everything was looked at for the latest query.
    Completed,
}

/// A search that goes on until it is stopped or dropped, or has to give way to others.
#[derive(Debug)]
pub struct SearchSession {
    member: Arc<Member>,
    latest: Arc<Latest>,
    driver: JoinHandle<()>,
    _stop_walk: DropGuard,
}

/// The query that counts. Whoever tells of it holds the lock, so that nothing is told of a query that was replaced.
#[derive(Debug)]
struct Latest {
    asked: Mutex<Asked>,
    number: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Asked {
    number: u64,
    query: String,
    /// Whether it was told that everything was looked at.
    is_complete: bool,
}

impl Latest {
    fn lock(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SearchSession {
    /// Starts a session with an empty query. `tell` is called with every update, and must not wait.
    pub fn start(
        roots: Vec<String>,
        budget: &Arc<SearchBudget>,
        tell: impl Fn(Update) + Send + Sync + 'static,
    ) -> Self {
        let member = Arc::new(budget.enter());
        let stop = member.ended.child_token();
        let tree = Arc::new(Tree::new(roots, Arc::clone(&member)));
        let latest = Arc::new(Latest {
            asked: Mutex::default(),
            number: watch::Sender::new(0),
        });
        tokio::spawn(fill(Arc::clone(&tree), stop.clone()));
        let driver = Driver {
            tree,
            latest: Arc::clone(&latest),
            tell: Box::new(tell),
        };
        Self {
            member,
            latest,
            driver: tokio::spawn(driver.run()),
            _stop_walk: stop.drop_guard(),
        }
    }

    /// Changes the query. Nothing more is told of the one before. False when the session had to give way: nothing will
    /// be told.
    pub fn update(&self, query: String) -> bool {
        let mut asked = self.latest.lock();
        if !self.member.touch() {
            return false;
        }
        asked.number += 1;
        asked.query = query;
        asked.is_complete = false;
        self.latest.number.send_replace(asked.number);
        true
    }

    /// Whether the session had to give way.
    pub fn has_ended(&self) -> bool {
        self.member.has_ended()
    }

    /// Ends the session; when this returns nothing more is told.
    pub async fn stop(mut self) {
        self.driver.abort();
        let _ = (&mut self.driver).await;
    }
}

impl Drop for SearchSession {
    fn drop(&mut self) {
        self.member.leave();
        self.driver.abort();
    }
}

struct Driver {
    tree: Arc<Tree>,
    latest: Arc<Latest>,
    tell: Box<dyn Fn(Update) + Send + Sync>,
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Its walk may be stuck, and hold on to the tree.
        self.tree.lock().clear();
    }
}

impl Driver {
    async fn run(self) {
        tokio::select! {
            biased;
            () = self.tree.member.ended.cancelled() => self.tell_end(),
            () = self.answer_all() => {}
        }
    }

    /// Nobody is to wait for the end of a query that is looked for no longer.
    fn tell_end(&self) {
        let asked = self.latest.lock();
        if !asked.is_complete {
            (self.tell)(Update::Completed);
        }
    }

    async fn answer_all(&self) {
        let mut numbers = self.latest.number.subscribe();
        loop {
            numbers.borrow_and_update();
            let (number, query) = {
                let asked = self.latest.lock();
                (asked.number, asked.query.clone())
            };
            let finished = tokio::select! {
                biased;
                _ = numbers.changed() => continue,
                finished = self.answer(number, query) => finished,
            };
            if let Err(e) = finished {
                tracing::error!("a search has failed: {e}");
            }
            if numbers.changed().await.is_err() {
                return;
            }
        }
    }

    /// Tells what is found for a query until all is known.
    async fn answer(&self, number: u64, text: String) -> Result<(), Error> {
        // Whatever way this ends, the matching ends with it.
        let stop = CancellationToken::new();
        let _stop_on_drop = stop.clone().drop_guard();
        let query = Arc::new(Query::new(&text));
        let mut progress = self.tree.progress.subscribe();
        let (mut best, mut seen, mut told) = (Best::default(), 0, false);
        loop {
            let known = *progress.borrow_and_update();
            let mut is_new = false;
            if !query.is_empty() && seen < known.pieces {
                let pieces = self.tree.pieces(seen, known.pieces);
                seen = known.pieces;
                let (query, stop) = (Arc::clone(&query), stop.clone());
                (best, is_new) = blocking(move || Ok(look_at(&pieces, &query, best, &stop))).await?;
            }
            if is_new || !told {
                let files = best.results(&query, &self.tree.roots.given);
                told = self.tell_if_latest(
                    number,
                    Update::Found {
                        query: text.clone(),
                        files,
                    },
                );
            }
            if known.is_complete {
                self.tell_if_latest(number, Update::Completed);
                return Ok(());
            }
            let _ = progress.changed().await;
            if !progress.borrow().is_complete {
                sleep(TELL_EVERY).await;
            }
        }
    }

    fn tell_if_latest(&self, number: u64, update: Update) -> bool {
        let mut asked = self.latest.lock();
        if asked.number == number {
            asked.is_complete = update == Update::Completed;
            (self.tell)(update);
        }
        true
    }
}

/// Puts what fits among the best; true if any did.
fn look_at(pieces: &[Arc<Piece>], query: &Query, mut best: Best, stop: &CancellationToken) -> (Best, bool) {
    let (mut ranker, mut is_new) = (Ranker::new(), false);
    for piece in pieces {
        if stop.is_cancelled() {
            break;
        }
        let mut from = 0;
        for entry in &piece.entries {
            let path = &piece.text[from..entry.end as usize];
            from = entry.end as usize;
            is_new |= ranker.consider(query, &mut best, entry.root, path, entry.is_folder);
        }
    }
    (best, is_new)
}

/// What is known of the tree.
#[derive(Debug)]
struct Tree {
    roots: Roots,
    member: Arc<Member>,
    pieces: Mutex<Vec<Arc<Piece>>>,
    progress: watch::Sender<Progress>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Progress {
    pieces: usize,
    is_complete: bool,
}

/// Paths, one behind the other in one text.
#[derive(Debug, Default)]
struct Piece {
    text: String,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    end: u32,
    root: u32,
    is_folder: bool,
}

impl Piece {
    /// What it holds of the budget, once it grows no more.
    fn size(&self) -> usize {
        let entries = self.entries.capacity() * size_of::<Entry>();
        size_of::<Self>() + self.text.capacity() + entries
    }

    fn is_full(&self) -> bool {
        self.text.len() + self.entries.len() * size_of::<Entry>() >= PIECE
    }
}

impl Tree {
    fn new(roots: Vec<String>, member: Arc<Member>) -> Self {
        Self {
            roots: Roots::new(roots),
            member,
            pieces: Mutex::default(),
            progress: watch::Sender::default(),
        }
    }

    fn pieces(&self, from: usize, to: usize) -> Vec<Arc<Piece>> {
        self.lock().get(from..to).unwrap_or_default().to_vec()
    }

    /// Adds a piece; false when there is no more room.
    fn add(&self, mut piece: Piece) -> bool {
        if piece.entries.is_empty() {
            return true;
        }
        piece.text.shrink_to_fit();
        piece.entries.shrink_to_fit();
        if !self.member.hold(piece.size()) {
            return false;
        }
        let mut pieces = self.lock();
        pieces.push(Arc::new(piece));
        self.progress
            .send_modify(|progress| progress.pieces = pieces.len());
        true
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Piece>>> {
        self.pieces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn fill(tree: Arc<Tree>, stop: CancellationToken) {
    let walked = async {
        let _permit = WALKS.acquire().await;
        let (tree, stop) = (Arc::clone(&tree), stop.clone());
        blocking(move || {
            walk(&tree.roots, &stop, || Collector {
                tree: &tree,
                stop: &stop,
                piece: Piece::default(),
            });
            Ok(())
        })
        .await
    };
    tokio::select! {
        walked = walked => if let Err(e) = walked {
            tracing::error!("a search could not look at its roots: {e}");
        },
        () = stop.cancelled() => {}
    }
    tree.progress.send_modify(|progress| progress.is_complete = true);
}

/// What one thread of the walk has come across and not handed over.
struct Collector<'a> {
    tree: &'a Tree,
    stop: &'a CancellationToken,
    piece: Piece,
}

impl walk::Visitor for Collector<'_> {
    fn entry(&mut self, root: u32, path: &str, is_folder: bool) {
        self.piece.text.push_str(path);
        self.piece.entries.push(Entry {
            end: self.piece.text.len() as u32,
            root,
            is_folder,
        });
        if self.piece.is_full() && !self.tree.add(std::mem::take(&mut self.piece)) {
            if !self.stop.is_cancelled() {
                tracing::warn!("a search has too many files to know them all");
            }
            self.stop.cancel();
        }
    }
}

impl Drop for Collector<'_> {
    fn drop(&mut self) {
        self.tree.add(std::mem::take(&mut self.piece));
    }
}

#[cfg(test)]
mod tests {
    use super::super::budget::SearchLimits;
    use super::super::tests::tree;
    use super::*;
    use tokio::sync::mpsc;

    fn session(dir: &tempfile::TempDir) -> (SearchSession, mpsc::UnboundedReceiver<Update>) {
        session_within(&Arc::default(), dir)
    }

    fn session_within(
        budget: &Arc<SearchBudget>,
        dir: &tempfile::TempDir,
    ) -> (SearchSession, mpsc::UnboundedReceiver<Update>) {
        let (to, updates) = mpsc::unbounded_channel();
        let roots = vec![dir.path().to_str().unwrap().to_owned()];
        (
            SearchSession::start(roots, budget, move |update| drop(to.send(update))),
            updates,
        )
    }

    /// The paths last told before the query is complete.
    async fn answer(updates: &mut mpsc::UnboundedReceiver<Update>, asked: &str) -> Vec<String> {
        let mut paths = None;
        loop {
            match updates.recv().await.unwrap() {
                Update::Found { query, files } if query == asked => {
                    paths = Some(files.into_iter().map(|f| f.path).collect());
                }
                Update::Found { .. } => {}
                Update::Completed => {
                    if let Some(paths) = paths {
                        return paths;
                    }
                }
            }
        }
    }

    #[tokio::test]
    async fn a_session_answers_every_query_from_the_tree_at_its_start() {
        let dir = tree(&["one.txt", "sub/two.txt"]);
        let (session, mut updates) = session(&dir);
        assert_eq!(answer(&mut updates, "").await, Vec::<String>::new());
        std::fs::write(dir.path().join("two-more.txt"), "").unwrap();
        for _ in 0..2 {
            session.update("two".into());
            assert_eq!(answer(&mut updates, "two").await, ["sub/two.txt"]);
        }
        session.update("nothing".into());
        assert_eq!(answer(&mut updates, "nothing").await, Vec::<String>::new());
        session.update(String::new());
        assert_eq!(answer(&mut updates, "").await, Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_stopped_session_tells_nothing_more() {
        let dir = tree(&["one.txt"]);
        let (session, mut updates) = session(&dir);
        session.update("one".into());
        session.stop().await;
        while updates.try_recv().is_ok() {}
        assert_eq!(updates.recv().await, None);
    }

    #[tokio::test]
    async fn trees_that_hold_too_much_together_cost_the_session_not_used_for_longest() {
        let names: Vec<String> = (0..100).map(|n| format!("file-{n}")).collect();
        let dir = tree(&names.iter().map(String::as_str).collect::<Vec<_>>());
        // Room for one of them: each entry takes its name and some bytes more.
        let budget = Arc::new(SearchBudget::new(SearchLimits {
            bytes: 3000,
            ..SearchLimits::default()
        }));
        let (first, mut of_first) = session_within(&budget, &dir);
        assert_eq!(answer(&mut of_first, "").await, Vec::<String>::new());
        assert!(first.update("file-7$".into()));
        assert_eq!(answer(&mut of_first, "file-7$").await, ["file-7"]);
        let (second, mut of_second) = session_within(&budget, &dir);
        assert!(second.update("file-8$".into()));
        assert_eq!(answer(&mut of_second, "file-8$").await, ["file-8"]);
        assert!(first.has_ended() && !first.update("file-9$".into()));
        while of_first.recv().await.is_some() {}
    }

    #[tokio::test]
    async fn nobody_waits_for_the_end_of_a_query_whose_session_gave_way() {
        let dir = tree(&["one.txt"]);
        let budget = Arc::new(SearchBudget::new(SearchLimits {
            sessions: 1,
            ..SearchLimits::default()
        }));
        // No walk gets anywhere.
        let _all = WALKS.acquire_many(4).await.unwrap();
        let (_first, mut of_first) = session_within(&budget, &dir);
        let found = of_first.recv().await;
        assert!(matches!(found, Some(Update::Found { .. })));
        let _second = session_within(&budget, &dir);
        assert_eq!(of_first.recv().await, Some(Update::Completed));
        assert_eq!(of_first.recv().await, None);
    }

    #[tokio::test]
    async fn a_query_that_was_replaced_is_not_told_of() {
        let dir = tree(&["one.txt", "two.txt"]);
        let (session, mut updates) = session(&dir);
        answer(&mut updates, "").await;
        session.update("one".into());
        session.update("two".into());
        let mut queries = Vec::new();
        while let Update::Found { query, .. } = updates.recv().await.unwrap() {
            queries.push(query);
        }
        assert_eq!(queries, ["two"]);
    }
}
