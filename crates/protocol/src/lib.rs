//! Every type on the wire between clients and the server, and the table of methods.
//!
//! One module per API family; all types are re-exported at the crate's root under the names of the
//! contract. This crate does no I/O and depends on no other crate of the workspace.
//!
//! - [`for_each_client_request!`] and its siblings are the table of methods.
//! - [`ClientRequest::parse`] reads a request; [`ClientRequest::scope`] says what it waits for and
//!   [`ClientRequest::experimental_reason`] which capability it needs.
//! - [`ServerNotification`] and [`ServerRequest`] are what the server sends.
#![allow(missing_docs, reason = "a member whose name says it all carries no comment")]

#[macro_use]
mod methods;

mod account;
mod approval;
mod apps;
mod client_request;
mod collaboration;
mod command_exec;
mod config;
mod device_key;
mod double_option;
mod elicitation;
mod experimental_feature;
mod external_agent;
mod feedback;
mod fs;
mod fuzzy_search;
mod gate;
mod goal;
mod guardian;
mod hooks;
mod initialize;
mod item;
mod item_events;
mod jsonrpc;
mod legacy;
mod mcp;
mod model;
mod notices;
mod path;
mod permissions;
mod plugins;
mod realtime;
mod remote_control;
mod requirements;
mod response_content;
mod response_item;
mod review;
mod scope;
mod server_message;
mod skills;
mod thread;
mod thread_edit;
mod thread_lifecycle;
mod thread_list;
mod thread_start;
mod turn;
mod user_input;
mod windows;

pub use account::*;
pub use approval::*;
pub use apps::*;
pub use client_request::ClientRequest;
pub use client_request::InvalidRequest;
pub use client_request::Method;
pub use client_request::method;
pub use collaboration::*;
pub use command_exec::*;
pub use config::*;
pub use device_key::*;
pub use elicitation::*;
pub use experimental_feature::*;
pub use external_agent::*;
pub use feedback::*;
pub use fs::*;
pub use fuzzy_search::*;
pub use gate::EXPERIMENTAL_FIELDS;
pub use goal::*;
pub use guardian::*;
pub use hooks::*;
pub use initialize::*;
pub use item::*;
pub use item_events::*;
pub use jsonrpc::*;
pub use legacy::*;
pub use mcp::*;
pub use model::*;
pub use notices::*;
pub use path::*;
pub use permissions::*;
pub use plugins::*;
pub use realtime::*;
pub use remote_control::*;
pub use requirements::*;
pub use response_content::*;
pub use response_item::*;
pub use review::*;
pub use scope::Scope;
pub use server_message::ClientNotification;
pub use server_message::ServerNotification;
pub use server_message::ServerRequest;
pub use server_message::ServerRequestParams;
pub use skills::*;
pub use thread::*;
pub use thread_edit::*;
pub use thread_lifecycle::*;
pub use thread_list::*;
pub use thread_start::*;
pub use turn::*;
pub use user_input::*;
pub use windows::*;

fn default_true() -> bool {
    true
}
