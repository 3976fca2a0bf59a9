//! Nothing that was told to be done is lost, whatever happens to the server, its databases or its disk.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use crate::support::{Client, Home, MockModel, Reply};

const TALK: &str = "loop = true\n[[steps]]\nwhen = { tool = \"\" }\ntext = \"Done.\"\n[[steps]]\noutput = [{ text = \"On it.\" }, { run = \"echo one\" }]\n";

/// A small generator of numbers, the same ones in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

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

#[tokio::test]
async fn a_server_killed_at_any_moment_has_kept_every_turn_it_told_to_be_complete() {
    let home = Home::scripted(TALK);
    let mut dice = Dice(7);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "begin").await;
    let mut kept = completed(&client);
    client.kill().await;
    for round in 0..100 {
        let mut client = home.client().await;
        client
            .call(
                "thread/resume",
                json!({ "threadId": thread, "excludeTurns": true }),
            )
            .await;
        let moment = Duration::from_micros(dice.roll(60_000));
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
            0 => databases(&home.path())
                .iter()
                .for_each(|p| fs::remove_file(p).unwrap()),
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
            0 => databases(&home.path())
                .iter()
                .for_each(|p| fs::remove_file(p).unwrap()),
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
    let Some(disk) = SmallDisk::mount(&home) else {
        return;
    };
    let mut client = home.client().await;
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
    let Some(disk) = SmallDisk::mount(&home) else {
        return;
    };
    let mut client = home.client().await;
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

/// A small file system with the home's histories, where tests may mount one.
struct SmallDisk {
    folder: std::path::PathBuf,
    _unmount: Unmount,
}

impl SmallDisk {
    fn mount(home: &Home) -> Option<Self> {
        let folder = home.file("disk");
        fs::create_dir(&folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=256k", "none"])
            .arg(&folder)
            .status();
        if !mounted.is_ok_and(|status| status.success()) {
            eprintln!("skipped: a small disk cannot be made here (that takes the right to mount)");
            return None;
        }
        let unmount = Unmount(folder.clone());
        for shelf in ["sessions", "archived_sessions"] {
            fs::create_dir(folder.join(shelf)).unwrap();
            std::os::unix::fs::symlink(folder.join(shelf), home.path().join(shelf)).unwrap();
        }
        Some(Self {
            folder,
            _unmount: unmount,
        })
    }

    /// Leaves no room for another byte.
    fn fill(&self) {
        let mut room = 256 << 10;
        while room > 0 {
            let mut file = fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(self.folder.join("filler"))
                .unwrap();
            if std::io::Write::write_all(&mut file, &vec![0; room]).is_err() {
                room /= 2;
            }
        }
    }

    fn make_room(&self) {
        fs::remove_file(self.folder.join("filler")).unwrap();
    }
}

/// Unmounts a folder in the end.
pub struct Unmount(pub std::path::PathBuf);

impl Drop for Unmount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
