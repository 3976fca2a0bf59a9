//! The hooks of a thread, and a round of them: all that one moment concerns, run at the same time.

use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use codex_protocol::{
    HookEventName, HookExecutionMode, HookHandlerType, HookOutputEntry, HookRunStatus, HookRunSummary,
    HookScope,
};
use futures_util::future::join_all;

use crate::answer::{Answer, Reply};
use crate::child::{self, Ended, Job};
use crate::moment::{hear, input, names};
use crate::{Hook, Moment, Situation};

/// The hooks of one thread, as they stood when it was loaded.
#[derive(Debug, Clone, Default)]
pub struct Hooks {
    hooks: Vec<Hook>,
    shell: String,
}

impl Hooks {
    /// Those of `hooks` that are switched on; `shell` is the program that runs their commands.
    pub fn new(hooks: impl IntoIterator<Item = Hook>, shell: impl Into<String>) -> Self {
        Self {
            hooks: hooks.into_iter().filter(|hook| hook.metadata.enabled).collect(),
            shell: shell.into(),
        }
    }

    /// Whether no hook runs, whatever happens.
    pub fn is_empty(&self) -> bool {
        self.hooks.is_empty()
    }

    /// The round of hooks that want to hear of this; None when there is none.
    pub fn round<'a, M: Moment>(&self, moment: &'a M, situation: &Situation<'_>) -> Option<Round<'a, M>> {
        let tried_on = moment.names();
        let concerned: Vec<&Hook> = self
            .hooks
            .iter()
            .filter(|hook| hook.metadata.event_name == M::EVENT && hook.matcher.fits(&tried_on))
            .collect();
        if concerned.is_empty() {
            return None;
        }
        let started_at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, seconds);
        let suffix = moment.run_suffix();
        Some(Round {
            moment,
            input: input(moment, situation),
            cwd: situation.cwd.to_owned(),
            runs: concerned
                .iter()
                .map(|hook| begun(hook, suffix.as_deref(), started_at))
                .collect(),
            jobs: concerned.iter().map(|hook| self.job(hook)).collect(),
        })
    }

    fn job(&self, hook: &Hook) -> Job {
        Job {
            shell: self.shell.clone(),
            command: hook.command.clone(),
            timeout: Duration::from_secs(hook.metadata.timeout_sec),
        }
    }
}

/// Hooks that are about to run.
#[derive(Debug)]
pub struct Round<'a, M> {
    moment: &'a M,
    input: String,
    cwd: PathBuf,
    runs: Vec<HookRunSummary>,
    jobs: Vec<Job>,
}

/// What a round came to.
#[derive(Debug)]
pub struct Heard<O> {
    /// The runs as they ended, in the order of their hooks.
    pub runs: Vec<HookRunSummary>,
    /// What they mean together.
    pub outcome: O,
}

impl<M: Moment> Round<'_, M> {
    /// The runs as they begin, in the order of their hooks.
    pub fn runs(&self) -> &[HookRunSummary] {
        &self.runs
    }

    /// Runs all hooks and waits for all of them. Dropping the future kills those that still run.
    pub async fn run(self) -> Heard<M::Outcome> {
        let Round {
            moment,
            input,
            cwd,
            mut runs,
            jobs,
        } = self;
        let ended = join_all(jobs.iter().map(|job| async {
            let began = Instant::now();
            let ended: Ended = child::run(job, &cwd, &input).await;
            (ended, began.elapsed())
        }))
        .await;
        let mut said = Vec::with_capacity(runs.len());
        for (run, (ended, took)) in runs.iter_mut().zip(ended) {
            let Answer {
                status,
                entries,
                said: one,
            } = hear(moment, Reply::of(ended));
            finish(run, status, entries, took);
            said.push(one);
        }
        let outcome = moment.conclude(runs.iter().zip(said).collect());
        Heard { runs, outcome }
    }
}

fn begun(hook: &Hook, suffix: Option<&str>, started_at: i64) -> HookRunSummary {
    let of = &hook.metadata;
    let mut id = format!(
        "{}:{}:{}",
        names(of.event_name).id,
        of.display_order,
        of.source_path.display()
    );
    if let Some(suffix) = suffix {
        id = format!("{id}:{suffix}");
    }
    HookRunSummary {
        id,
        event_name: of.event_name,
        handler_type: HookHandlerType::Command,
        execution_mode: HookExecutionMode::Sync,
        scope: match of.event_name {
            HookEventName::SessionStart => HookScope::Thread,
            _ => HookScope::Turn,
        },
        source_path: of.source_path.clone(),
        source: of.source,
        display_order: of.display_order,
        status: HookRunStatus::Running,
        status_message: of.status_message.clone(),
        started_at,
        completed_at: None,
        duration_ms: None,
        entries: Vec::new(),
    }
}

