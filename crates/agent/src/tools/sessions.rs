//! The processes of `exec_command`: they outlive calls and turns, and end with their conversation (turns.md §13).

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use codex_exec::Session;
use codex_rollout::record::EndStatus;
use tokio::task::JoinHandle;

use super::command::{Ended, Shown};
use crate::conversation::lock;
use crate::event::Out;

/// The processes of one thread.
#[derive(Default)]
pub(crate) struct Sessions {
    table: codex_exec::Sessions,
    live: Mutex<HashMap<u32, Arc<Live>>>,
}

/// A process and the item that shows it. It must not hold on to the conversation: that would keep both alive.
pub(crate) struct Live {
    pub(crate) id: u32,
    pub(crate) session: Arc<Session>,
    pub(crate) shown: Shown,
    out: Out,
    began: Instant,
    /// Held while a call talks to the process, so that its end is told after the call's part.
    pub(crate) talk: tokio::sync::Mutex<()>,
    killed: AtomicBool,
}

impl Live {
    pub(crate) fn new(id: u32, session: Session, shown: Shown, out: Out, began: Instant) -> Arc<Self> {
        Arc::new(Live {
            id,
            session: Arc::new(session),
            shown,
            out,
            began,
            talk: tokio::sync::Mutex::default(),
            killed: AtomicBool::new(false),
        })
    }

    /// Where its events go.
    pub(crate) fn out(&self) -> &Out {
        &self.out
    }

    /// Tells the item's end; the process has ended and all its output was told.
    pub(crate) async fn tell_end(&self) {
        let exit = self.session.ended().await;
        let exit_code = if self.killed.load(Ordering::Acquire) {
            -1
        } else {
            exit.code_or(-1)
        };
        let status = if exit_code == 0 {
            EndStatus::Completed
        } else {
            EndStatus::Failed
        };
        let output = self.session.whole_output();
        let ended = Ended {
            status,
            output: &output,
            exit_code,
            duration: self.began.elapsed(),
        };
        self.shown.ended(&self.out, ended).await;
    }

    fn kill(&self) {
        self.killed.store(true, Ordering::Release);
        self.session.kill();
    }
}

impl Sessions {
    /// A number for a process to come.
    pub(crate) fn reserve(&self) -> u32 {
        self.table.reserve()
    }

    /// Gives a number back that no process got.
    pub(crate) fn release(&self, id: u32) {
        self.table.remove(id);
    }

    /// Keeps a process that goes on, and tells its end when that comes; `deltas` ends with its output. Says how many
    /// there are.
    pub(crate) fn keep(&self, live: &Arc<Live>, deltas: JoinHandle<()>) -> usize {
        let gone = self.table.insert(live.id, live.session.clone());
        let mut kept = lock(&self.live);
        if let Some((id, _)) = gone
            && let Some(gone) = kept.remove(&id)
        {
            gone.kill();
        }
        kept.insert(live.id, live.clone());
        let watched = live.clone();
        tokio::spawn(async move {
            watched.session.ended().await;
            // A teller that panicked has told what it could.
            let _ = deltas.await;
            let _talk = watched.talk.lock().await;
            watched.tell_end().await;
        });
        self.table.len()
    }

    /// The process with this number.
    pub(crate) fn get(&self, id: u32) -> Option<Arc<Live>> {
        self.table.get(id)?;
        lock(&self.live).get(&id).cloned()
    }

    /// Forgets a process whose end the model has been told.
    pub(crate) fn forget(&self, id: u32) {
        self.table.remove(id);
        lock(&self.live).remove(&id);
    }

    /// Ends all processes; their ends are told as they come.
    pub(crate) async fn clean(&self) {
        self.kill_all();
    }

    fn kill_all(&self) {
        for (_, live) in lock(&self.live).drain() {
            live.kill();
        }
        self.table.clear();
    }
}

impl Drop for Sessions {
    fn drop(&mut self) {
        self.kill_all();
    }
}
