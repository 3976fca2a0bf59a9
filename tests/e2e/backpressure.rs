//! Clients that ask for much at once, and clients that do not read.

use std::fs;

use serde_json::json;

use crate::support::{Client, Home, within};

/// A file whose content is, as a reply, more than may wait in a connection's queue.
const LARGE: usize = 26 << 20;

/// Asks for a large file several times at once, and for something small in between.
async fn read_side_by_side(client: &mut Client, home: &Home) {
    let file = home.work().join("large");
    fs::write(&file, vec![b'x'; LARGE]).unwrap();
    let mut asked = Vec::new();
    for _ in 0..3 {
        let large = client.request("fs/readFile", json!({ "path": file })).await;
        let small = client.request("fs/getMetadata", json!({ "path": file })).await;
        asked.push((large, small));
    }
    for (large, small) in asked {
        assert_eq!(client.reply(small).await["result"]["isFile"], true);
        let reply = client.reply(large).await;
        let content = reply["result"]["dataBase64"].as_str().expect("its content");
        assert_eq!(content.len(), LARGE.div_ceil(3) * 4);
    }
    client.forget();
    client.call("thread/loaded/list", json!({})).await;
}

/// Asks much and reads nothing, until the server has had enough.
async fn ask_without_reading(client: &mut Client) {
    // Each is answered with a list of all methods: all together are far more than the server's queue and the buffers of
    // both ends hold.
    let request = json!({ "id": 1, "method": "no/such/method" }).to_string();
    for _ in 0..200_000 {
        if !client.offer(&request).await {
            return;
        }
    }
}

#[tokio::test]
async fn large_files_are_read_side_by_side_over_stdio() {
    let home = Home::empty();
    let mut client = home.client().await;
    read_side_by_side(&mut client, &home).await;
    assert_eq!(client.end().await, Some(0));
}

#[tokio::test]
async fn large_files_are_read_side_by_side_over_websocket() {
    let home = Home::empty();
    let server = home.listen(&[]).await;
    let mut client = server.client().await;
    read_side_by_side(&mut client, &home).await;
    assert!(server.metric("codex_slow_clients_total").await == 0.0);
}

#[tokio::test]
async fn large_replies_reach_a_client_that_has_closed_its_input() {
    let home = Home::empty();
    let mut client = home.client().await;
    let file = home.work().join("large");
    fs::write(&file, vec![b'x'; 2 << 20]).unwrap();
    let mut asked = Vec::new();
    for _ in 0..10 {
        asked.push(client.request("fs/readFile", json!({ "path": file })).await);
    }
    client.end_input();
    for id in asked {
        assert!(client.reply(id).await["result"]["dataBase64"].is_string());
    }
}

#[tokio::test]
async fn a_server_on_stdio_ends_when_its_client_does_not_read() {
    let home = Home::empty();
    let mut client = home.client().await;
    ask_without_reading(&mut client).await;
    assert_eq!(client.exit_code().await, Some(0));
}

#[tokio::test]
async fn a_websocket_client_that_does_not_read_is_dropped_and_nobody_else() {
    let home = Home::empty();
    let server = home.listen(&[]).await;
    let mut other = server.client().await;
    let mut client = server.client().await;
    ask_without_reading(&mut client).await;
    other.call("thread/loaded/list", json!({})).await;
    within("the end of the connection", client.until_closed()).await;
    assert!(server.metric("codex_slow_clients_total").await == 1.0);
    other.call("thread/loaded/list", json!({})).await;
}
