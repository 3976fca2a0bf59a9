//! How the model is told what a command did (turns.md §15).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::truncate::{Budget, cut_middle, cut_with_total};

/// Heads the text of an output that was cut by [`cut_with_total`].
const TOTAL: &str = "Total output lines: ";

/// In which form a tool answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Lines and text: `shell_command`, the freeform patch tool.
    Text,
    /// JSON: tools that take an argument list, patches found in commands.
    Json,
    /// The JSON with a line about time before it: patches found in `exec_command`.
    TimedJson,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran<'a> {
    pub(crate) exit_code: i32,
    pub(crate) duration: Duration,
    pub(crate) output: &'a str,
    /// The time limit it met.
    pub(crate) timed_out: bool,
}

#[derive(Serialize, Deserialize)]
struct Json {
    output: String,
    metadata: Metadata,
}

#[derive(Serialize, Deserialize)]
struct Metadata {
    exit_code: i32,
    duration_seconds: f32,
}

impl Ran<'_> {
    /// The answer in `form`, cut to `budget`.
    pub(crate) fn told(&self, form: Form, budget: Budget) -> String {
        let seconds = tenths(self.duration);
        match form {
            Form::Text => self.text(seconds, budget),
            Form::Json => self.json(seconds, budget),
            Form::TimedJson => format!(
                "Wall time: {seconds:.4} seconds\nOutput:\n{}",
                self.json(seconds, budget)
            ),
        }
    }

    /// The output with what a time limit adds.
    fn whole(&self) -> String {
        if self.timed_out {
            return format!(
                "command timed out after {} milliseconds\n{}",
                self.duration.as_millis(),
                self.output
            );
        }
        self.output.to_owned()
    }

    fn text(&self, seconds: f32, budget: Budget) -> String {
        let whole = self.whole();
        let kept = cut_middle(&whole, budget);
        let lines = whole.lines().count();
        let total = if lines == kept.lines().count() {
            String::new()
        } else {
            format!("{TOTAL}{lines}\n")
        };
        format!(
            "Exit code: {}\nWall time: {seconds} seconds\n{total}Output:\n{kept}",
            self.exit_code
        )
    }

    fn json(&self, seconds: f32, budget: Budget) -> String {
        let output = cut_with_total(&self.whole(), budget);
        let metadata = Metadata {
            exit_code: self.exit_code,
            duration_seconds: seconds,
        };
        // Strings and finite numbers always have a JSON form.
        serde_json::to_string(&Json { output, metadata }).unwrap_or_default()
    }
}

fn tenths(duration: Duration) -> f32 {
    (duration.as_secs_f32() * 10.0).round() / 10.0
}

/// The text form of a JSON output; None when it is none (any more).
pub(crate) fn json_to_text(json: &str) -> Option<String> {
    let Json { output, metadata } = serde_json::from_str(json).ok()?;
    let (total, output) = match output
        .strip_prefix(TOTAL)
        .and_then(|rest| rest.split_once("\n\n"))
    {
        Some((lines, rest)) if lines.bytes().all(|b| b.is_ascii_digit()) => {
            (format!("{TOTAL}{lines}\n"), rest.to_owned())
        }
        _ => (String::new(), output),
    };
    Some(format!(
        "Exit code: {}\nWall time: {} seconds\n{total}Output:\n{output}",
        metadata.exit_code, metadata.duration_seconds
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(output: &str) -> Ran<'_> {
        Ran {
            exit_code: 2,
            duration: Duration::from_millis(123),
            output,
            timed_out: false,
        }
    }

    #[test]
    fn text_names_code_and_time_and_the_lines_only_when_some_are_gone() {
        assert_eq!(
            ran("hi\n").told(Form::Text, Budget::Bytes(100)),
            "Exit code: 2\nWall time: 0.1 seconds\nOutput:\nhi\n"
        );
        let cut = ran("1\n2\n3\n4\n5\n6\n").told(Form::Text, Budget::Bytes(4));
        assert_eq!(
            cut,
            "Exit code: 2\nWall time: 0.1 seconds\nTotal output lines: 6\nOutput:\n1\n…8 chars truncated…6\n"
        );
    }

    #[test]
    fn json_holds_output_and_metadata() {
        let json = r#"{"output":"hi\n","metadata":{"exit_code":2,"duration_seconds":0.1}}"#;
        assert_eq!(ran("hi\n").told(Form::Json, Budget::Bytes(100)), json);
    }

    #[test]
    fn a_time_limit_is_named_before_the_output() {
        let told = Ran {
            timed_out: true,
            ..ran("before\n")
        }
        .told(Form::Text, Budget::Bytes(100));
        assert!(told.ends_with("Output:\ncommand timed out after 123 milliseconds\nbefore\n"));
    }

    #[test]
    fn the_total_moves_up_when_json_becomes_text() {
        let json = ran(&"x\n".repeat(9)).told(Form::Json, Budget::Bytes(4));
        let text = json_to_text(&json).expect("json");
        assert_eq!(
            text,
            "Exit code: 2\nWall time: 0.1 seconds\nTotal output lines: 9\nOutput:\nx\n…14 chars truncated…x\n"
        );
        assert_eq!(json_to_text("exec command rejected by user"), None);
    }
}
