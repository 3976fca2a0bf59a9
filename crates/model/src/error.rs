//! What can go wrong between us and a model, classified the way clients are told about it (turns.md §7,
//! agent.md §1.2): one message, one `CodexErrorInfo`, and whether asking again makes sense.

use std::time::Duration;

use codex_protocol::CodexErrorInfo;

use crate::rate_limits::RateLimits;

/// The class of a [`ModelError`]; decides what the client is told and whether the agent may try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The conversation does not fit into the model's window; the thread counts as full from now on.
    ContextWindowExceeded,
    /// The account's quota or plan does not allow more.
    UsageLimitReached,
    /// The model is at capacity.
    ServerOverloaded,
    /// The provider refused the request for its content.
    CyberPolicy,
    /// An image in the request is not an image (HTTP 400 saying so).
    InvalidImage,
    /// HTTP 500.
    InternalServerError,
    /// HTTP 429 that is not a usage limit.
    TooManyRequests,
    /// The credentials can't be renewed.
    Unauthorized,
    /// Any other HTTP status but 400.
    UnexpectedStatus(u16),
    /// No connection, or a stream that broke, fell silent, or ended in a way that may pass.
    StreamDisconnected,
    /// Anything that will not get better by asking again: HTTP 400, a missing key, a broken script.
    Refused,
}

/// A request to a model that failed. The [`Display`](std::fmt::Display) text is the one clients are shown.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct ModelError {
    kind: ErrorKind,
    message: String,
    retry_after: Option<Duration>,
    rate_limits: Option<Box<RateLimits>>,
    repeat_request: bool,
}

impl ModelError {
    /// An error of `kind` with the text to show.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            retry_after: None,
            rate_limits: None,
            repeat_request: false,
        }
    }

    /// A broken stream: `stream disconnected before completion: WHY`.
    pub fn disconnected(why: impl std::fmt::Display) -> Self {
        Self::new(
            ErrorKind::StreamDisconnected,
            format!("stream disconnected before completion: {why}"),
        )
    }

    pub(crate) fn with_retry_after(mut self, delay: Option<Duration>) -> Self {
        self.retry_after = delay;
        self
    }

    pub(crate) fn with_rate_limits(mut self, limits: RateLimits) -> Self {
        self.rate_limits = Some(Box::new(limits));
        self
    }

    /// Marks a failure from before the stream began, which the request's own tries may repeat.
    pub(crate) fn repeatable_request(mut self) -> Self {
        self.repeat_request = true;
        self
    }

    pub(crate) fn may_repeat_request(&self) -> bool {
        self.repeat_request
    }

    /// The class of the failure.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The text for the client (`error.message`).
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What the failure is called on the wire (`error.codexErrorInfo`).
    pub fn codex_error_info(&self) -> CodexErrorInfo {
        match self.kind {
            ErrorKind::ContextWindowExceeded => CodexErrorInfo::ContextWindowExceeded,
            ErrorKind::UsageLimitReached => CodexErrorInfo::UsageLimitExceeded,
            ErrorKind::ServerOverloaded => CodexErrorInfo::ServerOverloaded,
            ErrorKind::CyberPolicy => CodexErrorInfo::CyberPolicy,
            ErrorKind::InvalidImage => CodexErrorInfo::BadRequest,
            ErrorKind::InternalServerError => CodexErrorInfo::InternalServerError,
            ErrorKind::Unauthorized => CodexErrorInfo::Unauthorized,
            ErrorKind::TooManyRequests => CodexErrorInfo::ResponseTooManyFailedAttempts {
                http_status_code: Some(429),
            },
            ErrorKind::UnexpectedStatus(_) | ErrorKind::StreamDisconnected | ErrorKind::Refused => {
                CodexErrorInfo::Other
            }
        }
    }

    /// What a retry announced with `Reconnecting... i/n` carries as `codexErrorInfo`.
    pub fn reconnecting_info(&self) -> CodexErrorInfo {
        CodexErrorInfo::ResponseStreamDisconnected {
            http_status_code: self.http_status(),
        }
    }

    /// The HTTP status behind an [`ErrorKind::UnexpectedStatus`] or a 429, as told in retries.
    pub fn http_status(&self) -> Option<u16> {
        match self.kind {
            ErrorKind::UnexpectedStatus(status) => Some(status),
            ErrorKind::TooManyRequests => Some(429),
            _ => None,
        }
    }

    /// Whether the agent may send the request again, within `stream_max_retries`.
    pub fn is_retryable_stream(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::InternalServerError | ErrorKind::UnexpectedStatus(_) | ErrorKind::StreamDisconnected
        )
    }

    /// How long the service asked to wait before the next try; without a word, see [`crate::backoff`].
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The limits that came with a usage-limit refusal; to be told before the error.
    pub fn rate_limits(&self) -> Option<&RateLimits> {
        self.rate_limits.as_deref()
    }
}
