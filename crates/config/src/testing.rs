//! A home of its own for tests.

use std::path::PathBuf;

use crate::{Config, Home, Overrides, Request, Sources};

/// A home and a working folder of their own.
pub(crate) struct Place {
    pub(crate) sources: Sources,
    pub(crate) root: PathBuf,
    _dir: tempfile::TempDir,
}

impl Place {
    /// With this text in the user's file.
    pub(crate) fn new(text: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let home = root.join("home");
        std::fs::create_dir(&home).unwrap();
        let mut sources = Sources::new(Home::at(home), Overrides::default());
        sources.system = root.join("etc");
        sources.process_cwd = root.join("w");
        std::fs::create_dir(root.join("w")).unwrap();
        let place = Self {
            sources,
            root,
            _dir: dir,
        };
        place.put("home/config.toml", text);
        place
    }

    /// Writes a file; `$ROOT` in the text stands for the place.
    pub(crate) fn put(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text.replace("$ROOT", self.root.to_str().unwrap())).unwrap();
    }

    /// The sources of a second server on the same home.
    pub(crate) fn another_server(&self) -> Sources {
        Sources {
            system: self.sources.system.clone(),
            process_cwd: self.sources.process_cwd.clone(),
            ..Sources::new(self.sources.home.clone(), Overrides::default())
        }
    }

    pub(crate) fn user_text(&self) -> String {
        std::fs::read_to_string(self.sources.home.config_file()).unwrap()
    }

    pub(crate) fn load(&self, request: Request) -> Result<Config, String> {
        self.sources.load(&request).map_err(|e| e.to_string())
    }
}
