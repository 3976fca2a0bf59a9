//! The client's own tools (turns.md §23).

use std::time::Instant;

use codex_protocol::{
    DynamicToolCallOutputContentItem, DynamicToolCallParams, DynamicToolCallResponse, DynamicToolCallStatus,
    DynamicToolSpec, FunctionCallOutputBody, FunctionCallOutputContentItem, ImageDetail, ThreadItem,
};
use codex_rollout::RolloutItem;
use codex_rollout::record::{DynamicToolCallRequest, DynamicToolCallResponse as ResponseRecord};
use serde_json::Value;

use super::{Answer, Scope, arguments};
use crate::event::{AskError, Question};

/// The tool of that name; deferred ones can't be called.
pub(crate) fn find<'a>(scope: &'a Scope, namespace: Option<&str>, name: &str) -> Option<&'a DynamicToolSpec> {
    scope
        .settings
        .dynamic_tools
        .iter()
        .find(|tool| tool.name == name && tool.namespace.as_deref() == namespace && !tool.defer_loading)
}

pub(crate) async fn call(
    scope: &Scope,
    tool: &DynamicToolSpec,
    text: &str,
    call_id: &str,
) -> Result<Answer, String> {
    let arguments: Value = arguments(text)?;
    let began = Instant::now();
    let request = DynamicToolCallRequest {
        call_id: call_id.to_owned(),
        turn_id: scope.turn_id(),
        namespace: tool.namespace.clone(),
        tool: tool.name.clone(),
        arguments: arguments.clone(),
    };
    scope
        .out
        .started(codex_rollout::items::dynamic_tool_call_request(&request))
        .await;
    scope.out.record(RolloutItem::EventMsg(request.into())).await;
    let question = Question::ToolCall(DynamicToolCallParams {
        thread_id: scope.thread_id(),
        turn_id: scope.turn_id(),
        call_id: call_id.to_owned(),
        namespace: tool.namespace.clone(),
        tool: tool.name.clone(),
        arguments: arguments.clone(),
    });
    let (response, error) = match scope.out.ask(question).await {
        Ok(reply) => match serde_json::from_str::<DynamicToolCallResponse>(reply.get()) {
            Ok(response) => (response, None),
            Err(error) => (
                failed("dynamic tool response was invalid"),
                Some(error.to_string()),
            ),
        },
        // Nobody hears of a question that was taken back: the turn is over.
        Err(AskError::Withdrawn) => {
            return Ok(Answer {
                body: None,
                before: Vec::new(),
                response: None,
            });
        }
        Err(AskError::Refused { message, .. }) => (failed("dynamic tool request failed"), Some(message)),
    };
    let record = ResponseRecord {
        call_id: call_id.to_owned(),
        turn_id: scope.turn_id(),
        namespace: tool.namespace.clone(),
        tool: tool.name.clone(),
        arguments: arguments.clone(),
        content_items: response.content_items.clone(),
        success: response.success,
        error,
        duration: began.elapsed(),
    };
    scope
        .out
        .completed(ThreadItem::DynamicToolCall {
            id: call_id.to_owned(),
            namespace: tool.namespace.clone(),
            tool: tool.name.clone(),
            arguments,
            status: if response.success {
                DynamicToolCallStatus::Completed
            } else {
                DynamicToolCallStatus::Failed
            },
            content_items: Some(response.content_items.clone()),
            success: Some(response.success),
            duration_ms: Some(began.elapsed().as_millis() as i64),
        })
        .await;
    scope.out.record(RolloutItem::EventMsg(record.into())).await;
    Ok(Answer {
        body: Some(to_model(response.content_items)),
        before: Vec::new(),
        response: None,
    })
}

fn failed(text: &str) -> DynamicToolCallResponse {
    DynamicToolCallResponse {
        content_items: vec![DynamicToolCallOutputContentItem::InputText {
            text: text.to_owned(),
        }],
        success: false,
    }
}

/// A single text goes as it is, anything else as a list of parts.
fn to_model(mut items: Vec<DynamicToolCallOutputContentItem>) -> FunctionCallOutputBody {
    if let [DynamicToolCallOutputContentItem::InputText { text }] = items.as_mut_slice() {
        return FunctionCallOutputBody::Text(std::mem::take(text));
    }
    let parts = items.into_iter().map(|item| match item {
        DynamicToolCallOutputContentItem::InputText { text } => {
            FunctionCallOutputContentItem::input_text(text)
        }
        DynamicToolCallOutputContentItem::InputImage { image_url } => {
            FunctionCallOutputContentItem::input_image(image_url, Some(ImageDetail::High))
        }
    });
    FunctionCallOutputBody::Items(parts.collect())
}
