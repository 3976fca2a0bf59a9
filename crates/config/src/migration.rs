//! The one change a server makes to an old home when it starts (persistence.md §1).

use toml_edit::DocumentMut;

use crate::{Config, Sources, edit};

const MARKER: &str = ".personality_migration";

impl Sources {
    /// Homes from before personalities that hold sessions keep the tone they had: unless the marker is there,
    /// `personality = "pragmatic"` is written – to the chosen profile, if there is one – where neither the top level nor
    /// that profile sets one. The marker is written in any case. `config` is what the process runs on, `has_sessions` is only asked when it matters; true
    /// when the user's file was changed.
    pub fn migrate_personality(
        &self,
        config: &Config,
        has_sessions: impl FnOnce() -> bool,
    ) -> Result<bool, edit::EditError> {
        let marker = self.home.path().join(MARKER);
        if marker.exists() {
            return Ok(false);
        }
        let change = config.personality.is_none() && has_sessions();
        if change {
            let exclusive = self.changing();
            let file = self.home.config_file();
            let mut doc: DocumentMut = edit::read(&file)?.parse()?;
            let pragmatic = toml::Value::String("pragmatic".to_owned());
            match &config.settings.profile {
                Some(profile) => edit::set(&mut doc, &["profiles", profile, "personality"], &pragmatic),
                None => edit::set(&mut doc, &["personality"], &pragmatic),
            }
            edit::write(&exclusive, &file, &doc.to_string())?;
        }
        std::fs::create_dir_all(self.home.path())?;
        std::fs::write(marker, "v1\n")?;
        Ok(change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Home, Overrides, Request};

    fn migrate(text: &str, sessions: bool) -> (bool, String) {
        let dir = tempfile::tempdir().unwrap();
        let sources = Sources {
            system: dir.path().join("none"),
            ..Sources::new(Home::at(dir.path()), Overrides::default())
        };
        std::fs::write(sources.home.config_file(), text).unwrap();
        let config = sources.load(&Request::default()).unwrap();
        let changed = sources.migrate_personality(&config, || sessions).unwrap();
        assert_eq!(std::fs::read_to_string(dir.path().join(MARKER)).unwrap(), "v1\n");
        assert!(
            !sources
                .migrate_personality(&config, || panic!("asked again"))
                .unwrap()
        );
        (
            changed,
            std::fs::read_to_string(sources.home.config_file()).unwrap(),
        )
    }

    #[test]
    fn an_old_home_with_sessions_stays_pragmatic() {
        let text = "model = \"m\" # c\n\n[tui]\ntheme = \"x\"\n";
        let want = "model = \"m\" # c\npersonality = \"pragmatic\"\n\n[tui]\ntheme = \"x\"\n";
        assert_eq!(migrate(text, true), (true, want.to_owned()));
    }

    #[test]
    fn a_chosen_profile_is_where_the_personality_goes() {
        let text = "profile = \"p\" # mine\n[profiles.p]\nmodel = \"m\"\n";
        assert_eq!(
            migrate(text, true),
            (true, format!("{text}personality = \"pragmatic\"\n"))
        );
    }

    #[test]
    fn a_new_home_and_one_with_a_personality_are_left_alone() {
        assert_eq!(migrate("", false), (false, String::new()));
        let text = "profile = \"p\"\n[profiles.p]\npersonality = \"friendly\"\n";
        assert_eq!(migrate(text, true), (false, text.to_owned()));
    }
}
