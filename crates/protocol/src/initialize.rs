//! The handshake: who the client is, what it can do, and what it learns of the server.

use serde::Deserialize;
use serde::Serialize;

use crate::AbsolutePathBuf;

/// `initialize`: the first request on a connection; anything else before it is refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InitializeParams {
    /// Who the client is. The first one of the process names the originator of all requests to the
    /// model.
    pub client_info: ClientInfo,
    /// What the client can deal with; absent means nothing special.
    pub capabilities: Option<InitializeCapabilities>,
}

/// What a client can deal with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InitializeCapabilities {
    /// Whether the client may use experimental methods and fields, and gets experimental
    /// notifications.
    #[serde(default)]
    pub experimental_api: bool,
    /// Notifications the client does not want, by their exact method names. Unknown names are
    /// accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opt_out_notification_methods: Option<Vec<String>>,
    /// An extension of this server: whether the client wants numbered thread notifications, so that
    /// it can have those it missed sent again after a lost connection.
    #[doc(hidden)]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub event_replay: bool,
}

/// A client's name and version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClientInfo {
    /// A short name without spaces; it must be fit for an HTTP header.
    pub name: String,
    /// The name as shown to people.
    pub title: Option<String>,
    /// The client's own version.
    pub version: String,
}

/// Result of `initialize`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InitializeResponse {
    /// What the server calls itself in requests to the model: originator, version, system, terminal
    /// and client.
    pub user_agent: String,
    /// The folder of configuration, credentials and histories, with symbolic links resolved.
    pub codex_home: AbsolutePathBuf,
    /// `unix` or `windows`.
    pub platform_family: String,
    /// `linux`, `macos`, `windows` and so on.
    pub platform_os: String,
}
