//! What the model is told of its situation, before the first input and when something changed (turns.md §10).

use std::path::{Path, PathBuf};

use codex_config::{AskForApproval, Permissions, Personality};
use codex_protocol::{CollaborationMode, ContentItem, ModeKind, ResponseItem};
use codex_rollout::TurnContext;

use crate::environment::Environment;
use crate::model::Model;
use crate::prompts;
use crate::settings::{Settings, personality_name};

/// What the model was last told; differences to it are told before later inputs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    model: String,
    place: Place,
    permissions: String,
    personality: Personality,
    mode: Option<CollaborationMode>,
}

#[derive(Debug, Clone, PartialEq)]
struct Place {
    cwd: PathBuf,
    date: String,
    timezone: String,
}

impl Place {
    fn now(cwd: &Path) -> Self {
        Place {
            cwd: cwd.to_owned(),
            date: today(),
            timezone: timezone(),
        }
    }

    fn message(&self) -> String {
        format!(
            "<environment_context>\n  <cwd>{}</cwd>\n  <shell>{}</shell>\n  <current_date>{}</current_date>\n  <timezone>{}</timezone>\n</environment_context>",
            self.cwd.display(),
            crate::tools::user_shell::name(),
            self.date,
            self.timezone
        )
    }
}

impl Told {
    /// What a turn with these settings tells.
    pub(crate) fn now(settings: &Settings) -> Self {
        Told {
            model: settings.model.clone(),
            place: Place::now(&settings.cwd),
            permissions: permissions(&settings.permissions, &settings.cwd, settings.approval_policy),
            personality: settings.personality.unwrap_or(Personality::Pragmatic),
            mode: settings.collaboration_mode.clone(),
        }
    }

    /// What the recorded turn was told. None when the record is too old to say.
    pub(crate) fn recorded(context: &TurnContext) -> Option<Self> {
        let approval_policy: AskForApproval = crate::settings::same_json(&context.approval_policy)?;
        let profile = match &context.permission_profile {
            Some(profile) => serde_json::from_value(profile.clone()).ok()?,
            None => {
                let stored = codex_rollout::record::sandbox_policy_to_stored(&context.sandbox_policy);
                codex_config::PermissionProfile::from_legacy(&serde_json::from_value(stored).ok()?)
            }
        };
        let cwd = PathBuf::from(&context.cwd);
        let permissions = permissions(
            &Permissions {
                profile,
                active: None,
            },
            &cwd,
            approval_policy,
        );
        let personality = context
            .personality
            .as_deref()
            .and_then(|name| crate::settings::same_json(&name));
        Some(Told {
            model: context.model.clone(),
            place: Place {
                cwd,
                date: context.current_date.clone()?,
                timezone: context.timezone.clone()?,
            },
            permissions,
            personality: personality.unwrap_or(Personality::Pragmatic),
            mode: context
                .collaboration_mode
                .as_ref()
                .and_then(|mode| serde_json::from_value(mode.clone()).ok()),
        })
    }

    /// The model of that turn.
    pub(crate) fn model(&self) -> &str {
        &self.model
    }

    /// The recorded form of a turn's settings.
    pub(crate) fn record(
        turn_id: &str,
        settings: &Settings,
        model: &Model,
        schema: Option<&serde_json::Value>,
    ) -> TurnContext {
        let mode = settings.effective_mode();
        let (approval_policy, sandbox_policy) = settings.wire_policies();
        TurnContext {
            turn_id: Some(turn_id.to_owned()),
            cwd: settings.cwd.to_string_lossy().into_owned(),
            current_date: Some(today()),
            timezone: Some(timezone()),
            approval_policy,
            sandbox_policy,
            permission_profile: serde_json::to_value(&settings.permissions.profile).ok(),
            model: settings.model.clone(),
            personality: Some(
                personality_name(settings.personality.unwrap_or(Personality::Pragmatic)).to_owned(),
            ),
            collaboration_mode: serde_json::to_value(mode).ok(),
            realtime_active: Some(false),
            effort: settings
                .effort
                .map(|effort| crate::settings::effort_name(effort).to_owned()),
            summary: model.summary(settings).unwrap_or("none").to_owned(),
            final_output_json_schema: schema.cloned(),
            truncation_policy: Some(model.truncation_record()),
            extra: serde_json::Map::new(),
        }
    }
}

/// The messages before an input: everything the first time, changes later, nothing when nothing changed.
pub(crate) fn messages(
    env: &Environment,
    settings: &Settings,
    model: &Model,
    told: Option<&Told>,
    previous_model: Option<&str>,
) -> Vec<ResponseItem> {
    let now = Told::now(settings);
    let (developer, user) = match told {
        None => (
            initial_developer(env, settings, model, &now, previous_model),
            initial_user(env, settings, &now),
        ),
        Some(told) => changes(env, settings, model, told, &now),
    };
    [("developer", developer), ("user", user)]
        .into_iter()
        .filter(|(_, parts)| !parts.is_empty())
        .map(|(role, parts)| {
            ResponseItem::message(role, parts.into_iter().map(ContentItem::input_text).collect())
        })
        .collect()
}

