//! Identities of agents: a signed token with a key in it, which is checked with its issuer, gets a task, and from then
//! on signs every request (account.md §8).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ring::signature::{Ed25519KeyPair, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::PlanType;
use crate::service::{Answer, Service};

const ISSUER: &str = "https://chatgpt.com/codex-backend/agent-identity";
const AUDIENCE: &str = "codex-app-server";
const KEYS_PATIENCE: Duration = Duration::from_secs(10);
const TASK_PATIENCE: Duration = Duration::from_secs(30);

/// An agent that has proved who it is.
pub struct AgentIdentity {
    claims: Claims,
    key: Ed25519KeyPair,
    task_id: String,
}

/// What an identity's token says; all of it is needed.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    exp: i64,
    agent_runtime_id: String,
    agent_private_key: String,
    account_id: String,
    #[serde(rename = "chatgpt_user_id")]
    _user_id: String,
    email: String,
    plan_type: String,
    chatgpt_account_is_fedramp: bool,
}

/// Why a token is no identity.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AgentError {
    /// It cannot be read.
    #[error("it is no signed token: {0}")]
    Shape(String),
    /// Its issuer did not sign it, or for something else.
    #[error("{0}")]
    Untrusted(&'static str),
    /// Who has to be asked does not say.
    #[error("{0}")]
    Unanswered(String),
}

impl AgentIdentity {
    /// Checks a token with the keys at `keys_url` and registers a task with the service of agents at `accounts_url`.
    pub(crate) async fn prove(
        token: &str,
        service: &Service,
        keys_url: &str,
        accounts_url: &str,
    ) -> Result<Self, AgentError> {
        let unanswered = AgentError::Unanswered;
        let keys = service
            .send(keys_url, KEYS_PATIENCE, |client| client.get(keys_url))
            .await
            .map_err(unanswered)?;
        let keys = successful(keys, keys_url)?;
        let claims = verified(token, &keys.body, Timestamp::now())?;
        let key = STANDARD
            .decode(&claims.agent_private_key)
            .map_err(|e| AgentError::Shape(e.to_string()))?;
        let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&key)
            .map_err(|e| AgentError::Shape(format!("agent_private_key: {e}")))?;
        let task_id = register(&claims.agent_runtime_id, &key, service, accounts_url).await?;
        Ok(Self { claims, key, task_id })
    }

    /// The value of `Authorization` for one request.
    pub fn authorization(&self) -> String {
        #[derive(Serialize)]
        struct Assertion<'a> {
            agent_runtime_id: &'a str,
            signature: String,
            task_id: &'a str,
            timestamp: &'a str,
        }
        let (agent_runtime_id, task_id) = (&self.claims.agent_runtime_id, &self.task_id);
        let timestamp = now();
        let signature = sign(&self.key, &format!("{agent_runtime_id}:{task_id}:{timestamp}"));
        let assertion = Assertion {
            agent_runtime_id,
            signature,
            task_id,
            timestamp: &timestamp,
        };
        let assertion = serde_json::to_string(&assertion).expect("four strings are JSON");
        format!("AgentAssertion {}", URL_SAFE_NO_PAD.encode(assertion))
    }

    /// The account it works for.
    pub fn account_id(&self) -> &str {
        &self.claims.account_id
    }

    /// The account's e-mail.
    pub fn email(&self) -> &str {
        &self.claims.email
    }

    /// The account's plan.
    pub fn plan(&self) -> PlanType {
        PlanType::from_claim(&self.claims.plan_type)
    }

    /// Whether the account's workspace is a FedRAMP one.
    pub fn is_fedramp(&self) -> bool {
        self.claims.chatgpt_account_is_fedramp
    }
}

fn successful(answer: Answer, url: &str) -> Result<Answer, AgentError> {
    if answer.status.is_success() {
        return Ok(answer);
    }
    Err(AgentError::Unanswered(format!(
        "{url} answered {}",
        answer.status
    )))
}

/// The claims of a token that one of `keys` has signed (RS256), for us, and that has not run out.
fn verified(token: &str, keys: &[u8], now: Timestamp) -> Result<Claims, AgentError> {
    #[derive(Deserialize)]
    struct Head {
        alg: String,
        kid: String,
    }
    #[derive(Deserialize)]
    struct Keys {
        keys: Vec<Key>,
    }
    #[derive(Deserialize)]
    struct Key {
        #[serde(default)]
        kid: String,
        #[serde(default)]
        n: String,
        #[serde(default)]
        e: String,
    }
    let shape = |e: &dyn std::fmt::Display| AgentError::Shape(e.to_string());
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|e| shape(&e));
    let (signed, signature) = token.rsplit_once('.').ok_or_else(|| shape(&"it has no parts"))?;
    let (head, payload) = signed.split_once('.').ok_or_else(|| shape(&"it has two parts"))?;
    let head: Head = serde_json::from_slice(&decoded(head)?).map_err(|e| shape(&e))?;
    if head.alg != "RS256" {
        return Err(AgentError::Untrusted("it is not signed as its issuer signs"));
    }
    let keys: Keys = serde_json::from_slice(keys).map_err(|e| AgentError::Unanswered(e.to_string()))?;
    let key = keys.keys.iter().find(|key| key.kid == head.kid);
    let key = key.ok_or(AgentError::Untrusted(
        "its issuer does not know the key it is signed with",
    ))?;
    let public = RsaPublicKeyComponents {
        n: decoded(&key.n)?,
        e: decoded(&key.e)?,
    };
    public
        .verify(
            &RSA_PKCS1_2048_8192_SHA256,
            signed.as_bytes(),
            &decoded(signature)?,
        )
        .map_err(|_| AgentError::Untrusted("its signature does not hold"))?;
    let claims: Claims = serde_json::from_slice(&decoded(payload)?).map_err(|e| shape(&e))?;
    if claims.iss != ISSUER || claims.aud != AUDIENCE {
        return Err(AgentError::Untrusted(
            "it is from somebody else, or for something else",
        ));
    }
    if claims.exp <= now.as_second() {
        return Err(AgentError::Untrusted("it has run out"));
    }
    Ok(claims)
}

