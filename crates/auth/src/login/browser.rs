//! Signing in with the browser: a server on loopback that the issuer sends the browser back to (account.md §4).

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::StatusCode;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::pages::{self, Refused};
use super::{NOT_COMPLETED, Outcome, SaveError};
use crate::manager::AuthManager;
use crate::service::{CLIENT_ID, pairs};
use crate::{random, token};

/// The ports that the issuer sends a browser back to.
const PORTS: [u16; 2] = [1455, 1457];
const ATTEMPTS: usize = 10;
const PAUSE: Duration = Duration::from_millis(200);
/// How long whoever holds the port may take over each step of letting go.
const CANCEL_PATIENCE: Duration = Duration::from_secs(2);
/// How long the user may take.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// How long a connection may take over its request.
const REQUEST_PATIENCE: Duration = Duration::from_secs(10);
const LONGEST_HEAD: usize = 64 << 10;
/// How long the browser is given to close a connection.
const LAST_WORDS: Duration = Duration::from_millis(200);
const PLATFORM: &str = "https://platform.openai.com";
const SCOPE: &str = "openid profile email offline_access api.connectors.read api.connectors.invoke";

/// A login that waits for the browser.
#[derive(Debug)]
pub struct BrowserLogin {
    /// What it is cancelled by.
    pub id: Uuid,
    /// The page the user has to visit.
    pub auth_url: String,
    /// How it ends.
    pub ended: oneshot::Receiver<Outcome>,
}

/// One login as the callback server knows it.
struct Callback {
    auth: Arc<AuthManager>,
    id: Uuid,
    port: u16,
    /// What proves that a callback belongs to this login; good for one.
    state: Mutex<Option<String>>,
    verifier: String,
    streamlined: bool,
    /// Whether credentials are stored.
    saved: Mutex<bool>,
}

/// An answer to the browser.
struct Page {
    status: StatusCode,
    content_type: Option<&'static str>,
    location: Option<String>,
    /// Whether the login ends with it, and with that the server.
    last: bool,
    body: String,
}

impl AuthManager {
    /// Opens the callback server and waits, in the background, until the browser has come back. `streamlined` chooses
    /// the last page.
    pub async fn start_browser_login(self: &Arc<Self>, streamlined: bool) -> io::Result<BrowserLogin> {
        self.start_browser_login_on(&PORTS, streamlined).await
    }

    async fn start_browser_login_on(
        self: &Arc<Self>,
        ports: &[u16],
        streamlined: bool,
    ) -> io::Result<BrowserLogin> {
        let listener = bind(ports).await?;
        let port = listener.local_addr()?.port();
        let (id, verifier, state) = (Uuid::new_v4(), random::text::<64>()?, random::text::<32>()?);
        let auth_url = self.auth_url(port, &verifier, &state);
        let callback = Arc::new(Callback {
            auth: Arc::clone(self),
            id,
            port,
            state: Mutex::new(Some(state)),
            verifier,
            streamlined,
            saved: Mutex::new(false),
        });
        let flow = async move {
            match timeout(PATIENCE, serve(listener, callback)).await {
                Ok(outcome) => outcome.map_err(server_error),
                Err(_) => Err("Login timed out".to_owned()),
            }
        };
        let ended = self.begin_login(server_error(NOT_COMPLETED), flow, id);
        Ok(BrowserLogin { id, auth_url, ended })
    }

    fn auth_url(&self, port: u16, verifier: &str, state: &str) -> String {
        let caller = self.service.caller();
        let (redirect_uri, challenge) = (redirect_uri(port), random::challenge(verifier));
        let mut fields = vec![
            ("response_type", "code"),
            ("client_id", CLIENT_ID),
            ("redirect_uri", &redirect_uri),
            ("scope", SCOPE),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("id_token_add_organizations", "true"),
            ("codex_cli_simplified_flow", "true"),
            ("state", state),
            ("originator", &caller.originator),
        ];
        if let Some(workspace) = &self.workspace {
            fields.push(("allowed_workspace_id", workspace));
        }
        format!(
            "{}/oauth/authorize?{}",
            self.service.issuer.address,
            pairs(&fields)
        )
    }
}

fn redirect_uri(port: u16) -> String {
    format!("http://localhost:{port}/auth/callback")
}

