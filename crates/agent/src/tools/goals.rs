//! The tools about the thread's goal (agent.md §14).

use codex_protocol::{ThreadGoal, ThreadGoalStatus};
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Scope, arguments};

#[derive(Deserialize)]
struct Create {
    objective: String,
    token_budget: Option<i64>,
}

#[derive(Deserialize)]
struct Update {
    status: ThreadGoalStatus,
}

pub(crate) async fn call(scope: &Scope, name: &str, text: &str) -> Result<Answer, String> {
    let Some(goals) = &scope.env.goals else {
        return Err(format!("unsupported call: {name}"));
    };
    let goal = match name {
        "create_goal" => {
            let Create {
                objective,
                token_budget,
            } = arguments(text)?;
            Some(
                goals
                    .create(objective, token_budget)
                    .await
                    .map_err(|error| error.to_string())?,
            )
        }
        "update_goal" => {
            let Update { status } = arguments(text)?;
            if status != ThreadGoalStatus::Complete {
                return Err("update_goal can only mark the existing goal complete; pause, resume, and budget-limited status changes are controlled by the user or system".into());
            }
            Some(goals.complete().await.map_err(|error| error.to_string())?)
        }
        _ => goals.get().await.map_err(|error| error.to_string())?,
    };
    Ok(Answer::text(told(goal)))
}

fn told(goal: Option<ThreadGoal>) -> String {
    let remaining = goal
        .as_ref()
        .and_then(|goal| Some((goal.token_budget? - goal.tokens_used).max(0)));
    let report = goal.as_ref().and_then(report);
    let told = json!({"goal": goal, "remainingTokens": remaining, "completionBudgetReport": report});
    serde_json::to_string_pretty(&told).unwrap_or_default()
}

/// What was used, for the user, once a goal with a budget or some time is complete.
fn report(goal: &ThreadGoal) -> Option<String> {
    if goal.status != ThreadGoalStatus::Complete {
        return None;
    }
    let mut parts = Vec::new();
    if let Some(budget) = goal.token_budget {
        parts.push(format!("tokens used: {} of {budget}", goal.tokens_used));
    }
    if goal.time_used_seconds > 0 {
        parts.push(format!("time used: {} seconds", goal.time_used_seconds));
    }
    (!parts.is_empty()).then(|| {
        format!(
            "Goal achieved. Report final budget usage to the user: {}.",
            parts.join("; ")
        )
    })
}
