//! Records → items: the one mapping, used for what is streamed and for what is read back (persistence.md §4.1).
//!
//! Items that stand in the model's wire under an id of their own keep it; for the others the caller gives one: live the
//! stream's, on replay `item-<n>` ([`counted_id`]).

use std::path::Path;

use codex_protocol::{
    AbsolutePathBuf, CollabAgentState, CollabAgentStatus, CollabAgentTool, CollabAgentToolCallStatus,
    CommandAction, CommandExecutionSource, CommandExecutionStatus, ContentItem, DynamicToolCallStatus,
    FileChange, FileUpdateChange, HookPromptFragment, McpToolCallError, McpToolCallResult, McpToolCallStatus,
    ParsedCommand, PatchApplyStatus, PatchChangeKind, ReasoningEffort, ResponseItem, TextElement, ThreadItem,
    UserInput, WebSearchAction,
};
use serde_json::Value;

use crate::record::*;

/// The id of the n-th counted item of a thread.
pub fn counted_id(n: u64) -> String {
    format!("item-{n}")
}

/// What the user said: one text, then images, then local images; a blank text is left out.
pub fn user_message(id: String, event: &UserMessage) -> ThreadItem {
    let mut content = Vec::new();
    if !event.message.trim().is_empty() {
        let text_elements = event.text_elements.iter().map(text_element).collect();
        content.push(UserInput::Text {
            text: event.message.clone(),
            text_elements,
        });
    }
    content.extend(
        event
            .images
            .iter()
            .flatten()
            .map(|url| UserInput::Image { url: url.clone() }),
    );
    content.extend(
        event
            .local_images
            .iter()
            .map(|path| UserInput::LocalImage { path: path.into() }),
    );
    ThreadItem::UserMessage { id, content }
}

fn text_element(element: &StoredTextElement) -> TextElement {
    let StoredByteRange { start, end } = element.byte_range;
    TextElement {
        byte_range: codex_protocol::ByteRange { start, end },
        placeholder: element.placeholder.clone(),
    }
}

/// The record of a user's input: texts joined, then what is images. Skills and mentions are not stored; a missing
/// placeholder is filled with the text its range covers.
pub fn user_message_event(input: &[UserInput]) -> UserMessage {
    let mut event = UserMessage {
        images: Some(Vec::new()),
        ..UserMessage::default()
    };
    for part in input {
        match part {
            UserInput::Text { text, text_elements } => {
                let shift = event.message.len();
                event.message.push_str(text);
                event
                    .text_elements
                    .extend(text_elements.iter().map(|element| StoredTextElement {
                        byte_range: StoredByteRange {
                            start: element.byte_range.start.saturating_add(shift),
                            end: element.byte_range.end.saturating_add(shift),
                        },
                        placeholder: element.placeholder.clone(),
                    }));
            }
            UserInput::Image { url } => event.images.get_or_insert_default().push(url.clone()),
            UserInput::LocalImage { path } => event.local_images.push(path.to_string_lossy().into_owned()),
            UserInput::Skill { .. } | UserInput::Mention { .. } => {}
        }
    }
    event
}

/// What the agent said.
pub fn agent_message(id: String, event: &AgentMessage) -> ThreadItem {
    ThreadItem::AgentMessage {
        id,
        text: event.message.clone(),
        phase: event.phase,
        memory_citation: event.memory_citation.clone(),
    }
}

/// A command that ended.
pub fn command_execution(event: &ExecCommandEnd) -> ThreadItem {
    ThreadItem::CommandExecution {
        id: event.call_id.clone(),
        command: command_text(&event.command),
        cwd: absolute(&event.cwd),
        process_id: event.process_id.clone(),
        source: match event.source {
            ExecSource::Agent => CommandExecutionSource::Agent,
            ExecSource::UserShell => CommandExecutionSource::UserShell,
            ExecSource::UnifiedExecStartup => CommandExecutionSource::UnifiedExecStartup,
            ExecSource::UnifiedExecInteraction => CommandExecutionSource::UnifiedExecInteraction,
        },
        status: match event.status {
            EndStatus::Completed => CommandExecutionStatus::Completed,
            EndStatus::Failed => CommandExecutionStatus::Failed,
            EndStatus::Declined => CommandExecutionStatus::Declined,
        },
        command_actions: event
            .parsed_cmd
            .iter()
            .map(|parsed| command_action(parsed, Path::new(&event.cwd)))
            .collect(),
        aggregated_output: (!event.aggregated_output.is_empty()).then(|| event.aggregated_output.clone()),
        exit_code: Some(event.exit_code),
        duration_ms: Some(millis(event.duration)),
    }
}

