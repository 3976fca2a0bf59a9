//! The system's keyring: the kernel's with the desktop's secret service behind it (account.md §3). Talking to it blocks.

use std::path::Path;

use sha2::{Digest as _, Sha256};

const SERVICE: &str = "Codex Auth";

/// Where one secret is kept.
pub(crate) trait Vault: std::fmt::Debug + Send + Sync {
    /// The secret; `None`: there is none.
    fn get(&self) -> Result<Option<String>, VaultError>;
    /// Replaces it.
    fn set(&self, secret: &str) -> Result<(), VaultError>;
    /// Removes it, if there is one.
    fn delete(&self) -> Result<(), VaultError>;
}

/// Why a keyring does not do as it is told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VaultError {
    /// Nobody answers.
    #[error("Platform secure storage failure: no secret service provider or dbus session found")]
    OutOfReach,
    /// Anything else.
    #[error(transparent)]
    Keyring(keyring::Error),
}

/// The entry of one home.
#[derive(Debug)]
pub(crate) struct SystemKeyring {
    account: String,
}

impl SystemKeyring {
    pub(crate) fn new(codex_home: &Path) -> Self {
        Self {
            account: account(codex_home),
        }
    }

    fn entry(&self) -> Result<keyring::Entry, VaultError> {
        keyring::Entry::new(SERVICE, &self.account).map_err(told)
    }
}

impl Vault for SystemKeyring {
    fn get(&self) -> Result<Option<String>, VaultError> {
        match self.entry()?.get_password() {
            Ok(secret) => Ok(Some(secret)),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(e) => Err(told(e)),
        }
    }

    fn set(&self, secret: &str) -> Result<(), VaultError> {
        self.entry()?.set_password(secret).map_err(told)
    }

    fn delete(&self) -> Result<(), VaultError> {
        match self.entry()?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(e) => Err(told(e)),
        }
    }
}

/// The kernel's keyring is always there; what comes from the bus says that nobody is behind it.
fn told(error: keyring::Error) -> VaultError {
    tracing::debug!(%error, "the keyring failed");
    match &error {
        keyring::Error::PlatformFailure(cause) if cause.to_string().starts_with("DBus error") => {
            VaultError::OutOfReach
        }
        _ => VaultError::Keyring(error),
    }
}

/// The entry's account: the home by the digest of its path without links.
fn account(codex_home: &Path) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    let home = std::fs::canonicalize(codex_home).unwrap_or_else(|_| codex_home.to_owned());
    let digest = Sha256::digest(home.as_os_str().as_bytes());
    let start: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("cli|{start}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_is_known_by_its_path_without_links() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(dir.path(), &link).unwrap();
        assert_eq!(account(&link), account(dir.path()));
        assert_eq!(account(Path::new("/nowhere/home")).len(), "cli|".len() + 16);
        assert_eq!(account(Path::new("/")), "cli|8a5edab282632443");
    }
}
