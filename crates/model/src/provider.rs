//! Model providers: where requests go, with which credentials and how patiently. One `[model_providers.NAME]`
//! table of config.toml is one [`Provider`] (config.md §11).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{ErrorKind, ModelError};

/// The id of the built-in scripted provider ([`crate::script`]).
pub const SCRIPTED: &str = "scripted";
/// The `script` value that stands for the demonstration built into the program.
pub const BUILT_IN_SCRIPT: &str = "builtin:demo";

const DEFAULT_REQUEST_RETRIES: u64 = 4;
const DEFAULT_STREAM_RETRIES: u64 = 5;
const MOST_RETRIES: u64 = 100;
const DEFAULT_IDLE_MS: u64 = 300_000;
const OPENAI_URL: &str = "https://api.openai.com/v1";
const CHATGPT_URL: &str = "https://chatgpt.com/backend-api/codex";

/// The protocol spoken with a provider. There is one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WireApi {
    /// The Responses API.
    #[default]
    Responses,
}

impl<'de> Deserialize<'de> for WireApi {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        match String::deserialize(deserializer)?.as_str() {
            "responses" => Ok(Self::Responses),
            "chat" => Err(D::Error::custom(
                "`wire_api = \"chat\"` is no longer supported. Write `wire_api = \"responses\"` in the provider's table, or leave the key out.",
            )),
            other => Err(D::Error::unknown_variant(other, &["responses"])),
        }
    }
}

/// `[model_providers.NAME.auth]`: a command whose output is the Bearer token (account.md §9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandAuth {
    /// The program; a bare name is looked up on PATH, a path with a slash is relative to `cwd`.
    pub command: String,
    /// Its arguments.
    #[serde(default)]
    pub args: Vec<String>,
    /// How long it may take, in milliseconds.
    #[serde(default = "default_auth_timeout")]
    pub timeout_ms: u64,
    /// How long a token is kept, in milliseconds; 0: for ever.
    #[serde(default = "default_auth_refresh")]
    pub refresh_interval_ms: u64,
    /// Where the command runs; the process's directory when absent.
    #[serde(default)]
    pub cwd: Option<PathBuf>,
}

fn default_auth_timeout() -> u64 {
    5000
}

fn default_auth_refresh() -> u64 {
    300_000
}

/// `[model_providers.amazon-bedrock.aws]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AwsSettings {
    /// The AWS profile.
    pub profile: Option<String>,
    /// The AWS region.
    pub region: Option<String>,
}

/// A model provider. Members are those of the configuration table; absent ones have the defaults of config.md §11.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provider {
    /// The table's name; not a member of the table, set by [`Provider::with_id`].
    #[serde(skip)]
    pub id: String,
    /// The name shown to people.
    pub name: String,
    /// Where the API is; requests go to `{base_url}/responses`. Absent: OpenAI's.
    pub base_url: Option<String>,
    /// Environment variable holding the key; wins over `experimental_bearer_token`.
    pub env_key: Option<String>,
    /// What to tell the user when that variable is not set.
    pub env_key_instructions: Option<String>,
    /// A Bearer token given in the configuration itself.
    pub experimental_bearer_token: Option<String>,
    /// A command that prints the Bearer token.
    pub auth: Option<CommandAuth>,
    /// Only for `amazon-bedrock`.
    pub aws: Option<AwsSettings>,
    /// The protocol.
    pub wire_api: WireApi,
    /// Appended to the URL as `k=v`, not encoded beyond what a URL parser does.
    pub query_params: Option<BTreeMap<String, String>>,
    /// Headers sent as they are.
    pub http_headers: Option<BTreeMap<String, String>>,
    /// Headers whose values are in environment variables; unset or blank ones are not sent.
    pub env_http_headers: Option<BTreeMap<String, String>>,
    /// Repeats of a request answered 5xx or not at all; see [`Provider::request_retries`].
    pub request_max_retries: Option<u64>,
    /// Repeats of a broken stream; see [`Provider::stream_retries`].
    pub stream_max_retries: Option<u64>,
    /// How long a stream may be silent, in milliseconds; see [`Provider::idle_timeout`].
    pub stream_idle_timeout_ms: Option<u64>,
    /// Time limit for connecting a WebSocket, in milliseconds.
    pub websocket_connect_timeout_ms: Option<u64>,
    /// Whether the user's login is sent.
    pub requires_openai_auth: bool,
    /// Whether the provider speaks Responses over a WebSocket. Accepted; requests go over HTTP all the same.
    pub supports_websockets: bool,
    /// Our own: the script that answers instead of a server, a file or `builtin:demo` (docs/scripted-model.md).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
}

