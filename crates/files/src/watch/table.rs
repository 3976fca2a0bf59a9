//! All watches and what they are interested in; from events to changed paths.
//!
//! The way of a watch is gone without holding the table: a file system that does not answer holds up its own watches
//! only. What happens on the way meanwhile is kept and caught up with when the way is entered.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

use nix::errno::Errno;
use nix::sys::inotify::{AddWatchFlags, InotifyEvent, WatchDescriptor};

use super::Pending;
use super::way::{CHANGES, End, ITSELF, Identity, Interest, NAMES, Way};

/// How many events are kept for ways under way. Who has missed more is told of the watched path, and goes again.
const MAX_KEPT: usize = 4096;

/// The watches of one inotify instance.
#[derive(Debug, Default)]
pub(super) struct Table {
    last_id: u64,
    entries: HashMap<u64, Entry>,
    /// Who is interested in what the system watches for us.
    watched: HashMap<WatchDescriptor, Vec<u64>>,
    /// How many ways are being gone.
    walks: usize,
    /// The last events, while ways are being gone.
    kept: VecDeque<InotifyEvent>,
    /// How many events there were, as far as they were kept.
    heard: u64,
}

#[derive(Debug)]
struct Entry {
    path: PathBuf,
    interests: Vec<(WatchDescriptor, Interest)>,
    target: Option<Identity>,
    state: State,
    pending: Arc<Pending>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Its way is gone for the first time.
    New,
    /// Its way is known.
    Known,
    /// Its way is being gone anew.
    Going,
    /// The same, and it has changed since.
    Astray,
}

/// A way that is being gone.
#[derive(Debug)]
pub(super) struct Walk {
    pub(super) path: PathBuf,
    /// How many events there were before.
    since: u64,
}

/// What is to be done next about a way.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing, until something happens on it.
    Nothing,
    /// It has changed meanwhile.
    Again,
    /// It does not stop changing.
    AgainLater,
    /// The system watches no more files.
    Refused(Errno),
}

/// What nobody is interested in any more; the system is to watch it no longer. Should somebody become interested before
/// it does so, he hears that it has gone, and goes his way again.
pub(super) type Idle = Vec<WatchDescriptor>;

impl Entry {
    fn tell(&self) {
        self.pending.tell(&self.path, self.path.clone());
    }

    /// Takes note of an event; true if the way leads elsewhere now.
    fn hear(&self, event: &InotifyEvent, interest: &Interest) -> bool {
        match interest {
            Interest::Step { name, decides, last } => {
                let named = *decides && event.name.as_ref() == Some(name) && event.mask.intersects(NAMES);
                if named && *last {
                    self.tell();
                }
                named || has_gone(event)
            }
            Interest::Target { is_folder } => {
                match &event.name {
                    None if has_gone(event) => return true,
                    None if event.mask.intersects(CHANGES) => self.tell(),
                    Some(name) if *is_folder && event.mask.intersects(NAMES | CHANGES) => {
                        self.pending.tell(&self.path, self.path.join(name));
                    }
                    _ => {}
                }
                false
            }
        }
    }

    /// Its way has to be gone anew; true if nobody does so yet.
    fn goes_astray(&mut self) -> bool {
        let is_known = self.state == State::Known;
        self.state = if is_known { State::Going } else { State::Astray };
        is_known
    }
}

impl Table {
    /// Enters a watch, whose way is then to be gone.
    pub(super) fn add(&mut self, path: PathBuf, pending: Arc<Pending>) -> u64 {
        self.last_id += 1;
        let entry = Entry {
            path,
            interests: Vec::new(),
            target: None,
            state: State::New,
            pending,
        };
        self.entries.insert(self.last_id, entry);
        self.last_id
    }

    pub(super) fn remove(&mut self, id: u64) -> Idle {
        let Some(entry) = self.entries.remove(&id) else {
            return Idle::new();
        };
        self.forget(id, &entry.interests);
        self.idle(entry.interests.into_iter().map(|(watched, _)| watched))
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.watched.is_empty() && self.kept.is_empty()
    }

    /// Begins to go the way of a watch; `None` if there is no such watch any more.
    pub(super) fn begin(&mut self, id: u64) -> Option<Walk> {
        let entry = self.entries.get_mut(&id)?;
        if entry.state != State::New {
            entry.state = State::Going;
        }
        self.walks += 1;
        Some(Walk {
            path: entry.path.clone(),
            since: self.heard,
        })
    }

