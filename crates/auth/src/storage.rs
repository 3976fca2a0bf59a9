//! Where credentials are kept, and the format of `auth.json`, which is that of every place (account.md §3).

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keyring::{SystemKeyring, Vault, VaultError};
use crate::{ChatgptCredentials, Credentials, IdClaims};

/// Where credentials are kept.
#[derive(Debug, Clone)]
pub struct Store {
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    File(PathBuf),
    Keyring {
        keyring: Arc<dyn Vault>,
        codex_home: PathBuf,
        or_file: bool,
    },
    Memory(Arc<Mutex<Option<AuthFile>>>),
}

/// Why credentials were not saved or removed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system refuses.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The document cannot be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The keyring does not take them.
    #[error("failed to write OAuth tokens to keyring: {0}")]
    Save(String),
    /// The keyring does not let go of them.
    #[error("failed to delete auth from keyring: {0}")]
    Delete(String),
}

impl Store {
    /// `auth.json` in this folder.
    pub fn file(codex_home: impl Into<PathBuf>) -> Self {
        let place = Place::File(codex_home.into());
        Self { place }
    }

    /// The system's keyring, which keeps one entry for each home. Out of its reach nobody is signed in or can sign in.
    pub fn keyring(codex_home: impl Into<PathBuf>) -> Self {
        let codex_home = codex_home.into();
        Self::in_vault(Arc::new(SystemKeyring::new(&codex_home)), codex_home, false)
    }

    /// The keyring, and `auth.json` where there is none or it holds nothing.
    pub fn keyring_or_file(codex_home: impl Into<PathBuf>) -> Self {
        let codex_home = codex_home.into();
        Self::in_vault(Arc::new(SystemKeyring::new(&codex_home)), codex_home, true)
    }

    /// This process's memory.
    pub fn ephemeral() -> Self {
        let place = Place::Memory(Arc::default());
        Self { place }
    }

    fn in_vault(keyring: Arc<dyn Vault>, codex_home: PathBuf, or_file: bool) -> Self {
        let place = Place::Keyring {
            keyring,
            codex_home,
            or_file,
        };
        Self { place }
    }

    /// Whether nothing survives the process.
    pub fn is_ephemeral(&self) -> bool {
        matches!(self.place, Place::Memory(_))
    }

    /// What is stored; `None` when there is nothing or nothing readable, which means that nobody is signed in.
    pub fn load(&self) -> Option<AuthFile> {
        match &self.place {
            Place::Memory(kept) => kept.lock().unwrap_or_else(|e| e.into_inner()).clone(),
            Place::File(home) => read(home),
            Place::Keyring {
                keyring,
                codex_home,
                or_file,
            } => match keyring.get() {
                Ok(Some(document)) => parse(document.as_bytes()),
                Ok(None) if *or_file => read(codex_home),
                Ok(None) => None,
                Err(error) => {
                    tracing::warn!("cannot read credentials from the keyring: {error}");
                    or_file.then(|| read(codex_home)).flatten()
                }
            },
        }
    }

    /// Replaces what is stored.
    pub fn save(&self, file: &AuthFile) -> Result<(), StoreError> {
        match &self.place {
            Place::Memory(kept) => {
                *kept.lock().unwrap_or_else(|e| e.into_inner()) = Some(file.clone());
                Ok(())
            }
            Place::File(home) => write(home, file),
            Place::Keyring {
                keyring,
                codex_home,
                or_file,
            } => match keyring.set(&serde_json::to_string(file)?) {
                // A second copy would outlive the one that counts.
                Ok(()) => Ok(codex_replace::remove(&path(codex_home))?),
                Err(error) if *or_file => {
                    tracing::warn!("credentials go to auth.json, for the keyring fails: {error}");
                    write(codex_home, file)
                }
                Err(error) => Err(StoreError::Save(error.to_string())),
            },
        }
    }

    /// Removes what is stored, if there is anything.
    pub fn delete(&self) -> Result<(), StoreError> {
        match &self.place {
            Place::Memory(kept) => {
                *kept.lock().unwrap_or_else(|e| e.into_inner()) = None;
                Ok(())
            }
            Place::File(home) => Ok(codex_replace::remove(&path(home))?),
            Place::Keyring {
                keyring,
                codex_home,
                or_file,
            } => {
                let file = path(codex_home);
                match keyring.delete() {
                    Ok(()) => {}
                    // Nobody could put anything there either: the file is where a login went.
                    Err(VaultError::OutOfReach) if *or_file => {}
                    Err(error) => return Err(StoreError::Delete(error.to_string())),
                }
                Ok(codex_replace::remove(&file)?)
            }
        }
    }
}

