//! A thread to test with: a home and a folder of its own, a scripted model, and an owner that keeps all events and
//! answers all questions.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use codex_agent::{
    Cancel, Conversation, Envelope, Environment, Event, Question, Reply, RuleBook, SavedRules, Seed,
    Settings, Steer, TurnEnd, TurnIo, TurnKind, TurnOptions, project_docs, run_turn,
};
use codex_config::{Home, Overrides, Request, Sources};
use codex_model::{Catalogue, Credentials, Http, ModelClient, Provider};
use codex_protocol::{ThreadItem, UserInput};
use codex_rollout::RolloutItem;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::mpsc;

/// What happened, as a test looks at it.
#[derive(Debug, Default)]
pub struct Seen {
    /// Names of notifications with what tells them apart, in order.
    pub told: Vec<String>,
    /// Kinds of records, in order.
    pub records: Vec<String>,
    /// All items as they were when they ended.
    pub completed: Vec<ThreadItem>,
    /// Everything as text, for a closer look.
    pub all: Vec<String>,
}

pub struct Trial {
    pub dir: TempDir,
    pub conversation: Option<Conversation>,
    events: mpsc::Receiver<Envelope>,
    answers: Vec<Value>,
}

/// A turn that runs.
pub struct Running {
    pub steer: mpsc::Sender<Steer>,
    pub cancel: Cancel,
}

impl Trial {
    /// A thread of `model` under this `config.toml`, whose model plays `script`.
    pub fn new(config: &str, model: &str, script: &str) -> Self {
        Self::with_seed(config, model, script, Seed::default())
    }

    pub fn with_seed(config: &str, model: &str, script: &str, seed: Seed) -> Self {
        let dir = tempfile::tempdir().expect("tempdir");
        let home = dir.path().join("home");
        let work = dir.path().join("work");
        std::fs::create_dir_all(&home).expect("home");
        std::fs::create_dir_all(&work).expect("work");
        std::fs::write(home.join("config.toml"), config).expect("config");
        let script_file = dir.path().join("script.toml");
        std::fs::write(&script_file, script).expect("script");
        let sources = Sources {
            system: dir.path().join("etc"),
            process_cwd: work.clone(),
            ..Sources::new(Home::at(&home), Overrides::default())
        };
        let config = sources
            .load(&Request {
                cwd: Some(work.clone()),
                ..Request::default()
            })
            .expect("a configuration");
        let provider = Provider {
            script: Some(script_file.to_string_lossy().into_owned()),
            stream_max_retries: Some(1),
            request_max_retries: Some(0),
            ..Provider::default()
        };
        let client = ModelClient::new(provider, Http::from_environment(), Arc::new(Credentials::none()));
        let settings = Settings::new(&config, model.to_owned(), "Be good.".to_owned());
        let environment = Environment {
            thread_id: "01900000-0000-7000-8000-000000000001".into(),
            codex_home: home.clone(),
            project_docs: project_docs::load(&home, &work, &project_docs::DocOptions::default()),
            model: Arc::new(client),
            catalogue: Arc::new(Catalogue::bundled()),
            originator: "test".into(),
            user_agent: "test/1".into(),
            installation_id: "01900000-0000-7000-8000-000000000002".into(),
            thread_source: Some("user".into()),
            rules: Arc::new(RuleBook::empty(SavedRules::new(&home))),
            goals: None,
            skills_instructions: None,
            hooks: codex_agent::ThreadHooks::load(&config),
            config: Arc::new(config),
            transcript: None,
        };
        let (to, events) = mpsc::channel(64);
        let conversation = Conversation::new(Arc::new(environment), settings, seed, to);
        Trial {
            dir,
            conversation: Some(conversation),
            events,
            answers: Vec::new(),
        }
    }

