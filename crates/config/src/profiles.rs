//! From settings and wishes to the permissions in force: which profile, and what it allows (config.md §8, §15).

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Component, Path, PathBuf};

use crate::permissions::{
    ActivePermissionProfile, FileSystemAccess, FileSystemEntry, FileSystemPath, FileSystemPermissions,
    NetworkPermissions, PermissionProfile, Permissions, ProfileModification, SandboxPolicy, SpecialPath,
};
use crate::schema::{ConfigToml, FilesystemPermissionToml, PermissionProfileToml};
use crate::{ConfigError, Layer, LayerName, Layers, PermissionsRequest, SandboxMode, TrustLevel, paths};

/// Everything that has a say.
pub(crate) struct Wishes<'a> {
    /// The merged settings.
    pub settings: &'a ConfigToml,
    /// What configuration asks for.
    pub configured: Option<Choice>,
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

/// The old way of asking for permissions, or the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    /// `default_permissions`.
    Profile(String),
    /// `sandbox_mode`.
    Mode(SandboxMode),
}

/// What configuration asks for: the flags' word first, then the chosen configuration profile's mode, then the highest
/// layer that says anything; in one layer the new way goes before the old.
pub(crate) fn configured(
    layers: &Layers,
    settings: &ConfigToml,
    profile_mode: Option<SandboxMode>,
) -> Option<Choice> {
    // A layer is only asked which way it speaks: the merged value of that key is then its own.
    let word_of = |layer: &Layer| {
        let said = |key: &str| layer.config.contains_key(key);
        let profile = settings
            .default_permissions
            .as_ref()
            .filter(|_| said("default_permissions"));
        let mode = settings.sandbox_mode.filter(|_| said("sandbox_mode"));
        profile.cloned().map(Choice::Profile).or(mode.map(Choice::Mode))
    };
    let flags = layers.iter().find(|l| l.name == LayerName::SessionFlags);
    flags
        .and_then(word_of)
        .or(profile_mode.map(Choice::Mode))
        .or_else(|| layers.iter().rev().filter(|l| l.enabled()).find_map(word_of))
        // Once the old way is taken, the profile's mode beats the top level's.
        .map(|choice| match (choice, profile_mode) {
            (Choice::Mode(_), Some(mode)) => Choice::Mode(mode),
            (choice, _) => choice,
        })
}

/// The permissions in force. A request's `permissions` beats its `sandbox`, that what is configured; without any the
/// project's trust decides.
pub(crate) fn resolve(wishes: &Wishes<'_>) -> Result<Permissions, ConfigError> {
    let settings = wishes.settings;
    if let Some(request) = wishes.permissions {
        return named(wishes, &request.id, &request.modifications);
    }
    if let Some(mode) = wishes.sandbox {
        return Ok(legacy(wishes, mode));
    }
    match &wishes.configured {
        Some(Choice::Profile(id)) => return named(wishes, id, &[]),
        Some(Choice::Mode(mode)) => return Ok(legacy(wishes, *mode)),
        None => {}
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
    // The defaults are the old modes with their details, shown under the names of the built-in profiles unless those
    // details make something else of them.
    let (mode, id) = match wishes.trust {
        Some(_) => (SandboxMode::WorkspaceWrite, ":workspace"),
        None => (SandboxMode::ReadOnly, ":read-only"),
    };
    let active = ActivePermissionProfile {
        id: id.to_owned(),
        extends: None,
        modifications: Vec::new(),
    };
    let plain = mode == SandboxMode::ReadOnly || settings.sandbox_workspace_write.is_none();
    Ok(Permissions {
        active: plain.then_some(active),
        ..legacy(wishes, mode)
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
        profile.name_writable_root(wishes.memories);
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
    let modifications = match &profile {
        PermissionProfile::Managed { .. } => modifications.to_vec(),
        _ => Vec::new(),
    };
    let active = ActivePermissionProfile {
        id: id.to_owned(),
        extends: None,
        modifications,
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

    fn resolve_text(text: &str, profile_mode: Option<SandboxMode>) -> Result<Permissions, String> {
        let name = LayerName::User {
            file: "/h/config.toml".into(),
        };
        let layers = Layers::new(vec![
            Layer::of_text(name, text.to_owned(), Path::new("/h")).unwrap(),
        ]);
        let settings = layers.typed(&layers.merged()).unwrap();
        resolve(&Wishes {
            settings: &settings,
            configured: configured(&layers, &settings, profile_mode),
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
        let p = resolve_text(&format!("sandbox_mode = \"read-only\"\n{MINE}"), None).unwrap();
        assert_eq!((p.active, p.profile), (None, PermissionProfile::read_only()));
        let both = format!("sandbox_mode = \"read-only\"\ndefault_permissions = \"mine\"\n{MINE}");
        assert_eq!(resolve_text(&both, None).unwrap().active.unwrap().id, "mine");
        assert_eq!(
            resolve_text(&both, Some(SandboxMode::DangerFullAccess))
                .unwrap()
                .profile,
            PermissionProfile::Disabled
        );
    }

    #[test]
    fn a_higher_layer_with_the_old_way_beats_a_lower_one_with_the_new() {
        let layer = |name, text: &str| Layer::of_text(name, text.to_owned(), Path::new("/h")).unwrap();
        let user = LayerName::User {
            file: "/h/config.toml".into(),
        };
        let mut layers = Layers::new(vec![layer(user, "default_permissions = \":workspace\"")]);
        layers.push(layer(LayerName::SessionFlags, "sandbox_mode = \"read-only\""));
        let settings = layers.typed(&layers.merged()).unwrap();
        let by_profile = Some(SandboxMode::DangerFullAccess);
        assert_eq!(
            configured(&layers, &settings, None),
            Some(Choice::Mode(SandboxMode::ReadOnly))
        );
        assert_eq!(
            configured(&layers, &settings, by_profile),
            by_profile.map(Choice::Mode)
        );
    }

    #[test]
    fn an_undecided_project_is_read_only() {
        let p = resolve_text("", None).unwrap();
        assert_eq!(
            (p.profile, p.active.unwrap().id.as_str()),
            (PermissionProfile::read_only(), ":read-only")
        );
    }
}
