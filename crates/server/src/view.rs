//! A stored thread as clients see it: from its history's head, its row, and whether it is loaded.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use codex_index::{Found, ListedThread};
use codex_protocol::{ConversationGitInfo, ConversationSummary, GitInfo, Thread, ThreadId, Turn};
use codex_rollout::SessionMeta;
use codex_rollout::head::{self, Head, HeadError};
use codex_rollout::record::{Source, SubAgent, parse_time};
use jiff::Timestamp;
use uuid::Uuid;

use crate::app::App;
use crate::error::RpcError;
use crate::wire;

/// Reads a client's spelling of a thread id; gives the canonical one.
pub fn thread_id(text: &str) -> Result<String, RpcError> {
    match Uuid::parse_str(text) {
        Ok(id) => Ok(id.to_string()),
        Err(reason) => Err(RpcError::invalid_request(format!("invalid thread id: {reason}"))),
    }
}

/// The head of a history; the error is the one clients get who name an unusable file (persistence.md §10).
pub fn read_head(path: &Path) -> Result<Head, RpcError> {
    head::read(path).map_err(|error| unreadable(path, error))
}

/// Why a history cannot be shown.
pub fn unreadable(path: &Path, error: HeadError) -> RpcError {
    let shown = path.display();
    let reason = match error {
        HeadError::Io(e) => e.to_string(),
        HeadError::Empty | HeadError::NoMeta => format!("rollout at {shown} {error}"),
    };
    RpcError::internal(format!(
        "failed to read thread: thread-store internal error: failed to read thread {shown}: {reason}"
    ))
}

/// Unix seconds of a head's time.
pub fn created_at(meta: &SessionMeta) -> Option<i64> {
    parse_time(&meta.timestamp).map(|at| at.as_second())
}

/// The first thread of the tree of spawned threads a head belongs to.
pub fn session_id(meta: &SessionMeta) -> String {
    match &meta.source {
        Source::SubAgent(SubAgent::ThreadSpawn(spawn)) => spawn.parent_thread_id.to_string(),
        _ => meta.id.to_string(),
    }
}

/// Git facts as clients see them; none at all is null.
pub fn git_info(sha: Option<String>, branch: Option<String>, origin_url: Option<String>) -> Option<GitInfo> {
    let git = GitInfo {
        sha,
        branch,
        origin_url,
    };
    (git != GitInfo::default()).then_some(git)
}

/// What clients see of a head's repository.
pub fn head_git(meta: &SessionMeta) -> Option<GitInfo> {
    let git = meta.git.as_ref()?;
    git_info(
        git.commit_hash.clone(),
        git.branch.clone(),
        git.repository_url.clone(),
    )
}

/// A stored thread: what its row says wins over its head.
pub fn stored(app: &App, found: &Found, name: Option<String>, turns: Vec<Turn>) -> Result<Thread, RpcError> {
    let head = read_head(&found.path)?;
    let meta = &head.meta;
    let id = meta.id.to_string();
    let created = created_at(meta).unwrap_or(0);
    let row = found.row.as_ref().filter(|row| row.id == id);
    let git = match row {
        Some(row) => git_info(
            row.git_sha.clone(),
            row.git_branch.clone(),
            row.git_origin_url.clone(),
        ),
        None => head_git(meta),
    };
    let preview = match row {
        Some(row) if !row.first_user_message.is_empty() => row.first_user_message.clone(),
        _ => head.preview.clone().unwrap_or_default(),
    };
    Ok(Thread {
        session_id: session_id(meta),
        forked_from_id: meta.forked_from_id.map(|id| id.to_string()),
        preview: preview.clone(),
        ephemeral: false,
        model_provider: meta
            .model_provider
            .clone()
            .unwrap_or_else(|| app.start_config.model_provider_id.clone()),
        created_at: created,
        updated_at: row.map_or(created, |row| row.updated_at_ms.div_euclid(1000)),
        status: app.status_of(&id),
        path: Some(found.path.clone()),
        cwd: wire::absolute(Path::new(&meta.cwd)),
        cli_version: meta.cli_version.clone(),
        source: wire::source(&meta.source),
        agent_nickname: meta.agent_nickname.clone(),
        agent_role: meta.agent_role.clone(),
        git_info: git,
        name: name.filter(|name| *name != preview),
        turns,
        id,
    })
}

/// A thread of a listing.
pub fn listed(app: &Arc<App>, thread: ListedThread) -> Thread {
    let ListedThread { git, .. } = thread;
    let status = app.status_of(&thread.id);
    let session_id = match &thread.source {
        Source::SubAgent(SubAgent::ThreadSpawn(spawn)) => spawn.parent_thread_id.to_string(),
        _ => thread.id.clone(),
    };
    Thread {
        id: thread.id,
        session_id,
        forked_from_id: None,
        preview: thread.preview,
        ephemeral: false,
        model_provider: thread
            .model_provider
            .unwrap_or_else(|| app.start_config.model_provider_id.clone()),
        created_at: thread.created_at_ms.div_euclid(1000),
        updated_at: thread.updated_at_ms.div_euclid(1000),
        status,
        path: Some(thread.path),
        cwd: wire::absolute(Path::new(&thread.cwd)),
        cli_version: thread.cli_version,
        source: wire::source(&thread.source),
        agent_nickname: thread.agent_nickname,
        agent_role: thread.agent_role,
        git_info: git_info(git.sha, git.branch, git.origin_url),
        name: thread.name,
        turns: Vec::new(),
    }
}

/// What `getConversationSummary` tells of a history.
pub fn summary(app: &App, path: &Path) -> Result<ConversationSummary, RpcError> {
    let failed = |reason: String| {
        RpcError::internal(format!(
            "failed to load conversation summary from {}: {reason}",
            path.display()
        ))
    };
    let Head { meta, preview, .. } = head::read(path).map_err(|e| failed(e.to_string()))?;
    let preview = preview.ok_or_else(|| failed("it holds no user message".into()))?;
    let updated = fs::metadata(path)
        .and_then(|m| m.modified())
        .ok()
        .and_then(|at| Timestamp::try_from(at).ok());
    let git = meta.git.as_ref();
    Ok(ConversationSummary {
        conversation_id: ThreadId(meta.id.to_string()),
        path: path.to_owned(),
        preview,
        timestamp: Some(meta.timestamp.clone()),
        updated_at: updated.map(|at| format!("{at:.3}")),
        model_provider: meta
            .model_provider
            .clone()
            .unwrap_or_else(|| app.start_config.model_provider_id.clone()),
        cwd: PathBuf::from(&meta.cwd),
        cli_version: meta.cli_version.clone(),
        source: wire::same(&meta.source),
        git_info: git.map(|git| ConversationGitInfo {
            sha: git.commit_hash.clone(),
            branch: git.branch.clone(),
            origin_url: git.repository_url.clone(),
        }),
    })
}
