//! `model/list`: the models of the provider the server started with (config.md §12).

use codex_protocol::*;

use crate::dispatch::Context;
use crate::error::RpcError;

/// `model/list`.
pub async fn model_list(cx: &mut Context, params: ModelListParams) -> Result<ModelListResponse, RpcError> {
    let chatgpt = cx
        .app
        .auth
        .current()
        .is_some_and(|c| matches!(*c, codex_auth::Credentials::Chatgpt(_)));
    let catalogue = cx
        .app
        .start_catalogue()
        .map_err(|e| RpcError::internal(e.to_string()))?;
    let hidden = params.include_hidden.unwrap_or(false);
    let models: Vec<Model> = catalogue
        .list(chatgpt)
        .into_iter()
        .filter(|m| hidden || !m.hidden)
        .collect();
    let start = match &params.cursor {
        Some(cursor) => cursor
            .parse()
            .map_err(|_| RpcError::invalid_request(format!("invalid cursor: {cursor}")))?,
        None => 0,
    };
    if start > models.len() {
        let message = format!("cursor {start} exceeds total models {}", models.len());
        return Err(RpcError::invalid_request(message));
    }
    let limit = params.limit.map_or(usize::MAX, |n| n.max(1) as usize);
    let end = start.saturating_add(limit).min(models.len());
    let next_cursor = (end < models.len()).then(|| end.to_string());
    Ok(ModelListResponse {
        data: models[start..end].to_vec(),
        next_cursor,
    })
}
