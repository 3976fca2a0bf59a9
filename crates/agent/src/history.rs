//! The model's history of a thread: what goes into every request's `input` (turns.md §9, §15).

use std::collections::HashSet;
use std::sync::Arc;

use codex_protocol::{ContentItem, FunctionCallOutputBody, FunctionCallOutputContentItem, ResponseItem};

use crate::truncate::{BYTES_PER_TOKEN, Budget, cut_middle, cut_parts};

/// What stands for a picture that the model can't see.
const IMAGE_OMITTED: &str = "image content omitted because you do not support image input";
/// What stands for a picture that the service refused.
const IMAGE_INVALID: &str = "Invalid image";
/// The output of a call that never got one.
const ABORTED: &str = "aborted";

/// The items said so far, shared with the requests made from them.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    item: Arc<ResponseItem>,
    /// The same output in the text form, for requests that offer the freeform patch tool.
    plain: Option<Arc<ResponseItem>>,
    /// Estimated size on the wire.
    bytes: usize,
}

/// How a request wants the history.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    /// The model sees pictures.
    pub images: bool,
    /// The freeform patch tool is offered: JSON outputs of shells become plain text.
    pub plain_outputs: bool,
}

impl History {
    pub(crate) fn new(items: impl IntoIterator<Item = ResponseItem>) -> Self {
        let mut history = History::default();
        for item in items {
            history.push(Arc::new(item));
        }
        history
    }

    pub(crate) fn push(&mut self, item: Arc<ResponseItem>) {
        let plain = self.plain_form(&item).map(Arc::new);
        let bytes = estimated_bytes(&item);
        self.entries.push(Entry { item, plain, bytes });
    }

    pub(crate) fn items(&self) -> impl DoubleEndedIterator<Item = &Arc<ResponseItem>> {
        self.entries.iter().map(|entry| &entry.item)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The history as a request's `input`: every call with its output, no output without its call.
    pub(crate) fn view(&self, view: View) -> Vec<Arc<ResponseItem>> {
        let mut calls = HashSet::new();
        let mut outputs = HashSet::new();
        for entry in &self.entries {
            calls.extend(call_id(&entry.item));
            outputs.extend(answered(&entry.item));
        }
        let mut out = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            if answered(&entry.item).is_some_and(|id| !calls.contains(id)) {
                continue;
            }
            let item = match &entry.plain {
                Some(plain) if view.plain_outputs => plain,
                _ => &entry.item,
            };
            let without_images = if view.images {
                None
            } else {
                replace_images(item, IMAGE_OMITTED)
            };
            out.push(without_images.map_or_else(|| item.clone(), Arc::new));
            if let Some(id) = call_id(&entry.item).filter(|id| !outputs.contains(id)) {
                out.extend(output_for(&entry.item, id, ABORTED.into()).map(Arc::new));
            }
        }
        out
    }

    /// Estimated tokens of everything.
    pub(crate) fn estimated_tokens(&self) -> i64 {
        tokens(self.entries.iter().map(|entry| entry.bytes).sum())
    }

    /// Estimated tokens of what was added after the model's last item.
    pub(crate) fn tokens_after_model(&self) -> i64 {
        let added = self
            .entries
            .iter()
            .rev()
            .take_while(|entry| !is_models(&entry.item));
        tokens(added.map(|entry| entry.bytes).sum())
    }

    /// Estimated tokens of encrypted reasoning before the user's last message, which reported usage leaves out.
    pub(crate) fn tokens_of_past_reasoning(&self) -> i64 {
        let Some(last_user) = self
            .entries
            .iter()
            .rposition(|entry| is_message_of(&entry.item, "user"))
        else {
            return 0;
        };
        let reasoning = self.entries[..last_user]
            .iter()
            .filter(|entry| matches!(*entry.item, ResponseItem::Reasoning { .. }));
        tokens(reasoning.map(|entry| entry.bytes).sum())
    }

    /// Leaves out the oldest item, and with a call or an output its counterpart.
    pub(crate) fn drop_oldest(&mut self) {
        if self.entries.is_empty() {
            return;
        }
        let gone = self.entries.remove(0).item;
        if let Some(id) = call_id(&gone) {
            self.entries.retain(|entry| answered(&entry.item) != Some(id));
        }
        if let Some(id) = answered(&gone) {
            self.entries.retain(|entry| call_id(&entry.item) != Some(id));
        }
    }

