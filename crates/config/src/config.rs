//! The typed configuration of one thread.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock};

use crate::permissions::ProfileModification;
use crate::schema::{ConfigToml, ModelProviderToml, ShellEnvironmentPolicyToml, WebSearchToolToml};
use crate::{
    ApprovalsReviewer, AskForApproval, AuthCredentialsStore, Features, ForcedLoginMethod, Home, Layers,
    Overrides, PermissionProfile, Permissions, Personality, ReasoningEffort, ReasoningSummary, Requirements,
    SandboxMode, ServiceTier, TrustLevel, Verbosity, WebSearchMode,
};

/// Where configuration comes from; one per process.
#[derive(Debug)]
pub struct Sources {
    /// CODEX_HOME.
    pub home: Home,
    /// The folder of the system's files, `/etc/codex`.
    pub system: PathBuf,
    /// The command line's part.
    pub flags: Overrides,
    /// The process's own folder, for threads without one.
    pub process_cwd: PathBuf,
    /// Features switched while the process runs (`experimentalFeature/enablement/set`), by name.
    pub runtime_features: RwLock<BTreeMap<String, bool>>,
    /// Held while the user's file is changed.
    pub changing: Mutex<()>,
}

/// A thread's wishes about its configuration (the fields of `thread/start`, `thread/resume`, `thread/fork`).
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The thread's folder; may be relative to the process's. `None`: the process's folder.
    pub cwd: Option<PathBuf>,
    /// The request's `config` object: dotted keys or tables, above the flags and below profiles.
    pub config: serde_json::Map<String, serde_json::Value>,
    /// Over `model`.
    pub model: Option<String>,
    /// Over `model_provider`.
    pub model_provider: Option<String>,
    /// Over `service_tier`; `Some(None)` is an explicit null.
    pub service_tier: Option<Option<ServiceTier>>,
    /// Over `approval_policy`.
    pub approval_policy: Option<AskForApproval>,
    /// Over `approvals_reviewer`.
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// Over `sandbox_mode`; switches a configured profile off.
    pub sandbox: Option<SandboxMode>,
    /// Over `default_permissions`; not together with `sandbox`.
    pub permissions: Option<PermissionsRequest>,
    /// Over `personality`.
    pub personality: Option<Personality>,
    /// Over `model_instructions_file`; `""` means none at all.
    pub base_instructions: Option<String>,
    /// Over `developer_instructions`; `""` means none.
    pub developer_instructions: Option<String>,
}

/// A profile asked for by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionsRequest {
    /// `:read-only`, `:workspace`, `:danger-no-sandbox`, or a name of `[permissions]`.
    pub id: String,
    /// What is added to it.
    pub modifications: Vec<ProfileModification>,
}

/// The configuration of one thread: all layers, the profile and the request's wishes together, defaults filled in.
#[derive(Debug, Clone)]
pub struct Config {
    /// CODEX_HOME.
    pub codex_home: PathBuf,
    /// The thread's folder, absolute and lexically normalized.
    pub cwd: PathBuf,
    /// The folder of the databases.
    pub sqlite_home: PathBuf,
    /// What the user decided about the project of `cwd`.
    pub trust: Option<TrustLevel>,

    /// The model; `None`: the catalogue's default.
    pub model: Option<String>,
    /// The model for reviews; `None`: the thread's.
    pub review_model: Option<String>,
    /// The chosen provider's name.
    pub model_provider_id: String,
    /// `[model_providers]`, as configured; built-in ones are not in it.
    pub model_providers: BTreeMap<String, ModelProviderToml>,
    /// Tokens.
    pub model_context_window: Option<i64>,
    /// Tokens.
    pub model_auto_compact_token_limit: Option<i64>,
    /// A catalogue file that replaces the bundled one.
    pub model_catalog_json: Option<PathBuf>,
    /// `None`: the model's own.
    pub model_reasoning_effort: Option<ReasoningEffort>,
    /// `None`: medium.
    pub plan_mode_reasoning_effort: Option<ReasoningEffort>,
    /// `None`: the model's own.
    pub model_reasoning_summary: Option<ReasoningSummary>,
    /// Send reasoning settings even to a model the catalogue does not say it of.
    pub model_supports_reasoning_summaries: Option<bool>,
    /// `None`: the model's own.
    pub model_verbosity: Option<Verbosity>,
    /// `None`: none asked for.
    pub service_tier: Option<ServiceTier>,
    /// `None`: the model's own.
    pub personality: Option<Personality>,
    /// Base address of the built-in `openai` provider.
    pub openai_base_url: Option<String>,
    /// The ChatGPT backend.
    pub chatgpt_base_url: String,

