//! `exec_command` and `write_stdin` (turns.md §13).

use std::ffi::OsString;
use std::sync::Arc;
use std::time::{Duration, Instant};

use codex_exec::{Collected, Exit, Session, SpawnError, WARN_SESSIONS};
use codex_protocol::{ContentItem, ResponseItem};
use codex_rollout::record::ExecSource;
use codex_sandbox::Policy;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::command::{
    self, Cleared, Denied, Shown, Wanted, check_escalation, clear, delta_channel, tell_deltas,
};
use super::output::Form;
use super::permissions::{self, SandboxPermissions};
use super::sessions::Live;
use super::shell::Wishes;
use super::{Answer, Scope, arguments, patch, policy, user_shell};
use crate::approvals::Ruling;
use crate::event::Event;
use crate::truncate::{Budget, cut_middle, cut_with_total, tokens_of};

/// How long a new process is waited for.
const YIELD_MS: u64 = 10_000;
/// How long an answer to input is waited for.
const ANSWER_MS: u64 = 250;
/// Bounds of both.
const YIELD_BOUNDS: (u64, u64) = (250, 30_000);
/// How long a process that is only looked at is waited for, at least.
const LOOK_MS: u64 = 5_000;
/// Tokens of output returned unless the call says otherwise.
const OUTPUT_TOKENS: usize = 10_000;

#[derive(Deserialize)]
struct StartArguments {
    cmd: String,
    workdir: Option<String>,
    shell: Option<String>,
    login: Option<bool>,
    #[serde(default)]
    tty: bool,
    yield_time_ms: Option<u64>,
    max_output_tokens: Option<usize>,
    #[serde(flatten)]
    wishes: Wishes,
}

#[derive(Deserialize)]
struct WriteArguments {
    session_id: i32,
    #[serde(default)]
    chars: String,
    yield_time_ms: Option<u64>,
    max_output_tokens: Option<usize>,
}

/// How a new process is to be run and reported.
struct Terms {
    tty: bool,
    wait: Duration,
    max_output_tokens: Option<usize>,
}

/// `exec_command`
pub(crate) async fn start(scope: &Arc<Scope>, text: &str, call_id: &str) -> Result<Answer, String> {
    let args: StartArguments = arguments(text)?;
    let argv = user_shell::script(scope, args.shell.as_deref(), args.login, &args.cmd)?;
    let cwd = scope.path(args.workdir.as_deref());
    let policy = policy::of_turn(scope).await?;
    let words = args.wishes.sandbox_permissions.unwrap_or_default();
    let escalated = words == SandboxPermissions::RequireEscalated && policy.is_sandboxed();
    check_escalation(scope, escalated, "cannot")?;
    let asked = args.wishes.additional_permissions.as_ref();
    let more = permissions::of_command(scope, words, asked, &cwd)?;
    if let Some(answer) =
        patch::in_command(scope, "exec_command", &argv, &cwd, call_id, Form::TimedJson).await
    {
        return answer;
    }
    let wanted = Wanted {
        call_id: call_id.to_owned(),
        spelled: args.cmd,
        argv,
        cwd,
        escalated,
        justification: args.wishes.justification,
        prefix_rule: args.wishes.prefix_rule,
        more,
        policy,
    };
    let terms = Terms {
        tty: args.tty,
        wait: clamped(args.yield_time_ms.unwrap_or(YIELD_MS), YIELD_BOUNDS),
        max_output_tokens: args.max_output_tokens,
    };
    let asked = Shown::new(&wanted, ExecSource::Agent);
    // An item shows the question; without one it begins with the process.
    let judged = clear_showing(scope, &wanted, &asked).await;
    match judged {
        Ok((cleared, item_begun)) => run(scope, &wanted, cleared, item_begun, &terms).await,
        Err(Denied::Refused(why)) => Err(rejected(&wanted, &why)),
        Err(Denied::ByUser(Ruling::Denied(why))) => {
            asked.declined(&scope.out, &why).await;
            Err(rejected(&wanted, &why))
        }
        Err(Denied::ByUser(ruling)) => {
            asked.refused(&scope.out, &ruling).await;
            Err(rejected(&wanted, "rejected by user"))
        }
    }
}

/// [`clear`], with the item begun when there is a question. Says whether it was.
async fn clear_showing(scope: &Scope, wanted: &Wanted, asked: &Shown) -> Result<(Cleared, bool), Denied> {
    if command::will_ask(scope, wanted) {
        asked.started(&scope.out).await;
        return clear(scope, wanted, asked).await.map(|cleared| (cleared, true));
    }
    clear(scope, wanted, asked).await.map(|cleared| (cleared, false))
}

