//! The small vocabulary of settings: enumerations whose spelling in `config.toml` is also their spelling in requests.

use serde::{Deserialize, Serialize};

macro_rules! setting {
    ($(#[$doc:meta])* $name:ident, $case:literal { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = $case)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }
    };
}

/// When the user is asked before a command runs (`approval_policy`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AskForApproval {
    /// Ask for everything that is not known to be harmless.
    #[serde(rename = "untrusted")]
    UnlessTrusted,
    /// Run in the sandbox, ask when that failed.
    OnFailure,
    /// The model decides when to ask.
    OnRequest,
    /// Each kind of question is switched by itself.
    #[serde(rename = "granular")]
    Granular(GranularApproval),
    /// Never ask.
    Never,
}

/// The switches of `approval_policy = { granular = { … } }`: true means that such questions are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GranularApproval {
    /// Questions about leaving the sandbox.
    pub sandbox_approval: bool,
    /// Questions caused by `prompt` rules.
    pub rules: bool,
    /// Questions about running a skill's scripts.
    #[serde(default)]
    pub skill_approval: bool,
    /// The tool `request_permissions`.
    #[serde(default)]
    pub request_permissions: bool,
    /// Questions of MCP servers.
    pub mcp_elicitations: bool,
}

/// Who answers approval questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalsReviewer {
    /// The client's user.
    #[default]
    User,
    /// A reviewing model; also read from `auto_review`.
    #[serde(rename = "guardian_subagent", alias = "auto_review")]
    GuardianSubagent,
}

setting! {
    /// The legacy way of saying what commands may do (`sandbox_mode`).
    SandboxMode, "kebab-case" {
        /// Read everything, write nothing.
        ReadOnly,
        /// Write in the workspace and temporary folders.
        WorkspaceWrite,
        /// No sandbox.
        DangerFullAccess,
    }
}

setting! {
    /// How hard a model thinks.
    ReasoningEffort, "lowercase" {
        /// Not at all.
        None,
        /// Hardly.
        Minimal,
        /// A little.
        Low,
        /// The usual.
        Medium,
        /// Much.
        High,
        /// As much as it can.
        XHigh,
    }
}

setting! {
    /// How a model's reasoning is summed up for the user.
    ReasoningSummary, "lowercase" {
        /// The model chooses.
        Auto,
        /// Short.
        Concise,
        /// Long.
        Detailed,
        /// No summary.
        None,
    }
}

setting! {
    /// How long-winded a model's answers are.
    Verbosity, "lowercase" {
        /// Short.
        Low,
        /// The usual.
        Medium,
        /// Long.
        High,
    }
}

setting! {
    /// The tone of a model.
    Personality, "lowercase" {
        /// No instructions about tone.
        None,
        /// Warm.
        Friendly,
        /// Matter-of-fact.
        Pragmatic,
    }
}

setting! {
    /// What a request may cost in time and money.
    ServiceTier, "lowercase" {
        /// Sent as `priority`.
        Fast,
        /// Sent as `flex`.
        Flex,
    }
}

setting! {
    /// The web search tool (`web_search`).
    WebSearchMode, "lowercase" {
        /// Not offered.
        Disabled,
        /// Searches an index, reaches no live page.
        Cached,
        /// Reaches the live web.
        Live,
    }
}

setting! {
    /// What the user decided about a project.
    TrustLevel, "lowercase" {
        /// Its own configuration counts.
        Trusted,
        /// It does not.
        Untrusted,
    }
}

setting! {
    /// The only way of signing in that is allowed.
    ForcedLoginMethod, "lowercase" {
        /// A ChatGPT account.
        Chatgpt,
        /// An API key.
        Api,
    }
}

setting! {
    /// Where credentials are kept (account.md §3).
    AuthCredentialsStore, "lowercase" {
        /// `auth.json`.
        File,
        /// The system's keyring.
        Keyring,
        /// The keyring, else the file.
        Auto,
        /// This process's memory.
        Ephemeral,
    }
}
