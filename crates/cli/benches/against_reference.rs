//! How fast and how small the server is, and how that compares with the reference's.
//!
//! `cargo bench -p codex-cli`; with `CODEX_REFERENCE_BIN=/path/to/codex` the reference goes through the same, turn by
//! turn with ours, so that a busy machine slows both.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const OURS: &str = env!("CARGO_BIN_EXE_codex");
/// Servers started of each program.
const ROUNDS: usize = 15;
/// Threads and turns started on each server; the first of each server is not counted.
const REPEATS: usize = 5;
/// After this a server that was just initialized has done what it does in the background at the start.
const SETTLED: Duration = Duration::from_millis(500);

fn main() {
    let model = serve_model();
    let reference = std::env::var_os("CODEX_REFERENCE_BIN").map(PathBuf::from);
    let programs: Vec<PathBuf> = [Some(PathBuf::from(OURS)), reference]
        .into_iter()
        .flatten()
        .collect();
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

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
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
    figures.memory.push(server.resident_mib());
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

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

/// A server on stdio.
struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next_id: u64,
}

impl Server {
    fn start(program: &Path, home: &Path) -> Self {
        let mut child = Command::new(program)
            .arg("app-server")
            .env("CODEX_HOME", home)
            .env("HOME", home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let input = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Self {
            child,
            input,
            output,
            next_id: 0,
        }
    }

    fn call(&mut self, method: &str, params: Value) -> Value {
        self.next_id += 1;
        let request = json!({ "id": self.next_id, "method": method, "params": params });
        writeln!(self.input, "{request}").expect("the server reads");
        loop {
            let mut message = self.next();
            if message["id"] == self.next_id && message.get("method").is_none() {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].take();
            }
        }
    }

    fn until(&mut self, method: &str) {
        while self.next()["method"] != method {}
    }

    fn next(&mut self) -> Value {
        let mut line = String::new();
        assert!(
            self.output.read_line(&mut line).expect("text") > 0,
            "the server ended"
        );
        serde_json::from_str(&line).expect("a message")
    }

    fn resident_mib(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it is running");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .expect("a resident size");
        line.trim()
            .trim_end_matches(" kB")
            .trim()
            .parse::<f64>()
            .expect("a number")
            / 1024.0
    }

    fn end(self) {
        let Self {
            mut child,
            input,
            mut output,
            ..
        } = self;
        drop(input);
        // What is still said is nobody's concern.
        let _ = output.read_to_end(&mut Vec::new());
        child.wait().expect("it is a child");
    }
}

fn make_home(model: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a folder");
    let config = format!(
        "model = \"gpt-5.4\"\nmodel_provider = \"mock\"\napproval_policy = \"never\"\nsandbox_mode = \"read-only\"\n\
         [analytics]\nenabled = false\n\
         [model_providers.mock]\nname = \"Mock\"\nbase_url = \"{model}/v1\"\nwire_api = \"responses\"\nsupports_websockets = false\n"
    );
    fs::write(home.path().join("config.toml"), config).expect("a file");
    home
}

/// A model service that answers every request with the same message at once; its address is returned.
fn serve_model() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A server that is killed in the middle breaks its connection; that is no failure.
            thread::spawn(move || answer_requests(stream));
        }
    });
    url
}

fn answer_requests(stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut input = BufReader::new(stream.try_clone()?);
    let mut output = stream;
    let answer = answer();
    loop {
        let mut first = String::new();
        if input.read_line(&mut first)? == 0 {
            return Ok(());
        }
        let mut length = 0;
        loop {
            let mut line = String::new();
            input.read_line(&mut line)?;
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        std::io::copy(&mut input.by_ref().take(length), &mut std::io::sink())?;
        let (status, kind, body) = match first.contains("/responses ") {
            true => ("200 OK", "text/event-stream", answer.as_str()),
            false => ("404 Not Found", "application/json", "{}"),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        output.write_all((head + body).as_bytes())?;
    }
}

fn answer() -> String {
    let item = json!({ "type": "message", "role": "assistant", "id": "m", "content": [{ "type": "output_text", "text": "Hello." }] });
    let usage = json!({ "input_tokens": 1, "input_tokens_details": null, "output_tokens": 1, "output_tokens_details": null, "total_tokens": 2 });
    let events = [
        json!({ "type": "response.created", "response": { "id": "r" } }),
        json!({ "type": "response.output_item.done", "item": item }),
        json!({ "type": "response.completed", "response": { "id": "r", "usage": usage } }),
    ];
    events
        .iter()
        .map(|e| format!("event: {}\ndata: {e}\n\n", e["type"].as_str().unwrap_or_default()))
        .collect()
}
