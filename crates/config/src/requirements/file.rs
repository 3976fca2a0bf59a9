//! The shape of `requirements.toml`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::schema::HooksToml;
use crate::{ApprovalsReviewer, AskForApproval, SandboxMode, WebSearchMode};

/// The file. Keys that are not here are none's business.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct RequirementsToml {
    pub(crate) allowed_approval_policies: Option<Vec<AskForApproval>>,
    pub(crate) allowed_approvals_reviewers: Option<Vec<ApprovalsReviewer>>,
    pub(crate) allowed_sandbox_modes: Option<Vec<SandboxKind>>,
    pub(crate) allowed_web_search_modes: Option<Vec<WebSearchMode>>,
    #[serde(alias = "feature_requirements")]
    pub(crate) features: Option<BTreeMap<String, bool>>,
    pub(crate) hooks: Option<ManagedHooksToml>,
    pub(crate) enforce_residency: Option<Residency>,
    pub(crate) experimental_network: Option<NetworkToml>,
    pub(crate) guardian_policy_config: Option<String>,
    pub(crate) remote_sandbox_config: Option<toml::Value>,
    pub(crate) mcp_servers: Option<toml::Value>,
    pub(crate) plugins: Option<toml::Value>,
    pub(crate) apps: Option<toml::Value>,
    pub(crate) rules: Option<toml::Value>,
    pub(crate) permissions: Option<toml::Value>,
}

/// What keeps commands from doing harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SandboxKind {
    /// They write nothing.
    ReadOnly,
    /// They write in some folders.
    WorkspaceWrite,
    /// Nothing.
    DangerFullAccess,
    /// Somebody else's sandbox.
    ExternalSandbox,
}

impl From<SandboxMode> for SandboxKind {
    fn from(mode: SandboxMode) -> Self {
        match mode {
            SandboxMode::ReadOnly => Self::ReadOnly,
            SandboxMode::WorkspaceWrite => Self::WorkspaceWrite,
            SandboxMode::DangerFullAccess => Self::DangerFullAccess,
        }
    }
}

/// `[hooks]`: an administrator's, and where their programs lie.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct ManagedHooksToml {
    pub(crate) managed_dir: Option<PathBuf>,
    pub(crate) windows_managed_dir: Option<PathBuf>,
    #[serde(flatten)]
    pub(crate) events: HooksToml,
}

/// `enforce_residency`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Residency {
    Us,
}

/// `[experimental_network]`, the older lists already brought into the form of the maps.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct NetworkToml {
    pub(crate) switches: NetworkSwitches,
    pub(crate) domains: BTreeMap<String, Domain>,
    pub(crate) unix_sockets: BTreeMap<String, UnixSocket>,
}

/// Its plain members, under the same names in the file and for clients.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all(serialize = "camelCase"))]
pub(crate) struct NetworkSwitches {
    enabled: Option<bool>,
    http_port: Option<u16>,
    socks_port: Option<u16>,
    allow_upstream_proxy: Option<bool>,
    dangerously_allow_non_loopback_proxy: Option<bool>,
    dangerously_allow_all_unix_sockets: Option<bool>,
    managed_allowed_domains_only: Option<bool>,
    allow_local_binding: Option<bool>,
}

/// What holds for a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Domain {
    Allow,
    Deny,
}

/// What holds for a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum UnixSocket {
    Allow,
    None,
}

impl<'de> Deserialize<'de> for NetworkToml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Written {
            #[serde(flatten)]
            switches: NetworkSwitches,
            domains: Option<BTreeMap<String, Domain>>,
            allowed_domains: Option<Vec<String>>,
            denied_domains: Option<Vec<String>>,
            unix_sockets: Option<BTreeMap<String, UnixSocket>>,
            allow_unix_sockets: Option<Vec<String>>,
        }
        let written = Written::deserialize(deserializer)?;
        let old_domains = written.allowed_domains.is_some() || written.denied_domains.is_some();
        if written.domains.is_some() && old_domains {
            return Err(D::Error::custom(
                "`experimental_network.domains` excludes the older `allowed_domains` and `denied_domains`",
            ));
        }
        if written.unix_sockets.is_some() && written.allow_unix_sockets.is_some() {
            return Err(D::Error::custom(
                "`experimental_network.unix_sockets` excludes the older `allow_unix_sockets`",
            ));
        }
        let mut domains = written.domains.unwrap_or_default();
        domains.extend(
            written
                .allowed_domains
                .into_iter()
                .flatten()
                .map(|d| (d, Domain::Allow)),
        );
        domains.extend(
            written
                .denied_domains
                .into_iter()
                .flatten()
                .map(|d| (d, Domain::Deny)),
        );
        let mut unix_sockets = written.unix_sockets.unwrap_or_default();
        let old_sockets = written.allow_unix_sockets.into_iter().flatten();
        unix_sockets.extend(old_sockets.map(|path| (path, UnixSocket::Allow)));
        Ok(Self {
            switches: written.switches,
            domains,
            unix_sockets,
        })
    }
}
