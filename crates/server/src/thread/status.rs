//! A thread's status: what it is, and telling every change once (threads.md §1.2).

use std::sync::Arc;

use codex_protocol::{ThreadActiveFlag, ThreadStatus, ThreadStatusChangedNotification};
use tokio::sync::watch;

use super::hub::Hub;

/// What a thread waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// An approval.
    Approval,
    /// Answers of the user.
    UserInput,
}

/// Keeps the status of one loaded thread.
#[derive(Debug)]
pub struct StatusKeeper {
    thread_id: String,
    hub: Arc<Hub>,
    told: watch::Sender<ThreadStatus>,
    base: Base,
    approvals: usize,
    inputs: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    Idle,
    Active,
    Failed,
    NotLoaded,
}

impl StatusKeeper {
    /// A thread that begins idle, which is not told.
    pub fn new(thread_id: String, hub: Arc<Hub>) -> (Self, watch::Receiver<ThreadStatus>) {
        let (told, status) = watch::channel(ThreadStatus::Idle);
        (
            Self {
                thread_id,
                hub,
                told,
                base: Base::Idle,
                approvals: 0,
                inputs: 0,
            },
            status,
        )
    }

    /// A turn begins.
    pub fn active(&mut self) {
        self.set(Base::Active);
    }

    /// The turn is over.
    pub fn turn_over(&mut self, failed: bool) {
        (self.approvals, self.inputs) = (0, 0);
        self.set(if failed { Base::Failed } else { Base::Idle });
    }

    /// The thread is being unloaded.
    pub fn not_loaded(&mut self) {
        self.set(Base::NotLoaded);
    }

    /// Tells that the thread is loaded and idle, as on a resume that loads it.
    pub fn tell_loaded(&mut self) {
        self.tell();
    }

    /// A question has been asked.
    pub fn waits(&mut self, what: Waiting) {
        *self.counter(what) += 1;
        self.refresh();
    }

    /// A question is over.
    pub fn waits_no_more(&mut self, what: Waiting) {
        let counter = self.counter(what);
        *counter = counter.saturating_sub(1);
        self.refresh();
    }

    /// The status as it is now.
    pub fn current(&self) -> ThreadStatus {
        self.status()
    }

    fn counter(&mut self, what: Waiting) -> &mut usize {
        match what {
            Waiting::Approval => &mut self.approvals,
            Waiting::UserInput => &mut self.inputs,
        }
    }

    fn set(&mut self, base: Base) {
        self.base = base;
        self.refresh();
    }

    fn refresh(&mut self) {
        if *self.told.borrow() != self.status() {
            self.tell();
        }
    }

    fn tell(&mut self) {
        let status = self.status();
        self.told.send_replace(status.clone());
        self.hub.broadcast(ThreadStatusChangedNotification {
            thread_id: self.thread_id.clone(),
            status,
        });
    }

    fn status(&self) -> ThreadStatus {
        match self.base {
            Base::Idle => ThreadStatus::Idle,
            Base::Failed => ThreadStatus::SystemError,
            Base::NotLoaded => ThreadStatus::NotLoaded,
            Base::Active => {
                let flags = [
                    (self.approvals > 0).then_some(ThreadActiveFlag::WaitingOnApproval),
                    (self.inputs > 0).then_some(ThreadActiveFlag::WaitingOnUserInput),
                ];
                ThreadStatus::Active {
                    active_flags: flags.into_iter().flatten().collect(),
                }
            }
        }
    }
}
