//! The owner of a loaded thread's state: takes jobs, runs turns, records and tells what happens in them.

use std::fmt;
use std::future::ready;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use codex_agent::{Conversation, Envelope, Event, Settings, ThreadHooks};
use codex_config::Config;
use codex_protocol::{ThreadClosedNotification, ThreadStatus, ThreadTokenUsage};
use futures_util::future::BoxFuture;
use serde::Serialize;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::ask::{Asking, Settled};
use super::facts::Facts;
use super::hub::Hub;
use super::journal::Journal;
use super::live::LiveItems;
use super::notify::notification;
use super::pursuit::Pursuit;
use super::running::{self, RunningTurn};
use super::status::StatusKeeper;
use crate::app::App;
use crate::dispatch::{Responder, Sent};
use crate::error::RpcError;
use crate::goals::ThreadGoals;

/// A thread without subscribers and without a running turn is unloaded after this long (threads.md §1.3).
const UNLOAD_AFTER: Duration = Duration::from_secs(30 * 60);
/// Jobs that may wait for one actor; who sends one more waits.
const JOBS: usize = 256;
/// Events of a turn that may wait for the actor; a turn that is faster waits.
pub const EVENTS: usize = 512;

/// How long processes that are left running may take to die, and to tell of it, when their thread is unloaded.
const LAST_ENDS: Duration = Duration::from_secs(1);

/// A piece of work done by the actor between two events. A thread that is unloaded refuses it: it gets no actor then.
type Job = Box<dyn for<'a> FnOnce(Option<&'a mut Actor>) -> BoxFuture<'a, ()> + Send>;

/// The way to a loaded thread.
#[derive(Clone)]
pub struct Handle {
    /// What never changes about it.
    pub facts: Arc<Facts>,
    /// Who hears it.
    pub hub: Arc<Hub>,
    jobs: mpsc::Sender<Job>,
    status: watch::Receiver<ThreadStatus>,
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({})", self.facts.id)
    }
}

impl Handle {
    /// Runs `job` in the thread's actor. Fails when the thread is being unloaded.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Actor) -> T + Send + 'static,
    ) -> Result<T, RpcError> {
        self.run_waiting(move |actor| Box::pin(ready(job(actor)))).await
    }

    /// Runs `job`, which may wait, in the thread's actor. Nothing else happens in the thread meanwhile.
    pub async fn run_waiting<T: Send + 'static>(
        &self,
        job: impl for<'a> FnOnce(&'a mut Actor) -> BoxFuture<'a, T> + Send + 'static,
    ) -> Result<T, RpcError> {
        let (tell, done) = oneshot::channel();
        self.send(Box::new(move |actor| {
            Box::pin(async move {
                if let Some(actor) = actor {
                    // The asker may be gone, with its connection.
                    drop(tell.send(job(actor).await));
                }
            })
        }))
        .await;
        done.await.map_err(|_| closing(&self.facts.id))
    }

    /// Has the thread's actor reply to a request, or refuses it when the thread is being unloaded.
    pub async fn reply<T: Serialize + 'static>(
        &self,
        responder: Responder<T>,
        job: impl for<'a> FnOnce(&'a mut Actor, Responder<T>) -> BoxFuture<'a, ()> + Send + 'static,
    ) -> Result<Sent<T>, RpcError> {
        let refusal = closing(&self.facts.id);
        let (over, done) = oneshot::channel::<()>();
        self.send(Box::new(move |actor| {
            Box::pin(async move {
                match actor {
                    Some(actor) => job(actor, responder).await,
                    None => responder.send(Err(refusal)),
                }
                drop(over);
            })
        }))
        .await;
        // Always an error: nothing is told but that the job is over.
        let _ = done.await;
        Responder::taken()
    }

    async fn send(&self, job: Job) {
        if let Err(mpsc::error::SendError(job)) = self.jobs.send(job).await {
            job(None).await;
        }
    }

    /// The status as last told.
    pub fn status(&self) -> ThreadStatus {
        self.status.borrow().clone()
    }

    /// Stops the running turn, writes everything out and unloads the thread; returns when that is done. A thread whose
    /// history cannot be written stays loaded, unless the server ends: that is an error.
    pub async fn shut_down(&self) -> Result<(), RpcError> {
        match self.run(|actor| actor.shut_down()).await {
            Ok(done) => done.await.unwrap_or(Ok(())),
            // The actor is gone, which is what was wanted.
            Err(_) => Ok(()),
        }
    }

    /// Writes out everything that has been recorded so far.
    pub async fn flush(&self) -> Result<(), RpcError> {
        let flushed = self
            .run(|actor| actor.journal.as_mut().map(Journal::flush))
            .await?;
        match flushed {
            Some(flushed) => flushed.await.map_err(|e| RpcError::internal(e.to_string())),
            None => Ok(()),
        }
    }
}

