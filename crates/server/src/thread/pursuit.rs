//! A thread goes on towards its goal by itself, as long as that gets it anywhere (agent.md §14).

use std::sync::Arc;

use codex_agent::{TurnEnd, TurnKind};
use codex_index::{Goal, GoalChange};
use codex_protocol::{ThreadGoalStatus, ThreadGoalUpdatedNotification, TurnStatus};
use uuid::Uuid;

use super::actor::Actor;
use crate::goals::{ThreadGoals, cleared, shown};

/// How a loaded thread stands to its goal.
#[derive(Default)]
pub struct Pursuit {
    /// The goal as turns use it; `None` where goals are switched off.
    pub goals: Option<Arc<ThreadGoals>>,
    /// The last turn for the goal got nowhere: wait until something happens.
    halted: bool,
}

impl Pursuit {
    /// A thread with or without goals.
    pub fn new(goals: Option<Arc<ThreadGoals>>) -> Self {
        Self { goals, halted: false }
    }

    /// A turn for the goal could not begin.
    pub fn halt(&mut self) {
        self.halted = true;
    }
}

impl Actor {
    /// Something happened that makes it worth going on.
    pub async fn pursue_goal_again(&mut self) {
        self.pursuit.halted = false;
        if let Some(goals) = &self.pursuit.goals {
            goals.count_from_now();
        }
        self.pursue_goal().await;
    }

    /// Starts a turn for an active goal, if the thread has nothing else to do.
    pub async fn pursue_goal(&mut self) {
        let idle = self.turn.is_none() && self.conversation.is_some() && self.closing.is_empty();
        if !idle || self.pursuit.halted || self.settings.plan_mode() || self.app.is_shutting_down() {
            return;
        }
        if let Some(goal) = self
            .goal()
            .await
            .filter(|goal| goal.status == ThreadGoalStatus::Active)
        {
            self.begin(Uuid::now_v7().to_string(), TurnKind::Goal(shown(&goal)))
                .await;
        }
    }

    /// After a turn: an interrupted one pauses the goal, one for the goal that did nothing halts its pursuit.
    pub async fn note_turn_for_goal(&mut self, end: &TurnEnd, for_goal: bool) {
        self.pursuit.halted = for_goal && (!end.called_tools || end.status == TurnStatus::Failed);
        if end.status == TurnStatus::Interrupted {
            self.change_goal_status(ThreadGoalStatus::Active, ThreadGoalStatus::Paused)
                .await;
        }
    }

    /// A resume makes a paused goal active again; clients are told the goal, or that there is none.
    pub async fn resume_goal(&mut self) {
        if self.pursuit.goals.is_none() {
            return;
        }
        self.pursuit.halted = false;
        if self
            .change_goal_status(ThreadGoalStatus::Paused, ThreadGoalStatus::Active)
            .await
        {
            return;
        }
        match self.goal().await {
            Some(goal) => self.tell_goal(&goal),
            None => self.hub.broadcast(cleared(&self.facts.id)),
        }
    }

    async fn change_goal_status(&mut self, from: ThreadGoalStatus, to: ThreadGoalStatus) -> bool {
        let Some(goal) = self.goal().await.filter(|goal| goal.status == from) else {
            return false;
        };
        let change = GoalChange {
            status: Some(to),
            goal_id: Some(goal.goal_id),
            ..GoalChange::default()
        };
        let id = self.facts.id.clone();
        let changed = self
            .app
            .store
            .with(move |index| index.change_goal(&id, &change))
            .await;
        match changed {
            Ok(Ok(Some(goal))) => {
                self.tell_goal(&goal);
                true
            }
            _ => false,
        }
    }

    fn tell_goal(&self, goal: &Goal) {
        let thread_id = self.facts.id.clone();
        self.hub.broadcast(ThreadGoalUpdatedNotification {
            thread_id,
            turn_id: None,
            goal: shown(goal),
        });
    }

    async fn goal(&self) -> Option<Goal> {
        self.pursuit.goals.as_ref()?;
        let id = self.facts.id.clone();
        let found = self.app.store.with(move |index| index.goal(&id)).await;
        found.ok()?.ok().flatten()
    }
}
