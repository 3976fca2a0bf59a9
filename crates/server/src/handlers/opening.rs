//! `thread/start`, `thread/resume`, `thread/unsubscribe` (threads.md §1.3, §2, §3).

use std::path::{Path, PathBuf};

use codex_agent::{History, Seed, TurnEnvironment};
use codex_hooks::StartSource;
use codex_index::{Found, Index};
use codex_protocol::*;
use codex_rollout::head::Head;
use codex_rollout::record::Source;
use codex_rollout::{Mode, RolloutItem, SessionMeta, paths};
use jiff::Timestamp;
use serde_json::Map;
use uuid::Uuid;

use crate::dispatch::{Context, Sent};
use crate::error::RpcError;
use crate::handlers::turns::turn_environment;
use crate::history::{TurnsReader, read_tail};
use crate::store::blocking;
use crate::thread::joining::{Join, no_rollout};
use crate::thread::journal::Journal;
use crate::thread::opening::{Prepared, Stored, offered_tools, prepare, stored_instructions, stored_tools};
use crate::thread::wishes::wishes;
use crate::thread::{Facts, Handle, dynamic_tools};
use crate::user_agent::REFERENCE_VERSION;
use crate::view::{self, thread_id};
use crate::wire;

/// `thread/start`. Nothing is written but, maybe, that the project is trusted.
pub async fn thread_start(
    cx: &mut Context,
    mut params: ThreadStartParams,
) -> Result<Sent<ThreadStartResponse>, RpcError> {
    dynamic_tools::check(params.dynamic_tools.as_deref().unwrap_or_default())
        .map_err(RpcError::invalid_request)?;
    let environment = turn_environment(params.environments.as_deref())?;
    let request = wishes!(params, params.personality.take()).into_request()?;
    let id = Uuid::now_v7();
    let stored = Stored {
        dynamic_tools: params.dynamic_tools.unwrap_or_default(),
        ..Stored::default()
    };
    let mut prepared = prepare(&cx.app, &id.to_string(), request, stored, true).await?;
    prepared.settings.has_environment = environment != TurnEnvironment::None;
    let (facts, journal) = new_thread(
        cx,
        id,
        &prepared,
        params.ephemeral.unwrap_or(false),
        None,
        mode(params.persist_extended_history),
    );
    let thread = facts.thread(ThreadStatus::Idle, String::new(), Vec::new());
    let opened = prepared.opened(thread.clone());
    // Faults that were there when the server started have been told.
    let told = &cx.app.start_warnings;
    let warning = prepared.faulty_rules.take().filter(|w| !told.contains(w));
    let notices = prepared.notices();
    let start = match params.session_start_source {
        Some(ThreadStartSource::Clear) => StartSource::Clear,
        Some(ThreadStartSource::Startup) | None => StartSource::Startup,
    };
    let seed = Seed {
        start,
        ..Seed::default()
    };
    let handle = load(cx, prepared, facts, journal, seed)?;
    handle.hub.subscribe(&cx.session, params.experimental_raw_events);
    let sent = cx.reply(&ThreadStartResponse::from(opened));
    handle.hub.broadcast(ThreadStartedNotification { thread });
    if let Some(warning) = warning {
        cx.session.notify(warning);
    }
    cx.session.notify_all(notices);
    if !handle.facts.ephemeral {
        cx.app.store.with(|index| index.start_backfill()).await?;
    }
    Ok(sent)
}

/// `thread/resume`: by history, else by path, else by id.
pub async fn thread_resume(
    cx: &mut Context,
    mut params: ThreadResumeParams,
) -> Result<Sent<ThreadResumeResponse>, RpcError> {
    if let Some(items) = params.history.take() {
        return resume_items(cx, params, items).await;
    }
    if params.permissions.is_some() && params.sandbox.is_some() {
        return Err(RpcError::invalid_request(
            "`permissions` cannot be combined with `sandbox`",
        ));
    }
    let (found, head) = match params.path.take() {
        Some(path) => {
            if let Some(running) = thread_id(&params.thread_id)
                .ok()
                .and_then(|id| cx.app.threads.get(&id))
            {
                check_same_path(&running, &path)?;
            }
            let (found, head) = by_path(cx, &path).await?;
            if let Some(running) = resumable(cx, &head.meta.id.to_string()).await? {
                check_same_path(&running, &path)?;
                return join(cx, running, found, &params, false).await;
            }
            (found, head)
        }
        None => {
            let id = thread_id(&params.thread_id)?;
            if let Some(running) = resumable(cx, &id).await? {
                let found = found_of(&running);
                return join(cx, running, found, &params, false).await;
            }
            by_id(cx, &id).await?
        }
    };
    let handle = load_stored(cx, &found, &head, &mut params).await?;
    join(cx, handle, found, &params, true).await
}

