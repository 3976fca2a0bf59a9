//! The cached answer to "who is signed in", and the operations that change it.

use std::sync::{Arc, RwLock};

use crate::storage::{AuthFile, AuthMode, Store, StoreError};
use crate::{Credentials, PlanType};

/// Credentials of one CODEX_HOME, cached. Cheap to share behind an `Arc`.
#[derive(Debug)]
pub struct AuthManager {
    store: Store,
    cached: RwLock<Option<Arc<Credentials>>>,
}

/// What `account/read` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// A key.
    ApiKey,
    /// A ChatGPT account.
    Chatgpt {
        /// Its e-mail.
        email: String,
        /// Its plan.
        plan: PlanType,
    },
}

/// Why `account/read` has no answer.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub enum AccountError {
    /// Tokens that name no e-mail.
    #[error("email and plan type are required for chatgpt authentication")]
    NoEmail,
}

/// What `getAuthStatus` shows for a provider that needs a login.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct AuthStatus {
    /// The mode; `None`: nobody who could ask a model is signed in.
    pub mode: Option<AuthMode>,
    /// The bearer token.
    pub token: Option<String>,
}

impl AuthManager {
    /// Reads `store` once.
    pub fn load(store: Store) -> Self {
        let manager = Self {
            store,
            cached: RwLock::new(None),
        };
        manager.reload();
        manager
    }

    /// Who is signed in, as of the last look.
    pub fn current(&self) -> Option<Arc<Credentials>> {
        self.cached.read().unwrap_or_else(|e| e.into_inner()).clone()
    }

    /// Looks again. The ephemeral store keeps what it has.
    pub fn reload(&self) {
        if !self.store.is_ephemeral() {
            self.set(self.store.load().and_then(|file| file.credentials()));
        }
    }

    /// Signs in with a key: any string, saved verbatim (account.md §4). The cache follows.
    pub fn login_api_key(&self, key: &str) -> Result<(), StoreError> {
        let file = AuthFile::with_api_key(key);
        self.store.save(&file)?;
        self.set(file.credentials());
        Ok(())
    }

    /// Signs out: removes what is stored and forgets it.
    pub fn logout(&self) -> Result<(), StoreError> {
        self.store.delete()?;
        self.set(None);
        Ok(())
    }

    /// The account of whoever is signed in (account.md §2).
    pub fn account(&self) -> Result<Option<Account>, AccountError> {
        match self.current().as_deref() {
            None => Ok(None),
            Some(Credentials::ApiKey(_)) => Ok(Some(Account::ApiKey)),
            Some(Credentials::Chatgpt(c)) => {
                let email = c.claims.email.clone().ok_or(AccountError::NoEmail)?;
                Ok(Some(Account::Chatgpt {
                    email,
                    plan: c.claims.plan,
                }))
            }
        }
    }

    /// The answer to `getAuthStatus` where the provider needs a login; the token only on demand.
    pub fn status(&self, include_token: bool) -> AuthStatus {
        let current = self.current();
        let token = match current.as_deref() {
            Some(Credentials::ApiKey(key)) => Some(key.clone()),
            // Without a date of renewal nobody can tell whether the tokens are any good.
            Some(Credentials::Chatgpt(c)) => c
                .last_refresh
                .and(c.tokens.as_ref())
                .map(|tokens| tokens.access_token.clone()),
            None => None,
        };
        match (current, token.filter(|t| !t.is_empty())) {
            (Some(who), Some(token)) => AuthStatus {
                mode: Some(who.mode()),
                token: include_token.then_some(token),
            },
            _ => AuthStatus::default(),
        }
    }

    fn set(&self, who: Option<Credentials>) {
        *self.cached.write().unwrap_or_else(|e| e.into_inner()) = who.map(Arc::new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage;
    use crate::token::jwt;
    use serde_json::json;

    fn stored(document: serde_json::Value) -> (tempfile::TempDir, AuthManager) {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(storage::path(home.path()), document.to_string()).unwrap();
        let manager = AuthManager::load(Store::file(home.path()));
        (home, manager)
    }

    fn tokens(claims: serde_json::Value) -> serde_json::Value {
        json!({"auth_mode": "chatgpt", "tokens": {"id_token": jwt(&claims), "access_token": "at", "refresh_token": "rt"}})
    }

    #[test]
    fn a_key_is_saved_shown_and_forgotten_again() {
        let home = tempfile::tempdir().unwrap();
        let auth = AuthManager::load(Store::file(home.path()));
        assert_eq!(auth.account(), Ok(None));
        auth.login_api_key(" sk \n").unwrap();
        assert_eq!(auth.account(), Ok(Some(Account::ApiKey)));
        assert_eq!(auth.status(true).token.as_deref(), Some(" sk \n"));
        let other = AuthManager::load(Store::file(home.path()));
        assert_eq!(other.current().unwrap().mode(), AuthMode::ApiKey);
        auth.logout().unwrap();
        auth.logout().unwrap();
        assert!(auth.current().is_none() && !storage::path(home.path()).exists());
    }

    #[test]
    fn the_file_is_not_looked_at_between_logins() {
        let (home, auth) = stored(json!({"OPENAI_API_KEY": "k"}));
        std::fs::remove_file(storage::path(home.path())).unwrap();
        assert_eq!(auth.account(), Ok(Some(Account::ApiKey)));
        auth.reload();
        assert_eq!(auth.account(), Ok(None));
    }

    #[test]
    fn an_empty_key_is_an_account_but_no_way_to_ask() {
        let (_home, auth) = stored(json!({"OPENAI_API_KEY": ""}));
        assert_eq!(auth.account(), Ok(Some(Account::ApiKey)));
        assert!(auth.status(true) == AuthStatus::default());
    }

    #[test]
    fn chatgpt_tokens_show_email_and_plan_and_need_a_date_to_be_told() {
        let claims = json!({"email": "a@b", "https://api.openai.com/auth": {"chatgpt_plan_type": "pro"}});
        let (_home, auth) = stored(tokens(claims.clone()));
        let account = Account::Chatgpt {
            email: "a@b".into(),
            plan: PlanType::Pro,
        };
        assert_eq!(auth.account(), Ok(Some(account)));
        assert!(auth.status(true) == AuthStatus::default());
        let mut dated = tokens(claims);
        dated["last_refresh"] = json!("2026-01-01T00:00:00Z");
        let (_home, auth) = stored(dated);
        assert_eq!(
            (auth.status(false).mode, auth.status(false).token),
            (Some(AuthMode::Chatgpt), None)
        );
        assert_eq!(auth.status(true).token.as_deref(), Some("at"));
    }

    #[test]
    fn tokens_without_an_email_are_an_error() {
        let (_home, auth) = stored(tokens(json!({})));
        assert_eq!(auth.account(), Err(AccountError::NoEmail));
        let (_home, auth) = stored(json!({"auth_mode": "chatgpt"}));
        assert_eq!(auth.account(), Err(AccountError::NoEmail));
    }

    #[test]
    fn the_ephemeral_store_leaves_the_disk_alone() {
        let auth = AuthManager::load(Store::ephemeral());
        auth.login_api_key("k").unwrap();
        auth.reload();
        assert_eq!(auth.status(true).token.as_deref(), Some("k"));
        auth.logout().unwrap();
        assert!(auth.current().is_none());
    }
}
