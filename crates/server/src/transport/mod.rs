//! The ways in: how bytes become messages of a connection and back.

use std::net::SocketAddr;
use std::path::PathBuf;

pub mod auth;
mod http;
mod http_only;
pub mod proxy;
pub mod stdio;
pub mod tcp;
pub mod unix;
mod websocket;

/// Where the server listens (`--listen`, transport.md §1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// Lines on stdin and stdout.
    Stdio,
    /// WebSocket on a TCP address; port 0 lets the system choose.
    WebSocket(SocketAddr),
    /// WebSocket on a unix socket; `None` is the control socket in CODEX_HOME.
    Unix(Option<PathBuf>),
    /// No local transport.
    Off,
}

pub(crate) use websocket::config as websocket_config;
