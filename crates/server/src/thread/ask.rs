//! A turn's questions on their way to the clients and back (turns.md §17, transport.md §5.6).

use std::sync::Arc;

use codex_agent::{AskError, Question, Reply};
use codex_protocol::{RequestId, ServerRequest, ServerRequestResolvedNotification};
use tokio::sync::{mpsc, oneshot};

use super::hub::{self, Hub};
use super::status::{StatusKeeper, Waiting};
use crate::envelope::PeerError;
use crate::frame::Frame;
use crate::questions::{Answer, Questions};
use crate::session::Session;

/// The open questions of one thread.
#[derive(Debug)]
pub struct Asking {
    thread_id: String,
    questions: Arc<Questions>,
    hub: Arc<Hub>,
    open: Vec<Open>,
    answered: mpsc::UnboundedSender<Settled>,
}

/// A question that has been answered. At most one per open question is under way, so their number is bounded by the
/// calls of one response of the model.
#[derive(Debug)]
pub struct Settled {
    id: i64,
    answer: Answer,
}

#[derive(Debug)]
struct Open {
    id: i64,
    frame: Arc<Frame>,
    restricted: Option<Arc<Frame>>,
    waiting: Option<Waiting>,
    told_when_resolved: bool,
    asker: oneshot::Sender<Reply>,
}

impl Asking {
    /// No question so far; the receiver yields what [`Asking::settled`] wants to be called with.
    pub fn new(
        thread_id: String,
        questions: Arc<Questions>,
        hub: Arc<Hub>,
    ) -> (Self, mpsc::UnboundedReceiver<Settled>) {
        let (answered, settled) = mpsc::unbounded_channel();
        (
            Self {
                thread_id,
                questions,
                hub,
                open: Vec::new(),
                answered,
            },
            settled,
        )
    }

    /// Asks every subscriber. Nobody may be there: the question then waits for whoever resumes the thread.
    pub fn ask(&mut self, question: Question, asker: oneshot::Sender<Reply>, status: &mut StatusKeeper) {
        let waiting = match &question {
            Question::UserInput(_) => Some(Waiting::UserInput),
            Question::ToolCall(_) => None,
            Question::Command(_) | Question::FileChange(_) | Question::Permissions(_) => {
                Some(Waiting::Approval)
            }
        };
        let told_when_resolved = !matches!(question, Question::ToolCall(_));
        let (id, answer) = self.questions.open();
        let (request, restricted) = requests(question);
        let frame = Arc::new(Frame::request(id, &request));
        let restricted = restricted.map(|request| Arc::new(Frame::request(id, &request)));
        if let Some(what) = waiting {
            status.waits(what);
        }
        self.hub.ask(&frame, restricted.as_ref());
        let answered = self.answered.clone();
        tokio::spawn(async move {
            if let Ok(answer) = answer.await {
                // An actor that is gone takes no answers.
                let _ = answered.send(Settled { id, answer });
            }
        });
        self.open.push(Open {
            id,
            frame,
            restricted,
            waiting,
            told_when_resolved,
            asker,
        });
    }

    /// Takes up an answer.
    pub fn settled(&mut self, settled: Settled, status: &mut StatusKeeper) {
        let Some(at) = self.open.iter().position(|q| q.id == settled.id) else {
            return;
        };
        let open = self.open.remove(at);
        if open.told_when_resolved {
            self.tell_resolved(open.id);
        }
        if let Some(what) = open.waiting {
            status.waits_no_more(what);
        }
        // A turn that stopped waiting in the meantime needs no answer.
        let _ = open.asker.send(settled.answer.map_err(refusal));
    }

    /// Withdraws everything that is still open, after the turn's end has been told.
    pub fn withdraw_all(&mut self) {
        for open in std::mem::take(&mut self.open) {
            self.questions.withdraw(open.id);
            if open.told_when_resolved {
                self.tell_resolved(open.id);
            }
        }
    }

    /// Sends the open questions again, same ids and params, to a connection that resumed the thread.
    pub fn ask_again(&self, session: &Session) {
        for open in &self.open {
            hub::send_request(session, &open.frame, open.restricted.as_ref());
        }
    }

    fn tell_resolved(&self, id: i64) {
        let request_id = RequestId::Integer(id);
        self.hub.publish(ServerRequestResolvedNotification {
            thread_id: self.thread_id.clone(),
            request_id,
        });
    }
}

/// The request, and the form of it for clients without the experimental capability if that differs.
fn requests(question: Question) -> (ServerRequest, Option<ServerRequest>) {
    match question {
        Question::Command(params) => {
            let restricted = params.additional_permissions.is_some().then(|| {
                let mut params = params.clone();
                params.additional_permissions = None;
                params.into()
            });
            (params.into(), restricted)
        }
        Question::FileChange(params) => (params.into(), None),
        Question::Permissions(params) => (params.into(), None),
        Question::UserInput(params) => (params.into(), None),
        Question::ToolCall(params) => (params.into(), None),
    }
}

fn refusal(error: PeerError) -> AskError {
    AskError::Refused {
        code: error.code,
        message: error.message,
    }
}
