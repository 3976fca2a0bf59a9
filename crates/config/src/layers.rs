//! The layers of a configuration: which files and flags there are, which of them count, and what they merge to
//! (config.md §2).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use toml::{Table, Value};

use crate::error::Fault;
use crate::schema::{ConfigToml, PATH_KEYS, with_base};
use crate::{ConfigError, merge, paths};

/// What a layer is; its JSON is the `name` clients see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum LayerName {
    /// The administrator's defaults.
    System {
        /// Its file.
        file: PathBuf,
    },
    /// The user's own file.
    User {
        /// Its file.
        file: PathBuf,
    },
    /// A project's own file.
    Project {
        /// The folder the file lies in.
        dot_codex_folder: PathBuf,
    },
    /// Command line and request.
    SessionFlags,
    /// The administrator's last word.
    #[serde(rename = "legacyManagedConfigTomlFromFile")]
    LegacyManaged {
        /// Its file.
        file: PathBuf,
    },
}

impl LayerName {
    /// The file, if there is one.
    pub fn file(&self) -> Option<PathBuf> {
        match self {
            Self::System { file } | Self::User { file } | Self::LegacyManaged { file } => Some(file.clone()),
            Self::Project { dot_codex_folder } => Some(dot_codex_folder.join("config.toml")),
            Self::SessionFlags => None,
        }
    }
}

/// One layer.
#[derive(Debug, Clone)]
pub struct Layer {
    /// What it is.
    pub name: LayerName,
    /// What it says, with paths made absolute. See [`Layer::canonical`] for what clients see.
    pub config: Table,
    /// Why it does not count.
    pub disabled_reason: Option<String>,
    /// The file's text, for telling where in it a fault lies.
    text: String,
}

/// All layers, lowest first.
#[derive(Debug, Clone)]
pub struct Layers {
    layers: Vec<Layer>,
}

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The layer.
    pub name: LayerName,
    /// The layer's version.
    pub version: String,
}

impl Layer {
    /// A layer that is no file. Relative paths in it are taken against `base`.
    pub(crate) fn of_table(name: LayerName, mut config: Table, base: &Path) -> Self {
        prepare(&mut config, base);
        Self::of_parsed(name, config)
    }

    /// A layer of a table that needs nothing done to it.
    pub(crate) fn of_parsed(name: LayerName, config: Table) -> Self {
        Self {
            name,
            config,
            disabled_reason: None,
            text: String::new(),
        }
    }

    /// A layer of a file's text.
    pub(crate) fn of_text(name: LayerName, text: String, base: &Path) -> Result<Self, toml::de::Error> {
        let mut config: Table = toml::from_str(&text)?;
        prepare(&mut config, base);
        Ok(Self {
            name,
            config,
            disabled_reason: None,
            text,
        })
    }

    /// What it says, each value in the schema's own spelling: `auto_review` as `guardian_subagent`, `2` as `2.0` where a
    /// fraction may stand. A layer that does not fit the schema is left as it is.
    pub fn canonical(&self) -> Table {
        let typed = self.config.clone().try_into::<ConfigToml>().ok();
        let respelled = typed.and_then(|typed| Table::try_from(&typed).ok());
        let mut out = self.config.clone();
        if let Some(respelled) = respelled {
            respell_table(&mut out, &respelled);
        }
        out
    }

    /// What it says, old names replaced.
    fn renamed(&self) -> Table {
        let mut config = self.config.clone();
        rename_old_keys(&mut config);
        config
    }

    /// The digest of what it says.
    pub fn version(&self) -> String {
        merge::version(&self.canonical())
    }

    /// The file's text; empty for a layer that is no file.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Makes it not count. One that does not fit the schema is then shown as it was written.
    pub(crate) fn disable(&mut self, reason: Option<String>) {
        self.disabled_reason = reason;
        if self.config.clone().try_into::<ConfigToml>().is_err()
            && let Ok(raw) = toml::from_str(&self.text)
        {
            self.config = raw;
        }
    }

    /// Whether it counts.
    pub fn enabled(&self) -> bool {
        self.disabled_reason.is_none()
    }
}

impl Layers {
    /// From layers in ascending order.
    pub(crate) fn new(layers: Vec<Layer>) -> Self {
        Self { layers }
    }