fn initial_developer(
    env: &Environment,
    settings: &Settings,
    model: &Model,
    now: &Told,
    previous_model: Option<&str>,
) -> Vec<String> {
    let mut parts = Vec::new();
    if previous_model.is_some_and(|previous| previous != settings.model) {
        parts.extend(model_switch(model));
    }
    parts.extend(permissions_part(env, now));
    parts.extend(
        settings
            .developer_instructions
            .clone()
            .filter(|text| !text.is_empty()),
    );
    parts.extend(settings.collaboration_mode.as_ref().and_then(mode_part));
    if env.config.include_skills_instructions {
        parts.extend(
            env.skills_instructions
                .as_ref()
                .map(|text| format!("<skills_instructions>\n{text}\n</skills_instructions>")),
        );
    }
    parts
}

fn initial_user(env: &Environment, settings: &Settings, now: &Told) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(text) = &env.project_docs.text {
        parts.push(format!(
            "# AGENTS.md instructions for {}\n\n<INSTRUCTIONS>\n{text}\n</INSTRUCTIONS>",
            settings.cwd.display()
        ));
    }
    if env.config.include_environment_context {
        parts.push(now.place.message());
    }
    parts
}

fn changes(
    env: &Environment,
    settings: &Settings,
    model: &Model,
    told: &Told,
    now: &Told,
) -> (Vec<String>, Vec<String>) {
    let mut developer = Vec::new();
    let new_model = told.model != now.model;
    if new_model {
        developer.extend(model_switch(model));
    }
    if told.permissions != now.permissions {
        developer.extend(permissions_part(env, now));
    }
    if let Some(mode) = settings
        .collaboration_mode
        .as_ref()
        .filter(|mode| told.mode.as_ref() != Some(*mode))
    {
        developer.extend(mode_part(mode));
    }
    if !new_model && told.personality != now.personality && env.config.features.enabled("personality") {
        let text = model.personality_text(now.personality);
        developer.extend(text.map(|text| format!("<personality_spec>\n{text}\n</personality_spec>")));
    }
    let mut user = Vec::new();
    if told.place != now.place && env.config.include_environment_context {
        user.push(now.place.message());
    }
    (developer, user)
}

fn model_switch(model: &Model) -> Option<String> {
    let instructions = model.instructions();
    (!instructions.is_empty()).then(|| {
        format!(
            "<model_switch>\n{}\n\n{instructions}\n</model_switch>",
            prompts::MODEL_SWITCH
        )
    })
}

fn permissions_part(env: &Environment, now: &Told) -> Option<String> {
    if !env.config.include_permissions_instructions {
        return None;
    }
    let prefixes = env.rules.allowed_prefixes();
    let saved = if prefixes.is_empty() {
        String::new()
    } else {
        prompts::saved_prefixes(&prefixes)
    };
    Some(format!(
        "<permissions instructions>\n{}{saved}\n</permissions instructions>",
        now.permissions
    ))
}

fn permissions(permissions: &Permissions, cwd: &Path, policy: AskForApproval) -> String {
    let roots: Vec<PathBuf> = permissions
        .profile
        .writable_roots(cwd)
        .into_iter()
        .map(|root| root.root)
        .collect();
    prompts::permissions(&permissions.profile, &roots, policy)
}

/// The behaviour of a mode: its own text, else the built-in one; an empty text says nothing.
fn mode_part(mode: &CollaborationMode) -> Option<String> {
    let text = mode
        .settings
        .developer_instructions
        .as_deref()
        .unwrap_or(match mode.mode {
            ModeKind::Plan => prompts::PLAN_MODE,
            ModeKind::Default => prompts::DEFAULT_MODE,
        });
    (!text.is_empty()).then(|| format!("<collaboration_mode>{text}</collaboration_mode>"))
}

fn today() -> String {
    jiff::Zoned::now().strftime("%Y-%m-%d").to_string()
}

/// The system's zone by its IANA name; the variable `TZ` does not count.
fn timezone() -> String {
    let named = std::fs::read_link("/etc/localtime").ok().and_then(|target| {
        let target = target.to_string_lossy().into_owned();
        target.split_once("zoneinfo/").map(|(_, name)| name.to_owned())
    });
    let written = || {
        std::fs::read_to_string("/etc/timezone")
            .ok()
            .map(|text| text.trim().to_owned())
    };
    named
        .or_else(written)
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "Etc/UTC".to_owned())
}
