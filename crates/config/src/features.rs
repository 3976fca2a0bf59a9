//! Feature switches: the table of names, stages and defaults, and which are on under a given configuration (config.md §13).

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::FeaturesToml;

/// How far along a feature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Unfinished; switching it on warns.
    UnderDevelopment,
    /// Offered to those who want to try it.
    Beta {
        /// The feature's name for people.
        title: &'static str,
        /// What it does.
        description: &'static str,
        /// How it is announced when it arrives; may be empty.
        announcement: &'static str,
    },
    /// Done.
    Stable,
    /// On its way out.
    Deprecated,
    /// Gone; the name is still accepted.
    Removed,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// Its name in `[features]`.
    pub name: &'static str,
    /// How far along it is.
    pub stage: Stage,
    /// Whether it is on when nobody says otherwise.
    pub default: bool,
}

const fn row(name: &'static str, stage: Stage, default: bool) -> Spec {
    Spec { name, stage, default }
}
const fn stable(name: &'static str) -> Spec {
    row(name, Stage::Stable, true)
}
const fn under(name: &'static str) -> Spec {
    row(name, Stage::UnderDevelopment, false)
}
const fn deprecated(name: &'static str) -> Spec {
    row(name, Stage::Deprecated, false)
}
const fn removed(name: &'static str, default: bool) -> Spec {
    row(name, Stage::Removed, default)
}
const fn beta(
    name: &'static str,
    default: bool,
    title: &'static str,
    description: &'static str,
    announcement: &'static str,
) -> Spec {
    row(
        name,
        Stage::Beta {
            title,
            description,
            announcement,
        },
        default,
    )
}

/// All features, in the order of `experimentalFeature/list`.
pub const FEATURES: &[Spec] = &[
    removed("undo", false),
    stable("shell_tool"),
    row("unified_exec", Stage::Stable, cfg!(not(windows))),
    under("shell_zsh_fork"),
    stable("shell_snapshot"),
    removed("js_repl", false),
    under("code_mode"),
    under("code_mode_only"),
    removed("js_repl_tools_only", false),
    beta(
        "terminal_resize_reflow",
        true,
        "Terminal resize reflow",
        "Wrap earlier terminal output anew when the window changes its width.",
        "",
    ),
    deprecated("web_search_request"),
    deprecated("web_search_cached"),
    removed("search_tool", false),
    under("codex_git_commit"),
    under("runtime_metrics"),
    removed("sqlite", true),
    beta(
        "memories",
        false,
        "Memories",
        "Keep notes from finished conversations and bring them into new ones.",
        "New: conversations can leave notes for later ones. Switch it with /memories.",
    ),
    under("chronicle"),
    under("child_agents_md"),
    under("apply_patch_freeform"),
    under("apply_patch_streaming_events"),
    under("exec_permission_approvals"),
    stable("codex_hooks"),
    under("request_permissions_tool"),
    removed("use_linux_sandbox_bwrap", false),
    deprecated("use_legacy_landlock"),
    removed("request_rule", false),
    removed("experimental_windows_sandbox", false),
    removed("elevated_windows_sandbox", false),
    removed("remote_models", false),
    stable("enable_request_compression"),
    stable("multi_agent"),
    under("multi_agent_v2"),
    under("enable_fanout"),
    stable("apps"),
    under("enable_mcp_apps"),
    under("apps_mcp_path_override"),
    stable("tool_search"),
    under("tool_search_always_defer_mcp_tools"),
    stable("unavailable_dummy_tools"),
    stable("tool_suggest"),
    stable("plugins"),
    under("plugin_hooks"),
    stable("in_app_browser"),
    stable("browser_use"),
    stable("computer_use"),
    under("remote_plugin"),
    beta(
        "external_migration",
        false,
        "External migration",
        "Offer to take over settings, skills and sessions of another coding agent.",
        "",
    ),
    stable("image_generation"),
    stable("skill_mcp_dependency_install"),
    under("skill_env_var_dependency_prompt"),
    removed("steer", true),
    under("default_mode_request_user_input"),
    stable("guardian_approval"),
    under("goals"),
    removed("collaboration_modes", true),
    stable("tool_call_mcp_elicitation"),
    stable("personality"),
    under("artifact"),
    stable("fast_mode"),
    under("realtime_conversation"),
    under("remote_control"),
    removed("image_detail_original", false),
    removed("tui_app_server", true),
    beta(
        "prevent_idle_sleep",
        false,
        "Prevent sleep while running",
        "Keep the computer awake while a turn is running.",
        "New: the computer can be kept awake during a turn.",
    ),
    under("workspace_owner_usage_nudge"),
    removed("responses_websockets", false),
    removed("responses_websockets_v2", false),
    stable("workspace_dependencies"),
];

