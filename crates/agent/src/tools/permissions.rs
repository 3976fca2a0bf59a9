//! More permissions: for one command, or granted for a turn or the thread (turns.md §20).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use codex_config::AskForApproval;
use codex_config::paths::normalize;
use codex_protocol::{
    AbsolutePathBuf, AdditionalFileSystemPermissions, AdditionalNetworkPermissions,
    AdditionalPermissionProfile, FileSystemAccessMode, FileSystemPath, FileSystemSandboxEntry,
    PermissionGrantScope, PermissionsRequestApprovalParams, PermissionsRequestApprovalResponse,
    RequestPermissionProfile,
};
use codex_sandbox::Policy;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Scope, absolute, arguments};
use crate::conversation::lock;
use crate::event::Question;

/// Permissions beyond the sandbox's. Its paths were followed when they were asked for: a link made later grants nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) read: Vec<PathBuf>,
    pub(crate) write: Vec<PathBuf>,
    pub(crate) network: bool,
}

impl Grant {
    pub(crate) fn add(&mut self, other: &Grant) {
        let add = |to: &mut Vec<PathBuf>, from: &[PathBuf]| {
            for path in from {
                if !to.contains(path) {
                    to.push(path.clone());
                }
            }
        };
        add(&mut self.read, &other.read);
        add(&mut self.write, &other.write);
        self.network |= other.network;
    }

    /// A policy with this allowed as well.
    pub(crate) fn widen(&self, policy: &Policy) -> Policy {
        policy.widened(&self.read, &self.write, self.network)
    }

    /// Whether all of `other` is in it.
    pub(crate) fn covers(&self, other: &Grant) -> bool {
        let within = |path: &PathBuf, roots: &[PathBuf]| roots.iter().any(|root| path.starts_with(root));
        (self.network || !other.network)
            && other.write.iter().all(|path| within(path, &self.write))
            && other
                .read
                .iter()
                .all(|path| within(path, &self.read) || within(path, &self.write))
    }

    fn is_empty(&self) -> bool {
        self.read.is_empty() && self.write.is_empty() && !self.network
    }

    fn files(&self) -> Option<AdditionalFileSystemPermissions> {
        if self.read.is_empty() && self.write.is_empty() {
            return None;
        }
        let paths = |paths: &[PathBuf]| -> Option<Vec<AbsolutePathBuf>> {
            (!paths.is_empty()).then(|| paths.iter().map(|path| absolute(path)).collect())
        };
        let entries = |paths: &[PathBuf], access| -> Vec<FileSystemSandboxEntry> {
            paths
                .iter()
                .map(|path| FileSystemSandboxEntry {
                    path: FileSystemPath::Path { path: absolute(path) },
                    access,
                })
                .collect()
        };
        let mut all = entries(&self.read, FileSystemAccessMode::Read);
        all.extend(entries(&self.write, FileSystemAccessMode::Write));
        Some(AdditionalFileSystemPermissions {
            read: paths(&self.read),
            write: paths(&self.write),
            glob_scan_max_depth: None,
            entries: Some(all),
        })
    }

    fn network(&self) -> Option<AdditionalNetworkPermissions> {
        self.network
            .then_some(AdditionalNetworkPermissions { enabled: Some(true) })
    }

    /// As a question about a command shows it.
    pub(crate) fn shown(&self) -> AdditionalPermissionProfile {
        AdditionalPermissionProfile {
            network: self.network(),
            file_system: self.files(),
        }
    }

    /// The part of it that `answer` gives.
    fn meet(&self, answer: &Grant) -> Grant {
        let given = |asked: &[PathBuf], granted: &[PathBuf]| -> Vec<PathBuf> {
            asked
                .iter()
                .filter(|path| granted.iter().any(|root| path.starts_with(root)))
                .cloned()
                .collect()
        };
        Grant {
            read: given(&self.read, &[answer.read.clone(), answer.write.clone()].concat()),
            write: given(&self.write, &answer.write),
            network: self.network && answer.network,
        }
    }
}

