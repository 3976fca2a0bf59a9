//! What lives across the turns of one thread.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use codex_protocol::{ResponseItem, ThreadTokenUsage};
use codex_rollout::TurnContext;
use codex_rollout::record::TokenUsageInfo;
use tokio::sync::{mpsc, watch};

use crate::approvals::CommandKey;
use crate::context::Told;
use crate::environment::Environment;
use crate::event::{Envelope, Event, Out};
use crate::history::{History, history_budget};
use crate::settings::{Settings, SettingsUpdate};
use crate::tools::permissions::Grant;
use crate::tools::sessions::Sessions;
use crate::usage::Usage;

/// What a conversation begins with: nothing for a new thread, for a resumed one what its file says.
#[derive(Debug, Clone, Default)]
pub struct Seed {
    /// The model's history.
    pub history: History,
    /// The last recorded token numbers.
    pub token_info: Option<TokenUsageInfo>,
    /// The last surviving settings record, None when a compaction came after it.
    pub last_context: Option<TurnContext>,
    /// The model of the last turn, compaction or not.
    pub last_model: Option<String>,
    /// Compactions so far.
    pub compactions: u64,
    /// How the session came to start; hooks hear of it in its first turn.
    pub start: codex_hooks::StartSource,
}

/// One thread's conversation: moved into the task of a running turn and handed back at its end. Dropping it ends all
/// processes that its commands left running.
pub struct Conversation {
    pub(crate) env: Arc<Environment>,
    pub(crate) settings: Settings,
    pub(crate) history: History,
    pub(crate) usage: Usage,
    /// What the model was last told of its situation; None before the first input and after a compaction.
    pub(crate) told: Option<Told>,
    pub(crate) last_model: Option<String>,
    pub(crate) compactions: u64,
    /// What hooks have yet to hear of the session's start.
    pub(crate) starting: Option<codex_hooks::StartSource>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) events: mpsc::Sender<Envelope>,
}

/// The part of a conversation that its tools see, also when they outlive their turn.
#[derive(Default)]
pub(crate) struct Shared {
    /// Commands accepted for the session.
    commands: Mutex<HashSet<CommandKey>>,
    /// Files that patches may change unasked for the session.
    files: Mutex<HashSet<PathBuf>>,
    /// Permissions granted for the session.
    granted: Mutex<Grant>,
    /// Processes of `exec_command`.
    pub(crate) sessions: Sessions,
    /// The user is busy elsewhere: waiting for processes stands still.
    pub(crate) away: Away,
}

/// Whether the user is busy elsewhere (agent.md §6.3).
pub(crate) struct Away(watch::Sender<bool>);

impl Default for Away {
    fn default() -> Self {
        Away(watch::Sender::new(false))
    }
}

impl Away {
    /// Waits until the user is busy elsewhere, or no longer.
    pub(crate) async fn until(&self, away: bool) {
        // The sender is ours, so waiting can't fail.
        let _ = self.0.subscribe().wait_for(|now| *now == away).await;
    }
}

/// Locks what no code panics with.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Shared {
    pub(crate) fn accept_command(&self, key: CommandKey) {
        lock(&self.commands).insert(key);
    }

    pub(crate) fn command_accepted(&self, key: &CommandKey) -> bool {
        lock(&self.commands).contains(key)
    }

    pub(crate) fn accept_files(&self, files: Vec<PathBuf>) {
        lock(&self.files).extend(files);
    }

    pub(crate) fn files_accepted(&self, files: &[PathBuf]) -> bool {
        let accepted = lock(&self.files);
        !files.is_empty() && files.iter().all(|file| accepted.contains(file))
    }

    pub(crate) fn grant(&self, grant: &Grant) {
        lock(&self.granted).add(grant);
    }

    pub(crate) fn granted(&self) -> Grant {
        lock(&self.granted).clone()
    }
}

