//! A command from the wish to its end: judged, asked about, run, and run again outside the sandbox when that is what stops
//! it (turns.md §12, §16, §17).

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use codex_config::AskForApproval;
use codex_exec::{Delta, End, Exit, Limits, Outcome};
use codex_hooks::{Permission, PermissionRequest, ToolCall};
use codex_protocol::{
    CommandAction, CommandExecutionApprovalDecision, CommandExecutionRequestApprovalParams,
    CommandExecutionSource, CommandExecutionStatus, ContentItem, ResponseItem, ThreadItem,
};
use codex_rollout::RolloutItem;
use codex_rollout::record::{EndStatus, ExecCommandEnd, ExecSource};
use codex_sandbox::Policy;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::output::{Form, Ran};
use super::permissions::{Grant, granted_before};
use super::{Answer, Scope, absolute, policy};
use crate::approvals::{CommandKey, Judged, Ruling, Situation, Verdict, is_opaque, policy_name};
use crate::event::{Event, Out, Question};
use crate::prompts;
use crate::truncate::cut_middle;

/// What the user is asked when the sandbox stopped a command.
const RETRY: &str = "command failed; retry without sandbox?";
/// What is said of a command that the user refused.
pub(crate) const REJECTED: &str = "exec command rejected by user";
/// How many deltas may wait to be told before the command stands still.
const DELTAS_WAITING: usize = 16;

/// A command that the model wants to run.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) call_id: String,
    /// The command as the model wrote it; an argument list quoted for a shell.
    pub(crate) spelled: String,
    pub(crate) argv: Vec<String>,
    pub(crate) cwd: PathBuf,
    /// It asks to leave the sandbox.
    pub(crate) escalated: bool,
    pub(crate) justification: Option<String>,
    pub(crate) prefix_rule: Option<Vec<String>>,
    /// Permissions it asks for.
    pub(crate) more: Option<Grant>,
    /// What commands of the turn may do, without these.
    pub(crate) policy: Policy,
}

impl Wanted {
    /// What it may do when it stays in its sandbox.
    pub(crate) fn inside(&self) -> Policy {
        match &self.more {
            Some(more) => more.widen(&self.policy),
            None => self.policy.clone(),
        }
    }
}

/// The item of a command, in all its states.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) call_id: String,
    pub(crate) argv: Vec<String>,
    pub(crate) cwd: PathBuf,
    pub(crate) source: ExecSource,
    pub(crate) process_id: Option<String>,
    actions: Vec<CommandAction>,
}

/// How a command ended, for its item.
#[derive(Debug)]
pub(crate) struct Ended<'a> {
    pub(crate) status: EndStatus,
    pub(crate) output: &'a str,
    pub(crate) exit_code: i32,
    pub(crate) duration: Duration,
}

impl Shown {
    pub(crate) fn new(wanted: &Wanted, source: ExecSource) -> Self {
        Shown {
            call_id: wanted.call_id.clone(),
            actions: actions(wanted),
            argv: wanted.argv.clone(),
            cwd: wanted.cwd.clone(),
            source,
            process_id: None,
        }
    }

    fn item(&self, status: CommandExecutionStatus) -> ThreadItem {
        ThreadItem::CommandExecution {
            id: self.call_id.clone(),
            command: codex_rollout::items::command_text(&self.argv),
            cwd: absolute(&self.cwd),
            process_id: self.process_id.clone(),
            source: match self.source {
                ExecSource::Agent => CommandExecutionSource::Agent,
                ExecSource::UserShell => CommandExecutionSource::UserShell,
                ExecSource::UnifiedExecStartup => CommandExecutionSource::UnifiedExecStartup,
                ExecSource::UnifiedExecInteraction => CommandExecutionSource::UnifiedExecInteraction,
            },
            status,
            command_actions: self.actions.clone(),
            aggregated_output: None,
            exit_code: None,
            duration_ms: None,
        }
    }

