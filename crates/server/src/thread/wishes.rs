//! What `thread/start`, `thread/resume` and `thread/fork` ask for alike, and the configuration that makes of it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use codex_config::{PermissionsRequest, Request};
use codex_protocol::*;
use serde_json::Value;

use crate::error::RpcError;
use crate::wire;

/// The overrides that the three methods share.
#[derive(Debug, Default)]
pub struct Wishes {
    /// `model`.
    pub model: Option<String>,
    /// `modelProvider`.
    pub model_provider: Option<String>,
    /// `serviceTier`.
    pub service_tier: Option<Option<ServiceTier>>,
    /// `cwd`.
    pub cwd: Option<String>,
    /// `approvalPolicy`.
    pub approval_policy: Option<AskForApproval>,
    /// `approvalsReviewer`.
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// `sandbox`.
    pub sandbox: Option<SandboxMode>,
    /// `permissions`.
    pub permissions: Option<PermissionProfileSelectionParams>,
    /// `config`.
    pub config: Option<BTreeMap<String, Value>>,
    /// `baseInstructions`.
    pub base_instructions: Option<String>,
    /// `developerInstructions`.
    pub developer_instructions: Option<String>,
    /// `personality`; a fork has none.
    pub personality: Option<Personality>,
}

/// Takes the shared members out of the params of one of the three methods.
macro_rules! wishes {
    ($params:ident, $personality:expr) => {
        $crate::thread::wishes::Wishes {
            model: $params.model.take(),
            model_provider: $params.model_provider.take(),
            service_tier: $params.service_tier.take(),
            cwd: $params.cwd.take(),
            approval_policy: $params.approval_policy.take(),
            approvals_reviewer: $params.approvals_reviewer.take(),
            sandbox: $params.sandbox.take(),
            permissions: $params.permissions.take(),
            config: $params.config.take(),
            base_instructions: $params.base_instructions.take(),
            developer_instructions: $params.developer_instructions.take(),
            personality: $personality,
        }
    };
}
pub(crate) use wishes;

impl Wishes {
    /// Whether the client chose a model itself, so that a stored one does not count.
    pub fn choose_a_model(&self) -> bool {
        let in_config = |key| self.config.as_ref().is_some_and(|c| c.contains_key(key));
        self.model.is_some()
            || self.model_provider.is_some()
            || in_config("model")
            || in_config("model_reasoning_effort")
    }

    /// The request to the configuration.
    pub fn into_request(self) -> Result<Request, RpcError> {
        if self.permissions.is_some() && self.sandbox.is_some() {
            return Err(RpcError::invalid_request(
                "`permissions` cannot be combined with `sandbox`",
            ));
        }
        Ok(Request {
            cwd: self.cwd.map(PathBuf::from),
            config: self.config.unwrap_or_default().into_iter().collect(),
            model: self.model,
            model_provider: self.model_provider,
            service_tier: self.service_tier.map(|tier| tier.map(|t| wire::same(&t))),
            approval_policy: self.approval_policy.map(|policy| wire::same(&policy)),
            approvals_reviewer: self.approvals_reviewer.map(|reviewer| wire::same(&reviewer)),
            sandbox: self.sandbox.map(|mode| wire::same(&mode)),
            permissions: self.permissions.as_ref().map(permissions_request),
            personality: self.personality.map(|personality| wire::same(&personality)),
            base_instructions: self.base_instructions,
            developer_instructions: self.developer_instructions,
        })
    }
}

/// A profile asked for by name.
pub fn permissions_request(selection: &PermissionProfileSelectionParams) -> PermissionsRequest {
    let PermissionProfileSelectionParams::Profile { id, modifications } = selection;
    PermissionsRequest {
        id: id.clone(),
        modifications: modifications.iter().flatten().map(wire::same).collect(),
    }
}
