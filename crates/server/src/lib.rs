//! The server: connections and their messages, the table of methods, threads and their actors.
//!
//! The way of a message: a [`transport`] gives its bytes to [`receive`], which checks and [`dispatch`]es requests to the
//! [`handlers`]. A loaded thread is an actor ([`thread`]); what happens in it goes through its hub to the outboxes of
//! the subscribed sessions.

mod app;
mod clock;
mod connections;
mod dispatch;
mod envelope;
mod error;
mod frame;
#[doc(hidden)]
pub mod fuzzing;
mod git;
mod goals;
mod handlers;
mod history;
mod lanes;
mod login;
mod metrics;
mod outbox;
mod processes;
mod providers;
mod questions;
mod receive;
mod rules;
mod searches;
mod serve;
mod session;
mod start;
mod store;
#[cfg(test)]
mod testing;
mod thread;
pub mod transport;
mod user_agent;
mod view;
mod watches;
mod wire;

pub use handlers::UNBUILT;
pub use serve::ServeError;
pub use start::{Options, StartError, run};
pub use user_agent::REFERENCE_VERSION;
