//! The older setting `notify`: a program that is run after turns, with JSON as its last argument (agent.md §7.4).

use std::path::Path;

use codex_exec::{Command, Limits};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

/// A turn ended with an answer.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "type", rename = "agent-turn-complete", rename_all = "kebab-case")]
pub struct TurnEnded<'a> {
    /// The thread's id.
    pub thread_id: &'a str,
    /// The turn's id.
    pub turn_id: &'a str,
    /// The turn's folder, in which the program runs; absolute.
    pub cwd: &'a Path,
    /// The client's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<&'a str>,
    /// Every message of the user in the history.
    pub input_messages: &'a [String],
    /// The model's last message.
    pub last_assistant_message: Option<&'a str>,
}

impl TurnEnded<'_> {
    /// Starts the program; nobody waits for it. It has to be called in a runtime, with which the program ends.
    pub fn tell(&self, program: &[String]) {
        if program.first().is_none_or(String::is_empty) {
            return;
        }
        let told = match serde_json::to_string(self) {
            Ok(told) => told,
            Err(error) => return tracing::warn!("the program for finished turns can't be told: {error}"),
        };
        let command = Command::new(program.iter().cloned().chain([told]), self.cwd);
        tokio::spawn(async move {
            let outcome = codex_exec::run(command, Limits::default(), &CancellationToken::new(), None).await;
            if let codex_exec::End::NotStarted(error) = outcome.end {
                tracing::warn!("the program for finished turns did not start: {error}");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_told_as_json() {
        let messages = ["one".to_owned(), "two".to_owned()];
        let ended = TurnEnded {
            thread_id: "t",
            turn_id: "u",
            cwd: Path::new("/w"),
            client: None,
            input_messages: &messages,
            last_assistant_message: Some("done"),
        };
        assert_eq!(
            serde_json::to_string(&ended).expect("json"),
            r#"{"type":"agent-turn-complete","thread-id":"t","turn-id":"u","cwd":"/w","input-messages":["one","two"],"last-assistant-message":"done"}"#
        );
    }
}
