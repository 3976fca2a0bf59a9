//! The client against a server on loopback: what is sent, what is made of answers, whole and broken.

mod support;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use codex_model::{BoxFuture, CredentialSource, Credentials, ErrorKind, Event, ModelError, Provider};
use codex_protocol::CodexErrorInfo;
use serde_json::json;
use support::*;

const DISCONNECTED: &str = "stream disconnected before completion: ";

fn done() -> Event {
    Event::Completed {
        response_id: "r".into(),
        usage: None,
        end_turn: None,
    }
}

#[tokio::test]
async fn a_response_is_told_event_by_event() {
    let server = Server::start(vec![Answer::Stream(vec![
        created(),
        delta("Hello "),
        delta("there"),
        completed(),
    ])])
    .await;
    let (events, error) = ask(&client(server.provider())).await;
    assert!(error.is_none());
    let delta = |t: &str| Event::OutputTextDelta(t.into());
    assert_eq!(
        said(events),
        [Event::Created, delta("Hello "), delta("there"), done()]
    );
}

#[tokio::test]
async fn pieces_may_end_anywhere_even_within_a_character() {
    let stream = [created(), delta("grüße 🦀"), completed()].concat();
    let server = Server::start(vec![Answer::Stream(
        stream.chunks(1).map(<[u8]>::to_vec).collect(),
    )])
    .await;
    let (events, error) = ask(&client(server.provider())).await;
    assert!(error.is_none());
    assert_eq!(text(&events), "grüße 🦀");
}

#[tokio::test]
async fn an_event_of_tens_of_megabytes_arrives() {
    let long = "x".repeat(24 << 20);
    let server = Server::start(vec![Answer::Stream(vec![delta(&long), completed()])]).await;
    let (events, error) = ask(&client(server.provider())).await;
    assert!(error.is_none());
    assert_eq!(text(&events).len(), long.len());
}

#[tokio::test]
async fn the_request_says_who_asks() {
    let server = Server::start(vec![Answer::Stream(vec![completed()])]).await;
    let mut provider = server.provider();
    provider.query_params = [("api-version".to_string(), "2025 a".to_string())].into();
    provider.http_headers = [
        ("x-one".to_string(), "1".to_string()),
        ("bad name".into(), "2".into()),
    ]
    .into();
    provider.bearer_token = Some("sk".into());
    ask_about(
        &client(provider),
        json!([{"type": "message", "id": "m", "role": "user", "content": []}]),
        json!([]),
    )
    .await;
    let request = &server.seen()[0];
    assert!(
        request
            .head
            .starts_with("POST /v1/responses?api-version=2025%20a HTTP/1.1"),
        "{}",
        request.head
    );
    for (name, value) in [
        ("authorization", "Bearer sk"),
        ("accept", "text/event-stream"),
        ("content-type", "application/json"),
        ("originator", "me"),
        ("user-agent", "me/1"),
        ("session_id", "thread"),
        ("x-client-request-id", "thread"),
        ("x-codex-window-id", "thread:0"),
        ("x-codex-turn-metadata", "{}"),
        ("x-one", "1"),
    ] {
        assert_eq!(request.header(name), Some(value), "{name}");
    }
    assert_eq!(request.header("x-codex-turn-state"), None);
    assert_eq!(
        request.body["input"],
        json!([{"type": "message", "role": "user", "content": []}])
    );
    assert_eq!(request.body["stream"], json!(true));
}

#[tokio::test]
async fn a_login_goes_only_where_it_is_wanted() {
    let server = Server::start(vec![Answer::Stream(vec![completed()]); 2]).await;
    let login = Credentials::chatgpt("t", Some("acct".into()), true);
    ask(&client_with(server.provider(), login.clone())).await;
    let wanting = Provider {
        requires_openai_auth: true,
        ..server.provider()
    };
    ask(&client_with(wanting, login)).await;
    let [without, with] = &server.seen()[..] else {
        panic!("two requests")
    };
    assert_eq!(without.header("authorization"), None);
    assert_eq!(with.header("authorization"), Some("Bearer t"));
    assert_eq!(with.header("chatgpt-account-id"), Some("acct"));
    assert_eq!(with.header("x-openai-fedramp"), Some("true"));
}

