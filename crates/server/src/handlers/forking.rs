//! `thread/fork`: a new thread that begins with a copy of another's history (threads.md §4).

use std::fs::File;
use std::path::Path;

use codex_protocol::*;
use codex_rollout::record::{AbortReason, TurnAborted};
use codex_rollout::{EventMsg, Mode, RolloutItem, copy};
use uuid::Uuid;

use super::opening::{by_id, by_path, load, mode, new_thread, stored_of};
use crate::dispatch::{Context, Sent};
use crate::error::RpcError;
use crate::history::{TurnsReader, read_model_history};
use crate::store::blocking;
use crate::thread::journal::Journal;
use crate::thread::opening::prepare;
use crate::thread::wishes::wishes;
use crate::view::thread_id;

/// Records copied at a time.
const BATCH: usize = 256;

/// `thread/fork`. The source is untouched and need not be loaded.
pub async fn thread_fork(
    cx: &mut Context,
    mut params: ThreadForkParams,
) -> Result<Sent<ThreadForkResponse>, RpcError> {
    let (found, head) = match params.path.take() {
        Some(path) => by_path(cx, &path).await?,
        None => by_id(cx, &thread_id(&params.thread_id)?).await?,
    };
    if let Some(running) = cx.app.threads.get(&head.meta.id.to_string()) {
        running.flush().await?;
    }
    let mut wishes = wishes!(params, None);
    wishes.cwd.get_or_insert_with(|| head.meta.cwd.clone());
    let id = Uuid::now_v7();
    let prepared = prepare(
        &cx.app,
        &id.to_string(),
        wishes.into_request()?,
        stored_of(&head.meta),
        false,
    )
    .await?;

    // The turns of a fork with a file are read from there.
    let source = match params.ephemeral && !params.exclude_turns {
        true => TurnsReader::open(found.path.clone()).await?,
        false => TurnsReader::open_outline(found.path.clone()).await?,
    };
    let (end, mut usage_turn_id) = (source.end(), source.usage_turn_id());
    let mut turns = source.into_turns(None);
    let closing = closing_records(&turns);
    let mut seed = read_model_history(&cx.app.store, &found.path, prepared.history_budget()).await?;
    seed.history
        .extend(closing.iter().filter_map(|record| match record {
            RolloutItem::ResponseItem(item) => Some(item.clone()),
            _ => None,
        }));

    let mode = mode(params.persist_extended_history);
    let (facts, journal) = new_thread(cx, id, &prepared, params.ephemeral, Some(head.meta.id), mode);
    let preview = head.preview.clone().unwrap_or_default();
    let mut started = facts.thread(ThreadStatus::Idle, preview, Vec::new());
    let journal = match journal {
        Some(mut journal) => {
            let written = write_copy(&mut journal, &found.path, end, mode, closing);
            let shown = match written.await {
                Ok(()) => show_copy(cx, &journal, !params.exclude_turns).await,
                Err(error) => Err(error),
            };
            match shown {
                Ok(copy) => {
                    started.name = copy.name;
                    (usage_turn_id, turns) = copy.turns.unwrap_or_default();
                }
                Err(error) => {
                    journal.discard().await;
                    return Err(error);
                }
            }
            Some(journal)
        }
        None => None,
    };
    let shown = if params.exclude_turns { Vec::new() } else { turns };
    let opened = prepared.opened(Thread {
        turns: shown,
        ..started.clone()
    });
    let notices = prepared.notices();
    let handle = load(cx, prepared, facts, journal, seed)?;
    handle.hub.subscribe(&cx.session, false);
    let usage = handle.run(|actor| actor.token_usage()).await?;
    cx.session.notify_all(notices);
    let sent = cx.reply(&ThreadForkResponse::from(opened));
    if let Some(token_usage) = usage.filter(|_| !params.exclude_turns) {
        let thread_id = handle.facts.id.clone();
        cx.session.notify(ThreadTokenUsageUpdatedNotification {
            thread_id,
            turn_id: usage_turn_id,
            token_usage,
        });
    }
    handle
        .hub
        .broadcast(ThreadStartedNotification { thread: started });
    cx.app.store.with(|index| index.start_backfill()).await?;
    Ok(sent)
}

/// What clients see of a copy.
struct Copied {
    /// Names are among the records copied.
    name: Option<String>,
    /// The turn that the usage is told for, and the turns. Implicit turns are numbered by the records of the file they
    /// stand in, so these are not the source's.
    turns: Option<(String, Vec<Turn>)>,
}

/// Reads the copy as far as it is shown, and has it taken into the index whole.
async fn show_copy(cx: &Context, journal: &Journal, with_turns: bool) -> Result<Copied, RpcError> {
    let turns = match with_turns {
        true => {
            let copy = TurnsReader::open(journal.path().to_owned()).await?;
            Some((copy.usage_turn_id(), copy.into_turns(None)))
        }
        false => None,
    };
    let (path, head) = (journal.path().to_owned(), journal.head().clone());
    let name = cx.app.store.with(move |index| {
        if let Err(error) = index.ensure_row(&path, false, &head) {
            tracing::debug!("the fork's row has to wait: {error}");
        }
        index.name(&head.id.to_string())
    });
    let name = name.await?;
    Ok(Copied { name, turns })
}

/// What ends an unfinished last turn in the copy: to the copy it was interrupted.
fn closing_records(turns: &[Turn]) -> Vec<RolloutItem> {
    let Some(last) = turns.last() else {
        return Vec::new();
    };
    // A turn of an old history has no id of its own, and is over when something says so.
    let implicit = last.id.starts_with("rollout-");
    let open = last.status == TurnStatus::Interrupted || (implicit && last.status == TurnStatus::Completed);
    if !open || last.completed_at.is_some() {
        return Vec::new();
    }
    let aborted = TurnAborted {
        turn_id: (!implicit).then(|| last.id.clone()),
        reason: AbortReason::Interrupted,
        completed_at: None,
        duration_ms: None,
    };
    vec![
        RolloutItem::ResponseItem(codex_agent::interruption_marker()),
        RolloutItem::EventMsg(EventMsg::TurnAborted(aborted)),
    ]
}

/// Writes the copy: its own head, the records of the source, what closes them.
async fn write_copy(
    journal: &mut Journal,
    source: &Path,
    end: u64,
    mode: Mode,
    closing: Vec<RolloutItem>,
) -> Result<(), RpcError> {
    let failed = |e: &dyn std::fmt::Display| RpcError::internal(format!("failed to write the fork: {e}"));
    journal.materialize().await;
    let file = File::open(source).map_err(|e| failed(&e))?;
    let mut records = copy::records(file, end, mode);
    loop {
        let (batch, rest) = blocking(move || {
            let mut batch = Vec::new();
            while batch.len() < BATCH
                && let Some(record) = records.next_record()?
            {
                batch.push(record);
            }
            Ok::<_, std::io::Error>((batch, records))
        })
        .await?
        .map_err(|e| failed(&e))?;
        records = rest;
        if batch.is_empty() {
            break;
        }
        for record in batch {
            journal.copy(record).await.map_err(|e| failed(&e))?;
        }
    }
    for record in closing {
        journal.copy(record).await.map_err(|e| failed(&e))?;
    }
    journal.flush_unnoted().await.map_err(|e| failed(&e))
}
