//! The thread that does the longer work: completing the view of the home's files, taking histories into the metadata,
//! indexing long ones and the words of all. It is started when there is something to do and ends when that is done.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::error::Result;
use crate::facts::Stamp;
use crate::home::{self, ARCHIVED};
use crate::list::fresh::{Budget, Extent, Freshness};
use crate::state::backfill::{self, BATCH, Claim};
use crate::state::threads::{self, Existing};
use crate::state::{self, StateDb};
use crate::{CACHE_BUSY, Front, Shared, Spell, intake, list, lock, turns, words};

/// How long the worker keeps to one thing before it looks whether it is to stop.
const SLICE: Duration = Duration::from_millis(20);

/// How long is waited until what could not be written to the metadata is tried again, and how often that is done.
const FLUSH_PAUSE: Duration = Duration::from_secs(1);
const FLUSHES: usize = 60;

/// From which size on a history's index is made before somebody asks for its turns.
const AHEAD: i64 = 8 << 20;

/// How many histories are remembered as having been taken in or indexed, so that this is not done again and again.
const REMEMBERED: usize = 10_000;

/// A kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Job {
    /// Completing the view of the files.
    Scan,
    /// Taking the histories into the metadata.
    Backfill,
    /// Indexing words.
    Words,
    /// Writing to the metadata what could not be written at once.
    Flush,
}

/// What the worker is to do, and whether it is at it.
#[derive(Default)]
pub(crate) struct Control {
    queue: Mutex<Queue>,
    stop: AtomicBool,
}

#[derive(Default)]
struct Queue {
    jobs: BTreeSet<Job>,
    /// Histories whose rows are missing or wrong.
    rebuild: BTreeSet<PathBuf>,
    /// Long histories that somebody looks at.
    ahead: BTreeSet<PathBuf>,
    /// As of which state histories were queued before, because their rows do not fit them, and because they are long.
    mended: HashMap<PathBuf, Stamp>,
    prepared: HashMap<PathBuf, Stamp>,
    thread: Option<JoinHandle<()>>,
    /// Threads that write the index of a history.
    writers: Vec<JoinHandle<Result<Option<i64>>>>,
    running: bool,
}

impl Control {
    pub(crate) fn stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Ends the worker and waits for it.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        let (thread, writers) = {
            let mut queue = lock(&self.queue);
            (queue.thread.take(), std::mem::take(&mut queue.writers))
        };
        if let Some(thread) = thread {
            thread.thread().unpark();
            if thread.join().is_err() {
                tracing::error!("the index worker panicked");
            }
        }
        for writer in writers {
            if writer.join().is_err() {
                tracing::error!("writing the index of a history panicked");
            }
        }
    }

    /// Leaves a thread that writes to itself; it is waited for only at the end.
    pub(crate) fn leave(&self, writer: JoinHandle<Result<Option<i64>>>) {
        let writers = &mut lock(&self.queue).writers;
        writers.retain(|w| !w.is_finished());
        writers.push(writer);
    }
}

/// Whether a history is to be queued: once for each state of it.
fn is_new(before: &mut HashMap<PathBuf, Stamp>, path: &Path, stamp: Stamp) -> bool {
    if before.len() >= REMEMBERED {
        before.clear();
    }
    before.insert(path.to_owned(), stamp) != Some(stamp)
}

impl Shared {
    /// Adds to what is to be done in the background.
    pub(crate) fn kick(self: &Arc<Self>, job: Job) {
        let mut queue = lock(&self.worker.queue);
        queue.jobs.insert(job);
        self.start(&mut queue);
    }

    /// Has the worker take in a history whole.
    pub(crate) fn rebuild(self: &Arc<Self>, path: &Path) {
        let mut queue = lock(&self.worker.queue);
        queue.rebuild.insert(path.to_owned());
        self.start(&mut queue);
    }

    /// Has the worker take in a history whose row does not fit it, unless that was done before in the state it has.
    pub(crate) fn mend_row(self: &Arc<Self>, path: &Path, stamp: Stamp) {
        let mut queue = lock(&self.worker.queue);
        if is_new(&mut queue.mended, path, stamp) {
            queue.rebuild.insert(path.to_owned());
            self.start(&mut queue);
        }
    }

