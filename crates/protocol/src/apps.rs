//! `app/list`: connectors to outside services.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::default_true;

/// An app a plugin uses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppSummary {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    /// Where the user connects it.
    pub install_url: Option<String>,
    /// Whether the user has to connect it before it can be used.
    pub needs_auth: bool,
}

/// `app/list`: lists connectors to outside services, a page at a time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppsListParams {
    /// Where the page begins: `nextCursor` of the page before; absent for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many to answer with: all unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// A thread whose settings decide which apps are switched on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<String>,
    /// Whether to ask the service even if that was done before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub force_refetch: bool,
}

/// Result of `app/list`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppsListResponse {
    pub data: Vec<AppInfo>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

/// A connector to an outside service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppInfo {
    /// Its id at the service.
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub logo_url: Option<String>,
    pub logo_url_dark: Option<String>,
    /// How it came into the directory.
    pub distribution_channel: Option<String>,
    /// Who is behind it.
    pub branding: Option<AppBranding>,
    /// More about it.
    pub app_metadata: Option<AppMetadata>,
    /// Marks set by the directory.
    pub labels: Option<BTreeMap<String, String>>,
    /// Where the user connects it.
    pub install_url: Option<String>,
    /// Whether the user has connected it.
    #[serde(default)]
    pub is_accessible: bool,
    /// Whether it is switched on in the configuration.
    #[serde(default = "default_true")]
    pub is_enabled: bool,
    /// Names of the plugins that use it.
    #[serde(default)]
    pub plugin_display_names: Vec<String>,
}

/// More about an app, from the directory.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppMetadata {
    /// How the directory's review of it stands.
    pub review: Option<AppReview>,
    pub categories: Option<Vec<String>>,
    pub sub_categories: Option<Vec<String>>,
    /// A description for search engines.
    pub seo_description: Option<String>,
    pub screenshots: Option<Vec<AppScreenshot>>,
    pub developer: Option<String>,
    pub version: Option<String>,
    pub version_id: Option<String>,
    /// What is new.
    pub version_notes: Option<String>,
    /// What kind of app it is, if the makers of the model made it.
    pub first_party_type: Option<String>,
    /// Whether such an app has to be connected, too.
    pub first_party_requires_install: Option<bool>,
    /// Whether to offer it beside the input before it is connected.
    pub show_in_composer_when_unlinked: Option<bool>,
}

/// How the review of an app stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppReview {
    pub status: String,
}

/// A picture of an app in use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppScreenshot {
    pub url: Option<String>,
    /// The picture's id at the service.
    pub file_id: Option<String>,
    /// What the user said in it.
    pub user_prompt: String,
}

/// Who is behind an app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppBranding {
    pub category: Option<String>,
    pub developer: Option<String>,
    pub website: Option<String>,
    pub privacy_policy: Option<String>,
    pub terms_of_service: Option<String>,
    /// Whether it is shown in the directory.
    pub is_discoverable_app: bool,
}

/// `app/list/updated`: there are other apps now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppListUpdatedNotification {
    pub data: Vec<AppInfo>,
}
