//! From a request's method to its handler: looked up once, checked in the reference's order, run in its scope's turn.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Instant;

use codex_protocol::*;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, poll_immediate};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::OwnedSemaphorePermit;
use tracing::Instrument;

use crate::app::App;
use crate::error::RpcError;
use crate::frame::Frame;
use crate::handlers;
use crate::lanes::Place;
use crate::session::{ConnectionId, InFlight, Session, TransportKind};

/// The key of a lane: process and watch ids belong to their connection, everything else to the server.
pub type LaneKey = (Option<ConnectionId>, Scope);

/// What a handler works with besides its params.
pub struct Context {
    /// The server.
    pub app: Arc<App>,
    /// Who asks.
    pub session: Arc<Session>,
    /// What this request may hold of large files, until its reply is queued.
    pub share_of_reads: Option<OwnedSemaphorePermit>,
    slot: ReplySlot,
    /// Keeps others of its scope waiting until it is done.
    place: Option<Place<LaneKey>>,
}

impl Context {
    /// Waits for `work` that is given up when the connection is gone.
    pub async fn unless_gone<T>(&self, work: impl Future<Output = T>) -> Result<T, RpcError> {
        tokio::select! {
            biased;
            done = work => Ok(done),
            () = self.session.gone.cancelled() => Err(RpcError::internal(
                "the request was given up because its connection ended",
            )),
        }
    }

    /// Replies right now, so that what the handler tells afterwards comes behind the reply.
    pub fn reply<T: Serialize>(&mut self, result: &T) -> Sent<T> {
        self.slot.send(Ok(result));
        Sent(PhantomData)
    }

    /// Ends the request. The reply takes its place in the line before the next request of its scope may go on, which need
    /// not wait until the client has room for it.
    async fn deliver(&mut self, reply: Option<Reply>) {
        let Some(reply) = reply else {
            self.place = None;
            return;
        };
        let mut delivery = std::pin::pin!(reply.deliver());
        if poll_immediate(delivery.as_mut()).await.is_none() {
            self.place = None;
            delivery.await;
        }
    }

    /// Hands the reply over to someone who must place it among events; [`crate::thread::Handle::reply`] is for a
    /// thread's actor. The handler then returns [`Responder::taken`].
    pub fn responder<T>(&mut self) -> Responder<T> {
        Responder {
            slot: self.slot.take(),
            result: PhantomData,
        }
    }
}

/// Proof that a reply has been sent, or that someone has the means to.
pub struct Sent<T>(PhantomData<fn(T)>);

/// The one reply to a request of result type `T`. Dropped unused, it answers with an internal error: no request stays
/// without an answer, unless its connection has gone.
pub struct Responder<T> {
    slot: ReplySlot,
    result: PhantomData<fn(T)>,
}

impl<T> Responder<T> {
    /// What a handler returns that has given its responder away.
    pub fn taken() -> Result<Sent<T>, RpcError> {
        Ok(Sent(PhantomData))
    }
}

impl<T> Responder<T> {
    /// Says that the reply waits for something that need not come soon, such as the end of a turn or of a process.
    pub fn waits_for_others(mut self) -> Self {
        if let Some(pending) = &mut self.slot.0 {
            pending.in_flight.waits_for_others();
        }
        self
    }
}

impl<T: Serialize> Responder<T> {
    /// Replies.
    pub fn send(mut self, result: Result<T, RpcError>) {
        self.slot.send(result.as_ref());
    }

    /// Replies when the client has read enough of what it was sent before, for those who can wait.
    pub async fn deliver(mut self, result: Result<T, RpcError>) {
        let reply = self.slot.encode(result.as_ref());
        drop(result);
        if let Some(reply) = reply {
            reply.deliver().await;
        }
    }
}

/// Where the reply goes; empty once it has been sent or handed over.
struct ReplySlot(Option<Pending>);

struct Pending {
    app: Arc<App>,
    session: Arc<Session>,
    id: RequestId,
    method: &'static str,
    started: Instant,
    in_flight: InFlight,
}

impl ReplySlot {
    fn take(&mut self) -> ReplySlot {
        ReplySlot(self.0.take())
    }

    fn send<T: Serialize>(&mut self, result: Result<&T, &RpcError>) {
        if let Some(reply) = self.encode(result) {
            reply.session.outbox.push(Arc::new(reply.frame), None);
        }
    }

