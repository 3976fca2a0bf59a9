//! The model's history of a thread: what goes into every request's `input` (turns.md §9, §15).

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::ops::Range;
use std::sync::Arc;

use codex_model::InputItem;
use codex_protocol::{ContentItem, FunctionCallOutputBody, FunctionCallOutputContentItem, ResponseItem};
use codex_rollout::history::read_item;

use crate::environment::Environment;
use crate::model::Model;
use crate::settings::Settings;
use crate::truncate::{BYTES_PER_TOKEN, Budget, cut_middle, cut_parts};

/// What stands for a picture that the model can't see.
const IMAGE_OMITTED: &str = "image content omitted because you do not support image input";
/// What stands for a picture that the service refused.
const IMAGE_INVALID: &str = "Invalid image";
/// The output of a call that never got one.
const ABORTED: &str = "aborted";

/// Up to so many bytes of items a resumed history is held in memory, which is more than the context window of any model;
/// what comes after stays in the file and is read again for each request.
const HELD_BYTES: usize = 8 << 20;
/// So does an item as long as this, which is a picture as a rule.
const LONG_ITEM: usize = 256 << 10;

/// Bytes of a history per token of a model's window that can be of use to it: more than a token ever stands for on average.
const USEFUL_PER_TOKEN: u64 = 16;

/// How many bytes of a history can be of use to the model of a thread; None if its window is not known.
pub fn history_budget(env: &Environment, settings: &Settings) -> Option<u64> {
    let window = Model::of(env, settings).window()?;
    Some(u64::try_from(window).ok()?.saturating_mul(USEFUL_PER_TOKEN))
}

/// The model's history, shared with the requests made from it.
#[derive(Debug, Clone, Default)]
pub struct History {
    entries: Vec<Entry>,
    keeper: Keeper,
    /// Where what is not held stands.
    file: Option<Arc<File>>,
}

/// Turns items into entries, in order.
#[derive(Debug, Clone, Default)]
pub struct Keeper {
    /// Bytes held so far.
    held: usize,
    /// The calls whose outputs have a text form.
    shell_calls: HashSet<Key>,
}

/// An item of a history, held or not.
#[derive(Debug, Clone)]
pub struct Entry {
    kept: Kept,
    facts: Facts,
}

#[derive(Debug, Clone)]
enum Kept {
    Held(Arc<ResponseItem>),
    /// The line it stands in.
    Stored(Range<u64>),
}

/// What is known of an item without looking at it.
#[derive(Debug, Clone, Copy)]
struct Facts {
    kind: Kind,
    /// It has a text form ([`View::plain_outputs`]).
    has_plain: bool,
    /// Estimated size on the wire.
    bytes: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// By the user.
    User,
    Reasoning,
    /// A call that has an id.
    Call(Key),
    Output(Key),
    /// Anything else the model made.
    Model,
    /// Anything else that it was told.
    Told,
}

/// A hash of a call's id.
type Key = u64;

fn key(id: &str) -> Key {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

impl Kind {
    fn of(item: &ResponseItem) -> Self {
        match item {
            ResponseItem::Message { role, .. } if role == "user" => Kind::User,
            ResponseItem::Message { role, .. } if role != "assistant" => Kind::Told,
            ResponseItem::Reasoning { .. } => Kind::Reasoning,
            ResponseItem::ToolSearchOutput { call_id: None, .. } => Kind::Told,
            _ => match (call_id(item), answered(item)) {
                (Some(id), _) => Kind::Call(key(id)),
                (None, Some(id)) => Kind::Output(key(id)),
                (None, None) => Kind::Model,
            },
        }
    }

    fn is_models(self) -> bool {
        matches!(self, Kind::Reasoning | Kind::Call(_) | Kind::Model)
    }

    fn answered(self) -> Option<Key> {
        match self {
            Kind::Output(key) => Some(key),
            _ => None,
        }
    }

    fn call(self) -> Option<Key> {
        match self {
            Kind::Call(key) => Some(key),
            _ => None,
        }
    }
}

impl Keeper {
    /// What is kept of the next item. `at` is the line it stands in, where it has one and may be read again.
    pub fn keep(&mut self, item: ResponseItem, at: Option<Range<u64>>) -> Entry {
        self.keep_shared(Arc::new(item), at)
    }

    fn keep_shared(&mut self, item: Arc<ResponseItem>, at: Option<Range<u64>>) -> Entry {
        let kind = Kind::of(&item);
        if is_shell_call(&item) {
            self.shell_calls.extend(kind.call());
        }
        let answers_shell = kind.answered().is_some_and(|key| self.shell_calls.contains(&key));
        let facts = Facts {
            kind,
            has_plain: answers_shell && plain_form(&item).is_some(),
            bytes: estimated_bytes(&item),
        };
        let kept = match at {
            Some(line) if facts.bytes >= LONG_ITEM || self.held + facts.bytes > HELD_BYTES => {
                Kept::Stored(line)
            }
            _ => {
                self.held += facts.bytes;
                Kept::Held(item)
            }
        };
        Entry { kept, facts }
    }
}

/// How a request wants the history.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    /// The model sees pictures.
    pub images: bool,
    /// The freeform patch tool is offered: JSON outputs of shells become plain text.
    pub plain_outputs: bool,
}

