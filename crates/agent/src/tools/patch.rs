//! Patches: asked about, applied, shown (turns.md §21).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use codex_config::{AskForApproval, PermissionProfile};
use codex_hooks::{Permission, PermissionRequest, ToolCall};
use codex_patch::{ChangeKind, Patch, TurnDiff, Verified};
use codex_protocol::{
    ContentItem, FileChange, FileChangeApprovalDecision, FileChangeRequestApprovalParams,
    FileChangeRequestApprovalResponse, PatchApplyStatus, ResponseItem, ThreadItem,
};
use codex_rollout::RolloutItem;
use codex_rollout::record::{EndStatus, PatchApplyEnd};
use serde::Deserialize;
use tokio::sync::OwnedMutexGuard;

use super::output::{Form, Ran};
use super::{Answer, Scope, arguments, policy};
use crate::event::{Event, Question};

const REJECTED: &str = "patch rejected by user";

/// The patches of a turn.
#[derive(Default)]
pub(crate) struct Patches {
    diff: TurnDiff,
    /// The first path, in order, of what was changed, and of what the user did not allow to change.
    first_applied: Option<PathBuf>,
    first_refused: Option<PathBuf>,
}

impl Patches {
    fn applied(&mut self, first: Option<PathBuf>) {
        self.first_applied = self.first_applied.take().into_iter().chain(first).min();
    }

    fn refused(&mut self, first: Option<PathBuf>) {
        self.first_refused = self.first_refused.take().into_iter().chain(first).min();
    }

    /// Whether nothing was changed.
    pub(crate) fn is_empty(&self) -> bool {
        self.diff.is_empty()
    }

    /// All changes as one diff. As in the reference, a refused patch of a file before all changed ones leaves an empty
    /// line at its beginning, which readers of diffs skip. Reads what the files hold now.
    fn render(&mut self) -> String {
        let diff = self.diff.render();
        match (&self.first_refused, &self.first_applied) {
            (Some(refused), Some(applied)) if refused < applied && !diff.is_empty() => format!("\n{diff}"),
            _ => diff,
        }
    }
}

/// [`Patches::render`], away from the runtime's workers. None when that went wrong, which it can't short of a bug.
pub(crate) async fn render(
    mut patches: OwnedMutexGuard<Patches>,
) -> Option<(OwnedMutexGuard<Patches>, String)> {
    let rendered = blocking(move || {
        let diff = patches.render();
        (patches, diff)
    });
    rendered.await.ok()
}

/// The custom tool `apply_patch`.
pub(crate) async fn custom_call(scope: &Arc<Scope>, input: &str, call_id: &str) -> Result<Answer, String> {
    let patch = codex_patch::parse(input).map_err(unverified)?;
    apply(scope, patch, scope.settings.cwd.clone(), call_id, Form::Text).await
}

/// The function `apply_patch`.
pub(crate) async fn function_call(scope: &Arc<Scope>, text: &str, call_id: &str) -> Result<Answer, String> {
    #[derive(Deserialize)]
    struct Arguments {
        input: String,
    }
    let Arguments { input } = arguments(text)?;
    custom_call(scope, &input, call_id).await
}

/// A patch that a shell tool was given; None when the command is anything else.
pub(crate) async fn in_command(
    scope: &Arc<Scope>,
    tool: &str,
    argv: &[String],
    cwd: &Path,
    call_id: &str,
    form: Form,
) -> Option<Result<Answer, String>> {
    let found = match codex_patch::from_command(argv)? {
        Ok(found) => found,
        Err(error) => return Some(Err(unverified(error))),
    };
    let cwd = found
        .workdir
        .map_or_else(|| cwd.to_owned(), |workdir| codex_patch::absolute(cwd, &workdir));
    let note = format!(
        "Warning: apply_patch was requested via {tool}. Use the apply_patch tool instead of exec_command."
    );
    let note = ResponseItem::message("user", vec![ContentItem::input_text(note)]);
    let answer: Answer = apply(scope, found.patch, cwd, call_id, form).await.into();
    // To hooks the call is the command, which was not run.
    let answer = Answer {
        response: None,
        ..answer
    };
    Some(Ok(answer.after(vec![note])))
}

fn unverified(error: impl std::fmt::Display) -> String {
    format!("apply_patch verification failed: {error}")
}

