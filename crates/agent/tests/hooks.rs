//! Hooks as an owner sees them: where in a turn they run, and what their answers change.

mod support;

use codex_protocol::{ThreadItem, TurnStatus};
use support::Trial;

const OPEN: &str = "approval_policy = \"never\"\nsandbox_mode = \"danger-full-access\"\n";
const UNTRUSTED: &str = "approval_policy = \"untrusted\"\nsandbox_mode = \"danger-full-access\"\n";
const DONE: &str = "loop = true\n[[steps]]\ntext = \"done\"\n";
/// Reads what it is told and says nothing.
const QUIET: &str = "cat >/dev/null";

fn hook(event: &str, command: &str) -> String {
    format!("[[hooks.{event}]]\n[[hooks.{event}.hooks]]\ntype = \"command\"\ncommand = {command:?}\n")
}

fn refusing(words: &str) -> String {
    format!("cat >/dev/null; echo '{words}' >&2; exit 2")
}

fn calling(command: &str) -> String {
    let call =
        format!("{{ call = \"shell_command\", arguments = {{ command = {command:?}, login = false }} }}");
    format!("[[steps]]\noutput = [{call}]\n[[steps]]\ntext = \"done\"\n")
}

fn said(seen: &support::Seen, text: &str) -> bool {
    seen.all.iter().any(|event| event.contains(text))
}

#[tokio::test]
async fn hooks_run_at_their_places_in_a_turn() {
    let events = [
        "SessionStart",
        "UserPromptSubmit",
        "PreToolUse",
        "PostToolUse",
        "Stop",
    ];
    let hooks: String = events.iter().map(|event| hook(event, QUIET)).collect();
    let mut trial = Trial::new(&format!("{OPEN}{hooks}"), "gpt-5.4", &calling("echo ran"));
    let (_, seen) = trial.say("go").await;
    assert_eq!(
        seen.told,
        [
            "turn started",
            "hook SessionStart",
            "hook SessionStart Completed",
            "hook UserPromptSubmit",
            "hook UserPromptSubmit Completed",
            "started userMessage",
            "completed userMessage",
            "hook PreToolUse",
            "hook PreToolUse Completed",
            "started commandExecution inProgress",
            "output ran\n",
            "completed commandExecution completed",
            "hook PostToolUse",
            "hook PostToolUse Completed",
            "started agentMessage",
            "delta done",
            "completed agentMessage",
            "hook Stop",
            "hook Stop Completed",
        ]
    );
}

#[tokio::test]
async fn a_session_starts_once() {
    let config = format!(
        "{OPEN}{}",
        hook("SessionStart", "cat >/dev/null; echo words of the hook")
    );
    let mut trial = Trial::new(&config, "gpt-5.4", DONE);
    let (_, first) = trial.say("one").await;
    let (_, second) = trial.say("two").await;
    assert!(said(&first, "words of the hook") && !said(&second, "hook"));
}

#[tokio::test]
async fn a_message_that_is_kept_back_is_in_no_history_and_ends_the_turn() {
    let config = format!("{OPEN}{}", hook("UserPromptSubmit", &refusing("no")));
    let mut trial = Trial::new(&config, "gpt-5.4", DONE);
    let (end, seen) = trial.say("secret words").await;
    assert_eq!(end.status, TurnStatus::Completed);
    assert!(seen.completed.is_empty() && !said(&seen, "secret words"));
}

#[tokio::test]
async fn a_tool_that_is_blocked_does_not_run() {
    let config = format!("{OPEN}{}", hook("PreToolUse", &refusing("hands off")));
    let mut trial = Trial::new(&config, "gpt-5.4", &calling("touch made"));
    let (_, seen) = trial.say("go").await;
    assert!(said(
        &seen,
        "Command blocked by PreToolUse hook: hands off. Command: touch made"
    ));
    assert!(!trial.work().join("made").exists());
}

#[tokio::test]
async fn a_hook_answers_in_the_users_place() {
    let config = format!("{UNTRUSTED}{}", hook("PermissionRequest", &refusing("never")));
    let mut trial = Trial::new(&config, "gpt-5.4", &calling("touch made"));
    let (_, seen) = trial.say("go").await;
    assert!(!seen.told.iter().any(|told| told == "ask command"));
    let ended = seen
        .told
        .iter()
        .filter(|told| *told == "completed commandExecution declined");
    assert_eq!(ended.count(), 1);
    assert!(!trial.work().join("made").exists());
}

#[tokio::test]
async fn feedback_takes_the_place_of_the_output() {
    let config = format!("{OPEN}{}", hook("PostToolUse", &refusing("look again")));
    let mut trial = Trial::new(&config, "gpt-5.4", &calling("echo ran"));
    let (_, seen) = trial.say("go").await;
    assert!(said(&seen, "Text(\"look again\")"));
}

#[tokio::test]
async fn a_turn_goes_on_until_hooks_are_content() {
    let command = "case \"$(cat)\" in *'\"stop_hook_active\":false'*) echo 'go on' >&2; exit 2;; esac";
    let mut trial = Trial::new(&format!("{OPEN}{}", hook("Stop", command)), "gpt-5.4", DONE);
    let (_, seen) = trial.say("go").await;
    let kinds: Vec<String> = seen.completed.iter().map(support::name).collect();
    assert_eq!(
        kinds,
        ["userMessage", "agentMessage", "hookPrompt", "agentMessage"]
    );
    let Some(ThreadItem::HookPrompt { fragments, .. }) = seen.completed.get(2) else {
        panic!("a hook's prompt")
    };
    assert_eq!(fragments[0].text, "go on");
}

#[tokio::test]
async fn hooks_do_not_hear_of_a_process_that_failed() {
    let config = format!("{OPEN}{}", hook("PostToolUse", QUIET));
    for (cmd, hears) in [("exit 3", false), ("true", true)] {
        let call = format!("{{ call = \"exec_command\", arguments = {{ cmd = {cmd:?}, login = false }} }}");
        let script = format!("[[steps]]\noutput = [{call}]\n[[steps]]\ntext = \"done\"\n");
        let mut trial = Trial::new(&config, "gpt-5.4", &script);
        let (_, seen) = trial.say("go").await;
        assert_eq!(seen.told.contains(&"hook PostToolUse".to_owned()), hears, "{cmd}");
    }
}
