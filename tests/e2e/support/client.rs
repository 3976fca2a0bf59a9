//! A client that remembers everything it heard.

use std::fmt::Write as _;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::within;

/// A stream of bytes, wherever it goes.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

enum Wire {
    Process {
        child: Box<Child>,
        input: Option<ChildStdin>,
        output: Lines<BufReader<ChildStdout>>,
    },
    Socket(Box<WebSocketStream<Box<dyn Stream>>>),
}

/// One connection to a server.
pub struct Client {
    wire: Wire,
    next_id: i64,
    /// Everything the server sent, in order.
    pub log: Vec<Value>,
    /// Up to where [`Client::until`] has looked.
    mark: usize,
    /// The code a WebSocket was closed with, once it was.
    pub close_code: Option<u16>,
}

impl Drop for Client {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut text = String::from("the server had sent:\n");
            for message in &self.log {
                writeln!(text, "  {message}").expect("writing to a string");
            }
            eprint!("{text}");
        }
    }
}

impl Client {
    /// The client of a server that was just started with pipes.
    pub fn of_process(mut child: Child) -> Self {
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("stdout is a pipe")).lines();
        Self::new(Wire::Process {
            child: Box::new(child),
            input,
            output,
        })
    }

    /// The client at one end of a WebSocket.
    pub fn of_socket(socket: WebSocketStream<Box<dyn Stream>>) -> Self {
        Self::new(Wire::Socket(Box::new(socket)))
    }

    fn new(wire: Wire) -> Self {
        Self {
            wire,
            next_id: 0,
            log: Vec::new(),
            mark: 0,
            close_code: None,
        }
    }

    /// Sends a line or a text message as it is.
    pub async fn raw(&mut self, text: &str) {
        assert!(self.offer(text).await, "the server does not read");
    }

    /// The same to a server that may have ended the connection; false if it has.
    pub async fn offer(&mut self, text: &str) -> bool {
        match &mut self.wire {
            Wire::Process { input, .. } => {
                let input = input.as_mut().expect("the input is still open");
                input.write_all(format!("{text}\n").as_bytes()).await.is_ok()
            }
            Wire::Socket(socket) => socket.send(Message::text(text)).await.is_ok(),
        }
    }

    /// Sends a request; its id is returned.
    pub async fn request(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.raw(&json!({ "id": id, "method": method, "params": params }).to_string())
            .await;
        id
    }

    /// Waits for the reply to a request, whole.
    pub async fn reply(&mut self, id: impl Into<Value>) -> Value {
        let id = id.into();
        let is_reply = |m: &Value| m["id"] == id && m.get("method").is_none();
        let mut looked = 0;
        loop {
            if let Some(found) = self.log[looked..].iter().find(|m| is_reply(m)) {
                return found.clone();
            }
            looked = self.log.len();
            assert!(self.receive().await, "the server ended before it answered {id}");
        }
    }

    /// Sends a request and waits for its result.
    pub async fn call(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params).await;
        let mut reply = self.reply(id).await;
        assert!(reply.get("error").is_none(), "{method} failed: {reply}");
        reply["result"].take()
    }

    /// Sends a request that must fail; its error's code and message are returned.
    pub async fn refusal(&mut self, method: &str, params: Value) -> (i64, String) {
        let id = self.request(method, params).await;
        let reply = self.reply(id).await;
        let error = reply
            .get("error")
            .unwrap_or_else(|| panic!("{method} succeeded: {reply}"));
        (
            error["code"].as_i64().expect("a code"),
            error["message"].as_str().expect("a message").to_owned(),
        )
    }

    /// Answers a request of the server.
    pub async fn answer(&mut self, request: &Value, result: Value) {
        self.raw(&json!({ "id": request["id"], "result": result }).to_string())
            .await;
    }

    /// Does the handshake; the server's reply is returned.
    pub async fn initialize(&mut self) -> Value {
        self.initialize_with(json!({ "experimentalApi": true })).await
    }

    /// Does the handshake with these capabilities.
    pub async fn initialize_with(&mut self, capabilities: Value) -> Value {
        let info = json!({ "name": "e2e", "version": "1.0" });
        let reply = self
            .call(
                "initialize",
                json!({ "clientInfo": info, "capabilities": capabilities }),
            )
            .await;
        self.raw(r#"{"method":"initialized"}"#).await;
        reply
    }

    /// Starts a thread with the settings of the configuration; its id is returned.
    pub async fn start_thread(&mut self) -> String {
        let reply = self.call("thread/start", json!({})).await;
        reply["thread"]["id"].as_str().expect("an id").to_owned()
    }

    /// Starts a turn that says `text`; its id is returned.
    pub async fn start_turn(&mut self, thread: &str, text: &str) -> String {
        let input = json!([{ "type": "text", "text": text }]);
        let reply = self
            .call("turn/start", json!({ "threadId": thread, "input": input }))
            .await;
        reply["turn"]["id"].as_str().expect("an id").to_owned()
    }

    /// Runs a turn to its end; the completed turn is returned.
    pub async fn turn(&mut self, thread: &str, text: &str) -> Value {
        self.start_turn(thread, text).await;
        self.until("turn/completed").await["params"]["turn"].clone()
    }

    /// Waits for the next notification or request of this method behind the last that was waited for.
    pub async fn until(&mut self, method: &str) -> Value {
        self.until_where(method, |_| true).await
    }

    /// The same, for one whose params fit.
    pub async fn until_where(&mut self, method: &str, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            while let Some(message) = self.log.get(self.mark) {
                self.mark += 1;
                if message["method"] == method && fits(&message["params"]) {
                    return message.clone();
                }
            }
            assert!(self.receive().await, "the server ended before it sent {method}");
        }
    }

    /// Waits until a command has printed `text`; all of that piece of its output is returned.
    pub async fn until_output(&mut self, text: &str) -> String {
        let says = |params: &Value| params["delta"].as_str().is_some_and(|delta| delta.contains(text));
        let told = self.until_where("item/commandExecution/outputDelta", says).await;
        told["params"]["delta"].as_str().expect("text").to_owned()
    }

    /// Reads until the server has ended the connection.
    pub async fn until_closed(&mut self) {
        while self.receive().await {}
    }

    /// The params of all notifications and requests of this method so far.
    pub fn seen(&self, method: &str) -> Vec<&Value> {
        self.log
            .iter()
            .filter(|m| m["method"] == method)
            .map(|m| &m["params"])
            .collect()
    }

    /// The texts streamed for an item, joined.
    pub fn streamed(&self, method: &str) -> String {
        self.seen(method)
            .iter()
            .filter_map(|p| p["delta"].as_str())
            .collect()
    }

    /// The finished items of this type so far.
    pub fn finished(&self, kind: &str) -> Vec<&Value> {
        self.seen("item/completed")
            .into_iter()
            .map(|p| &p["item"])
            .filter(|item| item["type"] == kind)
            .collect()
    }

    /// Forgets what was heard so far.
    pub fn forget(&mut self) {
        self.log.clear();
        self.mark = 0;
    }

    /// Takes in one more message; false at the end of the connection.
    pub async fn receive(&mut self) -> bool {
        let text = match &mut self.wire {
            Wire::Process { output, .. } => within("a line", output.next_line())
                .await
                .expect("the output is text"),
            Wire::Socket(socket) => loop {
                match within("a message", socket.next()).await {
                    Some(Ok(Message::Text(text))) => break Some(text.as_str().to_owned()),
                    Some(Ok(Message::Close(frame))) => {
                        self.close_code = frame.map(|frame| frame.code.into());
                        break None;
                    }
                    Some(Err(_)) | None => break None,
                    Some(Ok(_)) => {}
                }
            },
        };
        let Some(text) = text else { return false };
        self.log
            .push(serde_json::from_str(&text).unwrap_or_else(|_| panic!("not a message: {text}")));
        true
    }

    /// Closes the input of a server on stdio.
    pub fn end_input(&mut self) {
        let Wire::Process { input, .. } = &mut self.wire else {
            panic!("not a process")
        };
        *input = None;
    }

    /// Closes the input and waits until the server has ended; its exit code is returned.
    pub async fn end(&mut self) -> Option<i32> {
        self.end_input();
        self.until_closed().await;
        self.exit_code().await
    }

    /// The id of the server's process.
    pub fn pid(&self) -> u32 {
        let Wire::Process { child, .. } = &self.wire else {
            panic!("not a process")
        };
        child.id().expect("it is running")
    }

    /// Kills the server as a power failure would.
    pub async fn kill(&mut self) {
        let Wire::Process { child, .. } = &mut self.wire else {
            panic!("not a process")
        };
        child.kill().await.expect("it was running");
    }

    /// Sends the server a signal.
    pub fn signal(&self, signal: i32) {
        let Wire::Process { child, .. } = &self.wire else {
            panic!("not a process")
        };
        super::process::signal(child, signal);
    }

    /// Waits for the end of the server's process.
    pub async fn exit_code(&mut self) -> Option<i32> {
        let Wire::Process { child, .. } = &mut self.wire else {
            panic!("not a process")
        };
        within("the server's end", child.wait())
            .await
            .expect("it is a child")
            .code()
    }
}
