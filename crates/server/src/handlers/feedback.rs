//! `feedback/upload` (account.md §12). There is no collector to send reports to: what a client sends is checked and
//! answered, and goes nowhere.

use codex_protocol::*;
use uuid::Uuid;

use crate::dispatch::Context;
use crate::error::RpcError;

/// `feedback/upload`.
pub async fn feedback_upload(
    cx: &mut Context,
    params: FeedbackUploadParams,
) -> Result<FeedbackUploadResponse, RpcError> {
    if !cx.app.start_config.feedback_enabled {
        return Err(RpcError::invalid_request(
            "sending feedback is disabled by configuration",
        ));
    }
    let thread_id = match params.thread_id {
        Some(id) => Uuid::parse_str(&id)
            .map_err(|e| RpcError::invalid_request(format!("invalid thread id: {e}")))?
            .to_string(),
        None => format!("no-active-thread-{}", Uuid::now_v7()),
    };
    let classification = params.classification;
    tracing::info!("feedback ({classification}) about {thread_id} is not sent: there is no collector");
    Ok(FeedbackUploadResponse { thread_id })
}
