//! The command line: flags and subcommands, parsed, not yet judged (transport.md §1).

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use codex_server::transport::Listen;

/// What `codex --version` prints behind the program's name. Clients read the first line and compare it with the version
/// of the reference they need; ours stands on the second (transport.md §15).
const VERSION: &str = concat!("0.128.0", "\nserver ", env!("CARGO_PKG_VERSION"));

/// The flag that takes its value behind `=` only: without one it stands for the built-in script.
const SCRIPTED_MODEL: &str = "--scripted-model";

/// Reads the command line, or ends the process with what is wrong with it.
pub fn parse() -> Cli {
    let args: Vec<OsString> = std::env::args_os().collect();
    if let Some(file) = detached_script(&args) {
        let message = format!(
            "`{SCRIPTED_MODEL}` takes its file behind `=`: write `{SCRIPTED_MODEL}={}`",
            file.display()
        );
        Cli::command().error(ErrorKind::NoEquals, message).exit();
    }
    Cli::parse_from(args)
}

/// The script that stands behind `--scripted-model` as an argument of its own. It would be taken for a subcommand, or for
/// what is to be said to the agent.
fn detached_script(args: &[OsString]) -> Option<&Path> {
    let before_texts = args.split(|arg| arg == "--").next()?;
    let is_script = |path: &Path| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        matches!(ending, Some("toml" | "json")) && path.is_file()
    };
    before_texts
        .windows(2)
        .filter(|pair| pair[0] == SCRIPTED_MODEL)
        .map(|pair| Path::new(&pair[1]))
        .find(|path| is_script(path))
}

/// `codex`.
#[derive(Debug, Parser)]
#[command(
    name = "codex",
    display_name = "codex-cli",
    version = VERSION,
    about = "Lets editors, apps and tests drive a coding agent over JSON-RPC",
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    #[command(flatten)]
    pub overrides: ConfigArgs,
    /// Only for interactive clients; refused here
    #[arg(long, value_name = "ADDR", hide = true)]
    pub remote: Option<String>,
    /// Only for interactive clients; refused here
    #[arg(long, value_name = "ENV_VAR", hide = true)]
    pub remote_auth_token_env: Option<String>,
    #[command(flatten)]
    pub interactive: InteractiveArgs,
    #[command(subcommand)]
    pub command: Command,
}

/// Flags for interactive clients that programs pass along; they are taken and have no effect.
#[derive(Debug, Clone, Default, Args)]
pub struct InteractiveArgs {
    #[arg(short = 'm', long, value_name = "MODEL", hide = true)]
    model: Option<String>,
    #[arg(short = 'p', long, value_name = "PROFILE", hide = true)]
    profile: Option<String>,
    #[arg(short = 's', long, value_name = "MODE", hide = true, value_parser = ["read-only", "workspace-write", "danger-full-access"])]
    sandbox: Option<String>,
    #[arg(short = 'a', long, value_name = "POLICY", hide = true, value_parser = ["untrusted", "on-failure", "on-request", "never"])]
    ask_for_approval: Option<String>,
    #[arg(short = 'C', long, value_name = "DIR", hide = true)]
    cd: Option<PathBuf>,
}

impl InteractiveArgs {
    /// The names of those that were given.
    pub fn given(&self) -> impl Iterator<Item = &'static str> {
        let all = [
            ("--model", self.model.is_some()),
            ("--profile", self.profile.is_some()),
            ("--sandbox", self.sandbox.is_some()),
            ("--ask-for-approval", self.ask_for_approval.is_some()),
            ("--cd", self.cd.is_some()),
        ];
        all.into_iter().filter_map(|(name, given)| given.then_some(name))
    }
}

/// Overrides of the configuration, before or behind a subcommand.
#[derive(Debug, Clone, Default, Args)]
pub struct ConfigArgs {
    /// Override a configuration value: a dotted key, `=`, and a TOML value (or plain text)
    #[arg(short = 'c', long = "config", value_name = "key=value", action = clap::ArgAction::Append)]
    pub config: Vec<String>,
    /// Switch a feature on (repeatable)
    #[arg(long, value_name = "FEATURE", action = clap::ArgAction::Append)]
    pub enable: Vec<String>,
    /// Switch a feature off (repeatable)
    #[arg(long, value_name = "FEATURE", action = clap::ArgAction::Append)]
    pub disable: Vec<String>,
}

