//! `codex app-server`: from flags to a running server, and the tools beside it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use codex_config::{Home, HomeError, Overrides};
use codex_server::transport::{auth, proxy, unix};
use toml::Value;

use crate::args::{AppServer, AppServerCommand, AuthArgs, ConfigArgs, WsAuth};
use crate::logging;
use crate::path_folder::PathFolder;

/// The provider that `--scripted-model=FILE` makes.
const SCRIPT_PROVIDER: &str = "script";
/// Enough to answer while something else computes; the server mostly waits.
const WORKERS: usize = 2;

/// Runs the server or the subcommand; `before` are the overrides given before `app-server`.
pub fn run(
    home: Result<Home, HomeError>,
    before: ConfigArgs,
    command: AppServer,
) -> anyhow::Result<ExitCode> {
    match &command.command {
        None => serve(home, before, command)?,
        Some(AppServerCommand::Proxy { sock }) => run_proxy(home, sock.as_deref())?,
        Some(AppServerCommand::GenerateTs {
            out,
            prettier,
            experimental,
        }) => {
            warn_of_home(&home);
            codex_schema::generate_ts(out, *experimental, prettier.as_deref())?;
        }
        Some(AppServerCommand::GenerateJsonSchema { out, experimental }) => {
            warn_of_home(&home);
            codex_schema::generate_json_schema(out, *experimental)?;
        }
        Some(AppServerCommand::GenerateInternalJsonSchema { out }) => {
            warn_of_home(&home);
            write_history_schema(out)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn serve(home: Result<Home, HomeError>, before: ConfigArgs, command: AppServer) -> anyhow::Result<()> {
    warn_of_home(&home);
    let home = home?;
    let program = std::env::current_exe().context("cannot tell where this program is")?;
    // Held until the server has ended.
    let folder = put_on_path(&home, &program);
    logging::start();
    let flags = command.overrides.behind(before);
    let mut overrides = Overrides::from_flags(&flags.config, &flags.enable, &flags.disable)?;
    if let Some(file) = &command.scripted_model {
        choose_scripted_model(&mut overrides, file)?;
    }
    let options = codex_server::Options {
        home,
        overrides,
        listen: command.listen,
        auth: auth_flags(command.auth),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()?;
    let sweep = folder.as_ref().map(|folder| {
        let parent = folder.parent().to_owned();
        runtime.spawn_blocking(move || {
            if let Err(error) = PathFolder::sweep(&parent) {
                tracing::debug!("stale folders stay in {}: {error}", parent.display());
            }
        })
    });
    let ended = runtime.block_on(async {
        let ended = codex_server::run(options).await;
        // A server with a short life has not swept yet. A sweep that panicked has told so.
        if let Some(sweep) = sweep {
            let _ = sweep.await;
        }
        ended
    });
    // Whatever still blocks a thread, such as a read of a pipe that nobody writes to, is not waited for.
    runtime.shutdown_background();
    Ok(ended?)
}

/// Makes the folder of links and puts it first on PATH. Without it commands miss `apply_patch`, nothing else.
fn put_on_path(home: &Home, program: &Path) -> Option<PathFolder> {
    match PathFolder::make(home.path(), program) {
        Ok(folder) => {
            let path = folder.before(std::env::var_os("PATH"));
            // SAFETY: no thread has been started yet, so nobody reads the environment meanwhile.
            unsafe { std::env::set_var("PATH", path) };
            Some(folder)
        }
        Err(error) => {
            eprintln!("WARNING: PATH stays as it is, commands will not find apply_patch: {error}");
            None
        }
    }
}

/// A home that cannot be used is only a warning to what works without.
fn warn_of_home(home: &Result<Home, HomeError>) {
    if let Err(error) = home {
        eprintln!("WARNING: PATH stays as it is: {error}");
    }
}

/// Writes the schema of a history's lines into the folder `out`, which is made if need be.
fn write_history_schema(out: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(out)
        .with_context(|| format!("Failed to create output directory {}", out.display()))?;
    std::fs::write(out.join("RolloutLine.json"), include_str!("history_line.json"))?;
    Ok(())
}

fn run_proxy(home: Result<Home, HomeError>, socket: Option<&Path>) -> anyhow::Result<()> {
    let socket = match socket {
        Some(socket) => std::path::absolute(socket)?,
        None => unix::control_socket(home?.path()),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let copied = runtime.block_on(async { anyhow::Ok(proxy::copy(proxy::connect(&socket).await?).await?) });
    // A read of stdin may still be under way.
    runtime.shutdown_background();
    copied
}

/// Makes the built-in script, or the one in `file`, the model. A script that cannot be played is refused here, where
/// somebody sees it, not when the first turn fails.
fn choose_scripted_model(overrides: &mut Overrides, file: &str) -> anyhow::Result<()> {
    if file.is_empty() {
        overrides.push(
            "model_provider",
            Value::from(codex_config::schema::BuiltInProvider::Scripted.id()),
        );
        return Ok(());
    }
    let path: PathBuf = std::path::absolute(file)?;
    codex_model::script::Script::load(&path)?;
    let path = path.to_str().context("the path of the script is not UTF-8")?;
    let mut provider = toml::Table::new();
    provider.insert("name".into(), Value::from("Script"));
    provider.insert("script".into(), Value::from(path));
    overrides.push(
        format!("model_providers.{SCRIPT_PROVIDER}"),
        Value::Table(provider),
    );
    overrides.push("model_provider", Value::from(SCRIPT_PROVIDER));
    Ok(())
}

fn auth_flags(args: AuthArgs) -> auth::Flags {
    auth::Flags {
        mode: args.ws_auth.map(|mode| match mode {
            WsAuth::CapabilityToken => auth::Mode::CapabilityToken,
            WsAuth::SignedBearerToken => auth::Mode::SignedBearerToken,
        }),
        token_file: args.ws_token_file,
        token_sha256: args.ws_token_sha256,
        shared_secret_file: args.ws_shared_secret_file,
        issuer: args.ws_issuer,
        audience: args.ws_audience,
        max_clock_skew_seconds: args.ws_max_clock_skew_seconds,
        insecure_no_auth: args.ws_insecure_no_auth,
    }
}
