//! What an administrator prescribes (config.md §9): read from the system's folder, joined field by field, and held against
//! what configuration and requests want.

mod file;
mod shown;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;

use toml::{Table, Value};

pub use shown::Shown;

use crate::schema::ConfigToml;
use crate::{
    ApprovalsReviewer, AskForApproval, ConfigError, PermissionProfile, Permissions, SandboxMode,
    SandboxPolicy, Sources, WebSearchMode, edit, features,
};
use file::{ManagedHooksToml, NetworkToml, RequirementsToml, Residency, SandboxKind};

/// Everything that is prescribed; of each field the word of the source that goes before the others.
#[derive(Debug, Default)]
pub struct Requirements {
    /// Whether any source says anything.
    prescribes: bool,
    approval_policies: Option<Allowed<AskForApproval>>,
    reviewers: Option<Allowed<ApprovalsReviewer>>,
    sandbox_modes: Option<Allowed<SandboxKind>>,
    web_search_modes: Option<Allowed<WebSearchMode>>,
    features: Option<Pinned>,
    hooks: Option<ManagedHooksToml>,
    residency: Option<Residency>,
    network: Option<NetworkToml>,
    unenforced: Vec<&'static str>,
}

/// The values a setting may have; never empty.
#[derive(Debug)]
struct Allowed<T> {
    values: Vec<T>,
    source: String,
}

/// The state of features, by the names written.
#[derive(Debug)]
struct Pinned {
    value: BTreeMap<String, bool>,
    source: String,
}

/// A value as messages spell it.
trait Spelled: Debug {
    fn spelled(&self) -> String {
        format!("{self:?}")
    }
}

impl Spelled for AskForApproval {}
impl Spelled for SandboxKind {}
impl Spelled for WebSearchMode {}
impl Spelled for ApprovalsReviewer {
    fn spelled(&self) -> String {
        match self {
            Self::User => "User".to_owned(),
            Self::GuardianSubagent => "AutoReview".to_owned(),
        }
    }
}

impl<T: PartialEq + Spelled> Allowed<T> {
    fn refusal(&self, field: &str, value: &T) -> Option<String> {
        if self.values.contains(value) {
            return None;
        }
        let all: Vec<String> = self.values.iter().map(Spelled::spelled).collect();
        Some(format!(
            "invalid value for `{field}`: `{}` is not in the allowed set [{}] (set by {})",
            value.spelled(),
            all.join(", "),
            self.source
        ))
    }
}

fn fallback(field: &str, required: &str, refusal: &str) -> String {
    format!(
        "Configured value for `{field}` is disallowed by requirements; falling back to required value {required}. \
         Details: {refusal}"
    )
}

impl Sources {
    /// What is prescribed now: by `requirements.toml`, and where that is silent by `managed_config.toml`. Reads both anew.
    pub fn requirements(&self) -> Result<Requirements, ConfigError> {
        let mut all = Requirements::default();
        let path = self.system.join("requirements.toml");
        let text = edit::read(&path).map_err(|e| ConfigError::io(&path, &e))?;
        let parsed: RequirementsToml = toml::from_str(&text).map_err(|e| {
            ConfigError::semantic(format!("Error parsing requirements file {}: {e}", path.display()))
        })?;
        all.take(parsed, &path)?;
        let path = self.system.join("managed_config.toml");
        // A file that is no TOML is told by who reads it as a layer.
        if let Ok(Ok(table)) = edit::read(&path).map(|text| toml::from_str::<Table>(&text)) {
            all.take(legacy(&table), &path)?;
        }
        Ok(all)
    }
}

/// What an old managed file prescribes by its values.
fn legacy(table: &Table) -> RequirementsToml {
    fn value<T: serde::de::DeserializeOwned>(table: &Table, key: &str) -> Option<T> {
        table.get(key).cloned().and_then(|v: Value| v.try_into().ok())
    }
    let mode = value::<SandboxMode>(table, "sandbox_mode").map(SandboxKind::from);
    let reviewer = value::<ApprovalsReviewer>(table, "approvals_reviewer");
    RequirementsToml {
        allowed_approval_policies: value(table, "approval_policy").map(|policy| vec![policy]),
        allowed_sandbox_modes: mode.map(|mode| match mode {
            SandboxKind::ReadOnly => vec![mode],
            mode => vec![SandboxKind::ReadOnly, mode],
        }),
        allowed_approvals_reviewers: reviewer.map(|reviewer| match reviewer {
            ApprovalsReviewer::User => vec![reviewer],
            reviewer => vec![reviewer, ApprovalsReviewer::User],
        }),
        ..RequirementsToml::default()
    }
}

