//! From a thread's permissions to what the sandbox is told, and to the environment of commands (turns.md §12, §25).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use codex_config::PermissionProfile;
use codex_config::permissions::{
    FileSystemAccess, FileSystemEntry, FileSystemPath, FileSystemPermissions, SpecialPath,
};
use codex_exec::{EnvironmentPolicy, Inherit};
use codex_sandbox::{Access, MINIMAL_READ, Policy, Restricted, Rule};

use super::Scope;
pub use super::deny_globs::PatternError;
use crate::environment::Environment;

/// What a command of this turn may do, with what was granted to the turn and the thread. To be asked for once per call:
/// a profile that names files by patterns has them looked up.
///
/// # Errors
/// Why the profile can't be held to, for the model.
pub(crate) async fn of_turn(scope: &Scope) -> Result<Policy, String> {
    let (profile, cwd) = (
        scope.settings.permissions.profile.clone(),
        scope.settings.cwd.clone(),
    );
    let policy = if has_patterns(&profile) {
        tokio::task::spawn_blocking(move || of_profile(&profile, &cwd))
            .await
            .map_err(|error| format!("permissions can't be looked up: {error}"))?
    } else {
        of_profile(&profile, &cwd)
    };
    let mut granted = scope.shared.granted();
    granted.add(&crate::conversation::lock(&scope.granted));
    policy
        .map(|policy| granted.widen(&policy))
        .map_err(|error| error.to_string())
}

fn has_patterns(profile: &PermissionProfile) -> bool {
    match profile {
        PermissionProfile::Managed {
            file_system: FileSystemPermissions::Restricted { entries, .. },
            ..
        } => entries
            .iter()
            .any(|entry| matches!(entry.path, FileSystemPath::GlobPattern { .. })),
        _ => false,
    }
}

/// What a profile allows commands, with `cwd` as the project root. Looks up the files that patterns name.
///
/// # Errors
/// A pattern that can't be looked up.
pub fn of_profile(profile: &PermissionProfile, cwd: &Path) -> Result<Policy, PatternError> {
    let file_system = match profile {
        PermissionProfile::Disabled => return Ok(Policy::FullAccess),
        PermissionProfile::External { .. } => {
            return Ok(Policy::External {
                network: profile.network_enabled(),
            });
        }
        PermissionProfile::Managed { file_system, .. } => file_system,
    };
    let network = profile.network_enabled();
    let mut restricted = match file_system {
        FileSystemPermissions::Unrestricted => Restricted {
            base: Access::Write,
            rules: Vec::new(),
            network,
        },
        FileSystemPermissions::Restricted { .. } => Restricted {
            base: Access::None,
            rules: Vec::new(),
            network,
        },
    };
    let FileSystemPermissions::Restricted {
        entries,
        glob_scan_max_depth,
    } = file_system
    else {
        return Ok(Policy::Restricted(restricted));
    };
    let mut roots = Vec::new();
    let mut rules = Vec::new();
    for entry in entries {
        let access = access(entry);
        match &entry.path {
            FileSystemPath::Special {
                value: SpecialPath::Root,
            } => restricted.base = access,
            FileSystemPath::Special {
                value: SpecialPath::Minimal,
            } => {
                rules.extend(
                    MINIMAL_READ
                        .iter()
                        .map(|path| rule(path.into(), Access::Read, false)),
                );
            }
            FileSystemPath::GlobPattern { pattern } => {
                let found = super::deny_globs::matching(pattern, *glob_scan_max_depth)?;
                rules.extend(found.into_iter().map(|path| rule(path, access, false)));
            }
            other => match place(other, cwd) {
                Some(path) if access == Access::Write => roots.push(path),
                Some(path) => {
                    let within_root = matches!(
                        other,
                        FileSystemPath::Special {
                            value: SpecialPath::ProjectRoots { subpath: Some(_) }
                        }
                    );
                    rules.push(rule(path, access, within_root));
                }
                None => {}
            },
        }
    }
    restricted.allow_write_roots(roots);
    restricted.rules.extend(rules);
    Ok(Policy::Restricted(restricted))
}

