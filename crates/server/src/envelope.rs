//! Reads one JSON-RPC message: what it is, by the reference's order of trial (transport.md §4), without parsing its payload.

use std::borrow::Cow;
use std::fmt;

use codex_protocol::{RequestId, W3cTraceContext};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// One message of a client, its payloads still raw JSON borrowed from the input.
#[derive(Debug)]
pub enum Incoming<'a> {
    /// Wants exactly one reply carrying the same id.
    Request {
        id: RequestId,
        method: Cow<'a, str>,
        params: Option<&'a RawValue>,
        trace: Option<W3cTraceContext>,
    },
    /// Wants no reply. Notifications of any name are accepted and have no effect.
    Notification { method: Cow<'a, str> },
    /// The answer to a request of ours.
    Response { id: RequestId, result: &'a RawValue },
    /// A refusal of a request of ours.
    Error { id: RequestId, error: PeerError },
}

/// The `error` member of a client's refusal.
#[derive(Debug, Deserialize)]
pub struct PeerError {
    /// JSON-RPC error code.
    pub code: i64,
    /// The client's words.
    pub message: String,
}

/// Why a line is no message. Such lines are logged and not answered.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotAMessage(String);

impl<'a> Incoming<'a> {
    /// Reads `bytes` as one message; surrounding white space is fine.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, NotAMessage> {
        let members: Members<'a> = serde_json::from_slice(bytes).map_err(|e| NotAMessage(e.to_string()))?;
        members.classify().ok_or_else(|| {
            NotAMessage("data did not match any variant of untagged enum JSONRPCMessage".to_owned())
        })
    }
}

/// The members that tell what a message is, each with the number of times it stands there: a doubled member makes the
/// forms that need it fit no more.
#[derive(Default)]
struct Members<'a> {
    id: Member<'a>,
    method: Member<'a>,
    params: Member<'a>,
    trace: Member<'a>,
    result: Member<'a>,
    error: Member<'a>,
}

#[derive(Default, Clone, Copy)]
struct Member<'a> {
    value: Option<&'a RawValue>,
    times: usize,
}

impl<'a> Member<'a> {
    fn add(&mut self, value: &'a RawValue) {
        self.value = Some(value);
        self.times += 1;
    }

    fn once<T: Deserialize<'a>>(self) -> Option<T> {
        (self.times == 1)
            .then(|| serde_json::from_str(self.value?.get()).ok())
            .flatten()
    }

    /// The value if there is one; `None` when the member is doubled, `Some(None)` when absent or null.
    fn optional(self) -> Option<Option<&'a RawValue>> {
        (self.times < 2).then(|| self.value.filter(|v| v.get() != "null"))
    }
}

impl<'a> Members<'a> {
    fn classify(self) -> Option<Incoming<'a>> {
        let id = self.id.once::<RequestId>();
        let method: Option<Text<'a>> = self.method.once();
        let trace = match self.trace.optional() {
            Some(Some(raw)) => serde_json::from_str::<W3cTraceContext>(raw.get()).ok().map(Some),
            other => other.map(|_| None),
        };
        if let Some(Text(method)) = method {
            let params = self.params.optional();
            return match (id, params, trace) {
                (Some(id), Some(params), Some(trace)) => Some(Incoming::Request {
                    id,
                    method,
                    params,
                    trace,
                }),
                (_, Some(_), _) => Some(Incoming::Notification { method }),
                _ => None,
            };
        }
        let id = id?;
        if self.result.times == 1 {
            return Some(Incoming::Response {
                id,
                result: self.result.value?,
            });
        }
        Some(Incoming::Error {
            id,
            error: self.error.once()?,
        })
    }
}

/// A string borrowed from the input when it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON-RPC message object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Members::default();
                while let Some(Text(key)) = map.next_key()? {
                    let member = match key.as_ref() {
                        "id" => &mut members.id,
                        "method" => &mut members.method,
                        "params" => &mut members.params,
                        "trace" => &mut members.trace,
                        "result" => &mut members.result,
                        "error" => &mut members.error,
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                            continue;
                        }
                    };
                    member.add(map.next_value()?);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> &'static str {
        match Incoming::parse(text.as_bytes()) {
            Ok(Incoming::Request { .. }) => "request",
            Ok(Incoming::Notification { .. }) => "notification",
            Ok(Incoming::Response { .. }) => "response",
            Ok(Incoming::Error { .. }) => "error",
            Err(_) => "nothing",
        }
    }

    #[test]
    fn messages_are_told_apart_by_their_members() {
        assert_eq!(kind(r#"{"id":1,"method":"m"}"#), "request");
        assert_eq!(
            kind(r#"{"id":"x","method":"m","params":null,"result":1}"#),
            "request"
        );
        assert_eq!(kind(r#"{"method":"m"}"#), "notification");
        assert_eq!(kind(r#" {"id":1,"result":null} "#), "response");
        assert_eq!(kind(r#"{"id":1,"error":{"code":-1,"message":"no"}}"#), "error");
        for nothing in ["{}", r#"{"id":1}"#, "[]", "5", "", "{", r#"{"id":1,"error":{}}"#] {
            assert_eq!(kind(nothing), "nothing", "{nothing}");
        }
    }

    #[test]
    fn a_request_with_an_unusable_id_or_trace_is_a_notification() {
        for id in [
            "null",
            "true",
            "1.5",
            "1.0",
            "1e3",
            "[]",
            "{}",
            "9223372036854775808",
        ] {
            assert_eq!(
                kind(&format!(r#"{{"id":{id},"method":"m"}}"#)),
                "notification",
                "{id}"
            );
        }
        assert_eq!(kind(r#"{"id":1,"id":2,"method":"m"}"#), "notification");
        assert_eq!(kind(r#"{"id":1,"method":"m","trace":5}"#), "notification");
        assert_eq!(kind(r#"{"id":1,"method":"m","trace":null}"#), "request");
        assert_eq!(
            kind(r#"{"id":1,"method":"m","trace":{"traceparent":"00"}}"#),
            "request"
        );
    }
}