    pub(crate) async fn started(&self, out: &Out) {
        out.started(self.item(CommandExecutionStatus::InProgress)).await;
    }

    /// The user said no: the item ends without ever having run.
    pub(crate) async fn refused(&self, out: &Out, ruling: &Ruling) {
        let status = if *ruling == Ruling::Failed {
            CommandExecutionStatus::Failed
        } else {
            CommandExecutionStatus::Declined
        };
        out.completed(self.item(status)).await;
    }

    /// It was never run; why.
    pub(crate) async fn declined(&self, out: &Out, why: &str) {
        let ended = Ended {
            status: EndStatus::Declined,
            output: why,
            exit_code: -1,
            duration: Duration::ZERO,
        };
        self.ended(out, ended).await;
    }

    pub(crate) async fn ended(&self, out: &Out, ended: Ended<'_>) {
        let event = ExecCommandEnd {
            call_id: self.call_id.clone(),
            process_id: self.process_id.clone(),
            turn_id: out.turn_id().to_string(),
            command: self.argv.clone(),
            cwd: self.cwd.to_string_lossy().into_owned(),
            parsed_cmd: self
                .actions
                .iter()
                .map(codex_rollout::items::parsed_command)
                .collect(),
            source: self.source,
            interaction_input: None,
            stdout: String::new(),
            stderr: String::new(),
            aggregated_output: ended.output.to_owned(),
            exit_code: ended.exit_code,
            duration: ended.duration,
            formatted_output: String::new(),
            status: ended.status,
        };
        out.completed(codex_rollout::items::command_execution(&event))
            .await;
        out.record(RolloutItem::EventMsg(event.into())).await;
    }
}

/// What a command does; one without words is shown as unknown.
fn actions(wanted: &Wanted) -> Vec<CommandAction> {
    if wanted.argv.is_empty() {
        return vec![CommandAction::Unknown {
            command: String::new(),
        }];
    }
    codex_shell::command_actions(&wanted.argv, &wanted.cwd)
}

/// How a command may run, once that is settled.
#[derive(Debug)]
pub(crate) struct Cleared {
    /// Outside the sandbox.
    pub(crate) outside: bool,
    /// The user was asked and agreed.
    pub(crate) approved: bool,
    /// The rule that a question after a failure proposes.
    proposal: Option<Vec<String>>,
    /// What the model is told of it, before the command's output.
    pub(crate) notes: Vec<ResponseItem>,
}

/// Why a command doesn't run.
#[derive(Debug)]
pub(crate) enum Denied {
    /// By rule or policy; why.
    Refused(String),
    /// By the user.
    ByUser(Ruling),
}

/// Refuses a wish to leave the sandbox where it isn't heard; `ask` is the verb of the tool's sentence.
pub(crate) fn check_escalation(scope: &Scope, escalated: bool, should: &str) -> Result<(), String> {
    let policy = scope.settings.approval_policy;
    if !escalated || policy == AskForApproval::OnRequest {
        return Ok(());
    }
    let name = policy_name(policy);
    Err(format!(
        "approval policy is {name}; reject command — you {should} ask for escalated permissions if the approval policy is {name}"
    ))
}

fn judge(scope: &Scope, wanted: &Wanted) -> Verdict {
    let situation = Situation {
        rules: &scope.env.rules,
        policy: scope.settings.approval_policy,
        sandbox: &wanted.policy,
    };
    situation.judge(Judged {
        argv: &wanted.argv,
        escalated: wanted.escalated,
        wants_more: wanted
            .more
            .as_ref()
            .is_some_and(|more| !granted_before(scope, more)),
        prefix_rule: wanted.prefix_rule.as_deref(),
    })
}

fn key(wanted: &Wanted) -> CommandKey {
    CommandKey::new(
        &wanted.argv,
        &wanted.cwd,
        wanted.escalated,
        wanted.more.as_ref(),
        &wanted.policy,
    )
}

