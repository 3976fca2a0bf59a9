//! A thread's turns as its actor runs them: starting, steering, stopping, and what follows an end (turns.md §2, §5, §6).

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use codex_agent::{
    Background, Cancel, Conversation, SettingsUpdate, Steer, TurnEnd, TurnIo, TurnKind, TurnOptions,
};
use codex_protocol::*;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle};
use uuid::Uuid;

use super::actor::Actor;
use super::live::LiveItems;
use super::notify::running_turn;
use crate::clock;
use crate::dispatch::Responder;
use crate::error::RpcError;
use crate::history::read_model_history;
use crate::metrics::TurnOutcome;
use crate::store::Store;

/// Further inputs that a turn may leave waiting; one more is kept for a turn of its own.
const STEERS: usize = 64;

/// A turn's task gives its conversation back.
type Ended = Result<(Box<Conversation>, TurnEnd), JoinError>;

/// A turn while it runs.
pub struct RunningTurn {
    /// Its id.
    pub id: Arc<str>,
    /// When it began, in unix seconds, once it told.
    pub started_at: Option<i64>,
    /// Reaches the processes that commands left running.
    pub background: Background,
    sort: Sort,
    for_goal: bool,
    steer: mpsc::Sender<Steer>,
    cancel: Cancel,
    task: JoinHandle<(Box<Conversation>, TurnEnd)>,
    interrupts: Vec<Responder<TurnInterruptResponse>>,
}

/// What may be done with a running turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
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
}

/// A turn that waits for the running one to end.
pub struct Queued {
    id: String,
    kind: TurnKind,
}

/// Gives a resumed conversation what its history says.
async fn rebuild(store: &Store, conversation: &mut Conversation, path: &Path) {
    match read_model_history(store, path, conversation.history_budget()).await {
        Ok(seed) => conversation.replace_history(seed),
        Err(error) => tracing::error!("the model is told nothing of {}: {error}", path.display()),
    }
}

/// Waits for the running turn's task; for ever if there is none.
pub async fn ended(turn: &mut Option<RunningTurn>) -> Ended {
    match turn {
        Some(turn) => (&mut turn.task).await,
        None => std::future::pending().await,
    }
}

impl Actor {
    /// `turn/start`: begins a turn, or joins the one that runs.
    pub fn start_turn(
        &mut self,
        input: Vec<UserInput>,
        options: TurnOptions,
        update: SettingsUpdate,
        responder: Responder<TurnStartResponse>,
    ) {
        if self.app.is_shutting_down() {
            return responder.send(Err(RpcError::invalid_request(
                "the server is shutting down and starts no turns",
            )));
        }
        let id = Uuid::now_v7().to_string();
        let reply = TurnStartResponse {
            turn: running_turn(id.clone()),
        };
        if input.is_empty() {
            responder.send(Ok(reply));
            return self.refuse_empty_input(id);
        }
        self.update_settings(update);
        let input = match &self.turn {
            Some(turn) if turn.sort == Sort::Talk => match turn.steer.try_send(Steer::Input(input)) {
                Ok(()) => return responder.send(Ok(reply)),
                // It takes no more: what was said is for the next turn.
                Err(mpsc::error::TrySendError::Full(Steer::Input(input)))
                | Err(mpsc::error::TrySendError::Closed(Steer::Input(input))) => input,
                Err(_) => unreachable!("the channel gives back what was sent"),
            },
            _ => input,
        };
        responder.send(Ok(reply));
        self.begin_or_queue(id, TurnKind::User { input, options });
    }

