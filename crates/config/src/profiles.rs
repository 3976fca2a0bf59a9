//! From settings and wishes to the permissions in force: which profile, and what it allows (config.md §8, §15).

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Component, Path, PathBuf};

use crate::permissions::{
    ActivePermissionProfile, FileSystemAccess, FileSystemEntry, FileSystemPath, FileSystemPermissions,
    NetworkPermissions, PermissionProfile, Permissions, ProfileModification, SandboxPolicy, SpecialPath,
};
use crate::schema::{ConfigToml, FilesystemPermissionToml, PermissionProfileToml};
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
    if settings
        .permissions
        .as_ref()
        .is_some_and(|p| !p.profiles.is_empty())
    {
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
            let writable_roots: Vec<PathBuf> = details.writable_roots.into_iter().map(|r| r.0).collect();
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
        profile.add_writable_root(wishes.memories, wishes.cwd);
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
            compile(id, &table.profiles, wishes.cwd)?
        }
    };
    let may_write = profile.writes_somewhere();
    for ProfileModification::AdditionalWritableRoot { path } in modifications {
        profile.add_writable_root(path, wishes.cwd);
    }
    if may_write {
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
            FilesystemPermissionToml::Access(access) => entries.push(rule_at(key, *access)?),
            FilesystemPermissionToml::Below(below) => {
                for (sub, access) in below {
                    entries.push(rule_below(key, sub, *access, cwd)?);
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

/// The rule for a key of `filesystem`.
fn rule_at(key: &str, access: FileSystemAccess) -> Result<FileSystemEntry, ConfigError> {
    if let Some(value) = special(key) {
        return Ok(FileSystemEntry {
            path: FileSystemPath::Special { value },
            access,
        });
    }
    Ok(FileSystemEntry {
        path: file_or_glob(&absolute(key)?, key, access)?,
        access,
    })
}

/// The rule for `sub` below a key of `filesystem`.
fn rule_below(
    key: &str,
    sub: &str,
    access: FileSystemAccess,
    cwd: &Path,
) -> Result<FileSystemEntry, ConfigError> {
    if sub == "." {
        return rule_at(key, access);
    }
    let below = Path::new(sub);
    if !below.components().all(|c| matches!(c, Component::Normal(_))) {
        return Err(ConfigError::semantic(format!(
            "filesystem subpath `{sub}` must be a descendant path without `.` or `..` components"
        )));
    }
    let path = match special(key) {
        Some(SpecialPath::ProjectRoots { .. }) if is_glob(sub) => {
            file_or_glob(&cwd.join(below), sub, access)?
        }
        Some(SpecialPath::ProjectRoots { .. }) => FileSystemPath::Special {
            value: SpecialPath::ProjectRoots {
                subpath: Some(below.to_owned()),
            },
        },
        Some(SpecialPath::Unknown { path, .. }) => FileSystemPath::Special {
            value: SpecialPath::Unknown {
                path,
                subpath: Some(below.to_owned()),
            },
        },
        Some(_) => {
            let message = format!("filesystem path `{key}` does not support nested entries");
            return Err(ConfigError::semantic(message));
        }
        None => file_or_glob(&absolute(key)?.join(below), sub, access)?,
    };
    Ok(FileSystemEntry { path, access })
}

/// The place a key beginning with `:` stands for.
fn special(key: &str) -> Option<SpecialPath> {
    match key {
        ":root" => Some(SpecialPath::Root),
        ":minimal" => Some(SpecialPath::Minimal),
        ":project_roots" => Some(SpecialPath::ProjectRoots { subpath: None }),
        ":tmpdir" => Some(SpecialPath::Tmpdir),
        _ if key.starts_with(':') => Some(SpecialPath::Unknown {
            path: key.to_owned(),
            subpath: None,
        }),
        _ => None,
    }
}

fn absolute(key: &str) -> Result<PathBuf, ConfigError> {
    if key == "~" || key.starts_with("~/") || key.starts_with('/') {
        return Ok(paths::normalize(&paths::expand_home(Path::new(key))));
    }
    Err(ConfigError::semantic(format!(
        "filesystem path `{key}` must be absolute, use `~/...`, or start with `:`"
    )))
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// A path, or a glob of what nobody may touch; a trailing `/**` gives a folder, which every rule covers as a whole.
fn file_or_glob(path: &Path, written: &str, access: FileSystemAccess) -> Result<FileSystemPath, ConfigError> {
    let text = path.to_string_lossy();
    if !is_glob(&text) {
        return Ok(FileSystemPath::Path {
            path: path.to_owned(),
        });
    }
    if access == FileSystemAccess::None {
        return Ok(FileSystemPath::GlobPattern {
            pattern: text.into_owned(),
        });
    }
    match text.strip_suffix("/**").filter(|folder| !is_glob(folder)) {
        Some(folder) => Ok(FileSystemPath::Path { path: folder.into() }),
        None => {
            let word = if access == FileSystemAccess::Write {
                "write"
            } else {
                "read"
            };
            Err(ConfigError::semantic(format!(
                "filesystem glob path `{written}` only supports `none` access; \
                 use an exact path or trailing `/**` for `{word}` subtree access"
            )))
        }
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
    fn globs_take_away_and_folders_may_be_written_with_two_stars() {
        let rules = |body: &str| {
            let text = format!("default_permissions = \"m\"\n[permissions.m.filesystem]\n{body}\n");
            resolve_text(&text, None).map(|p| p.profile)
        };
        let profile = rules(
            "\":project_roots\" = { \".\" = \"write\", \"**/*.env\" = \"none\" }\n\"/d/**\" = \"read\"",
        )
        .unwrap();
        let cwd = Path::new("/w");
        assert!(profile.can_write(Path::new("/w/a"), cwd));
        assert_eq!(profile.access(Path::new("/d/x"), cwd), FileSystemAccess::Read);
        assert!(
            rules("\"/a*b\" = \"write\"")
                .unwrap_err()
                .starts_with("filesystem glob path `/a*b` only supports")
        );
        assert!(
            rules("\":root\" = { a = \"read\" }")
                .unwrap_err()
                .contains("does not support nested entries")
        );
        assert!(
            rules("\":project_roots\" = { \"../x\" = \"read\" }")
                .unwrap_err()
                .contains("descendant path")
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