async fn apply(
    scope: &Arc<Scope>,
    patch: Patch,
    cwd: PathBuf,
    call_id: &str,
    form: Form,
) -> Result<Answer, String> {
    if patch.hunks.is_empty() {
        return Err("patch rejected: empty patch".into());
    }
    let verified = blocking(move || codex_patch::verify(patch, &cwd))
        .await?
        .map_err(unverified)?;
    let targets = verified.targets();
    let needs_question = needs_question(scope, &targets).await? && !scope.shared.files_accepted(&targets);
    let first = verified.touched().into_iter().next();
    let shown = Shown {
        call_id: call_id.to_owned(),
        turn_id: scope.turn_id(),
        changes: changes(&verified),
    };
    scope.out.started(shown.item(PatchApplyStatus::InProgress)).await;
    if needs_question {
        match ask(scope, call_id, &verified.patch.text).await {
            Ruling::Accept => {}
            Ruling::ForSession => scope.shared.accept_files(targets),
            ruling => {
                scope.patches.lock().await.refused(first);
                return Ok(shown.rejected(scope, ruling).await);
            }
        }
    }
    // One patch after the other, also when calls run side by side: the diff compares with what was before each.
    let patches = scope.patches.clone().lock_owned().await;
    // Once begun it is done, recorded and told of to its end, even when the turn is stopped: its end waits for `patches`.
    let applying = tokio::spawn(carry_out(scope.clone(), patches, verified, shown, form));
    applying
        .await
        .unwrap_or_else(|error| Err(format!("apply_patch failed: {error}")))
}

/// Applies a patch that may be applied and tells of it.
async fn carry_out(
    scope: Arc<Scope>,
    mut patches: OwnedMutexGuard<Patches>,
    verified: Verified,
    shown: Shown,
    form: Form,
) -> Result<Answer, String> {
    let began = Instant::now();
    let first = verified.touched().into_iter().next();
    let (mut patches, applied) = blocking(move || {
        patches.diff.before(&verified);
        let applied = codex_patch::apply(&verified.patch, &verified.cwd, &verified.places);
        if applied.is_ok() {
            patches.diff.after(&verified);
        }
        (patches, applied)
    })
    .await?;
    let (exit_code, output) = match &applied {
        Ok(summary) => (0, summary.to_string()),
        Err(error) => (1, format!("{error}\n")),
    };
    if applied.is_ok() {
        patches.applied(first);
    }
    let rendered = render(patches).await;
    let item_id = shown.call_id.clone();
    scope
        .out
        .send(Event::FileChangeOutputDelta {
            item_id,
            delta: output.clone(),
        })
        .await;
    shown.ended(&scope, applied.is_ok(), &output).await;
    // Held until all is told.
    if let Some((_patches, diff)) = rendered {
        scope.out.send(Event::DiffUpdated { diff }).await;
    }
    let ran = Ran {
        exit_code,
        duration: began.elapsed(),
        output: &output,
        timed_out: false,
    };
    let answer = Answer::text(ran.told(form, scope.model.budget()));
    if applied.is_ok() {
        return Ok(answer.heard_as(ran.told(Form::Json, scope.model.budget())));
    }
    Ok(answer)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| format!("apply_patch failed: {error}"))
}

