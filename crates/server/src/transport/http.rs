//! One HTTP/1.1 connection of a listener: health pages, metrics, the Origin rule, and the upgrade to WebSocket
//! (transport.md §6).

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ALLOW, CONNECTION, CONTENT_TYPE, HeaderMap, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::auth::Policy;
use super::websocket;
use crate::app::App;
use crate::session::TransportKind;

/// A peer that does not finish its request head within this time is dropped.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);

/// What a listener demands of those who connect.
#[derive(Debug)]
pub struct Gate {
    /// What is served behind it.
    pub kind: TransportKind,
    /// Who may come in.
    pub policy: Policy,
    /// Whether requests with an `Origin` header are refused: a browser page must not reach a local server.
    pub refuse_origin: bool,
}

type Reply = Response<Full<Bytes>>;

/// Serves one accepted stream until it ends.
pub async fn serve<S>(app: Arc<App>, gate: Arc<Gate>, stream: S)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| {
        let reply = respond(&app, &gate, request);
        async move { Ok::<_, Infallible>(reply) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(16 << 10)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
    if let Err(error) = served {
        tracing::debug!("HTTP connection ended: {error}");
    }
}

fn respond(app: &Arc<App>, gate: &Gate, request: Request<Incoming>) -> Reply {
    if gate.refuse_origin && request.headers().contains_key(ORIGIN) {
        return empty(StatusCode::FORBIDDEN);
    }
    match request.uri().path() {
        "/readyz" | "/healthz" => page(&request, || empty(StatusCode::OK)),
        "/metrics" => page(&request, || match gate.policy.admit(request.headers()) {
            Ok(()) => {
                let mut reply = text(StatusCode::OK, app.metrics_page());
                let version = "text/plain; version=0.0.4; charset=utf-8";
                reply
                    .headers_mut()
                    .insert(CONTENT_TYPE, version.parse().expect("a valid header value"));
                reply
            }
            Err(refusal) => text(StatusCode::UNAUTHORIZED, refusal),
        }),
        _ => upgrade(app, gate, request),
    }
}

fn page(request: &Request<Incoming>, content: impl FnOnce() -> Reply) -> Reply {
    if request.method() == Method::GET || request.method() == Method::HEAD {
        return content();
    }
    let mut reply = empty(StatusCode::METHOD_NOT_ALLOWED);
    reply
        .headers_mut()
        .insert(ALLOW, "GET,HEAD".parse().expect("a valid header value"));
    reply
}

fn upgrade(app: &Arc<App>, gate: &Gate, mut request: Request<Incoming>) -> Reply {
    if let Err((status, reason)) = check_handshake(&request) {
        return text(status, reason);
    }
    if let Err(refusal) = gate.policy.admit(request.headers()) {
        return text(StatusCode::UNAUTHORIZED, refusal);
    }
    let key = request
        .headers()
        .get(SEC_WEBSOCKET_KEY)
        .expect("checked with the handshake")
        .as_bytes();
    let accept = derive_accept_key(key);
    let (app, kind) = (Arc::clone(app), gate.kind);
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        match upgraded.await {
            Ok(stream) => websocket::serve(app, kind, TokioIo::new(stream)).await,
            Err(error) => tracing::debug!("upgrade failed: {error}"),
        }
    });
    Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_ACCEPT, accept)
        .body(Full::default())
        .expect("a valid response")
}

fn check_handshake(request: &Request<Incoming>) -> Result<(), (StatusCode, &'static str)> {
    let headers = request.headers();
    if request.method() != Method::GET {
        return Err((StatusCode::METHOD_NOT_ALLOWED, "Request method must be `GET`"));
    }
    let bad = |reason| Err((StatusCode::BAD_REQUEST, reason));
    if !has_token(headers, CONNECTION, "upgrade") {
        return bad("Connection header did not include 'upgrade'");
    }
    if !has_token(headers, UPGRADE, "websocket") {
        return bad("`Upgrade` header did not include 'websocket'");
    }
    if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|v| v != "13") {
        return bad("`Sec-WebSocket-Version` header did not include '13'");
    }
    if !headers.contains_key(SEC_WEBSOCKET_KEY) {
        return bad("`Sec-WebSocket-Key` header missing");
    }
    Ok(())
}

fn has_token(headers: &HeaderMap, name: http::HeaderName, token: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| part.trim().eq_ignore_ascii_case(token))
}

fn empty(status: StatusCode) -> Reply {
    Response::builder()
        .status(status)
        .body(Full::default())
        .expect("a valid response")
}

fn text(status: StatusCode, body: impl Into<Bytes>) -> Reply {
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, "text/plain; charset=utf-8")
        .body(Full::new(body.into()))
        .expect("a valid response")
}