/// `thread/unsubscribe`. The thread stays loaded and goes on.
pub async fn thread_unsubscribe(
    cx: &mut Context,
    params: ThreadUnsubscribeParams,
) -> Result<ThreadUnsubscribeResponse, RpcError> {
    let id = thread_id(&params.thread_id)?;
    let status = match cx.app.threads.get(&id) {
        None => ThreadUnsubscribeStatus::NotLoaded,
        Some(thread) if thread.hub.unsubscribe(cx.session.id) => ThreadUnsubscribeStatus::Unsubscribed,
        Some(_) => ThreadUnsubscribeStatus::NotSubscribed,
    };
    Ok(ThreadUnsubscribeResponse { status })
}

/// Loads a stored thread with what it had, where the client does not say otherwise.
async fn load_stored(
    cx: &mut Context,
    found: &Found,
    head: &Head,
    params: &mut ThreadResumeParams,
) -> Result<Handle, RpcError> {
    let id = head.meta.id.to_string();
    let mut wishes = wishes!(params, params.personality.take());
    let row = match found.row.as_ref().filter(|_| !wishes.choose_a_model()) {
        Some(row) => cx
            .app
            .store
            .with(|index| index.is_complete())
            .await?
            .then_some(row),
        None => None,
    };
    wishes.cwd.get_or_insert_with(|| head.meta.cwd.clone());
    if let Some(row) = row {
        wishes.model_provider = Some(row.model_provider.clone());
    }
    let stored = Stored {
        model: row.and_then(|row| row.model.clone()),
        effort: row.and_then(|row| row.reasoning_effort.clone()),
        ..stored_of(&head.meta)
    };
    let prepared = prepare(&cx.app, &id, wishes.into_request()?, stored, false).await?;
    let tail = read_tail(&found.path).await?;
    let warning = other_model(&prepared, tail.last_model.as_deref());
    let notices = prepared.notices();
    let mode = mode(params.persist_extended_history);
    let journal = Journal::open(cx.app.store.clone(), &found.path, mode, head.meta.clone());
    let facts = stored_facts(&found.path, &head.meta, &prepared);
    let seed = Seed {
        start: StartSource::Resume,
        token_info: tail.token_info,
        last_model: tail.last_model,
        ..Seed::default()
    };
    let handle = load(cx, prepared, facts, Some(journal), seed)?;
    handle.run(|actor| actor.history_is_unread()).await?;
    cx.session.notify_all(notices);
    if let Some(message) = warning {
        cx.session.notify(WarningNotification {
            thread_id: Some(id),
            message,
        });
    }
    handle.run(|actor| actor.status.tell_loaded()).await?;
    let path = found.path.clone();
    let begin = move |index: &Index| {
        index.index_ahead(&path);
        index.start_backfill();
    };
    cx.app.store.with(begin).await?;
    Ok(handle)
}

/// A new thread with a history that the client brings along; it is written at once.
async fn resume_items(
    cx: &mut Context,
    mut params: ThreadResumeParams,
    items: Vec<ResponseItem>,
) -> Result<Sent<ThreadResumeResponse>, RpcError> {
    if let Ok(id) = thread_id(&params.thread_id)
        && cx.app.threads.get(&id).is_some()
    {
        let message = format!("cannot resume thread {id} with history while it is already running");
        return Err(RpcError::invalid_request(message));
    }
    if items.is_empty() {
        return Err(RpcError::invalid_request("history must not be empty"));
    }
    let items: Vec<_> = items
        .into_iter()
        .filter(|item| !matches!(item, ResponseItem::Other(_)))
        .collect();
    let id = Uuid::now_v7();
    let request = wishes!(params, params.personality.take()).into_request()?;
    let prepared = prepare(&cx.app, &id.to_string(), request, Stored::default(), false).await?;
    let (facts, journal) = new_thread(
        cx,
        id,
        &prepared,
        false,
        None,
        mode(params.persist_extended_history),
    );
    let mut journal = journal.expect("not ephemeral");
    journal.materialize().await;
    for item in &items {
        journal.record(RolloutItem::ResponseItem(item.clone())).await;
    }
    journal
        .flush()
        .await
        .map_err(|e| RpcError::internal(e.to_string()))?;
    let thread = facts.thread(ThreadStatus::Idle, first_words(&items), Vec::new());
    let opened = prepared.opened(thread);
    let notices = prepared.notices();
    let handle = load(
        cx,
        prepared,
        facts,
        Some(journal),
        Seed {
            history: History::new(items),
            ..Seed::default()
        },
    )?;
    handle.hub.subscribe(&cx.session, false);
    cx.session.notify_all(notices);
    handle.run(|actor| actor.status.tell_loaded()).await?;
    Ok(cx.reply(&ThreadResumeResponse::from(opened)))
}

