//! Nothing that was told to be done is lost, whatever happens to the server, its databases or its disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use serde_json::{Value, json};
use tokio::time::timeout;

use crate::support::{Client, Dice, Home, MockModel, Reply};

const TALK: &str = "loop = true\n[[steps]]\nwhen = { tool = \"\" }\ntext = \"Done.\"\n[[steps]]\noutput = [{ text = \"On it.\" }, { run = \"echo one\" }]\n";

/// The same with a call that starts no process: what becomes of those is another matter.
const PLAN: &str = "loop = true\n[[steps]]\nwhen = { tool = \"\" }\ntext = \"Done.\"\n[[steps]]\noutput = [{ text = \"On it.\" }, { call = \"update_plan\", arguments = { plan = [{ step = \"one\", status = \"completed\" }] } }]\n";

async fn turns(client: &mut Client, thread: &str) -> Vec<Value> {
    let reply = client
        .call("thread/read", json!({ "threadId": thread, "includeTurns": true }))
        .await;
    reply["thread"]["turns"].as_array().expect("turns").clone()
}

fn completed(client: &Client) -> Vec<String> {
    let ended = client.seen("turn/completed").into_iter().map(|p| &p["turn"]);
    ended
        .filter(|t| t["status"] == "completed")
        .map(|t| t["id"].as_str().unwrap().to_owned())
        .collect()
}

/// How often the server is killed.
const ROUNDS: usize = 100;

#[tokio::test]
async fn a_server_killed_at_any_moment_has_kept_every_turn_it_told_to_be_complete() {
    let home = Home::scripted(PLAN);
    let mut dice = Dice(7);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    let began = Instant::now();
    client.turn(&thread, "begin").await;
    let one_turn = began.elapsed();
    let mut kept = completed(&client);
    client.kill().await;
    for round in 0..ROUNDS {
        let mut client = home.client().await;
        client
            .call(
                "thread/resume",
                json!({ "threadId": thread, "excludeTurns": true }),
            )
            .await;
        // However slow the machine is, some turns are told to be complete.
        if round % 2 == 0 {
            client.turn(&thread, "at least once").await;
        }
        let moment = one_turn.mul_f64(dice.roll(2_000) as f64 / 1_000.0);
        let _ = timeout(moment, async {
            loop {
                client.turn(&thread, "again").await;
            }
        })
        .await;
        client.kill().await;
        kept.extend(completed(&client));

        let mut client = home.client().await;
        let stored = turns(&mut client, &thread).await;
        for id in &kept {
            let turn = stored
                .iter()
                .find(|t| t["id"] == *id)
                .unwrap_or_else(|| panic!("round {round}: {id} is lost"));
            assert_eq!(turn["status"], "completed", "round {round}");
            assert_eq!(
                turn["items"].as_array().unwrap().last().unwrap()["text"],
                "Done.",
                "round {round}"
            );
        }
        client.kill().await;
    }
    assert!(
        kept.len() > ROUNDS / 2,
        "only {} turns were put to the test",
        kept.len()
    );
    let mut client = home.client().await;
    client
        .call(
            "thread/resume",
            json!({ "threadId": thread, "excludeTurns": true }),
        )
        .await;
    assert_eq!(client.turn(&thread, "and on").await["status"], "completed");
}

/// Everything in the home that is a cache of the histories.
fn databases(home: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(home).expect("the home");
    entries
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.to_string_lossy().contains(".sqlite"))
        .collect()
}

#[tokio::test]
async fn databases_that_are_deleted_or_damaged_at_any_stage_cost_no_history() {
    let home = Home::scripted(TALK);
    let mut dice = Dice(11);
    let mut threads = Vec::new();
    for _ in 0..8 {
        let mut client = home.client().await;
        let thread = client.start_thread().await;
        client.turn(&thread, "keep me").await;
        threads.push(thread.clone());
        match dice.roll(4) {
            // A log beside a database may go by itself meanwhile.
            0 => databases(&home.path()).iter().for_each(|p| {
                let _ = fs::remove_file(p);
            }),
            1 => databases(&home.path())
                .iter()
                .for_each(|p| fs::write(p, b"this is no database").unwrap()),
            _ => {}
        }
        client.turn(&thread, "still there?").await;
        if dice.roll(2) == 0 {
            client.kill().await
        } else {
            assert_eq!(client.end().await, Some(0))
        }
        match dice.roll(3) {
            // A log beside a database may go by itself meanwhile.
            0 => databases(&home.path()).iter().for_each(|p| {
                let _ = fs::remove_file(p);
            }),
            1 => databases(&home.path()).iter().for_each(|p| {
                let length = fs::metadata(p).unwrap().len();
                fs::OpenOptions::new()
                    .write(true)
                    .open(p)
                    .unwrap()
                    .set_len(length / 2)
                    .unwrap();
            }),
            _ => {}
        }
        let mut client = home.client().await;
        let page = client.call("thread/list", json!({})).await;
        let listed: Vec<&str> = page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|t| t["id"].as_str().unwrap())
            .collect();
        for thread in &threads {
            assert!(
                listed.contains(&thread.as_str()),
                "{thread} is not listed: {listed:?}"
            );
        }
        for thread in &threads {
            assert_eq!(turns(&mut client, thread).await.len(), 2);
            let page = client
                .call("thread/turns/list", json!({ "threadId": thread, "limit": 1 }))
                .await;
            assert_eq!(page["data"][0]["items"][0]["content"][0]["text"], "still there?");
        }
        client.end().await;
    }
}

