//! Watching paths: what is told of, and under which name (fs.md §3).
//!
//! One inotify instance serves all watches of the process, read by one thread. A watched path is followed part by part
//! (see [`way`]), so that it is still watched after it was removed, replaced by a rename, or moved away with its parents.
//! What may not answer, a path on a network that has gone say, is only looked at on the runtime's threads for what blocks:
//! neither the thread that reads the events nor the table of all watches ever waits for it.

mod table;
mod way;

use std::collections::BTreeSet;
use std::io::PipeWriter;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::inotify::{InitFlags, Inotify};
use tokio::runtime::Handle;
use tokio::sync::Notify;

use crate::Error;
use table::{Idle, Next, Table};

/// How long after a change others are waited for, to be told together.
pub const GATHER: Duration = Duration::from_millis(200);

/// How many changed paths of one watch may wait; when there are more only the watched path itself is told.
const MAX_PATHS: usize = 4096;

/// When a way is gone again that did not stop changing.
const GO_AGAIN: Duration = Duration::from_millis(50);

/// Watches paths. Dropping it ends its thread; its watches tell nothing more.
#[derive(Debug)]
pub struct Watcher {
    shared: Arc<Shared>,
    /// Closed on drop, which wakes and ends the thread.
    _running: PipeWriter,
}

#[derive(Debug)]
struct Shared {
    inotify: Inotify,
    /// Held for work in memory only.
    table: Mutex<Table>,
    runtime: Handle,
}

impl Shared {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes the way of a watch.
    async fn go(self: &Arc<Self>, id: u64) -> Result<Next, Error> {
        let shared = Arc::clone(self);
        crate::blocking(move || {
            let Some(walk) = shared.table().begin(id) else {
                return Ok(Next::Nothing);
            };
            let way = way::go(&shared.inotify, &walk.path);
            let (next, idle) = shared.table().finish(id, &walk, way);
            shared.release(idle);
            Ok(next)
        })
        .await
    }

    /// Goes the way of a watch until it is known.
    async fn follow(self: Arc<Self>, id: u64) {
        loop {
            match self.go(id).await {
                Ok(Next::Nothing) => return,
                Ok(Next::Again) => {}
                Ok(Next::AgainLater) => tokio::time::sleep(GO_AGAIN).await,
                Ok(Next::Refused(e)) => return tracing::warn!("a watch of a file is lost: {e}"),
                Err(e) => return tracing::warn!("a watch of a file is lost: {e}"),
            }
        }
    }

    fn release(&self, idle: Idle) {
        for watched in idle {
            // Fails when it has gone by itself, which is just as well.
            let _ = self.inotify.rm_watch(watched);
        }
    }
}

impl Watcher {
    /// Starts watching nothing. To be called on a runtime, which does what may block.
    ///
    /// # Errors
    /// When the system gives no more instances of inotify.
    pub fn start() -> Result<Self, Error> {
        let inotify = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK)?;
        let (stop, running) = std::io::pipe()?;
        let shared = Arc::new(Shared {
            inotify,
            table: Mutex::default(),
            runtime: Handle::current(),
        });
        let listener = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("file watches".into())
            .spawn(move || listen(&listener, &stop))?;
        Ok(Self {
            shared,
            _running: running,
        })
    }

    /// Watches a path (absolute, without dots), which need not exist.
    ///
    /// # Errors
    /// When the system watches no more files.
    pub async fn watch(&self, path: PathBuf) -> Result<Watch, Error> {
        let pending = Arc::new(Pending::default());
        let id = self.shared.table().add(path, Arc::clone(&pending));
        let watch = Watch {
            id,
            pending,
            shared: Arc::clone(&self.shared),
        };
        match self.shared.go(id).await? {
            Next::Nothing => {}
            Next::Again | Next::AgainLater => drop(tokio::spawn(Arc::clone(&self.shared).follow(id))),
            Next::Refused(e) => return Err(e.into()),
        }
        Ok(watch)
    }
}

/// A path that is watched until this is dropped.
#[derive(Debug)]
pub struct Watch {
    id: u64,
    pending: Arc<Pending>,
    shared: Arc<Shared>,
}

impl Watch {
    /// Waits for changes, and [`GATHER`] longer for more of them. Yields the paths that changed, sorted, spelled with
    /// the watched path as it was given. Nothing is lost when the future is dropped.
    pub async fn changed(&mut self) -> Vec<PathBuf> {
        while self.pending.lock().is_empty() {
            self.pending.told.notified().await;
        }
        tokio::time::sleep(GATHER).await;
        std::mem::take(&mut *self.pending.lock()).into_iter().collect()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let idle = self.shared.table().remove(self.id);
        if !idle.is_empty() {
            let shared = Arc::clone(&self.shared);
            drop(self.shared.runtime.spawn_blocking(move || shared.release(idle)));
        }
    }
}

/// What has changed and was not fetched yet.
#[derive(Debug, Default)]
struct Pending {
    paths: Mutex<BTreeSet<PathBuf>>,
    told: Notify,
}

