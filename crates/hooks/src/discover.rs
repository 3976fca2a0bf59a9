//! Which hooks there are: the files and tables beside a configuration's layers (extensions.md §7).

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use codex_config::schema::{HookGroup, HookToml, HooksToml};
use codex_config::{Config, Layer, LayerName};
use codex_protocol::{AbsolutePathBuf, HookEventName, HookHandlerType, HookMetadata, HookSource};
use serde::Deserialize;

use crate::Matcher;

/// The file of hooks in a layer's folder.
const FILE: &str = "hooks.json";
/// How long a hook may take unless it says otherwise, in seconds.
const TIMEOUT_SEC: u64 = 600;

/// A hook that can run.
#[derive(Debug, Clone)]
pub struct Hook {
    /// What clients are told of it.
    pub metadata: HookMetadata,
    /// Its command line.
    pub command: String,
    /// For what it runs.
    pub matcher: Matcher,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Discovered {
    /// All hooks that can run, switched off ones included, in the order in which they are told.
    pub hooks: Vec<Hook>,
    /// What is wrong with the others.
    pub warnings: Vec<String>,
}

/// Reads the hooks that count under this configuration; none when the feature is off. Blocks for reading files.
pub fn discover(config: &Config) -> Discovered {
    let mut found = Finding::default();
    if !config.features.enabled("codex_hooks") {
        return found.all;
    }
    let layers = || config.layers.iter().filter(|layer| layer.enabled());
    for layer in layers() {
        found.state(layer);
    }
    for layer in layers() {
        found.layer(layer);
    }
    found.all
}

/// The events in the order in which their hooks are told, as keys spell them.
const EVENTS: [(HookEventName, &str); 6] = [
    (HookEventName::PreToolUse, "pre_tool_use"),
    (HookEventName::PermissionRequest, "permission_request"),
    (HookEventName::PostToolUse, "post_tool_use"),
    (HookEventName::SessionStart, "session_start"),
    (HookEventName::UserPromptSubmit, "user_prompt_submit"),
    (HookEventName::Stop, "stop"),
];

fn groups(hooks: &HooksToml, event: HookEventName) -> &[HookGroup] {
    match event {
        HookEventName::PreToolUse => &hooks.pre_tool_use,
        HookEventName::PermissionRequest => &hooks.permission_request,
        HookEventName::PostToolUse => &hooks.post_tool_use,
        HookEventName::SessionStart => &hooks.session_start,
        HookEventName::UserPromptSubmit => &hooks.user_prompt_submit,
        HookEventName::Stop => &hooks.stop,
    }
}

fn is_empty(hooks: &HooksToml) -> bool {
    EVENTS.iter().all(|(event, _)| groups(hooks, *event).is_empty())
}

/// The shape of `hooks.json`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct HooksFile {
    hooks: HooksToml,
}

/// Where hooks stand.
struct Place {
    path: AbsolutePathBuf,
    source: HookSource,
    is_managed: bool,
}

impl Place {
    fn of(layer: &LayerName, path: PathBuf) -> Self {
        let (source, is_managed) = match layer {
            LayerName::System { .. } => (HookSource::System, true),
            LayerName::User { .. } => (HookSource::User, false),
            LayerName::Project { .. } => (HookSource::Project, false),
            LayerName::SessionFlags => (HookSource::SessionFlags, false),
            LayerName::LegacyManaged { .. } => (HookSource::LegacyManagedConfigFile, true),
        };
        let rooted = Path::new("/").join(path);
        Self {
            path: AbsolutePathBuf::new(rooted).expect("joined to the root, so absolute"),
            source,
            is_managed,
        }
    }
}

#[derive(Default)]
struct Finding {
    all: Discovered,
    /// Keys of hooks that the user switched off.
    off: BTreeSet<String>,
}

impl Finding {
    /// Takes over what a layer says of hooks by their keys. Only the user and the command line may.
    fn state(&mut self, layer: &Layer) {
        if !matches!(layer.name, LayerName::User { .. } | LayerName::SessionFlags) {
            return;
        }
        for (key, state) in table(layer).unwrap_or_default().state {
            match state.enabled {
                Some(true) => {
                    self.off.remove(&key);
                }
                Some(false) => {
                    self.off.insert(key);
                }
                None => {}
            }
        }
    }

    fn layer(&mut self, layer: &Layer) {
        let file = folder(&layer.name).map(|folder| folder.join(FILE));
        let of_file = file.as_deref().and_then(|file| self.read(file));
        let place = layer
            .name
            .file()
            .unwrap_or_else(|| "<session-flags>/config.toml".into());
        let of_table = table(layer).unwrap_or_else(|error| {
            self.warn(format!(
                "failed to parse hooks config {}: {error}",
                place.display()
            ));
            HooksToml::default()
        });
        let of_file = of_file.filter(|hooks| !is_empty(hooks));
        if let Some(file) = &file
            && of_file.is_some()
            && !is_empty(&of_table)
        {
            self.warn(format!(
                "loading hooks from both {} and {}; prefer a single representation for this layer",
                file.display(),
                place.display()
            ));
        }
        if let (Some(file), Some(hooks)) = (file, of_file) {
            self.add(&Place::of(&layer.name, file), &hooks);
        }
        self.add(&Place::of(&layer.name, place), &of_table);
    }

