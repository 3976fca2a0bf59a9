//! What proves to a provider who asks (account.md §9). The login itself is elsewhere's concern; here is only what a
//! request carries.

use std::future::Future;
use std::pin::Pin;

use crate::error::ModelError;

/// What the user's login adds to a request.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The value of `Authorization`.
    pub authorization: Option<String>,
    /// The value of `ChatGPT-Account-ID`.
    pub account_id: Option<String>,
    /// Whether `X-OpenAI-Fedramp: true` is sent.
    pub fedramp: bool,
    /// Whether this is a ChatGPT login (tokens or an agent's identity) and not a key; decides where OpenAI's own
    /// requests go.
    pub chatgpt: bool,
}

impl std::fmt::Debug for Credentials {
    /// Never shows the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("authorization", &self.authorization.as_ref().map(|_| ".."))
            .field("account_id", &self.account_id)
            .field("fedramp", &self.fedramp)
            .field("chatgpt", &self.chatgpt)
            .finish()
    }
}

impl Credentials {
    /// Nobody is signed in.
    pub fn none() -> Self {
        Self::default()
    }

    /// An API key.
    pub fn api_key(key: &str) -> Self {
        Self {
            authorization: Some(format!("Bearer {key}")),
            ..Self::default()
        }
    }

    /// ChatGPT tokens.
    pub fn chatgpt(access_token: &str, account_id: Option<String>, fedramp: bool) -> Self {
        Self {
            authorization: Some(format!("Bearer {access_token}")),
            account_id,
            fedramp,
            chatgpt: true,
        }
    }
}

/// A future that can be named.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where a client finds the login in force; asked anew for every request, so that a login or a renewed token counts
/// at once, in threads that are older too.
pub trait CredentialSource: Send + Sync {
    /// The credentials for the next request.
    ///
    /// # Errors
    /// A login that can't be renewed ([`crate::ErrorKind::Unauthorized`]).
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, ModelError>>;

    /// Told when the service answered 401 to `denied`: tries to get better ones. True when the request should be made
    /// again. `attempt` counts the times this was asked for one request, from 0.
    ///
    /// # Errors
    /// A login that can't be renewed.
    fn recover<'a>(
        &'a self,
        denied: &'a Credentials,
        attempt: u32,
    ) -> BoxFuture<'a, Result<bool, ModelError>> {
        let _ = (denied, attempt);
        Box::pin(async { Ok(false) })
    }
}

/// Credentials that never change.
impl CredentialSource for Credentials {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, ModelError>> {
        Box::pin(async { Ok(self.clone()) })
    }
}
