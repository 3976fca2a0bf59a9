//! What hooks may hear of, and what all of them are told (agent.md §7.2).

use std::path::Path;

use codex_protocol::{HookEventName, HookRunSummary};
use serde_json::{Map, Value, json};

use crate::answer::{Answer, Invalid, Object, Reply};

/// Where something happens.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The thread's id.
    pub thread_id: &'a str,
    /// The turn's id.
    pub turn_id: &'a str,
    /// The thread's history; None when it is not kept.
    pub transcript: Option<&'a Path>,
    /// The turn's folder, in which hooks run; absolute.
    pub cwd: &'a Path,
    /// The model that is asked.
    pub model: &'a str,
    /// The user is never asked for approval.
    pub never_asks: bool,
}

/// How a session came to start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StartSource {
    /// It is new, or forked off another.
    #[default]
    Startup,
    /// It is taken up again.
    Resume,
    /// It takes the place of one that was cleared away.
    Clear,
}

impl StartSource {
    /// The name hooks and matchers know it by.
    pub fn name(self) -> &'static str {
        match self {
            StartSource::Startup => "startup",
            StartSource::Resume => "resume",
            StartSource::Clear => "clear",
        }
    }
}

/// Something hooks may hear of. Only this crate has such moments: what hooks say is understood here.
pub trait Moment: Sync {
    /// The event they ask for.
    const EVENT: HookEventName;
    /// What one hook may say.
    type Said: Default + Send;
    /// What all of them come to.
    type Outcome: Send;

    /// What matchers are tried on; nothing where there are none.
    fn names(&self) -> Vec<&str> {
        Vec::new()
    }

    /// What tells runs of the same hook in a turn apart.
    fn run_suffix(&self) -> Option<String> {
        None
    }

    /// Adds what is told of this moment alone.
    fn describe(&self, input: &mut Map<String, Value>);

    /// Understands words on standard output.
    fn words(&self, words: String) -> Answer<Self::Said>;

    /// Understands an object on standard output.
    fn object(&self, object: Object) -> Result<Answer<Self::Said>, Invalid>;

    /// Understands exit code 2 with words on standard error.
    fn no(&self, words: String) -> Answer<Self::Said>;

    /// Brings together what hooks said, in their order.
    fn conclude(&self, said: Vec<(&HookRunSummary, Self::Said)>) -> Self::Outcome;
}

/// How events are named in what is said of hooks that fail.
pub(crate) struct Names {
    /// `hook_event_name`.
    pub(crate) event: &'static str,
    /// In ids of runs.
    pub(crate) id: &'static str,
    /// In complaints about output.
    pub(crate) output: &'static str,
    /// What exit code 2 calls for on standard error; None: the code means nothing.
    pub(crate) refusal: Option<&'static str>,
}

pub(crate) fn names(event: HookEventName) -> Names {
    let (event, id, output, refusal) = match event {
        HookEventName::PreToolUse => (
            "PreToolUse",
            "pre-tool-use",
            "pre-tool-use",
            Some("a blocking reason"),
        ),
        HookEventName::PermissionRequest => (
            "PermissionRequest",
            "permission-request",
            "permission-request",
            Some("a denial reason"),
        ),
        HookEventName::PostToolUse => ("PostToolUse", "post-tool-use", "post-tool-use", Some("feedback")),
        HookEventName::SessionStart => ("SessionStart", "session-start", "session start", None),
        HookEventName::UserPromptSubmit => (
            "UserPromptSubmit",
            "user-prompt-submit",
            "user prompt submit",
            Some("a blocking reason"),
        ),
        HookEventName::Stop => ("Stop", "stop", "stop hook", Some("a continuation prompt")),
    };
    Names {
        event,
        id,
        output,
        refusal,
    }
}

/// What the hooks of a moment read.
pub(crate) fn input<M: Moment>(moment: &M, situation: &Situation<'_>) -> String {
    let mut input = Map::new();
    let mut tell = |key: &str, value: Value| input.insert(key.to_owned(), value);
    tell("session_id", json!(situation.thread_id));
    if M::EVENT != HookEventName::SessionStart {
        tell("turn_id", json!(situation.turn_id));
    }
    tell(
        "transcript_path",
        json!(situation.transcript.map(Path::to_string_lossy)),
    );
    tell("cwd", json!(situation.cwd.to_string_lossy()));
    tell("hook_event_name", json!(names(M::EVENT).event));
    tell("model", json!(situation.model));
    let mode = if situation.never_asks {
        "bypassPermissions"
    } else {
        "default"
    };
    tell("permission_mode", json!(mode));
    moment.describe(&mut input);
    Value::Object(input).to_string()
}

/// Understands a reply.
pub(crate) fn hear<M: Moment>(moment: &M, reply: Reply) -> Answer<M::Said> {
    let names = names(M::EVENT);
    match reply {
        Reply::Silence => Answer::quiet(),
        Reply::Words(words) => moment.words(words),
        Reply::Object(object) => moment.object(object).unwrap_or_else(|Invalid| garbled(&names)),
        Reply::Garbled => garbled(&names),
        Reply::No(words) if names.refusal.is_some() => moment.no(words),
        Reply::No(_) | Reply::MuteNo => Answer::failed(match names.refusal {
            Some(what) => {
                format!(
                    "{} hook exited with code 2 but did not write {what} to stderr",
                    names.event
                )
            }
            None => "hook exited with code 2".to_owned(),
        }),
        Reply::Failure(why) => Answer::failed(why),
    }
}

/// The answer of a hook whose output is not what its event understands.
pub(crate) fn garbled<S: Default>(names: &Names) -> Answer<S> {
    Answer::failed(format!("hook returned invalid {} JSON output", names.output))
}
