//! How fast and how small the server is, and how that compares with the reference's.
//!
//! `cargo bench -p codex-cli`; with `CODEX_REFERENCE_BIN=/path/to/codex` the reference goes through the same, turn by
//! turn with ours, so that a busy machine slows both.

mod support;

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use support::{Memory, Server, make_home, median, ms, programs, serve_model};

/// Servers started of each program.
const ROUNDS: usize = 15;
/// Threads and turns started on each server; the first of each server is not counted.
const REPEATS: usize = 5;
/// After this a server that was just initialized has done what it does in the background at the start.
const SETTLED: Duration = Duration::from_millis(500);

fn main() {
    let model = serve_model();
    let programs = programs();
    let mut all: Vec<Figures> = programs.iter().map(|_| Figures::default()).collect();
    let homes: Vec<tempfile::TempDir> = programs.iter().map(|_| make_home(&model)).collect();
    for round in 0..=ROUNDS {
        for ((program, home), figures) in programs.iter().zip(&homes).zip(&mut all) {
            let measured = measure(program, home.path());
            // The first start of each fills the caches and makes the home.
            if round > 0 {
                figures.add(measured);
            }
        }
    }
    let sizes: Vec<f64> = programs
        .iter()
        .map(|p| fs::metadata(p).expect("the program is there").len() as f64 / 1e6)
        .collect();
    show(&all, &sizes);
}

/// Everything measured of one program, round by round.
#[derive(Default)]
struct Figures {
    start: Vec<f64>,
    memory: Vec<f64>,
    thread: Vec<f64>,
    turn: Vec<f64>,
}

impl Figures {
    fn add(&mut self, other: Figures) {
        self.start.extend(other.start);
        self.memory.extend(other.memory);
        self.thread.extend(other.thread);
        self.turn.extend(other.turn);
    }
}

#[allow(clippy::print_stdout, reason = "the table is what this program is for")]
fn show(all: &[Figures], sizes: &[f64]) {
    let rows: [(&str, Vec<f64>); 5] = [
        (
            "start to initialize reply, ms",
            all.iter().map(|f| median(&f.start)).collect(),
        ),
        (
            "thread/start, ms",
            all.iter().map(|f| median(&f.thread)).collect(),
        ),
        (
            "one-message turn, ms",
            all.iter().map(|f| median(&f.turn)).collect(),
        ),
        (
            "resident after initialize, MiB",
            all.iter().map(|f| median(&f.memory)).collect(),
        ),
        ("program, MB", sizes.to_vec()),
    ];
    println!(
        "{:<34}{:>10}{:>12}{:>8}",
        "median of", "ours", "reference", "ratio"
    );
    for (name, values) in rows {
        match values[..] {
            [ours, reference] => println!("{name:<34}{ours:>10.2}{reference:>12.2}{:>8.1}", reference / ours),
            _ => println!("{name:<34}{:>10.2}", values[0]),
        }
    }
}

/// Starts one server and takes all figures of it.
fn measure(program: &Path, home: &Path) -> Figures {
    let mut figures = Figures::default();
    let begin = Instant::now();
    let mut server = Server::start(program, home);
    server.call(
        "initialize",
        json!({ "clientInfo": { "name": "bench", "version": "1" } }),
    );
    figures.start.push(ms(begin));
    thread::sleep(SETTLED);
    figures.memory.push(server.memory_mib(Memory::Resident));
    for repeat in 0..=REPEATS {
        let begin = Instant::now();
        let reply = server.call("thread/start", json!({ "cwd": home }));
        let thread = ms(begin);
        let id = &reply["thread"]["id"];
        let begin = Instant::now();
        server.call(
            "turn/start",
            json!({ "threadId": id, "input": [{ "type": "text", "text": "hi" }] }),
        );
        server.until("turn/completed");
        if repeat > 0 {
            figures.thread.push(thread);
            figures.turn.push(ms(begin));
        }
    }
    server.end();
    figures
}