    /// The hooks of a file; a missing one has none.
    fn read(&mut self, file: &Path) -> Option<HooksToml> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => {
                if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) {
                    self.warn(format!("failed to read hooks config {}: {error}", file.display()));
                }
                return None;
            }
        };
        match serde_json::from_str::<HooksFile>(&text) {
            Ok(read) => Some(read.hooks),
            Err(error) => {
                self.warn(format!(
                    "failed to parse hooks config {}: {error}",
                    file.display()
                ));
                None
            }
        }
    }

    fn add(&mut self, place: &Place, hooks: &HooksToml) {
        for (event, name) in EVENTS {
            for (number, group) in groups(hooks, event).iter().enumerate() {
                let key = format!("{}:{name}:{number}", place.path.display());
                self.add_group(place, event, &key, group);
            }
        }
    }

    fn add_group(&mut self, place: &Place, event: HookEventName, key: &str, group: &HookGroup) {
        let has_names = !matches!(event, HookEventName::UserPromptSubmit | HookEventName::Stop);
        let written = group.matcher.as_deref().filter(|_| has_names);
        let path = place.path.display();
        let matcher = match Matcher::parse(written) {
            Ok(matcher) => matcher,
            Err(error) => {
                return self.warn(format!(
                    "invalid matcher {:?} in {path}: {error}",
                    written.unwrap_or_default()
                ));
            }
        };
        for (number, handler) in group.hooks.iter().enumerate() {
            let (command, timeout, status_message) = match handler {
                HookToml::Command { r#async: true, .. } => {
                    self.warn(format!(
                        "skipping async hook in {path}: async hooks are not supported yet"
                    ));
                    continue;
                }
                HookToml::Command { command, .. } if command.trim().is_empty() => {
                    self.warn(format!("skipping empty hook command in {path}"));
                    continue;
                }
                HookToml::Command {
                    command,
                    timeout,
                    status_message,
                    ..
                } => (command, timeout, status_message),
                HookToml::Prompt {} => {
                    self.warn(format!(
                        "skipping prompt hook in {path}: prompt hooks are not supported yet"
                    ));
                    continue;
                }
                HookToml::Agent {} => {
                    self.warn(format!(
                        "skipping agent hook in {path}: agent hooks are not supported yet"
                    ));
                    continue;
                }
            };
            let key = format!("{key}:{number}");
            let metadata = HookMetadata {
                enabled: place.is_managed || !self.off.contains(&key),
                key,
                event_name: event,
                handler_type: HookHandlerType::Command,
                matcher: written.map(str::to_owned),
                command: Some(command.clone()),
                timeout_sec: timeout.unwrap_or(TIMEOUT_SEC).max(1),
                status_message: status_message.clone(),
                source_path: place.path.clone(),
                source: place.source,
                plugin_id: None,
                display_order: i64::try_from(self.all.hooks.len()).unwrap_or(i64::MAX),
                is_managed: place.is_managed,
            };
            self.all.hooks.push(Hook {
                metadata,
                command: command.clone(),
                matcher: matcher.clone(),
            });
        }
    }

    fn warn(&mut self, warning: String) {
        self.all.warnings.push(warning);
    }
}

/// The folder in which a layer may have a file of hooks.
fn folder(layer: &LayerName) -> Option<&Path> {
    match layer {
        LayerName::System { file } | LayerName::User { file } => file.parent(),
        LayerName::Project { dot_codex_folder } => Some(dot_codex_folder),
        LayerName::SessionFlags | LayerName::LegacyManaged { .. } => None,
    }
}

/// A layer's `[hooks]`.
fn table(layer: &Layer) -> Result<HooksToml, toml::de::Error> {
    match layer.config.get("hooks") {
        Some(table) => table.clone().try_into(),
        None => Ok(HooksToml::default()),
    }
}

#[cfg(test)]
mod tests {
    use codex_config::{Home, Overrides, Request, Sources};
    use serde_json::json;
    use tempfile::TempDir;

    use super::*;

    struct Place(TempDir);

