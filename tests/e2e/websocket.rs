//! A server shared by several clients over WebSocket.

use std::fs;

use crate::support::{Client, Home};
use serde_json::{Value, json};

const ASK: &str = "approval_policy = \"untrusted\"\nsandbox_mode = \"danger-full-access\"\n";
const TOUCH: &str = "[[steps]]\noutput = [{ run = \"touch made\" }]\n[[steps]]\ntext = \"done\"\n";

async fn join(client: &mut Client, thread: &str) -> Value {
    client.call("thread/resume", json!({ "threadId": thread })).await
}

/// What a client heard of items and turns, without what only who asked gets.
fn heard(client: &Client) -> Vec<&Value> {
    let about = |m: &&Value| {
        m["method"]
            .as_str()
            .is_some_and(|m| m.starts_with("item/") || m.starts_with("turn/"))
    };
    client.log.iter().filter(about).collect()
}

#[tokio::test]
async fn the_banner_says_where_to_connect_and_the_probes_answer_there() {
    let home = Home::empty();
    let server = home.listen(&[]).await;
    let address = &server.address;
    assert_eq!(
        server.banner[..4],
        [
            "codex app-server (WebSockets)".to_owned(),
            format!("  listening on: ws://{address}"),
            format!("  readyz: http://{address}/readyz"),
            format!("  healthz: http://{address}/healthz"),
        ]
    );
    for probe in ["/readyz", "/healthz", "/healthz?x=1"] {
        assert!(
            server
                .http(&format!("GET {probe} HTTP/1.1\r\n\r\n"))
                .await
                .starts_with("HTTP/1.1 200"),
            "{probe}"
        );
    }
    assert!(
        server
            .http("POST /readyz HTTP/1.1\r\n\r\n")
            .await
            .starts_with("HTTP/1.1 405")
    );
    assert!(
        server
            .http("GET /readyz HTTP/1.1\r\norigin: http://x\r\n\r\n")
            .await
            .starts_with("HTTP/1.1 403")
    );
    assert!(
        server
            .http("GET / HTTP/1.1\r\n\r\n")
            .await
            .starts_with("HTTP/1.1 400")
    );
}

#[tokio::test]
async fn metrics_count_what_happens() {
    let home = Home::scripted("[[steps]]\ntext = \"Hello\"\n");
    let server = home.listen(&[]).await;
    let mut client = server.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "hi").await;
    let page = server.http("GET /metrics HTTP/1.1\r\n\r\n").await;
    for line in [
        "codex_connections 1",
        "codex_requests_total{method=\"turn/start\",outcome=\"ok\"} 1",
        "codex_turns_total{outcome=\"completed\"} 1",
        "codex_threads_loaded 1",
        "codex_turns_running 0",
    ] {
        assert!(page.lines().any(|l| l == line), "{line} is not in {page}");
    }
}

#[tokio::test]
async fn every_connection_shakes_hands_for_itself() {
    let home = Home::empty();
    let server = home.listen(&[]).await;
    let _first = server.client().await;
    let mut second = server.connect(None).await.unwrap();
    assert_eq!(
        second.refusal("thread/list", json!({})).await.1,
        "Not initialized"
    );
    second.initialize().await;
    assert_eq!(second.call("thread/list", json!({})).await["data"], json!([]));
}

