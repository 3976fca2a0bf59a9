//! The life of the server: opening the transport, running until it is told to end, ending without loss (transport.md §10).

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

use crate::app::App;
use crate::outbox::Closed;
use crate::session::Session;
use crate::transport::auth::{self, FlagError};
use crate::transport::{Listen, stdio, tcp, unix};

/// How long turns may go on after the first signal before they are interrupted.
const DRAIN_TURNS: Duration = Duration::from_secs(60);
/// How long threads may take to stop their turns and write their histories.
const STOP_THREADS: Duration = Duration::from_secs(10);
/// How long requests may take to be answered once the input has ended, and messages to be written.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// How long those requests may take that do not end by themselves.
const LAST_MOMENT: Duration = Duration::from_millis(200);

/// Why the server cannot serve.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum ServeError {
    #[error("no transport configured; use --listen or enable remote control")]
    NoTransport,
    #[error(transparent)]
    Auth(#[from] FlagError),
    #[error(transparent)]
    Unix(#[from] unix::BindError),
    #[error("{}", shown(.0))]
    Io(io::Error),
}

/// The error is told as it is, so it is not a cause of another.
impl From<io::Error> for ServeError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The messages of the two usual failures to listen, as people know them.
fn shown(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(libc::EADDRINUSE) => format!("Address in use (os error {})", libc::EADDRINUSE),
        Some(libc::EADDRNOTAVAIL) => format!("Address not available (os error {})", libc::EADDRNOTAVAIL),
        _ => error.to_string(),
    }
}

/// Serves until the input ends or a signal comes.
pub async fn serve(
    app: Arc<App>,
    listen: Listen,
    checked: auth::Checked,
    insecure_no_auth: bool,
) -> Result<(), ServeError> {
    match listen {
        Listen::Off => Err(ServeError::NoTransport),
        Listen::Stdio => Ok(serve_stdio(app).await?),
        Listen::WebSocket(address) => {
            let policy = checked.load()?;
            let listener = tcp::bind(address).await?;
            let address = listener.local_addr()?;
            if !address.ip().is_loopback() && policy.is_open() && !insecure_no_auth {
                tracing::warn!(
                    "listening on {address} without authentication: anyone who reaches it can run commands"
                );
            }
            tcp::print_banner(address, &policy, insecure_no_auth);
            let accepting = tokio::spawn(tcp::accept(Arc::clone(&app), listener, policy));
            Ok(serve_until_drained(app, accepting).await?)
        }
        Listen::Unix(path) => {
            let path = path.unwrap_or_else(|| unix::control_socket(app.sources.home.path()));
            let socket = unix::bind(&path)?;
            tracing::info!("listening on unix://{}", path.display());
            let accepting = tokio::spawn(unix::accept(Arc::clone(&app), socket));
            Ok(serve_until_drained(app, accepting).await?)
        }
    }
}

/// One client on stdin and stdout. The end of its input, or a signal, ends the server: what was asked is answered,
/// turns are interrupted and recorded. A client that has closed its end may send a signal, too: that hurries the server
/// along; only a second signal ends it at once.
async fn serve_stdio(app: Arc<App>) -> io::Result<()> {
    let mut signals = Signals::new()?;
    let mut hangup = signal(SignalKind::hangup())?;
    let (session, input_ended, all_written) = stdio::serve(&app)?;
    let mut signalled = false;
    tokio::select! {
        _ = input_ended => tokio::select! {
            () = answer_what_was_asked(&session) => {}
            () = signals.next() => signalled = true,
        },
        () = session.gone.cancelled() => {}
        () = session.outbox.overflowed() => {
            app.metrics.slow_client();
            tracing::error!("the client does not read what it is sent; the server ends");
        }
        () = signals.next() => signalled = true,
        _ = hangup.recv() => signalled = true,
    }
    let end = async {
        app.begin_shutdown();
        session.mute();
        session.gone.cancel();
        stop_threads(&app).await;
        answer_what_was_asked(&session).await;
        app.store.close().await;
        drain(&session, all_written).await;
    };
    tokio::pin!(end);
    loop {
        tokio::select! {
            () = &mut end => return Ok(()),
            () = signals.next() => {
                if signalled {
                    return Ok(());
                }
                signalled = true;
            }
        }
    }
}

/// Waits until no request is under way, for a while. Those that something else has to end (a turn, a process) may be all
/// that is left; they get a moment, and an answer when the server has ended what they wait for.
async fn answer_what_was_asked(session: &Session) {
    let deadline = Instant::now() + LAST_WORDS;
    let mut open = session.in_flight();
    let mut changed = Instant::now();
    // Polling is good enough at the end of a life.
    while open > 0 && Instant::now() < deadline {
        sleep(Duration::from_millis(2)).await;
        let now_open = session.in_flight();
        if now_open != open || session.is_replying() || now_open > session.waiting_for_others() {
            (open, changed) = (now_open, Instant::now());
        } else if changed.elapsed() > LAST_MOMENT {
            return;
        }
    }
}

async fn drain(session: &Session, all_written: oneshot::Receiver<()>) {
    session.outbox.close(Closed::Draining);
    // A client that reads no more is not waited for.
    tokio::select! {
        _ = timeout(LAST_WORDS, all_written) => {}
        () = session.outbox.overflowed() => {}
    }
}

/// A shared server: the first signal lets running turns come to their end, the second ends at once.
async fn serve_until_drained(app: Arc<App>, accepting: tokio::task::JoinHandle<()>) -> io::Result<()> {
    let mut signals = Signals::new()?;
    signals.next().await;
    app.begin_shutdown();
    let end = async {
        let deadline = Instant::now() + DRAIN_TURNS;
        while app.turns_running() > 0 && Instant::now() < deadline {
            sleep(Duration::from_millis(20)).await;
        }
        stop_threads(&app).await;
        accepting.abort();
        // The listener, and the file of a unix socket, go with the task.
        let _ = accepting.await;
        app.store.close().await;
        close_connections(&app).await;
    };
    tokio::select! {
        () = end => {}
        () = signals.next() => {}
    }
    Ok(())
}

/// Lets every connection write its queue, followed by a close frame.
async fn close_connections(app: &App) {
    for session in app.connections.all() {
        session.outbox.close(Closed::Draining);
    }
    let deadline = Instant::now() + LAST_WORDS;
    while app.connections.len() > 0 && Instant::now() < deadline {
        sleep(Duration::from_millis(5)).await;
    }
}

async fn stop_threads(app: &App) {
    let threads = app.threads.all();
    let stop = futures_util::future::join_all(threads.iter().map(|thread| thread.shut_down()));
    if timeout(STOP_THREADS, stop).await.is_err() {
        tracing::error!("threads did not stop in time: {:?}", app.threads.ids());
    }
}

/// SIGINT and SIGTERM.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
