//! The calls of one response: started as they arrive, answered in their order.

use std::sync::Arc;
use std::time::{Duration, Instant};

use codex_protocol::ResponseItem;
use tokio::task::JoinSet;

use super::{Answer, Scope, answer};
use crate::history::{call_id, cut_output, output_for};

/// How long the deaths of killed commands are waited for.
const KILLING: Duration = Duration::from_secs(2);

/// Running and answered calls. Dropping it stops what runs.
pub(crate) struct Calls {
    scope: Arc<Scope>,
    calls: Vec<Call>,
    tasks: JoinSet<(usize, Answer)>,
}

struct Call {
    item: Arc<ResponseItem>,
    started: Instant,
    answer: Option<Answer>,
}

/// What enters the history for a call.
pub(crate) struct Outcome {
    pub(crate) before: Vec<ResponseItem>,
    pub(crate) output: Option<ResponseItem>,
}

impl Calls {
    pub(crate) fn new(scope: Arc<Scope>) -> Self {
        Calls {
            scope,
            calls: Vec::new(),
            tasks: JoinSet::new(),
        }
    }

    /// Starts a call.
    pub(crate) fn start(&mut self, item: Arc<ResponseItem>) {
        let number = self.calls.len();
        self.calls.push(Call {
            item: item.clone(),
            started: Instant::now(),
            answer: None,
        });
        let scope = self.scope.clone();
        self.tasks
            .spawn(async move { (number, answer(scope, item).await) });
    }

    /// Whether there were any.
    pub(crate) fn any(&self) -> bool {
        !self.calls.is_empty()
    }

    /// Whether any still runs.
    pub(crate) fn running(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// Waits until one more has ended.
    pub(crate) async fn wait_one(&mut self) {
        if let Some(Ok((number, answer))) = self.tasks.join_next().await {
            self.calls[number].answer = Some(answer);
        }
    }

    /// Stops what still runs and says what enters the history, in the order of the calls.
    pub(crate) async fn outputs(mut self) -> Vec<Outcome> {
        self.tasks.abort_all();
        while let Some(ended) = self.tasks.join_next().await {
            if let Ok((number, answer)) = ended {
                self.calls[number].answer = Some(answer);
            }
        }
        if self.calls.iter().any(|call| call.answer.is_none()) {
            self.leave_nothing_going_on().await;
        }
        let budget = self.scope.model.budget();
        self.calls
            .drain(..)
            .map(|call| {
                let answer = call
                    .answer
                    .unwrap_or_else(|| Answer::text(aborted(&call.item, call.started)));
                let id = call_id(&call.item).unwrap_or_default();
                let output = answer
                    .body
                    .and_then(|body| output_for(&call.item, id, cut_output(body, budget)));
                Outcome {
                    before: answer.before,
                    output,
                }
            })
            .collect()
    }
}

impl Calls {
    /// Calls that are stopped leave two things behind them: a patch that is being applied is applied to its end, and
    /// commands are killed by somebody else.
    async fn leave_nothing_going_on(&self) {
        drop(self.scope.patches.lock().await);
        // A process that does not die keeps nobody from going on.
        let _ = tokio::time::timeout(KILLING, codex_exec::kills_done()).await;
    }
}

/// What the model is told of a call that was stopped (turns.md §5).
fn aborted(item: &ResponseItem, started: Instant) -> String {
    let seconds = started.elapsed().as_secs_f32();
    let shell = match item {
        ResponseItem::LocalShellCall { .. } => true,
        ResponseItem::FunctionCall { name, .. } => matches!(
            name.as_str(),
            "shell" | "container.exec" | "local_shell" | "shell_command"
        ),
        _ => false,
    };
    if shell {
        format!("Wall time: {seconds:.1} seconds\naborted by user")
    } else {
        format!("aborted by user after {seconds:.1}s")
    }
}