/// Whether [`clear`] would ask.
pub(crate) fn will_ask(scope: &Scope, wanted: &Wanted) -> bool {
    matches!(judge(scope, wanted), Verdict::Ask { .. }) && !scope.shared.command_accepted(&key(wanted))
}

/// Judges a command, and asks about it where that is called for; its item has begun by then.
pub(crate) async fn clear(scope: &Scope, wanted: &Wanted, shown: &Shown) -> Result<Cleared, Denied> {
    match judge(scope, wanted) {
        Verdict::Refuse(why) => Err(Denied::Refused(why)),
        Verdict::Run { outside, proposal } => Ok(Cleared {
            outside,
            approved: false,
            proposal,
            notes: Vec::new(),
        }),
        Verdict::Ask { reason, proposal } => {
            let key = key(wanted);
            if scope.shared.command_accepted(&key) {
                return Ok(Cleared {
                    outside: wanted.escalated,
                    approved: true,
                    proposal,
                    notes: Vec::new(),
                });
            }
            let reason = reason.or_else(|| wanted.justification.clone());
            let (ruling, notes) = ask(scope, wanted, shown, reason, proposal.clone(), key).await;
            match ruling {
                Ruling::Accept | Ruling::ForSession => Ok(Cleared {
                    outside: wanted.escalated,
                    approved: true,
                    proposal,
                    notes,
                }),
                // What a saved rule covers runs as it will run from now on.
                Ruling::Save(prefix) => {
                    let covered = codex_shell::commands(&wanted.argv)
                        .commands
                        .iter()
                        .all(|command| command.words.starts_with(&prefix))
                        && !prefix.is_empty()
                        && !is_opaque(&wanted.policy, &wanted.argv);
                    Ok(Cleared {
                        outside: wanted.escalated || covered,
                        approved: true,
                        proposal,
                        notes,
                    })
                }
                denied => Err(Denied::ByUser(denied)),
            }
        }
    }
}

/// Asks about a command and deals with what lasts of the answer.
async fn ask(
    scope: &Scope,
    wanted: &Wanted,
    shown: &Shown,
    reason: Option<String>,
    proposal: Option<Vec<String>>,
    key: CommandKey,
) -> (Ruling, Vec<ResponseItem>) {
    use CommandExecutionApprovalDecision as Decided;
    let call = ToolCall::command(&wanted.call_id, wanted.spelled.as_str())
        .described(wanted.justification.as_deref());
    let moment = PermissionRequest {
        call: &call,
        is_retry: reason.as_deref() == Some(RETRY),
    };
    match scope.hooked(&moment).await {
        Some(Permission::Allow) => return (Ruling::Accept, Vec::new()),
        Some(Permission::Deny(why)) => return (Ruling::Denied(why), Vec::new()),
        Some(Permission::Undecided) | None => {}
    }
    let mut decisions = vec![Decided::Accept];
    if let Some(words) = proposal.clone().filter(|_| wanted.more.is_none()) {
        decisions.push(Decided::AcceptWithExecpolicyAmendment {
            execpolicy_amendment: words,
        });
    }
    decisions.push(Decided::Cancel);
    let question = Question::Command(CommandExecutionRequestApprovalParams {
        thread_id: scope.thread_id(),
        turn_id: scope.turn_id(),
        item_id: wanted.call_id.clone(),
        approval_id: None,
        reason,
        network_approval_context: None,
        command: Some(codex_rollout::items::command_text(&wanted.argv)),
        cwd: Some(absolute(&wanted.cwd)),
        command_actions: Some(shown.actions.clone()),
        additional_permissions: wanted.more.as_ref().map(Grant::shown),
        proposed_execpolicy_amendment: proposal,
        proposed_network_policy_amendments: None,
        available_decisions: Some(decisions),
    });
    let ruling = Ruling::of(scope.out.ask(question).await);
    let mut notes = Vec::new();
    match &ruling {
        Ruling::ForSession => scope.shared.accept_command(key),
        Ruling::Save(prefix) if !prefix.is_empty() => match scope.env.rules.save(prefix) {
            Ok(()) => notes.push(ResponseItem::message(
                "developer",
                vec![ContentItem::input_text(prompts::prefix_saved(prefix))],
            )),
            Err(error) => {
                scope
                    .out
                    .send(Event::Warning(format!(
                        "The command prefix could not be saved: {error}"
                    )))
                    .await
            }
        },
        Ruling::Cancel => scope.cancel.interrupt(),
        _ => {}
    }
    (ruling, notes)
}

