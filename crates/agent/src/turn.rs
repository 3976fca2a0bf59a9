//! A turn from its beginning to its end.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use codex_protocol::{ResponseItem, ThreadGoal, TurnError, TurnStatus, UserInput};
use codex_rollout::RolloutItem;
use codex_rollout::record::{AbortReason, ErrorEvent, TaskComplete, TaskStarted, TurnAborted};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::context::{self, Told};
use crate::conversation::Conversation;
use crate::errors::Stop;
use crate::event::{Event, Out};
use crate::input;
use crate::model::Model;
use crate::prompts;
use crate::tools::user_shell::UserShells;
use crate::tools::{Offered, Scope};

/// What a turn is for.
#[derive(Debug)]
pub enum TurnKind {
    /// The user said something.
    User {
        /// What; not empty.
        input: Vec<UserInput>,
        /// What holds for this turn only.
        options: TurnOptions,
    },
    /// The agent goes on towards the thread's goal.
    Goal(ThreadGoal),
    /// The user runs a command of their own.
    Shell {
        /// The command line.
        command: String,
    },
    /// The history is replaced by a summary.
    Compact,
}

/// What holds for one turn only.
#[derive(Debug, Clone, Default)]
pub struct TurnOptions {
    /// Schema of the answer.
    pub output_schema: Option<Value>,
    /// `environments`: none given, none at all, or the folder of the first.
    pub environment: TurnEnvironment,
    /// `responsesapiClientMetadata`.
    pub client_metadata: BTreeMap<String, String>,
}

/// In which environment a turn works.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TurnEnvironment {
    /// The thread's.
    #[default]
    OfThread,
    /// None: tools that need one are not offered.
    None,
    /// The local one, in this folder.
    At(PathBuf),
}

/// Further input for a running turn.
#[derive(Debug)]
pub enum Steer {
    /// The user said more; not empty.
    Input(Vec<UserInput>),
    /// The user runs a command beside the turn.
    Shell {
        /// The command line.
        command: String,
    },
    /// Items for the model's history.
    Items {
        /// The items.
        items: Vec<ResponseItem>,
        /// Told when they are in the history and on disk, or why they are not on disk.
        taken: oneshot::Sender<Result<(), String>>,
    },
}

/// Stops a turn. Clones stop the same turn.
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    token: CancellationToken,
    replaced: Arc<AtomicBool>,
}

impl Cancel {
    /// For a turn that runs.
    pub fn new() -> Self {
        Cancel::default()
    }

    /// The user stops the turn.
    pub fn interrupt(&self) {
        self.token.cancel();
    }

    /// Another task takes the turn's place; the model is not told of it.
    pub fn replace(&self) {
        self.replaced.store(true, Ordering::Release);
        self.token.cancel();
    }

    /// Whether the turn is to stop.
    pub fn is_cancelled(&self) -> bool {
        self.token.is_cancelled()
    }

    fn is_replaced(&self) -> bool {
        self.replaced.load(Ordering::Acquire)
    }

    /// Waits for the stop.
    pub(crate) async fn cancelled(&self) {
        self.token.cancelled().await;
    }

    /// `future`'s result, unless the turn is stopped first.
    pub(crate) async fn or<T>(&self, future: impl Future<Output = T>) -> Result<T, Stop> {
        tokio::select! {
            biased;
            () = self.token.cancelled() => Err(Stop::Cancelled),
            result = future => Ok(result),
        }
    }
}

/// A running turn's lines to its owner, besides its events.
#[derive(Debug)]
pub struct TurnIo {
    /// Further input. The turn closes it when it takes no more; what was accepted until then is dealt with or comes back
    /// in [`TurnEnd::leftover`].
    pub steer: mpsc::Receiver<Steer>,
    /// Stops the turn.
    pub cancel: Cancel,
}

