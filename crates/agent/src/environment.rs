//! What a thread's turns stand on and do not change: the home, the configuration, the model's service.

use std::path::PathBuf;
use std::sync::Arc;

use codex_config::Config;

use crate::goals::Goals;
use crate::hooks::ThreadHooks;
use crate::project_docs::ProjectDocs;
use crate::rules::RuleBook;

/// Everything around one thread that stays the same while it is loaded.
#[derive(Clone)]
pub struct Environment {
    /// The thread's id.
    pub thread_id: String,
    /// `CODEX_HOME`.
    pub codex_home: PathBuf,
    /// The thread's configuration.
    pub config: Arc<Config>,
    /// The provider's client.
    pub model: Arc<codex_model::ModelClient>,
    /// What is known about models.
    pub catalogue: Arc<codex_model::Catalogue>,
    /// The client's name, for the request's headers.
    pub originator: String,
    /// For the request's headers.
    pub user_agent: String,
    /// The home's installation id (agent.md §10.2).
    pub installation_id: String,
    /// `user`, `subagent`, `internal`; what the turn metadata calls `thread_source`.
    pub thread_source: Option<String>,
    /// Project documents as read when the thread started; not told again to a resumed thread.
    pub project_docs: ProjectDocs,
    /// The rules about commands, shared by all threads that were started with them.
    pub rules: Arc<RuleBook>,
    /// Where goals are kept; None when the feature is off or the thread is ephemeral.
    pub goals: Option<Arc<dyn Goals>>,
    /// What is said about skills in the first developer message, without its tags; None: nothing.
    pub skills_instructions: Option<Arc<str>>,
    /// The hooks that run in its turns.
    pub hooks: Arc<ThreadHooks>,
    /// The file of the thread's history, for hooks; None when it is not kept.
    pub transcript: Option<PathBuf>,
}