/// Where a path leads; itself without dots when its links go in a circle.
fn real(path: &Path) -> PathBuf {
    codex_sandbox::real_path(path).unwrap_or_else(|| normalize(path))
}

/// Permissions as a call asks for them; paths may be relative.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Asked {
    network: Option<AskedNetwork>,
    file_system: Option<AskedFiles>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct AskedNetwork {
    enabled: Option<bool>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct AskedFiles {
    read: Option<Vec<String>>,
    write: Option<Vec<String>>,
}

impl Asked {
    fn grant(&self, base: &Path) -> Grant {
        let paths = |paths: Option<&Vec<String>>| -> Vec<PathBuf> {
            paths
                .into_iter()
                .flatten()
                .map(|path| real(&base.join(path)))
                .collect()
        };
        let files = self.file_system.as_ref();
        Grant {
            read: paths(files.and_then(|files| files.read.as_ref())),
            write: paths(files.and_then(|files| files.write.as_ref())),
            network: self
                .network
                .as_ref()
                .is_some_and(|network| network.enabled == Some(true)),
        }
    }
}

/// The words by which a command asks for permissions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SandboxPermissions {
    /// The turn's sandbox.
    #[default]
    UseDefault,
    /// No sandbox.
    RequireEscalated,
    /// A wider sandbox.
    WithAdditionalPermissions,
}

/// What a command asks for beyond the sandbox; what was granted already is not asked for again.
pub(crate) fn of_command(
    scope: &Scope,
    words: SandboxPermissions,
    asked: Option<&Asked>,
    cwd: &Path,
) -> Result<Option<Grant>, String> {
    let wants = words == SandboxPermissions::WithAdditionalPermissions;
    if !wants && asked.is_none() {
        return Ok(None);
    }
    if !scope.env.config.features.enabled("exec_permission_approvals") {
        return Err("additional permissions are disabled; enable `features.exec_permission_approvals` before using `with_additional_permissions`".into());
    }
    let Some(asked) = asked else {
        return Err("missing `additional_permissions`; provide at least one of `network` or `file_system` when using `with_additional_permissions`".into());
    };
    let grant = asked.grant(cwd);
    if grant.is_empty() {
        return Err("`additional_permissions` must include at least one requested permission in `network` or `file_system`".into());
    }
    Ok(Some(grant))
}

/// Whether the turn or the thread was granted all this before.
pub(crate) fn granted_before(scope: &Scope, grant: &Grant) -> bool {
    let mut granted = scope.shared.granted();
    granted.add(&lock(&scope.granted));
    granted.covers(grant)
}

/// The tool `request_permissions`.
pub(crate) async fn request(scope: &Arc<Scope>, text: &str, call_id: &str) -> Result<Answer, String> {
    #[derive(Deserialize)]
    struct Arguments {
        reason: Option<String>,
        permissions: Asked,
    }
    let Arguments { reason, permissions } = arguments(text)?;
    let asked = permissions.grant(&scope.settings.cwd);
    if asked.is_empty() {
        return Err("request_permissions requires at least one permission".into());
    }
    let (granted, lasting) = if may_ask(scope.settings.approval_policy) {
        ask(scope, reason, &asked, call_id).await
    } else {
        (Grant::default(), PermissionGrantScope::Turn)
    };
    match lasting {
        PermissionGrantScope::Turn => lock(&scope.granted).add(&granted),
        PermissionGrantScope::Session => scope.shared.grant(&granted),
    }
    Ok(Answer::text(told(&granted, lasting).to_string()))
}

fn may_ask(policy: AskForApproval) -> bool {
    match policy {
        AskForApproval::Never => false,
        AskForApproval::Granular(granular) => granular.request_permissions,
        _ => true,
    }
}

