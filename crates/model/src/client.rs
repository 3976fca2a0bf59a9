//! One thread's line to its model: sends requests, repeats those that failed before an answer began, and reads the
//! answer's events.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use codex_http::Clients;
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use http::HeaderMap;
use tokio::time::{Instant, timeout, timeout_at};

use crate::body::Body;
use crate::command_token::CommandTokens;
use crate::credentials::{CredentialSource, Credentials};
use crate::error::{ErrorKind, ModelError};
use crate::event::{Event, Reader};
use crate::failure;
use crate::input::InputItem;
use crate::provider::{EnvVars, Provider, process_environment};
use crate::rate_limits;
use crate::request::Request;
use crate::retry::backoff;
use crate::script::ScriptedModel;
use crate::transport::{self, Answer, Frames};

/// What the clients of all threads share: connections, and the tokens that providers' commands printed. Cloning shares
/// them.
#[derive(Clone, Default)]
pub struct Http {
    clients: Clients,
    tokens: CommandTokens,
}

impl Http {
    /// Over these connections.
    pub fn new(clients: Clients) -> Self {
        Self {
            clients,
            tokens: CommandTokens::default(),
        }
    }

    /// Over connections as this process's environment wants them.
    pub fn from_environment() -> Self {
        Self::new(Clients::from_environment())
    }
}

/// A client for one provider. Making one opens nothing and reads nothing. A script's place is kept here: a thread has
/// one client for its whole life.
pub struct ModelClient {
    provider: Provider,
    credentials: Arc<dyn CredentialSource>,
    backend: Backend,
}

enum Backend {
    Http(Http),
    Scripted(ScriptedModel),
}

impl std::fmt::Debug for ModelClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ModelClient")
            .field("provider", &self.provider.id)
            .finish_non_exhaustive()
    }
}

impl ModelClient {
    /// A client for `provider`, over connections shared with other clients, with the login of `credentials` where the
    /// provider wants it.
    pub fn new(provider: Provider, http: Http, credentials: Arc<dyn CredentialSource>) -> Self {
        let backend = match &provider.script {
            Some(script) => Backend::Scripted(ScriptedModel::new(script)),
            None => Backend::Http(http),
        };
        Self {
            provider,
            credentials,
            backend,
        }
    }

    /// The provider asked.
    pub fn provider(&self) -> &Provider {
        &self.provider
    }

    /// Sends a request and returns the answer as a stream of events. Dropping the future or the stream ends the
    /// request.
    ///
    /// Failures before the answer begins are repeated here as the provider says; a stream that breaks is the caller's
    /// to repeat ([`ModelError::is_retryable_stream`], [`Provider::stream_retries`], [`crate::backoff`]).
    ///
    /// # Errors
    /// See turns.md §7 for what each failure is called.
    pub async fn stream<I: InputItem + Sync>(
        &self,
        request: &Request<'_, I>,
    ) -> Result<ResponseStream, ModelError> {
        match &self.backend {
            Backend::Http(http) => self.stream_http(http, request).await,
            Backend::Scripted(script) => self.stream_scripted(script, request).await,
        }
    }

    async fn stream_http<I: InputItem + Sync>(
        &self,
        http: &Http,
        request: &Request<'_, I>,
    ) -> Result<ResponseStream, ModelError> {
        let env: EnvVars<'_> = &process_environment;
        let provider = &self.provider;
        let own_token = provider.own_token(env)?;
        let body = Body::of(request, provider.is_azure())
            .map_err(|e| ModelError::new(ErrorKind::Refused, format!("the request can't be written: {e}")))?;
        let mut recoveries = 0;
        let mut attempt = 0;
        loop {
            let token = match &provider.auth {
                // Without a token the request goes out all the same; a 401 then tells what the matter was.
                Some(auth) => http.tokens.token(auth).await.ok(),
                None => own_token.clone(),
            };
            let login = match token {
                None if provider.requires_openai_auth => self.credentials.credentials().await?,
                _ => Credentials::none(),
            };
            let url = provider.responses_url(login.chatgpt);
            let headers = transport::headers(provider, env, request.headers, token.as_deref(), &login);
            let answer = transport::post(&http.clients, &url, headers, &body);
            let answer = match timeout(provider.idle_timeout(), answer).await {
                Ok(answer) => answer,
                Err(_) => return Err(idle_error()),
            };
            match answer.and_then(|answer| self.begin(answer)) {
                Ok(stream) => return Ok(stream),
                Err(e) if e.http_status() == Some(401) => {
                    if self.renew(http, token.as_deref(), &login, recoveries).await? {
                        recoveries += 1;
                    } else {
                        self.pause_or_give_up(e, &mut attempt).await?;
                    }
                }
                Err(e) => self.pause_or_give_up(e, &mut attempt).await?,
            }
        }
    }