impl Pending {
    fn lock(&self) -> MutexGuard<'_, BTreeSet<PathBuf>> {
        self.paths.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of a change of `path` under the watched path `watched`.
    fn tell(&self, watched: &Path, path: PathBuf) {
        let mut paths = self.lock();
        if paths.len() < MAX_PATHS {
            paths.insert(path);
        } else {
            paths.clear();
            paths.insert(watched.to_owned());
        }
        drop(paths);
        self.told.notify_one();
    }
}

/// Hands events on until the other end of `stop` is closed.
fn listen(shared: &Arc<Shared>, stop: &impl AsFd) {
    loop {
        let mut fds = [
            PollFd::new(shared.inotify.as_fd(), PollFlags::POLLIN),
            PollFd::new(stop.as_fd(), PollFlags::empty()),
        ];
        match poll(&mut fds, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(e) => return tracing::error!("watching files has ended: {e}"),
        }
        if fds[1].any().unwrap_or(true) {
            return;
        }
        match shared.inotify.read_events() {
            Ok(events) => {
                let astray = shared.table().handle(events);
                for id in astray {
                    shared.runtime.spawn(Arc::clone(shared).follow(id));
                }
            }
            Err(Errno::EAGAIN | Errno::EINTR) => {}
            Err(e) => return tracing::error!("watching files has ended: {e}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;
    use table::Walk;
    use way::Way;

    async fn names(watch: &mut Watch, dir: &Path) -> Vec<String> {
        let paths = watch.changed().await;
        let name = |p: &PathBuf| p.strip_prefix(dir).unwrap().to_string_lossy().into_owned();
        paths.iter().map(name).collect()
    }

    fn replace(file: &Path, content: &str) {
        let new = file.with_extension("new");
        fs::write(&new, content).unwrap();
        fs::rename(new, file).unwrap();
    }

    #[tokio::test]
    async fn a_file_is_followed_when_it_is_replaced_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let (file, watcher) = (dir.path().join("f"), Watcher::start().unwrap());
        fs::write(&file, "1").unwrap();
        let mut watch = watcher.watch(file.clone()).await.unwrap();
        for n in 0..3 {
            replace(&file, "2");
            assert_eq!(names(&mut watch, dir.path()).await, ["f"], "replaced {n}");
            fs::write(&file, "3").unwrap();
            assert_eq!(names(&mut watch, dir.path()).await, ["f"], "written {n}");
        }
        fs::remove_file(&file).unwrap();
        assert_eq!(names(&mut watch, dir.path()).await, ["f"]);
        fs::write(&file, "4").unwrap();
        assert_eq!(names(&mut watch, dir.path()).await, ["f"]);
    }

    #[tokio::test]
    async fn changes_of_a_folder_are_gathered_every_time() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("sub")).unwrap();
        let watcher = Watcher::start().unwrap();
        let mut watch = watcher.watch(dir.path().into()).await.unwrap();
        for name in ["c", "a", "b"] {
            fs::write(dir.path().join(name), "1").unwrap();
        }
        fs::write(dir.path().join("sub/deep"), "1").unwrap();
        assert_eq!(names(&mut watch, dir.path()).await, ["a", "b", "c"]);
        fs::rename(dir.path().join("a"), dir.path().join("z")).unwrap();
        fs::remove_file(dir.path().join("b")).unwrap();
        assert_eq!(names(&mut watch, dir.path()).await, ["a", "b", "z"]);
    }

    #[tokio::test]
    async fn a_path_appears_with_its_parents_and_goes_with_them() {
        let dir = tempfile::tempdir().unwrap();
        let watcher = Watcher::start().unwrap();
        let mut watch = watcher.watch(dir.path().join("a/b/c")).await.unwrap();
        for _ in 0..3 {
            fs::create_dir_all(dir.path().join("a/b")).unwrap();
            fs::write(dir.path().join("a/b/c"), "").unwrap();
            assert_eq!(names(&mut watch, dir.path()).await, ["a/b/c"]);
            fs::rename(dir.path().join("a"), dir.path().join("away")).unwrap();
            assert_eq!(names(&mut watch, dir.path()).await, ["a/b/c"]);
            fs::remove_dir_all(dir.path().join("away")).unwrap();
        }
    }

    #[tokio::test]
    async fn a_watch_through_links_reports_the_links_name() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir_all(at("one")).unwrap();
        fs::create_dir_all(at("two")).unwrap();
        symlink("one", at("link")).unwrap();
        symlink("one/f", at("to-f")).unwrap();
        let watcher = Watcher::start().unwrap();
        let mut folder = watcher.watch(at("link")).await.unwrap();
        let mut file = watcher.watch(at("to-f")).await.unwrap();
        fs::write(at("one/f"), "").unwrap();
        assert_eq!(names(&mut folder, dir.path()).await, ["link/f"]);
        assert_eq!(names(&mut file, dir.path()).await, ["to-f"]);
        replace(&at("one/f"), "new");
        assert_eq!(names(&mut file, dir.path()).await, ["to-f"]);
        folder.changed().await;
        fs::remove_file(at("link")).unwrap();
        symlink("two", at("link")).unwrap();
        assert_eq!(names(&mut folder, dir.path()).await, ["link"]);
        fs::write(at("two/g"), "").unwrap();
        assert_eq!(names(&mut folder, dir.path()).await, ["link/g"]);
    }

    #[tokio::test]
    async fn watches_that_ended_leave_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let watcher = Watcher::start().unwrap();
        let one = watcher.watch(dir.path().join("a")).await.unwrap();
        let mut two = watcher.watch(dir.path().join("a")).await.unwrap();
        drop(one);
        fs::write(dir.path().join("a"), "").unwrap();
        assert_eq!(names(&mut two, dir.path()).await, ["a"]);
        drop(two);
        assert!(watcher.shared.table().is_empty());
    }

    #[tokio::test]
    async fn a_way_that_is_never_gone_to_its_end_holds_up_nobody_else() {
        let dir = tempfile::tempdir().unwrap();
        let watcher = Watcher::start().unwrap();
        let pending = Arc::new(Pending::default());
        let id = watcher.shared.table().add("/stuck".into(), pending);
        let _stuck = watcher.shared.table().begin(id).unwrap();
        let mut watch = watcher.watch(dir.path().join("a/b")).await.unwrap();
        fs::create_dir(dir.path().join("a")).unwrap();
        fs::write(dir.path().join("a/b"), "").unwrap();
        assert_eq!(names(&mut watch, dir.path()).await, ["a/b"]);
        drop(watch);
    }

    /// A watch whose way has been gone and not entered.
    fn on_the_way(watcher: &Watcher, path: PathBuf) -> (Watch, Walk, Way) {
        let shared = Arc::clone(&watcher.shared);
        let pending = Arc::new(Pending::default());
        let id = shared.table().add(path, Arc::clone(&pending));
        let walk = shared.table().begin(id).unwrap();
        let way = way::go(&shared.inotify, &walk.path);
        (Watch { id, pending, shared }, walk, way)
    }

    #[tokio::test]
    async fn what_happens_while_a_way_is_gone_is_told_when_it_has_been() {
        let dir = tempfile::tempdir().unwrap();
        let watcher = Watcher::start().unwrap();
        let mut other = watcher.watch(dir.path().into()).await.unwrap();
        let (mut folder, walk, way) = on_the_way(&watcher, dir.path().into());
        let (file, file_walk, file_way) = on_the_way(&watcher, dir.path().join("f"));
        fs::write(dir.path().join("f"), "").unwrap();
        other.changed().await;
        let (next, _) = watcher.shared.table().finish(folder.id, &walk, way);
        assert_eq!(next, Next::Nothing);
        assert_eq!(names(&mut folder, dir.path()).await, ["f"]);
        let (next, _) = watcher.shared.table().finish(file.id, &file_walk, file_way);
        assert_eq!(next, Next::Again, "it was not there when its way was gone");
        assert!(!file.pending.lock().is_empty());
    }

    #[tokio::test]
    async fn a_way_that_does_not_stop_changing_is_kept_as_far_as_it_leads_and_gone_again() {
        let dir = tempfile::tempdir().unwrap();
        let watcher = Watcher::start().unwrap();
        let (mut watch, walk, mut way) = on_the_way(&watcher, dir.path().join("f"));
        way.end = way::End::Racing;
        let (next, idle) = watcher.shared.table().finish(watch.id, &walk, way);
        assert_eq!((next, idle), (Next::AgainLater, Vec::new()));
        fs::write(dir.path().join("f"), "").unwrap();
        assert_eq!(names(&mut watch, dir.path()).await, ["f"]);
        watcher.shared.clone().follow(watch.id).await;
        fs::write(dir.path().join("f"), "more").unwrap();
        assert_eq!(names(&mut watch, dir.path()).await, ["f"]);
    }

    #[tokio::test]
    async fn a_watch_that_ends_while_its_way_is_gone_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let watcher = Watcher::start().unwrap();
        let (watch, walk, way) = on_the_way(&watcher, dir.path().into());
        let (id, touched) = (watch.id, way.touched.clone());
        drop(watch);
        let (next, mut idle) = watcher.shared.table().finish(id, &walk, way);
        assert_eq!(next, Next::Nothing);
        idle.retain(|watched| touched.contains(watched));
        assert!(!idle.is_empty() && watcher.shared.table().is_empty());
    }

    #[test]
    fn too_many_changes_become_one() {
        let (pending, watched) = (Pending::default(), Path::new("/d"));
        for n in 0..=MAX_PATHS {
            pending.tell(watched, format!("/d/{n}").into());
        }
        assert_eq!(pending.lock().iter().collect::<Vec<_>>(), [watched]);
    }
}