fn server_error(why: impl std::fmt::Display) -> String {
    format!("Login server error: {why}")
}

/// Takes the first port to be had. Whoever holds the first one is asked to let go: it is likely to be a login that
/// nobody finishes, of this server or another.
async fn bind(ports: &[u16]) -> io::Result<TcpListener> {
    let mut asked = false;
    for &port in ports {
        for _ in 0..ATTEMPTS {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
                Err(e) if e.kind() == io::ErrorKind::AddrInUse => {}
                bound => return bound,
            }
            if !asked {
                asked = true;
                ask_to_let_go(port).await;
            }
            sleep(PAUSE).await;
        }
    }
    let last = ports.last().copied().unwrap_or_default();
    Err(io::Error::other(format!(
        "Port 127.0.0.1:{last} is already in use"
    )))
}

async fn ask_to_let_go(port: u16) {
    let asking = async {
        let mut stream = timeout(CANCEL_PATIENCE, TcpStream::connect((Ipv4Addr::LOCALHOST, port))).await??;
        let request = format!("GET /cancel HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
        timeout(CANCEL_PATIENCE, stream.write_all(request.as_bytes())).await??;
        timeout(CANCEL_PATIENCE, stream.read(&mut [0; 64])).await??;
        io::Result::Ok(())
    };
    if let Err(error) = asking.await {
        tracing::debug!("asked who holds port {port} to let go: {error}");
    }
}

/// Answers the browser until one of its requests ends the login.
async fn serve(listener: TcpListener, callback: Arc<Callback>) -> Outcome {
    // Dropped with this future, connections and what they wait for end with the login.
    let mut connections = JoinSet::new();
    let (tell, mut ended) = mpsc::channel(1);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, Arc::clone(&callback), tell.clone()));
                }
                Err(error) => {
                    tracing::debug!("the login server cannot accept: {error}");
                    sleep(PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => {}
            Some(outcome) = ended.recv() => return outcome,
        }
    }
}

/// One request, one answer; what it means for the login is told once the answer is written.
async fn converse(mut stream: TcpStream, callback: Arc<Callback>, tell: mpsc::Sender<Outcome>) {
    let Ok(Ok(target)) = timeout(REQUEST_PATIENCE, read_target(&mut stream)).await else {
        return;
    };
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let (page, outcome) = callback.answer(path, query).await;
    let sent = async {
        stream.write_all(page.to_string().as_bytes()).await?;
        stream.shutdown().await?;
        // A socket closed with something unread takes back what was written.
        timeout(LAST_WORDS, tokio::io::copy(&mut stream, &mut tokio::io::sink())).await??;
        io::Result::Ok(())
    };
    if let Err(error) = sent.await {
        tracing::debug!("a connection to the login server broke: {error}");
    }
    if let Some(outcome) = outcome {
        let _ = tell.send(outcome).await;
    }
}

/// Reads a request's head and returns what it asks for: path and query.
async fn read_target(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() > LONGEST_HEAD || stream.read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    let line = head.split(|&byte| byte == b'\r').next().unwrap_or_default();
    let target = std::str::from_utf8(line)
        .ok()
        .and_then(|line| line.split(' ').nth(1));
    target
        .map(str::to_owned)
        .ok_or_else(|| io::ErrorKind::InvalidData.into())
}

impl Callback {
    /// The page for a request, and how the login ends by it, if it does.
    async fn answer(&self, path: &str, query: &str) -> (Page, Option<Outcome>) {
        match path {
            "/auth/callback" => self.callback(query).await,
            // Any page of any site can make the browser come here: it means something after the callback only.
            "/success" if *self.saved.lock().unwrap_or_else(|e| e.into_inner()) => {
                let streamlined = parameter(query, "codex_streamlined_login").as_deref() == Some("true");
                let outcome = self.auth.use_login().await;
                (html(pages::success(streamlined)), Some(outcome))
            }
            "/cancel" => {
                let outcome = Err("Login cancelled".to_owned());
                (cancelled(), Some(outcome))
            }
            _ => (text(StatusCode::NOT_FOUND, "Not Found"), None),
        }
    }

