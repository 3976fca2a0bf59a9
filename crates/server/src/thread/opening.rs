//! Bringing a thread to life: its configuration, its settings, its conversation, its actor.

use std::path::PathBuf;
use std::sync::Arc;

use codex_agent::project_docs::{self, DocOptions};
use codex_agent::{Conversation, Environment, Goals, Seed, Settings};
use codex_config::{Config, ConfigError, Request};
use codex_model::ModelClient;
use codex_protocol::{
    AbsolutePathBuf, ActivePermissionProfile, ApprovalsReviewer, AskForApproval, ConfigWarningNotification,
    DeprecationNoticeNotification, DynamicToolSpec, PermissionProfile, ReasoningEffort, SandboxPolicy,
    ServerNotification, ServiceTier, Thread, ThreadForkResponse, ThreadResumeResponse, ThreadStartResponse,
    WarningNotification,
};
use codex_rollout::record::{BaseInstructions, StoredDynamicTool};
use tokio::sync::mpsc;

use super::actor::{Actor, EVENTS, Handle, Start};
use super::facts::Facts;
use super::journal::Journal;
use crate::app::App;
use crate::error::RpcError;
use crate::goals::ThreadGoals;
use crate::login::Login;
use crate::providers;
use crate::rules;
use crate::store::blocking;
use crate::user_agent::user_agent;
use crate::wire;

/// A thread's configuration, and what was read along with it.
pub struct Prepared {
    /// The configuration.
    pub config: Arc<Config>,
    /// What its turns begin with.
    pub settings: Settings,
    /// Rules that cannot be read.
    pub faulty_rules: Option<ConfigWarningNotification>,
    environment: Environment,
}

/// What is stored of a thread that its settings take over unless the client says otherwise.
#[derive(Debug, Default)]
pub struct Stored {
    /// The model of its last turn.
    pub model: Option<String>,
    /// The effort of its last turn, when the model counts.
    pub effort: Option<String>,
    /// Its instructions.
    pub base_instructions: Option<String>,
    /// Its client's tools.
    pub dynamic_tools: Vec<DynamicToolSpec>,
}

/// Reads the configuration for a thread and works out its settings. `trusting` lets the start record that its project is
/// trusted.
pub async fn prepare(
    app: &Arc<App>,
    id: &str,
    request: Request,
    stored: Stored,
    trusting: bool,
) -> Result<Prepared, RpcError> {
    let (app, id) = (Arc::clone(app), id.to_owned());
    blocking(move || prepare_now(&app, id, &request, stored, trusting)).await?
}

fn prepare_now(
    app: &Arc<App>,
    thread_id: String,
    request: &Request,
    stored: Stored,
    trusting: bool,
) -> Result<Prepared, RpcError> {
    let loaded = if trusting {
        app.sources.load_for_start(request)
    } else {
        app.sources.load(request)
    };
    let config = Arc::new(loaded.map_err(|e| not_loaded(&e))?);
    let refused =
        |reason: String| RpcError::invalid_request(format!("failed to load configuration: {reason}"));
    let provider = providers::provider(&config).map_err(|e| refused(e.to_string()))?;
    let catalogue = providers::catalogue(&config).map_err(|e| refused(e.to_string()))?;
    let chatgpt = app.auth.current().is_some_and(|who| who.is_account());
    let default_model = || {
        catalogue
            .default_model(chatgpt)
            .map(|m| m.slug.clone())
            .unwrap_or_default()
    };
    let model = stored
        .model
        .or_else(|| config.model.clone())
        .unwrap_or_else(default_model);
    let own = || Settings::own_instructions(&config, &catalogue.describe(&model));
    let base_instructions = request
        .base_instructions
        .clone()
        .or(stored.base_instructions)
        .unwrap_or_else(own);
    let mut settings = Settings::new(&config, model, base_instructions);
    if let Some(effort) = stored.effort {
        settings.effort = serde_json::from_value(effort.into()).ok();
    }
    settings.dynamic_tools = stored.dynamic_tools;

    let options = DocOptions {
        max_bytes: config.project_doc_max_bytes,
        fallback_names: config.project_doc_fallback_filenames.clone(),
        root_markers: config
            .settings
            .project_root_markers
            .clone()
            .unwrap_or_else(|| DocOptions::default().root_markers),
    };
    let (rules, faulty_rules) = rules::load(&config, &app.saved_rules);
    let originator = app.originator.get().to_owned();
    let environment = Environment {
        codex_home: app.sources.home.path().to_owned(),
        project_docs: project_docs::load(app.sources.home.path(), &config.cwd, &options),
        model: Arc::new(ModelClient::new(
            provider,
            app.http.clone(),
            Arc::new(Login::of(app)),
        )),
        catalogue,
        user_agent: user_agent(&originator, None),
        originator,
        installation_id: app.installation_id(),
        thread_source: Some("user".into()),
        rules,
        goals: None,
        skills_instructions: None,
        hooks: codex_agent::ThreadHooks::load(&config),
        transcript: None,
        config: Arc::clone(&config),
        thread_id,
    };
    Ok(Prepared {
        config,
        settings,
        environment,
        faulty_rules,
    })
}

fn not_loaded(error: &ConfigError) -> RpcError {
    RpcError::invalid_request(format!("failed to load configuration: {error}"))
}

impl Prepared {
    /// The common part of the replies of start, resume and fork, about a thread that is not loaded yet.
    pub fn opened(&self, thread: Thread) -> Opened {
        Opened::new(
            thread,
            &self.config,
            &self.settings,
            &self.environment.project_docs.sources,
        )
    }