/// Program and arguments as one line of shell words.
pub fn command_text(command: &[String]) -> String {
    // Words with NUL bytes cannot be quoted.
    shlex::try_join(command.iter().map(String::as_str)).unwrap_or_else(|_| command.join(" "))
}

/// What a command does; paths to read are taken below `cwd`.
pub fn command_action(parsed: &ParsedCommand, cwd: &Path) -> CommandAction {
    match parsed.clone() {
        ParsedCommand::Read { cmd, name, path } => CommandAction::Read {
            command: cmd,
            name,
            path: absolute(cwd.join(path)),
        },
        ParsedCommand::ListFiles { cmd, path } => CommandAction::ListFiles { command: cmd, path },
        ParsedCommand::Search { cmd, query, path } => CommandAction::Search {
            command: cmd,
            query,
            path,
        },
        ParsedCommand::Unknown { cmd } => CommandAction::Unknown { command: cmd },
    }
}

/// The stored form of what a command does.
pub fn parsed_command(action: &CommandAction) -> ParsedCommand {
    match action.clone() {
        CommandAction::Read { command, name, path } => ParsedCommand::Read {
            cmd: command,
            name,
            path: path.into_path_buf(),
        },
        CommandAction::ListFiles { command, path } => ParsedCommand::ListFiles { cmd: command, path },
        CommandAction::Search { command, query, path } => ParsedCommand::Search {
            cmd: command,
            query,
            path,
        },
        CommandAction::Unknown { command } => ParsedCommand::Unknown { cmd: command },
    }
}

/// A patch that was applied, failed or was declined.
pub fn file_change(event: &PatchApplyEnd) -> ThreadItem {
    ThreadItem::FileChange {
        id: event.call_id.clone(),
        changes: file_changes(event.changes.iter()),
        status: match event.status {
            EndStatus::Completed => PatchApplyStatus::Completed,
            EndStatus::Failed => PatchApplyStatus::Failed,
            EndStatus::Declined => PatchApplyStatus::Declined,
        },
    }
}

/// The changes of a patch, in the order given (sorted by path where clients see them).
pub fn file_changes<'a>(
    changes: impl Iterator<Item = (&'a String, &'a FileChange)>,
) -> Vec<FileUpdateChange> {
    changes
        .map(|(path, change)| {
            let (kind, diff) = match change {
                FileChange::Add { content } => (PatchChangeKind::Add, content.clone()),
                FileChange::Delete { content } => (PatchChangeKind::Delete, content.clone()),
                FileChange::Update {
                    unified_diff,
                    move_path,
                } => {
                    let diff = match move_path {
                        Some(to) => format!("{unified_diff}\n\nMoved to: {to}"),
                        None => unified_diff.clone(),
                    };
                    (
                        PatchChangeKind::Update {
                            move_path: move_path.as_ref().map(Into::into),
                        },
                        diff,
                    )
                }
            };
            FileUpdateChange {
                path: path.clone(),
                kind,
                diff,
            }
        })
        .collect()
}

