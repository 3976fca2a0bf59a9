//! One request to the model: its stream read to the end, its calls run, and what happens when the stream is lost
//! (turns.md §7, agent.md §1).

use std::time::Duration;

use codex_model::{ErrorKind, Event as ModelEvent, ModelError};
use codex_protocol::{ContentItem, ModelVerification, ResponseItem, ThreadGoal, TurnError};
use futures_util::StreamExt as _;

use crate::errors::Stop;
use crate::event::Event;
use crate::history::RefusedImages;
use crate::items::Items;
use crate::request::Parts;
use crate::tools::calls::Calls;
use crate::tools::patch;
use crate::turn::Running;

/// Why one stream ended early.
enum Lost {
    Cancelled,
    Model(ModelError),
}

impl Running<'_> {
    /// Asks the model once, again as often as its provider allows. Says whether it has to be asked anew: it called
    /// tools, or wants to go on.
    pub(crate) async fn ask_model(&mut self) -> Result<bool, Stop> {
        let retries = self.scope.env.model.provider().stream_retries();
        let mut attempt = 0;
        loop {
            let mut calls = Calls::new(self.scope.clone());
            let streamed = self.stream_once(&mut calls).await;
            let called = calls.any();
            self.called_tools |= called;
            // Calls that arrived are run to their end whatever became of the stream.
            let ran = self
                .finish_calls(calls, matches!(streamed, Err(Lost::Cancelled)))
                .await;
            let error = match streamed {
                Ok(wants_more) => {
                    ran?;
                    if called && let Some(goal) = self.count_for_goal().await {
                        let text = crate::prompts::goal_budget_reached(&goal);
                        let note = vec![ContentItem::input_text(text)];
                        self.remember(ResponseItem::message("developer", note)).await;
                    }
                    self.tell_diff_again().await;
                    return Ok(called || wants_more);
                }
                Err(Lost::Cancelled) => return Err(Stop::Cancelled),
                Err(Lost::Model(error)) => error,
            };
            ran?;
            if let Some(limits) = error.rate_limits() {
                self.conv.usage.limits_told(limits.clone());
                self.tell_usage(false).await;
            }
            match error.kind() {
                ErrorKind::ContextWindowExceeded => {
                    if let Some(window) = self.scope.model.window() {
                        self.conv.usage.fill(window);
                        self.tell_usage(true).await;
                    }
                    return Err(Stop::from(&error));
                }
                // Out of the history in either case: left in, a picture that was refused once fails every later turn.
                ErrorKind::InvalidImage => match self.conv.history.drop_refused_images() {
                    Some(RefusedImages::OfTool) => continue,
                    Some(RefusedImages::OfUser) | None => return Err(Stop::from(&error)),
                },
                _ if error.is_retryable_stream() && attempt < retries => {
                    attempt += 1;
                    self.pause(&error, attempt, retries).await?;
                }
                _ => return Err(Stop::from(&error)),
            }
        }
    }

    /// Tells of a retry and waits before it.
    pub(crate) async fn pause(&mut self, error: &ModelError, attempt: u64, retries: u64) -> Result<(), Stop> {
        self.out
            .send(Event::Retrying(TurnError {
                message: format!("Reconnecting... {attempt}/{retries}"),
                codex_error_info: Some(error.reconnecting_info()),
                additional_details: Some(error.message().to_owned()),
            }))
            .await;
        let wait: Duration = error
            .retry_after()
            .unwrap_or_else(|| codex_model::backoff(attempt));
        self.cancel.or(tokio::time::sleep(wait)).await
    }

    /// Reads one answer. Says whether the model wants to be asked again although it called nothing.
    async fn stream_once(&mut self, calls: &mut Calls) -> Result<bool, Lost> {
        let parts = Parts::of(self);
        let cancel = self.cancel.clone();
        let client = self.scope.env.model.clone();
        let opened = {
            let request = parts.request(self);
            cancel.or(client.stream(&request)).await
        };
        drop(parts);
        let mut stream = match opened {
            Err(_) => return Err(Lost::Cancelled),
            Ok(Err(error)) => return Err(Lost::Model(error)),
            Ok(Ok(stream)) => stream,
        };
        let mut items = Items::new(&self.scope);
        loop {
            let event = tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(Lost::Cancelled),
                event = stream.next() => event,
                steer = self.steered() => {
                    self.take_up(steer).await;
                    continue;
                }
            };
            let event = match event {
                None => {
                    return Err(Lost::Model(ModelError::disconnected(
                        "stream closed before response.completed",
                    )));
                }
                Some(Err(error)) => return Err(Lost::Model(error)),
                Some(Ok(event)) => event,
            };
            match event {
                ModelEvent::Completed { usage, end_turn, .. } => {
                    if let Some(usage) = &usage {
                        self.conv.usage.add(usage, self.scope.model.window());
                        // What the cache had doesn't count for a goal.
                        self.goal_tokens +=
                            (usage.input_tokens - usage.cached_input_tokens).max(0) + usage.output_tokens;
                    }
                    self.tell_usage(true).await;
                    return Ok(end_turn == Some(false));
                }
                ModelEvent::ItemAdded(item) => {
                    self.first_sign();
                    items.added(self, &item).await;
                }
                ModelEvent::ItemDone(item) => {
                    self.first_sign();
                    items.done(self, calls, item).await;
                }
                ModelEvent::OutputTextDelta(delta) => {
                    self.first_sign();
                    items.text(self, &delta).await;
                }
                ModelEvent::ReasoningSummaryPartAdded { summary_index } => {
                    items.summary_part(self, summary_index).await
                }
                ModelEvent::ReasoningSummaryDelta { delta, summary_index } => {
                    self.first_sign();
                    items.summary(self, delta, summary_index).await;
                }
                ModelEvent::ReasoningTextDelta { delta, content_index } => {
                    self.first_sign();
                    items.thought(self, delta, content_index).await;
                }
                ModelEvent::CustomToolCallInputDelta {
                    item_id,
                    call_id,
                    delta,
                } => {
                    items
                        .patch_text(self, item_id.as_deref(), call_id.as_deref(), &delta)
                        .await;
                }
                ModelEvent::RateLimits(limits) => {
                    self.conv.usage.limits_told(limits);
                    self.tell_usage(true).await;
                }
                ModelEvent::ServerModel(model) => self.reroute(model).await,
                ModelEvent::Verifications(told) => self.verify(&told).await,
                ModelEvent::TurnState(state) => {
                    self.turn_state.get_or_insert(state);
                }
                ModelEvent::ReasoningIncluded => self.conv.usage.reasoning_included = true,
                // The version of the model list concerns those who keep the list.
                ModelEvent::Created | ModelEvent::ModelsEtag(_) => {}
                _ => {}
            }
        }
    }

    fn first_sign(&mut self) {
        let started = self.started;
        self.first_token.get_or_insert_with(|| started.elapsed_ms());
    }

    /// Records the outputs of all calls in the calls' order, once all have ended.
    async fn finish_calls(&mut self, mut calls: Calls, cancelled: bool) -> Result<(), Stop> {
        let cancel = self.cancel.clone();
        let mut stopped = cancelled;
        while !stopped && calls.running() {
            tokio::select! {
                biased;
                () = cancel.cancelled() => stopped = true,
                () = calls.wait_one() => {}
                steer = self.steered() => self.take_up(steer).await,
            }
        }
        // An answer such as "cancel" stops the turn from within a call.
        stopped |= cancel.is_cancelled();
        for answer in calls.outputs().await {
            for message in answer.before {
                self.remember(message).await;
            }
            if let Some(output) = answer.output {
                self.remember(output).await;
            }
        }
        if stopped { Err(Stop::Cancelled) } else { Ok(()) }
    }

    /// Records the numbers and tells them; `numbers` false tells the limits alone.
    pub(crate) async fn tell_usage(&mut self, numbers: bool) {
        let record = self.conv.usage.record();
        self.out
            .record(codex_rollout::RolloutItem::EventMsg(record.into()))
            .await;
        if let Some(usage) = self.conv.usage.told().filter(|_| numbers) {
            self.out.send(Event::TokenUsage(usage)).await;
        }
        if let Some(limits) = self.conv.usage.limits() {
            self.out.send(Event::RateLimits(limits)).await;
        }
    }

    /// Another model answers than was asked (agent.md §2.4).
    async fn reroute(&mut self, answering: String) {
        let asked = self.scope.settings.model.clone();
        if self.rerouted || answering.eq_ignore_ascii_case(&asked) {
            return;
        }
        self.rerouted = true;
        let text = format!(
            "Your account was flagged for potentially high-risk cyber activity: instead of {asked} the fallback model {answering} answered this request."
        );
        self.out
            .send(Event::ModelRerouted {
                from_model: asked,
                to_model: answering,
            })
            .await;
        self.out.send(Event::Warning(text.clone())).await;
        let note = ContentItem::input_text(format!("Warning: {text}"));
        self.remember(ResponseItem::message("user", vec![note])).await;
    }

    async fn verify(&mut self, told: &[String]) {
        let known: Vec<ModelVerification> = told
            .iter()
            .filter(|name| *name == "trusted_access_for_cyber")
            .map(|_| ModelVerification::TrustedAccessForCyber)
            .collect();
        if known.is_empty() || std::mem::replace(&mut self.verified, true) {
            return;
        }
        self.out.send(Event::ModelVerification(known)).await;
    }

    /// Brings the goal up to date: after calls and at the turn's end (agent.md §14). Returns it when that used up its
    /// budget just now.
    pub(crate) async fn count_for_goal(&mut self) -> Option<ThreadGoal> {
        if self.scope.settings.plan_mode() {
            return None;
        }
        let goals = self.scope.env.goals.clone()?;
        let tokens = std::mem::take(&mut self.goal_tokens);
        goals.count(self.out.turn_id(), tokens).await
    }

    /// The diff of the turn's patches is told again after each later response.
    async fn tell_diff_again(&mut self) {
        let patches = self.scope.patches.clone().lock_owned().await;
        let diff = if patches.is_empty() {
            None
        } else {
            patch::render(patches).await.map(|(_, diff)| diff)
        };
        if let Some(diff) = diff {
            self.out.send(Event::DiffUpdated { diff }).await;
        }
    }
}
