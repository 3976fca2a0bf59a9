//! The thread that does the longer work: completing the view of the home's files, taking histories into the metadata,
//! indexing their words. It is started when there is something to do and ends when that is done.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::error::Result;
use crate::home::{self, ARCHIVED};
use crate::list::fresh::{Budget, Freshness};
use crate::state::backfill::{self, BATCH, Claim};
use crate::state::threads::Existing;
use crate::state::{self, StateDb};
use crate::{Front, Shared, intake, list, lock, turns, words};

/// How long the worker keeps to one thing before it looks whether it is to stop.
const SLICE: Duration = Duration::from_millis(20);

/// A kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Job {
    /// Completing the view of the files.
    Scan,
    /// Taking the histories into the metadata.
    Backfill,
    /// Indexing words.
    Words,
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
    /// Histories whose rows are missing.
    rebuild: BTreeSet<PathBuf>,
    thread: Option<JoinHandle<()>>,
    running: bool,
}

impl Control {
    fn stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Ends the worker and waits for it.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        let thread = lock(&self.queue).thread.take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the index worker panicked");
        }
    }
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

    /// Starts the worker unless it runs.
    fn start(self: &Arc<Self>, queue: &mut Queue) {
        if queue.running || self.worker.stopping() {
            return;
        }
        let shared = Arc::clone(self);
        match std::thread::Builder::new()
            .name("index".to_owned())
            .spawn(move || Worker::new(&shared).run())
        {
            Ok(thread) => {
                queue.running = true;
                queue.thread = Some(thread);
            }
            Err(e) => tracing::warn!(error = %e, "no thread for the index"),
        }
    }
}

/// The worker's own connections: it never holds the locks that callers wait for.
struct Worker<'s> {
    shared: &'s Shared,
    front: Front,
    state: StateDb,
}

impl<'s> Worker<'s> {
    fn new(shared: &'s Shared) -> Self {
        Self {
            shared,
            front: Front::new(&shared.home, &shared.sqlite_home),
            state: StateDb::new(&shared.sqlite_home),
        }
    }

    fn run(mut self) {
        loop {
            let (job, rebuild) = {
                let mut queue = lock(&self.shared.worker.queue);
                let rebuild = std::mem::take(&mut queue.rebuild);
                let job = queue.jobs.pop_first();
                if self.shared.worker.stopping() || (job.is_none() && rebuild.is_empty()) {
                    queue.running = false;
                    return;
                }
                (job, rebuild)
            };
            for path in rebuild {
                if let Err(e) = self.take_in(path) {
                    tracing::debug!(error = %e, "a history is not taken in for now");
                }
            }
            let done = match job {
                Some(Job::Scan) => self.scan(),
                Some(Job::Backfill) => self.backfill(),
                Some(Job::Words) => self.words(),
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
                    view.refresh(conn, archived, Budget::within(SLICE))
                })?;
                if freshness == Freshness::Fresh {
                    break;
                }
            }
        }
        list::sync_titles(&mut self.state, &mut self.front);
        self.front.cache.with(turns::purge)
    }

    /// Takes in one history.
    fn take_in(&mut self, path: PathBuf) -> Result<()> {
        let archived = path.starts_with(self.shared.home.join(ARCHIVED));
        if let Ok(Some(whole)) = intake::whole(&path, archived, &self.shared.default_provider) {
            self.state
                .write(|conn| state::put(conn, &whole, Existing::Overwrite))?;
        }
        Ok(())
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
        self.scan()?;
        // Which histories grew shows in no folder's time.
        for archived in [false, true] {
            let Front { cache, view, .. } = &mut self.front;
            cache.with_opening(|conn, opening| {
                view.opened(opening);
                view.sweep(conn, archived)
            })?;
        }
        words::catch_up(self.shared, &mut self.front, &|| self.shared.worker.stopping())
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