#[tokio::test]
async fn a_history_in_use_by_another_server_is_not_written_to() {
    let (reply, gate) = Reply::held("working", " on it");
    let model = MockModel::start([Reply::message(&["hello"]), reply, Reply::message(&["my turn"])]).await;
    let home = Home::served(&model.url);
    let mut first = home.client().await;
    let thread = first.start_thread().await;
    first.turn(&thread, "hi").await;
    let mut second = home.client().await;
    second.call("thread/resume", json!({ "threadId": thread })).await;

    first.start_turn(&thread, "hold it").await;
    first.until("item/agentMessage/delta").await;
    let input = json!([{ "type": "text", "text": "me too" }]);
    let (code, message) = second
        .refusal("turn/start", json!({ "threadId": thread, "input": input }))
        .await;
    assert_eq!(code, -32600);
    assert!(message.contains("in use by another process"), "{message}");

    gate.notify_one();
    first.until("turn/completed").await;
    assert_eq!(second.turn(&thread, "now me").await["status"], "completed");
    assert_eq!(turns(&mut first, &thread).await.len(), 3);
}

#[tokio::test]
async fn a_full_disk_is_told_and_what_was_said_is_written_when_there_is_room_again() {
    let home = Home::scripted("loop = true\n[[steps]]\ntext = \"Hello.\"\n");
    let Some((disk, mut client)) = SmallDisk::serve(&home).await else {
        return;
    };
    let thread = client.start_thread().await;
    client.turn(&thread, "one").await;

    disk.fill();
    client.forget();
    client.turn(&thread, "two, without room").await;
    let told = client
        .seen("warning")
        .iter()
        .any(|p| p["message"].as_str().unwrap().contains("history"));
    assert!(told, "nobody was told that the disk is full");

    disk.make_room();
    client.turn(&thread, "three").await;
    // The disk goes with its server; what it told to be complete is there before.
    disk.keep();
    assert_eq!(client.end().await, Some(0));
    let mut client = home.client().await;
    let said: Vec<_> = turns(&mut client, &thread)
        .await
        .iter()
        .map(|t| t["items"][0]["content"][0]["text"].clone())
        .collect();
    assert_eq!(said, ["one", "two, without room", "three"]);
    client.end().await;
}

#[tokio::test]
async fn what_waits_for_room_is_not_given_up_and_what_was_refused_is_not_done() {
    let home = Home::scripted("loop = true\n[[steps]]\ntext = \"Hello.\"\n");
    let Some((disk, mut client)) = SmallDisk::serve(&home).await else {
        return;
    };
    let thread = client.start_thread().await;
    let of_thread = json!({ "threadId": thread });
    client.turn(&thread, "one").await;
    disk.fill();
    client.turn(&thread, "two, without room").await;
    let rollback = json!({ "threadId": thread, "numTurns": 1 });
    let (_, message) = client.refusal("thread/rollback", rollback).await;
    assert!(message.contains("cannot write"), "{message}");
    let (_, message) = client.refusal("thread/archive", of_thread.clone()).await;
    assert!(
        message.contains("failed to archive thread: cannot write"),
        "{message}"
    );
    client.turn(&thread, "three, without room").await;
    assert_eq!(client.seen("warning").len(), 1, "one warning is enough");

    disk.make_room();
    client.turn(&thread, "four").await;
    assert_eq!(client.seen("warning").len(), 1);
    disk.fill();
    client.turn(&thread, "five, without room").await;
    assert_eq!(client.seen("warning").len(), 2, "it began to fail again");
    disk.make_room();
    client.call("thread/archive", of_thread).await;
    assert_eq!(turns(&mut client, &thread).await.len(), 5);
}

/// A small file system with the home's histories. Only its server has it, and it goes with the server.
struct SmallDisk {
    /// Where it would be without the small file system.
    folder: PathBuf,
    /// The same folder as the server sees it.
    seen: PathBuf,
}

impl SmallDisk {
    /// A server with such a disk, where tests may make one.
    async fn serve(home: &Home) -> Option<(Self, Client)> {
        let folder = home.file("disk");
        for shelf in ["sessions", "archived_sessions"] {
            fs::create_dir_all(folder.join(shelf)).unwrap();
            std::os::unix::fs::symlink(folder.join(shelf), home.path().join(shelf)).unwrap();
        }
        let small =
            "mount -t tmpfs -o size=256k none \"$1\" && mkdir \"$1/sessions\" \"$1/archived_sessions\"";
        let command = home.server_with_mounts(small, &folder).await?;
        let mut client = home.server_with(command);
        client.initialize().await;
        let seen = Path::new("/proc").join(format!("{}/root{}", client.pid(), folder.display()));
        Some((Self { folder, seen }, client))
    }

    /// Leaves no room for another byte.
    fn fill(&self) {
        let mut room = 256 << 10;
        while room > 0 {
            let mut file = fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(self.seen.join("filler"))
                .unwrap();
            if std::io::Write::write_all(&mut file, &vec![0; room]).is_err() {
                room /= 2;
            }
        }
    }

    fn make_room(&self) {
        fs::remove_file(self.seen.join("filler")).unwrap();
    }

    /// Copies what is on the disk to where a server without it looks.
    fn keep(&self) {
        copy(&self.seen, &self.folder);
    }
}

/// Copies what is in the folder `from` into the folder `to`.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            fs::create_dir_all(&to).expect("a folder");
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a readable file");
        }
    }
}

#[tokio::test]
async fn a_stderr_that_takes_nothing_costs_only_the_log() {
    let home = Home::scripted(TALK);
    let full = fs::File::options()
        .write(true)
        .open("/dev/full")
        .expect("a device that is full");
    let mut command = home.command(["app-server"]);
    command
        .env("RUST_LOG", "trace")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(full);
    let mut client = Client::of_process(command.spawn().expect("the server starts"));
    client.initialize().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "begin").await;
    assert_eq!(completed(&client).len(), 1);
}
