//! Changing the user's file by key paths: checks, the edit itself, and what hides it (config.md §5).

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::{Table, Value};
use toml_edit::DocumentMut;

use crate::layers::{Layer, LayerName, Layers, Origin};
use crate::schema::ConfigToml;
use crate::{ConfigError, Sources, edit, merge, paths};

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// Keys joined by dots; there is no quoting.
    pub key_path: String,
    /// The new value; null clears.
    pub value: serde_json::Value,
    /// What happens to a table that is there.
    pub strategy: MergeStrategy,
}

/// What happens to a table that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MergeStrategy {
    /// It gives way.
    Replace,
    /// A table is merged into it.
    Upsert,
}

/// Changes that reach the file together or not at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WriteRequest {
    /// The file; only the user's own will do.
    pub file_path: Option<String>,
    /// The version of the user's layer the client saw.
    pub expected_version: Option<String>,
    /// In order.
    pub edits: Vec<Edit>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The version of the user's layer now.
    pub version: String,
    /// The file as the request named it.
    pub file_path: PathBuf,
    /// What hides the first edit that has no effect.
    pub overridden: Option<Overridden>,
}

/// Why an edit has no effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Overridden {
    /// For people.
    pub message: String,
    /// The layer with the last word.
    pub overriding_layer: Origin,
    /// What counts instead.
    pub effective_value: serde_json::Value,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Another file was named (`configLayerReadonly`).
    #[error("Only writes to the user config are allowed")]
    Readonly,
    /// The file has changed (`configVersionConflict`).
    #[error("Configuration was modified since last read. Fetch latest version and retry.")]
    VersionConflict,
    /// A value or a path that will not do (`configValidationError`).
    #[error("{0}")]
    Validation(String),
    /// Nothing there to clear (`configPathNotFound`).
    #[error("Path not found")]
    PathNotFound,
    /// The files cannot be read.
    #[error("failed to load configuration: {0}")]
    Load(ConfigError),
    /// The file cannot be written.
    #[error("failed to write configuration: {0}")]
    Save(#[from] edit::EditError),
}

impl WriteError {
    /// The code clients find in the error's data; `None` for the server's own trouble.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Readonly => Some("configLayerReadonly"),
            Self::VersionConflict => Some("configVersionConflict"),
            Self::Validation(_) => Some("configValidationError"),
            Self::PathNotFound => Some("configPathNotFound"),
            Self::Load(_) | Self::Save(_) => None,
        }
    }
}

impl Sources {
    /// Applies the edits to the user's file, which keeps its text but for them. Only the shape of the outcome is checked:
    /// settings that cannot work are written and then fail whatever loads them.
    pub fn write(&self, request: &WriteRequest) -> Result<Written, WriteError> {
        let file = self.home.config_file();
        if let Some(given) = &request.file_path
            && !same_file(Path::new(given), &file)
        {
            return Err(WriteError::Readonly);
        }
        // What is checked is what is edited: nobody changes the file in between.
        let exclusive = self.changing();
        let layers = self.layers(None, &self.flags).map_err(WriteError::Load)?;
        let Some(user) = layers.user() else {
            return Err(WriteError::Readonly);
        };
        if request
            .expected_version
            .as_ref()
            .is_some_and(|v| *v != user.version())
        {
            return Err(WriteError::VersionConflict);
        }
        let before = user.canonical();
        let mut after = before.clone();
        for edit in &request.edits {
            apply(&mut after, edit)?;
        }
        if !request.edits.is_empty() {
            let candidate = Layer::of_parsed(user.name.clone(), after.clone());
            let settings = check_shape(&after, &layers.with_user(&candidate))?;
            // Requirements that cannot be read refuse nothing here: what they would refuse does not count then either.
            let refusal = self
                .requirements()
                .ok()
                .and_then(|r| r.refuse_switches(&settings));
            if let Some(refusal) = refusal {
                return Err(WriteError::Validation(format!(
                    "Invalid configuration: {refusal}"
                )));
            }
        }
        let text = edited(user.text(), &before, &after, &request.edits)
            .map_err(|err| WriteError::Save(err.into()))?;
        // The layer as the next read will have it. A text that is TOML to the editor may still be none to the reader, which
        // is stricter about nesting.
        let written = Layer::of_text(user.name.clone(), text, self.home.path())
            .map_err(|err| WriteError::Validation(format!("Invalid configuration: {}", err.message())))?;
        if written.text() != user.text() {
            edit::write(&exclusive, &file, written.text())?;
        }
        drop(exclusive);
        let now = layers.with_user(&written);
        let overridden = request
            .edits
            .iter()
            .find_map(|e| overridden(&now, &segments(&e.key_path)));
        let given = request.file_path.as_ref();
        let file_path = given.map_or(file, |path| paths::normalize(Path::new(path)));
        Ok(Written {
            version: written.version(),
            file_path,
            overridden,
        })
    }
}

