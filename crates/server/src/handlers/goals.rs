//! `thread/goal/*` (threads.md §9).

use codex_index::{GoalSet, Shelf};
use codex_protocol::*;

use crate::dispatch::{Context, Sent};
use crate::error::RpcError;
use crate::goals::{self, shown, tell_updated};
use crate::handlers::thread_edit::with_row;
use crate::view::thread_id;

/// `thread/goal/set`.
pub async fn thread_goal_set(
    cx: &mut Context,
    params: ThreadGoalSetParams,
) -> Result<Sent<ThreadGoalSetResponse>, RpcError> {
    let id = thread_with_goals(cx, &params.thread_id)?;
    let set = GoalSet {
        objective: params
            .objective
            .as_deref()
            .map(goals::objective)
            .transpose()
            .map_err(RpcError::invalid_request)?,
        status: params.status,
        token_budget: match params.token_budget {
            Some(Some(tokens)) => Some(Some(goals::budget(tokens).map_err(RpcError::invalid_request)?)),
            other => other,
        },
    };
    let (found, head) = with_row(cx, &id, Shelf::Active).await?;
    if let Some(thread) = cx.app.threads.get(&id) {
        // The goal's row belongs to a thread with a history.
        thread
            .run_waiting(|actor| {
                Box::pin(async move {
                    actor.materialize().await;
                    actor.flush_journal().await
                })
            })
            .await??;
        cx.app.store.settle().await;
    }
    let wanted = id.clone();
    let goal = cx.app.store.with(move |index| {
        index.ensure_row(&found.path, found.archived, &head)?;
        index.set_goal(&wanted, &set)
    });
    let goal = goal.await?.map_err(unavailable)?.ok_or_else(|| {
        RpcError::invalid_request(format!("cannot update goal for thread {id}: no goal exists"))
    })?;
    let goal = shown(&goal);
    let sent = cx.reply(&ThreadGoalSetResponse { goal: goal.clone() });
    tell_updated(&cx.app, goal, None).await;
    if let Some(thread) = cx.app.threads.get(&id) {
        let pursued = thread.run_waiting(|actor| Box::pin(actor.pursue_goal_again()));
        // A thread that is being unloaded goes on when it is resumed.
        let _ = pursued.await;
    }
    Ok(sent)
}

/// `thread/goal/get`.
pub async fn thread_goal_get(
    cx: &mut Context,
    params: ThreadGoalGetParams,
) -> Result<ThreadGoalGetResponse, RpcError> {
    let id = thread_with_goals(cx, &params.thread_id)?;
    with_row(cx, &id, Shelf::Active).await?;
    let goal = cx
        .app
        .store
        .with(move |index| index.goal(&id))
        .await?
        .map_err(unavailable)?;
    Ok(ThreadGoalGetResponse {
        goal: goal.as_ref().map(shown),
    })
}

/// `thread/goal/clear`.
pub async fn thread_goal_clear(
    cx: &mut Context,
    params: ThreadGoalClearParams,
) -> Result<Sent<ThreadGoalClearResponse>, RpcError> {
    let id = thread_with_goals(cx, &params.thread_id)?;
    with_row(cx, &id, Shelf::Active).await?;
    let wanted = id.clone();
    let cleared = cx
        .app
        .store
        .with(move |index| index.clear_goal(&wanted))
        .await?
        .map_err(unavailable)?;
    let sent = cx.reply(&ThreadGoalClearResponse { cleared });
    if cleared {
        cx.app.broadcast_of(&id, goals::cleared(&id));
    }
    Ok(sent)
}

/// The thread's id, if goals are switched on and it may have one.
fn thread_with_goals(cx: &Context, id: &str) -> Result<String, RpcError> {
    if !cx.app.start_config.features.enabled("goals") {
        return Err(RpcError::invalid_request("goals feature is disabled"));
    }
    let id = thread_id(id)?;
    match cx.app.threads.get(&id) {
        Some(thread) if thread.facts.ephemeral => Err(RpcError::invalid_request(format!(
            "ephemeral thread does not support goals: {id}"
        ))),
        _ => Ok(id),
    }
}

fn unavailable(error: codex_index::IndexError) -> RpcError {
    RpcError::internal(format!("goals are unavailable: {error}"))
}
