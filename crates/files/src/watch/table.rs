//! All watches and what they are interested in; from events to changed paths.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use nix::errno::Errno;
use nix::sys::inotify::{AddWatchFlags, Inotify, InotifyEvent, WatchDescriptor};

use super::Pending;
use super::way::{self, CHANGES, ITSELF, Identity, Interest, NAMES};

/// The watches of one inotify instance.
#[derive(Debug, Default)]
pub(super) struct Table {
    last_id: u64,
    entries: HashMap<u64, Entry>,
    /// Who is interested in what the system watches for us.
    watched: HashMap<WatchDescriptor, Vec<(u64, Interest)>>,
}

#[derive(Debug)]
struct Entry {
    path: PathBuf,
    target: Option<Identity>,
    pending: Arc<Pending>,
}

impl Entry {
    fn tell(&self) {
        self.pending.tell(&self.path, self.path.clone());
    }
}

impl Table {
    pub(super) fn add(
        &mut self,
        inotify: &Inotify,
        path: PathBuf,
        pending: Arc<Pending>,
    ) -> Result<u64, Errno> {
        self.last_id += 1;
        let id = self.last_id;
        self.entries.insert(
            id,
            Entry {
                path,
                target: None,
                pending,
            },
        );
        if let Err(e) = self.follow(inotify, id) {
            self.remove(inotify, id);
            return Err(e);
        }
        Ok(id)
    }

    pub(super) fn remove(&mut self, inotify: &Inotify, id: u64) {
        self.entries.remove(&id);
        self.forget(inotify, id, &[]);
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.watched.is_empty()
    }

    /// Goes a watch's way anew; true if it leads elsewhere than before.
    fn follow(&mut self, inotify: &Inotify, id: u64) -> Result<bool, Errno> {
        let Some(entry) = self.entries.get_mut(&id) else {
            return Ok(false);
        };
        let way = way::go(inotify, &entry.path)?;
        let is_new = entry.target != way.target;
        entry.target = way.target;
        self.forget(inotify, id, &way.interests);
        for (watched, interest) in way.interests {
            self.watched.entry(watched).or_default().push((id, interest));
        }
        Ok(is_new)
    }

    /// Ends the interests of a watch; what nobody is interested in any more is watched no longer, except what is in
    /// `kept`.
    fn forget(&mut self, inotify: &Inotify, id: u64, kept: &[(WatchDescriptor, Interest)]) {
        self.watched.retain(|watched, interests| {
            interests.retain(|(whose, _)| *whose != id);
            let keep = !interests.is_empty() || kept.iter().any(|(w, _)| w == watched);
            if !keep {
                // Fails when it has gone by itself, which is just as well.
                let _ = inotify.rm_watch(*watched);
            }
            keep
        });
    }

    /// Takes note of what happened.
    pub(super) fn handle(&mut self, inotify: &Inotify, events: &[InotifyEvent]) {
        let mut astray: Vec<u64> = Vec::new();
        for event in events {
            if event.mask.contains(AddWatchFlags::IN_Q_OVERFLOW) {
                // Nobody knows what was missed.
                for (id, entry) in &self.entries {
                    entry.tell();
                    astray.push(*id);
                }
                continue;
            }
            for (id, interest) in self.watched.get(&event.wd).into_iter().flatten() {
                let Some(entry) = self.entries.get(id) else {
                    continue;
                };
                match interest {
                    Interest::Step { name, decides, last } => {
                        let named =
                            *decides && event.name.as_ref() == Some(name) && event.mask.intersects(NAMES);
                        if named && *last {
                            entry.tell();
                        }
                        if named || has_gone(event) {
                            astray.push(*id);
                        }
                    }
                    Interest::Target { is_folder } => match &event.name {
                        None if has_gone(event) => astray.push(*id),
                        None if event.mask.intersects(CHANGES) => entry.tell(),
                        Some(name) if *is_folder && event.mask.intersects(NAMES | CHANGES) => {
                            entry.pending.tell(&entry.path, entry.path.join(name));
                        }
                        _ => {}
                    },
                }
            }
            if event.mask.contains(AddWatchFlags::IN_IGNORED) {
                self.watched.remove(&event.wd);
            }
        }
        astray.sort_unstable();
        astray.dedup();
        for id in astray {
            match self.follow(inotify, id) {
                Ok(true) => {
                    if let Some(entry) = self.entries.get(&id) {
                        entry.tell();
                    }
                }
                Ok(false) => {}
                Err(e) => tracing::warn!("a watch of a file is lost: {e}"),
            }
        }
    }
}

/// Whether the file or folder an event is about was moved, removed or unmounted.
fn has_gone(event: &InotifyEvent) -> bool {
    event
        .mask
        .intersects(ITSELF | AddWatchFlags::IN_IGNORED | AddWatchFlags::IN_UNMOUNT)
}
