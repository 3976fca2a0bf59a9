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

    fn has(&self, setting: &str) -> bool {
        matches!(self, Self::Settings(table) if table.contains_key(setting))
    }
}

impl FeaturesToml {
    /// All switches.
    pub fn switches(&self) -> impl Iterator<Item = (&str, bool)> {
        let agents = self.multi_agent_v2.as_ref().and_then(FeatureToml::enabled);
        // A path is there to be used.
        let apps = self.apps_mcp_path_override.as_ref();
        let apps = apps.and_then(|apps| apps.enabled().or(apps.has("path").then_some(true)));
        let tables = [("multi_agent_v2", agents), ("apps_mcp_path_override", apps)];
        let plain = self.entries.iter().map(|(name, on)| (name.as_str(), *on));
        plain.chain(tables.into_iter().filter_map(|(name, on)| Some((name, on?))))
    }

    /// Whether a name stands in the table at all.
    pub fn mentions(&self, name: &str) -> bool {
        self.entries.contains_key(name)
            || (name == "multi_agent_v2" && self.multi_agent_v2.is_some())
            || (name == "apps_mcp_path_override" && self.apps_mcp_path_override.is_some())
    }
}
