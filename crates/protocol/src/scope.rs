//! What a request waits its turn for: requests of one scope are served in order of arrival,
//! others side by side (transport.md §5.2).

use std::path::PathBuf;

use uuid::Uuid;

/// The key under which requests are served one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A thread, by its id in canonical spelling (over all connections).
    Thread(String),
    /// A thread that is named by its history file.
    Path(PathBuf),
    /// A process of one connection, by the client's id for it.
    Process(String),
    /// A watch of one connection, by the client's id for it.
    Watch(String),
    /// A file search session, by the client's id for it (over all connections).
    SearchSession(String),
    /// The login to an MCP server, by the server's name.
    McpServer(String),
    /// Something there is one of: `config`, `account-auth`, `mcp-registry`, …
    Global(&'static str),
}

impl Scope {
    /// The thread `id`, however it is spelled: upper case, without dashes, in braces, as a URN.
    pub fn thread(id: &str) -> Self {
        Scope::Thread(match Uuid::try_parse(id) {
            Ok(uuid) => uuid.to_string(),
            Err(_) => id.to_owned(),
        })
    }
}
