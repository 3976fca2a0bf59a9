//! Loaded threads: each one an actor that owns its state; services reach it by messages.

pub mod actor;
pub mod ask;
pub mod dynamic_tools;
pub mod facts;
pub mod hub;
pub mod joining;
pub mod journal;
pub mod keeping;
pub mod live;
pub mod notify;
pub mod opening;
pub mod pursuit;
pub mod registry;
pub mod running;
pub mod status;
pub mod turns;
pub mod wishes;

pub use actor::Handle;
pub use facts::Facts;
