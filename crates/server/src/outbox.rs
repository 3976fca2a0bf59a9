//! A connection's outgoing queue: bounded by count and bytes, joining text deltas of a reader that falls behind.
//!
//! What is pushed is never waited for: a slow reader costs the pusher nothing. Once some messages wait, further deltas
//! of one item are joined at the end of the queue, so a slow reader gets fewer and larger deltas and the queue of a long
//! answer grows by its text alone. A reader that lets [`Limits`] be exceeded loses its connection.
//!
//! Replies that nothing depends on are not pushed but [delivered](Outbox::deliver): they wait for their turn instead of
//! filling the queue, so a reader that reads loses nothing by asking for much at once.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::{BufMut, Bytes, BytesMut};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::frame::Frame;

/// Bounds of one connection's outgoing queue.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Messages that may wait.
    pub messages: usize,
    /// Bytes that may wait before one more message; a single message may be larger. Large messages and others each have
    /// so much, so that what is small does not suffer for what is large.
    pub bytes: usize,
    /// With so many messages waiting, text deltas are joined; before that each is sent as it came.
    pub join_from: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            messages: 32_768,
            bytes: 32 << 20,
            join_from: 32,
        }
    }
}

/// A message of joined deltas that has grown to this takes no more: a reader gets it in one piece.
const JOINED: usize = 128 << 10;

/// Below how many waiting bytes an outbox has room for those who can wait ([`Outbox::room`]). A message of more is large.
const ROOM: usize = 256 << 10;

/// Why an outbox takes no more messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// What is queued is still written, then the connection ends.
    Draining,
    /// The reader let the queue exceed its limits; the queue is dropped.
    TooSlow,
    /// The connection is gone; the queue is dropped.
    Gone,
}

/// The outgoing queue of one connection. One task pops, anyone pushes.
#[derive(Debug)]
pub struct Outbox {
    queue: Mutex<Queue>,
    ready: Notify,
    drained: Notify,
    /// Wakes whoever may be stuck in a write when the limits are exceeded.
    overflow: CancellationToken,
    /// Whose turn it is to deliver a reply, and a large one.
    turn: Semaphore,
    turn_of_large: Semaphore,
    limits: Limits,
}

#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<Outgoing>,
    bytes: usize,
    /// How many of the bytes are those of large messages.
    large: usize,
    closed: Option<Closed>,
}

#[derive(Debug)]
struct Outgoing {
    body: Body,
    seq: Option<u64>,
    /// Its length when it was queued, if it is a large message.
    large: usize,
}

#[derive(Debug)]
enum Body {
    Shared(Arc<Frame>),
    /// Several deltas joined: everything up to the end of the text, and what closes the message.
    Joined {
        head: BytesMut,
        outer: usize,
        tail: Bytes,
    },
}

impl Outgoing {
    fn len(&self) -> usize {
        match &self.body {
            Body::Shared(frame) => frame.bytes().len(),
            Body::Joined { head, tail, .. } => head.len() + tail.len(),
        }
    }

    /// Appends the text of `frame` if it is a delta of the item this message is about; returns the bytes added.
    fn join(&mut self, frame: &Frame, seq: Option<u64>) -> Option<usize> {
        let (outer, text, tail) = frame.delta_parts()?;
        match &mut self.body {
            Body::Shared(first) => {
                let (first_outer, first_text, first_tail) = first.delta_parts()?;
                if first_outer != outer || first_tail != tail {
                    return None;
                }
                let mut head = BytesMut::with_capacity(outer.len() + 4 * (first_text.len() + text.len()));
                head.put_slice(outer);
                head.put_slice(first_text);
                head.put_slice(text);
                self.body = Body::Joined {
                    head,
                    outer: outer.len(),
                    tail: Bytes::copy_from_slice(tail),
                };
            }
            Body::Joined {
                head,
                outer: len,
                tail: own_tail,
            } => {
                if &head[..*len] != outer || own_tail != tail {
                    return None;
                }
                head.put_slice(text);
            }
        }
        self.seq = seq.or(self.seq);
        Some(text.len())
    }