async fn ask(
    scope: &Scope,
    reason: Option<String>,
    asked: &Grant,
    call_id: &str,
) -> (Grant, PermissionGrantScope) {
    let question = Question::Permissions(PermissionsRequestApprovalParams {
        thread_id: scope.thread_id(),
        turn_id: scope.turn_id(),
        item_id: call_id.to_owned(),
        cwd: absolute(&scope.settings.cwd),
        reason,
        permissions: RequestPermissionProfile {
            network: asked.network(),
            file_system: asked.files(),
        },
    });
    let nothing = (Grant::default(), PermissionGrantScope::Turn);
    let Ok(reply) = scope.out.ask(question).await else {
        return nothing;
    };
    let Ok(reply) = serde_json::from_str::<PermissionsRequestApprovalResponse>(reply.get()) else {
        return nothing;
    };
    let files = reply.permissions.file_system.unwrap_or_default();
    let paths = |paths: Option<Vec<AbsolutePathBuf>>| -> Vec<PathBuf> {
        paths.into_iter().flatten().map(|path| real(&path)).collect()
    };
    let mut answer = Grant {
        read: paths(files.read),
        write: paths(files.write),
        network: reply
            .permissions
            .network
            .is_some_and(|network| network.enabled == Some(true)),
    };
    for entry in files.entries.into_iter().flatten() {
        if let FileSystemPath::Path { path } = entry.path {
            match entry.access {
                FileSystemAccessMode::Read => answer.read.push(real(&path)),
                FileSystemAccessMode::Write => answer.write.push(real(&path)),
                FileSystemAccessMode::None => {}
            }
        }
    }
    let granted = asked.meet(&answer);
    if granted.is_empty() {
        nothing
    } else {
        (granted, reply.scope)
    }
}

fn told(granted: &Grant, lasting: PermissionGrantScope) -> Value {
    let mut files = serde_json::Map::new();
    for (name, paths) in [("read", &granted.read), ("write", &granted.write)] {
        if !paths.is_empty() {
            files.insert(
                name.into(),
                paths
                    .iter()
                    .map(|path| path.to_string_lossy().into_owned())
                    .collect(),
            );
        }
    }
    let scope = match lasting {
        PermissionGrantScope::Turn => "turn",
        PermissionGrantScope::Session => "session",
    };
    json!({
        "permissions": {
            "network": if granted.network { json!({"enabled": true}) } else { Value::Null },
            "file_system": if files.is_empty() { Value::Null } else { Value::Object(files) },
        },
        "scope": scope,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(write: &[&str], network: bool) -> Grant {
        Grant {
            read: Vec::new(),
            write: write.iter().map(PathBuf::from).collect(),
            network,
        }
    }

    #[test]
    fn only_what_was_asked_for_is_granted() {
        let asked = grant(&["/work"], false);
        assert_eq!(asked.meet(&grant(&["/work", "/etc"], true)), asked);
        assert!(asked.meet(&grant(&["/work/sub"], false)).is_empty());
    }

    #[test]
    fn a_grant_covers_what_lies_below_it() {
        assert!(grant(&["/work"], false).covers(&grant(&["/work/sub"], false)));
        assert!(!grant(&["/work"], false).covers(&grant(&["/work/sub"], true)));
    }

    #[test]
    fn a_link_below_a_grant_is_covered_only_where_it_leads() {
        let dir = tempfile::tempdir().expect("tempdir");
        std::os::unix::fs::symlink("/", dir.path().join("link")).expect("linked");
        let ask = |path: &str| {
            let files = AskedFiles {
                read: None,
                write: Some(vec![path.to_owned()]),
            };
            Asked {
                network: None,
                file_system: Some(files),
            }
            .grant(dir.path())
        };
        assert!(ask(".").covers(&ask("sub")));
        assert!(!ask(".").covers(&ask("link")));
        assert_eq!(ask("link").write, [PathBuf::from("/")]);
    }

    #[test]
    fn nothing_granted_is_told_as_nulls() {
        let told = told(&Grant::default(), PermissionGrantScope::Turn).to_string();
        assert_eq!(
            told,
            r#"{"permissions":{"network":null,"file_system":null},"scope":"turn"}"#
        );
    }
}