/// An MCP tool call that ended.
pub fn mcp_tool_call(event: &McpToolCallEnd) -> ThreadItem {
    let (status, result, error) = match &event.result {
        Ok(answer) => {
            let failed = answer.is_error.unwrap_or(false);
            let status = if failed {
                McpToolCallStatus::Failed
            } else {
                McpToolCallStatus::Completed
            };
            let result = McpToolCallResult {
                content: answer.content.clone(),
                structured_content: answer.structured_content.clone(),
                meta: answer.meta.clone(),
            };
            (status, Some(result), None)
        }
        Err(message) => (
            McpToolCallStatus::Failed,
            None,
            Some(McpToolCallError {
                message: message.clone(),
            }),
        ),
    };
    ThreadItem::McpToolCall {
        id: event.call_id.clone(),
        server: event.invocation.server.clone(),
        tool: event.invocation.tool.clone(),
        status,
        arguments: event.invocation.arguments.clone().unwrap_or(Value::Null),
        mcp_app_resource_uri: event.mcp_app_resource_uri.clone(),
        result,
        error,
        duration_ms: Some(millis(event.duration)),
    }
}

/// A web search that ended.
pub fn web_search(event: &WebSearchEnd) -> ThreadItem {
    ThreadItem::WebSearch {
        id: event.call_id.clone(),
        query: event.query.clone(),
        action: Some(match event.action.clone() {
            StoredWebSearchAction::Search { query, queries } => WebSearchAction::Search { query, queries },
            StoredWebSearchAction::OpenPage { url } => WebSearchAction::OpenPage { url },
            StoredWebSearchAction::FindInPage { url, pattern } => {
                WebSearchAction::FindInPage { url, pattern }
            }
            StoredWebSearchAction::Other => WebSearchAction::Other,
        }),
    }
}

/// A picture the agent looked at.
pub fn image_view(event: &ViewImageToolCall) -> ThreadItem {
    ThreadItem::ImageView {
        id: event.call_id.clone(),
        path: absolute(&event.path),
    }
}

/// A picture that was made.
pub fn image_generation(event: &ImageGenerationEnd) -> ThreadItem {
    ThreadItem::ImageGeneration {
        id: event.call_id.clone(),
        status: event.status.clone(),
        revised_prompt: event.revised_prompt.clone(),
        result: event.result.clone(),
        saved_path: event.saved_path.as_ref().map(absolute),
    }
}

/// A call of a tool of the client's own that was not answered yet.
pub fn dynamic_tool_call_request(event: &DynamicToolCallRequest) -> ThreadItem {
    ThreadItem::DynamicToolCall {
        id: event.call_id.clone(),
        namespace: event.namespace.clone(),
        tool: event.tool.clone(),
        arguments: event.arguments.clone(),
        status: DynamicToolCallStatus::InProgress,
        content_items: None,
        success: None,
        duration_ms: None,
    }
}

/// The same call, answered.
pub fn dynamic_tool_call_response(event: &DynamicToolCallResponse) -> ThreadItem {
    ThreadItem::DynamicToolCall {
        id: event.call_id.clone(),
        namespace: event.namespace.clone(),
        tool: event.tool.clone(),
        arguments: event.arguments.clone(),
        status: if event.success {
            DynamicToolCallStatus::Completed
        } else {
            DynamicToolCallStatus::Failed
        },
        content_items: Some(event.content_items.clone()),
        success: Some(event.success),
        duration_ms: Some(millis(event.duration)),
    }
}

/// A plan; `None` for an empty one, which is not shown when read back.
pub fn plan(event: &ItemCompleted) -> Option<ThreadItem> {
    match &event.item {
        CompletedItem::Plan(plan) if !plan.text.is_empty() => Some(ThreadItem::Plan {
            id: plan.id.clone(),
            text: plan.text.clone(),
        }),
        _ => None,
    }
}

/// A review begins.
pub fn entered_review(id: String, event: &EnteredReviewMode) -> ThreadItem {
    let review = event
        .user_facing_hint
        .clone()
        .unwrap_or_else(|| "Review requested.".to_owned());
    ThreadItem::EnteredReviewMode { id, review }
}

/// A review ends.
pub fn exited_review(id: String, event: &ExitedReviewMode) -> ThreadItem {
    let explanation = event
        .review_output
        .as_ref()
        .map(|output| output.overall_explanation.trim())
        .unwrap_or_default();
    let review = if explanation.is_empty() {
        "Reviewer failed to output a response."
    } else {
        explanation
    };
    ThreadItem::ExitedReviewMode {
        id,
        review: review.to_owned(),
    }
}

