//! What `configRequirements/read` shows of the requirements.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use super::Requirements;
use super::file::{
    Domain, ManagedHooksToml, NetworkSwitches, NetworkToml, Residency, SandboxKind, UnixSocket,
};
use crate::schema::{HookGroup, HookToml};
use crate::{ApprovalsReviewer, AskForApproval, WebSearchMode};

/// The requirements, every member null where nothing is prescribed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    allowed_approval_policies: Option<Vec<AskForApproval>>,
    allowed_approvals_reviewers: Option<Vec<ApprovalsReviewer>>,
    allowed_sandbox_modes: Option<Vec<SandboxKind>>,
    allowed_web_search_modes: Option<Vec<WebSearchMode>>,
    feature_requirements: Option<BTreeMap<String, bool>>,
    hooks: Option<ShownHooks>,
    enforce_residency: Option<Residency>,
    network: Option<ShownNetwork>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ShownHooks {
    #[serde(rename = "managedDir")]
    managed_dir: Option<PathBuf>,
    #[serde(rename = "windowsManagedDir")]
    windows_managed_dir: Option<PathBuf>,
    pre_tool_use: Vec<ShownGroup>,
    permission_request: Vec<ShownGroup>,
    post_tool_use: Vec<ShownGroup>,
    session_start: Vec<ShownGroup>,
    user_prompt_submit: Vec<ShownGroup>,
    stop: Vec<ShownGroup>,
}

#[derive(Debug, Serialize)]
struct ShownGroup {
    matcher: Option<String>,
    hooks: Vec<ShownHook>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
enum ShownHook {
    Command {
        command: String,
        timeout_sec: Option<u64>,
        r#async: bool,
        status_message: Option<String>,
    },
    Prompt,
    Agent,
}

/// Hosts and sockets in both shapes: as maps, and as the lists older clients know.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownNetwork {
    #[serde(flatten)]
    switches: NetworkSwitches,
    domains: Option<BTreeMap<String, Domain>>,
    allowed_domains: Option<Vec<String>>,
    denied_domains: Option<Vec<String>>,
    unix_sockets: Option<BTreeMap<String, UnixSocket>>,
    allow_unix_sockets: Option<Vec<String>>,
}

impl Requirements {
    /// What clients see; `None` where nothing at all is prescribed.
    pub fn shown(&self) -> Option<Shown> {
        if !self.prescribes {
            return None;
        }
        let modes = self.sandbox_modes.as_ref().map(|allowed| {
            let known = allowed.values.iter().copied();
            known
                .filter(|kind| *kind != SandboxKind::ExternalSandbox)
                .collect()
        });
        Some(Shown {
            allowed_approval_policies: self.approval_policies.as_ref().map(|a| a.values.clone()),
            allowed_approvals_reviewers: self.reviewers.as_ref().map(|a| a.values.clone()),
            allowed_sandbox_modes: modes,
            allowed_web_search_modes: self.web_search_modes.as_ref().map(|a| a.values.clone()),
            feature_requirements: self.features.as_ref().map(|f| f.value.clone()),
            hooks: self.hooks.as_ref().map(hooks),
            enforce_residency: self.residency,
            network: self.network.as_ref().map(network),
        })
    }
}

fn hooks(hooks: &ManagedHooksToml) -> ShownHooks {
    let events = &hooks.events;
    ShownHooks {
        managed_dir: hooks.managed_dir.clone(),
        windows_managed_dir: hooks.windows_managed_dir.clone(),
        pre_tool_use: groups(&events.pre_tool_use),
        permission_request: groups(&events.permission_request),
        post_tool_use: groups(&events.post_tool_use),
        session_start: groups(&events.session_start),
        user_prompt_submit: groups(&events.user_prompt_submit),
        stop: groups(&events.stop),
    }
}

fn groups(groups: &[HookGroup]) -> Vec<ShownGroup> {
    let group = |group: &HookGroup| ShownGroup {
        matcher: group.matcher.clone(),
        hooks: group.hooks.iter().map(hook).collect(),
    };
    groups.iter().map(group).collect()
}

fn hook(hook: &HookToml) -> ShownHook {
    match hook {
        HookToml::Command {
            command,
            timeout,
            r#async,
            status_message,
        } => ShownHook::Command {
            command: command.clone(),
            timeout_sec: *timeout,
            r#async: *r#async,
            status_message: status_message.clone(),
        },
        HookToml::Prompt {} => ShownHook::Prompt,
        HookToml::Agent {} => ShownHook::Agent,
    }
}

fn network(network: &NetworkToml) -> ShownNetwork {
    let hosts = |wanted: Domain| some(keys_of(&network.domains, wanted));
    ShownNetwork {
        switches: network.switches.clone(),
        allowed_domains: hosts(Domain::Allow),
        denied_domains: hosts(Domain::Deny),
        allow_unix_sockets: some(keys_of(&network.unix_sockets, UnixSocket::Allow)),
        domains: (!network.domains.is_empty()).then(|| network.domains.clone()),
        unix_sockets: (!network.unix_sockets.is_empty()).then(|| network.unix_sockets.clone()),
    }
}

fn keys_of<V: PartialEq>(map: &BTreeMap<String, V>, wanted: V) -> Vec<String> {
    let fitting = map.iter().filter(|(_, value)| **value == wanted);
    fitting.map(|(key, _)| key.clone()).collect()
}

/// An empty list is as good as none.
fn some(list: Vec<String>) -> Option<Vec<String>> {
    (!list.is_empty()).then_some(list)
}
