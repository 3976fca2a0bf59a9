//! `config/*`: the settings as they stand (config.md §4).

use std::path::Path;
use std::sync::Arc;

use codex_protocol::*;

use crate::dispatch::Context;
use crate::error::RpcError;

/// `config/read`. Reads all files anew.
pub async fn config_read(cx: &mut Context, params: ConfigReadParams) -> Result<ConfigReadResponse, RpcError> {
    let app = Arc::clone(&cx.app);
    let view = tokio::task::spawn_blocking(move || {
        app.sources
            .read(params.cwd.as_deref().map(Path::new), params.include_layers)
    });
    let view = view
        .await
        .map_err(|e| RpcError::internal(e.to_string()))?
        .map_err(|e| RpcError::internal(e.to_string()))?;
    serde_json::to_value(view)
        .and_then(serde_json::from_value)
        .map_err(|e| RpcError::internal(format!("invalid configuration: {e}")))
}