    /// Takes pictures that the service refused out of the newest of tool outputs and user messages, if it has any.
    /// Says where they were.
    pub(crate) fn drop_refused_images(&mut self) -> Option<RefusedImages> {
        let newest = self
            .entries
            .iter()
            .rposition(|entry| answered(&entry.item).is_some() || is_message_of(&entry.item, "user"))?;
        let replaced = replace_images(&self.entries[newest].item, IMAGE_INVALID)?;
        let in_output = answered(&replaced).is_some();
        let bytes = estimated_bytes(&replaced);
        self.entries[newest] = Entry {
            item: Arc::new(replaced),
            plain: None,
            bytes,
        };
        Some(if in_output {
            RefusedImages::OfTool
        } else {
            RefusedImages::OfUser
        })
    }

    /// JSON outputs of shell tools as text.
    fn plain_form(&self, item: &ResponseItem) -> Option<ResponseItem> {
        let ResponseItem::FunctionCallOutput {
            call_id: id,
            output: FunctionCallOutputBody::Text(text),
            extra,
        } = item
        else {
            return None;
        };
        let call = self
            .entries
            .iter()
            .rev()
            .find(|entry| call_id(&entry.item) == Some(id))?;
        let rewritten = match &*call.item {
            ResponseItem::LocalShellCall { .. } => true,
            ResponseItem::FunctionCall { name, .. } => {
                matches!(name.as_str(), "shell" | "container.exec" | "apply_patch")
            }
            _ => false,
        };
        if !rewritten {
            return None;
        }
        let text = crate::tools::output::json_to_text(text)?;
        Some(ResponseItem::FunctionCallOutput {
            call_id: id.clone(),
            output: text.into(),
            extra: extra.clone(),
        })
    }
}

/// Whose pictures the service refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefusedImages {
    /// A tool's: the request may go again at once.
    OfTool,
    /// The user's.
    OfUser,
}

/// An output as it enters the history: cut to 1.2 times the model's limit.
pub(crate) fn cut_output(output: FunctionCallOutputBody, budget: Budget) -> FunctionCallOutputBody {
    let budget = budget.for_history();
    match output {
        FunctionCallOutputBody::Text(text) if text.len() > budget.bytes() => {
            FunctionCallOutputBody::Text(cut_middle(&text, budget))
        }
        FunctionCallOutputBody::Items(parts) => FunctionCallOutputBody::Items(cut_parts(parts, budget)),
        other => other,
    }
}

/// The id by which an output answers this call.
pub(crate) fn call_id(item: &ResponseItem) -> Option<&str> {
    match item {
        ResponseItem::FunctionCall { call_id, .. } | ResponseItem::CustomToolCall { call_id, .. } => {
            Some(call_id)
        }
        ResponseItem::LocalShellCall { call_id, id, .. } => call_id.as_deref().or(id.as_deref()),
        ResponseItem::ToolSearchCall { call_id, .. } => call_id.as_deref(),
        _ => None,
    }
}

/// The call that this output answers.
fn answered(item: &ResponseItem) -> Option<&str> {
    match item {
        ResponseItem::FunctionCallOutput { call_id, .. }
        | ResponseItem::CustomToolCallOutput { call_id, .. } => Some(call_id),
        ResponseItem::ToolSearchOutput { call_id, .. } => call_id.as_deref(),
        _ => None,
    }
}

/// The output item that answers `call`.
pub(crate) fn output_for(
    call: &ResponseItem,
    id: &str,
    output: FunctionCallOutputBody,
) -> Option<ResponseItem> {
    match call {
        ResponseItem::FunctionCall { .. } | ResponseItem::LocalShellCall { .. } => {
            Some(ResponseItem::function_call_output(id, output))
        }
        ResponseItem::CustomToolCall { .. } => Some(ResponseItem::custom_tool_call_output(id, output)),
        _ => None,
    }
}

pub(crate) fn is_message_of(item: &ResponseItem, who: &str) -> bool {
    matches!(item, ResponseItem::Message { role, .. } if role == who)
}

fn is_models(item: &ResponseItem) -> bool {
    match item {
        ResponseItem::Message { role, .. } => role == "assistant",
        ResponseItem::FunctionCallOutput { .. }
        | ResponseItem::CustomToolCallOutput { .. }
        | ResponseItem::ToolSearchOutput { .. } => false,
        _ => true,
    }
}

