//! Reading threads: `thread/read`, `thread/turns/list`, `thread/list`, `thread/loaded/list`, `getConversationSummary`
//! (threads.md §5, §6).

use std::path::PathBuf;
use std::sync::Arc;

use codex_index::{Found, IndexError, ListQuery, Speaker, TurnCursor};
use codex_protocol::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::opening::by_path;
use crate::dispatch::Context;
use crate::error::RpcError;
use crate::history::{TurnsReader, settle_all};
use crate::store::blocking;
use crate::thread::Handle;
use crate::view::{self, thread_id};

const DEFAULT_PAGE: u32 = 25;
const LARGEST_PAGE: u32 = 100;

/// `thread/read`. Loads nothing.
pub async fn thread_read(cx: &mut Context, params: ThreadReadParams) -> Result<ThreadReadResponse, RpcError> {
    let id = thread_id(&params.thread_id)?;
    let loaded = cx.app.threads.get(&id);
    if let Some(thread) = &loaded {
        if thread.facts.ephemeral {
            if params.include_turns {
                return Err(RpcError::invalid_request(
                    "ephemeral threads do not support includeTurns",
                ));
            }
            return Ok(ThreadReadResponse {
                thread: unstored(thread),
            });
        }
        if !thread.run(|actor| actor.is_materialized()).await? {
            if params.include_turns {
                return Err(RpcError::invalid_request(format!(
                    "thread {id} is not materialized yet; includeTurns is unavailable before first user message"
                )));
            }
            return Ok(ThreadReadResponse {
                thread: unstored(thread),
            });
        }
    }
    let (running, found) = stored(cx, &id, loaded.as_ref()).await?;
    let mut turns = match params.include_turns {
        true => TurnsReader::open(found.path.clone())
            .await?
            .into_turns(running.as_deref()),
        false => Vec::new(),
    };
    if let (Some(thread), true, true) = (&loaded, running.is_some(), params.include_turns) {
        turns = complete(thread, turns).await?;
    }
    let app = Arc::clone(&cx.app);
    let path = found.path.clone();
    let name = cx.app.store.with(move |index| {
        index.index_ahead(&path);
        index.name(&id)
    });
    let name = name.await?;
    let thread = blocking(move || view::stored(&app, &found, name, turns)).await??;
    Ok(ThreadReadResponse { thread })
}

/// `thread/turns/list`. Reads the byte ranges of the page alone.
pub async fn thread_turns_list(
    cx: &mut Context,
    params: ThreadTurnsListParams,
) -> Result<ThreadTurnsListResponse, RpcError> {
    let id = thread_id(&params.thread_id)?;
    let loaded = cx.app.threads.get(&id);
    if let Some(thread) = &loaded {
        if thread.facts.ephemeral {
            return Err(RpcError::invalid_request(
                "ephemeral threads do not support thread/turns/list",
            ));
        }
        if !thread.run(|actor| actor.is_materialized()).await? {
            return Err(RpcError::invalid_request(format!(
                "thread {id} is not materialized yet; thread/turns/list is unavailable before first user message"
            )));
        }
    }
    let (running, found) = stored(cx, &id, loaded.as_ref()).await?;
    let cursor = params.cursor.as_deref().map(TurnPosition::parse).transpose()?;
    let limit = page_size(params.limit);
    let direction = params.sort_direction.unwrap_or(SortDirection::Desc);
    let page = cx
        .app
        .store
        .with(move |index| index.turns_page(&found.path, cursor.as_ref(), limit, direction))
        .await?
        .map_err(|e| match e {
            IndexError::AnchorGone => {
                RpcError::invalid_request("invalid cursor: anchor turn is no longer present")
            }
            other => RpcError::internal(format!("failed to read thread: {other}")),
        })?;
    let mut turns = page.turns;
    settle_all(&mut turns, running.as_deref());
    if let (Some(thread), true) = (&loaded, running.is_some()) {
        turns = complete(thread, turns).await?;
    }
    let position = |turn: &Turn, include_anchor| {
        TurnPosition {
            turn_id: turn.id.clone(),
            include_anchor,
        }
        .to_string()
    };
    Ok(ThreadTurnsListResponse {
        next_cursor: turns
            .last()
            .filter(|_| page.more)
            .map(|turn| position(turn, false)),
        backwards_cursor: turns.first().map(|turn| position(turn, true)),
        data: turns,
    })
}