    pub fn work(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// The answers to questions to come, in order; later ones are declined.
    pub fn answer(&mut self, answers: impl IntoIterator<Item = Value>) {
        self.answers = answers.into_iter().collect();
    }

    /// A turn with this input, to its end.
    pub async fn say(&mut self, text: &str) -> (TurnEnd, Seen) {
        self.run(user(text), |_, _| {}).await
    }

    /// A turn of any kind, to its end; `watch` sees each event and may steer or stop the turn.
    pub async fn run(&mut self, kind: TurnKind, mut watch: impl FnMut(&Event, &Running)) -> (TurnEnd, Seen) {
        let mut conversation = self.conversation.take().expect("no turn runs");
        let (steer, steered) = mpsc::channel(8);
        let cancel = Cancel::new();
        let io = TurnIo {
            steer: steered,
            cancel: cancel.clone(),
        };
        let turn = tokio::spawn(async move {
            let end = run_turn(&mut conversation, "turn-1".into(), kind, io).await;
            (conversation, end)
        });
        let running = Running { steer, cancel };
        let mut seen = Seen::default();
        let mut turn = std::pin::pin!(turn);
        let (conversation, end) = loop {
            tokio::select! {
                biased;
                Some(envelope) = self.events.recv() => {
                    watch(&envelope.event, &running);
                    self.take(envelope.event, &mut seen);
                }
                ended = &mut turn => break ended.expect("the turn does not panic"),
            }
        };
        while let Ok(envelope) = self.events.try_recv() {
            self.take(envelope.event, &mut seen);
        }
        self.conversation = Some(conversation);
        (end, seen)
    }

    /// Waits for the next item that ends, between turns.
    pub async fn next_completed(&mut self) -> ThreadItem {
        loop {
            let envelope = self.events.recv().await.expect("the conversation lives");
            if let Event::ItemCompleted(item) = envelope.event {
                return item;
            }
        }
    }

    fn take(&mut self, event: Event, seen: &mut Seen) {
        seen.all.push(format!("{event:?}"));
        match event {
            Event::Record(record) => seen.records.push(kind(&record)),
            Event::Flush(done) => drop(done.send(Ok(()))),
            Event::Ask(question, tell) => {
                seen.told.push(format!("ask {}", about(&question)));
                drop(tell.send(self.reply()));
            }
            Event::ItemStarted(item) => seen.told.push(format!("started {}", name(&item))),
            Event::ItemCompleted(item) => {
                seen.told.push(format!("completed {}", name(&item)));
                seen.completed.push(item);
            }
            Event::TurnStarted { .. } => seen.told.push("turn started".into()),
            Event::AgentMessageDelta { delta, .. } => seen.told.push(format!("delta {delta}")),
            Event::CommandOutputDelta { delta, .. } => seen.told.push(format!("output {delta}")),
            Event::PlanUpdated { plan, .. } => seen.told.push(format!("plan of {}", plan.len())),
            Event::DiffUpdated { .. } => seen.told.push("diff".into()),
            Event::HookStarted(run) => seen.told.push(format!("hook {:?}", run.event_name)),
            Event::HookCompleted(run) => seen
                .told
                .push(format!("hook {:?} {:?}", run.event_name, run.status)),
            Event::Retrying(error) => seen.told.push(format!("retrying: {}", error.message)),
            _ => {}
        }
    }

    fn reply(&mut self) -> Reply {
        let answer = if self.answers.is_empty() {
            serde_json::json!({"decision": "decline"})
        } else {
            self.answers.remove(0)
        };
        Ok(serde_json::value::to_raw_value(&answer).expect("json"))
    }
}

pub fn user(text: &str) -> TurnKind {
    let input = vec![UserInput::Text {
        text: text.into(),
        text_elements: Vec::new(),
    }];
    TurnKind::User {
        input,
        options: TurnOptions::default(),
    }
}

fn about(question: &Question) -> &'static str {
    match question {
        Question::Command(_) => "command",
        Question::FileChange(_) => "file change",
        Question::Permissions(_) => "permissions",
        Question::UserInput(_) => "user input",
        Question::ToolCall(_) => "tool call",
    }
}

/// An item's kind, with its status where it has one.
pub fn name(item: &ThreadItem) -> String {
    let value = serde_json::to_value(item).expect("json");
    let kind = value["type"].as_str().unwrap_or_default().to_owned();
    match value.get("status").and_then(Value::as_str) {
        Some(status) => format!("{kind} {status}"),
        None => kind,
    }
}

fn kind(record: &RolloutItem) -> String {
    match record {
        RolloutItem::EventMsg(event) => event.kind().name().to_owned(),
        RolloutItem::ResponseItem(item) => match serde_json::to_value(item)
            .expect("json")
            .get("role")
            .and_then(Value::as_str)
        {
            Some(role) => format!("message of {role}"),
            None => item.kind().unwrap_or_default().to_owned(),
        },
        other => other.type_name().to_owned(),
    }
}

/// The text of a file, None when there is none.
pub fn text(path: impl AsRef<Path>) -> Option<String> {
    std::fs::read_to_string(path).ok()
}
