//! Tools as an owner sees them: questions, patches, sessions.

mod support;

use codex_agent::TurnKind;
use codex_protocol::{ThreadItem, TurnStatus};
use serde_json::json;
use support::{Trial, text};

const OPEN: &str = "approval_policy = \"never\"\nsandbox_mode = \"danger-full-access\"\n";
const UNTRUSTED: &str = "approval_policy = \"untrusted\"\nsandbox_mode = \"danger-full-access\"\n";

fn calls(first: &str) -> String {
    format!("[[steps]]\noutput = [{first}]\n[[steps]]\ntext = \"done\"\n")
}

fn shell(command: &str) -> String {
    format!("{{ call = \"shell_command\", arguments = {{ command = {command:?}, login = false }} }}")
}

#[tokio::test]
async fn an_accepted_command_runs_and_a_declined_one_does_not() {
    let script = format!(
        "[[steps]]\noutput = [{}]\n[[steps]]\noutput = [{}]\n[[steps]]\ntext = \"done\"\n",
        shell("touch one"),
        shell("touch two")
    );
    let mut trial = Trial::new(UNTRUSTED, "gpt-5.4", &script);
    trial.answer([json!({"decision": "accept"}), json!({"decision": "decline"})]);
    let (end, seen) = trial.say("go").await;
    assert_eq!(end.status, TurnStatus::Completed);
    assert!(text(trial.work().join("one")).is_some());
    assert!(text(trial.work().join("two")).is_none());
    let declined = seen
        .told
        .iter()
        .filter(|told| *told == "completed commandExecution declined")
        .count();
    assert_eq!(declined, 2);
}

#[tokio::test]
async fn a_command_accepted_for_the_session_is_not_asked_about_again() {
    let script = format!(
        "loop = true\n[[steps]]\noutput = [{}]\n[[steps]]\ntext = \"done\"\n",
        shell("touch one")
    );
    let mut trial = Trial::new(UNTRUSTED, "gpt-5.4", &script);
    trial.answer([json!({"decision": "acceptForSession"})]);
    let (_, first) = trial.say("go").await;
    let (_, second) = trial.say("again").await;
    let asked = |told: &[String]| told.iter().filter(|told| *told == "ask command").count();
    assert_eq!((asked(&first.told), asked(&second.told)), (1, 0));
}

#[tokio::test]
async fn cancelling_a_question_stops_the_turn() {
    let mut trial = Trial::new(UNTRUSTED, "gpt-5.4", &calls(&shell("touch one")));
    trial.answer([json!({"decision": "cancel"})]);
    let (end, _) = trial.say("go").await;
    assert_eq!(end.status, TurnStatus::Interrupted);
    assert!(text(trial.work().join("one")).is_none());
}

#[tokio::test]
async fn a_saved_prefix_is_written_and_told_to_the_model() {
    let mut trial = Trial::new(UNTRUSTED, "gpt-5.4", &calls(&shell("touch one")));
    trial.answer([
        json!({"decision": {"acceptWithExecpolicyAmendment": {"execpolicy_amendment": ["touch", "one"]}}}),
    ]);
    let (_, seen) = trial.say("go").await;
    let rules = text(trial.home().join("rules/default.rules")).expect("a file");
    assert_eq!(
        rules,
        "prefix_rule(pattern=[\"touch\", \"one\"], decision=\"allow\")\n"
    );
    assert!(
        seen.all
            .iter()
            .any(|event| event.contains("Approved command prefix saved:"))
    );
}

#[tokio::test]
async fn a_patch_is_applied_and_shown_as_a_diff() {
    let patch = "{ custom = \"apply_patch\", input = \"*** Begin Patch\\n*** Add File: a.txt\\n+hello\\n*** End Patch\" }";
    let mut trial = Trial::new(OPEN, "gpt-5.4", &calls(patch));
    let (_, seen) = trial.say("go").await;
    assert_eq!(text(trial.work().join("a.txt")).as_deref(), Some("hello\n"));
    let told: Vec<&str> = seen.told[3..6].iter().map(String::as_str).collect();
    assert_eq!(
        told,
        [
            "started fileChange inProgress",
            "completed fileChange completed",
            "diff"
        ]
    );
}

#[tokio::test]
async fn a_patch_in_a_command_is_a_patch() {
    let command =
        shell("apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: b.txt\n+x\n*** End Patch\nEOF\n");
    let mut trial = Trial::new(OPEN, "gpt-5.4", &calls(&command));
    let (_, seen) = trial.say("go").await;
    assert_eq!(text(trial.work().join("b.txt")).as_deref(), Some("x\n"));
    assert!(!seen.told.iter().any(|told| told.contains("commandExecution")));
}

#[tokio::test]
async fn a_session_outlives_its_turn_and_ends_with_a_clean() {
    let exec = "{ call = \"exec_command\", arguments = { cmd = \"exec sleep 300\", login = false, yield_time_ms = 250 } }";
    let mut trial = Trial::new(OPEN, "gpt-5.4", &calls(exec));
    let (end, seen) = trial.say("go").await;
    assert_eq!(end.status, TurnStatus::Completed);
    assert!(
        !seen
            .told
            .iter()
            .any(|told| told.starts_with("completed commandExecution"))
    );
    trial
        .conversation
        .as_ref()
        .expect("no turn runs")
        .clean_background()
        .await;
    let item = trial.next_completed().await;
    assert!(
        matches!(
            item,
            ThreadItem::CommandExecution {
                exit_code: Some(-1),
                ..
            }
        ),
        "{item:?}"
    );
}

