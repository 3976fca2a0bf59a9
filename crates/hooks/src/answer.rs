//! What a hook's process says by its exit code and its output (agent.md §7.3).

use codex_protocol::{HookOutputEntry, HookOutputEntryKind, HookRunStatus};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::child::Ended;

/// One hook's answer.
#[derive(Debug)]
pub struct Answer<S> {
    /// How the run is reported.
    pub(crate) status: HookRunStatus,
    /// What it said, as it is reported.
    pub(crate) entries: Vec<HookOutputEntry>,
    /// What it means; nothing for a hook that failed.
    pub(crate) said: S,
}

impl<S: Default> Answer<S> {
    /// It has nothing against anything.
    pub(crate) fn quiet() -> Self {
        Self {
            status: HookRunStatus::Completed,
            entries: Vec::new(),
            said: S::default(),
        }
    }

    /// It failed; why.
    pub(crate) fn failed(why: impl Into<String>) -> Self {
        Self::quiet().or_failed(why)
    }

    /// What was said so far is reported, and that it failed; it means nothing.
    pub(crate) fn or_failed(mut self, why: impl Into<String>) -> Self {
        self.status = HookRunStatus::Failed;
        self.said = S::default();
        self.with(HookOutputEntryKind::Error, why)
    }

    /// Reports an entry.
    pub(crate) fn with(mut self, kind: HookOutputEntryKind, text: impl Into<String>) -> Self {
        let text = text.into();
        self.entries.push(HookOutputEntry { kind, text });
        self
    }

    /// Its run is reported so.
    pub(crate) fn reported_as(mut self, status: HookRunStatus) -> Self {
        self.status = status;
        self
    }

    /// Means that.
    pub(crate) fn saying(mut self, say: impl FnOnce(&mut S)) -> Self {
        say(&mut self.said);
        self
    }
}

/// What an exit code and the output come to, before an event looks at it.
#[derive(Debug)]
pub(crate) enum Reply {
    /// Nothing.
    Silence,
    /// Plain words, trimmed.
    Words(String),
    /// An object.
    Object(Object),
    /// Something that begins like JSON and is no object.
    Garbled,
    /// Exit code 2 and words on standard error, trimmed.
    No(String),
    /// Exit code 2 without words.
    MuteNo,
    /// Anything that went wrong; what.
    Failure(String),
}

impl Reply {
    pub(crate) fn of(ended: Ended) -> Self {
        match ended {
            Ended::Exited { code: 0, stdout, .. } => Self::of_output(stdout.trim()),
            Ended::Exited { code: 2, stderr, .. } => match stderr.trim() {
                "" => Reply::MuteNo,
                words => Reply::No(words.to_owned()),
            },
            Ended::Exited { code, .. } => Reply::Failure(format!("hook exited with code {code}")),
            Ended::Signaled => Reply::Failure("hook exited without a status code".to_owned()),
            Ended::TimedOut(after) => Reply::Failure(format!("hook timed out after {}s", after.as_secs())),
            Ended::NotStarted(error) => Reply::Failure(format!("hook could not be started: {error}")),
        }
    }

    fn of_output(text: &str) -> Self {
        match serde_json::from_str(text) {
            _ if text.is_empty() => Reply::Silence,
            Ok(Value::Object(members)) => Reply::Object(Object(members)),
            _ if text.starts_with(['{', '[']) => Reply::Garbled,
            _ => Reply::Words(text.to_owned()),
        }
    }
}

/// An object whose members are taken out one by one: what is left in the end was not known.
#[derive(Debug)]
pub struct Object(Map<String, Value>);

/// The object is not what its event understands.
#[derive(Debug)]
pub struct Invalid;

impl Object {
    /// A member; its default when it is missing.
    pub(crate) fn take<T: DeserializeOwned + Default>(&mut self, key: &str) -> Result<T, Invalid> {
        match self.0.shift_remove(key) {
            None => Ok(T::default()),
            Some(value) => serde_json::from_value(value).map_err(|_| Invalid),
        }
    }