/// Why a `[model_providers.NAME]` table can't be used (agent.md §10.1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// Two ways of authenticating at once.
    #[error("model_providers.{id}: provider auth cannot be combined with {with}")]
    AuthCombined {
        /// The table's name.
        id: String,
        /// The keys that can't stand beside `auth`, comma-separated.
        with: String,
    },
    /// `auth.command = ""`.
    #[error("model_providers.{0}: provider auth.command must not be empty")]
    AuthBlank(String),
    /// `aws` where it has no meaning.
    #[error("model_providers.{0}: provider aws is only supported for `amazon-bedrock`")]
    AwsElsewhere(String),
}

/// What of the process the built-in providers and credentials depend on: how to read environment variables.
pub type EnvVars<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// Reads the process's environment; the usual [`Environment`].
pub fn process_environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn not_blank(value: Option<String>) -> Option<String> {
    value.filter(|v| !v.trim().is_empty())
}

impl Provider {
    /// The same provider under the table name `id`.
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Checks what the shape of the table does not say.
    pub fn validate(&self) -> Result<(), ProviderError> {
        if self.aws.is_some() && self.id != "amazon-bedrock" {
            return Err(ProviderError::AwsElsewhere(self.id.clone()));
        }
        let Some(auth) = &self.auth else { return Ok(()) };
        if auth.command.trim().is_empty() {
            return Err(ProviderError::AuthBlank(self.id.clone()));
        }
        let others: Vec<&str> = [
            ("env_key", self.env_key.is_some()),
            (
                "experimental_bearer_token",
                self.experimental_bearer_token.is_some(),
            ),
            ("requires_openai_auth", self.requires_openai_auth),
        ]
        .into_iter()
        .filter_map(|(key, set)| set.then_some(key))
        .collect();
        if others.is_empty() {
            return Ok(());
        }
        Err(ProviderError::AuthCombined {
            id: self.id.clone(),
            with: others.join(", "),
        })
    }

    /// Whether requests are answered by a script inside the process.
    pub fn is_scripted(&self) -> bool {
        self.script.is_some()
    }

    /// How often a request is repeated that failed before its stream began.
    pub fn request_retries(&self) -> u64 {
        self.request_max_retries
            .unwrap_or(DEFAULT_REQUEST_RETRIES)
            .min(MOST_RETRIES)
    }

    /// How often the agent may repeat a request whose stream broke.
    pub fn stream_retries(&self) -> u64 {
        self.stream_max_retries
            .unwrap_or(DEFAULT_STREAM_RETRIES)
            .min(MOST_RETRIES)
    }

    /// How long a stream may go without an event.
    pub fn idle_timeout(&self) -> Duration {
        Duration::from_millis(self.stream_idle_timeout_ms.unwrap_or(DEFAULT_IDLE_MS))
    }

    /// Whether requests carry what the user logged in with: only providers that ask for it get it, so that a key
    /// for one service is never sent to another (account.md §17, weak point 1).
    pub fn uses_login(&self) -> bool {
        self.requires_openai_auth
    }

    /// Whether this is Azure, where responses are stored and items are named by their ids (agent.md §10.3).
    pub fn is_azure(&self) -> bool {
        const HOSTS: [&str; 6] = [
            "openai.azure.",
            "cognitiveservices.azure.",
            "aoai.azure.",
            "azure-api.",
            "azurefd.",
            "windows.net/openai",
        ];
        let base = self.base_url.as_deref().unwrap_or_default().to_ascii_lowercase();
        self.name.eq_ignore_ascii_case("azure") || HOSTS.iter().any(|host| base.contains(host))
    }

    /// The address of the `/responses` endpoint. `chatgpt_login` chooses where OpenAI's own requests go.
    pub fn responses_url(&self, chatgpt_login: bool) -> String {
        let base = match &self.base_url {
            Some(base) if !base.is_empty() => base,
            _ if chatgpt_login => CHATGPT_URL,
            _ => OPENAI_URL,
        };
        let mut url = format!("{}/responses", base.trim_end_matches('/'));
        for (i, (name, value)) in self.query_params.iter().flatten().enumerate() {
            url.push(if i == 0 { '?' } else { '&' });
            url.push_str(name);
            url.push('=');
            url.push_str(value);
        }
        url
    }

