//! `[model_providers.NAME]`: where model requests go (config.md §11).

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::AbsolutePath;

/// A provider that needs no table in the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuiltInProvider {
    /// OpenAI itself.
    OpenAi,
    /// Amazon Bedrock; the only one a table may complete.
    AmazonBedrock,
    /// A server on this machine.
    Ollama,
    /// Another one.
    LmStudio,
    /// Our own: answers from a script.
    Scripted,
}

impl BuiltInProvider {
    const ALL: [Self; 5] = [
        Self::OpenAi,
        Self::AmazonBedrock,
        Self::Ollama,
        Self::LmStudio,
        Self::Scripted,
    ];

    /// What it is called in a configuration.
    pub const fn id(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::AmazonBedrock => "amazon-bedrock",
            Self::Ollama => "ollama",
            Self::LmStudio => "lmstudio",
            Self::Scripted => "scripted",
        }
    }

    /// The one called `id`.
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.id() == id)
    }

    /// Whether no table may have its name.
    fn is_reserved(self) -> bool {
        matches!(self, Self::OpenAi | Self::Ollama | Self::LmStudio)
    }
}

/// Reads the tables and refuses those that contradict themselves.
pub(super) fn checked<'de, D: Deserializer<'de>>(
    de: D,
) -> Result<BTreeMap<String, ModelProviderToml>, D::Error> {
    let providers = BTreeMap::<String, ModelProviderToml>::deserialize(de)?;
    let reserved: Vec<String> = providers
        .keys()
        .filter(|k| BuiltInProvider::named(k).is_some_and(BuiltInProvider::is_reserved))
        .map(|k| format!("`{k}`"))
        .collect();
    if !reserved.is_empty() {
        return Err(serde::de::Error::custom(format!(
            "model_providers contains reserved built-in provider IDs: {}. Give your own provider another name.",
            reserved.join(", ")
        )));
    }
    for (id, provider) in &providers {
        provider
            .check(id)
            .map_err(|fault| serde::de::Error::custom(format!("model_providers.{id}: {fault}")))?;
    }
    Ok(providers)
}

/// One provider as configured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelProviderToml {
    pub name: String,
    pub base_url: Option<String>,
    pub env_key: Option<String>,
    pub env_key_instructions: Option<String>,
    pub experimental_bearer_token: Option<String>,
    pub auth: Option<ProviderAuthToml>,
    pub aws: Option<AwsToml>,
    pub wire_api: WireApi,
    pub query_params: Option<BTreeMap<String, String>>,
    pub http_headers: Option<BTreeMap<String, String>>,
    pub env_http_headers: Option<BTreeMap<String, String>>,
    pub request_max_retries: Option<u64>,
    pub stream_max_retries: Option<u64>,
    pub stream_idle_timeout_ms: Option<u64>,
    pub websocket_connect_timeout_ms: Option<u64>,
    pub requires_openai_auth: bool,
    pub supports_websockets: bool,
    /// Our own: the script that answers instead of a service (docs/scripted-model.md). Not shown where it is not set,
    /// so that clients see the reference's members only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
}

impl ModelProviderToml {
    /// What is wrong with a table that reads well. `amazon-bedrock` is judged by [`Self::is_plain_bedrock`].
    fn check(&self, id: &str) -> Result<(), String> {
        if id == BuiltInProvider::AmazonBedrock.id() {
            return Ok(());
        }
        if self.aws.is_some() {
            return Err("provider aws is only supported for `amazon-bedrock`".to_owned());
        }
        if self.name.trim().is_empty() {
            return Err("provider name must not be empty".to_owned());
        }
        let Some(auth) = &self.auth else { return Ok(()) };
        if auth.command.trim().is_empty() {
            return Err("provider auth.command must not be empty".to_owned());
        }
        let beside = [
            ("env_key", self.env_key.is_some()),
            (
                "experimental_bearer_token",
                self.experimental_bearer_token.is_some(),
            ),
            ("requires_openai_auth", self.requires_openai_auth),
        ];
        let beside: Vec<&str> = beside
            .into_iter()
            .filter(|(_, given)| *given)
            .map(|(name, _)| name)
            .collect();
        match beside.is_empty() {
            true => Ok(()),
            false => Err(format!(
                "provider auth cannot be combined with {}",
                beside.join(", ")
            )),
        }
    }