#[tokio::test]
async fn a_quick_process_ends_within_its_call() {
    let exec = "{ call = \"exec_command\", arguments = { cmd = \"echo hi; exit 3\", login = false } }";
    let script = format!(
        "[[steps]]\noutput = [{exec}]\n[[steps]]\nwhen = {{ tool = \"Process exited with code 3\" }}\ntext = \"seen\"\n"
    );
    let mut trial = Trial::new(OPEN, "gpt-5.4", &script);
    let (end, seen) = trial.say("go").await;
    assert_eq!(end.last_agent_message.as_deref(), Some("seen"));
    assert!(
        seen.told
            .contains(&"completed commandExecution failed".to_owned())
    );
}

#[tokio::test]
async fn calls_that_do_not_fit_answer_the_model() {
    let script = calls(
        "{ call = \"no_such\" }, { call = \"shell_command\", arguments = \"{oops\" }, { call = \"update_plan\", arguments = { plan = [] } }",
    );
    let mut trial = Trial::new(OPEN, "gpt-5.4", &script);
    let (_, seen) = trial.say("go").await;
    for expected in [
        "unsupported call: no_such",
        "failed to parse function arguments: key must be a string",
        "Plan updated",
    ] {
        assert!(
            seen.all.iter().any(|event| event.contains(expected)),
            "{expected}"
        );
    }
}

#[tokio::test]
async fn a_users_command_leaves_nothing_running_when_its_turn_is_stopped() {
    let mut trial = Trial::new(OPEN, "gpt-5.4", "[[steps]]\ntext = \"x\"\n");
    let (end, seen) = trial
        .run(
            TurnKind::Shell {
                command: "echo begun; sleep 300".into(),
            },
            |event, running| {
                if matches!(event, codex_agent::Event::CommandOutputDelta { .. }) {
                    running.cancel.interrupt();
                }
            },
        )
        .await;
    assert_eq!(end.status, TurnStatus::Interrupted);
    assert!(
        seen.all
            .iter()
            .any(|event| event.contains("command aborted by user"))
    );
}

const ASKING: &str = "approval_policy = \"on-request\"\nsandbox_mode = \"workspace-write\"\n\
                      [sandbox_workspace_write]\nexclude_slash_tmp = true\nexclude_tmpdir_env_var = true\n";

fn patch(body: &str) -> String {
    format!(
        "{{ custom = \"apply_patch\", input = {:?} }}",
        format!("*** Begin Patch\n{body}\n*** End Patch")
    )
}

#[tokio::test]
async fn a_patch_through_a_link_into_nothing_outside_is_asked_about() {
    for body in [
        "*** Add File: x\n+evil",
        "*** Update File: own\n*** Move to: x\n@@\n-a\n+evil",
    ] {
        let mut trial = Trial::new(ASKING, "gpt-5.4", &calls(&patch(body)));
        let outside = trial.dir.path().join("outside");
        std::os::unix::fs::symlink(&outside, trial.work().join("x")).expect("linked");
        std::fs::write(trial.work().join("own"), "a\n").expect("written");
        let (_, seen) = trial.say("go").await;
        assert!(seen.told.contains(&"ask file change".to_owned()), "{body}");
        assert_eq!(text(&outside), None, "{body}");
    }
}

#[tokio::test]
async fn a_patch_that_is_being_applied_is_told_of_although_the_turn_stops() {
    let body = "*** Add File: a.txt\n+hello";
    let mut trial = Trial::new(OPEN, "gpt-5.4", &calls(&patch(body)));
    let (_, seen) = trial
        .run(support::user("go"), |event, running| {
            if matches!(
                event,
                codex_agent::Event::ItemStarted(ThreadItem::FileChange { .. })
            ) {
                running.cancel.interrupt();
            }
        })
        .await;
    let applied = text(trial.work().join("a.txt")).is_some();
    let told = seen.told.contains(&"completed fileChange completed".to_owned());
    assert_eq!(applied, told, "{:?}", seen.told);
}

#[tokio::test]
async fn an_image_that_may_not_be_read_is_not_shown_to_the_model() {
    let call = "{ call = \"view_image\", arguments = { path = \"secret.png\" } }";
    let config = "approval_policy = \"never\"\ndefault_permissions = \"mine\"\n[permissions.mine.filesystem]\n\":root\" = \"read\"\n\
                  \":project_roots\" = { \".\" = \"write\", \"secret.png\" = \"none\" }\n";
    let mut trial = Trial::new(config, "gpt-5.4", &calls(call));
    image::RgbImage::new(2, 2)
        .save(trial.work().join("secret.png"))
        .expect("written");
    let (_, seen) = trial.say("go").await;
    assert!(
        seen.all
            .iter()
            .any(|event| event.contains("Permission denied (os error 13)"))
    );
    assert!(!seen.all.iter().any(|event| event.contains("data:image")));
}
