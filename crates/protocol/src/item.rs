//! The items a turn is made of, as clients see them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::AbsolutePathBuf;
use crate::MessagePhase;
use crate::ReasoningEffort;
use crate::UserInput;

/// Something that happened in a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ThreadItem {
    /// The user said something.
    UserMessage { id: String, content: Vec<UserInput> },
    /// Hooks said something in the user's place.
    HookPrompt {
        id: String,
        fragments: Vec<HookPromptFragment>,
    },
    /// The agent said something.
    AgentMessage {
        id: String,
        text: String,
        /// Whether it is said on the way or at the end, if the model tells.
        #[serde(default)]
        phase: Option<MessagePhase>,
        /// Which memories it rests on.
        #[serde(default)]
        memory_citation: Option<MemoryCitation>,
    },
    /// The agent proposed a plan.
    Plan { id: String, text: String },
    /// The agent thought.
    Reasoning {
        id: String,
        /// Summaries, paragraph by paragraph.
        #[serde(default)]
        summary: Vec<String>,
        /// The thoughts themselves, where the model shows them. Not read back.
        #[serde(default)]
        content: Vec<String>,
    },
    /// A command ran.
    CommandExecution {
        id: String,
        /// The command line, quoted for a shell.
        command: String,
        /// Where it ran.
        cwd: AbsolutePathBuf,
        /// The process, if it is one that can be talked to later.
        process_id: Option<String>,
        /// Who wanted it.
        #[serde(default)]
        source: CommandExecutionSource,
        status: CommandExecutionStatus,
        /// What it does, as far as that can be told from its text: a part per command in it.
        command_actions: Vec<CommandAction>,
        /// What it printed, standard output and error together; null if nothing.
        aggregated_output: Option<String>,
        /// Its exit code, once it has ended; -1 if it could not be started.
        exit_code: Option<i32>,
        /// How long it ran, in milliseconds.
        duration_ms: Option<i64>,
    },
    /// Files changed.
    FileChange {
        id: String,
        /// The changes, file by file.
        changes: Vec<FileUpdateChange>,
        status: PatchApplyStatus,
    },
    /// A tool of an MCP server was called.
    McpToolCall {
        id: String,
        /// The server's name in the configuration.
        server: String,
        /// The tool's name as the server has it.
        tool: String,
        status: McpToolCallStatus,
        arguments: Value,
        /// A resource of the server that shows the result.
        #[serde(skip_serializing_if = "Option::is_none")]
        mcp_app_resource_uri: Option<String>,
        result: Option<McpToolCallResult>,
        error: Option<McpToolCallError>,
        /// How long it took, in milliseconds.
        duration_ms: Option<i64>,
    },
    /// A tool of the client was called.
    DynamicToolCall {
        id: String,
        namespace: Option<String>,
        tool: String,
        arguments: Value,
        status: DynamicToolCallStatus,
        /// What it answered.
        content_items: Option<Vec<DynamicToolCallOutputContentItem>>,
        /// Whether the client called it a success.
        success: Option<bool>,
        /// How long it took, in milliseconds.
        duration_ms: Option<i64>,
    },
    /// An agent dealt with another.
    CollabAgentToolCall {
        id: String,
        /// What it did.
        tool: CollabAgentTool,
        status: CollabAgentToolCallStatus,
        /// The agent that did it.
        sender_thread_id: String,
        /// The agents it was done to; for a spawn, the new one.
        receiver_thread_ids: Vec<String>,
        /// What they were told.
        prompt: Option<String>,
        /// The model a new agent was to have.
        model: Option<String>,
        /// The effort a new agent was to have.
        reasoning_effort: Option<ReasoningEffort>,
        /// How the agents are, by their thread ids.
        agents_states: BTreeMap<String, CollabAgentState>,
    },
    /// The model service searched the web.
    WebSearch {
        id: String,
        /// What for, as shown to people.
        query: String,
        /// What it did exactly.
        action: Option<WebSearchAction>,
    },
    /// The model looked at an image file.
    ImageView { id: String, path: AbsolutePathBuf },
    /// The model service made an image.
    ImageGeneration {
        id: String,
        /// How far it has come, in the service's words.
        status: String,
        /// The prompt as the service rewrote it.
        revised_prompt: Option<String>,
        /// The image in base64.
        result: String,
        /// Where it was saved.
        #[serde(skip_serializing_if = "Option::is_none")]
        saved_path: Option<AbsolutePathBuf>,
    },
    /// A review began.
    EnteredReviewMode {
        id: String,
        /// What is reviewed.
        review: String,
    },
    /// A review ended.
    ExitedReviewMode {
        id: String,
        /// What it found, as shown to people.
        review: String,
    },
    /// The conversation was summarized to make room.
    ContextCompaction { id: String },
}

