//! A connection joins a loaded thread: what it is told of it, and everything that happens from then on.

use std::sync::Arc;

use codex_agent::Background;
use codex_protocol::*;
use uuid::Uuid;

use super::actor::Actor;
use super::hub::Replayed;
use super::opening::Opened;
use crate::dispatch::Responder;
use crate::error::RpcError;
use crate::history::TurnsReader;
use crate::session::Session;

/// Who joins, and how.
pub struct Join {
    /// The connection.
    pub session: Arc<Session>,
    /// The thread as it is stored, without turns.
    pub thread: Thread,
    /// Its turns, if they are wanted.
    pub turns: Option<TurnsReader>,
    /// The last notification a client saw that comes back.
    pub after_seq: Option<u64>,
    /// Whether the thread was loaded for this: its goal is told, and pursued again.
    pub tell_goal: bool,
}

impl Actor {
    /// Replies with the thread as it is now and subscribes the connection: nothing that happens is missed or told twice.
    pub async fn join(&mut self, join: Join, responder: Responder<ThreadResumeResponse>) {
        let Join {
            session,
            mut thread,
            turns,
            after_seq,
            tell_goal,
        } = join;
        let mut usage_turn_id = None;
        if let Some(reader) = turns {
            let read = match self.flush_journal().await {
                // A history that cannot be written now is shown as far as it is.
                Ok(()) | Err(_) => reader.catch_up().await,
            };
            match read {
                Ok(reader) => {
                    usage_turn_id = Some(reader.usage_turn_id());
                    thread.turns = reader.into_turns(self.running_turn_id());
                    self.complete_running_turn(&mut thread.turns);
                }
                Err(error) => return responder.send(Err(error)),
            }
        }
        thread.status = self.status.current();
        let mut reply = ThreadResumeResponse::from(self.opened(thread));
        let missed = after_seq.map(|seq| (seq, self.hub.can_replay(seq)));
        reply.replay = missed.map(|(_, replayed)| ThreadReplay {
            complete: replayed == Replayed::Complete,
            seq: self.hub.seq(),
        });
        responder.send(Ok(reply));
        if let Some((seq, Replayed::Complete)) = missed {
            self.hub.replay(&session, seq);
        }
        self.hub.subscribe(&session, false);
        if let (Some(turn_id), Some(token_usage)) = (usage_turn_id, self.token_usage()) {
            let thread_id = self.facts.id.clone();
            session.notify(ThreadTokenUsageUpdatedNotification {
                thread_id,
                turn_id,
                token_usage,
            });
        }
        self.asking.ask_again(&session);
        if tell_goal {
            self.resume_goal().await;
            self.pursue_goal().await;
        }
    }

    /// Adds to the running turn, as read from its history, what is not stored there (yet).
    pub fn complete_running_turn(&self, turns: &mut [Turn]) {
        if let Some(running) = self.running_turn_id()
            && let Some(turn) = turns.iter_mut().find(|turn| turn.id == running)
        {
            self.live.complete(&mut turn.items);
        }
    }

    /// The common part of the replies of start, resume and fork.
    pub fn opened(&self, thread: Thread) -> Opened {
        Opened::new(thread, &self.config, &self.settings, &self.instruction_sources)
    }

    /// Tokens used so far, as of the last turn that ended.
    pub fn token_usage(&self) -> Option<ThreadTokenUsage> {
        match &self.conversation {
            Some(conversation) => conversation.token_usage(),
            None => self.last_usage.clone(),
        }
    }

    /// Tells the token usage once more, for no turn in particular.
    pub fn tell_usage(&self) {
        if let Some(token_usage) = self.token_usage() {
            let (thread_id, turn_id) = (self.facts.id.clone(), Uuid::now_v7().to_string());
            self.hub.publish(ThreadTokenUsageUpdatedNotification {
                thread_id,
                turn_id,
                token_usage,
            });
        }
    }

    /// The running turn's id.
    pub fn running_turn_id(&self) -> Option<&str> {
        self.turn.as_ref().map(|turn| &*turn.id)
    }

    /// Reaches the processes that commands left running.
    pub fn background(&self) -> Option<Background> {
        match (&self.turn, &self.conversation) {
            (Some(turn), _) => Some(turn.background.clone()),
            (None, Some(conversation)) => Some(conversation.background()),
            (None, None) => None,
        }
    }

    /// Counts out-of-band elicitations.
    pub fn count_elicitation(&mut self, by: i64) -> Result<u64, RpcError> {
        let count = self.elicitations.checked_add_signed(by);
        self.elicitations = count
            .ok_or_else(|| RpcError::invalid_request("out-of-band elicitation count is already zero"))?;
        if let Some(background) = self.background() {
            background.set_away(self.elicitations > 0);
        }
        Ok(self.elicitations)
    }
}

/// What clients are told who name a thread without history.
pub fn no_rollout(id: &str) -> RpcError {
    RpcError::invalid_request(format!("no rollout found for thread id {id}"))
}