impl Conversation {
    /// A conversation that tells what happens through `events`, for its whole life.
    pub fn new(
        env: Arc<Environment>,
        settings: Settings,
        seed: Seed,
        events: mpsc::Sender<Envelope>,
    ) -> Self {
        let told = seed.last_context.as_ref().and_then(Told::recorded);
        Conversation {
            env,
            settings,
            history: seed.history,
            usage: Usage::new(seed.token_info),
            last_model: seed
                .last_model
                .or_else(|| told.as_ref().map(|told| told.model().to_owned())),
            told,
            compactions: seed.compactions,
            starting: Some(seed.start),
            shared: Arc::default(),
            events,
        }
    }

    /// What the thread stands on.
    pub fn environment(&self) -> &Arc<Environment> {
        &self.env
    }

    /// What the next turn runs with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Takes over what a turn sets, for it and all later ones.
    pub fn update_settings(&mut self, update: SettingsUpdate) {
        self.settings.apply(update);
    }

    /// Takes over what was set while a turn had the conversation.
    pub fn set_settings(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Tokens used so far, once there are numbers.
    pub fn token_usage(&self) -> Option<ThreadTokenUsage> {
        self.usage.told()
    }

    /// How many bytes of the thread's history can be of use to its model; None if that is not known.
    pub fn history_budget(&self) -> Option<u64> {
        history_budget(&self.env, &self.settings)
    }

    /// Whether nothing has been said yet.
    pub fn is_empty(&self) -> bool {
        self.history.is_empty()
    }

    /// Adds items to the model's history and records them (`thread/inject_items`). A settings record precedes them in a
    /// thread that has none yet.
    pub async fn inject(&mut self, items: Vec<ResponseItem>) {
        let out = Out::new(
            format!("auto-compact-{}", self.compactions).into(),
            self.events.clone(),
        );
        if self.told.is_none() && self.history.is_empty() {
            let model = crate::model::Model::of(&self.env, &self.settings);
            out.record(codex_rollout::RolloutItem::TurnContext(Box::new(Told::record(
                out.turn_id(),
                &self.settings,
                &model,
                None,
            ))))
            .await;
        }
        for item in items {
            self.remember(&out, item).await;
        }
    }

    /// Replaces the model's history, as after `thread/rollback`.
    pub fn replace_history(&mut self, seed: Seed) {
        self.told = seed.last_context.as_ref().and_then(Told::recorded);
        self.history = seed.history;
        self.usage = Usage::new(seed.token_info.or(self.usage.info()));
        self.compactions = seed.compactions;
    }

    /// Ends all processes that commands left running; each still tells its end (`thread/backgroundTerminals/clean`).
    pub async fn clean_background(&self) {
        self.shared.sessions.clean().await;
    }

    /// A handle for the same while a turn has the conversation.
    pub fn background(&self) -> Background {
        Background(self.shared.clone())
    }

    /// Adds an item to the model's history, records it, and tells it to those who want raw items.
    pub(crate) async fn remember(&mut self, out: &Out, item: ResponseItem) {
        let told = without_id(item.clone());
        self.history.push(Arc::new(item));
        out.record(told.clone()).await;
        out.send(Event::RawItem(told)).await;
    }
}

/// An item without the service's name for it, which is neither recorded nor told (persistence.md §3.4); a picture keeps it.
fn without_id(mut item: ResponseItem) -> ResponseItem {
    match &mut item {
        ResponseItem::Message { id, .. }
        | ResponseItem::LocalShellCall { id, .. }
        | ResponseItem::FunctionCall { id, .. }
        | ResponseItem::CustomToolCall { id, .. }
        | ResponseItem::ToolSearchCall { id, .. }
        | ResponseItem::WebSearchCall { id, .. } => *id = None,
        ResponseItem::Reasoning { extra, .. } => {
            extra.remove("id");
        }
        _ => {}
    }
    item
}

/// Reaches a conversation's processes while a turn has it.
#[derive(Clone)]
pub struct Background(Arc<Shared>);

impl Background {
    /// See [`Conversation::clean_background`].
    pub async fn clean(&self) {
        self.0.sessions.clean().await;
    }

    /// Whether the user is busy with something outside (`thread/increment_elicitation`): as long as they are, calls that
    /// wait for a process report nothing.
    pub fn set_away(&self, away: bool) {
        self.0.away.0.send_replace(away);
    }
}
