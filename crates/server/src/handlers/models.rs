//! `model/list`: the models of the provider the server started with (config.md §12).

use codex_protocol::*;

use crate::dispatch::Context;
use crate::error::RpcError;
use crate::handlers::paging::page;

/// `model/list`.
pub async fn model_list(cx: &mut Context, params: ModelListParams) -> Result<ModelListResponse, RpcError> {
    let chatgpt = cx.app.auth.current().is_some_and(|who| who.is_account());
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
    let (data, next_cursor) = page(models, params.cursor.as_deref(), params.limit, "models")?;
    Ok(ModelListResponse { data, next_cursor })
}