/// What is answered to those who want something of a thread that is being unloaded.
pub(super) fn closing(id: &str) -> RpcError {
    RpcError::invalid_request(format!(
        "thread {id} is closing; retry thread/resume after the thread is closed"
    ))
}

/// The state of one loaded thread.
pub struct Actor {
    /// The server.
    pub app: Arc<App>,
    /// What never changes.
    pub facts: Arc<Facts>,
    /// Who hears the thread.
    pub hub: Arc<Hub>,
    /// The configuration it was loaded with.
    pub config: Arc<Config>,
    /// The hooks that run in its turns.
    pub hooks: Arc<ThreadHooks>,
    /// The instruction files in use.
    pub instruction_sources: Vec<PathBuf>,
    /// What the next turn runs with.
    pub settings: Settings,
    /// What stays of it on disk; `None` for an ephemeral thread.
    pub journal: Option<Journal>,
    /// Questions that are open.
    pub asking: Asking,
    /// The status clients see.
    pub status: StatusKeeper,
    /// The running turn.
    pub turn: Option<RunningTurn>,
    /// Everything else that lives across turns; away while a turn runs.
    pub conversation: Option<Box<Conversation>>,
    /// Token usage as the running turn last told it.
    pub(super) last_usage: Option<ThreadTokenUsage>,
    /// Turns that wait for the running one.
    pub(super) queued: running::Queue,
    /// How it stands to its goal.
    pub(super) pursuit: Pursuit,
    /// Items of the running turn, in order.
    pub(super) live: LiveItems,
    /// The history on disk from which the conversation is still to be rebuilt.
    pub(super) unread: Option<PathBuf>,
    /// Out-of-band elicitations that are open.
    pub elicitations: u64,
    /// Who waits for the end of this thread; not empty once it is going down.
    pub(super) closing: Vec<oneshot::Sender<Result<(), RpcError>>>,
    jobs: mpsc::Receiver<Job>,
    events: mpsc::Receiver<Envelope>,
    settled: mpsc::UnboundedReceiver<Settled>,
    quiet_since: Instant,
    /// Whether it is unloaded because nobody has used it for long.
    idled_out: bool,
}

/// What an actor starts from.
pub struct Start {
    /// What never changes.
    pub facts: Facts,
    /// The configuration it is loaded with.
    pub config: Arc<Config>,
    /// What the next turn runs with.
    pub settings: Settings,
    /// The history on disk.
    pub journal: Option<Journal>,
    /// The model's side, made with the sending end of `events`.
    pub conversation: Conversation,
    /// The thread's goal, where goals are switched on.
    pub goals: Option<Arc<ThreadGoals>>,
    /// Where the conversation's events come out.
    pub events: mpsc::Receiver<Envelope>,
}

impl Actor {
    /// Starts the actor of a thread; it is not registered yet.
    pub fn spawn(app: &Arc<App>, start: Start) -> (Handle, oneshot::Sender<()>) {
        let facts = Arc::new(start.facts);
        let hub = Arc::new(Hub::new(Arc::clone(&app.connections)));
        let (status, told) = StatusKeeper::new(facts.id.clone(), Arc::clone(&hub));
        let (asking, settled) = Asking::new(facts.id.clone(), Arc::clone(&app.questions), Arc::clone(&hub));
        let (send, jobs) = mpsc::channel(JOBS);
        let handle = Handle {
            facts: Arc::clone(&facts),
            hub: Arc::clone(&hub),
            jobs: send,
            status: told,
        };
        let actor = Self {
            app: Arc::clone(app),
            facts,
            hub,
            hooks: Arc::clone(&start.conversation.environment().hooks),
            instruction_sources: start.conversation.environment().project_docs.sources.clone(),
            config: start.config,
            settings: start.settings,
            journal: start.journal,
            asking,
            status,
            turn: None,
            conversation: Some(Box::new(start.conversation)),
            last_usage: None,
            queued: running::Queue::new(),
            pursuit: Pursuit::new(start.goals),
            live: LiveItems::default(),
            unread: None,
            elicitations: 0,
            closing: Vec::new(),
            jobs,
            events: start.events,
            settled,
            quiet_since: Instant::now(),
            idled_out: false,
        };
        let (go, registered) = oneshot::channel();
        tokio::spawn(async move {
            // Not registered: somebody else loaded the thread in the meantime.
            if registered.await.is_ok() {
                let registration = Registration {
                    app: Arc::clone(&actor.app),
                    id: actor.facts.id.clone(),
                };
                actor.live(registration).await;
            }
        });
        (handle, go)
    }

