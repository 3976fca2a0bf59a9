//! CODEX_HOME: where it is, and the environment its `.env` file adds.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The folder everything is kept in; absolute, symbolic links resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    path: PathBuf,
}

/// Why there is no home. The texts are those of transport.md §1.1.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum HomeError {
    /// `CODEX_HOME` names nothing.
    #[error("CODEX_HOME points to {0:?}, but that path does not exist")]
    Missing(String),
    /// `CODEX_HOME` names a file.
    #[error("CODEX_HOME points to {0:?}, but that path is not a directory")]
    NotADirectory(String),
    /// `CODEX_HOME` cannot be looked at.
    #[error("failed to read CODEX_HOME {path:?}: {message}")]
    Unreadable {
        /// The value of the variable.
        path: String,
        /// The system's words.
        message: String,
    },
    /// Neither `CODEX_HOME` nor `HOME` is set.
    #[error("Could not find home directory")]
    NoUserHome,
}

impl Home {
    /// The home as this process's environment gives it.
    pub fn from_env() -> Result<Self, HomeError> {
        Self::resolve(
            std::env::var_os("CODEX_HOME").as_deref(),
            std::env::var_os("HOME").as_deref(),
        )
    }

    /// `CODEX_HOME` when it is set and not empty (it must be a folder), else `~/.codex`, which need not exist
    /// (transport.md §2).
    pub fn resolve(codex_home: Option<&OsStr>, user_home: Option<&OsStr>) -> Result<Self, HomeError> {
        let Some(value) = codex_home.filter(|v| !v.is_empty()) else {
            let user = user_home.filter(|v| !v.is_empty()).ok_or(HomeError::NoUserHome)?;
            return Ok(Self::at(Path::new(user).join(".codex")));
        };
        let shown = value.to_string_lossy().into_owned();
        let meta = std::fs::metadata(value).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => HomeError::Missing(shown.clone()),
            _ => HomeError::Unreadable {
                path: shown.clone(),
                message: e.to_string(),
            },
        })?;
        if !meta.is_dir() {
            return Err(HomeError::NotADirectory(shown));
        }
        let path = std::fs::canonicalize(value).map_err(|e| HomeError::Unreadable {
            path: shown,
            message: e.to_string(),
        })?;
        Ok(Self { path })
    }

    /// A home at `path`, which is taken as it is.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The user's configuration file.
    pub fn config_file(&self) -> PathBuf {
        self.path.join("config.toml")
    }

    /// What `$CODEX_HOME/.env` sets: names and values in the order of the file, those beginning with `CODEX_` (in any
    /// case) left out (transport.md §2). They override what the environment has. A missing or unreadable file sets
    /// nothing.
    pub fn dot_env(&self) -> Vec<(String, String)> {
        let Ok(text) = std::fs::read_to_string(self.path.join(".env")) else {
            return Vec::new();
        };
        crate::dot_env::parse(&text, |name| std::env::var(name).ok())
    }

    /// The folder of the databases: the setting, else `CODEX_SQLITE_HOME` (relative to the process's folder; blank
    /// counts as unset), else the home (config.md §1).
    pub fn sqlite_home(&self, setting: Option<&Path>, variable: Option<OsString>) -> PathBuf {
        if let Some(dir) = setting {
            return dir.to_owned();
        }
        match variable.filter(|v| !v.to_string_lossy().trim().is_empty()) {
            Some(dir) => {
                let dir = PathBuf::from(dir.to_string_lossy().trim());
                std::path::absolute(&dir).unwrap_or(dir)
            }
            None => self.path.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_that_is_missing_or_a_file_is_refused_with_the_reference_words() {
        let dir = tempfile::tempdir().unwrap();
        let missing = dir.path().join("gone");
        let err = Home::resolve(Some(missing.as_os_str()), None).unwrap_err();
        assert_eq!(
            err.to_string(),
            format!("CODEX_HOME points to {missing:?}, but that path does not exist")
        );
        let file = dir.path().join("file");
        std::fs::write(&file, "").unwrap();
        let err = Home::resolve(Some(file.as_os_str()), None).unwrap_err();
        assert_eq!(
            err.to_string(),
            format!("CODEX_HOME points to {file:?}, but that path is not a directory")
        );
    }

    #[test]
    fn a_linked_home_is_shown_by_its_real_path_and_an_empty_one_is_unset() {
        let dir = tempfile::tempdir().unwrap();
        let real = dir.path().canonicalize().unwrap().join("real");
        std::fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, dir.path().join("alias")).unwrap();
        let home = Home::resolve(Some(dir.path().join("alias").as_os_str()), None).unwrap();
        assert_eq!(home.path(), real);
        let home = Home::resolve(Some(OsStr::new("")), Some(OsStr::new("/u"))).unwrap();
        assert_eq!(home.path(), Path::new("/u/.codex"));
    }

    #[test]
    fn the_setting_beats_the_variable_and_a_blank_variable_is_none() {
        let home = Home::at("/h");
        assert_eq!(
            home.sqlite_home(Some(Path::new("/s")), Some("/v".into())),
            Path::new("/s")
        );
        assert_eq!(home.sqlite_home(None, Some("/v".into())), Path::new("/v"));
        assert_eq!(home.sqlite_home(None, Some("  ".into())), Path::new("/h"));
    }
}
