//! Who hears a thread: its subscribers, and what those who come back can have replayed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};

use codex_protocol::ServerNotification;
use tokio::time::Instant;

use crate::connections::Connections;
use crate::frame::Frame;
use crate::session::{ConnectionId, Session};

/// Bounds of what is kept for clients that come back after a lost connection.
const REPLAY_MESSAGES: usize = 8192;
const REPLAY_BYTES: usize = 4 << 20;

/// The subscribers of one thread.
///
/// Each notification gets the next number of the thread; they begin anew, higher, when it is loaded again. Clients that asked for it in `initialize` see the number and
/// can name the last one they saw when they resume; what came after it is then sent again, as far as it is kept.
/// Nothing is kept until the first such client subscribes.
#[derive(Debug)]
pub struct Hub {
    connections: Arc<Connections>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    subscribers: Vec<Subscriber>,
    /// When the last subscriber left, or the thread was loaded.
    unheard_since: Instant,
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
            state: Mutex::new(State {
                subscribers: Vec::new(),
                unheard_since: Instant::now(),
                seq: first_seq(),
                replay: None,
            }),
        }
    }

    /// Subscribes a connection; a second time only `raw_events` changes.
    pub fn subscribe(&self, session: &Arc<Session>, raw_events: bool) {
        let mut state = self.lock();
        // Looked at under the lock: a connection that goes after this takes the lock to end its subscription.
        if session.gone.is_cancelled() {
            return;
        }
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
        let left = state.subscribers.len() < before;
        if left && state.subscribers.is_empty() {
            state.unheard_since = Instant::now();
        }
        left
    }

    /// Whether that connection is subscribed.
    pub fn has(&self, id: ConnectionId) -> bool {
        self.lock().subscribers.iter().any(|s| s.session.id == id)
    }

    /// Since when nobody listens; `None` while somebody does.
    pub fn unheard_since(&self) -> Option<Instant> {
        let state = self.lock();
        state.subscribers.is_empty().then_some(state.unheard_since)
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

/// Where a thread's numbers begin: the time in microseconds. So those of an earlier load are all smaller than the first
/// that is kept of this one, and all fit into the integers that a client's JSON surely has (below 2^53).
fn first_seq() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_micros()).unwrap_or(u64::MAX) & ((1 << 52) - 1)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::TransportKind;
    use codex_protocol::ThreadClosedNotification;

    fn hub() -> (Hub, Arc<Connections>) {
        let connections = Arc::new(Connections::default());
        (Hub::new(Arc::clone(&connections)), connections)
    }

    fn tell(hub: &Hub) {
        let thread_id = "t".into();
        hub.publish(ThreadClosedNotification { thread_id });
    }

    #[test]
    fn a_connection_that_is_gone_does_not_subscribe() {
        let (hub, connections) = hub();
        let session = connections.open(TransportKind::WebSocket);
        session.gone.cancel();
        hub.subscribe(&session, false);
        assert!(hub.unheard_since().is_some());
    }

    #[test]
    fn the_silence_begins_when_the_last_subscriber_leaves() {
        let (hub, connections) = hub();
        let loaded = hub.unheard_since().expect("nobody listens yet");
        let (one, two) = (
            connections.open(TransportKind::WebSocket),
            connections.open(TransportKind::WebSocket),
        );
        hub.subscribe(&one, false);
        hub.subscribe(&two, false);
        assert_eq!(hub.unheard_since(), None);
        assert!(hub.unsubscribe(one.id));
        assert_eq!(hub.unheard_since(), None);
        assert!(hub.unsubscribe(two.id));
        let left = hub.unheard_since().expect("nobody listens any more");
        assert!(left > loaded);
        assert!(!hub.unsubscribe(two.id));
        assert_eq!(hub.unheard_since(), Some(left), "who was not there did not leave");
    }

    #[test]
    fn numbers_of_an_earlier_load_are_not_taken_for_those_of_this_one() {
        let (before, _) = hub();
        for _ in 0..3 {
            tell(&before);
        }
        let last_seen = before.seq();
        let (hub, _) = hub();
        hub.lock().replay = Some(Replay::default());
        assert_eq!(hub.can_replay(last_seen), Replayed::Lost);
        for _ in 0..10 {
            tell(&hub);
        }
        assert_eq!(hub.can_replay(last_seen), Replayed::Lost);
        assert_eq!(hub.can_replay(hub.seq() - 10), Replayed::Complete);
        assert!(hub.seq() < 1 << 53);
    }
}