/// Old names and what they are called now. The last three may also stand outside `[features]`.
const ALIASES: &[(&str, &str)] = &[
    ("connectors", "apps"),
    ("collab", "multi_agent"),
    ("memory_tool", "memories"),
    ("web_search", "web_search_request"),
    ("request_permissions", "exec_permission_approvals"),
    ("telepathy", "chronicle"),
    (
        "enable_experimental_windows_sandbox",
        "experimental_windows_sandbox",
    ),
    ("experimental_use_unified_exec_tool", "unified_exec"),
    ("experimental_use_freeform_apply_patch", "apply_patch_freeform"),
    ("include_apply_patch_tool", "apply_patch_freeform"),
];

/// Features that pay no heed to what configuration says.
const FIXED: &[&str] = &[
    "undo",
    "js_repl",
    "js_repl_tools_only",
    "tui_app_server",
    "image_detail_original",
];

/// The features `experimentalFeature/enablement/set` can switch, and whose state `config/read` always tells.
pub const RUNTIME_SWITCHABLE: &[&str] = &[
    "apps",
    "memories",
    "plugins",
    "remote_control",
    "tool_search",
    "tool_suggest",
    "tool_call_mcp_elicitation",
];

/// The row of a feature by its present name.
pub fn spec(name: &str) -> Option<&'static Spec> {
    FEATURES.iter().find(|s| s.name == name)
}

/// The present name for a present or old one.
pub fn canonical(name: &str) -> Option<&'static str> {
    let now = ALIASES
        .iter()
        .find(|(old, _)| *old == name)
        .map_or(name, |(_, now)| now);
    spec(now).map(|s| s.name)
}

/// Whether `--enable` and `--disable` take this name.
pub fn is_known(name: &str) -> bool {
    canonical(name).is_some()
}

/// An old way of switching a feature that was met in the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegacyUse {
    /// The key as written.
    pub key: String,
    /// The feature it is called now.
    pub feature: &'static str,
}

/// Which features are on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Features {
    on: BTreeSet<&'static str>,
    legacy: Vec<LegacyUse>,
}

impl Default for Features {
    /// Those that are on when nobody says anything.
    fn default() -> Self {
        Self {
            on: FEATURES.iter().filter(|s| s.default).map(|s| s.name).collect(),
            legacy: Vec::new(),
        }
    }
}

impl Features {
    /// Whether a feature is on.
    ///
    /// Panics in debug builds when there is no such feature: names are constants of the program.
    pub fn enabled(&self, name: &str) -> bool {
        debug_assert!(spec(name).is_some(), "no feature is called {name}");
        self.on.contains(name)
    }

    /// Old names that configuration used, in the order met.
    pub fn legacy_uses(&self) -> &[LegacyUse] {
        &self.legacy
    }

    /// Switches a feature by its present or old name; unknown names do nothing.
    fn set(&mut self, name: &str, on: bool) {
        let Some(feature) = canonical(name) else { return };
        if feature != name
            || matches!(
                name,
                "web_search_request" | "web_search_cached" | "use_legacy_landlock"
            )
        {
            let key = name.to_owned();
            if !self.legacy.iter().any(|u| u.key == key) {
                self.legacy.push(LegacyUse { key, feature });
            }
        }
        if FIXED.contains(&feature) {
            return;
        }
        if on {
            self.on.insert(feature);
        } else {
            self.on.remove(feature);
        }
    }

    /// Applies a `[features]` table.
    fn apply(&mut self, table: &FeaturesToml) {
        for (name, on) in table.switches() {
            self.set(name, on);
        }
    }

