//! Refusals and failures as the service words them → [`ModelError`] (turns.md §7, agent.md §1.2).

use base64::Engine as _;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::{ErrorKind, ModelError};
use crate::rate_limits::{self, text};
use crate::retry::requested_delay;
use crate::usage_limit::{self, Refusal};

/// Longer refusal texts are cut here, at a character.
const LONGEST_TEXT: usize = 1000;

const OVERLOADED: &str = "This model is at capacity right now. Please try another one.";
const CONTEXT_FULL: &str = "The conversation no longer fits into the model's context window. Start a new thread, or clear earlier history and try again.";
const QUOTA: &str = "The quota of this account is used up. Please look at its plan and billing details.";
const PLAN_NEEDED: &str = "Codex is part of ChatGPT plans from Plus on. To use it with yours, upgrade at https://chatgpt.com/explore/plus.";
const CYBER: &str = "This request was stopped because it may carry a cybersecurity risk.";
const BAD_IMAGE: &str =
    "The last message holds an image that can't be read. Please take it out and send the message again.";
/// How a 400 says that an image is none (agent.md §1.5).
const BAD_IMAGE_SIGN: &str = "The image data you provided does not represent a valid image";

fn overloaded() -> ModelError {
    ModelError::new(ErrorKind::ServerOverloaded, OVERLOADED)
}

fn cyber_policy(message: Option<&str>) -> ModelError {
    let own = message.filter(|m| !m.trim().is_empty());
    ModelError::new(ErrorKind::CyberPolicy, own.unwrap_or(CYBER))
}

fn plan_needed() -> ModelError {
    ModelError::new(ErrorKind::UsageLimitReached, PLAN_NEEDED)
}

/// No connection could be made, or it broke before the answer's head arrived.
pub(crate) fn no_connection(url: &str) -> ModelError {
    ModelError::disconnected(format_args!("error sending request for url ({url})")).repeatable_request()
}

/// An answer whose status is not a success.
pub(crate) fn refused(status: StatusCode, headers: &HeaderMap, body: &[u8], url: &str) -> ModelError {
    let body = String::from_utf8_lossy(body);
    let parsed: Option<Value> = serde_json::from_str(&body).ok();
    let error = parsed.as_ref().and_then(|v| v.get("error"));
    let field = |name: &str| error.and_then(|e| e.get(name)).and_then(Value::as_str);
    let failure = match status.as_u16() {
        400 if body.contains(BAD_IMAGE_SIGN) => ModelError::new(ErrorKind::InvalidImage, BAD_IMAGE),
        400 if field("code") == Some("cyber_policy") => cyber_policy(field("message")),
        400 => ModelError::new(ErrorKind::Refused, body.into_owned()),
        429 => too_many(headers, &body),
        500 => ModelError::new(
            ErrorKind::InternalServerError,
            "We're currently experiencing high demand, which may cause temporary errors.",
        ),
        503 if matches!(field("code"), Some("server_is_overloaded" | "slow_down")) => overloaded(),
        _ => unexpected(status, headers, &body, field("message"), url),
    };
    if status.is_server_error() {
        failure.repeatable_request()
    } else {
        failure
    }
}

fn unexpected(
    status: StatusCode,
    headers: &HeaderMap,
    body: &str,
    message: Option<&str>,
    url: &str,
) -> ModelError {
    let details = details(headers);
    let message = if status == StatusCode::FORBIDDEN
        && body.contains("Cloudflare")
        && body.contains("blocked")
    {
        format!(
            "Cloudflare blocked the request, often because of the region it comes from (status {status}), url: {url}{details}"
        )
    } else {
        let text = message
            .map(str::trim)
            .filter(|m| !m.is_empty())
            .map(str::to_owned);
        let text = text.unwrap_or_else(|| shortened(body.trim()));
        let text = if text.is_empty() { "Unknown error" } else { &text };
        format!("unexpected status {status}: {text}, url: {url}{details}")
    };
    ModelError::new(ErrorKind::UnexpectedStatus(status.as_u16()), message)
}

fn shortened(text: &str) -> String {
    if text.len() <= LONGEST_TEXT {
        return text.to_owned();
    }
    let end = (0..=LONGEST_TEXT)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    format!("{}...", &text[..end])
}