/// How somebody signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthMode {
    /// With an API key.
    #[serde(rename = "apikey")]
    ApiKey,
    /// With a ChatGPT account; we keep the tokens.
    #[serde(rename = "chatgpt")]
    Chatgpt,
    /// With a ChatGPT account; the client keeps the tokens.
    #[serde(rename = "chatgptAuthTokens")]
    ChatgptAuthTokens,
    /// As an agent.
    #[serde(rename = "agentIdentity")]
    AgentIdentity,
}

/// The document.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuthFile {
    /// How somebody signed in; guessed from the other members when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_mode: Option<AuthMode>,
    /// The key.
    #[serde(default, rename = "OPENAI_API_KEY")]
    pub api_key: Option<String>,
    /// The tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
    /// When the tokens were last renewed.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "instant")]
    pub last_refresh: Option<Timestamp>,
    /// An agent's token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_identity: Option<String>,
}

/// Tokens of a ChatGPT account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Says who it is.
    pub id_token: String,
    /// Goes into requests.
    pub access_token: String,
    /// Gets new tokens.
    pub refresh_token: String,
    /// The workspace.
    #[serde(default)]
    pub account_id: Option<String>,
}

/// RFC 3339 with any offset on reading, UTC on writing.
mod instant {
    use super::{Deserialize, Timestamp};

    pub(super) fn serialize<S: serde::Serializer>(v: &Option<Timestamp>, s: S) -> Result<S::Ok, S::Error> {
        match v {
            Some(t) => s.collect_str(t),
            None => s.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Option<Timestamp>, D::Error> {
        let text = Option::<String>::deserialize(d)?;
        text.map(|t| t.parse().map_err(serde::de::Error::custom))
            .transpose()
    }
}

impl std::fmt::Debug for AuthFile {
    /// Shows the kind, never a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("AuthFile").field(&self.mode()).finish()
    }
}

impl std::fmt::Debug for Tokens {
    /// Shows the account, never a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Tokens").field(&self.account_id).finish()
    }
}

impl AuthFile {
    /// The document of a login with a key.
    pub fn with_api_key(key: impl Into<String>) -> Self {
        Self {
            auth_mode: Some(AuthMode::ApiKey),
            api_key: Some(key.into()),
            ..Self::default()
        }
    }

    /// The mode, guessed where it is not said: a key before tokens.
    pub fn mode(&self) -> AuthMode {
        self.auth_mode.unwrap_or(if self.api_key.is_some() {
            AuthMode::ApiKey
        } else {
            AuthMode::Chatgpt
        })
    }

    /// The token of an agent's identity, where this document is one.
    pub fn agent(&self) -> Option<&str> {
        (self.mode() == AuthMode::AgentIdentity)
            .then_some(self.agent_identity.as_deref())
            .flatten()
    }

    /// Who is signed in by this document; nobody when what the mode needs is missing or unreadable.
    pub fn credentials(&self) -> Option<Credentials> {
        match self.mode() {
            AuthMode::ApiKey => self.api_key.clone().map(Credentials::ApiKey),
            mode @ (AuthMode::Chatgpt | AuthMode::ChatgptAuthTokens) => {
                let claims = match &self.tokens {
                    Some(tokens) => IdClaims::parse(&tokens.id_token).ok()?,
                    None => IdClaims::default(),
                };
                let (tokens, last_refresh) = (self.tokens.clone(), self.last_refresh);
                Some(Credentials::Chatgpt(Box::new(ChatgptCredentials {
                    mode,
                    tokens,
                    claims,
                    last_refresh,
                })))
            }
            // An agent's token has to be proved before it counts ([`Self::agent`]).
            AuthMode::AgentIdentity => None,
        }
    }
}

/// The file's place.
pub fn path(codex_home: &Path) -> PathBuf {
    codex_home.join("auth.json")
}

fn read(codex_home: &Path) -> Option<AuthFile> {
    parse(&std::fs::read(path(codex_home)).ok()?)
}

fn parse(document: &[u8]) -> Option<AuthFile> {
    match serde_json::from_slice(document) {
        Ok(file) => Some(file),
        Err(err) => {
            tracing::debug!(%err, "the stored credentials are unreadable");
            None
        }
    }
}

/// Pretty JSON without a final newline, for the owner only.
fn write(codex_home: &Path, file: &AuthFile) -> Result<(), StoreError> {
    Ok(codex_replace::replace(
        &path(codex_home),
        &serde_json::to_vec_pretty(file)?,
    )?)
}

#[cfg(test)]
mod tests {
    use std::sync::MutexGuard;

    use serde_json::json;

    use super::*;
    use crate::token::jwt;

    fn parse(text: &str) -> Option<Credentials> {
        serde_json::from_str::<AuthFile>(text).ok()?.credentials()
    }

    /// A keyring in memory; `None`: out of reach.
    #[derive(Debug)]
    struct Fake(Option<Mutex<Option<String>>>);