fn finish(run: &mut HookRunSummary, status: HookRunStatus, entries: Vec<HookOutputEntry>, took: Duration) {
    run.status = status;
    run.entries = entries;
    run.completed_at = Some(run.started_at + seconds(took));
    run.duration_ms = Some(i64::try_from(took.as_millis()).unwrap_or(i64::MAX));
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use codex_protocol::{AbsolutePathBuf, HookMetadata, HookSource};
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        Matcher, Permission, PermissionRequest, PostToolUse, Stop, Stopping, ToolCall, UserPromptSubmit,
    };

    fn situation() -> Situation<'static> {
        Situation {
            thread_id: "t",
            turn_id: "u",
            transcript: None,
            cwd: Path::new("/"),
            model: "m",
            never_asks: true,
        }
    }

    fn hook(event_name: HookEventName, display_order: i64, command: &str) -> Hook {
        Hook {
            metadata: HookMetadata {
                key: format!("k{display_order}"),
                event_name,
                handler_type: HookHandlerType::Command,
                matcher: None,
                command: Some(command.to_owned()),
                timeout_sec: 30,
                status_message: None,
                source_path: AbsolutePathBuf::new("/h/hooks.json").expect("absolute"),
                source: HookSource::User,
                plugin_id: None,
                display_order,
                enabled: true,
                is_managed: false,
            },
            command: command.to_owned(),
            matcher: Matcher::All,
        }
    }

    async fn heard<M: Moment>(moment: &M, commands: &[&str]) -> Heard<M::Outcome> {
        let hooks = (0..)
            .zip(commands)
            .map(|(order, command)| hook(M::EVENT, order, command));
        let hooks = Hooks::new(hooks, "/bin/sh");
        hooks.round(moment, &situation()).expect("a round").run().await
    }

    const PROMPT: UserPromptSubmit<'_> = UserPromptSubmit { prompt: "hi" };

    #[tokio::test]
    async fn a_hook_is_told_the_moment_and_the_situation() {
        let heard = heard(&PROMPT, &["cat | sed 's/^/> /'"]).await;
        let told: Value = serde_json::from_str(&heard.outcome.contexts[0][2..]).expect("json");
        assert_eq!(
            told,
            json!({"session_id": "t", "turn_id": "u", "transcript_path": null, "cwd": "/", "model": "m",
                   "hook_event_name": "UserPromptSubmit", "permission_mode": "bypassPermissions", "prompt": "hi"})
        );
    }

    #[tokio::test]
    async fn answers_keep_the_order_of_the_hooks_whoever_ends_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let door = folder.path().join("door");
        // The first waits until the second has run.
        let waiting = format!("until [ -e {0} ]; do sleep 0.01; done; echo one", door.display());
        let opening = format!("touch {}; echo two", door.display());
        let heard = heard(&PROMPT, &[&waiting, &opening]).await;
        assert_eq!(heard.outcome.contexts, ["one", "two"]);
        let ids: Vec<&str> = heard.runs.iter().map(|run| run.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "user-prompt-submit:0:/h/hooks.json",
                "user-prompt-submit:1:/h/hooks.json"
            ]
        );
    }

    #[tokio::test]
    async fn a_hook_that_fails_changes_nothing() {
        let heard = heard(&PROMPT, &["echo lost; exit 1"]).await;
        assert_eq!(heard.runs[0].status, HookRunStatus::Failed);
        assert!(!heard.outcome.stops && heard.outcome.contexts.is_empty());
    }

    #[tokio::test]
    async fn any_denial_goes_over_every_allowance() {
        let call = ToolCall::command("c1", "ls");
        let moment = PermissionRequest {
            call: &call,
            is_retry: true,
        };
        let allow = r#"echo '{"hookSpecificOutput": {"hookEventName": "PermissionRequest", "decision": {"behavior": "allow"}}}'"#;
        let heard = heard(&moment, &[allow, "echo never >&2; exit 2", allow]).await;
        assert_eq!(heard.outcome, Permission::Deny("never".to_owned()));
        assert_eq!(heard.runs[0].id, "permission-request:0:/h/hooks.json:c1:retry");
    }

    #[tokio::test]
    async fn feedback_of_several_hooks_is_joined() {
        let call = ToolCall::command("c1", "ls");
        let moment = PostToolUse {
            call: &call,
            response: "ran",
        };
        let block = r#"echo '{"decision": "block", "reason": "one"}'"#;
        let heard = heard(&moment, &[block, "echo two >&2; exit 2"]).await;
        assert_eq!(heard.outcome.instead.as_deref(), Some("one\n\ntwo"));
    }

    #[tokio::test]
    async fn a_turn_goes_on_with_a_part_for_each_no_unless_one_ends_it() {
        let moment = Stop {
            is_active: false,
            last_message: None,
        };
        let no = "echo more >&2; exit 2";
        let Stopping::GoesOn(parts) = heard(&moment, &[no, "true", no]).await.outcome else {
            panic!("the turn goes on")
        };
        let ids: Vec<&str> = parts.iter().map(|part| part.hook_run_id.as_str()).collect();
        assert_eq!(ids, ["stop:0:/h/hooks.json", "stop:2:/h/hooks.json"]);
        let end = r#"echo '{"continue": false}'"#;
        assert_eq!(heard(&moment, &[no, end]).await.outcome, Stopping::Ends);
    }

    #[test]
    fn hooks_that_are_switched_off_or_do_not_fit_hear_nothing() {
        let mut off = hook(HookEventName::UserPromptSubmit, 0, "true");
        off.metadata.enabled = false;
        let other = hook(HookEventName::Stop, 1, "true");
        let mut patches = hook(HookEventName::PreToolUse, 2, "true");
        patches.matcher = Matcher::parse(Some("Edit")).expect("a matcher");
        let hooks = Hooks::new([off, other, patches], "/bin/sh");
        assert!(hooks.round(&PROMPT, &situation()).is_none());
        let round = |call: &ToolCall| hooks.round(&crate::PreToolUse { call }, &situation()).is_some();
        assert!(!round(&ToolCall::command("c", "ls")) && round(&ToolCall::patch("c", "x")));
    }
}
