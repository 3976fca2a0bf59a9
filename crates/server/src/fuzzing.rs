//! The decoders of what clients send, for fuzz targets and property tests: any bytes may come, none may do harm.

use codex_protocol::ClientRequest;
use futures_util::StreamExt;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;

use crate::envelope::Incoming;
use crate::transport::websocket_config;

/// Reads `input` as lines on stdin are read, up to the typed params of requests. Gives how many were messages.
pub fn lines(input: &[u8]) -> usize {
    input
        .split(|byte| *byte == b'\n')
        .filter(|line| message(line))
        .count()
}

/// Reads `input` as the frames of a WebSocket are read. Gives how many were messages.
pub fn frames(input: &[u8]) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime without drivers");
    runtime.block_on(async {
        let (stream, mut peer) = tokio::io::duplex(input.len().max(1));
        let mut socket =
            WebSocketStream::from_raw_socket(stream, Role::Server, Some(websocket_config())).await;
        tokio::io::AsyncWriteExt::write_all(&mut peer, input)
            .await
            .expect("it fits");
        drop(peer);
        let mut messages = 0;
        while let Some(Ok(received)) = socket.next().await {
            if let Message::Text(text) = received {
                messages += usize::from(message(text.as_bytes()));
            }
        }
        messages
    })
}

fn message(bytes: &[u8]) -> bool {
    match Incoming::parse(bytes) {
        Ok(Incoming::Request { method, params, .. }) => {
            // Whether the params fit is the client's matter; reading them must not fail otherwise.
            let _ = ClientRequest::parse(&method, params);
            true
        }
        Ok(_) => true,
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn almost_a_message() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            Just("{\"id\":1,\"method\":\"thread/list\",\"params\":{}}".to_owned()),
            Just("{\"method\":\"initialized\"}".to_owned()),
            Just("{\"id\":\"a\",\"result\":null}".to_owned()),
            "[{}\\[\\]\":,0-9a-z\\\\ ]{0,40}",
            any::<String>(),
        ];
        proptest::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn no_line_makes_the_decoder_fail(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            lines(&bytes);
        }

        #[test]
        fn no_almost_message_makes_the_decoder_fail(text in almost_a_message()) {
            lines(text.as_bytes());
        }

        #[test]
        fn no_frame_makes_the_decoder_fail(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            frames(&bytes);
        }
    }

    #[test]
    fn a_masked_text_frame_is_a_message() {
        let text = br#"{"method":"initialized"}"#;
        let mask = [1, 2, 3, 4];
        let mut frame = vec![0x81, 0x80 | text.len() as u8];
        frame.extend(mask);
        frame.extend(text.iter().zip(mask.iter().cycle()).map(|(byte, key)| byte ^ key));
        assert_eq!(frames(&frame), 1);
    }
}
