//! The service that issues tokens: its addresses, what it is asked, and what its refusals mean (account.md §4–§6).

use std::sync::RwLock;
use std::time::Duration;

use codex_http::Clients;
use http::StatusCode;
use http::header::{CONTENT_TYPE, USER_AGENT};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::storage::Tokens;

/// Who we are to the issuer.
pub(crate) const CLIENT_ID: &str = "app_EMoamEEZ73f0CkXaXp7hrann";
const ISSUER: &str = "https://auth.openai.com";

/// A service that hangs must not hold up whoever waits for the account.
const PATIENCE: Duration = Duration::from_secs(60);
const REVOCATION_PATIENCE: Duration = Duration::from_secs(10);
/// More of an answer is not read.
const LONGEST_ANSWER: usize = 1 << 20;

/// Who asks, as services are told.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// `originator`.
    pub originator: String,
    /// `User-Agent`.
    pub user_agent: String,
}

/// Where the issuer is.
#[derive(Debug, Clone)]
pub(crate) struct Issuer {
    /// Without a slash at its end.
    pub(crate) address: String,
    refresh: String,
    revoke: String,
    /// Where agents register, without a slash at its end.
    pub(crate) agents: String,
}

impl Issuer {
    /// As the environment says.
    pub(crate) fn from_environment() -> Self {
        Self::new(ISSUER, &|name| std::env::var(name).ok())
    }

    pub(crate) fn new(address: &str, env: &dyn Fn(&str) -> Option<String>) -> Self {
        let refresh = env("CODEX_REFRESH_TOKEN_URL_OVERRIDE");
        let beside_refresh = || {
            let mut url = url::Url::parse(refresh.as_deref()?).ok()?;
            url.set_path("/oauth/revoke");
            url.set_query(None);
            Some(url.into())
        };
        let agents = env("CODEX_AGENT_IDENTITY_AUTHAPI_BASE_URL");
        let agents = agents.as_deref().map(|url| url.trim().trim_end_matches('/'));
        Self {
            address: address.to_owned(),
            agents: match agents {
                Some(url) if !url.is_empty() => url.to_owned(),
                _ => format!("{address}/api/accounts"),
            },
            revoke: env("CODEX_REVOKE_TOKEN_URL_OVERRIDE")
                .or_else(beside_refresh)
                .unwrap_or_else(|| format!("{address}/oauth/revoke")),
            refresh: refresh.unwrap_or_else(|| format!("{address}/oauth/token")),
        }
    }
}

/// An answer as it came.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

/// The way to the issuer, and to the backend of its accounts.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) clients: Clients,
    pub(crate) issuer: Issuer,
    pub(crate) caller: RwLock<Caller>,
}

/// Tokens of a login.
#[derive(Debug, Deserialize)]
pub(crate) struct NewTokens {
    pub(crate) id_token: String,
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

/// Tokens of a renewal: those that changed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RenewedTokens {
    pub(crate) id_token: Option<String>,
    pub(crate) access_token: Option<String>,
    pub(crate) refresh_token: Option<String>,
}

/// Why tokens were not renewed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefreshError {
    /// They never will be.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// They may be another time.
    #[error("{0}")]
    Transient(String),
}

/// Why tokens will never be renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Refusal {
    #[error("The login has expired: its refresh token is too old. Log out and sign in again.")]
    Expired,
    #[error(
        "The login's refresh token was used before, perhaps by another program. Log out and sign in again."
    )]
    Reused,
    #[error("The login was revoked. Log out and sign in again.")]
    Revoked,
    #[error("The login could not be renewed. Log out and sign in again.")]
    Other,
    #[error(
        "The login could not be renewed, for its credentials were removed or replaced by another account's. Sign in again."
    )]
    AccountChanged,
}

impl Refusal {
    /// What a 401 of the issuer means.
    fn of(body: &Value) -> Self {
        let error = &body["error"];
        let code = [&error["code"], error, &body["code"]];
        let code = code.into_iter().find_map(Value::as_str).unwrap_or_default();
        match code.to_ascii_lowercase().as_str() {
            "refresh_token_expired" => Self::Expired,
            "refresh_token_reused" => Self::Reused,
            "refresh_token_invalidated" => Self::Revoked,
            _ => Self::Other,
        }
    }
}

impl Service {
    pub(crate) fn new(clients: Clients, issuer: Issuer) -> Self {
        Self {
            clients,
            issuer,
            caller: RwLock::default(),
        }
    }

