//! A fresh CODEX_HOME with a working folder, and commands run in it.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

use super::{CODEX, Client, Listener, within};

/// Commands run at once and unsandboxed, unless a test is about that.
const DEFAULTS: &str = "approval_policy = \"never\"\nsandbox_mode = \"danger-full-access\"\n";

/// A home, a working folder and a user's home, which go with this.
pub struct Home {
    folder: tempfile::TempDir,
}

/// How a command that ran to its end ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    /// The first line on stderr that is no warning.
    pub fn complaint(&self) -> &str {
        self.stderr
            .lines()
            .find(|line| !line.starts_with("WARNING"))
            .unwrap_or_default()
    }
}

impl Home {
    /// A home without any configuration.
    pub fn empty() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("codex-e2e-")
            .tempdir()
            .expect("a folder");
        let home = Self { folder };
        for part in ["home", "work", "user"] {
            fs::create_dir(home.folder.path().join(part)).expect("a folder");
        }
        home
    }

    /// A home with this `config.toml` below the defaults of tests.
    pub fn with_config(config: &str) -> Self {
        let home = Self::empty();
        home.configure(&format!("{DEFAULTS}{config}"));
        home
    }

    /// A home whose model plays `script` (TOML, docs/scripted-model.md).
    pub fn scripted(script: &str) -> Self {
        Self::scripted_with(script, DEFAULTS)
    }

    /// A home whose model plays `script`, with the top level settings `settings` instead of the defaults of tests.
    pub fn scripted_with(script: &str, settings: &str) -> Self {
        let home = Self::empty();
        let file = home.write("script.toml", script);
        home.configure(&format!(
            "{settings}\nmodel_provider = \"play\"\n[model_providers.play]\nname = \"Play\"\nscript = {:?}\nrequest_max_retries = 1\nstream_max_retries = 2\n",
            file.to_str().expect("a plain path")
        ));
        home
    }

    /// A home whose model is the service at `url`.
    pub fn served(url: &str) -> Self {
        Self::with_config(&format!(
            "model = \"gpt-5.4\"\nmodel_provider = \"mock\"\n[model_providers.mock]\nname = \"Mock\"\nbase_url = \"{url}/v1\"\nwire_api = \"responses\"\nrequest_max_retries = 1\nstream_max_retries = 1\n"
        ))
    }

    /// Replaces `config.toml`.
    pub fn configure(&self, config: &str) {
        fs::write(self.path().join("config.toml"), config).expect("config.toml");
    }

    /// CODEX_HOME, without symbolic links.
    pub fn path(&self) -> PathBuf {
        self.folder
            .path()
            .join("home")
            .canonicalize()
            .expect("it was made")
    }

    /// The working folder.
    pub fn work(&self) -> PathBuf {
        self.folder
            .path()
            .join("work")
            .canonicalize()
            .expect("it was made")
    }

    /// A place for sockets: the path must be short.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file beside the home.
    pub fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.file(name);
        fs::write(&path, content).expect("a file");
        path
    }

    /// The binary with the environment of this home and nothing else.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = self.program(CODEX);
        command.args(args);
        command
    }

    /// A program with the environment of this home and nothing else.
    fn program(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(self.environment())
            .current_dir(self.work())
            .kill_on_drop(true);
        command
    }

    /// The environment the binary runs in.
    pub fn environment(&self) -> [(&'static str, OsString); 3] {
        [
            ("PATH", std::env::var_os("PATH").unwrap_or_default()),
            ("HOME", self.folder.path().join("user").into()),
            ("CODEX_HOME", self.path().into()),
        ]
    }

    /// A server on stdio that sees file systems as the shell commands `mounts` arrange them (`$1` is `folder`), in
    /// namespaces of its own, so that everybody may and nothing is left behind. None, and a word about it, where no
    /// namespaces can be made.
    pub async fn server_with_mounts(&self, mounts: &str, folder: &Path) -> Option<Command> {
        let unshare = |script: &str| {
            let mut command = self.program("unshare");
            command.args(["-rm", "sh", "-c", script, "sh"]).arg(folder);
            command
        };
        let mut probe = unshare(mounts);
        let probed = probe.stdin(Stdio::null()).output().await;
        let why = match probed {
            Ok(probed) if probed.status.success() => {
                let mut server = unshare(&format!("{mounts} && shift && exec \"$@\""));
                server.args([CODEX, "app-server"]);
                return Some(server);
            }
            Ok(probed) => String::from_utf8_lossy(&probed.stderr).trim().to_owned(),
            Err(error) => error.to_string(),
        };
        eprintln!("skipped: no file systems of one's own here: {why}");
        None
    }

    /// Runs the binary to its end, without input.
    pub async fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Ended {
        self.finish(self.command(args)).await
    }

    /// Runs a command to its end, without input.
    pub async fn finish(&self, mut command: Command) -> Ended {
        let output = within("a command's end", command.stdin(Stdio::null()).output())
            .await
            .expect("it starts");
        Ended {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Starts a server on stdio; the handshake is still to be done.
    pub fn server(&self) -> Client {
        self.server_with(self.command(["app-server"]))
    }

    /// Starts `command` as a server on stdio.
    pub fn server_with(&self, mut command: Command) -> Client {
        let child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn();
        Client::of_process(child.expect("the server starts"))
    }

    /// Starts a server on stdio and does the handshake.
    pub async fn client(&self) -> Client {
        let mut client = self.server();
        client.initialize().await;
        client
    }

    /// Starts a server that listens on a free port of the loopback, with these further flags.
    pub async fn listen(&self, flags: &[&str]) -> Listener {
        Listener::start(self, flags).await
    }

    /// The lines of the history of a thread, parsed.
    pub fn history(&self, thread: &str) -> Vec<Value> {
        let path = find(&self.path().join("sessions"), thread).expect("the thread has a history");
        let text = fs::read_to_string(path).expect("a readable history");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect()
    }
}

/// The file below `folder` whose name contains `id`.
fn find(folder: &Path, id: &str) -> Option<PathBuf> {
    for entry in fs::read_dir(folder).ok()?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if let Some(found) = find(&path, id) {
                return Some(found);
            }
        } else if entry.file_name().to_string_lossy().contains(id) {
            return Some(path);
        }
    }
    None
}
