//! Turns of the scripted model, as a client sees them.

use std::fs;
use std::path::Path;

use crate::support::{Client, Home, process};
use serde_json::{Value, json};

const ASK: &str = "approval_policy = \"untrusted\"\nsandbox_mode = \"danger-full-access\"\n";

/// A script that runs `command` and then says "done".
fn runs(command: &str) -> String {
    format!("[[steps]]\noutput = [{{ run = {command:?} }}]\n[[steps]]\ntext = \"done\"\n")
}

/// A script that applies `patch` through the shell and then says "done".
fn patches(patch: &str) -> String {
    runs(&format!("apply_patch <<'EOF'\n{patch}\nEOF"))
}

#[tokio::test]
async fn a_message_streams_in_pieces_that_make_the_whole() {
    let home = Home::scripted(
        "[[steps]]\noutput = [{ reasoning = [\"First.\", \"Second.\"] }, { text = \"Hello, how are you today?\", chunk = 5 }]\n",
    );
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    let turn = client.turn(&thread, "hi").await;
    assert_eq!(
        (&turn["status"], &turn["error"]),
        (&json!("completed"), &Value::Null)
    );
    assert_eq!(
        client.streamed("item/agentMessage/delta"),
        "Hello, how are you today?"
    );
    assert_eq!(
        client.finished("reasoning")[0]["summary"],
        json!(["First.", "Second."])
    );
    assert_eq!(client.finished("userMessage")[0]["content"][0]["text"], "hi");
    let end: Vec<&str> = client
        .log
        .iter()
        .rev()
        .filter_map(|m| m["method"].as_str())
        .take(2)
        .collect();
    assert_eq!(
        end,
        ["turn/completed", "thread/status/changed"],
        "idle comes right before the end"
    );
    let usage = client.seen("thread/tokenUsage/updated");
    assert!(usage.last().unwrap()["tokenUsage"]["total"]["totalTokens"].as_i64() > Some(0));
}

#[tokio::test]
async fn a_command_runs_and_its_output_and_exit_code_are_told() {
    let home = Home::scripted(&runs("echo out; echo err >&2; exit 3"));
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "run it").await;
    let command = client.finished("commandExecution")[0];
    assert_eq!(
        (&command["exitCode"], &command["status"]),
        (&json!(3), &json!("failed"))
    );
    let output = command["aggregatedOutput"].as_str().unwrap();
    assert!(output.contains("out\n") && output.contains("err\n"), "{output}");
    assert_eq!(client.finished("agentMessage")[0]["text"], "done");
}

#[tokio::test]
async fn an_accepted_command_runs_a_declined_one_does_not() {
    for (decision, runs_it) in [("accept", true), ("decline", false)] {
        let home = Home::scripted_with(&runs("touch made"), ASK);
        let mut client = home.client().await;
        let thread = client.start_thread().await;
        client.start_turn(&thread, "make it").await;
        let request = client.until("item/commandExecution/requestApproval").await;
        assert!(
            request["params"]["command"]
                .as_str()
                .unwrap()
                .contains("touch made"),
            "{request}"
        );
        assert!(!home.work().join("made").exists());
        client.answer(&request, json!({ "decision": decision })).await;
        let resolved = client.until("serverRequest/resolved").await;
        assert_eq!(resolved["params"]["requestId"], request["id"]);
        client.until("turn/completed").await;
        assert_eq!(home.work().join("made").exists(), runs_it, "{decision}");
        let status = if runs_it { "completed" } else { "declined" };
        assert_eq!(client.finished("commandExecution")[0]["status"], status);
    }
}

#[tokio::test]
async fn a_cancelled_approval_interrupts_the_turn() {
    let home = Home::scripted_with(&runs("touch made"), ASK);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, "make it").await;
    let request = client.until("item/commandExecution/requestApproval").await;
    client.answer(&request, json!({ "decision": "cancel" })).await;
    let end = client.until("turn/completed").await;
    assert_eq!(end["params"]["turn"]["status"], "interrupted");
    assert!(!home.work().join("made").exists());
}