    impl Place {
        fn new(config: &str) -> Self {
            let place = Place(tempfile::tempdir().expect("a folder"));
            let config = config.replace("$HOME", &place.path("home").display().to_string());
            place.put(
                "home/config.toml",
                &config.replace("$WORK", &place.path("work").display().to_string()),
            );
            place
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        fn put(&self, name: &str, text: &str) {
            let path = self.path(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }

        fn discover(&self) -> Discovered {
            std::fs::create_dir_all(self.path("work")).expect("a folder");
            let sources = Sources {
                system: self.path("etc"),
                process_cwd: self.path("work"),
                ..Sources::new(Home::at(self.path("home")), Overrides::default())
            };
            discover(&sources.load(&Request::default()).expect("a configuration"))
        }

        /// Keys without their folder, and commands.
        fn found(&self) -> Vec<String> {
            let root = format!("{}/", self.0.path().display());
            let found = self.discover();
            assert_eq!(found.warnings, [""; 0]);
            let shown = |hook: Hook| format!("{} {}", hook.metadata.key.replace(&root, ""), hook.command);
            found.hooks.into_iter().map(shown).collect()
        }

        /// Warnings without their folder and what the parsers say.
        fn warnings(&self) -> Vec<String> {
            let root = format!("{}/", self.0.path().display());
            let warnings = self.discover().warnings.into_iter();
            warnings
                .map(|w| w.replace(&root, "").lines().next().unwrap_or_default().to_owned())
                .collect()
        }
    }

    fn stop(command: &str) -> String {
        json!({"hooks": {"Stop": [{"hooks": [{"type": "command", "command": command}]}]}}).to_string()
    }

    const STOP_TOML: &str =
        "[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ntype = \"command\"\ncommand = \"toml\"\ntimeout = 0\n";

    #[test]
    fn hooks_come_in_the_order_of_layers_events_and_groups() {
        let place = Place::new("[projects.\"$WORK\"]\ntrust_level = \"trusted\"\n");
        place.put("work/.codex/hooks.json", &stop("project"));
        place.put("etc/hooks.json", &stop("system"));
        let command = |c: &str| json!({"type": "command", "command": c});
        let hooks = json!({"hooks": {
            "Stop": [{"hooks": [command("s")]}], "Unheard": [{"hooks": [command("u")]}],
            "PreToolUse": [{"matcher": "Bash", "hooks": [command("a"), command("b")]}, {"hooks": [command("c")]}]}});
        place.put("home/hooks.json", &hooks.to_string());
        assert_eq!(
            place.found(),
            [
                "etc/hooks.json:stop:0:0 system",
                "home/hooks.json:pre_tool_use:0:0 a",
                "home/hooks.json:pre_tool_use:0:1 b",
                "home/hooks.json:pre_tool_use:1:0 c",
                "home/hooks.json:stop:0:0 s",
                "work/.codex/hooks.json:stop:0:0 project",
            ]
        );
    }

    #[test]
    fn a_project_that_is_not_trusted_has_no_hooks() {
        let place = Place::new("");
        place.put("work/.git/HEAD", "");
        place.put("work/.codex/hooks.json", &stop("project"));
        assert!(place.found().is_empty());
    }

    #[test]
    fn a_table_counts_beside_a_file_with_a_warning() {
        let place = Place::new(STOP_TOML);
        assert_eq!(place.found(), ["home/config.toml:stop:0:0 toml"]);
        assert_eq!(place.discover().hooks[0].metadata.timeout_sec, 1);
        place.put("home/hooks.json", &stop("json"));
        assert_eq!(place.discover().hooks.len(), 2);
        assert_eq!(
            place.warnings(),
            [
                "loading hooks from both home/hooks.json and home/config.toml; prefer a single representation for this layer"
            ]
        );
    }

    #[test]
    fn what_cannot_run_is_left_out_with_a_warning() {
        let place = Place::new("");
        place.put(
            "home/hooks.json",
            r#"{"hooks": {"PreToolUse": [
                {"matcher": "[", "hooks": [{"type": "command", "command": "never"}]},
                {"hooks": [{"type": "command", "command": "x", "async": true}, {"type": "prompt"}, {"type": "agent"},
                           {"type": "command", "command": "  "}, {"type": "command", "command": "kept"}]}]}}"#,
        );
        assert_eq!(
            place.warnings(),
            [
                "invalid matcher \"[\" in home/hooks.json: regex parse error:",
                "skipping async hook in home/hooks.json: async hooks are not supported yet",
                "skipping prompt hook in home/hooks.json: prompt hooks are not supported yet",
                "skipping agent hook in home/hooks.json: agent hooks are not supported yet",
                "skipping empty hook command in home/hooks.json",
            ]
        );
        let hooks = place.discover().hooks;
        assert_eq!((hooks.len(), hooks[0].metadata.display_order), (1, 0));
        assert!(hooks[0].metadata.key.ends_with(":pre_tool_use:1:4"));
    }

    #[test]
    fn a_broken_file_is_a_warning() {
        let place = Place::new("");
        for text in [
            "{not json",
            r#"{"hooks": {"Stop": 5}}"#,
            r#"{"hooks": {"Stop": [{"hooks": [{"type": "other"}]}]}}"#,
        ] {
            place.put("home/hooks.json", text);
            let warnings = place.warnings();
            assert!(
                warnings[0].starts_with("failed to parse hooks config home/hooks.json: "),
                "{warnings:?}"
            );
        }
        place.put("home/hooks.json", "{}");
        assert!(place.found().is_empty());
    }

    #[test]
    fn the_user_switches_a_hook_off_by_its_key() {
        let place = Place::new("[hooks.state.\"$HOME/hooks.json:stop:0:0\"]\nenabled = false\n");
        place.put("home/hooks.json", &stop("x"));
        assert!(!place.discover().hooks[0].metadata.enabled);
    }

    #[test]
    fn the_feature_switches_all_off() {
        let place = Place::new("[features]\ncodex_hooks = false\n");
        place.put("home/hooks.json", &stop("x"));
        assert!(place.found().is_empty());
    }
}