    async fn live(mut self, registration: Registration) {
        loop {
            let unload_at = self.unload_at();
            tokio::select! {
                job = self.jobs.recv() => match job {
                    Some(job) => {
                        self.quiet_since = Instant::now();
                        job(Some(&mut self)).await;
                    }
                    None => self.closing.push(oneshot::channel().0),
                },
                Some(envelope) = self.events.recv() => self.on_event(envelope).await,
                Some(settled) = self.settled.recv() => self.asking.settled(settled, &mut self.status),
                warning = failing(&mut self.journal) => self.warn(&warning),
                ended = running::ended(&mut self.turn) => self.on_turn_ended(ended).await,
                () = sleep_until(unload_at) => self.on_quiet(),
            }
            if !self.closing.is_empty() && self.turn.is_none() {
                match self.may_go().await {
                    Ok(()) => return self.close(registration).await,
                    Err(error) => self.stay(&error),
                }
            }
        }
    }

    /// Whether nothing is lost with this thread. At the server's end, and after a crash, there is no way to wait for a disk.
    async fn may_go(&mut self) -> Result<(), RpcError> {
        if self.app.is_shutting_down() || self.conversation.is_none() {
            return Ok(());
        }
        let Some(journal) = &mut self.journal else {
            return Ok(());
        };
        journal.settle().await.map_err(|reason| {
            RpcError::internal(format!(
                "thread {} stays loaded, since its history is not on disk yet: {reason}; retry when it can be written",
                self.facts.id
            ))
        })
    }

    /// Goes on instead of ending.
    fn stay(&mut self, error: &RpcError) {
        tracing::warn!("{}", error.message);
        self.quiet_since = Instant::now();
        self.idled_out = false;
        for asker in self.closing.drain(..) {
            // Who asked may have gone.
            let _ = asker.send(Err(error.clone()));
        }
    }

    /// When to look whether the thread is still of use to anybody.
    fn unload_at(&self) -> Instant {
        self.idle_since().unwrap_or_else(Instant::now) + UNLOAD_AFTER
    }

    /// Since when nothing has happened and nobody has listened; `None` while that is not so.
    fn idle_since(&self) -> Option<Instant> {
        let unheard = self.hub.unheard_since().filter(|_| self.turn.is_none())?;
        Some(unheard.max(self.quiet_since))
    }

    fn on_quiet(&mut self) {
        if self
            .idle_since()
            .is_some_and(|since| since.elapsed() >= UNLOAD_AFTER)
        {
            self.idled_out = true;
            self.closing.push(oneshot::channel().0);
        }
    }

    /// Begins the end of this thread; the receiver resolves when it is unloaded.
    pub fn shut_down(&mut self) -> oneshot::Receiver<Result<(), RpcError>> {
        let (tell, closed) = oneshot::channel();
        self.closing.push(tell);
        if let Some(turn) = &self.turn {
            turn.cancel();
        }
        closed
    }

    async fn close(mut self, registration: Registration) {
        self.end_conversation().await;
        self.asking.withdraw_all();
        if let Some(journal) = self.journal.take()
            && let Err(error) = journal.close().await
        {
            tracing::error!(
                "thread {}: history not written to its end: {error}",
                self.facts.id
            );
        }
        drop(registration);
        if !self.app.is_shutting_down() {
            self.status.not_loaded();
            if self.idled_out {
                self.hub.broadcast(ThreadClosedNotification {
                    thread_id: self.facts.id.clone(),
                });
            }
        }
        self.jobs.close();
        while let Some(job) = self.jobs.recv().await {
            job(None).await;
        }
        for asker in self.closing.drain(..) {
            let _ = asker.send(Ok(()));
        }
    }

    /// Ends the processes that outlived their turns. Each tells its end; the last one closes the channel of events.
    async fn end_conversation(&mut self) {
        if let Some(conversation) = self.conversation.take() {
            conversation.clean_background().await;
        }
        let deadline = Instant::now() + LAST_ENDS;
        while let Ok(Some(envelope)) = timeout_at(deadline, self.events.recv()).await {
            self.on_event(envelope).await;
        }
    }