#[tokio::test]
async fn a_capability_token_lets_in_who_has_it() {
    let home = Home::empty();
    let file = home.write("token", "  secret token \n");
    let server = home
        .listen(&[
            "--ws-auth",
            "capability-token",
            "--ws-token-file",
            file.to_str().unwrap(),
        ])
        .await;
    let refused = |body: &str| Some((401, body.to_owned()));
    assert_eq!(
        server.connect(None).await.err(),
        refused("missing websocket bearer token")
    );
    assert_eq!(
        server.connect(Some("secret")).await.err(),
        refused("invalid websocket bearer token")
    );
    let mut client = server.connect(Some("secret token")).await.unwrap();
    client.initialize().await;
    assert!(
        server
            .http("GET /readyz HTTP/1.1\r\n\r\n")
            .await
            .starts_with("HTTP/1.1 200")
    );
    assert!(
        server
            .http("GET /metrics HTTP/1.1\r\n\r\n")
            .await
            .starts_with("HTTP/1.1 401")
    );
    let with_token = "GET /metrics HTTP/1.1\r\nauthorization: Bearer secret token\r\n\r\n";
    assert!(server.http(with_token).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_capability_token_may_be_given_by_its_digest() {
    use sha2::Digest;
    let digest: String = sha2::Sha256::digest("swordfish")
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let home = Home::empty();
    let server = home
        .listen(&["--ws-auth", "capability-token", "--ws-token-sha256", &digest])
        .await;
    assert_eq!(server.connect(Some("haddock")).await.err().unwrap().0, 401);
    assert!(server.connect(Some("swordfish")).await.is_ok());
}

/// A token signed with `secret`.
fn signed(secret: &str, header: &Value, claims: &Value) -> String {
    use base64::Engine;
    use hmac::Mac;
    let encode = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    let signed = format!(
        "{}.{}",
        encode(header.to_string().as_bytes()),
        encode(claims.to_string().as_bytes())
    );
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", encode(&mac.finalize().into_bytes()))
}

#[tokio::test]
async fn signed_tokens_are_judged_by_signature_times_issuer_and_audience() {
    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    let home = Home::empty();
    let file = home.write("secret", SECRET);
    let flags = [
        "--ws-auth",
        "signed-bearer-token",
        "--ws-shared-secret-file",
        file.to_str().unwrap(),
    ];
    let more = [
        "--ws-issuer",
        "me",
        "--ws-audience",
        "codex",
        "--ws-max-clock-skew-seconds",
        "5",
    ];
    let server = home.listen(&[&flags[..], &more[..]].concat()).await;
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs() as i64;
    let good = json!({ "exp": now + 600, "iss": "me", "aud": "codex" });
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        claims
    };
    let hs256 = json!({ "alg": "HS256" });

    for claims in [
        good.clone(),
        with("aud", json!(["other", "codex"])),
        with("exp", json!(now - 2)),
        with("nbf", json!(now + 3)),
        with("nbf", Value::Null),
    ] {
        assert!(
            server
                .connect(Some(&signed(SECRET, &hs256, &claims)))
                .await
                .is_ok(),
            "{claims}"
        );
    }
    for (claims, body) in [
        (with("exp", json!(now - 60)), "expired websocket jwt"),
        (with("nbf", json!(now + 60)), "websocket jwt is not valid yet"),
        (with("iss", json!("you")), "websocket jwt issuer mismatch"),
        (with("iss", Value::Null), "websocket jwt issuer mismatch"),
        (with("aud", json!("other")), "websocket jwt audience mismatch"),
        (with("exp", Value::Null), "invalid websocket jwt"),
        (with("exp", json!("soon")), "invalid websocket jwt"),
    ] {
        let refusal = server.connect(Some(&signed(SECRET, &hs256, &claims))).await.err();
        assert_eq!(refusal, Some((401, body.to_owned())), "{claims}");
    }
    let wrong_secret = signed("another secret of 32 bytes or more", &hs256, &good);
    let unsigned = signed(SECRET, &json!({ "alg": "none" }), &good);
    for token in [wrong_secret.as_str(), &unsigned, "a.b.c", "abc"] {
        assert_eq!(
            server.connect(Some(token)).await.err(),
            Some((401, "invalid websocket jwt".into())),
            "{token}"
        );
    }
    assert_eq!(
        server.connect(None).await.err(),
        Some((401, "missing websocket bearer token".into()))
    );
}

#[tokio::test]
async fn many_clients_with_many_requests_each_are_all_answered() {
    let home = Home::empty();
    let server = home.listen(&[]).await;
    let mut clients = Vec::new();
    for _ in 0..50 {
        clients.push(server.client().await);
    }
    let mut asked = Vec::new();
    for client in &mut clients {
        let mut ids = Vec::new();
        for _ in 0..40 {
            ids.push(client.request("thread/loaded/list", json!({})).await);
        }
        asked.push(ids);
    }
    for (client, ids) in clients.iter_mut().zip(asked) {
        for id in ids {
            assert_eq!(client.reply(id).await["result"]["data"], json!([]));
        }
    }
}

#[tokio::test]
async fn two_clients_of_a_thread_hear_the_same_in_the_same_order() {
    let home = Home::scripted(
        "[[steps]]\nwhen = { user = \"first\" }\ntext = \"Hi.\"\n[[steps]]\noutput = [{ reasoning = \"Hm.\" }, { run = \"echo x\" }]\n[[steps]]\noutput = [{ text = \"A longer answer in pieces.\", chunk = 3 }]\n",
    );
    let server = home.listen(&[]).await;
    let (mut one, mut two) = (server.client().await, server.client().await);
    let thread = one.start_thread().await;
    one.turn(&thread, "first").await;
    join(&mut two, &thread).await;
    let before = heard(&one).len();
    two.start_turn(&thread, "second").await;
    one.until("turn/completed").await;
    two.until("turn/completed").await;
    let (texts, others): (Vec<_>, Vec<_>) = [heard(&one)[before..].to_vec(), heard(&two)]
        .into_iter()
        .map(|heard| {
            // A reader that falls behind gets deltas joined, so it is their text that has to be the same.
            let (deltas, rest): (Vec<_>, Vec<_>) = heard
                .into_iter()
                .partition(|m| m["method"].as_str().unwrap().ends_with("elta"));
            let text: String = deltas
                .iter()
                .filter_map(|m| m["params"]["delta"].as_str())
                .collect();
            (text, rest.into_iter().cloned().collect::<Vec<_>>())
        })
        .unzip();
    assert_eq!(texts[0], texts[1]);
    assert_eq!(others[0], others[1]);
}

#[tokio::test]
async fn the_first_answer_to_an_approval_counts_and_the_others_are_told() {
    let home = Home::scripted_with(
        &format!("[[steps]]\nwhen = {{ user = \"first\" }}\ntext = \"Hi.\"\n{TOUCH}"),
        ASK,
    );
    let server = home.listen(&[]).await;
    let (mut one, mut two) = (server.client().await, server.client().await);
    let thread = one.start_thread().await;
    one.turn(&thread, "first").await;
    join(&mut two, &thread).await;
    one.start_turn(&thread, "make it").await;
    let asked_one = one.until("item/commandExecution/requestApproval").await;
    let asked_two = two.until("item/commandExecution/requestApproval").await;
    assert_eq!(asked_one["id"], asked_two["id"]);
    two.answer(&asked_two, json!({ "decision": "decline" })).await;
    one.until_where("serverRequest/resolved", |p| p["requestId"] == asked_one["id"])
        .await;
    one.answer(&asked_one, json!({ "decision": "accept" })).await;
    one.until("turn/completed").await;
    assert!(!home.work().join("made").exists());
    assert_eq!(one.finished("commandExecution")[0]["status"], "declined");
}

#[tokio::test]
async fn a_turn_outlives_its_client_and_another_answers_what_it_waits_for() {
    let home = Home::scripted_with(TOUCH, ASK);
    let server = home.listen(&[]).await;
    let mut first = server.client().await;
    let thread = first.start_thread().await;
    first.start_turn(&thread, "make it").await;
    let asked = first.until("item/commandExecution/requestApproval").await;
    drop(first);

    let mut second = server.client().await;
    let joined = join(&mut second, &thread).await;
    assert_eq!(joined["thread"]["turns"][0]["status"], "inProgress");
    let again = second.until("item/commandExecution/requestApproval").await;
    assert_eq!((&again["id"], &again["params"]), (&asked["id"], &asked["params"]));
    second.answer(&again, json!({ "decision": "accept" })).await;
    second.until("turn/completed").await;
    assert!(home.work().join("made").exists());
}

#[tokio::test]
async fn a_client_that_comes_back_gets_what_it_missed() {
    let home = Home::scripted(
        "[[steps]]\noutput = [{ run = \"echo ready; while [ ! -e go-on ]; do sleep 0.02; done\" }]\n[[steps]]\ntext = \"While you were away.\"\n",
    );
    let server = home.listen(&[]).await;
    let mut first = server.connect(None).await.unwrap();
    first.initialize_with(json!({ "eventReplay": true })).await;
    let thread = first.start_thread().await;
    first.start_turn(&thread, "go").await;
    let last = first
        .until_where("item/commandExecution/outputDelta", |p| {
            p["delta"].as_str().unwrap().contains("ready")
        })
        .await;
    let seq = last["seq"].as_u64().expect("a number");
    drop(first);

    let mut watcher = server.client().await;
    join(&mut watcher, &thread).await;
    fs::write(home.work().join("go-on"), "").unwrap();
    watcher.until("turn/completed").await;

    let mut back = server.connect(None).await.unwrap();
    back.initialize_with(json!({ "eventReplay": true })).await;
    let resumed = back
        .call("thread/resume", json!({ "threadId": thread, "afterSeq": seq }))
        .await;
    assert_eq!(resumed["replay"]["complete"], true);
    back.until("turn/completed").await;
    assert_eq!(back.finished("agentMessage")[0]["text"], "While you were away.");
    let numbers: Vec<u64> = back.log.iter().filter_map(|m| m["seq"].as_u64()).collect();
    assert!(
        numbers.iter().all(|n| *n > seq) && numbers.is_sorted(),
        "{numbers:?}"
    );
}

#[tokio::test]
async fn a_client_that_stops_reading_holds_up_nobody_and_costs_little() {
    let text = "All work and no play makes a dull day. ".repeat(20_000);
    let home = Home::scripted(&format!(
        "[[steps]]\nwhen = {{ user = \"first\" }}\ntext = \"Hi.\"\n[[steps]]\noutput = [{{ text = {text:?}, chunk = 40 }}]\n"
    ));
    let server = home.listen(&[]).await;
    let mut reader = server.client().await;
    let thread = reader.start_thread().await;
    reader.turn(&thread, "first").await;
    let mut sleeper = server.client().await;
    join(&mut sleeper, &thread).await;
    let before = server.metric("process_resident_memory_bytes").await;
    reader.forget();
    reader.turn(&thread, "tell me").await;
    let got = reader.streamed("item/agentMessage/delta");
    assert_eq!(got.len(), text.len());
    assert!(got == text, "every character in its place");
    let after = server.metric("process_resident_memory_bytes").await;
    assert!(after < before + 48e6, "{before} grew to {after}");
}

#[tokio::test]
async fn an_idle_server_says_goodbye_on_a_signal() {
    for signal in [libc::SIGTERM, libc::SIGINT] {
        let home = Home::empty();
        let mut server = home.listen(&[]).await;
        let mut client = server.client().await;
        server.signal(signal);
        client.until_closed().await;
        assert_eq!(server.exit_code().await, Some(0));
    }
}

#[tokio::test]
async fn a_running_turn_is_finished_before_the_server_ends() {
    let home = Home::scripted(
        "[[steps]]\noutput = [{ run = \"echo ready; while [ ! -e go-on ]; do sleep 0.02; done\" }]\n[[steps]]\ntext = \"Finished.\"\n",
    );
    let mut server = home.listen(&[]).await;
    let mut client = server.client().await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, "go").await;
    client.until("item/commandExecution/outputDelta").await;
    server.signal(libc::SIGTERM);
    assert!(
        server
            .http("GET /readyz HTTP/1.1\r\n\r\n")
            .await
            .starts_with("HTTP/1.1 200")
    );
    fs::write(home.work().join("go-on"), "").unwrap();
    let end = client.until("turn/completed").await;
    assert_eq!(end["params"]["turn"]["status"], "completed");
    client.until_closed().await;
    assert_eq!(server.exit_code().await, Some(0));
}

#[tokio::test]
async fn a_second_signal_ends_at_once_whatever_runs() {
    let home = Home::scripted_with(TOUCH, ASK);
    let mut server = home.listen(&[]).await;
    let mut client = server.client().await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, "make it").await;
    client.until("item/commandExecution/requestApproval").await;
    server.signal(libc::SIGTERM);
    // Two signals may become one until the first has been taken: no turn is started any more then.
    loop {
        let id = client
            .request("turn/start", json!({ "threadId": thread, "input": [] }))
            .await;
        if client.reply(id).await.get("error").is_some() {
            break;
        }
    }
    server.signal(libc::SIGTERM);
    assert_eq!(server.exit_code().await, Some(0));
}
