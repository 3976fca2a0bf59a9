//! What a turn may set for itself and those after it (turns.md §4).

use std::path::PathBuf;

use codex_config::{
    ApprovalsReviewer, AskForApproval, Config, Permissions, Personality, ReasoningEffort, ReasoningSummary,
    ServiceTier,
};
use codex_protocol::{CollaborationMode, DynamicToolSpec, ModeKind};

/// A thread's settings: what its next turn runs with.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Where commands run; absolute, need not exist.
    pub cwd: PathBuf,
    /// The model asked.
    pub model: String,
    /// None: the model's default.
    pub effort: Option<ReasoningEffort>,
    /// None: configuration's, else the model's default.
    pub summary: Option<ReasoningSummary>,
    /// None counts as pragmatic.
    pub personality: Option<Personality>,
    /// Sent with each request.
    pub service_tier: Option<ServiceTier>,
    /// When the user is asked.
    pub approval_policy: AskForApproval,
    /// Who answers questions.
    pub approvals_reviewer: ApprovalsReviewer,
    /// What commands may do.
    pub permissions: Permissions,
    /// The mode, once one was given.
    pub collaboration_mode: Option<CollaborationMode>,
    /// The request's `instructions`; fixed when the thread starts, empty: not sent.
    pub base_instructions: String,
    /// A developer message of the thread's own.
    pub developer_instructions: Option<String>,
    /// Tools that the client answers.
    pub dynamic_tools: Vec<DynamicToolSpec>,
    /// Whether the thread has an environment at all (`environments: []` of `thread/start` takes it).
    pub has_environment: bool,
}

/// The part of `turn/start` that lasts: absent members change nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SettingsUpdate {
    /// Absolute.
    pub cwd: Option<PathBuf>,
    /// See [`Settings::model`].
    pub model: Option<String>,
    /// See [`Settings::effort`].
    pub effort: Option<ReasoningEffort>,
    /// See [`Settings::summary`].
    pub summary: Option<ReasoningSummary>,
    /// See [`Settings::personality`].
    pub personality: Option<Personality>,
    /// `Some(None)` clears it.
    pub service_tier: Option<Option<ServiceTier>>,
    /// See [`Settings::approval_policy`].
    pub approval_policy: Option<AskForApproval>,
    /// See [`Settings::approvals_reviewer`].
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// From `sandboxPolicy` or `permissions`.
    pub permissions: Option<Permissions>,
    /// Wins over `model` and `effort` beside it.
    pub collaboration_mode: Option<CollaborationMode>,
}

impl Settings {
    /// The settings with which a thread of this configuration starts. `model` is the one in force (configuration's or
    /// the catalogue's default), `base_instructions` the thread's.
    pub fn new(config: &Config, model: String, base_instructions: String) -> Self {
        Settings {
            cwd: config.cwd.clone(),
            model,
            effort: config.model_reasoning_effort,
            summary: config.model_reasoning_summary,
            personality: config.personality,
            service_tier: config.service_tier,
            approval_policy: config.approval_policy,
            approvals_reviewer: config.approvals_reviewer,
            permissions: config.permissions.clone(),
            collaboration_mode: None,
            base_instructions,
            developer_instructions: config.developer_instructions.clone(),
            dynamic_tools: Vec::new(),
            has_environment: true,
        }
    }

    /// The base text of a thread that was given none: the model's own, with the configured personality unless that
    /// feature is off (agent.md §6.2).
    pub fn own_instructions(config: &Config, model: &codex_model::ModelInfo) -> String {
        if let Some(given) = &config.base_instructions {
            return given.clone();
        }
        let personality = config
            .features
            .enabled("personality")
            .then(|| config.personality.unwrap_or(Personality::Pragmatic));
        model.instructions(personality.and_then(|personality| same_json(&personality)))
    }

    /// Takes over what a turn sets.
    pub fn apply(&mut self, update: SettingsUpdate) {
        let SettingsUpdate {
            cwd,
            model,
            effort,
            summary,
            personality,
            service_tier,
            approval_policy,
            approvals_reviewer,
            permissions,
            collaboration_mode,
        } = update;
        if let Some(mode) = collaboration_mode {
            self.model = mode.settings.model.clone();
            self.effort = mode.settings.reasoning_effort.map(effort_from_wire);
            self.collaboration_mode = Some(mode);
        } else {
            if let Some(model) = model {
                if let Some(mode) = &mut self.collaboration_mode {
                    mode.settings.model = model.clone();
                }
                self.model = model;
            }
            if let Some(effort) = effort {
                if let Some(mode) = &mut self.collaboration_mode {
                    mode.settings.reasoning_effort = Some(effort_to_wire(effort));
                }
                self.effort = Some(effort);
            }
        }
        fn set<T>(place: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *place = value;
            }
        }
        set(&mut self.cwd, cwd);
        set(&mut self.summary, summary.map(Some));
        set(&mut self.personality, personality.map(Some));
        set(&mut self.service_tier, service_tier);
        set(&mut self.approval_policy, approval_policy);
        set(&mut self.approvals_reviewer, approvals_reviewer);
        set(&mut self.permissions, permissions);
    }

    /// Whether the thread is in plan mode.
    pub fn plan_mode(&self) -> bool {
        self.collaboration_mode
            .as_ref()
            .is_some_and(|mode| mode.mode == ModeKind::Plan)
    }
}

impl Settings {
    /// The mode, with the default one standing in for none.
    pub(crate) fn effective_mode(&self) -> CollaborationMode {
        self.collaboration_mode
            .clone()
            .unwrap_or_else(|| CollaborationMode {
                mode: ModeKind::Default,
                settings: codex_protocol::Settings {
                    model: self.model.clone(),
                    reasoning_effort: self.effort.map(effort_to_wire),
                    developer_instructions: None,
                },
            })
    }

