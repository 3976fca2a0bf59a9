//! A turn from its beginning to its end, and what follows that (turns.md §2).

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use codex_agent::{Background, Cancel, Conversation, Event, Steer, TurnEnd, TurnIo, TurnKind, TurnOptions};
use codex_protocol::*;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::task::{JoinError, JoinHandle};
use uuid::Uuid;

use super::actor::Actor;
use super::keeping::rebuild;
use super::live::LiveItems;
use super::notify::{notification, running_turn};
use crate::clock;
use crate::dispatch::Responder;
use crate::error::RpcError;
use crate::metrics::TurnOutcome;

/// Further inputs that a turn may leave waiting; one more is kept for a turn of its own.
const STEERS: usize = 64;

/// A turn's task gives its conversation back.
pub type Ended = Result<(Box<Conversation>, Outcome), JoinError>;

/// What became of a turn's task.
pub enum Outcome {
    /// It ended by itself or was stopped.
    Over(TurnEnd),
    /// The turn could not begin: the history that the model has to be told cannot be read.
    Unread {
        /// The history.
        path: PathBuf,
        /// Why.
        error: RpcError,
        /// Input that was accepted meanwhile.
        leftover: Vec<Steer>,
    },
}

/// A turn while it runs.
pub struct RunningTurn {
    /// Its id.
    pub id: Arc<str>,
    /// When it began, in unix seconds, once it told.
    pub started_at: Option<i64>,
    /// Reaches the processes that commands left running.
    pub background: Background,
    /// What may be done with it.
    pub(super) sort: Sort,
    for_goal: bool,
    pub(super) steer: mpsc::Sender<Steer>,
    pub(super) cancel: Cancel,
    task: JoinHandle<(Box<Conversation>, Outcome)>,
    pub(super) interrupts: Vec<Responder<TurnInterruptResponse>>,
}

/// What may be done with a running turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// It listens to further input.
    Talk,
    /// A command of the user's; what is said meanwhile waits for a turn of its own.
    Shell,
    /// It summarizes; likewise.
    Compact,
}

impl RunningTurn {
    /// Stops it at its next await.
    pub fn cancel(&self) {
        self.cancel.interrupt();
    }

    /// Gives it something more; what it does not take comes back.
    pub(super) fn take(&self, steer: Steer) -> Result<(), Steer> {
        self.steer.try_send(steer).map_err(|refused| match refused {
            TrySendError::Full(steer) | TrySendError::Closed(steer) => steer,
        })
    }
}

/// A turn that waits for the running one to end.
pub struct Queued {
    /// The id that its client was told.
    pub id: String,
    /// What it is for.
    pub kind: TurnKind,
}

/// Waits for the running turn's task; for ever if there is none.
pub async fn ended(turn: &mut Option<RunningTurn>) -> Ended {
    match turn {
        Some(turn) => (&mut turn.task).await,
        None => std::future::pending().await,
    }
}

impl Actor {
    /// Begins a turn; none runs, and the conversation is here.
    pub(super) async fn begin(&mut self, id: String, kind: TurnKind) {
        let cancel = Cancel::new();
        if !self.closing.is_empty() {
            if !matches!(kind, TurnKind::User { .. }) {
                return;
            }
            // What the user said to a thread that is being unloaded stays said.
            cancel.interrupt();
        }
        let for_goal = matches!(kind, TurnKind::Goal(_));
        if let Err(error) = self.take_history().await {
            if for_goal {
                self.pursuit.halt();
            }
            return self.tell_failed_start(&id, error);
        }
        let Some(mut conversation) = self.conversation.take() else {
            return;
        };
        if let Some(goals) = &self.pursuit.goals {
            goals.turn_begins(&id);
        }
        self.live = LiveItems::default();
        let sort = match &kind {
            TurnKind::User { .. } | TurnKind::Goal(_) => Sort::Talk,
            TurnKind::Shell { .. } => Sort::Shell,
            TurnKind::Compact => Sort::Compact,
        };
        self.status.active();
        let (steer, steered) = mpsc::channel(STEERS);
        let mut io = TurnIo {
            steer: steered,
            cancel: cancel.clone(),
        };
        let background = conversation.background();
        let turn_id = id.clone();
        let unread = self.unread.take();
        let store = self.app.store.clone();
        let task = tokio::spawn(async move {
            if let Some(path) = unread
                && let Err(error) = rebuild(&store, &mut conversation, &path).await
            {
                io.steer.close();
                let leftover = std::iter::from_fn(|| io.steer.try_recv().ok()).collect();
                let outcome = Outcome::Unread {
                    path,
                    error,
                    leftover,
                };
                return (conversation, outcome);
            }
            let end = codex_agent::run_turn(&mut conversation, turn_id, kind, io).await;
            (conversation, Outcome::Over(end))
        });
        let interrupts = Vec::new();
        self.turn = Some(RunningTurn {
            id: id.into(),
            started_at: None,
            background,
            sort,
            for_goal,
            steer,
            cancel,
            task,
            interrupts,
        });
    }

