//! What concerns Windows hosts only.

use serde::Deserialize;
use serde::Serialize;

use crate::AbsolutePathBuf;

/// `windowsSandbox/setupStart`: prepares the sandbox on Windows. Its end is told by
/// `windowsSandbox/setupCompleted`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WindowsSandboxSetupStartParams {
    pub mode: WindowsSandboxSetupMode,
    /// The working directory to prepare it for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwd: Option<AbsolutePathBuf>,
}

/// With which rights the sandbox on Windows is prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WindowsSandboxSetupMode {
    /// Those of an administrator.
    Elevated,
    /// Those of the user.
    Unelevated,
}

/// Result of `windowsSandbox/setupStart`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WindowsSandboxSetupStartResponse {
    pub started: bool,
}

/// `windows/worldWritableWarning`: there are folders anybody can write in, which the sandbox cannot
/// protect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WindowsWorldWritableWarningNotification {
    /// Some of them.
    pub sample_paths: Vec<String>,
    /// How many more there are.
    pub extra_count: usize,
    /// Whether not all could be looked at.
    pub failed_scan: bool,
}

/// `windowsSandbox/setupCompleted`: the sandbox on Windows is prepared, or cannot be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WindowsSandboxSetupCompletedNotification {
    pub mode: WindowsSandboxSetupMode,
    pub success: bool,
    pub error: Option<String>,
}
