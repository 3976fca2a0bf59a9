//! How long large homes and long histories take, and how much memory, over the wire; and how that compares with the
//! reference.
//!
//! `cargo bench -p codex-cli --bench histories`; `CODEX_REFERENCE_BIN=/path/to/codex` measures the reference as well.
//! `HISTORIES_THREADS=10000,100000` sets the sizes of the homes, `HISTORIES_MB=200,5120` those of the long histories;
//! an empty value leaves that part out.

#[path = "../../index/tests/support/mod.rs"]
mod made;
mod support;

use std::fs;
use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};
use support::{Memory, Server, make_home, median, ms, programs, serve_model};

/// How often what can be repeated is.
const REPEATS: usize = 20;
/// Bytes a turn of a long history has on average.
const TURN_BYTES: u64 = 24_000;
/// A long history is compacted after so many bytes, as it would be with a usual context window.
const COMPACTED_AFTER: u64 = 4 << 20;

fn main() {
    let model = serve_model();
    for threads in sizes("HISTORIES_THREADS", "10000") {
        let home = make_home(&model);
        made::large_home(home.path(), threads);
        let columns = each_program(home.path(), |program, home| listing(program, home, threads));
        show(&format!("home of {threads} threads"), &columns);
    }
    for megabytes in sizes("HISTORIES_MB", "200") {
        for (compacted, what) in [(Some(COMPACTED_AFTER), "compacted"), (None, "never compacted")] {
            let home = make_home(&model);
            let turns = (megabytes << 20) / TURN_BYTES;
            let path = made::place(home.path(), &made::uid(1), 0, false);
            made::long_history(&path, turns, megabytes << 20, compacted);
            let columns = each_program(home.path(), long);
            show(
                &format!("history of {megabytes} MB, {turns} turns, {what}"),
                &columns,
            );
        }
    }
}

fn sizes(name: &str, usual: &str) -> Vec<u64> {
    let given = std::env::var(name).unwrap_or_else(|_| usual.to_owned());
    given
        .split(',')
        .filter(|n| !n.is_empty())
        .map(|n| n.parse().expect("numbers"))
        .collect()
}

/// A figure's name and value.
type Figure = (&'static str, f64);

/// Measures every program on a copy of the home, so that none finds what another left.
fn each_program(home: &Path, measure: impl Fn(&Path, &Path) -> Vec<Figure>) -> Vec<Vec<Figure>> {
    programs()
        .iter()
        .map(|program| {
            let copy = tempfile::tempdir().expect("a folder");
            copy_all(home, copy.path());
            measure(program, copy.path())
        })
        .collect()
}

fn copy_all(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            fs::create_dir(&target).expect("a folder");
            copy_all(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("a copy");
            let time = entry.metadata().and_then(|m| m.modified()).expect("a time");
            fs::File::options()
                .write(true)
                .open(&target)
                .and_then(|file| file.set_modified(time))
                .expect("time set");
        }
    }
}

#[allow(clippy::print_stdout, reason = "the table is what this program is for")]
fn show(title: &str, columns: &[Vec<Figure>]) {
    println!("\n{title:<48}{:>10}{:>12}{:>8}", "ours", "reference", "ratio");
    for (row, (name, ours)) in columns[0].iter().enumerate() {
        match columns.get(1) {
            Some(other) => println!(
                "{name:<48}{ours:>10.2}{:>12.2}{:>8.1}",
                other[row].1,
                other[row].1 / ours
            ),
            None => println!("{name:<48}{ours:>10.2}"),
        }
    }
}

fn begin(program: &Path, home: &Path) -> Server {
    let mut server = Server::start(program, home);
    server.call(
        "initialize",
        json!({ "clientInfo": { "name": "bench", "version": "1" }, "capabilities": { "experimentalApi": true } }),
    );
    server
}

fn timed(server: &mut Server, method: &str, params: Value) -> (f64, Value) {
    let begin = Instant::now();
    let reply = server.call(method, params);
    (ms(begin), reply)
}

fn repeated(server: &mut Server, method: &str, params: &Value) -> f64 {
    let times: Vec<f64> = (0..REPEATS)
        .map(|_| timed(server, method, params.clone()).0)
        .collect();
    median(&times)
}

fn listing(program: &Path, home: &Path, threads: u64) -> Vec<Figure> {
    let mut server = begin(program, home);
    let page = json!({ "limit": 50 });
    let (first, reply) = timed(&mut server, "thread/list", page.clone());
    assert_eq!(
        reply["data"].as_array().map(Vec::len),
        Some(50),
        "a home of threads lists them"
    );
    let by_cwd = json!({ "limit": 50, "cwd": "/work/project-7" });
    let search = |text: String| json!({ "limit": 50, "searchTerm": text });
    // The first of each brings what is looked at up to date.
    timed(&mut server, "thread/list", by_cwd.clone());
    timed(
        &mut server,
        "thread/list",
        json!({ "limit": 50, "sortKey": "updated_at" }),
    );
    let mut figures = vec![("first page, ms", first)];
    figures.push(("page of 50, ms", repeated(&mut server, "thread/list", &page)));
    figures.push((
        "page of 50 of a folder, ms",
        repeated(&mut server, "thread/list", &by_cwd),
    ));
    let one = search(format!("number {} does", (threads / 2) * 7));
    figures.push(("search, one hit, ms", repeated(&mut server, "thread/list", &one)));
    let many = search("module 1".to_owned());
    figures.push((
        "search, many hits, ms",
        repeated(&mut server, "thread/list", &many),
    ));
    let start = Instant::now();
    let mut cursor = Value::Null;
    for _ in 0..20 {
        cursor = server.call("thread/list", json!({ "limit": 100, "cursor": cursor }))["nextCursor"].take();
    }
    figures.push(("2,000 in pages of 100, ms", ms(start)));
    figures.push(("peak memory, MiB", server.memory_mib(Memory::Peak)));
    server.end();
    let mut server = begin(program, home);
    figures.push((
        "first page after a restart, ms",
        timed(&mut server, "thread/list", page).0,
    ));
    server.end();
    figures
}

fn long(program: &Path, home: &Path) -> Vec<Figure> {
    let id = made::uid(1);
    let mut server = begin(program, home);
    let page = json!({ "threadId": id, "limit": 20 });
    let (first, reply) = timed(&mut server, "thread/turns/list", page.clone());
    let next = json!({ "threadId": id, "limit": 20, "cursor": reply["nextCursor"] });
    let mut figures = vec![("first page of 20 turns, ms", first)];
    figures.push((
        "the same again, ms",
        timed(&mut server, "thread/turns/list", page).0,
    ));
    figures.push(("next page, ms", timed(&mut server, "thread/turns/list", next).0));
    let resume = json!({ "threadId": id, "excludeTurns": true });
    figures.push((
        "resume without turns, ms",
        timed(&mut server, "thread/resume", resume).0,
    ));
    let start = Instant::now();
    let input = json!([{ "type": "text", "text": "hi" }]);
    server.call("turn/start", json!({ "threadId": id, "input": input }));
    server.until("turn/completed");
    figures.push(("the next turn, ms", ms(start)));
    figures.push(("peak memory, MiB", server.memory_mib(Memory::Peak)));
    server.end();
    figures
}
