//! Logs to stderr, as text or as JSON (transport.md §14).

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Starts logging as `RUST_LOG` (default: `error`) and `LOG_FORMAT` (`json`, anything else is text) say.
pub fn start() {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::ERROR.into())
        .from_env_lossy();
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_span_events(FmtSpan::FULL)
        // Telling of a failed write would go to stderr as well, and panic there.
        .log_internal_errors(false);
    if std::env::var("LOG_FORMAT").is_ok_and(|format| format.trim().eq_ignore_ascii_case("json")) {
        log.json().init();
    } else {
        log.init();
    }
}
