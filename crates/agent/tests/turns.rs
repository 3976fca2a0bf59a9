//! Turns as an owner sees them: order of events and records, input, ends.

mod support;

use codex_agent::{Event, History, Seed, Steer, TurnKind};
use codex_protocol::{ContentItem, ResponseItem, ThreadItem, TurnStatus, UserInput};
use support::{Trial, user};

const OPEN: &str = "approval_policy = \"never\"\nsandbox_mode = \"danger-full-access\"\n";

fn said(item: &ThreadItem) -> &str {
    match item {
        ThreadItem::AgentMessage { text, .. } => text,
        _ => "",
    }
}

#[tokio::test]
async fn a_plain_turn_tells_and_records_in_order() {
    let mut trial = Trial::new(OPEN, "gpt-5.4", "[[steps]]\ntext = [\"Hel\", \"lo\"]\n");
    let (end, seen) = trial.say("hi").await;
    assert_eq!(end.status, TurnStatus::Completed);
    assert_eq!(end.last_agent_message.as_deref(), Some("Hello"));
    assert_eq!(
        seen.told,
        [
            "turn started",
            "started userMessage",
            "completed userMessage",
            "started agentMessage",
            "delta Hel",
            "delta lo",
            "completed agentMessage",
        ]
    );
    assert_eq!(
        seen.records,
        [
            "task_started",
            "message of developer",
            "message of user",
            "turn_context",
            "message of user",
            "user_message",
            "token_count",
            "agent_message",
            "message of assistant",
            "token_count",
            "task_complete",
        ]
    );
}

#[tokio::test]
async fn later_turns_tell_only_what_changed() {
    let mut trial = Trial::new(OPEN, "gpt-5.4", "loop = true\n[[steps]]\ntext = \"ok\"\n");
    trial.say("one").await;
    let (_, seen) = trial.say("two").await;
    assert_eq!(
        seen.records[..3],
        ["task_started", "turn_context", "message of user"]
    );
    let cwd = trial.work().join("sub");
    let conversation = trial.conversation.as_mut().expect("no turn runs");
    conversation.update_settings(codex_agent::SettingsUpdate {
        cwd: Some(cwd),
        ..Default::default()
    });
    let (_, seen) = trial.say("three").await;
    assert_eq!(
        seen.records[..3],
        ["task_started", "message of user", "turn_context"]
    );
}

#[tokio::test]
async fn a_command_runs_and_its_output_follows_the_numbers() {
    let script = "[[steps]]\noutput = [{ call = \"shell_command\", arguments = { command = \"echo hi\", login = false } }]\n\
                  [[steps]]\nwhen = { tool = \"hi\" }\ntext = \"ran\"\n";
    let mut trial = Trial::new(OPEN, "gpt-5.4", script);
    let (end, seen) = trial.say("go").await;
    assert_eq!(end.last_agent_message.as_deref(), Some("ran"));
    assert!(end.called_tools);
    let told: Vec<&str> = seen.told[3..6].iter().map(String::as_str).collect();
    assert_eq!(
        told,
        [
            "started commandExecution inProgress",
            "output hi\n",
            "completed commandExecution completed"
        ]
    );
    let calls: Vec<&str> = seen.records[7..]
        .iter()
        .map(String::as_str)
        .filter(|kind| *kind != "exec_command_end")
        .collect();
    assert_eq!(
        calls[..3],
        ["function_call", "token_count", "function_call_output"]
    );
}

#[tokio::test]
async fn steered_input_asks_the_model_again() {
    let script = "[[steps]]\noutput = [{ text = \"first\" }, { delay_ms = 200 }]\n[[steps]]\nwhen = { user = \"and this\" }\ntext = \"second\"\n";
    let mut trial = Trial::new(OPEN, "gpt-5.4", script);
    let (end, seen) = trial
        .run(user("begin"), |event, running| {
            if matches!(event, Event::ItemCompleted(ThreadItem::AgentMessage { text, .. }) if text == "first")
            {
                let input = vec![UserInput::Text {
                    text: "and this".into(),
                    text_elements: Vec::new(),
                }];
                running
                    .steer
                    .try_send(Steer::Input(input))
                    .expect("the turn listens");
            }
        })
        .await;
    assert_eq!(end.last_agent_message.as_deref(), Some("second"));
    assert!(end.leftover.is_empty());
    let users = seen
        .told
        .iter()
        .filter(|told| *told == "completed userMessage")
        .count();
    assert_eq!(users, 2);
}

#[tokio::test]
async fn an_interrupted_turn_drops_what_was_half_said_and_tells_the_model() {
    let script = "[[steps]]\noutput = [{ text = [\"never\", \" finished\"], pause_ms = 50 }, { delay_ms = 60000 }]\n\
                  [[steps]]\nwhen = { user = \"again\" }\ntext = \"next\"\n";
    let mut trial = Trial::new(OPEN, "gpt-5.4", script);
    let (end, seen) = trial
        .run(user("begin"), |event, running| {
            if matches!(event, Event::AgentMessageDelta { .. }) {
                running.cancel.interrupt();
            }
        })
        .await;
    assert_eq!(end.status, TurnStatus::Interrupted);
    assert!(!seen.told.iter().any(|told| told == "completed agentMessage"));
    assert_eq!(
        seen.records[seen.records.len() - 2..],
        ["message of user", "turn_aborted"]
    );
    let (end, _) = trial.say("again").await;
    assert_eq!(end.last_agent_message.as_deref(), Some("next"));
}

