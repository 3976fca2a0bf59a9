//! Editing threads: names, git facts, memory modes, rollbacks, injected items, elicitation counters (threads.md §8).

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use codex_index::{Found, GitEdit, Shelf};
use codex_protocol::*;
use codex_rollout::record::{ThreadNameUpdated, ThreadRolledBack};
use codex_rollout::{EventMsg, Mode, RolloutItem, SessionMeta, names};
use jiff::Timestamp;
use uuid::Uuid;

use crate::dispatch::{Context, Sent};
use crate::error::RpcError;
use crate::history::{TurnsReader, read_model_history};
use crate::store::blocking;
use crate::thread::Handle;
use crate::thread::journal::Journal;
use crate::view::{self, thread_id};

/// `thread/name/set`.
pub async fn thread_name_set(
    cx: &mut Context,
    params: ThreadSetNameParams,
) -> Result<Sent<ThreadSetNameResponse>, RpcError> {
    let id = thread_id(&params.thread_id)?;
    let name = params.name.trim().to_owned();
    if name.is_empty() {
        return Err(RpcError::invalid_request("thread name must not be empty"));
    }
    let record = ThreadNameUpdated {
        thread_id: id.clone(),
        thread_name: Some(name.clone()),
    };
    let path = append(
        cx,
        &id,
        vec![RolloutItem::EventMsg(EventMsg::ThreadNameUpdated(record))],
    )
    .await?;
    if let Some(path) = path {
        let (home, id, name) = (cx.app.store.home().to_owned(), id.clone(), name.clone());
        let uuid = Uuid::parse_str(&id).expect("a canonical thread id");
        let named = blocking({
            let name = name.clone();
            move || names::append(&home, uuid, &name, Timestamp::now())
        });
        named
            .await?
            .map_err(|e| RpcError::internal(format!("failed to write the name: {e}")))?;
        cx.app.store.settle().await;
        cx.app
            .store
            .with(move |index| index.renamed(&id, &path, &name))
            .await?;
    }
    let sent = cx.reply(&ThreadSetNameResponse {});
    let updated = ThreadNameUpdatedNotification {
        thread_id: id.clone(),
        thread_name: Some(name),
    };
    cx.app.broadcast_of(&id, updated);
    Ok(sent)
}

/// `thread/metadata/update`: changes the row alone.
pub async fn thread_metadata_update(
    cx: &mut Context,
    params: ThreadMetadataUpdateParams,
) -> Result<ThreadMetadataUpdateResponse, RpcError> {
    let id = thread_id(&params.thread_id)?;
    let given = params.git_info.unwrap_or_default();
    let edit = GitEdit {
        sha: git_value("sha", given.sha)?,
        branch: git_value("branch", given.branch)?,
        origin_url: git_value("originUrl", given.origin_url)?,
    };
    if edit == GitEdit::default() {
        return Err(RpcError::invalid_request(
            "gitInfo must include at least one field",
        ));
    }
    let unavailable = || RpcError::internal(format!("sqlite state db unavailable for thread {id}"));
    if let Some(thread) = cx.app.threads.get(&id)
        && thread.facts.ephemeral
    {
        if !cx.app.store.with(|index| index.is_complete()).await? {
            return Err(unavailable());
        }
        let message = format!("ephemeral thread does not support metadata updates: {id}");
        return Err(RpcError::invalid_request(message));
    }
    let (found, head) = with_row(cx, &id, None).await?;
    let (wanted, path, archived) = (id.clone(), found.path.clone(), found.archived);
    let row = cx.app.store.with(move |index| {
        index.ensure_row(&path, archived, &head)?;
        index.edit_git(&wanted, &edit)
    });
    let row = row.await?.map_err(|_| unavailable())?.ok_or_else(unavailable)?;
    let (wanted, git) = (
        id.clone(),
        view::git_info(
            row.git_sha.clone(),
            row.git_branch.clone(),
            row.git_origin_url.clone(),
        ),
    );
    let loaded = cx.app.threads.get(&id);
    if let Some(thread) = &loaded
        && !thread.run(|actor| actor.is_materialized()).await?
    {
        let mut shown = thread.facts.thread(thread.status(), String::new(), Vec::new());
        shown.git_info = git;
        return Ok(ThreadMetadataUpdateResponse { thread: shown });
    }
    let name = cx.app.store.with(move |index| index.name(&wanted)).await?;
    let app = Arc::clone(&cx.app);
    let found = Found {
        row: Some(row),
        ..found
    };
    let thread = blocking(move || view::stored(&app, &found, name, Vec::new())).await??;
    Ok(ThreadMetadataUpdateResponse { thread })
}

