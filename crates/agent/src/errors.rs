//! How a turn stops before its end.

use codex_protocol::{CodexErrorInfo, TurnError};

/// Why a turn doesn't go on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stop {
    /// It was interrupted or replaced.
    Cancelled,
    /// It failed; what the client is told.
    Failed(TurnError),
}

impl Stop {
    pub(crate) fn failed(message: impl Into<String>, info: CodexErrorInfo) -> Self {
        Stop::Failed(TurnError {
            message: message.into(),
            codex_error_info: Some(info),
            additional_details: None,
        })
    }
}

impl From<&codex_model::ModelError> for Stop {
    fn from(error: &codex_model::ModelError) -> Self {
        Stop::failed(error.message(), error.codex_error_info())
    }
}
