//! The backend of ChatGPT accounts: how much of the limits is used, and mail to a workspace's owner (account.md §10).

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use serde::Deserialize;

use crate::PlanType;
use crate::manager::AuthManager;
use crate::service::Answer;

const PATIENCE: Duration = Duration::from_secs(60);

/// Where the backend is.
#[derive(Debug, Clone)]
pub(crate) struct Backend {
    base: String,
}

/// Why the backend told nothing.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// Nobody is signed in.
    #[error("codex account authentication required")]
    SignedOut,
    /// Somebody is, with a key.
    #[error("chatgpt authentication required")]
    NoAccount,
    /// It refused, or said nothing sensible.
    #[error("{0}")]
    Failed(String),
}

/// How much of an account's limits is used.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Usage {
    /// The plan, by the backend's name for it ([`plan_of_backend`]).
    pub plan_type: String,
    /// The limit that counts for this program.
    #[serde(default)]
    pub rate_limit: Option<Limit>,
    /// What can be used beyond it.
    #[serde(default)]
    pub credits: Option<Credits>,
    #[serde(default)]
    rate_limit_reached_type: Option<Reached>,
    #[serde(default)]
    additional_rate_limits: Option<Vec<AdditionalLimit>>,
}

impl Usage {
    /// What is used up, by the backend's name for it.
    pub fn reached(&self) -> Option<&str> {
        self.rate_limit_reached_type
            .as_ref()
            .map(|reached| reached.r#type.as_str())
    }

    /// Limits of their own for some models.
    pub fn additional(&self) -> &[AdditionalLimit] {
        self.additional_rate_limits.as_deref().unwrap_or_default()
    }
}

/// A limit over up to two periods.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Limit {
    #[serde(rename = "allowed")]
    _allowed: bool,
    #[serde(rename = "limit_reached")]
    _limit_reached: bool,
    /// The shorter period.
    #[serde(default)]
    pub primary_window: Option<Window>,
    /// The longer period.
    #[serde(default)]
    pub secondary_window: Option<Window>,
}

/// A period a limit counts over.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Window {
    /// In percent.
    pub used_percent: i32,
    /// How long it is.
    pub limit_window_seconds: i32,
    #[serde(rename = "reset_after_seconds")]
    _reset_after_seconds: i32,
    /// When it starts anew, in seconds since 1970.
    pub reset_at: i32,
}

impl Window {
    /// How long it is; `None` where that makes no sense.
    pub fn minutes(&self) -> Option<i64> {
        let seconds = i64::from(self.limit_window_seconds);
        (seconds > 0).then(|| (seconds + 59) / 60)
    }
}

/// What can be used beyond the limits.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Credits {
    /// Whether there is any.
    pub has_credits: bool,
    /// Whether there is no end to it.
    pub unlimited: bool,
    /// How much there is.
    #[serde(default)]
    pub balance: Option<String>,
}