async fn register(
    runtime_id: &str,
    key: &Ed25519KeyPair,
    service: &Service,
    accounts_url: &str,
) -> Result<String, AgentError> {
    #[derive(Deserialize)]
    struct Task {
        #[serde(alias = "taskId")]
        task_id: String,
    }
    let url = format!("{accounts_url}/v1/agent/{runtime_id}/task/register");
    let timestamp = now();
    let signature = sign(key, &format!("{runtime_id}:{timestamp}"));
    let body = json!({ "timestamp": timestamp, "signature": signature });
    let answer = service
        .post_json_within(&url, &body, TASK_PATIENCE)
        .await
        .map_err(AgentError::Unanswered)?;
    let answer = successful(answer, &url)?;
    // An `encrypted_task_id` is not understood.
    let task: Task = serde_json::from_slice(&answer.body)
        .map_err(|e| AgentError::Unanswered(format!("{url} answered with no task: {e}")))?;
    Ok(task.task_id)
}

/// RFC 3339 to the second.
fn now() -> String {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}

fn sign(key: &Ed25519KeyPair, text: &str) -> String {
    STANDARD.encode(key.sign(text.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ED25519, KeyPair as _, UnparsedPublicKey};

    use super::*;
    use crate::testing::{Net, Reply, service};

    #[tokio::test]
    async fn a_task_is_asked_for_and_every_request_signed_for_it() {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let key = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
        let public = key.public_key().as_ref().to_vec();
        let net = Net::start(vec![Reply::json(json!({"taskId": "t"})), Reply::json(json!({}))]).await;
        let service = service(&net);
        let task_id = register("agent", &key, &service, &net.url).await.unwrap();
        assert!(net.seen()[0].starts_with("POST /v1/agent/agent/task/register "));
        assert!(register("agent", &key, &service, &net.url).await.is_err());
        let claims = json!({"iss": ISSUER, "aud": AUDIENCE, "exp": 0, "agent_runtime_id": "agent", "agent_private_key": "",
            "account_id": "a", "chatgpt_user_id": "u", "email": "e", "plan_type": "hc", "chatgpt_account_is_fedramp": true});
        let identity = AgentIdentity {
            claims: serde_json::from_value(claims).unwrap(),
            key,
            task_id,
        };
        assert_eq!(identity.plan(), PlanType::Enterprise);
        let authorization = identity.authorization();
        let assertion = URL_SAFE_NO_PAD
            .decode(authorization.strip_prefix("AgentAssertion ").unwrap())
            .unwrap();
        let said: serde_json::Value = serde_json::from_slice(&assertion).unwrap();
        let keys: Vec<_> = said.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["agent_runtime_id", "signature", "task_id", "timestamp"]);
        let signed = format!("agent:t:{}", said["timestamp"].as_str().unwrap());
        let signature = STANDARD.decode(said["signature"].as_str().unwrap()).unwrap();
        UnparsedPublicKey::new(&ED25519, public)
            .verify(signed.as_bytes(), &signature)
            .unwrap();
    }

    #[test]
    fn what_nobody_vouches_for_is_no_identity() {
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let token = |alg: &str| {
            format!(
                "{}.{}.c2ln",
                part(json!({"alg": alg, "kid": "k"})),
                part(json!({}))
            )
        };
        let told = |token: &str, keys: serde_json::Value| {
            let verified = verified(token, keys.to_string().as_bytes(), Timestamp::now());
            verified.err().unwrap().to_string()
        };
        let known = json!({"keys": [{"kid": "k", "n": "AQAB", "e": "AQAB"}]});
        assert!(told("garbage", known.clone()).starts_with("it is no signed token"));
        assert_eq!(
            told(&token("none"), known.clone()),
            "it is not signed as its issuer signs"
        );
        assert_eq!(told(&token("RS256"), known), "its signature does not hold");
        assert_eq!(
            told(&token("RS256"), json!({"keys": []})),
            "its issuer does not know the key it is signed with"
        );
    }
}
