//! `fs/*`: the file system of the server's machine, with the server's rights (fs.md §1 – §3).

use std::path::PathBuf;
use std::sync::Arc;

use codex_protocol::*;

use crate::dispatch::Context;
use crate::error::RpcError;
use crate::wire;

/// The path of a request, without dots.
fn plain(path: &AbsolutePathBuf) -> PathBuf {
    codex_files::normalize(path.as_path())
}

/// `fs/readFile`. A read that waits (for a FIFO's writer) ends with the connection. A connection's large files are read
/// as far as they fit into its memory side by side, the others when those have been sent.
pub async fn fs_read_file(
    cx: &mut Context,
    params: FsReadFileParams,
) -> Result<FsReadFileResponse, RpcError> {
    let (session, share) = (Arc::clone(&cx.session), &mut cx.share_of_reads);
    let admit = |size| async move { *share = Some(session.admit_read(size).await) };
    let data_base64 = codex_files::read_file(plain(&params.path), &cx.session.gone, admit).await?;
    Ok(FsReadFileResponse { data_base64 })
}

/// `fs/writeFile`.
pub async fn fs_write_file(
    cx: &mut Context,
    params: FsWriteFileParams,
) -> Result<FsWriteFileResponse, RpcError> {
    codex_files::write_file(plain(&params.path), params.data_base64, &cx.session.gone).await?;
    Ok(FsWriteFileResponse {})
}

/// `fs/createDirectory`.
pub async fn fs_create_directory(
    _: &mut Context,
    params: FsCreateDirectoryParams,
) -> Result<FsCreateDirectoryResponse, RpcError> {
    codex_files::create_directory(plain(&params.path), params.recursive.unwrap_or(true)).await?;
    Ok(FsCreateDirectoryResponse {})
}

/// `fs/getMetadata`.
pub async fn fs_get_metadata(
    _: &mut Context,
    params: FsGetMetadataParams,
) -> Result<FsGetMetadataResponse, RpcError> {
    Ok(codex_files::metadata(plain(&params.path)).await?)
}

/// `fs/readDirectory`.
pub async fn fs_read_directory(
    _: &mut Context,
    params: FsReadDirectoryParams,
) -> Result<FsReadDirectoryResponse, RpcError> {
    let entries = codex_files::read_directory(plain(&params.path)).await?;
    Ok(FsReadDirectoryResponse { entries })
}

/// `fs/remove`.
pub async fn fs_remove(_: &mut Context, params: FsRemoveParams) -> Result<FsRemoveResponse, RpcError> {
    let (recursive, force) = (params.recursive.unwrap_or(true), params.force.unwrap_or(true));
    codex_files::remove(plain(&params.path), recursive, force).await?;
    Ok(FsRemoveResponse {})
}

/// `fs/copy`.
pub async fn fs_copy(_: &mut Context, params: FsCopyParams) -> Result<FsCopyResponse, RpcError> {
    let (source, destination) = (plain(&params.source_path), plain(&params.destination_path));
    codex_files::copy(source, destination, params.recursive).await?;
    Ok(FsCopyResponse {})
}

/// `fs/watch`.
pub async fn fs_watch(cx: &mut Context, params: FsWatchParams) -> Result<FsWatchResponse, RpcError> {
    let path = plain(&params.path);
    cx.app
        .watches
        .start(&cx.session, params.watch_id, path.clone())
        .await?;
    Ok(FsWatchResponse {
        path: wire::absolute(&path),
    })
}

/// `fs/unwatch`. Nothing of the watch is told after the reply.
pub async fn fs_unwatch(cx: &mut Context, params: FsUnwatchParams) -> Result<FsUnwatchResponse, RpcError> {
    cx.app.watches.stop(cx.session.id, params.watch_id).await;
    Ok(FsUnwatchResponse {})
}
