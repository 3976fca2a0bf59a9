//! What a response's items become: items for the clients, records, and calls (turns.md §8).

use std::path::PathBuf;
use std::sync::Arc;

use codex_protocol::{
    AbsolutePathBuf, ContentItem, MessagePhase, ReasoningItemContent, ReasoningItemReasoningSummary,
    ResponseItem, ResponsesApiWebSearchAction, ThreadItem, WebSearchAction,
};
use codex_rollout::RolloutItem;
use codex_rollout::record::{
    AgentMessage, AgentReasoning, AgentReasoningRawContent, CompletedItem, ImageGenerationEnd, ItemCompleted,
    PlanItem, StoredWebSearchAction, WebSearchEnd,
};

use crate::event::{Event, Out};
use crate::images;
use crate::message_text::{self, MessageText, Piece};
use crate::patch_progress::PatchInProgress;
use crate::tools::Scope;
use crate::tools::calls::Calls;
use crate::turn::Running;

/// The items of one response as they stream. One is active at a time: deltas belong to it.
pub(crate) struct Items {
    plan_mode: bool,
    plan_id: String,
    patches_shown: bool,
    active: Option<Active>,
    patch: Option<PatchInProgress>,
}

enum Active {
    Message(MessageInProgress),
    Reasoning { id: String },
    Other { kind: Kind, id: String },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    WebSearch,
    Image,
}

struct MessageInProgress {
    id: String,
    phase: Option<MessagePhase>,
    text: MessageText,
    /// Told to the client; in plan mode that waits for text that is not plan.
    shown: bool,
    plan_shown: bool,
    /// Blank text before the first words, held back while the message isn't shown.
    held: String,
}

impl Items {
    pub(crate) fn new(scope: &Scope) -> Self {
        Items {
            plan_mode: scope.settings.plan_mode(),
            plan_id: format!("{}-plan", scope.out.turn_id()),
            patches_shown: scope.env.config.features.enabled("apply_patch_streaming_events"),
            active: None,
            patch: None,
        }
    }

    /// An item was announced.
    pub(crate) async fn added(&mut self, turn: &Running<'_>, item: &ResponseItem) {
        let out = &turn.out;
        match item {
            ResponseItem::Message {
                id,
                role,
                content,
                phase,
                ..
            } if role == "assistant" => {
                let mut message = MessageInProgress {
                    id: id.clone().unwrap_or_else(fresh_id),
                    phase: *phase,
                    text: MessageText::new(self.plan_mode),
                    shown: false,
                    plan_shown: false,
                    held: String::new(),
                };
                let seed = message.text.push(&joined(content));
                if self.plan_mode {
                    self.active = Some(Active::Message(message));
                    self.pieces(out, seed).await;
                } else {
                    let text = seed
                        .into_iter()
                        .map(|piece| {
                            if let Piece::Text(text) = piece {
                                text
                            } else {
                                String::new()
                            }
                        })
                        .collect();
                    message.shown = true;
                    out.started(agent_message(&message.id, text, message.phase)).await;
                    self.active = Some(Active::Message(message));
                }
            }
            ResponseItem::Reasoning { extra, .. } => {
                let id = extra
                    .get("id")
                    .and_then(|id| id.as_str())
                    .map_or_else(fresh_id, str::to_owned);
                out.started(ThreadItem::Reasoning {
                    id: id.clone(),
                    summary: Vec::new(),
                    content: Vec::new(),
                })
                .await;
                self.active = Some(Active::Reasoning { id });
            }
            ResponseItem::WebSearchCall { id, .. } => {
                let id = id.clone().unwrap_or_else(fresh_id);
                let item = ThreadItem::WebSearch {
                    id: id.clone(),
                    query: String::new(),
                    action: Some(WebSearchAction::Other),
                };
                out.started(item).await;
                self.active = Some(Active::Other {
                    kind: Kind::WebSearch,
                    id,
                });
            }
            ResponseItem::ImageGenerationCall { id, .. } => {
                out.started(image_begun(id)).await;
                self.active = Some(Active::Other {
                    kind: Kind::Image,
                    id: id.clone(),
                });
            }
            ResponseItem::CustomToolCall {
                id, call_id, name, ..
            } if self.patches_shown && name == "apply_patch" => {
                self.patch = Some(PatchInProgress::new(id.clone(), call_id.clone()));
            }
            _ => {}
        }
    }

    /// More text of the active message.
    pub(crate) async fn text(&mut self, turn: &Running<'_>, delta: &str) {
        let Some(Active::Message(message)) = &mut self.active else {
            return;
        };
        let pieces = message.text.push(delta);
        self.pieces(&turn.out, pieces).await;
    }