/// The file's text with the edits made, which is the same text if none of them changes a value. `before` and `after` are
/// what it says, in the schema's own spelling before.
fn edited(text: &str, before: &Table, after: &Table, edits: &[Edit]) -> Result<String, toml_edit::TomlError> {
    let spelled = Layer::of_parsed(LayerName::SessionFlags, after.clone()).canonical();
    if spelled == *before {
        return Ok(text.to_owned());
    }
    let mut doc: DocumentMut = text.parse()?;
    for change in edits {
        let path = segments(&change.key_path);
        let old = lookup(before, &path);
        match lookup(after, &path) {
            Some(value) if old != lookup(&spelled, &path) => edit::set(&mut doc, &path, value),
            None if old.is_some() => edit::clear(&mut doc, &path),
            _ => {}
        }
    }
    Ok(doc.to_string())
}

fn segments(key_path: &str) -> Vec<&str> {
    key_path.split('.').collect()
}

/// Whether a path given by a client is the user's file, by whatever way it leads there.
fn same_file(given: &Path, file: &Path) -> bool {
    if !given.is_absolute() {
        return false;
    }
    let real = |p: &Path| match (p.canonicalize(), p.parent(), p.file_name()) {
        (Ok(real), ..) => Some(real),
        (Err(_), Some(folder), Some(name)) => folder.canonicalize().ok().map(|f| f.join(name)),
        _ => None,
    };
    real(given).is_some_and(|g| real(file) == Some(g))
}

/// The outcome must fit the schema, alone and merged; what it says by itself is returned.
fn check_shape(user: &Table, layers: &Layers) -> Result<ConfigToml, WriteError> {
    let alone = Layers::new(vec![Layer::of_parsed(LayerName::SessionFlags, user.clone())]);
    let fit = |candidate: &Layers| {
        let typed = candidate.typed_without_place(&candidate.merged());
        typed.map_err(|err| WriteError::Validation(format!("Invalid configuration: {err}")))
    };
    let settings = fit(&alone)?;
    fit(layers)?;
    Ok(settings)
}

fn apply(table: &mut Table, edit: &Edit) -> Result<(), WriteError> {
    if edit.key_path.trim().is_empty() {
        return Err(WriteError::Validation("keyPath must not be empty".to_owned()));
    }
    let path = segments(&edit.key_path);
    if edit.value.is_null() {
        return remove(table, &path);
    }
    let value =
        Value::deserialize(&edit.value).map_err(|e| WriteError::Validation(format!("invalid value: {e}")))?;
    insert(table, &path, value, edit.strategy)
}

fn remove(table: &mut Table, path: &[&str]) -> Result<(), WriteError> {
    match path {
        [] => Ok(()),
        [last] => {
            table.remove(*last);
            Ok(())
        }
        [first, rest @ ..] => match table.get_mut(*first) {
            Some(Value::Table(inner)) => remove(inner, rest),
            _ => Err(WriteError::PathNotFound),
        },
    }
}

fn insert(table: &mut Table, path: &[&str], value: Value, strategy: MergeStrategy) -> Result<(), WriteError> {
    match path {
        [] => Ok(()),
        [last] => {
            match (table.get_mut(*last), value, strategy) {
                (Some(Value::Table(old)), Value::Table(new), MergeStrategy::Upsert) => {
                    merge::overlay(old, &new)
                }
                (_, value, _) => {
                    table.insert((*last).to_owned(), value);
                }
            }
            Ok(())
        }
        [first, rest @ ..] => {
            let inner = table
                .entry((*first).to_owned())
                .or_insert_with(|| Value::Table(Table::new()));
            if !inner.is_table() {
                // Only the last parent is held to be what it is; others give way.
                if rest.len() == 1 {
                    return Err(WriteError::Validation(
                        "cannot set value on non-table parent".to_owned(),
                    ));
                }
                *inner = Value::Table(Table::new());
            }
            match inner {
                Value::Table(inner) => insert(inner, rest, value, strategy),
                _ => Ok(()),
            }
        }
    }
}

fn lookup<'a>(table: &'a Table, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    let value = table.get(*first)?;
    if rest.is_empty() {
        Some(value)
    } else {
        lookup(value.as_table()?, rest)
    }
}