    /// What features need others.
    fn close(&mut self) {
        for (feature, needs) in [("enable_fanout", "multi_agent"), ("code_mode_only", "code_mode")] {
            if self.on.contains(feature) {
                self.on.insert(needs);
            }
        }
    }
}

/// Everything that has a say about features, weakest first.
#[derive(Debug, Default)]
pub(crate) struct Voices<'a> {
    /// `[features]` of the merged layers.
    pub merged: Option<&'a FeaturesToml>,
    /// Old keys outside `[features]`, of the top level.
    pub top_level: Vec<(&'static str, Option<bool>)>,
    /// `[profiles.X.features]`.
    pub profile: Option<&'a FeaturesToml>,
    /// Old keys outside `[features]`, of the profile.
    pub profile_keys: Vec<(&'static str, Option<bool>)>,
    /// `experimentalFeature/enablement/set`.
    pub runtime: Option<&'a BTreeMap<String, bool>>,
    /// Requirements.
    pub pins: Option<&'a BTreeMap<String, bool>>,
}

/// The state of all features. Runtime switches count only for names that the merged `[features]` does not mention.
pub(crate) fn resolve(voices: &Voices<'_>) -> Features {
    let mut features = Features::default();
    for (keys, table) in [
        (&voices.top_level, voices.merged),
        (&voices.profile_keys, voices.profile),
    ] {
        for (key, on) in keys {
            if let Some(on) = on {
                features.set(key, *on);
            }
        }
        if let Some(table) = table {
            features.apply(table);
        }
    }
    for (name, on) in voices.runtime.into_iter().flatten() {
        if !voices.merged.is_some_and(|t| t.mentions(name)) {
            features.set(name, *on);
        }
    }
    features.close();
    for (name, on) in voices.pins.into_iter().flatten() {
        let Some(feature) = canonical(name) else { continue };
        if *on {
            features.on.insert(feature);
        } else {
            features.on.remove(feature);
        }
    }
    features
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> FeaturesToml {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn the_table_has_the_reference_number_of_rows_and_no_name_twice() {
        assert_eq!(FEATURES.len(), 69);
        let names: BTreeSet<_> = FEATURES.iter().map(|s| s.name).collect();
        assert_eq!(names.len(), 69);
        assert!(
            ALIASES
                .iter()
                .all(|(old, now)| !names.contains(old) && names.contains(now))
        );
    }

    #[test]
    fn a_profile_beats_the_file_and_a_pin_beats_all() {
        let merged = table("goals = true\napps = false\nundo = true\nunknown = true");
        let profile = table("apps = true\ncollab = false");
        let runtime = BTreeMap::from([("plugins".into(), false), ("apps".into(), false)]);
        let pins = BTreeMap::from([("goals".into(), false)]);
        let features = resolve(&Voices {
            merged: Some(&merged),
            profile: Some(&profile),
            runtime: Some(&runtime),
            pins: Some(&pins),
            ..Voices::default()
        });
        let state =
            ["apps", "goals", "undo", "multi_agent", "plugins", "shell_tool"].map(|n| features.enabled(n));
        assert_eq!(state, [true, false, false, false, false, true]);
        assert_eq!(
            features.legacy_uses(),
            [LegacyUse {
                key: "collab".into(),
                feature: "multi_agent"
            }]
        );
    }

    #[test]
    fn a_feature_brings_what_it_needs() {
        let merged = table("code_mode_only = true");
        assert!(
            resolve(&Voices {
                merged: Some(&merged),
                ..Voices::default()
            })
            .enabled("code_mode")
        );
    }

    #[test]
    fn a_feature_with_settings_is_on_by_its_switch_or_by_what_it_is_pointed_at() {
        let on = |text: &str| {
            let merged = table(text);
            let features = resolve(&Voices {
                merged: Some(&merged),
                ..Voices::default()
            });
            features.enabled("apps_mcp_path_override")
        };
        assert!(on("apps_mcp_path_override = { path = \"/x\" }"));
        assert!(!on("apps_mcp_path_override = { path = \"/x\", enabled = false }"));
        assert!(!on("apps_mcp_path_override = {}"));
    }
}
