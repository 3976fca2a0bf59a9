//! `[features]`: switches by name; two of them may be tables with an `enabled` member.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The switches as written, unknown names included.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FeaturesToml {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi_agent_v2: Option<FeatureToml>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apps_mcp_path_override: Option<FeatureToml>,
    #[serde(flatten)]
    pub entries: BTreeMap<String, bool>,
}

/// A switch that may carry settings of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FeatureToml {
    Switch(bool),
    Settings(toml::Table),
}

impl FeatureToml {
    /// Whether it switches the feature, and which way.
    pub fn enabled(&self) -> Option<bool> {
        match self {
            Self::Switch(on) => Some(*on),
            Self::Settings(table) => table.get("enabled").and_then(toml::Value::as_bool),
        }
    }
}

impl FeaturesToml {
    /// All switches.
    pub fn switches(&self) -> impl Iterator<Item = (&str, bool)> {
        let tables = [
            ("multi_agent_v2", &self.multi_agent_v2),
            ("apps_mcp_path_override", &self.apps_mcp_path_override),
        ];
        let plain = self.entries.iter().map(|(name, on)| (name.as_str(), *on));
        plain.chain(
            tables
                .into_iter()
                .filter_map(|(name, t)| Some((name, t.as_ref()?.enabled()?))),
        )
    }

    /// Whether a name stands in the table at all.
    pub fn mentions(&self, name: &str) -> bool {
        self.entries.contains_key(name)
            || (name == "multi_agent_v2" && self.multi_agent_v2.is_some())
            || (name == "apps_mcp_path_override" && self.apps_mcp_path_override.is_some())
    }
}
