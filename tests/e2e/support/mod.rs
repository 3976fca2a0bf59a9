//! What the end-to-end tests share: homes, servers, clients and a model service, all of them thrown away with the test.
//!
//! Nothing here sleeps: whatever a test waits for is an event, with a deadline that only a failure reaches.

pub mod client;
pub mod home;
pub mod listener;
pub mod model;

use std::future::Future;
use std::time::Duration;

pub use client::Client;
pub use home::Home;
pub use listener::Listener;
pub use model::{MockModel, Reply};

/// The binary under test.
pub const CODEX: &str = env!("CARGO_BIN_EXE_codex");

/// How long anything may take before the test has failed. A busy machine is no failure.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Waits for `event`, which `what` describes.
pub async fn within<T>(what: &str, event: impl Future<Output = T>) -> T {
    match tokio::time::timeout(DEADLINE, event).await {
        Ok(value) => value,
        Err(_) => panic!("waited in vain for {what}"),
    }
}

/// Sends a child a signal.
fn signal(child: &tokio::process::Child, signal: i32) {
    let pid = i32::try_from(child.id().expect("it is running")).expect("a small number");
    // SAFETY: kill has no memory effects, and the process is a child of ours that was not waited for.
    assert_eq!(unsafe { libc::kill(pid, signal) }, 0);
}