    /// Has the worker index a long history before somebody waits for it.
    pub(crate) fn index_ahead(self: &Arc<Self>, path: &Path, stamp: Stamp) {
        if stamp.size < AHEAD {
            return;
        }
        let mut queue = lock(&self.worker.queue);
        if is_new(&mut queue.prepared, path, stamp) {
            queue.ahead.insert(path.to_owned());
            self.start(&mut queue);
        }
    }

    /// Starts the worker unless it runs.
    fn start(self: &Arc<Self>, queue: &mut Queue) {
        if queue.running
            && let Some(thread) = &queue.thread
        {
            // It may be waiting for a better moment to write.
            thread.thread().unpark();
        }
        if queue.running || self.worker.stopping() {
            return;
        }
        let shared = Arc::clone(self);
        match std::thread::Builder::new()
            .name("index".to_owned())
            .spawn(move || {
                let _mark = Mark(&shared.worker);
                Worker::new(&shared).run();
            }) {
            Ok(thread) => {
                queue.running = true;
                queue.thread = Some(thread);
            }
            Err(e) => tracing::warn!(error = %e, "no thread for the index"),
        }
    }
}

/// Notes that the worker is gone if it panics: another one can be started then.
struct Mark<'s>(&'s Control);

impl Drop for Mark<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            lock(&self.0.queue).running = false;
        }
    }
}

/// The worker's own connections: it never holds the locks that callers wait for.
struct Worker<'s> {
    shared: &'s Arc<Shared>,
    front: Front,
    state: StateDb,
    /// How often it was tried in vain to write what waits.
    flushes: usize,
}

impl<'s> Worker<'s> {
    fn new(shared: &'s Arc<Shared>) -> Self {
        Self {
            shared,
            front: Front::new(&shared.home, &shared.sqlite_home, CACHE_BUSY),
            state: StateDb::new(&shared.sqlite_home),
            flushes: 0,
        }
    }

    fn run(mut self) {
        loop {
            let (job, rebuild, ahead) = {
                let mut queue = lock(&self.shared.worker.queue);
                let rebuild = std::mem::take(&mut queue.rebuild);
                let ahead = queue.ahead.pop_first();
                let job = match ahead {
                    None => queue.jobs.pop_first(),
                    Some(_) => None,
                };
                let idle = job.is_none() && rebuild.is_empty() && ahead.is_none();
                if self.shared.worker.stopping() || idle {
                    queue.running = false;
                    return;
                }
                (job, rebuild, ahead)
            };
            for path in rebuild {
                if let Err(e) = self.take_in(&path) {
                    tracing::debug!(error = %e, "a history is not taken in for now");
                    lock(&self.shared.worker.queue).mended.remove(&path);
                }
            }
            if let Some(path) = ahead
                && let Err(e) = self.shared.index_history(&path)
            {
                tracing::debug!(error = %e, "a history is not indexed for now");
            }
            let done = match job {
                Some(Job::Scan) => self.scan(),
                Some(Job::Backfill) => self.backfill(),
                Some(Job::Words) => self.words(),
                Some(Job::Flush) => {
                    self.flush();
                    Ok(())
                }
                None => Ok(()),
            };
            if let Err(e) = done {
                tracing::warn!(error = %e, ?job, "background work stopped");
            }
        }
    }

    /// Looks at all files of the home.
    fn scan(&mut self) -> Result<()> {
        for archived in [false, true] {
            loop {
                if self.shared.worker.stopping() {
                    return Ok(());
                }
                let Front { cache, view, .. } = &mut self.front;
                let freshness = cache.with_opening(|conn, opening| {
                    view.opened(opening);
                    view.refresh(conn, archived, Extent::All, Budget::within(SLICE))
                })?;
                if freshness == Freshness::Fresh {
                    break;
                }
            }
        }
        while list::sync_titles(&mut self.state, &mut self.front) {}
        self.front.cache.with(turns::purge)
    }

    /// Takes in one history. A name that only its row has is kept.
    fn take_in(&mut self, path: &Path) -> Result<()> {
        let archived = path.starts_with(self.shared.home.join(ARCHIVED));
        let Ok(Some(mut whole)) = intake::whole(path, archived, &self.shared.default_provider) else {
            return Ok(());
        };
        self.state.write(|conn| {
            if whole.row.name().is_none()
                && let Some(row) = threads::get(conn, &whole.row.id)?
                && let Some(name) = row.name()
            {
                whole.row.title = name.to_owned();
            }
            state::put(conn, &whole, Existing::Overwrite)
        })
    }