impl ThreadItem {
    /// The item's id, the same in all that is told of it.
    pub fn id(&self) -> &str {
        match self {
            ThreadItem::UserMessage { id, .. }
            | ThreadItem::HookPrompt { id, .. }
            | ThreadItem::AgentMessage { id, .. }
            | ThreadItem::Plan { id, .. }
            | ThreadItem::Reasoning { id, .. }
            | ThreadItem::CommandExecution { id, .. }
            | ThreadItem::FileChange { id, .. }
            | ThreadItem::McpToolCall { id, .. }
            | ThreadItem::DynamicToolCall { id, .. }
            | ThreadItem::CollabAgentToolCall { id, .. }
            | ThreadItem::WebSearch { id, .. }
            | ThreadItem::ImageView { id, .. }
            | ThreadItem::ImageGeneration { id, .. }
            | ThreadItem::EnteredReviewMode { id, .. }
            | ThreadItem::ExitedReviewMode { id, .. }
            | ThreadItem::ContextCompaction { id } => id,
        }
    }
}

/// What one hook said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HookPromptFragment {
    pub text: String,
    /// The run of the hook.
    pub hook_run_id: String,
}

/// Memories an answer rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MemoryCitation {
    /// Places in memory files.
    pub entries: Vec<MemoryCitationEntry>,
    /// Threads the memories are from.
    pub thread_ids: Vec<String>,
}

/// A place in a memory file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MemoryCitationEntry {
    /// The file, relative to the folder of memories.
    pub path: String,
    /// Its first line, counted from 1.
    pub line_start: u32,
    /// Its last line.
    pub line_end: u32,
    /// What was found there.
    pub note: String,
}

/// What a command does, as far as that can be told from its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum CommandAction {
    /// Reads a file.
    Read {
        /// The part of the command line that does it.
        command: String,
        /// The file's name without its folder.
        name: String,
        path: AbsolutePathBuf,
    },
    /// Lists files.
    ListFiles {
        /// The part of the command line that does it.
        command: String,
        /// Where, if it is said.
        path: Option<String>,
    },
    /// Searches files.
    Search {
        /// The part of the command line that does it.
        command: String,
        /// What for, if it can be told.
        query: Option<String>,
        /// Where, if it is said.
        path: Option<String>,
    },
    /// Something else.
    Unknown { command: String },
}

/// Who wanted a command.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CommandExecutionSource {
    /// The model.
    #[default]
    Agent,
    /// The user, with `thread/shellCommand`.
    UserShell,
    /// The model, as a process it can talk to.
    UnifiedExecStartup,
    /// The model, talking to such a process.
    UnifiedExecInteraction,
}

/// How a command fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CommandExecutionStatus {
    InProgress,
    Completed,
    /// It ended with another exit code than 0, or could not be started.
    Failed,
    /// It was not allowed to run.
    Declined,
}

/// A change of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileUpdateChange {
    /// The file.
    pub path: String,
    /// What happened to it.
    pub kind: PatchChangeKind,
    /// A unified diff; for new files and for removed ones their whole text.
    pub diff: String,
}

/// What happens to a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum PatchChangeKind {
    Add,
    Delete,
    Update {
        /// Its new place, if it is moved.
        move_path: Option<PathBuf>,
    },
}

/// How a patch fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PatchApplyStatus {
    InProgress,
    Completed,
    Failed,
    /// It was not allowed to be applied.
    Declined,
}

/// Why a tool of an MCP server failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct McpToolCallError {
    pub message: String,
}

/// What a tool of an MCP server answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct McpToolCallResult {
    /// Parts as the server sent them.
    pub content: Vec<Value>,
    /// The same as data, if the server sends that.
    pub structured_content: Option<Value>,
    /// The server's own additions.
    #[serde(rename = "_meta")]
    pub meta: Option<Value>,
}

/// How a call of an MCP server's tool fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum McpToolCallStatus {
    InProgress,
    Completed,
    Failed,
}

/// A part of what a client's tool answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DynamicToolCallOutputContentItem {
    InputText {
        text: String,
    },
    InputImage {
        /// Address of the image, usually a `data:` URL.
        image_url: String,
    },
}

/// How a call of a client's tool fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DynamicToolCallStatus {
    InProgress,
    Completed,
    Failed,
}

/// How an agent is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CollabAgentState {
    pub status: CollabAgentStatus,
    /// What it said last, or why it failed.
    pub message: Option<String>,
}

/// How an agent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CollabAgentStatus {
    /// It is being started.
    PendingInit,
    Running,
    /// Its turn was stopped.
    Interrupted,
    Completed,
    Errored,
    /// It is closed.
    Shutdown,
    /// There is no such agent.
    NotFound,
}

/// How dealing with an agent fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CollabAgentToolCallStatus {
    InProgress,
    Completed,
    Failed,
}

/// What an agent does about another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CollabAgentTool {
    /// Starts it.
    SpawnAgent,
    /// Tells it something.
    SendInput,
    /// Opens it again.
    ResumeAgent,
    /// Waits for it to end its turn.
    Wait,
    /// Closes it.
    CloseAgent,
}

/// What a search of the web did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum WebSearchAction {
    /// Asked a search engine.
    Search {
        /// The question.
        query: Option<String>,
        /// The questions, where there were several.
        queries: Option<Vec<String>>,
    },
    /// Read a page.
    OpenPage { url: Option<String> },
    /// Looked for a text on a page.
    FindInPage {
        url: Option<String>,
        pattern: Option<String>,
    },
    /// Something else.
    Other,
}
