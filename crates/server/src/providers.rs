//! From configuration to a model's client: providers and catalogues.

use std::sync::{Arc, OnceLock};

use codex_config::Config;
use codex_config::schema::{BuiltInProvider, ModelProviderToml, ProviderAuthToml};
use codex_model::{BadRegion, Catalogue, CatalogueError, CommandAuth, Provider, process_environment};

use crate::user_agent::REFERENCE_VERSION;

/// Why a chosen provider cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NoProvider {
    /// Nobody configured it.
    #[error("Model provider `{0}` not found")]
    Unknown(String),
    /// Its region is none.
    #[error("model_providers.amazon-bedrock.aws.region: {0}")]
    Region(#[from] BadRegion),
}

/// The provider a configuration chose: built in, else configured.
pub fn provider(config: &Config) -> Result<Provider, NoProvider> {
    let id = &config.model_provider_id;
    let table = config.model_providers.get(id);
    let provider = match BuiltInProvider::named(id) {
        Some(BuiltInProvider::OpenAi) => {
            Provider::openai(config.openai_base_url.as_deref(), REFERENCE_VERSION)
        }
        Some(BuiltInProvider::AmazonBedrock) => {
            let aws = table.and_then(|table| table.aws.as_ref());
            Provider::amazon_bedrock(aws.and_then(|aws| aws.region.as_deref()))?
        }
        Some(BuiltInProvider::Ollama) => Provider::local(&process_environment, 11434),
        Some(BuiltInProvider::LmStudio) => Provider::local(&process_environment, 1234),
        // Its name is not reserved: a table replaces it.
        Some(BuiltInProvider::Scripted) => table.map_or_else(Provider::scripted, configured),
        None => configured(table.ok_or_else(|| NoProvider::Unknown(id.clone()))?),
    };
    Ok(Provider {
        id: id.clone(),
        ..provider
    })
}

/// Whether a configuration's provider is Amazon Bedrock, which has an account and models of its own.
pub fn is_bedrock(config: &Config) -> bool {
    BuiltInProvider::named(&config.model_provider_id) == Some(BuiltInProvider::AmazonBedrock)
}

fn configured(table: &ModelProviderToml) -> Provider {
    Provider {
        id: String::new(),
        name: table.name.clone(),
        base_url: table.base_url.clone(),
        env_key: table.env_key.clone(),
        env_key_instructions: table.env_key_instructions.clone(),
        bearer_token: table.experimental_bearer_token.clone(),
        auth: table.auth.as_ref().map(token_command),
        query_params: table.query_params.clone().unwrap_or_default(),
        http_headers: table.http_headers.clone().unwrap_or_default(),
        env_http_headers: table.env_http_headers.clone().unwrap_or_default(),
        request_max_retries: table.request_max_retries,
        stream_max_retries: table.stream_max_retries,
        stream_idle_timeout_ms: table.stream_idle_timeout_ms,
        requires_openai_auth: table.requires_openai_auth,
        script: table.script.clone(),
    }
}

fn token_command(table: &ProviderAuthToml) -> CommandAuth {
    CommandAuth {
        command: table.command.clone(),
        args: table.args.clone(),
        timeout_ms: table.timeout_ms.get(),
        refresh_interval_ms: table.refresh_interval_ms,
        cwd: table.cwd.0.clone(),
    }
}

/// What is known about the models of a configuration's provider. Bundled lists are read once.
pub fn catalogue(config: &Config) -> Result<Arc<Catalogue>, CatalogueError> {
    static BUNDLED: OnceLock<Arc<Catalogue>> = OnceLock::new();
    if let Some(file) = &config.model_catalog_json {
        return Catalogue::from_file(file).map(Arc::new);
    }
    if is_bedrock(config) {
        return Ok(Arc::new(Catalogue::amazon_bedrock()));
    }
    Ok(Arc::clone(BUNDLED.get_or_init(|| Arc::new(Catalogue::bundled()))))
}

#[cfg(test)]
mod tests {
    use codex_config::{Home, Overrides, Request, Sources};

    use super::*;

    fn chosen(text: &str) -> Result<Provider, String> {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("config.toml"), text).unwrap();
        let home = Home::at(home.path());
        let config = Sources::new(home, Overrides::default())
            .load(&Request::default())
            .unwrap();
        provider(&config).map_err(|e| e.to_string())
    }

    #[test]
    fn a_region_moves_bedrock_and_leaves_the_rest_of_it() {
        let bedrock = "model_provider = \"amazon-bedrock\"\n";
        let plain = chosen(bedrock).unwrap();
        let moved = chosen(&format!(
            "{bedrock}[model_providers.amazon-bedrock.aws]\nregion = \"eu-west-1\""
        ))
        .unwrap();
        let eu = "https://bedrock-mantle.eu-west-1.api.aws/v1";
        assert_eq!(moved.base_url.as_deref(), Some(eu));
        assert_eq!(
            Provider {
                base_url: plain.base_url.clone(),
                ..moved
            },
            plain
        );
        let profile = chosen(&format!(
            "{bedrock}[model_providers.amazon-bedrock.aws]\nprofile = \"p\""
        ))
        .unwrap();
        assert_eq!(profile, plain);
        assert_eq!(
            chosen(&format!(
                "{bedrock}[model_providers.amazon-bedrock.aws]\nregion = \"h/\""
            ))
            .unwrap_err(),
            "model_providers.amazon-bedrock.aws.region: `h/` is no AWS region: \
             expected letters, digits and dashes, as in `us-east-1`"
        );
    }

    #[test]
    fn a_table_says_everything_about_a_provider_of_ones_own() {
        let provider = chosen(
            "model_provider = \"mine\"\n[model_providers.mine]\nname = \"Mine\"\nbase_url = \"http://h/v1\"\n\
             query_params = { a = \"1\" }\nrequest_max_retries = 7\n\
             [model_providers.mine.auth]\ncommand = \"./token\"\ncwd = \"/c\"\n",
        )
        .unwrap();
        let auth = provider.auth.clone().unwrap();
        assert_eq!((provider.id.as_str(), provider.name.as_str()), ("mine", "Mine"));
        assert_eq!(provider.responses_url(false), "http://h/v1/responses?a=1");
        assert_eq!(provider.request_retries(), 7);
        assert_eq!(
            (auth.command.as_str(), auth.timeout_ms, auth.refresh_interval_ms),
            ("./token", 5000, 300_000)
        );
        assert_eq!(auth.cwd, std::path::Path::new("/c"));
    }
}