#[tokio::test]
async fn a_command_accepted_for_the_session_is_not_asked_about_again() {
    let script = "[[steps]]\noutput = [{ run = \"touch made\" }]\n[[steps]]\noutput = [{ run = \"touch made\" }]\n[[steps]]\ntext = \"done\"\n";
    let home = Home::scripted_with(script, ASK);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, "twice").await;
    let request = client.until("item/commandExecution/requestApproval").await;
    client
        .answer(&request, json!({ "decision": "acceptForSession" }))
        .await;
    client.until("turn/completed").await;
    assert_eq!(client.seen("item/commandExecution/requestApproval").len(), 1);
    assert_eq!(client.finished("commandExecution").len(), 2);
}

#[tokio::test]
async fn a_patch_changes_files_and_is_shown_as_a_diff() {
    let home = Home::scripted(&patches(
        "*** Begin Patch\n*** Add File: new.txt\n+fresh\n*** Update File: old.txt\n@@\n-before\n+after\n*** End Patch",
    ));
    fs::write(home.work().join("old.txt"), "before\n").unwrap();
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "patch").await;
    assert_eq!(
        fs::read_to_string(home.work().join("new.txt")).unwrap(),
        "fresh\n"
    );
    assert_eq!(
        fs::read_to_string(home.work().join("old.txt")).unwrap(),
        "after\n"
    );
    let change = client.finished("fileChange")[0];
    assert_eq!(change["status"], "completed");
    assert_eq!(change["changes"].as_array().unwrap().len(), 2);
    let diff = client.seen("turn/diff/updated").last().unwrap()["diff"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(diff.contains("+after") && diff.contains("+fresh"), "{diff}");
}

#[tokio::test]
async fn a_declined_patch_changes_nothing() {
    let patch = "*** Begin Patch\n*** Add File: new.txt\n+fresh\n*** End Patch";
    let home = Home::scripted_with(
        &patches(patch),
        "approval_policy = \"untrusted\"\nsandbox_mode = \"read-only\"\n",
    );
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.start_turn(&thread, "patch").await;
    let request = client.until("item/fileChange/requestApproval").await;
    client.answer(&request, json!({ "decision": "decline" })).await;
    client.until("turn/completed").await;
    assert_eq!(client.finished("fileChange")[0]["status"], "declined");
    assert!(!home.work().join("new.txt").exists());
}

#[tokio::test]
async fn a_plan_is_told_step_by_step() {
    let script = "[[steps]]\noutput = [{ call = \"update_plan\", arguments = { explanation = \"So\", plan = [{ step = \"one\", status = \"completed\" }, { step = \"two\", status = \"in_progress\" }] } }]\n[[steps]]\ntext = \"done\"\n";
    let home = Home::scripted(script);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "plan").await;
    let plan = client.seen("turn/plan/updated")[0];
    assert_eq!(plan["explanation"], "So");
    assert_eq!(
        plan["plan"],
        json!([{ "step": "one", "status": "completed" }, { "step": "two", "status": "inProgress" }])
    );
}

/// Interrupts a turn while it waits for its command; the client and the number of the command's process are returned.
async fn interrupted_in_a_command(home: &Home) -> (Client, i32) {
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    let turn = client.start_turn(&thread, "wait").await;
    let started = client.until_output("started as").await;
    client
        .call("turn/interrupt", json!({ "threadId": thread, "turnId": turn }))
        .await;
    let end = client.until("turn/completed").await;
    assert_eq!(end["params"]["turn"]["status"], "interrupted");
    let shell = started.split_whitespace().last().expect("a number");
    (client, shell.parse().expect("a number"))
}

const WAITS: &str = "echo started as $$; sleep 1000; true";

#[tokio::test]
async fn an_interrupted_turn_kills_its_command_and_says_so() {
    let settings =
        "approval_policy = \"never\"\nsandbox_mode = \"danger-full-access\"\nfeatures.unified_exec = false\n";
    let home = Home::scripted_with(&runs(WAITS), settings);
    let (mut client, shell) = interrupted_in_a_command(&home).await;
    process::gone(shell).await;
    assert_eq!(client.end().await, Some(0));
}

