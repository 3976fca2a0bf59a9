//! `hooks/list`: the hooks that count in some folders (extensions.md §7).

use std::path::PathBuf;
use std::sync::Arc;

use codex_config::Request;
use codex_protocol::*;

use crate::app::App;
use crate::dispatch::Context;
use crate::error::RpcError;
use crate::store::blocking;

/// `hooks/list`. Reads all files anew.
pub async fn hooks_list(cx: &mut Context, params: HooksListParams) -> Result<HooksListResponse, RpcError> {
    let app = Arc::clone(&cx.app);
    let cwds = match params.cwds {
        none if none.is_empty() => vec![app.sources.process_cwd.clone()],
        cwds => cwds,
    };
    let data = blocking(move || cwds.into_iter().map(|cwd| entry(&app, cwd)).collect()).await?;
    Ok(HooksListResponse { data })
}

fn entry(app: &App, cwd: PathBuf) -> HooksListEntry {
    let request = Request {
        cwd: Some(cwd.clone()),
        ..Request::default()
    };
    match app.sources.load(&request) {
        Ok(config) => {
            let found = codex_hooks::discover(&config);
            HooksListEntry {
                cwd,
                hooks: found.hooks.into_iter().map(|hook| hook.metadata).collect(),
                warnings: found.warnings,
                errors: Vec::new(),
            }
        }
        Err(error) => HooksListEntry {
            hooks: Vec::new(),
            warnings: Vec::new(),
            errors: vec![HookErrorInfo {
                path: cwd.clone(),
                message: error.to_string(),
            }],
            cwd,
        },
    }
}