    impl Fake {
        fn secret(&self) -> Result<MutexGuard<'_, Option<String>>, VaultError> {
            Ok(self.0.as_ref().ok_or(VaultError::OutOfReach)?.lock().unwrap())
        }
    }

    impl Vault for Fake {
        fn get(&self) -> Result<Option<String>, VaultError> {
            Ok(self.secret()?.clone())
        }
        fn set(&self, secret: &str) -> Result<(), VaultError> {
            *self.secret()? = Some(secret.to_owned());
            Ok(())
        }
        fn delete(&self) -> Result<(), VaultError> {
            *self.secret()? = None;
            Ok(())
        }
    }

    fn in_vault(home: &Path, in_reach: bool, or_file: bool) -> Store {
        let vault = in_reach.then(|| Mutex::new(None));
        Store::in_vault(Arc::new(Fake(vault)), home.to_owned(), or_file)
    }

    fn key(store: &Store) -> Option<String> {
        store.load()?.api_key
    }

    #[test]
    fn a_key_login_writes_exactly_two_members() {
        let home = tempfile::tempdir().unwrap();
        let nested = home.path().join("new");
        Store::file(&nested)
            .save(&AuthFile::with_api_key("sk-1"))
            .unwrap();
        let text = std::fs::read_to_string(path(&nested)).unwrap();
        assert_eq!(
            text,
            "{\n  \"auth_mode\": \"apikey\",\n  \"OPENAI_API_KEY\": \"sk-1\"\n}"
        );
    }

    #[test]
    fn a_keyring_out_of_reach_leaves_the_file_alone() {
        let home = tempfile::tempdir().unwrap();
        let store = in_vault(home.path(), false, false);
        let unreachable = "Platform secure storage failure: no secret service provider or dbus session found";
        assert_eq!(
            store.save(&AuthFile::with_api_key("k")).unwrap_err().to_string(),
            format!("failed to write OAuth tokens to keyring: {unreachable}")
        );
        assert!(!path(home.path()).exists());
        Store::file(home.path())
            .save(&AuthFile::with_api_key("old"))
            .unwrap();
        assert_eq!(key(&store), None);
        assert_eq!(
            store.delete().unwrap_err().to_string(),
            format!("failed to delete auth from keyring: {unreachable}")
        );
        assert_eq!(key(&Store::file(home.path())).as_deref(), Some("old"));
    }

    #[test]
    fn a_keyring_takes_the_place_of_the_file() {
        let home = tempfile::tempdir().unwrap();
        for or_file in [false, true] {
            let store = in_vault(home.path(), true, or_file);
            Store::file(home.path())
                .save(&AuthFile::with_api_key("old"))
                .unwrap();
            assert_eq!(key(&store).as_deref(), or_file.then_some("old"));
            store.save(&AuthFile::with_api_key("k")).unwrap();
            assert_eq!(key(&store).as_deref(), Some("k"));
            assert!(!path(home.path()).exists());
            store.delete().unwrap();
            assert_eq!(key(&store), None);
        }
    }

    #[test]
    fn auto_signs_in_and_out_without_a_keyring() {
        let home = tempfile::tempdir().unwrap();
        let store = in_vault(home.path(), false, true);
        store.save(&AuthFile::with_api_key("k")).unwrap();
        assert_eq!(key(&store).as_deref(), Some("k"));
        store.delete().unwrap();
        assert!(!path(home.path()).exists());
    }

    #[test]
    fn the_mode_is_guessed_and_a_key_goes_before_tokens() {
        let key = parse(r#"{"OPENAI_API_KEY":"k","tokens":null}"#);
        assert!(matches!(key, Some(Credentials::ApiKey(key)) if key == "k"));
        for nobody in [
            r#"{"auth_mode":"ApiKey","OPENAI_API_KEY":"k"}"#,
            r#"{"auth_mode":"apikey"}"#,
            r#"{"auth_mode":"agentIdentity","agent_identity":"x"}"#,
            r#"{"OPENAI_API_KEY":"k"} trailing"#,
        ] {
            assert!(parse(nobody).is_none(), "{nobody}");
        }
    }

    #[test]
    fn tokens_are_read_with_any_offset_and_written_as_they_were() {
        let token = jwt(&json!({"email": "a@b"}));
        let text = json!({"tokens": {"id_token": token, "access_token": "a", "refresh_token": "r"},
            "last_refresh": "2026-01-02T05:04:05.678901234+02:00"})
        .to_string();
        let file: AuthFile = serde_json::from_str(&text).unwrap();
        assert_eq!(file.credentials().unwrap().mode(), AuthMode::Chatgpt);
        let back = serde_json::to_value(&file).unwrap();
        assert_eq!(back["last_refresh"], "2026-01-02T03:04:05.678901234Z");
        assert_eq!(
            (&back["tokens"]["account_id"], &back["OPENAI_API_KEY"]),
            (&json!(null), &json!(null))
        );
        assert!(parse(&text.replace("2026-01-02", "no date")).is_none());
    }
}
