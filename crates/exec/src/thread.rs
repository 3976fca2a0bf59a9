//! The thread that starts and kills processes.
//!
//! The kernel's promise to kill a child when its parent dies is about the parent's *thread*, and the runtime's worker
//! threads come and go. So all children are started by one thread that lives as long as the program. It is also a
//! place for the few milliseconds of blocking that setting up a sandbox or killing a tree of processes takes.

use std::sync::LazyLock;
use std::sync::mpsc::{Sender, channel};

use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

static JOBS: LazyLock<Sender<Job>> = LazyLock::new(|| {
    let (jobs, queue) = channel::<Job>();
    std::thread::Builder::new()
        .name("processes".to_owned())
        .spawn(move || {
            while let Ok(job) = queue.recv() {
                // A panic in one job must not end the thread: that would kill every child.
                let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
            }
        })
        .expect("one thread can be started");
    jobs
});

/// Has `job` done some time soon.
pub(crate) fn enqueue(job: impl FnOnce() + Send + 'static) {
    // The thread never ends, so there is always somebody to take the job.
    let _ = JOBS.send(Box::new(job));
}

/// Has `job` done and waits for its result; `None` if it panicked.
pub(crate) async fn result_of<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, result) = oneshot::channel();
    enqueue(move || {
        let _ = done.send(job());
    });
    result.await.ok()
}
