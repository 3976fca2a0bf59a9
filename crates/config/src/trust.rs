//! Trusting projects: the entry in the user's file, and when a thread's start makes one (config.md §8).

use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, value};

use crate::{Config, Request, SandboxMode, Sources, TrustLevel, edit, project};

impl Sources {
    /// The configuration for a thread that starts. When the request names a folder whose project is undecided and the
    /// thread may write there, the project becomes trusted in the user's file first, so that its own settings count at
    /// once (threads.md §2.4). A file that cannot be written only costs the entry.
    pub fn load_for_start(&self, request: &Request) -> Result<Config, crate::ConfigError> {
        let undecided = |config: &Config| {
            request.cwd.is_some() && config.trust.is_none() && wants_to_write(request, config)
        };
        let config = self.load(request)?;
        if !undecided(&config) {
            return Ok(config);
        }
        {
            let exclusive = self.changing();
            // Somebody may have decided meanwhile.
            let config = self.load(request)?;
            if !undecided(&config) {
                return Ok(config);
            }
            let folder = project::trust_target(&config.cwd);
            if let Err(err) = self.decide(&exclusive, &folder, TrustLevel::Trusted) {
                tracing::warn!(%err, "could not record that the project is trusted");
                return Ok(config);
            }
        }
        self.load(request)
    }

    /// Writes `[projects."FOLDER"] trust_level = …` into the user's file, whose other text stays.
    fn decide(
        &self,
        exclusive: &edit::Exclusive<'_>,
        folder: &Path,
        level: TrustLevel,
    ) -> Result<(), edit::EditError> {
        let file = self.home.config_file();
        let mut doc: DocumentMut = edit::read(&file)?.parse()?;
        put(&mut doc, &folder.to_string_lossy(), level);
        edit::write(exclusive, &file, &doc.to_string())
    }
}

fn put(doc: &mut DocumentMut, folder: &str, level: TrustLevel) {
    let root = doc.as_table_mut();
    let was_table = root.get("projects").is_some_and(Item::is_table);
    if !root.contains_key("projects") {
        root.insert("projects", Item::Table(Table::new()));
    }
    let Some(projects) = edit::standard_table(root, "projects") else {
        return;
    };
    if !was_table {
        // It needs no header of its own: each member has one, as the new one has.
        projects.set_implicit(true);
        let members: Vec<String> = projects.iter().map(|(key, _)| key.to_owned()).collect();
        for key in members {
            edit::standard_table(projects, &key);
        }
    }
    if !projects.contains_key(folder) {
        projects.insert(folder, Item::Table(Table::new()));
    }
    if let Some(entry) = edit::standard_table(projects, folder) {
        entry["trust_level"] = value(match level {
            TrustLevel::Trusted => "trusted",
            TrustLevel::Untrusted => "untrusted",
        });
    }
    if !was_table {
        // What stood before the inline table stands before the first header now.
        let before = projects.decor().prefix().cloned();
        if let (Some(before), Some((_, Item::Table(first)))) = (before, projects.iter_mut().next()) {
            first.decor_mut().set_prefix(before);
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
    use crate::testing::Place;

    fn after(text: &str) -> String {
        let mut doc: DocumentMut = text.parse().unwrap();
        put(&mut doc, "/a.b/c", TrustLevel::Trusted);
        let text = doc.to_string();
        toml::from_str::<toml::Table>(&text).expect(&text);
        text
    }

    const ENTRY: &str = "[projects.\"/a.b/c\"]\ntrust_level = \"trusted\"\n";

    #[test]
    fn the_entry_is_added_and_the_rest_of_the_text_stays() {
        let tables = [
            "model = \"m\"   # mine\n\n# a remark\n[projects.\"/x\"]\ntrust_level = \"untrusted\"\n",
            "# looked at\n[projects] # see wiki\n\n# x\n[projects.\"/x\"] # hx\ntrust_level = \"trusted\"\n",
            "[projects]\n# the work tree\n\"/x\" = { trust_level = \"trusted\" } # mine\n",
            "[projects]\n\"/x\".trust_level = \"trusted\" # dotted\n",
            "[projects]\n",
        ];
        for text in tables {
            assert_eq!(after(text), format!("{text}\n{ENTRY}"));
        }
        assert_eq!(after(""), ENTRY);
    }

    #[test]
    fn an_inline_table_becomes_tables_with_headers_below_its_comment() {
        let got = after("projects = { \"/q\" = { trust_level = \"trusted\" } }\nmodel = \"m\"\n");
        let q = "[projects.\"/q\"]\ntrust_level = \"trusted\"\n";
        assert_eq!(got, format!("model = \"m\"\n\n{q}\n{ENTRY}"));
        let got = after("a = 1\n# c\nprojects = { \"/q\" = { trust_level = \"trusted\" } }\n");
        assert_eq!(got, format!("a = 1\n\n# c\n{q}\n{ENTRY}"));
        let got = after("# c\nprojects = {}\n");
        assert_eq!(got, format!("# c\n{ENTRY}"));
    }

    #[test]
    fn an_entry_about_the_folder_keeps_what_else_it_says() {
        let got = after("[projects]\n# c\n\"/a.b/c\" = { x = 1 }\n");
        assert_eq!(
            got,
            "[projects]\n# c\n[projects.\"/a.b/c\" ]\nx = 1\ntrust_level = \"trusted\"\n"
        );
    }

    #[test]
    fn starts_side_by_side_and_in_two_servers_all_leave_their_entry() {
        let place = Place::new("model = \"m\"\n");
        let other = place.another_server();
        let folders: Vec<_> = (0..12).map(|n| place.root.join(format!("w{n}"))).collect();
        std::thread::scope(|scope| {
            for (n, folder) in folders.iter().enumerate() {
                let sources = if n % 2 == 0 { &place.sources } else { &other };
                scope.spawn(move || {
                    let request = Request {
                        cwd: Some(folder.clone()),
                        sandbox: Some(SandboxMode::WorkspaceWrite),
                        ..Request::default()
                    };
                    let config = sources.load_for_start(&request).unwrap();
                    assert_eq!(config.trust, Some(TrustLevel::Trusted));
                });
            }
        });
        assert_eq!(place.user_text().matches("trust_level").count(), folders.len());
    }
}
