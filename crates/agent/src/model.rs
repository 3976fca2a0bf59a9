//! What a turn's model can do and how it is asked: the catalogue's entry under the configuration's wishes
//! (agent.md §10.3).

use codex_config::{Config, Personality, Verbosity};
use codex_model::{ModelInfo, TruncationMode};
use codex_protocol::InputModality;

use crate::environment::Environment;
use crate::settings::{Settings, effort_name, same_json};
use crate::truncate::Budget;

/// The model of a turn.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    info: ModelInfo,
    window: Option<i64>,
    compact_limit: Option<i64>,
    reasons: bool,
    verbosity: Option<Verbosity>,
    instructions: String,
    budget: Budget,
}

impl Model {
    /// The model that a thread with these settings asks.
    pub(crate) fn of(env: &Environment, settings: &Settings) -> Self {
        Self::named(env, settings, &settings.model)
    }

    /// Another model under the same settings.
    pub(crate) fn named(env: &Environment, settings: &Settings, slug: &str) -> Self {
        let config: &Config = &env.config;
        let info = env.catalogue.describe(slug);
        let personality = config
            .features
            .enabled("personality")
            .then(|| settings.personality.unwrap_or(Personality::Pragmatic));
        let limit = usize::try_from(info.truncation_policy.limit).unwrap_or(0);
        let own = match info.truncation_policy.mode {
            TruncationMode::Bytes => Budget::Bytes(limit),
            TruncationMode::Tokens => Budget::Tokens(limit),
        };
        Model {
            window: info.usable_window(config.model_context_window),
            compact_limit: info
                .auto_compact_limit(config.model_context_window, config.model_auto_compact_token_limit),
            reasons: info.supports_reasoning_summaries
                || config.model_supports_reasoning_summaries == Some(true),
            verbosity: config.model_verbosity,
            instructions: info.instructions(personality.and_then(|personality| same_json(&personality))),
            budget: config
                .tool_output_token_limit
                .map_or(own, |tokens| own.with_tokens(tokens)),
            info,
        }
    }

    /// Whether the catalogue describes it.
    pub(crate) fn known(&self) -> bool {
        !self.info.is_fallback
    }

    /// Tokens of its window that are used.
    pub(crate) fn window(&self) -> Option<i64> {
        self.window
    }

    /// From how many tokens on the history is compacted.
    pub(crate) fn compact_limit(&self) -> Option<i64> {
        self.compact_limit
    }

    /// What a thread of this model's own is told to be.
    pub(crate) fn instructions(&self) -> &str {
        &self.instructions
    }

    /// The tone of a personality, None when there is nothing to say.
    pub(crate) fn personality_text(&self, personality: Personality) -> Option<&str> {
        self.info.personality_text(same_json(&personality)?)
    }

    /// How much of a tool's output it is given.
    pub(crate) fn budget(&self) -> Budget {
        self.budget
    }

    /// The same as records have it.
    pub(crate) fn truncation_record(&self) -> codex_rollout::record::TruncationPolicy {
        let (mode, limit) = match self.budget {
            Budget::Bytes(limit) => ("bytes", limit),
            Budget::Tokens(limit) => ("tokens", limit),
        };
        codex_rollout::record::TruncationPolicy {
            mode: mode.to_owned(),
            limit: limit as u64,
        }
    }

    pub(crate) fn parallel_calls(&self) -> bool {
        self.info.supports_parallel_tool_calls
    }

    /// The patch tool is offered without the feature.
    pub(crate) fn has_patch_tool(&self) -> bool {
        self.info.has_patch_tool()
    }

    /// The model's own word about its shell tool.
    pub(crate) fn shell_command_tool(&self) -> bool {
        self.info.shell_type == "shell_command"
    }

    pub(crate) fn sees_images(&self) -> bool {
        self.info.input_modalities.contains(&InputModality::Image)
    }

    pub(crate) fn sees_original_images(&self) -> bool {
        self.info.supports_image_detail_original
    }

    /// Whether a web search may bring pictures.
    pub(crate) fn searches_images(&self) -> bool {
        self.info.web_search_tool_type == "text_and_image"
    }

    /// `reasoning` of a request.
    pub(crate) fn reasoning(&self, settings: &Settings) -> Option<codex_model::Reasoning> {
        if !self.reasons {
            return None;
        }
        let own = self
            .info
            .default_reasoning_level
            .and_then(|level| same_json(&level));
        let effort = settings
            .effort
            .or(own)
            .map(|effort| effort_name(effort).to_owned());
        Some(codex_model::Reasoning {
            effort,
            summary: self.summary(settings).filter(|s| *s != "none").map(str::to_owned),
        })
    }

    /// The summary in force: the thread's, else the model's own.
    pub(crate) fn summary<'a>(&'a self, settings: &Settings) -> Option<&'a str> {
        use codex_config::ReasoningSummary::{Auto, Concise, Detailed, None as No};
        Some(match settings.summary {
            Some(Auto) => "auto",
            Some(Concise) => "concise",
            Some(Detailed) => "detailed",
            Some(No) => "none",
            None => &self.info.default_reasoning_summary,
        })
    }

    /// `text.verbosity` of a request.
    pub(crate) fn verbosity(&self) -> Option<&str> {
        if !self.info.support_verbosity {
            return None;
        }
        match self.verbosity {
            Some(Verbosity::Low) => Some("low"),
            Some(Verbosity::Medium) => Some("medium"),
            Some(Verbosity::High) => Some("high"),
            None => self.info.default_verbosity.as_deref(),
        }
    }
}