    /// Enters a way that was gone, as far as it leads, and tells what has happened on it meanwhile.
    pub(super) fn finish(&mut self, id: u64, walk: &Walk, way: Way) -> (Next, Idle) {
        let next = self.enter(id, walk, &way);
        self.walks -= 1;
        if self.walks == 0 {
            self.kept.clear();
        }
        let (next, before) = next.unwrap_or((Next::Nothing, Vec::new()));
        let before = before.into_iter().map(|(watched, _)| watched);
        (next, self.idle(before.chain(way.touched)))
    }

    /// Yields what the watch was interested in before; `None` if there is no such watch any more.
    fn enter(&mut self, id: u64, walk: &Walk, way: &Way) -> Option<(Next, Vec<(WatchDescriptor, Interest)>)> {
        let entry = self.entries.get_mut(&id)?;
        let before = std::mem::replace(&mut entry.interests, way.interests.clone());
        let is_settled = way.end == End::Settled;
        if is_settled {
            if entry.target != way.target && entry.state != State::New {
                entry.tell();
            }
            entry.target = way.target;
        }
        let mut is_astray = entry.state == State::Astray;
        let first_kept = self.heard - self.kept.len() as u64;
        if walk.since < first_kept {
            entry.tell();
            is_astray = true;
        }
        for event in self.kept.range(walk.since.saturating_sub(first_kept) as usize..) {
            for interest in &entry.interests {
                // What it was interested in before it was told when it happened.
                if interest.0 == event.wd && !before.contains(interest) {
                    is_astray |= entry.hear(event, &interest.1);
                }
            }
        }
        let next = match way.end {
            End::Refused(e) => Next::Refused(e),
            End::Racing => Next::AgainLater,
            End::Settled if is_astray => Next::Again,
            End::Settled => Next::Nothing,
        };
        entry.state = match next {
            Next::Nothing | Next::Refused(_) => State::Known,
            Next::Again | Next::AgainLater => State::Going,
        };
        self.forget(id, &before);
        for (watched, _) in &way.interests {
            let whose = self.watched.entry(*watched).or_default();
            if !whose.contains(&id) {
                whose.push(id);
            }
        }
        Some((next, before))
    }

    /// Ends interests of a watch.
    fn forget(&mut self, id: u64, interests: &[(WatchDescriptor, Interest)]) {
        for (watched, _) in interests {
            if let Some(whose) = self.watched.get_mut(watched) {
                whose.retain(|other| *other != id);
            }
        }
    }

    /// Which of these nobody is interested in.
    fn idle(&mut self, candidates: impl Iterator<Item = WatchDescriptor>) -> Idle {
        let mut idle: Idle = candidates
            .filter(|watched| self.watched.get(watched).is_none_or(Vec::is_empty))
            .collect();
        idle.sort_unstable();
        idle.dedup();
        for watched in &idle {
            self.watched.remove(watched);
        }
        idle
    }

    /// Takes note of what happened. Yields the watches whose way is to be gone anew.
    pub(super) fn handle(&mut self, events: Vec<InotifyEvent>) -> Vec<u64> {
        let mut astray: Vec<u64> = Vec::new();
        for event in &events {
            if event.mask.contains(AddWatchFlags::IN_Q_OVERFLOW) {
                // Nobody knows what was missed.
                for (id, entry) in &self.entries {
                    entry.tell();
                    astray.push(*id);
                }
                continue;
            }
            for id in self.watched.get(&event.wd).into_iter().flatten() {
                let Some(entry) = self.entries.get(id) else {
                    continue;
                };
                for (watched, interest) in &entry.interests {
                    if *watched == event.wd && entry.hear(event, interest) {
                        astray.push(*id);
                    }
                }
            }
            if event.mask.contains(AddWatchFlags::IN_IGNORED) {
                self.watched.remove(&event.wd);
            }
        }
        if self.walks > 0 {
            self.heard += events.len() as u64;
            self.kept.extend(events);
            self.kept.drain(..self.kept.len().saturating_sub(MAX_KEPT));
        }
        astray.sort_unstable();
        astray.dedup();
        astray.retain(|id| self.entries.get_mut(id).is_some_and(Entry::goes_astray));
        astray
    }
}

/// Whether the file or folder an event is about was moved, removed or unmounted.
fn has_gone(event: &InotifyEvent) -> bool {
    event
        .mask
        .intersects(ITSELF | AddWatchFlags::IN_IGNORED | AddWatchFlags::IN_UNMOUNT)
}
