//! What a turn tells, as the notifications clients get: the one place where events meet the wire.

use codex_agent::Event;
use codex_protocol::*;

use crate::clock;

/// The notification for an event of a thread's turn; `None` for events that are not told by one.
pub fn notification(thread_id: &str, turn_id: &str, event: Event) -> Option<ServerNotification> {
    let (thread_id, turn_id) = (thread_id.to_owned(), turn_id.to_owned());
    Some(match event {
        Event::TurnStarted { started_at } => {
            let turn = Turn {
                started_at: Some(started_at),
                ..running_turn(turn_id)
            };
            TurnStartedNotification { thread_id, turn }.into()
        }
        Event::ItemStarted(item) => ItemStartedNotification {
            item,
            thread_id,
            turn_id,
            started_at_ms: clock::now_ms(),
        }
        .into(),
        Event::ItemCompleted(item) => ItemCompletedNotification {
            item,
            thread_id,
            turn_id,
            completed_at_ms: clock::now_ms(),
        }
        .into(),
        Event::AgentMessageDelta { item_id, delta } => AgentMessageDeltaNotification {
            thread_id,
            turn_id,
            item_id,
            delta,
        }
        .into(),
        Event::ReasoningSummaryPartAdded {
            item_id,
            summary_index,
        } => ReasoningSummaryPartAddedNotification {
            thread_id,
            turn_id,
            item_id,
            summary_index,
        }
        .into(),
        Event::ReasoningSummaryDelta {
            item_id,
            delta,
            summary_index,
        } => ReasoningSummaryTextDeltaNotification {
            thread_id,
            turn_id,
            item_id,
            delta,
            summary_index,
        }
        .into(),
        Event::ReasoningTextDelta {
            item_id,
            delta,
            content_index,
        } => ReasoningTextDeltaNotification {
            thread_id,
            turn_id,
            item_id,
            delta,
            content_index,
        }
        .into(),
        Event::PlanDelta { item_id, delta } => PlanDeltaNotification {
            thread_id,
            turn_id,
            item_id,
            delta,
        }
        .into(),
        Event::CommandOutputDelta { item_id, delta } => CommandExecutionOutputDeltaNotification {
            thread_id,
            turn_id,
            item_id,
            delta,
        }
        .into(),
        Event::FileChangeOutputDelta { item_id, delta } => FileChangeOutputDeltaNotification {
            thread_id,
            turn_id,
            item_id,
            delta,
        }
        .into(),
        Event::FileChangePatchUpdated { item_id, changes } => FileChangePatchUpdatedNotification {
            thread_id,
            turn_id,
            item_id,
            changes,
        }
        .into(),
        Event::TerminalInteraction {
            item_id,
            process_id,
            stdin,
        } => TerminalInteractionNotification {
            thread_id,
            turn_id,
            item_id,
            process_id,
            stdin,
        }
        .into(),
        Event::PlanUpdated { explanation, plan } => TurnPlanUpdatedNotification {
            thread_id,
            turn_id,
            explanation,
            plan,
        }
        .into(),
        Event::DiffUpdated { diff } => TurnDiffUpdatedNotification {
            thread_id,
            turn_id,
            diff,
        }
        .into(),
        Event::TokenUsage(token_usage) => ThreadTokenUsageUpdatedNotification {
            thread_id,
            turn_id,
            token_usage,
        }
        .into(),
        Event::HookStarted(run) => HookStartedNotification {
            thread_id,
            turn_id: Some(turn_id),
            run: *run,
        }
        .into(),
        Event::HookCompleted(run) => HookCompletedNotification {
            thread_id,
            turn_id: Some(turn_id),
            run: *run,
        }
        .into(),
        Event::RateLimits(rate_limits) => AccountRateLimitsUpdatedNotification { rate_limits }.into(),
        Event::Retrying(error) => ErrorNotification {
            error,
            will_retry: true,
            thread_id,
            turn_id,
        }
        .into(),
        Event::Warning(message) => WarningNotification {
            thread_id: Some(thread_id),
            message,
        }
        .into(),
        Event::ModelRerouted { from_model, to_model } => {
            let reason = ModelRerouteReason::HighRiskCyberActivity;
            ModelReroutedNotification {
                thread_id,
                turn_id,
                from_model,
                to_model,
                reason,
            }
            .into()
        }
        Event::ModelVerification(verifications) => ModelVerificationNotification {
            thread_id,
            turn_id,
            verifications,
        }
        .into(),
        Event::RawItem(item) => RawResponseItemCompletedNotification {
            thread_id,
            turn_id,
            item,
        }
        .into(),
        Event::Record(_) | Event::Flush(_) | Event::Ask(..) => return None,
    })
}

/// A turn that has just begun, as replies and notifications show it.
pub fn running_turn(id: String) -> Turn {
    Turn {
        id,
        items: Vec::new(),
        status: TurnStatus::InProgress,
        error: None,
        started_at: None,
        completed_at: None,
        duration_ms: None,
    }
}
