//! How a client's messages travel: as lines of a process it started, or as WebSocket messages.

use std::fmt;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::AUTHORIZATION;
use tokio_tungstenite::tungstenite::{self, Message};

/// Why a message did not get through.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The pipe or the stream failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The WebSocket failed, or its handshake was refused.
    #[error("{}", refusal(.0))]
    WebSocket(#[from] tungstenite::Error),
    /// The token has characters no header can have.
    #[error("the token cannot be sent in a header")]
    Token,
}

/// The server's own words about a refused handshake, where it had any.
fn refusal(error: &tungstenite::Error) -> String {
    match error {
        tungstenite::Error::Http(response) => {
            let body = response
                .body()
                .as_deref()
                .map(String::from_utf8_lossy)
                .unwrap_or_default();
            format!("{} {body}", response.status()).trim_end().to_owned()
        }
        other => other.to_string(),
    }
}

/// A stream of bytes, wherever it goes.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A way to a server.
pub enum Wire {
    /// A process of ours, killed when this is dropped.
    Process {
        child: Box<Child>,
        input: ChildStdin,
        output: Lines<BufReader<ChildStdout>>,
    },
    /// A server that others may be connected to, too.
    Socket(Box<WebSocketStream<Box<dyn Stream>>>),
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Wire::Process { .. } => "Process",
            Wire::Socket(_) => "Socket",
        })
    }
}

impl Wire {
    /// Talks to `child`, whose stdin and stdout are pipes.
    pub fn process(mut child: Child) -> Self {
        let input = child.stdin.take().expect("stdin is a pipe");
        let output = child.stdout.take().expect("stdout is a pipe");
        Wire::Process {
            child: Box::new(child),
            input,
            output: BufReader::new(output).lines(),
        }
    }

    /// Upgrades `stream` to a WebSocket.
    pub async fn socket(
        url: &str,
        token: Option<&str>,
        stream: impl Stream + 'static,
    ) -> Result<Self, WireError> {
        let mut request = url.into_client_request()?;
        if let Some(token) = token {
            let value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| WireError::Token)?;
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        let stream: Box<dyn Stream> = Box::new(stream);
        let (socket, _) = tokio_tungstenite::client_async(request, stream).await?;
        Ok(Wire::Socket(Box::new(socket)))
    }

    /// Sends one message.
    pub async fn send(&mut self, mut text: String) -> Result<(), WireError> {
        match self {
            Wire::Process { input, .. } => {
                text.push('\n');
                input.write_all(text.as_bytes()).await?;
            }
            Wire::Socket(socket) => socket.send(Message::text(text)).await?,
        }
        Ok(())
    }

    /// The next message; none when the server has ended the connection. Nothing is lost when this is dropped while it
    /// waits.
    pub async fn receive(&mut self) -> Result<Option<String>, WireError> {
        match self {
            Wire::Process { output, .. } => Ok(output.next_line().await?),
            Wire::Socket(socket) => loop {
                match socket.next().await.transpose()? {
                    None | Some(Message::Close(_)) => return Ok(None),
                    Some(Message::Text(text)) => return Ok(Some(text.as_str().to_owned())),
                    Some(_) => {}
                }
            },
        }
    }

    /// Ends the connection and waits until the other side has, too.
    pub async fn close(self) {
        match self {
            Wire::Process {
                mut child,
                input,
                mut output,
            } => {
                drop(input);
                while let Ok(Some(_)) = output.next_line().await {}
                // It is being waited for; how it ended changes nothing any more.
                let _ = child.wait().await;
            }
            Wire::Socket(mut socket) => {
                // The server may have gone first.
                let _ = WebSocketStream::close(&mut socket, None).await;
            }
        }
    }
}
