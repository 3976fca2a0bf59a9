//! What the server sends by itself: notifications and requests, each a table as an enum.

use serde::Deserialize;
use serde::Serialize;

use crate::*;

macro_rules! server_notifications {
    ($($Variant:ident $name:literal ($Payload:ident), $stability:ident;)*) => {
        /// A notification of the server. Serialized it has the members `method` and `params`.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "method", content = "params")]
        #[allow(clippy::large_enum_variant, reason = "serialized at once, never kept in numbers")]
        pub enum ServerNotification {
            $(#[doc = concat!("`", $name, "`")] #[serde(rename = $name)] $Variant($Payload),)*
        }

        impl ServerNotification {
            /// The names of all notifications, in the order of the protocol.
            pub const METHODS: &[&str] = &[$($name),*];

            /// The name of the notification.
            pub fn method(&self) -> &'static str {
                match self { $(ServerNotification::$Variant(_) => $name,)* }
            }

            /// Whether it is withheld from clients without the `experimentalApi` capability.
            pub fn is_experimental(&self) -> bool {
                match self { $(ServerNotification::$Variant(_) => is_experimental!($stability),)* }
            }
        }

        $(impl From<$Payload> for ServerNotification {
            fn from(payload: $Payload) -> Self {
                ServerNotification::$Variant(payload)
            }
        })*
    };
}

macro_rules! is_experimental {
    (experimental) => {
        true
    };
    ($stability:ident) => {
        false
    };
}

for_each_server_notification!(server_notifications);

macro_rules! server_requests {
    ($($Variant:ident $name:literal ($Params:ident) -> $Result:ident;)*) => {
        /// A request of the server to its clients. Serialized it has the members `method` and
        /// `params`; the id is added by the sender.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "method", content = "params")]
        #[allow(clippy::large_enum_variant, reason = "serialized at once, few at a time")]
        pub enum ServerRequest {
            $(#[doc = concat!("`", $name, "`")] #[serde(rename = $name)] $Variant($Params),)*
        }

        impl ServerRequest {
            /// The names of all server requests, in the order of the protocol.
            pub const METHODS: &[&str] = &[$($name),*];

            /// The name of the method.
            pub fn method(&self) -> &'static str {
                match self { $(ServerRequest::$Variant(_) => $name,)* }
            }
        }

        $(
            impl From<$Params> for ServerRequest {
                fn from(params: $Params) -> Self {
                    ServerRequest::$Variant(params)
                }
            }

            impl ServerRequestParams for $Params {
                const METHOD: &'static str = $name;
                type Answer = $Result;
            }
        )*
    };
}

/// The params of a server request, and what the client answers it with.
pub trait ServerRequestParams: Serialize + Into<ServerRequest> {
    /// The name of the method.
    const METHOD: &'static str;
    /// The result of a client that answers.
    type Answer: Serialize + for<'de> Deserialize<'de>;
}

for_each_server_request!(server_requests);

/// A notification of a client. None has an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "camelCase")]
pub enum ClientNotification {
    /// The client has read the reply to `initialize`.
    Initialized,
}
