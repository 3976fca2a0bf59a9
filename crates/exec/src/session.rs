//! Commands that go on while their output is collected piece by piece: `exec_command` and `write_stdin` (turns.md §13).

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;

use crate::capture::{Delta, Deltas, KEPT_BYTES};
use crate::decode::{decode, unfinished};
use crate::head_tail::HeadTail;
use crate::output::Output;
use crate::process::{Exit, InputError, Process};
use crate::run::send;
use crate::spawn::{Command, SpawnError, Stdin};

/// How many sessions there can be; one more takes the place of another.
pub const MAX_SESSIONS: usize = 64;

/// From how many on the model is warned.
pub const WARN_SESSIONS: usize = 60;

/// How many of those used last are never given up for a new one.
const SPARED: usize = 8;

/// How long a session's streams are waited for after its end.
const LINGER: Duration = Duration::from_millis(100);

/// The numbers sessions have.
const IDS: std::ops::RangeInclusive<u32> = 1000..=99_999;

/// A command that may go on for long.
#[derive(Debug)]
pub struct Session {
    process: Process,
    has_input: bool,
    said: Arc<Mutex<Said>>,
    /// Whether all output has been read.
    finished: watch::Receiver<bool>,
}

/// What a session has said.
#[derive(Debug)]
struct Said {
    /// Since it was last collected.
    unread: HeadTail,
    /// From the beginning.
    all: HeadTail,
}

/// What a session has said since the last time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collected {
    /// The text, decoded; of more than 1 MiB the middle is missing.
    pub output: String,
    /// How many bytes are missing.
    pub omitted: usize,
    /// How it ended, if it has; then nothing more will come.
    pub exit: Option<Exit>,
    /// How long was waited.
    pub waited: Duration,
}

impl Session {
    /// Starts a session, with a terminal or with empty input. What it says is also sent to `deltas`, which has to be
    /// received as in [`run`](crate::run()).
    ///
    /// # Errors
    /// See [`SpawnError`].
    pub async fn start(
        mut command: Command,
        deltas: Option<mpsc::Sender<Delta>>,
    ) -> Result<Self, SpawnError> {
        command.linger = LINGER;
        let has_input = command.terminal.is_some() || command.stdin == Stdin::Pipe;
        let (process, output) = Process::spawn(command).await?;
        let said = Arc::new(Mutex::new(Said {
            unread: HeadTail::new(KEPT_BYTES),
            all: HeadTail::new(KEPT_BYTES),
        }));
        let (tell, finished) = watch::channel(false);
        tokio::spawn(listen(output, Arc::clone(&said), deltas, tell));
        Ok(Self {
            process,
            has_input,
            said,
            finished,
        })
    }

    /// Whether anything can be written to it.
    pub fn has_input(&self) -> bool {
        self.has_input
    }

    /// Writes to its input; see [`Process::write`].
    ///
    /// # Errors
    /// When it has none.
    pub async fn write(&self, bytes: impl Into<bytes::Bytes>) -> Result<(), InputError> {
        self.process.write(bytes).await
    }

    /// Waits until it has ended or the time is up or the wait is cancelled, and takes what it has said since the last
    /// time.
    pub async fn collect(&self, wait: Duration, cancel: &CancellationToken) -> Collected {
        let began = Instant::now();
        let exit = tokio::select! {
            biased;
            exit = self.ended() => Some(exit),
            () = cancel.cancelled() => None,
            () = sleep_until((began + wait).into()) => None,
        };
        let (bytes, omitted) = {
            let mut said = lock(&self.said);
            let (mut bytes, omitted) = said.unread.take();
            // A character of which the rest is still to come is for the next time.
            let early = if exit.is_none() { unfinished(&bytes) } else { 0 };
            let whole = bytes.len() - early;
            said.unread.push(&bytes[whole..]);
            bytes.truncate(whole);
            (bytes, omitted)
        };
        Collected {
            output: decode(&bytes),
            omitted,
            exit,
            waited: began.elapsed(),
        }
    }

    /// How it ended, if it has.
    pub fn exit(&self) -> Option<Exit> {
        self.process.exit().filter(|_| *self.finished.borrow())
    }

    /// Waits for its end and that of its output.
    pub async fn ended(&self) -> Exit {
        let exit = self.process.wait().await;
        let mut finished = self.finished.clone();
        let _ = finished.wait_for(|done| *done).await;
        exit
    }

    /// All it has said, decoded; of more than 1 MiB the middle is missing.
    pub fn whole_output(&self) -> String {
        decode(&lock(&self.said).all.contents().0)
    }

    /// Kills it and everything it has started.
    pub fn kill(&self) {
        self.process.kill();
    }
}