    async fn callback(&self, query: &str) -> (Page, Option<Outcome>) {
        if !self.takes_state(parameter(query, "state")) {
            return (text(StatusCode::BAD_REQUEST, "State mismatch"), None);
        }
        match self.sign_in(query).await {
            Ok(location) => (redirect(location), None),
            Err(refused) => {
                let page = html(pages::refused(&refused));
                (page, Some(Err(refused.message)))
            }
        }
    }

    fn takes_state(&self, given: Option<String>) -> bool {
        let mut state = self.state.lock().unwrap_or_else(|e| e.into_inner());
        given.is_some_and(|given| state.take_if(|state| *state == given).is_some())
    }

    /// What the callback brings becomes credentials; the result is where the browser goes next.
    async fn sign_in(&self, query: &str) -> Result<String, Refused> {
        if let Some(error) = parameter(query, "error") {
            return Err(Refused::by_issuer(error, parameter(query, "error_description")));
        }
        let code = parameter(query, "code").filter(|code| !code.is_empty());
        let code = code.ok_or_else(|| {
            Refused::new(
                "missing_authorization_code",
                "The issuer sent no authorization code; nobody was signed in.",
            )
        })?;
        let service = &self.auth.service;
        let tokens = service
            .exchange_code(&code, &redirect_uri(self.port), &self.verifier)
            .await
            .map_err(|e| Refused::new("token_exchange_failed", format!("Token exchange failed: {e}")))?;
        let claims = crate::IdClaims::parse(&tokens.id_token).ok();
        self.auth
            .check_workspace(claims.as_ref())
            .map_err(|e| Refused::new("workspace_restriction", e.to_string()))?;
        let api_key = service.exchange_key(&tokens.id_token).await;
        let location = self.success_address(&tokens.id_token, &tokens.access_token);
        match self.auth.save_login(self.id, tokens, api_key).await {
            Ok(()) => {
                *self.saved.lock().unwrap_or_else(|e| e.into_inner()) = true;
                Ok(location)
            }
            Err(SaveError::Ended) => Err(Refused::new("login_ended", NOT_COMPLETED)),
            Err(error) => {
                tracing::error!("credentials of a login cannot be saved: {error}");
                let message =
                    "The sign-in succeeded, but its credentials could not be saved on this computer.";
                Err(Refused::new("persist_failed", message))
            }
        }
    }

    fn success_address(&self, id_token: &str, access_token: &str) -> String {
        let id = token::auth_claims(id_token);
        let text = |name: &str| id[name].as_str().unwrap_or_default();
        let is = |name: &str| id[name] == Value::Bool(true);
        let needs_setup = is("is_org_owner") && !is("completed_platform_onboarding");
        let access = token::auth_claims(access_token);
        let mut fields = vec![
            ("id_token", id_token),
            ("needs_setup", if needs_setup { "true" } else { "false" }),
            ("org_id", text("organization_id")),
            ("project_id", text("project_id")),
            (
                "plan_type",
                access["chatgpt_plan_type"].as_str().unwrap_or_default(),
            ),
            ("platform_url", PLATFORM),
        ];
        if self.streamlined {
            fields.push(("codex_streamlined_login", "true"));
        }
        format!("http://localhost:{}/success?{}", self.port, pairs(&fields))
    }
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

impl std::fmt::Display for Page {
    /// As it is sent.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "HTTP/1.1 {}\r\nContent-Length: {}\r\n",
            self.status,
            self.body.len()
        )?;
        if let Some(content_type) = self.content_type {
            write!(f, "Content-Type: {content_type}\r\n")?;
        }
        if let Some(location) = &self.location {
            write!(f, "Location: {location}\r\n")?;
        }
        if self.last {
            f.write_str("Connection: close\r\n")?;
        }
        write!(f, "\r\n{}", self.body)
    }
}

fn html(body: String) -> Page {
    Page {
        status: StatusCode::OK,
        content_type: Some("text/html; charset=utf-8"),
        location: None,
        last: true,
        body,
    }
}

fn text(status: StatusCode, body: &str) -> Page {
    Page {
        status,
        content_type: Some("text/plain; charset=UTF-8"),
        location: None,
        last: false,
        body: body.to_owned(),
    }
}

fn cancelled() -> Page {
    Page {
        content_type: None,
        last: true,
        ..text(StatusCode::OK, "Login cancelled")
    }
}