    /// Whether a table for `amazon-bedrock` says nothing but which AWS identity to use.
    pub(crate) fn is_plain_bedrock(&self) -> bool {
        *self
            == Self {
                aws: self.aws.clone(),
                ..Self::default()
            }
    }
}

/// The wire protocol; one is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WireApi {
    #[default]
    Responses,
}

impl<'de> Deserialize<'de> for WireApi {
    fn deserialize<D: serde::Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        match String::deserialize(de)?.as_str() {
            "responses" => Ok(Self::Responses),
            "chat" => Err(serde::de::Error::custom(
                "`wire_api = \"chat\"` has been removed; write `wire_api = \"responses\"` for this provider. \
                 Background: https://github.com/openai/codex/discussions/7782",
            )),
            other => Err(serde::de::Error::unknown_variant(other, &["responses"])),
        }
    }
}

/// A program that prints the bearer token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProviderAuthToml {
    pub command: String,
    #[serde(default)]
    pub args: Vec<String>,
    /// Milliseconds.
    #[serde(default = "five_seconds")]
    pub timeout_ms: std::num::NonZeroU64,
    /// Milliseconds; 0 keeps a token for ever.
    #[serde(default = "five_minutes")]
    pub refresh_interval_ms: u64,
    #[serde(default = "process_folder")]
    pub cwd: AbsolutePath,
}

/// Which AWS identity `amazon-bedrock` uses.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AwsToml {
    pub profile: Option<String>,
    pub region: Option<String>,
}

fn five_seconds() -> std::num::NonZeroU64 {
    const { std::num::NonZeroU64::new(5000).expect("5000 is not zero") }
}

fn five_minutes() -> u64 {
    300_000
}

fn process_folder() -> AbsolutePath {
    AbsolutePath(std::env::current_dir().unwrap_or_else(|_| "/".into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Place;

    fn fault(table: &str) -> String {
        let place = Place::new(&format!("[model_providers.p]\n{table}"));
        place.load(crate::Request::default()).unwrap_err()
    }

    #[test]
    fn what_contradicts_itself_is_refused_by_name() {
        for (table, told) in [
            (
                "name = 'N'\nenv_key = 'K'\nrequires_openai_auth = true\nauth = { command = 'x' }",
                "model_providers.p: provider auth cannot be combined with env_key, requires_openai_auth",
            ),
            (
                "name = 'N'\nauth = { command = ' ' }",
                "model_providers.p: provider auth.command must not be empty",
            ),
            (
                "name = 'N'\naws = { region = 'r' }",
                "model_providers.p: provider aws is only supported for `amazon-bedrock`",
            ),
            ("", "model_providers.p: provider name must not be empty"),
            ("wire_api = 'chat'", "`wire_api = \"chat\"` has been removed"),
            (
                "wire_api = 'carrier'",
                "unknown variant `carrier`, expected `responses`",
            ),
        ] {
            let fault = fault(table);
            assert!(fault.contains(told), "{fault}");
        }
    }

    #[test]
    fn names_of_built_in_providers_are_taken() {
        for provider in BuiltInProvider::ALL {
            assert_eq!(BuiltInProvider::named(provider.id()), Some(provider));
        }
        let place = Place::new("[model_providers.ollama]\nname = 'N'");
        let fault = place.load(crate::Request::default()).unwrap_err();
        assert!(
            fault.contains("reserved built-in provider IDs: `ollama`"),
            "{fault}"
        );
    }
}
