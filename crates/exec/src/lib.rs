//! Child processes: starting them under a sandbox policy, their output, their input, their end.
//!
//! One way to start a process, [`Process::spawn`], and two uses of it on top:
//!
//! - [`run`]: a command from start to end, its output kept within limits;
//! - [`Session`]: a command that goes on while its output is collected piece by piece, kept in a [`Sessions`].
//!
//! ```no_run
//! # async fn example() {
//! use codex_exec::{Command, Limits, run};
//! use tokio_util::sync::CancellationToken;
//!
//! let command = Command::new(["echo", "hi"], "/tmp");
//! let outcome = run(command, Limits::default(), &CancellationToken::new(), None).await;
//! assert_eq!(outcome.aggregated, "hi\n");
//! # }
//! ```
//!
//! Whatever is started dies with its [`Process`], and with this program however that ends: the process itself by a
//! signal from the kernel, what it has started by [`codex_sandbox::guardian`].

mod capture;
mod decode;
mod environment;
mod head_tail;
mod output;
mod process;
mod run;
mod session;
mod spawn;
mod terminal;
mod thread;

pub use capture::{DELTA_BYTES, Delta, KEPT_BYTES, MAX_DELTAS};
pub use decode::{decode, decode_cut};
pub use environment::{EnvironmentPolicy, Inherit, session_environment};
pub use output::{Chunk, Output, OutputCap, Stream};
pub use process::{Exit, InputError, Process, ResizeError, kills_done};
pub use run::{End, Limits, Outcome, TIMEOUT_EXIT_CODE, run};
pub use session::{Collected, MAX_SESSIONS, Session, Sessions, WARN_SESSIONS};
pub use spawn::{Command, SpawnError, Stdin};
pub use terminal::Size;
