//! The table of methods as data.

use std::sync::LazyLock;

use codex_protocol::for_each_client_request;
use codex_protocol::for_each_server_notification;
use codex_protocol::for_each_server_request;

/// A request a client may send.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its name on the wire.
    pub method: &'static str,
    /// The type of its params; none for methods without.
    pub params: Option<&'static str>,
    /// The type of its result.
    pub result: &'static str,
    /// Who may use it.
    pub stability: Stability,
    /// What it waits its turn for, as the table has it.
    pub scope: &'static str,
    /// The field or name that is the scope's key.
    pub scope_key: &'static str,
}

/// A request the server may send.
#[derive(Debug, Clone)]
pub struct ServerRequest {
    /// Its name on the wire.
    pub method: &'static str,
    /// The type of its params.
    pub params: &'static str,
    /// The type of the answer.
    pub result: &'static str,
}

/// A notification of the server.
#[derive(Debug, Clone)]
pub struct Notification {
    /// Its name on the wire.
    pub method: &'static str,
    /// The type of what it tells.
    pub payload: &'static str,
    /// Who gets it.
    pub stability: Stability,
}

/// Who may use a method or gets a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stability {
    /// Everybody.
    Stable,
    /// Clients with the `experimentalApi` capability.
    Experimental,
    /// Old clients.
    Legacy,
    /// Those who asked for it by other means.
    Internal,
    /// Clients of this server; the generated files leave it out.
    Extension,
}

macro_rules! stability {
    (stable) => {
        Stability::Stable
    };
    (experimental) => {
        Stability::Experimental
    };
    (legacy) => {
        Stability::Legacy
    };
    (internal) => {
        Stability::Internal
    };
    (extension) => {
        Stability::Extension
    };
}

macro_rules! params {
    (()) => {
        None
    };
    ($Params:ident) => {
        Some(stringify!($Params))
    };
}

macro_rules! requests {
    ($($Variant:ident $name:literal $handler:ident($Params:tt) -> $Result:ident,
       $stability:ident, $scope:ident $(($($arg:tt)*))?;)*) => {
        /// The requests a client may send, in the order of the protocol, without extensions.
        pub static REQUESTS: LazyLock<Vec<Request>> = LazyLock::new(|| {
            ALL_REQUESTS.iter().filter(|request| request.stability != Stability::Extension).cloned().collect()
        });

        const ALL_REQUESTS: &[Request] = &[$(Request {
            method: $name,
            params: params!($Params),
            result: stringify!($Result),
            stability: stability!($stability),
            scope: stringify!($scope),
            scope_key: concat!($(stringify!($($arg)*))?),
        },)*];
    };
}

for_each_client_request!(requests);

macro_rules! server_requests {
    ($($Variant:ident $name:literal ($Params:ident) -> $Result:ident;)*) => {
        /// The requests the server may send, in the order of the protocol.
        pub const SERVER_REQUESTS: &[ServerRequest] = &[$(ServerRequest {
            method: $name,
            params: stringify!($Params),
            result: stringify!($Result),
        },)*];
    };
}

for_each_server_request!(server_requests);

macro_rules! notifications {
    ($($Variant:ident $name:literal ($Payload:ident), $stability:ident;)*) => {
        /// The notifications of the server, in the order of the protocol.
        pub const NOTIFICATIONS: &[Notification] = &[$(Notification {
            method: $name,
            payload: stringify!($Payload),
            stability: stability!($stability),
        },)*];
    };
}

for_each_server_notification!(notifications);
