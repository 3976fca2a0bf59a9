//! `config/*`: the settings as they stand (config.md §4).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use codex_config::Sources;
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

/// `configRequirements/read`: null where an administrator prescribes nothing. Prescriptions themselves are not understood
/// yet; a machine that has some is told so instead of being shown none.
pub async fn config_requirements_read(
    cx: &mut Context,
    (): (),
) -> Result<ConfigRequirementsReadResponse, RpcError> {
    match requirements_file(&cx.app.sources) {
        None => Ok(ConfigRequirementsReadResponse { requirements: None }),
        Some(file) => Err(RpcError::internal(format!(
            "configRequirements/read: {} is there, but this version of the server does not understand requirements",
            file.display()
        ))),
    }
}

/// The file of an administrator's requirements, if there is one (config.md §9).
pub fn requirements_file(sources: &Sources) -> Option<PathBuf> {
    Some(sources.system.join("requirements.toml")).filter(|file| file.exists())
}