    fn encode<T: Serialize>(&mut self, result: Result<&T, &RpcError>) -> Option<Reply> {
        let Some(pending) = self.0.take() else {
            debug_assert!(false, "a request has one reply");
            return None;
        };
        pending
            .app
            .metrics
            .request_done(pending.method, result.is_ok(), pending.started.elapsed());
        let frame = match result {
            Ok(result) => Frame::reply(&pending.id, result),
            Err(error) => Frame::error(&pending.id, error),
        };
        Some(Reply {
            frame,
            session: pending.session,
            _in_flight: pending.in_flight,
        })
    }
}

/// A reply that is not queued yet; the request is under way until then.
struct Reply {
    frame: Frame,
    session: Arc<Session>,
    _in_flight: InFlight,
}

impl Reply {
    async fn deliver(self) {
        self.session.outbox.deliver(Arc::new(self.frame)).await;
    }
}

impl Drop for ReplySlot {
    fn drop(&mut self) {
        // A connection that is gone expects no answer.
        if self
            .0
            .as_ref()
            .is_some_and(|pending| !pending.session.gone.is_cancelled())
        {
            let error = RpcError::internal("the request was given up before it was answered");
            self.send::<()>(Err(&error));
        }
    }
}

/// How a handler's outcome becomes the reply of a method with result type `T`. Errors are sent at once; what else there
/// is to reply can wait.
trait Outcome<T> {
    fn finish(self, slot: &mut ReplySlot) -> Option<Reply>;
}

impl<T: Serialize> Outcome<T> for Result<T, RpcError> {
    fn finish(self, slot: &mut ReplySlot) -> Option<Reply> {
        if self.is_ok() {
            return slot.encode(self.as_ref());
        }
        slot.send(self.as_ref());
        None
    }
}

impl<T> Outcome<T> for Result<Sent<T>, RpcError> {
    fn finish(self, slot: &mut ReplySlot) -> Option<Reply> {
        match self {
            Err(error) if slot.0.is_some() => slot.send::<()>(Err(&error)),
            Err(error) => tracing::warn!("after its reply: {error}"),
            Ok(_) => {}
        }
        None
    }
}

/// Takes up one request of `session`.
pub fn request(
    app: &Arc<App>,
    session: &Arc<Session>,
    id: RequestId,
    method: &str,
    params: Option<&RawValue>,
    trace: Option<&W3cTraceContext>,
) {
    let Some(in_flight) = session.admit() else {
        app.metrics.refused();
        session
            .outbox
            .push(Arc::new(Frame::error(&id, &RpcError::overloaded())), None);
        return;
    };
    let span = tracing::info_span!(
        "app_server.request",
        otel.name = method,
        rpc.method = method,
        rpc.transport = session.transport.as_str(),
        rpc.request_id = %id,
        app_server.connection_id = session.id.0,
        app_server.client_name = session.client().map(|c| c.name.as_str()),
        app_server.client_version = session.client().map(|c| c.version.as_str()),
        traceparent = trace.and_then(|t| t.traceparent.as_deref()),
    );
    let pending = Pending {
        app: Arc::clone(app),
        session: Arc::clone(session),
        id,
        method: "invalid",
        started: Instant::now(),
        in_flight,
    };
    let mut slot = ReplySlot(Some(pending));
    let request = match check(session, method, params) {
        Ok(request) => request,
        Err(error) => {
            tracing::debug!(parent: &span, "refused: {error}");
            return slot.send::<()>(Err(&error));
        }
    };
    if let Some(pending) = &mut slot.0 {
        pending.method = request.method();
    }
    let mut cx = Context {
        app: Arc::clone(app),
        session: Arc::clone(session),
        share_of_reads: None,
        slot,
        place: None,
    };
    if matches!(request, ClientRequest::Initialize(_)) {
        // Done before the next message is looked at; this handler waits for nothing.
        let _entered = span.enter();
        route(cx, request).now_or_never();
        return;
    }
    cx.place = request.scope().map(|scope| app.lanes.join(lane(session, scope)));
    tokio::spawn(run(cx, request).instrument(span));
}

