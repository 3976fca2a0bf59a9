//! What commands may do: `sandbox_workspace_write`, `[permissions.NAME]`, `shell_environment_policy`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::AbsolutePath;
use crate::permissions::FileSystemAccess;

/// The legacy workspace's details.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SandboxWorkspaceWriteToml {
    pub writable_roots: Vec<AbsolutePath>,
    pub network_access: bool,
    pub exclude_tmpdir_env_var: bool,
    pub exclude_slash_tmp: bool,
}

/// `[permissions]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PermissionsToml {
    #[serde(flatten)]
    pub profiles: BTreeMap<String, PermissionProfileToml>,
}

/// A named profile.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PermissionProfileToml {
    pub filesystem: Option<FileSystemToml>,
    pub network: Option<NetworkToml>,
}

/// Rules about files: a path or a place's name, and what is allowed there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileSystemToml {
    pub glob_scan_max_depth: Option<std::num::NonZeroUsize>,
    #[serde(flatten)]
    pub entries: BTreeMap<String, FilesystemPermissionToml>,
}

/// One access for the place itself, or one for each path or glob below it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FilesystemPermissionToml {
    Access(FileSystemAccess),
    Below(BTreeMap<String, FileSystemAccess>),
}

/// Rules about the network.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NetworkToml {
    pub enabled: Option<bool>,
    pub mode: Option<NetworkMode>,
    pub domains: Option<BTreeMap<String, DomainRule>>,
    pub unix_sockets: Option<BTreeMap<String, SocketRule>>,
    pub proxy_url: Option<String>,
    pub socks_url: Option<String>,
    pub enable_socks5: Option<bool>,
    pub enable_socks5_udp: Option<bool>,
    pub allow_upstream_proxy: Option<bool>,
    pub allow_local_binding: Option<bool>,
    pub dangerously_allow_all_unix_sockets: Option<bool>,
    pub dangerously_allow_non_loopback_proxy: Option<bool>,
}

/// How much of HTTP passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkMode {
    Limited,
    Full,
}

/// Whether a domain may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DomainRule {
    Allow,
    Deny,
}

/// Whether a socket may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SocketRule {
    Allow,
    None,
}

/// Which variables commands see (config.md §15).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShellEnvironmentPolicyToml {
    pub inherit: Option<EnvironmentInherit>,
    pub ignore_default_excludes: Option<bool>,
    pub exclude: Option<Vec<String>>,
    pub set: Option<BTreeMap<String, String>>,
    pub include_only: Option<Vec<String>>,
    pub experimental_use_profile: Option<bool>,
}

/// What is taken over from the server's environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EnvironmentInherit {
    All,
    Core,
    None,
}