    /// All layers, lowest first, those that do not count included.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Layer> {
        self.layers.iter()
    }

    /// The user's layer.
    pub fn user(&self) -> Option<&Layer> {
        self.layers
            .iter()
            .find(|l| matches!(l.name, LayerName::User { .. }))
    }

    /// The same layers with another one for the user's.
    pub fn with_user(&self, user: &Layer) -> Self {
        let swap = |layer: &Layer| match &layer.name {
            LayerName::User { .. } => user.clone(),
            _ => layer.clone(),
        };
        Self::new(self.iter().map(swap).collect())
    }

    /// Adds a layer above those of the same kind or lower.
    pub(crate) fn push(&mut self, layer: Layer) {
        self.layers.push(layer);
    }

    /// The layers that count, merged.
    pub fn merged(&self) -> Table {
        let mut out = Table::new();
        for layer in self.layers.iter().filter(|l| l.enabled()) {
            merge::overlay(&mut out, &layer.renamed());
        }
        out
    }

    /// Where each leaf of the merged layers comes from. Entries are only ever added: where a higher array is shorter, the
    /// lower one's further elements keep their entries, as clients of the reference see it (config.md §4).
    pub fn origins(&self) -> BTreeMap<String, Origin> {
        let mut out = BTreeMap::new();
        for layer in self.layers.iter().filter(|l| l.enabled()) {
            let origin = Origin {
                name: layer.name.clone(),
                version: layer.version(),
            };
            merge::for_each_leaf(&layer.renamed(), &mut |path| {
                out.insert(path.to_owned(), origin.clone());
            });
        }
        out
    }

    /// The merged layers through the schema.
    pub fn typed(&self, merged: &Table) -> Result<ConfigToml, ConfigError> {
        merged
            .clone()
            .try_into()
            .map_err(|err: toml::de::Error| ConfigError::Type {
                message: err.to_string(),
                fault: self.locate_type_fault().map(Box::new),
            })
    }

    /// The same; a fault is told by its key alone.
    pub(crate) fn typed_without_place(&self, merged: &Table) -> Result<ConfigToml, String> {
        merged
            .clone()
            .try_into()
            .map_err(|err: toml::de::Error| err.to_string())
    }

    /// The first file that does not fit the schema by itself, lowest layer first.
    fn locate_type_fault(&self) -> Option<Fault> {
        self.layers.iter().filter(|l| l.enabled()).find_map(|layer| {
            let file = layer.name.file()?;
            let base = file.parent()?;
            let err = with_base(base, || toml::from_str::<ConfigToml>(&layer.text)).err()?;
            Some(Fault::locate(&file, &layer.text, &err))
        })
    }
}

/// Reads a file's layer; a missing file is an empty layer.
pub(crate) fn read_file(name: LayerName, file: &Path) -> Result<Layer, ConfigError> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(e)
            if matches!(
                e.kind(),
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
            ) =>
        {
            String::new()
        }
        Err(e) => return Err(ConfigError::io(file, &e)),
    };
    let base = file.parent().unwrap_or(Path::new("/"));
    // The parser's error speaks of the text, so the text is kept for it.
    let parsed = Layer::of_text(name, text.clone(), base);
    parsed.map_err(|err| {
        let mut fault = Fault::locate(file, &text, &err);
        if fault.message.starts_with("duplicate key") {
            return ConfigError::Syntax(Box::new(fault));
        }
        fault.end = fault.start;
        ConfigError::Syntax(Box::new(fault))
    })
}

/// Makes paths absolute.
fn prepare(config: &mut Table, base: &Path) {
    for pattern in PATH_KEYS {
        if let Some((first, rest)) = pattern.split_first()
            && let Some(value) = config.get_mut(*first)
        {
            resolve_paths(value, rest, base);
        }
    }
}

/// The one key that has an old name still understood. A layer with both names is left to the schema, which refuses it.
fn rename_old_keys(config: &mut Table) {
    if let Some(Value::Table(memories)) = config.get_mut("memories")
        && !memories.contains_key("disable_on_external_context")
        && let Some(value) = memories.remove("no_memories_if_mcp_or_web_search")
    {
        memories.insert("disable_on_external_context".to_owned(), value);
    }
}

/// Takes over the spelling of values that both have; keys and lengths stay.
fn respell(value: &mut Value, spelled: &Value) {
    match (value, spelled) {
        (Value::Table(t), Value::Table(s)) => respell_table(t, s),
        (Value::Array(a), Value::Array(s)) if a.len() == s.len() => {
            a.iter_mut().zip(s).for_each(|(v, s)| respell(v, s));
        }
        (Value::Table(_) | Value::Array(_), _) | (_, Value::Table(_) | Value::Array(_)) => {}
        (value, spelled) => *value = spelled.clone(),
    }
}

fn respell_table(table: &mut Table, spelled: &Table) {
    for (key, value) in table.iter_mut() {
        if let Some(spelled) = spelled.get(key) {
            respell(value, spelled);
        }
    }
}

