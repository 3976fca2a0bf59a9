//! What is known of one model: its entry in a catalogue (config.md §12), and what follows from it.

use codex_protocol::{
    InputModality, Model, ModelAvailabilityNux, ModelUpgradeInfo, Personality, ReasoningEffort,
    ReasoningEffortOption,
};
use serde::{Deserialize, Serialize};

/// What every bundled model is told to be; has a place for the personality.
pub(super) const PROMPT: &str = include_str!("../../data/prompt.md");
/// Where a template takes the personality's text.
pub(super) const PERSONALITY: &str = "{{ personality }}";
/// The window of a model nothing is known about.
const FALLBACK_WINDOW: i64 = 272_000;

/// How outputs are cut before a model sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TruncationMode {
    /// The limit counts bytes.
    Bytes,
    /// The limit counts tokens.
    Tokens,
}

/// How much of an output a model sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruncationPolicy {
    /// What is counted.
    pub mode: TruncationMode,
    /// The limit.
    pub limit: i64,
}

/// A level of reasoning on offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasoningLevel {
    /// The level.
    pub effort: ReasoningEffort,
    /// What it is good for.
    pub description: String,
}

/// Whether a model is shown in lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// It is.
    List,
    /// Only when hidden ones are asked for.
    Hide,
    /// The same.
    None,
}

/// The model that takes another's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upgrade {
    /// Its slug.
    pub model: String,
    /// Why, in Markdown.
    #[serde(default)]
    pub migration_markdown: Option<String>,
}

/// A word about a new model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AvailabilityNux {
    /// The text.
    pub message: String,
}

/// Instructions that depend on the personality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelMessages {
    /// The instructions with `{{ personality }}` in them.
    #[serde(default)]
    pub instructions_template: Option<String>,
    /// What may stand there.
    #[serde(default)]
    pub instructions_variables: Option<PersonalityTexts>,
}

/// A text for each personality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalityTexts {
    /// For none in particular.
    #[serde(default)]
    pub personality_default: Option<String>,
    /// For `friendly`.
    #[serde(default)]
    pub personality_friendly: Option<String>,
    /// For `pragmatic`.
    #[serde(default)]
    pub personality_pragmatic: Option<String>,
}

/// An entry of a catalogue. Members are those of the catalogue's JSON; see config.md §12 for which are required.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// The name requests use.
    pub slug: String,
    /// The name people see.
    pub display_name: String,
    /// What it is good for.
    #[serde(default)]
    pub description: Option<String>,
    /// The effort when none is asked for.
    #[serde(default)]
    pub default_reasoning_level: Option<ReasoningEffort>,
    /// The efforts on offer.
    pub supported_reasoning_levels: Vec<ReasoningLevel>,
    /// The shell tool of the model: `shell_command`, `default` (the `shell` tool), `unified_exec`, …
    pub shell_type: String,
    /// Whether lists show it.
    pub visibility: Visibility,
    /// Whether it can be used without a ChatGPT login.
    pub supported_in_api: bool,
    /// Its place in lists; ascending.
    pub priority: i32,
    /// Speeds beside the normal one.
    #[serde(default)]
    pub additional_speed_tiers: Vec<String>,
    /// A word about it while it is new.
    #[serde(default)]
    pub availability_nux: Option<AvailabilityNux>,
    /// What takes its place.
    #[serde(default)]
    pub upgrade: Option<Upgrade>,
    /// The base text of its threads, without a personality.
    pub base_instructions: String,
    /// Its instructions by personality.
    #[serde(default)]
    pub model_messages: Option<ModelMessages>,
    /// Whether requests carry `reasoning`.
    pub supports_reasoning_summaries: bool,
    /// The summary when none is asked for: `auto`, `concise`, `detailed`, `none`.
    #[serde(default = "auto_summary")]
    pub default_reasoning_summary: String,
    /// Whether requests carry `text.verbosity`.
    pub support_verbosity: bool,
    /// The verbosity when none is asked for.
    #[serde(default)]
    pub default_verbosity: Option<String>,
    /// `freeform`: it gets the patch tool.
    #[serde(default)]
    pub apply_patch_tool_type: Option<String>,
    /// `text` or `text_and_image`: what a web search may bring.
    #[serde(default = "text_search")]
    pub web_search_tool_type: String,
    /// How outputs are cut.
    pub truncation_policy: TruncationPolicy,
    /// Whether it may make several calls in one response.
    pub supports_parallel_tool_calls: bool,
    /// Whether it can look at images in their own size.
    #[serde(default)]
    pub supports_image_detail_original: bool,
    /// Its window in tokens.
    #[serde(default)]
    pub context_window: Option<i64>,
    /// The most that window may be raised to; stands in for a missing window.
    #[serde(default)]
    pub max_context_window: Option<i64>,
    /// When the thread is compacted, in tokens.
    #[serde(default)]
    pub auto_compact_token_limit: Option<i64>,
    /// The share of the window that is used.
    #[serde(default = "ninety_five")]
    pub effective_context_window_percent: i64,
    /// Further tools it knows.
    pub experimental_supported_tools: Vec<String>,
    /// What it can be shown.
    #[serde(default = "text_and_image")]
    pub input_modalities: Vec<InputModality>,
    /// Whether it can search for tools.
    #[serde(default)]
    pub supports_search_tool: bool,
    /// True for the stand-in of a model that no entry describes: its turns warn.
    #[serde(skip)]
    pub is_fallback: bool,
}