/// A command that the automatic reviewer holds back; `None` where there is nothing to show.
pub fn guardian_assessment(event: &GuardianAssessment) -> Option<ThreadItem> {
    let id = event.target_item_id.clone()?;
    let status = match event.status {
        GuardianStatus::InProgress => CommandExecutionStatus::InProgress,
        GuardianStatus::Denied | GuardianStatus::Aborted => CommandExecutionStatus::Declined,
        GuardianStatus::TimedOut => CommandExecutionStatus::Failed,
        GuardianStatus::Approved => return None,
    };
    let action = &event.action;
    let cwd = action.get("cwd").and_then(Value::as_str).unwrap_or("/");
    let command = match action.get("type").and_then(Value::as_str)? {
        "command" => action.get("command")?.as_str()?.to_owned(),
        "execve" => {
            let argv: Vec<String> = action
                .get("argv")?
                .as_array()?
                .iter()
                .filter_map(|word| word.as_str().map(str::to_owned))
                .collect();
            let program = action.get("program").and_then(Value::as_str).unwrap_or_default();
            let words: Vec<String> = if argv.is_empty() {
                vec![program.to_owned()]
            } else {
                std::iter::once(program.to_owned())
                    .chain(argv.into_iter().skip(1))
                    .collect()
            };
            command_text(&words)
        }
        _ => return None,
    };
    Some(ThreadItem::CommandExecution {
        id,
        command: command.clone(),
        cwd: absolute(cwd),
        process_id: None,
        source: CommandExecutionSource::Agent,
        status,
        command_actions: vec![CommandAction::Unknown { command }],
        aggregated_output: None,
        exit_code: None,
        duration_ms: None,
    })
}

/// A tool call about other agents; `None` for other events.
pub fn collab_tool_call(event: &EventMsg) -> Option<ThreadItem> {
    let one = |id: &str, status: &AgentStatus| [(id.to_owned(), collab_state(status))].into();
    let ended = |failed: bool| {
        if failed {
            CollabAgentToolCallStatus::Failed
        } else {
            CollabAgentToolCallStatus::Completed
        }
    };
    Some(match event {
        EventMsg::CollabAgentSpawnEnd(event) => ThreadItem::CollabAgentToolCall {
            id: event.call_id.clone(),
            tool: CollabAgentTool::SpawnAgent,
            status: ended(event.new_thread_id.is_none() || agent_failed(&event.status)),
            sender_thread_id: event.sender_thread_id.clone(),
            receiver_thread_ids: event.new_thread_id.iter().cloned().collect(),
            prompt: Some(event.prompt.clone()),
            model: Some(event.model.clone()),
            reasoning_effort: effort(&event.reasoning_effort),
            agents_states: event
                .new_thread_id
                .as_ref()
                .map(|id| one(id, &event.status))
                .unwrap_or_default(),
        },
        EventMsg::CollabAgentInteractionEnd(event) => ThreadItem::CollabAgentToolCall {
            id: event.call_id.clone(),
            tool: CollabAgentTool::SendInput,
            status: ended(agent_failed(&event.status)),
            sender_thread_id: event.sender_thread_id.clone(),
            receiver_thread_ids: vec![event.receiver_thread_id.clone()],
            prompt: Some(event.prompt.clone()),
            model: None,
            reasoning_effort: None,
            agents_states: one(&event.receiver_thread_id, &event.status),
        },
        EventMsg::CollabWaitingEnd(event) => ThreadItem::CollabAgentToolCall {
            id: event.call_id.clone(),
            tool: CollabAgentTool::Wait,
            status: ended(event.statuses.values().any(agent_failed)),
            sender_thread_id: event.sender_thread_id.clone(),
            receiver_thread_ids: event.statuses.keys().cloned().collect(),
            prompt: None,
            model: None,
            reasoning_effort: None,
            agents_states: event
                .statuses
                .iter()
                .map(|(id, status)| (id.clone(), collab_state(status)))
                .collect(),
        },
        EventMsg::CollabCloseEnd(event) => ThreadItem::CollabAgentToolCall {
            id: event.call_id.clone(),
            tool: CollabAgentTool::CloseAgent,
            status: ended(agent_failed(&event.status)),
            sender_thread_id: event.sender_thread_id.clone(),
            receiver_thread_ids: vec![event.receiver_thread_id.clone()],
            prompt: None,
            model: None,
            reasoning_effort: None,
            agents_states: one(&event.receiver_thread_id, &event.status),
        },
        EventMsg::CollabResumeEnd(event) => ThreadItem::CollabAgentToolCall {
            id: event.call_id.clone(),
            tool: CollabAgentTool::ResumeAgent,
            status: ended(agent_failed(&event.status)),
            sender_thread_id: event.sender_thread_id.clone(),
            receiver_thread_ids: vec![event.receiver_thread_id.clone()],
            prompt: None,
            model: None,
            reasoning_effort: None,
            agents_states: one(&event.receiver_thread_id, &event.status),
        },
        _ => return None,
    })
}