impl Requirements {
    /// Takes over what nobody has prescribed before.
    fn take(&mut self, file: RequirementsToml, path: &Path) -> Result<(), ConfigError> {
        let source = path.display().to_string();
        self.prescribes |= file != RequirementsToml::default();
        let unenforced = [
            ("hooks", file.hooks.is_some()),
            ("enforce_residency", file.enforce_residency.is_some()),
            ("experimental_network", file.experimental_network.is_some()),
            ("guardian_policy_config", file.guardian_policy_config.is_some()),
            ("remote_sandbox_config", file.remote_sandbox_config.is_some()),
            ("mcp_servers", file.mcp_servers.is_some()),
            ("plugins", file.plugins.is_some()),
            ("apps", file.apps.is_some()),
            ("rules", file.rules.is_some()),
            ("permissions", file.permissions.is_some()),
        ];
        self.unenforced
            .extend(unenforced.iter().filter(|(_, said)| *said).map(|(key, _)| *key));
        choose(
            &mut self.approval_policies,
            "allowed_approval_policies",
            file.allowed_approval_policies,
            &source,
        )?;
        choose(
            &mut self.reviewers,
            "allowed_approvals_reviewers",
            file.allowed_approvals_reviewers,
            &source,
        )?;
        if let Some(modes) = &file.allowed_sandbox_modes
            && !modes.contains(&SandboxKind::ReadOnly)
        {
            return Err(ConfigError::semantic(format!(
                "invalid value for `allowed_sandbox_modes`: `{modes:?}` is not in the allowed set must include \
                 'read-only' to allow any PermissionProfile (set by {source})"
            )));
        }
        choose(
            &mut self.sandbox_modes,
            "allowed_sandbox_modes",
            file.allowed_sandbox_modes,
            &source,
        )?;
        let web_search_modes = file.allowed_web_search_modes.map(|mut modes| {
            // Not searching is always allowed.
            if !modes.contains(&WebSearchMode::Disabled) {
                modes.push(WebSearchMode::Disabled);
            }
            modes
        });
        choose(
            &mut self.web_search_modes,
            "allowed_web_search_modes",
            web_search_modes,
            &source,
        )?;
        let features = file.features.filter(|features| !features.is_empty());
        self.features = self
            .features
            .take()
            .or(features.map(|value| Pinned { value, source }));
        self.hooks = self.hooks.take().or(file.hooks);
        self.residency = self.residency.or(file.enforce_residency);
        self.network = self.network.take().or(file.experimental_network);
        Ok(())
    }

    /// The fields that are prescribed and that nothing here acts upon yet.
    pub fn unenforced(&self) -> &[&'static str] {
        &self.unenforced
    }

    /// Why an approval policy is not allowed.
    pub fn refuse_approval_policy(&self, policy: AskForApproval) -> Option<String> {
        self.approval_policies
            .as_ref()?
            .refusal("approval_policy", &policy)
    }

    /// Why permissions are not allowed to a thread in `cwd`.
    pub fn refuse_permissions(&self, permissions: &Permissions, cwd: &Path) -> Option<String> {
        let kind = match permissions.sandbox_policy(cwd) {
            SandboxPolicy::DangerFullAccess => SandboxKind::DangerFullAccess,
            SandboxPolicy::ReadOnly { .. } => SandboxKind::ReadOnly,
            SandboxPolicy::ExternalSandbox { .. } => SandboxKind::ExternalSandbox,
            SandboxPolicy::WorkspaceWrite { .. } => SandboxKind::WorkspaceWrite,
        };
        self.sandbox_modes.as_ref()?.refusal("sandbox_mode", &kind)
    }

    /// Whether a way of searching the web is allowed.
    pub(crate) fn allows_web_search(&self, mode: WebSearchMode) -> bool {
        let allowed = self.web_search_modes.as_ref();
        allowed.is_none_or(|allowed| allowed.values.contains(&mode))
    }