/// Joins a thread that is loaded.
async fn join(
    cx: &mut Context,
    handle: Handle,
    found: Found,
    params: &ThreadResumeParams,
    tell_goal: bool,
) -> Result<Sent<ThreadResumeResponse>, RpcError> {
    let app = cx.app.clone();
    let id = handle.facts.id.clone();
    handle.flush().await.ok();
    let (found, name) = cx
        .app
        .store
        .with(move |index| (index.row(&id), index.name(&id)))
        .await
        .map(|(row, name)| {
            (
                Found {
                    row: row.or(found.row),
                    ..found
                },
                name,
            )
        })?;
    let path = found.path.clone();
    let thread = blocking(move || view::stored(&app, &found, name, Vec::new())).await??;
    let turns = if params.exclude_turns {
        None
    } else {
        Some(TurnsReader::open(path).await?)
    };
    let (session, after_seq) = (cx.session.clone(), params.after_seq);
    let responder = cx.responder();
    let join = Join {
        session,
        thread,
        turns,
        after_seq,
        tell_goal,
    };
    handle
        .reply(responder, move |actor, responder| {
            Box::pin(actor.join(join, responder))
        })
        .await
}

/// The loaded thread of that id, if it has a history. A loaded one without is no thread to resume; one whose history was
/// moved or deleted by others is unloaded, to be looked for anew.
async fn resumable(cx: &Context, id: &str) -> Result<Option<Handle>, RpcError> {
    let Some(handle) = cx.app.threads.get(id) else {
        return Ok(None);
    };
    if !handle.run(|actor| actor.is_materialized()).await? {
        return Err(no_rollout(id));
    }
    if handle
        .run_waiting(|actor| Box::pin(actor.history_is_gone()))
        .await?
    {
        handle.shut_down().await?;
        return Ok(None);
    }
    Ok(Some(handle))
}

fn found_of(handle: &Handle) -> Found {
    let path = handle
        .facts
        .path
        .clone()
        .expect("a thread with a history has a path");
    Found {
        path,
        archived: false,
        row: None,
    }
}

fn check_same_path(running: &Handle, requested: &Path) -> Result<(), RpcError> {
    let active = running.facts.path.as_deref().unwrap_or(Path::new(""));
    if active == requested {
        return Ok(());
    }
    Err(RpcError::invalid_request(format!(
        "cannot resume running thread {} with mismatched path: requested `{}`, active `{}`",
        running.facts.id,
        requested.display(),
        active.display()
    )))
}

/// The history of a thread and its head.
pub async fn by_id(cx: &Context, id: &str) -> Result<(Found, Head), RpcError> {
    let wanted = id.to_owned();
    let found = cx.app.store.with(move |index| index.find(&wanted, None)).await?;
    let found = found.ok_or_else(|| no_rollout(id))?;
    let path = found.path.clone();
    let head = blocking(move || view::read_head(&path)).await??;
    Ok((found, head))
}

/// The history at a path, wherever that is: relative ones lie below the home, links are followed.
pub async fn by_path(cx: &Context, path: &Path) -> Result<(Found, Head), RpcError> {
    let (home, path) = (cx.app.store.home().to_owned(), path.to_owned());
    let (resolved, head) = blocking(move || {
        let resolved = home.join(&path).canonicalize().map_err(|e| {
            RpcError::invalid_request(format!(
                "failed to resolve rollout path `{}`: {e}",
                home.join(&path).display()
            ))
        })?;
        let head = view::read_head(&resolved)?;
        Ok::<_, RpcError>((resolved, head))
    })
    .await??;
    let id = head.meta.id.to_string();
    let row = cx
        .app
        .store
        .with(move |index| index.row(&id))
        .await?
        .filter(|row| row.rollout_path == resolved);
    Ok((
        Found {
            path: resolved,
            archived: false,
            row,
        },
        head,
    ))
}