    /// `turn/steer`, its input already judged by itself.
    pub fn steer_turn(
        &mut self,
        expected: &str,
        input: Vec<UserInput>,
    ) -> Result<TurnSteerResponse, RpcError> {
        if input.is_empty() {
            return Err(RpcError::invalid_request("input must not be empty"));
        }
        let Some(turn) = &self.turn else {
            return Err(RpcError::invalid_request("no active turn to steer"));
        };
        if *turn.id != *expected {
            let message = format!("expected active turn id `{expected}` but found `{}`", turn.id);
            return Err(RpcError::invalid_request(message));
        }
        if turn.sort == Sort::Compact {
            let message = "cannot steer a compact turn";
            let info = CodexErrorInfo::ActiveTurnNotSteerable {
                turn_kind: NonSteerableTurnKind::Compact,
            };
            let error = TurnError {
                message: message.into(),
                codex_error_info: Some(info),
                additional_details: None,
            };
            let data = serde_json::to_value(error).expect("a plain struct");
            return Err(RpcError::invalid_request(message).with_data(data));
        }
        let turn_id = turn.id.to_string();
        match turn.steer.try_send(Steer::Input(input)) {
            Ok(()) => Ok(TurnSteerResponse { turn_id }),
            Err(mpsc::error::TrySendError::Full(_)) => Err(RpcError::invalid_request(
                "too many inputs wait for this turn; retry later",
            )),
            Err(mpsc::error::TrySendError::Closed(_)) => {
                Err(RpcError::invalid_request("no active turn to steer"))
            }
        }
    }

    /// `turn/interrupt`: the reply waits for the turn's end.
    pub fn interrupt_turn(&mut self, turn_id: &str, responder: Responder<TurnInterruptResponse>) {
        if turn_id.is_empty() {
            return responder.send(Ok(TurnInterruptResponse {}));
        }
        let Some(turn) = &mut self.turn else {
            return responder.send(Err(RpcError::invalid_request("no active turn to interrupt")));
        };
        if *turn.id != *turn_id {
            let message = format!("expected active turn id {turn_id} but found {}", turn.id);
            return responder.send(Err(RpcError::invalid_request(message)));
        }
        turn.cancel.interrupt();
        turn.interrupts.push(responder);
    }

    /// `thread/shellCommand`: a turn of its own, or beside the running one.
    pub fn run_shell_command(&mut self, command: String) {
        let command = match &self.turn {
            Some(turn) if turn.sort != Sort::Compact => match turn.steer.try_send(Steer::Shell { command }) {
                Ok(()) => return,
                Err(mpsc::error::TrySendError::Full(Steer::Shell { command }))
                | Err(mpsc::error::TrySendError::Closed(Steer::Shell { command })) => command,
                Err(_) => unreachable!("the channel gives back what was sent"),
            },
            _ => command,
        };
        self.begin_or_queue(Uuid::now_v7().to_string(), TurnKind::Shell { command });
    }

    /// `thread/compact/start`: replaces the running turn.
    pub fn compact(&mut self) {
        if let Some(turn) = &self.turn {
            turn.cancel.replace();
        }
        self.begin_or_queue(Uuid::now_v7().to_string(), TurnKind::Compact);
    }

    /// `thread/inject_items`: into the model's history now, or as soon as the running turn looks.
    pub async fn inject(&mut self, items: Vec<ResponseItem>) -> Result<(), RpcError> {
        if let Some(turn) = &self.turn {
            let sent = turn.steer.try_send(Steer::Items(items));
            return sent.map_err(|_| {
                RpcError::invalid_request("the turn takes nothing more; retry when it is over")
            });
        }
        let Some(mut conversation) = self.conversation.take() else {
            return Err(RpcError::internal("the thread is being unloaded"));
        };
        if let Some(journal) = &mut self.journal {
            journal.materialize();
        }
        if let Some(path) = self.unread.take() {
            rebuild(&self.app.store, &mut conversation, &path).await;
        }
        self.drive(conversation.inject(items)).await;
        self.conversation = Some(conversation);
        self.flush_journal().await
    }

    /// The conversation is rebuilt from the history when something needs it.
    pub fn history_is_unread(&mut self) {
        self.unread = self.facts.path.clone();
    }

    /// The conversation was rebuilt from the history.
    pub fn history_is_read(&mut self) {
        self.unread = None;
    }

    /// Writes out everything recorded so far.
    pub async fn flush_journal(&mut self) -> Result<(), RpcError> {
        match &mut self.journal {
            Some(journal) => journal
                .flush()
                .await
                .map_err(|e| RpcError::internal(e.to_string())),
            None => Ok(()),
        }
    }

    /// Takes over what holds from the next turn on.
    pub fn update_settings(&mut self, update: SettingsUpdate) {
        self.settings.apply(update.clone());
        match &mut self.conversation {
            Some(conversation) => conversation.update_settings(update),
            None => self.updates.push(update),
        }
    }