    /// The approval policy in force: the one wanted if it is allowed. A default gives way in silence, what somebody chose
    /// with a warning.
    pub(crate) fn approval_policy(
        &self,
        chosen: Option<AskForApproval>,
        default: AskForApproval,
        warnings: &mut Vec<String>,
    ) -> AskForApproval {
        settle(
            self.approval_policies.as_ref(),
            "approval_policy",
            chosen,
            default,
            warnings,
        )
    }

    /// The same for the reviewer.
    pub(crate) fn reviewer(
        &self,
        chosen: Option<ApprovalsReviewer>,
        warnings: &mut Vec<String>,
    ) -> ApprovalsReviewer {
        let default = ApprovalsReviewer::default();
        settle(
            self.reviewers.as_ref(),
            "approvals_reviewer",
            chosen,
            default,
            warnings,
        )
    }

    /// The same for the web search, whose default counts as chosen.
    pub(crate) fn web_search(&self, mode: WebSearchMode, warnings: &mut Vec<String>) -> WebSearchMode {
        settle(
            self.web_search_modes.as_ref(),
            "web_search_mode",
            Some(mode),
            mode,
            warnings,
        )
    }

    /// The permissions in force: those wanted if they are allowed, else to read and no more.
    pub(crate) fn permissions(
        &self,
        wanted: Permissions,
        cwd: &Path,
        warnings: &mut Vec<String>,
    ) -> Permissions {
        let Some(refusal) = self.refuse_permissions(&wanted, cwd) else {
            return wanted;
        };
        warnings.push(fallback("permission_profile", "`read-only`", &refusal));
        Permissions {
            profile: PermissionProfile::read_only(),
            active: None,
        }
    }

    /// The features whose state is prescribed, by their present names. Names that are old or unknown are told.
    pub(crate) fn pins(&self, warnings: &mut Vec<String>) -> BTreeMap<String, bool> {
        let Some(pinned) = &self.features else {
            return BTreeMap::new();
        };
        for name in pinned.value.keys() {
            match present_name(name) {
                Some(now) if now != name && name != AUTO_REVIEW => warnings.push(format!(
                    "Using legacy `features` requirement `{name}` from {}; prefer canonical feature key `{now}`",
                    pinned.source
                )),
                Some(_) => {}
                None => warnings.push(format!(
                    "Ignoring unknown `features` requirement `{name}` from {}",
                    pinned.source
                )),
            }
        }
        pinned
            .by_present_name()
            .map(|(name, on)| (name.to_owned(), on))
            .collect()
    }

    /// Why a configuration may not be written: a switch in it, also in a profile, contradicts what is prescribed.
    pub(crate) fn refuse_switches(&self, settings: &ConfigToml) -> Option<String> {
        let pinned = self.features.as_ref()?;
        let pins: BTreeMap<_, _> = pinned.by_present_name().collect();
        let contradicts = |name: &str, on: bool| {
            let pin = features::canonical(name).and_then(|now| pins.get(now));
            pin.is_some_and(|pin| *pin != on)
        };
        let top = settings.features.iter().map(|table| (String::new(), table));
        let profiles = settings.profiles.iter();
        let profiles =
            profiles.filter_map(|(name, p)| Some((format!("profiles.{name}."), p.features.as_ref()?)));
        let (path, on) = top.chain(profiles).find_map(|(prefix, table)| {
            let found = table.switches().find(|(name, on)| contradicts(name, *on));
            found.map(|(name, on)| (format!("{prefix}features.{name}"), on))
        })?;
        let all = features::FEATURES.iter();
        let all: Vec<String> = all
            .filter_map(|spec| pins.get(spec.name).map(|on| format!("{}={on}", spec.name)))
            .collect();
        Some(format!(
            "invalid value for `features`: `{path}={on}` is not in the allowed set [{}] (set by {})",
            all.join(", "),
            pinned.source
        ))
    }
}

/// A name that only requirements know.
const AUTO_REVIEW: &str = "auto_review";

fn present_name(name: &str) -> Option<&'static str> {
    features::canonical(if name == AUTO_REVIEW {
        "guardian_approval"
    } else {
        name
    })
}