    /// The Bearer token of the provider's own settings, if it has any.
    ///
    /// # Errors
    /// The variable of `env_key` is unset or blank: the request must not be made.
    pub fn own_token(&self, env: EnvVars<'_>) -> Result<Option<String>, ModelError> {
        let Some(variable) = &self.env_key else {
            return Ok(self.experimental_bearer_token.clone());
        };
        if let Some(key) = not_blank(env(variable)) {
            return Ok(Some(key));
        }
        let mut message = format!("Missing environment variable: `{variable}`.");
        if let Some(instructions) = &self.env_key_instructions {
            message.push(' ');
            message.push_str(instructions);
        }
        Err(ModelError::new(ErrorKind::Refused, message))
    }

    /// The provider's own headers; variables win over fixed values.
    pub fn own_headers(&self, env: EnvVars<'_>) -> Vec<(String, String)> {
        let fixed = self
            .http_headers
            .iter()
            .flatten()
            .map(|(k, v)| (k.clone(), v.clone()));
        let from_env = self
            .env_http_headers
            .iter()
            .flatten()
            .filter_map(|(k, variable)| Some((k.clone(), not_blank(env(variable))?)));
        fixed.chain(from_env).collect()
    }
}

/// Ids that a configuration may not define itself.
pub const RESERVED_IDS: [&str; 3] = ["openai", "ollama", "lmstudio"];