/// What identifies a refused request, for those who have to look into it.
fn details(headers: &HeaderMap) -> String {
    let mut out = String::new();
    let mut add = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            out.push_str(&format!(", {name}: {value}"));
        }
    };
    add("cf-ray", text(headers, "cf-ray"));
    add("request id", request_id(headers));
    add("auth error", text(headers, "x-openai-authorization-error"));
    let hidden = text(headers, "x-error-json").and_then(|coded| {
        let bytes = base64::engine::general_purpose::STANDARD.decode(coded).ok()?;
        let value: Value = serde_json::from_slice(&bytes).ok()?;
        Some(value.get("error")?.get("code")?.as_str()?.to_owned())
    });
    add("auth error code", hidden.as_deref());
    out
}

fn request_id(headers: &HeaderMap) -> Option<&str> {
    text(headers, "x-request-id").or_else(|| text(headers, "x-oai-request-id"))
}

/// HTTP 429: the account's limit, a plan without access, or simply too much at once.
fn too_many(headers: &HeaderMap, body: &str) -> ModelError {
    #[derive(Deserialize)]
    struct Body {
        error: Error,
    }
    #[derive(Deserialize)]
    struct Error {
        #[serde(rename = "type")]
        kind: Option<String>,
        plan_type: Option<String>,
        resets_at: Option<i64>,
    }
    let error = serde_json::from_str::<Body>(body).ok().map(|b| b.error);
    match error.as_ref().and_then(|e| e.kind.as_deref()) {
        Some("usage_limit_reached") => {
            let limits = rate_limits::active_limit(headers);
            let refusal = Refusal {
                plan: error.as_ref().and_then(|e| e.plan_type.as_deref()),
                resets_at: error.as_ref().and_then(|e| e.resets_at),
                promo: text(headers, "x-codex-promo-message"),
            };
            let now = jiff::Timestamp::now();
            let message = usage_limit::message(&refusal, &limits, now, &jiff::tz::TimeZone::system());
            ModelError::new(ErrorKind::UsageLimitReached, message).with_rate_limits(limits)
        }
        Some("usage_not_included") => plan_needed(),
        _ => {
            let mut message = "exceeded retry limit, last status: 429 Too Many Requests".to_owned();
            if let Some(id) = request_id(headers).or_else(|| text(headers, "cf-ray")) {
                message.push_str(&format!(", request id: {id}"));
            }
            ModelError::new(ErrorKind::TooManyRequests, message)
        }
    }
}

/// A `response.failed` event; `response` is that member of it.
pub(crate) fn failed_event(response: Option<&RawValue>) -> ModelError {
    #[derive(Deserialize)]
    struct Response {
        error: Error,
    }
    #[derive(Deserialize)]
    struct Error {
        code: Option<String>,
        message: Option<String>,
    }
    let error = response
        .and_then(|r| serde_json::from_str::<Response>(r.get()).ok())
        .map(|r| r.error);
    let Some(Error { code, message }) = error else {
        return ModelError::disconnected("response.failed event received");
    };
    match code.as_deref() {
        Some("context_length_exceeded") => ModelError::new(ErrorKind::ContextWindowExceeded, CONTEXT_FULL),
        Some("insufficient_quota") => ModelError::new(ErrorKind::UsageLimitReached, QUOTA),
        Some("usage_not_included") => plan_needed(),
        Some("cyber_policy") => cyber_policy(message.as_deref()),
        Some("invalid_prompt") => ModelError::new(
            ErrorKind::Refused,
            message.unwrap_or_else(|| "Invalid request.".into()),
        ),
        Some("server_is_overloaded" | "slow_down") => overloaded(),
        code => {
            let message = message.unwrap_or_default();
            let delay = if code == Some("rate_limit_exceeded") {
                requested_delay(&message)
            } else {
                None
            };
            ModelError::disconnected(message).with_retry_after(delay)
        }
    }
}

