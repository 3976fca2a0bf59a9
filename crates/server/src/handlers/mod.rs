//! One function per method, named like it: `thread/turns/list` is [`thread_turns_list`].

mod account;
mod config;
mod forking;
mod initialize;
mod models;
mod opening;
mod thread_archive;
mod thread_edit;
mod thread_read;
mod turns;
mod unbuilt;

pub use account::*;
pub use config::*;
pub use forking::*;
pub use initialize::*;
pub use models::*;
pub use opening::*;
pub use thread_archive::*;
pub use thread_edit::*;
pub use thread_read::*;
pub use turns::*;
pub use unbuilt::*;
