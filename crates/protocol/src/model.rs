//! Models and the ways to drive them: `model/list` and the enums its entries use.

use serde::Deserialize;
use serde::Serialize;

/// The tone of the model's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Personality {
    /// The model's own.
    None,
    Friendly,
    Pragmatic,
}

/// How fast the model service should answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceTier {
    /// Faster, at a higher price.
    Fast,
    /// Slower, at a lower price.
    Flex,
}

/// How long a model thinks before it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReasoningEffort {
    None,
    Minimal,
    Low,
    Medium,
    High,
    Xhigh,
}

/// How a model's thoughts are summarized.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReasoningSummary {
    Auto,
    Concise,
    Detailed,
    /// Not at all.
    None,
}

/// `model/list`: lists the models to choose from, a page at a time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelListParams {
    /// Where the page begins: `nextCursor` of the page before; absent for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many to answer with: all unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Whether to list those that are not offered, too. Default false.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_hidden: Option<bool>,
}

/// Result of `model/list`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelListResponse {
    pub data: Vec<Model>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

/// A model to choose from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// What it is chosen by in lists.
    pub id: String,
    /// What it is called in requests.
    pub model: String,
    /// The model that replaces it.
    pub upgrade: Option<String>,
    /// How to tell the user of that.
    pub upgrade_info: Option<ModelUpgradeInfo>,
    /// What to tell the user when it is new.
    pub availability_nux: Option<ModelAvailabilityNux>,
    pub display_name: String,
    pub description: String,
    /// Whether it is not offered by default.
    pub hidden: bool,
    /// The efforts it can be asked for.
    pub supported_reasoning_efforts: Vec<ReasoningEffortOption>,
    /// The effort it is asked for unless said.
    pub default_reasoning_effort: ReasoningEffort,
    /// What it can be given.
    #[serde(default = "all_input_modalities")]
    pub input_modalities: Vec<InputModality>,
    /// Whether its tone can be set.
    #[serde(default)]
    pub supports_personality: bool,
    /// Service tiers it is offered at.
    #[serde(default)]
    pub additional_speed_tiers: Vec<String>,
    /// Whether it is used unless said.
    pub is_default: bool,
}

/// What to tell the user when a model is new.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelAvailabilityNux {
    pub message: String,
}

/// What a model can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InputModality {
    Text,
    Image,
}

/// An effort a model can be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReasoningEffortOption {
    pub reasoning_effort: ReasoningEffort,
    pub description: String,
}

/// How to tell the user of a model's replacement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelUpgradeInfo {
    pub model: String,
    /// The text.
    pub upgrade_copy: Option<String>,
    /// Where to read more.
    pub model_link: Option<String>,
    /// A longer text, in Markdown.
    pub migration_markdown: Option<String>,
}

/// `modelProvider/capabilities/read`: asks what the configured model provider can do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelProviderCapabilitiesReadParams {}

/// Result of `modelProvider/capabilities/read`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelProviderCapabilitiesReadResponse {
    /// Whether tools can be grouped.
    pub namespace_tools: bool,
    /// Whether it makes images.
    pub image_generation: bool,
    /// Whether it searches the web.
    pub web_search: bool,
}

/// How much a model says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verbosity {
    Low,
    Medium,
    High,
}

/// `model/rerouted`: the service answered with another model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelReroutedNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    pub from_model: String,
    pub to_model: String,
    pub reason: ModelRerouteReason,
}

/// Why the service answered with another model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ModelRerouteReason {
    /// What is asked for could endanger security.
    HighRiskCyberActivity,
}

/// `model/verification`: the service recommends that the user proves something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelVerificationNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    pub verifications: Vec<ModelVerification>,
}

/// What a user can prove to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ModelVerification {
    TrustedAccessForCyber,
}

fn all_input_modalities() -> Vec<InputModality> {
    vec![InputModality::Text, InputModality::Image]
}