fn auto_summary() -> String {
    "auto".to_owned()
}

fn text_search() -> String {
    "text".to_owned()
}

fn ninety_five() -> i64 {
    95
}

fn text_and_image() -> Vec<InputModality> {
    vec![InputModality::Text, InputModality::Image]
}

impl ModelInfo {
    /// What is assumed of a model that no entry describes: nothing beyond the ordinary.
    pub(super) fn fallback(slug: &str) -> Self {
        Self {
            slug: slug.to_owned(),
            display_name: slug.to_owned(),
            description: None,
            default_reasoning_level: None,
            supported_reasoning_levels: Vec::new(),
            shell_type: "default".to_owned(),
            visibility: Visibility::None,
            supported_in_api: true,
            priority: 99,
            additional_speed_tiers: Vec::new(),
            availability_nux: None,
            upgrade: None,
            base_instructions: plain_prompt(),
            model_messages: None,
            supports_reasoning_summaries: false,
            default_reasoning_summary: auto_summary(),
            support_verbosity: false,
            default_verbosity: None,
            apply_patch_tool_type: None,
            web_search_tool_type: text_search(),
            truncation_policy: TruncationPolicy {
                mode: TruncationMode::Bytes,
                limit: 10_000,
            },
            supports_parallel_tool_calls: false,
            supports_image_detail_original: false,
            context_window: Some(FALLBACK_WINDOW),
            max_context_window: Some(FALLBACK_WINDOW),
            auto_compact_token_limit: None,
            effective_context_window_percent: ninety_five(),
            experimental_supported_tools: Vec::new(),
            input_modalities: text_and_image(),
            supports_search_tool: false,
            is_fallback: true,
        }
    }

    /// Whether the patch tool is offered.
    pub fn has_patch_tool(&self) -> bool {
        self.apply_patch_tool_type.as_deref() == Some("freeform")
    }

    /// Whether lists leave it out.
    pub fn is_hidden(&self) -> bool {
        self.visibility != Visibility::List
    }

    /// The window in tokens; `configured` is `model_context_window`, held under the model's ceiling.
    pub fn window(&self, configured: Option<i64>) -> Option<i64> {
        let own = self.context_window.or(self.max_context_window);
        match (configured, self.max_context_window) {
            (Some(asked), Some(most)) => Some(asked.min(most)),
            (Some(asked), None) => Some(asked),
            (None, _) => own,
        }
    }

    /// The share of the window that is used, as clients are told it (`modelContextWindow`).
    pub fn usable_window(&self, configured: Option<i64>) -> Option<i64> {
        // Integer division, without an overflow for absurd windows.
        self.window(configured)
            .map(|w| (i128::from(w) * i128::from(self.effective_context_window_percent) / 100) as i64)
    }

    /// From how many tokens on the thread is compacted: at most nine tenths of the window. `configured` is
    /// `model_auto_compact_token_limit`.
    pub fn auto_compact_limit(&self, configured_window: Option<i64>, configured: Option<i64>) -> Option<i64> {
        let most = self
            .window(configured_window)
            .map(|w| (i128::from(w) * 9 / 10) as i64);
        match (configured.or(self.auto_compact_token_limit), most) {
            (Some(limit), Some(most)) => Some(limit.min(most)),
            (limit, most) => limit.or(most),
        }
    }

    fn personal(&self) -> Option<(&str, [&str; 3])> {
        let messages = self.model_messages.as_ref()?;
        let template = messages
            .instructions_template
            .as_deref()
            .filter(|t| t.contains(PERSONALITY))?;
        let texts = messages.instructions_variables.as_ref()?;
        let default = texts.personality_default.as_deref()?;
        let friendly = texts.personality_friendly.as_deref()?;
        let pragmatic = texts.personality_pragmatic.as_deref()?;
        Some((template, [default, friendly, pragmatic]))
    }

