//! What `config/read` shows: the merged settings with all keys, where each comes from, and the layers (config.md §4).

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::features::RUNTIME_SWITCHABLE;
use crate::layers::{LayerName, Origin};
use crate::requirements::Shown;
use crate::{ConfigError, Request, Sources, merge};

/// The whole answer.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// Every key, null when unset. Profiles are listed, not applied.
    pub config: serde_json::Value,
    /// By dotted path.
    pub origins: BTreeMap<String, Origin>,
    /// Highest first; only when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layers: Option<Vec<LayerView>>,
}

/// One layer.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerView {
    /// What it is.
    pub name: LayerName,
    /// The digest of its content.
    pub version: String,
    /// Its content.
    pub config: serde_json::Value,
    /// Why it does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_reason: Option<String>,
}

/// Why there is no answer; texts of config.md §6.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file is not TOML or cannot be read.
    #[error("failed to read configuration layers: {0}")]
    Layers(ConfigError),
    /// A value does not fit.
    #[error("invalid configuration: {0}")]
    Invalid(String),
    /// The settings cannot work.
    #[error("failed to resolve feature override precedence: {0}")]
    Features(ConfigError),
}

impl Sources {
    /// The settings as they stand now, with the layers of `cwd`'s project when there is one. Reads all files anew.
    pub fn read(&self, cwd: Option<&Path>, include_layers: bool) -> Result<View, ReadError> {
        let folder = cwd.map(|c| self.resolve_cwd(Some(c)));
        let layers = self
            .layers(folder.as_deref(), &self.flags)
            .map_err(ReadError::Layers)?;
        self.requirements().map_err(ReadError::Layers)?;
        let settings = layers.typed(&layers.merged()).map_err(|err| match err {
            ConfigError::Type { message, .. } => ReadError::Invalid(message),
            other => ReadError::Layers(other),
        })?;
        let in_force = self
            .load(&Request {
                cwd: folder,
                ..Request::default()
            })
            .map_err(ReadError::Features)?
            .features;
        let mut config = serde_json::to_value(&settings).map_err(|e| ReadError::Invalid(e.to_string()))?;
        let features = &mut config["features"];
        if features.is_null() {
            *features = serde_json::json!({});
        }
        for name in RUNTIME_SWITCHABLE {
            features[*name] = in_force.enabled(name).into();
        }
        let views = || {
            let view = |layer: &crate::Layer| LayerView {
                name: layer.name.clone(),
                version: layer.version(),
                config: merge::table_to_json(&layer.canonical()),
                disabled_reason: layer.disabled_reason.clone(),
            };
            layers.iter().rev().map(view).collect()
        };
        Ok(View {
            config,
            origins: layers.origins(),
            layers: include_layers.then(views),
        })
    }
}

impl Sources {
    /// What an administrator prescribes, as clients see it; `None` for nothing. Reads all files anew.
    pub fn read_requirements(&self) -> Result<Option<Shown>, ReadError> {
        self.layers(None, &self.flags).map_err(ReadError::Layers)?;
        let requirements = self.requirements().map_err(ReadError::Layers)?;
        Ok(requirements.shown())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Place;

    #[test]
    fn every_key_is_there_and_seven_features_have_a_state() {
        let view = Place::new("model = \"m\"\n[features]\ngoals = true\n")
            .sources
            .read(None, false)
            .unwrap();
        assert_eq!(view.config["model"], "m");
        assert!(view.config["sandbox_mode"].is_null() && view.config["mcp_servers"] == serde_json::json!({}));
        let features = view.config["features"].as_object().unwrap();
        assert_eq!(
            (features.len(), &features["goals"], &features["apps"]),
            (8, &true.into(), &true.into())
        );
        assert_eq!(view.origins.len(), 2);
        assert!(view.layers.is_none());
    }

    #[test]
    fn layers_are_told_highest_first_with_the_reason_why_one_does_not_count() {
        let mut place = Place::new("");
        place.sources.flags.push("model", "f".into());
        place.put("r/.codex/config.toml", "model = \"p\"\n");
        let layers = place
            .sources
            .read(Some(&place.root.join("r")), true)
            .unwrap()
            .layers
            .unwrap();
        let json = serde_json::to_value(&layers).unwrap();
        let kinds: Vec<_> = json
            .as_array()
            .unwrap()
            .iter()
            .map(|l| l["name"]["type"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, ["sessionFlags", "project", "user", "system"]);
        assert!(
            json[1]["disabledReason"]
                .as_str()
                .unwrap()
                .starts_with("To load project-local config")
        );
        assert!(json[2].get("disabledReason").is_none());
    }

    #[test]
    fn each_kind_of_fault_has_its_prefix() {
        let fault = |text: &str| {
            Place::new(text)
                .sources
                .read(None, false)
                .unwrap_err()
                .to_string()
        };
        assert!(fault("x = [\n").starts_with("failed to read configuration layers: /"));
        assert_eq!(
            fault("model = 3"),
            "invalid configuration: invalid type: integer `3`, expected a string\nin `model`\n"
        );
        let semantic = "failed to resolve feature override precedence: config profile `x` not found";
        assert_eq!(fault("profile = \"x\""), semantic);
    }
}