/// `thread/list`.
pub async fn thread_list(cx: &mut Context, params: ThreadListParams) -> Result<ThreadListResponse, RpcError> {
    let cwd = params.cwd.map(|filter| match filter {
        ThreadListCwdFilter::One(folder) => vec![folder],
        ThreadListCwdFilter::Many(folders) => folders,
    });
    let folder = |folder: String| cx.app.sources.resolve_cwd(Some(folder.as_ref()));
    let query = ListQuery {
        cursor: params.cursor,
        limit: page_size(params.limit),
        sort_key: params.sort_key.unwrap_or(ThreadSortKey::CreatedAt),
        direction: params.sort_direction.unwrap_or(SortDirection::Desc),
        providers: params.model_providers,
        default_provider: cx.app.start_config.model_provider_id.clone(),
        kinds: params.source_kinds.unwrap_or_default(),
        archived: params.archived.unwrap_or(false),
        cwd: cwd.map(|folders| folders.into_iter().map(folder).collect::<Vec<PathBuf>>()),
        search: params.search_term,
        database_only: params.use_state_db_only,
    };
    let page = cx
        .app
        .store
        .with(move |index| index.list(&query))
        .await?
        .map_err(|e| match e {
            IndexError::InvalidCursor(cursor) => {
                RpcError::invalid_request(format!("invalid cursor: {cursor}"))
            }
            other => RpcError::internal(format!("failed to list threads: {other}")),
        })?;
    Ok(ThreadListResponse {
        data: page
            .threads
            .into_iter()
            .map(|thread| view::listed(&cx.app, thread))
            .collect(),
        next_cursor: page.next_cursor,
        backwards_cursor: page.backwards_cursor,
    })
}

/// `thread/search`, an extension: full text over names and messages (docs/extensions.md).
pub async fn thread_search(
    cx: &mut Context,
    params: ThreadSearchParams,
) -> Result<ThreadSearchResponse, RpcError> {
    if params.query.trim().is_empty() {
        return Err(RpcError::invalid_request("query must not be empty"));
    }
    let limit = page_size(params.limit);
    let found = cx
        .app
        .store
        .with(move |index| index.search_text(&params.query, limit))
        .await?;
    let page = found.map_err(|e| RpcError::internal(format!("failed to search threads: {e}")))?;
    let data = page.hits.into_iter().map(|hit| ThreadSearchHit {
        thread_id: hit.thread,
        turn_id: hit.turn_id,
        archived: hit.archived,
        speaker: match hit.speaker {
            Speaker::Title => ThreadSearchSpeaker::Title,
            Speaker::User => ThreadSearchSpeaker::User,
            Speaker::Agent => ThreadSearchSpeaker::Agent,
        },
        snippet: hit.snippet,
        matches: hit
            .matches
            .into_iter()
            .map(|range| ByteRange {
                start: range.start,
                end: range.end,
            })
            .collect(),
    });
    Ok(ThreadSearchResponse {
        data: data.collect(),
        complete: page.complete,
    })
}