    /// Another part of the active reasoning's summary.
    pub(crate) async fn summary_part(&mut self, turn: &Running<'_>, summary_index: i64) {
        if let Some(Active::Reasoning { id }) = &self.active {
            turn.out
                .send(Event::ReasoningSummaryPartAdded {
                    item_id: id.clone(),
                    summary_index,
                })
                .await;
        }
    }

    /// More text of a summary part.
    pub(crate) async fn summary(&mut self, turn: &Running<'_>, delta: String, summary_index: i64) {
        if let Some(Active::Reasoning { id }) = &self.active {
            turn.out
                .send(Event::ReasoningSummaryDelta {
                    item_id: id.clone(),
                    delta,
                    summary_index,
                })
                .await;
        }
    }

    /// More raw reasoning.
    pub(crate) async fn thought(&mut self, turn: &Running<'_>, delta: String, content_index: i64) {
        if let Some(Active::Reasoning { id }) = &self.active {
            turn.out
                .send(Event::ReasoningTextDelta {
                    item_id: id.clone(),
                    delta,
                    content_index,
                })
                .await;
        }
    }

    /// More text of a patch that is being written.
    pub(crate) async fn patch_text(
        &mut self,
        turn: &Running<'_>,
        item_id: Option<&str>,
        call_id: Option<&str>,
        delta: &str,
    ) {
        let Some(patch) = &mut self.patch else { return };
        patch.push(&turn.out, item_id, call_id, delta).await;
    }

    /// An item is complete.
    pub(crate) async fn done(&mut self, turn: &mut Running<'_>, calls: &mut Calls, item: ResponseItem) {
        match &item {
            ResponseItem::Message {
                id,
                role,
                content,
                phase,
                ..
            } if role == "assistant" => {
                self.message_done(turn, id.clone(), &joined(content), *phase)
                    .await;
                turn.remember(item).await;
            }
            // A message that the model says in another's name is shown as an empty one of the user's.
            ResponseItem::Message { .. } => {
                let shown = ThreadItem::UserMessage {
                    id: fresh_id(),
                    content: Vec::new(),
                };
                turn.out.started(shown.clone()).await;
                turn.out.completed(shown).await;
                let record = codex_rollout::items::user_message_event(&[]);
                turn.out.record(RolloutItem::EventMsg(record.into())).await;
                turn.remember(item).await;
            }
            ResponseItem::Reasoning {
                summary,
                content,
                extra,
                ..
            } => {
                let id = extra.get("id").and_then(|id| id.as_str()).map(str::to_owned);
                self.reasoning_done(turn, id, summary, content.as_deref().unwrap_or_default())
                    .await;
                turn.remember(item).await;
            }
            ResponseItem::WebSearchCall { id, action, .. } => {
                self.search_done(&turn.out, id.clone(), action.as_ref()).await;
                turn.remember(item).await;
            }
            ResponseItem::ImageGenerationCall {
                id,
                status,
                revised_prompt,
                result,
                ..
            } => {
                let path = self
                    .image_done(turn, id, status, revised_prompt.clone(), result)
                    .await;
                turn.remember(item).await;
                if let Some(path) = path {
                    let text = format!(
                        "The generated image was saved as {}. Copy it to where it is needed; leave this file in place.",
                        path.display()
                    );
                    turn.remember(ResponseItem::message(
                        "developer",
                        vec![ContentItem::input_text(text)],
                    ))
                    .await;
                }
            }
            ResponseItem::FunctionCall { .. }
            | ResponseItem::CustomToolCall { .. }
            | ResponseItem::LocalShellCall { .. } => {
                if let (ResponseItem::CustomToolCall { input, .. }, Some(mut patch)) =
                    (&item, self.patch.take())
                {
                    patch.whole(&turn.out, input).await;
                }
                let item = Arc::new(item);
                turn.remember((*item).clone()).await;
                calls.start(item);
            }
            _ => turn.remember(item).await,
        }
    }