/// The providers every configuration has: `openai`, `amazon-bedrock`, `ollama`, `lmstudio`, and our own `scripted`.
///
/// `openai_base_url` is the configuration key of that name; `version` is what the OpenAI provider sends as the
/// program's version.
pub fn built_in_providers(env: EnvVars<'_>, openai_base_url: Option<&str>, version: &str) -> Vec<Provider> {
    let map = |pairs: &[(&str, &str)]| {
        Some(
            pairs
                .iter()
                .map(|(k, v)| (k.to_string(), v.to_string()))
                .collect::<BTreeMap<_, _>>(),
        )
    };
    let openai = Provider {
        id: "openai".into(),
        name: "OpenAI".into(),
        base_url: openai_base_url.filter(|u| !u.is_empty()).map(str::to_owned),
        http_headers: map(&[("version", version)]),
        env_http_headers: map(&[
            ("OpenAI-Organization", "OPENAI_ORGANIZATION"),
            ("OpenAI-Project", "OPENAI_PROJECT"),
        ]),
        requires_openai_auth: true,
        supports_websockets: true,
        ..Provider::default()
    };
    let local = |id: &str, port: u16| {
        let url = not_blank(env("CODEX_OSS_BASE_URL")).unwrap_or_else(|| {
            let port = not_blank(env("CODEX_OSS_PORT"))
                .and_then(|p| p.trim().parse().ok())
                .unwrap_or(port);
            format!("http://localhost:{port}/v1")
        });
        Provider {
            id: id.into(),
            name: "gpt-oss".into(),
            base_url: Some(url),
            ..Provider::default()
        }
    };
    let bedrock = Provider {
        id: "amazon-bedrock".into(),
        name: "Amazon Bedrock".into(),
        base_url: Some("https://bedrock-mantle.us-east-1.api.aws/v1".into()),
        env_key: Some("AWS_BEARER_TOKEN_BEDROCK".into()),
        aws: Some(AwsSettings::default()),
        ..Provider::default()
    };
    let scripted = Provider {
        id: SCRIPTED.into(),
        name: "Scripted model".into(),
        script: Some(BUILT_IN_SCRIPT.into()),
        ..Provider::default()
    };
    vec![
        openai,
        bedrock,
        local("ollama", 11434),
        local("lmstudio", 1234),
        scripted,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Provider, toml::de::Error> {
        toml::from_str(text)
    }

    fn env(name: &str) -> Option<String> {
        match name {
            "KEY" => Some("sk-env".into()),
            "BLANK" => Some("  ".into()),
            _ => None,
        }
    }

    #[test]
    fn an_empty_table_has_the_defaults() {
        let p = parse("").unwrap();
        assert_eq!((p.request_retries(), p.stream_retries()), (4, 5));
        assert_eq!(p.idle_timeout(), Duration::from_secs(300));
        assert!(!p.requires_openai_auth && !p.is_scripted());
    }

    #[test]
    fn retries_are_capped_at_a_hundred() {
        let p = parse("request_max_retries = 1000\nstream_max_retries = 101").unwrap();
        assert_eq!((p.request_retries(), p.stream_retries()), (100, 100));
    }

    #[test]
    fn unknown_wire_apis_are_refused_by_name() {
        assert!(
            parse("wire_api = 'chat'")
                .unwrap_err()
                .message()
                .contains("no longer supported")
        );
        let other = parse("wire_api = 'carrier'").unwrap_err();
        assert!(
            other
                .message()
                .contains("unknown variant `carrier`, expected `responses`"),
            "{other}"
        );
    }

    #[test]
    fn auth_stands_alone() {
        let p = parse("env_key = 'K'\nrequires_openai_auth = true\n[auth]\ncommand = 'x'")
            .unwrap()
            .with_id("p");
        assert_eq!(
            p.validate().unwrap_err().to_string(),
            "model_providers.p: provider auth cannot be combined with env_key, requires_openai_auth"
        );
        let blank = parse("[auth]\ncommand = ' '").unwrap().with_id("p");
        assert_eq!(blank.validate(), Err(ProviderError::AuthBlank("p".into())));
        let aws = parse("[aws]\nregion = 'r'").unwrap().with_id("p");
        assert_eq!(aws.validate(), Err(ProviderError::AwsElsewhere("p".into())));
    }

    #[test]
    fn urls_lose_their_trailing_slash_and_get_the_query() {
        let p = parse("base_url = 'http://h/v1/'\nquery_params = { a = '1', b = 'x y' }").unwrap();
        assert_eq!(p.responses_url(false), "http://h/v1/responses?a=1&b=x y");
    }

    #[test]
    fn openai_requests_follow_the_login() {
        let openai = &built_in_providers(&env, None, "1")[0];
        assert_eq!(openai.responses_url(false), "https://api.openai.com/v1/responses");
        assert_eq!(
            openai.responses_url(true),
            "https://chatgpt.com/backend-api/codex/responses"
        );
        let moved = &built_in_providers(&env, Some("http://h"), "1")[0];
        assert_eq!(moved.responses_url(true), "http://h/responses");
    }

    #[test]
    fn a_key_from_the_environment_wins_over_the_token() {
        let p = parse("env_key = 'KEY'\nexperimental_bearer_token = 't'").unwrap();
        assert_eq!(p.own_token(&env).unwrap().as_deref(), Some("sk-env"));
        let p = parse("experimental_bearer_token = 't'").unwrap();
        assert_eq!(p.own_token(&env).unwrap().as_deref(), Some("t"));
    }

    #[test]
    fn a_missing_key_is_named_with_its_instructions() {
        let p = parse("env_key = 'BLANK'\nenv_key_instructions = 'Ask the desk.'").unwrap();
        let e = p.own_token(&env).unwrap_err();
        assert_eq!(
            e.message(),
            "Missing environment variable: `BLANK`. Ask the desk."
        );
        assert!(!e.is_retryable_stream());
    }

    #[test]
    fn blank_header_variables_are_left_out() {
        let p =
            parse("http_headers = { a = '1' }\nenv_http_headers = { b = 'KEY', c = 'BLANK', d = 'NONE' }")
                .unwrap();
        let expected = [("a".to_string(), "1".to_string()), ("b".into(), "sk-env".into())];
        assert_eq!(p.own_headers(&env), expected);
    }

    #[test]
    fn local_providers_move_with_the_environment() {
        let port = |name: &str| (name == "CODEX_OSS_PORT").then(|| "9999".to_string());
        let find = |env: EnvVars<'_>, id: &str| {
            built_in_providers(env, None, "1")
                .into_iter()
                .find(|p| p.id == id)
                .unwrap()
                .base_url
                .unwrap()
        };
        assert_eq!(find(&env, "ollama"), "http://localhost:11434/v1");
        assert_eq!(find(&port, "lmstudio"), "http://localhost:9999/v1");
        let url = |name: &str| {
            matches!(name, "CODEX_OSS_BASE_URL")
                .then(|| "http://x".to_string())
                .or(port(name))
        };
        assert_eq!(find(&url, "ollama"), "http://x");
    }
}