/// A login whose first token is refused.
struct Renewing(Mutex<&'static str>);

impl CredentialSource for Renewing {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, ModelError>> {
        Box::pin(async { Ok(Credentials::api_key(*self.0.lock().unwrap())) })
    }

    fn recover<'a>(&'a self, _: &'a Credentials, attempt: u32) -> BoxFuture<'a, Result<bool, ModelError>> {
        *self.0.lock().unwrap() = "new";
        Box::pin(async move { Ok(attempt == 0) })
    }
}

#[tokio::test]
async fn a_refused_login_is_renewed_once() {
    let refusal = Answer::Status(401, String::new(), "old".into());
    let server = Server::start(vec![
        refusal.clone(),
        Answer::Stream(vec![completed()]),
        refusal.clone(),
        refusal,
    ])
    .await;
    let provider = Provider {
        requires_openai_auth: true,
        ..server.provider()
    };
    let client = client_with(provider, Renewing(Mutex::new("old")));
    assert!(ask(&client).await.1.is_none());
    assert_eq!(server.seen()[1].header("authorization"), Some("Bearer new"));
    assert_eq!(
        ask(&client).await.1.unwrap().kind(),
        ErrorKind::UnexpectedStatus(401)
    );
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn a_missing_key_makes_no_request() {
    let server = Server::start(vec![]).await;
    let provider = Provider {
        env_key: Some("NO_SUCH_VARIABLE_ANYWHERE".into()),
        ..server.provider()
    };
    let error = ask(&client(provider)).await.1.unwrap();
    assert_eq!(
        error.message(),
        "Missing environment variable: `NO_SUCH_VARIABLE_ANYWHERE`."
    );
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn connections_are_used_again() {
    let server = Server::start(vec![Answer::Stream(vec![created(), completed()]); 3]).await;
    let client = client(server.provider());
    for _ in 0..3 {
        assert!(ask(&client).await.1.is_none());
        // The rest of the body is read in the background: give that task, and the server's, their turns.
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
    }
    let connections: Vec<usize> = server.seen().iter().map(|r| r.connection).collect();
    assert_eq!(connections, [0, 0, 0]);
}

#[tokio::test]
async fn statuses_become_the_errors_clients_know() {
    let status = |code: u16, body: &str| Answer::Status(code, "x-request-id: req-1\r\n".into(), body.into());
    let url = |server: &Server| format!("{}/responses", server.url);
    let server = Server::start(vec![
        status(400, "as it is"),
        status(404, r#"{"error": {"message": "gone"}}"#),
        status(429, ""),
        status(500, ""),
        status(503, r#"{"error": {"code": "slow_down"}}"#),
        status(429, r#"{"error": {"type": "usage_limit_reached"}}"#),
    ])
    .await;
    let client = client(server.provider());
    let too_many = CodexErrorInfo::ResponseTooManyFailedAttempts {
        http_status_code: Some(429),
    };
    for (message, info, again) in [
        ("as it is".to_string(), CodexErrorInfo::Other, false),
        (
            format!(
                "unexpected status 404 Not Found: gone, url: {}, request id: req-1",
                url(&server)
            ),
            CodexErrorInfo::Other,
            true,
        ),
        (
            "exceeded retry limit, last status: 429 Too Many Requests, request id: req-1".into(),
            too_many,
            false,
        ),
        (
            "We're currently experiencing high demand, which may cause temporary errors.".into(),
            CodexErrorInfo::InternalServerError,
            true,
        ),
        (
            "This model is at capacity right now. Please try another one.".into(),
            CodexErrorInfo::ServerOverloaded,
            false,
        ),
        (
            "You've hit your usage limit. Try again later.".into(),
            CodexErrorInfo::UsageLimitExceeded,
            false,
        ),
    ] {
        let error = ask(&client).await.1.unwrap();
        assert_eq!(
            (error.message(), error.codex_error_info()),
            (message.as_str(), info)
        );
        assert_eq!(error.is_retryable_stream(), again, "{message}");
    }
}

#[tokio::test]
async fn broken_streams_say_how_they_broke() {
    let incomplete = json!({"type": "response.incomplete", "response": {"incomplete_details": {"reason": "max_output_tokens"}}});
    let server = Server::start(vec![
        Answer::Stream(vec![]),
        Answer::Stream(vec![created(), delta("x")]),
        Answer::Cut(vec![created(), b"data: {\"type\"".to_vec()]),
        Answer::Stream(vec![created(), event(incomplete)]),
        Answer::Stream(vec![created(), failed("anything", "else")]),
        Answer::Stream(vec![b"data: [DONE]\n\n".to_vec()]),
    ])
    .await;
    let client = client(server.provider());
    for why in [
        "stream closed before response.completed",
        "stream closed before response.completed",
        "Transport error: network error: error decoding response body",
        "Incomplete response returned, reason: max_output_tokens",
        "else",
        "stream closed before response.completed",
    ] {
        let error = ask(&client).await.1.unwrap();
        assert_eq!(error.message(), format!("{DISCONNECTED}{why}"));
        assert_eq!(error.codex_error_info(), CodexErrorInfo::Other);
        assert!(error.is_retryable_stream());
    }
}

#[tokio::test]
async fn what_follows_a_completion_is_not_read() {
    let server = Server::start(vec![Answer::Stream(vec![
        failed("anything", "x"),
        completed(),
        delta("late"),
    ])])
    .await;
    let (events, error) = ask(&client(server.provider())).await;
    assert!(error.is_none());
    assert_eq!(said(events), [done()]);
}

#[tokio::test]
async fn silence_ends_a_stream_and_comments_are_silence() {
    let comments = std::iter::repeat_n(b": ping\n\n".to_vec(), 3);
    let server = Server::start(vec![Answer::Silent(
        [created()].into_iter().chain(comments).collect(),
    )])
    .await;
    let provider = Provider {
        stream_idle_timeout_ms: Some(40),
        ..server.provider()
    };
    let (events, error) = ask(&client(provider)).await;
    assert_eq!(said(events), [Event::Created]);
    assert_eq!(
        error.unwrap().message(),
        format!("{DISCONNECTED}idle timeout waiting for SSE")
    );
}

#[tokio::test]
async fn a_refused_connection_names_the_address() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let provider = Provider {
        base_url: Some(url.clone()),
        request_max_retries: Some(0),
        ..Provider::default()
    };
    let error = ask(&client(provider)).await.1.unwrap();
    assert_eq!(
        error.message(),
        format!("{DISCONNECTED}error sending request for url ({url}/responses)")
    );
}

#[tokio::test]
async fn a_server_without_tls_is_no_connection_for_https() {
    let server = Server::start(vec![]).await;
    let url = server.url.replace("http:", "https:");
    let error = ask(&client(Provider {
        base_url: Some(url.clone()),
        ..server.provider()
    }))
    .await
    .1
    .unwrap();
    assert_eq!(
        error.message(),
        format!("{DISCONNECTED}error sending request for url ({url}/responses)")
    );
}

#[tokio::test]
async fn requests_are_repeated_silently_while_the_server_is_in_trouble() {
    let trouble = |code| Answer::Status(code, String::new(), "last".into());
    let answers = vec![
        trouble(500),
        Answer::Hangup,
        Answer::Stream(vec![completed()]),
        trouble(502),
        trouble(500),
        trouble(504),
        trouble(404),
    ];
    let server = Server::start(answers).await;
    let client = client(Provider {
        request_max_retries: Some(2),
        ..server.provider()
    });
    assert!(ask(&client).await.1.is_none());
    assert_eq!(server.seen().len(), 3);
    assert_eq!(
        ask(&client).await.1.unwrap().kind(),
        ErrorKind::UnexpectedStatus(504)
    );
    assert_eq!(server.seen().len(), 6);
    assert_eq!(
        ask(&client).await.1.unwrap().kind(),
        ErrorKind::UnexpectedStatus(404)
    );
    assert_eq!(server.seen().len(), 7);
}

#[tokio::test]
async fn headers_of_the_answer_come_first() {
    let headers = "openai-model: gpt-other\r\nx-codex-turn-state: ts-1\r\nx-codex-primary-used-percent: 12.5\r\nx-reasoning-included: true\r\nx-models-etag: e1\r\n";
    let server = Server::start(vec![Answer::StreamWith(headers.into(), vec![completed()])]).await;
    let (events, _) = ask(&client(server.provider())).await;
    assert_eq!(events[0], Event::ServerModel("gpt-other".into()));
    assert!(matches!(&events[1], Event::RateLimits(l) if l.primary.unwrap().used_percent == 12.5));
    let rest = [
        Event::TurnState("ts-1".into()),
        Event::ModelsEtag("e1".into()),
        Event::ReasoningIncluded,
        done(),
    ];
    assert_eq!(events[2..], rest);
}

#[tokio::test]
async fn a_dropped_stream_ends_the_request() {
    // A server that notices when its connection goes away.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    static ENDED: AtomicUsize = AtomicUsize::new(0);
    let server = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut buffer = [0; 4096];
        assert!(socket.read(&mut buffer).await.unwrap() > 0);
        let start = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        socket.write_all(start).await.unwrap();
        while matches!(socket.read(&mut buffer).await, Ok(n) if n > 0) {}
        ENDED.fetch_add(1, Ordering::SeqCst);
    });
    let client = client(Provider {
        base_url: Some(url),
        ..Provider::default()
    });
    let asking = tokio::time::timeout(Duration::from_millis(100), ask(&client)).await;
    assert!(asking.is_err(), "the server says nothing");
    server.await.unwrap();
    assert_eq!(ENDED.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_commands_token_is_run_again_after_a_401() {
    let dir = tempfile::tempdir().unwrap();
    let refusal = Answer::Status(401, String::new(), "old".into());
    let server = Server::start(vec![refusal, Answer::Stream(vec![completed()])]).await;
    let auth = codex_model::CommandAuth {
        command: "sh".into(),
        args: vec!["-c".into(), "echo x >> runs; wc -l < runs".into()],
        timeout_ms: 10_000,
        refresh_interval_ms: 300_000,
        cwd: dir.path().into(),
    };
    let client = client(Provider {
        auth: Some(auth),
        ..server.provider()
    });
    assert!(ask(&client).await.1.is_none());
    let sent: Vec<_> = server
        .seen()
        .iter()
        .map(|r| r.header("authorization").unwrap().to_owned())
        .collect();
    assert_eq!(sent, ["Bearer 1", "Bearer 2"]);
}

#[tokio::test]
async fn a_redirect_is_told_and_nothing_goes_to_where_it_points() {
    let elsewhere = Server::start(vec![Answer::Stream(vec![completed()])]).await;
    let location = format!("location: {}/steal\r\n", elsewhere.url);
    let server = Server::start(vec![Answer::Status(307, location, "moved".into())]).await;
    let provider = Provider {
        http_headers: BTreeMap::from([("api-key".into(), "secret".into())]),
        query_params: BTreeMap::from([("sig".into(), "secret".into())]),
        ..server.provider()
    };
    let error = ask(&client(provider)).await.1.unwrap();
    assert_eq!(error.kind(), ErrorKind::UnexpectedStatus(307));
    assert!(
        error
            .message()
            .starts_with("unexpected status 307 Temporary Redirect: moved, url: "),
        "{error}"
    );
    assert_eq!((server.seen().len(), elsewhere.seen().len()), (1, 0));
}
