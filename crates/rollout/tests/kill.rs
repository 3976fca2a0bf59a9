//! What a writer has acknowledged survives the death of its process at any moment.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use codex_protocol::ThreadItem;
use codex_rollout::record::AgentMessage;
use codex_rollout::{EventMsg, Writer, fold};

const PATH: &str = "ROLLOUT_KILL_TEST_PATH";
const BEGIN: &str = "ROLLOUT_KILL_TEST_BEGIN";
const ROUNDS: usize = 25;

/// The process that is killed: appends numbered messages, and tells the number of each one that it was told is written.
#[tokio::main(flavor = "current_thread")]
async fn write_until_killed(path: PathBuf, begin: usize) {
    let writer = Writer::open(path);
    for n in begin.. {
        let message = AgentMessage {
            message: format!("{n} {}", "x".repeat(n % 700)),
            ..AgentMessage::default()
        };
        writer
            .append(vec![EventMsg::from(message).into()])
            .await
            .expect("appended");
        if n % 3 == 0 {
            writer.flush().await.expect("written");
            let mut out = std::io::stdout().lock();
            writeln!(out, "acknowledged {n}")
                .and_then(|()| out.flush())
                .expect("told");
        }
    }
}

fn numbers(path: &std::path::Path) -> Vec<usize> {
    let turns = fold::read_turns(std::fs::File::open(path).unwrap()).unwrap();
    let items = turns.into_iter().flat_map(|turn| turn.items);
    items
        .filter_map(|item| match item {
            ThreadItem::AgentMessage { text, .. } => text.split(' ').next()?.parse().ok(),
            _ => None,
        })
        .collect()
}

#[test]
fn what_was_acknowledged_survives_kill() {
    if let Ok(path) = std::env::var(PATH) {
        write_until_killed(path.into(), std::env::var(BEGIN).unwrap().parse().unwrap());
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("r.jsonl");
    std::fs::write(&path, "").unwrap();
    let mut acknowledged = Vec::new();
    let mut begin = 1;
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["what_was_acknowledged_survives_kill", "--exact", "--nocapture"])
            .env(PATH, &path)
            .env(BEGIN, begin.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told = lines
            .map_while(Result::ok)
            .filter_map(|line| line.strip_prefix("acknowledged ")?.parse::<usize>().ok());
        let last = told.take(1 + (round * 7) % 40).last().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged.extend(begin..=last);
        // As if the last write had stopped half way.
        if round % 2 == 0 {
            std::fs::OpenOptions::new()
                .append(true)
                .open(&path)
                .unwrap()
                .write_all(b"{\"timestamp\":\"t\",\"ty")
                .unwrap();
        }
        let written = numbers(&path);
        assert!(acknowledged.iter().all(|n| written.contains(n)), "round {round}");
        assert!(
            written.is_sorted_by(|a, b| a < b),
            "nothing twice, nothing out of order"
        );
        begin = written.last().unwrap() + 1;
    }
}
