//! Signing in with a code that is typed in on another device (account.md §4).

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use serde::{Deserialize, Deserializer};
use serde_json::json;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

use super::{NOT_COMPLETED, Outcome};
use crate::manager::AuthManager;
use crate::service::CLIENT_ID;

/// How long the code is good for.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
/// The issuer is not asked more often, whatever it says.
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);

/// A login that waits for its code.
#[derive(Debug)]
pub struct DeviceLogin {
    /// What it is cancelled by.
    pub id: Uuid,
    /// The page the user has to visit.
    pub verification_url: String,
    /// The code to type in there.
    pub user_code: String,
    /// How it ends.
    pub ended: oneshot::Receiver<Outcome>,
}

/// Why a login did not begin.
#[derive(Debug, thiserror::Error)]
pub enum DeviceLoginError {
    /// The issuer knows no such logins.
    #[error("the issuer does not offer the login with a device code; sign in with the browser instead")]
    NotOffered,
    /// Anything else.
    #[error("failed to request device code: {0}")]
    Failed(String),
}

#[derive(Deserialize)]
struct Code {
    device_auth_id: String,
    #[serde(alias = "usercode")]
    user_code: String,
    #[serde(default, deserialize_with = "seconds")]
    interval: u64,
}

/// A number in text.
fn seconds<'de, D: Deserializer<'de>>(de: D) -> Result<u64, D::Error> {
    let text = String::deserialize(de)?;
    text.trim().parse().map_err(serde::de::Error::custom)
}

#[derive(Deserialize)]
struct Grant {
    authorization_code: String,
    code_verifier: String,
}

impl AuthManager {
    /// Asks for a code and waits, in the background, until it has been typed in.
    pub async fn start_device_login(self: &Arc<Self>) -> Result<DeviceLogin, DeviceLoginError> {
        let failed = DeviceLoginError::Failed;
        let issuer = &self.service.issuer.address;
        let url = format!("{issuer}/api/accounts/deviceauth/usercode");
        let answer = self
            .service
            .post_json(&url, &json!({ "client_id": CLIENT_ID }))
            .await
            .map_err(failed)?;
        if answer.status == StatusCode::NOT_FOUND {
            return Err(DeviceLoginError::NotOffered);
        }
        if !answer.status.is_success() {
            let status = answer.status;
            return Err(failed(format!("device code request failed with status {status}")));
        }
        let code: Code = serde_json::from_slice(&answer.body).map_err(|e| failed(e.to_string()))?;
        let (id, verification_url) = (Uuid::new_v4(), format!("{issuer}/codex/device"));
        let user_code = code.user_code.clone();
        let flow = Arc::clone(self).device_login(id, code);
        let ended = self.begin_login(NOT_COMPLETED.to_owned(), flow, id);
        Ok(DeviceLogin {
            id,
            verification_url,
            user_code,
            ended,
        })
    }

    async fn device_login(self: Arc<Self>, id: Uuid, code: Code) -> Outcome {
        let grant = timeout_at(Instant::now() + PATIENCE, self.wait_for_grant(&code))
            .await
            .map_err(|_| "device auth timed out after 15 minutes".to_owned())??;
        let redirect_uri = format!("{}/deviceauth/callback", self.service.issuer.address);
        let tokens = self
            .service
            .exchange_code(&grant.authorization_code, &redirect_uri, &grant.code_verifier)
            .await
            .map_err(|e| format!("device code exchange failed: {e}"))?;
        self.save_login(id, tokens, None)
            .await
            .map_err(|e| e.to_string())?;
        self.use_login().await
    }

