//! Model providers: where requests go, with which credentials and how patiently. Plain data: who makes one of a
//! configuration has checked it (config.md §11).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::error::{ErrorKind, ModelError};

/// The `script` value that stands for the demonstration built into the program.
pub const BUILT_IN_SCRIPT: &str = "builtin:demo";

const DEFAULT_REQUEST_RETRIES: u64 = 4;
const DEFAULT_STREAM_RETRIES: u64 = 5;
const MOST_RETRIES: u64 = 100;
const DEFAULT_IDLE_MS: u64 = 300_000;
const OPENAI_URL: &str = "https://api.openai.com/v1";
const CHATGPT_URL: &str = "https://chatgpt.com/backend-api/codex";
/// Where requests to Amazon Bedrock go when no region was chosen.
const BEDROCK_REGION: &str = "us-east-1";

/// A command whose output is the Bearer token (account.md §9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandAuth {
    /// The program; a bare name is looked up on PATH, a path with a slash is relative to `cwd`.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// How long it may take, in milliseconds.
    pub timeout_ms: u64,
    /// How long a token is kept, in milliseconds; 0: for ever.
    pub refresh_interval_ms: u64,
    /// Where the command runs; absolute.
    pub cwd: PathBuf,
}

/// A model provider; absent members have the defaults of config.md §11.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provider {
    /// What it is called where one is chosen.
    pub id: String,
    /// The name shown to people.
    pub name: String,
    /// Where the API is; requests go to `{base_url}/responses`. Absent: OpenAI's.
    pub base_url: Option<String>,
    /// Environment variable holding the key; wins over `bearer_token`.
    pub env_key: Option<String>,
    /// What to tell the user when that variable is not set.
    pub env_key_instructions: Option<String>,
    /// A Bearer token given in the configuration itself.
    pub bearer_token: Option<String>,
    /// A command that prints the Bearer token.
    pub auth: Option<CommandAuth>,
    /// Appended to the URL as `k=v`, not encoded beyond what a URL parser does.
    pub query_params: BTreeMap<String, String>,
    /// Headers sent as they are.
    pub http_headers: BTreeMap<String, String>,
    /// Headers whose values are in environment variables; unset or blank ones are not sent.
    pub env_http_headers: BTreeMap<String, String>,
    /// Repeats of a request answered 5xx or not at all; see [`Provider::request_retries`].
    pub request_max_retries: Option<u64>,
    /// Repeats of a broken stream; see [`Provider::stream_retries`].
    pub stream_max_retries: Option<u64>,
    /// How long a stream may be silent, in milliseconds; see [`Provider::idle_timeout`].
    pub stream_idle_timeout_ms: Option<u64>,
    /// Whether the user's login is sent. Only a provider that asks for it gets it, so that a key for one service never
    /// goes to another (account.md §17, weak point 1).
    pub requires_openai_auth: bool,
    /// Our own: the script that answers instead of a server, a file or `builtin:demo` (docs/scripted-model.md).
    pub script: Option<String>,
}

/// Why there is no provider for a region.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no AWS region: expected letters, digits and dashes, as in `us-east-1`")]
pub struct BadRegion(String);

/// How environment variables are read.
pub type EnvVars<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// Reads the process's environment; the usual [`EnvVars`].
pub fn process_environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn not_blank(value: Option<String>) -> Option<String> {
    value.filter(|v| !v.trim().is_empty())
}

impl Provider {
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
        for (i, (name, value)) in self.query_params.iter().enumerate() {
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
            return Ok(self.bearer_token.clone());
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
        let fixed = self.http_headers.iter().map(|(k, v)| (k.clone(), v.clone()));
        let from_env = self
            .env_http_headers
            .iter()
            .filter_map(|(k, variable)| Some((k.clone(), not_blank(env(variable))?)));
        fixed.chain(from_env).collect()
    }
}

/// The providers every configuration has.
impl Provider {
    /// OpenAI's own. `base_url` moves it; `version` is what it is told as the program's version.
    pub fn openai(base_url: Option<&str>, version: &str) -> Self {
        Self {
            name: "OpenAI".into(),
            base_url: base_url.filter(|u| !u.is_empty()).map(str::to_owned),
            http_headers: map([("version", version)]),
            env_http_headers: map([
                ("OpenAI-Organization", "OPENAI_ORGANIZATION"),
                ("OpenAI-Project", "OPENAI_PROJECT"),
            ]),
            requires_openai_auth: true,
            ..Self::default()
        }
    }