/// Whether a patch that writes these places has to be asked about; an error refuses it.
async fn needs_question(scope: &Scope, targets: &[PathBuf]) -> Result<bool, String> {
    let settings = &scope.settings;
    let approval = settings.approval_policy;
    if approval == AskForApproval::UnlessTrusted {
        return Ok(true);
    }
    if !matches!(settings.permissions.profile, PermissionProfile::Managed { .. }) {
        return Ok(false);
    }
    let policy = policy::of_turn(scope).await?;
    if targets.iter().all(|target| policy.allows_write(target)) {
        return Ok(false);
    }
    match approval {
        AskForApproval::OnRequest | AskForApproval::OnFailure => Ok(true),
        AskForApproval::Granular(granular) if granular.sandbox_approval => Ok(true),
        _ if settings
            .permissions
            .profile
            .writable_roots(&settings.cwd)
            .is_empty() =>
        {
            Err(
                "patch rejected: writing is blocked by read-only sandbox; rejected by user approval settings"
                    .into(),
            )
        }
        _ => Err("patch rejected: writing outside of the project; rejected by user approval settings".into()),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Ruling {
    Accept,
    ForSession,
    Decline,
    /// By a hook; what the model is told.
    Denied(String),
    Failed,
    Cancel,
}

async fn ask(scope: &Scope, call_id: &str, patch: &str) -> Ruling {
    let call = ToolCall::patch(call_id, patch);
    let moment = PermissionRequest {
        call: &call,
        is_retry: false,
    };
    match scope.hooked(&moment).await {
        Some(Permission::Allow) => return Ruling::Accept,
        Some(Permission::Deny(why)) => return Ruling::Denied(why),
        Some(Permission::Undecided) | None => {}
    }
    let question = Question::FileChange(FileChangeRequestApprovalParams {
        thread_id: scope.thread_id(),
        turn_id: scope.turn_id(),
        item_id: call_id.to_owned(),
        reason: None,
        grant_root: None,
    });
    let Ok(reply) = scope.out.ask(question).await else {
        return Ruling::Failed;
    };
    match serde_json::from_str::<FileChangeRequestApprovalResponse>(reply.get()).map(|reply| reply.decision) {
        Ok(FileChangeApprovalDecision::Accept) => Ruling::Accept,
        Ok(FileChangeApprovalDecision::AcceptForSession) => Ruling::ForSession,
        Ok(FileChangeApprovalDecision::Cancel) => {
            scope.cancel.interrupt();
            Ruling::Cancel
        }
        Ok(FileChangeApprovalDecision::Decline) | Err(_) => Ruling::Decline,
    }
}

/// The item of a patch.
struct Shown {
    call_id: String,
    turn_id: String,
    changes: BTreeMap<String, FileChange>,
}

impl Shown {
    fn item(&self, status: PatchApplyStatus) -> ThreadItem {
        let changes = codex_rollout::items::file_changes(self.changes.iter());
        ThreadItem::FileChange {
            id: self.call_id.clone(),
            changes,
            status,
        }
    }

    async fn ended(&self, scope: &Scope, success: bool, output: &str) {
        let status = if success {
            EndStatus::Completed
        } else {
            EndStatus::Failed
        };
        let (stdout, stderr) = if success { (output, "") } else { ("", output) };
        let event = self.event(status, stdout, stderr);
        scope
            .out
            .completed(codex_rollout::items::file_change(&event))
            .await;
        scope.out.record(RolloutItem::EventMsg(event.into())).await;
    }

    fn event(&self, status: EndStatus, stdout: &str, stderr: &str) -> PatchApplyEnd {
        PatchApplyEnd {
            call_id: self.call_id.clone(),
            turn_id: self.turn_id.clone(),
            stdout: stdout.to_owned(),
            stderr: stderr.to_owned(),
            success: status == EndStatus::Completed,
            changes: self.changes.clone(),
            status,
        }
    }

    /// The user said no: completed twice, as clients of the reference know it; once when the turn stops.
    async fn rejected(&self, scope: &Scope, ruling: Ruling) -> Answer {
        let first = if ruling == Ruling::Failed {
            PatchApplyStatus::Failed
        } else {
            PatchApplyStatus::Declined
        };
        if let Ruling::Denied(why) = ruling {
            self.declined(scope, &why).await;
            return Answer::text(why);
        }
        scope.out.completed(self.item(first)).await;
        if ruling != Ruling::Cancel {
            self.declined(scope, REJECTED).await;
        }
        Answer::text(REJECTED)
    }

    async fn declined(&self, scope: &Scope, why: &str) {
        let event = self.event(EndStatus::Declined, "", why);
        scope
            .out
            .completed(codex_rollout::items::file_change(&event))
            .await;
        scope.out.record(RolloutItem::EventMsg(event.into())).await;
    }
}

fn changes(verified: &Verified) -> BTreeMap<String, FileChange> {
    let change = |kind: &ChangeKind| match kind {
        ChangeKind::Add { content } => FileChange::Add {
            content: content.clone(),
        },
        ChangeKind::Delete { content } => FileChange::Delete {
            content: content.clone(),
        },
        ChangeKind::Update {
            unified_diff,
            move_path,
            ..
        } => FileChange::Update {
            unified_diff: unified_diff.clone(),
            move_path: move_path.as_ref().map(|path| path.to_string_lossy().into_owned()),
        },
    };
    verified
        .changes
        .iter()
        .map(|c| (c.path.to_string_lossy().into_owned(), change(&c.kind)))
        .collect()
}