/// How a turn ended.
#[derive(Debug)]
pub struct TurnEnd {
    /// Completed, interrupted or failed.
    pub status: TurnStatus,
    /// Why it failed.
    pub error: Option<TurnError>,
    /// Unix seconds.
    pub started_at: i64,
    /// Unix seconds.
    pub completed_at: i64,
    /// Milliseconds.
    pub duration_ms: i64,
    /// The text of the last message.
    pub last_agent_message: Option<String>,
    /// Whether any tool was called (a goal's turn without one is not followed by another).
    pub called_tools: bool,
    /// Input that was accepted and not dealt with; to be given to a next turn.
    pub leftover: Vec<Steer>,
}

/// A turn while it runs.
pub(crate) struct Running<'a> {
    pub(crate) conv: &'a mut Conversation,
    pub(crate) scope: Arc<Scope>,
    pub(crate) out: Out,
    pub(crate) cancel: Cancel,
    pub(crate) options: TurnOptions,
    pub(crate) started: Started,
    steer: mpsc::Receiver<Steer>,
    waiting: VecDeque<Steer>,
    shells: UserShells,
    pub(crate) last_message: Option<String>,
    pub(crate) first_token: Option<i64>,
    pub(crate) called_tools: bool,
    /// Tokens used that the goal doesn't know of yet.
    pub(crate) goal_tokens: i64,
    /// Hooks made the turn go on when it would have ended.
    pub(crate) kept_going: bool,
    pub(crate) turn_state: Option<String>,
    pub(crate) rerouted: bool,
    pub(crate) verified: bool,
}

/// When the turn began, by both clocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Started {
    at: SystemTime,
    clock: Instant,
}

impl Started {
    fn now() -> Self {
        Started {
            at: SystemTime::now(),
            clock: Instant::now(),
        }
    }

    fn unix_seconds(self) -> i64 {
        self.unix_ms() / 1000
    }

    /// For the turn metadata of requests.
    pub(crate) fn unix_ms(self) -> i64 {
        self.at
            .duration_since(UNIX_EPOCH)
            .map_or(0, |passed| passed.as_millis() as i64)
    }

    /// Milliseconds since then.
    pub(crate) fn elapsed_ms(self) -> i64 {
        self.clock.elapsed().as_millis() as i64
    }

    fn now_seconds(self) -> i64 {
        self.unix_seconds() + self.clock.elapsed().as_secs() as i64
    }
}

/// What tells the model, in the history of a turn that was stopped, that it was: for histories that end in mid-turn.
pub fn interruption_marker() -> ResponseItem {
    ResponseItem::message(
        "user",
        vec![codex_protocol::ContentItem::input_text(prompts::TURN_ABORTED)],
    )
}

/// Runs one turn to its end, whichever that is. Nothing of the turn is running any more when it returns, but for the
/// processes of `exec_command`.
pub async fn run_turn(conv: &mut Conversation, turn_id: String, kind: TurnKind, io: TurnIo) -> TurnEnd {
    let out = Out::new(turn_id.into(), conv.events.clone());
    let (kind, options) = match kind {
        TurnKind::User { input, options } => (
            TurnKind::User {
                input,
                options: TurnOptions::default(),
            },
            options,
        ),
        other => (other, TurnOptions::default()),
    };
    let mut settings = conv.settings.clone();
    match &options.environment {
        TurnEnvironment::OfThread => {}
        TurnEnvironment::None => settings.has_environment = false,
        TurnEnvironment::At(cwd) => {
            settings.cwd.clone_from(cwd);
            settings.has_environment = true;
        }
    }
    let model = Model::of(&conv.env, &settings);
    let scope = Arc::new(Scope {
        env: conv.env.clone(),
        shared: conv.shared.clone(),
        out: out.clone(),
        cancel: io.cancel.clone(),
        offered: Offered::for_turn(&conv.env, &settings, &model),
        settings,
        model,
        gate: tokio::sync::RwLock::new(()),
        patches: Arc::default(),
        granted: Mutex::default(),
    });
    let shells = UserShells::new(scope.clone());
    let mut running = Running {
        conv,
        scope,
        out,
        cancel: io.cancel,
        options,
        started: Started::now(),
        steer: io.steer,
        waiting: VecDeque::new(),
        shells,
        last_message: None,
        first_token: None,
        called_tools: false,
        goal_tokens: 0,
        kept_going: false,
        turn_state: None,
        rerouted: false,
        verified: false,
    };
    running.begin(&kind).await;
    let result = running.run(kind).await;
    running.end(result).await
}