/// The checks that every request goes through, in the reference's order (transport.md §5.1).
fn check(session: &Session, method: &str, params: Option<&RawValue>) -> Result<ClientRequest, RpcError> {
    let request = ClientRequest::parse(method, params)
        .map_err(|invalid| RpcError::invalid_request(invalid.to_string()))?;
    let is_initialize = matches!(request, ClientRequest::Initialize(_));
    let client = match session.client() {
        Some(_) if is_initialize => return Err(RpcError::invalid_request("Already initialized")),
        None if is_initialize => return Ok(request),
        Some(client) => client,
        None => return Err(RpcError::invalid_request("Not initialized")),
    };
    match request.experimental_reason() {
        Some(reason) if !client.experimental => Err(RpcError::invalid_request(format!(
            "{reason} requires experimentalApi capability"
        ))),
        _ => Ok(request),
    }
}

fn lane(session: &Session, scope: Scope) -> LaneKey {
    let own = matches!(scope, Scope::Process(_) | Scope::Watch(_));
    (own.then_some(session.id), scope)
}

async fn run(mut cx: Context, request: ClientRequest) {
    if let Some(place) = &mut cx.place {
        place.reached().await;
    }
    // What a lost connection asked for is not begun any more; on stdio the end of the input still wants answers.
    if cx.session.gone.is_cancelled() && cx.session.transport != TransportKind::Stdio {
        return;
    }
    route(cx, request).await;
}

/// Calls the handler of a request and sends what it yields. Boxed, so that the largest handler does not size the task of
/// every request.
macro_rules! route {
    ($($Variant:ident $name:literal $handler:ident($Params:ty) -> $Result:ty,
       $stability:ident, $scope:ident $(($($arg:tt)*))?;)*) => {
        fn route(mut cx: Context, request: ClientRequest) -> BoxFuture<'static, ()> {
            match request {
                $(ClientRequest::$Variant(params) => Box::pin(async move {
                    let outcome = handlers::$handler(&mut cx, params).await;
                    let reply = Outcome::<$Result>::finish(outcome, &mut cx.slot);
                    cx.deliver(reply).await;
                }),)*
            }
        }
    };
}

for_each_client_request!(route);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::outbox::Closed;
    use crate::testing::{Server, settled};

    /// Loses a connection while a request waits behind another; gives how many replies it is sent.
    async fn replies_to_a_lost_connection(transport: TransportKind) -> usize {
        let server = Server::new();
        let session = server.connect(transport);
        let id = "00000000-0000-7000-8000-000000000000";
        let mut before = server.app.lanes.join((None, Scope::Thread(id.to_owned())));
        before.reached().await;
        let params = json!({"threadId": id, "name": "n"});
        server.ask(&session, "thread/name/set", params);
        session.gone.cancel();
        drop(before);
        settled(&session).await;
        session.outbox.depth().0
    }

    #[tokio::test]
    async fn a_request_that_waited_when_its_connection_was_lost_is_not_begun() {
        assert_eq!(replies_to_a_lost_connection(TransportKind::WebSocket).await, 0);
    }

    #[tokio::test]
    async fn on_stdio_it_is_answered_after_the_end_of_the_input() {
        assert_eq!(replies_to_a_lost_connection(TransportKind::Stdio).await, 1);
    }

    #[tokio::test]
    async fn a_thread_that_is_unloaded_refuses_what_comes_too_late() {
        let server = Server::new();
        let session = server.connect(TransportKind::WebSocket);
        let thread = server.start_thread(&session).await;
        thread.shut_down().await.unwrap();
        let pending = Pending {
            app: Arc::clone(&server.app),
            session: Arc::clone(&session),
            id: RequestId::Integer(7),
            method: "thread/compact/start",
            started: Instant::now(),
            in_flight: session.admit().expect("few are under way"),
        };
        let responder = Responder {
            slot: ReplySlot(Some(pending)),
            result: PhantomData,
        };
        let handed_over = thread.reply(responder, |actor, responder| Box::pin(actor.compact(responder)));
        assert!(handed_over.await.is_ok(), "the refusal is the reply");
        session.outbox.close(Closed::Draining);
        let mut replies = Vec::new();
        while let Ok(message) = session.outbox.pop().await {
            replies.push(serde_json::from_slice::<serde_json::Value>(&message).expect("JSON"));
        }
        let refusal = replies.iter().find(|m| m["id"] == 7).expect("a reply");
        let message = refusal["error"]["message"].as_str().expect("an error");
        assert!(message.contains("is closing"), "{message}");
    }
}