    async fn wait_for_grant(&self, code: &Code) -> Result<Grant, String> {
        let url = format!("{}/api/accounts/deviceauth/token", self.service.issuer.address);
        let question = json!({"device_auth_id": code.device_auth_id, "user_code": code.user_code});
        loop {
            match self.service.post_json(&url, &question).await {
                Ok(answer) if answer.status.is_success() => {
                    return serde_json::from_slice(&answer.body).map_err(|e| e.to_string());
                }
                Ok(answer) if !matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) => {
                    return Err(format!("device auth failed with status {}", answer.status));
                }
                Ok(_) => {}
                // The code stays good while the network is away.
                Err(error) => tracing::debug!("asking for the device login again: {error}"),
            }
            sleep(Duration::from_secs(code.interval).max(SHORTEST_PAUSE)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::Store;
    use crate::testing::{Net, Reply, manager, tokens};

    fn code() -> Reply {
        Reply::json(json!({"device_auth_id": "d", "user_code": "U-1", "interval": " 0 "}))
    }

    fn grant() -> Reply {
        Reply::json(json!({"authorization_code": "c", "code_challenge": "x", "code_verifier": "v"}))
    }

    #[tokio::test]
    async fn a_code_typed_in_elsewhere_signs_in() {
        let replies = vec![
            code(),
            Reply::status(403, json!(null)),
            grant(),
            Reply::json(tokens("acct")),
        ];
        let net = Net::start(replies).await;
        let auth = manager(&net, Store::ephemeral(), None);
        let login = auth.start_device_login().await.unwrap();
        assert_eq!(login.user_code, "U-1");
        assert_eq!(login.ended.await.unwrap(), Ok(()));
        assert_eq!(auth.status(true).token.as_deref(), Some("access"));
        assert!(!auth.cancel_login(login.id), "it is over");
        let seen = net.seen();
        assert_eq!(seen[1], seen[2]);
        assert!(
            seen[3].contains("grant_type=authorization_code&code=c&redirect_uri=")
                && seen[3].ends_with("code_verifier=v")
        );
    }

    #[tokio::test]
    async fn a_login_cancelled_during_the_exchange_signs_nobody_in() {
        let (exchange, go) = Reply::json(tokens("acct")).held();
        let net = Net::start(vec![code(), grant(), exchange]).await;
        let auth = manager(&net, Store::ephemeral(), None);
        let login = auth.start_device_login().await.unwrap();
        net.asked(3).await;
        assert!(auth.cancel_login(login.id));
        assert_eq!(login.ended.await.unwrap(), Err(NOT_COMPLETED.into()));
        let _ = go.send(());
        auth.reload();
        assert!(auth.current().is_none());
    }

    #[tokio::test]
    async fn a_second_login_ends_the_first() {
        let pending = || Reply::status(403, json!(null));
        let replies = [
            vec![code(), pending(), code()],
            (0..20).map(|_| pending()).collect(),
        ]
        .concat();
        let net = Net::start(replies).await;
        let auth = manager(&net, Store::ephemeral(), None);
        let first = auth.start_device_login().await.unwrap();
        net.asked(2).await;
        let second = auth.start_device_login().await.unwrap();
        assert_eq!(first.ended.await.unwrap(), Err(NOT_COMPLETED.into()));
        auth.end_login();
        assert_eq!(second.ended.await.unwrap(), Err(NOT_COMPLETED.into()));
    }

    #[tokio::test]
    async fn what_is_no_code_is_told() {
        let replies = vec![
            Reply::status(404, json!(null)),
            Reply::status(500, json!(null)),
            Reply::json(json!({"device_auth_id": "d", "usercode": "U", "interval": "soon"})),
        ];
        let net = Net::start(replies).await;
        let auth = manager(&net, Store::ephemeral(), None);
        let mut told = Vec::new();
        for _ in 0..3 {
            told.push(auth.start_device_login().await.unwrap_err().to_string());
        }
        assert!(told[0].contains("does not offer"));
        assert_eq!(
            told[1],
            "failed to request device code: device code request failed with status 500 Internal Server Error"
        );
        assert!(told[2].starts_with("failed to request device code: invalid digit found in string"));
    }
}
