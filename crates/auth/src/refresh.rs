//! Renewing ChatGPT tokens: when they are stale, one request at a time, and what is remembered of a refusal
//! (account.md §6).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use jiff::{SignedDuration, Timestamp};

use crate::manager::AuthManager;
use crate::service::{RefreshError, Refusal, RenewedTokens};
use crate::storage::{AuthFile, AuthMode, Tokens};
use crate::{ChatgptCredentials, Credentials, IdClaims};

/// Tokens that do not say when they end are renewed after this long.
const LONGEST_TRUSTED: SignedDuration = SignedDuration::from_hours(8 * 24);

/// A renewal under way; everybody who needs one waits for the same.
pub(crate) type Flight = Shared<BoxFuture<'static, Result<(), RefreshError>>>;

impl AuthManager {
    /// Who is signed in, with tokens that are not stale where that can be had: a failed renewal leaves the old ones,
    /// and the service says what it thinks of them.
    pub async fn fresh(self: &Arc<Self>) -> Option<Arc<Credentials>> {
        self.prove_agent().await;
        let current = self.current()?;
        let Some(login) = renewable(&current) else {
            return Some(current);
        };
        let stale = login
            .tokens
            .as_ref()
            .is_some_and(|tokens| is_stale(tokens, login.last_refresh, Timestamp::now()));
        if stale && let Err(error) = self.refresh().await {
            tracing::warn!("using stale tokens: {error}");
        }
        self.current()
    }

    /// Renews the tokens now. Nothing to renew is no failure.
    pub async fn refresh(self: &Arc<Self>) -> Result<(), RefreshError> {
        let flight = {
            let mut under_way = self.refreshing.lock().unwrap_or_else(|e| e.into_inner());
            match under_way.as_ref().filter(|flight| flight.peek().is_none()) {
                Some(flight) => flight.clone(),
                None => {
                    let auth = Arc::clone(self);
                    // In a task of its own: a refresh token is used up when it is sent, so that the answer must be
                    // kept even if nobody waits for it any longer.
                    let task = tokio::spawn(async move { auth.refresh_once().await });
                    let flight = async move {
                        let failed = |e: tokio::task::JoinError| RefreshError::Transient(e.to_string());
                        task.await.map_err(failed)?
                    };
                    under_way.insert(flight.boxed().shared()).clone()
                }
            }
        };
        flight.await
    }

    /// Takes what another process has stored for the same account, after a service has refused our tokens.
    pub async fn reload_same_account(self: &Arc<Self>) -> Result<(), Refusal> {
        match self.current().as_deref().and_then(renewable) {
            Some(login) => self.look_again(login.clone()).await.map(drop),
            None => Ok(()),
        }
    }

    async fn refresh_once(self: Arc<Self>) -> Result<(), RefreshError> {
        let current = self.current();
        let Some(login) = current.as_deref().and_then(renewable) else {
            return Ok(());
        };
        let Some(tokens) = &login.tokens else {
            return Ok(());
        };
        let Seen::Unchanged(file) = self.look_again(login.clone()).await? else {
            return Ok(());
        };
        if let Some(refusal) = self.refusal_of(tokens) {
            return Err(refusal.into());
        }
        match self.service.renew(&tokens.refresh_token).await {
            Ok(renewed) => {
                let (auth, file) = (Arc::clone(&self), with(file, renewed));
                let old = tokens.clone();
                let kept = tokio::task::spawn_blocking(move || auth.replace_tokens(&old, &file));
                kept.await
                    .map_err(|e| e.to_string())
                    .and_then(|kept| kept.map_err(|e| e.to_string()))
                    .map_err(RefreshError::Transient)
            }
            Err(error) => {
                if let RefreshError::Refused(refusal) = error {
                    self.remember_refusal(tokens.clone(), refusal);
                }
                Err(error)
            }
        }
    }

    /// Reads the store once more: tokens of another account, or none, are somebody else's decision; other tokens of the
    /// same account are taken.
    async fn look_again(self: &Arc<Self>, login: ChatgptCredentials) -> Result<Seen, Refusal> {
        let auth = Arc::clone(self);
        let looked = tokio::task::spawn_blocking(move || {
            let file = auth.store.load().ok_or(Refusal::AccountChanged)?;
            let Some(Credentials::Chatgpt(stored)) = file.credentials() else {
                return Err(Refusal::AccountChanged);
            };
            let account = |login: &ChatgptCredentials| login.tokens.as_ref()?.account_id.clone();
            if account(&stored).is_none() || account(&stored) != account(&login) {
                return Err(Refusal::AccountChanged);
            }
            if stored.tokens == login.tokens {
                return Ok(Seen::Unchanged(file));
            }
            auth.set_stored(Some(Credentials::Chatgpt(stored)));
            Ok(Seen::Taken)
        });
        looked.await.unwrap_or(Err(Refusal::AccountChanged))
    }
}

/// What another look at the store showed.
enum Seen {
    /// What was known; the whole document.
    Unchanged(AuthFile),
    /// Other tokens of the same account, which are in use now.
    Taken,
}

/// The login, if its tokens are ours to renew.
fn renewable(who: &Credentials) -> Option<&ChatgptCredentials> {
    match who {
        Credentials::Chatgpt(login) if login.mode == AuthMode::Chatgpt => Some(login),
        _ => None,
    }
}

/// Whether tokens should be renewed before they are used: the access token is past its time, or tells none and is old.
fn is_stale(tokens: &Tokens, last_refresh: Option<Timestamp>, now: Timestamp) -> bool {
    match end_of(&tokens.access_token) {
        Some(end) => end <= now.as_second(),
        None => last_refresh.is_some_and(|last| now.duration_since(last) > LONGEST_TRUSTED),
    }
}

