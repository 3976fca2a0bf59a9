//! A thread's goal: kept by the index, counted by turns, told to clients (threads.md §9, agent.md §14).

use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::Instant;

use codex_agent::{GoalError, Goals};
use codex_index::{Goal, GoalChange, GoalSet};
use codex_protocol::{
    ThreadGoal, ThreadGoalClearedNotification, ThreadGoalStatus, ThreadGoalUpdatedNotification,
};
use futures_util::future::BoxFuture;

use crate::app::App;
use crate::error::RpcError;

/// Longest objective, in characters.
pub const LONGEST_OBJECTIVE: usize = 4000;

/// The goal as clients see it.
pub fn shown(goal: &Goal) -> ThreadGoal {
    ThreadGoal {
        thread_id: goal.thread_id.clone(),
        objective: goal.objective.clone(),
        status: goal.status,
        token_budget: goal.token_budget,
        tokens_used: goal.tokens_used,
        time_used_seconds: goal.time_used_seconds,
        created_at: goal.created_at_ms.div_euclid(1000),
        updated_at: goal.updated_at_ms.div_euclid(1000),
    }
}

/// Checks an objective: trimmed, neither empty nor too long.
pub fn objective(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("goal objective must not be empty".into());
    }
    if text.chars().count() > LONGEST_OBJECTIVE {
        return Err(format!(
            "goal objective must be at most {LONGEST_OBJECTIVE} characters"
        ));
    }
    Ok(text.to_owned())
}

/// Checks a token budget.
pub fn budget(tokens: i64) -> Result<i64, String> {
    if tokens > 0 {
        Ok(tokens)
    } else {
        Err("goal budgets must be positive when provided".into())
    }
}

/// The goal of one loaded thread, as its turns use it.
pub struct ThreadGoals {
    app: Weak<App>,
    thread_id: String,
    turn: Mutex<Turn>,
}

/// The turn that runs, and when its time was last counted.
#[derive(Default)]
struct Turn {
    id: Option<String>,
    counted: Option<Instant>,
}

impl ThreadGoals {
    /// The goal of the thread `thread_id`.
    pub fn new(app: &Arc<App>, thread_id: &str) -> Self {
        Self {
            app: Arc::downgrade(app),
            thread_id: thread_id.to_owned(),
            turn: Mutex::default(),
        }
    }

    /// A turn begins: time is counted from now on.
    pub fn turn_begins(&self, id: &str) {
        *self.turn() = Turn {
            id: Some(id.to_owned()),
            counted: Some(Instant::now()),
        };
    }

    /// The turn is over.
    pub fn turn_ends(&self) {
        *self.turn() = Turn::default();
    }

    /// The goal was set anew or began to count: what passed before does not count.
    pub fn count_from_now(&self) {
        let mut turn = self.turn();
        if turn.id.is_some() {
            turn.counted = Some(Instant::now());
        }
    }

    fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().expect("no code panics while it holds the turn")
    }

    fn app(&self) -> Result<Arc<App>, GoalError> {
        self.app
            .upgrade()
            .ok_or_else(|| GoalError("the server is going down".into()))
    }

    /// Tells clients of the goal, behind everything the turn has told so far.
    async fn tell(&self, app: &Arc<App>, goal: &ThreadGoal) {
        let turn_id = self.turn().id.clone();
        tell_updated(app, goal.clone(), turn_id).await;
    }

    async fn change(&self, app: &App, change: GoalChange) -> Result<Option<Goal>, GoalError> {
        let id = self.thread_id.clone();
        unwrap(app.store.with(move |index| index.change_goal(&id, &change)).await)
    }
}

/// Tells clients of a goal, behind everything its thread has told so far.
pub async fn tell_updated(app: &Arc<App>, goal: ThreadGoal, turn_id: Option<String>) {
    let thread_id = goal.thread_id.clone();
    let notification = ThreadGoalUpdatedNotification {
        thread_id: thread_id.clone(),
        turn_id,
        goal,
    };
    match app.threads.get(&thread_id) {
        Some(thread) => {
            let told = thread.run_waiting(move |actor| {
                Box::pin(async move {
                    actor.drain_events().await;
                    actor.hub.broadcast(notification);
                })
            });
            // A thread that is being unloaded tells nothing more.
            let _ = told.await;
        }
        None => app.connections.broadcast(notification),
    }
}

