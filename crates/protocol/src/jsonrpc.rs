//! The envelope around every message: requests, notifications, responses and errors.
//!
//! JSON-RPC 2.0 without its `jsonrpc` member, which is neither sent nor looked at.

// Specified in transport.md §4, the codes in §13.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

/// The id of a request, echoed in its reply with its type: `7` and `"7"` are different ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RequestId {
    /// An id that is text; any text, the empty one too.
    String(String),
    /// An id that is a number.
    Integer(i64),
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RequestId::String(id) => f.write_str(id),
            RequestId::Integer(id) => id.fmt(f),
        }
    }
}

/// Any message, told apart by its members in this order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum JsonRpcMessage {
    /// Has `id` and `method`.
    Request(JsonRpcRequest),
    /// Has `method` alone.
    Notification(JsonRpcNotification),
    /// Has `id` and `result`.
    Response(JsonRpcResponse),
    /// Has `id` and `error`.
    Error(JsonRpcError),
}

/// A request, which expects a response or an error with its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JsonRpcRequest {
    /// Chosen by the sender.
    pub id: RequestId,
    /// The name of the method.
    pub method: String,
    /// What the method is called with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params: Option<Value>,
    /// Trace of which this request is a part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<W3cTraceContext>,
}

/// A message that expects no answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JsonRpcNotification {
    /// The name of the notification.
    pub method: String,
    /// What it tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub params: Option<Value>,
}

/// The answer to a request that succeeded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JsonRpcResponse {
    /// The id of the request.
    pub id: RequestId,
    /// What the method yields.
    pub result: Value,
}

/// The answer to a request that failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JsonRpcError {
    /// What went wrong.
    pub error: JsonRpcErrorError,
    /// The id of the request.
    pub id: RequestId,
}

/// What went wrong with a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JsonRpcErrorError {
    /// The kind of failure.
    pub code: i64,
    /// Facts for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// A sentence for people.
    pub message: String,
}

/// A position in a distributed trace, after the W3C's recommendation "Trace Context".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct W3cTraceContext {
    /// Version, trace id, parent id and flags in the header's form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// Vendors' additions in the header's form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracestate: Option<String>,
}