/// The `exp` of a token, if it is one that says.
fn end_of(token: &str) -> Option<i64> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<serde_json::Value>(&payload).ok()?["exp"].as_i64()
}

/// The document with renewed tokens in it. A refresh token can be used once, so that nothing usable is thrown away: an
/// unreadable id token or an empty refresh token leaves the old one.
fn with(mut file: AuthFile, renewed: RenewedTokens) -> AuthFile {
    if let Some(tokens) = &mut file.tokens {
        if let Some(id_token) = renewed.id_token.filter(|token| IdClaims::parse(token).is_ok()) {
            tokens.id_token = id_token;
        }
        if let Some(access_token) = renewed.access_token {
            tokens.access_token = access_token;
        }
        if let Some(refresh_token) = renewed.refresh_token.filter(|token| !token.is_empty()) {
            tokens.refresh_token = refresh_token;
        }
    }
    file.last_refresh = Some(Timestamp::now());
    file
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::storage::Store;
    use crate::testing::{Net, Reply, chatgpt, manager};
    use crate::token::jwt;

    fn access(auth: &AuthManager) -> String {
        auth.status(true).token.unwrap_or_default()
    }

    #[test]
    fn an_end_that_has_passed_or_great_age_makes_tokens_stale() {
        let now: Timestamp = "2026-01-10T00:00:00Z".parse().unwrap();
        let stale = |access: String, last: &str| {
            let tokens = Tokens {
                id_token: String::new(),
                access_token: access,
                refresh_token: String::new(),
                account_id: None,
            };
            is_stale(&tokens, last.parse().ok(), now)
        };
        let ends = |at: i64| jwt(&json!({ "exp": at }));
        assert!(stale(ends(now.as_second()), "2026-01-09T00:00:00Z"));
        assert!(!stale(ends(now.as_second() + 1), "2025-01-01T00:00:00Z"));
        assert!(stale("opaque".into(), "2026-01-01T23:00:00Z"));
        assert!(!stale("opaque".into(), "2026-01-02T01:00:00Z"));
        assert!(stale(jwt(&json!({"exp": "soon"})), "2026-01-01T00:00:00Z"));
        assert!(!stale("opaque".into(), "never"));
    }

    #[tokio::test]
    async fn all_who_need_new_tokens_share_one_request() {
        let net = Net::start(vec![Reply::json(
            json!({"access_token": "new", "refresh_token": ""}),
        )])
        .await;
        let home = tempfile::tempdir().unwrap();
        let auth = manager(&net, Store::file(home.path()), chatgpt("old", "acct"));
        let (one, two, three) = tokio::join!(auth.refresh(), auth.refresh(), auth.refresh());
        assert_eq!([one, two, three], [Ok(()), Ok(()), Ok(())]);
        assert_eq!(access(&auth), "new");
        assert_eq!(net.seen().len(), 1);
        let stored = Store::file(home.path()).load().unwrap().tokens.unwrap();
        assert_eq!(
            (stored.access_token.as_str(), stored.refresh_token.as_str()),
            ("new", "refresh")
        );
    }

    #[tokio::test]
    async fn a_refusal_for_good_is_remembered_for_these_tokens() {
        let refusal = json!({"error": {"code": "refresh_token_reused"}});
        let net = Net::start(vec![Reply::status(401, refusal)]).await;
        let home = tempfile::tempdir().unwrap();
        let auth = manager(&net, Store::file(home.path()), chatgpt("old", "acct"));
        for _ in 0..2 {
            assert_eq!(auth.refresh().await, Err(Refusal::Reused.into()));
        }
        assert_eq!(net.seen().len(), 1);
        assert_eq!(auth.account(), Ok(None));
        assert_eq!(
            (auth.status(true).mode, auth.status(true).token),
            (Some(AuthMode::Chatgpt), None)
        );
        // Another process has signed in again.
        Store::file(home.path()).save(&chatgpt("other", "acct")).unwrap();
        assert_eq!(auth.refresh().await, Ok(()));
        assert_eq!(access(&auth), "other");
    }

    #[tokio::test]
    async fn tokens_of_another_account_are_not_taken() {
        let net = Net::start(vec![]).await;
        let home = tempfile::tempdir().unwrap();
        let auth = manager(&net, Store::file(home.path()), chatgpt("old", "acct"));
        Store::file(home.path())
            .save(&chatgpt("other", "acct-2"))
            .unwrap();
        assert_eq!(auth.refresh().await, Err(Refusal::AccountChanged.into()));
        assert_eq!(auth.reload_same_account().await, Err(Refusal::AccountChanged));
        assert_eq!(access(&auth), "old");
    }

    #[tokio::test]
    async fn an_answer_that_comes_after_signing_out_signs_nobody_in() {
        let (reply, go) = Reply::json(json!({"access_token": "new"})).held();
        let net = Net::start(vec![reply, Reply::json(json!({}))]).await;
        let home = tempfile::tempdir().unwrap();
        let auth = manager(&net, Store::file(home.path()), chatgpt("old", "acct"));
        let renewal = tokio::spawn({
            let auth = Arc::clone(&auth);
            async move { auth.refresh().await }
        });
        net.asked(1).await;
        auth.logout().await.unwrap();
        go.send(()).unwrap();
        renewal.await.unwrap().unwrap();
        assert!(auth.current().is_none() && Store::file(home.path()).load().is_none());
    }
}