fn rejected(wanted: &Wanted, why: &str) -> String {
    format!(
        "exec_command failed for `{}`: CreateProcess {{ message: {:?} }}",
        codex_shell::quote(&wanted.argv),
        format!("Rejected({why:?})")
    )
}

async fn run(
    scope: &Arc<Scope>,
    wanted: &Wanted,
    mut cleared: Cleared,
    mut item_begun: bool,
    terms: &Terms,
) -> Result<Answer, String> {
    let turn_policy = wanted.inside();
    let mut policy = if cleared.outside {
        Policy::FullAccess
    } else {
        turn_policy.clone()
    };
    loop {
        let id = scope.shared.sessions.reserve();
        let mut shown = Shown::new(wanted, ExecSource::UnifiedExecStartup);
        shown.process_id = Some(id.to_string());
        let began = Instant::now();
        let (deltas, told) = delta_channel();
        let session = match Session::start(
            process(scope, wanted, terms, policy.clone(), &turn_policy),
            Some(deltas),
        )
        .await
        {
            Ok(session) => session,
            Err(error) => {
                scope.shared.sessions.release(id);
                return Err(not_created(scope, wanted, &shown, item_begun, &error).await);
            }
        };
        if !std::mem::replace(&mut item_begun, true) {
            shown.started(&scope.out).await;
        }
        let live = Live::new(id, session, shown, scope.out.clone(), began);
        let telling = tokio::spawn({
            let live = live.clone();
            async move { tell_deltas(live.out(), &live.shown.call_id, told).await }
        });
        // Should the turn be stopped while we wait, the process is kept all the same.
        let keeper = Keeper {
            scope,
            live: &live,
            telling: Some(telling),
        };
        let collected = collect(scope, &live, terms.wait).await;
        let Some(exit) = collected.exit else {
            let count = keeper.keep();
            return Ok(
                answer(&live, &collected, None, terms.max_output_tokens, scope).after(notes(cleared, count))
            );
        };
        keeper.ended().await;
        scope.shared.sessions.release(id);
        if command::stopped_by_sandbox(&policy, exit.code_or(-1), &collected.output, "") {
            match command::ask_retry(scope, wanted, &live.shown, &mut cleared).await {
                None => {}
                Some(Ok(())) => {
                    policy = Policy::FullAccess;
                    continue;
                }
                Some(Err(Ruling::Denied(why))) => {
                    live.shown.declined(&scope.out, &why).await;
                    return Err(rejected(wanted, &why));
                }
                Some(Err(ruling)) => {
                    live.shown.refused(&scope.out, &ruling).await;
                    return Err(rejected(wanted, "rejected by user"));
                }
            }
        }
        live.tell_end().await;
        let answer = answer(&live, &collected, Some(exit), terms.max_output_tokens, scope);
        let answer = answer.after(cleared.notes);
        // Hooks hear only of what went well.
        return Ok(if exit.code_or(-1) == 0 {
            answer.heard_as(cut_middle(&collected.output, scope.model.budget()))
        } else {
            answer
        });
    }
}

/// Waits for a process and takes what it has said. While the user is away the wait stands still.
async fn collect(scope: &Scope, live: &Live, wait: Duration) -> Collected {
    let away = &scope.shared.away;
    let mut left = wait;
    let mut all: Option<Collected> = None;
    loop {
        away.until(false).await;
        let pause = CancellationToken::new();
        let (collected, ()) = tokio::join!(
            async {
                let collected = live.session.collect(left, &pause).await;
                pause.cancel();
                collected
            },
            async {
                tokio::select! {
                    () = away.until(true) => pause.cancel(),
                    () = pause.cancelled() => {}
                }
            }
        );
        left = left.saturating_sub(collected.waited);
        let over = collected.exit.is_some() || left.is_zero();
        let so_far = match all.take() {
            None => collected,
            Some(before) => Collected {
                output: before.output + &collected.output,
                omitted: before.omitted + collected.omitted,
                exit: collected.exit,
                waited: before.waited + collected.waited,
            },
        };
        if over {
            // Not even an end is reported before the user is back.
            away.until(false).await;
            return so_far;
        }
        all = Some(so_far);
    }
}

/// Sees to it that a process goes on when the call that waits for it is stopped.
struct Keeper<'a> {
    scope: &'a Arc<Scope>,
    live: &'a Arc<Live>,
    telling: Option<tokio::task::JoinHandle<()>>,
}

impl Keeper<'_> {
    /// The process goes on. Says how many do.
    fn keep(mut self) -> usize {
        self.telling
            .take()
            .map_or(0, |telling| self.scope.shared.sessions.keep(self.live, telling))
    }

    /// The process has ended: waits until its output has been told.
    async fn ended(mut self) {
        if let Some(telling) = self.telling.take() {
            let _ = telling.await;
        }
    }
}