fn resolve_paths(value: &mut Value, pattern: &[&str], base: &Path) {
    match (pattern.split_first(), value) {
        (None, Value::String(text)) => {
            let resolved = paths::resolve(Path::new(text), base);
            if let Some(s) = resolved.to_str() {
                s.clone_into(text);
            }
        }
        (Some((&"[]", rest)), Value::Array(items)) => {
            items.iter_mut().for_each(|v| resolve_paths(v, rest, base))
        }
        (Some((&"*", rest)), Value::Table(t)) => t.iter_mut().for_each(|(_, v)| resolve_paths(v, rest, base)),
        (Some((key, rest)), Value::Table(t)) => {
            if let Some(v) = t.get_mut(*key) {
                resolve_paths(v, rest, base);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(text: &str) -> Layer {
        Layer::of_text(
            LayerName::User {
                file: "/h/config.toml".into(),
            },
            text.into(),
            Path::new("/h"),
        )
        .unwrap()
    }

    #[test]
    fn paths_are_absolute_against_the_files_folder_and_other_text_is_left() {
        let text = "log_dir = \"l/../logs\"\nnotify = [\"./n\"]\n[sandbox_workspace_write]\nwritable_roots = [\"w\", \"/a/./b\"]\n\
                    [[skills.config]]\npath = \"s\"\nenabled = true";
        let layer = user(text);
        assert_eq!(layer.config["log_dir"].as_str(), Some("/h/logs"));
        assert_eq!(layer.config["notify"][0].as_str(), Some("./n"));
        assert_eq!(
            layer.config["sandbox_workspace_write"]["writable_roots"][0].as_str(),
            Some("/h/w")
        );
        assert_eq!(
            layer.config["sandbox_workspace_write"]["writable_roots"][1].as_str(),
            Some("/a/b")
        );
        assert_eq!(layer.config["skills"]["config"][0]["path"].as_str(), Some("/h/s"));
    }

    #[test]
    fn a_wrong_type_is_told_with_its_key_and_its_place() {
        let layers = Layers::new(vec![user("model = \"m\"\nmodel_context_window = \"x\"")]);
        let err = layers.typed(&layers.merged()).unwrap_err();
        assert_eq!(
            err.to_string(),
            "/h/config.toml:2:24: invalid type: string \"x\", expected i64"
        );
        let ConfigError::Type {
            message,
            fault: Some(fault),
        } = err
        else {
            panic!("{err:?}")
        };
        assert_eq!(
            message,
            "invalid type: string \"x\", expected i64\nin `model_context_window`\n"
        );
        assert_eq!((fault.start.column, fault.end.column), (24, 26));
    }

    #[test]
    fn a_wrong_type_in_flags_has_a_key_and_no_place() {
        let mut flags = Table::new();
        flags.insert("sandbox_mode".into(), "x".into());
        let layers = Layers::new(vec![
            user("model = \"m\""),
            Layer::of_table(LayerName::SessionFlags, flags, Path::new("/")),
        ]);
        let err = layers.typed(&layers.merged()).unwrap_err();
        let want = "unknown variant `x`, expected one of `read-only`, `workspace-write`, `danger-full-access`\nin `sandbox_mode`\n";
        assert_eq!(err.to_string(), want);
    }

    #[test]
    fn the_highest_layer_with_a_leaf_is_its_origin() {
        let mut flags = Table::new();
        flags.insert("notify".into(), Value::Array(vec!["x".into()]));
        let layers = Layers::new(vec![
            user("notify = [\"a\", \"b\"]"),
            Layer::of_table(LayerName::SessionFlags, flags, Path::new("/")),
        ]);
        let origins = layers.origins();
        assert_eq!(origins["notify.0"].name, LayerName::SessionFlags);
        assert!(matches!(origins["notify.1"].name, LayerName::User { .. }));
    }

    #[test]
    fn clients_see_values_in_their_own_spelling_and_keys_as_written() {
        let text = "approvals_reviewer = \"auto_review\"\nx = 1\n[tools]\nweb_search = true\n[mcp_servers.a]\ncommand = \"c\"\n\
                    tool_timeout_sec = 2\nstartup_timeout_ms = 5";
        let want = "approvals_reviewer = \"guardian_subagent\"\nx = 1\n[tools]\nweb_search = true\n[mcp_servers.a]\ncommand = \"c\"\n\
                    tool_timeout_sec = 2.0\nstartup_timeout_ms = 5";
        assert_eq!(user(text).canonical(), toml::from_str::<Table>(want).unwrap());
    }

    #[test]
    fn the_old_name_of_a_memory_setting_is_replaced_in_the_merge_alone() {
        let layers = Layers::new(vec![user("[memories]\nno_memories_if_mcp_or_web_search = true")]);
        let want = "[memories]\ndisable_on_external_context = true";
        assert_eq!(layers.merged(), toml::from_str::<Table>(want).unwrap());
        assert!(
            layers
                .origins()
                .contains_key("memories.disable_on_external_context")
        );
        assert!(
            layers.user().unwrap().canonical()["memories"]
                .get("no_memories_if_mcp_or_web_search")
                .is_some()
        );
    }
}
