//! `command/exec*`: commands a client runs without the agent.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

use crate::PermissionProfile;
use crate::SandboxPolicy;

/// `command/exec`: runs a command of the client's, outside any thread and without asking. The reply
/// comes when it has ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandExecParams {
    /// Program and arguments; there is no shell.
    pub command: Vec<String>,
    /// The client's name for it, unique on its connection; needed for `tty`, streaming and the
    /// methods on running commands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process_id: Option<String>,
    /// Whether to run it on a terminal; implies both kinds of streaming.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tty: bool,
    /// Whether its input comes from `command/exec/write`; otherwise it has none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stream_stdin: bool,
    /// Whether its output is sent by `command/exec/outputDelta`; the result then holds none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stream_stdout_stderr: bool,
    /// How many bytes of each stream to keep. Default 1 MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_bytes_cap: Option<usize>,
    /// Whether to keep all; not together with `outputBytesCap`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disable_output_cap: bool,
    /// Whether it may run forever; not together with `timeoutMs`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disable_timeout: bool,
    /// When it is killed, in milliseconds. Default 10 seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<i64>,
    /// Where to run it; relative to the server's own folder, which is also the default. `~` is the
    /// user's home.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwd: Option<PathBuf>,
    /// Environment variables to set, or to unset by null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<BTreeMap<String, Option<String>>>,
    /// The terminal's size; only with `tty`. Default 24 rows of 80 columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<CommandExecTerminalSize>,
    /// What it may touch; what the configuration says unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandbox_policy: Option<SandboxPolicy>,
    /// The same as a profile; not together with `sandboxPolicy`. Experimental.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission_profile: Option<PermissionProfile>,
}

/// The size of a terminal in characters, at least 1 each way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommandExecTerminalSize {
    pub rows: u16,
    pub cols: u16,
}

/// Result of `command/exec`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandExecResponse {
    /// Its exit code: 124 after the timeout, -1 if it was killed.
    pub exit_code: i32,
    /// What it printed, unless streamed.
    pub stdout: String,
    /// What it printed as errors, unless streamed.
    pub stderr: String,
}

/// `command/exec/write`: gives input to a running command, closes its input, or both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandExecWriteParams {
    /// The client's name for the process.
    pub process_id: String,
    /// Bytes, in padded standard base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delta_base64: Option<String>,
    /// Whether its input ends.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub close_stdin: bool,
}

/// Result of `command/exec/write`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CommandExecWriteResponse {}

/// `command/exec/terminate`: kills a running command. The reply does not wait for its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandExecTerminateParams {
    /// The client's name for the process.
    pub process_id: String,
}

/// Result of `command/exec/terminate`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CommandExecTerminateResponse {}

/// `command/exec/resize`: changes the size of a command's terminal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandExecResizeParams {
    /// The client's name for the process.
    pub process_id: String,
    pub size: CommandExecTerminalSize,
}

/// Result of `command/exec/resize`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CommandExecResizeResponse {}

/// `command/exec/outputDelta`: a command of the client's printed something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandExecOutputDeltaNotification {
    /// The client's name for the process.
    pub process_id: String,
    pub stream: CommandExecOutputStream,
    /// The bytes, in padded standard base64.
    pub delta_base64: String,
    /// Whether this is the last of the stream that is sent.
    pub cap_reached: bool,
}

/// What a command prints to. A terminal has only the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CommandExecOutputStream {
    Stdout,
    Stderr,
}
