//! The index of a home's histories: metadata in the reference's `state_5.sqlite`, and in a file of our own beside it what
//! listings show, where each turn lies in its file, and the words of the conversations.
//!
//! The histories are the truth; both files are caches of them and may be deleted, damaged or locked at any moment: nothing is
//! lost but time (and, with the metadata, goals and memory modes set by hand, which have no place in a history).
//!
//! Everything here is synchronous and meant for threads that may block. One [`Index`] serves a whole process; it opens
//! nothing before it is asked something, and does longer work on a thread of its own, which ends when there is nothing to do.
//!
//! ```no_run
//! use codex_index::{Index, ListQuery};
//! let index = Index::new("/home/me/.codex", "/home/me/.codex", "openai");
//! for thread in index.list(&ListQuery::new(25, "openai"))?.threads {
//!     println!("{} {}", thread.id, thread.preview);
//! }
//! # Ok::<(), codex_index::IndexError>(())
//! ```
//!
//! * [`list`](Index::list), [`find`](Index::find): threads of the home.
//! * [`turns_page`](Index::turns_page), [`history_summary`](Index::history_summary): a history's turns by byte range.
//! * [`search_text`](Index::search_text): full text.
//! * [`records_written`](Index::records_written), [`row`](Index::row), [`goal`](Index::goal), …: the metadata's rows.

mod cache;
mod db;
mod error;
mod facts;
mod fair;
mod find;
mod home;
mod intake;
mod list;
mod metadata;
mod names;
mod state;
#[cfg(test)]
mod tests;
mod turns;
mod words;
mod worker;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub use codex_rollout::paths::Shelf;
pub use error::{IndexError, Result};
pub use facts::Git;
pub use find::Found;
pub use list::{ListPage, ListQuery, ListedThread};
pub use metadata::GoalSet;
pub use state::goals::{Goal, GoalChange};
pub use state::threads::{GitEdit, ThreadRow};
pub use state::tools::DynamicToolRow;
pub use turns::{HistorySummary, TurnCursor, TurnPage};
pub use words::{Speaker, TextHit, TextPage};

use cache::schema::Cache;
use db::Database;
use fair::{Access, Fair};
use list::fresh::View;
use state::StateDb;

/// How long our own file's lock is waited for; the worker never holds it for long.
const CACHE_BUSY: Duration = Duration::from_secs(5);

/// The same for listings, whose callers wait: a page as of a moment ago is better than none.
const FRONT_BUSY: Duration = Duration::from_millis(500);

/// The index of one home.
pub struct Index {
    shared: Arc<Shared>,
}

/// What the worker's thread and the callers' threads share.
pub(crate) struct Shared {
    home: PathBuf,
    sqlite_home: PathBuf,
    /// What counts as the provider of heads that name none.
    default_provider: String,
    state: Mutex<StateDb>,
    front: Fair<Front>,
    /// A connection of its own for turns and words: indexing a long history must not hold up listings.
    turns: Mutex<Database<Cache>>,
    /// Histories written to since the view of the files was last told.
    grown: Mutex<BTreeSet<PathBuf>>,
    claims: turns::Claims,
    /// When the worker last looked whether words were added by others.
    words_sought: Mutex<Option<Spell>>,
    worker: worker::Control,
}

/// Our own file with what is remembered of it.
pub(crate) struct Front {
    pub cache: Database<Cache>,
    pub view: View,
    /// When, and for how long, all files were last looked at for an order by time of update: active ones, those put away.
    pub swept: [Option<Spell>; 2],
    /// How far names were taken over from the metadata's rows.
    pub names: list::NamesTaken,
    /// Somebody else held the lock a moment ago: until then what is known has to do.
    pub held_until: Option<Instant>,
}

/// When something was done, and how long it took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spell {
    ended: Instant,
    took: Duration,
}

/// What takes some time is done again only when this many times that time has passed.
const PAUSE: u32 = 20;

impl Spell {
    /// Of something that ended just now.
    pub(crate) fn of(took: Duration) -> Self {
        Self {
            ended: Instant::now(),
            took,
        }
    }

    pub(crate) fn since(start: Instant) -> Self {
        Self::of(start.elapsed())
    }

    /// Whether it is time to do it again.
    pub(crate) fn is_over(last: Option<Self>) -> bool {
        last.is_none_or(|s| s.ended.elapsed() >= s.took * PAUSE)
    }
}

impl Front {
    pub(crate) fn new(home: &Path, sqlite_home: &Path, busy: Duration) -> Self {
        Self {
            cache: Database::new(sqlite_home, busy).or_in_memory(),
            view: View::new(home),
            swept: [None; 2],
            names: list::NamesTaken::default(),
            held_until: None,
        }
    }
}

impl Index {
    /// The index of the histories in `home`, its databases lying in `sqlite_home`. Opens and makes nothing yet.
    /// `default_provider` is the configured one: it stands for the provider of histories that name none.
    pub fn new(
        home: impl Into<PathBuf>,
        sqlite_home: impl Into<PathBuf>,
        default_provider: impl Into<String>,
    ) -> Self {
        let (home, sqlite_home) = (home.into(), sqlite_home.into());
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(StateDb::new(&sqlite_home)),
                front: Fair::new(Front::new(&home, &sqlite_home, FRONT_BUSY)),
                turns: Mutex::new(Database::new(&sqlite_home, CACHE_BUSY).or_in_memory()),
                grown: Mutex::default(),
                claims: turns::Claims::default(),
                words_sought: Mutex::default(),
                worker: worker::Control::default(),
                default_provider: default_provider.into(),
                home,
                sqlite_home,
            }),
        }
    }

    /// Makes the databases that other programs expect to find, should they be missing. Meant for the background of a start.
    pub fn prepare(&self) -> Result<()> {
        let mut logs: Database<state::schema::Logs> = Database::new(&self.shared.sqlite_home, CACHE_BUSY);
        let made = if logs.exists() {
            Ok(())
        } else {
            logs.with(|_| Ok(()))
        };
        self.shared.state().read(|_| Ok(()))?;
        made
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        self.shared.worker.stop();
    }
}

impl Shared {
    pub(crate) fn state(&self) -> MutexGuard<'_, StateDb> {
        lock(&self.state)
    }

    pub(crate) fn front(&self) -> Access<'_, Front> {
        self.front.lock()
    }
}

/// A panic elsewhere leaves nothing half done behind these locks that the next opening would not mend.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
