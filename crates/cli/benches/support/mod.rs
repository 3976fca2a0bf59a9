//! What the benchmarks share: servers that are spoken to over stdio, homes, and a model that answers at once.

#![allow(dead_code)] // Each benchmark uses its part of this.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Instant;

use serde_json::{Value, json};

/// Our program, and the reference where `CODEX_REFERENCE_BIN` names it.
pub fn programs() -> Vec<PathBuf> {
    let reference = std::env::var_os("CODEX_REFERENCE_BIN").map(PathBuf::from);
    [Some(PathBuf::from(env!("CARGO_BIN_EXE_codex"))), reference]
        .into_iter()
        .flatten()
        .collect()
}

/// The middle one of some figures.
pub fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Milliseconds since a moment.
pub fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

/// Which memory is meant.
#[derive(Clone, Copy)]
pub enum Memory {
    /// What is resident now.
    Resident,
    /// The most that ever was.
    Peak,
}

impl Memory {
    fn name(self) -> &'static str {
        match self {
            Memory::Resident => "VmRSS:",
            Memory::Peak => "VmHWM:",
        }
    }
}

/// A server on stdio.
pub struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next_id: u64,
}

impl Server {
    pub fn start(program: &Path, home: &Path) -> Self {
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

    pub fn call(&mut self, method: &str, params: Value) -> Value {
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

    pub fn until(&mut self, method: &str) {
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

    /// A figure of the process's memory, in MiB.
    pub fn memory_mib(&self, what: Memory) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it is running");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(what.name()))
            .expect("a size");
        line.trim()
            .trim_end_matches(" kB")
            .trim()
            .parse::<f64>()
            .expect("a number")
            / 1024.0
    }

    pub fn end(self) {
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

/// A new CODEX_HOME that uses a model service.
pub fn make_home(model: &str) -> tempfile::TempDir {
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
pub fn serve_model() -> String {
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
