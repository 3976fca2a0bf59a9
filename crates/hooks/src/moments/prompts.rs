//! The beginning of a session, and what the user says: both may be stopped, and may be given context.

use codex_protocol::{HookEventName, HookOutputEntryKind, HookRunStatus, HookRunSummary};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::answer::{Answer, Invalid, Object, worded};
use crate::{Moment, StartSource};

/// The first turn of a session begins.
#[derive(Debug, Clone, Copy)]
pub struct SessionStart {
    /// How it came to start.
    pub source: StartSource,
}

/// The user says something.
#[derive(Debug, Clone, Copy)]
pub struct UserPromptSubmit<'a> {
    /// What, without pictures.
    pub prompt: &'a str,
}

/// Whether a turn goes on with what was said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Welcome {
    /// It doesn't.
    pub stops: bool,
    /// What the model is told besides; in either case.
    pub contexts: Vec<String>,
}

/// What one hook said.
#[derive(Debug, Default)]
pub struct Greeting {
    stops: bool,
    context: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Decision {
    Block,
}

impl Moment for SessionStart {
    const EVENT: HookEventName = HookEventName::SessionStart;
    type Said = Greeting;
    type Outcome = Welcome;

    fn names(&self) -> Vec<&str> {
        vec![self.source.name()]
    }

    fn describe(&self, input: &mut Map<String, Value>) {
        input.insert("source".to_owned(), self.source.name().into());
    }

    fn words(&self, words: String) -> Answer<Greeting> {
        with_context(Answer::quiet(), Some(words))
    }

    fn object(&self, mut object: Object) -> Result<Answer<Greeting>, Invalid> {
        let common = object.common()?;
        let mut specific = object.specific()?;
        let context = specific.take("additionalContext")?;
        specific.end()?;
        object.end()?;
        let answer = with_context(common.begin(), context);
        Ok(if common.stops {
            stopped(answer, common.stop_reason)
        } else {
            answer
        })
    }

    fn no(&self, _: String) -> Answer<Greeting> {
        Answer::quiet()
    }

    fn conclude(&self, said: Vec<(&HookRunSummary, Greeting)>) -> Welcome {
        together(said)
    }
}

impl Moment for UserPromptSubmit<'_> {
    const EVENT: HookEventName = HookEventName::UserPromptSubmit;
    type Said = Greeting;
    type Outcome = Welcome;

    fn describe(&self, input: &mut Map<String, Value>) {
        input.insert("prompt".to_owned(), self.prompt.into());
    }

    fn words(&self, words: String) -> Answer<Greeting> {
        with_context(Answer::quiet(), Some(words))
    }

    fn object(&self, mut object: Object) -> Result<Answer<Greeting>, Invalid> {
        let common = object.common()?;
        let decision: Option<Decision> = object.take("decision")?;
        let reason: Option<String> = object.take("reason")?;
        let mut specific = object.specific()?;
        let context = specific.take("additionalContext")?;
        specific.end()?;
        object.end()?;
        let reason = worded(reason);
        let begun = common.begin();
        if decision.is_some() && reason.is_none() && !common.stops {
            return Ok(
                begun.or_failed("UserPromptSubmit hook returned decision:block without a non-empty reason")
            );
        }
        let answer = with_context(begun, context);
        Ok(match (decision, reason) {
            _ if common.stops => stopped(answer, common.stop_reason),
            (Some(Decision::Block), Some(reason)) => blocked(answer, reason),
            _ => answer,
        })
    }

    fn no(&self, words: String) -> Answer<Greeting> {
        blocked(Answer::quiet(), words)
    }

    fn conclude(&self, said: Vec<(&HookRunSummary, Greeting)>) -> Welcome {
        together(said)
    }
}

fn with_context(answer: Answer<Greeting>, context: Option<String>) -> Answer<Greeting> {
    match context {
        Some(context) => answer
            .with(HookOutputEntryKind::Context, context.clone())
            .saying(|said| said.context = Some(context)),
        None => answer,
    }
}

fn stopped(answer: Answer<Greeting>, reason: Option<String>) -> Answer<Greeting> {
    let answer = answer
        .reported_as(HookRunStatus::Stopped)
        .saying(|said| said.stops = true);
    match reason {
        Some(reason) => answer.with(HookOutputEntryKind::Stop, reason),
        None => answer,
    }
}

fn blocked(answer: Answer<Greeting>, reason: String) -> Answer<Greeting> {
    answer
        .reported_as(HookRunStatus::Blocked)
        .with(HookOutputEntryKind::Feedback, reason)
        .saying(|said| said.stops = true)
}

fn together(said: Vec<(&HookRunSummary, Greeting)>) -> Welcome {
    Welcome {
        stops: said.iter().any(|(_, greeting)| greeting.stops),
        contexts: said
            .into_iter()
            .filter_map(|(_, greeting)| greeting.context)
            .collect(),
    }
}
