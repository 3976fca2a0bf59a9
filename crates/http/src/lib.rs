//! Outgoing HTTP: connections shared by the whole process, made ready only when first used.
//!
//! Proxies come from the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`). Trusted are the roots
//! built in and the bundle named by `CODEX_CA_CERTIFICATE`, else `SSL_CERT_FILE` (account.md §9).
//!
//! Redirects are not followed: who sends a key and a conversation to one host has not agreed to another that this one
//! names. What answers with one is told as such. No request says where it came from.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use reqwest::Certificate;
use reqwest::redirect::Policy;

/// Why no request can be made at all.
#[derive(Debug, Clone, thiserror::Error)]
pub enum HttpError {
    /// The certificate bundle of the environment can't be used.
    #[error("cannot use the certificates in {path}: {reason}")]
    Certificates {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The client can't be set up.
    #[error("cannot set up HTTP: {0}")]
    Setup(String),
}

/// The process's HTTP clients. Cloning shares them.
#[derive(Debug, Clone, Default)]
pub struct Clients {
    pools: Arc<Pools>,
}

#[derive(Debug, Default)]
struct Pools {
    /// A bundle to trust beside the built-in roots.
    certificates: Option<PathBuf>,
    /// For plain addresses, and for all of them when there is no bundle. Never reads certificates from disk.
    plain: OnceLock<Result<reqwest::Client, HttpError>>,
    /// For TLS with the bundle.
    trusting: OnceLock<Result<reqwest::Client, HttpError>>,
}

impl Clients {
    /// The clients as this process's environment wants them. Costs nothing before the first request.
    pub fn from_environment() -> Self {
        Self::new(&|name| std::env::var(name).ok())
    }

    /// The same with another view of the environment (proxies are still those of the process).
    pub fn new(env: &dyn Fn(&str) -> Option<String>) -> Self {
        let certificates = ["CODEX_CA_CERTIFICATE", "SSL_CERT_FILE"]
            .iter()
            .find_map(|name| env(name).filter(|v| !v.trim().is_empty()))
            .map(PathBuf::from);
        Self {
            pools: Arc::new(Pools {
                certificates,
                ..Pools::default()
            }),
        }
    }

    /// The client for `url`.
    ///
    /// # Errors
    /// The certificate bundle can't be read.
    pub fn client_for(&self, url: &str) -> Result<&reqwest::Client, HttpError> {
        let pools = &self.pools;
        let is_tls = url
            .get(..6)
            .is_some_and(|start| start.eq_ignore_ascii_case("https:"));
        let client = match &pools.certificates {
            Some(path) if is_tls => pools.trusting.get_or_init(|| build(Some(path))),
            _ => pools.plain.get_or_init(|| build(None)),
        };
        client.as_ref().map_err(Clone::clone)
    }
}

fn build(certificates: Option<&Path>) -> Result<reqwest::Client, HttpError> {
    let mut builder = reqwest::Client::builder().redirect(Policy::none()).referer(false);
    if let Some(path) = certificates {
        let unusable = |reason: String| HttpError::Certificates {
            path: path.to_owned(),
            reason,
        };
        let pem = std::fs::read(path).map_err(|e| unusable(e.to_string()))?;
        let bundle = Certificate::from_pem_bundle(&pem).map_err(|e| unusable(e.to_string()))?;
        builder = bundle
            .into_iter()
            .fold(builder, |b, certificate| b.add_root_certificate(certificate));
    }
    builder.build().map_err(|e| HttpError::Setup(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_that_is_not_there_is_named_but_only_matters_for_tls() {
        let clients =
            Clients::new(&|name| (name == "SSL_CERT_FILE").then(|| "/no/such/bundle.pem".to_string()));
        let error = clients.client_for("https://h/").unwrap_err().to_string();
        assert!(error.contains("/no/such/bundle.pem"), "{error}");
        assert!(clients.client_for("http://h/").is_ok());
    }

    #[test]
    fn the_programs_own_variable_wins_and_blank_ones_do_not_count() {
        let env = |name: &str| match name {
            "CODEX_CA_CERTIFICATE" => Some(" ".to_string()),
            "SSL_CERT_FILE" => Some("/b".to_string()),
            _ => None,
        };
        assert_eq!(
            Clients::new(&env).pools.certificates.as_deref(),
            Some(Path::new("/b"))
        );
        assert_eq!(
            Clients::new(&|_| Some("/a".into())).pools.certificates.as_deref(),
            Some(Path::new("/a"))
        );
    }
}