#[tokio::test]
async fn an_interrupted_command_dies_and_its_call_is_answered() {
    let script = "[[steps]]\noutput = [{ call = \"shell_command\", arguments = { command = \"echo begun; echo $$ > pid; exec sleep 300\", login = false } }]\n\
                  [[steps]]\nwhen = { tool = \"aborted by user\" }\ntext = \"not reached\"\n[[steps]]\ntext = \"next\"\n";
    let mut trial = Trial::new(OPEN, "gpt-5.4", script);
    let (end, seen) = trial
        .run(user("begin"), |event, running| {
            if matches!(event, Event::CommandOutputDelta { .. }) {
                running.cancel.interrupt();
            }
        })
        .await;
    assert_eq!(end.status, TurnStatus::Interrupted);
    let last: Vec<&str> = seen.records.iter().rev().take(3).map(String::as_str).collect();
    assert_eq!(last, ["turn_aborted", "message of user", "function_call_output"]);
    assert!(
        !seen
            .told
            .iter()
            .any(|told| told.starts_with("completed commandExecution"))
    );
}

#[tokio::test]
async fn a_lost_stream_is_asked_for_again_and_what_was_complete_stays() {
    let script = "[[steps]]\noutput = [{ text = \"first half\" }, { cut = true }]\n[[steps]]\ntext = \"second half\"\n";
    let mut trial = Trial::new(OPEN, "gpt-5.4", script);
    let (end, seen) = trial.say("go").await;
    assert_eq!(end.status, TurnStatus::Completed);
    assert!(seen.told.contains(&"retrying: Reconnecting... 1/1".to_owned()));
    let texts: Vec<&str> = seen
        .completed
        .iter()
        .map(said)
        .filter(|text| !text.is_empty())
        .collect();
    assert_eq!(texts, ["first half", "second half"]);
}

#[tokio::test]
async fn a_refused_request_fails_the_turn_and_the_failure_is_kept() {
    let mut trial = Trial::new(
        OPEN,
        "gpt-5.4",
        "[[steps]]\nhttp = { status = 400, body = \"bad thing\" }\n",
    );
    let (end, seen) = trial.say("go").await;
    assert_eq!(end.status, TurnStatus::Failed);
    assert_eq!(end.error.expect("an error").message, "bad thing");
    assert_eq!(seen.records[seen.records.len() - 2..], ["error", "task_complete"]);
}

#[tokio::test]
async fn a_compaction_keeps_the_users_words_and_the_summary() {
    let script = "[[steps]]\ntext = \"ok\"\n[[steps]]\ntext = \"the summary\"\n[[steps]]\nwhen = { user = \"on\" }\ntext = \"goes on\"\n";
    let mut trial = Trial::new(OPEN, "gpt-5.4", script);
    trial.say("remember this").await;
    let (end, seen) = trial.run(TurnKind::Compact, |_, _| {}).await;
    assert_eq!(end.status, TurnStatus::Completed);
    assert_eq!(
        seen.records,
        [
            "task_started",
            "token_count",
            "token_count",
            "compacted",
            "token_count",
            "context_compacted",
            "task_complete"
        ]
    );
    assert!(
        seen.all
            .iter()
            .any(|event| event.contains("the summary") && event.contains("remember this"))
    );
    let (_, seen) = trial.say("on").await;
    assert_eq!(
        seen.records[1..3],
        ["message of developer", "message of user"],
        "the context is told in full again"
    );
}

#[tokio::test]
async fn a_full_history_is_compacted_before_the_turn() {
    let config = format!("{OPEN}model_auto_compact_token_limit = 50\n");
    let script = "[[steps]]\ntext = \"ok\"\nusage = { input = 100 }\n[[steps]]\ntext = \"summary\"\n[[steps]]\ntext = \"goes on\"\n";
    let mut trial = Trial::new(&config, "gpt-5.4", script);
    trial.say("one").await;
    let (end, seen) = trial.say("two").await;
    assert_eq!(end.last_agent_message.as_deref(), Some("goes on"));
    let told: Vec<&str> = seen.told[1..4].iter().map(String::as_str).collect();
    assert_eq!(
        told,
        [
            "started contextCompaction",
            "completed contextCompaction",
            "started userMessage"
        ]
    );
}

