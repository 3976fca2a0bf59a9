//! What clients are told about a configuration that works but should be looked at (config.md §7).

use crate::features::{self, Stage};
use crate::{Config, LayerName, Layers};

/// An old way of saying something (`deprecationNotice`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deprecation {
    /// One sentence or two.
    pub summary: String,
    /// What to do instead.
    pub details: Option<String>,
}

const FEATURES_HELP: &str = "https://developers.openai.com/codex/config-basic#feature-flags";

impl Config {
    /// Old ways of saying things that this configuration uses; told for each thread, after `thread/started`.
    pub fn deprecations(&self) -> Vec<Deprecation> {
        let mut out: Vec<Deprecation> = self.features.legacy_uses().iter().map(deprecation_of).collect();
        if self.settings.experimental_instructions_file.is_some() {
            out.push(Deprecation {
                summary: "`experimental_instructions_file` is deprecated and ignored. Use `model_instructions_file` instead."
                    .to_owned(),
                details: Some("Move the setting to `model_instructions_file` in config.toml.".to_owned()),
            });
        }
        out
    }

    /// The warning that unfinished features are switched on, unless it was switched off.
    pub fn unstable_features_warning(&self) -> Option<String> {
        if self.settings.suppress_unstable_features_warning == Some(true) {
            return None;
        }
        let table = self.settings.features.as_ref()?;
        let on =
            |name: &str| table.switches().any(|(key, on)| on && key == name) && self.features.enabled(name);
        let names: Vec<&str> = features::FEATURES
            .iter()
            .filter(|spec| spec.stage == Stage::UnderDevelopment && on(spec.name))
            .map(|spec| spec.name)
            .collect();
        if names.is_empty() {
            return None;
        }
        let file = self.codex_home.join("config.toml");
        Some(format!(
            "Under-development features enabled: {}. They are unfinished and may misbehave. To stop this warning, set \
             `suppress_unstable_features_warning = true` in {}.",
            names.join(", "),
            file.display()
        ))
    }
}

fn deprecation_of(used: &features::LegacyUse) -> Deprecation {
    let (key, now) = (&used.key, used.feature);
    match key.as_str() {
        "web_search" | "web_search_request" | "web_search_cached" => Deprecation {
            summary: format!("`[features].{key}` is deprecated because web search is enabled by default."),
            details: Some("Set `web_search` to `\"live\"`, `\"cached\"` or `\"disabled\"` at the top level of config.toml.".to_owned()),
        },
        "use_legacy_landlock" => Deprecation {
            summary: "`[features].use_legacy_landlock` is deprecated and will be removed soon.".to_owned(),
            details: Some("Remove the setting from config.toml.".to_owned()),
        },
        _ => Deprecation {
            summary: format!("`[features].{key}` is deprecated. Use `[features].{now}` instead."),
            details: Some(format!(
                "Switch it with `--enable {now}` or by `{now}` in the `[features]` table of config.toml. See {FEATURES_HELP}."
            )),
        },
    }
}

impl Layers {
    /// The start-up notice that names project folders whose settings do not count yet, root first; `None` when there are
    /// none (config.md §7). Clients show it as it is.
    pub fn untrusted_notice(&self) -> Option<String> {
        let mut list = String::new();
        let mut count = 0;
        for layer in self.iter() {
            if let (LayerName::Project { dot_codex_folder }, Some(reason)) =
                (&layer.name, &layer.disabled_reason)
            {
                count += 1;
                list += &format!("\n    {count}. {}\n       {reason}", dot_codex_folder.display());
            }
        }
        let head = "Project-local config, hooks, and exec policies are disabled in the following folders until the project \
                    is trusted, but skills still load.";
        (count > 0).then(|| format!("{head}{list}\n"))
    }
}