impl Pinned {
    fn by_present_name(&self) -> impl Iterator<Item = (&'static str, bool)> {
        self.value
            .iter()
            .filter_map(|(name, on)| Some((present_name(name)?, *on)))
    }
}

/// Puts a list into its place, unless an earlier source has filled that.
fn choose<T>(
    place: &mut Option<Allowed<T>>,
    field: &str,
    values: Option<Vec<T>>,
    source: &str,
) -> Result<(), ConfigError> {
    let Some(values) = values else { return Ok(()) };
    if values.is_empty() {
        return Err(ConfigError::semantic(format!("field `{field}` cannot be empty")));
    }
    place.get_or_insert_with(|| Allowed {
        values,
        source: source.to_owned(),
    });
    Ok(())
}

fn settle<T: PartialEq + Spelled + Copy>(
    allowed: Option<&Allowed<T>>,
    field: &str,
    chosen: Option<T>,
    default: T,
    warnings: &mut Vec<String>,
) -> T {
    let wanted = chosen.unwrap_or(default);
    let Some(allowed) = allowed else { return wanted };
    let (Some(refusal), Some(first)) = (allowed.refusal(field, &wanted), allowed.values.first()) else {
        return wanted;
    };
    if chosen.is_some() {
        warnings.push(fallback(field, &first.spelled(), &refusal));
    }
    *first
}

#[cfg(test)]
mod tests {
    use crate::testing::Place;
    use crate::*;

    fn place(requirements: &str, config: &str) -> Place {
        let place = Place::new(config);
        place.put("etc/requirements.toml", requirements);
        place
    }

    #[test]
    fn what_is_not_allowed_gives_way_and_what_was_chosen_is_told() {
        let required = "allowed_approval_policies = [\"untrusted\", \"on-request\"]\nallowed_sandbox_modes = [\"read-only\"]\n\
                        allowed_approvals_reviewers = [\"auto_review\"]\nallowed_web_search_modes = []\n";
        let config = "approval_policy = \"never\"\nsandbox_mode = \"danger-full-access\"\n";
        let config = place(required, config).load(Request::default()).unwrap();
        assert_eq!(config.approval_policy, AskForApproval::UnlessTrusted);
        assert_eq!(config.permissions.profile, PermissionProfile::read_only());
        assert_eq!(config.approvals_reviewer, ApprovalsReviewer::GuardianSubagent);
        assert_eq!(config.web_search, WebSearchMode::Disabled);
        let told: Vec<_> = config
            .requirement_warnings
            .iter()
            .map(|w| w.split('`').nth(1).unwrap())
            .collect();
        assert_eq!(told, ["approval_policy", "permission_profile", "web_search_mode"]);
        let first = &config.requirement_warnings[0];
        assert!(
            first.contains("`Never` is not in the allowed set [UnlessTrusted, OnRequest] (set by /"),
            "{first}"
        );
    }

    #[test]
    fn a_request_is_held_to_the_requirements_too() {
        let place = place(
            "allowed_sandbox_modes = [\"read-only\", \"workspace-write\"]\n",
            "",
        );
        let ask = |sandbox| {
            let request = Request {
                sandbox: Some(sandbox),
                ..Request::default()
            };
            place.load(request).unwrap().permissions
        };
        assert_eq!(
            ask(SandboxMode::DangerFullAccess).profile,
            PermissionProfile::read_only()
        );
        assert_ne!(
            ask(SandboxMode::WorkspaceWrite).profile,
            PermissionProfile::read_only()
        );
    }

    #[test]
    fn the_live_web_stays_closed_without_a_sandbox_where_it_is_not_allowed() {
        let place = place(
            "allowed_web_search_modes = [\"cached\"]\n",
            "sandbox_mode = \"danger-full-access\"\n",
        );
        let config = place.load(Request::default()).unwrap();
        assert_eq!(
            config.web_search_under(&config.permissions),
            WebSearchMode::Cached
        );
    }

