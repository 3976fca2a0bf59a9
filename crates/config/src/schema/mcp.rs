//! `[mcp_servers.NAME]`: a server started as a child or reached over HTTP.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One server, checked: exactly one way of reaching it, and no member that does not go with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Raw")]
pub struct McpServerToml {
    #[serde(flatten)]
    pub transport: McpTransport,
    pub enabled: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub supports_parallel_tool_calls: bool,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub startup_timeout_sec: Option<f64>,
    /// Seconds.
    pub tool_timeout_sec: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled_tools: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_tools: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_tools_approval_mode: Option<ToolApprovalMode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oauth_resource: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experimental_environment: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tools: BTreeMap<String, McpToolToml>,
}

/// How a server is reached.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum McpTransport {
    Stdio {
        command: String,
        args: Vec<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        env: Option<BTreeMap<String, String>>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        env_vars: Vec<McpEnvVar>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cwd: Option<String>,
    },
    StreamableHttp {
        url: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        bearer_token_env_var: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        http_headers: Option<BTreeMap<String, String>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        env_http_headers: Option<BTreeMap<String, String>>,
    },
}

/// A variable handed on to the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum McpEnvVar {
    Name(String),
    From {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
    },
}

/// Settings of one tool.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct McpToolToml {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_mode: Option<ToolApprovalMode>,
}

/// Whether calls of a tool are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ToolApprovalMode {
    Auto,
    Prompt,
    Approve,
}

/// The members as written; `name` is accepted and dropped.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Raw {
    command: Option<String>,
    args: Option<Vec<String>>,
    env: Option<BTreeMap<String, String>>,
    env_vars: Option<Vec<McpEnvVar>>,
    cwd: Option<String>,
    url: Option<String>,
    bearer_token: Option<String>,
    bearer_token_env_var: Option<String>,
    http_headers: Option<BTreeMap<String, String>>,
    env_http_headers: Option<BTreeMap<String, String>>,
    enabled: Option<bool>,
    required: Option<bool>,
    supports_parallel_tool_calls: Option<bool>,
    startup_timeout_sec: Option<f64>,
    startup_timeout_ms: Option<u64>,
    tool_timeout_sec: Option<f64>,
    enabled_tools: Option<Vec<String>>,
    disabled_tools: Option<Vec<String>>,
    default_tools_approval_mode: Option<ToolApprovalMode>,
    scopes: Option<Vec<String>>,
    oauth_resource: Option<String>,
    experimental_environment: Option<String>,
    tools: Option<BTreeMap<String, McpToolToml>>,
}

fn refuse(transport: &str, members: &[(&str, bool)]) -> Result<(), String> {
    match members.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(format!("{name} is not supported for {transport}")),
        None => Ok(()),
    }
}

fn seconds(value: Option<f64>) -> Result<Option<f64>, String> {
    value
        .map(|s| {
            std::time::Duration::try_from_secs_f64(s)
                .map(|_| s)
                .map_err(|e| e.to_string())
        })
        .transpose()
}

impl TryFrom<Raw> for McpServerToml {
    type Error = String;

    fn try_from(raw: Raw) -> Result<Self, String> {
        let startup_timeout_sec = match (seconds(raw.startup_timeout_sec)?, raw.startup_timeout_ms) {
            (Some(s), _) => Some(s),
            (None, Some(ms)) => Some(std::time::Duration::from_millis(ms).as_secs_f64()),
            (None, None) => None,
        };
        let tool_timeout_sec = seconds(raw.tool_timeout_sec)?;
        let transport = if let Some(command) = raw.command {
            refuse(
                "stdio",
                &[
                    ("url", raw.url.is_some()),
                    ("bearer_token_env_var", raw.bearer_token_env_var.is_some()),
                    ("bearer_token", raw.bearer_token.is_some()),
                    ("http_headers", raw.http_headers.is_some()),
                    ("env_http_headers", raw.env_http_headers.is_some()),
                    ("oauth_resource", raw.oauth_resource.is_some()),
                ],
            )?;
            let env_vars = raw.env_vars.unwrap_or_default();
            for var in &env_vars {
                if let McpEnvVar::From {
                    source: Some(source), ..
                } = var
                    && !matches!(source.as_str(), "local" | "remote")
                {
                    return Err(format!(
                        "unsupported env_vars source `{source}`; expected `local` or `remote`"
                    ));
                }
            }
            let args = raw.args.unwrap_or_default();
            McpTransport::Stdio {
                command,
                args,
                env: raw.env,
                env_vars,
                cwd: raw.cwd,
            }
        } else if let Some(url) = raw.url {
            refuse(
                "streamable_http",
                &[
                    ("args", raw.args.is_some()),
                    ("env", raw.env.is_some()),
                    ("env_vars", raw.env_vars.is_some()),
                    ("cwd", raw.cwd.is_some()),
                    ("bearer_token", raw.bearer_token.is_some()),
                ],
            )?;
            McpTransport::StreamableHttp {
                url,
                bearer_token_env_var: raw.bearer_token_env_var,
                http_headers: raw.http_headers,
                env_http_headers: raw.env_http_headers,
            }
        } else {
            return Err("invalid transport".to_owned());
        };
        Ok(Self {
            transport,
            enabled: raw.enabled.unwrap_or(true),
            required: raw.required.unwrap_or_default(),
            supports_parallel_tool_calls: raw.supports_parallel_tool_calls.unwrap_or_default(),
            startup_timeout_sec,
            tool_timeout_sec,
            enabled_tools: raw.enabled_tools,
            disabled_tools: raw.disabled_tools,
            default_tools_approval_mode: raw.default_tools_approval_mode,
            scopes: raw.scopes,
            oauth_resource: raw.oauth_resource,
            experimental_environment: raw.experimental_environment,
            tools: raw.tools.unwrap_or_default(),
        })
    }
}