impl ConfigArgs {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.config.is_empty() && self.enable.is_empty() && self.disable.is_empty()
    }

    /// These overrides as given behind a subcommand, with those given before it: `-c` behind drops all before it.
    pub fn behind(self, before: ConfigArgs) -> ConfigArgs {
        let config = if self.config.is_empty() {
            before.config
        } else {
            self.config
        };
        let chain = |mut a: Vec<String>, b: Vec<String>| {
            a.extend(b);
            a
        };
        ConfigArgs {
            config,
            enable: chain(before.enable, self.enable),
            disable: chain(before.disable, self.disable),
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server, or tools around it
    AppServer(AppServer),
    /// Tools to look into a running system
    Debug(Debug),
}

/// `codex app-server`.
#[derive(Debug, Args)]
pub struct AppServer {
    #[command(flatten)]
    pub overrides: ConfigArgs,
    /// Where to listen: `stdio://`, `unix://`, `unix://PATH`, `ws://IP:PORT` or `off`
    #[arg(long, value_name = "URL", default_value = "stdio://", value_parser = parse_listen)]
    pub listen: Listen,
    /// Let analytics be on unless the configuration says `[analytics] enabled = false`
    #[arg(long)]
    pub analytics_default_enabled: bool,
    /// Answer with the built-in scripted model instead of a real one; with `=FILE`, play that script
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub scripted_model: Option<String>,
    #[command(flatten)]
    pub auth: AuthArgs,
    #[command(subcommand)]
    pub command: Option<AppServerCommand>,
}

/// Flags about who may connect over WebSocket.
#[derive(Debug, Args)]
pub struct AuthArgs {
    /// How WebSocket clients authenticate
    #[arg(long, value_name = "MODE")]
    pub ws_auth: Option<WsAuth>,
    /// File that holds the capability token
    #[arg(long, value_name = "PATH")]
    pub ws_token_file: Option<PathBuf>,
    /// SHA-256 of the capability token, in hex
    #[arg(long, value_name = "HEX")]
    pub ws_token_sha256: Option<String>,
    /// File that holds the secret of signed tokens (HS256, at least 32 bytes)
    #[arg(long, value_name = "PATH")]
    pub ws_shared_secret_file: Option<PathBuf>,
    /// Issuer that signed tokens must name
    #[arg(long, value_name = "ISSUER")]
    pub ws_issuer: Option<String>,
    /// Audience that signed tokens must name
    #[arg(long, value_name = "AUDIENCE")]
    pub ws_audience: Option<String>,
    /// How far clocks may differ when a signed token's times are checked (default 30)
    #[arg(long, value_name = "SECONDS")]
    pub ws_max_clock_skew_seconds: Option<u64>,
    /// Listen on a non-loopback address without any authentication, without the warning about it
    #[arg(long)]
    pub ws_insecure_no_auth: bool,
}

/// `--ws-auth`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WsAuth {
    /// One secret token, compared in constant time
    CapabilityToken,
    /// Short-lived tokens signed with a shared secret
    SignedBearerToken,
}

impl AppServer {
    /// The command as one types it, for messages about it.
    pub fn path(&self) -> String {
        let subcommand = match &self.command {
            None => "",
            Some(AppServerCommand::Proxy { .. }) => " proxy",
            Some(AppServerCommand::GenerateTs { .. }) => " generate-ts",
            Some(AppServerCommand::GenerateJsonSchema { .. }) => " generate-json-schema",
            Some(AppServerCommand::GenerateInternalJsonSchema { .. }) => " generate-internal-json-schema",
        };
        format!("codex app-server{subcommand}")
    }
}

/// `codex app-server SUBCOMMAND`.
#[derive(Debug, Subcommand)]
pub enum AppServerCommand {
    /// Copy bytes between stdin/stdout and the control socket of a running server
    Proxy {
        /// The socket (default: the one `--listen unix://` makes)
        #[arg(long = "sock", value_name = "SOCKET_PATH")]
        sock: Option<PathBuf>,
    },
    /// Write the TypeScript types of the protocol
    GenerateTs {
        /// Folder to write to; it is made if missing
        #[arg(short = 'o', long = "out", value_name = "DIR")]
        out: PathBuf,
        /// Prettier to format the files with
        #[arg(short = 'p', long = "prettier", value_name = "PRETTIER_BIN")]
        prettier: Option<PathBuf>,
        /// With experimental methods and fields
        #[arg(long)]
        experimental: bool,
    },
    /// Write the JSON Schemas of the protocol
    GenerateJsonSchema {
        /// Folder to write to; it is made if missing
        #[arg(short = 'o', long = "out", value_name = "DIR")]
        out: PathBuf,
        /// With experimental methods and fields
        #[arg(long)]
        experimental: bool,
    },
    /// Write the JSON Schema of a history line
    #[command(hide = true)]
    GenerateInternalJsonSchema {
        /// Folder to write to; it is made if missing
        #[arg(short = 'o', long = "out", value_name = "DIR")]
        out: PathBuf,
    },
}

/// `codex debug`.
#[derive(Debug, Args)]
pub struct Debug {
    #[command(subcommand)]
    pub command: DebugCommand,
}

/// `codex debug SUBCOMMAND`.
#[derive(Debug, Subcommand)]
pub enum DebugCommand {
    /// Talk to a server as a client does
    AppServer {
        #[command(subcommand)]
        command: DebugAppServer,
    },
}

