//! Configuration: where it comes from, what it says, and how it is changed without disturbing what people wrote.
//!
//! [`Sources`] knows the places (CODEX_HOME, `/etc/codex`, the command line). [`Sources::layers`] reads them into
//! [`Layers`], which merge into one table with an origin for every leaf; [`Sources::load`] turns that and a request's
//! wishes into a typed [`Config`] for one thread. Every load reads the files anew: a change on disk counts from the next
//! thread on. What writes to the user's file keeps its text, and one write waits for the other. Nothing here knows who asks.

mod config;
mod dot_env;
pub mod edit;
pub mod error;
pub mod features;
pub mod git;
pub mod home;
pub mod layers;
mod load;
mod merge;
mod migration;
pub mod notices;
mod overrides;
pub mod paths;
pub mod permissions;
mod profiles;
mod project;
pub mod requirements;
pub mod schema;
#[cfg(test)]
mod testing;
mod trust;
mod values;
mod view;
mod write;

pub use config::{Config, PermissionsRequest, Request, Sources};
pub use error::{ConfigError, Fault, Position};
pub use features::Features;
pub use home::{Home, HomeError};
pub use layers::{Layer, LayerName, Layers, Origin};
pub use overrides::{OverrideError, Overrides};
pub use permissions::{PermissionProfile, Permissions, SandboxPolicy};
pub use requirements::Requirements;
pub use values::*;
pub use view::{LayerView, ReadError, View};
pub use write::{Edit, MergeStrategy, Overridden, WriteError, WriteRequest, Written};
