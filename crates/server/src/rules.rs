//! The rules about commands that hold for a thread: the home's, and those of its project if that is trusted
//! (turns.md §19).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use codex_agent::rules::{RuleBook, RulesError, SavedRules};
use codex_config::{Config, TrustLevel};
use codex_protocol::{ConfigWarningNotification, TextPosition, TextRange};

/// Reads the rules for a thread of this configuration. A file that is no rules is told, and no rule of any file holds.
pub fn load(config: &Config, saved: &Arc<SavedRules>) -> (Arc<RuleBook>, Option<ConfigWarningNotification>) {
    let folders = folders(config);
    match RuleBook::load(folders.iter().map(PathBuf::as_path), Arc::clone(saved)) {
        Ok(rules) => (Arc::new(rules), None),
        Err(error) => (
            Arc::new(RuleBook::empty(Arc::clone(saved))),
            Some(warning(&error)),
        ),
    }
}

/// What is wrong with the rules for the process's own folder, told when the server starts.
pub fn fault(config: &Config) -> Option<ConfigWarningNotification> {
    load(config, &SavedRules::new(&config.codex_home)).1
}

fn folders(config: &Config) -> Vec<PathBuf> {
    let mut folders = vec![config.codex_home.join("rules")];
    if config.trust == Some(TrustLevel::Trusted) {
        let root = config
            .cwd
            .ancestors()
            .find(|folder| folder.join(".git").exists())
            .unwrap_or(&config.cwd);
        let below: Vec<&Path> = config
            .cwd
            .ancestors()
            .take_while(|folder| folder.starts_with(root))
            .collect();
        folders.extend(below.into_iter().rev().map(|folder| folder.join(".codex/rules")));
    }
    folders
}

fn warning(error: &RulesError) -> ConfigWarningNotification {
    let position = |p: codex_agent::rules::Position| TextPosition {
        line: p.line as usize,
        column: p.column as usize,
    };
    ConfigWarningNotification {
        summary: "Error parsing rules; custom rules not applied.".into(),
        details: Some(error.to_string()),
        path: Some(error.path.to_string_lossy().into_owned()),
        range: error.span.map(|span| TextRange {
            start: position(span.start),
            end: position(span.end),
        }),
    }
}
