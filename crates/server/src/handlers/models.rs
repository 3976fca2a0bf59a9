//! `model/list`: the models of the provider the server started with; what the provider in force can do (config.md §11,
//! §12).

use std::sync::Arc;

use codex_config::Request;
use codex_protocol::*;

use crate::dispatch::Context;
use crate::error::RpcError;
use crate::handlers::paging::page;
use crate::store::blocking;

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

/// `modelProvider/capabilities/read`. Reads all files anew.
pub async fn model_provider_capabilities_read(
    cx: &mut Context,
    _: ModelProviderCapabilitiesReadParams,
) -> Result<ModelProviderCapabilitiesReadResponse, RpcError> {
    let app = Arc::clone(&cx.app);
    let config = blocking(move || app.sources.load(&Request::default())).await?;
    let config = config
        .map_err(|e| RpcError::internal(format!("failed to resolve feature override precedence: {e}")))?;
    let speaks_all = config.model_provider_id != "amazon-bedrock";
    Ok(ModelProviderCapabilitiesReadResponse {
        namespace_tools: speaks_all,
        image_generation: speaks_all,
        web_search: speaks_all,
    })
}