    /// The thread's base instructions; `None`: the model's own. `""` means none at all.
    pub base_instructions: Option<String>,
    /// A developer message before the conversation.
    pub developer_instructions: Option<String>,
    /// The prompt for compaction; `None`: built in.
    pub compact_prompt: Option<String>,
    /// Tell the model about sandbox and approvals.
    pub include_permissions_instructions: bool,
    /// Tell the model about folder, shell and date.
    pub include_environment_context: bool,
    /// Tell the model about apps.
    pub include_apps_instructions: bool,
    /// Tell the model about skills (`skills.include_instructions`).
    pub include_skills_instructions: bool,
    /// Bytes of project documents told to the model; 0: none.
    pub project_doc_max_bytes: usize,
    /// File names tried after `AGENTS.md`.
    pub project_doc_fallback_filenames: Vec<String>,
    /// Names whose presence marks a project's root.
    pub project_root_markers: Vec<String>,

    /// When the user is asked.
    pub approval_policy: AskForApproval,
    /// Who is asked.
    pub approvals_reviewer: ApprovalsReviewer,
    /// What commands may do.
    pub permissions: Permissions,
    /// Variables commands see; members are as configured, `None` where unset.
    pub shell_environment_policy: ShellEnvironmentPolicyToml,
    /// Whether a command may ask for a login shell.
    pub allow_login_shell: bool,
    /// Milliseconds a command in the background may run between two looks at it.
    pub background_terminal_max_timeout_ms: u64,
    /// Tokens of a tool's output told to the model; `None`: the model's own limit.
    pub tool_output_token_limit: Option<usize>,
    /// The web search tool.
    pub web_search: WebSearchMode,
    /// The web search tool's options.
    pub web_search_options: Option<WebSearchToolToml>,
    /// Offer `view_image`.
    pub tools_view_image: bool,
    /// Feature switches.
    pub features: Features,

    /// The program told about finished turns.
    pub notify: Option<Vec<String>>,
    /// Where credentials are kept.
    pub cli_auth_credentials_store: AuthCredentialsStore,
    /// The only way of signing in that is allowed.
    pub forced_login_method: Option<ForcedLoginMethod>,
    /// The only workspace that is allowed; trimmed, never blank.
    pub forced_chatgpt_workspace_id: Option<String>,
    /// `analytics.enabled`.
    pub analytics_enabled: Option<bool>,
    /// Whether feedback may be sent.
    pub feedback_enabled: bool,
    /// Keep the model's reasoning from clients that show it.
    pub hide_agent_reasoning: bool,
    /// Show raw reasoning text.
    pub show_raw_agent_reasoning: bool,
    /// `memories.generate_memories`.
    pub generate_memories: bool,

    /// What an administrator prescribes; the fields above keep to it already.
    pub requirements: Arc<Requirements>,
    /// What had to give way to the requirements, in words for people.
    pub requirement_warnings: Vec<String>,

    /// The merged settings themselves, for everything that has no field here. Profile and request are not applied.
    pub settings: ConfigToml,
    /// The merged layers as they are, unknown keys included.
    pub merged: toml::Table,
    /// The layers themselves.
    pub layers: Layers,
}

impl Config {
    /// The chosen provider's table as written, members included that the schema knows nothing of; `None` for a built-in
    /// provider that nothing was said about.
    pub fn model_provider_table(&self) -> Option<&toml::Table> {
        self.merged
            .get("model_providers")?
            .get(&self.model_provider_id)?
            .as_table()
    }

    /// The web search mode for commands held by `permissions`: without a sandbox there is no point in keeping searches
    /// from the live web (config.md §15).
    pub fn web_search_under(&self, permissions: &Permissions) -> WebSearchMode {
        match self.web_search {
            WebSearchMode::Cached
                if permissions.profile == PermissionProfile::Disabled
                    && self.requirements.allows_web_search(WebSearchMode::Live) =>
            {
                WebSearchMode::Live
            }
            mode => mode,
        }
    }
}
