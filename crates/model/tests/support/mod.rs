//! A model server on loopback that says exactly the bytes a test wants.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use codex_model::{
    CredentialSource, Credentials, Event, Http, ModelClient, ModelError, Provider, Request, RequestHeaders,
};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How a request is answered.
#[derive(Clone)]
pub enum Answer {
    /// A stream of these pieces, each written and flushed by itself, that ends well.
    Stream(Vec<Vec<u8>>),
    /// The same with headers of its own.
    StreamWith(String, Vec<Vec<u8>>),
    /// A stream whose connection is lost after these pieces.
    Cut(Vec<Vec<u8>>),
    /// A stream that falls silent after these pieces.
    Silent(Vec<Vec<u8>>),
    /// A status, headers (`name: value\r\n`…) and a body.
    Status(u16, String, String),
    /// Nothing at all: the connection is closed.
    Hangup,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    pub head: String,
    pub body: Value,
    /// Counts connections; requests with the same number shared one.
    pub connection: usize,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

pub struct Server {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    pub async fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let answers = Arc::new(Mutex::new(VecDeque::from(answers)));
        let kept = seen.clone();
        tokio::spawn(async move {
            for connection in 0.. {
                let Ok((socket, _)) = listener.accept().await else {
                    break;
                };
                tokio::spawn(serve(socket, answers.clone(), kept.clone(), connection));
            }
        });
        Self { url, seen }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub fn provider(&self) -> Provider {
        Provider {
            base_url: Some(self.url.clone()),
            request_max_retries: Some(0),
            stream_max_retries: Some(0),
            ..Provider::default()
        }
    }
}

async fn serve(
    socket: TcpStream,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    connection: usize,
) -> Option<()> {
    socket.set_nodelay(true).ok()?;
    let mut socket = BufReader::new(socket);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if socket.read_line(&mut head).await.ok()? == 0 {
                return None;
            }
        }
        let request = Seen {
            head,
            body: Value::Null,
            connection,
        };
        let mut body = vec![0; request.header("content-length").map_or(0, |v| v.parse().unwrap())];
        socket.read_exact(&mut body).await.ok()?;
        let body = serde_json::from_slice(&body).unwrap_or_default();
        seen.lock().unwrap().push(Seen { body, ..request });
        let answer = answers.lock().unwrap().pop_front().unwrap_or(Answer::Status(
            400,
            String::new(),
            "used up".into(),
        ));
        let (headers, pieces, end) = match answer {
            Answer::Hangup => return None,
            Answer::Status(status, headers, body) => {
                let length = body.len();
                let text = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
                socket.write_all(text.as_bytes()).await.ok()?;
                continue;
            }
            Answer::Stream(pieces) => (String::new(), pieces, "0\r\n\r\n"),
            Answer::StreamWith(headers, pieces) => (headers, pieces, "0\r\n\r\n"),
            Answer::Cut(pieces) => (String::new(), pieces, "cut"),
            Answer::Silent(pieces) => (String::new(), pieces, ""),
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n{headers}\r\n"
        );
        socket.write_all(head.as_bytes()).await.ok()?;
        for piece in pieces {
            socket
                .write_all(format!("{:x}\r\n", piece.len()).as_bytes())
                .await
                .ok()?;
            socket.write_all(&piece).await.ok()?;
            socket.write_all(b"\r\n").await.ok()?;
            socket.flush().await.ok()?;
        }
        if end == "cut" {
            return None;
        }
        socket.write_all(end.as_bytes()).await.ok()?;
    }
}

/// The bytes of an event.
pub fn event(value: Value) -> Vec<u8> {
    format!(
        "event: {}\ndata: {value}\n\n",
        value["type"].as_str().unwrap_or("?")
    )
    .into_bytes()
}

pub fn created() -> Vec<u8> {
    event(json!({"type": "response.created", "response": {"id": "r"}}))
}

pub fn delta(text: &str) -> Vec<u8> {
    event(json!({"type": "response.output_text.delta", "delta": text}))
}

pub fn failed(code: &str, message: &str) -> Vec<u8> {
    event(json!({"type": "response.failed", "response": {"error": {"code": code, "message": message}}}))
}

pub fn completed() -> Vec<u8> {
    event(json!({"type": "response.completed", "response": {"id": "r"}}))
}

pub fn client(provider: Provider) -> ModelClient {
    client_with(provider, Credentials::none())
}

pub fn client_with(provider: Provider, credentials: impl CredentialSource + 'static) -> ModelClient {
    ModelClient::new(
        provider,
        Http::new(codex_http::Clients::new(&|_| None)),
        Arc::new(credentials),
    )
}

/// Sends a small request and collects the answer: its events, and the error it ended with.
pub async fn ask(client: &ModelClient) -> (Vec<Event>, Option<ModelError>) {
    ask_about(client, json!([]), json!([])).await
}

pub async fn ask_about(client: &ModelClient, input: Value, tools: Value) -> (Vec<Event>, Option<ModelError>) {
    let headers = RequestHeaders {
        originator: "me".into(),
        user_agent: "me/1".into(),
        thread_id: "thread".into(),
        turn_metadata: "{}".into(),
        ..RequestHeaders::default()
    };
    let metadata = Default::default();
    let input: Vec<codex_protocol::ResponseItem> = serde_json::from_value(input).unwrap();
    let tools: Vec<Value> = serde_json::from_value(tools).unwrap();
    let request = Request {
        model: "m",
        instructions: "i",
        input: &input,
        tools: &tools,
        parallel_tool_calls: false,
        reasoning: None,
        service_tier: None,
        prompt_cache_key: "thread",
        verbosity: None,
        output_format: None,
        client_metadata: &metadata,
        headers: &headers,
    };
    let mut stream = match client.stream(&request).await {
        Ok(stream) => stream,
        Err(error) => return (Vec::new(), Some(error)),
    };
    let mut events = Vec::new();
    while let Some(next) = stream.next_event().await {
        match next {
            Ok(event) => events.push(event),
            Err(error) => return (events, Some(error)),
        }
    }
    (events, None)
}

/// The events a test is about: without those of the headers.
pub fn said(events: Vec<Event>) -> Vec<Event> {
    events
        .into_iter()
        .filter(|e| !matches!(e, Event::RateLimits(_)))
        .collect()
}

/// All text of an answer.
pub fn text(events: &[Event]) -> String {
    events
        .iter()
        .filter_map(|e| {
            if let Event::OutputTextDelta(t) = e {
                Some(t.as_str())
            } else {
                None
            }
        })
        .collect()
}