    fn into_bytes(self) -> Bytes {
        let bytes = match self.body {
            Body::Shared(frame) => frame.bytes().clone(),
            Body::Joined { mut head, tail, .. } => {
                head.put_slice(&tail);
                head.freeze()
            }
        };
        let Some(seq) = self.seq else { return bytes };
        let mut numbered = BytesMut::with_capacity(bytes.len() + 24);
        numbered.put_slice(&bytes[..bytes.len() - 1]);
        numbered.put_slice(format!(",\"seq\":{seq}}}").as_bytes());
        numbered.freeze()
    }
}

impl Outbox {
    /// An empty, open queue.
    pub fn new(limits: Limits) -> Self {
        Self {
            queue: Mutex::default(),
            ready: Notify::new(),
            overflow: CancellationToken::new(),
            drained: Notify::new(),
            turn: Semaphore::new(1),
            turn_of_large: Semaphore::new(1),
            limits,
        }
    }

    /// Queues `frame`; `seq` is sent as a member of the envelope. Returns false when the outbox is closed, which this
    /// very push may have caused by exceeding the limits.
    pub fn push(&self, frame: Arc<Frame>, seq: Option<u64>) -> bool {
        self.push_to(&mut self.lock(), frame, seq)
    }

    fn push_to(&self, queue: &mut Queue, frame: Arc<Frame>, seq: Option<u64>) -> bool {
        if queue.closed.is_some() {
            return false;
        }
        let behind = queue.messages.len() >= self.limits.join_from && queue.bytes < self.limits.bytes;
        if let Some(added) = queue
            .messages
            .back_mut()
            .filter(|last| behind && last.len() < JOINED)
            .and_then(|last| last.join(&frame, seq))
        {
            queue.bytes += added;
            return true;
        }
        let length = frame.bytes().len();
        let like_it = if is_large(length) {
            queue.large
        } else {
            queue.others()
        };
        let is_open = queue.messages.len() < self.limits.messages && like_it < self.limits.bytes;
        if is_open {
            let large = if is_large(length) { length } else { 0 };
            queue.bytes += length;
            queue.large += large;
            queue.messages.push_back(Outgoing {
                body: Body::Shared(frame),
                seq,
                large,
            });
        } else {
            queue.close(Closed::TooSlow);
            self.overflow.cancel();
            self.drained.notify_waiters();
        }
        self.ready.notify_one();
        is_open
    }

    /// Queues a reply when its turn has come: a large one when nearly nothing waits any more, others when half of what
    /// may wait is free.
    pub async fn deliver(&self, frame: Arc<Frame>) {
        let is_large = is_large(frame.bytes().len());
        let turn = if is_large { &self.turn_of_large } else { &self.turn };
        let _turn = turn.acquire().await.expect("it is never closed");
        let half = self.limits.bytes / 2;
        let may_come = |queue: &Queue| match is_large {
            true => queue.bytes < ROOM,
            false => queue.others() < half,
        };
        // Checked and queued in one go, or another could come in between.
        let push = |queue: &mut Queue| self.push_to(queue, frame, None);
        self.when(may_come, push).await;
    }

    /// Whether a reply waits for its turn, or for room.
    pub fn is_waited_for(&self) -> bool {
        [&self.turn, &self.turn_of_large]
            .iter()
            .any(|turn| turn.available_permits() == 0)
    }

    /// The next message, or why there are no more.
    pub async fn pop(&self) -> Result<Bytes, Closed> {
        loop {
            {
                let mut queue = self.lock();
                if let Some(message) = queue.messages.pop_front() {
                    queue.bytes -= message.len();
                    queue.large -= message.large;
                    self.drained.notify_waiters();
                    return Ok(message.into_bytes());
                }
                if let Some(closed) = queue.closed {
                    return Err(closed);
                }
            }
            self.ready.notified().await;
        }
    }

    /// Waits until the reader has let the limits be exceeded. Who writes may be stuck in a write then.
    pub async fn overflowed(&self) {
        self.overflow.cancelled().await;
    }

    /// Takes no more messages. [`Closed::Draining`] lets the queue be written first, the others drop it.
    pub fn close(&self, why: Closed) {
        self.lock().close(why);
        self.ready.notify_one();
        self.drained.notify_waiters();
    }

    /// Waits until little is waiting here, or nothing ever will again: for output that can be held back.
    pub async fn room(&self) {
        self.when(|queue| queue.bytes < ROOM, |_| ()).await;
    }

