//! Which models there are and what each can do (config.md §12). The bundled list is `data/models.json`; a file of the
//! user's in the same shape may take its place, and a provider's own list may be laid over it.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use codex_protocol::{
    InputModality, Model, ModelAvailabilityNux, ModelUpgradeInfo, Personality, ReasoningEffort,
    ReasoningEffortOption,
};
use serde::{Deserialize, Serialize};

/// What every bundled model is told to be; has a place for the personality.
const PROMPT: &str = include_str!("../data/prompt.md");
const BUNDLED: &str = include_str!("../data/models.json");
/// Where a template takes the personality's text.
const PERSONALITY: &str = "{{ personality }}";
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
    fn fallback(slug: &str) -> Self {
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
    fn listed(&self, is_default: bool) -> Model {
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
fn plain_prompt() -> String {
    PROMPT.replace(&format!("{PERSONALITY}\n\n"), "")
}

/// Why a catalogue file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// It can't be read.
    #[error("failed to read model_catalog_json path `{path}`: {source}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// It is not what it should be.
    #[error("failed to parse model_catalog_json path `{path}` as JSON: {source}")]
    Parse {
        /// The file.
        path: String,
        /// Why.
        source: serde_json::Error,
    },
    /// It lists nothing.
    #[error("model_catalog_json path `{0}` must contain at least one model")]
    Empty(String),
}

/// A list of models, in the order lists show them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Catalogue {
    models: Arc<[ModelInfo]>,
}

#[derive(Deserialize)]
struct Bundle {
    models: Vec<ModelInfo>,
    amazon_bedrock: Vec<ModelInfo>,
}

/// The bundled lists: for OpenAI and for Bedrock. Read when first asked for.
fn bundled() -> &'static [Catalogue; 2] {
    static LISTS: OnceLock<[Catalogue; 2]> = OnceLock::new();
    LISTS.get_or_init(|| {
        let bundle: Bundle = serde_json::from_str(BUNDLED).expect("the bundled catalogue is tested to parse");
        let plain = plain_prompt();
        [bundle.models, bundle.amazon_bedrock].map(|mut models| {
            for model in &mut models {
                model.base_instructions.clone_from(&plain);
                if let Some(messages) = &mut model.model_messages {
                    messages.instructions_template = Some(PROMPT.to_owned());
                }
            }
            Catalogue::new(models)
        })
    })
}

impl Catalogue {
    /// A catalogue of these models, sorted by priority; those of one priority stay in order.
    pub fn new(mut models: Vec<ModelInfo>) -> Self {
        models.sort_by_key(|m| m.priority);
        Self {
            models: models.into(),
        }
    }

    /// The bundled list; `amazon-bedrock` has one of its own.
    pub fn bundled(provider_id: &str) -> Self {
        let [openai, bedrock] = bundled();
        if provider_id == "amazon-bedrock" {
            bedrock.clone()
        } else {
            openai.clone()
        }
    }