    async fn message_done(
        &mut self,
        turn: &mut Running<'_>,
        id: Option<String>,
        text: &str,
        phase: Option<MessagePhase>,
    ) {
        let parts = message_text::split(text, self.plan_mode);
        let announced = match self.active.take() {
            Some(Active::Message(mut message)) => {
                // What was held back because it might have become a tag belongs to the message after all.
                let rest = message.text.finish();
                self.active = Some(Active::Message(message));
                self.pieces(&turn.out, rest).await;
                match self.active.take() {
                    Some(Active::Message(message)) => Some(message),
                    other => {
                        self.active = other;
                        None
                    }
                }
            }
            other => {
                self.active = other;
                None
            }
        };
        let (announced_id, shown, plan_shown) = match &announced {
            Some(message) => (Some(message.id.clone()), message.shown, message.plan_shown),
            None => (None, false, false),
        };
        if let Some(plan) = &parts.plan {
            self.plan_done(turn, plan, plan_shown).await;
        }
        let id = id.or(announced_id).unwrap_or_else(fresh_id);
        let only_plan = self.plan_mode && parts.plan.is_some() && parts.text.trim().is_empty() && !shown;
        if only_plan {
            return;
        }
        let event = AgentMessage {
            message: parts.text.clone(),
            phase,
            memory_citation: parts.citation,
        };
        let item = codex_rollout::items::agent_message(id.clone(), &event);
        if !shown {
            // A plan's message begins empty, as if it had been streamed.
            let begun = if self.plan_mode {
                agent_message(&id, String::new(), phase)
            } else {
                item.clone()
            };
            turn.out.started(begun).await;
        }
        turn.out.completed(item).await;
        turn.last_message = Some(parts.text);
        turn.out.record(RolloutItem::EventMsg(event.into())).await;
    }

    async fn plan_done(&mut self, turn: &Running<'_>, text: &str, shown: bool) {
        if !shown {
            turn.out
                .started(ThreadItem::Plan {
                    id: self.plan_id.clone(),
                    text: String::new(),
                })
                .await;
        }
        turn.out
            .completed(ThreadItem::Plan {
                id: self.plan_id.clone(),
                text: text.to_owned(),
            })
            .await;
        let record = ItemCompleted {
            thread_id: turn.scope.env.thread_id.clone(),
            turn_id: turn.out.turn_id().to_string(),
            item: CompletedItem::Plan(PlanItem::new(self.plan_id.clone(), text)),
        };
        turn.out.record(RolloutItem::EventMsg(record.into())).await;
    }

    async fn reasoning_done(
        &mut self,
        turn: &Running<'_>,
        id: Option<String>,
        summary: &[ReasoningItemReasoningSummary],
        content: &[ReasoningItemContent],
    ) {
        let summary: Vec<String> = summary
            .iter()
            .filter_map(|part| match part {
                ReasoningItemReasoningSummary::SummaryText { text, .. } => Some(text.clone()),
                ReasoningItemReasoningSummary::Other(_) => None,
            })
            .collect();
        let content: Vec<String> = content
            .iter()
            .filter_map(|part| match part {
                ReasoningItemContent::ReasoningText { text, .. }
                | ReasoningItemContent::Text { text, .. } => Some(text.clone()),
                ReasoningItemContent::Other(_) => None,
            })
            .collect();
        let announced = match self.active.take() {
            Some(Active::Reasoning { id }) => Some(id),
            other => {
                self.active = other;
                None
            }
        };
        let was_announced = announced.is_some();
        let item = ThreadItem::Reasoning {
            id: id.or(announced).unwrap_or_else(fresh_id),
            summary: summary.clone(),
            content: content.clone(),
        };
        if !was_announced {
            turn.out.started(item.clone()).await;
        }
        turn.out.completed(item).await;
        for text in summary {
            turn.out
                .record(RolloutItem::EventMsg(AgentReasoning { text }.into()))
                .await;
        }
        if turn.scope.env.config.show_raw_agent_reasoning {
            for text in content {
                turn.out
                    .record(RolloutItem::EventMsg(AgentReasoningRawContent { text }.into()))
                    .await;
            }
        }
    }

    async fn search_done(
        &mut self,
        out: &Out,
        id: Option<String>,
        action: Option<&ResponsesApiWebSearchAction>,
    ) {
        let announced = self.take_other(Kind::WebSearch);
        let action = match action {
            Some(ResponsesApiWebSearchAction::Search { query, queries, .. }) => {
                StoredWebSearchAction::Search {
                    query: query.clone(),
                    queries: queries.clone(),
                }
            }
            Some(ResponsesApiWebSearchAction::OpenPage { url, .. }) => {
                StoredWebSearchAction::OpenPage { url: url.clone() }
            }
            Some(ResponsesApiWebSearchAction::FindInPage { url, pattern, .. }) => {
                StoredWebSearchAction::FindInPage {
                    url: url.clone(),
                    pattern: pattern.clone(),
                }
            }
            Some(ResponsesApiWebSearchAction::Other(_)) | None => StoredWebSearchAction::Other,
        };
        let was_announced = announced.is_some();
        let event = WebSearchEnd {
            call_id: id.or(announced).unwrap_or_else(fresh_id),
            query: search_query(&action),
            action,
        };
        let item = codex_rollout::items::web_search(&event);
        if !was_announced {
            out.started(item.clone()).await;
        }
        out.completed(item).await;
        out.record(RolloutItem::EventMsg(event.into())).await;
    }

