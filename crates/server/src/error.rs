//! JSON-RPC errors: the one place where failures become codes (transport.md §13).

use serde_json::Value;

/// What the client did wrong: shape, state, unknown ids, experimental gate.
pub const INVALID_REQUEST: i64 = -32600;
/// Parameters of the right shape whose values exclude each other or exceed a limit.
pub const INVALID_PARAMS: i64 = -32602;
/// What failed on the server's side.
pub const INTERNAL_ERROR: i64 = -32603;
/// The connection has too many requests in flight.
pub const OVERLOADED: i64 = -32001;

/// An error reply.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message} ({code})")]
pub struct RpcError {
    /// JSON-RPC error code.
    pub code: i64,
    /// What went wrong, for people and for clients that match on it.
    pub message: String,
    /// Details for programs.
    pub data: Option<Value>,
}

impl RpcError {
    /// The client asked for something that cannot be had (−32600).
    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(INVALID_REQUEST, message)
    }

    /// A value is out of bounds or excludes another (−32602).
    pub fn invalid_params(message: impl Into<String>) -> Self {
        Self::new(INVALID_PARAMS, message)
    }

    /// Storage, the system or the server itself failed (−32603).
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(INTERNAL_ERROR, message)
    }

    /// The refusal given to a connection with too many requests in flight (transport.md §11).
    pub fn overloaded() -> Self {
        Self::new(OVERLOADED, "Server overloaded; retry later.")
    }

    /// An error of any code, without data.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            data: None,
        }
    }

    /// The same error with details for programs.
    pub fn with_data(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }
}

impl From<codex_files::Error> for RpcError {
    fn from(error: codex_files::Error) -> Self {
        match error {
            codex_files::Error::Invalid(message) => Self::invalid_request(message),
            other => Self::internal(other.to_string()),
        }
    }
}
