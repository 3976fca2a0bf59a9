//! Compaction: the history gives way to a summary (agent.md §3). The summary is asked of the thread's own model.

use codex_model::{ErrorKind, Event as ModelEvent, ModelError};
use codex_protocol::{ContentItem, ResponseItem, ThreadItem, UserInput};
use codex_rollout::RolloutItem;
use codex_rollout::record::{Compacted, ContextCompacted};
use futures_util::StreamExt as _;

use crate::context;
use crate::errors::Stop;
use crate::event::Event;
use crate::history::{History, is_message_of};
use crate::model::Model;
use crate::prompts;
use crate::request::Parts;
use crate::truncate::{Budget, cut_middle, tokens_of};
use crate::turn::Running;

/// Tokens of the user's own words that are kept.
const KEPT_TOKENS: usize = 20_000;

/// Beginnings of messages with the role `user` that are not the user's words.
const NOT_WORDS: [&str; 9] = [
    "<environment_context>",
    "# AGENTS.md instructions for ",
    "<turn_aborted>",
    "<user_shell_command>",
    "<user_action>",
    "<skill>",
    "<hook_prompt",
    "Warning: apply_patch was requested via ",
    prompts::SUMMARY_PREFIX,
];

/// Where in a turn a compaction comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the turn's input, or as a turn of its own.
    Between,
    /// Before a further request of a running turn.
    Within,
}

/// What became of one try.
enum Lost {
    Cancelled,
    Model(ModelError),
}

impl Running<'_> {
    /// `thread/compact/start`
    pub(crate) async fn compact_by_request(&mut self) -> Result<(), Stop> {
        self.compact(Place::Between, None).await
    }

    /// Compacts when the history has grown to the model's limit, or past that of a smaller model that takes over.
    pub(crate) async fn compact_before_turn(&mut self, input: &[UserInput]) -> Result<(), Stop> {
        let former = self
            .conv
            .last_model
            .clone()
            .filter(|former| *former != self.scope.settings.model);
        let former = former.map(|slug| (Model::named(&self.scope.env, &self.scope.settings, &slug), slug));
        let shrinks = former
            .as_ref()
            .is_some_and(|(model, _)| model.window() > self.scope.model.window());
        if !self.is_full() {
            return Ok(());
        }
        let by = former.filter(|_| shrinks).map(|(model, slug)| (slug, model));
        let compacted = self.compact(Place::Between, by).await;
        if compacted.is_err() {
            // What the user said must not be lost with the turn.
            self.tell_context().await;
            self.say(input.to_vec()).await;
        }
        compacted
    }

    /// The same before a further request.
    pub(crate) async fn compact_within_turn(&mut self) -> Result<(), Stop> {
        if !self.is_full() {
            return Ok(());
        }
        self.compact(Place::Within, None).await
    }

    /// Whether the history has reached the limit.
    fn is_full(&self) -> bool {
        let Some(limit) = self.scope.model.compact_limit() else {
            return false;
        };
        let history = &self.conv.history;
        let reasoning = if self.conv.usage.reasoning_included {
            0
        } else {
            history.tokens_of_past_reasoning()
        };
        self.conv.usage.last_total() + history.tokens_after_model() + reasoning >= limit
            && !history.is_empty()
    }

    async fn compact(&mut self, place: Place, by: Option<(String, Model)>) -> Result<(), Stop> {
        let item = ThreadItem::ContextCompaction {
            id: uuid::Uuid::new_v4().to_string(),
        };
        self.out.started(item.clone()).await;
        self.flush().await;
        let summary = self.summarize(by).await?;
        let message = format!("{}\n{summary}", prompts::SUMMARY_PREFIX);
        let mut replacement = words(&self.conv.history);
        if place == Place::Within {
            let scope = &self.scope;
            let context = context::messages(&scope.env, &scope.settings, &scope.model, None, None);
            let last = replacement.len().saturating_sub(1);
            replacement.splice(last..last, context);
        }
        replacement.push(ResponseItem::message(
            "user",
            vec![ContentItem::input_text(message.as_str())],
        ));
        self.conv.history = History::new(replacement.clone());
        self.conv.compactions += 1;
        if place == Place::Between {
            self.conv.told = None;
        }
        let compacted = Compacted {
            message,
            replacement_history: Some(replacement),
        };
        self.out.record(RolloutItem::Compacted(compacted)).await;
        if place == Place::Within {
            self.record_context().await;
        }
        let instructions = tokens_of(self.scope.settings.base_instructions.len()) as i64;
        let estimate = instructions + self.conv.history.estimated_tokens();
        self.conv.usage.compacted(estimate, self.scope.model.window());
        self.tell_usage(true).await;
        self.out
            .record(RolloutItem::EventMsg(ContextCompacted {}.into()))
            .await;
        self.out.completed(item).await;
        let warning = "Long threads that were compacted several times make the model less accurate. Start a new thread when that is possible.";
        self.out.send(Event::Warning(warning.to_owned())).await;
        Ok(())
    }

    /// Asks for the summary, again as often as the provider allows, with ever less of the history when it doesn't fit.
    async fn summarize(&mut self, by: Option<(String, Model)>) -> Result<String, Stop> {
        let retries = self.scope.env.model.provider().stream_retries();
        let mut attempt = 0;
        let mut shortened = self.conv.history.clone();
        let window = by.as_ref().map_or(&self.scope.model, |(_, model)| model).window();
        loop {
            let parts = self.compaction_request(&shortened, by.clone());
            match self.stream_summary(&parts).await {
                Ok(Some(summary)) => return Ok(summary),
                Ok(None) => return Ok(last_answer(&self.conv.history)),
                Err(Lost::Cancelled) => return Err(Stop::Cancelled),
                Err(Lost::Model(error)) if error.kind() == ErrorKind::ContextWindowExceeded => {
                    if shortened.is_empty() {
                        if let Some(window) = self.scope.model.window() {
                            self.conv.usage.fill(window);
                            self.tell_usage(true).await;
                        }
                        return Err(Stop::from(&error));
                    }
                    shortened.shorten(window);
                }
                Err(Lost::Model(error)) if attempt < retries => {
                    attempt += 1;
                    self.pause(&error, attempt, retries).await?;
                }
                Err(Lost::Model(error)) => return Err(Stop::from(&error)),
            }
        }
    }

    fn compaction_request(&self, history: &History, by: Option<(String, Model)>) -> Parts {
        let config = &self.scope.env.config;
        let prompt = config
            .compact_prompt
            .as_deref()
            .filter(|prompt| !prompt.trim().is_empty())
            .unwrap_or(prompts::COMPACT);
        let prompt = ResponseItem::message("user", vec![ContentItem::input_text(prompt)]);
        Parts::of_history(self, history).for_compaction(prompt, by)
    }

    /// Reads one answer; its last message is the summary.
    async fn stream_summary(&mut self, parts: &Parts) -> Result<Option<String>, Lost> {
        let cancel = self.cancel.clone();
        let client = self.scope.env.model.clone();
        let opened = {
            let request = parts.request(self);
            cancel.or(client.stream(&request)).await
        };
        let mut stream = opened.map_err(|_| Lost::Cancelled)?.map_err(Lost::Model)?;
        let mut summary = None;
        loop {
            let event = cancel.or(stream.next()).await.map_err(|_| Lost::Cancelled)?;
            match event {
                None => {
                    return Err(Lost::Model(ModelError::disconnected(
                        "stream closed before response.completed",
                    )));
                }
                Some(Err(error)) => return Err(Lost::Model(error)),
                Some(Ok(ModelEvent::ItemDone(item))) if is_message_of(&item, "assistant") => {
                    summary = Some(text(&item))
                }
                Some(Ok(ModelEvent::RateLimits(limits))) => {
                    self.conv.usage.limits_told(limits);
                    self.tell_usage(true).await;
                }
                Some(Ok(ModelEvent::Completed { usage, .. })) => {
                    if let Some(usage) = &usage {
                        self.conv.usage.add(usage, self.scope.model.window());
                    }
                    self.tell_usage(true).await;
                    return Ok(summary.filter(|summary| !summary.is_empty()));
                }
                Some(Ok(_)) => {}
            }
        }
    }
}

