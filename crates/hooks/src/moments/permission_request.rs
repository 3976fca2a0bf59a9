//! Somebody would be asked for approval: a hook may answer in their place.

use codex_protocol::{HookEventName, HookOutputEntryKind, HookRunStatus, HookRunSummary};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::ToolCall;
use crate::Moment;
use crate::answer::{Answer, Invalid, Object, worded};

/// What is said of a denial without words.
const DENIED: &str = "PermissionRequest hook denied approval";

/// Somebody would be asked whether a call may run.
#[derive(Debug, Clone, Copy)]
pub struct PermissionRequest<'a> {
    /// The call.
    pub call: &'a ToolCall,
    /// It ran, and the sandbox stopped it.
    pub is_retry: bool,
}

/// Who answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Permission {
    /// The one who would have been asked.
    #[default]
    Undecided,
    /// Nobody needs to: it may run.
    Allow,
    /// It may not run; what the model is told.
    Deny(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Behavior {
    Allow,
    Deny,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Decision {
    behavior: Behavior,
    updated_input: Option<Value>,
    updated_permissions: Option<Value>,
    message: Option<String>,
    #[serde(default)]
    interrupt: bool,
}

impl Decision {
    fn unsupported(&self) -> Option<&'static str> {
        if self.updated_input.is_some() {
            Some("updatedInput")
        } else if self.updated_permissions.is_some() {
            Some("updatedPermissions")
        } else if self.interrupt {
            Some("interrupt:true")
        } else {
            None
        }
    }
}

impl Moment for PermissionRequest<'_> {
    const EVENT: HookEventName = HookEventName::PermissionRequest;
    type Said = Permission;
    type Outcome = Permission;

    fn names(&self) -> Vec<&str> {
        self.call.names()
    }

    fn run_suffix(&self) -> Option<String> {
        let id = &self.call.id;
        Some(if self.is_retry {
            format!("{id}:retry")
        } else {
            id.clone()
        })
    }

    fn describe(&self, input: &mut Map<String, Value>) {
        self.call.describe(input);
    }

    fn words(&self, _: String) -> Answer<Permission> {
        Answer::quiet()
    }

    fn object(&self, mut object: Object) -> Result<Answer<Permission>, Invalid> {
        let common = object.common()?;
        let mut specific = object.specific()?;
        let decision: Option<Decision> = specific.take("decision")?;
        specific.end()?;
        object.end()?;
        let begun = common.begin();
        let unsupported = common.unsupported().or_else(|| decision.as_ref()?.unsupported());
        if let Some(what) = unsupported {
            return Ok(begun.or_failed(format!("PermissionRequest hook returned unsupported {what}")));
        }
        Ok(match decision {
            None => begun,
            Some(Decision {
                behavior: Behavior::Allow,
                ..
            }) => begun.saying(|said| *said = Permission::Allow),
            Some(Decision {
                behavior: Behavior::Deny,
                message,
                ..
            }) => {
                let message = worded(message);
                denied(begun, message.as_deref().map_or(DENIED, str::trim))
            }
        })
    }

    fn no(&self, words: String) -> Answer<Permission> {
        denied(Answer::quiet(), &words)
    }

    /// Any denial goes over every allowance.
    fn conclude(&self, said: Vec<(&HookRunSummary, Permission)>) -> Permission {
        let mut outcome = Permission::Undecided;
        for (_, permission) in said {
            match permission {
                Permission::Deny(_) => return permission,
                Permission::Allow => outcome = Permission::Allow,
                Permission::Undecided => {}
            }
        }
        outcome
    }
}

fn denied(answer: Answer<Permission>, message: &str) -> Answer<Permission> {
    answer
        .reported_as(HookRunStatus::Blocked)
        .with(HookOutputEntryKind::Feedback, message)
        .saying(|said| *said = Permission::Deny(message.to_owned()))
}