    /// What follows a turn's end: everything it said first, then its end, then what waited for it.
    pub(super) async fn on_turn_ended(&mut self, ended: Ended) {
        self.drain_events().await;
        let Some(turn) = self.turn.take() else { return };
        let (mut conversation, outcome) = match ended {
            Ok(pair) => pair,
            Err(error) => return self.on_turn_crashed(turn, &error),
        };
        conversation.set_settings(self.settings.clone());
        self.conversation = Some(conversation);
        let mut end = match outcome {
            Outcome::Over(end) => end,
            Outcome::Unread {
                path,
                error,
                leftover,
            } => {
                self.unread = Some(path);
                self.tell_started(&turn.id);
                failed_start(error, leftover)
            }
        };
        if let Some(journal) = &mut self.journal {
            journal.turn_ended(&self.hub).await;
            // Whoever hears of the end may want the history, if no turn of ours follows at once.
            if self.queued.is_empty() && end.leftover.is_empty() {
                journal.let_go();
            }
        }
        let completed = ended_turn(&turn.id, &end);
        if let Some(goals) = &self.pursuit.goals {
            goals.turn_ends();
        }
        let for_goal = turn.for_goal;
        self.tell_end(turn, completed);
        self.note_turn_for_goal(&end, for_goal).await;
        let leftover = std::mem::take(&mut end.leftover);
        self.queue_leftover(leftover).await;
        // When the thread is being unloaded these are not turns to run but words to keep.
        while self.turn.is_none()
            && let Some(next) = self.queued.pop_front()
        {
            self.begin(next.id, next.kind).await;
        }
        self.pursue_goal().await;
        self.let_go_of_history();
    }

    /// Takes over what the turn accepted and did not take: items enter the history, the rest waits for turns of its own.
    async fn queue_leftover(&mut self, leftover: Vec<Steer>) {
        let mut input = Vec::new();
        for left in leftover {
            match left {
                Steer::Input(more) => input.extend(more),
                Steer::Shell { command } => {
                    let id = Uuid::now_v7().to_string();
                    self.queued.push_back(Queued {
                        id,
                        kind: TurnKind::Shell { command },
                    });
                }
                Steer::Items { items, taken } => {
                    let added = self.add_items(items).await;
                    // Who asked may have gone.
                    let _ = taken.send(added.map_err(|error| error.message));
                }
            }
        }
        if !input.is_empty() {
            let kind = TurnKind::User {
                input,
                options: TurnOptions::default(),
            };
            self.queued.push_front(Queued {
                id: Uuid::now_v7().to_string(),
                kind,
            });
        }
    }

    /// Tells a turn that was accepted and could not begin.
    fn tell_failed_start(&mut self, id: &str, error: RpcError) {
        self.tell_started(id);
        self.tell_over(ended_turn(id, &failed_start(error, Vec::new())));
    }

    fn tell_started(&self, id: &str) {
        let started = Event::TurnStarted {
            started_at: clock::now(),
        };
        if let Some(told) = notification(&self.facts.id, id, started) {
            self.hub.publish(told);
        }
    }

    fn tell_end(&mut self, turn: RunningTurn, completed: Turn) {
        for responder in turn.interrupts {
            responder.send(Ok(TurnInterruptResponse {}));
        }
        self.tell_over(completed);
        self.asking.withdraw_all();
    }

    fn tell_over(&mut self, completed: Turn) {
        self.app.metrics.turn_ended(match completed.status {
            TurnStatus::Interrupted => TurnOutcome::Interrupted,
            TurnStatus::Failed => TurnOutcome::Failed,
            TurnStatus::Completed | TurnStatus::InProgress => TurnOutcome::Completed,
        });
        let thread_id = self.facts.id.clone();
        self.status.turn_over(completed.status == TurnStatus::Failed);
        if let Some(error) = completed.error.clone() {
            let (thread_id, turn_id) = (thread_id.clone(), completed.id.clone());
            self.hub.publish(ErrorNotification {
                error,
                will_retry: false,
                thread_id,
                turn_id,
            });
        }
        self.hub.publish(TurnCompletedNotification {
            thread_id,
            turn: completed,
        });
    }

    /// A turn that panicked took the conversation with it: the turn fails, and the thread is unloaded, to be read back
    /// from its history when it is resumed.
    fn on_turn_crashed(&mut self, turn: RunningTurn, error: &JoinError) {
        tracing::error!("thread {}: turn {} crashed: {error}", self.facts.id, turn.id);
        let error = TurnError {
            message: "the turn failed by a fault of the server; the thread is unloaded, resume it to go on"
                .into(),
            codex_error_info: Some(CodexErrorInfo::InternalServerError),
            additional_details: None,
        };
        let completed = Turn {
            status: TurnStatus::Failed,
            error: Some(error),
            started_at: turn.started_at,
            completed_at: Some(clock::now()),
            ..running_turn(turn.id.to_string())
        };
        self.tell_end(turn, completed);
        drop(self.shut_down());
    }
}

/// A turn that has ended as clients are told of it: without items, which they have heard.
fn ended_turn(id: &str, end: &TurnEnd) -> Turn {
    Turn {
        status: end.status,
        error: end.error.clone(),
        started_at: Some(end.started_at),
        completed_at: Some(end.completed_at),
        duration_ms: Some(end.duration_ms),
        ..running_turn(id.to_owned())
    }
}

/// The end of a turn that could not begin.
fn failed_start(error: RpcError, leftover: Vec<Steer>) -> TurnEnd {
    let error = TurnError {
        message: error.message,
        codex_error_info: Some(CodexErrorInfo::Other),
        additional_details: None,
    };
    let now = clock::now();
    TurnEnd {
        status: TurnStatus::Failed,
        error: Some(error),
        started_at: now,
        completed_at: now,
        duration_ms: 0,
        last_agent_message: None,
        called_tools: false,
        leftover,
    }
}

/// Turns that wait for the running one.
pub type Queue = VecDeque<Queued>;
