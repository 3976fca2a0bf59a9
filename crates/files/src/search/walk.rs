//! Walking trees: what a search looks at (fs.md §4).

use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use ignore::{WalkBuilder, WalkState};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Walks under way at once; others wait.
pub(super) static WALKS: Semaphore = Semaphore::const_new(4);

/// Threads of one walk.
const MAX_THREADS: usize = 4;

/// Where to search.
#[derive(Debug)]
pub(super) struct Roots {
    /// As given.
    pub(super) given: Vec<String>,
    /// In full; of those that name anything.
    real: Vec<(u32, PathBuf)>,
}

impl Roots {
    /// Relative ones are below the working folder.
    pub(super) fn new(given: Vec<String>) -> Self {
        let here = std::env::current_dir().unwrap_or_default();
        let named = (0u32..).zip(&given).filter(|(_, root)| !root.is_empty());
        let real = named.map(|(n, root)| (n, here.join(root))).collect();
        Self { given, real }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.real.is_empty()
    }

    /// The deepest root of a path, and the rest of the path below it.
    fn below<'a>(&self, path: &'a Path) -> Option<(u32, &'a Path)> {
        let within = self
            .real
            .iter()
            .filter_map(|(n, root)| Some((*n, path.strip_prefix(root).ok()?)));
        within.min_by_key(|(_, rest)| rest.components().count())
    }
}

/// Sees the entries one thread of a walk comes across.
pub(super) trait Visitor {
    /// A file or folder, its path given below a root (by number). The root itself is an entry too, with an empty path.
    fn entry(&mut self, root: u32, path: &str, is_folder: bool);
}

/// Shows every entry below the roots to visitors, one for each thread; they are dropped at the end. Hidden entries are
/// shown, ignored ones are not, links are followed. Returns when all is seen or `cancel` is cancelled.
pub(super) fn walk<V: Visitor + Send>(roots: &Roots, cancel: &CancellationToken, visitor: impl Fn() -> V) {
    let mut paths = roots.real.iter().map(|(_, path)| path);
    let Some(first) = paths.next() else { return };
    let mut builder = WalkBuilder::new(first);
    for path in paths {
        builder.add(path);
    }
    let threads = available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
    builder.hidden(false).follow_links(true).threads(threads);
    builder.build_parallel().run(|| {
        let mut visitor = visitor();
        Box::new(move |entry| {
            if cancel.is_cancelled() {
                return WalkState::Quit;
            }
            // What cannot be read is not found; that is all.
            let Ok(entry) = entry else {
                return WalkState::Continue;
            };
            if let Some((root, rest)) = roots.below(entry.path())
                && let Some(path) = rest.to_str()
            {
                visitor.entry(root, path, entry.file_type().is_some_and(|kind| kind.is_dir()));
            }
            WalkState::Continue
        })
    });
}