/// What keeps the user's value at a path from counting.
fn overridden(layers: &Layers, path: &[&str]) -> Option<Overridden> {
    let merged = layers.merged();
    let effective = lookup(&merged, path);
    let wanted = layers.user().and_then(|user| lookup(&user.config, path));
    if effective == wanted {
        return None;
    }
    let layer = layers
        .iter()
        .rev()
        .filter(|l| l.enabled())
        .find(|l| lookup(&l.config, path).is_some())?;
    let message = match &layer.name {
        LayerName::SessionFlags => "Overridden by session flags".to_owned(),
        LayerName::System { file } => format!("Overridden by managed config (system): {}", file.display()),
        LayerName::LegacyManaged { file } => {
            format!("Overridden by legacy managed_config.toml: {}", file.display())
        }
        LayerName::User { file } => format!("Overridden by user config: {}", file.display()),
        LayerName::Project { dot_codex_folder } => {
            format!(
                "Overridden by project config: {}",
                dot_codex_folder.join("config.toml").display()
            )
        }
    };
    Some(Overridden {
        message,
        overriding_layer: Origin {
            name: layer.name.clone(),
            version: layer.version(),
        },
        effective_value: effective.map_or(serde_json::Value::Null, merge::to_json),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Place;

    fn edit(key_path: &str, value: serde_json::Value) -> WriteRequest {
        let edit = Edit {
            key_path: key_path.into(),
            value,
            strategy: MergeStrategy::Replace,
        };
        WriteRequest {
            edits: vec![edit],
            ..WriteRequest::default()
        }
    }

    #[test]
    fn an_edit_changes_its_line_and_nothing_else() {
        let place = Place::new("# head\nmodel = 'm' # keep\n[tui]\ntheme = \"x\"\n");
        let done = place.sources.write(&edit("model", "n".into())).unwrap();
        assert_eq!(
            place.user_text(),
            "# head\nmodel = \"n\" # keep\n[tui]\ntheme = \"x\"\n"
        );
        assert_eq!(
            (done.overridden, done.file_path),
            (None, place.sources.home.config_file())
        );
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_key_and_the_file_stays() {
        let text = "model = \"m\"\n";
        let place = Place::new(text);
        let fault = |key: &str, value: serde_json::Value| {
            let err = place.sources.write(&edit(key, value)).unwrap_err();
            (err.code(), err.to_string())
        };
        let validation = Some("configValidationError");
        let wrong = "Invalid configuration: invalid type: integer `5`, expected a string\nin `model`\n";
        assert_eq!(fault("model", 5.into()), (validation, wrong.to_owned()));
        assert_eq!(
            fault(" ", 5.into()),
            (validation, "keyPath must not be empty".to_owned())
        );
        assert_eq!(
            fault("model.x", 5.into()),
            (validation, "cannot set value on non-table parent".to_owned())
        );
        let relative = fault("log_dir", "rel".into());
        assert!(
            relative
                .1
                .contains("AbsolutePathBuf deserialized without a base path"),
            "{relative:?}"
        );
        assert_eq!(
            fault("a.b", serde_json::Value::Null),
            (Some("configPathNotFound"), "Path not found".to_owned())
        );
        assert_eq!(place.user_text(), text);
    }

    #[test]
    fn a_stale_version_and_a_strange_file_are_refused() {
        let place = Place::new("model = \"m\"\n");
        let stale = WriteRequest {
            expected_version: Some("sha256:0".into()),
            ..edit("model", "n".into())
        };
        assert!(matches!(
            place.sources.write(&stale),
            Err(WriteError::VersionConflict)
        ));
        for path in ["config.toml", "", "/etc/codex/config.toml"] {
            let other = WriteRequest {
                file_path: Some(path.into()),
                ..edit("model", "n".into())
            };
            assert!(
                matches!(place.sources.write(&other), Err(WriteError::Readonly)),
                "{path}"
            );
        }
        let around = place.sources.home.path().join("../home/./config.toml");
        let same = WriteRequest {
            file_path: Some(around.display().to_string()),
            ..edit("model", "n".into())
        };
        assert!(place.sources.write(&same).is_ok());
    }

    #[test]
    fn a_flag_that_hides_the_edit_is_named() {
        let mut place = Place::new("");
        place.sources.flags.push("model", "flag".into());
        let hidden = place
            .sources
            .write(&edit("model", "mine".into()))
            .unwrap()
            .overridden
            .unwrap();
        assert_eq!(
            (hidden.message.as_str(), hidden.effective_value),
            ("Overridden by session flags", "flag".into())
        );
        assert_eq!(
            place
                .sources
                .write(&edit("model", "flag".into()))
                .unwrap()
                .overridden,
            None
        );
    }

    #[test]
    fn an_equal_value_leaves_the_file_alone_and_an_empty_batch_makes_none() {
        let text = "notify = [ 'a', # c\n ]\n";
        let place = Place::new(text);
        place
            .sources
            .write(&edit("notify", serde_json::json!(["a"])))
            .unwrap();
        assert_eq!(place.user_text(), text);
        std::fs::remove_file(place.sources.home.config_file()).unwrap();
        place.sources.write(&WriteRequest::default()).unwrap();
        assert!(!place.sources.home.config_file().exists());
    }

    #[test]
    fn the_version_told_is_the_one_the_next_read_shows() {
        let place = Place::new("[mcp_servers.x]\ncommand = 'c'\n");
        let write = |key: &str, value: serde_json::Value| {
            let text = place.user_text();
            let done = place.sources.write(&edit(key, value)).unwrap();
            let read = place.sources.read(None, true).unwrap();
            assert_eq!(done.version, read.layers.unwrap()[0].version, "{key}");
            let next = WriteRequest {
                expected_version: Some(done.version),
                ..WriteRequest::default()
            };
            place.sources.write(&next).unwrap();
            place.user_text() != text
        };
        for (key, value) in [
            ("approvals_reviewer", serde_json::json!("auto_review")),
            ("mcp_servers.x.tool_timeout_sec", 2.into()),
            (
                "mcp_servers.x",
                serde_json::json!({"command": "d", "tool_timeout_sec": 3}),
            ),
        ] {
            assert!(write(key, value.clone()), "{key} is written");
            assert!(!write(key, value), "{key} stands there already");
        }
        assert!(!write("approvals_reviewer", "guardian_subagent".into()));
    }

    #[test]
    fn what_is_nested_too_deeply_to_be_read_again_is_refused() {
        let place = Place::new("model = \"m\"\n");
        let nested = |depth| (0..depth).fold(serde_json::json!(1), |value, _| serde_json::json!([value]));
        let err = place.sources.write(&edit("x", nested(100))).unwrap_err();
        assert_eq!(err.code(), Some("configValidationError"), "{err}");
        assert_eq!(place.user_text(), "model = \"m\"\n");
        place.sources.write(&edit("x", nested(70))).unwrap();
        place.sources.read(None, false).unwrap();
    }

    #[test]
    fn of_two_writers_that_saw_the_same_version_one_is_told_of_the_other() {
        let place = Place::new("model = \"m\"\n");
        let other = place.another_server();
        let version = place.sources.read(None, true).unwrap().layers.unwrap()[0]
            .version
            .clone();
        let write = |sources: &Sources, n: usize| {
            sources
                .write(&WriteRequest {
                    expected_version: Some(version.clone()),
                    ..edit(&format!("key{n}"), n.into())
                })
                .map_err(|e| e.code())
                .map(drop)
        };
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..8)
                .map(|n| {
                    let sources = if n % 2 == 0 { &place.sources } else { &other };
                    let write = &write;
                    scope.spawn(move || write(sources, n))
                })
                .collect();
            writers.into_iter().map(|w| w.join().unwrap()).collect()
        });
        assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 1, "{outcomes:?}");
        assert!(
            outcomes
                .iter()
                .all(|o| matches!(o, Ok(()) | Err(Some("configVersionConflict"))))
        );
        assert_eq!(place.user_text().matches("key").count(), 1);
    }

    #[test]
    fn the_file_is_named_without_detours() {
        let place = Place::new("");
        let home = place.sources.home.path();
        let around = WriteRequest {
            file_path: Some(home.join("../home/./config.toml").display().to_string()),
            ..edit("model", "n".into())
        };
        let done = place.sources.write(&around).unwrap();
        assert_eq!(done.file_path, home.join("config.toml"));
    }

    #[test]
    fn a_value_in_the_way_of_a_path_leaves_no_header_behind() {
        let place = Place::new("spare = 1\nother = 2\n");
        place.sources.write(&edit("spare.deep.key", true.into())).unwrap();
        assert_eq!(place.user_text(), "other = 2\n\n[spare.deep]\nkey = true\n");
    }

    #[test]
    fn the_old_and_the_new_name_of_a_setting_do_not_go_together() {
        let text = "[memories]\nno_memories_if_mcp_or_web_search = true\n";
        let place = Place::new(text);
        let change = edit("memories.disable_on_external_context", false.into());
        let err = place.sources.write(&change).unwrap_err().to_string();
        assert_eq!(
            err,
            "Invalid configuration: duplicate field `disable_on_external_context`\nin `memories`\n"
        );
        assert_eq!(place.user_text(), text);
    }
}
