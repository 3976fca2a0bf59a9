//! Files as clients ask for them: reading, writing and copying them, watching them, finding them by parts of their
//! names (fs.md).
//!
//! Everything here acts with the rights of this program; nothing is bound by a sandbox. No async call holds up the
//! runtime, and none that waits for somebody else (a reader of a FIFO for its writer, say) holds a thread while it waits.

mod content;
mod entries;
mod error;
mod path;
mod removal;
mod search;
mod tree;
mod watch;

pub use content::{MAX_READ, read_file, write_file};
pub use entries::{create_directory, metadata, read_directory};
pub use error::Error;
pub use path::normalize;
pub use removal::remove_tree;
pub use search::{SearchBudget, SearchLimits, SearchSession, Update, search};
pub use tree::{copy, remove};
pub use watch::{GATHER, Watch, Watcher};

/// Runs work that blocks where it holds up nobody.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(e) => Err(Error::System(std::io::Error::other(e))),
    }
}