    /// After a 401 to `token` or `login`: gets better credentials if there is a way. True when the request should be made again.
    async fn renew(
        &self,
        http: &Http,
        token: Option<&str>,
        login: &Credentials,
        attempt: u32,
    ) -> Result<bool, ModelError> {
        if let Some(auth) = &self.provider.auth {
            if attempt == 0 {
                http.tokens.renew(auth, token).await?;
            }
            return Ok(attempt == 0);
        }
        if login.authorization.is_none() {
            return Ok(false);
        }
        self.credentials.recover(login, attempt).await
    }

    async fn stream_scripted<I: InputItem + Sync>(
        &self,
        script: &ScriptedModel,
        request: &Request<'_, I>,
    ) -> Result<ResponseStream, ModelError> {
        let mut attempt = 0;
        loop {
            let answer = script.answer(request).await?;
            match self.begin(answer) {
                Ok(stream) => return Ok(stream),
                Err(e) => self.pause_or_give_up(e, &mut attempt).await?,
            }
        }
    }

    /// Waits before the next try of the request, or returns the error when there is none.
    async fn pause_or_give_up(&self, error: ModelError, attempt: &mut u64) -> Result<(), ModelError> {
        if !error.may_repeat_request() || *attempt >= self.provider.request_retries() {
            return Err(error);
        }
        *attempt += 1;
        tracing::debug!(attempt = *attempt, %error, "repeating a model request");
        tokio::time::sleep(backoff(*attempt)).await;
        Ok(())
    }

    fn begin(&self, answer: Answer) -> Result<ResponseStream, ModelError> {
        match answer {
            Answer::Refused {
                status,
                headers,
                body,
                url,
            } => Err(failure::refused(status, &headers, &body, &url)),
            Answer::Stream { headers, frames } => {
                let idle = self.provider.idle_timeout();
                Ok(ResponseStream::new(events_of_headers(&headers), frames, idle))
            }
        }
    }
}

/// What an answer's headers say.
fn events_of_headers(headers: &HeaderMap) -> VecDeque<Event> {
    let text = |name| rate_limits::text(headers, name).map(str::to_owned);
    let mut events = VecDeque::new();
    events.extend(text("openai-model").map(Event::ServerModel));
    events.extend(
        rate_limits::from_headers(headers)
            .into_iter()
            .map(Event::RateLimits),
    );
    events.extend(text("x-codex-turn-state").map(Event::TurnState));
    events.extend(text("x-models-etag").map(Event::ModelsEtag));
    events.extend(
        headers
            .contains_key("x-reasoning-included")
            .then_some(Event::ReasoningIncluded),
    );
    events
}

fn idle_error() -> ModelError {
    ModelError::disconnected("idle timeout waiting for SSE")
}

/// The events of one response. Ends after [`Event::Completed`] or the first error, whichever comes; ending without
/// either does not happen.
pub struct ResponseStream {
    inner: BoxStream<'static, Result<Event, ModelError>>,
}

impl std::fmt::Debug for ResponseStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseStream").finish_non_exhaustive()
    }
}

impl Stream for ResponseStream {
    type Item = Result<Event, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.inner.poll_next_unpin(cx)
    }
}

/// A response being read.
struct Reading {
    ready: VecDeque<Event>,
    frames: Frames,
    reader: Reader,
    idle: std::time::Duration,
    /// When the silence becomes too long; only an event moves it, comments don't.
    deadline: Instant,
}

impl ResponseStream {
    fn new(ready: VecDeque<Event>, frames: Frames, idle: std::time::Duration) -> Self {
        let deadline = Instant::now() + idle;
        let reading = Reading {
            ready,
            frames,
            reader: Reader::default(),
            idle,
            deadline,
        };
        let inner = stream::unfold(Some(reading), |reading| async {
            let mut reading = reading?;
            loop {
                if let Some(event) = reading.ready.pop_front() {
                    if matches!(event, Event::Completed { .. }) {
                        reading.frames.finish();
                        return Some((Ok(event), None));
                    }
                    return Some((Ok(event), Some(reading)));
                }
                match timeout_at(reading.deadline, reading.frames.next()).await {
                    Err(_) => return Some((Err(idle_error()), None)),
                    Ok(None) => return Some((Err(reading.reader.closed()), None)),
                    Ok(Some(Err(broken))) => return Some((Err(ModelError::disconnected(broken)), None)),
                    Ok(Some(Ok(data))) => {
                        reading.deadline = Instant::now() + reading.idle;
                        reading.reader.push(&data, &mut reading.ready);
                    }
                }
            }
        });
        Self { inner: inner.boxed() }
    }

    /// The next event; `None` after the last.
    pub async fn next_event(&mut self) -> Option<Result<Event, ModelError>> {
        self.inner.next().await
    }
}
