//! `account/rateLimits/read` and `account/sendAddCreditsNudgeEmail`: what the account's backend is asked
//! (account.md §10).

use std::collections::BTreeMap;

use codex_auth::{BackendError, Limit, MailAnswer, Usage, Window, plan_of_backend};
use codex_protocol::*;
use serde_json::Value;

use crate::dispatch::Context;
use crate::error::RpcError;
use crate::wire;

/// The id of the limit that counts for this program.
const MAIN: &str = "codex";

/// `account/rateLimits/read`.
pub async fn account_rate_limits_read(
    cx: &mut Context,
    (): (),
) -> Result<GetAccountRateLimitsResponse, RpcError> {
    let usage = cx.app.auth.usage().await;
    let usage = usage.map_err(|e| told(e, "read rate limits", "fetch codex rate limits"))?;
    Ok(limits(&usage))
}

/// `account/sendAddCreditsNudgeEmail`.
pub async fn account_send_add_credits_nudge_email(
    cx: &mut Context,
    params: SendAddCreditsNudgeEmailParams,
) -> Result<SendAddCreditsNudgeEmailResponse, RpcError> {
    let credit_type = match params.credit_type {
        AddCreditsNudgeCreditType::Credits => "credits",
        AddCreditsNudgeCreditType::UsageLimit => "usage_limit",
    };
    let answer = cx.app.auth.ask_for_credits(credit_type).await;
    let answer = answer.map_err(|e| told(e, "notify workspace owner", "notify workspace owner"))?;
    let status = match answer {
        MailAnswer::Sent => AddCreditsNudgeEmailStatus::Sent,
        MailAnswer::CooldownActive => AddCreditsNudgeEmailStatus::CooldownActive,
    };
    Ok(SendAddCreditsNudgeEmailResponse { status })
}

fn told(error: BackendError, wanted: &str, tried: &str) -> RpcError {
    match error {
        BackendError::Failed(why) => RpcError::internal(format!("failed to {tried}: {why}")),
        missing => RpcError::invalid_request(format!("{missing} to {wanted}")),
    }
}

fn limits(usage: &Usage) -> GetAccountRateLimitsResponse {
    let plan_type = Some(wire::same(&plan_of_backend(&usage.plan_type)));
    let snapshot = |id: &str, name: Option<&str>, limit: Option<&Limit>| RateLimitSnapshot {
        limit_id: Some(id.to_owned()),
        limit_name: name.map(str::to_owned),
        primary: limit.and_then(|limit| limit.primary_window).map(window),
        secondary: limit.and_then(|limit| limit.secondary_window).map(window),
        plan_type,
        ..RateLimitSnapshot::default()
    };
    let reached = usage.reached().map(|name| Value::String(name.to_owned()));
    let rate_limits = RateLimitSnapshot {
        credits: usage.credits.as_ref().map(|credits| CreditsSnapshot {
            has_credits: credits.has_credits,
            unlimited: credits.unlimited,
            balance: credits.balance.clone(),
        }),
        // Reasons that clients know no name for are not told.
        rate_limit_reached_type: reached.and_then(|name| serde_json::from_value(name).ok()),
        ..snapshot(MAIN, None, usage.rate_limit.as_ref())
    };
    let mut by_id = BTreeMap::from([(MAIN.to_owned(), rate_limits.clone())]);
    for limit in usage.additional() {
        let id = &limit.metered_feature;
        let snapshot = snapshot(id, Some(&limit.limit_name), limit.rate_limit.as_ref());
        by_id.insert(id.clone(), snapshot);
    }
    GetAccountRateLimitsResponse {
        rate_limits,
        rate_limits_by_limit_id: Some(by_id),
    }
}

fn window(window: Window) -> RateLimitWindow {
    RateLimitWindow {
        used_percent: window.used_percent,
        window_duration_mins: window.minutes(),
        resets_at: Some(window.reset_at.into()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_last_limit_of_an_id_wins_and_only_the_main_one_has_credits() {
        let window = |used: i32| {
            json!({"allowed": true, "limit_reached": false, "primary_window": {
                "used_percent": used, "limit_window_seconds": 61, "reset_after_seconds": 1, "reset_at": 7}})
        };
        let usage = json!({"plan_type": "education", "rate_limit": window(1),
            "credits": {"has_credits": true, "unlimited": false, "balance": "9"},
            "rate_limit_reached_type": {"type": "never heard of"},
            "additional_rate_limits": [
                {"limit_name": "A", "metered_feature": "a", "rate_limit": window(2)},
                {"limit_name": "B", "metered_feature": "a", "rate_limit": window(3)}]});
        let told = limits(&serde_json::from_value(usage).unwrap());
        assert_eq!(told.rate_limits.plan_type, Some(PlanType::Edu));
        assert_eq!(told.rate_limits.rate_limit_reached_type, None);
        let by_id = told.rate_limits_by_limit_id.unwrap();
        assert_eq!(by_id["codex"], told.rate_limits);
        let a = &by_id["a"];
        assert_eq!((a.limit_name.as_deref(), &a.credits), (Some("B"), &None));
        let primary = RateLimitWindow {
            used_percent: 3,
            window_duration_mins: Some(2),
            resets_at: Some(7),
        };
        assert_eq!(a.primary, Some(primary));
    }
}
