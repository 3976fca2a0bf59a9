//! Goals: where they are kept is the owner's matter, turns read and count through this trait (threads.md §9, agent.md §14).

use std::future::Future;
use std::pin::Pin;

use codex_protocol::ThreadGoal;

/// A future of [`Goals`].
pub type GoalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A refusal, in the words for the model.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct GoalError(pub String);

/// The goal of one thread. The implementation tells clients of changes.
pub trait Goals: Send + Sync {
    /// The goal, if there is one.
    fn get(&self) -> GoalFuture<'_, Result<Option<ThreadGoal>, GoalError>>;
    /// Sets the thread's first goal; refused when there is one.
    fn create(
        &self,
        objective: String,
        token_budget: Option<i64>,
    ) -> GoalFuture<'_, Result<ThreadGoal, GoalError>>;
    /// Marks the goal complete.
    fn complete(&self) -> GoalFuture<'_, Result<ThreadGoal, GoalError>>;
    /// Counts tokens used in a turn while the goal is active, and the time passed, and returns the goal if that used up
    /// its budget just now.
    fn count<'a>(&'a self, turn_id: &'a str, tokens: i64) -> GoalFuture<'a, Option<ThreadGoal>>;
}