#[tokio::test]
async fn the_users_command_is_a_turn_without_a_request() {
    let mut trial = Trial::new(
        OPEN,
        "gpt-5.4",
        "[[steps]]\nwhen = { user = \"x\" }\ntext = \"no\"\n",
    );
    let (end, seen) = trial
        .run(
            TurnKind::Shell {
                command: "echo hi; exit 3".into(),
            },
            |_, _| {},
        )
        .await;
    assert_eq!(end.status, TurnStatus::Completed);
    assert_eq!(
        seen.told,
        [
            "turn started",
            "started commandExecution inProgress",
            "output hi\n",
            "completed commandExecution failed"
        ]
    );
    let kinds: Vec<&str> = seen
        .records
        .iter()
        .map(String::as_str)
        .filter(|kind| *kind != "exec_command_end")
        .collect();
    assert_eq!(kinds, ["task_started", "message of user", "task_complete"]);
}

#[tokio::test]
async fn a_resumed_thread_goes_on_from_its_history() {
    let history = vec![
        ResponseItem::message("user", vec![ContentItem::input_text("earlier")]),
        ResponseItem::message("assistant", vec![ContentItem::output_text("yes")]),
    ];
    let seed = Seed {
        history: History::new(history),
        ..Seed::default()
    };
    let mut trial = Trial::with_seed(OPEN, "gpt-5.4", "[[steps]]\ntext = \"ok\"\n", seed);
    let (end, seen) = trial.say("now").await;
    assert_eq!(end.status, TurnStatus::Completed);
    assert_eq!(
        seen.records[1], "message of developer",
        "without a settings record the context is told in full"
    );
}

/// Runs a turn of this script; once the user's message is told, the user starts a command that goes on for long beside it.
async fn beside_a_long_command(
    script: &str,
    command: &str,
    mut watch: impl FnMut(&Event, &support::Running),
) -> (codex_agent::TurnEnd, support::Seen) {
    let mut trial = Trial::new(OPEN, "gpt-5.4", script);
    trial
        .run(user("begin"), |event, running| {
            if matches!(event, Event::ItemCompleted(ThreadItem::UserMessage { .. })) {
                let command = command.to_owned();
                // Only the first is for this; later messages find a command running.
                let _ = running.steer.try_send(Steer::Shell { command });
            }
            watch(event, running);
        })
        .await
}

#[tokio::test]
async fn a_users_long_command_keeps_neither_requests_nor_input_waiting() {
    let script = "[[steps]]\noutput = [{ call = \"shell_command\", arguments = { command = \"echo hi\", login = false } }]\n\
                  [[steps]]\nwhen = { tool = \"hi\" }\ntext = \"first\"\n\
                  [[steps]]\nwhen = { user = \"and this\" }\ntext = \"second\"\n";
    let (end, seen) = beside_a_long_command(script, "sleep 300", |event, running| match event {
        Event::ItemCompleted(item) if said(item) == "first" => {
            let input = vec![UserInput::Text {
                text: "and this".into(),
                text_elements: Vec::new(),
            }];
            running
                .steer
                .try_send(Steer::Input(input))
                .expect("the turn listens");
        }
        Event::ItemCompleted(item) if said(item) == "second" => running.cancel.interrupt(),
        _ => {}
    })
    .await;
    assert_eq!(end.status, TurnStatus::Interrupted);
    assert!(seen.completed.iter().any(|item| said(item) == "second"));
    assert!(
        seen.all
            .iter()
            .any(|event| event.contains("command aborted by user"))
    );
}

#[tokio::test]
async fn the_record_of_a_command_that_ends_after_the_answer_makes_another_request() {
    let script = "[[steps]]\ntext = \"first\"\n[[steps]]\nwhen = { user = \"user_shell_command\" }\ntext = \"second\"\n";
    let dir = tempfile::tempdir().expect("tempdir");
    let go = dir.path().join("go");
    let command = format!("until [ -e {} ]; do sleep 0.02; done; echo ended", go.display());
    let (end, _) = beside_a_long_command(script, &command, |event, _| {
        if matches!(event, Event::ItemCompleted(item) if said(item) == "first") {
            std::fs::write(&go, "").expect("written");
        }
    })
    .await;
    assert_eq!(end.status, TurnStatus::Completed);
    assert_eq!(end.last_agent_message.as_deref(), Some("second"));
}

#[tokio::test]
async fn a_failed_turn_that_waits_for_a_users_command_can_be_stopped() {
    // The model's command lasts until the user's has begun.
    let script = "[[steps]]\noutput = [{ call = \"shell_command\", arguments = { command = \"until [ -e begun ]; do sleep 0.02; done\", login = false } }]\n\
                  [[steps]]\noutput = [{ cut = true }]\n[[steps]]\nhttp = { status = 400, body = \"bad thing\" }\n";
    let dir = tempfile::tempdir().expect("tempdir");
    let go = dir.path().join("go");
    let command = format!(
        "touch begun; until [ -e {} ]; do sleep 0.02; done; sleep 1; echo ended; sleep 300",
        go.display()
    );
    let (_, seen) = beside_a_long_command(script, &command, |event, running| match event {
        Event::Retrying(_) => std::fs::write(&go, "").expect("written"),
        Event::CommandOutputDelta { .. } => running.cancel.interrupt(),
        _ => {}
    })
    .await;
    assert!(
        seen.all
            .iter()
            .any(|event| event.contains("command aborted by user"))
    );
}
