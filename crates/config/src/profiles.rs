//! From settings and wishes to the permissions in force: which profile, and what it allows (config.md §8, §15).

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use crate::permissions::{
    ActivePermissionProfile, FileSystemAccess, FileSystemEntry, FileSystemPath, FileSystemPermissions,
    NetworkPermissions, PermissionProfile, Permissions, ProfileModification, SandboxPolicy, SpecialPath,
};
use crate::schema::{ConfigToml, FileSystemRuleToml, PermissionProfileToml};
use crate::{ConfigError, PermissionsRequest, SandboxMode, TrustLevel, paths};

/// Everything that has a say.
pub(crate) struct Wishes<'a> {
    /// The merged settings.
    pub settings: &'a ConfigToml,
    /// The configured `sandbox_mode`, of the profile or the top level.
    pub sandbox_mode: Option<SandboxMode>,
    /// The request's `sandbox`.
    pub sandbox: Option<SandboxMode>,
    /// The request's `permissions`.
    pub permissions: Option<&'a PermissionsRequest>,
    /// The project's trust.
    pub trust: Option<TrustLevel>,
    /// The thread's folder.
    pub cwd: &'a Path,
    /// Where memories lie; always writable for those who may write at all.
    pub memories: &'a Path,
}

/// The permissions in force. A request's `permissions` beats its `sandbox` beats `default_permissions` beats
/// `sandbox_mode`; without any the project's trust decides.
pub(crate) fn resolve(wishes: &Wishes<'_>) -> Result<Permissions, ConfigError> {
    let settings = wishes.settings;
    if let Some(request) = wishes.permissions {
        return named(wishes, &request.id, &request.modifications);
    }
    if let Some(mode) = wishes.sandbox {
        return Ok(legacy(wishes, mode));
    }
    if let Some(id) = &settings.default_permissions {
        return named(wishes, id, &[]);
    }
    if let Some(mode) = wishes.sandbox_mode {
        return Ok(legacy(wishes, mode));
    }
    if settings.permissions.as_ref().is_some_and(|p| !p.is_empty()) {
        return Err(ConfigError::semantic(
            "config defines `[permissions]` profiles but does not set `default_permissions`",
        ));
    }
    Ok(match wishes.trust {
        Some(_) => legacy(wishes, SandboxMode::WorkspaceWrite),
        None => legacy(wishes, SandboxMode::ReadOnly),
    })
}

/// The legacy policy of a mode, with the details of `sandbox_workspace_write`.
fn legacy(wishes: &Wishes<'_>, mode: SandboxMode) -> Permissions {
    let policy = match mode {
        SandboxMode::ReadOnly => SandboxPolicy::ReadOnly {
            network_access: false,
        },
        SandboxMode::DangerFullAccess => SandboxPolicy::DangerFullAccess,
        SandboxMode::WorkspaceWrite => {
            let details = wishes
                .settings
                .sandbox_workspace_write
                .clone()
                .unwrap_or_default();
            let mut writable_roots: Vec<PathBuf> = Vec::new();
            for root in details.writable_roots {
                if !writable_roots.contains(&root.0) {
                    writable_roots.push(root.0);
                }
            }
            SandboxPolicy::WorkspaceWrite {
                writable_roots,
                network_access: details.network_access,
                exclude_tmpdir_env_var: details.exclude_tmpdir_env_var,
                exclude_slash_tmp: details.exclude_slash_tmp,
            }
        }
    };
    let mut profile = PermissionProfile::from_legacy(&policy);
    if mode == SandboxMode::WorkspaceWrite {
        profile.push_writable(wishes.memories);
    }
    Permissions {
        profile,
        active: None,
    }
}

