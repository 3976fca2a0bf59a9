//! What the tests of processes share.

use std::path::Path;
use std::time::{Duration, Instant};

use codex_exec::Command;
use codex_sandbox::Means;

/// Makes the test program its own sandbox helper, as the real program is. Runs before the harness has threads.
#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = {
    extern "C" fn before_main() {
        codex_sandbox::init();
    }
    before_main
};

/// A shell command in a folder.
pub fn sh(script: &str, cwd: &Path) -> Command {
    Command::new(["sh", "-c", script], cwd)
}

/// Whether commands can be held exactly here; says so when a test has to be skipped.
#[allow(dead_code, reason = "not every test program needs a sandbox")]
pub fn has_sandbox() -> bool {
    let found = Means::detect(std::env::var_os("PATH").as_deref());
    let exact = matches!(found, Ok(Means::Bubblewrap(_) | Means::Namespaces));
    if !exact {
        eprintln!("skipped: neither bubblewrap nor namespaces work here: {found:?}");
    }
    exact
}

/// Waits for something another process does; panics when it does not come about.
#[allow(dead_code, reason = "not every test program waits")]
pub async fn until(what: &str, mut true_now: impl FnMut() -> bool) {
    let began = Instant::now();
    while !true_now() {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "never came about: {what}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Whether a process is gone (or only its name is left).
#[allow(dead_code, reason = "not every test program kills")]
pub fn is_gone(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).map_or(true, |stat| stat.contains(") Z "))
}
