//! `update_plan`: the model's checklist (turns.md §8).

use codex_protocol::{TurnPlanStep, TurnPlanStepStatus};
use serde::Deserialize;

use super::{Answer, Scope, arguments};
use crate::event::Event;

#[derive(Deserialize)]
struct Arguments {
    explanation: Option<String>,
    plan: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    step: String,
    status: Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Pending,
    InProgress,
    Completed,
}

pub(crate) async fn update(scope: &Scope, text: &str) -> Result<Answer, String> {
    if scope.settings.plan_mode() {
        return Err("update_plan is a TODO/checklist tool and is not allowed in Plan mode".into());
    }
    let Arguments { explanation, plan } = arguments(text)?;
    let plan = plan
        .into_iter()
        .map(|Step { step, status }| TurnPlanStep {
            step,
            status: match status {
                Status::Pending => TurnPlanStepStatus::Pending,
                Status::InProgress => TurnPlanStepStatus::InProgress,
                Status::Completed => TurnPlanStepStatus::Completed,
            },
        })
        .collect();
    scope.out.send(Event::PlanUpdated { explanation, plan }).await;
    Ok(Answer::text("Plan updated"))
}