    /// Takes up events that are there already, without waiting.
    pub async fn drain_events(&mut self) {
        while let Ok(envelope) = self.events.try_recv() {
            self.on_event(envelope).await;
        }
    }

    /// Waits for `work` of the conversation, taking up its events meanwhile.
    pub async fn drive<T>(&mut self, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        let done = loop {
            tokio::select! {
                done = &mut work => break done,
                Some(envelope) = self.events.recv() => self.on_event(envelope).await,
            }
        };
        self.drain_events().await;
        done
    }

    /// Tells the subscribers that something is wrong.
    pub fn warn(&self, message: &str) {
        if let Some(journal) = &self.journal {
            journal.warn(&self.hub, message);
        }
    }

    async fn on_event(&mut self, envelope: Envelope) {
        self.quiet_since = Instant::now();
        match envelope.event {
            Event::Record(item) => {
                if let Some(journal) = &mut self.journal {
                    journal.record(item).await;
                }
            }
            Event::Flush(tell) => match &mut self.journal {
                Some(journal) => {
                    let flushed = journal.flush();
                    tokio::spawn(async move {
                        // A turn that is being dropped waits for nothing.
                        let _ = tell.send(flushed.await.map_err(|e| e.to_string()));
                    });
                }
                None => drop(tell.send(Ok(()))),
            },
            Event::Ask(question, asker) => self.asking.ask(*question, asker, &mut self.status),
            Event::RawItem(item) => {
                let event = Event::RawItem(item);
                if let Some(told) = notification(&self.facts.id, &envelope.turn_id, event) {
                    self.hub.publish_raw(told);
                }
            }
            event => {
                self.note(&event);
                if let Some(told) = notification(&self.facts.id, &envelope.turn_id, event) {
                    self.hub.publish(told);
                }
            }
        }
    }

    /// What the actor itself keeps of an event.
    fn note(&mut self, event: &Event) {
        match event {
            Event::TurnStarted { started_at } => {
                if let Some(turn) = &mut self.turn {
                    turn.started_at = Some(*started_at);
                }
            }
            Event::TokenUsage(usage) => {
                self.last_usage = Some(usage.clone());
                let last = &usage.last;
                self.app
                    .metrics
                    .tokens_used(last.input_tokens, last.cached_input_tokens, last.output_tokens);
            }
            Event::ItemStarted(item) => self.live.started(item),
            Event::ItemCompleted(item) => self.live.completed(item),
            _ => {}
        }
    }
}

/// Keeps a thread registered. It goes with its actor, even if that panics, so that the thread can be loaded again.
struct Registration {
    app: Arc<App>,
    id: String,
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.app.threads.remove(&self.id);
    }
}

/// Waits until the history can no longer be written.
async fn failing(journal: &mut Option<Journal>) -> String {
    match journal {
        Some(journal) => journal.watch().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::TransportKind;
    use crate::testing::Server;

    #[tokio::test(start_paused = true)]
    async fn a_thread_is_unloaded_half_an_hour_after_the_last_subscriber_left() {
        let server = Server::new();
        let session = server.connect(TransportKind::WebSocket);
        let thread = server.start_thread(&session).await;
        tokio::time::sleep(UNLOAD_AFTER * 3 / 2).await;
        assert!(thread.hub.unsubscribe(session.id), "it was heard all the time");
        tokio::time::sleep(UNLOAD_AFTER - Duration::from_secs(1)).await;
        assert_eq!(server.app.threads.ids().len(), 1, "not before its time");
        tokio::time::sleep(Duration::from_secs(2)).await;
        thread.jobs.closed().await;
        assert!(thread.run(|_| ()).await.is_err());
    }

    #[tokio::test]
    async fn a_thread_whose_actor_panics_is_not_loaded_any_more() {
        let server = Server::new();
        let session = server.connect(TransportKind::WebSocket);
        let thread = server.start_thread(&session).await;
        thread.run(|_| panic!("a fault of the server")).await.unwrap_err();
        assert!(server.app.threads.get(&thread.facts.id).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_uses_a_thread_keeps_it_loaded() {
        let server = Server::new();
        let session = server.connect(TransportKind::WebSocket);
        let thread = server.start_thread(&session).await;
        thread.hub.unsubscribe(session.id);
        for _ in 0..4 {
            tokio::time::sleep(UNLOAD_AFTER / 2).await;
            thread.run(|_| ()).await.expect("it is loaded");
        }
        tokio::time::sleep(UNLOAD_AFTER + Duration::from_secs(1)).await;
        thread.jobs.closed().await;
    }
}