/// `item` with `text` in place of its pictures; None when it has none.
fn replace_images(item: &ResponseItem, text: &str) -> Option<ResponseItem> {
    let mut item = match item {
        ResponseItem::Message { content, .. }
            if content
                .iter()
                .any(|c| matches!(c, ContentItem::InputImage { .. })) =>
        {
            item.clone()
        }
        ResponseItem::FunctionCallOutput {
            output: FunctionCallOutputBody::Items(parts),
            ..
        }
        | ResponseItem::CustomToolCallOutput {
            output: FunctionCallOutputBody::Items(parts),
            ..
        } if parts
            .iter()
            .any(|p| matches!(p, FunctionCallOutputContentItem::InputImage { .. })) =>
        {
            item.clone()
        }
        _ => return None,
    };
    match &mut item {
        ResponseItem::Message { content, .. } => {
            for part in content {
                if matches!(part, ContentItem::InputImage { .. }) {
                    *part = ContentItem::input_text(text);
                }
            }
        }
        ResponseItem::FunctionCallOutput {
            output: FunctionCallOutputBody::Items(parts),
            ..
        }
        | ResponseItem::CustomToolCallOutput {
            output: FunctionCallOutputBody::Items(parts),
            ..
        } => {
            for part in parts {
                if matches!(part, FunctionCallOutputContentItem::InputImage { .. }) {
                    *part = FunctionCallOutputContentItem::input_text(text);
                }
            }
        }
        _ => {}
    }
    Some(item)
}

fn tokens(bytes: usize) -> i64 {
    i64::try_from(bytes.div_ceil(BYTES_PER_TOKEN)).unwrap_or(i64::MAX)
}

/// The size of an item in a request, without serializing what is large.
fn estimated_bytes(item: &ResponseItem) -> usize {
    match item {
        // Encrypted reasoning is base64 of something with a header: about three quarters of it are thoughts.
        ResponseItem::Reasoning {
            encrypted_content: Some(text),
            ..
        } => (text.len() * 3 / 4).saturating_sub(650),
        other => serde_json::to_vec(other).map_or(0, |json| json.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: View = View {
        images: true,
        plain_outputs: false,
    };

    fn call(id: &str, name: &str) -> ResponseItem {
        serde_json::from_value(
            serde_json::json!({"type": "function_call", "name": name, "arguments": "{}", "call_id": id}),
        )
        .expect("a call")
    }

    fn kinds(items: &[Arc<ResponseItem>]) -> Vec<&str> {
        items.iter().filter_map(|item| item.kind()).collect()
    }

    #[test]
    fn a_call_without_output_is_answered_as_aborted_right_behind_it() {
        let history = History::new([call("a", "x"), ResponseItem::message("user", vec![])]);
        let view = history.view(ALL);
        assert_eq!(kinds(&view), ["function_call", "function_call_output", "message"]);
        assert!(
            matches!(&*view[1], ResponseItem::FunctionCallOutput { output: FunctionCallOutputBody::Text(t), .. } if t == "aborted")
        );
    }

    #[test]
    fn an_output_without_call_is_left_out() {
        let history = History::new([ResponseItem::function_call_output("a", "x")]);
        assert!(history.view(ALL).is_empty());
    }

    #[test]
    fn json_outputs_of_shells_become_text_where_the_freeform_patch_tool_is_offered() {
        let json = r#"{"output":"hi\n","metadata":{"exit_code":2,"duration_seconds":0.1}}"#;
        let history = History::new([call("a", "shell"), ResponseItem::function_call_output("a", json)]);
        let text = |view: View| match &*history.view(view)[1] {
            ResponseItem::FunctionCallOutput {
                output: FunctionCallOutputBody::Text(t),
                ..
            } => t.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(text(ALL), json);
        assert_eq!(
            text(View {
                plain_outputs: true,
                ..ALL
            }),
            "Exit code: 2\nWall time: 0.1 seconds\nOutput:\nhi\n"
        );
    }

    #[test]
    fn pictures_become_a_sentence_for_a_model_that_sees_none() {
        let picture = ContentItem::input_image("data:,", None);
        let history = History::new([ResponseItem::message("user", vec![picture])]);
        let view = history.view(View {
            images: false,
            plain_outputs: false,
        });
        assert!(
            matches!(&*view[0], ResponseItem::Message { content, .. } if content[0].text() == Some(IMAGE_OMITTED))
        );
    }

    #[test]
    fn dropping_a_call_drops_its_output() {
        let mut history = History::new([
            call("a", "x"),
            ResponseItem::function_call_output("a", "y"),
            ResponseItem::message("user", vec![]),
        ]);
        history.drop_oldest();
        assert_eq!(history.items().count(), 1);
    }
}
