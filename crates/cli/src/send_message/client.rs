//! A small client of the server: requests, their replies, and what the server tells and asks by itself.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use codex_config::HomeError;
use codex_protocol::{
    JsonRpcError, JsonRpcErrorError, JsonRpcMessage, JsonRpcNotification, JsonRpcRequest, JsonRpcResponse,
    RequestId,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::{TcpStream, UnixStream};
use tokio::process::Command;

use super::wire::{Wire, WireError};

/// How long a server that was started here may take to end once its input has.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// What goes wrong between a client and its server.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server program cannot be started.
    #[error("cannot start the server")]
    Start(#[source] std::io::Error),
    /// The address is of no kind known here.
    #[error("`{0}` is no address of a server; expected `ws://HOST:PORT`, `unix://` or `unix://PATH`")]
    Address(String),
    /// The address has no port, and there is no usual one.
    #[error("`{0}` names no port; expected `ws://HOST:PORT`")]
    NoPort(String),
    /// The socket `unix://` stands for cannot be told.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// Nobody answers at the address.
    #[error("cannot connect to {0}")]
    Connect(String, #[source] WireError),
    /// The connection broke.
    #[error("the connection to the server is lost")]
    Lost(#[source] WireError),
    /// The server ended the connection.
    #[error("the server ended the connection")]
    Closed,
    /// The server that was started here has failed, and has said why.
    #[error("the server ended with code {0}")]
    Failed(u8),
    /// The server that was started here was killed.
    #[error("the server ended: {0}")]
    Killed(ExitStatus),
    /// The server refused a request.
    #[error("{method}: {message}")]
    Refused {
        /// The method of the request.
        method: &'static str,
        /// What the server said.
        message: String,
    },
    /// The result of a request is not of the shape it should have.
    #[error("{method}: the server's answer cannot be read")]
    Shape {
        /// The method of the request.
        method: &'static str,
        /// What does not fit.
        source: serde_json::Error,
    },
}

/// What the server says that is no reply.
#[derive(Debug)]
pub enum Incoming {
    /// It tells something.
    Notification(JsonRpcNotification),
    /// It asks something and waits for the answer.
    Request(JsonRpcRequest),
}

/// One connection to a server.
#[derive(Debug)]
pub struct Client {
    wire: Wire,
    next_id: i64,
    /// What came while a reply was waited for.
    early: VecDeque<Incoming>,
}

impl Client {
    /// Starts `program` with `args` and talks to it over its stdin and stdout. Its stderr is ours.
    pub fn start<S: AsRef<OsStr>>(
        program: &Path,
        args: impl IntoIterator<Item = S>,
    ) -> Result<Self, ClientError> {
        let child = Command::new(program)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // A Ctrl-C on the terminal is for this client, which interrupts the turn; the server must not end by it.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(ClientError::Start)?;
        Ok(Self::over(Wire::process(child)))
    }

    /// Connects to the server at `url`; `unix://` alone is the socket that `default_socket` tells.
    pub async fn connect(
        url: &str,
        token: Option<&str>,
        default_socket: impl FnOnce() -> Result<PathBuf, HomeError>,
    ) -> Result<Self, ClientError> {
        let failed = |source: WireError| ClientError::Connect(url.to_owned(), source);
        let wire = if let Some(path) = url.strip_prefix("unix://") {
            let path = if path.is_empty() {
                default_socket()?
            } else {
                PathBuf::from(path)
            };
            let stream = UnixStream::connect(path)
                .await
                .map_err(|error| failed(error.into()))?;
            Wire::socket("ws://localhost/", token, stream)
                .await
                .map_err(failed)?
        } else if let Some(rest) = url.strip_prefix("ws://") {
            let authority = rest.split(['/', '?']).next().unwrap_or_default();
            if !names_port(authority) {
                return Err(ClientError::NoPort(url.to_owned()));
            }
            let stream = TcpStream::connect(authority)
                .await
                .map_err(|error| failed(error.into()))?;
            Wire::socket(url, token, stream).await.map_err(failed)?
        } else {
            return Err(ClientError::Address(url.to_owned()));
        };
        Ok(Self::over(wire))
    }

    fn over(wire: Wire) -> Self {
        Self {
            wire,
            next_id: 1,
            early: VecDeque::new(),
        }
    }

    /// Sends a request without waiting for its reply, which is dropped when it comes.
    pub async fn send(
        &mut self,
        method: &'static str,
        params: impl Serialize,
    ) -> Result<RequestId, ClientError> {
        let id = RequestId::Integer(self.next_id);
        self.next_id += 1;
        let params = serde_json::to_value(params).map_err(|source| ClientError::Shape { method, source })?;
        let request = JsonRpcRequest {
            id: id.clone(),
            method: method.into(),
            params: Some(params),
            trace: None,
        };
        self.write(&JsonRpcMessage::Request(request)).await?;
        Ok(id)
    }

    /// Sends a request and waits for its result.
    pub async fn call<R: DeserializeOwned>(
        &mut self,
        method: &'static str,
        params: impl Serialize,
    ) -> Result<R, ClientError> {
        let id = self.send(method, params).await?;
        loop {
            match self.read().await? {
                JsonRpcMessage::Response(reply) if reply.id == id => {
                    return serde_json::from_value(reply.result)
                        .map_err(|source| ClientError::Shape { method, source });
                }
                JsonRpcMessage::Error(reply) if reply.id == id => {
                    return Err(ClientError::Refused {
                        method,
                        message: reply.error.message,
                    });
                }
                other => self.early.extend(incoming(other)),
            }
        }
    }

    /// Sends a notification without params.
    pub async fn notify(&mut self, method: &str) -> Result<(), ClientError> {
        let message = JsonRpcNotification {
            method: method.into(),
            params: None,
        };
        self.write(&JsonRpcMessage::Notification(message)).await
    }

    /// The next thing the server tells or asks. Nothing is lost when this is dropped while it waits.
    pub async fn next(&mut self) -> Result<Incoming, ClientError> {
        loop {
            if let Some(early) = self.early.pop_front() {
                return Ok(early);
            }
            let message = self.read().await?;
            self.early.extend(incoming(message));
        }
    }

    /// Answers a request of the server.
    pub async fn answer(&mut self, id: RequestId, result: impl Serialize) -> Result<(), ClientError> {
        let result = serde_json::to_value(result).unwrap_or_default();
        self.write(&JsonRpcMessage::Response(JsonRpcResponse { id, result }))
            .await
    }

    /// Refuses a request of the server.
    pub async fn refuse(&mut self, id: RequestId, why: &str) -> Result<(), ClientError> {
        const NOT_SUPPORTED: i64 = -32601;
        let error = JsonRpcErrorError {
            code: NOT_SUPPORTED,
            data: None,
            message: why.into(),
        };
        self.write(&JsonRpcMessage::Error(JsonRpcError { error, id }))
            .await
    }

    /// Ends the connection; a server that was started here is waited for.
    pub async fn close(self) {
        // It is killed when it does not end in time.
        let _ = tokio::time::timeout(LAST_WORDS, self.wire.close()).await;
    }

    /// Why the connection has ended: the end of the server that was started here, if that is the reason.
    async fn parted(&mut self, error: ClientError) -> ClientError {
        let Wire::Process { child, .. } = &mut self.wire else {
            return error;
        };
        match tokio::time::timeout(LAST_WORDS, child.wait()).await {
            Ok(Ok(status)) if status.code().is_none() => ClientError::Killed(status),
            Ok(Ok(status)) if !status.success() => {
                let code = status.code().and_then(|code| u8::try_from(code).ok());
                ClientError::Failed(code.unwrap_or(1))
            }
            _ => error,
        }
    }

    async fn write(&mut self, message: &JsonRpcMessage) -> Result<(), ClientError> {
        let text = serde_json::to_string(message).expect("a message is plain JSON");
        match self.wire.send(text).await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.parted(ClientError::Lost(error)).await),
        }
    }

    async fn read(&mut self) -> Result<JsonRpcMessage, ClientError> {
        loop {
            let text = match self.wire.receive().await {
                Ok(Some(text)) => text,
                Ok(None) => return Err(self.parted(ClientError::Closed).await),
                Err(error) => return Err(self.parted(ClientError::Lost(error)).await),
            };
            match serde_json::from_str(&text) {
                Ok(message) => return Ok(message),
                Err(error) => tracing::debug!("not a message: {error}: {text}"),
            }
        }
    }
}

/// Whether there is a port behind the host, which may be an IPv6 address in brackets.
fn names_port(authority: &str) -> bool {
    authority
        .rsplit_once(':')
        .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
}

/// Replies that nobody waits for are nothing to anybody.
fn incoming(message: JsonRpcMessage) -> Option<Incoming> {
    match message {
        JsonRpcMessage::Notification(notification) => Some(Incoming::Notification(notification)),
        JsonRpcMessage::Request(request) => Some(Incoming::Request(request)),
        JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_needed() {
        for authority in ["127.0.0.1:1", "localhost:4500", "[::1]:9"] {
            assert!(names_port(authority), "{authority}");
        }
        for authority in [
            "",
            "localhost",
            "[::1]",
            ":80",
            "host:",
            "host:http",
            "host:70000",
        ] {
            assert!(!names_port(authority), "{authority}");
        }
    }
}