/// Asks whether a command that the sandbox stopped runs again outside, where the policy has such questions.
/// None: the failure stands.
pub(crate) async fn ask_retry(
    scope: &Scope,
    wanted: &Wanted,
    shown: &Shown,
    cleared: &mut Cleared,
) -> Option<Result<(), Ruling>> {
    let asks = match scope.settings.approval_policy {
        AskForApproval::OnFailure => true,
        AskForApproval::Granular(granular) => granular.sandbox_approval,
        AskForApproval::UnlessTrusted if cleared.approved => return Some(Ok(())),
        AskForApproval::UnlessTrusted => true,
        AskForApproval::OnRequest | AskForApproval::Never => false,
    };
    if !asks {
        return None;
    }
    let key = CommandKey::new(&wanted.argv, &wanted.cwd, true, None, &wanted.policy);
    if scope.shared.command_accepted(&key) {
        return Some(Ok(()));
    }
    let (ruling, notes) = ask(
        scope,
        wanted,
        shown,
        Some(RETRY.to_owned()),
        cleared.proposal.clone(),
        key,
    )
    .await;
    cleared.notes.extend(notes);
    Some(match ruling {
        Ruling::Accept | Ruling::ForSession | Ruling::Save(_) => Ok(()),
        denied => Err(denied),
    })
}

/// Whether the sandbox is what stopped a command.
pub(crate) fn stopped_by_sandbox(policy: &Policy, exit_code: i32, stdout: &str, stderr: &str) -> bool {
    policy.is_sandboxed() && codex_sandbox::detect_denial(exit_code, stdout, stderr)
}

/// Runs a command of a shell tool and answers its call.
pub(crate) async fn run(scope: &Arc<Scope>, wanted: Wanted, timeout: Duration, form: Form) -> Answer {
    let shown = Shown::new(&wanted, ExecSource::Agent);
    shown.started(&scope.out).await;
    let mut cleared = match clear(scope, &wanted, &shown).await {
        Ok(cleared) => cleared,
        Err(Denied::Refused(why)) => return declined(scope, &shown, why).await,
        Err(Denied::ByUser(ruling)) => return rejected(scope, &shown, &ruling).await,
    };
    if wanted.argv.is_empty() {
        return declined(scope, &shown, "command args are empty".to_owned()).await;
    }
    let turn_policy = wanted.inside();
    let policy = if cleared.outside {
        Policy::FullAccess
    } else {
        turn_policy.clone()
    };
    let mut outcome = once(scope, &wanted, policy.clone(), &turn_policy, timeout).await;
    let stopped = matches!(outcome.end, End::Exited(_))
        && stopped_by_sandbox(&policy, outcome.exit_code(), &outcome.stdout, &outcome.stderr);
    if stopped {
        match ask_retry(scope, &wanted, &shown, &mut cleared).await {
            None => {}
            Some(Ok(())) => outcome = once(scope, &wanted, Policy::FullAccess, &turn_policy, timeout).await,
            Some(Err(ruling)) => return rejected(scope, &shown, &ruling).await,
        }
    }
    tell(scope, &shown, &outcome, form).await.after(cleared.notes)
}

