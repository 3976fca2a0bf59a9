//! `codex debug app-server send-message`, as a person at a terminal and a script see it.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use crate::support::{CODEX, DEADLINE, Home};
use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};

const SEND: [&str; 3] = ["debug", "app-server", "send-message"];
const ASK: &str = "approval_policy = \"untrusted\"\nsandbox_mode = \"danger-full-access\"\n";
const TOUCH: &str = "[[steps]]\noutput = [{ run = \"touch made\" }]\n[[steps]]\ntext = \"All done.\"\n";

fn send<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&SEND[..], args].concat()
}

#[tokio::test]
async fn without_a_model_the_demonstration_is_played_and_that_is_said() {
    let home = Home::empty();
    let ended = home.run(send(&["Hello there"])).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    for part in [
        "scripted model",
        "> Hello there",
        "$ ",
        "Hello from the shell",
        "exit code 0",
        "tokens: ",
    ] {
        assert!(ended.stdout.contains(part), "{part} is not in {}", ended.stdout);
    }
    assert!(!ended.stdout.contains('\x1b'), "colours are for terminals");
}

#[tokio::test]
async fn a_script_and_overrides_may_be_given() {
    let home = Home::empty();
    let script = home.write("s.toml", "[[steps]]\ntext = \"Played by the book.\"\n");
    let flag = format!("--scripted-model={}", script.display());
    let ended = home.run(send(&["hi", &flag, "-c", "model=\"any\""])).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stdout.contains("any (script)") && ended.stdout.contains("\nPlayed by the book.\n"),
        "{}",
        ended.stdout
    );
}

#[tokio::test]
async fn without_a_terminal_nothing_is_approved() {
    let home = Home::scripted_with(TOUCH, ASK);
    let ended = home.run(send(&["make it"])).await;
    assert_eq!(ended.code, Some(0));
    assert!(
        ended.stdout.contains("Declined: there is no terminal to ask."),
        "{}",
        ended.stdout
    );
    assert!(!home.work().join("made").exists());
}

#[tokio::test]
async fn a_patch_is_shown_as_a_diff() {
    let patch = "apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: new.txt\n+fresh\n*** End Patch\nEOF";
    let home = Home::scripted(&format!(
        "[[steps]]\noutput = [{{ run = {patch:?} }}]\n[[steps]]\ntext = \"ok\"\n"
    ));
    let ended = home.run(send(&["patch"])).await;
    assert!(
        ended.stdout.contains("new.txt\n+fresh\napplied\n"),
        "{}",
        ended.stdout
    );
}

#[tokio::test]
async fn a_failed_turn_ends_with_code_1_and_its_reason() {
    let home = Home::scripted(
        "[[steps]]\nhttp = { status = 400, body = { error = { message = \"no such model\" } } }\n",
    );
    let ended = home.run(send(&["hi"])).await;
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.stdout.contains("error: ") && ended.stdout.contains("no such model"),
        "{}",
        ended.stdout
    );
}

#[tokio::test]
async fn a_thread_can_be_continued_and_a_running_server_used() {
    let home = Home::scripted(
        "loop = true\n[[steps]]\nwhen = { user = \"first\" }\ntext = \"One.\"\n[[steps]]\ntext = \"Two.\"\n",
    );
    let first = home.run(send(&["first"])).await;
    let thread = first
        .stdout
        .split(['\n', ' ', ':'])
        .find(|word| word.len() == 36)
        .expect("an id")
        .to_owned();
    let server = home.listen(&[]).await;
    let url = format!("ws://{}", server.address);
    let second = home
        .run(send(&["second", "--connect", &url, "--thread", &thread]))
        .await;
    assert_eq!(second.code, Some(0), "{}", second.stderr);
    assert!(second.stdout.contains("\nTwo.\n"), "{}", second.stdout);
    let mut client = server.client().await;
    let read = client
        .call(
            "thread/read",
            serde_json::json!({ "threadId": thread, "includeTurns": true }),
        )
        .await;
    assert_eq!(read["thread"]["turns"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_unknown_thread_or_address_is_an_error() {
    let home = Home::empty();
    let ended = home
        .run(send(&["hi", "--thread", "0193d9b0-0000-7000-8000-000000000000"]))
        .await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("thread/resume: "), "{}", ended.stderr);
    let ended = home.run(send(&["hi", "--connect", "tcp://x"])).await;
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.complaint().contains("`tcp://x` is no address of a server"),
        "{}",
        ended.stderr
    );
    let ended = home.run(send(&["hi", "--connect", "ws://localhost"])).await;
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (
            Some(1),
            "Error: `ws://localhost` names no port; expected `ws://HOST:PORT`\n"
        )
    );
}

#[tokio::test]
async fn a_running_server_is_reached_without_a_home_of_ones_own() {
    let home = Home::scripted("[[steps]]\ntext = \"From afar.\"\n");
    let server = home.listen(&[]).await;
    let url = format!("ws://{}", server.address);
    let mut command = home.command(send(&["hi", "--connect", &url]));
    command.env("CODEX_HOME", home.file("gone"));
    let ended = home.finish(command).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.contains("From afar."), "{}", ended.stdout);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_refused() {
    let home = Home::empty();
    let ended = home
        .run(send(&["hi", "--cwd", "/no/such", "--scripted-model"]))
        .await;
    assert_eq!(
        (ended.code, ended.stdout.as_str(), ended.stderr.as_str()),
        (Some(1), "", "Error: --cwd: `/no/such` is not a folder\n")
    );
}

