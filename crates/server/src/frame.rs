//! Outgoing messages in their serialized form: made once, shared by everyone who gets them.

use std::ops::Range;

use bytes::Bytes;
use codex_protocol::{RequestId, ServerNotification, ServerRequest};
use serde::Serialize;

use crate::error::RpcError;

/// One serialized message, without line end. For a text delta it knows where the text stands, so that the outbox can
/// join consecutive deltas of one item without parsing them.
#[derive(Debug)]
pub struct Frame {
    bytes: Bytes,
    method: &'static str,
    experimental: bool,
    delta: Option<Range<usize>>,
}

impl Frame {
    /// A notification.
    pub fn notification(notification: &ServerNotification) -> Self {
        let bytes = Bytes::from(encode(notification));
        let method = notification.method();
        let delta = is_text_delta(method).then(|| delta_range(&bytes)).flatten();
        Self {
            bytes,
            method,
            experimental: notification.is_experimental(),
            delta,
        }
    }

    /// A request of ours.
    pub fn request(id: i64, request: &ServerRequest) -> Self {
        #[derive(Serialize)]
        struct Request<'a> {
            id: i64,
            #[serde(flatten)]
            request: &'a ServerRequest,
        }
        Self::plain(&Request { id, request })
    }

    /// A successful reply.
    pub fn reply(id: &RequestId, result: &impl Serialize) -> Self {
        #[derive(Serialize)]
        struct Reply<'a, T> {
            id: &'a RequestId,
            result: &'a T,
        }
        Self::plain(&Reply { id, result })
    }

    /// An error reply.
    pub fn error(id: &RequestId, error: &RpcError) -> Self {
        #[derive(Serialize)]
        struct Body<'a> {
            code: i64,
            message: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            data: &'a Option<serde_json::Value>,
        }
        #[derive(Serialize)]
        struct Reply<'a> {
            error: Body<'a>,
            id: &'a RequestId,
        }
        let error = Body {
            code: error.code,
            message: &error.message,
            data: &error.data,
        };
        Self::plain(&Reply { error, id })
    }

    fn plain(message: &impl Serialize) -> Self {
        Self {
            bytes: Bytes::from(encode(message)),
            method: "",
            experimental: false,
            delta: None,
        }
    }

    /// The whole message.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The method of a notification, empty for everything else.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// Whether this is a notification only for clients with the experimental capability.
    pub fn is_experimental(&self) -> bool {
        self.experimental
    }

    /// For a text delta: what stands before the text, the text (JSON-escaped, without quotes), and what stands behind.
    /// Two deltas belong to one item exactly when their outer parts are equal.
    pub fn delta_parts(&self) -> Option<(&[u8], &[u8], &[u8])> {
        let at = self.delta.as_ref()?;
        Some((
            &self.bytes[..at.start],
            &self.bytes[at.clone()],
            &self.bytes[at.end..],
        ))
    }
}

fn encode(message: &impl Serialize) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    serde_json::to_writer(&mut out, message).expect("wire types have string keys and no failing serializers");
    out
}

fn is_text_delta(method: &str) -> bool {
    matches!(
        method,
        "item/agentMessage/delta"
            | "item/plan/delta"
            | "item/reasoning/textDelta"
            | "item/reasoning/summaryTextDelta"
            | "item/commandExecution/outputDelta"
            | "item/fileChange/outputDelta"
    )
}

/// Where the value of the member `delta` stands between its quotes. An unescaped `"delta":"` cannot occur inside a
/// string, where its quotes would be escaped.
fn delta_range(bytes: &[u8]) -> Option<Range<usize>> {
    const KEY: &[u8] = b"\"delta\":\"";
    let start = bytes.windows(KEY.len()).position(|w| w == KEY)? + KEY.len();
    let mut at = start;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(start..at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use codex_protocol::ReasoningSummaryTextDeltaNotification;
    use serde_json::json;

    #[test]
    fn a_delta_frame_knows_where_its_text_stands() {
        let frame = Frame::notification(&ServerNotification::from(ReasoningSummaryTextDeltaNotification {
            thread_id: "t".into(),
            turn_id: "u".into(),
            item_id: "\"delta\":\"x".into(),
            delta: "a\"b\\".into(),
            summary_index: 1,
        }));
        let (_, text, tail) = frame.delta_parts().unwrap();
        assert_eq!(text, br#"a\"b\\"#);
        assert_eq!(tail, br#"","summaryIndex":1}}"#);
    }

    #[test]
    fn replies_echo_ids_with_their_type() {
        let text = |id| String::from_utf8(Frame::reply(&id, &json!({})).bytes().to_vec()).unwrap();
        assert_eq!(text(RequestId::Integer(7)), r#"{"id":7,"result":{}}"#);
        assert_eq!(text(RequestId::String("7".into())), r#"{"id":"7","result":{}}"#);
    }
}