    /// How many bytes of a history can be of use to the thread's model; `None` if that is not known.
    pub fn history_budget(&self) -> Option<u64> {
        codex_agent::history_budget(&self.environment, &self.settings)
    }

    /// What should be changed about its configuration, in the order in which the client that opens it is told.
    pub fn notices(&self) -> Vec<ServerNotification> {
        let deprecations = self.config.deprecations().into_iter().map(|old| {
            let (summary, details) = (old.summary, old.details);
            DeprecationNoticeNotification { summary, details }.into()
        });
        let required = self.config.requirement_warnings.iter().cloned();
        let warnings = required
            .chain(self.config.unstable_features_warning())
            .map(|message| {
                let thread_id = Some(self.environment.thread_id.clone());
                WarningNotification { thread_id, message }.into()
            });
        deprecations.chain(warnings).collect()
    }

    /// Loads the thread: its actor runs and is registered. `Err` gives the one that somebody else loaded meanwhile.
    pub fn load(
        self,
        app: &Arc<App>,
        facts: Facts,
        journal: Option<Journal>,
        seed: Seed,
    ) -> Result<Handle, Handle> {
        let Self {
            config,
            settings,
            mut environment,
            ..
        } = self;
        let goals = (!facts.ephemeral && config.features.enabled("goals"))
            .then(|| Arc::new(ThreadGoals::new(app, &facts.id)));
        environment.transcript = facts.path.clone();
        environment.goals = goals.clone().map(|goals| goals as Arc<dyn Goals>);
        let (send, events) = mpsc::channel(EVENTS);
        let conversation = Conversation::new(Arc::new(environment), settings.clone(), seed, send);
        let start = Start {
            facts,
            config,
            settings,
            journal,
            conversation,
            goals,
            events,
        };
        let (handle, go) = Actor::spawn(app, start);
        app.threads.insert(handle.clone())?;
        // The actor waits for this, so that it does not run under an id that is taken.
        let _ = go.send(());
        Ok(handle)
    }
}

/// What the replies of start, resume and fork have in common.
pub struct Opened {
    thread: Thread,
    model: String,
    model_provider: String,
    service_tier: Option<ServiceTier>,
    cwd: AbsolutePathBuf,
    instruction_sources: Vec<AbsolutePathBuf>,
    approval_policy: AskForApproval,
    approvals_reviewer: ApprovalsReviewer,
    sandbox: SandboxPolicy,
    permission_profile: Option<PermissionProfile>,
    active_permission_profile: Option<ActivePermissionProfile>,
    reasoning_effort: Option<ReasoningEffort>,
}

impl Opened {
    /// The reply about `thread`, as its actor's settings stand.
    pub fn new(thread: Thread, config: &Config, settings: &Settings, sources: &[PathBuf]) -> Self {
        Self {
            thread,
            model: settings.model.clone(),
            model_provider: config.model_provider_id.clone(),
            service_tier: settings.service_tier.map(|tier| wire::same(&tier)),
            cwd: wire::absolute(&settings.cwd),
            instruction_sources: sources.iter().map(|path| wire::absolute(path)).collect(),
            approval_policy: wire::same(&settings.approval_policy),
            approvals_reviewer: wire::same(&settings.approvals_reviewer),
            sandbox: wire::sandbox_policy(&settings.permissions.sandbox_policy(&settings.cwd)),
            permission_profile: Some(wire::permission_profile(&settings.permissions.profile)),
            active_permission_profile: settings.permissions.active.as_ref().map(wire::same),
            reasoning_effort: settings.effort.map(|effort| wire::same(&effort)),
        }
    }
}

macro_rules! reply_from_opened {
    ($($Reply:ident $({ $($extension:ident),* })?),*) => {$(
        impl From<Opened> for $Reply {
            fn from(o: Opened) -> Self {
                $Reply {
                    thread: o.thread,
                    model: o.model,
                    model_provider: o.model_provider,
                    service_tier: o.service_tier,
                    cwd: o.cwd,
                    instruction_sources: o.instruction_sources,
                    approval_policy: o.approval_policy,
                    approvals_reviewer: o.approvals_reviewer,
                    sandbox: o.sandbox,
                    permission_profile: o.permission_profile,
                    active_permission_profile: o.active_permission_profile,
                    reasoning_effort: o.reasoning_effort,
                    $($($extension: None,)*)?
                }
            }
        }
    )*};
}

reply_from_opened!(
    ThreadStartResponse,
    ThreadResumeResponse { replay },
    ThreadForkResponse
);

/// Instructions as a head stores them.
pub fn stored_instructions(settings: &Settings) -> Option<BaseInstructions> {
    Some(BaseInstructions {
        text: settings.base_instructions.clone(),
    })
}

/// A client's tools as a head stores them; none, if there are none.
pub fn stored_tools(tools: &[DynamicToolSpec]) -> Option<Vec<StoredDynamicTool>> {
    let stored = |tool: &DynamicToolSpec| StoredDynamicTool {
        namespace: tool.namespace.clone(),
        name: tool.name.clone(),
        description: tool.description.clone(),
        input_schema: tool.input_schema.clone(),
        defer_loading: tool.defer_loading,
    };
    (!tools.is_empty()).then(|| tools.iter().map(stored).collect())
}

/// A client's tools as a head has them.
pub fn offered_tools(tools: &[StoredDynamicTool]) -> Vec<DynamicToolSpec> {
    let offered = |tool: &StoredDynamicTool| DynamicToolSpec {
        namespace: tool.namespace.clone(),
        name: tool.name.clone(),
        description: tool.description.clone(),
        input_schema: tool.input_schema.clone(),
        defer_loading: tool.defer_loading,
    };
    tools.iter().map(offered).collect()
}
