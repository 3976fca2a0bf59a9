//! A tool is about to be used: a reasoned no keeps it from running.

use codex_protocol::{HookEventName, HookOutputEntryKind, HookRunStatus, HookRunSummary};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::ToolCall;
use crate::Moment;
use crate::answer::{Answer, Invalid, Object, worded};

/// A tool is about to be used. The outcome says what the model is told instead, when it may not be.
#[derive(Debug, Clone, Copy)]
pub struct PreToolUse<'a> {
    /// The call.
    pub call: &'a ToolCall,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Decision {
    Approve,
    Block,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum PermissionDecision {
    Allow,
    Deny,
    Ask,
}

/// What a hook makes of a call: nothing, or a no; an error says what it may not say.
type Judgment = Result<Option<String>, String>;

impl Moment for PreToolUse<'_> {
    const EVENT: HookEventName = HookEventName::PreToolUse;
    type Said = Option<String>;
    type Outcome = Option<String>;

    fn names(&self) -> Vec<&str> {
        self.call.names()
    }

    fn run_suffix(&self) -> Option<String> {
        Some(self.call.id.clone())
    }

    fn describe(&self, input: &mut Map<String, Value>) {
        self.call.describe(input);
        input.insert("tool_use_id".to_owned(), self.call.id.as_str().into());
    }

    fn words(&self, _: String) -> Answer<Self::Said> {
        Answer::quiet()
    }

    fn object(&self, mut object: Object) -> Result<Answer<Self::Said>, Invalid> {
        let common = object.common()?;
        let decision: Option<Decision> = object.take("decision")?;
        let reason: Option<String> = object.take("reason")?;
        let mut specific = object.specific()?;
        let own = Own {
            decision: specific.take("permissionDecision")?,
            reason: specific.take("permissionDecisionReason")?,
            updated_input: specific.take("updatedInput")?,
            context: specific.take("additionalContext")?,
        };
        specific.end()?;
        object.end()?;
        let judgment = match common.unsupported() {
            Some(what) => Err(unsupported(what)),
            None if own.says_something() => own.judge(),
            None => judge(decision, reason),
        };
        let begun = common.begin();
        Ok(match judgment {
            Ok(None) => begun,
            Ok(Some(reason)) => blocked(begun, reason.trim().to_owned()),
            Err(why) => begun.or_failed(why),
        })
    }

    fn no(&self, words: String) -> Answer<Self::Said> {
        blocked(Answer::quiet(), words)
    }

    fn conclude(&self, said: Vec<(&HookRunSummary, Self::Said)>) -> Option<String> {
        let reason = said.into_iter().find_map(|(_, reason)| reason)?;
        Some(match self.call.command_text() {
            Some(command) => format!("Command blocked by PreToolUse hook: {reason}. Command: {command}"),
            None => format!(
                "Tool call blocked by PreToolUse hook: {reason}. Tool: {}",
                self.call.name
            ),
        })
    }
}

/// The event's own members.
struct Own {
    decision: Option<PermissionDecision>,
    reason: Option<String>,
    updated_input: Option<Value>,
    context: Option<String>,
}

impl Own {
    fn says_something(&self) -> bool {
        self.decision.is_some()
            || self.reason.is_some()
            || self.updated_input.is_some()
            || self.context.is_some()
    }

    fn judge(self) -> Judgment {
        if self.updated_input.is_some() {
            return Err(unsupported("updatedInput"));
        }
        if worded(self.context).is_some() {
            return Err(unsupported("additionalContext"));
        }
        match (self.decision, worded(self.reason)) {
            (Some(PermissionDecision::Deny), Some(reason)) => Ok(Some(reason)),
            (Some(PermissionDecision::Deny), None) => Err(
                "PreToolUse hook returned permissionDecision:deny without a non-empty permissionDecisionReason"
                    .to_owned(),
            ),
            (Some(PermissionDecision::Allow), _) => Err(unsupported("permissionDecision:allow")),
            (Some(PermissionDecision::Ask), _) => Err(unsupported("permissionDecision:ask")),
            (None, Some(_)) => {
                Err("PreToolUse hook returned permissionDecisionReason without permissionDecision".to_owned())
            }
            (None, None) => Ok(None),
        }
    }
}

fn judge(decision: Option<Decision>, reason: Option<String>) -> Judgment {
    match (decision, worded(reason)) {
        (Some(Decision::Block), Some(reason)) => Ok(Some(reason)),
        (Some(Decision::Block), None) => {
            Err("PreToolUse hook returned decision:block without a non-empty reason".to_owned())
        }
        (Some(Decision::Approve), _) => Err(unsupported("decision:approve")),
        (None, Some(_)) => Err("PreToolUse hook returned reason without decision".to_owned()),
        (None, None) => Ok(None),
    }
}

fn unsupported(what: &str) -> String {
    format!("PreToolUse hook returned unsupported {what}")
}

fn blocked(answer: Answer<Option<String>>, reason: String) -> Answer<Option<String>> {
    answer
        .reported_as(HookRunStatus::Blocked)
        .with(HookOutputEntryKind::Feedback, reason.clone())
        .saying(|said| *said = Some(reason))
}