/// Tells clients that a thread has no goal (any more).
pub fn cleared(thread_id: &str) -> ThreadGoalClearedNotification {
    ThreadGoalClearedNotification {
        thread_id: thread_id.to_owned(),
    }
}

fn unwrap<T>(result: Result<codex_index::Result<T>, RpcError>) -> Result<T, GoalError> {
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(GoalError(error.to_string())),
        Err(error) => Err(GoalError(error.message)),
    }
}

impl Goals for ThreadGoals {
    fn get(&self) -> BoxFuture<'_, Result<Option<ThreadGoal>, GoalError>> {
        Box::pin(async move {
            let (app, id) = (self.app()?, self.thread_id.clone());
            let goal = unwrap(app.store.with(move |index| index.goal(&id)).await)?;
            Ok(goal.as_ref().map(shown))
        })
    }

    fn create(
        &self,
        text: String,
        token_budget: Option<i64>,
    ) -> BoxFuture<'_, Result<ThreadGoal, GoalError>> {
        Box::pin(async move {
            let (app, id) = (self.app()?, self.thread_id.clone());
            if self.get().await?.is_some() {
                return Err(GoalError(
                    "cannot create a new goal because this thread already has a goal; use update_goal only when the existing goal is complete".into(),
                ));
            }
            let set = GoalSet {
                objective: Some(objective(&text).map_err(GoalError)?),
                status: None,
                token_budget: token_budget.map(budget).transpose().map_err(GoalError)?.map(Some),
            };
            app.store.settle().await;
            let goal = unwrap(app.store.with(move |index| index.set_goal(&id, &set)).await)?;
            let goal = goal
                .as_ref()
                .map(shown)
                .ok_or_else(|| GoalError("the goal could not be set".into()))?;
            self.count_from_now();
            self.tell(&app, &goal).await;
            Ok(goal)
        })
    }

    fn complete(&self) -> BoxFuture<'_, Result<ThreadGoal, GoalError>> {
        Box::pin(async move {
            let app = self.app()?;
            let change = GoalChange {
                status: Some(ThreadGoalStatus::Complete),
                ..GoalChange::default()
            };
            let goal = self.change(&app, change).await?;
            let goal = goal.as_ref().map(shown).ok_or_else(|| {
                GoalError(format!(
                    "cannot update goal for thread {}: no goal exists",
                    self.thread_id
                ))
            })?;
            self.tell(&app, &goal).await;
            Ok(goal)
        })
    }

    fn count<'a>(&'a self, _turn_id: &'a str, tokens: i64) -> BoxFuture<'a, Option<ThreadGoal>> {
        Box::pin(async move {
            let app = self.app().ok()?;
            let before = self.get().await.ok()??;
            let counts = matches!(
                before.status,
                ThreadGoalStatus::Active | ThreadGoalStatus::BudgetLimited
            );
            if !counts {
                self.count_from_now();
                return None;
            }
            let seconds = self.whole_seconds();
            if tokens == 0 && seconds == 0 {
                return None;
            }
            let change = GoalChange {
                add_tokens: tokens,
                add_seconds: seconds,
                ..GoalChange::default()
            };
            let goal = shown(&self.change(&app, change).await.ok()??);
            self.tell(&app, &goal).await;
            let used_up =
                before.status == ThreadGoalStatus::Active && goal.status == ThreadGoalStatus::BudgetLimited;
            used_up.then_some(goal)
        })
    }
}

impl ThreadGoals {
    /// The whole seconds that have passed and not been counted; the rest is counted later.
    fn whole_seconds(&self) -> i64 {
        let mut turn = self.turn();
        let Some(counted) = turn.counted else { return 0 };
        let whole = counted.elapsed().as_secs();
        turn.counted = Some(counted + std::time::Duration::from_secs(whole));
        whole as i64
    }
}