/// `codex debug app-server SUBCOMMAND`.
#[derive(Debug, Subcommand)]
pub enum DebugAppServer {
    /// Run one turn and show it as it streams
    SendMessage(SendMessage),
}

/// `codex debug app-server send-message`.
#[derive(Debug, Args)]
pub struct SendMessage {
    #[command(flatten)]
    pub overrides: ConfigArgs,
    /// What to say to the agent
    pub text: String,
    /// Talk to a running server (`ws://…`, `unix://` or `unix://PATH`) instead of starting one
    #[arg(long, value_name = "URL")]
    pub connect: Option<String>,
    /// Environment variable that holds the token for `--connect ws://…`
    #[arg(long, value_name = "VAR", requires = "connect")]
    pub token_env: Option<String>,
    /// Answer with the built-in scripted model instead of a real one; with `=FILE`, play that script
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "",
        conflicts_with = "connect")]
    pub scripted_model: Option<String>,
    /// Folder the agent works in (default: the current one)
    #[arg(long, value_name = "DIR")]
    pub cwd: Option<PathBuf>,
    /// Continue a stored thread instead of starting one
    #[arg(long, value_name = "ID")]
    pub thread: Option<String>,
}

fn parse_listen(text: &str) -> Result<Listen, String> {
    match text {
        "stdio://" => return Ok(Listen::Stdio),
        "off" => return Ok(Listen::Off),
        "unix://" => return Ok(Listen::Unix(None)),
        _ => {}
    }
    if let Some(path) = text.strip_prefix("unix://") {
        return Ok(Listen::Unix(Some(PathBuf::from(path))));
    }
    if let Some(address) = text.strip_prefix("ws://") {
        return address
            .parse::<SocketAddr>()
            .map(Listen::WebSocket)
            .map_err(|_| format!("invalid websocket --listen URL `{text}`; expected `ws://IP:PORT`"));
    }
    Err(format!(
        "unsupported --listen URL `{text}`; expected `stdio://`, `unix://`, `unix://PATH`, `ws://IP:PORT`, or `off`"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overrides(args: &[&str]) -> ConfigArgs {
        let cli = Cli::try_parse_from([&["codex"], args].concat()).unwrap();
        let Command::AppServer(server) = cli.command else {
            panic!("another command")
        };
        server.overrides.behind(cli.overrides)
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_version_is_the_references_and_ours_stands_below() {
        let version = Cli::command().render_version();
        let lines: Vec<&str> = version.lines().collect();
        assert_eq!(lines[0], format!("codex-cli {}", codex_server::REFERENCE_VERSION));
        assert_eq!(lines[1..], [format!("server {}", env!("CARGO_PKG_VERSION"))]);
    }

    #[test]
    fn overrides_behind_the_subcommand_drop_those_before_it_but_switches_add_up() {
        let got = overrides(&[
            "-c",
            "a=1",
            "--enable",
            "x",
            "app-server",
            "-c",
            "b=2",
            "--enable",
            "y",
        ]);
        assert_eq!(got.config, ["b=2"]);
        assert_eq!(got.enable, ["x", "y"]);
        assert_eq!(overrides(&["-c", "a=1", "app-server"]).config, ["a=1"]);
    }

    #[test]
    fn a_script_behind_its_flag_is_noticed_where_it_is_no_text() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("s.toml");
        std::fs::write(&script, "").unwrap();
        let script = script.to_str().unwrap();
        let found = |args: &[&str]| {
            let args: Vec<OsString> = args.iter().map(OsString::from).collect();
            detached_script(&args).map(Path::to_owned)
        };
        assert_eq!(
            found(&["app-server", SCRIPTED_MODEL, script]),
            Some(script.into())
        );
        assert_eq!(found(&["send-message", SCRIPTED_MODEL, "hi"]), None);
        assert_eq!(found(&["send-message", SCRIPTED_MODEL, "gone.toml"]), None);
        assert_eq!(found(&["send-message", SCRIPTED_MODEL, "--", script]), None);
        assert_eq!(found(&["app-server", SCRIPTED_MODEL, "proxy", script]), None);
    }

    #[test]
    fn listen_values_are_compared_exactly() {
        assert_eq!(parse_listen("unix://"), Ok(Listen::Unix(None)));
        assert_eq!(parse_listen("unix://a/b"), Ok(Listen::Unix(Some("a/b".into()))));
        assert!(matches!(parse_listen("ws://[::1]:0"), Ok(Listen::WebSocket(_))));
        for (text, start) in [
            ("ws://localhost:1", "invalid websocket --listen URL"),
            ("ws://127.0.0.1:1/", "invalid websocket --listen URL"),
            ("STDIO://", "unsupported --listen URL"),
            (" stdio://", "unsupported --listen URL"),
        ] {
            assert!(parse_listen(text).unwrap_err().starts_with(start), "{text}");
        }
    }
}
