//! The moments hooks hear of, one a file: what each tells, what its hooks may say, and what that comes to
//! (agent.md §7.3).

mod permission_request;
mod post_tool_use;
mod pre_tool_use;
mod prompts;
mod stop;

use serde_json::{Map, Value};

pub use permission_request::{Permission, PermissionRequest};
pub use post_tool_use::{PostToolUse, Reviewed};
pub use pre_tool_use::PreToolUse;
pub use prompts::{SessionStart, UserPromptSubmit, Welcome};
pub use stop::{Stop, Stopping};

/// A call of a tool, as hooks know it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCall {
    /// The call's id.
    pub id: String,
    /// The tool's name for hooks.
    pub name: String,
    /// Further names that matchers may use.
    pub aliases: &'static [&'static str],
    /// What the tool is given.
    pub input: Value,
}

impl ToolCall {
    /// A command line, whichever tool runs it.
    pub fn command(id: &str, command: impl Into<String>) -> Self {
        Self {
            id: id.to_owned(),
            name: "Bash".to_owned(),
            aliases: &[],
            input: with_command(command.into()),
        }
    }

    /// A patch.
    pub fn patch(id: &str, patch: impl Into<String>) -> Self {
        Self {
            id: id.to_owned(),
            name: "apply_patch".to_owned(),
            aliases: &["Write", "Edit"],
            input: with_command(patch.into()),
        }
    }

    /// Why the model wants it, for [`PermissionRequest`].
    pub fn described(mut self, justification: Option<&str>) -> Self {
        if let (Value::Object(input), Some(text)) = (&mut self.input, justification) {
            input.insert("description".to_owned(), text.into());
        }
        self
    }

    /// The command line or patch, of calls that are one.
    fn command_text(&self) -> Option<&str> {
        matches!(self.name.as_str(), "Bash" | "apply_patch")
            .then(|| self.input.get("command")?.as_str())
            .flatten()
    }

    fn names(&self) -> Vec<&str> {
        std::iter::once(self.name.as_str())
            .chain(self.aliases.iter().copied())
            .collect()
    }

    fn describe(&self, input: &mut Map<String, Value>) {
        input.insert("tool_name".to_owned(), self.name.as_str().into());
        input.insert("tool_input".to_owned(), self.input.clone());
    }
}

