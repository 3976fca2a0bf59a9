//! A pretended internet for tests, and credentials to go there with.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use codex_http::Clients;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};

use crate::manager::{AuthManager, Setup};
use crate::service::{Issuer, Service};
use crate::storage::{AuthFile, AuthMode, Store, Tokens};
use crate::token::jwt;

/// A manager with `file` in its store, whose issuer is `net`.
pub(crate) fn manager(net: &Net, store: Store, file: impl Into<Option<AuthFile>>) -> Arc<AuthManager> {
    if let Some(file) = file.into() {
        store.save(&file).unwrap();
    }
    let setup = Setup {
        store,
        clients: Clients::new(&|_| None),
        forced_workspace: None,
        chatgpt_base_url: net.url.clone(),
    };
    let auth = AuthManager::new(setup, Issuer::new(&net.url, &|_| None), None);
    auth.reload();
    Arc::new(auth)
}

/// The way to `net`.
pub(crate) fn service(net: &Net) -> Service {
    Service::new(Clients::new(&|_| None), Issuer::new(&net.url, &|_| None))
}

fn id_token(account: &str) -> String {
    jwt(&json!({"email": "a@b", "https://api.openai.com/auth": {"chatgpt_account_id": account}}))
}

/// A document of ChatGPT tokens.
pub(crate) fn chatgpt(access: &str, account: &str) -> AuthFile {
    AuthFile {
        auth_mode: Some(AuthMode::Chatgpt),
        tokens: Some(Tokens {
            id_token: id_token(account),
            access_token: access.into(),
            refresh_token: "refresh".into(),
            account_id: Some(account.into()),
        }),
        last_refresh: Some(jiff::Timestamp::now()),
        ..AuthFile::default()
    }
}

/// An issuer's answer to a code.
pub(crate) fn tokens(account: &str) -> Value {
    json!({"id_token": id_token(account), "access_token": "access", "refresh_token": "refresh"})
}

/// An answer.
#[derive(Clone)]
pub(crate) struct Reply {
    status: u16,
    body: String,
    hold: Option<Arc<Mutex<Option<oneshot::Receiver<()>>>>>,
}

impl Reply {
    pub(crate) fn json(body: Value) -> Self {
        Self::status(200, body)
    }

    pub(crate) fn status(status: u16, body: Value) -> Self {
        Self {
            status,
            body: body.to_string(),
            hold: None,
        }
    }

    /// The same, given only when told to.
    pub(crate) fn held(mut self) -> (Self, oneshot::Sender<()>) {
        let (go, wait) = oneshot::channel();
        self.hold = Some(Arc::new(Mutex::new(Some(wait))));
        (self, go)
    }
}

/// A server that gives its answers in order, whatever it is asked.
pub(crate) struct Net {
    pub(crate) url: String,
    seen: watch::Receiver<Vec<String>>,
}

impl Net {
    pub(crate) async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let replies = Arc::new(Mutex::new(VecDeque::from(replies)));
        let (told, seen) = watch::channel(Vec::new());
        let told = Arc::new(told);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&replies), Arc::clone(&told)));
            }
        });
        Self { url, seen }
    }

    /// The requests so far, head and body.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.borrow().clone()
    }

    /// Waits for so many requests.
    pub(crate) async fn asked(&self, requests: usize) {
        let mut seen = self.seen.clone();
        seen.wait_for(|seen| seen.len() >= requests).await.unwrap();
    }
}

async fn serve(
    mut stream: TcpStream,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    told: Arc<watch::Sender<Vec<String>>>,
) -> Option<()> {
    let mut request = Vec::new();
    let (head, length) = loop {
        if stream.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
        if let Some(end) = text.find("\r\n\r\n") {
            let length = text.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.split("\r\n").next()?.parse().ok());
            break (end + 4, length.unwrap_or(0));
        }
    };
    while request.len() < head + length {
        stream.read_buf(&mut request).await.ok()?;
    }
    told.send_modify(|seen| seen.push(String::from_utf8_lossy(&request).into_owned()));
    let reply = replies.lock().unwrap().pop_front()?;
    let hold = reply.hold.as_ref().and_then(|hold| hold.lock().unwrap().take());
    if let Some(hold) = hold {
        let _ = hold.await;
    }
    let answer = format!(
        "HTTP/1.1 {} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{}",
        reply.status,
        reply.body.len(),
        reply.body
    );
    stream.write_all(answer.as_bytes()).await.ok()
}
