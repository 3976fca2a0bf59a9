//! One connection: its handshake, what it wants to hear, and its outgoing queue.

use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use codex_protocol::{InitializeParams, ServerNotification};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::frame::Frame;
use crate::outbox::{Limits, Outbox};

/// Requests of one connection that may be under way at once; one more is refused with −32001.
pub const MAX_IN_FLIGHT: usize = 1024;

/// How much of large files, as replies carry them, one connection may hold at once, in MiB. One file may be larger.
const MAX_READS: u32 = 64;

/// WebSocket close code of a server that is going down (RFC 6455 §7.4.1).
const GOING_AWAY: u16 = 1001;

/// Numbers connections from 0 over the life of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How a connection reaches us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportKind {
    /// Lines on stdin and stdout.
    Stdio,
    /// WebSocket over TCP.
    WebSocket,
    /// WebSocket over a unix socket.
    UnixSocket,
}

impl TransportKind {
    /// The word logs use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stdio => "stdio",
            Self::WebSocket => "websocket",
            Self::UnixSocket => "unix_socket",
        }
    }
}

/// What a client told in its `initialize`.
#[derive(Debug)]
pub struct Client {
    /// `clientInfo.name`.
    pub name: String,
    /// `clientInfo.version`.
    pub version: String,
    /// It opted into experimental methods, fields and notifications.
    pub experimental: bool,
    /// It wants numbered thread notifications, which it can have replayed after a lost connection.
    pub replay: bool,
    opted_out: HashSet<String>,
}

impl Client {
    /// Takes over the params of `initialize`.
    pub fn new(params: InitializeParams) -> Self {
        let capabilities = params.capabilities.unwrap_or_default();
        Self {
            name: params.client_info.name,
            version: params.client_info.version,
            experimental: capabilities.experimental_api,
            replay: capabilities.event_replay,
            opted_out: capabilities
                .opt_out_notification_methods
                .unwrap_or_default()
                .into_iter()
                .collect(),
        }
    }
}

/// One connection. Everything that talks to the client goes through its outbox.
pub struct Session {
    /// This connection's number.
    pub id: ConnectionId,
    /// How it reaches us.
    pub transport: TransportKind,
    /// What waits to be written to it.
    pub outbox: Outbox,
    /// Cancelled when the connection is gone; what belongs to the connection ends with it.
    pub gone: CancellationToken,
    client: OnceLock<Client>,
    in_flight: AtomicUsize,
    reads: Arc<Semaphore>,
    waiting_for_others: AtomicUsize,
    close_code: AtomicU16,
    muted: AtomicBool,
}

impl Session {
    /// A fresh connection that has not initialized.
    pub fn new(id: ConnectionId, transport: TransportKind) -> Self {
        Self {
            id,
            transport,
            outbox: Outbox::new(Limits::default()),
            gone: CancellationToken::new(),
            client: OnceLock::new(),
            in_flight: AtomicUsize::new(0),
            reads: Arc::new(Semaphore::new(MAX_READS as usize)),
            waiting_for_others: AtomicUsize::new(0),
            close_code: AtomicU16::new(GOING_AWAY),
            muted: AtomicBool::new(false),
        }
    }

    /// What the client told in `initialize`; `None` before that.
    pub fn client(&self) -> Option<&Client> {
        self.client.get()
    }

    /// Completes the handshake; false if it was done before.
    pub fn initialized(&self, client: Client) -> bool {
        self.client.set(client).is_ok()
    }

    /// Whether this connection gets notifications of `method`.
    pub fn hears(&self, method: &str, experimental: bool) -> bool {
        !self.muted.load(Ordering::Relaxed)
            && self
                .client()
                .is_some_and(|c| (c.experimental || !experimental) && !c.opted_out.contains(method))
    }

    /// From now on only replies are sent: the client has gone as far as it has closed its end.
    pub fn mute(&self) {
        self.muted.store(true, Ordering::Relaxed);
    }

    /// Sends a notification to this connection alone, if it wants it.
    pub fn notify(&self, notification: impl Into<ServerNotification>) {
        let notification = &notification.into();
        if self.hears(notification.method(), notification.is_experimental()) {
            self.outbox
                .push(Arc::new(Frame::notification(notification)), None);
        }
    }

    /// Sends several, in their order.
    pub fn notify_all(&self, notifications: Vec<ServerNotification>) {
        for notification in notifications {
            self.notify(notification);
        }
    }

    /// Reserves room for one more request under way; `None` when the connection has too many.
    pub fn admit(self: &Arc<Self>) -> Option<InFlight> {
        let before = self.in_flight.fetch_add(1, Ordering::Relaxed);
        let admitted = InFlight {
            session: Arc::clone(self),
            waits_for_others: false,
        };
        (before < MAX_IN_FLIGHT).then_some(admitted)
    }

    /// Waits until a file of `size` bytes may be read into a reply, which holds it until it is queued.
    pub async fn admit_read(&self, size: u64) -> OwnedSemaphorePermit {
        let as_base64 = size.div_ceil(3).saturating_mul(4).div_ceil(1 << 20);
        let share = u32::try_from(as_base64).map_or(MAX_READS, |share| share.clamp(1, MAX_READS));
        let reads = Arc::clone(&self.reads);
        reads.acquire_many_owned(share).await.expect("it is never closed")
    }

    /// Whether a request is under way that only waits for others, or for the client to read.
    pub fn is_replying(&self) -> bool {
        self.outbox.is_waited_for() || self.reads.available_permits() < MAX_READS as usize
    }

    /// The WebSocket close code to end with; until one is set, that of a server going away.
    pub fn close_with(&self, code: u16) {
        self.close_code.store(code, Ordering::Relaxed);
    }

    /// See [`Session::close_with`].
    pub fn close_code(&self) -> u16 {
        self.close_code.load(Ordering::Relaxed)
    }

    /// Requests under way.
    pub fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// How many of them do not end by themselves.
    pub fn waiting_for_others(&self) -> usize {
        self.waiting_for_others.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id)
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}

/// Counts one request as under way until it is dropped.
#[derive(Debug)]
pub struct InFlight {
    session: Arc<Session>,
    waits_for_others: bool,
}

impl InFlight {
    /// From now on the request waits for something that need not come soon.
    pub fn waits_for_others(&mut self) {
        if !std::mem::replace(&mut self.waits_for_others, true) {
            self.session.waiting_for_others.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.session.in_flight.fetch_sub(1, Ordering::Relaxed);
        if self.waits_for_others {
            self.session.waiting_for_others.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
