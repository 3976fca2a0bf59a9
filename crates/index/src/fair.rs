//! A mutex that serves its callers in the order they came, so that one that takes it again and again for the steps of a long
//! work does not shut the others out.

use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::lock;

/// See the module.
pub(crate) struct Fair<T> {
    line: Mutex<Line>,
    moved: Condvar,
    value: Mutex<T>,
}

#[derive(Default)]
struct Line {
    /// The number the next caller gets.
    next: u64,
    /// The number whose turn it is.
    served: u64,
}

/// Access to the value.
pub(crate) struct Access<'f, T> {
    fair: &'f Fair<T>,
    value: Option<MutexGuard<'f, T>>,
}

impl<T> Fair<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            line: Mutex::default(),
            moved: Condvar::new(),
            value: Mutex::new(value),
        }
    }

    pub(crate) fn lock(&self) -> Access<'_, T> {
        let mut line = lock(&self.line);
        let mine = line.next;
        line.next += 1;
        while line.served != mine {
            line = self.moved.wait(line).unwrap_or_else(PoisonError::into_inner);
        }
        drop(line);
        Access {
            fair: self,
            value: Some(lock(&self.value)),
        }
    }
}

impl<T> Deref for Access<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("held until it is dropped")
    }
}

impl<T> DerefMut for Access<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("held until it is dropped")
    }
}

impl<T> Drop for Access<'_, T> {
    fn drop(&mut self) {
        self.value = None;
        lock(&self.fair.line).served += 1;
        self.fair.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn whoever_takes_it_again_lets_those_go_first_who_waited() {
        let fair = Arc::new(Fair::new(Vec::new()));
        let mut first = fair.lock();
        let (ready, waits) = channel();
        let other = Arc::clone(&fair);
        let thread = std::thread::spawn(move || {
            ready.send(()).expect("heard");
            other.lock().push("other");
        });
        waits.recv().expect("started");
        while lock(&fair.line).next < 2 {
            std::thread::yield_now();
        }
        first.push("first");
        drop(first);
        fair.lock().push("again");
        assert_eq!(*fair.lock(), ["first", "other", "again"]);
        thread.join().expect("ended");
    }
}
