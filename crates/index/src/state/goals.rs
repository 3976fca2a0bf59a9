//! Rows of `thread_goals` (threads.md §9). What a goal does to a running thread is no concern here.

use codex_protocol::ThreadGoalStatus;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A status as the column has it.
fn word(status: ThreadGoalStatus) -> &'static str {
    match status {
        ThreadGoalStatus::Active => "active",
        ThreadGoalStatus::Paused => "paused",
        ThreadGoalStatus::BudgetLimited => "budget_limited",
        ThreadGoalStatus::Complete => "complete",
    }
}

fn status_of(word: &str) -> ThreadGoalStatus {
    match word {
        "active" => ThreadGoalStatus::Active,
        "budget_limited" => ThreadGoalStatus::BudgetLimited,
        "complete" => ThreadGoalStatus::Complete,
        // The table's CHECK admits no other word than these and `paused`.
        _ => ThreadGoalStatus::Paused,
    }
}

/// A thread's goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// The thread.
    pub thread_id: String,
    /// Tells this goal from an earlier or later one of the thread.
    pub goal_id: String,
    /// What is to be reached.
    pub objective: String,
    /// How far it has come.
    pub status: ThreadGoalStatus,
    /// Tokens it may cost.
    pub token_budget: Option<i64>,
    /// Tokens used while active (all but cached input).
    pub tokens_used: i64,
    /// Seconds spent while active.
    pub time_used_seconds: i64,
    /// Milliseconds since the epoch.
    pub created_at_ms: i64,
    /// Milliseconds since the epoch.
    pub updated_at_ms: i64,
}

/// A change to a goal; `None` leaves a member alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GoalChange {
    /// New status.
    pub status: Option<ThreadGoalStatus>,
    /// New budget; `Some(None)` removes it.
    pub token_budget: Option<Option<i64>>,
    /// Tokens to add.
    pub add_tokens: i64,
    /// Seconds to add.
    pub add_seconds: i64,
    /// Only if this is still the thread's goal.
    pub goal_id: Option<String>,
}

const COLUMNS: &str = "thread_id, goal_id, objective, status, token_budget, tokens_used, time_used_seconds, created_at_ms, updated_at_ms";

fn read(row: &Row<'_>) -> rusqlite::Result<Goal> {
    let status: String = row.get(3)?;
    Ok(Goal {
        thread_id: row.get(0)?,
        goal_id: row.get(1)?,
        objective: row.get(2)?,
        status: status_of(&status),
        token_budget: row.get(4)?,
        tokens_used: row.get(5)?,
        time_used_seconds: row.get(6)?,
        created_at_ms: row.get(7)?,
        updated_at_ms: row.get(8)?,
    })
}

pub(crate) fn get(conn: &Connection, thread: &str) -> rusqlite::Result<Option<Goal>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM thread_goals WHERE thread_id = ?"))?
        .query_row([thread], read)
        .optional()
}

/// A status that takes the budget into account: what is used up is limited, whatever else was asked for (but completion).
fn limited(
    status: ThreadGoalStatus,
    budget: Option<i64>,
    used: i64,
    before: Option<ThreadGoalStatus>,
) -> ThreadGoalStatus {
    match status {
        ThreadGoalStatus::Active if budget.is_some_and(|b| used >= b) => ThreadGoalStatus::BudgetLimited,
        ThreadGoalStatus::Paused if before == Some(ThreadGoalStatus::BudgetLimited) => {
            ThreadGoalStatus::BudgetLimited
        }
        s => s,
    }
}

/// Puts a new goal, with zeroed counters, in the place of whatever the thread had.
pub(crate) fn replace(
    conn: &Connection,
    thread: &str,
    objective: &str,
    status: ThreadGoalStatus,
    token_budget: Option<i64>,
    now_ms: i64,
) -> rusqlite::Result<Goal> {
    let goal = Goal {
        thread_id: thread.to_owned(),
        goal_id: uuid::Uuid::new_v4().to_string(),
        objective: objective.to_owned(),
        status: limited(status, token_budget, 0, None),
        token_budget,
        tokens_used: 0,
        time_used_seconds: 0,
        created_at_ms: now_ms,
        updated_at_ms: now_ms,
    };
    write(conn, &goal)?;
    Ok(goal)
}

/// Changes the thread's goal; `None` if it has none (or another one than the change is meant for).
pub(crate) fn change(
    conn: &Connection,
    thread: &str,
    change: &GoalChange,
    now_ms: i64,
) -> rusqlite::Result<Option<Goal>> {
    let Some(mut goal) = get(conn, thread)? else {
        return Ok(None);
    };
    if change.goal_id.as_ref().is_some_and(|g| *g != goal.goal_id) {
        return Ok(None);
    }
    let before = goal.status;
    goal.token_budget = change.token_budget.unwrap_or(goal.token_budget);
    goal.tokens_used += change.add_tokens;
    goal.time_used_seconds += change.add_seconds;
    goal.status = limited(
        change.status.unwrap_or(before),
        goal.token_budget,
        goal.tokens_used,
        Some(before),
    );
    goal.updated_at_ms = now_ms;
    write(conn, &goal)?;
    Ok(Some(goal))
}

pub(crate) fn clear(conn: &Connection, thread: &str) -> rusqlite::Result<bool> {
    Ok(conn.execute("DELETE FROM thread_goals WHERE thread_id = ?", [thread])? > 0)
}

fn write(conn: &Connection, g: &Goal) -> rusqlite::Result<()> {
    conn.prepare_cached(&format!(
        "INSERT OR REPLACE INTO thread_goals ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ))?
    .execute(params![
        g.thread_id,
        g.goal_id,
        g.objective,
        word(g.status),
        g.token_budget,
        g.tokens_used,
        g.time_used_seconds,
        g.created_at_ms,
        g.updated_at_ms,
    ])?;
    Ok(())
}
