//! `session_meta`: the head of a history (persistence.md §3.2).

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Payload of `session_meta`. Fields we don't know are kept in `extra`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionMeta {
    /// The thread.
    pub id: Uuid,
    /// The thread it was forked from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked_from_id: Option<Uuid>,
    /// When the thread was created: RFC 3339, in old files `YYYY-MM-DDThh-mm-ss`.
    pub timestamp: String,
    /// Working folder.
    pub cwd: String,
    /// Name of the client.
    pub originator: String,
    /// Version of the writer.
    pub cli_version: String,
    /// Where the thread comes from.
    #[serde(default)]
    pub source: Source,
    /// Nickname of a spawned agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_nickname: Option<String>,
    /// Role of a spawned agent.
    #[serde(default, alias = "agent_type", skip_serializing_if = "Option::is_none")]
    pub agent_role: Option<String>,
    /// Path of a spawned agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_path: Option<String>,
    /// The model's provider.
    pub model_provider: Option<String>,
    /// Instructions in use.
    #[serde(default)]
    pub base_instructions: Option<BaseInstructions>,
    /// The client's own tools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dynamic_tools: Option<Vec<StoredDynamicTool>>,
    /// `enabled`, `disabled`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mode: Option<String>,
    /// The repository the folder lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub git: Option<GitInfo>,
    /// Whatever other versions write.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The instructions a thread uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseInstructions {
    /// Their text; "" if the client wants none.
    pub text: String,
}

/// A tool of the client's own as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredDynamicTool {
    /// Namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// JSON Schema of its arguments.
    pub input_schema: Value,
    /// Whether the model has to search for it.
    #[serde(default)]
    pub defer_loading: bool,
}

/// State of a repository at the moment the head was written.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GitInfo {
    /// Commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit_hash: Option<String>,
    /// Branch; absent when detached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Url of the remote `origin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository_url: Option<String>,
}

/// Where a thread comes from.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Source {
    /// A terminal.
    Cli,
    /// An editor, or any client of the app-server.
    #[default]
    VsCode,
    /// A single command.
    Exec,
    /// An MCP client.
    Mcp,
    /// A client that names itself.
    Custom(String),
    /// Another thread.
    SubAgent(SubAgent),
    /// The program itself (`memory_consolidation`).
    Internal(String),
    /// Anything else.
    Unknown,
}

/// Why another thread made this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubAgent {
    /// To review.
    Review,
    /// To compact.
    Compact,
    /// To consolidate memories.
    MemoryConsolidation,
    /// To do a task.
    ThreadSpawn(ThreadSpawn),
    /// For another reason.
    Other(String),
}

/// A thread that was made to do a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadSpawn {
    /// The thread that made it.
    pub parent_thread_id: Uuid,
    /// How many generations below the user's thread.
    pub depth: i32,
    /// Its path.
    #[serde(default)]
    pub agent_path: Option<String>,
    /// Its nickname.
    #[serde(default)]
    pub agent_nickname: Option<String>,
    /// Its role.
    #[serde(default, alias = "agent_type")]
    pub agent_role: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SourceObject {
    Custom(String),
    SubAgent(SubAgentRepr),
    Internal(String),
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum SubAgentRepr {
    Word(String),
    Object(SubAgentObject),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SubAgentObject {
    ThreadSpawn(ThreadSpawn),
    Other(String),
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum SourceRepr {
    Word(String),
    Object(SourceObject),
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let word = |word: &str| SourceRepr::Word(word.to_owned());
        match self {
            Source::Cli => word("cli"),
            Source::VsCode => word("vscode"),
            Source::Exec => word("exec"),
            Source::Mcp => word("mcp"),
            Source::Unknown => word("unknown"),
            Source::Custom(name) => SourceRepr::Object(SourceObject::Custom(name.clone())),
            Source::Internal(name) => SourceRepr::Object(SourceObject::Internal(name.clone())),
            Source::SubAgent(why) => SourceRepr::Object(SourceObject::SubAgent(match why {
                SubAgent::Review => SubAgentRepr::Word("review".to_owned()),
                SubAgent::Compact => SubAgentRepr::Word("compact".to_owned()),
                SubAgent::MemoryConsolidation => SubAgentRepr::Word("memory_consolidation".to_owned()),
                SubAgent::ThreadSpawn(spawn) => {
                    SubAgentRepr::Object(SubAgentObject::ThreadSpawn(spawn.clone()))
                }
                SubAgent::Other(name) => SubAgentRepr::Object(SubAgentObject::Other(name.clone())),
            })),
        }
        .serialize(out)
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        Ok(match SourceRepr::deserialize(from)? {
            SourceRepr::Word(word) => match word.as_str() {
                "cli" => Source::Cli,
                "vscode" => Source::VsCode,
                "exec" => Source::Exec,
                "mcp" => Source::Mcp,
                _ => Source::Unknown,
            },
            SourceRepr::Object(SourceObject::Custom(name)) => Source::Custom(name),
            SourceRepr::Object(SourceObject::Internal(name)) => Source::Internal(name),
            SourceRepr::Object(SourceObject::SubAgent(SubAgentRepr::Word(word))) => {
                Source::SubAgent(match word.as_str() {
                    "review" => SubAgent::Review,
                    "compact" => SubAgent::Compact,
                    "memory_consolidation" => SubAgent::MemoryConsolidation,
                    _ => return Err(D::Error::custom("unknown sub-agent source")),
                })
            }
            SourceRepr::Object(SourceObject::SubAgent(SubAgentRepr::Object(object))) => {
                Source::SubAgent(match object {
                    SubAgentObject::ThreadSpawn(spawn) => SubAgent::ThreadSpawn(spawn),
                    SubAgentObject::Other(name) => SubAgent::Other(name),
                })
            }
        })
    }
}

impl SessionMeta {
    /// The head's time: RFC 3339, or the form of old versions taken as UTC. `None` if it is neither.
    pub fn created_at(&self) -> Option<jiff::Timestamp> {
        parse_time(&self.timestamp)
    }
}

/// A time as heads have it: RFC 3339, or `YYYY-MM-DDThh-mm-ss` taken as UTC.
pub fn parse_time(text: &str) -> Option<jiff::Timestamp> {
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    crate::paths::parse_name_time(text)
}