impl Running<'_> {
    async fn begin(&mut self, kind: &TurnKind) {
        let talks = matches!(kind, TurnKind::User { .. } | TurnKind::Goal(_));
        if talks && !self.scope.model.known() {
            let model = &self.scope.settings.model;
            self.out
                .send(Event::Warning(format!(
                    "Nothing is known about the model `{model}`; it is used with fallback metadata, which can make answers worse or fail."
                )))
                .await;
        }
        let started_at = self.started.unix_seconds();
        self.out.send(Event::TurnStarted { started_at }).await;
        let mode = if self.scope.settings.plan_mode() {
            "plan"
        } else {
            "default"
        };
        let started = TaskStarted {
            turn_id: self.out.turn_id().to_string(),
            started_at: Some(started_at),
            model_context_window: self.scope.model.window(),
            collaboration_mode_kind: mode.to_owned(),
        };
        self.out.record(RolloutItem::EventMsg(started.into())).await;
    }

    async fn run(&mut self, kind: TurnKind) -> Result<(), Stop> {
        match kind {
            // Stopped before it began: what the user said stays said.
            TurnKind::User { input, .. } if self.cancel.is_cancelled() => {
                self.waiting.push_back(Steer::Input(input));
                Err(Stop::Cancelled)
            }
            TurnKind::User { input, .. } => {
                self.compact_before_turn(&input).await?;
                self.tell_context().await;
                if !self.begin_session().await? || !self.submit(input).await? {
                    return Ok(());
                }
                self.converse().await
            }
            TurnKind::Goal(goal) => {
                self.tell_context().await;
                if !self.begin_session().await? {
                    return Ok(());
                }
                let text = prompts::goal_continues(&goal);
                self.remember(ResponseItem::message(
                    "developer",
                    vec![codex_protocol::ContentItem::input_text(text)],
                ))
                .await;
                self.converse().await
            }
            TurnKind::Shell { command } => self.run_user_shell(command).await,
            TurnKind::Compact => self.compact_by_request().await,
        }
    }

    /// Asks the model until it has nothing more to do and the user nothing more to say.
    async fn converse(&mut self) -> Result<(), Stop> {
        loop {
            self.flush().await;
            let again = self.ask_model().await?;
            self.listen();
            let told = !again && self.wait_for_shells().await?;
            if again || told || !self.waiting.is_empty() {
                if again {
                    self.compact_within_turn().await?;
                }
                if !self.say_steered().await? {
                    return Ok(());
                }
                continue;
            }
            if self.is_kept_going().await? {
                continue;
            }
            // Nothing is lost between looking and closing: what came in between is taken up as well.
            self.steer.close();
            self.listen();
            let told = self.wait_for_shells().await?;
            if !told && self.waiting.is_empty() {
                self.notify();
                return Ok(());
            }
            if !self.say_steered().await? {
                return Ok(());
            }
        }
    }

    /// Where nothing else is to be done while commands of the user's run: waits until one has ended and tells the model of
    /// it, or until the user says something. True if the model was told.
    async fn wait_for_shells(&mut self) -> Result<bool, Stop> {
        while self.waiting.is_empty() && self.shells.any() {
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Err(Stop::Cancelled),
                record = self.shells.next() => {
                    if let Some(record) = record {
                        self.remember(record).await;
                        return Ok(true);
                    }
                }
                Some(steer) = self.steer.recv() => self.put_in_line(steer),
            }
        }
        Ok(false)
    }

    /// A command of the user's starts at once, everything else waits.
    fn put_in_line(&mut self, steer: Steer) {
        match steer {
            Steer::Shell { command } => self.shells.start(command),
            other => self.waiting.push_back(other),
        }
    }

    async fn run_user_shell(&mut self, command: String) -> Result<(), Stop> {
        self.shells.start(command);
        // Further commands may join; what the user says meanwhile waits for a turn of its own.
        loop {
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Err(Stop::Cancelled),
                ended = self.shells.next() => {
                    let Some(record) = ended else { break };
                    self.remember(record).await;
                }
                Some(steer) = self.steer.recv() => self.take_up(steer).await,
            }
        }
        self.steer.close();
        self.take_steered();
        Ok(())
    }

    /// Adds an item to the model's history and records it.
    pub(crate) async fn remember(&mut self, item: ResponseItem) {
        self.conv.remember(&self.out, item).await;
    }

    /// Tells the model of its situation, as far as it doesn't know it, and records the turn's settings.
    pub(crate) async fn tell_context(&mut self) {
        let scope = self.scope.clone();
        let previous = self.conv.last_model.clone();
        let messages = context::messages(
            &scope.env,
            &scope.settings,
            &scope.model,
            self.conv.told.as_ref(),
            previous.as_deref(),
        );
        for message in messages {
            self.remember(message).await;
        }
        self.conv.told = Some(Told::now(&scope.settings));
        self.conv.last_model = Some(scope.settings.model.clone());
        self.record_context().await;
    }

    pub(crate) async fn record_context(&self) {
        let scope = &self.scope;
        let context = Told::record(
            self.out.turn_id(),
            &scope.settings,
            &scope.model,
            self.options.output_schema.as_ref(),
        );
        self.out.record(RolloutItem::TurnContext(Box::new(context))).await;
    }

    /// The user's message: history, item, record.
    pub(crate) async fn say(&mut self, input: Vec<UserInput>) {
        let for_model = input.clone();
        let message = tokio::task::spawn_blocking(move || input::to_model(&for_model)).await;
        // Reading images can't panic short of a bug in a decoder; the words must not be lost for that.
        let message = message.unwrap_or_else(|_| ResponseItem::message("user", Vec::new()));
        self.remember(message).await;
        let record = codex_rollout::items::user_message_event(&input);
        let item = input::to_item(input);
        self.out.started(item.clone()).await;
        self.out.completed(item).await;
        self.out.record(RolloutItem::EventMsg(record.into())).await;
    }

    /// Moves what was steered in so far to the waiting line; commands of the user's start at once.
    fn listen(&mut self) {
        while let Ok(steer) = self.steer.try_recv() {
            self.put_in_line(steer);
        }
    }

    /// Moves what was steered in so far to the waiting line, for a next turn.
    fn take_steered(&mut self) {
        while let Ok(steer) = self.steer.try_recv() {
            self.waiting.push_back(steer);
        }
    }

    /// Puts what waits before the model: input, and the records of the user's commands that have ended. Says whether the
    /// turn goes on: not when hooks kept input back and nothing else was taken.
    async fn say_steered(&mut self) -> Result<bool, Stop> {
        let (mut taken, mut kept_back) = (false, false);
        while let Some(steer) = self.waiting.pop_front() {
            match steer {
                Steer::Input(input) => {
                    let input = input::steered(input);
                    match self.submit(input.clone()).await {
                        Ok(said) => {
                            taken |= said;
                            kept_back |= !said;
                        }
                        Err(stop) => {
                            self.waiting.push_front(Steer::Input(input));
                            return Err(stop);
                        }
                    }
                }
                Steer::Shell { command } => self.shells.start(command),
                Steer::Items { items, taken: tell } => {
                    taken = true;
                    self.take_items(items, tell).await;
                }
            }
        }
        // One that still runs keeps nothing from going on; its record comes with a later request.
        while let Some(record) = self.shells.try_next() {
            taken = true;
            self.remember(record).await;
        }
        Ok(taken || !kept_back)
    }

    /// Takes up at once what needs no model, not only when the turn looks next: the user's commands start, items enter the
    /// history.
    pub(crate) async fn take_up(&mut self, steer: Steer) {
        match steer {
            Steer::Shell { command } => self.shells.start(command),
            Steer::Items { items, taken } => self.take_items(items, taken).await,
            input @ Steer::Input(_) => self.waiting.push_back(input),
        }
    }

    async fn take_items(&mut self, items: Vec<ResponseItem>, taken: oneshot::Sender<Result<(), String>>) {
        for item in items {
            self.remember(item).await;
        }
        // Who asked may have gone.
        let _ = taken.send(self.out.flush().await);
    }

    /// The next steered input; pends when there is none.
    pub(crate) async fn steered(&mut self) -> Steer {
        match self.steer.recv().await {
            Some(steer) => steer,
            None => std::future::pending().await,
        }
    }

    /// Waits until what happened so far is on disk. Who keeps the history tells of failures; the turn goes on.
    pub(crate) async fn flush(&self) {
        let _ = self.out.flush().await;
    }

    async fn end(mut self, result: Result<(), Stop>) -> TurnEnd {
        self.steer.close();
        self.take_steered();
        let (status, error) = match result {
            Ok(()) => (TurnStatus::Completed, None),
            Err(Stop::Failed(error)) => (TurnStatus::Failed, Some(error)),
            Err(Stop::Cancelled) => (TurnStatus::Interrupted, None),
        };
        self.end_shells(status).await;
        // There is no further request that could tell the model of a budget used up now.
        let _ = self.count_for_goal().await;
        let turn_id = self.out.turn_id().to_string();
        let completed_at = self.started.now_seconds();
        let duration_ms = self.started.elapsed_ms();
        if status == TurnStatus::Interrupted {
            self.keep_steered().await;
            let replaced = self.cancel.is_replaced();
            if !replaced {
                self.remember(interruption_marker()).await;
            }
            let reason = if replaced {
                AbortReason::Replaced
            } else {
                AbortReason::Interrupted
            };
            let aborted = TurnAborted {
                turn_id: Some(turn_id),
                reason,
                completed_at: Some(completed_at),
                duration_ms: Some(duration_ms),
            };
            self.out.record(RolloutItem::EventMsg(aborted.into())).await;
        } else {
            if let Some(error) = &error {
                let record = ErrorEvent {
                    message: error.message.clone(),
                    codex_error_info: error.codex_error_info.clone(),
                };
                self.out.record(RolloutItem::EventMsg(record.into())).await;
            }
            let complete = TaskComplete {
                turn_id,
                last_agent_message: self.last_message.clone(),
                completed_at: Some(completed_at),
                duration_ms: Some(duration_ms),
                time_to_first_token_ms: self.first_token,
            };
            self.out.record(RolloutItem::EventMsg(complete.into())).await;
        }
        self.flush().await;
        TurnEnd {
            status,
            error,
            started_at: self.started.unix_seconds(),
            completed_at,
            duration_ms,
            last_agent_message: self.last_message,
            called_tools: self.called_tools,
            leftover: self.waiting.into(),
        }
    }

    /// The user's commands beside the turn: waited for when the turn ended by itself, killed when the user stops it, also
    /// while they are waited for.
    async fn end_shells(&mut self, status: TurnStatus) {
        let mut killed = status == TurnStatus::Interrupted;
        if killed {
            self.shells.kill();
        }
        loop {
            tokio::select! {
                biased;
                () = self.cancel.cancelled(), if !killed => {
                    killed = true;
                    self.shells.kill();
                }
                record = self.shells.next() => match record {
                    Some(record) => self.remember(record).await,
                    None => return,
                },
            }
        }
    }

    /// What the user said to a turn that is interrupted before it listened stays said.
    async fn keep_steered(&mut self) {
        for steer in std::mem::take(&mut self.waiting) {
            match steer {
                Steer::Input(input) => self.say(input::steered(input)).await,
                Steer::Items { items, taken } => self.take_items(items, taken).await,
                Steer::Shell { command } => self.waiting.push_back(Steer::Shell { command }),
            }
        }
    }
}
