//! Trusting projects: the entry in the user's file, and when a thread's start makes one (config.md §8).

use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, value};

use crate::{Config, Request, SandboxMode, Sources, TrustLevel, edit, project};

/// Writes `[projects."FOLDER"] trust_level = …` into the file, whose other text stays.
pub fn set(config_file: &Path, folder: &Path, level: TrustLevel) -> Result<(), edit::EditError> {
    let text = edit::read(config_file)?;
    let mut doc: DocumentMut = text.parse()?;
    let word = match level {
        TrustLevel::Trusted => "trusted",
        TrustLevel::Untrusted => "untrusted",
    };
    let projects = doc.as_table_mut().entry("projects").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    edit::make_standard_table(projects);
    // An inline table's members become tables with headers of their own, as the new one is.
    if let Some(table) = projects.as_table_mut() {
        table.set_implicit(true);
        for (_, item) in table.iter_mut() {
            edit::make_standard_table(item);
        }
        let entry = table
            .entry(&folder.to_string_lossy())
            .or_insert_with(|| Item::Table(Table::new()));
        edit::make_standard_table(entry);
        entry["trust_level"] = value(word);
    }
    edit::write(config_file, &doc.to_string())
}

impl Sources {
    /// The configuration for a thread that starts. When the request names a folder whose project is undecided and the
    /// thread may write there, the project becomes trusted in the user's file first, so that its own settings count at
    /// once (threads.md §2.4). A file that cannot be written only costs the entry.
    pub fn load_for_start(&self, request: &Request) -> Result<Config, crate::ConfigError> {
        let config = self.load(request)?;
        if request.cwd.is_none() || config.trust.is_some() || !wants_to_write(request, &config) {
            return Ok(config);
        }
        match set(
            &self.home.config_file(),
            &project::trust_target(&config.cwd),
            TrustLevel::Trusted,
        ) {
            Ok(()) => self.load(request),
            Err(err) => {
                tracing::warn!(%err, "could not record that the project is trusted");
                Ok(config)
            }
        }
    }
}

fn wants_to_write(request: &Request, config: &Config) -> bool {
    let by_sandbox = matches!(
        request.sandbox,
        Some(SandboxMode::WorkspaceWrite | SandboxMode::DangerFullAccess)
    );
    let by_profile = request
        .permissions
        .as_ref()
        .is_some_and(|p| matches!(p.id.as_str(), ":workspace" | ":danger-no-sandbox"));
    by_sandbox || by_profile || config.permissions.profile.can_write(&config.cwd, &config.cwd)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("config.toml");
        std::fs::write(&file, text).unwrap();
        set(&file, Path::new("/a.b/c"), TrustLevel::Trusted).unwrap();
        std::fs::read_to_string(&file).unwrap()
    }

    #[test]
    fn the_entry_is_added_and_the_rest_of_the_text_stays() {
        let text = "model = \"m\"   # mine\n\n# a remark\n[projects.\"/x\"]\ntrust_level = \"untrusted\"\n";
        assert_eq!(
            after(text),
            format!("{text}\n[projects.\"/a.b/c\"]\ntrust_level = \"trusted\"\n")
        );
        assert_eq!(after(""), "[projects.\"/a.b/c\"]\ntrust_level = \"trusted\"\n");
    }

    #[test]
    fn an_inline_table_becomes_tables_with_headers() {
        let got = after("projects = { \"/q\" = { trust_level = \"trusted\" } }\nmodel = \"m\"\n");
        let want = "model = \"m\"\n\n[projects.\"/q\"]\ntrust_level = \"trusted\"\n\n[projects.\"/a.b/c\"]\ntrust_level = \"trusted\"\n";
        assert_eq!(got, want);
    }
}
