//! The way to a watched path: every folder in which a name decides where the path leads, links followed.
//!
//! Each folder is watched before the next name is looked up in it, so nothing that happens in between is missed.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use nix::errno::Errno;
use nix::sys::inotify::{AddWatchFlags, Inotify, WatchDescriptor};

/// As many links as the system itself follows.
const MAX_LINKS: usize = 40;

/// How often the way is tried again when it changes while it is looked at.
const TRIES: usize = 20;

/// A watched file or folder is itself moved or removed.
pub(super) const ITSELF: AddWatchFlags = AddWatchFlags::IN_DELETE_SELF.union(AddWatchFlags::IN_MOVE_SELF);

/// A name appears in a folder or goes.
pub(super) const NAMES: AddWatchFlags = AddWatchFlags::IN_CREATE
    .union(AddWatchFlags::IN_DELETE)
    .union(AddWatchFlags::IN_MOVED_FROM)
    .union(AddWatchFlags::IN_MOVED_TO);

/// Content, mode or times change.
pub(super) const CHANGES: AddWatchFlags = AddWatchFlags::IN_MODIFY.union(AddWatchFlags::IN_ATTRIB);

/// Why a file or folder is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Interest {
    /// A folder on the way.
    Step {
        /// The name in it through which the way leads.
        name: OsString,
        /// Whether it can become something else without its folder being told of: links, missing names, the last one.
        decides: bool,
        /// Whether the name stands for the watched path itself.
        last: bool,
    },
    /// What the watched path leads to.
    Target {
        /// Whether it is a folder, whose entries count.
        is_folder: bool,
    },
}

/// What a path leads to: device and number of the file.
pub(super) type Identity = (u64, u64);

/// A way as far as it leads.
#[derive(Debug, Default)]
pub(super) struct Way {
    pub(super) interests: Vec<(WatchDescriptor, Interest)>,
    pub(super) target: Option<Identity>,
    pub(super) end: End,
    /// Everything that was watched for it, also what turned out to be none of its.
    pub(super) touched: Vec<WatchDescriptor>,
}

/// How the going of a way has ended.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It leads nowhere else, as long as nobody hears of a change.
    #[default]
    Settled,
    /// Somebody was at it all the time: it has to be gone again.
    Racing,
    /// The system watches no more files.
    Refused(Errno),
}

/// Goes the way of a path and watches everything on it. May take any time where a file system does not answer.
pub(super) fn go(inotify: &Inotify, path: &Path) -> Way {
    let mut way = Way::default();
    for _ in 0..TRIES {
        way.interests.clear();
        way.target = None;
        way.end = match way.try_to_go(inotify, path) {
            Ok(true) => End::Settled,
            Ok(false) => End::Racing,
            Err(e) => End::Refused(e),
        };
        if way.end != End::Racing {
            break;
        }
    }
    way
}

impl Way {
    /// False when something went away while it was looked at.
    fn try_to_go(&mut self, inotify: &Inotify, path: &Path) -> Result<bool, Errno> {
        let mut at = PathBuf::from("/");
        let mut rest: VecDeque<(OsString, bool)> = VecDeque::new();
        put_before(&mut rest, path, true);
        let mut links = 0;
        while let Some((name, last)) = rest.pop_front() {
            if name == ".." {
                at.pop();
                continue;
            }
            let next = at.join(&name);
            let Some(found) = self.step(inotify, &at, &next, name, last)? else {
                return Ok(false);
            };
            match found {
                Found::Folder => at = next,
                Found::Link(to) if links < MAX_LINKS => {
                    links += 1;
                    if to.is_absolute() {
                        at = PathBuf::from("/");
                    }
                    put_before(&mut rest, &to, last);
                }
                Found::Other if rest.is_empty() => at = next,
                Found::Link(_) | Found::Other | Found::Nothing => return Ok(true),
            }
        }
        let watched = self.add(
            inotify,
            &at,
            ITSELF | CHANGES | NAMES | AddWatchFlags::IN_DONT_FOLLOW,
        )?;
        let Ok(about) = fs::symlink_metadata(&at) else {
            return Ok(false);
        };
        match watched {
            Added::Watched(watched) => {
                let is_folder = about.is_dir();
                self.interests.push((watched, Interest::Target { is_folder }));
            }
            Added::Gone => return Ok(false),
            Added::NotAllowed => {}
        }
        self.target = Some((about.dev(), about.ino()));
        Ok(true)
    }

    /// Watches the folder `at` for what may happen to `next` in it, and tells what that is; `None` when it changes.
    fn step(
        &mut self,
        inotify: &Inotify,
        at: &Path,
        next: &Path,
        name: OsString,
        last: bool,
    ) -> Result<Option<Found>, Errno> {
        // In folders on a plain way only their own going is listened to: `/tmp` is told of every file of everybody else.
        let plain = !last && Found::at(next).is_folder();
        let mask = if plain { ITSELF } else { ITSELF | NAMES };
        let watched = match self.add(inotify, at, mask | AddWatchFlags::IN_ONLYDIR)? {
            Added::Watched(watched) => Some(watched),
            Added::Gone => return Ok(None),
            Added::NotAllowed => None,
        };
        let found = Found::at(next);
        if let Some(watched) = watched {
            let decides = last || !found.is_folder();
            self.interests
                .push((watched, Interest::Step { name, decides, last }));
        }
        Ok((!plain || found.is_folder()).then_some(found))
    }

    fn add(&mut self, inotify: &Inotify, path: &Path, mask: AddWatchFlags) -> Result<Added, Errno> {
        // What others want of the same folder stays.
        let add_to_mask = AddWatchFlags::from_bits_retain(libc::IN_MASK_ADD);
        match inotify.add_watch(path, mask | add_to_mask) {
            Ok(watched) => {
                self.touched.push(watched);
                Ok(Added::Watched(watched))
            }
            Err(Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP) => Ok(Added::Gone),
            Err(Errno::ENOSPC | Errno::ENOMEM) => Err(Errno::ENOSPC),
            Err(_) => Ok(Added::NotAllowed),
        }
    }
}

fn put_before(rest: &mut VecDeque<(OsString, bool)>, path: &Path, ends: bool) {
    let names: Vec<&OsStr> = path
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name),
            Component::ParentDir => Some(OsStr::new("..")),
            _ => None,
        })
        .collect();
    for (n, name) in names.iter().enumerate().rev() {
        rest.push_front(((*name).to_owned(), ends && n + 1 == names.len()));
    }
}

enum Found {
    Folder,
    Link(PathBuf),
    Other,
    Nothing,
}

impl Found {
    fn at(path: &Path) -> Self {
        match fs::symlink_metadata(path) {
            Ok(about) if about.is_dir() => Self::Folder,
            Ok(about) if about.is_symlink() => fs::read_link(path).map_or(Self::Nothing, Self::Link),
            Ok(_) => Self::Other,
            Err(_) => Self::Nothing,
        }
    }

    fn is_folder(&self) -> bool {
        matches!(self, Self::Folder)
    }
}

enum Added {
    Watched(WatchDescriptor),
    Gone,
    /// Nobody tells us of what we may not read.
    NotAllowed,
}
