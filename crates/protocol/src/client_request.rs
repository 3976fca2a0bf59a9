//! Requests of clients: the table of methods as an enum, and reading one from its params.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::json;
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

            /// Whether the method is an extension of this server, which the reference does not know.
            fn is_extension(method: &str) -> bool {
                match method { $($name => is_extension!($stability),)* _ => false }
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
    (extension) => {
        true
    };
    ($stability:ident) => {
        false
    };
}

macro_rules! is_extension {
    (extension) => {
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
        .filter(|name| !ClientRequest::is_extension(name))
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

/// Reads `raw`. Where that fails it is read again by way of serde's buffer: then the error names no
/// line and column and has the words clients know, and a member given twice is no error, the last
/// one counts.
fn read<T: DeserializeOwned>(raw: &RawValue) -> Result<T, InvalidRequest> {
    #[derive(Deserialize)]
    struct Buffered<T> {
        #[serde(flatten)]
        request: Request<T>,
    }

    #[derive(Deserialize)]
    struct Request<T> {
        params: T,
    }

    let first = serde_json::from_str(raw.get());
    first.or_else(|_| {
        let params = serde_json::from_str::<Value>(raw.get()).map_err(invalid)?;
        let buffered: Buffered<T> = serde_json::from_value(json!({ "params": params })).map_err(invalid)?;
        Ok(buffered.request.params)
    })
}

fn invalid(error: serde_json::Error) -> InvalidRequest {
    InvalidRequest {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(method: &str, params: &str) -> Result<ClientRequest, String> {
        let params: Option<Box<RawValue>> = (!params.is_empty())
            .then(|| RawValue::from_string(params.to_owned()).expect("test params are JSON"));
        ClientRequest::parse(method, params.as_deref()).map_err(|error| error.reason)
    }

    fn refusal(method: &str, params: &str) -> String {
        parse(method, params).expect_err("the request should be refused")
    }

    #[test]
    fn an_unknown_method_is_answered_with_all_the_known_ones_in_the_order_of_the_protocol() {
        let reason = refusal("ThreadRead", "5");
        assert!(
            reason.starts_with(
                "unknown variant `ThreadRead`, expected one of `initialize`, `thread/start`, `thread/resume`, "
            ),
            "{reason}"
        );
        assert!(
            reason.ends_with("`fuzzyFileSearch/sessionUpdate`, `fuzzyFileSearch/sessionStop`"),
            "{reason}"
        );
    }

    #[test]
    fn an_invalid_request_says_so_in_its_message() {
        let error = ClientRequest::parse("thread/read", None).expect_err("params are missing");
        assert_eq!(error.to_string(), "Invalid request: missing field `params`");
    }

    #[test]
    fn params_of_an_object_may_not_be_absent_or_null() {
        assert_eq!(refusal("thread/read", ""), "missing field `params`");
        assert_eq!(refusal("model/list", "null"), "missing field `params`");
    }

    #[test]
    fn wrong_shapes_are_named_in_the_words_of_the_deserializer() {
        for (method, params, reason) in [
            ("thread/read", "{}", "missing field `threadId`"),
            (
                "thread/read",
                "5",
                "invalid type: integer `5`, expected struct ThreadReadParams",
            ),
            (
                "thread/read",
                r#"{"threadId":5}"#,
                "invalid type: integer `5`, expected a string",
            ),
            (
                "thread/read",
                r#"{"threadId":"a","includeTurns":null}"#,
                "invalid type: null, expected a boolean",
            ),
            (
                "thread/list",
                r#"{"limit":1.5}"#,
                "invalid type: floating point `1.5`, expected u32",
            ),
            (
                "thread/list",
                r#"{"sortKey":"x"}"#,
                "unknown variant `x`, expected `created_at` or `updated_at`",
            ),
            (
                "thread/list",
                r#"{"cwd":5}"#,
                "data did not match any variant of untagged enum ThreadListCwdFilter",
            ),
            (
                "getConversationSummary",
                "{}",
                "data did not match any variant of untagged enum GetConversationSummaryParams",
            ),
            (
                "hooks/list",
                r#"{"cwds":null}"#,
                "invalid type: null, expected a sequence",
            ),
            (
                "fs/readFile",
                r#"{"path":"x"}"#,
                "AbsolutePathBuf deserialized without a base path",
            ),
            (
                "command/exec",
                r#"{"command":["x"],"size":{"rows":-1,"cols":3}}"#,
                "invalid value: integer `-1`, expected u16",
            ),
            ("account/login/start", "{}", "missing field `type`"),
            (
                "thread/start",
                r#"{"serviceTier":"q"}"#,
                "unknown variant `q`, expected `fast` or `flex`",
            ),
            (
                "thread/resume",
                r#"{"threadId":"x","history":[{"type":"message"}]}"#,
                "missing field `role`",
            ),
            (
                "thread/resume",
                r#"{"threadId":"x","history":[{"a":5}]}"#,
                "missing field `type`",
            ),
            (
                "turn/start",
                r#"{"threadId":"x","input":[],"approvalPolicy":"zz"}"#,
                "unknown variant `zz`, expected one of `untrusted`, `on-failure`, `on-request`, `granular`, `never`",
            ),
            (
                "turn/start",
                r#"{"threadId":"x","input":[{"type":"zz"}]}"#,
                "unknown variant `zz`, expected one of `text`, `image`, `localImage`, `skill`, `mention`",
            ),
        ] {
            assert_eq!(refusal(method, params), reason, "{method} {params}");
        }
    }

    #[test]
    fn params_may_come_as_an_array_in_the_declared_order() {
        let by_position = parse("thread/read", r#"["a",true]"#).expect("by position");
        assert_eq!(
            by_position,
            parse("thread/read", r#"{"threadId":"a","includeTurns":true}"#).expect("by name")
        );
        assert_eq!(
            refusal("thread/loaded/list", "[]"),
            "invalid length 0, expected struct ThreadLoadedListParams with 2 elements"
        );
        assert_eq!(
            refusal("thread/loaded/list", "[null,null,3]"),
            "invalid length 3, expected 2 elements in sequence"
        );
        assert_eq!(
            refusal("thread/start", "[]"),
            "invalid length 0, expected struct ThreadStartParams with 20 elements"
        );
        assert_eq!(
            refusal("thread/list", "[]"),
            "invalid length 0, expected struct ThreadListParams with 10 elements"
        );
        assert!(parse("skills/list", "[]").is_ok());
    }

    #[test]
    fn methods_without_params_take_absence_null_and_an_empty_object() {
        for params in ["", "null", "{}", " { } "] {
            assert_eq!(parse("memory/reset", params), Ok(ClientRequest::MemoryReset(())));
        }
        assert_eq!(
            refusal("memory/reset", "5"),
            "invalid type: integer `5`, expected unit"
        );
        assert_eq!(
            refusal("memory/reset", "[]"),
            "invalid type: sequence, expected unit"
        );
        assert_eq!(
            refusal("memory/reset", r#"{"a":1}"#),
            "invalid type: map, expected unit"
        );
    }

    #[test]
    fn of_a_member_given_twice_the_last_one_counts() {
        let request = parse("thread/archive", r#"{"threadId":"a","threadId":"b"}"#);
        assert_eq!(
            request,
            Ok(ClientRequest::ThreadArchive(ThreadArchiveParams {
                thread_id: "b".into()
            }))
        );
    }

    #[test]
    fn null_absence_and_value_are_told_apart_where_they_differ() {
        let budget = |params| match parse("thread/goal/set", params) {
            Ok(ClientRequest::ThreadGoalSet(params)) => params.token_budget,
            other => panic!("not a goal: {other:?}"),
        };
        assert_eq!(budget(r#"{"threadId":"x"}"#), None);
        assert_eq!(budget(r#"{"threadId":"x","tokenBudget":null}"#), Some(None));
        assert_eq!(budget(r#"{"threadId":"x","tokenBudget":5}"#), Some(Some(5)));
    }

    #[test]
    fn requests_of_one_thread_share_a_scope_however_its_id_is_spelled() {
        let id = "0192f1c0-7f5a-7c11-9f0a-1234567890ab";
        for spelling in [
            id.to_owned(),
            id.to_uppercase(),
            id.replace('-', ""),
            format!("urn:uuid:{id}"),
            format!("{{{id}}}"),
        ] {
            let request = parse("thread/archive", &format!(r#"{{"threadId":"{spelling}"}}"#)).expect("valid");
            assert_eq!(request.scope(), Some(Scope::Thread(id.to_owned())));
        }
    }

    #[test]
    fn the_scope_is_what_the_request_acts_on() {
        let scope = |method, params| parse(method, params).expect("valid").scope();
        assert_eq!(scope("thread/start", "{}"), None);
        assert_eq!(
            scope("turn/start", r#"{"threadId":"t","input":[]}"#),
            Some(Scope::Thread("t".into()))
        );
        assert_eq!(
            scope("thread/resume", r#"{"threadId":"","path":"/p"}"#),
            Some(Scope::Path("/p".into()))
        );
        assert_eq!(
            scope("thread/resume", r#"{"threadId":"t","path":"/p"}"#),
            Some(Scope::Thread("t".into()))
        );
        assert_eq!(scope("command/exec", r#"{"command":["x"]}"#), None);
        assert_eq!(
            scope("command/exec", r#"{"command":["x"],"processId":"p"}"#),
            Some(Scope::Process("p".into()))
        );
        assert_eq!(
            scope("fs/unwatch", r#"{"watchId":"w"}"#),
            Some(Scope::Watch("w".into()))
        );
        assert_eq!(
            scope("fuzzyFileSearch/sessionStop", r#"{"sessionId":"s"}"#),
            Some(Scope::SearchSession("s".into()))
        );
        assert_eq!(
            scope("mcpServer/oauth/login", r#"{"name":"n"}"#),
            Some(Scope::McpServer("n".into()))
        );
        assert_eq!(scope("config/read", "{}"), Some(Scope::Global("config")));
        assert_eq!(
            scope("mcpServer/resource/read", r#"{"server":"s","uri":"u"}"#),
            None
        );
    }
}
