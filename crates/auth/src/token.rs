//! What an id token says. Nothing is verified: the token is the user's own, only its claims are shown.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// Claims of an id token that are of use (account.md §3).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdClaims {
    /// The account's e-mail.
    pub email: Option<String>,
    /// The account's plan.
    pub plan: PlanType,
    /// The user.
    pub user_id: Option<String>,
    /// The workspace.
    pub account_id: Option<String>,
    /// Whether the workspace is a FedRAMP one.
    pub fedramp: bool,
}

/// Why a token cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Not three parts.
    #[error("invalid ID token format")]
    Format,
    /// The middle part is no base64url.
    #[error(transparent)]
    Base64(#[from] base64::DecodeError),
    /// It is no JSON, or a claim has another type.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// Plans by their names on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // names of plans, nothing more
pub enum PlanType {
    Free,
    Go,
    Plus,
    Pro,
    #[serde(rename = "prolite")]
    ProLite,
    Team,
    SelfServeBusinessUsageBased,
    Business,
    EnterpriseCbpUsageBased,
    Enterprise,
    Edu,
    #[default]
    Unknown,
}

impl PlanType {
    /// The plan of a token's claim: exact names, two old ones, anything else is unknown (account.md §1).
    pub fn from_claim(name: &str) -> Self {
        match name {
            "free" => Self::Free,
            "go" => Self::Go,
            "plus" => Self::Plus,
            "pro" => Self::Pro,
            "prolite" => Self::ProLite,
            "team" => Self::Team,
            "self_serve_business_usage_based" => Self::SelfServeBusinessUsageBased,
            "business" => Self::Business,
            "enterprise_cbp_usage_based" => Self::EnterpriseCbpUsageBased,
            "enterprise" | "hc" => Self::Enterprise,
            "edu" | "education" => Self::Edu,
            _ => Self::Unknown,
        }
    }
}

#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    email: Option<String>,
    #[serde(default, rename = "https://api.openai.com/profile")]
    profile: Option<Profile>,
    #[serde(default, rename = "https://api.openai.com/auth")]
    auth: Option<Auth>,
}

#[derive(Deserialize)]
struct Profile {
    #[serde(default)]
    email: Option<String>,
}

#[derive(Deserialize, Default)]
struct Auth {
    #[serde(default)]
    chatgpt_plan_type: Option<String>,
    #[serde(default)]
    chatgpt_user_id: Option<String>,
    #[serde(default)]
    user_id: Option<String>,
    #[serde(default)]
    chatgpt_account_id: Option<String>,
    #[serde(default)]
    chatgpt_account_is_fedramp: bool,
}

impl IdClaims {
    /// Reads a token: three parts that are not empty, the second base64url of JSON.
    pub fn parse(jwt: &str) -> Result<Self, TokenError> {
        let mut parts = jwt.split('.');
        let (Some(head), Some(payload), Some(signature)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(TokenError::Format);
        };
        if [head, payload, signature].iter().any(|p| p.is_empty()) {
            return Err(TokenError::Format);
        }
        let payload: Payload = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload)?)?;
        let auth = payload.auth.unwrap_or_default();
        Ok(Self {
            email: payload.email.or_else(|| payload.profile.and_then(|p| p.email)),
            plan: auth
                .chatgpt_plan_type
                .as_deref()
                .map_or(PlanType::Unknown, PlanType::from_claim),
            user_id: auth.chatgpt_user_id.or(auth.user_id),
            account_id: auth.chatgpt_account_id,
            fedramp: auth.chatgpt_account_is_fedramp,
        })
    }
}

/// The claims a token makes about its account, as they are; null for what is no token or makes none.
pub(crate) fn auth_claims(token: &str) -> serde_json::Value {
    let payload = token
        .split('.')
        .nth(1)
        .and_then(|payload| URL_SAFE_NO_PAD.decode(payload).ok());
    let claims: Option<serde_json::Value> = payload.and_then(|payload| serde_json::from_slice(&payload).ok());
    claims.map_or_else(Default::default, |mut claims| {
        claims["https://api.openai.com/auth"].take()
    })
}

#[cfg(test)]
pub(crate) fn jwt(claims: &serde_json::Value) -> String {
    let enc = |v: &str| URL_SAFE_NO_PAD.encode(v);
    format!("{}.{}.{}", enc("{}"), enc(&claims.to_string()), enc("sig"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn claims_are_found_where_tokens_keep_them() {
        let token = jwt(&json!({
            "https://api.openai.com/profile": {"email": "a@b.example"},
            "https://api.openai.com/auth": {"chatgpt_plan_type": "hc", "user_id": "u", "chatgpt_account_id": "acc"}
        }));
        let want = IdClaims {
            email: Some("a@b.example".into()),
            plan: PlanType::Enterprise,
            user_id: Some("u".into()),
            account_id: Some("acc".into()),
            fedramp: false,
        };
        assert_eq!(IdClaims::parse(&token).unwrap(), want);
        assert_eq!(IdClaims::parse(&format!("{token}.more")).unwrap(), want);
    }

    #[test]
    fn a_claim_of_another_type_or_a_missing_part_makes_the_token_unreadable() {
        assert!(IdClaims::parse(&jwt(&json!({"email": 5}))).is_err());
        assert_eq!(
            IdClaims::parse("a.b").unwrap_err().to_string(),
            "invalid ID token format"
        );
        assert!(matches!(IdClaims::parse("a..c"), Err(TokenError::Format)));
    }

    #[test]
    fn plans_are_matched_exactly() {
        assert_eq!(PlanType::from_claim("PRO"), PlanType::Unknown);
        assert_eq!(
            serde_json::to_value(PlanType::EnterpriseCbpUsageBased).unwrap(),
            "enterprise_cbp_usage_based"
        );
    }
}
