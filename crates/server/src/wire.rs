//! Between the vocabulary of configuration and histories and that of the wire.

use std::num::NonZeroUsize;
use std::path::Path;

use codex_config as config;
use codex_config::permissions::FileSystemPermissions;
use codex_protocol::*;
use codex_rollout::record::{Source, SubAgent};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A path as the wire wants it; a relative one, as old histories have them, is taken below the server's folder.
pub fn absolute(path: &Path) -> AbsolutePathBuf {
    AbsolutePathBuf::new(path).unwrap_or_else(|| {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| Path::new("/").join(path));
        AbsolutePathBuf::new(absolute).expect("joined to an absolute path")
    })
}

/// A value of another crate as the wire's type of the same spelling. The crates share the spelling of their settings,
/// not their types: configuration does not know the wire.
pub fn same<T: DeserializeOwned>(value: &impl Serialize) -> T {
    let value = serde_json::to_value(value).expect("plain data");
    serde_json::from_value(value).expect("the same spelling on both sides, which tests hold")
}

/// What commands may do, as replies show it.
pub fn permission_profile(profile: &config::PermissionProfile) -> PermissionProfile {
    let network = |network: &config::permissions::NetworkPermissions| PermissionProfileNetworkPermissions {
        enabled: matches!(network, config::permissions::NetworkPermissions::Enabled),
    };
    match profile {
        config::PermissionProfile::Disabled => PermissionProfile::Disabled,
        config::PermissionProfile::External { network: n } => {
            PermissionProfile::External { network: network(n) }
        }
        config::PermissionProfile::Managed {
            file_system,
            network: n,
        } => {
            let file_system = match file_system {
                FileSystemPermissions::Unrestricted => PermissionProfileFileSystemPermissions::Unrestricted,
                FileSystemPermissions::Restricted {
                    entries,
                    glob_scan_max_depth,
                } => PermissionProfileFileSystemPermissions::Restricted {
                    entries: same(entries),
                    glob_scan_max_depth: glob_scan_max_depth.and_then(NonZeroUsize::new),
                },
            };
            PermissionProfile::Managed {
                network: network(n),
                file_system,
            }
        }
    }
}

/// The legacy view of permissions, as replies show it.
pub fn sandbox_policy(policy: &config::SandboxPolicy) -> SandboxPolicy {
    match policy {
        config::SandboxPolicy::DangerFullAccess => SandboxPolicy::DangerFullAccess,
        config::SandboxPolicy::ReadOnly { network_access } => SandboxPolicy::ReadOnly {
            network_access: *network_access,
        },
        config::SandboxPolicy::ExternalSandbox { network_access } => SandboxPolicy::ExternalSandbox {
            network_access: same(network_access),
        },
        config::SandboxPolicy::WorkspaceWrite {
            writable_roots,
            network_access,
            exclude_tmpdir_env_var,
            exclude_slash_tmp,
        } => SandboxPolicy::WorkspaceWrite {
            writable_roots: writable_roots.iter().map(|root| absolute(root)).collect(),
            network_access: *network_access,
            exclude_tmpdir_env_var: *exclude_tmpdir_env_var,
            exclude_slash_tmp: *exclude_slash_tmp,
        },
    }
}

/// The permissions a client's legacy policy stands for.
pub fn permissions_of(policy: &SandboxPolicy) -> config::Permissions {
    let policy = match policy.clone() {
        SandboxPolicy::DangerFullAccess => config::SandboxPolicy::DangerFullAccess,
        SandboxPolicy::ReadOnly { network_access } => config::SandboxPolicy::ReadOnly { network_access },
        SandboxPolicy::ExternalSandbox { network_access } => config::SandboxPolicy::ExternalSandbox {
            network_access: same(&network_access),
        },
        SandboxPolicy::WorkspaceWrite {
            writable_roots,
            network_access,
            exclude_tmpdir_env_var,
            exclude_slash_tmp,
        } => config::SandboxPolicy::WorkspaceWrite {
            writable_roots: writable_roots
                .into_iter()
                .map(AbsolutePathBuf::into_path_buf)
                .collect(),
            network_access,
            exclude_tmpdir_env_var,
            exclude_slash_tmp,
        },
    };
    config::Permissions {
        profile: config::PermissionProfile::from_legacy(&policy),
        active: None,
    }
}

/// The permissions a client's profile stands for.
pub fn profile_of(profile: &PermissionProfile) -> config::PermissionProfile {
    use config::permissions::NetworkPermissions;
    let network = |network: &PermissionProfileNetworkPermissions| match network.enabled {
        true => NetworkPermissions::Enabled,
        false => NetworkPermissions::Restricted,
    };
    match profile {
        PermissionProfile::Disabled => config::PermissionProfile::Disabled,
        PermissionProfile::External { network: n } => {
            config::PermissionProfile::External { network: network(n) }
        }
        PermissionProfile::Managed {
            network: n,
            file_system,
        } => {
            let file_system = match file_system {
                PermissionProfileFileSystemPermissions::Unrestricted => FileSystemPermissions::Unrestricted,
                PermissionProfileFileSystemPermissions::Restricted {
                    entries,
                    glob_scan_max_depth,
                } => FileSystemPermissions::Restricted {
                    entries: same(entries),
                    glob_scan_max_depth: glob_scan_max_depth.map(NonZeroUsize::get),
                },
            };
            config::PermissionProfile::Managed {
                network: network(n),
                file_system,
            }
        }
    }
}

/// Where a thread comes from, as a history tells it and as clients are told.
pub fn source(source: &Source) -> SessionSource {
    match source {
        Source::Cli => SessionSource::Cli,
        Source::VsCode => SessionSource::Vscode,
        Source::Exec => SessionSource::Exec,
        Source::Mcp => SessionSource::AppServer,
        Source::Custom(name) => SessionSource::Custom(name.clone()),
        Source::Internal(_) | Source::Unknown => SessionSource::Unknown,
        Source::SubAgent(agent) => SessionSource::SubAgent(match agent {
            SubAgent::Review => SubAgentSource::Review,
            SubAgent::Compact => SubAgentSource::Compact,
            SubAgent::MemoryConsolidation => SubAgentSource::MemoryConsolidation,
            SubAgent::Other(name) => SubAgentSource::Other(name.clone()),
            SubAgent::ThreadSpawn(spawn) => SubAgentSource::ThreadSpawn {
                parent_thread_id: ThreadId(spawn.parent_thread_id.to_string()),
                depth: spawn.depth,
                agent_path: spawn.agent_path.clone().map(AgentPath),
                agent_nickname: spawn.agent_nickname.clone(),
                agent_role: spawn.agent_role.clone(),
            },
        }),
    }
}
