//! A tool was used and did what it should: what hooks say may take the place of its output.

use codex_protocol::{HookEventName, HookOutputEntryKind, HookRunStatus, HookRunSummary};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::ToolCall;
use crate::Moment;
use crate::answer::{Answer, Invalid, Object, worded};

/// What is said of a stop without words.
const STOPPED: &str = "PostToolUse hook stopped execution";

/// A tool was used.
#[derive(Debug, Clone, Copy)]
pub struct PostToolUse<'a> {
    /// The call.
    pub call: &'a ToolCall,
    /// What it gave.
    pub response: &'a str,
}

/// What is made of a tool's output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reviewed {
    /// What the model gets instead.
    pub instead: Option<String>,
    /// What the model is told before it.
    pub contexts: Vec<String>,
}

/// What one hook said.
#[derive(Debug, Default)]
pub struct Review {
    feedback: Option<String>,
    context: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Decision {
    Block,
}

impl Moment for PostToolUse<'_> {
    const EVENT: HookEventName = HookEventName::PostToolUse;
    type Said = Review;
    type Outcome = Reviewed;

    fn names(&self) -> Vec<&str> {
        self.call.names()
    }

    fn run_suffix(&self) -> Option<String> {
        Some(self.call.id.clone())
    }

    fn describe(&self, input: &mut Map<String, Value>) {
        self.call.describe(input);
        input.insert("tool_response".to_owned(), self.response.into());
        input.insert("tool_use_id".to_owned(), self.call.id.as_str().into());
    }

    fn words(&self, _: String) -> Answer<Review> {
        Answer::quiet()
    }

    fn object(&self, mut object: Object) -> Result<Answer<Review>, Invalid> {
        let common = object.common()?;
        let decision: Option<Decision> = object.take("decision")?;
        let reason: Option<String> = object.take("reason")?;
        let mut specific = object.specific()?;
        let context: Option<String> = specific.take("additionalContext")?;
        let updated: Option<Value> = specific.take("updatedMCPToolOutput")?;
        specific.end()?;
        object.end()?;
        let reason = worded(reason);
        let fault = match (&decision, &reason) {
            _ if common.stops => None,
            _ if common.suppress_output => Some("PostToolUse hook returned unsupported suppressOutput"),
            _ if updated.is_some() => Some("PostToolUse hook returned unsupported updatedMCPToolOutput"),
            (Some(Decision::Block), None) => {
                Some("PostToolUse hook returned decision:block without a non-empty reason")
            }
            (None, Some(_)) => Some("PostToolUse hook returned reason without decision"),
            _ => None,
        };
        if let Some(fault) = fault {
            return Ok(common.begin().or_failed(fault));
        }
        let mut answer = common.begin();
        if let Some(context) = context {
            answer = answer
                .with(HookOutputEntryKind::Context, context.clone())
                .saying(|said: &mut Review| said.context = Some(context));
        }
        if common.stops {
            let told = common.stop_reason.unwrap_or_else(|| STOPPED.to_owned());
            let feedback = reason.unwrap_or_else(|| told.clone());
            return Ok(answer
                .reported_as(HookRunStatus::Stopped)
                .with(HookOutputEntryKind::Stop, told)
                .saying(|said| said.feedback = Some(feedback)));
        }
        Ok(match reason {
            Some(reason) => with_feedback(answer.reported_as(HookRunStatus::Blocked), reason),
            None => answer,
        })
    }

    fn no(&self, words: String) -> Answer<Review> {
        with_feedback(Answer::quiet(), words)
    }

    fn conclude(&self, said: Vec<(&HookRunSummary, Review)>) -> Reviewed {
        let (feedback, contexts): (Vec<_>, Vec<_>) = said
            .into_iter()
            .map(|(_, review)| (review.feedback, review.context))
            .unzip();
        let feedback: Vec<String> = feedback.into_iter().flatten().collect();
        Reviewed {
            instead: (!feedback.is_empty()).then(|| feedback.join("\n\n")),
            contexts: contexts.into_iter().flatten().collect(),
        }
    }
}

fn with_feedback(answer: Answer<Review>, feedback: String) -> Answer<Review> {
    answer
        .with(HookOutputEntryKind::Feedback, feedback.clone())
        .saying(|said| said.feedback = Some(feedback))
}