/// An item as a request shows it.
#[derive(Debug, Clone)]
pub(crate) enum Shown {
    /// One that is in memory.
    Held(Arc<ResponseItem>),
    /// One that is read when the request is written.
    Stored {
        file: Arc<File>,
        line: Range<u64>,
        plain: bool,
        images: bool,
    },
}

impl Shown {
    pub(crate) fn of(item: ResponseItem) -> Self {
        Shown::Held(Arc::new(item))
    }
}

impl InputItem for Shown {
    fn item(&self) -> io::Result<Cow<'_, ResponseItem>> {
        match self {
            Shown::Held(item) => Ok(Cow::Borrowed(&**item)),
            Shown::Stored {
                file,
                line,
                plain,
                images,
            } => {
                let item = read_item(&**file, line.clone())?;
                Ok(Cow::Owned(shown(&item, *plain, *images).unwrap_or(item)))
            }
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Shown::Held(_) => 0,
            Shown::Stored { line, .. } => (line.end - line.start) as usize,
        }
    }
}

/// `item` in text form or without its pictures; None when it stays as it is.
fn shown(item: &ResponseItem, plain: bool, images: bool) -> Option<ResponseItem> {
    let text = plain.then(|| plain_form(item)).flatten();
    let bare = (!images)
        .then(|| replace_images(text.as_ref().unwrap_or(item), IMAGE_OMITTED))
        .flatten();
    bare.or(text)
}

impl History {
    /// A history that is held as a whole.
    pub fn new(items: impl IntoIterator<Item = ResponseItem>) -> Self {
        let mut history = History::default();
        history.extend(items);
        history
    }

    /// A history read from `file`, by the keeper that made its entries.
    pub fn resumed(file: Arc<File>, keeper: Keeper, entries: Vec<Entry>) -> Self {
        Self {
            entries,
            keeper,
            file: Some(file),
        }
    }

    pub(crate) fn push(&mut self, item: Arc<ResponseItem>) {
        let entry = self.keeper.keep_shared(item, None);
        self.entries.push(entry);
    }

    /// Adds items that are held.
    pub fn extend(&mut self, items: impl IntoIterator<Item = ResponseItem>) {
        items.into_iter().for_each(|item| self.push(Arc::new(item)));
    }

    /// The items that `wanted` picks by kind, from the newest on. One that can no longer be read is left out.
    fn newest_first(&self, wanted: impl Fn(Kind) -> bool) -> impl Iterator<Item = Arc<ResponseItem>> {
        self.entries
            .iter()
            .rev()
            .filter(move |entry| wanted(entry.facts.kind))
            .filter_map(|entry| self.load(entry).ok())
    }

    /// Messages of the user's, the newest first.
    pub(crate) fn newest_user_messages(&self) -> impl Iterator<Item = Arc<ResponseItem>> {
        self.newest_first(|kind| kind == Kind::User)
    }

    /// The model's last message.
    pub(crate) fn last_answer(&self) -> Option<Arc<ResponseItem>> {
        self.newest_first(|kind| kind == Kind::Model)
            .find(|item| is_message_of(item, "assistant"))
    }