#[tokio::test]
async fn a_command_of_a_session_outlives_its_turn_and_ends_with_the_server() {
    let home = Home::scripted(&runs(WAITS));
    let (mut client, shell) = interrupted_in_a_command(&home).await;
    assert!(Path::new(&format!("/proc/{shell}")).exists());
    assert_eq!(client.end().await, Some(0));
    process::gone(shell).await;
}

#[tokio::test]
async fn what_is_said_during_a_turn_reaches_the_model_in_the_same_turn() {
    let script = "[[steps]]\nwhen = { user = \"go\" }\noutput = [{ run = \"echo ready; while [ ! -e go-on ]; do sleep 0.02; done\" }]\n[[steps]]\nwhen = { user = \"blue\" }\ntext = \"Blue it is.\"\n[[steps]]\ntext = \"Nothing was said.\"\n";
    let home = Home::scripted(script);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    let turn = client.start_turn(&thread, "go").await;
    client.until_output("ready").await;
    let input = json!([{ "type": "text", "text": "make it blue" }]);
    let steered = client
        .call(
            "turn/steer",
            json!({ "threadId": thread, "expectedTurnId": turn, "input": input }),
        )
        .await;
    assert_eq!(steered["turnId"], *turn);
    fs::write(home.work().join("go-on"), "").unwrap();
    client.until("turn/completed").await;
    assert_eq!(
        client.finished("agentMessage").last().unwrap()["text"],
        "Blue it is."
    );
    assert_eq!(client.seen("turn/started").len(), 1);
}

#[tokio::test]
async fn a_lost_stream_is_repeated_and_the_turn_still_completes() {
    let script = "[[steps]]\noutput = [{ text = \"I was about\" }, { cut = true }]\n[[steps]]\ntext = \"Second time lucky.\"\n";
    let home = Home::scripted(script);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    let turn = client.turn(&thread, "hi").await;
    assert_eq!(turn["status"], "completed");
    let errors = client.seen("error");
    assert!(
        !errors.is_empty() && errors.iter().all(|e| e["willRetry"] == true),
        "{errors:?}"
    );
    assert_eq!(
        client.finished("agentMessage").last().unwrap()["text"],
        "Second time lucky."
    );
}

#[tokio::test]
async fn a_refusal_of_the_model_fails_the_turn_with_its_kind_and_the_thread_goes_on() {
    let script = "[[steps]]\noutput = [{ fail = { code = \"insufficient_quota\", message = \"all spent\" } }]\n[[steps]]\ntext = \"Fine again.\"\n";
    let home = Home::scripted(script);
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    let turn = client.turn(&thread, "hi").await;
    assert_eq!(
        (&turn["status"], &turn["error"]["codexErrorInfo"]),
        (&json!("failed"), &json!("usageLimitExceeded"))
    );
    assert_eq!(client.turn(&thread, "and now?").await["status"], "completed");
}

#[tokio::test]
async fn a_read_only_sandbox_lets_commands_read_and_not_write() {
    let settings = "approval_policy = \"never\"\nsandbox_mode = \"read-only\"\n";
    let home = Home::scripted_with(&runs("cat there; touch made"), settings);
    fs::write(home.work().join("there"), "readable\n").unwrap();
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client.turn(&thread, "try").await;
    let command = client.finished("commandExecution")[0];
    let output = command["aggregatedOutput"].as_str().unwrap();
    assert!(output.contains("readable"), "{output}");
    assert!(!home.work().join("made").exists());
    assert_ne!(command["exitCode"], 0);
}

#[tokio::test]
async fn two_threads_run_their_turns_at_the_same_time() {
    let wait = "[[steps]]\nwhen = { user = \"first\" }\noutput = [{ run = \"echo ready; while [ ! -e go-on ]; do sleep 0.02; done\" }]\n[[steps]]\nwhen = { user = \"second\" }\noutput = [{ run = \"touch go-on\" }]\n[[steps]]\ntext = \"done\"\n";
    let home = Home::scripted(wait);
    let mut client = home.client().await;
    let (first, second) = (client.start_thread().await, client.start_thread().await);
    client.start_turn(&first, "first").await;
    client.until("item/commandExecution/outputDelta").await;
    client.start_turn(&second, "second").await;
    // The first can only end because the second runs meanwhile.
    client.until("turn/completed").await;
    client.until("turn/completed").await;
}