    /// Says where the picture was saved, if it was.
    async fn image_done(
        &mut self,
        turn: &Running<'_>,
        id: &str,
        status: &str,
        revised_prompt: Option<String>,
        result: &str,
    ) -> Option<PathBuf> {
        if self.take_other(Kind::Image).is_none() {
            turn.out.started(image_begun(id)).await;
        }
        let saved =
            images::save_generated(&turn.scope.env.codex_home, &turn.scope.env.thread_id, id, result).await;
        let event = ImageGenerationEnd {
            call_id: id.to_owned(),
            status: status.to_owned(),
            revised_prompt,
            result: result.to_owned(),
            saved_path: saved.as_ref().map(|path| path.to_string_lossy().into_owned()),
        };
        turn.out
            .completed(codex_rollout::items::image_generation(&event))
            .await;
        turn.out.record(RolloutItem::EventMsg(event.into())).await;
        saved
    }

    fn take_other(&mut self, kind: Kind) -> Option<String> {
        match self.active.take() {
            Some(Active::Other { kind: active, id }) if active == kind => Some(id),
            other => {
                self.active = other;
                None
            }
        }
    }

    /// Tells pieces of the active message.
    async fn pieces(&mut self, out: &Out, pieces: Vec<Piece>) {
        let Some(Active::Message(message)) = &mut self.active else {
            return;
        };
        for piece in pieces {
            match piece {
                Piece::Text(text) if message.shown => {
                    out.send(Event::AgentMessageDelta {
                        item_id: message.id.clone(),
                        delta: text,
                    })
                    .await;
                }
                Piece::Text(text) => {
                    message.held.push_str(&text);
                    if message.held.trim().is_empty() {
                        continue;
                    }
                    message.shown = true;
                    out.started(agent_message(&message.id, String::new(), message.phase))
                        .await;
                    let delta = std::mem::take(&mut message.held);
                    out.send(Event::AgentMessageDelta {
                        item_id: message.id.clone(),
                        delta,
                    })
                    .await;
                }
                Piece::PlanBegins if message.plan_shown => {}
                Piece::PlanBegins => {
                    message.plan_shown = true;
                    out.started(ThreadItem::Plan {
                        id: self.plan_id.clone(),
                        text: String::new(),
                    })
                    .await;
                }
                Piece::Plan(delta) => {
                    out.send(Event::PlanDelta {
                        item_id: self.plan_id.clone(),
                        delta,
                    })
                    .await
                }
            }
        }
    }
}

fn fresh_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

fn agent_message(id: &str, text: String, phase: Option<MessagePhase>) -> ThreadItem {
    ThreadItem::AgentMessage {
        id: id.to_owned(),
        text,
        phase,
        memory_citation: None,
    }
}

fn image_begun(id: &str) -> ThreadItem {
    ThreadItem::ImageGeneration {
        id: id.to_owned(),
        status: "in_progress".to_owned(),
        revised_prompt: None,
        result: String::new(),
        saved_path: None::<AbsolutePathBuf>,
    }
}

fn joined(content: &[ContentItem]) -> String {
    content.iter().filter_map(ContentItem::text).collect()
}

/// What is shown as a search's query.
fn search_query(action: &StoredWebSearchAction) -> String {
    match action {
        StoredWebSearchAction::Search {
            query: Some(query), ..
        } if !query.is_empty() => query.clone(),
        StoredWebSearchAction::Search {
            queries: Some(queries),
            ..
        } => match queries.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            [first, ..] => format!("{first} ..."),
        },
        StoredWebSearchAction::OpenPage { url } => url.clone().unwrap_or_default(),
        StoredWebSearchAction::FindInPage { url, pattern } => match (pattern, url) {
            (Some(pattern), Some(url)) => format!("'{pattern}' in {url}"),
            (Some(pattern), None) => format!("'{pattern}'"),
            (None, url) => url.clone().unwrap_or_default(),
        },
        StoredWebSearchAction::Search { .. } | StoredWebSearchAction::Other => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_shows_its_query_or_the_first_of_several() {
        let search = |query: Option<&str>, queries: &[&str]| {
            let queries = (!queries.is_empty()).then(|| queries.iter().map(|q| (*q).to_owned()).collect());
            search_query(&StoredWebSearchAction::Search {
                query: query.map(str::to_owned),
                queries,
            })
        };
        assert_eq!(search(Some("q"), &[]), "q");
        assert_eq!(search(None, &["one", "two"]), "one ...");
        assert_eq!(search(None, &["one"]), "one");
        let find = StoredWebSearchAction::FindInPage {
            url: Some("u".into()),
            pattern: Some("p".into()),
        };
        assert_eq!(search_query(&find), "'p' in u");
    }
}