    /// A turn of nothing: answered like any other, then reported as an error. It leaves no trace for later turns.
    fn refuse_empty_input(&mut self, turn_id: String) {
        let error = TurnError {
            message: "input must not be empty".into(),
            codex_error_info: Some(CodexErrorInfo::BadRequest),
            additional_details: None,
        };
        if self.turn.is_none() {
            self.status.turn_over(true);
        }
        let thread_id = self.facts.id.clone();
        self.hub.publish(ErrorNotification {
            error,
            will_retry: false,
            thread_id,
            turn_id,
        });
    }

    fn begin_or_queue(&mut self, id: String, kind: TurnKind) {
        if self.turn.is_some() || self.conversation.is_none() {
            self.queued.push_back(Queued { id, kind });
        } else {
            self.begin(id, kind);
        }
    }

    /// Begins a turn; none runs, and the conversation is here.
    pub(super) fn begin(&mut self, id: String, kind: TurnKind) {
        let Some(mut conversation) = self.conversation.take() else {
            return;
        };
        let for_goal = matches!(kind, TurnKind::Goal(_));
        if let Some(goals) = &self.pursuit.goals {
            goals.turn_begins(&id);
        }
        self.live = LiveItems::default();
        let sort = match &kind {
            TurnKind::User { .. } | TurnKind::Goal(_) => Sort::Talk,
            TurnKind::Shell { .. } => Sort::Shell,
            TurnKind::Compact => Sort::Compact,
        };
        if let Some(journal) = &mut self.journal {
            journal.materialize();
        }
        self.status.active();
        let (steer, steered) = mpsc::channel(STEERS);
        let cancel = Cancel::new();
        let io = TurnIo {
            steer: steered,
            cancel: cancel.clone(),
        };
        let background = conversation.background();
        let turn_id = id.clone();
        let unread = self.unread.take();
        let store = self.app.store.clone();
        let task = tokio::spawn(async move {
            if let Some(path) = unread {
                rebuild(&store, &mut conversation, &path).await;
            }
            let end = codex_agent::run_turn(&mut conversation, turn_id, kind, io).await;
            (conversation, end)
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
        let (conversation, end) = match ended {
            Ok(pair) => pair,
            Err(error) => return self.on_turn_crashed(turn, &error),
        };
        let mut conversation = conversation;
        for update in self.updates.drain(..) {
            conversation.update_settings(update);
        }
        self.conversation = Some(conversation);
        if let Some(journal) = &mut self.journal {
            journal.turn_ended(&self.hub).await;
        }
        let completed = Turn {
            status: end.status,
            error: end.error.clone(),
            started_at: Some(end.started_at),
            completed_at: Some(end.completed_at),
            duration_ms: Some(end.duration_ms),
            ..running_turn(turn.id.to_string())
        };
        if let Some(goals) = &self.pursuit.goals {
            goals.turn_ends();
        }
        let for_goal = turn.for_goal;
        self.tell_end(turn, completed);
        self.note_turn_for_goal(&end, for_goal).await;
        self.go_on(end);
        self.pursue_goal().await;
    }

    fn tell_end(&mut self, turn: RunningTurn, completed: Turn) {
        self.app.metrics.turn_ended(match completed.status {
            TurnStatus::Interrupted => TurnOutcome::Interrupted,
            TurnStatus::Failed => TurnOutcome::Failed,
            TurnStatus::Completed | TurnStatus::InProgress => TurnOutcome::Completed,
        });
        for responder in turn.interrupts {
            responder.send(Ok(TurnInterruptResponse {}));
        }
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
        self.asking.withdraw_all();
    }

    /// Begins what waited for the turn's end: input it accepted and did not take, then queued turns.
    fn go_on(&mut self, end: TurnEnd) {
        if !self.closing.is_empty() {
            return;
        }
        let mut input = Vec::new();
        for left in end.leftover {
            match left {
                Steer::Input(more) => input.extend(more),
                Steer::Shell { command } => {
                    let id = Uuid::now_v7().to_string();
                    self.queued.push_back(Queued {
                        id,
                        kind: TurnKind::Shell { command },
                    });
                }
                Steer::Items(_) => {}
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
        if let Some(next) = self.queued.pop_front() {
            self.begin(next.id, next.kind);
        }
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

/// Turns that wait for the running one.
pub type Queue = VecDeque<Queued>;
