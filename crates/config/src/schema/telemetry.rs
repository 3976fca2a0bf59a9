//! What is told about a run to others: `[analytics]`, `[feedback]`, `[otel]`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::AbsolutePath;

/// `[analytics]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnalyticsToml {
    pub enabled: Option<bool>,
}

/// `[feedback]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FeedbackToml {
    pub enabled: Option<bool>,
}

/// `[otel]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OtelToml {
    pub environment: Option<String>,
    pub log_user_prompt: Option<bool>,
    pub exporter: Option<OtelExporter>,
    pub trace_exporter: Option<OtelExporter>,
    pub metrics_exporter: Option<OtelExporter>,
}

/// Where telemetry goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OtelExporter {
    None,
    Statsig,
    OtlpHttp {
        endpoint: String,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        protocol: OtelProtocol,
        #[serde(default)]
        tls: Option<OtelTls>,
    },
    OtlpGrpc {
        endpoint: String,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        #[serde(default)]
        tls: Option<OtelTls>,
    },
}

/// How telemetry is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OtelProtocol {
    Binary,
    Json,
}

/// Certificates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct OtelTls {
    pub ca_certificate: Option<AbsolutePath>,
    pub client_certificate: Option<AbsolutePath>,
    pub client_private_key: Option<AbsolutePath>,
}