/// `location` is percent-encoded throughout, thus one line.
fn redirect(location: String) -> Page {
    Page {
        content_type: None,
        location: Some(location),
        ..text(StatusCode::FOUND, "")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::storage::Store;
    use crate::testing::{Net, Reply, manager, tokens};

    struct Browser {
        port: u16,
        state: String,
    }

    impl Browser {
        fn of(login: &BrowserLogin) -> Self {
            let query = login.auth_url.split_once('?').unwrap().1;
            let back = parameter(query, "redirect_uri").unwrap();
            let back = url::Url::parse(&back).unwrap();
            Self {
                port: back.port().unwrap(),
                state: parameter(query, "state").unwrap(),
            }
        }

        /// The whole answer as text.
        async fn get(&self, path: &str) -> String {
            let path = path.replace("STATE", &self.state);
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))
                .await
                .unwrap();
            let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer
        }
    }

    async fn started(net: &Net, store: Store) -> (Arc<AuthManager>, BrowserLogin, Browser) {
        let auth = manager(net, store, None);
        let login = auth.start_browser_login_on(&[0], false).await.unwrap();
        let browser = Browser::of(&login);
        (auth, login, browser)
    }

    #[tokio::test]
    async fn the_browser_comes_back_with_a_code_and_leaves_signed_in() {
        let net = Net::start(vec![
            Reply::json(tokens("acct")),
            Reply::json(json!({"access_token": "sk"})),
        ])
        .await;
        let store = Store::ephemeral();
        let (auth, login, browser) = started(&net, store.clone()).await;
        let answer = browser.get("/auth/callback?state=STATE&code=c%2F1").await;
        assert!(
            answer.starts_with("HTTP/1.1 302 ") && answer.contains("\r\nLocation: http://localhost:"),
            "{answer}"
        );
        assert_eq!(store.load().unwrap().api_key.as_deref(), Some("sk"));
        assert!(auth.current().is_none(), "the last page is still to come");
        assert!(browser.get("/success?x").await.contains("<html"));
        assert_eq!(login.ended.await.unwrap(), Ok(()));
        assert_eq!(auth.status(true).token.as_deref(), Some("access"));
        assert!(
            TcpStream::connect((Ipv4Addr::LOCALHOST, browser.port))
                .await
                .is_err()
        );
        assert!(net.seen()[0].contains("code=c%2F1&redirect_uri=http%3A%2F%2Flocalhost%3A"));
    }

    #[tokio::test]
    async fn what_does_not_belong_to_the_login_leaves_it_waiting() {
        let net = Net::start(vec![]).await;
        let (auth, login, browser) = started(&net, Store::ephemeral()).await;
        for (path, status) in [
            ("/", "404"),
            ("/auth/callback?code=c", "400"),
            ("/auth/callback?state=other&code=c", "400"),
            ("/success", "404"),
        ] {
            let answer = browser.get(path).await;
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status} ")),
                "{path}: {answer}"
            );
        }
        assert!(auth.cancel_login(login.id));
        let cancelled = Err("Login server error: Login was not completed".to_owned());
        assert_eq!(login.ended.await.unwrap(), cancelled);
    }

    #[tokio::test]
    async fn a_refusal_is_shown_harmlessly_and_ends_the_login() {
        let net = Net::start(vec![]).await;
        let (_auth, login, browser) = started(&net, Store::ephemeral()).await;
        let page = browser
            .get("/auth/callback?state=STATE&error=denied&error_description=%3Cscript%3E%22%27%26")
            .await;
        assert!(
            page.contains("&lt;script&gt;&quot;&#39;&amp;") && !page.contains("<script>\""),
            "{page}"
        );
        let refused = Err("Login server error: Sign-in failed: <script>\"'&".to_owned());
        assert_eq!(login.ended.await.unwrap(), refused);
    }

    #[tokio::test]
    async fn a_second_login_takes_the_port_from_the_first() {
        let net = Net::start(vec![]).await;
        let (auth, first, browser) = started(&net, Store::ephemeral()).await;
        let second = auth.start_browser_login_on(&[browser.port], true).await.unwrap();
        assert_eq!(
            first.ended.await.unwrap(),
            Err("Login server error: Login cancelled".into())
        );
        assert_eq!(Browser::of(&second).port, browser.port);
    }
}
