//! `view_image`: a picture of the file system before the model (turns.md §8).

use codex_protocol::{FunctionCallOutputBody, FunctionCallOutputContentItem, ImageDetail};
use codex_rollout::RolloutItem;
use codex_rollout::record::ViewImageToolCall;
use serde::Deserialize;

use super::{Answer, Scope, arguments, policy};
use crate::images::{self, Fit};

#[derive(Deserialize)]
struct Arguments {
    path: String,
    detail: Option<String>,
}

pub(crate) async fn view(scope: &Scope, text: &str, call_id: &str) -> Result<Answer, String> {
    if !scope.model.sees_images() {
        return Err("view_image is not allowed because you do not support image inputs".into());
    }
    let Arguments { path, detail } = arguments(text)?;
    let original = match detail.as_deref() {
        None => false,
        Some("original") => scope.model.sees_original_images(),
        Some(other) => {
            return Err(format!(
                "view_image.detail only supports `original`; omit `detail` for default resized behavior, got `{other}`"
            ));
        }
    };
    let path = scope.path(Some(&path));
    let shown = path.display().to_string();
    // The sandbox holds commands; this file the server itself reads.
    let policy = policy::of_turn(scope).await?;
    let path = codex_sandbox::real_path(&path).unwrap_or(path);
    if !policy.allows_read(&path) {
        let error = std::io::Error::from_raw_os_error(nix::Error::EACCES as i32);
        return Err(format!("unable to process image at `{shown}`: {error}"));
    }
    let metadata = tokio::fs::metadata(&path)
        .await
        .map_err(|error| format!("unable to locate image at `{shown}`: {error}"))?;
    if !metadata.is_file() {
        return Err(format!("image path `{shown}` is not a file"));
    }
    let fit = if original { Fit::Original } else { Fit::Scaled };
    let image = tokio::task::spawn_blocking(move || images::load(&path, fit))
        .await
        .map_err(|error| format!("unable to process image at `{shown}`: {error}"))?
        .map_err(|error| format!("unable to process image at `{shown}`: {error}"))?;
    let event = ViewImageToolCall {
        call_id: call_id.to_owned(),
        path: shown,
    };
    let item = codex_rollout::items::image_view(&event);
    scope.out.started(item.clone()).await;
    scope.out.completed(item).await;
    scope.out.record(RolloutItem::EventMsg(event.into())).await;
    let detail = if original {
        ImageDetail::Original
    } else {
        ImageDetail::High
    };
    let part = FunctionCallOutputContentItem::input_image(image.data_url(), Some(detail));
    Ok(Answer {
        body: Some(FunctionCallOutputBody::Items(vec![part])),
        before: Vec::new(),
        response: None,
    })
}
