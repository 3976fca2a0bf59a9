//! Counters and gauges of the server, as Prometheus text (`GET /metrics`).
//!
//! Counting is an atomic add; everything that needs a look around is looked at when the page is asked for.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What is counted over the life of the process.
#[derive(Debug, Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<(&'static str, bool), Requests>>,
    refused: AtomicU64,
    slow_clients: AtomicU64,
    turns: [AtomicU64; 3],
    tokens: [AtomicU64; 3],
}

#[derive(Debug, Default, Clone, Copy)]
struct Requests {
    count: u64,
    seconds: f64,
}

/// How a turn ended.
#[derive(Debug, Clone, Copy)]
pub enum TurnOutcome {
    /// Its work is done.
    Completed,
    /// Somebody stopped it.
    Interrupted,
    /// It failed.
    Failed,
}

/// What is looked at when the page is asked for.
#[derive(Debug, Default)]
pub struct Gauges {
    /// Open connections.
    pub connections: usize,
    /// Requests under way.
    pub in_flight: usize,
    /// Messages that wait to be written, over all connections.
    pub queued_messages: usize,
    /// Bytes of those.
    pub queued_bytes: usize,
    /// Loaded threads.
    pub threads: usize,
    /// Turns running right now.
    pub turns_running: usize,
}

impl Metrics {
    /// A request has been answered.
    pub fn request_done(&self, method: &'static str, ok: bool, took: Duration) {
        let mut requests = self
            .requests
            .lock()
            .expect("no code panics while it holds the counters");
        let entry = requests.entry((method, ok)).or_default();
        entry.count += 1;
        entry.seconds += took.as_secs_f64();
    }

    /// A request was refused because its connection has too many under way.
    pub fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// A connection was dropped because it did not read.
    pub fn slow_client(&self) {
        self.slow_clients.fetch_add(1, Ordering::Relaxed);
    }

    /// A turn ended.
    pub fn turn_ended(&self, outcome: TurnOutcome) {
        self.turns[outcome as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// A response of the model told its usage.
    pub fn tokens_used(&self, input: i64, cached: i64, output: i64) {
        for (counter, n) in self.tokens.iter().zip([input, cached, output]) {
            counter.fetch_add(n.max(0) as u64, Ordering::Relaxed);
        }
    }

    /// The page.
    pub fn page(&self, gauges: &Gauges) -> String {
        let mut page = Page(String::with_capacity(4096));
        page.family("codex_connections", "gauge", "Open client connections.");
        page.sample("codex_connections", "", gauges.connections);
        let requests = self
            .requests
            .lock()
            .expect("no code panics while it holds the counters")
            .clone();
        page.family(
            "codex_requests_total",
            "counter",
            "Requests answered, by method and outcome.",
        );
        for ((method, ok), r) in &requests {
            page.sample("codex_requests_total", &labels(method, *ok), r.count);
        }
        page.family(
            "codex_request_seconds_total",
            "counter",
            "Time from taking a request up to its reply.",
        );
        for ((method, ok), r) in &requests {
            page.sample("codex_request_seconds_total", &labels(method, *ok), r.seconds);
        }
        page.family(
            "codex_requests_refused_total",
            "counter",
            "Requests refused for too many under way.",
        );
        page.sample(
            "codex_requests_refused_total",
            "",
            self.refused.load(Ordering::Relaxed),
        );
        page.family("codex_requests_in_flight", "gauge", "Requests under way.");
        page.sample("codex_requests_in_flight", "", gauges.in_flight);
        page.family(
            "codex_outgoing_messages",
            "gauge",
            "Messages waiting to be written to clients.",
        );
        page.sample("codex_outgoing_messages", "", gauges.queued_messages);
        page.family(
            "codex_outgoing_bytes",
            "gauge",
            "Bytes waiting to be written to clients.",
        );
        page.sample("codex_outgoing_bytes", "", gauges.queued_bytes);
        page.family(
            "codex_slow_clients_total",
            "counter",
            "Connections dropped because they did not read.",
        );
        page.sample(
            "codex_slow_clients_total",
            "",
            self.slow_clients.load(Ordering::Relaxed),
        );
        page.family("codex_threads_loaded", "gauge", "Threads in memory.");
        page.sample("codex_threads_loaded", "", gauges.threads);
        page.family("codex_turns_running", "gauge", "Turns running.");
        page.sample("codex_turns_running", "", gauges.turns_running);
        page.family("codex_turns_total", "counter", "Turns ended, by outcome.");
        for (outcome, count) in ["completed", "interrupted", "failed"].iter().zip(&self.turns) {
            page.sample(
                "codex_turns_total",
                &format!("outcome=\"{outcome}\""),
                count.load(Ordering::Relaxed),
            );
        }
        page.family(
            "codex_tokens_total",
            "counter",
            "Tokens told by the model's service, by kind.",
        );
        for (kind, count) in ["input", "cached_input", "output"].iter().zip(&self.tokens) {
            page.sample(
                "codex_tokens_total",
                &format!("kind=\"{kind}\""),
                count.load(Ordering::Relaxed),
            );
        }
        page.family("codex_child_processes", "gauge", "Child processes of the server.");
        page.sample("codex_child_processes", "", child_processes());
        page.family(
            "process_resident_memory_bytes",
            "gauge",
            "Resident memory of the server.",
        );
        page.sample("process_resident_memory_bytes", "", resident_bytes());
        page.0
    }
}

fn labels(method: &str, ok: bool) -> String {
    format!(
        "method=\"{method}\",outcome=\"{}\"",
        if ok { "ok" } else { "error" }
    )
}

struct Page(String);

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}").expect("writing to a string");
    }

    fn sample(&mut self, name: &str, labels: &str, value: impl std::fmt::Display) {
        let braces = if labels.is_empty() {
            String::new()
        } else {
            format!("{{{labels}}}")
        };
        writeln!(self.0, "{name}{braces} {value}").expect("writing to a string");
    }
}

fn resident_bytes() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok())
        .unwrap_or(0);
    // SAFETY: sysconf reads a constant of the system.
    let page_size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    pages * u64::try_from(page_size).unwrap_or(4096)
}

fn child_processes() -> usize {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else {
        return 0;
    };
    tasks
        .flatten()
        .filter_map(|task| fs::read_to_string(task.path().join("children")).ok())
        .map(|children| children.split_whitespace().count())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_counts_requests_by_method_and_outcome() {
        let metrics = Metrics::default();
        metrics.request_done("thread/list", true, Duration::from_millis(500));
        metrics.request_done("thread/list", true, Duration::from_millis(500));
        metrics.request_done("thread/list", false, Duration::ZERO);
        metrics.turn_ended(TurnOutcome::Failed);
        let page = metrics.page(&Gauges::default());
        assert!(
            page.contains("codex_requests_total{method=\"thread/list\",outcome=\"ok\"} 2\n"),
            "{page}"
        );
        assert!(page.contains("codex_request_seconds_total{method=\"thread/list\",outcome=\"ok\"} 1\n"));
        assert!(page.contains("codex_turns_total{outcome=\"failed\"} 1\n"));
    }
}