#[tokio::test]
async fn a_command_that_cannot_start_is_shown() {
    let home = Home::scripted(
        "[[steps]]\noutput = [{ call = \"exec_command\", arguments = { cmd = \"ls\", workdir = \"/no/such\" } }]\n[[steps]]\ntext = \"ok\"\n",
    );
    let ended = home.run(send(&["look there"])).await;
    assert!(
        ended.stdout.contains("\nexec_command failed for "),
        "{}",
        ended.stdout
    );
}

#[tokio::test]
async fn why_the_server_does_not_start_is_said_once() {
    let home = Home::empty();
    let script = home.write("bad.toml", "x =\n");
    let flag = format!("--scripted-model={}", script.display());
    let mut command = home.command(send(&["hi", &flag]));
    command.env("RUST_BACKTRACE", "1");
    let ended = home.finish(command).await;
    assert_eq!((ended.code, ended.stderr.lines().count()), (Some(1), 1));
    assert!(ended.complaint().contains("bad.toml:1:"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_script_apart_from_its_flag_is_not_taken_for_the_message() {
    let home = Home::empty();
    let script = home.write("s.toml", "[[steps]]\ntext = \"x\"\n");
    let script = script.to_str().unwrap();
    for args in [
        &send(&["--scripted-model", script])[..],
        &["app-server", "--scripted-model", script],
    ] {
        let ended = home.run(args).await;
        let hint = format!("`--scripted-model={script}`");
        assert_eq!(ended.code, Some(2));
        assert!(ended.complaint().contains(&hint), "{}", ended.stderr);
    }
}

/// A run of the command on a terminal of its own; killed when this is dropped.
struct OnTerminal {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    /// What the command prints, until its end.
    pieces: mpsc::Receiver<Vec<u8>>,
    writer: Box<dyn Write + Send>,
    /// Closes the terminal when it is dropped.
    _master: Box<dyn MasterPty + Send>,
    shown: String,
}

impl OnTerminal {
    fn start(home: &Home, args: &[&str]) -> Self {
        let pair = native_pty_system()
            .openpty(PtySize::default())
            .expect("a terminal");
        let mut command = CommandBuilder::new(CODEX);
        command.args(send(args));
        command.env_clear();
        for (name, value) in home.environment() {
            command.env(name, value);
        }
        command.cwd(home.work());
        let child = pair.slave.spawn_command(command).expect("it starts");
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let (sender, pieces) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The end of a terminal is an error on some systems.
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            pieces,
            writer: pair.master.take_writer().expect("a writer"),
            _master: pair.master,
            shown: String::new(),
        }
    }

    /// Takes in what is printed next; false at the end.
    fn look(&mut self) -> bool {
        match self.pieces.recv_timeout(DEADLINE) {
            Ok(piece) => self.shown.push_str(&String::from_utf8_lossy(&piece)),
            Err(mpsc::RecvTimeoutError::Disconnected) => return false,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("nothing more came behind {}", self.shown),
        }
        true
    }

    /// Waits until `text` is on the screen.
    fn until(&mut self, text: &str) {
        while !self.shown.contains(text) {
            assert!(self.look(), "it ended without {text}: {}", self.shown);
        }
    }

    fn type_in(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).expect("somebody reads");
    }

    /// Waits for the end.
    fn exit_code(mut self) -> u32 {
        while self.look() {}
        self.child.wait().expect("it ends").exit_code()
    }
}

impl Drop for OnTerminal {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn on_a_terminal_approvals_are_asked_and_y_is_yes() {
    let home = Home::scripted_with(TOUCH, ASK);
    let mut run = OnTerminal::start(&home, &["make it"]);
    run.until("[c]ancel the turn? ");
    run.type_in("what?\n");
    run.until("what?");
    run.type_in("y\n");
    run.until("All done.");
    assert!(run.shown.contains('\x1b'), "a terminal has colours");
    assert_eq!(run.exit_code(), 0);
    assert!(Path::new(&home.work().join("made")).exists());
}

#[test]
fn a_command_cannot_redraw_the_question_whether_it_may_run() {
    let sly = "[[steps]]\noutput = [{ run = \"touch made\\r\\u001b[2K\\u001b[32mls\" }]\n[[steps]]\ntext = \"All done.\"\n";
    let home = Home::scripted_with(sly, ASK);
    let mut run = OnTerminal::start(&home, &["make it"]);
    run.until("[c]ancel the turn? ");
    assert!(
        run.shown.contains("touch made␍␛[2K␛[32mls") && !run.shown.contains("\x1b[2K"),
        "{:?}",
        run.shown
    );
}

#[test]
fn ctrl_c_interrupts_the_turn() {
    let home = Home::scripted("[[steps]]\noutput = [{ run = \"echo be''gun; sleep 1000\" }]\n");
    let mut run = OnTerminal::start(&home, &["go"]);
    run.until("begun");
    run.type_in("\x03");
    run.until("The turn was interrupted.");
    assert_eq!(run.exit_code(), 1);
}
