//! Collaboration modes: presets for how the agent works with the user (experimental).

use serde::Deserialize;
use serde::Serialize;

use crate::ReasoningEffort;
use crate::double_option;

/// How the agent works with the user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CollaborationMode {
    pub mode: ModeKind,
    pub settings: Settings,
}

/// Kinds of collaboration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ModeKind {
    /// A plan is made and nothing else done.
    Plan,
    /// The agent does what it is told.
    Default,
}

/// Settings of a collaboration mode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub model: String,
    /// How long the model thinks; null for its default.
    pub reasoning_effort: Option<ReasoningEffort>,
    /// What the model is told; null for the built-in text of the mode.
    pub developer_instructions: Option<String>,
}

/// `collaborationMode/list`: lists the presets there are. Experimental.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CollaborationModeListParams {}

/// Result of `collaborationMode/list`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CollaborationModeListResponse {
    pub data: Vec<CollaborationModeMask>,
}

/// A preset: what it sets is there, what it leaves alone is null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CollaborationModeMask {
    pub name: String,
    pub mode: Option<ModeKind>,
    pub model: Option<String>,
    /// Null within sets the model's default, absence leaves it alone.
    #[serde(default, with = "double_option", skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<Option<ReasoningEffort>>,
}