    fn load(&self, entry: &Entry) -> io::Result<Arc<ResponseItem>> {
        match (&entry.kept, &self.file) {
            (Kept::Held(item), _) => Ok(item.clone()),
            (Kept::Stored(line), Some(file)) => read_item(&**file, line.clone()).map(Arc::new),
            (Kept::Stored(_), None) => Err(io::ErrorKind::NotFound.into()),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The history as a request's `input`: every call with its output, no output without its call.
    pub(crate) fn view(&self, view: View) -> Vec<Shown> {
        let calls: HashSet<Key> = self.entries.iter().filter_map(|e| e.facts.kind.call()).collect();
        let outputs: HashSet<Key> = self
            .entries
            .iter()
            .filter_map(|e| e.facts.kind.answered())
            .collect();
        let mut out = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let kind = entry.facts.kind;
            if kind.answered().is_some_and(|key| !calls.contains(&key)) {
                continue;
            }
            let plain = view.plain_outputs && entry.facts.has_plain;
            match (&entry.kept, &self.file) {
                (Kept::Stored(line), Some(file)) => out.push(Shown::Stored {
                    file: file.clone(),
                    line: line.clone(),
                    plain,
                    images: view.images,
                }),
                (Kept::Stored(_), None) => {}
                (Kept::Held(item), _) => out.push(Shown::Held(
                    shown(item, plain, view.images).map_or_else(|| item.clone(), Arc::new),
                )),
            }
            if kind.call().is_some_and(|key| !outputs.contains(&key))
                && let Ok(call) = self.load(entry)
                && let Some(id) = call_id(&call)
            {
                out.extend(output_for(&call, id, ABORTED.into()).map(Shown::of));
            }
        }
        out
    }

    /// Estimated tokens of everything.
    pub(crate) fn estimated_tokens(&self) -> i64 {
        tokens(self.entries.iter().map(|entry| entry.facts.bytes).sum())
    }

    /// Estimated tokens of what was added after the model's last item.
    pub(crate) fn tokens_after_model(&self) -> i64 {
        let added = self
            .entries
            .iter()
            .rev()
            .take_while(|entry| !entry.facts.kind.is_models());
        tokens(added.map(|entry| entry.facts.bytes).sum())
    }

    /// Estimated tokens of encrypted reasoning before the user's last message, which reported usage leaves out.
    pub(crate) fn tokens_of_past_reasoning(&self) -> i64 {
        let Some(last_user) = self
            .entries
            .iter()
            .rposition(|entry| entry.facts.kind == Kind::User)
        else {
            return 0;
        };
        let reasoning = self.entries[..last_user]
            .iter()
            .filter(|entry| entry.facts.kind == Kind::Reasoning);
        tokens(reasoning.map(|entry| entry.facts.bytes).sum())
    }

    /// Leaves out the oldest items until the rest is estimated to fit a window of that many tokens; one at least.
    pub(crate) fn shorten(&mut self, window: Option<i64>) {
        self.drop_oldest();
        let Some(room) = window.and_then(|tokens| usize::try_from(tokens).ok()) else {
            return;
        };
        let mut bytes: usize = self.entries.iter().map(|entry| entry.facts.bytes).sum();
        let too_many = self.entries.iter().take_while(|entry| {
            let too_long = bytes > room.saturating_mul(BYTES_PER_TOKEN);
            bytes -= entry.facts.bytes;
            too_long
        });
        let too_many = too_many.count();
        self.entries.drain(..too_many);
    }

    /// Leaves out the oldest item, and with a call or an output its counterpart.
    pub(crate) fn drop_oldest(&mut self) {
        if self.entries.is_empty() {
            return;
        }
        match self.entries.remove(0).facts.kind {
            Kind::Call(key) => self.entries.retain(|entry| entry.facts.kind != Kind::Output(key)),
            Kind::Output(key) => self.entries.retain(|entry| entry.facts.kind != Kind::Call(key)),
            _ => {}
        }
    }

    /// Takes pictures that the service refused out of the newest of tool outputs and user messages, if it has any.
    /// Says where they were.
    pub(crate) fn drop_refused_images(&mut self) -> Option<RefusedImages> {
        let newest = self.entries.iter().rposition(|entry| {
            let kind = entry.facts.kind;
            kind == Kind::User || kind.answered().is_some()
        })?;
        let item = self.load(&self.entries[newest]).ok()?;
        let replaced = replace_images(&item, IMAGE_INVALID)?;
        let in_output = answered(&replaced).is_some();
        self.entries[newest] = self.keeper.keep(replaced, None);
        Some(if in_output {
            RefusedImages::OfTool
        } else {
            RefusedImages::OfUser
        })
    }
}

/// Whether outputs of this call may be JSON of a shell tool.
fn is_shell_call(item: &ResponseItem) -> bool {
    match item {
        ResponseItem::LocalShellCall { .. } => true,
        ResponseItem::FunctionCall { name, .. } => {
            matches!(name.as_str(), "shell" | "container.exec" | "apply_patch")
        }
        _ => false,
    }
}

/// The JSON output of a shell tool as text.
fn plain_form(item: &ResponseItem) -> Option<ResponseItem> {
    let ResponseItem::FunctionCallOutput {
        call_id,
        output: FunctionCallOutputBody::Text(text),
        extra,
    } = item
    else {
        return None;
    };
    let text = crate::tools::output::json_to_text(text)?;
    Some(ResponseItem::FunctionCallOutput {
        call_id: call_id.clone(),
        output: text.into(),
        extra: extra.clone(),
    })
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
        other => {
            let mut length = Length(0);
            // Nothing in an item is without a JSON form.
            let _ = serde_json::to_writer(&mut length, other);
            length.0
        }
    }
}

