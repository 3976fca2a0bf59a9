//! Projects: their root, the layers in their folders, and whether the user trusts them (config.md §2, §8).

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::layers::{Layer, LayerName};
use crate::{ConfigError, Home, TrustLevel, git};

/// `[projects]` of the merged non-project layers.
pub(crate) struct Decisions<'a>(Option<&'a Table>);

impl<'a> Decisions<'a> {
    pub(crate) fn of(merged: &'a Table) -> Self {
        Self(merged.get("projects").and_then(Value::as_table))
    }

    /// The decision about exactly this folder, by its literal or its canonical path.
    fn about(&self, folder: &Path) -> Option<TrustLevel> {
        let projects = self.0?;
        let look = |p: &Path| {
            let level = projects.get(p.to_str()?)?.get("trust_level")?.as_str()?;
            match level {
                "trusted" => Some(TrustLevel::Trusted),
                "untrusted" => Some(TrustLevel::Untrusted),
                _ => None,
            }
        };
        look(folder).or_else(|| look(&folder.canonicalize().ok()?))
    }

    /// The decision that holds for a folder of the project at `root`, and the folder it was made about.
    fn holding(&self, folder: &Path, root: &Path) -> Option<(TrustLevel, PathBuf)> {
        let repository = trust_target(root);
        [folder, root, &repository]
            .into_iter()
            .find_map(|place| Some((self.about(place)?, place.to_owned())))
    }

    /// What the user decided about the project of a thread in `cwd`: the folder itself, its repository, the repository a
    /// worktree belongs to. Markers other than `.git` do not matter here.
    pub(crate) fn about_thread_in(&self, cwd: &Path) -> Option<TrustLevel> {
        let root = git::repository_root(cwd).unwrap_or_else(|| cwd.to_owned());
        self.holding(cwd, &root).map(|(level, _)| level)
    }
}

/// The folder a decision about `cwd` is made for: the main repository's root, or the repository's, or `cwd`.
pub fn trust_target(cwd: &Path) -> PathBuf {
    match git::repository_root(cwd) {
        Some(root) => git::main_repository(&root).unwrap_or(root),
        None => cwd.to_owned(),
    }
}

/// The root of the project around `cwd`: the nearest folder upwards with a marker, else `cwd`.
pub(crate) fn project_root(cwd: &Path, merged: &Table) -> PathBuf {
    let default = || vec![".git".to_owned()];
    let markers = match merged.get("project_root_markers").and_then(Value::as_array) {
        Some(list) => list
            .iter()
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect(),
        None => default(),
    };
    git::find_root(cwd, &markers).unwrap_or_else(|| cwd.to_owned())
}

/// The layers of the project around `cwd`, root first. `merged` is what all other layers say.
pub(crate) fn layers(home: &Home, cwd: &Path, merged: &Table) -> Result<Vec<Layer>, ConfigError> {
    let decisions = Decisions::of(merged);
    let root = project_root(cwd, merged);
    let below: Vec<&Path> = cwd.ancestors().take_while(|d| d.starts_with(&root)).collect();
    let mut out = Vec::new();
    for folder in below.into_iter().rev() {
        let dot_codex = folder.join(".codex");
        if !dot_codex.is_dir() || is_home(&dot_codex, home) {
            continue;
        }
        let disabled_reason = disabled_reason(&decisions, folder, &root, home);
        let file = dot_codex.join("config.toml");
        let name = LayerName::Project {
            dot_codex_folder: dot_codex.clone(),
        };
        let mut layer = match crate::layers::read_file(name.clone(), &file) {
            Ok(layer) => layer,
            // A layer that does not count may be as broken as it likes.
            Err(_) if disabled_reason.is_some() => Layer::of_table(name, Table::new(), &dot_codex),
            Err(ConfigError::Syntax(fault)) => {
                let report = &fault.report;
                return Err(ConfigError::semantic(format!(
                    "Error parsing project config file {}: {report}",
                    file.display()
                )));
            }
            Err(other) => return Err(other),
        };
        if disabled_reason.is_some() {
            layer.disable(disabled_reason);
        }
        out.push(layer);
    }
    Ok(out)
}

fn is_home(dot_codex: &Path, home: &Home) -> bool {
    dot_codex == home.path() || dot_codex.canonicalize().is_ok_and(|p| p == home.path())
}

/// Why the project's file in `folder` does not count; `None` when the user trusts it. The sentences are clients' to show.
fn disabled_reason(decisions: &Decisions<'_>, folder: &Path, root: &Path, home: &Home) -> Option<String> {
    let user_file = home.config_file();
    let user_file = user_file.display();
    match decisions.holding(folder, root) {
        Some((TrustLevel::Trusted, _)) => None,
        Some((TrustLevel::Untrusted, place)) => Some(format!(
            "{} is marked as untrusted in {user_file}. To load project-local config, hooks, and exec policies, mark it trusted.",
            place.display()
        )),
        None => {
            let place = trust_target(root);
            Some(format!(
                "To load project-local config, hooks, and exec policies, add {} as a trusted project in {user_file}.",
                place.display()
            ))
        }
    }
}
