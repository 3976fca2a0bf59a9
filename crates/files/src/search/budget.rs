//! What all search sessions share: how many there are, and the memory their trees hold. When one needs what is not left
//! it comes from the session not used for longest, which ends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// The most that sessions may have.
#[derive(Debug, Clone, Copy)]
pub struct SearchLimits {
    /// How many there may be.
    pub sessions: usize,
    /// How much all of them may hold together, in bytes.
    pub bytes: usize,
    /// How much one of them may hold; what is beyond is not found.
    pub bytes_of_one: usize,
}

impl Default for SearchLimits {
    fn default() -> Self {
        Self {
            sessions: 64,
            bytes: 512 << 20,
            bytes_of_one: 256 << 20,
        }
    }
}

/// What a set of sessions may hold, and does.
#[derive(Debug, Default)]
pub struct SearchBudget {
    limits: SearchLimits,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    bytes: usize,
    /// Counts uses, and numbers sessions.
    clock: u64,
    shares: HashMap<u64, Share>,
}

#[derive(Debug)]
struct Share {
    bytes: usize,
    used: u64,
    ended: CancellationToken,
}

impl SearchBudget {
    /// With these limits.
    pub fn new(limits: SearchLimits) -> Self {
        Self {
            limits,
            held: Mutex::default(),
        }
    }

    /// Takes in one more session.
    pub(super) fn enter(self: &Arc<Self>) -> Member {
        let ended = CancellationToken::new();
        let mut held = self.lock();
        let mut gave_way = Vec::new();
        while held.shares.len() >= self.limits.sessions.max(1) {
            gave_way.extend(held.end_oldest(None));
        }
        held.clock += 1;
        let id = held.clock;
        held.shares.insert(
            id,
            Share {
                bytes: 0,
                used: id,
                ended: ended.clone(),
            },
        );
        drop(held);
        gave_way.iter().for_each(CancellationToken::cancel);
        Member {
            budget: Arc::clone(self),
            id,
            ended,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Takes its share from the session not used for longest, other than `spared`; the token that ends it is returned.
    fn end_oldest(&mut self, spared: Option<u64>) -> Option<CancellationToken> {
        let others = self.shares.iter().filter(|(id, _)| Some(**id) != spared);
        let id = *others.min_by_key(|(_, share)| share.used)?.0;
        self.end(id)
    }

    fn end(&mut self, id: u64) -> Option<CancellationToken> {
        let share = self.shares.remove(&id)?;
        self.bytes -= share.bytes;
        Some(share.ended)
    }
}

/// A session's part in a budget.
#[derive(Debug)]
pub(super) struct Member {
    budget: Arc<SearchBudget>,
    id: u64,
    /// Cancelled when the session has to give way.
    pub(super) ended: CancellationToken,
}

impl Member {
    /// Notes that the session is used; false when it has ended.
    pub(super) fn touch(&self) -> bool {
        let mut held = self.budget.lock();
        held.clock += 1;
        let now = held.clock;
        held.shares
            .get_mut(&self.id)
            .map(|share| share.used = now)
            .is_some()
    }

    pub(super) fn has_ended(&self) -> bool {
        !self.budget.lock().shares.contains_key(&self.id)
    }

    /// Takes so many bytes more, from others if need be; false when the session may not have them.
    pub(super) fn hold(&self, bytes: usize) -> bool {
        let limits = self.budget.limits;
        let mut held = self.budget.lock();
        let Some(share) = held.shares.get_mut(&self.id) else {
            return false;
        };
        if share.bytes + bytes > limits.bytes_of_one.min(limits.bytes) {
            return false;
        }
        share.bytes += bytes;
        held.bytes += bytes;
        let mut gave_way = Vec::new();
        while held.bytes > limits.bytes {
            gave_way.extend(held.end_oldest(Some(self.id)));
        }
        drop(held);
        gave_way.iter().for_each(CancellationToken::cancel);
        true
    }

    /// Gives everything back.
    pub(super) fn leave(&self) {
        self.budget.lock().end(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(bytes: usize, bytes_of_one: usize) -> Arc<SearchBudget> {
        Arc::new(SearchBudget::new(SearchLimits {
            sessions: 3,
            bytes,
            bytes_of_one,
        }))
    }

    #[test]
    fn who_was_not_used_for_longest_gives_way() {
        let budget = budget(100, 60);
        let [one, two, three] = [0; 3].map(|_| budget.enter());
        assert!(one.hold(40) && two.hold(40) && one.touch());
        assert!(three.hold(30));
        assert!(two.ended.is_cancelled() && !two.touch() && !two.hold(1));
        assert!(one.hold(20) && !one.ended.is_cancelled() && !three.ended.is_cancelled());
        let (_four, _five) = (budget.enter(), budget.enter());
        assert!(three.has_ended() && !one.has_ended());
    }

    #[test]
    fn one_alone_has_its_bound_and_what_it_leaves_is_free() {
        let budget = budget(100, 60);
        let (one, two) = (budget.enter(), budget.enter());
        assert!(one.hold(60) && !one.hold(1));
        one.leave();
        assert!(two.hold(60));
        assert_eq!(budget.lock().bytes, 60);
    }
}
