//! What clients ask of a thread's turns: starting, steering, stopping, and what goes beside them (turns.md §2, §5, §6).

use codex_agent::{SettingsUpdate, Steer, TurnKind, TurnOptions};
use codex_protocol::*;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::actor::{Actor, closing};
use super::notify::running_turn;
use super::running::{Queued, RunningTurn, Sort};
use crate::dispatch::Responder;
use crate::error::RpcError;

/// Turns that may wait for the running one; one more is refused.
const QUEUED: usize = 64;

impl Actor {
    /// `turn/start`: begins a turn, or joins the one that runs.
    pub async fn start_turn(
        &mut self,
        input: Vec<UserInput>,
        options: TurnOptions,
        update: SettingsUpdate,
        responder: Responder<TurnStartResponse>,
    ) {
        if let Err(refusal) = self.takes_turns() {
            return responder.send(Err(refusal));
        }
        let id = Uuid::now_v7().to_string();
        let reply = TurnStartResponse {
            turn: running_turn(id.clone()),
        };
        if input.is_empty() {
            responder.send(Ok(reply));
            return self.refuse_empty_input(id);
        }
        let steered = match self.running(|sort| sort == Sort::Talk) {
            Some(turn) => turn.take(Steer::Input(input)),
            None => Err(Steer::Input(input)),
        };
        let Err(Steer::Input(input)) = steered else {
            self.update_settings(update);
            return responder.send(Ok(reply));
        };
        // What no turn takes is for a turn of its own.
        if let Err(refusal) = self.make_room().await {
            return responder.send(Err(refusal));
        }
        self.update_settings(update);
        responder.send(Ok(reply));
        self.begin_or_queue(id, TurnKind::User { input, options }).await;
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
            Err(TrySendError::Full(_)) => Err(RpcError::invalid_request(
                "too many inputs wait for this turn; retry later",
            )),
            Err(TrySendError::Closed(_)) => Err(RpcError::invalid_request("no active turn to steer")),
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
        turn.interrupts.push(responder.waits_for_others());
    }

    /// `thread/shellCommand`: a turn of its own, or beside the running one.
    pub async fn run_shell_command(
        &mut self,
        command: String,
        responder: Responder<ThreadShellCommandResponse>,
    ) {
        if let Err(refusal) = self.takes_turns() {
            return responder.send(Err(refusal));
        }
        let steered = match self.running(|sort| sort != Sort::Compact) {
            Some(turn) => turn.take(Steer::Shell { command }),
            None => Err(Steer::Shell { command }),
        };
        let Err(Steer::Shell { command }) = steered else {
            return responder.send(Ok(ThreadShellCommandResponse {}));
        };
        if let Err(refusal) = self.make_room().await {
            return responder.send(Err(refusal));
        }
        responder.send(Ok(ThreadShellCommandResponse {}));
        self.begin_or_queue(Uuid::now_v7().to_string(), TurnKind::Shell { command })
            .await;
    }

    /// `thread/compact/start`: replaces the running turn.
    pub async fn compact(&mut self, responder: Responder<ThreadCompactStartResponse>) {
        let room = match self.takes_turns() {
            Ok(()) => self.make_room().await,
            refused => refused,
        };
        if let Err(refusal) = room {
            return responder.send(Err(refusal));
        }
        responder.send(Ok(ThreadCompactStartResponse {}));
        if let Some(turn) = &self.turn {
            turn.cancel.replace();
        }
        self.begin_or_queue(Uuid::now_v7().to_string(), TurnKind::Compact)
            .await;
    }

    /// `thread/inject_items`: into the model's history now, or as soon as the running turn takes them. The reply comes
    /// when they are on disk.
    pub async fn inject(
        &mut self,
        items: Vec<ResponseItem>,
        responder: Responder<ThreadInjectItemsResponse>,
    ) {
        if !self.closing.is_empty() {
            return responder.send(Err(closing(&self.facts.id)));
        }
        let Some(turn) = &self.turn else {
            let injected = match self.take_history().await {
                Ok(()) => self.add_items(items).await,
                refused => refused,
            };
            self.let_go_of_history();
            return responder.send(injected.map(|()| ThreadInjectItemsResponse {}));
        };
        let responder = responder.waits_for_others();
        let (taken, told) = oneshot::channel();
        if turn.take(Steer::Items { items, taken }).is_err() {
            return responder.send(Err(RpcError::invalid_request(
                "the turn takes nothing more; retry when it is over",
            )));
        }
        tokio::spawn(async move {
            let result = match told.await {
                Ok(Ok(())) => Ok(ThreadInjectItemsResponse {}),
                Ok(Err(why)) => Err(RpcError::internal(why)),
                Err(_) => Err(RpcError::internal("the turn ended before it took the items")),
            };
            responder.send(result);
        });
    }

    /// Takes over what holds from the next turn on.
    pub fn update_settings(&mut self, update: SettingsUpdate) {
        self.settings.apply(update);
        // A turn that has the conversation is to go on as it began; it learns of this at the turn's end.
        if let Some(conversation) = &mut self.conversation {
            conversation.set_settings(self.settings.clone());
        }
    }

    /// Whether turns may begin at all.
    fn takes_turns(&self) -> Result<(), RpcError> {
        if self.app.is_shutting_down() {
            return Err(RpcError::invalid_request(
                "the server is shutting down and starts no turns",
            ));
        }
        if !self.closing.is_empty() {
            return Err(closing(&self.facts.id));
        }
        Ok(())
    }

    /// The running turn, if it is of such a sort.
    fn running(&self, sort: impl Fn(Sort) -> bool) -> Option<&RunningTurn> {
        self.turn.as_ref().filter(|turn| sort(turn.sort))
    }

    /// Whether one more turn may begin now, or wait. The history is taken for one that may begin; a thread that has no
    /// file yet gets it when the turn begins.
    async fn make_room(&mut self) -> Result<(), RpcError> {
        if self.must_wait() {
            if self.queued.len() >= QUEUED {
                return Err(RpcError::invalid_request(format!(
                    "{QUEUED} turns wait in this thread already; retry when one of them has begun"
                )));
            }
        } else if self.is_materialized() {
            self.take_history().await?;
        }
        Ok(())
    }

    fn must_wait(&self) -> bool {
        self.turn.is_some() || self.conversation.is_none()
    }

    async fn begin_or_queue(&mut self, id: String, kind: TurnKind) {
        if self.must_wait() {
            self.queued.push_back(Queued { id, kind });
        } else {
            self.begin(id, kind).await;
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
}