    #[test]
    fn a_managed_file_prescribes_what_the_requirements_leave_open() {
        let place = place("allowed_approval_policies = [\"never\"]\n", "");
        place.put(
            "etc/managed_config.toml",
            "approval_policy = \"untrusted\"\nsandbox_mode = \"workspace-write\"\napprovals_reviewer = \"auto_review\"\n",
        );
        let shown = serde_json::to_value(place.sources.read_requirements().unwrap()).unwrap();
        assert_eq!(shown["allowedApprovalPolicies"], serde_json::json!(["never"]));
        assert_eq!(
            shown["allowedSandboxModes"],
            serde_json::json!(["read-only", "workspace-write"])
        );
        assert_eq!(
            shown["allowedApprovalsReviewers"],
            serde_json::json!(["guardian_subagent", "user"])
        );
        assert!(shown["network"].is_null());
    }

    #[test]
    fn unknown_keys_prescribe_nothing() {
        assert!(
            place("surplus = 1\n", "")
                .sources
                .read_requirements()
                .unwrap()
                .is_none()
        );
        assert!(Place::new("").sources.read_requirements().unwrap().is_none());
    }

    #[test]
    fn hosts_and_sockets_are_shown_in_both_shapes() {
        let shown = |text: &str| {
            let place = place(&format!("[experimental_network]\n{text}"), "");
            serde_json::to_value(place.sources.read_requirements().unwrap()).unwrap()["network"].clone()
        };
        let old = shown(
            "allowed_domains = [\"b\", \"a\"]\ndenied_domains = [\"c\"]\nallow_unix_sockets = []\nhttp_port = 1\n",
        );
        let new = shown(
            "http_port = 1\n[experimental_network.domains]\na = \"allow\"\nb = \"allow\"\nc = \"deny\"\n",
        );
        assert_eq!(old, new);
        assert_eq!(old["allowedDomains"], serde_json::json!(["a", "b"]));
        assert_eq!(
            (&old["unixSockets"], &old["httpPort"]),
            (&serde_json::Value::Null, &1.into())
        );
    }

    #[test]
    fn requirements_that_cannot_be_used_stop_threads_and_reads_but_not_the_start() {
        for (text, fault) in [
            (
                "allowed_approval_policies = []\n",
                "field `allowed_approval_policies` cannot be empty",
            ),
            (
                "allowed_sandbox_modes = [\"workspace-write\"]\n",
                "must include 'read-only'",
            ),
            ("allowed_sandbox_modes = 3\n", "line 1, column 25"),
            (
                "[experimental_network]\nallowed_domains = []\ndomains = { a = \"allow\" }\n",
                "experimental_network.domains",
            ),
        ] {
            let place = place(text, "");
            let err = place.load(Request::default()).unwrap_err();
            assert!(err.contains(fault), "{err}");
            let read = place.sources.read(None, false).unwrap_err().to_string();
            assert_eq!(read, format!("failed to read configuration layers: {err}"));
            place.sources.load_defaults().unwrap();
        }
    }

    #[test]
    fn pinned_features_win_and_cannot_be_written_otherwise() {
        let pins = "[features]\napps = false\nmemories = true\nauto_review = false\ncollab = true\nnone_such = true\n";
        let place = place(pins, "[features]\nmemories = false\n");
        let config = place.load(Request::default()).unwrap();
        let state = |name| config.features.enabled(name);
        assert!(!state("apps") && state("memories") && !state("guardian_approval"));
        let told = &config.requirement_warnings;
        assert!(
            told.len() == 2 && told[0].contains("`multi_agent`") && told[1].contains("`none_such`"),
            "{told:?}"
        );

        let write = |key: &str, value: bool| {
            let edit = Edit {
                key_path: key.to_owned(),
                value: value.into(),
                strategy: MergeStrategy::Replace,
            };
            let request = WriteRequest {
                edits: vec![edit],
                ..WriteRequest::default()
            };
            place.sources.write(&request).map(drop).map_err(|e| e.to_string())
        };
        let refused = write("x", true).unwrap_err();
        assert!(
            refused.contains("`features.memories=false` is not in the allowed set [memories=true, multi_agent=true, apps=false, guardian_approval=false]"),
            "{refused}"
        );
        write("features.memories", true).unwrap();
        let refused = write("profiles.p.features.connectors", true).unwrap_err();
        assert!(
            refused.contains("`profiles.p.features.connectors=true`"),
            "{refused}"
        );
    }
}
