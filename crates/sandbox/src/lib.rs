//! Turns a policy (what a child process may read, write and reach) into a command that is held to it.
//!
//! ```no_run
//! use codex_sandbox::{Policy, WorkspaceWrite, wrap};
//!
//! let policy = Policy::workspace_write(WorkspaceWrite::new("/home/me/project"));
//! let wrapped = wrap(&policy, "/home/me/project".as_ref(), &["make".into()], false)?;
//! // Start `wrapped.program` with `wrapped.args`; keep `wrapped.mount_points` until all of it has ended.
//! # Ok::<(), codex_sandbox::Error>(())
//! ```
//!
//! The means, first one that works on this machine (asked once per process, see [`Means::detect`]):
//! bubblewrap from `PATH`; namespaces made by this program itself, started again under the name
//! [`HELPER_NAME`]; Landlock. The network is closed by a namespace of its own and by a system call filter.
//! If none works the command is refused: nothing ever runs unsandboxed under a policy that asks for a sandbox.
//!
//! A program that uses this crate calls [`init`] first in its `main`; only then is there a helper.
//!
//! One thing is not held: where a protected name is a *link*, what it leads to is read-only, but the link itself can
//! be replaced, as nothing can be mounted on a link.
//!
//! The same helper program also watches over children: see [`guardian`].

mod bwrap;
mod denial;
pub mod guardian;
mod helper;
mod landlocked;
mod layout;
mod mount_points;
mod mounts;
mod namespaces;
mod paths;
mod policy;
mod seccomp;
pub mod tree;
mod wrap;

pub use denial::{detect_denial, missing_bubblewrap_warning};
pub use helper::{HELPER_NAME, helper_main, init};
pub use mount_points::{MountPoints, is_mount_point};
pub use paths::{entry_path, real_path};
pub use policy::{Access, MINIMAL_READ, PROTECTED_NAMES, Policy, Restricted, Rule, WorkspaceWrite};
pub use wrap::{Error, Means, NETWORK_DISABLED_VARIABLE, Wrapped, wrap, wrap_by};
