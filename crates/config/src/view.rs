//! What `config/read` shows: the merged settings with all keys, where each comes from, and the layers (config.md §4).

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::features::RUNTIME_SWITCHABLE;
use crate::layers::{LayerName, Origin};
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