fn rule(path: PathBuf, access: Access, even_if_missing: bool) -> Rule {
    Rule {
        path,
        access,
        even_if_missing,
    }
}

fn access(entry: &FileSystemEntry) -> Access {
    match entry.access {
        FileSystemAccess::None => Access::None,
        FileSystemAccess::Read => Access::Read,
        FileSystemAccess::Write => Access::Write,
    }
}

fn place(path: &FileSystemPath, cwd: &Path) -> Option<PathBuf> {
    match path {
        FileSystemPath::Path { path } => Some(path.clone()),
        FileSystemPath::Special {
            value: SpecialPath::ProjectRoots { subpath },
        } => Some(
            subpath
                .as_ref()
                .map_or_else(|| cwd.to_owned(), |sub| cwd.join(sub)),
        ),
        FileSystemPath::Special {
            value: SpecialPath::Tmpdir,
        } => std::env::var_os("TMPDIR")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute()),
        FileSystemPath::Special {
            value: SpecialPath::SlashTmp,
        } => Some("/tmp".into()),
        FileSystemPath::Special { .. } | FileSystemPath::GlobPattern { .. } => None,
    }
}

/// The environment commands start from: this process's own under `[shell_environment_policy]`.
pub fn inherited_variables(config: &codex_config::Config) -> BTreeMap<String, String> {
    let configured = &config.shell_environment_policy;
    let policy_of_names = EnvironmentPolicy {
        inherit: match configured.inherit {
            Some(codex_config::schema::EnvironmentInherit::Core) => Inherit::Core,
            Some(codex_config::schema::EnvironmentInherit::None) => Inherit::None,
            Some(codex_config::schema::EnvironmentInherit::All) | None => Inherit::All,
        },
        ignore_default_excludes: configured.ignore_default_excludes.unwrap_or(true),
        exclude: configured.exclude.clone().unwrap_or_default(),
        set: configured.set.clone().unwrap_or_default(),
        include_only: configured.include_only.clone().unwrap_or_default(),
    };
    policy_of_names.apply_to_own()
}

/// The environment of a thread's commands. A command that leaves the sandbox is still told of its closed network.
pub(crate) fn variables(env: &Environment, policy: &Policy) -> BTreeMap<String, String> {
    let mut variables = inherited_variables(&env.config);
    variables.insert("CODEX_THREAD_ID".to_owned(), env.thread_id.clone());
    if !policy.network() {
        variables.insert(
            codex_sandbox::NETWORK_DISABLED_VARIABLE.to_owned(),
            "1".to_owned(),
        );
    }
    variables
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(policy: &codex_config::SandboxPolicy) -> PermissionProfile {
        PermissionProfile::from_legacy(policy)
    }

    #[test]
    fn read_only_reads_everything_and_writes_nothing() {
        let policy = of_profile(
            &profile(&codex_config::SandboxPolicy::ReadOnly {
                network_access: false,
            }),
            Path::new("/work"),
        )
        .expect("a policy");
        assert!(policy.is_sandboxed() && !policy.network());
        assert!(policy.allows_read(Path::new("/etc/hosts")));
        assert!(!policy.allows_write(Path::new("/work/x")));
    }

    #[test]
    fn a_workspace_is_writable_but_for_its_protected_folders() {
        let legacy = codex_config::SandboxPolicy::WorkspaceWrite {
            writable_roots: vec!["/extra".into()],
            network_access: true,
            exclude_tmpdir_env_var: true,
            exclude_slash_tmp: true,
        };
        let policy = of_profile(&profile(&legacy), Path::new("/work")).expect("a policy");
        assert!(policy.network());
        assert!(policy.allows_write(Path::new("/work/x")) && policy.allows_write(Path::new("/extra/x")));
        assert!(
            !policy.allows_write(Path::new("/work/.git/config")) && !policy.allows_write(Path::new("/tmp/x"))
        );
    }
}
