//! A turn would end: a reasoned no makes it go on.

use codex_protocol::{HookEventName, HookOutputEntryKind, HookPromptFragment, HookRunStatus, HookRunSummary};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Moment;
use crate::answer::{Answer, Invalid, Object, worded};
use crate::moment::{garbled, names};

/// A turn would end.
#[derive(Debug, Clone, Copy)]
pub struct Stop<'a> {
    /// Hooks made it go on before.
    pub is_active: bool,
    /// The model's last message.
    pub last_message: Option<&'a str>,
}

/// Whether the turn ends.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Stopping {
    /// It does.
    #[default]
    Ends,
    /// It goes on; what the model is told, a part for each hook. Not empty.
    GoesOn(Vec<HookPromptFragment>),
}

/// What one hook said.
#[derive(Debug, Default)]
pub enum Said {
    #[default]
    Nothing,
    GoOn(String),
    Stop,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Decision {
    Block,
}

impl Moment for Stop<'_> {
    const EVENT: HookEventName = HookEventName::Stop;
    type Said = Said;
    type Outcome = Stopping;

    fn describe(&self, input: &mut Map<String, Value>) {
        input.insert("stop_hook_active".to_owned(), self.is_active.into());
        input.insert("last_assistant_message".to_owned(), self.last_message.into());
    }

    fn words(&self, _: String) -> Answer<Said> {
        garbled(&names(Self::EVENT))
    }

    fn object(&self, mut object: Object) -> Result<Answer<Said>, Invalid> {
        let common = object.common()?;
        let decision: Option<Decision> = object.take("decision")?;
        let reason: Option<String> = object.take("reason")?;
        object.end()?;
        let begun = common.begin();
        Ok(match (decision, worded(reason)) {
            _ if common.stops => {
                let answer = begun
                    .reported_as(HookRunStatus::Stopped)
                    .saying(|said| *said = Said::Stop);
                match common.stop_reason {
                    Some(reason) => answer.with(HookOutputEntryKind::Stop, reason),
                    None => answer,
                }
            }
            (Some(Decision::Block), Some(reason)) => going_on(begun, reason.trim()),
            (Some(Decision::Block), None) => {
                begun.or_failed("Stop hook returned decision:block without a non-empty reason")
            }
            (None, _) => begun,
        })
    }

    fn no(&self, words: String) -> Answer<Said> {
        going_on(Answer::quiet(), &words)
    }

    /// One that ends the turn goes over all that would go on.
    fn conclude(&self, said: Vec<(&HookRunSummary, Said)>) -> Stopping {
        let mut fragments = Vec::new();
        for (run, said) in said {
            match said {
                Said::Nothing => {}
                Said::Stop => return Stopping::Ends,
                Said::GoOn(text) => fragments.push(HookPromptFragment {
                    text,
                    hook_run_id: run.id.clone(),
                }),
            }
        }
        if fragments.is_empty() {
            Stopping::Ends
        } else {
            Stopping::GoesOn(fragments)
        }
    }
}

fn going_on(answer: Answer<Said>, reason: &str) -> Answer<Said> {
    answer
        .reported_as(HookRunStatus::Blocked)
        .with(HookOutputEntryKind::Feedback, reason)
        .saying(|said| *said = Said::GoOn(reason.to_owned()))
}