/// What a head keeps for a thread that goes on.
pub fn stored_of(meta: &SessionMeta) -> Stored {
    Stored {
        base_instructions: meta.base_instructions.as_ref().map(|b| b.text.clone()),
        dynamic_tools: offered_tools(meta.dynamic_tools.as_deref().unwrap_or_default()),
        ..Stored::default()
    }
}

/// The facts and the journal of a thread that is being made.
pub fn new_thread(
    cx: &Context,
    id: Uuid,
    prepared: &Prepared,
    ephemeral: bool,
    forked_from: Option<Uuid>,
    mode: Mode,
) -> (Facts, Option<Journal>) {
    let now = Timestamp::now();
    let path = (!ephemeral).then(|| paths::rollout_path(cx.app.store.home(), id, now));
    let cwd = prepared.settings.cwd.clone();
    let facts = Facts {
        id: id.to_string(),
        session_id: id.to_string(),
        forked_from: forked_from.map(|id| id.to_string()),
        ephemeral,
        path: path.clone(),
        source: SessionSource::Vscode,
        cli_version: REFERENCE_VERSION.into(),
        model_provider: prepared.config.model_provider_id.clone(),
        cwd: cwd.clone(),
        created_at: None,
        agent_nickname: None,
        agent_role: None,
        git: None,
    };
    let head = SessionMeta {
        id,
        forked_from_id: forked_from,
        timestamp: format!("{now:.3}"),
        cwd: cwd.to_string_lossy().into_owned(),
        originator: cx.app.originator.get().to_owned(),
        cli_version: REFERENCE_VERSION.into(),
        source: Source::VsCode,
        agent_nickname: None,
        agent_role: None,
        agent_path: None,
        model_provider: Some(prepared.config.model_provider_id.clone()),
        base_instructions: stored_instructions(&prepared.settings),
        dynamic_tools: stored_tools(&prepared.settings.dynamic_tools),
        memory_mode: (!prepared.config.generate_memories).then(|| "disabled".into()),
        git: None,
        extra: Map::new(),
    };
    let journal = path.map(|path| Journal::create(cx.app.store.clone(), &path, mode, head));
    (facts, journal)
}

fn stored_facts(path: &Path, meta: &SessionMeta, prepared: &Prepared) -> Facts {
    Facts {
        id: meta.id.to_string(),
        session_id: view::session_id(meta),
        forked_from: meta.forked_from_id.map(|id| id.to_string()),
        ephemeral: false,
        path: Some(path.to_owned()),
        source: wire::source(&meta.source),
        cli_version: meta.cli_version.clone(),
        model_provider: meta
            .model_provider
            .clone()
            .unwrap_or_else(|| prepared.config.model_provider_id.clone()),
        cwd: PathBuf::from(&meta.cwd),
        created_at: view::created_at(meta),
        agent_nickname: meta.agent_nickname.clone(),
        agent_role: meta.agent_role.clone(),
        git: view::head_git(meta),
    }
}

/// Loads a prepared thread.
pub fn load(
    cx: &Context,
    prepared: Prepared,
    facts: Facts,
    journal: Option<Journal>,
    seed: Seed,
) -> Result<Handle, RpcError> {
    let id = facts.id.clone();
    prepared.load(&cx.app, facts, journal, seed).map_err(|_| {
        RpcError::invalid_request(format!("thread {id} is being loaded by another request; retry"))
    })
}

/// How much a session stores.
pub fn mode(extended: bool) -> Mode {
    if extended { Mode::Extended } else { Mode::Limited }
}

/// Tells of a model other than the one that was last used.
fn other_model(prepared: &Prepared, last: Option<&str>) -> Option<String> {
    let last = last?;
    let now = &prepared.settings.model;
    (last != now).then(|| {
        format!(
            "This thread was last used with the model `{last}` and goes on with `{now}`; answers may differ."
        )
    })
}

fn first_words(items: &[ResponseItem]) -> String {
    let first = items
        .iter()
        .find(|item| codex_rollout::history::is_user_turn(item));
    let Some(ResponseItem::Message { content, .. }) = first else {
        return String::new();
    };
    let text: String = content
        .iter()
        .filter_map(|part| match part {
            ContentItem::InputText { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    codex_rollout::text::request(&text).to_owned()
}