    /// What all events understand.
    pub(crate) fn common(&mut self) -> Result<Common, Invalid> {
        Ok(Common {
            stops: match self.0.shift_remove("continue") {
                None => false,
                Some(Value::Bool(go_on)) => !go_on,
                Some(_) => return Err(Invalid),
            },
            stop_reason: self.take("stopReason")?,
            suppress_output: self.take("suppressOutput")?,
            system_message: self.take("systemMessage")?,
        })
    }

    /// `hookSpecificOutput`; a missing one is empty. Its event's name has to be there and is not looked at further.
    pub(crate) fn specific(&mut self) -> Result<Object, Invalid> {
        const EVENTS: [&str; 6] = [
            "PreToolUse",
            "PermissionRequest",
            "PostToolUse",
            "SessionStart",
            "UserPromptSubmit",
            "Stop",
        ];
        let Some(members) = self.take::<Option<Map<String, Value>>>("hookSpecificOutput")? else {
            return Ok(Object(Map::new()));
        };
        let mut specific = Object(members);
        match specific.take::<Option<String>>("hookEventName")? {
            Some(name) if EVENTS.contains(&name.as_str()) => Ok(specific),
            _ => Err(Invalid),
        }
    }

    /// All members were known.
    pub(crate) fn end(self) -> Result<(), Invalid> {
        if self.0.is_empty() { Ok(()) } else { Err(Invalid) }
    }
}

/// The members all events understand.
#[derive(Debug)]
pub(crate) struct Common {
    /// `continue: false`
    pub(crate) stops: bool,
    /// `stopReason`
    pub(crate) stop_reason: Option<String>,
    /// `suppressOutput`
    pub(crate) suppress_output: bool,
    /// `systemMessage`
    pub(crate) system_message: Option<String>,
}

impl Common {
    /// The answer that these begin: the words for the user are reported first, whatever follows.
    pub(crate) fn begin<S: Default>(&self) -> Answer<S> {
        match &self.system_message {
            Some(words) => Answer::quiet().with(HookOutputEntryKind::Warning, words),
            None => Answer::quiet(),
        }
    }

    /// The first of these that says something, for events that don't support them.
    pub(crate) fn unsupported(&self) -> Option<&'static str> {
        if self.stops {
            Some("continue:false")
        } else if self.stop_reason.is_some() {
            Some("stopReason")
        } else if self.suppress_output {
            Some("suppressOutput")
        } else {
            None
        }
    }
}

/// Words that are more than blanks.
pub(crate) fn worded(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exited(code: i32, stdout: &str, stderr: &str) -> Reply {
        Reply::of(Ended::Exited {
            code,
            stdout: stdout.to_owned(),
            stderr: stderr.to_owned(),
        })
    }

    #[test]
    fn what_begins_like_json_has_to_be_an_object() {
        assert!(matches!(exited(0, " {\"a\": ", ""), Reply::Garbled));
        assert!(matches!(exited(0, "[1]", ""), Reply::Garbled));
        assert!(matches!(exited(0, " {} \n", ""), Reply::Object(_)));
        assert!(matches!(exited(0, " words\n", ""), Reply::Words(words) if words == "words"));
        assert!(matches!(exited(0, " \n", "x"), Reply::Silence));
    }

    #[test]
    fn code_2_is_a_no_with_words_on_standard_error() {
        assert!(matches!(exited(2, "x", " no\n"), Reply::No(words) if words == "no"));
        assert!(matches!(exited(2, "x", " \n"), Reply::MuteNo));
        assert!(matches!(exited(1, "x", "no"), Reply::Failure(why) if why == "hook exited with code 1"));
    }

    #[test]
    fn unknown_and_ill_typed_members_make_an_object_invalid() {
        let object = |text: &str| Object(serde_json::from_str(text).expect("an object"));
        assert!(object(r#"{"more": 1}"#).end().is_err());
        assert!(object(r#"{"continue": null}"#).common().is_err());
        assert!(object(r#"{"systemMessage": 5}"#).common().is_err());
        let mut known = object(r#"{"continue": false, "stopReason": "s", "suppressOutput": true}"#);
        let common = known.common().expect("valid");
        assert!(common.stops && common.suppress_output && known.end().is_ok());
    }
}
