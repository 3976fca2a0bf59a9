//! Paths that are made absolute when they are read.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize};

/// An absolute path. Read from a relative one only within [`with_base`]; otherwise that is an error.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct AbsolutePath(pub PathBuf);

impl AbsolutePath {
    /// The path.
    pub fn as_path(&self) -> &Path {
        &self.0
    }
}

thread_local! {
    static BASE: RefCell<Option<PathBuf>> = const { RefCell::new(None) };
}

/// Runs `read`, in which relative paths are taken against `base`.
pub(crate) fn with_base<T>(base: &Path, read: impl FnOnce() -> T) -> T {
    struct Restore(Option<PathBuf>);
    impl Drop for Restore {
        fn drop(&mut self) {
            BASE.set(self.0.take());
        }
    }
    let _restore = Restore(BASE.replace(Some(base.to_owned())));
    read()
}

impl<'de> Deserialize<'de> for AbsolutePath {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        let text = PathBuf::deserialize(de)?;
        if text.is_absolute() {
            return Ok(Self(crate::paths::normalize(&text)));
        }
        BASE.with_borrow(|base| base.as_ref().map(|b| Self(crate::paths::resolve(&text, b))))
            .ok_or_else(|| serde::de::Error::custom("AbsolutePathBuf deserialized without a base path"))
    }
}

/// Where paths stand in the configuration: `*` is any key, `[]` any element.
pub(crate) const PATH_KEYS: &[&[&str]] = &[
    &["model_catalog_json"],
    &["model_instructions_file"],
    &["experimental_instructions_file"],
    &["experimental_compact_prompt_file"],
    &["zsh_path"],
    &["log_dir"],
    &["sqlite_home"],
    &["js_repl_node_path"],
    &["js_repl_node_module_dirs", "[]"],
    &["sandbox_workspace_write", "writable_roots", "[]"],
    &["agents", "*", "config_file"],
    &["skills", "config", "[]", "path"],
    &["model_providers", "*", "auth", "cwd"],
    &["profiles", "*", "model_catalog_json"],
    &["profiles", "*", "model_instructions_file"],
    &["profiles", "*", "experimental_instructions_file"],
    &["profiles", "*", "experimental_compact_prompt_file"],
    &["profiles", "*", "zsh_path"],
    &["profiles", "*", "js_repl_node_path"],
    &["profiles", "*", "js_repl_node_module_dirs", "[]"],
    &["otel", "*", "*", "tls", "ca-certificate"],
    &["otel", "*", "*", "tls", "client-certificate"],
    &["otel", "*", "*", "tls", "client-private-key"],
];
