//! `auth.json`: its format, and reading, writing and removing it (account.md §3).

use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ChatgptCredentials, Credentials, IdClaims};

/// Where credentials are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Store {
    /// `auth.json` in this folder.
    File(PathBuf),
    /// This process's memory.
    Ephemeral,
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
            // An agent's token has to be proved to its issuer before it counts, which nothing here does.
            AuthMode::AgentIdentity => None,
        }
    }
}

/// The file's place.
pub fn path(codex_home: &Path) -> PathBuf {
    codex_home.join("auth.json")
}

/// The document in `codex_home`; `None` when it is missing or unreadable in any way, which means nobody is signed in.
pub fn read(codex_home: &Path) -> Option<AuthFile> {
    let bytes = std::fs::read(path(codex_home)).ok()?;
    match serde_json::from_slice(&bytes) {
        Ok(file) => Some(file),
        Err(err) => {
            tracing::debug!(%err, "auth.json is unreadable");
            None
        }
    }
}

/// Replaces the document: pretty JSON without a final newline, mode 0600 (a stricter or looser mode that the file has
/// is left, but others never get access), through symbolic links. It is written beside and renamed, so that a crash
/// leaves the old or the new one. A missing home is created.
pub fn write(codex_home: &Path, file: &AuthFile) -> std::io::Result<()> {
    std::fs::create_dir_all(codex_home)?;
    let path = path(codex_home);
    let target = std::fs::canonicalize(&path).unwrap_or(path);
    let mode = match std::fs::metadata(&target) {
        // A folder in the way is told as such; a rename would speak of something else.
        Ok(meta) if meta.is_dir() => return Err(std::io::Error::from_raw_os_error(21)),
        Ok(meta) => meta.permissions().mode() & 0o700,
        Err(_) => 0o600,
    };
    let folder = target.parent().unwrap_or(codex_home);
    let mut temp = tempfile::Builder::new()
        .prefix(".auth.json.")
        .make_in(folder, |p| {
            std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(p)
        })?;
    temp.write_all(&serde_json::to_vec_pretty(file)?)?;
    temp.as_file()
        .set_permissions(std::fs::Permissions::from_mode(mode | 0o600))?;
    temp.as_file().sync_all()?;
    temp.into_temp_path().persist(&target).map_err(|e| e.error)
}

/// Removes the document; true when there was one.
pub fn remove(codex_home: &Path) -> std::io::Result<bool> {
    match std::fs::remove_file(path(codex_home)) {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::jwt;
    use serde_json::json;

    fn parse(text: &str) -> Option<Credentials> {
        serde_json::from_str::<AuthFile>(text).ok()?.credentials()
    }

    #[test]
    fn a_key_login_writes_exactly_two_members_for_the_owner_only() {
        let home = tempfile::tempdir().unwrap();
        let nested = home.path().join("new");
        write(&nested, &AuthFile::with_api_key("sk-1")).unwrap();
        let text = std::fs::read_to_string(path(&nested)).unwrap();
        assert_eq!(
            text,
            "{\n  \"auth_mode\": \"apikey\",\n  \"OPENAI_API_KEY\": \"sk-1\"\n}"
        );
        assert_eq!(
            std::fs::metadata(path(&nested)).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(std::fs::read_dir(&nested).unwrap().count(), 1);
    }

    #[test]
    fn a_link_is_written_through_and_others_lose_access() {
        let home = tempfile::tempdir().unwrap();
        let real = home.path().join("real.json");
        std::fs::write(&real, "{}").unwrap();
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o644)).unwrap();
        std::os::unix::fs::symlink(&real, path(home.path())).unwrap();
        write(home.path(), &AuthFile::with_api_key("k")).unwrap();
        assert!(std::fs::symlink_metadata(path(home.path())).unwrap().is_symlink());
        assert!(std::fs::read_to_string(&real).unwrap().contains("\"k\""));
        assert_eq!(
            std::fs::metadata(&real).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn a_folder_in_the_way_is_told_in_the_systems_words() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(path(home.path())).unwrap();
        let err = write(home.path(), &AuthFile::with_api_key("k")).unwrap_err();
        assert_eq!(err.to_string(), "Is a directory (os error 21)");
    }

    #[test]
    fn the_mode_is_guessed_and_a_key_goes_before_tokens() {
        assert_eq!(
            parse(r#"{"OPENAI_API_KEY":"k","tokens":null}"#),
            Some(Credentials::ApiKey("k".into()))
        );
        assert_eq!(parse(r#"{"auth_mode":"ApiKey","OPENAI_API_KEY":"k"}"#), None);
        assert_eq!(parse(r#"{"auth_mode":"apikey"}"#), None);
        assert_eq!(
            parse(r#"{"auth_mode":"agentIdentity","agent_identity":"x"}"#),
            None
        );
        assert_eq!(parse(r#"{"OPENAI_API_KEY":"k"} trailing"#), None);
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
        assert_eq!(parse(&text.replace("2026-01-02", "no date")), None);
    }
}
