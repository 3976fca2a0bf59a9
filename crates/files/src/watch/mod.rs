//! Watching paths: what is told of, and under which name (fs.md §3).
//!
//! One inotify instance serves all watches of the process, read by one thread. A watched path is followed part by part
//! (see [`way`]), so that it is still watched after it was removed, replaced by a rename, or moved away with its parents.

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
use tokio::sync::Notify;

use crate::Error;
use table::Table;

/// How long after a change others are waited for, to be told together.
pub const GATHER: Duration = Duration::from_millis(200);

/// How many changed paths of one watch may wait; when there are more only the watched path itself is told.
const MAX_PATHS: usize = 4096;

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
    table: Mutex<Table>,
}

impl Shared {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watcher {
    /// Starts watching nothing.
    ///
    /// # Errors
    /// When the system gives no more instances of inotify.
    pub fn start() -> Result<Self, Error> {
        let inotify = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK)?;
        let (stop, running) = std::io::pipe()?;
        let shared = Arc::new(Shared {
            inotify,
            table: Mutex::default(),
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
        let shared = Arc::clone(&self.shared);
        crate::blocking(move || {
            let pending = Arc::new(Pending::default());
            let mut table = shared.table();
            let id = table.add(&shared.inotify, path, Arc::clone(&pending))?;
            drop(table);
            Ok(Watch { id, pending, shared })
        })
        .await
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
        self.shared.table().remove(&self.shared.inotify, self.id);
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
fn listen(shared: &Shared, stop: &impl AsFd) {
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
            Ok(events) => shared.table().handle(&shared.inotify, &events),
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

    #[test]
    fn too_many_changes_become_one() {
        let (pending, watched) = (Pending::default(), Path::new("/d"));
        for n in 0..=MAX_PATHS {
            pending.tell(watched, format!("/d/{n}").into());
        }
        assert_eq!(pending.lock().iter().collect::<Vec<_>>(), [watched]);
    }
}
