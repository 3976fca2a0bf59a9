//! What a model request carries, by provider and login (account.md §9).

use crate::Credentials;

/// The members of a provider's configuration that concern credentials.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProviderAuth<'a> {
    /// The variable that holds the key.
    pub env_key: Option<&'a str>,
    /// What to tell the user when that variable is not set.
    pub env_key_instructions: Option<&'a str>,
    /// A token in the configuration itself.
    pub bearer_token: Option<&'a str>,
    /// Whether the login is for this provider.
    pub requires_openai_auth: bool,
}

/// The credentials of one request.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct RequestAuth {
    /// `Authorization: Bearer …`.
    pub bearer: Option<String>,
    /// `ChatGPT-Account-ID`.
    pub account_id: Option<String>,
    /// `X-OpenAI-Fedramp: true`.
    pub fedramp: bool,
}

/// Why no request can be made.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum BearerError {
    /// The variable named by `env_key` is unset or blank.
    #[error("Missing environment variable: `{name}`.{}", .instructions.as_ref().map(|i| format!(" {i}")).unwrap_or_default())]
    MissingVariable {
        /// The variable.
        name: String,
        /// `env_key_instructions`.
        instructions: Option<String>,
    },
}

/// The credentials for a request to `provider` while `login` is signed in: the variable, else the configured token, else
/// the login. The login goes only to providers that say it is meant for them; the reference hands it to every provider
/// without credentials of its own, which gives secrets away (account.md §17).
pub fn request_auth(
    provider: &ProviderAuth<'_>,
    login: Option<&Credentials>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<RequestAuth, BearerError> {
    if let Some(name) = provider.env_key {
        let Some(key) = variable(name).filter(|v| !v.trim().is_empty()) else {
            let instructions = provider.env_key_instructions.map(str::to_owned);
            return Err(BearerError::MissingVariable {
                name: name.to_owned(),
                instructions,
            });
        };
        return Ok(RequestAuth {
            bearer: Some(key),
            ..RequestAuth::default()
        });
    }
    if let Some(token) = provider.bearer_token {
        return Ok(RequestAuth {
            bearer: Some(token.to_owned()),
            ..RequestAuth::default()
        });
    }
    Ok(match login.filter(|_| provider.requires_openai_auth) {
        None => RequestAuth::default(),
        Some(Credentials::ApiKey(key)) => RequestAuth {
            bearer: Some(key.clone()),
            ..RequestAuth::default()
        },
        Some(Credentials::Chatgpt(c)) => RequestAuth {
            bearer: c.tokens.as_ref().map(|t| t.access_token.clone()),
            account_id: c.tokens.as_ref().and_then(|t| t.account_id.clone()),
            fedramp: c.claims.fedramp,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(provider: &ProviderAuth<'_>) -> Result<Option<String>, String> {
        let login = Credentials::ApiKey("login".into());
        let variable = |n: &str| match n {
            "SET" => Some(" v ".to_owned()),
            "BLANK" => Some("  ".to_owned()),
            _ => None,
        };
        request_auth(provider, Some(&login), variable)
            .map(|a| a.bearer)
            .map_err(|e| e.to_string())
    }

    #[test]
    fn the_variable_beats_the_token_which_beats_the_login() {
        let all = ProviderAuth {
            env_key: Some("SET"),
            bearer_token: Some("token"),
            requires_openai_auth: true,
            ..ProviderAuth::default()
        };
        assert_eq!(bearer(&all), Ok(Some(" v ".into())));
        assert_eq!(
            bearer(&ProviderAuth { env_key: None, ..all }),
            Ok(Some("token".into()))
        );
        assert_eq!(
            bearer(&ProviderAuth {
                env_key: None,
                bearer_token: None,
                ..all
            }),
            Ok(Some("login".into()))
        );
    }

    #[test]
    fn the_login_stays_with_providers_it_is_meant_for() {
        assert_eq!(bearer(&ProviderAuth::default()), Ok(None));
    }

    #[test]
    fn a_missing_variable_is_named_with_the_instructions() {
        let p = ProviderAuth {
            env_key: Some("GONE"),
            env_key_instructions: Some("Ask me."),
            ..ProviderAuth::default()
        };
        assert_eq!(
            bearer(&p),
            Err("Missing environment variable: `GONE`. Ask me.".into())
        );
        let p = ProviderAuth {
            env_key: Some("BLANK"),
            ..ProviderAuth::default()
        };
        assert_eq!(bearer(&p), Err("Missing environment variable: `BLANK`.".into()));
    }
}