/// A `response.incomplete` event; `response` is that member of it.
pub(crate) fn incomplete_event(response: Option<&RawValue>) -> ModelError {
    let parsed: Option<Value> = response.and_then(|r| serde_json::from_str(r.get()).ok());
    let reason = parsed
        .as_ref()
        .and_then(|r| r.pointer("/incomplete_details/reason"))
        .and_then(Value::as_str);
    let reason = reason.unwrap_or("unknown");
    ModelError::disconnected(format_args!("Incomplete response returned, reason: {reason}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use codex_protocol::CodexErrorInfo;

    use super::*;

    const URL: &str = "http://h/responses";

    fn refuse(status: u16, body: &str, pairs: &[(&'static str, &'static str)]) -> ModelError {
        let headers = pairs
            .iter()
            .map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap()))
            .collect();
        refused(
            StatusCode::from_u16(status).unwrap(),
            &headers,
            body.as_bytes(),
            URL,
        )
    }

    fn fail(response: &str) -> ModelError {
        let raw = RawValue::from_string(response.to_owned()).unwrap();
        failed_event(Some(&raw))
    }

    #[test]
    fn a_400_shows_its_body_as_it_is_and_is_never_repeated() {
        for body in [
            r#"{"error": {"message": "bad", "code": "context_length_exceeded"}}"#,
            "plain",
            "",
        ] {
            let e = refuse(400, body, &[]);
            assert_eq!((e.message(), e.codex_error_info()), (body, CodexErrorInfo::Other));
            assert!(!e.is_retryable_stream() && !e.may_repeat_request());
        }
    }

    #[test]
    fn other_statuses_name_themselves_the_reason_and_the_url() {
        let text = |status, body| refuse(status, body, &[]).message().to_owned();
        assert_eq!(
            text(401, r#"{"error": {"message": " no key "}}"#),
            "unexpected status 401 Unauthorized: no key, url: http://h/responses"
        );
        assert_eq!(
            text(404, ""),
            "unexpected status 404 Not Found: Unknown error, url: http://h/responses"
        );
        assert_eq!(
            text(409, "<b>"),
            "unexpected status 409 Conflict: <b>, url: http://h/responses"
        );
        let blank = r#"{"error": {"message": ""}}"#;
        assert!(text(422, blank).contains(blank));
        assert_eq!(
            text(502, "x"),
            "unexpected status 502 Bad Gateway: x, url: http://h/responses"
        );
    }

    #[test]
    fn only_server_errors_are_repeated_before_the_stream() {
        let again = |status| {
            (
                refuse(status, "", &[]).may_repeat_request(),
                refuse(status, "", &[]).is_retryable_stream(),
            )
        };
        assert_eq!(again(404), (false, true));
        assert_eq!(again(502), (true, true));
        assert_eq!(again(500), (true, true));
        assert_eq!(again(429), (false, false));
    }

    #[test]
    fn identifying_headers_are_part_of_the_message() {
        let e = refuse(
            404,
            "t",
            &[
                ("x-request-id", "req-1"),
                ("x-oai-request-id", "oai"),
                ("cf-ray", "ray-1"),
            ],
        );
        assert!(
            e.message()
                .ends_with("/responses, cf-ray: ray-1, request id: req-1"),
            "{e}"
        );
        let e = refuse(
            401,
            "u",
            &[("x-error-json", "eyJlcnJvciI6eyJjb2RlIjoidG9rZW5fZXhwaXJlZCJ9fQ==")],
        );
        assert!(e.message().ends_with(", auth error code: token_expired"), "{e}");
        let e = refuse(
            404,
            "t",
            &[
                ("x-oai-request-id", "oai-1"),
                ("x-openai-authorization-error", "auth-1"),
            ],
        );
        assert!(
            e.message().ends_with(", request id: oai-1, auth error: auth-1"),
            "{e}"
        );
    }

    #[test]
    fn long_bodies_are_cut_at_a_character() {
        let e = refuse(413, &"x".repeat(1000), &[]);
        assert!(!e.message().contains("..."));
        let e = refuse(413, &format!("y{}", "é".repeat(501)), &[]);
        assert!(
            e.message().contains(&format!("y{}..., url", "é".repeat(499))),
            "{e}"
        );
    }

    #[test]
    fn a_block_by_cloudflare_is_recognized() {
        let e = refuse(403, "Cloudflare says you are blocked", &[("cf-ray", "ray-2")]);
        assert!(e.message().contains("403 Forbidden"), "{e}");
        assert!(
            e.message().ends_with("url: http://h/responses, cf-ray: ray-2"),
            "{e}"
        );
    }

    #[test]
    fn a_429_ends_the_turn_and_names_the_request() {
        let e = refuse(429, "no json", &[("cf-ray", "ray-3"), ("retry-after", "1")]);
        assert_eq!(
            e.message(),
            "exceeded retry limit, last status: 429 Too Many Requests, request id: ray-3"
        );
        let info = CodexErrorInfo::ResponseTooManyFailedAttempts {
            http_status_code: Some(429),
        };
        assert_eq!(e.codex_error_info(), info);
        assert_eq!(e.retry_after(), None);
    }

    #[test]
    fn a_reached_limit_brings_its_meter() {
        let e = refuse(
            429,
            r#"{"error": {"type": "usage_limit_reached"}}"#,
            &[("x-codex-primary-used-percent", "100")],
        );
        assert_eq!(e.message(), "You've hit your usage limit. Try again later.");
        assert_eq!(e.codex_error_info(), CodexErrorInfo::UsageLimitExceeded);
        assert_eq!(e.rate_limits().unwrap().primary.unwrap().used_percent, 100.0);
        let e = refuse(429, r#"{"error": {"type": "usage_not_included"}}"#, &[]);
        assert!(e.message().contains("https://chatgpt.com/explore/plus"), "{e}");
    }

    #[test]
    fn a_429_that_does_not_parse_is_an_ordinary_one() {
        let e = refuse(
            429,
            r#"{"error": {"type": "usage_limit_reached", "plan_type": 5}}"#,
            &[],
        );
        assert_eq!(e.kind(), ErrorKind::TooManyRequests);
    }

    #[test]
    fn server_trouble_has_its_own_names() {
        let e = refuse(500, r#"{"error": {"code": "server_is_overloaded"}}"#, &[]);
        assert_eq!(e.codex_error_info(), CodexErrorInfo::InternalServerError);
        let e = refuse(503, r#"{"error": {"code": "slow_down"}}"#, &[]);
        assert_eq!(e.codex_error_info(), CodexErrorInfo::ServerOverloaded);
        assert!(e.may_repeat_request() && !e.is_retryable_stream());
        assert_eq!(refuse(503, "", &[]).kind(), ErrorKind::UnexpectedStatus(503));
    }

    #[test]
    fn refused_contents_are_told_apart() {
        let e = refuse(
            400,
            r#"{"error": {"code": "cyber_policy", "message": "flagged"}}"#,
            &[],
        );
        assert_eq!(
            (e.message(), e.codex_error_info()),
            ("flagged", CodexErrorInfo::CyberPolicy)
        );
        assert_eq!(
            refuse(400, r#"{"error": {"code": "cyber_policy", "message": " "}}"#, &[]).message(),
            CYBER
        );
        let image = format!("x {BAD_IMAGE_SIGN} y");
        assert_eq!(
            refuse(400, &image, &[]).codex_error_info(),
            CodexErrorInfo::BadRequest
        );
    }

    #[test]
    fn failed_events_are_told_by_their_code() {
        let kind = |code: &str| fail(&format!(r#"{{"error": {{"code": "{code}", "message": "m"}}}}"#)).kind();
        assert_eq!(kind("context_length_exceeded"), ErrorKind::ContextWindowExceeded);
        assert_eq!(kind("insufficient_quota"), ErrorKind::UsageLimitReached);
        assert_eq!(kind("usage_not_included"), ErrorKind::UsageLimitReached);
        assert_eq!(kind("cyber_policy"), ErrorKind::CyberPolicy);
        assert_eq!(kind("invalid_prompt"), ErrorKind::Refused);
        assert_eq!(kind("slow_down"), ErrorKind::ServerOverloaded);
        assert_eq!(kind("server_is_overloaded"), ErrorKind::ServerOverloaded);
        assert_eq!(kind("whatever"), ErrorKind::StreamDisconnected);
    }

    #[test]
    fn failed_events_without_a_usable_error_are_retried() {
        for response in ["{}", r#"{"error": null}"#, r#"{"error": {"code": 5}}"#, "7"] {
            let e = fail(response);
            assert_eq!(
                e.message(),
                "stream disconnected before completion: response.failed event received"
            );
            assert!(e.is_retryable_stream());
        }
        assert_eq!(
            fail(r#"{"error": {"message": "no code"}}"#).message(),
            "stream disconnected before completion: no code"
        );
        assert_eq!(
            fail(r#"{"error": {"code": "invalid_prompt"}}"#).message(),
            "Invalid request."
        );
    }

    #[test]
    fn only_a_rate_limit_names_its_delay() {
        let e = fail(r#"{"error": {"code": "rate_limit_exceeded", "message": "Please try again in 700ms"}}"#);
        assert_eq!(e.retry_after(), Some(Duration::from_millis(700)));
        let e = fail(r#"{"error": {"code": "other", "message": "Please try again in 60s."}}"#);
        assert_eq!(e.retry_after(), None);
    }

    #[test]
    fn incomplete_responses_tell_the_reason() {
        let raw = |s: &str| RawValue::from_string(s.to_owned()).unwrap();
        let e = incomplete_event(Some(&raw(
            r#"{"incomplete_details": {"reason": "max_output_tokens"}}"#,
        )));
        let expected =
            "stream disconnected before completion: Incomplete response returned, reason: max_output_tokens";
        assert_eq!(e.message(), expected);
        assert!(
            incomplete_event(Some(&raw("{}")))
                .message()
                .ends_with("reason: unknown")
        );
    }
}
