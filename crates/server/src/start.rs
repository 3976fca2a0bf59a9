//! From options to a running server: configuration and its faults, the services, the transport.

use std::path::Path;
use std::sync::Arc;

use codex_auth::{AuthManager, Setup as AuthSetup, Store as CredentialStore};
use codex_config::{AuthCredentialsStore, Config, ConfigError, Home, Overrides, Request, Sources};
use codex_protocol::{ConfigWarningNotification, TextPosition, TextRange};
use codex_rollout::paths::{self, Shelf};

use crate::app::App;
use crate::serve::{ServeError, serve};
use crate::store::Store;
use crate::transport::Listen;
use crate::transport::auth::{FlagError, Flags};
use crate::{providers, rules};

/// What the command line decides.
#[derive(Debug)]
pub struct Options {
    /// CODEX_HOME.
    pub home: Home,
    /// `-c`, `--enable`, `--disable`.
    pub overrides: Overrides,
    /// `--listen`.
    pub listen: Listen,
    /// `--ws-*`.
    pub auth: Flags,
}

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum StartError {
    #[error("error loading default config after config error: {0}")]
    Overrides(ConfigError),
    #[error(transparent)]
    Auth(#[from] FlagError),
    #[error(transparent)]
    Serve(#[from] ServeError),
}

/// Runs a server until it is told to end.
pub async fn run(options: Options) -> Result<(), StartError> {
    let insecure_no_auth = options.auth.insecure_no_auth;
    let checked = options.auth.check()?;
    let sources = Sources::new(options.home, options.overrides);
    let mut warnings = Vec::new();
    let config = match sources.load(&Request::default()).and_then(usable) {
        Ok(config) => {
            let config = migrated(&sources, config);
            warnings.extend(rules::fault(&config));
            warnings.extend(config.layers.untrusted_notice().map(plain_warning));
            config
        }
        Err(fault) => {
            let defaults = sources.load_defaults().and_then(usable);
            let config = defaults.map_err(StartError::Overrides)?;
            warnings.push(faulty_config(&fault));
            config
        }
    };
    warnings.extend(config.requirement_warnings.iter().cloned().map(plain_warning));
    for field in config.requirements.unenforced() {
        tracing::warn!("the requirement `{field}` is not enforced by this version of the server");
    }
    warnings.extend(codex_sandbox::missing_bubblewrap_warning().map(plain_warning));
    let store = Store::new(&config.codex_home, &config.sqlite_home, &config.model_provider_id);
    let auth = AuthManager::load(AuthSetup {
        store: credential_store(&config),
        clients: codex_http::Clients::from_environment(),
        forced_workspace: config.forced_chatgpt_workspace_id.clone(),
        chatgpt_base_url: config.chatgpt_base_url.clone(),
    });
    let own_catalogue = config.model_catalog_json.is_some();
    let app = Arc::new(App::new(sources, config, auth, store, warnings));
    if own_catalogue {
        // What the file says now holds until the server ends. It has been looked at: a fault can wait for who asks.
        let _ = app.start_catalogue();
    }
    prepare_in_background(&app);
    serve(app, options.listen, checked, insecure_no_auth).await?;
    Ok(())
}

/// Refuses a configuration whose own catalogue cannot be read. The bundled one needs no look.
fn usable(config: Config) -> Result<Config, ConfigError> {
    match config.model_catalog_json {
        Some(_) => match providers::catalogue(&config) {
            Ok(_) => Ok(config),
            Err(fault) => Err(ConfigError::Semantic(fault.to_string())),
        },
        None => Ok(config),
    }
}

/// The configuration after what an old home needs has been done to it, once.
fn migrated(sources: &Sources, config: Config) -> Config {
    match sources.migrate_personality(&config, || has_sessions(sources.home.path())) {
        Ok(true) => sources.load(&Request::default()).unwrap_or(config),
        Ok(false) => config,
        Err(error) => {
            tracing::warn!("the home could not be brought up to date: {error}");
            config
        }
    }
}

fn has_sessions(home: &Path) -> bool {
    [Shelf::Active, Shelf::Archived]
        .into_iter()
        .any(|shelf| paths::scan(home, shelf).is_ok_and(|mut found| found.next().is_some()))
}

fn credential_store(config: &Config) -> CredentialStore {
    match config.cli_auth_credentials_store {
        AuthCredentialsStore::File => CredentialStore::file(&config.codex_home),
        AuthCredentialsStore::Keyring => CredentialStore::keyring(&config.codex_home),
        AuthCredentialsStore::Auto => CredentialStore::keyring_or_file(&config.codex_home),
        AuthCredentialsStore::Ephemeral => CredentialStore::ephemeral(),
    }
}

/// What other programs expect to find in a home, made after the transport answers.
fn prepare_in_background(app: &Arc<App>) {
    let app = Arc::clone(app);
    tokio::spawn(async move {
        app.store.prepare();
        let home = app.sources.home.path().to_owned();
        let made = tokio::task::spawn_blocking(move || std::fs::create_dir_all(home.join("memories"))).await;
        if let Ok(Err(error)) = made {
            tracing::warn!("no folder for memories: {error}");
        }
    });
}

fn faulty_config(error: &ConfigError) -> ConfigWarningNotification {
    tracing::error!("Invalid configuration; using defaults. {error}");
    let fault = error.fault();
    let position = |p: codex_config::Position| TextPosition {
        line: p.line,
        column: p.column,
    };
    ConfigWarningNotification {
        summary: "Invalid configuration; using defaults.".into(),
        details: Some(error.to_string()),
        path: fault.map(|f| f.path.to_string_lossy().into_owned()),
        range: fault.map(|f| TextRange {
            start: position(f.start),
            end: position(f.end),
        }),
    }
}

fn plain_warning(summary: String) -> ConfigWarningNotification {
    ConfigWarningNotification {
        summary,
        details: None,
        path: None,
        range: None,
    }
}