/// Whether a call that left an agent so counts as failed.
pub fn agent_failed(status: &AgentStatus) -> bool {
    matches!(status, AgentStatus::Errored(_) | AgentStatus::NotFound)
}

/// What a client is told of another agent.
pub fn collab_state(status: &AgentStatus) -> CollabAgentState {
    let (status, message) = match status {
        AgentStatus::PendingInit => (CollabAgentStatus::PendingInit, None),
        AgentStatus::Running => (CollabAgentStatus::Running, None),
        AgentStatus::Interrupted => (CollabAgentStatus::Interrupted, None),
        AgentStatus::Completed(message) => (CollabAgentStatus::Completed, message.clone()),
        AgentStatus::Errored(message) => (CollabAgentStatus::Errored, Some(message.clone())),
        AgentStatus::Shutdown => (CollabAgentStatus::Shutdown, None),
        AgentStatus::NotFound => (CollabAgentStatus::NotFound, None),
    };
    CollabAgentState { status, message }
}

fn effort(stored: &str) -> Option<ReasoningEffort> {
    serde_json::from_value(Value::String(stored.to_owned())).ok()
}

/// The prompt of a hook that stands in a user message of the model's history, if the message consists of nothing else.
/// `fresh_id` makes an id for messages stored without one.
pub fn hook_prompt(item: &ResponseItem, fresh_id: impl FnOnce() -> String) -> Option<ThreadItem> {
    let ResponseItem::Message {
        id, role, content, ..
    } = item
    else {
        return None;
    };
    if role != "user" || content.is_empty() {
        return None;
    }
    let fragments: Option<Vec<_>> = content
        .iter()
        .map(|part| match part {
            ContentItem::InputText { text, .. } => hook_fragment(text),
            _ => None,
        })
        .collect();
    Some(ThreadItem::HookPrompt {
        id: id.clone().unwrap_or_else(fresh_id),
        fragments: fragments?,
    })
}

/// `<hook_prompt hook_run_id="…">text</hook_prompt>`
fn hook_fragment(text: &str) -> Option<HookPromptFragment> {
    let rest = text.trim().strip_prefix("<hook_prompt")?;
    let (attributes, rest) = rest.split_once('>')?;
    let body = rest.strip_suffix("</hook_prompt>")?;
    let id = attributes.trim().strip_prefix("hook_run_id=")?;
    let id = id.strip_prefix('"')?.strip_suffix('"')?;
    let id = unescape(id);
    if id.trim().is_empty() {
        return None;
    }
    Some(HookPromptFragment {
        text: unescape(body),
        hook_run_id: id,
    })
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

fn millis(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn absolute(path: impl AsRef<Path>) -> AbsolutePathBuf {
    let rooted = Path::new("/").join(path.as_ref());
    AbsolutePathBuf::new(rooted).expect("joined to the root, so absolute")
}