    /// Does something with the queue as soon as it is as it should be, or closed.
    async fn when<R>(&self, is_ready: impl Fn(&Queue) -> bool, work: impl FnOnce(&mut Queue) -> R) -> R {
        loop {
            let mut drained = std::pin::pin!(self.drained.notified());
            // From here on no notification is missed.
            drained.as_mut().enable();
            {
                let mut queue = self.lock();
                if queue.closed.is_some() || is_ready(&queue) {
                    return work(&mut queue);
                }
            }
            drained.await;
        }
    }

    /// Messages and bytes waiting.
    pub fn depth(&self) -> (usize, usize) {
        let queue = self.lock();
        (queue.messages.len(), queue.bytes)
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue
            .lock()
            .expect("no code panics while it holds the queue")
    }
}

fn is_large(length: usize) -> bool {
    length > ROOM
}

impl Queue {
    /// The bytes of messages that are not large.
    fn others(&self) -> usize {
        self.bytes - self.large
    }

    fn close(&mut self, why: Closed) {
        if why != Closed::Draining {
            self.messages.clear();
            (self.bytes, self.large) = (0, 0);
            self.closed = Some(why);
        }
        self.closed.get_or_insert(why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use codex_protocol::AgentMessageDeltaNotification;
    use serde_json::Value;

    fn delta(item: &str, text: &str) -> Arc<Frame> {
        let (thread_id, turn_id, item_id, delta) = ("t".into(), "u".into(), item.into(), text.into());
        let delta = AgentMessageDeltaNotification {
            thread_id,
            turn_id,
            item_id,
            delta,
        };
        Arc::new(Frame::notification(&delta.into()))
    }

    async fn texts(outbox: &Outbox) -> Vec<Value> {
        outbox.close(Closed::Draining);
        let mut out = Vec::new();
        while let Ok(bytes) = outbox.pop().await {
            out.push(serde_json::from_slice(&bytes).unwrap());
        }
        out
    }

    #[tokio::test]
    async fn waiting_deltas_of_one_item_become_one_message() {
        let outbox = Outbox::new(Limits {
            join_from: 0,
            ..Limits::default()
        });
        for (item, text) in [
            ("a", "one \"\n"),
            ("a", "two"),
            ("a", "three"),
            ("b", "x"),
            ("a", "y"),
        ] {
            assert!(outbox.push(delta(item, text), None));
        }
        let got = texts(&outbox).await;
        let deltas: Vec<_> = got
            .iter()
            .map(|m| m["params"]["delta"].as_str().unwrap())
            .collect();
        assert_eq!(deltas, ["one \"\ntwothree", "x", "y"]);
    }

    #[tokio::test]
    async fn joined_deltas_do_not_pass_by_the_limits() {
        let outbox = Outbox::new(Limits {
            join_from: 0,
            ..Limits::default()
        });
        let piece = delta("a", &"x".repeat(8 << 10));
        let pushed = (0..10_000)
            .take_while(|_| outbox.push(Arc::clone(&piece), None))
            .count();
        assert!(pushed * (8 << 10) <= 33 << 20, "{pushed} pieces");
        assert_eq!(outbox.pop().await, Err(Closed::TooSlow));
    }

    #[tokio::test]
    async fn a_message_of_joined_deltas_has_its_size() {
        let outbox = Outbox::new(Limits {
            join_from: 0,
            ..Limits::default()
        });
        for _ in 0..1000 {
            assert!(outbox.push(delta("a", &"x".repeat(1 << 10)), None));
        }
        let got = texts(&outbox).await;
        let sizes: Vec<_> = got
            .iter()
            .map(|m| m["params"]["delta"].as_str().unwrap().len())
            .collect();
        assert_eq!(sizes.iter().sum::<usize>(), 1000 << 10);
        assert!(sizes.iter().all(|size| *size < JOINED + (2 << 10)), "{sizes:?}");
    }

    #[tokio::test]
    async fn joined_deltas_carry_the_number_of_the_last() {
        let outbox = Outbox::new(Limits {
            join_from: 0,
            ..Limits::default()
        });
        outbox.push(delta("a", "1"), Some(1));
        outbox.push(delta("a", "2"), Some(2));
        let got = texts(&outbox).await;
        assert_eq!(got.len(), 1);
        assert_eq!(got[0]["seq"], 2);
        assert_eq!(got[0]["params"]["delta"], "12");
    }

    #[tokio::test]
    async fn a_reader_that_exceeds_the_limits_loses_the_connection() {
        let outbox = Outbox::new(Limits {
            messages: 2,
            ..Limits::default()
        });
        assert!(outbox.push(delta("a", "1"), None));
        assert!(outbox.push(delta("b", "1"), None));
        assert!(!outbox.push(delta("c", "1"), None));
        assert_eq!(outbox.pop().await, Err(Closed::TooSlow));
        assert_eq!(outbox.depth(), (0, 0));
    }

    #[tokio::test]
    async fn one_message_may_be_larger_than_the_byte_limit() {
        let outbox = Outbox::new(Limits {
            bytes: 10,
            ..Limits::default()
        });
        assert!(outbox.push(delta("a", &"x".repeat(1000)), None));
        assert!(!outbox.push(delta("b", "y"), None));
    }

    #[tokio::test]
    async fn a_large_message_does_not_count_against_small_ones() {
        let outbox = Outbox::new(Limits {
            bytes: ROOM,
            ..Limits::default()
        });
        let large = || delta("a", &"x".repeat(2 * ROOM));
        assert!(outbox.push(large(), None));
        assert!(outbox.push(delta("b", "y"), None));
        outbox.pop().await.unwrap();
        assert!(outbox.push(large(), None));
        assert!(!outbox.push(large(), None));
        assert_eq!(outbox.depth(), (0, 0));
    }

    #[tokio::test]
    async fn large_replies_are_queued_one_at_a_time_and_in_order() {
        let outbox = Outbox::new(Limits::default());
        let reply = |name: &str| delta(name, &"x".repeat(2 * ROOM));
        let all = async {
            tokio::join!(
                biased;
                outbox.deliver(reply("a")),
                outbox.deliver(reply("b")),
                outbox.deliver(reply("c"))
            );
            outbox.close(Closed::Draining);
        };
        let read = async {
            let mut items = Vec::new();
            while let Ok(bytes) = outbox.pop().await {
                assert_eq!(outbox.depth().0, 0, "the next one waits until this one is taken");
                let message: Value = serde_json::from_slice(&bytes).unwrap();
                items.push(message["params"]["itemId"].as_str().unwrap().to_owned());
            }
            items
        };
        let ((), items) = tokio::join!(all, read);
        assert_eq!(items, ["a", "b", "c"]);
    }

    #[tokio::test]
    async fn replies_wait_while_half_of_what_may_wait_does() {
        let outbox = Outbox::new(Limits {
            bytes: 2000,
            ..Limits::default()
        });
        outbox.push(delta("a", &"x".repeat(1000)), None);
        let mut waiting = std::pin::pin!(outbox.deliver(delta("b", "y")));
        assert!(futures_util::poll!(&mut waiting).is_pending());
        assert!(outbox.is_waited_for());
        outbox.pop().await.unwrap();
        waiting.await;
        assert!(!outbox.is_waited_for());
        assert_eq!(outbox.depth().0, 1);
    }

    #[tokio::test]
    async fn replies_to_who_does_not_read_end_with_the_connection() {
        let outbox = Outbox::new(Limits {
            messages: 1,
            ..Limits::default()
        });
        outbox.push(delta("a", &"x".repeat(2 * ROOM)), None);
        let mut waiting = std::pin::pin!(outbox.deliver(delta("b", &"y".repeat(2 * ROOM))));
        assert!(futures_util::poll!(&mut waiting).is_pending());
        assert!(!outbox.push(delta("c", "z"), None));
        waiting.await;
        assert_eq!(outbox.pop().await, Err(Closed::TooSlow));
    }

    #[tokio::test]
    async fn what_can_wait_goes_on_when_the_queue_has_drained_or_closed() {
        let outbox = Outbox::new(Limits::default());
        outbox.room().await;
        outbox.push(delta("a", &"x".repeat(ROOM)), None);
        let (_, popped) = tokio::join!(outbox.room(), outbox.pop());
        popped.unwrap();
        outbox.push(delta("a", &"x".repeat(ROOM)), None);
        tokio::join!(outbox.room(), async { outbox.close(Closed::Gone) });
    }
}
