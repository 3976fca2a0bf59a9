//! The `codex` binary: flags to options, and a client to try the server with.

mod app_server;
mod args;
mod by_name;
mod failure;
mod logging;
mod path_folder;
mod printable;
mod send_message;

use std::process::ExitCode;

use codex_config::{Home, HomeError};

use args::{Command, DebugAppServer, DebugCommand};

fn main() -> ExitCode {
    if let Some(code) = by_name::run_as_other_program() {
        return code;
    }
    keep_memory_small();
    run().unwrap_or_else(|error| {
        eprint!("{}", failure::told(&error));
        ExitCode::FAILURE
    })
}

fn run() -> anyhow::Result<ExitCode> {
    let home = Home::from_env();
    apply_dot_env(&home);
    let cli = args::parse();
    for flag in cli.interactive.given() {
        eprintln!("WARNING: `{flag}` before the subcommand has no effect");
    }
    match cli.command {
        Command::AppServer(command) => {
            let remote = RemoteFlags {
                address: cli.remote,
                token_env: cli.remote_auth_token_env,
            };
            remote.refuse(&command.path())?;
            app_server::run(home, cli.overrides, command)
        }
        Command::Debug(debug) => {
            let DebugCommand::AppServer {
                command: DebugAppServer::SendMessage(command),
            } = debug.command;
            let remote = RemoteFlags {
                address: cli.remote,
                token_env: cli.remote_auth_token_env,
            };
            remote.refuse("codex debug app-server send-message")?;
            send_message::run(cli.overrides, command)
        }
    }
}

/// The flags of `codex` that only interactive clients have a use for.
struct RemoteFlags {
    address: Option<String>,
    token_env: Option<String>,
}

impl RemoteFlags {
    /// Refuses the flags for the subcommand `path` (transport.md §1.1).
    fn refuse(&self, path: &str) -> anyhow::Result<()> {
        if let Some(address) = &self.address {
            anyhow::bail!("`--remote {address}` is for interactive clients; `{path}` does not take it");
        }
        if self.token_env.is_some() {
            anyhow::bail!("`--remote-auth-token-env` is for interactive clients; `{path}` does not take it");
        }
        Ok(())
    }
}

/// Puts what `$CODEX_HOME/.env` sets into the environment of this process and its children (transport.md §2).
fn apply_dot_env(home: &Result<Home, HomeError>) {
    let Ok(home) = home else { return };
    for (name, value) in home.dot_env() {
        // SAFETY: `main` has not started a thread yet, so nobody reads the environment meanwhile.
        unsafe { std::env::set_var(name, value) };
    }
}

/// Lets the allocator keep two arenas instead of eight a core: what a thread pool frees is found again, and a server
/// that did much once does not stay large.
fn keep_memory_small() {
    #[cfg(target_env = "gnu")]
    // SAFETY: mallopt only sets a parameter, and no thread runs yet.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 2);
    }
}
