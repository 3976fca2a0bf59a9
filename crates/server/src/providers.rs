//! From configuration and login to a model's client: providers, catalogues, credentials.

use std::sync::{Arc, OnceLock};

use codex_auth::AuthManager;
use codex_config::Config;
use codex_model::{
    BoxFuture, Catalogue, CatalogueError, CredentialSource, Credentials, ModelError, Provider, ProviderError,
    built_in_providers, process_environment,
};

use crate::user_agent::REFERENCE_VERSION;

/// Why a configured provider cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NoProvider {
    /// Nobody configured it.
    #[error("Model provider `{0}` not found")]
    Unknown(String),
    /// Its table contradicts itself.
    #[error(transparent)]
    Invalid(#[from] ProviderError),
    /// Its table does not fit.
    #[error("model_providers.{id}: {reason}")]
    Shape {
        /// The provider.
        id: String,
        /// What does not fit.
        reason: serde_json::Error,
    },
}

/// The provider a configuration chose: built in, else configured.
pub fn provider(config: &Config) -> Result<Provider, NoProvider> {
    let id = &config.model_provider_id;
    let configured = config.model_providers.get(id);
    if let Some(table) = configured {
        let shape = |reason| NoProvider::Shape {
            id: id.clone(),
            reason,
        };
        let provider: Provider = serde_json::to_value(table)
            .and_then(serde_json::from_value)
            .map_err(shape)?;
        let provider = provider.with_id(id);
        provider.validate()?;
        return Ok(provider);
    }
    built_in_providers(
        &process_environment,
        config.openai_base_url.as_deref(),
        REFERENCE_VERSION,
    )
    .into_iter()
    .find(|provider| provider.id == *id)
    .ok_or_else(|| NoProvider::Unknown(id.clone()))
}

/// What is known about the models of a configuration's provider. Bundled lists are read once.
pub fn catalogue(config: &Config) -> Result<Arc<Catalogue>, CatalogueError> {
    static BUNDLED: OnceLock<Arc<Catalogue>> = OnceLock::new();
    if let Some(file) = &config.model_catalog_json {
        return Catalogue::from_file(file).map(Arc::new);
    }
    if config.model_provider_id == "amazon-bedrock" {
        return Ok(Arc::new(Catalogue::bundled(&config.model_provider_id)));
    }
    Ok(Arc::clone(
        BUNDLED.get_or_init(|| Arc::new(Catalogue::bundled("openai"))),
    ))
}

/// The login of this home as requests carry it.
pub struct Login(pub Arc<AuthManager>);

impl CredentialSource for Login {
    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, ModelError>> {
        let credentials = match self.0.current().as_deref() {
            None => Credentials::none(),
            Some(codex_auth::Credentials::ApiKey(key)) => Credentials::api_key(key),
            Some(codex_auth::Credentials::Chatgpt(login)) => {
                login.tokens.as_ref().map_or_else(Credentials::none, |t| {
                    Credentials::chatgpt(&t.access_token, t.account_id.clone(), login.claims.fedramp)
                })
            }
        };
        Box::pin(async move { Ok(credentials) })
    }
}
