//! One WebSocket connection: a text frame is a message; pings keep watch over peers that vanish.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error as WsError};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::app::App;
use crate::outbox::Closed;
use crate::receive::receive;
use crate::session::{Session, TransportKind};

/// How often a ping is sent.
const PING_EVERY: Duration = Duration::from_secs(20);
/// A peer that neither sends nor takes a byte for this long is gone.
const GONE_AFTER: Duration = Duration::from_secs(60);
/// How long a closing connection may take to write its queue and the close frame.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);

/// Largest frame and message taken (transport.md §6).
const MAX_FRAME: usize = 16 << 20;
const MAX_MESSAGE: usize = 64 << 20;

type Socket<S> = WebSocketStream<Watched<S>>;

/// What is taken of a peer, and how much memory an idle connection may hold.
pub(crate) fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .max_frame_size(Some(MAX_FRAME))
        .max_message_size(Some(MAX_MESSAGE))
        .read_buffer_size(4 << 10)
        .write_buffer_size(0)
}

/// Serves an upgraded stream until either side ends it.
pub async fn serve<S>(app: Arc<App>, kind: TransportKind, stream: S)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let life = Arc::new(Life::new());
    let stream = Watched {
        inner: stream,
        life: Arc::clone(&life),
        waiting_to_write: false,
    };
    let (sink, source) = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config()))
        .await
        .split();
    let session = app.connections.open(kind);
    let ping = Arc::new(Notify::new());
    let mut writer = tokio::spawn(write(Arc::clone(&session), sink, Arc::clone(&ping)));
    let close = tokio::select! {
        close = read(&app, &session, source) => close,
        () = watch(&life, &ping) => None,
        () = session.gone.cancelled() => None,
        () = session.outbox.overflowed() => {
            app.metrics.slow_client();
            Some(CloseCode::Policy.into())
        }
        _ = &mut writer => {
            app.disconnected(&session);
            session.outbox.close(Closed::Gone);
            return;
        }
    };
    app.disconnected(&session);
    match close {
        Some(code) => {
            session.close_with(code);
            session.outbox.close(Closed::Draining);
        }
        None => session.outbox.close(Closed::Gone),
    }
    if timeout(CLOSE_WITHIN, &mut writer).await.is_err() {
        writer.abort();
    }
}

/// Takes up message after message. Returns the code to close with, or `None` when the stream is broken.
async fn read<S>(app: &Arc<App>, session: &Arc<Session>, mut source: SplitStream<Socket<S>>) -> Option<u16>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    while let Some(message) = source.next().await {
        match message {
            Ok(Message::Text(text)) => receive(app, session, text.as_bytes()),
            Ok(Message::Close(_)) => return Some(CloseCode::Normal.into()),
            // Binary messages are dropped; pings are answered by the library.
            Ok(_) => {}
            Err(WsError::Capacity(CapacityError::MessageTooLong { .. })) => {
                return Some(CloseCode::Size.into());
            }
            Err(WsError::Utf8(_)) => return Some(CloseCode::Invalid.into()),
            Err(WsError::Protocol(_)) => return Some(CloseCode::Protocol.into()),
            Err(_) => return None,
        }
    }
    None
}

/// Writes the outbox, and pings when asked, until the outbox closes.
async fn write<S>(session: Arc<Session>, mut sink: SplitSink<Socket<S>, Message>, ping: Arc<Notify>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let closed = loop {
        let sent = tokio::select! {
            message = session.outbox.pop() => match message {
                Ok(bytes) => {
                    let text = Utf8Bytes::try_from(bytes).expect("messages are serialized JSON");
                    sink.send(Message::Text(text)).await
                }
                Err(closed) => break closed,
            },
            () = ping.notified() => sink.send(Message::Ping(Default::default())).await,
        };
        if sent.is_err() {
            return;
        }
    };
    let (code, reason) = match closed {
        Closed::Draining => (session.close_code(), ""),
        Closed::TooSlow => (CloseCode::Policy.into(), "messages were not read fast enough"),
        Closed::Gone => return,
    };
    let close = CloseFrame {
        code: code.into(),
        reason: reason.into(),
    };
    // The peer may be gone already; there is nobody to tell then.
    let _ = timeout(CLOSE_WITHIN, sink.send(Message::Close(Some(close)))).await;
}

/// Sends pings; returns when the peer has shown no sign of life for too long.
async fn watch(life: &Life, ping: &Notify) {
    let mut ticks = interval(PING_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        if life.silent_for() > GONE_AFTER {
            return;
        }
        ping.notify_one();
    }
}

/// When the peer last did something: sent a byte, or took one after the socket was full.
#[derive(Debug)]
struct Life {
    start: Instant,
    seen: AtomicU64,
}

impl Life {
    fn new() -> Self {
        Self {
            start: Instant::now(),
            seen: AtomicU64::new(0),
        }
    }

    fn sign(&self) {
        self.seen
            .store(self.start.elapsed().as_millis() as u64, Ordering::Relaxed);
    }