    pub(crate) fn caller(&self) -> Caller {
        self.caller.read().unwrap_or_else(|e| e.into_inner()).clone()
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(
        &self,
        url: &str,
        patience: Duration,
        shape: impl FnOnce(&reqwest::Client) -> reqwest::RequestBuilder,
    ) -> Result<Answer, String> {
        let client = self.clients.client_for(url).map_err(|e| e.to_string())?;
        let sent = shape(client).timeout(patience).send().await;
        let mut response = sent.map_err(|e| e.to_string())?;
        let content_type = response.headers().get(CONTENT_TYPE);
        let content_type = content_type
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|e| e.to_string())? {
            body.extend_from_slice(&piece);
            if body.len() > LONGEST_ANSWER {
                return Err(format!(
                    "the answer of {url} is longer than {LONGEST_ANSWER} bytes"
                ));
            }
        }
        Ok(Answer {
            status: response.status(),
            content_type,
            body,
        })
    }

    async fn post_form(&self, url: &str, fields: &[(&str, &str)]) -> Result<Answer, String> {
        let body = pairs(fields);
        self.send(url, PATIENCE, |client| {
            client
                .post(url)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body)
        })
        .await
    }

    pub(crate) async fn post_json(&self, url: &str, body: &Value) -> Result<Answer, String> {
        self.post_json_within(url, body, PATIENCE).await
    }

    pub(crate) async fn post_json_within(
        &self,
        url: &str,
        body: &Value,
        patience: Duration,
    ) -> Result<Answer, String> {
        self.send(url, patience, |client| json_request(client, url, body))
            .await
    }

    async fn post_json_as_caller(
        &self,
        url: &str,
        body: &Value,
        patience: Duration,
    ) -> Result<Answer, String> {
        let caller = self.caller();
        self.send(url, patience, |client| {
            json_request(client, url, body)
                .header("originator", caller.originator)
                .header(USER_AGENT, caller.user_agent)
        })
        .await
    }

    /// Tokens for the code that a browser or another device brought.
    pub(crate) async fn exchange_code(
        &self,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
    ) -> Result<NewTokens, String> {
        let url = format!("{}/oauth/token", self.issuer.address);
        let answer = self
            .post_form(
                &url,
                &[
                    ("grant_type", "authorization_code"),
                    ("code", code),
                    ("redirect_uri", redirect_uri),
                    ("client_id", CLIENT_ID),
                    ("code_verifier", verifier),
                ],
            )
            .await?;
        if !answer.status.is_success() {
            let detail = refusal_detail(&answer.text());
            return Err(format!(
                "token endpoint returned status {}: {detail}",
                answer.status
            ));
        }
        serde_json::from_slice(&answer.body).map_err(|_| "error decoding response body".to_owned())
    }

    /// A key for the account, if it can have one.
    pub(crate) async fn exchange_key(&self, id_token: &str) -> Option<String> {
        #[derive(Deserialize)]
        struct Key {
            access_token: String,
        }
        let url = format!("{}/oauth/token", self.issuer.address);
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("client_id", CLIENT_ID),
            ("requested_token", "openai-api-key"),
            ("subject_token", id_token),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:id_token"),
        ];
        let answer = self.post_form(&url, &fields).await.ok()?;
        let key = answer.status.is_success().then_some(&answer.body)?;
        serde_json::from_slice::<Key>(key)
            .ok()
            .map(|key| key.access_token)
    }

    /// New tokens for an old refresh token.
    pub(crate) async fn renew(&self, refresh_token: &str) -> Result<RenewedTokens, RefreshError> {
        let body =
            json!({"client_id": CLIENT_ID, "grant_type": "refresh_token", "refresh_token": refresh_token});
        let answer = self
            .post_json_as_caller(&self.issuer.refresh, &body, PATIENCE)
            .await
            .map_err(RefreshError::Transient)?;
        if answer.status.is_success() {
            return serde_json::from_slice(&answer.body).map_err(|e| RefreshError::Transient(e.to_string()));
        }
        let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if answer.status == StatusCode::UNAUTHORIZED {
            return Err(Refusal::of(&said).into());
        }
        let text = answer.text();
        let detail = match said["error"]["message"].as_str() {
            Some(message) => message,
            None if text.is_empty() => "Unknown error",
            None => &text,
        };
        let status = answer.status;
        Err(RefreshError::Transient(format!(
            "Failed to refresh token: {status}: {detail}"
        )))
    }

    /// Gives tokens back. That it fails is nobody's concern: they expire.
    pub(crate) async fn revoke(&self, tokens: &Tokens) {
        let body = if !tokens.refresh_token.is_empty() {
            json!({"token": tokens.refresh_token, "token_type_hint": "refresh_token", "client_id": CLIENT_ID})
        } else if !tokens.access_token.is_empty() {
            json!({"token": tokens.access_token, "token_type_hint": "access_token"})
        } else {
            return;
        };
        let answer = self
            .post_json_as_caller(&self.issuer.revoke, &body, REVOCATION_PATIENCE)
            .await;
        match answer {
            Ok(answer) if answer.status.is_success() => {}
            Ok(answer) => tracing::warn!("the issuer did not revoke the tokens: {}", answer.status),
            Err(error) => tracing::warn!("the tokens could not be revoked: {error}"),
        }
    }
}

