//! What each kind of event does to the turns (persistence.md §4).

use std::ops::Range;

use codex_protocol::{ThreadItem, TurnError, TurnStatus};

use super::{Change, Fold, Place, span};
use crate::items;
use crate::record::*;

impl Fold {
    pub(super) fn event(&mut self, event: &EventMsg, range: &Range<u64>) {
        match event {
            EventMsg::TaskStarted(event) => {
                self.close();
                self.begin(event.turn_id.clone(), true, TurnStatus::InProgress, range);
                if let Some(open) = &mut self.open {
                    open.span.started_at = event.started_at;
                }
            }
            EventMsg::TaskComplete(event) => self.task_complete(event, range),
            EventMsg::TurnAborted(event) => {
                let named = event.turn_id.as_deref().and_then(|id| self.find(id));
                let place = named.or(self.open_place());
                if let Some(place) = place {
                    self.end(
                        &place,
                        TurnStatus::Interrupted,
                        event.completed_at,
                        event.duration_ms,
                        range,
                    );
                }
            }
            EventMsg::UserMessage(event) => {
                if self
                    .open
                    .as_ref()
                    .is_some_and(|open| !open.span.explicit && (!open.compacted || open.span.items > 0))
                {
                    self.close();
                }
                self.current(range);
                let id = self.count();
                if let Some(open) = &mut self.open
                    && open.span.first_user_text.is_none()
                {
                    open.span.first_user_text = Some(span::first_text(&event.message));
                }
                self.put(|| items::user_message(id, event));
            }
            EventMsg::AgentMessage(event) if !event.message.is_empty() => {
                self.current(range);
                let id = self.count();
                self.put(|| items::agent_message(id, event));
            }
            EventMsg::AgentReasoning(event) if !event.text.is_empty() => {
                self.reasoning(&event.text, true, range)
            }
            EventMsg::AgentReasoningRawContent(event) if !event.text.is_empty() => {
                self.reasoning(&event.text, false, range);
            }
            EventMsg::Error(event) => self.error(event, range),
            EventMsg::ThreadRolledBack(event) => self.roll_back(event.num_turns as usize, range),
            EventMsg::ContextCompacted(_) => {
                self.current(range);
                let id = self.count();
                self.put(|| ThreadItem::ContextCompaction { id });
            }
            EventMsg::EnteredReviewMode(event) => {
                self.current(range);
                let id = self.count();
                self.put(|| items::entered_review(id, event));
            }
            EventMsg::ExitedReviewMode(event) => {
                self.current(range);
                let id = self.count();
                self.put(|| items::exited_review(id, event));
            }
            EventMsg::ExecCommandEnd(event) => {
                self.put_in(&event.turn_id, false, range, || {
                    Some(items::command_execution(event))
                });
            }
            EventMsg::PatchApplyEnd(event) => {
                self.put_in(&event.turn_id, true, range, || Some(items::file_change(event)));
            }
            EventMsg::DynamicToolCallRequest(event) => {
                self.put_in(&event.turn_id, true, range, || {
                    Some(items::dynamic_tool_call_request(event))
                });
            }
            EventMsg::DynamicToolCallResponse(event) => {
                self.put_in(&event.turn_id, true, range, || {
                    Some(items::dynamic_tool_call_response(event))
                });
            }
            EventMsg::GuardianAssessment(event) => {
                self.put_in(&event.turn_id, true, range, || items::guardian_assessment(event));
            }
            EventMsg::ItemCompleted(event) => {
                self.put_in(&event.turn_id, false, range, || items::plan(event))
            }
            EventMsg::McpToolCallEnd(event) => self.put_here(range, items::mcp_tool_call(event)),
            EventMsg::WebSearchEnd(event) => self.put_here(range, items::web_search(event)),
            EventMsg::ViewImageToolCall(event) => self.put_here(range, items::image_view(event)),
            EventMsg::ImageGenerationEnd(event) => self.put_here(range, items::image_generation(event)),
            EventMsg::CollabAgentSpawnEnd(_)
            | EventMsg::CollabAgentInteractionEnd(_)
            | EventMsg::CollabWaitingEnd(_)
            | EventMsg::CollabCloseEnd(_)
            | EventMsg::CollabResumeEnd(_) => {
                if let Some(item) = items::collab_tool_call(event) {
                    self.put_here(range, item);
                }
            }
            EventMsg::TokenCount(event) => {
                if event.info.is_some() {
                    self.token_count(range);
                }
            }
            EventMsg::AgentMessage(_)
            | EventMsg::AgentReasoning(_)
            | EventMsg::AgentReasoningRawContent(_)
            | EventMsg::ThreadNameUpdated(_)
            | EventMsg::UndoCompleted(_) => {}
        }
    }

    fn task_complete(&mut self, event: &TaskComplete, range: &Range<u64>) {
        let Some(place) = self.find(&event.turn_id).or(self.open_place()) else {
            return;
        };
        let status = match &place {
            Place::Open => self.open.as_ref().map(|open| open.span.status),
            Place::Closed(index) => self.closed.get(*index).map(|turn| turn.status),
        };
        let status = match status {
            Some(status @ (TurnStatus::Failed | TurnStatus::Interrupted)) => status,
            _ => TurnStatus::Completed,
        };
        self.end(&place, status, event.completed_at, event.duration_ms, range);
        if matches!(place, Place::Open) {
            self.close();
        }
    }

    fn error(&mut self, event: &ErrorEvent, range: &Range<u64>) {
        if self.open.is_none() || !concerns_turn(event) {
            return;
        }
        self.touch(range);
        if let Some(open) = &mut self.open {
            open.span.status = TurnStatus::Failed;
            open.span.error = Some(TurnError {
                message: event.message.clone(),
                codex_error_info: event.codex_error_info.clone(),
                additional_details: None,
            });
        }
    }

    fn roll_back(&mut self, turns: usize, range: &Range<u64>) {
        self.close();
        self.recall();
        let left = self.closed.len().saturating_sub(turns);
        let from = self.closed.get(left).map_or(range.start, |turn| turn.told_from);
        let dropped = from..range.end;
        self.dropped.retain(|other| other.start < dropped.start);
        self.dropped.push(dropped.clone());
        self.closed.truncate(left);
        self.resumed = self.resumed.min(left);
        // The counter restarts behind all items left, whether their ids were counted or not.
        self.next_item = self.closed.iter().map(|turn| u64::from(turn.items)).sum::<u64>() + 1;
        self.log(|| Change::Truncated { len: left, dropped });
    }

    /// Notes where a run of messages to the model begins; any other record ends it.
    pub(super) fn words(&mut self, is_question: bool, range: &Range<u64>) {
        match (is_question, self.words_from) {
            (true, None) => self.words_from = Some(range.start),
            (true, Some(_)) => {}
            // The record that a run leads up to still needs it; `begin` has seen it by the time of the next record.
            (false, _) => self.words_before = self.words_from.take(),
        }
    }
}

/// Whether an error is one of the turn's, not of a request made beside it.
fn concerns_turn(event: &ErrorEvent) -> bool {
    use codex_protocol::CodexErrorInfo;
    !matches!(
        event.codex_error_info,
        Some(CodexErrorInfo::ThreadRollbackFailed | CodexErrorInfo::ActiveTurnNotSteerable { .. })
    )
}
