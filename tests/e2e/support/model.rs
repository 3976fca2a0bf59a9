//! A model service that answers each request with the next of its replies.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// One answer of the service.
pub enum Reply {
    /// These events; the stream just ends if none of them completes it.
    Events(Vec<Value>),
    /// The first events at once, the others when the test says so.
    Held(Vec<Value>, Arc<Notify>, Vec<Value>),
    /// No stream, but this status and body.
    Status(u16, Value),
}

impl Reply {
    /// A message, streamed in these pieces.
    pub fn message(pieces: &[&str]) -> Self {
        let mut events = opening();
        events.extend(
            pieces
                .iter()
                .map(|piece| json!({ "type": "response.output_text.delta", "delta": piece })),
        );
        events.push(message_done(&pieces.concat()));
        events.push(completed());
        Reply::Events(events)
    }

    /// A call of a function tool.
    pub fn call(name: &str, arguments: &Value) -> Self {
        let item = json!({ "type": "function_call", "call_id": "call-1", "name": name, "arguments": arguments.to_string() });
        let done = json!({ "type": "response.output_item.done", "item": item });
        Reply::Events(vec![
            json!({ "type": "response.created", "response": { "id": "r" } }),
            done,
            completed(),
        ])
    }

    /// The beginning of a message, whose rest comes only when the test says so.
    pub fn held(first: &str, rest: &str) -> (Self, Arc<Notify>) {
        let gate = Arc::new(Notify::new());
        let delta = |text: &str| json!({ "type": "response.output_text.delta", "delta": text });
        let mut before = opening();
        before.push(delta(first));
        let after = vec![delta(rest), message_done(&format!("{first}{rest}")), completed()];
        (Reply::Held(before, Arc::clone(&gate), after), gate)
    }

    /// The beginning of a message, then the end of the stream.
    pub fn cut(first: &str) -> Self {
        let mut events = opening();
        events.push(json!({ "type": "response.output_text.delta", "delta": first }));
        Reply::Events(events)
    }
}

fn opening() -> Vec<Value> {
    let item = json!({ "type": "message", "role": "assistant", "id": "msg-1", "content": [] });
    vec![
        json!({ "type": "response.created", "response": { "id": "r" } }),
        json!({ "type": "response.output_item.added", "item": item }),
    ]
}

fn message_done(text: &str) -> Value {
    let content = json!([{ "type": "output_text", "text": text }]);
    json!({ "type": "response.output_item.done", "item": { "type": "message", "role": "assistant", "id": "msg-1", "content": content } })
}

fn completed() -> Value {
    let usage = json!({ "input_tokens": 10, "input_tokens_details": null, "output_tokens": 5, "output_tokens_details": null, "total_tokens": 15 });
    json!({ "type": "response.completed", "response": { "id": "r", "usage": usage } })
}

/// A running service.
pub struct MockModel {
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    requests: Arc<Mutex<Vec<Value>>>,
}

impl MockModel {
    /// Starts a service with these replies; behind the last it answers 500.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let replies = Arc::new(Mutex::new(replies.into_iter().collect::<VecDeque<_>>()));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that goes away in the middle is none of the service's business.
                tokio::spawn(serve(stream, Arc::clone(&replies), Arc::clone(&seen)));
            }
        });
        Self { url, requests }
    }

    /// The bodies of all requests to the model so far.
    pub fn requests(&self) -> Vec<Value> {
        self.requests
            .lock()
            .expect("no test panics while it looks")
            .clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    requests: Arc<Mutex<Vec<Value>>>,
) -> std::io::Result<()> {
    let (head, body) = read_request(&mut stream).await?;
    if !head.starts_with("POST ")
        || !head
            .lines()
            .next()
            .is_some_and(|line| line.contains("/responses "))
    {
        return stream
            .write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            .await;
    }
    requests
        .lock()
        .expect("no test panics while it looks")
        .push(serde_json::from_slice(&body)?);
    let reply = replies.lock().expect("no test panics while it looks").pop_front();
    match reply.unwrap_or_else(|| Reply::Status(500, json!({ "error": { "message": "no reply is left" } }))) {
        Reply::Status(status, body) => {
            let body = body.to_string();
            let head = format!(
                "HTTP/1.1 {status} S\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all((head + &body).as_bytes()).await
        }
        Reply::Events(events) => {
            begin_stream(&mut stream).await?;
            send(&mut stream, &events).await
        }
        Reply::Held(before, gate, after) => {
            begin_stream(&mut stream).await?;
            send(&mut stream, &before).await?;
            gate.notified().await;
            send(&mut stream, &after).await
        }
    }
}

async fn begin_stream(stream: &mut TcpStream) -> std::io::Result<()> {
    stream
        .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        .await
}

async fn send(stream: &mut TcpStream, events: &[Value]) -> std::io::Result<()> {
    for event in events {
        let kind = event["type"].as_str().unwrap_or_default();
        stream
            .write_all(format!("event: {kind}\ndata: {event}\n\n").as_bytes())
            .await?;
    }
    stream.flush().await
}

/// The head of a request and its body.
async fn read_request(stream: &mut TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0);
    let mut body = bytes.split_off(end);
    while body.len() < length && stream.read_buf(&mut body).await? > 0 {}
    Ok((head, body))
}