fn json_request(client: &reqwest::Client, url: &str, body: &Value) -> reqwest::RequestBuilder {
    client
        .post(url)
        .header(CONTENT_TYPE, "application/json")
        .body(body.to_string())
}

/// The first of the places a refusal may be explained in that says something; else the whole.
fn refusal_detail(body: &str) -> String {
    let said: Value = serde_json::from_str(body).unwrap_or_default();
    let error = &said["error"];
    let places = [
        &said["error_description"],
        &error["message"],
        error,
        &error["code"],
    ];
    let told = places
        .into_iter()
        .filter_map(Value::as_str)
        .find(|text| !text.trim().is_empty());
    match (told, body.trim()) {
        (Some(text), _) => text.to_owned(),
        (None, "") => "unknown error".to_owned(),
        (None, body) => body.to_owned(),
    }
}

/// `k=v` joined by `&`, everything percent-encoded that may be.
pub(crate) fn pairs(fields: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (name, value) in fields {
        if !out.is_empty() {
            out.push('&');
        }
        for (text, end) in [(name, "="), (value, "")] {
            for byte in text.bytes() {
                match byte {
                    b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                        out.push(byte.into())
                    }
                    _ => out.push_str(&format!("%{byte:02X}")),
                }
            }
            out.push_str(end);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revocation_follows_its_own_variable_then_the_renewals_host() {
        let at = |revoke: Option<&str>, refresh: Option<&str>| {
            let env = |name: &str| match name {
                "CODEX_REVOKE_TOKEN_URL_OVERRIDE" => revoke.map(str::to_owned),
                _ => refresh.map(str::to_owned),
            };
            Issuer::new("https://i", &env).revoke
        };
        assert_eq!(at(Some("http://r/gone?a"), Some("http://f/x")), "http://r/gone?a");
        assert_eq!(at(None, Some("http://f/deep/token?a=b")), "http://f/oauth/revoke");
        assert_eq!(at(None, Some("nonsense")), "https://i/oauth/revoke");
        assert_eq!(at(None, None), "https://i/oauth/revoke");
    }

    #[test]
    fn a_refusal_is_told_in_the_words_of_its_first_place() {
        for (body, told) in [
            (r#"{"error": "e", "error_description": "d"}"#, "d"),
            (r#"{"error": "e", "error_description": " "}"#, "e"),
            (r#"{"error": {"message": "m", "code": "c"}}"#, "m"),
            (r#"{"error": {"code": "c"}}"#, "c"),
            (r#"{"detail": 1}"#, r#"{"detail": 1}"#),
            ("  text ", "text"),
            ("", "unknown error"),
        ] {
            assert_eq!(refusal_detail(body), told);
        }
    }

    #[test]
    fn refusals_for_good_are_known_by_their_code() {
        let of = |body: &str| Refusal::of(&serde_json::from_str(body).unwrap());
        assert_eq!(
            of(r#"{"error": {"code": "refresh_token_expired"}}"#),
            Refusal::Expired
        );
        assert_eq!(of(r#"{"error": "Refresh_Token_Reused"}"#), Refusal::Reused);
        assert_eq!(of(r#"{"code": "refresh_token_invalidated"}"#), Refusal::Revoked);
        assert_eq!(of(r#"{"error": {"message": "m"}}"#), Refusal::Other);
    }

    #[test]
    fn pairs_hold_any_text() {
        assert_eq!(
            pairs(&[("a b", "ü/+&"), ("c", "-_.~")]),
            "a%20b=%C3%BC%2F%2B%26&c=-_.~"
        );
    }
}
