//! The two ends of a request on the wire: headers and body out, the data of server-sent events in.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use codex_http::Clients;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::body::Body;
use crate::credentials::Credentials;
use crate::error::{ErrorKind, ModelError};
use crate::failure;
use crate::provider::{EnvVars, Provider};
use crate::request::RequestHeaders;
use crate::script::ScriptFrames;
use crate::sse;

/// More of a refusal's body is not read.
const LONGEST_REFUSAL: usize = 1 << 20;
/// What is left of a response after its last event is read up to here, for the connection's sake.
const LONGEST_TAIL: usize = 64 << 10;
const LONGEST_TAIL_WAIT: Duration = Duration::from_secs(2);

/// How a request was answered.
pub(crate) enum Answer {
    /// With a stream.
    Stream { headers: HeaderMap, frames: Frames },
    /// With a status that is no success.
    Refused {
        status: StatusCode,
        headers: HeaderMap,
        body: Vec<u8>,
        url: String,
    },
}

/// How a stream broke.
#[derive(Debug)]
pub(crate) enum Broken {
    /// The connection was lost.
    Cut,
    /// An event that is longer than anything sensible.
    TooLong,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::Cut => f.write_str("Transport error: network error: error decoding response body"),
            Broken::TooLong => {
                write!(f, "an event is longer than {} MiB", sse::LONGEST_EVENT >> 20)
            }
        }
    }
}

/// The `data` of a response's events, from wherever it comes.
pub(crate) enum Frames {
    Http(HttpFrames),
    Script(ScriptFrames),
}

impl Frames {
    /// The next event's data; `None` when the stream has ended. Nothing is lost when the future is dropped.
    pub(crate) async fn next(&mut self) -> Option<Result<String, Broken>> {
        match self {
            Frames::Http(frames) => frames.next().await,
            Frames::Script(frames) => frames.next().await,
        }
    }

    /// The caller has heard enough.
    pub(crate) fn finish(self) {
        if let Frames::Http(frames) = self {
            frames.finish();
        }
    }
}

/// A response's body.
pub(crate) struct HttpFrames {
    response: reqwest::Response,
    decoder: sse::Decoder,
    ready: VecDeque<String>,
}

impl HttpFrames {
    async fn next(&mut self) -> Option<Result<String, Broken>> {
        loop {
            if let Some(data) = self.ready.pop_front() {
                return Some(Ok(data));
            }
            match self.response.chunk().await {
                Ok(Some(piece)) => {
                    let ready = &mut self.ready;
                    if self.decoder.push(&piece, |data| ready.push_back(data)).is_err() {
                        return Some(Err(Broken::TooLong));
                    }
                }
                Ok(None) => return None,
                Err(error) => {
                    tracing::debug!(?error, "a model's stream was cut");
                    return Some(Err(Broken::Cut));
                }
            }
        }
    }

    /// Reads the few bytes that end the body, in the background: only then can the connection serve the next request,
    /// which spares a TLS handshake.
    fn finish(mut self) {
        tokio::spawn(tokio::time::timeout(LONGEST_TAIL_WAIT, async move {
            let mut read = 0;
            while let Ok(Some(piece)) = self.response.chunk().await {
                read += piece.len();
                if read > LONGEST_TAIL {
                    break;
                }
            }
        }));
    }
}

/// The headers of a request; values that can't be headers are left out. The provider's own may replace those that name
/// the caller, credentials replace everything.
pub(crate) fn headers(
    provider: &Provider,
    env: EnvVars<'_>,
    caller: &RequestHeaders,
    own_token: Option<&str>,
    login: &Credentials,
) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(20);
    let mut set = |name: &str, value: &str| {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    };
    set("originator", &caller.originator);
    set(USER_AGENT.as_str(), &caller.user_agent);
    for (name, value) in provider.own_headers(env) {
        set(&name, &value);
    }
    for (name, value) in caller.pairs() {
        set(name, &value);
    }
    set(ACCEPT.as_str(), "text/event-stream");
    set(CONTENT_TYPE.as_str(), "application/json");
    if let Some(token) = own_token {
        set(AUTHORIZATION.as_str(), &format!("Bearer {token}"));
        return headers;
    }
    if let Some(authorization) = &login.authorization {
        set(AUTHORIZATION.as_str(), authorization);
    }
    if let Some(account) = &login.account_id {
        set("chatgpt-account-id", account);
    }
    if login.fedramp {
        set("x-openai-fedramp", "true");
    }
    headers
}

/// Sends a request and waits for the head of the answer.
pub(crate) async fn post(
    http: &Clients,
    url: &str,
    headers: HeaderMap,
    body: &Body,
) -> Result<Answer, ModelError> {
    let refused = |e: &dyn fmt::Display| ModelError::new(ErrorKind::Refused, e.to_string());
    let client = http.client_for(url).map_err(|e| refused(&e))?;
    let parsed =
        reqwest::Url::parse(url).map_err(|e| refused(&format_args!("invalid model URL {url}: {e}")))?;
    // Of a body that is read from a file nobody else tells the length.
    let request = client
        .post(parsed)
        .headers(headers)
        .header(CONTENT_LENGTH, body.len())
        .body(body.to_send());
    let sent = request.send().await;
    let mut response = match sent {
        Ok(response) => response,
        Err(error) => {
            tracing::debug!(?error, "no answer from the model");
            let url = error.url().map_or_else(|| url.to_owned(), |u| u.to_string());
            return Err(failure::no_connection(&url));
        }
    };
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    if status.is_success() {
        let frames = HttpFrames {
            response,
            decoder: sse::Decoder::default(),
            ready: VecDeque::new(),
        };
        return Ok(Answer::Stream {
            headers,
            frames: Frames::Http(frames),
        });
    }
    let url = response.url().to_string();
    let mut body = Vec::new();
    while body.len() < LONGEST_REFUSAL {
        let Ok(Some(piece)) = response.chunk().await else {
            break;
        };
        body.extend_from_slice(&piece);
    }
    body.truncate(LONGEST_REFUSAL);
    Ok(Answer::Refused {
        status,
        headers,
        body,
        url,
    })
}