/// Tells the item's end and makes the answer.
async fn tell(scope: &Scope, shown: &Shown, outcome: &Outcome, form: Form) -> Answer {
    let failure = match &outcome.end {
        End::NotStarted(error) => Some(not_started(error)),
        End::Exited(Exit::Signal(signal)) => Some(format!("execution error: Sandbox(Signal({signal}))")),
        End::Exited(Exit::Code(_)) | End::TimedOut | End::Cancelled => None,
    };
    if let Some(text) = failure {
        let ended = Ended {
            status: EndStatus::Failed,
            output: &text,
            exit_code: -1,
            duration: outcome.duration,
        };
        shown.ended(&scope.out, ended).await;
        return Answer::text(text);
    }
    let exit_code = outcome.exit_code();
    let status = if exit_code == 0 {
        EndStatus::Completed
    } else {
        EndStatus::Failed
    };
    let ended = Ended {
        status,
        output: &outcome.aggregated,
        exit_code,
        duration: outcome.duration,
    };
    shown.ended(&scope.out, ended).await;
    let ran = Ran {
        exit_code,
        duration: outcome.duration,
        output: &outcome.aggregated,
        timed_out: matches!(outcome.end, End::TimedOut),
    };
    let answer = Answer::text(ran.told(form, scope.model.budget()));
    if exit_code == 0 {
        answer.heard_as(cut_middle(&outcome.aggregated, scope.model.budget()))
    } else {
        answer
    }
}

/// Why a command could not be started, in the words clients know.
pub(crate) fn not_started(error: &codex_exec::SpawnError) -> String {
    match error.io() {
        Some(io) => format!("execution error: Io({io:?})"),
        None => format!("execution error: {error}"),
    }
}

/// An item that a rule, the policy or a hook ended.
async fn declined(scope: &Scope, shown: &Shown, why: String) -> Answer {
    shown.declined(&scope.out, &why).await;
    Answer::text(why)
}

/// An item that the user ended: completed twice, as clients of the reference know it; once when the turn stops.
async fn rejected(scope: &Scope, shown: &Shown, ruling: &Ruling) -> Answer {
    if let Ruling::Denied(why) = ruling {
        return declined(scope, shown, why.clone()).await;
    }
    shown.refused(&scope.out, ruling).await;
    if *ruling != Ruling::Cancel {
        shown.declined(&scope.out, REJECTED).await;
    }
    Answer::text(REJECTED)
}

async fn once(
    scope: &Scope,
    wanted: &Wanted,
    policy: Policy,
    turn_policy: &Policy,
    timeout: Duration,
) -> Outcome {
    let mut command = codex_exec::Command::new(wanted.argv.iter().map(OsString::from), wanted.cwd.clone());
    command.env = policy::variables(&scope.env, turn_policy);
    command.policy = policy;
    let limits = Limits {
        timeout: Some(timeout),
    };
    run_telling(
        &scope.out,
        &wanted.call_id,
        command,
        limits,
        &CancellationToken::new(),
    )
    .await
}

/// Runs a command and tells its output as it comes.
pub(crate) async fn run_telling(
    out: &Out,
    item_id: &str,
    command: codex_exec::Command,
    limits: Limits,
    cancel: &CancellationToken,
) -> Outcome {
    let (deltas, told) = mpsc::channel(DELTAS_WAITING);
    let (outcome, ()) = tokio::join!(
        codex_exec::run(command, limits, cancel, Some(deltas)),
        tell_deltas(out, item_id, told)
    );
    outcome
}

/// Tells output until there is no more.
pub(crate) async fn tell_deltas(out: &Out, item_id: &str, mut deltas: mpsc::Receiver<Delta>) {
    while let Some(delta) = deltas.recv().await {
        out.send(Event::CommandOutputDelta {
            item_id: item_id.to_owned(),
            delta: delta.text,
        })
        .await;
    }
}

/// A channel for the deltas of one command.
pub(crate) fn delta_channel() -> (mpsc::Sender<Delta>, mpsc::Receiver<Delta>) {
    mpsc::channel(DELTAS_WAITING)
}
