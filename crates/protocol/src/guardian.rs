//! Automatic review of approvals by a model in the user's place.

use serde::Deserialize;
use serde::Serialize;

use crate::AbsolutePathBuf;
use crate::NetworkApprovalProtocol;
use crate::RequestPermissionProfile;

/// `item/autoApprovalReview/started`: a model reviews something in the user's place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemGuardianApprovalReviewStartedNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// Tells the review from others.
    pub review_id: String,
    /// The item that is reviewed, if there is one.
    pub target_item_id: Option<String>,
    pub review: GuardianApprovalReview,
    /// What would be done.
    pub action: GuardianApprovalReviewAction,
}

/// Something that is reviewed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum GuardianApprovalReviewAction {
    /// A command line.
    Command {
        source: GuardianCommandSource,
        command: String,
        cwd: AbsolutePathBuf,
    },
    /// A program that a command starts.
    Execve {
        source: GuardianCommandSource,
        program: String,
        /// Its arguments, its name first.
        argv: Vec<String>,
        cwd: AbsolutePathBuf,
    },
    /// Changes to files.
    ApplyPatch {
        cwd: AbsolutePathBuf,
        files: Vec<AbsolutePathBuf>,
    },
    /// Reaching a host.
    NetworkAccess {
        /// What is reached, as it was asked for.
        target: String,
        host: String,
        protocol: NetworkApprovalProtocol,
        port: u16,
    },
    /// A tool of an MCP server.
    McpToolCall {
        server: String,
        tool_name: String,
        /// The app it belongs to.
        connector_id: Option<String>,
        connector_name: Option<String>,
        tool_title: Option<String>,
    },
    /// More permissions.
    RequestPermissions {
        reason: Option<String>,
        permissions: RequestPermissionProfile,
    },
}

/// How a command is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GuardianCommandSource {
    Shell,
    /// As a process that can be talked to.
    UnifiedExec,
}

/// How a review stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GuardianApprovalReview {
    pub status: GuardianApprovalReviewStatus,
    /// How dangerous it is.
    pub risk_level: Option<GuardianRiskLevel>,
    /// How sure it is that the user wants it.
    pub user_authorization: Option<GuardianUserAuthorization>,
    /// Why it was decided so.
    pub rationale: Option<String>,
}

/// How dangerous something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GuardianRiskLevel {
    Low,
    Medium,
    High,
    Critical,
}

/// How a review stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GuardianApprovalReviewStatus {
    InProgress,
    Approved,
    Denied,
    /// Nobody decided in time; it is refused.
    TimedOut,
    /// The turn ended before.
    Aborted,
}

/// How sure it is that the user wants something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GuardianUserAuthorization {
    Unknown,
    Low,
    Medium,
    High,
}

/// `item/autoApprovalReview/completed`: a model has decided in the user's place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemGuardianApprovalReviewCompletedNotification {
    /// The thread.
    pub thread_id: String,
    /// The turn.
    pub turn_id: String,
    /// Tells the review from others.
    pub review_id: String,
    /// The item that was reviewed, if there is one.
    pub target_item_id: Option<String>,
    /// Who decided.
    pub decision_source: AutoReviewDecisionSource,
    pub review: GuardianApprovalReview,
    /// What would be done.
    pub action: GuardianApprovalReviewAction,
}

/// Who decided about an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AutoReviewDecisionSource {
    Agent,
}

/// `guardianWarning`: what the automatic review has to say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GuardianWarningNotification {
    /// The thread.
    pub thread_id: String,
    pub message: String,
}