    /// Amazon Bedrock in `region`. Requests carry a Bedrock API key; signing with the keys of an AWS profile is not
    /// built, and who misses the key is told so.
    ///
    /// # Errors
    /// The region could not stand in a host's name: the conversation would go elsewhere.
    pub fn amazon_bedrock(region: Option<&str>) -> Result<Self, BadRegion> {
        let region = region.unwrap_or(BEDROCK_REGION);
        if region.is_empty() || !region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(BadRegion(region.to_owned()));
        }
        Ok(Self {
            name: "Amazon Bedrock".into(),
            base_url: Some(format!("https://bedrock-mantle.{region}.api.aws/v1")),
            env_key: Some("AWS_BEARER_TOKEN_BEDROCK".into()),
            env_key_instructions: Some(
                "It holds a Bedrock API key; the keys of an AWS profile are not used.".into(),
            ),
            ..Self::default()
        })
    }

    /// A server of open models on this machine, at `port` unless the environment moves it.
    pub fn local(env: EnvVars<'_>, port: u16) -> Self {
        let url = not_blank(env("CODEX_OSS_BASE_URL")).unwrap_or_else(|| {
            let port = not_blank(env("CODEX_OSS_PORT"))
                .and_then(|p| p.trim().parse().ok())
                .unwrap_or(port);
            format!("http://localhost:{port}/v1")
        });
        Self {
            name: "gpt-oss".into(),
            base_url: Some(url),
            ..Self::default()
        }
    }

    /// The built-in script.
    pub fn scripted() -> Self {
        Self {
            name: "Scripted model".into(),
            script: Some(BUILT_IN_SCRIPT.into()),
            ..Self::default()
        }
    }
}

fn map<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs
        .into_iter()
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(name: &str) -> Option<String> {
        match name {
            "KEY" => Some("sk-env".into()),
            "BLANK" => Some("  ".into()),
            _ => None,
        }
    }

    #[test]
    fn retries_and_patience_have_defaults_and_a_limit() {
        let p = Provider::default();
        assert_eq!((p.request_retries(), p.stream_retries()), (4, 5));
        assert_eq!(p.idle_timeout(), Duration::from_secs(300));
        let p = Provider {
            request_max_retries: Some(1000),
            stream_max_retries: Some(101),
            ..p
        };
        assert_eq!((p.request_retries(), p.stream_retries()), (100, 100));
    }

    #[test]
    fn urls_lose_their_trailing_slash_and_get_the_query() {
        let p = Provider {
            base_url: Some("http://h/v1/".into()),
            query_params: map([("a", "1"), ("b", "x y")]),
            ..Provider::default()
        };
        assert_eq!(p.responses_url(false), "http://h/v1/responses?a=1&b=x y");
    }

    #[test]
    fn openai_requests_follow_the_login() {
        let openai = Provider::openai(None, "1");
        assert_eq!(openai.responses_url(false), "https://api.openai.com/v1/responses");
        assert_eq!(
            openai.responses_url(true),
            "https://chatgpt.com/backend-api/codex/responses"
        );
        let moved = Provider::openai(Some("http://h"), "1");
        assert_eq!(moved.responses_url(true), "http://h/responses");
    }

    #[test]
    fn bedrock_is_asked_in_the_chosen_region_and_nowhere_else() {
        let url = |region| Provider::amazon_bedrock(region).map(|p| p.responses_url(false));
        assert_eq!(
            url(None).unwrap(),
            "https://bedrock-mantle.us-east-1.api.aws/v1/responses"
        );
        assert_eq!(
            url(Some("eu-west-1")).unwrap(),
            "https://bedrock-mantle.eu-west-1.api.aws/v1/responses"
        );
        for odd in ["", "x.evil.example/", "a b", "a#"] {
            assert_eq!(url(Some(odd)), Err(BadRegion(odd.into())));
        }
    }

    #[test]
    fn a_key_from_the_environment_wins_over_the_token() {
        let token = Provider {
            bearer_token: Some("t".into()),
            ..Provider::default()
        };
        assert_eq!(token.own_token(&env).unwrap().as_deref(), Some("t"));
        let both = Provider {
            env_key: Some("KEY".into()),
            ..token
        };
        assert_eq!(both.own_token(&env).unwrap().as_deref(), Some("sk-env"));
    }

    #[test]
    fn a_missing_key_is_named_with_its_instructions() {
        let p = Provider {
            env_key: Some("BLANK".into()),
            env_key_instructions: Some("Ask the desk.".into()),
            ..Provider::default()
        };
        let e = p.own_token(&env).unwrap_err();
        assert_eq!(
            e.message(),
            "Missing environment variable: `BLANK`. Ask the desk."
        );
        assert!(!e.is_retryable_stream());
    }

    #[test]
    fn blank_header_variables_are_left_out() {
        let p = Provider {
            http_headers: map([("a", "1")]),
            env_http_headers: map([("b", "KEY"), ("c", "BLANK"), ("d", "NONE")]),
            ..Provider::default()
        };
        let expected = [("a".to_string(), "1".to_string()), ("b".into(), "sk-env".into())];
        assert_eq!(p.own_headers(&env), expected);
    }

    #[test]
    fn local_providers_move_with_the_environment() {
        let port = |name: &str| (name == "CODEX_OSS_PORT").then(|| "9999".to_string());
        let at = |env: EnvVars<'_>| Provider::local(env, 1234).base_url.unwrap();
        assert_eq!(at(&env), "http://localhost:1234/v1");
        assert_eq!(at(&port), "http://localhost:9999/v1");
        let url = |name: &str| {
            matches!(name, "CODEX_OSS_BASE_URL")
                .then(|| "http://x".to_string())
                .or(port(name))
        };
        assert_eq!(at(&url), "http://x");
    }
}
