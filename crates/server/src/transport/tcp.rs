//! The WebSocket listener on a TCP address: banner, accept loop (transport.md §6).

use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use super::auth::Policy;
use super::http::{self, Gate};
use crate::app::App;
use crate::session::TransportKind;

/// Binds the address, so that a failure is known before anything is served.
pub async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}

/// Prints where the server listens, to stderr; nothing goes to stdout.
pub fn print_banner(address: SocketAddr, policy: &Policy, insecure_no_auth: bool) {
    let (dim, bold, reset) = if colored() {
        ("\x1b[2m", "\x1b[1m", "\x1b[0m")
    } else {
        ("", "", "")
    };
    eprintln!("{bold}codex app-server (WebSockets){reset}");
    eprintln!("  {dim}listening on:{reset} ws://{address}");
    eprintln!("  {dim}readyz:{reset} http://{address}/readyz");
    eprintln!("  {dim}healthz:{reset} http://{address}/healthz");
    if address.ip().is_loopback() {
        eprintln!("  {dim}note:{reset} binds localhost only (use SSH port-forwarding for remote access)");
    } else if policy.is_open() {
        let advice = if insecure_no_auth {
            ""
        } else {
            "; set it up with --ws-auth, or say --ws-insecure-no-auth"
        };
        eprintln!("  {dim}note:{reset} reachable from other machines WITHOUT authentication{advice}");
    } else {
        eprintln!(
            "  {dim}note:{reset} reachable from other machines; clients authenticate with a bearer token"
        );
    }
}

fn colored() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Accepts connections until the task is dropped.
pub async fn accept(app: Arc<App>, listener: TcpListener, policy: Policy) {
    let gate = Arc::new(Gate {
        kind: TransportKind::WebSocket,
        policy,
        refuse_origin: true,
    });
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Small messages must not wait for each other; failing to say so only costs latency.
                let _ = stream.set_nodelay(true);
                tokio::spawn(http::serve(Arc::clone(&app), Arc::clone(&gate), stream));
            }
            Err(error) => pause_after(&error).await,
        }
    }
}

/// Out of descriptors or memory: those who hold some must get the time to give them back.
pub(super) async fn pause_after(error: &io::Error) {
    tracing::error!("cannot accept a connection: {error}");
    tokio::time::sleep(Duration::from_millis(50)).await;
}