    fn silent_for(&self) -> Duration {
        self.start
            .elapsed()
            .saturating_sub(Duration::from_millis(self.seen.load(Ordering::Relaxed)))
    }
}

/// A stream that notes signs of life. Bytes written do not count by themselves: the system takes them for a peer that
/// is long gone, until its buffers are full.
#[derive(Debug)]
struct Watched<S> {
    inner: S,
    life: Arc<Life>,
    waiting_to_write: bool,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = ready!(Pin::new(&mut self.inner).poll_read(cx, buf));
        if buf.filled().len() > before {
            self.life.sign();
        }
        Poll::Ready(read)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, buf);
        match written {
            Poll::Pending => self.waiting_to_write = true,
            Poll::Ready(_) if std::mem::take(&mut self.waiting_to_write) => self.life.sign(),
            Poll::Ready(_) => {}
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::Limits;
    use codex_protocol::ConfigWarningNotification;
    use tokio::io::{AsyncReadExt, DuplexStream, duplex};
    use tokio::task::JoinHandle;

    /// How much is on its way to a peer before a write waits.
    const PIPE: usize = 4096;

    fn serving() -> (Arc<App>, DuplexStream, JoinHandle<()>, tempfile::TempDir) {
        let home = tempfile::tempdir().unwrap();
        let app = App::in_home(home.path());
        let (ours, theirs) = duplex(PIPE);
        let served = tokio::spawn(serve(Arc::clone(&app), TransportKind::WebSocket, ours));
        (app, theirs, served, home)
    }

    async fn peer(stream: DuplexStream) -> Socket<DuplexStream> {
        let stream = Watched {
            inner: stream,
            life: Arc::new(Life::new()),
            waiting_to_write: false,
        };
        WebSocketStream::from_raw_socket(stream, Role::Client, None).await
    }

    async fn session(app: &App) -> Arc<Session> {
        loop {
            match app.connections.all().pop() {
                Some(session) => return session,
                None => tokio::task::yield_now().await,
            }
        }
    }

    fn message(length: usize) -> Arc<crate::frame::Frame> {
        let warning = ConfigWarningNotification {
            summary: "x".repeat(length),
            details: None,
            path: None,
            range: None,
        };
        Arc::new(crate::frame::Frame::notification(&warning.into()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_vanished_is_pinged_and_then_dropped() {
        let (app, mut theirs, served, _home) = serving();
        let start = Instant::now();
        served.await.unwrap();
        let after = start.elapsed();
        assert!(
            (GONE_AFTER..=GONE_AFTER + PING_EVERY + CLOSE_WITHIN).contains(&after),
            "{after:?}"
        );
        assert_eq!(app.connections.len(), 0);
        let mut sent = Vec::new();
        theirs.read_to_end(&mut sent).await.unwrap();
        assert_eq!(sent, [0x89, 0].repeat(3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_answers_pings_stays() {
        let (app, theirs, _served, _home) = serving();
        let mut peer = peer(theirs).await;
        let heard = timeout(GONE_AFTER * 10, async {
            while let Some(Ok(message)) = peer.next().await {
                assert!(message.is_ping());
                peer.flush().await.unwrap();
            }
        });
        assert!(heard.await.is_err(), "the server has closed the connection");
        assert_eq!(app.connections.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_takes_a_long_message_slowly_stays_until_it_stops() {
        let (app, mut theirs, served, _home) = serving();
        let session = session(&app).await;
        assert!(session.outbox.push(message(1 << 20), None));
        let mut piece = [0; PIPE];
        for _ in 0..20 {
            tokio::time::sleep(GONE_AFTER / 2).await;
            theirs.read_exact(&mut piece).await.unwrap();
        }
        assert_eq!(app.connections.len(), 1);
        let stopped = Instant::now();
        served.await.unwrap();
        assert!(stopped.elapsed() <= GONE_AFTER + PING_EVERY + CLOSE_WITHIN);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_lets_the_limits_be_exceeded_in_the_middle_of_a_message_is_dropped() {
        let (app, theirs, served, _home) = serving();
        let session = session(&app).await;
        let start = Instant::now();
        let frame = message(100 << 10);
        let mut pushed = 0;
        while session.outbox.push(Arc::clone(&frame), None) {
            pushed += frame.bytes().len();
            tokio::task::yield_now().await;
        }
        assert!(pushed >= Limits::default().bytes);
        served.await.unwrap();
        assert!(start.elapsed() <= CLOSE_WITHIN);
        assert_eq!(app.connections.len(), 0);
        drop(theirs);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_was_too_slow_and_reads_after_all_is_told_why_it_is_closed() {
        let (app, theirs, served, _home) = serving();
        let session = session(&app).await;
        let frame = message(100 << 10);
        while session.outbox.push(Arc::clone(&frame), None) {
            tokio::task::yield_now().await;
        }
        let mut peer = peer(theirs).await;
        let mut close = None;
        while let Some(Ok(message)) = peer.next().await {
            if let Message::Close(Some(frame)) = message {
                close = Some(frame.code);
            }
        }
        assert_eq!(close, Some(CloseCode::Policy));
        served.await.unwrap();
    }
}