    /// Tries to write what the server could not write at once, after a pause; other work comes first.
    fn flush(&mut self) {
        std::thread::park_timeout(FLUSH_PAUSE);
        self.flushes += 1;
        if self.shared.flush(false) {
            self.flushes = 0;
        } else if self.flushes < FLUSHES {
            lock(&self.shared.worker.queue).jobs.insert(Job::Flush);
        }
    }

    /// Takes in all histories, in batches, going on where an earlier worker stopped.
    fn backfill(&mut self) -> Result<()> {
        let opening = self.state.opening()?;
        let from = match self
            .state
            .write_to(opening, |conn| backfill::claim(conn, now()))?
        {
            Some(Claim::Ours(from)) => from,
            Some(Claim::Complete | Claim::Taken) => return Ok(()),
            None => return self.begin_again(),
        };
        let done = self.take_in_after(from, opening);
        if !matches!(done, Ok(Progress::Done)) {
            // Whoever comes next need not wait for the lease to run out.
            self.state
                .write_to(opening, |conn| backfill::release(conn, now()))?;
        }
        match done? {
            Progress::Replaced => self.begin_again(),
            Progress::Done | Progress::Stopped => Ok(()),
        }
    }

    /// The database was deleted or set aside meanwhile: the new one knows nothing yet.
    fn begin_again(&self) -> Result<()> {
        lock(&self.shared.worker.queue).jobs.insert(Job::Backfill);
        Ok(())
    }

    fn take_in_after(&mut self, from: Option<String>, opening: u64) -> Result<Progress> {
        let home = &self.shared.home;
        let paths = home::all_histories(home);
        let start = from.map_or(0, |from| paths.partition_point(|p| *p <= from));
        let (mut taken, mut skipped) = (0, 0);
        for batch in paths[start..].chunks(BATCH) {
            let mut read = Vec::with_capacity(batch.len());
            for path in batch {
                if self.shared.worker.stopping() {
                    return Ok(Progress::Stopped);
                }
                match intake::whole(
                    &home.join(path),
                    path.starts_with(ARCHIVED),
                    &self.shared.default_provider,
                ) {
                    Ok(Some(whole)) => read.push(whole),
                    Ok(None) => skipped += 1,
                    Err(e) => {
                        skipped += 1;
                        tracing::warn!(path, error = %e, "cannot take in a history");
                    }
                }
            }
            let written = self.state.write_to(opening, |conn| {
                for whole in &read {
                    state::put(conn, whole, Existing::Overwrite)?;
                }
                backfill::checkpoint(conn, &batch[batch.len() - 1], now())
            })?;
            if written.is_none() {
                return Ok(Progress::Replaced);
            }
            taken += read.len();
        }
        if self
            .state
            .write_to(opening, |conn| backfill::finish(conn, now()))?
            .is_none()
        {
            return Ok(Progress::Replaced);
        }
        tracing::info!(taken, skipped, "took in the home's histories");
        Ok(Progress::Done)
    }

    fn words(&mut self) -> Result<()> {
        let start = Instant::now();
        self.scan()?;
        // Which histories grew shows in no folder's time.
        for archived in [false, true] {
            let mut after = Some(0);
            while let Some(at) = after
                && !self.shared.worker.stopping()
            {
                let Front { cache, view, .. } = &mut self.front;
                after = cache.with_opening(|conn, opening| {
                    view.opened(opening);
                    view.sweep(conn, archived, at)
                })?;
            }
        }
        *lock(&self.shared.words_sought) = Some(Spell::since(start));
        words::catch_up(self.shared, &mut self.front)
    }
}

/// How taking in the histories ended.
enum Progress {
    Done,
    /// The index is being closed.
    Stopped,
    /// The database is another one than at the beginning.
    Replaced,
}

/// Unix seconds.
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// What tests do to the worker.
#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// Has a worker panic; says whether another one may be started then.
    pub(crate) fn panic_while_running(shared: &Arc<Shared>) -> bool {
        lock(&shared.worker.queue).running = true;
        let worker = Arc::clone(shared);
        let ended = std::thread::spawn(move || {
            let _mark = Mark(&worker.worker);
            panic!("as the test wants it");
        });
        ended.join().is_err() && !lock(&shared.worker.queue).running
    }
}
