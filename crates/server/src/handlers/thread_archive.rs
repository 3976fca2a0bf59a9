//! `thread/archive` and `thread/unarchive` (threads.md §7).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use codex_index::{Found, Shelf};
use codex_protocol::*;
use codex_rollout::paths;
use uuid::Uuid;

use crate::app::App;
use crate::dispatch::{Context, Sent};
use crate::error::RpcError;
use crate::store::blocking;
use crate::thread::joining::no_rollout;
use crate::view::{self, thread_id};

/// `thread/archive`: the thread is unloaded, its file put away, and so are those of the threads it spawned.
pub async fn thread_archive(
    cx: &mut Context,
    params: ThreadArchiveParams,
) -> Result<Sent<ThreadArchiveResponse>, RpcError> {
    let id = thread_id(&params.thread_id)?;
    archive(&cx.app, &id).await?;
    let wanted = id.clone();
    let descendants = cx
        .app
        .store
        .with(move |index| index.descendants(&wanted))
        .await?
        .unwrap_or_default();
    let mut archived = vec![id];
    // Deepest first; those that cannot be put away are passed over.
    for (descendant, _) in descendants.into_iter().rev() {
        if archive(&cx.app, &descendant).await.is_ok() {
            archived.push(descendant);
        }
    }
    let sent = cx.reply(&ThreadArchiveResponse {});
    for thread_id in archived {
        cx.app
            .connections
            .broadcast(ThreadArchivedNotification { thread_id });
    }
    Ok(sent)
}

/// `thread/unarchive`: a thread that is loaded from the archive is unloaded.
pub async fn thread_unarchive(
    cx: &mut Context,
    params: ThreadUnarchiveParams,
) -> Result<Sent<ThreadUnarchiveResponse>, RpcError> {
    let id = thread_id(&params.thread_id)?;
    let wanted = id.clone();
    let found = cx
        .app
        .store
        .with(move |index| index.find(&wanted, Shelf::Archived))
        .await?;
    let found = found
        .ok_or_else(|| RpcError::invalid_request(format!("no archived rollout found for thread id {id}")))?;
    // Its actor and its writer would go on with the path it is moved away from.
    if let Some(thread) = cx.app.threads.get(&id) {
        thread.shut_down().await?;
    }
    let home = cx.app.store.home().to_owned();
    let archived_path = found.path.clone();
    let path = blocking(move || paths::unarchive(&home, &archived_path))
        .await?
        .map_err(|e| not_moved("failed to unarchive thread", &e))?;
    let (moved_id, from, moved) = (id.clone(), found.path.clone(), path.clone());
    let (row, name) = cx
        .app
        .store
        .with(move |index| {
            index.moved(&moved_id, &from, &moved, false);
            (index.row(&moved_id), index.name(&moved_id))
        })
        .await?;
    let app = Arc::clone(&cx.app);
    let found = Found {
        path,
        archived: false,
        row,
    };
    let thread = blocking(move || view::stored(&app, &found, name, Vec::new())).await??;
    let sent = cx.reply(&ThreadUnarchiveResponse { thread });
    cx.app
        .connections
        .broadcast(ThreadUnarchivedNotification { thread_id: id });
    Ok(sent)
}

/// Puts one thread away.
async fn archive(app: &Arc<App>, id: &str) -> Result<(), RpcError> {
    let loaded = app.threads.get(id);
    if let Some(thread) = &loaded
        && !thread.run(|actor| actor.is_materialized()).await?
    {
        return Err(no_rollout(id));
    }
    let wanted = id.to_owned();
    let known = loaded.as_ref().and_then(|thread| thread.facts.path.clone());
    let found = app.store.with(move |index| match known {
        Some(path) if path.exists() => Some(path),
        // Not loaded, or moved by another process.
        _ => index.find(&wanted, Shelf::Active).map(|found| found.path),
    });
    let path = found.await?.ok_or_else(|| no_rollout(id))?;
    let home = app.store.home().to_owned();
    let (checked_id, checked_path) = (id.to_owned(), path.clone());
    blocking(move || check_place(&home, &checked_path, &checked_id)).await??;
    if let Some(thread) = loaded {
        // Before a running turn is stopped for nothing.
        let flushed = thread.flush().await;
        flushed.map_err(|e| RpcError::new(e.code, format!("failed to archive thread: {}", e.message)))?;
        thread.shut_down().await?;
    }
    let (home, from) = (app.store.home().to_owned(), path.clone());
    let moved = blocking(move || paths::archive(&home, &path))
        .await?
        .map_err(|e| not_moved("failed to archive thread", &e))?;
    app.store.settle().await;
    let id = id.to_owned();
    app.store
        .with(move |index| index.moved(&id, &from, &moved, true))
        .await
}

/// Why a history was not moved.
fn not_moved(failed: &str, error: &io::Error) -> RpcError {
    let message = format!("{failed}: {error}");
    match error.kind() {
        io::ErrorKind::ResourceBusy => RpcError::invalid_request(message),
        _ => RpcError::internal(message),
    }
}

/// Only a file of ours, in its place, is moved.
fn check_place(home: &Path, path: &Path, id: &str) -> Result<(), RpcError> {
    let resolve = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let shown = path.display();
    let sessions: PathBuf = resolve(&home.join(paths::SESSIONS));
    if !resolve(path).starts_with(&sessions) {
        return Err(RpcError::invalid_request(format!(
            "rollout path `{shown}` must be in sessions directory"
        )));
    }
    let named = path
        .file_name()
        .and_then(paths::parse_name)
        .map(|(_, named)| named);
    if named != Uuid::parse_str(id).ok() {
        return Err(RpcError::invalid_request(format!(
            "rollout path `{shown}` does not match thread id {id}"
        )));
    }
    Ok(())
}
