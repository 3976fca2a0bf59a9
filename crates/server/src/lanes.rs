//! Serves requests of one scope (a thread, a process, the config …) one after the other, in order of arrival.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;

/// One queue per scope that has a request under way. A scope without requests costs nothing.
#[derive(Debug)]
pub struct Lanes<K: Eq + Hash + Clone> {
    waiting: Arc<Mutex<HashMap<K, VecDeque<oneshot::Sender<()>>>>>,
}

/// A place in a lane, taken in order of arrival. Dropping it lets the next one go.
#[derive(Debug)]
pub struct Place<K: Eq + Hash + Clone> {
    key: K,
    turn: Option<oneshot::Receiver<()>>,
    lanes: Arc<Mutex<HashMap<K, VecDeque<oneshot::Sender<()>>>>>,
}

impl<K: Eq + Hash + Clone> Default for Lanes<K> {
    fn default() -> Self {
        Self {
            waiting: Arc::default(),
        }
    }
}

impl<K: Eq + Hash + Clone> Lanes<K> {
    /// Takes the next place in the lane of `key`; [`Place::reached`] waits until it is first.
    pub fn join(&self, key: K) -> Place<K> {
        let mut lanes = self
            .waiting
            .lock()
            .expect("no code panics while it holds the lanes");
        let turn = match lanes.get_mut(&key) {
            Some(queue) => {
                let (go, turn) = oneshot::channel();
                queue.push_back(go);
                Some(turn)
            }
            None => {
                lanes.insert(key.clone(), VecDeque::new());
                None
            }
        };
        Place {
            key,
            turn,
            lanes: Arc::clone(&self.waiting),
        }
    }
}

impl<K: Eq + Hash + Clone> Place<K> {
    /// Waits until everyone before has left the lane.
    pub async fn reached(&mut self) {
        if let Some(turn) = &mut self.turn {
            // An error would mean that the lane was torn down, when waiting makes no sense either.
            let _ = turn.await;
            self.turn = None;
        }
    }
}

impl<K: Eq + Hash + Clone> Drop for Place<K> {
    fn drop(&mut self) {
        let mut lanes = self
            .lanes
            .lock()
            .expect("no code panics while it holds the lanes");
        if let Some(turn) = &mut self.turn {
            // Given up while waiting: if the lane had just been handed over, pass it on, else only the queue entry is stale.
            if turn.try_recv().is_err() {
                turn.close();
                return;
            }
        }
        let Some(queue) = lanes.get_mut(&self.key) else {
            return;
        };
        while let Some(next) = queue.pop_front() {
            if next.send(()).is_ok() {
                return;
            }
        }
        lanes.remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_lane_serves_in_order_of_arrival_and_lanes_do_not_wait_for_each_other() {
        let lanes = Lanes::default();
        let mut first = lanes.join("a");
        let mut second = lanes.join("a");
        let third = lanes.join("a");
        lanes.join("b").reached().await;
        first.reached().await;
        assert!(futures_util::poll!(std::pin::pin!(second.reached())).is_pending());
        drop(third);
        drop(first);
        second.reached().await;
        drop(second);
        assert!(lanes.waiting.lock().unwrap().is_empty());
    }
}