/// A profile by its name, with what a request adds.
fn named(
    wishes: &Wishes<'_>,
    id: &str,
    modifications: &[ProfileModification],
) -> Result<Permissions, ConfigError> {
    let mut profile = match PermissionProfile::built_in(id) {
        Some(profile) => profile,
        None if id.starts_with(':') => {
            let message = format!("default_permissions refers to unknown built-in profile `{id}`");
            return Err(ConfigError::semantic(message));
        }
        None => {
            let Some(table) = &wishes.settings.permissions else {
                return Err(ConfigError::semantic(
                    "default_permissions requires a `[permissions]` table",
                ));
            };
            compile(id, table, wishes.cwd)?
        }
    };
    for ProfileModification::AdditionalWritableRoot { path } in modifications {
        profile.add_writable_root(path, wishes.cwd);
    }
    if profile.writes_somewhere() {
        profile.add_writable_root(wishes.memories, wishes.cwd);
    }
    let active = ActivePermissionProfile {
        id: id.to_owned(),
        extends: None,
        modifications: modifications.to_vec(),
    };
    Ok(Permissions {
        profile,
        active: Some(active),
    })
}

/// A configured profile as rules.
fn compile(
    id: &str,
    table: &BTreeMap<String, PermissionProfileToml>,
    cwd: &Path,
) -> Result<PermissionProfile, ConfigError> {
    let Some(profile) = table.get(id) else {
        return Err(ConfigError::semantic(format!(
            "default_permissions refers to undefined profile `{id}`"
        )));
    };
    let network = match profile.network.as_ref().and_then(|n| n.enabled) {
        Some(true) => NetworkPermissions::Enabled,
        _ => NetworkPermissions::Restricted,
    };
    let mut entries = Vec::new();
    let files = profile.filesystem.clone().unwrap_or_default();
    for (key, rule) in &files.entries {
        match rule {
            FileSystemRuleToml::Access(access) => entries.push(rule_for(place(key)?, None, *access, cwd)),
            FileSystemRuleToml::Below(below) => {
                for (sub, access) in below {
                    let sub = Some(sub.as_str()).filter(|s| *s != ".");
                    entries.push(rule_for(place(key)?, sub, *access, cwd));
                }
            }
        }
    }
    let glob_scan_max_depth = files.glob_scan_max_depth.map(NonZeroUsize::get);
    Ok(PermissionProfile::Managed {
        file_system: FileSystemPermissions::Restricted {
            entries,
            glob_scan_max_depth,
        },
        network,
    })
}