    /// Approval and sandbox policy in the vocabulary of records and replies.
    pub(crate) fn wire_policies(&self) -> (codex_protocol::AskForApproval, codex_protocol::SandboxPolicy) {
        let approval = same_json(&self.approval_policy).unwrap_or(codex_protocol::AskForApproval::OnRequest);
        let sandbox = serde_json::to_value(self.permissions.sandbox_policy(&self.cwd))
            .ok()
            .and_then(|stored| codex_rollout::record::sandbox_policy_from_stored(&stored))
            .unwrap_or(codex_protocol::SandboxPolicy::ReadOnly {
                network_access: false,
            });
        (approval, sandbox)
    }
}

/// The same value in another crate's type: both are spelled alike in JSON.
pub(crate) fn same_json<T: serde::de::DeserializeOwned>(value: &impl serde::Serialize) -> Option<T> {
    serde_json::from_value(serde_json::to_value(value).ok()?).ok()
}

pub(crate) fn effort_to_wire(effort: ReasoningEffort) -> codex_protocol::ReasoningEffort {
    match effort {
        ReasoningEffort::None => codex_protocol::ReasoningEffort::None,
        ReasoningEffort::Minimal => codex_protocol::ReasoningEffort::Minimal,
        ReasoningEffort::Low => codex_protocol::ReasoningEffort::Low,
        ReasoningEffort::Medium => codex_protocol::ReasoningEffort::Medium,
        ReasoningEffort::High => codex_protocol::ReasoningEffort::High,
        ReasoningEffort::XHigh => codex_protocol::ReasoningEffort::Xhigh,
    }
}

pub(crate) fn effort_from_wire(effort: codex_protocol::ReasoningEffort) -> ReasoningEffort {
    match effort {
        codex_protocol::ReasoningEffort::None => ReasoningEffort::None,
        codex_protocol::ReasoningEffort::Minimal => ReasoningEffort::Minimal,
        codex_protocol::ReasoningEffort::Low => ReasoningEffort::Low,
        codex_protocol::ReasoningEffort::Medium => ReasoningEffort::Medium,
        codex_protocol::ReasoningEffort::High => ReasoningEffort::High,
        codex_protocol::ReasoningEffort::Xhigh => ReasoningEffort::XHigh,
    }
}

/// The effort as requests and records spell it.
pub(crate) fn effort_name(effort: ReasoningEffort) -> &'static str {
    match effort {
        ReasoningEffort::None => "none",
        ReasoningEffort::Minimal => "minimal",
        ReasoningEffort::Low => "low",
        ReasoningEffort::Medium => "medium",
        ReasoningEffort::High => "high",
        ReasoningEffort::XHigh => "xhigh",
    }
}

/// The personality as records spell it.
pub(crate) fn personality_name(personality: Personality) -> &'static str {
    match personality {
        Personality::None => "none",
        Personality::Friendly => "friendly",
        Personality::Pragmatic => "pragmatic",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            cwd: "/work".into(),
            model: "a".into(),
            effort: None,
            summary: None,
            personality: None,
            service_tier: None,
            approval_policy: AskForApproval::Never,
            approvals_reviewer: ApprovalsReviewer::User,
            permissions: Permissions {
                profile: codex_config::PermissionProfile::Disabled,
                active: None,
            },
            collaboration_mode: None,
            base_instructions: String::new(),
            developer_instructions: None,
            dynamic_tools: Vec::new(),
            has_environment: true,
        }
    }

    fn mode(model: &str) -> CollaborationMode {
        CollaborationMode {
            mode: ModeKind::Plan,
            settings: codex_protocol::Settings {
                model: model.into(),
                reasoning_effort: None,
                developer_instructions: None,
            },
        }
    }

    #[test]
    fn a_mode_wins_over_model_and_effort_beside_it() {
        let mut s = settings();
        s.apply(SettingsUpdate {
            model: Some("b".into()),
            effort: Some(ReasoningEffort::High),
            collaboration_mode: Some(mode("c")),
            ..SettingsUpdate::default()
        });
        assert_eq!((s.model.as_str(), s.effort, s.plan_mode()), ("c", None, true));
    }

    #[test]
    fn a_model_given_alone_changes_the_mode_and_keeps_the_effort() {
        let mut s = settings();
        s.apply(SettingsUpdate {
            collaboration_mode: Some(mode("c")),
            ..SettingsUpdate::default()
        });
        s.apply(SettingsUpdate {
            effort: Some(ReasoningEffort::High),
            ..SettingsUpdate::default()
        });
        s.apply(SettingsUpdate {
            model: Some("d".into()),
            ..SettingsUpdate::default()
        });
        let mode = s.collaboration_mode.expect("a mode");
        assert_eq!((mode.settings.model.as_str(), mode.mode), ("d", ModeKind::Plan));
        assert_eq!(s.effort, Some(ReasoningEffort::High));
    }

    #[test]
    fn null_clears_the_service_tier_and_absence_keeps_it() {
        let mut s = settings();
        s.apply(SettingsUpdate {
            service_tier: Some(Some(ServiceTier::Flex)),
            ..SettingsUpdate::default()
        });
        s.apply(SettingsUpdate::default());
        assert_eq!(s.service_tier, Some(ServiceTier::Flex));
        s.apply(SettingsUpdate {
            service_tier: Some(None),
            ..SettingsUpdate::default()
        });
        assert_eq!(s.service_tier, None);
    }
}
