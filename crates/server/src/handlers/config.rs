//! `config/*`: the settings as they stand, and changes of the user's file (config.md §4, §5).

use std::path::Path;
use std::sync::Arc;

use codex_config::{Config, Edit, WriteError, WriteRequest, Written};
use codex_protocol::*;
use serde_json::json;

use crate::dispatch::Context;
use crate::error::RpcError;
use crate::store::blocking;
use crate::wire;

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

/// `config/value/write`: one change.
pub async fn config_value_write(
    cx: &mut Context,
    params: ConfigValueWriteParams,
) -> Result<ConfigWriteResponse, RpcError> {
    let request = WriteRequest {
        file_path: params.file_path,
        expected_version: params.expected_version,
        edits: vec![edit(params.key_path, params.value, params.merge_strategy)],
    };
    write(cx, request).await
}

/// `config/batchWrite`: several changes, all or none; loaded threads take over what they can, if that is asked for.
pub async fn config_batch_write(
    cx: &mut Context,
    params: ConfigBatchWriteParams,
) -> Result<ConfigWriteResponse, RpcError> {
    let edits = params.edits.into_iter();
    let request = WriteRequest {
        file_path: params.file_path,
        expected_version: params.expected_version,
        edits: edits
            .map(|e| edit(e.key_path, e.value, e.merge_strategy))
            .collect(),
    };
    let response = write(cx, request).await?;
    if params.reload_user_config {
        reload_threads(cx).await?;
    }
    Ok(response)
}

fn edit(key_path: String, value: serde_json::Value, strategy: MergeStrategy) -> Edit {
    Edit {
        key_path,
        value,
        strategy: wire::same(&strategy),
    }
}

async fn write(cx: &Context, request: WriteRequest) -> Result<ConfigWriteResponse, RpcError> {
    let app = Arc::clone(&cx.app);
    let written = blocking(move || app.sources.write(&request)).await?;
    let Written {
        version,
        file_path,
        overridden,
    } = written.map_err(|error| refused(&error))?;
    Ok(ConfigWriteResponse {
        status: match overridden {
            None => WriteStatus::Ok,
            Some(_) => WriteStatus::OkOverridden,
        },
        version,
        file_path: wire::absolute(&file_path),
        overridden_metadata: overridden.map(|hidden| wire::same(&hidden)),
    })
}

fn refused(error: &WriteError) -> RpcError {
    match error.code() {
        Some(code) => {
            RpcError::invalid_request(error.to_string()).with_data(json!({ "config_write_error_code": code }))
        }
        None => RpcError::internal(error.to_string()),
    }
}

/// Loaded threads take over the hooks of the user's file as it is now. Everything else they keep as they started.
async fn reload_threads(cx: &Context) -> Result<(), RpcError> {
    let app = Arc::clone(&cx.app);
    let read = blocking(move || app.sources.layers(None, &app.sources.flags)).await?;
    let layers = Arc::new(read.map_err(|e| RpcError::internal(format!("failed to reload config: {e}")))?);
    for thread in cx.app.threads.all() {
        let parts = thread
            .run(|actor| (Arc::clone(&actor.config), Arc::clone(&actor.hooks)))
            .await;
        // A thread that is closing needs none.
        let Ok((config, hooks)) = parts else { continue };
        let layers = Arc::clone(&layers);
        blocking(move || {
            if let Some(user) = layers.user() {
                hooks.reload(&Config {
                    layers: config.layers.with_user(user),
                    ..(*config).clone()
                });
            }
        })
        .await?;
    }
    Ok(())
}

/// `configRequirements/read`: what an administrator prescribes, null for nothing. Reads all files anew.
pub async fn config_requirements_read(
    cx: &mut Context,
    (): (),
) -> Result<ConfigRequirementsReadResponse, RpcError> {
    let app = Arc::clone(&cx.app);
    let shown = blocking(move || app.sources.read_requirements()).await?;
    let shown = shown.map_err(|e| RpcError::internal(e.to_string()))?;
    Ok(ConfigRequirementsReadResponse {
        requirements: shown.map(|shown| wire::same(&shown)),
    })
}