async fn listen(
    mut output: Output,
    said: Arc<Mutex<Said>>,
    mut to: Option<mpsc::Sender<Delta>>,
    finished: watch::Sender<bool>,
) {
    let mut deltas = Deltas::default();
    while let Some(chunk) = output.next().await {
        {
            let mut said = lock(&said);
            said.unread.push(&chunk.bytes);
            said.all.push(&chunk.bytes);
        }
        if to.is_some() {
            send(&mut to, deltas.add(chunk.stream, &chunk.bytes)).await;
        }
    }
    send(&mut to, deltas.finish()).await;
    finished.send_replace(true);
}

/// The sessions of one thread, by number.
#[derive(Debug, Default)]
pub struct Sessions {
    inner: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    sessions: HashMap<u32, Entry>,
    /// Numbers given out for sessions that are not there yet.
    reserved: HashSet<u32>,
    /// Counts uses.
    clock: u64,
}

#[derive(Debug)]
struct Entry {
    session: Arc<Session>,
    used: u64,
}

impl Sessions {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A random number no other session has; [`insert`](Self::insert) or [`remove`](Self::remove) frees it.
    pub fn reserve(&self) -> u32 {
        let mut table = lock(&self.inner);
        let count = u64::from(IDS.end() - IDS.start()) + 1;
        loop {
            let random = RandomState::new().build_hasher().finish() % count;
            let id = IDS.start() + random as u32;
            if !table.sessions.contains_key(&id) && table.reserved.insert(id) {
                return id;
            }
        }
    }

    /// Puts a session in. When there are [`MAX_SESSIONS`] already, one gives way, is killed and returned: the one not
    /// used for longest, ended ones first, but none of the 8 used last.
    pub fn insert(&self, id: u32, session: Arc<Session>) -> Option<(u32, Arc<Session>)> {
        let mut table = lock(&self.inner);
        let victim = if table.sessions.len() >= MAX_SESSIONS {
            table.victim()
        } else {
            None
        };
        let gone = victim
            .and_then(|id| table.sessions.remove_entry(&id))
            .map(|(id, entry)| (id, entry.session));
        if let Some((_, session)) = &gone {
            session.kill();
        }
        table.reserved.remove(&id);
        let used = table.tick();
        table.sessions.insert(id, Entry { session, used });
        gone
    }

    /// The session with this number, which counts as used now.
    pub fn get(&self, id: u32) -> Option<Arc<Session>> {
        let mut table = lock(&self.inner);
        let now = table.tick();
        let entry = table.sessions.get_mut(&id)?;
        entry.used = now;
        Some(Arc::clone(&entry.session))
    }

    /// Takes a session out, without killing it as long as anyone holds it.
    pub fn remove(&self, id: u32) -> Option<Arc<Session>> {
        let mut table = lock(&self.inner);
        table.reserved.remove(&id);
        table.sessions.remove(&id).map(|entry| entry.session)
    }

    /// Kills all sessions and takes them out.
    pub fn clear(&self) -> Vec<(u32, Arc<Session>)> {
        let sessions = std::mem::take(&mut lock(&self.inner).sessions);
        sessions
            .into_iter()
            .map(|(id, entry)| {
                entry.session.kill();
                (id, entry.session)
            })
            .collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        lock(&self.inner).sessions.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Table {
    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    fn victim(&self) -> Option<u32> {
        let sessions = self
            .sessions
            .iter()
            .map(|(id, e)| (e.used, *id, e.session.exit().is_some()))
            .collect();
        choose(sessions)
    }
}

/// Of sessions given by when they were used, number and whether they have ended, the one to give up.
fn choose(mut sessions: Vec<(u64, u32, bool)>) -> Option<u32> {
    sessions.sort_unstable();
    sessions.truncate(sessions.len().saturating_sub(SPARED));
    sessions
        .iter()
        .find(|(_, _, ended)| *ended)
        .or(sessions.first())
        .map(|(_, id, _)| *id)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_used_gives_way_and_ended_ones_before_it() {
        let running: Vec<_> = (0..64).map(|n| (u64::from(n), 1000 + n, false)).collect();
        assert_eq!(choose(running.clone()), Some(1000));
        let mut one_ended = running.clone();
        one_ended[20].2 = true;
        assert_eq!(choose(one_ended), Some(1020));
        let mut new_ended = running;
        new_ended[60].2 = true;
        assert_eq!(choose(new_ended), Some(1000));
    }

    #[test]
    fn numbers_are_of_the_range_and_differ() {
        let sessions = Sessions::new();
        let ids: HashSet<_> = (0..1000).map(|_| sessions.reserve()).collect();
        assert_eq!(ids.len(), 1000);
        assert!(ids.iter().all(|id| IDS.contains(id)));
    }
}
