//! Requests of clients: the table of methods as an enum, and reading one from its params.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::scope::Scope;
use crate::*;

/// A request that is refused before its method is asked: the method is not known or its params
/// have the wrong shape. Its `Display` is the message for the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRequest {
    /// What is wrong, in the words of the deserializer.
    pub reason: String,
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invalid request: {}", self.reason)
    }
}

impl std::error::Error for InvalidRequest {}

/// What belongs to a method: implemented by the marker types in [`method`].
pub trait Method {
    /// The name on the wire.
    const NAME: &'static str;
    /// What it takes.
    type Params: Serialize + DeserializeOwned;
    /// What it yields.
    type Result: Serialize + DeserializeOwned;
}

macro_rules! client_requests {
    ($($Variant:ident $name:literal $handler:ident($Params:tt) -> $Result:ty,
       $stability:ident, $scope:ident $(($($arg:tt)*))?;)*) => {
        /// A request of a client with its params, one variant per method.
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "moved once, from the reader to its handler")]
        pub enum ClientRequest {
            $(#[doc = concat!("`", $name, "`")] $Variant($Params),)*
        }

        impl ClientRequest {
            /// The names of all methods, in the order of the protocol.
            pub const METHODS: &[&str] = &[$($name),*];

            /// Reads the request `method` from its `params`.
            pub fn parse(method: &str, params: Option<&RawValue>) -> Result<Self, InvalidRequest> {
                match method {
                    $($name => read_params!($Params, params).map(ClientRequest::$Variant),)*
                    _ => Err(unknown_method(method)),
                }
            }

            /// The name of the method.
            pub fn method(&self) -> &'static str {
                match self { $(ClientRequest::$Variant(_) => $name,)* }
            }

            /// What the request waits its turn for, if it does.
            pub fn scope(&self) -> Option<Scope> {
                match self { $(ClientRequest::$Variant(_params) => scope!(_params, $scope $(($($arg)*))?),)* }
            }

            /// Whether the method as a whole is experimental.
            pub(crate) fn is_experimental_method(&self) -> bool {
                match self { $(ClientRequest::$Variant(_) => is_experimental!($stability),)* }
            }
        }

        /// One type for each method, named like its variant of [`ClientRequest`].
        pub mod method {
            $(
                #[doc = concat!("`", $name, "`")]
                #[derive(Debug, Clone, Copy)]
                pub struct $Variant;
                impl super::Method for $Variant {
                    const NAME: &'static str = $name;
                    type Params = super::params_and_results::$handler::Params;
                    type Result = super::params_and_results::$handler::Result;
                }
            )*
        }

        /// Keeps the markers of [`method`] apart from the types of the same name.
        mod params_and_results {
            $(pub(super) mod $handler {
                use crate::*;
                pub type Params = $Params;
                pub type Result = $Result;
            })*
        }
    };
}

macro_rules! scope {
    ($params:ident, none) => {
        None
    };
    ($params:ident, thread($id:ident)) => {
        Some(Scope::thread(&$params.$id))
    };
    ($params:ident, optional_thread($id:ident)) => {
        $params.$id.as_deref().map(Scope::thread)
    };
    ($params:ident, thread_or_path($id:ident, $path:ident)) => {
        Some(match &$params.$path {
            Some(path) if $params.$id.is_empty() => Scope::Path(path.clone()),
            _ => Scope::thread(&$params.$id),
        })
    };
    ($params:ident, process($id:ident)) => {
        Some(Scope::Process($params.$id.clone()))
    };
    ($params:ident, optional_process($id:ident)) => {
        $params.$id.clone().map(Scope::Process)
    };
    ($params:ident, watch($id:ident)) => {
        Some(Scope::Watch($params.$id.clone()))
    };
    ($params:ident, search_session($id:ident)) => {
        Some(Scope::SearchSession($params.$id.clone()))
    };
    ($params:ident, mcp_server($name:ident)) => {
        Some(Scope::McpServer($params.$name.clone()))
    };
    ($params:ident, global($name:literal)) => {
        Some(Scope::Global($name))
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

macro_rules! read_params {
    ((), $params:ident) => {
        read_nothing($params)
    };
    ($Params:ident, $params:ident) => {
        read_object::<$Params>($params)
    };
}

for_each_client_request!(client_requests);

fn unknown_method(method: &str) -> InvalidRequest {
    let expected: Vec<String> = ClientRequest::METHODS
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    InvalidRequest {
        reason: format!(
            "unknown variant `{method}`, expected one of {}",
            expected.join(", ")
        ),
    }
}

/// Methods without params take absence, null and `{}`.
fn read_nothing(params: Option<&RawValue>) -> Result<(), InvalidRequest> {
    match params.map(read::<Value>).transpose()? {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Object(members)) if members.is_empty() => Ok(()),
        Some(other) => serde_json::from_value(other).map_err(invalid),
    }
}

fn read_object<T: DeserializeOwned>(params: Option<&RawValue>) -> Result<T, InvalidRequest> {
    match params {
        Some(raw) if raw.get() != "null" => read(raw),
        _ => Err(InvalidRequest {
            reason: "missing field `params`".to_owned(),
        }),
    }
}

/// Reads `raw`. The error, if there is one, comes from a second reading by way of a [`Value`]: it
/// names no line and column, and a doubled member is no error, the last one counts.
fn read<T: DeserializeOwned>(raw: &RawValue) -> Result<T, InvalidRequest> {
    serde_json::from_str(raw.get())
        .or_else(|_| serde_json::from_str::<Value>(raw.get()).and_then(serde_json::from_value))
        .map_err(invalid)
}

fn invalid(error: serde_json::Error) -> InvalidRequest {
    InvalidRequest {
        reason: error.to_string(),
    }
}