/// `thread/memoryMode/set`.
pub async fn thread_memory_mode_set(
    cx: &mut Context,
    params: ThreadMemoryModeSetParams,
) -> Result<ThreadMemoryModeSetResponse, RpcError> {
    let id = thread_id(&params.thread_id)?;
    let mode = match params.mode {
        ThreadMemoryMode::Enabled => "enabled",
        ThreadMemoryMode::Disabled => "disabled",
    };
    let loaded = cx.app.threads.get(&id);
    if loaded.as_ref().is_some_and(|thread| thread.facts.ephemeral) {
        let message = format!("ephemeral thread does not support memory mode updates: {id}");
        return Err(RpcError::invalid_request(message));
    }
    let head = match &loaded {
        Some(thread) => {
            let head = thread.run_waiting(|actor| {
                Box::pin(async move {
                    actor.materialize().await;
                    actor.head()
                })
            });
            head.await?
        }
        None => Some(stored_head(cx, &id).await?.1),
    };
    let mut head = head.ok_or_else(|| not_found(&id))?;
    head.memory_mode = Some(mode.to_owned());
    let path = append(cx, &id, vec![RolloutItem::SessionMeta(Box::new(head))]).await?;
    if let Some(path) = path {
        cx.app.store.settle().await;
        cx.app
            .store
            .with(move |index| index.set_memory_mode(&id, &path, mode))
            .await?;
    }
    Ok(ThreadMemoryModeSetResponse {})
}

/// `memory/reset`.
pub async fn memory_reset(cx: &mut Context, (): ()) -> Result<MemoryResetResponse, RpcError> {
    let home = cx.app.store.home().to_owned();
    cx.app
        .store
        .with(|index| index.reset_memory())
        .await?
        .map_err(|e| RpcError::internal(format!("failed to clear memory state: {e}")))?;
    blocking(move || clear_memories(&home)).await??;
    Ok(MemoryResetResponse {})
}

/// `thread/rollback`: drops turns from the view; nothing in the workspace changes.
pub async fn thread_rollback(
    cx: &mut Context,
    params: ThreadRollbackParams,
) -> Result<ThreadRollbackResponse, RpcError> {
    if params.num_turns == 0 {
        return Err(RpcError::invalid_request("numTurns must be >= 1"));
    }
    let thread = cx.loaded(&params.thread_id)?;
    if thread.facts.ephemeral || !thread.run(|actor| actor.is_materialized()).await? {
        return Err(RpcError::invalid_request(
            "thread rollback requires persisted thread history",
        ));
    }
    let record = RolloutItem::EventMsg(EventMsg::ThreadRolledBack(ThreadRolledBack {
        num_turns: params.num_turns,
    }));
    let path = thread
        .facts
        .path
        .clone()
        .expect("a thread with a history has a path");
    let rolled_back = {
        let path = path.clone();
        thread.run_waiting(move |actor| {
            Box::pin(async move {
                if actor.turn.is_some() || actor.conversation.is_none() {
                    return Err(RpcError::invalid_request(
                        "Cannot rollback while a turn is in progress.",
                    ));
                }
                actor.take_history().await?;
                actor.record_now(record).await?;
                actor.history_is_unread();
                let budget = actor
                    .conversation
                    .as_ref()
                    .and_then(|conversation| conversation.history_budget());
                let seed = read_model_history(&actor.app.store, &path, budget).await?;
                actor.history_is_read();
                if let Some(conversation) = &mut actor.conversation {
                    conversation.replace_history(seed);
                }
                actor.tell_usage();
                Ok(())
            })
        })
    };
    let rolled_back = rolled_back.await?;
    thread.run(|actor| actor.let_go_of_history()).await?;
    rolled_back?;
    let turns = TurnsReader::open(path.clone()).await?.into_turns(None);
    let id = thread.facts.id.clone();
    let (row, name) = cx
        .app
        .store
        .with(move |index| (index.row(&id), index.name(&id)))
        .await?;
    let app = Arc::clone(&cx.app);
    let found = Found {
        path,
        archived: false,
        row,
    };
    let thread = blocking(move || view::stored(&app, &found, name, turns)).await??;
    Ok(ThreadRollbackResponse { thread })
}

/// `thread/inject_items`. The reply comes when the items are in the history and on disk.
pub async fn thread_inject_items(
    cx: &mut Context,
    params: ThreadInjectItemsParams,
) -> Result<Sent<ThreadInjectItemsResponse>, RpcError> {
    let thread = cx.loaded(&params.thread_id)?;
    if params.items.is_empty() {
        return Err(RpcError::invalid_request("items must not be empty"));
    }
    let mut items = Vec::with_capacity(params.items.len());
    for (i, item) in params.items.into_iter().enumerate() {
        let item: ResponseItem = serde_json::from_value(item).map_err(|reason| {
            RpcError::invalid_request(format!("items[{i}] is not a valid response item: {reason}"))
        })?;
        if !matches!(item, ResponseItem::Other(_)) {
            items.push(item);
        }
    }
    let responder = cx.responder();
    thread
        .reply(responder, move |actor, responder| {
            Box::pin(actor.inject(items, responder))
        })
        .await
}