/// A limit of its own for something.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AdditionalLimit {
    /// What people call it.
    pub limit_name: String,
    /// What it counts.
    pub metered_feature: String,
    /// The limit.
    #[serde(default)]
    pub rate_limit: Option<Limit>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Reached {
    r#type: String,
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailAnswer {
    /// It is on its way.
    Sent,
    /// One was sent a short time ago.
    CooldownActive,
}

/// The plan of a name the backend uses.
pub fn plan_of_backend(name: &str) -> PlanType {
    match name {
        "hc" => PlanType::Unknown,
        name => PlanType::from_claim(name),
    }
}

impl Backend {
    /// The backend at `chatgpt_base_url`.
    pub(crate) fn new(chatgpt_base_url: &str) -> Self {
        let base = chatgpt_base_url.trim_end_matches('/');
        let bare = ["https://chatgpt.com", "https://chat.openai.com"]
            .iter()
            .any(|host| base.starts_with(host));
        let base = match base.contains("/backend-api") {
            false if bare => format!("{base}/backend-api"),
            _ => base.to_owned(),
        };
        Self { base }
    }

    fn url(&self, path: &str) -> String {
        let family = if self.base.contains("/backend-api") {
            "wham"
        } else {
            "api/codex"
        };
        format!("{}/{family}/{path}", self.base)
    }

    /// Where the keys are that agents' identities are signed with.
    pub(crate) fn agent_keys_url(&self) -> String {
        let family = if self.base.contains("/backend-api") {
            "/wham"
        } else {
            ""
        };
        format!("{}{family}/agent-identities/jwks", self.base)
    }
}

impl AuthManager {
    /// How much of the account's limits is used.
    pub async fn usage(self: &Arc<Self>) -> Result<Usage, BackendError> {
        let url = self.backend.url("usage");
        let answer = self.ask_backend(&url, |client| client.get(&url)).await?;
        if !answer.status.is_success() {
            return Err(refused("GET", &url, &answer));
        }
        serde_json::from_slice(&answer.body).map_err(|error| {
            let (kind, body) = (&answer.content_type, answer.text());
            BackendError::Failed(format!(
                "Decode error for {url}: {error}; content-type={kind}; body={body}"
            ))
        })
    }

    /// Asks the workspace's owner for more of `credit_type`.
    pub async fn ask_for_credits(self: &Arc<Self>, credit_type: &str) -> Result<MailAnswer, BackendError> {
        let url = self.backend.url("accounts/send_add_credits_nudge_email");
        let body = serde_json::json!({ "credit_type": credit_type }).to_string();
        let shape = |client: &reqwest::Client| {
            client
                .post(&url)
                .header(CONTENT_TYPE, "application/json")
                .body(body)
        };
        let answer = self.ask_backend(&url, shape).await?;
        match answer.status {
            status if status.is_success() => Ok(MailAnswer::Sent),
            StatusCode::TOO_MANY_REQUESTS => Ok(MailAnswer::CooldownActive),
            _ => Err(refused("POST", &url, &answer)),
        }
    }

    async fn ask_backend(
        self: &Arc<Self>,
        url: &str,
        shape: impl FnOnce(&reqwest::Client) -> reqwest::RequestBuilder,
    ) -> Result<Answer, BackendError> {
        let who = self.fresh().await.ok_or(BackendError::SignedOut)?;
        if !who.is_account() {
            return Err(BackendError::NoAccount);
        }
        let (service, carried) = (&self.service, who.for_request());
        let caller = service.caller();
        service
            .send(url, PATIENCE, |client| {
                let mut request = shape(client).header(USER_AGENT, caller.user_agent);
                let headers = [
                    (AUTHORIZATION.as_str(), carried.authorization),
                    ("chatgpt-account-id", carried.account_id),
                    ("x-openai-fedramp", carried.fedramp.then(|| "true".to_owned())),
                ];
                for (name, value) in headers {
                    // A value that cannot be a header is left out.
                    if let Some(Ok(value)) = value.as_deref().map(HeaderValue::from_str) {
                        request = request.header(name, value);
                    }
                }
                request
            })
            .await
            .map_err(BackendError::Failed)
    }
}

fn refused(method: &str, url: &str, answer: &Answer) -> BackendError {
    let (status, kind, body) = (answer.status, &answer.content_type, answer.text());
    BackendError::Failed(format!(
        "{method} {url} failed: {status}; content-type={kind}; body={body}"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::storage::Store;
    use crate::testing::{Net, Reply, chatgpt, manager};

    #[test]
    fn the_backends_paths_depend_on_its_base() {
        let usage = |base: &str| Backend::new(base).url("usage");
        assert_eq!(usage("http://h//"), "http://h/api/codex/usage");
        assert_eq!(
            usage("http://h/x/backend-api/y/"),
            "http://h/x/backend-api/y/wham/usage"
        );
        for chatgpt in ["https://chatgpt.com", "https://chatgpt.com/backend-api/"] {
            assert_eq!(usage(chatgpt), "https://chatgpt.com/backend-api/wham/usage");
        }
    }

    #[test]
    fn periods_are_rounded_up_to_minutes() {
        let minutes = |seconds| {
            Window {
                used_percent: 0,
                limit_window_seconds: seconds,
                _reset_after_seconds: 0,
                reset_at: 0,
            }
            .minutes()
        };
        assert_eq!([0, -60, 60, 61].map(minutes), [None, None, Some(1), Some(2)]);
    }

    #[tokio::test]
    async fn usage_is_asked_with_the_accounts_credentials() {
        let body = json!({"plan_type": "pro", "credits": null, "more": 1,
            "additional_rate_limits": [{"limit_name": "n", "metered_feature": "f"}]});
        let net = Net::start(vec![Reply::json(body), Reply::status(500, json!("boom"))]).await;
        let auth = manager(&net, Store::ephemeral(), chatgpt("access", "acct"));
        let usage = auth.usage().await.unwrap();
        assert_eq!(
            (
                usage.plan_type.as_str(),
                usage.additional()[0].metered_feature.as_str()
            ),
            ("pro", "f")
        );
        let asked = net.seen()[0].to_ascii_lowercase();
        assert!(asked.starts_with("get /api/codex/usage "), "{asked}");
        assert!(
            asked.contains("authorization: bearer access\r\n")
                && asked.contains("chatgpt-account-id: acct\r\n")
        );
        let error = auth.usage().await.unwrap_err().to_string();
        assert!(
            error
                .contains(" failed: 500 Internal Server Error; content-type=application/json; body=\"boom\""),
            "{error}"
        );
    }
}
