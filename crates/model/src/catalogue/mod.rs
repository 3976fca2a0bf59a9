//! Which models there are and what each can do (config.md §12). The bundled list is `data/models.json`; a file of the
//! user's in the same shape may take its place, and a provider's own list may be laid over it.

mod info;

use std::path::Path;
use std::sync::{Arc, OnceLock};

use codex_protocol::Model;
use serde::Deserialize;

pub use info::{
    AvailabilityNux, ModelInfo, ModelMessages, PersonalityTexts, ReasoningLevel, TruncationMode,
    TruncationPolicy, Upgrade, Visibility,
};
use info::{PROMPT, plain_prompt};

const BUNDLED: &str = include_str!("../../data/models.json");

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

    /// The bundled list.
    pub fn bundled() -> Self {
        let [openai, _] = bundled();
        openai.clone()
    }

    /// The bundled list of Amazon Bedrock.
    pub fn amazon_bedrock() -> Self {
        let [_, bedrock] = bundled();
        bedrock.clone()
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
    use super::info::PERSONALITY;
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
        let c = Catalogue::bundled();
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
        let bedrock = Catalogue::amazon_bedrock();
        assert_eq!(
            slugs(&bedrock),
            ["openai.gpt-5.4", "openai.gpt-oss-120b", "openai.gpt-oss-20b"]
        );
    }

    #[test]
    fn known_models_call_in_parallel_patch_freely_and_see_ten_thousand_of_an_output() {
        let c = Catalogue::bundled();
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
        let m = Catalogue::bundled().describe("mock-model");
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
