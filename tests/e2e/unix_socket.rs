//! A server on a unix socket, and the proxy to it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use crate::support::listener::connect_unix;
use crate::support::{Home, process, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Child;

/// Starts a server at `url` and waits until it says that it listens.
async fn listen(home: &Home, url: &str) -> Child {
    let mut command = home.command(["app-server", "--listen", url]);
    command.env("RUST_LOG", "codex_server=info");
    let mut child = command
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    process::banner(&mut child, |line| line.contains("listening on unix://")).await;
    child
}

#[tokio::test]
async fn the_control_socket_is_private_and_goes_with_the_server() {
    let home = Home::empty();
    let socket = home.path().join("app-server-control/app-server-control.sock");
    let mut server = listen(&home, "unix://").await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&socket), mode(socket.parent().unwrap())), (0o600, 0o700));
    let mut client = connect_unix(&socket).await.unwrap();
    client.initialize().await;
    process::signal(&server, libc::SIGTERM);
    client.until_closed().await;
    assert_eq!(within("the end", server.wait()).await.unwrap().code(), Some(0));
    assert!(!socket.exists());
}

#[tokio::test]
async fn a_socket_left_behind_is_taken_over_a_live_one_is_not() {
    let home = Home::empty();
    let socket = home.file("s");
    let url = format!("unix://{}", socket.display());
    let mut first = listen(&home, &url).await;
    let refused = home.run(["app-server", "--listen", &url]).await;
    let message = format!(
        "Error: app-server control socket is already in use at {}",
        socket.display()
    );
    assert_eq!((refused.code, refused.complaint()), (Some(1), message.as_str()));

    first.kill().await.unwrap();
    assert!(socket.exists(), "it had no time to tidy up");
    let _second = listen(&home, &url).await;
    connect_unix(&socket).await.unwrap().initialize().await;
}

#[tokio::test]
async fn a_file_that_is_no_socket_is_left_alone() {
    let home = Home::empty();
    let file = home.write("precious", "data");
    let refused = home
        .run([
            "app-server".into(),
            "--listen".into(),
            format!("unix://{}", file.display()),
        ])
        .await;
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.complaint().ends_with(file.to_str().unwrap()),
        "{}",
        refused.complaint()
    );
    assert_eq!(fs::read_to_string(file).unwrap(), "data");
}

#[tokio::test]
async fn the_proxy_carries_bytes_both_ways_and_ends_with_the_server() {
    let home = Home::empty();
    let socket = home.file("s");
    let server = listen(&home, &format!("unix://{}", socket.display())).await;
    let mut command = home.command(["app-server", "proxy", "--sock"]);
    let mut proxy = command
        .arg(&socket)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut input, mut output) = (proxy.stdin.take().unwrap(), proxy.stdout.take().unwrap());
    let request = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    input.write_all(request).await.unwrap();
    let mut answer = vec![0; 12];
    within("the upgrade", output.read_exact(&mut answer))
        .await
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 101");
    process::signal(&server, libc::SIGTERM);
    // Its own input is still open.
    assert_eq!(
        within("the proxy's end", proxy.wait()).await.unwrap().code(),
        Some(0)
    );
}

#[tokio::test]
async fn a_proxy_to_nobody_says_so() {
    let home = Home::empty();
    let socket = home.path().join("app-server-control/app-server-control.sock");
    let ended = home.run(["app-server", "proxy"]).await;
    let message = format!("Error: failed to connect to socket at {}", socket.display());
    assert_eq!((ended.code, ended.complaint()), (Some(1), message.as_str()));
    assert!(ended.stderr.contains("Caused by:"), "{}", ended.stderr);
}

#[tokio::test]
async fn whoever_reaches_the_socket_needs_no_token_and_may_name_an_origin() {
    let home = Home::empty();
    let socket = home.file("s");
    let _server = listen(&home, &format!("unix://{}", socket.display())).await;
    let mut stream = tokio::net::UnixStream::connect(&socket).await.unwrap();
    let request = b"GET /any HTTP/1.1\r\nhost: x\r\norigin: http://x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-extensions: permessage-deflate\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut head = Vec::new();
    within("the upgrade", async {
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
    })
    .await;
    let head = String::from_utf8(head).unwrap().to_lowercase();
    assert!(
        head.starts_with("http/1.1 101") && !head.contains("permessage-deflate"),
        "{head}"
    );
}
