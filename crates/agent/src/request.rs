//! What a turn sends to its model (turns.md §9, agent.md §10.2).

use std::collections::BTreeMap;

use codex_config::{PermissionProfile, ServiceTier};
use codex_model::{OutputFormat, RequestHeaders};
use codex_protocol::ResponseItem;
use serde_json::{Map, Value};

use crate::history::{History, Shown, View};
use crate::model::Model;
use crate::turn::Running;

/// The features of stage beta, which requests name when they are on (config.md §13).
const BETA: [&str; 4] = [
    "terminal_resize_reflow",
    "memories",
    "external_migration",
    "prevent_idle_sleep",
];

/// A request's parts, owned; the request itself borrows them.
pub(crate) struct Parts {
    pub(crate) input: Vec<Shown>,
    pub(crate) headers: RequestHeaders,
    client_metadata: BTreeMap<String, String>,
    /// Tools are offered; a compaction offers none.
    with_tools: bool,
    /// Another model than the turn's is asked.
    by: Option<(String, Model)>,
}

impl Parts {
    /// A request of this turn with the history as it is now.
    pub(crate) fn of(turn: &Running<'_>) -> Self {
        Self::of_history(turn, &turn.conv.history)
    }

    /// The same with another history.
    pub(crate) fn of_history(turn: &Running<'_>, history: &History) -> Self {
        let view = View {
            images: turn.scope.model.sees_images(),
            plain_outputs: turn.scope.offered.patch_tool(),
        };
        Parts {
            input: history.view(view),
            headers: headers(turn),
            client_metadata: BTreeMap::from([(
                "x-codex-installation-id".to_owned(),
                turn.scope.env.installation_id.clone(),
            )]),
            with_tools: true,
            by: None,
        }
    }

    /// The same without tools and with a last word, asked of the given model.
    pub(crate) fn for_compaction(mut self, prompt: ResponseItem, by: Option<(String, Model)>) -> Self {
        self.input.push(Shown::of(prompt));
        self.with_tools = false;
        self.by = by;
        self
    }

    /// The request.
    pub(crate) fn request<'a>(&'a self, turn: &'a Running<'_>) -> codex_model::Request<'a, Shown> {
        let scope = &turn.scope;
        let (slug, model) = self
            .by
            .as_ref()
            .map_or((&scope.settings.model, &scope.model), |(slug, model)| {
                (slug, model)
            });
        codex_model::Request {
            model: slug,
            instructions: &scope.settings.base_instructions,
            input: &self.input,
            tools: if self.with_tools {
                scope.offered.specs()
            } else {
                &[]
            },
            parallel_tool_calls: self.with_tools && model.parallel_calls(),
            reasoning: model.reasoning(&scope.settings),
            service_tier: service_tier(turn),
            prompt_cache_key: &scope.env.thread_id,
            verbosity: model.verbosity(),
            output_format: turn
                .options
                .output_schema
                .as_ref()
                .filter(|_| self.with_tools)
                .map(OutputFormat::of_turn),
            client_metadata: &self.client_metadata,
            headers: &self.headers,
        }
    }
}

fn service_tier(turn: &Running<'_>) -> Option<&'static str> {
    match turn.scope.settings.service_tier {
        Some(ServiceTier::Fast) if turn.scope.env.config.features.enabled("fast_mode") => Some("priority"),
        Some(ServiceTier::Flex) => Some("flex"),
        _ => None,
    }
}

fn headers(turn: &Running<'_>) -> RequestHeaders {
    let env = &turn.scope.env;
    let beta: Vec<&str> = BETA
        .into_iter()
        .filter(|feature| env.config.features.enabled(feature))
        .collect();
    RequestHeaders {
        originator: env.originator.clone(),
        user_agent: env.user_agent.clone(),
        thread_id: env.thread_id.clone(),
        window: turn.conv.compactions,
        beta_features: beta.join(","),
        // A map of strings and one number always has a JSON form.
        turn_metadata: codex_model::ascii_json(&turn_metadata(turn)).unwrap_or_default(),
        turn_state: turn.turn_state.clone(),
        subagent: None,
        parent_thread_id: None,
    }
}

/// What the service is told of the turn; the client adds keys but overrides none.
fn turn_metadata(turn: &Running<'_>) -> Map<String, Value> {
    let env = &turn.scope.env;
    let sandbox = match &turn.scope.settings.permissions.profile {
        PermissionProfile::Disabled => "none",
        PermissionProfile::External { .. } => "external",
        PermissionProfile::Managed { .. } => "seccomp",
    };
    let mut metadata = Map::new();
    metadata.insert("session_id".into(), env.thread_id.clone().into());
    if let Some(source) = &env.thread_source {
        metadata.insert("thread_source".into(), source.clone().into());
    }
    metadata.insert("turn_id".into(), turn.out.turn_id().to_string().into());
    metadata.insert("sandbox".into(), sandbox.into());
    for (key, value) in &turn.options.client_metadata {
        if key != "turn_started_at_unix_ms" && !metadata.contains_key(key) {
            metadata.insert(key.clone(), value.clone().into());
        }
    }
    metadata.insert("turn_started_at_unix_ms".into(), turn.started.unix_ms().into());
    metadata
}
