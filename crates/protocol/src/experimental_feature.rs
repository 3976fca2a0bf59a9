//! `experimentalFeature/*`: feature switches.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

/// `experimentalFeature/list`: lists the feature switches, a page at a time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ExperimentalFeatureListParams {
    /// Where the page begins: `nextCursor` of the page before; absent for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many to answer with: all unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Result of `experimentalFeature/list`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExperimentalFeatureListResponse {
    pub data: Vec<ExperimentalFeature>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

/// A feature switch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExperimentalFeature {
    /// What it is called in the configuration.
    pub name: String,
    /// How finished it is.
    pub stage: ExperimentalFeatureStage,
    /// What to call it; only for `beta` ones.
    pub display_name: Option<String>,
    /// What it does; only for `beta` ones.
    pub description: Option<String>,
    /// What to tell the user; only for `beta` ones.
    pub announcement: Option<String>,
    /// Whether it is on.
    pub enabled: bool,
    /// Whether it is on unless said.
    pub default_enabled: bool,
}

/// How finished a feature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ExperimentalFeatureStage {
    /// To be tried by users.
    Beta,
    /// Not to be used yet.
    UnderDevelopment,
    /// Finished.
    Stable,
    /// Going to be removed.
    Deprecated,
    /// Without effect; the name is still accepted.
    Removed,
}

/// `experimentalFeature/enablement/set`: switches features on or off for the life of the process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExperimentalFeatureEnablementSetParams {
    /// Whether each is to be on, by name; all or none is done.
    pub enablement: BTreeMap<String, bool>,
}

/// Result of `experimentalFeature/enablement/set`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExperimentalFeatureEnablementSetResponse {
    /// What was asked for.
    pub enablement: BTreeMap<String, bool>,
}

/// `mock/experimentalMethod`: answers with what it is given; for tests of the experimental gate.
/// Experimental.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MockExperimentalMethodParams {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Result of `mock/experimentalMethod`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MockExperimentalMethodResponse {
    /// What was given.
    pub echoed: Option<String>,
}