impl Drop for Keeper<'_> {
    fn drop(&mut self) {
        if let Some(telling) = self.telling.take() {
            self.scope.shared.sessions.keep(self.live, telling);
        }
    }
}

fn process(
    scope: &Scope,
    wanted: &Wanted,
    terms: &Terms,
    policy: Policy,
    turn_policy: &Policy,
) -> codex_exec::Command {
    let mut command = codex_exec::Command::new(wanted.argv.iter().map(OsString::from), wanted.cwd.clone());
    command.env = policy::variables(&scope.env, turn_policy);
    codex_exec::session_environment(&mut command.env);
    command.policy = policy;
    command.terminal = terms.tty.then(codex_exec::Size::default);
    command
}

/// A process that could not be started: an item that was begun ends, otherwise there is none.
async fn not_created(
    scope: &Scope,
    wanted: &Wanted,
    shown: &Shown,
    item_begun: bool,
    error: &SpawnError,
) -> String {
    let why = format!("Failed to create unified exec process: {error}");
    if item_begun {
        let ended = command::Ended {
            status: codex_rollout::record::EndStatus::Failed,
            output: &why,
            exit_code: -1,
            duration: Duration::ZERO,
        };
        shown.ended(&scope.out, ended).await;
    }
    rejected(wanted, &why)
}

fn notes(cleared: Cleared, processes: usize) -> Vec<ResponseItem> {
    let mut notes = cleared.notes;
    if processes >= WARN_SESSIONS {
        let text = format!(
            "Warning: {processes} processes of exec_command are running; at most {} can be kept. End or reuse some before starting more.",
            codex_exec::MAX_SESSIONS
        );
        notes.push(ResponseItem::message("user", vec![ContentItem::input_text(text)]));
    }
    notes
}

/// `write_stdin`
pub(crate) async fn write(scope: &Arc<Scope>, text: &str) -> Result<Answer, String> {
    let args: WriteArguments = arguments(text)?;
    let unknown = || format!("write_stdin failed: Unknown process id {}", args.session_id);
    let id = u32::try_from(args.session_id).map_err(|_| unknown())?;
    let live = scope.shared.sessions.get(id).ok_or_else(unknown)?;
    let wait = if args.chars.is_empty() {
        let longest = scope.env.config.background_terminal_max_timeout_ms.max(LOOK_MS);
        clamped(args.yield_time_ms.unwrap_or(LOOK_MS), (LOOK_MS, longest))
    } else {
        clamped(args.yield_time_ms.unwrap_or(ANSWER_MS), YIELD_BOUNDS)
    };
    let talk = live.talk.lock().await;
    if !args.chars.is_empty() {
        if !live.session.has_input() {
            return Err("write_stdin failed: stdin is closed for this session; rerun exec_command with tty=true to keep stdin open".into());
        }
        // Input to a process that has just ended is lost; its end is reported below.
        let _ = live.session.write(args.chars.clone().into_bytes()).await;
    }
    let collected = collect(scope, &live, wait).await;
    scope
        .out
        .send(Event::TerminalInteraction {
            item_id: live.shown.call_id.clone(),
            process_id: id.to_string(),
            stdin: args.chars,
        })
        .await;
    drop(talk);
    let exit = collected.exit;
    if exit.is_some() {
        scope.shared.sessions.forget(id);
    }
    Ok(answer(&live, &collected, exit, args.max_output_tokens, scope))
}

fn answer(
    live: &Live,
    collected: &Collected,
    exit: Option<Exit>,
    max_output_tokens: Option<usize>,
    scope: &Scope,
) -> Answer {
    let state = match exit {
        Some(exit) => format!("Process exited with code {}", exit.code_or(-1)),
        None => format!("Process running with session ID {}", live.id),
    };
    let chunk = &uuid::Uuid::new_v4().simple().to_string()[..6];
    let tokens = max_output_tokens
        .unwrap_or(OUTPUT_TOKENS)
        .min(scope.model.budget().tokens());
    Answer::text(format!(
        "Chunk ID: {chunk}\nWall time: {:.4} seconds\n{state}\nOriginal token count: {}\nOutput:\n{}",
        collected.waited.as_secs_f64(),
        tokens_of(collected.output.len() + collected.omitted),
        cut_with_total(&collected.output, Budget::Tokens(tokens)),
    ))
}

fn clamped(ms: u64, (least, most): (u64, u64)) -> Duration {
    Duration::from_millis(ms.clamp(least, most))
}