fn text(item: &ResponseItem) -> String {
    match item {
        ResponseItem::Message { content, .. } => content.iter().filter_map(ContentItem::text).collect(),
        _ => String::new(),
    }
}

fn last_answer(history: &History) -> String {
    history.last_answer().map(|item| text(&item)).unwrap_or_default()
}

/// The user's own words, the newest up to the limit, in order.
fn words(history: &History) -> Vec<ResponseItem> {
    let mut left = KEPT_TOKENS;
    let mut kept = Vec::new();
    for item in history.newest_user_messages() {
        let said = text(&item);
        if said.is_empty()
            || NOT_WORDS
                .iter()
                .any(|beginning| said.trim_start().starts_with(beginning))
        {
            continue;
        }
        if left == 0 {
            break;
        }
        let tokens = tokens_of(said.len());
        let said = if tokens <= left {
            said
        } else {
            cut_middle(&said, Budget::Tokens(left))
        };
        left = left.saturating_sub(tokens);
        kept.push(ResponseItem::message("user", vec![ContentItem::input_text(said)]));
    }
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(said: &str) -> ResponseItem {
        ResponseItem::message("user", vec![ContentItem::input_text(said)])
    }

    #[test]
    fn only_the_users_words_are_kept_in_order() {
        let history = History::new([
            user("<environment_context>x</environment_context>"),
            user("one"),
            ResponseItem::message("assistant", vec![ContentItem::output_text("answer")]),
            user(&format!("{}\nsummary", prompts::SUMMARY_PREFIX)),
            user("two"),
        ]);
        assert_eq!(words(&history), [user("one"), user("two")]);
        assert_eq!(last_answer(&history), "answer");
    }

    #[test]
    fn what_no_longer_fits_loses_its_middle_and_older_words_go() {
        let long = "x".repeat(KEPT_TOKENS * 4 + 8);
        let kept = words(&History::new([user("oldest"), user(&long)]));
        assert_eq!(kept.len(), 1);
        assert!(text(&kept[0]).contains("…2 tokens truncated…"));
    }
}