fn with_command(command: String) -> Value {
    Value::Object(Map::from_iter([("command".to_owned(), command.into())]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Reply;
    use crate::child::Ended;
    use crate::moment::hear;
    use crate::{Moment, StartSource};
    use codex_protocol::{HookOutputEntryKind, HookRunStatus};

    /// A hook's output as it is reported: status and entries.
    fn told<M: Moment>(moment: &M, stdout: &str) -> String {
        shown(moment, 0, stdout, "")
    }

    fn shown<M: Moment>(moment: &M, code: i32, stdout: &str, stderr: &str) -> String {
        let reply = Reply::of(Ended::Exited {
            code,
            stdout: stdout.to_owned(),
            stderr: stderr.to_owned(),
        });
        let answer = hear(moment, reply);
        let status = match answer.status {
            HookRunStatus::Running => "running",
            HookRunStatus::Completed => "completed",
            HookRunStatus::Failed => "failed",
            HookRunStatus::Blocked => "blocked",
            HookRunStatus::Stopped => "stopped",
        };
        let entries = answer.entries.iter().map(|entry| {
            let kind = match entry.kind {
                HookOutputEntryKind::Warning => "warning",
                HookOutputEntryKind::Stop => "stop",
                HookOutputEntryKind::Feedback => "feedback",
                HookOutputEntryKind::Context => "context",
                HookOutputEntryKind::Error => "error",
            };
            format!("{kind}: {}", entry.text)
        });
        std::iter::once(status.to_owned())
            .chain(entries)
            .collect::<Vec<_>>()
            .join("; ")
    }

    const PROMPT: UserPromptSubmit<'_> = UserPromptSubmit { prompt: "hi" };

    #[test]
    fn prompts_are_blocked_stopped_or_given_context() {
        for (stdout, expected) in [
            ("words", "completed; context: words"),
            (
                "[1]",
                "failed; error: hook returned invalid user prompt submit JSON output",
            ),
            (
                r#"{"decision": "approve"}"#,
                "failed; error: hook returned invalid user prompt submit JSON output",
            ),
            (
                r#"{"decision": "block", "reason": " r "}"#,
                "blocked; feedback:  r ",
            ),
            (r#"{"reason": "r"}"#, "completed"),
            (
                r#"{"decision": "block", "systemMessage": "w", "hookSpecificOutput": {"hookEventName": "Stop", "additionalContext": "c"}}"#,
                "failed; warning: w; error: UserPromptSubmit hook returned decision:block without a non-empty reason",
            ),
            (r#"{"continue": false, "decision": "block"}"#, "stopped"),
            (r#"{"continue": false, "stopReason": "s"}"#, "stopped; stop: s"),
            (
                r#"{"hookSpecificOutput": {"hookEventName": "Nonsense", "additionalContext": "c"}}"#,
                "failed; error: hook returned invalid user prompt submit JSON output",
            ),
        ] {
            assert_eq!(told(&PROMPT, stdout), expected, "{stdout}");
        }
        assert_eq!(shown(&PROMPT, 2, "", " no \n"), "blocked; feedback: no");
        assert_eq!(
            shown(&PROMPT, 2, "", ""),
            "failed; error: UserPromptSubmit hook exited with code 2 but did not write a blocking reason to stderr"
        );
    }

    #[test]
    fn a_session_knows_no_decisions() {
        let start = SessionStart {
            source: StartSource::Startup,
        };
        assert_eq!(
            told(&start, r#"{"decision": "block", "reason": "r"}"#),
            "failed; error: hook returned invalid session start JSON output"
        );
        assert_eq!(
            shown(&start, 2, "", "no"),
            "failed; error: hook exited with code 2"
        );
        assert_eq!(told(&start, " c\n"), "completed; context: c");
    }

    #[test]
    fn only_a_reasoned_no_keeps_a_tool_from_running() {
        let call = ToolCall::command("c1", "ls");
        let moment = PreToolUse { call: &call };
        let specific = |members: &str| {
            format!(r#"{{"hookSpecificOutput": {{"hookEventName": "PreToolUse", {members}}}}}"#)
        };
        for (stdout, expected) in [
            (
                r#"{"decision": "block", "reason": " r "}"#.to_owned(),
                "blocked; feedback: r",
            ),
            (
                r#"{"decision": "approve"}"#.to_owned(),
                "failed; error: PreToolUse hook returned unsupported decision:approve",
            ),
            (
                r#"{"reason": "r"}"#.to_owned(),
                "failed; error: PreToolUse hook returned reason without decision",
            ),
            (
                r#"{"continue": false}"#.to_owned(),
                "failed; error: PreToolUse hook returned unsupported continue:false",
            ),
            (
                specific(r#""permissionDecision": "deny", "permissionDecisionReason": " d ""#),
                "blocked; feedback: d",
            ),
            (
                specific(r#""permissionDecision": "deny""#),
                "failed; error: PreToolUse hook returned permissionDecision:deny without a non-empty permissionDecisionReason",
            ),
            (
                specific(r#""permissionDecision": "ask""#),
                "failed; error: PreToolUse hook returned unsupported permissionDecision:ask",
            ),
            (
                specific(r#""permissionDecisionReason": "x""#),
                "failed; error: PreToolUse hook returned permissionDecisionReason without permissionDecision",
            ),
            (
                specific(r#""additionalContext": "x""#),
                "failed; error: PreToolUse hook returned unsupported additionalContext",
            ),
            (specific(r#""additionalContext": " ""#), "completed"),
            (
                specific(r#""updatedInput": {}"#),
                "failed; error: PreToolUse hook returned unsupported updatedInput",
            ),
            (specific(r#""updatedInput": null"#), "completed"),
            ("words".to_owned(), "completed"),
        ] {
            assert_eq!(told(&moment, &stdout), expected, "{stdout}");
        }
    }

    #[test]
    fn a_permission_is_granted_denied_or_left_to_others() {
        let call = ToolCall::command("c1", "ls");
        let moment = PermissionRequest {
            call: &call,
            is_retry: false,
        };
        let decision = |members: &str| {
            format!(
                r#"{{"hookSpecificOutput": {{"hookEventName": "PermissionRequest", "decision": {{{members}}}}}}}"#
            )
        };
        for (members, expected) in [
            (r#""behavior": "allow", "message": "m""#, "completed"),
            (r#""behavior": "deny", "message": " m ""#, "blocked; feedback: m"),
            (
                r#""behavior": "deny", "message": " ""#,
                "blocked; feedback: PermissionRequest hook denied approval",
            ),
            (
                r#""behavior": "allow", "updatedInput": {}"#,
                "failed; error: PermissionRequest hook returned unsupported updatedInput",
            ),
            (
                r#""behavior": "allow", "updatedPermissions": []"#,
                "failed; error: PermissionRequest hook returned unsupported updatedPermissions",
            ),
            (
                r#""behavior": "deny", "interrupt": true"#,
                "failed; error: PermissionRequest hook returned unsupported interrupt:true",
            ),
            (
                r#""behavior": "maybe""#,
                "failed; error: hook returned invalid permission-request JSON output",
            ),
            (
                r#""behavior": "allow", "x": 1"#,
                "failed; error: hook returned invalid permission-request JSON output",
            ),
        ] {
            assert_eq!(told(&moment, &decision(members)), expected, "{members}");
        }
        assert_eq!(
            told(&moment, r#"{"reason": "r"}"#),
            "failed; error: hook returned invalid permission-request JSON output"
        );
    }

    #[test]
    fn what_is_said_after_a_tool_may_take_the_place_of_its_output() {
        let call = ToolCall::command("c1", "ls");
        let moment = PostToolUse {
            call: &call,
            response: "ran",
        };
        for (stdout, expected) in [
            (
                r#"{"decision": "block", "reason": " r "}"#,
                "blocked; feedback:  r ",
            ),
            (
                r#"{"decision": "block"}"#,
                "failed; error: PostToolUse hook returned decision:block without a non-empty reason",
            ),
            (
                r#"{"reason": "r"}"#,
                "failed; error: PostToolUse hook returned reason without decision",
            ),
            (
                r#"{"continue": false, "stopReason": "s", "reason": "r", "suppressOutput": true}"#,
                "stopped; stop: s",
            ),
            (
                r#"{"continue": false}"#,
                "stopped; stop: PostToolUse hook stopped execution",
            ),
            (
                r#"{"suppressOutput": true}"#,
                "failed; error: PostToolUse hook returned unsupported suppressOutput",
            ),
            (
                r#"{"hookSpecificOutput": {"hookEventName": "PostToolUse", "updatedMCPToolOutput": {}}}"#,
                "failed; error: PostToolUse hook returned unsupported updatedMCPToolOutput",
            ),
            ("words", "completed"),
        ] {
            assert_eq!(told(&moment, stdout), expected, "{stdout}");
        }
        assert_eq!(shown(&moment, 2, "", "look"), "completed; feedback: look");
    }

    #[test]
    fn a_stop_hook_says_nothing_but_objects() {
        let moment = Stop {
            is_active: false,
            last_message: None,
        };
        assert_eq!(
            told(&moment, "words"),
            "failed; error: hook returned invalid stop hook JSON output"
        );
        assert_eq!(
            told(&moment, r#"{"decision": "block", "reason": " r "}"#),
            "blocked; feedback: r"
        );
        assert_eq!(
            told(&moment, r#"{"decision": "block", "reason": " "}"#),
            "failed; error: Stop hook returned decision:block without a non-empty reason"
        );
        assert_eq!(
            told(
                &moment,
                r#"{"continue": false, "decision": "block", "reason": "r"}"#
            ),
            "stopped"
        );
    }
}
