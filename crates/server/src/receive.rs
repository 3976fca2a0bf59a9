//! Takes up a connection's messages in order of arrival: what needs no service is answered here, the rest is dispatched.

use std::sync::Arc;

use crate::app::App;
use crate::dispatch;
use crate::envelope::Incoming;
use crate::session::Session;

/// Takes up one message. Returns at once; handlers run side by side (transport.md §5.2).
pub fn receive(app: &Arc<App>, session: &Arc<Session>, message: &[u8]) {
    if message.iter().all(u8::is_ascii_whitespace) {
        return;
    }
    match Incoming::parse(message) {
        Ok(Incoming::Request {
            id,
            method,
            params,
            trace,
        }) => {
            dispatch::request(app, session, id, &method, params, trace.as_ref());
        }
        Ok(Incoming::Notification { method }) => tracing::info!("notification {method} has no effect"),
        Ok(Incoming::Response { id, result }) => app.questions.settle(&id, Ok(result.to_owned())),
        Ok(Incoming::Error { id, error }) => app.questions.settle(&id, Err(error)),
        Err(reason) => tracing::error!("Failed to deserialize JSONRPCMessage: {reason}"),
    }
}