/// `thread/loaded/list`.
pub async fn thread_loaded_list(
    cx: &mut Context,
    params: ThreadLoadedListParams,
) -> Result<ThreadLoadedListResponse, RpcError> {
    let mut ids = cx.app.threads.ids();
    let after = match &params.cursor {
        // Without threads there is nothing a cursor could be wrong about.
        _ if ids.is_empty() => None,
        Some(cursor) => match Uuid::parse_str(cursor) {
            Ok(id) => Some(id.to_string()),
            Err(_) => return Err(RpcError::invalid_request(format!("invalid cursor: {cursor}"))),
        },
        None => None,
    };
    if let Some(after) = after {
        ids.retain(|id| *id > after);
    }
    let limit = params.limit.map_or(usize::MAX, |n| n.max(1) as usize);
    let more = ids.len() > limit;
    ids.truncate(limit);
    let next_cursor = ids.last().filter(|_| more).cloned();
    Ok(ThreadLoadedListResponse {
        data: ids,
        next_cursor,
    })
}

/// `getConversationSummary`, of the first protocol version.
pub async fn get_conversation_summary(
    cx: &mut Context,
    params: GetConversationSummaryParams,
) -> Result<GetConversationSummaryResponse, RpcError> {
    let path = match params {
        GetConversationSummaryParams::ByThreadId { conversation_id } => {
            let id = conversation_id.0;
            let wanted = id.clone();
            let found = cx.app.store.with(move |index| index.find(&wanted, None)).await?;
            let found = found.ok_or_else(|| {
                RpcError::invalid_request(format!("no rollout found for conversation id {id}"))
            })?;
            found.path
        }
        GetConversationSummaryParams::ByRolloutPath { rollout_path } => {
            by_path(cx, &rollout_path).await?.0.path
        }
    };
    let app = Arc::clone(&cx.app);
    let summary = blocking(move || view::summary(&app, &path)).await??;
    Ok(GetConversationSummaryResponse { summary })
}

/// A stored thread's history as far as it is written now, and the turn that runs in it.
async fn stored(
    cx: &Context,
    id: &str,
    loaded: Option<&Handle>,
) -> Result<(Option<String>, Found), RpcError> {
    let running = match loaded {
        Some(thread) => {
            // A history that cannot be written now is shown as far as it is.
            let _ = thread.flush().await;
            thread
                .run(|actor| actor.running_turn_id().map(str::to_owned))
                .await?
        }
        None => None,
    };
    let wanted = id.to_owned();
    let path = loaded.and_then(|thread| thread.facts.path.clone());
    let found = cx.app.store.with(move |index| {
        // A loaded thread knows its file, wherever that lies, unless another process has moved it.
        let elsewhere = match &path {
            Some(path) if path.exists() => None,
            _ => index.find(&wanted, None),
        };
        let known = || {
            Some(Found {
                path: path?,
                archived: false,
                row: index.row(&wanted),
            })
        };
        elsewhere.or_else(known)
    });
    let found = found
        .await?
        .ok_or_else(|| RpcError::invalid_request(format!("thread not loaded: {id}")))?;
    Ok((running, found))
}

/// Turns with what the running one holds beyond its history.
async fn complete(thread: &Handle, mut turns: Vec<Turn>) -> Result<Vec<Turn>, RpcError> {
    thread
        .run(move |actor| {
            actor.complete_running_turn(&mut turns);
            turns
        })
        .await
}

fn unstored(thread: &Handle) -> Thread {
    Thread {
        forked_from_id: None,
        ..thread.facts.thread(thread.status(), String::new(), Vec::new())
    }
}

fn page_size(limit: Option<u32>) -> usize {
    limit.unwrap_or(DEFAULT_PAGE).clamp(1, LARGEST_PAGE) as usize
}

/// A place between turns, as a cursor has it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TurnPosition {
    turn_id: String,
    include_anchor: bool,
}

impl TurnPosition {
    fn parse(text: &str) -> Result<TurnCursor, RpcError> {
        let position: Self = serde_json::from_str(text)
            .map_err(|_| RpcError::invalid_request(format!("invalid cursor: {text}")))?;
        Ok(TurnCursor {
            turn_id: position.turn_id,
            include_anchor: position.include_anchor,
        })
    }
}

impl std::fmt::Display for TurnPosition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&serde_json::to_string(self).expect("a plain struct"))
    }
}