/// `thread/increment_elicitation`.
pub async fn thread_increment_elicitation(
    cx: &mut Context,
    params: ThreadIncrementElicitationParams,
) -> Result<ThreadIncrementElicitationResponse, RpcError> {
    let thread = cx.loaded(&params.thread_id)?;
    let count = thread.run(|actor| actor.count_elicitation(1)).await??;
    Ok(ThreadIncrementElicitationResponse {
        count,
        paused: count > 0,
    })
}

/// `thread/decrement_elicitation`.
pub async fn thread_decrement_elicitation(
    cx: &mut Context,
    params: ThreadDecrementElicitationParams,
) -> Result<ThreadDecrementElicitationResponse, RpcError> {
    let thread = cx.loaded(&params.thread_id)?;
    let count = thread.run(|actor| actor.count_elicitation(-1)).await??;
    Ok(ThreadDecrementElicitationResponse {
        count,
        paused: count > 0,
    })
}

fn not_found(id: &str) -> RpcError {
    RpcError::invalid_request(format!("thread not found: {id}"))
}

/// The history of a stored, active thread and its head.
async fn stored_head(cx: &Context, id: &str) -> Result<(Found, SessionMeta), RpcError> {
    let wanted = id.to_owned();
    let found = cx
        .app
        .store
        .with(move |index| index.find(&wanted, Shelf::Active))
        .await?
        .ok_or_else(|| not_found(id))?;
    let path = found.path.clone();
    let head = blocking(move || view::read_head(&path)).await??;
    Ok((found, head.meta))
}

/// A thread that is loaded or stored, with the head its row can be made from.
pub async fn with_row(
    cx: &Context,
    id: &str,
    shelf: impl Into<Option<Shelf>>,
) -> Result<(Found, SessionMeta), RpcError> {
    let shelf = shelf.into();
    if let Some(thread) = cx.app.threads.get(id) {
        let head = thread.run(|actor| actor.head()).await?;
        if let (Some(head), Some(path)) = (head, thread.facts.path.clone()) {
            return Ok((
                Found {
                    path,
                    archived: false,
                    row: None,
                },
                head,
            ));
        }
    }
    let wanted = id.to_owned();
    let found = cx
        .app
        .store
        .with(move |index| index.find(&wanted, shelf))
        .await?
        .ok_or_else(|| not_found(id))?;
    let path = found.path.clone();
    let head = blocking(move || view::read_head(&path)).await??;
    Ok((found, head.meta))
}

/// Appends records to a thread's history, loaded or not, and waits until they are written. Gives the history's path;
/// `None` for an ephemeral thread, which keeps nothing.
pub async fn append(
    cx: &Context,
    id: &str,
    records: Vec<RolloutItem>,
) -> Result<Option<std::path::PathBuf>, RpcError> {
    if let Some(thread) = cx.app.threads.get(id) {
        return append_loaded(&thread, records).await;
    }
    let (found, head) = stored_head(cx, id).await?;
    let mut journal = Journal::open(cx.app.store.clone(), &found.path, Mode::Limited, head);
    for record in records {
        journal.record(record).await;
    }
    let written = journal.close().await;
    written.map_err(|e| RpcError::internal(e.to_string()))?;
    Ok(Some(found.path))
}

async fn append_loaded(
    thread: &Handle,
    records: Vec<RolloutItem>,
) -> Result<Option<std::path::PathBuf>, RpcError> {
    if thread.facts.ephemeral {
        return Ok(None);
    }
    let appended = thread.run_waiting(move |actor| {
        Box::pin(async move {
            actor.materialize().await;
            for record in records {
                actor.record_now(record).await?;
            }
            Ok::<_, RpcError>(())
        })
    });
    appended.await??;
    Ok(thread.facts.path.clone())
}

/// A git value: absent keeps, null clears, text is trimmed and must not be blank.
fn git_value(name: &str, given: Option<Option<String>>) -> Result<Option<Option<String>>, RpcError> {
    match given {
        Some(Some(text)) => {
            let text = text.trim();
            if text.is_empty() {
                return Err(RpcError::invalid_request(format!(
                    "gitInfo.{name} must not be empty"
                )));
            }
            Ok(Some(Some(text.to_owned())))
        }
        other => Ok(other),
    }
}

/// Empties the folders of memories; links in them are removed, not followed.
fn clear_memories(home: &Path) -> Result<(), RpcError> {
    let failed = |reason: String| {
        RpcError::internal(format!(
            "failed to clear memory directories under {}: {reason}",
            home.display()
        ))
    };
    for name in ["memories", "memories_extensions"] {
        let root = home.join(name);
        if fs::symlink_metadata(&root).is_ok_and(|meta| meta.is_symlink()) {
            return Err(failed(format!(
                "refusing to clear symlinked memory root {}",
                root.display()
            )));
        }
        empty_folder(&root).map_err(|e| failed(e.to_string()))?;
    }
    Ok(())
}

fn empty_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            codex_files::remove_tree(&entry.path())?
        } else {
            fs::remove_file(entry.path())?
        }
    }
    Ok(())
}
