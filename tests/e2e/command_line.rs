//! The command line as people and clients meet it: refusals, overrides, logs, what lies in a home.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::Home;
use serde_json::{Value, json};

#[tokio::test]
async fn the_first_line_of_the_version_is_the_references() {
    let ended = Home::empty().run(["--version"]).await;
    assert_eq!(ended.code, Some(0));
    assert_eq!(ended.stdout.lines().next(), Some("codex-cli 0.128.0"));
    assert_eq!(ended.stdout.lines().count(), 2);
}

#[tokio::test]
async fn what_the_parser_refuses_ends_with_code_2_and_nothing_on_stdout() {
    let home = Home::empty();
    for (args, first_line) in [
        (
            &["app-server", "--bogus"][..],
            "error: unexpected argument '--bogus' found",
        ),
        (&["app-server", "foo"], "error: unrecognized subcommand 'foo'"),
        (
            &["app-server", "--version"],
            "error: unexpected argument '--version' found",
        ),
        (
            &["app-server", "--listen"],
            "error: a value is required for '--listen <URL>' but none was supplied",
        ),
        (
            &["app-server", "--ws-auth", "x"],
            "error: invalid value 'x' for '--ws-auth <MODE>'",
        ),
        (
            &["app-server", "generate-ts"],
            "error: the following required arguments were not provided:",
        ),
        (
            &["app-server", "--listen", "ws://localhost:1"],
            "error: invalid value 'ws://localhost:1' for '--listen <URL>': invalid websocket --listen URL `ws://localhost:1`; expected `ws://IP:PORT`",
        ),
    ] {
        let ended = home.run(args).await;
        assert_eq!(
            (ended.code, ended.complaint(), ended.stdout.as_str()),
            (Some(2), first_line, ""),
            "{args:?}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_served_ends_with_code_1_and_says_why() {
    let home = Home::empty();
    for (args, message) in [
        (
            &["app-server", "-c", "bad"][..],
            "Error: error parsing -c overrides: Invalid override (missing '='): bad",
        ),
        (
            &["app-server", "-c", "=x"],
            "Error: error parsing -c overrides: Empty key in override: =x",
        ),
        (
            &["app-server", "--enable", "bogus"],
            "Error: Unknown feature flag: bogus",
        ),
        (
            &["app-server", "--listen", "off"],
            "Error: no transport configured; use --listen or enable remote control",
        ),
        (
            &["app-server", "-c", "model_provider=nope"],
            "Error: error loading default config after config error: Model provider `nope` not found",
        ),
    ] {
        let ended = home.run(args).await;
        assert_eq!(
            (ended.code, ended.complaint(), ended.stdout.as_str()),
            (Some(1), message, ""),
            "{args:?}"
        );
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_once_without_stack() {
    let home = Home::empty();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", taken.local_addr().unwrap());
    let mut command = home.command(["app-server", "--listen", &url]);
    command.env("RUST_BACKTRACE", "1");
    let ended = home.finish(command).await;
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (Some(1), "Error: Address in use (os error 98)\n")
    );
}

#[tokio::test]
async fn flags_of_interactive_clients_are_refused_by_name() {
    let home = Home::empty();
    let ended = home
        .run([
            "--remote",
            "ws://127.0.0.1:1",
            "app-server",
            "generate-ts",
            "--out",
            "x",
        ])
        .await;
    assert_eq!(ended.code, Some(1));
    for part in ["--remote ws://127.0.0.1:1", "codex app-server generate-ts"] {
        assert!(ended.complaint().contains(part), "{}", ended.complaint());
    }
    assert!(!home.work().join("x").exists());
}

#[tokio::test]
async fn a_home_that_is_not_there_is_refused_by_its_path() {
    let home = Home::empty();
    let file = home.write("file", "");
    for (path, reason) in [
        (home.file("gone"), "does not exist"),
        (file, "is not a directory"),
    ] {
        let mut command = home.command(["app-server"]);
        command.env("CODEX_HOME", &path);
        let ended = home.finish(command).await;
        let message = format!("Error: CODEX_HOME points to {path:?}, but that path {reason}");
        assert_eq!((ended.code, ended.complaint()), (Some(1), message.as_str()));
    }
}

#[tokio::test]
async fn overrides_behind_the_subcommand_replace_those_before_it() {
    let home = Home::with_config("model = \"from-file\"\n");
    let read = async |args: &[&str]| {
        let mut client = home.server_with(home.command(args));
        client.initialize().await;
        client.call("config/read", json!({})).await["config"]["model"].clone()
    };
    assert_eq!(read(&["app-server"]).await, "from-file");
    assert_eq!(read(&["-c", "model=a", "app-server"]).await, "a");
    assert_eq!(
        read(&["-c", "model=a", "app-server", "-c", "model=b=c"]).await,
        "b=c"
    );
    assert_eq!(
        read(&["-c", "model=a", "app-server", "-c", "unknown.key=1"]).await,
        "from-file"
    );
}

#[tokio::test]
async fn a_faulty_script_is_refused_at_start_with_its_place() {
    let home = Home::empty();
    let script = home.write("script.toml", "[[steps]]\ntext = \"x\"\ntimes = \"often\"\n");
    let ended = home
        .run([
            "app-server".into(),
            format!("--scripted-model={}", script.display()),
        ])
        .await;
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.complaint().contains("script.toml:3:"),
        "{}",
        ended.complaint()
    );
    assert!(
        ended.complaint().contains("steps[0].times"),
        "{}",
        ended.complaint()
    );
}

#[tokio::test]
async fn the_scripted_model_is_one_flag_away() {
    let home = Home::empty();
    let script = home.write("script.toml", "[[steps]]\ntext = \"Played.\"\n");
    let flag = format!("--scripted-model={}", script.display());
    let mut client = home.server_with(home.command(["app-server", &flag]));
    client.initialize().await;
    let thread = client.start_thread().await;
    assert_eq!(client.turn(&thread, "hi").await["status"], "completed");
    assert_eq!(client.finished("agentMessage")[0]["text"], "Played.");
}

#[tokio::test]
async fn stdout_carries_messages_only_and_logs_go_to_stderr_as_asked() {
    let home = Home::empty();
    for (format, is_json) in [("json", true), (" JSON ", true), ("text", false)] {
        let mut command = home.command(["app-server"]);
        command.env("LOG_FORMAT", format).env("RUST_LOG", "error");
        command
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stdin, b"rubbish\n")
            .await
            .unwrap();
        drop(stdin);
        let output = crate::support::within("the end", child.wait_with_output())
            .await
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
        let log = String::from_utf8(output.stderr).unwrap();
        let line = log
            .lines()
            .find(|line| line.contains("Failed to deserialize JSONRPCMessage"))
            .unwrap_or_else(|| panic!("{log}"));
        match serde_json::from_str::<Value>(line) {
            Ok(entry) => assert!(
                is_json && entry["level"] == "ERROR" && entry["timestamp"].is_string(),
                "{line}"
            ),
            Err(_) => assert!(!is_json && line.contains("ERROR"), "{line}"),
        }
    }
}

#[tokio::test]
async fn commands_find_apply_patch_first_on_their_path_and_nothing_is_left_behind() {
    let home = Home::scripted(
        "[[steps]]\noutput = [{ call = \"exec_command\", arguments = { cmd = \"command -v apply_patch && echo dotenv=$FROM_DOTENV\", login = false } }]\n[[steps]]\ntext = \"ok\"\n",
    );
    fs::write(home.path().join(".env"), "FROM_DOTENV=yes\nCODEX_HOME=/nowhere\n").unwrap();
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "where?").await;
    let output = client.finished("commandExecution")[0]["aggregatedOutput"]
        .as_str()
        .unwrap()
        .to_owned();
    let folder = home.path().join("tmp/arg0");
    assert!(
        output.contains(&format!("{}/codex-arg0", folder.display())),
        "{output}"
    );
    assert!(output.contains("dotenv=yes"), "{output}");
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    client.end().await;
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[tokio::test]
async fn the_folder_of_a_killed_server_is_removed_by_the_next() {
    let home = Home::empty();
    let mut first = home.client().await;
    first.kill().await;
    let folder = home.path().join("tmp/arg0");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    let mut second = home.client().await;
    second.end().await;
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[tokio::test]
async fn the_generators_write_into_a_new_folder_and_need_no_home() {
    let home = Home::empty();
    for (command, file) in [
        ("generate-json-schema", "codex_app_server_protocol.schemas.json"),
        ("generate-ts", "index.ts"),
        ("generate-internal-json-schema", "RolloutLine.json"),
    ] {
        let out = home.work().join(command).join("deep");
        let mut run = home.command(["app-server", command, "--out"]);
        run.arg(&out).env("CODEX_HOME", home.file("gone"));
        let ended = home.finish(run).await;
        assert_eq!(
            (ended.code, ended.stdout.as_str()),
            (Some(0), ""),
            "{}",
            ended.stderr
        );
        assert!(out.join(file).is_file(), "{command}");
    }
}
