//! `configRequirements/read`: what an administrator prescribes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

use crate::ApprovalsReviewer;
use crate::AskForApproval;
use crate::SandboxMode;
use crate::WebSearchMode;

/// Result of `configRequirements/read`, which tells what the administrator prescribes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ConfigRequirementsReadResponse {
    /// Null if that is nothing.
    pub requirements: Option<ConfigRequirements>,
}

/// What an administrator prescribes; null where everything is allowed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigRequirements {
    /// The only approval policies.
    pub allowed_approval_policies: Option<Vec<AskForApproval>>,
    /// The only ones to ask for leave. Experimental.
    pub allowed_approvals_reviewers: Option<Vec<ApprovalsReviewer>>,
    /// The only kinds of sandbox.
    pub allowed_sandbox_modes: Option<Vec<SandboxMode>>,
    /// The only ways to search the web.
    pub allowed_web_search_modes: Option<Vec<WebSearchMode>>,
    /// Whether features are on or off, by name.
    pub feature_requirements: Option<BTreeMap<String, bool>>,
    /// Hooks that always run. Experimental.
    pub hooks: Option<ManagedHooksRequirements>,
    /// Where data has to stay.
    pub enforce_residency: Option<ResidencyRequirement>,
    /// What the network proxy of the sandbox allows. Experimental.
    pub network: Option<NetworkRequirements>,
}

/// Where data has to stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResidencyRequirement {
    Us,
}

/// Hooks an administrator prescribes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ManagedHooksRequirements {
    /// The folder their programs are in.
    #[serde(rename = "managedDir")]
    pub managed_dir: Option<PathBuf>,
    /// The same on Windows.
    #[serde(rename = "windowsManagedDir")]
    pub windows_managed_dir: Option<PathBuf>,
    /// Before a tool is used.
    pub pre_tool_use: Vec<ConfiguredHookMatcherGroup>,
    /// Before the user is asked for leave.
    pub permission_request: Vec<ConfiguredHookMatcherGroup>,
    /// After a tool was used.
    pub post_tool_use: Vec<ConfiguredHookMatcherGroup>,
    /// When a session starts.
    pub session_start: Vec<ConfiguredHookMatcherGroup>,
    /// When the user says something.
    pub user_prompt_submit: Vec<ConfiguredHookMatcherGroup>,
    /// When a turn would end.
    pub stop: Vec<ConfiguredHookMatcherGroup>,
}

/// Hooks for the same things.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConfiguredHookMatcherGroup {
    /// For what they run, as a pattern; null for everything.
    pub matcher: Option<String>,
    pub hooks: Vec<ConfiguredHookHandler>,
}

/// What a hook runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum ConfiguredHookHandler {
    /// A command.
    Command {
        command: String,
        /// When it is given up, in seconds.
        timeout_sec: Option<u64>,
        /// Whether the agent goes on while it runs.
        #[serde(rename = "async")]
        is_async: bool,
        /// What is shown while it runs.
        status_message: Option<String>,
    },
    /// A prompt for the model.
    Prompt,
    /// An agent.
    Agent,
}

/// What the network proxy of the sandbox allows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkRequirements {
    /// Whether there is one.
    pub enabled: Option<bool>,
    /// Where it takes HTTP.
    pub http_port: Option<u16>,
    /// Where it takes SOCKS5.
    pub socks_port: Option<u16>,
    /// Whether it may use another proxy itself.
    pub allow_upstream_proxy: Option<bool>,
    /// Whether other machines may use it.
    pub dangerously_allow_non_loopback_proxy: Option<bool>,
    /// Whether all Unix sockets may be used.
    pub dangerously_allow_all_unix_sockets: Option<bool>,
    /// What is allowed or denied, by host name or pattern.
    pub domains: Option<BTreeMap<String, NetworkDomainPermission>>,
    /// Whether only hosts named by the administrator may be used.
    pub managed_allowed_domains_only: Option<bool>,
    /// Hosts that are allowed.
    pub allowed_domains: Option<Vec<String>>,
    /// Hosts that are denied.
    pub denied_domains: Option<Vec<String>>,
    /// What is allowed, by the socket's path.
    pub unix_sockets: Option<BTreeMap<String, NetworkUnixSocketPermission>>,
    /// Unix sockets that are allowed.
    pub allow_unix_sockets: Option<Vec<String>>,
    /// Whether servers may be started.
    pub allow_local_binding: Option<bool>,
}

/// Whether a host may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkDomainPermission {
    Allow,
    Deny,
}

/// Whether a Unix socket may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkUnixSocketPermission {
    Allow,
    None,
}