/// Counts what is written.
struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use codex_rollout::history::{Bounds, rebuild_with};

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

    fn items(shown: &[Shown]) -> Vec<ResponseItem> {
        shown
            .iter()
            .map(|item| item.item().expect("readable").into_owned())
            .collect()
    }

    fn kinds(items: &[ResponseItem]) -> Vec<&str> {
        items.iter().filter_map(|item| item.kind()).collect()
    }

    #[test]
    fn a_call_without_output_is_answered_as_aborted_right_behind_it() {
        let history = History::new([call("a", "x"), ResponseItem::message("user", vec![])]);
        let view = items(&history.view(ALL));
        assert_eq!(kinds(&view), ["function_call", "function_call_output", "message"]);
        assert!(
            matches!(&view[1], ResponseItem::FunctionCallOutput { output: FunctionCallOutputBody::Text(t), .. } if t == "aborted")
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
        let text = |view: View| match &items(&history.view(view))[1] {
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
        let view = items(&history.view(View {
            images: false,
            plain_outputs: false,
        }));
        assert!(
            matches!(&view[0], ResponseItem::Message { content, .. } if content[0].text() == Some(IMAGE_OMITTED))
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
        assert_eq!(history.entries.len(), 1);
    }

    #[test]
    fn what_a_long_history_does_not_hold_is_read_from_its_file() {
        let long = "x".repeat(LONG_ITEM);
        let json = serde_json::json!({"output": long, "metadata": {"exit_code": 0, "duration_seconds": 0.1}})
            .to_string();
        let picture = ContentItem::input_image("data:,", None);
        let said = [
            ResponseItem::message("user", vec![ContentItem::input_text(long.as_str())]),
            ResponseItem::message("user", vec![picture, ContentItem::input_text(long.as_str())]),
            call("a", "shell"),
            ResponseItem::function_call_output("a", json),
            ResponseItem::message("assistant", vec![ContentItem::output_text(long)]),
            call("b", "x"),
        ];
        let mut lines = Vec::new();
        for item in &said {
            let record = codex_rollout::RolloutItem::ResponseItem(item.clone());
            record.write_line("t", &mut lines).expect("a line");
        }
        let mut file = tempfile::tempfile().expect("a file");
        io::Write::write_all(&mut file, &lines).expect("written");
        let mut keeper = Keeper::default();
        let bounds = Bounds {
            end: lines.len() as u64,
            budget: None,
        };
        let read = rebuild_with(&file, bounds, || Ok(Vec::new()), |item, at| keeper.keep(item, at));
        let read = read.expect("readable").items;
        let mut resumed = History::resumed(Arc::new(file), keeper, read);
        let mut held = History::new(said);
        let stored = |history: &History| {
            let stored = |e: &&Entry| matches!(e.kept, Kept::Stored(_));
            history.entries.iter().filter(stored).count()
        };
        assert_eq!((stored(&resumed), stored(&held)), (4, 0));
        for (images, plain_outputs) in [(true, false), (false, true)] {
            let view = View {
                images,
                plain_outputs,
            };
            assert_eq!(items(&resumed.view(view)), items(&held.view(view)));
        }
        for history in [&mut resumed, &mut held] {
            history.push(Arc::new(ResponseItem::message("user", vec![])));
        }
        assert_eq!(resumed.estimated_tokens(), held.estimated_tokens());
        assert_eq!(resumed.last_answer(), held.last_answer());
        assert!(resumed.newest_user_messages().eq(held.newest_user_messages()));
        for history in [&mut resumed, &mut held] {
            history.drop_oldest();
            history.push(Arc::new(ResponseItem::function_call_output("b", "late")));
        }
        assert_eq!(items(&resumed.view(ALL)), items(&held.view(ALL)));
    }
}
