//! A server that others connect to.

use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpStream, UnixStream};
use tokio::process::Child;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::header::AUTHORIZATION;

use super::client::Stream;
use super::{Client, Home, within};

/// A listening server; killed when this is dropped.
pub struct Listener {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub address: String,
    /// What it printed until it listened.
    pub banner: Vec<String>,
}

/// The answer to a refused handshake: status and body.
pub type Refusal = (u16, String);

impl Listener {
    /// Starts a server on a free port and waits until it says where it listens.
    pub async fn start(home: &Home, flags: &[&str]) -> Self {
        let mut command = home.command(["app-server", "--listen", "ws://127.0.0.1:0"]);
        let mut child = command
            .args(flags)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(child.stderr.take().expect("stderr is a pipe")).lines();
        let mut banner = Vec::new();
        let mut address = None;
        while let Some(line) = within("the banner", lines.next_line()).await.expect("text") {
            address = address.or_else(|| line.trim().strip_prefix("listening on: ws://").map(str::to_owned));
            let last = line.trim_start().starts_with("note:");
            banner.push(line);
            if last {
                break;
            }
        }
        let address = address.unwrap_or_else(|| panic!("no address in {banner:?}"));
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                eprintln!("{line}");
            }
        });
        Self {
            child,
            address,
            banner,
        }
    }

    /// Connects, does the handshake of both protocols.
    pub async fn client(&self) -> Client {
        let mut client = self.connect(None).await.expect("the server lets everybody in");
        client.initialize().await;
        client
    }

    /// Connects with this token.
    pub async fn connect(&self, token: Option<&str>) -> Result<Client, Refusal> {
        let stream = TcpStream::connect(&self.address)
            .await
            .expect("the server listens");
        upgrade(&format!("ws://{}/", self.address), token, Box::new(stream)).await
    }

    /// Sends an HTTP request by hand and returns the whole answer.
    pub async fn http(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address)
            .await
            .expect("the server listens");
        let request = request.replace("\r\n\r\n", "\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream
            .write_all(request.as_bytes())
            .await
            .expect("the server reads");
        let mut answer = Vec::new();
        within("the answer", stream.read_to_end(&mut answer))
            .await
            .expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The value of a metric without labels.
    pub async fn metric(&self, name: &str) -> f64 {
        let page = self.http("GET /metrics HTTP/1.1\r\n\r\n").await;
        let line = page
            .lines()
            .find(|l| l.split(' ').next() == Some(name))
            .unwrap_or_else(|| panic!("no {name} in {page}"));
        line.split(' ')
            .nth(1)
            .and_then(|n| n.parse().ok())
            .expect("a number")
    }

    /// Sends the server a signal.
    pub fn signal(&self, signal: i32) {
        super::signal(&self.child, signal);
    }

    /// Waits for the server's end; its exit code is returned.
    pub async fn exit_code(&mut self) -> Option<i32> {
        within("the server's end", self.child.wait())
            .await
            .expect("it is a child")
            .code()
    }
}

/// Connects to a server on a unix socket.
pub async fn connect_unix(socket: &Path) -> Result<Client, Refusal> {
    let stream = UnixStream::connect(socket).await.expect("the server listens");
    upgrade("ws://localhost/", None, Box::new(stream)).await
}

async fn upgrade(url: &str, token: Option<&str>, stream: Box<dyn Stream>) -> Result<Client, Refusal> {
    let mut request = url.into_client_request().expect("a valid URL");
    if let Some(token) = token {
        request.headers_mut().insert(
            AUTHORIZATION,
            format!("Bearer {token}").parse().expect("a plain token"),
        );
    }
    match within("the upgrade", tokio_tungstenite::client_async(request, stream)).await {
        Ok((socket, _)) => Ok(Client::of_socket(socket)),
        Err(Error::Http(answer)) => {
            let body = answer
                .body()
                .as_deref()
                .map(String::from_utf8_lossy)
                .unwrap_or_default()
                .into_owned();
            Err((answer.status().as_u16(), body))
        }
        Err(error) => panic!("the handshake broke: {error}"),
    }
}