    /// The list in a file (`model_catalog_json`), which replaces the bundled one.
    ///
    /// # Errors
    /// The file can't be read, is no catalogue, or lists no model.
    pub fn from_file(path: &Path) -> Result<Self, CatalogueError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|source| CatalogueError::Read {
            path: shown.clone(),
            source,
        })?;
        let models = Self::parse(&text).map_err(|source| CatalogueError::Parse {
            path: shown.clone(),
            source,
        })?;
        if models.is_empty() {
            return Err(CatalogueError::Empty(shown));
        }
        Ok(Self::new(models))
    }

    /// Reads `{"models": […]}`, the shape of a catalogue file and of a provider's `/models`.
    ///
    /// # Errors
    /// An entry lacks a required member, or this is something else.
    pub fn parse(text: &str) -> Result<Vec<ModelInfo>, serde_json::Error> {
        #[derive(Deserialize)]
        struct List {
            models: Vec<ModelInfo>,
        }
        serde_json::from_str::<List>(text).map(|l| l.models)
    }

    /// This list with the models of a provider laid over it by slug: the same slug is replaced, others are added.
    pub fn overlaid(&self, models: Vec<ModelInfo>) -> Self {
        let mut all = self.models.to_vec();
        for model in models {
            match all.iter_mut().find(|m| m.slug == model.slug) {
                Some(old) => *old = model,
                None => all.push(model),
            }
        }
        Self::new(all)
    }

    /// All models, hidden ones too.
    pub fn models(&self) -> &[ModelInfo] {
        &self.models
    }

    /// The models of `model/list`, hidden ones too: those that can be used with the login.
    pub fn list(&self, chatgpt_login: bool) -> Vec<Model> {
        let usable = || {
            self.models
                .iter()
                .filter(move |m| chatgpt_login || m.supported_in_api)
        };
        let default = usable().position(|m| !m.is_hidden());
        usable()
            .enumerate()
            .map(|(i, m)| m.listed(Some(i) == default))
            .collect()
    }

    /// The model of threads that name none.
    pub fn default_model(&self, chatgpt_login: bool) -> Option<&ModelInfo> {
        self.models
            .iter()
            .find(|m| !m.is_hidden() && (chatgpt_login || m.supported_in_api))
    }

    /// The entry for a model's name: the one with the longest slug that the name begins with, also behind one
    /// namespace (`ns/name`).
    pub fn find(&self, name: &str) -> Option<&ModelInfo> {
        let longest = |name: &str| {
            self.models
                .iter()
                .filter(|m| name.starts_with(&m.slug))
                .max_by_key(|m| m.slug.len())
        };
        longest(name).or_else(|| {
            let (namespace, rest) = name.split_once('/')?;
            let plain = namespace.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if plain && !rest.contains('/') {
                longest(rest)
            } else {
                None
            }
        })
    }

    /// What is known of a model, under the name it was asked for; a stand-in for unknown ones ([`ModelInfo::is_fallback`]).
    pub fn describe(&self, name: &str) -> ModelInfo {
        match self.find(name) {
            Some(found) => ModelInfo {
                slug: name.to_owned(),
                ..found.clone()
            },
            None => ModelInfo::fallback(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(slug: &str) -> ModelInfo {
        ModelInfo {
            visibility: Visibility::List,
            priority: 0,
            is_fallback: false,
            ..ModelInfo::fallback(slug)
        }
    }

    fn slugs(catalogue: &Catalogue) -> Vec<&str> {
        catalogue.models().iter().map(|m| m.slug.as_str()).collect()
    }

    #[test]
    fn the_bundled_models_are_the_references() {
        let c = Catalogue::bundled("openai");
        let all = [
            "gpt-5.5",
            "gpt-5.4",
            "gpt-5.4-mini",
            "gpt-5.3-codex",
            "gpt-5.2",
            "codex-auto-review",
        ];
        assert_eq!(slugs(&c), all);
        assert_eq!(c.default_model(false).unwrap().slug, "gpt-5.5");
        let bedrock = Catalogue::bundled("amazon-bedrock");
        assert_eq!(
            slugs(&bedrock),
            ["openai.gpt-5.4", "openai.gpt-oss-120b", "openai.gpt-oss-20b"]
        );
    }

    #[test]
    fn known_models_call_in_parallel_patch_freely_and_see_ten_thousand_of_an_output() {
        let c = Catalogue::bundled("openai");
        for model in c.models() {
            assert!(
                model.supports_parallel_tool_calls && model.has_patch_tool(),
                "{}",
                model.slug
            );
            let mode = if model.slug == "gpt-5.2" {
                TruncationMode::Bytes
            } else {
                TruncationMode::Tokens
            };
            assert_eq!(model.truncation_policy, TruncationPolicy { mode, limit: 10_000 });
            assert_eq!(model.usable_window(None), Some(258_400));
        }
        let verbosity = |slug: &str| c.find(slug).unwrap().default_verbosity.clone().unwrap();
        assert_eq!(
            (verbosity("gpt-5.5"), verbosity("gpt-5.4-mini")),
            ("low".into(), "medium".into())
        );
        assert_eq!(c.find("gpt-5.2").unwrap().default_reasoning_summary, "auto");
    }

    #[test]
    fn unknown_models_get_the_ordinary() {
        let m = Catalogue::bundled("openai").describe("mock-model");
        assert!(m.is_fallback && !m.supports_parallel_tool_calls && !m.has_patch_tool());
        assert_eq!(m.usable_window(None), Some(258_400));
        assert_eq!(
            m.truncation_policy,
            TruncationPolicy {
                mode: TruncationMode::Bytes,
                limit: 10_000
            }
        );
        assert!(!m.base_instructions.is_empty() && !m.base_instructions.contains(PERSONALITY));
    }

    #[test]
    fn a_name_gets_the_entry_with_the_longest_slug_it_begins_with() {
        let c = Catalogue::new(vec![plain("alpha"), plain("alpha-two")]);
        let found = |name: &str| c.find(name).map(|m| m.slug.as_str());
        assert_eq!(found("alpha"), Some("alpha"));
        assert_eq!(found("alpha-two-x"), Some("alpha-two"));
        assert_eq!(found("ns/alpha-three"), Some("alpha"));
        assert_eq!(found("a/b/alpha"), None);
        assert_eq!(found("my-org/alpha"), None);
        assert_eq!(found("beta"), None);
        assert_eq!(c.describe("alpha-two-x").slug, "alpha-two-x");
    }

    #[test]
    fn lists_go_by_priority_and_the_first_visible_is_the_default() {
        let hidden = ModelInfo {
            priority: -1,
            visibility: Visibility::Hide,
            ..plain("hidden")
        };
        let keyless = ModelInfo {
            priority: 0,
            supported_in_api: false,
            ..plain("chatgpt")
        };
        let c = Catalogue::new(vec![
            ModelInfo {
                priority: 2,
                ..plain("b")
            },
            plain("a"),
            hidden,
            keyless,
        ]);
        let show = |chatgpt| {
            c.list(chatgpt)
                .into_iter()
                .map(|m| (m.id, m.hidden, m.is_default))
                .collect::<Vec<_>>()
        };
        let a = |is_default| ("a".to_string(), false, is_default);
        assert_eq!(
            show(false),
            [
                ("hidden".into(), true, false),
                a(true),
                ("b".into(), false, false)
            ]
        );
        let chatgpt = ("chatgpt".to_string(), false, false);
        assert_eq!(
            show(true),
            [
                ("hidden".into(), true, false),
                a(true),
                chatgpt,
                ("b".into(), false, false)
            ]
        );
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

    #[test]
    fn a_providers_models_are_laid_over_the_list() {
        let c = Catalogue::new(vec![plain("a"), plain("b")]);
        let renamed = ModelInfo {
            display_name: "New".into(),
            priority: 1,
            ..plain("a")
        };
        let c = c.overlaid(vec![renamed, plain("c")]);
        assert_eq!(slugs(&c), ["b", "c", "a"]);
        assert_eq!(c.find("a").unwrap().display_name, "New");
    }

    #[test]
    fn a_catalogue_file_that_cannot_be_used_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("c.json");
        let error = |text: &str| {
            std::fs::write(&path, text).unwrap();
            let error = Catalogue::from_file(&path).unwrap_err().to_string();
            error.replace(&path.display().to_string(), "PATH")
        };
        let start = "failed to parse model_catalog_json path `PATH` as JSON: ";
        assert_eq!(
            error("{"),
            format!("{start}EOF while parsing an object at line 1 column 1")
        );
        assert_eq!(
            error("{}"),
            format!("{start}missing field `models` at line 1 column 2")
        );
        assert_eq!(
            error(r#"{"models": []}"#),
            "model_catalog_json path `PATH` must contain at least one model"
        );
    }
}
