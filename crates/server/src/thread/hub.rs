//! Who hears a thread: its subscribers, and what those who come back can have replayed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use codex_protocol::ServerNotification;

use crate::connections::Connections;
use crate::frame::Frame;
use crate::session::{ConnectionId, Session};

/// Bounds of what is kept for clients that come back after a lost connection.
const REPLAY_MESSAGES: usize = 8192;
const REPLAY_BYTES: usize = 4 << 20;

/// The subscribers of one thread.
///
/// Each notification gets the next number of the thread. Clients that asked for it in `initialize` see the number and
/// can name the last one they saw when they resume; what came after it is then sent again, as far as it is kept.
/// Nothing is kept until the first such client subscribes.
#[derive(Debug)]
pub struct Hub {
    connections: Arc<Connections>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    subscribers: Vec<Subscriber>,
    seq: u64,
    replay: Option<Replay>,
}

#[derive(Debug)]
struct Subscriber {
    session: Arc<Session>,
    raw_events: bool,
}

#[derive(Debug, Default)]
struct Replay {
    frames: VecDeque<(u64, Arc<Frame>)>,
    bytes: usize,
}

/// What a client that came back gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replayed {
    /// Everything after the number it named is sent to it again.
    Complete,
    /// Some of it is no longer kept: the client must read the thread again.
    Lost,
}

impl Hub {
    /// A thread without subscribers.
    pub fn new(connections: Arc<Connections>) -> Self {
        Self {
            connections,
            state: Mutex::default(),
        }
    }

    /// Subscribes a connection; a second time only `raw_events` changes.
    pub fn subscribe(&self, session: &Arc<Session>, raw_events: bool) {
        if session.gone.is_cancelled() {
            return;
        }
        let mut state = self.lock();
        if session.client().is_some_and(|c| c.replay) {
            state.replay.get_or_insert_default();
        }
        match state.subscribers.iter_mut().find(|s| s.session.id == session.id) {
            Some(subscriber) => subscriber.raw_events |= raw_events,
            None => state.subscribers.push(Subscriber {
                session: Arc::clone(session),
                raw_events,
            }),
        }
    }

    /// Ends a subscription; false if there was none.
    pub fn unsubscribe(&self, id: ConnectionId) -> bool {
        let mut state = self.lock();
        let before = state.subscribers.len();
        state.subscribers.retain(|s| s.session.id != id);
        state.subscribers.len() < before
    }

    /// Whether that connection is subscribed.
    pub fn has(&self, id: ConnectionId) -> bool {
        self.lock().subscribers.iter().any(|s| s.session.id == id)
    }

    /// Whether anybody listens.
    pub fn is_heard(&self) -> bool {
        !self.lock().subscribers.is_empty()
    }

    /// The number of the last notification.
    pub fn seq(&self) -> u64 {
        self.lock().seq
    }

    /// Tells the subscribers.
    pub fn publish(&self, notification: impl Into<ServerNotification>) {
        self.tell(notification.into(), false, false);
    }

    /// Tells the subscribers that asked for raw items.
    pub fn publish_raw(&self, notification: impl Into<ServerNotification>) {
        if self.lock().subscribers.iter().any(|s| s.raw_events) {
            self.tell(notification.into(), true, false);
        }
    }

    /// Tells every initialized connection; subscribers that want numbers get this one numbered, too.
    pub fn broadcast(&self, notification: impl Into<ServerNotification>) {
        self.tell(notification.into(), false, true);
    }

    /// Whether everything after `seq` is still kept.
    pub fn can_replay(&self, seq: u64) -> Replayed {
        let state = self.lock();
        let kept_from = state
            .replay
            .as_ref()
            .map_or(state.seq + 1, |r| r.frames.front().map_or(state.seq + 1, |f| f.0));
        if seq > state.seq || seq + 1 < kept_from {
            Replayed::Lost
        } else {
            Replayed::Complete
        }
    }

    /// Queues for `session` what came after `seq`, numbered. To be called before [`Hub::subscribe`], in the thread's actor.
    pub fn replay(&self, session: &Session, seq: u64) {
        let state = self.lock();
        for (number, frame) in state
            .replay
            .iter()
            .flat_map(|r| &r.frames)
            .filter(|(n, _)| *n > seq)
        {
            if session.hears(frame.method(), frame.is_experimental()) {
                session.outbox.push(Arc::clone(frame), Some(*number));
            }
        }
    }

    /// Sends a server request to every subscriber; `restricted` instead to those without the experimental capability.
    pub fn ask(&self, frame: &Arc<Frame>, restricted: Option<&Arc<Frame>>) {
        for subscriber in &self.lock().subscribers {
            send_request(&subscriber.session, frame, restricted);
        }
    }

    fn tell(&self, notification: ServerNotification, raw_only: bool, everyone: bool) {
        let frame = Arc::new(Frame::notification(&notification));
        let mut state = self.lock();
        state.seq += 1;
        let seq = state.seq;
        if let Some(replay) = state.replay.as_mut().filter(|_| !raw_only) {
            replay.keep(seq, &frame);
        }
        let hears = |session: &Session| session.hears(frame.method(), frame.is_experimental());
        for subscriber in state.subscribers.iter().filter(|s| s.raw_events || !raw_only) {
            let session = &subscriber.session;
            if hears(session) {
                let number = session.client().is_some_and(|c| c.replay).then_some(seq);
                session.outbox.push(Arc::clone(&frame), number);
            }
        }
        if everyone {
            for session in self.connections.all() {
                if hears(&session) && !state.subscribers.iter().any(|s| s.session.id == session.id) {
                    session.outbox.push(Arc::clone(&frame), None);
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("no code panics while it holds the subscribers")
    }
}

/// Sends a server request to one connection.
pub fn send_request(session: &Session, frame: &Arc<Frame>, restricted: Option<&Arc<Frame>>) {
    let experimental = session.client().is_some_and(|c| c.experimental);
    let frame = restricted.filter(|_| !experimental).unwrap_or(frame);
    session.outbox.push(Arc::clone(frame), None);
}

impl Replay {
    fn keep(&mut self, seq: u64, frame: &Arc<Frame>) {
        self.bytes += frame.bytes().len();
        self.frames.push_back((seq, Arc::clone(frame)));
        while self.frames.len() > REPLAY_MESSAGES || (self.bytes > REPLAY_BYTES && self.frames.len() > 1) {
            if let Some((_, dropped)) = self.frames.pop_front() {
                self.bytes -= dropped.bytes().len();
            }
        }
    }
}
