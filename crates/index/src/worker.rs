//! The thread that does the longer work: completing the view of the home's files, taking histories into the metadata,
//! indexing their words. It is started when there is something to do and ends when that is done.

use std::collections::BTreeSet;
use std::path::PathBuf;
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
    pub(crate) fn rebuild(&self, path: PathBuf) {
        lock(&self.queue).rebuild.insert(path);
    }

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
    /// Adds to what is to be done in the background, starting the worker if it does not run.
    pub(crate) fn kick(self: &Arc<Self>, job: Job) {
        let mut queue = lock(&self.worker.queue);
        queue.jobs.insert(job);
        if queue.running || self.worker.stopping() {
            return;
        }
        let shared = Arc::clone(self);
        match std::thread::Builder::new().name("index".to_owned()).spawn(move || Worker::new(&shared).run()) {
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
        Self { shared, front: Front::new(&shared.home, &shared.sqlite_home), state: StateDb::new(&shared.sqlite_home) }
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
            self.state.write(|conn| state::put(conn, &whole, Existing::Overwrite))?;
        }
        Ok(())
    }

    /// Takes in all histories, in batches, going on where an earlier worker stopped.
    fn backfill(&mut self) -> Result<()> {
        let now = || jiff::Timestamp::now().as_second();
        let from = match self.state.write(|conn| backfill::claim(conn, now()))? {
            Claim::Ours(from) => from,
            Claim::Complete | Claim::Taken => return Ok(()),
        };
        let home = &self.shared.home;
        let paths = home::all_histories(home);
        let start = from.map_or(0, |from| paths.partition_point(|p| *p <= from));
        let (mut taken, mut skipped) = (0, 0);
        for batch in paths[start..].chunks(BATCH) {
            let mut read = Vec::with_capacity(batch.len());
            for path in batch {
                if self.shared.worker.stopping() {
                    return self.state.write(|conn| backfill::release(conn, now()));
                }
                match intake::whole(&home.join(path), path.starts_with(ARCHIVED), &self.shared.default_provider) {
                    Ok(Some(whole)) => read.push(whole),
                    Ok(None) => skipped += 1,
                    Err(e) => {
                        skipped += 1;
                        tracing::warn!(path, error = %e, "cannot take in a history");
                    }
                }
            }
            self.state.write(|conn| {
                for whole in &read {
                    state::put(conn, whole, Existing::Overwrite)?;
                }
                backfill::checkpoint(conn, &batch[batch.len() - 1], now())
            })?;
            taken += read.len();
        }
        self.state.write(|conn| backfill::finish(conn, now()))?;
        tracing::info!(taken, skipped, "took in the home's histories");
        Ok(())
    }

    fn words(&mut self) -> Result<()> {
        self.scan()?;
        words::catch_up(self.shared, &mut self.front, &|| self.shared.worker.stopping())
    }
}
