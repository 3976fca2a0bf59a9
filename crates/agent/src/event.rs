//! What a turn tells its owner.

use std::sync::Arc;

use codex_protocol::{
    CommandExecutionRequestApprovalParams, DynamicToolCallParams, FileChangeRequestApprovalParams,
    FileUpdateChange, HookRunSummary, ModelVerification, PermissionsRequestApprovalParams, RateLimitSnapshot,
    ResponseItem, ThreadItem, ThreadTokenUsage, ToolRequestUserInputParams, TurnError, TurnPlanStep,
};
use codex_rollout::RolloutItem;
use serde_json::value::RawValue;
use tokio::sync::{mpsc, oneshot};

/// An event and the turn it belongs to.
#[derive(Debug)]
pub struct Envelope {
    /// The turn's id. A process that outlives its turn speaks under the id of the turn that started it.
    pub turn_id: Arc<str>,
    /// What happened.
    pub event: Event,
}

/// What happened in a turn. The order of events is the order in which they are to be recorded and told.
#[derive(Debug)]
pub enum Event {
    /// Append this to the history.
    Record(RolloutItem),
    /// Answer when everything recorded so far is on disk; an error says why it is not.
    Flush(oneshot::Sender<Result<(), String>>),
    /// The turn has begun (`turn/started`).
    TurnStarted {
        /// Unix seconds.
        started_at: i64,
    },
    /// An item has begun.
    ItemStarted(ThreadItem),
    /// An item is over.
    ItemCompleted(ThreadItem),
    /// More text of a message.
    AgentMessageDelta {
        /// The item.
        item_id: String,
        /// The text.
        delta: String,
    },
    /// Another part of a reasoning summary begins.
    ReasoningSummaryPartAdded {
        /// The item.
        item_id: String,
        /// Which part, from 0.
        summary_index: i64,
    },
    /// More text of a reasoning summary.
    ReasoningSummaryDelta {
        /// The item.
        item_id: String,
        /// The text.
        delta: String,
        /// Which part.
        summary_index: i64,
    },
    /// More raw reasoning text.
    ReasoningTextDelta {
        /// The item.
        item_id: String,
        /// The text.
        delta: String,
        /// Which part.
        content_index: i64,
    },
    /// More text of a proposed plan.
    PlanDelta {
        /// The item.
        item_id: String,
        /// The text.
        delta: String,
    },
    /// Output of a command.
    CommandOutputDelta {
        /// The item.
        item_id: String,
        /// The output, decoded with replacement characters.
        delta: String,
    },
    /// What applying a patch printed.
    FileChangeOutputDelta {
        /// The item.
        item_id: String,
        /// The text.
        delta: String,
    },
    /// A patch as far as the model has written it.
    FileChangePatchUpdated {
        /// The item the patch will be.
        item_id: String,
        /// What can be read so far.
        changes: Vec<FileUpdateChange>,
    },
    /// The model wrote to a process.
    TerminalInteraction {
        /// The item of the process.
        item_id: String,
        /// The process's session number.
        process_id: String,
        /// What was written.
        stdin: String,
    },
    /// The model's checklist.
    PlanUpdated {
        /// Why it changed.
        explanation: Option<String>,
        /// The steps.
        plan: Vec<TurnPlanStep>,
    },
    /// All changes of the turn's patches as one diff.
    DiffUpdated {
        /// In git's form.
        diff: String,
    },
    /// Tokens used so far.
    TokenUsage(ThreadTokenUsage),
    /// The account's limits as a response told them.
    RateLimits(RateLimitSnapshot),
    /// A stream was lost and is asked for again (`error` with `willRetry`).
    Retrying(TurnError),
    /// Something the user should know (`warning`).
    Warning(String),
    /// Another model answered than was asked for.
    ModelRerouted {
        /// Asked for.
        from_model: String,
        /// Answered.
        to_model: String,
    },
    /// The service recommends a verification.
    ModelVerification(Vec<ModelVerification>),
    /// An item entered the model's history (told to clients with `experimentalRawEvents`).
    RawItem(ResponseItem),
    /// A hook runs (`hook/started`).
    HookStarted(Box<HookRunSummary>),
    /// A hook has run (`hook/completed`).
    HookCompleted(Box<HookRunSummary>),
    /// Somebody has to answer. The receiver is dropped when the turn no longer waits; the question is withdrawn then.
    Ask(Box<Question>, oneshot::Sender<Reply>),
}

/// What is asked, with the parameters as the client gets them.
#[derive(Debug, Clone)]
pub enum Question {
    /// `item/commandExecution/requestApproval`
    Command(CommandExecutionRequestApprovalParams),
    /// `item/fileChange/requestApproval`
    FileChange(FileChangeRequestApprovalParams),
    /// `item/permissions/requestApproval`
    Permissions(PermissionsRequestApprovalParams),
    /// `item/tool/requestUserInput`
    UserInput(ToolRequestUserInputParams),
    /// `item/tool/call`: no status flag, no `serverRequest/resolved`.
    ToolCall(DynamicToolCallParams),
}

/// The answer as it came: the result's JSON, or why there is none.
pub type Reply = Result<Box<RawValue>, AskError>;

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// The client answered with an error.
    #[error("{message}")]
    Refused {
        /// The error's code.
        code: i64,
        /// The error's message.
        message: String,
    },
    /// Nobody will answer any more.
    #[error("the question was withdrawn")]
    Withdrawn,
}

/// Where a turn's events go. Sending never fails: an owner that is gone hears nothing.
#[derive(Debug, Clone)]
pub(crate) struct Out {
    turn_id: Arc<str>,
    events: mpsc::Sender<Envelope>,
}

impl Out {
    pub(crate) fn new(turn_id: Arc<str>, events: mpsc::Sender<Envelope>) -> Self {
        Out { turn_id, events }
    }

    pub(crate) fn turn_id(&self) -> &Arc<str> {
        &self.turn_id
    }

    pub(crate) async fn send(&self, event: Event) {
        // An owner that went away takes no more events; the turn is being dropped with it.
        let _ = self
            .events
            .send(Envelope {
                turn_id: self.turn_id.clone(),
                event,
            })
            .await;
    }

    pub(crate) async fn record(&self, item: impl Into<RolloutItem>) {
        self.send(Event::Record(item.into())).await;
    }

    pub(crate) async fn started(&self, item: ThreadItem) {
        self.send(Event::ItemStarted(item)).await;
    }

    pub(crate) async fn completed(&self, item: ThreadItem) {
        self.send(Event::ItemCompleted(item)).await;
    }

    /// Waits until everything recorded so far is on disk.
    pub(crate) async fn flush(&self) -> Result<(), String> {
        let (tell, told) = oneshot::channel();
        self.send(Event::Flush(tell)).await;
        told.await.unwrap_or(Ok(()))
    }

    /// Asks and waits for the answer.
    pub(crate) async fn ask(&self, question: Question) -> Reply {
        let (tell, told) = oneshot::channel();
        self.send(Event::Ask(Box::new(question), tell)).await;
        told.await.unwrap_or(Err(AskError::Withdrawn))
    }
}
