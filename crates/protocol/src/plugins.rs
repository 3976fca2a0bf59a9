//! `plugin/*` and `marketplace/*`.

use serde::Deserialize;
use serde::Serialize;

use crate::AbsolutePathBuf;
use crate::AppSummary;
use crate::SkillSummary;

/// `marketplace/add`: fetches a marketplace of plugins and adds it to the configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketplaceAddParams {
    /// Where it is: a folder, a git address, or `owner/repo`.
    pub source: String,
    /// The branch or tag to take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ref_name: Option<String>,
    /// The folders to take; all unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sparse_paths: Option<Vec<String>>,
}

/// Result of `marketplace/add`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketplaceAddResponse {
    pub marketplace_name: String,
    /// Where it is kept.
    pub installed_root: AbsolutePathBuf,
    /// Whether it was there before.
    pub already_added: bool,
}

/// `marketplace/remove`: takes a marketplace out of the configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketplaceRemoveParams {
    pub marketplace_name: String,
}

/// Result of `marketplace/remove`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketplaceRemoveResponse {
    pub marketplace_name: String,
    /// Where it was kept, if it was.
    pub installed_root: Option<AbsolutePathBuf>,
}

/// `marketplace/upgrade`: fetches marketplaces anew.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketplaceUpgradeParams {
    /// Which one; all unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketplace_name: Option<String>,
}

/// Result of `marketplace/upgrade`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketplaceUpgradeResponse {
    /// Those looked at, by their names.
    pub selected_marketplaces: Vec<String>,
    /// Folders of those that changed.
    pub upgraded_roots: Vec<AbsolutePathBuf>,
    /// Those that could not be fetched.
    pub errors: Vec<MarketplaceUpgradeErrorInfo>,
}

/// A marketplace that could not be fetched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketplaceUpgradeErrorInfo {
    pub marketplace_name: String,
    pub message: String,
}

/// `plugin/list`: lists the plugins of all known marketplaces.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PluginListParams {
    /// Folders to look for marketplaces in, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwds: Option<Vec<AbsolutePathBuf>>,
}

/// Result of `plugin/list`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginListResponse {
    pub marketplaces: Vec<PluginMarketplaceEntry>,
    /// Marketplaces that could not be read.
    #[serde(default)]
    pub marketplace_load_errors: Vec<MarketplaceLoadErrorInfo>,
    /// Plugins to show first.
    #[serde(default)]
    pub featured_plugin_ids: Vec<String>,
}

/// A marketplace that could not be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketplaceLoadErrorInfo {
    pub marketplace_path: AbsolutePathBuf,
    pub message: String,
}

/// A marketplace and its plugins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PluginMarketplaceEntry {
    pub name: String,
    /// Its file; null for one that is only on the net.
    pub path: Option<AbsolutePathBuf>,
    /// How to show it.
    pub interface: Option<MarketplaceInterface>,
    pub plugins: Vec<PluginSummary>,
}

/// How to show a marketplace.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketplaceInterface {
    pub display_name: Option<String>,
}

/// A plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginSummary {
    /// `PLUGIN@MARKETPLACE`.
    pub id: String,
    pub name: String,
    /// Where it is from.
    pub source: PluginSource,
    /// Whether it is installed.
    pub installed: bool,
    /// Whether it is installed and switched on.
    pub enabled: bool,
    /// Whether it can be installed.
    pub install_policy: PluginInstallPolicy,
    /// When its apps want a login.
    pub auth_policy: PluginAuthPolicy,
    /// How to show it.
    pub interface: Option<PluginInterface>,
}

/// When the apps of a plugin want a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PluginAuthPolicy {
    /// When it is installed.
    OnInstall,
    /// When it is used.
    OnUse,
}

/// Whether a plugin can be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PluginInstallPolicy {
    NotAvailable,
    Available,
    /// It can, and is from the start.
    InstalledByDefault,
}

/// How to show a plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginInterface {
    pub display_name: Option<String>,
    pub short_description: Option<String>,
    pub long_description: Option<String>,
    pub developer_name: Option<String>,
    pub category: Option<String>,
    /// What it can do, in keywords.
    pub capabilities: Vec<String>,
    pub website_url: Option<String>,
    pub privacy_policy_url: Option<String>,
    pub terms_of_service_url: Option<String>,
    /// What the user may begin with.
    pub default_prompt: Option<Vec<String>>,
    /// A color as `#RRGGBB`.
    pub brand_color: Option<String>,
    /// An image file to show beside the input.
    pub composer_icon: Option<AbsolutePathBuf>,
    /// The same on the net.
    pub composer_icon_url: Option<String>,
    /// An image file.
    pub logo: Option<AbsolutePathBuf>,
    /// The same on the net.
    pub logo_url: Option<String>,
    /// Image files.
    pub screenshots: Vec<AbsolutePathBuf>,
    /// The same on the net.
    pub screenshot_urls: Vec<String>,
}

/// Where a plugin is from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum PluginSource {
    /// A folder.
    Local { path: AbsolutePathBuf },
    /// A git repository.
    Git {
        url: String,
        /// A folder in it.
        path: Option<String>,
        /// A branch or tag.
        ref_name: Option<String>,
        /// A commit.
        sha: Option<String>,
    },
    /// The plugin service.
    Remote,
}

/// `plugin/read`: tells all about a plugin. Exactly one of `marketplacePath` and
/// `remoteMarketplaceName` says where it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginReadParams {
    /// The marketplace's file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketplace_path: Option<AbsolutePathBuf>,
    /// The marketplace's name at the plugin service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_marketplace_name: Option<String>,
    pub plugin_name: String,
}

/// Result of `plugin/read`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PluginReadResponse {
    pub plugin: PluginDetail,
}

/// All about a plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginDetail {
    pub marketplace_name: String,
    /// The marketplace's file; null for one that is only on the net.
    pub marketplace_path: Option<AbsolutePathBuf>,
    pub summary: PluginSummary,
    pub description: Option<String>,
    pub skills: Vec<SkillSummary>,
    pub apps: Vec<AppSummary>,
    /// Names of the MCP servers it brings.
    pub mcp_servers: Vec<String>,
}

/// `plugin/install`: installs a plugin. Exactly one of `marketplacePath` and
/// `remoteMarketplaceName` says where it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginInstallParams {
    /// The marketplace's file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketplace_path: Option<AbsolutePathBuf>,
    /// The marketplace's name at the plugin service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_marketplace_name: Option<String>,
    pub plugin_name: String,
}

/// Result of `plugin/install`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginInstallResponse {
    /// When its apps want a login.
    pub auth_policy: PluginAuthPolicy,
    /// Apps the user has to connect.
    pub apps_needing_auth: Vec<AppSummary>,
}

/// `plugin/uninstall`: removes a plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginUninstallParams {
    /// `PLUGIN@MARKETPLACE`.
    pub plugin_id: String,
}

/// Result of `plugin/uninstall`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PluginUninstallResponse {}
