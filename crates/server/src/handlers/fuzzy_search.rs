//! `fuzzyFileSearch*`: finding files by parts of their names (fs.md §4, §5).

use codex_protocol::*;

use crate::dispatch::Context;
use crate::error::RpcError;

/// `fuzzyFileSearch`.
pub async fn fuzzy_file_search(
    cx: &mut Context,
    params: FuzzyFileSearchParams,
) -> Result<FuzzyFileSearchResponse, RpcError> {
    let turn = cx.app.searches.take_token(params.cancellation_token);
    let search = codex_files::search(&params.query, params.roots, turn.cancelled());
    let files = cx.unless_gone(search).await??;
    Ok(FuzzyFileSearchResponse { files })
}

/// `fuzzyFileSearch/sessionStart`. A session of the same name is replaced.
pub async fn fuzzy_file_search_session_start(
    cx: &mut Context,
    params: FuzzyFileSearchSessionStartParams,
) -> Result<FuzzyFileSearchSessionStartResponse, RpcError> {
    if params.session_id.is_empty() {
        return Err(RpcError::invalid_request("sessionId must not be empty"));
    }
    if params.roots.is_empty() {
        return Err(RpcError::internal(
            "failed to start fuzzy file search session: at least one search directory is required",
        ));
    }
    cx.app
        .searches
        .start(params.session_id, params.roots, &cx.app.connections)
        .await;
    Ok(FuzzyFileSearchSessionStartResponse {})
}

/// `fuzzyFileSearch/sessionUpdate`.
pub async fn fuzzy_file_search_session_update(
    cx: &mut Context,
    params: FuzzyFileSearchSessionUpdateParams,
) -> Result<FuzzyFileSearchSessionUpdateResponse, RpcError> {
    if !cx.app.searches.update(&params.session_id, params.query) {
        let message = format!("fuzzy file search session not found: {}", params.session_id);
        return Err(RpcError::invalid_request(message));
    }
    Ok(FuzzyFileSearchSessionUpdateResponse {})
}

/// `fuzzyFileSearch/sessionStop`. Nothing of the session is told after the reply.
pub async fn fuzzy_file_search_session_stop(
    cx: &mut Context,
    params: FuzzyFileSearchSessionStopParams,
) -> Result<FuzzyFileSearchSessionStopResponse, RpcError> {
    cx.app.searches.stop(&params.session_id).await;
    Ok(FuzzyFileSearchSessionStopResponse {})
}