    /// Whether the model can be given a personality.
    pub fn supports_personality(&self) -> bool {
        self.personal().is_some()
    }

    /// The text of a personality for `<personality_spec>`; `None` when there is nothing to say.
    pub fn personality_text(&self, personality: Personality) -> Option<&str> {
        let (_, [_, friendly, pragmatic]) = self.personal()?;
        let text = match personality {
            Personality::None => "",
            Personality::Friendly => friendly,
            Personality::Pragmatic => pragmatic,
        };
        Some(text).filter(|t| !t.is_empty())
    }

    /// The base text of a thread with that personality (unset counts as pragmatic). `None` as argument: the feature is
    /// off, the plain text counts.
    pub fn instructions(&self, personality: Option<Personality>) -> String {
        match (personality, self.personal()) {
            (Some(personality), Some((template, _))) => template.replace(
                PERSONALITY,
                self.personality_text(personality).unwrap_or_default(),
            ),
            _ => self.base_instructions.clone(),
        }
    }

    /// The entry of `model/list`.
    pub(super) fn listed(&self, is_default: bool) -> Model {
        Model {
            id: self.slug.clone(),
            model: self.slug.clone(),
            upgrade: self.upgrade.as_ref().map(|u| u.model.clone()),
            upgrade_info: self.upgrade.as_ref().map(|u| ModelUpgradeInfo {
                model: u.model.clone(),
                upgrade_copy: None,
                model_link: None,
                migration_markdown: u.migration_markdown.clone(),
            }),
            availability_nux: self.availability_nux.as_ref().map(|n| ModelAvailabilityNux {
                message: n.message.clone(),
            }),
            display_name: self.display_name.clone(),
            description: self.description.clone().unwrap_or_default(),
            hidden: self.is_hidden(),
            supported_reasoning_efforts: self
                .supported_reasoning_levels
                .iter()
                .map(|l| ReasoningEffortOption {
                    reasoning_effort: l.effort,
                    description: l.description.clone(),
                })
                .collect(),
            default_reasoning_effort: self.default_reasoning_level.unwrap_or(ReasoningEffort::None),
            input_modalities: self.input_modalities.clone(),
            supports_personality: self.supports_personality(),
            additional_speed_tiers: self.additional_speed_tiers.clone(),
            is_default,
        }
    }
}

/// The prompt without a personality.
pub(super) fn plain_prompt() -> String {
    PROMPT.replace(&format!("{PERSONALITY}\n\n"), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(slug: &str) -> ModelInfo {
        ModelInfo::fallback(slug)
    }

    #[test]
    fn a_personality_needs_a_place_and_all_texts() {
        let with = |template: Option<&str>, friendly: Option<&str>| ModelInfo {
            model_messages: Some(ModelMessages {
                instructions_template: template.map(str::to_owned),
                instructions_variables: Some(PersonalityTexts {
                    personality_default: Some(String::new()),
                    personality_friendly: friendly.map(str::to_owned),
                    personality_pragmatic: Some("p".into()),
                }),
            }),
            ..plain("m")
        };
        let full = with(Some("a {{ personality }} b"), Some("f"));
        assert!(full.supports_personality());
        assert_eq!(full.instructions(Some(Personality::Friendly)), "a f b");
        assert_eq!(full.instructions(Some(Personality::None)), "a  b");
        assert_eq!(full.instructions(None), full.base_instructions);
        assert!(!with(Some("a"), Some("f")).supports_personality());
        assert!(!with(Some("a {{ personality }} b"), None).supports_personality());
        assert!(!with(None, Some("f")).supports_personality());
    }

    #[test]
    fn windows_stay_under_their_ceiling_and_compaction_under_nine_tenths() {
        let m = plain("m");
        assert_eq!(m.usable_window(Some(1000)), Some(950));
        assert_eq!(m.usable_window(Some(999_999_999)), Some(258_400));
        assert_eq!(m.auto_compact_limit(None, None), Some(244_800));
        assert_eq!(m.auto_compact_limit(None, Some(300_000)), Some(244_800));
        assert_eq!(m.auto_compact_limit(None, Some(5)), Some(5));
        let open = ModelInfo {
            context_window: None,
            max_context_window: Some(100),
            ..plain("m")
        };
        assert_eq!(open.window(None), Some(100));
    }
}
