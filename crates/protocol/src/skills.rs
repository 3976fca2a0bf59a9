//! `skills/*`: instructions kept in files for the agent.

use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

use crate::AbsolutePathBuf;

/// `skills/list`: lists the skills that count in some folders.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SkillsListParams {
    /// The folders; none for the server's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cwds: Vec<PathBuf>,
    /// Whether to look at the disk even if it was done before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub force_reload: bool,
    /// More places to look for skills, for one folder at a time.
    #[serde(default)]
    pub per_cwd_extra_user_roots: Option<Vec<SkillsListExtraRootsForCwd>>,
}

/// More places to look for skills, for one folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SkillsListExtraRootsForCwd {
    /// The folder; it must be among those asked for.
    pub cwd: PathBuf,
    /// The places, absolute.
    pub extra_user_roots: Vec<PathBuf>,
}

/// Result of `skills/list`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SkillsListResponse {
    /// An entry per folder asked for, in that order.
    pub data: Vec<SkillsListEntry>,
}

/// The skills of a folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SkillsListEntry {
    /// The folder as it was asked for.
    pub cwd: PathBuf,
    pub skills: Vec<SkillMetadata>,
    /// Skills that could not be read.
    pub errors: Vec<SkillErrorInfo>,
}

/// A skill that could not be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SkillErrorInfo {
    /// Its `SKILL.md`.
    pub path: PathBuf,
    /// Why.
    pub message: String,
}

/// A skill: instructions for the model, kept in a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SkillMetadata {
    /// What it is called by; those of a plugin as `plugin:name`.
    pub name: String,
    /// What it is for; the model decides by it whether to use it.
    pub description: String,
    /// The same in a few words, for lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short_description: Option<String>,
    /// How to show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface: Option<SkillInterface>,
    /// What it needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dependencies: Option<SkillDependencies>,
    /// Its `SKILL.md`.
    pub path: AbsolutePathBuf,
    /// Where it is from.
    pub scope: SkillScope,
    /// Whether it may be used.
    pub enabled: bool,
}

/// What a skill needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SkillDependencies {
    /// Tools it needs.
    pub tools: Vec<SkillToolDependency>,
}

/// A tool a skill needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SkillToolDependency {
    /// What kind of tool, such as `mcp`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name.
    pub value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How it is reached, such as `stdio` or `streamable_http`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transport: Option<String>,
    /// What starts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// How to show a skill.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SkillInterface {
    pub display_name: Option<String>,
    pub short_description: Option<String>,
    /// A small image file.
    pub icon_small: Option<AbsolutePathBuf>,
    /// A large image file.
    pub icon_large: Option<AbsolutePathBuf>,
    /// A color as `#RRGGBB`.
    pub brand_color: Option<String>,
    /// What the user may begin with.
    pub default_prompt: Option<String>,
}

/// Where a skill is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SkillScope {
    /// The user's folders or plugins.
    User,
    /// The project.
    Repo,
    /// It came with the program.
    System,
    /// The machine's administrator.
    Admin,
}

/// A skill a plugin brings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SkillSummary {
    pub name: String,
    pub description: String,
    pub short_description: Option<String>,
    pub interface: Option<SkillInterface>,
    /// Its `SKILL.md`; null while the plugin is not installed.
    pub path: Option<AbsolutePathBuf>,
    /// Whether it may be used.
    pub enabled: bool,
}

/// `skills/config/write`: switches a skill on or off. Exactly one of `path` and `name` says which.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SkillsConfigWriteParams {
    /// Its `SKILL.md`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<AbsolutePathBuf>,
    /// Its name; all skills of that name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub enabled: bool,
}

/// Result of `skills/config/write`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SkillsConfigWriteResponse {
    /// What was asked for.
    pub effective_enabled: bool,
}

/// `skills/changed`: what was told of skills may no longer be true.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SkillsChangedNotification {}
