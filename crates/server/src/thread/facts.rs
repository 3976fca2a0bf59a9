//! What never changes about a loaded thread.

use std::path::PathBuf;

use codex_protocol::{GitInfo, SessionSource, Thread, ThreadStatus, Turn};

use crate::clock;
use crate::wire;

/// Where a thread comes from and where it is kept.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The thread's id, canonical.
    pub id: String,
    /// The first thread of the tree of spawned threads this one belongs to; its own id if nothing spawned it.
    pub session_id: String,
    /// The thread it was forked from.
    pub forked_from: Option<String>,
    /// No file, no row.
    pub ephemeral: bool,
    /// Its history, whether that exists yet or not; `None` if it is ephemeral.
    pub path: Option<PathBuf>,
    /// Who started it.
    pub source: SessionSource,
    /// The version that wrote the head.
    pub cli_version: String,
    /// The provider told by the head.
    pub model_provider: String,
    /// The folder told by the head.
    pub cwd: PathBuf,
    /// Unix seconds of the head; `None` while there is none, when it counts as just made.
    pub created_at: Option<i64>,
    /// Of a spawned agent.
    pub agent_nickname: Option<String>,
    /// Of a spawned agent.
    pub agent_role: Option<String>,
    /// As told by the head.
    pub git: Option<GitInfo>,
}

impl Facts {
    /// The thread as replies show it when nothing is stored of it (yet).
    pub fn thread(&self, status: ThreadStatus, preview: String, turns: Vec<Turn>) -> Thread {
        let now = clock::now();
        Thread {
            id: self.id.clone(),
            session_id: self.session_id.clone(),
            forked_from_id: self.forked_from.clone(),
            preview,
            ephemeral: self.ephemeral,
            model_provider: self.model_provider.clone(),
            created_at: self.created_at.unwrap_or(now),
            updated_at: now,
            status,
            path: self.path.clone(),
            cwd: wire::absolute(&self.cwd),
            cli_version: self.cli_version.clone(),
            source: self.source.clone(),
            agent_nickname: self.agent_nickname.clone(),
            agent_role: self.agent_role.clone(),
            git_info: self.git.clone(),
            name: None,
            turns,
        }
    }
}