/// What a key of `filesystem` names.
fn place(key: &str) -> Result<FileSystemPath, ConfigError> {
    let special = |value| Ok(FileSystemPath::Special { value });
    match key {
        ":root" => special(SpecialPath::Root),
        ":minimal" => special(SpecialPath::Minimal),
        ":project_roots" => special(SpecialPath::ProjectRoots { subpath: None }),
        ":tmpdir" => special(SpecialPath::Tmpdir),
        ":slash_tmp" => special(SpecialPath::SlashTmp),
        _ if key.starts_with(':') => special(SpecialPath::Unknown {
            path: key.to_owned(),
            subpath: None,
        }),
        _ if key == "~" || key.starts_with("~/") || key.starts_with('/') => {
            let path = paths::normalize(&paths::expand_home(Path::new(key)));
            Ok(match is_glob(key) {
                true => FileSystemPath::GlobPattern {
                    pattern: path.to_string_lossy().into_owned(),
                },
                false => FileSystemPath::Path { path },
            })
        }
        _ => Err(ConfigError::semantic(format!(
            "filesystem path `{key}` must be absolute, use `~/...`, or start with `:`"
        ))),
    }
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// The rule for a path or glob `sub` below `place`.
fn rule_for(
    place: FileSystemPath,
    sub: Option<&str>,
    access: FileSystemAccess,
    cwd: &Path,
) -> FileSystemEntry {
    let path = match (place, sub) {
        (place, None) => place,
        (FileSystemPath::Path { path }, Some(sub)) => below(&path, sub),
        (
            FileSystemPath::Special {
                value: SpecialPath::Root,
            },
            Some(sub),
        ) => below(Path::new("/"), sub),
        (
            FileSystemPath::Special {
                value: SpecialPath::ProjectRoots { .. },
            },
            Some(sub),
        ) if is_glob(sub) => below(cwd, sub),
        (
            FileSystemPath::Special {
                value: SpecialPath::ProjectRoots { .. },
            },
            Some(sub),
        ) => FileSystemPath::Special {
            value: SpecialPath::ProjectRoots {
                subpath: Some(sub.into()),
            },
        },
        (
            FileSystemPath::Special {
                value: SpecialPath::Unknown { path, .. },
            },
            Some(sub),
        ) => FileSystemPath::Special {
            value: SpecialPath::Unknown {
                path,
                subpath: Some(sub.into()),
            },
        },
        (place, Some(_)) => place,
    };
    FileSystemEntry { path, access }
}

fn below(folder: &Path, sub: &str) -> FileSystemPath {
    let path = paths::normalize(&folder.join(sub));
    match is_glob(sub) {
        true => FileSystemPath::GlobPattern {
            pattern: path.to_string_lossy().into_owned(),
        },
        false => FileSystemPath::Path { path },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve_text(text: &str, sandbox_mode: Option<SandboxMode>) -> Result<Permissions, String> {
        let settings: ConfigToml = toml::from_str(text).unwrap();
        resolve(&Wishes {
            settings: &settings,
            sandbox_mode,
            sandbox: None,
            permissions: None,
            trust: None,
            cwd: Path::new("/w"),
            memories: Path::new("/h/memories"),
        })
        .map_err(|e| e.to_string())
    }

    const MINE: &str = "[permissions.mine.filesystem]\n\":root\" = \"read\"\n\"/srv/data\" = \"write\"\n[permissions.mine.network]\nenabled = true\n";

    #[test]
    fn a_configured_profile_shows_its_rules_and_its_nearest_old_form() {
        let p = resolve_text(&format!("default_permissions = \"mine\"\n{MINE}"), None).unwrap();
        let want = SandboxPolicy::WorkspaceWrite {
            writable_roots: vec!["/srv/data".into(), "/h/memories".into()],
            network_access: true,
            exclude_tmpdir_env_var: true,
            exclude_slash_tmp: true,
        };
        assert_eq!(p.sandbox_policy(Path::new("/w")), want);
        assert_eq!(p.active.unwrap().id, "mine");
    }

    #[test]
    fn faults_are_told_in_the_words_of_the_reference() {
        let fault = |text: &str| resolve_text(text, None).unwrap_err();
        assert_eq!(
            fault(&format!("default_permissions = \"other\"\n{MINE}")),
            "default_permissions refers to undefined profile `other`"
        );
        assert_eq!(
            fault("default_permissions = \":x\""),
            "default_permissions refers to unknown built-in profile `:x`"
        );
        assert_eq!(
            fault("default_permissions = \"x\""),
            "default_permissions requires a `[permissions]` table"
        );
        assert_eq!(
            fault(MINE),
            "config defines `[permissions]` profiles but does not set `default_permissions`"
        );
        let relative = "default_permissions = \"m\"\n[permissions.m.filesystem]\n\"a/b\" = \"read\"\n";
        assert_eq!(
            fault(relative),
            "filesystem path `a/b` must be absolute, use `~/...`, or start with `:`"
        );
    }

    #[test]
    fn the_old_mode_counts_beside_profiles_unless_one_is_chosen() {
        let p = resolve_text(MINE, Some(SandboxMode::ReadOnly)).unwrap();
        assert_eq!((p.active, p.profile), (None, PermissionProfile::read_only()));
        let chosen = format!("default_permissions = \"mine\"\n{MINE}");
        assert!(
            resolve_text(&chosen, Some(SandboxMode::ReadOnly))
                .unwrap()
                .active
                .is_some()
        );
    }

    #[test]
    fn an_undecided_project_is_read_only() {
        assert_eq!(
            resolve_text("", None).unwrap().profile,
            PermissionProfile::read_only()
        );
    }
}
