//! A turn as a person wants to see it while it streams.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;

use codex_protocol::*;

use crate::printable::printable;

/// How a piece of text stands out, where colours are wanted.
#[derive(Clone, Copy)]
enum Style {
    Plain,
    Dim,
    Bold,
    Red,
    Green,
    Yellow,
    Cyan,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Style::Plain => "",
            Style::Dim => "\x1b[2m",
            Style::Bold => "\x1b[1m",
            Style::Red => "\x1b[31m",
            Style::Green => "\x1b[32m",
            Style::Yellow => "\x1b[33m",
            Style::Cyan => "\x1b[36m",
        }
    }
}

const RESET: &str = "\x1b[0m";
/// Stands before each line that a command printed.
const INDENT: &str = "  ";

/// A command line as a person would type it: without the shell that the model's tools put around it.
pub fn typed(command: &str) -> String {
    let words = codex_shell::split(command).unwrap_or_default();
    codex_shell::shell_script(&words).map_or_else(|| command.to_owned(), |(_, script)| script.to_owned())
}

/// Shows the events of a turn on `W`.
#[derive(Debug)]
pub struct Renderer<W> {
    out: W,
    colours: bool,
    /// Nothing has been shown yet.
    blank: bool,
    at_line_start: bool,
    /// The item whose text is the last on the screen; something else begins a new paragraph.
    open: Option<String>,
    /// Items of which something has been streamed, so that their end does not repeat it.
    streamed: HashSet<String>,
    /// Items that have begun. A call of the model that fails before it begins has none.
    begun: HashSet<String>,
    usage: Option<TokenUsageBreakdown>,
}

impl<W: Write> Renderer<W> {
    /// Shows on `out`, which understands colours if `colours`.
    pub fn new(out: W, colours: bool) -> Self {
        Self {
            out,
            colours,
            blank: true,
            at_line_start: true,
            open: None,
            streamed: HashSet::new(),
            begun: HashSet::new(),
            usage: None,
        }
    }

    /// Shows which thread the turn belongs to.
    pub fn thread(
        &mut self,
        id: &str,
        model: &str,
        provider: &str,
        cwd: &Path,
        sandbox: &SandboxPolicy,
    ) -> io::Result<()> {
        let sandbox = match sandbox {
            SandboxPolicy::DangerFullAccess => "no sandbox",
            SandboxPolicy::ReadOnly { .. } => "read-only sandbox",
            SandboxPolicy::ExternalSandbox { .. } => "sandbox of its surroundings",
            SandboxPolicy::WorkspaceWrite { .. } => "sandbox that may write here",
        };
        self.paragraph(None)?;
        self.line(
            Style::Dim,
            &format!(
                "thread {id}: {model} ({provider}), in {}, {sandbox}",
                cwd.display()
            ),
        )
    }

    /// Shows what the user says.
    pub fn user(&mut self, text: &str) -> io::Result<()> {
        self.paragraph(None)?;
        self.line(Style::Bold, &format!("> {text}"))
    }

    /// Shows a remark of this client.
    pub fn note(&mut self, text: &str) -> io::Result<()> {
        self.paragraph(None)?;
        self.line(Style::Yellow, text)
    }

    /// Shows a question; the cursor stays behind it.
    pub fn prompt(&mut self, text: &str) -> io::Result<()> {
        self.paragraph(None)?;
        self.text(Style::Yellow, "", text)?;
        self.out.flush()
    }

    /// The person has typed a line behind the prompt.
    pub fn answered(&mut self) {
        self.at_line_start = true;
    }

    /// Shows what the server tells, if it is for people.
    pub fn show(&mut self, notification: &ServerNotification) -> io::Result<()> {
        use ServerNotification as N;
        match notification {
            N::ItemStarted(n) => self.item_started(&n.item),
            N::RawResponseItemCompleted(n) => self.conversed(&n.item),
            N::ItemCompleted(n) => self.item_completed(&n.item),
            N::ItemAgentMessageDelta(n) => self.stream(&n.item_id, Style::Plain, "", &n.delta),
            N::ItemPlanDelta(n) => self.stream(&n.item_id, Style::Cyan, "", &n.delta),
            N::ItemReasoningSummaryTextDelta(n) => self.stream(&n.item_id, Style::Dim, "", &n.delta),
            N::ItemReasoningTextDelta(n) => self.stream(&n.item_id, Style::Dim, "", &n.delta),
            N::ItemReasoningSummaryPartAdded(_) => self.end_line(),
            N::ItemCommandExecutionOutputDelta(n) => self.stream(&n.item_id, Style::Dim, INDENT, &n.delta),
            N::TurnPlanUpdated(n) => self.plan(n),
            N::ThreadTokenUsageUpdated(n) => {
                self.usage = Some(n.token_usage.total.clone());
                Ok(())
            }
            N::Error(n) if n.will_retry => self.note(&format!("{} Trying again.", n.error.message)),
            N::Error(n) => self.failure(&n.error),
            N::Warning(n) => self.note(&n.message),
            N::ConfigWarning(n) => {
                self.note(&n.summary)?;
                n.details
                    .as_deref()
                    .map_or(Ok(()), |details| self.line(Style::Dim, details))
            }
            N::ModelRerouted(n) => self.note(&format!(
                "The service answers with {} instead of {}.",
                n.to_model, n.from_model
            )),
            _ => Ok(()),
        }
    }

    /// Shows how the turn ended and what it cost.
    pub fn end_of_turn(&mut self, turn: &Turn) -> io::Result<()> {
        match turn.status {
            TurnStatus::Interrupted => self.note("The turn was interrupted.")?,
            // What failed has been shown as it happened.
            TurnStatus::Failed | TurnStatus::Completed | TurnStatus::InProgress => {}
        }
        if let Some(usage) = self.usage.take() {
            self.paragraph(None)?;
            let text = format!(
                "tokens: {} in ({} cached), {} out ({} reasoning)",
                usage.input_tokens,
                usage.cached_input_tokens,
                usage.output_tokens,
                usage.reasoning_output_tokens
            );
            self.line(Style::Dim, &text)?;
        }
        self.end_line()?;
        self.out.flush()
    }

    /// Shows why a call of the model came to nothing, such as a command in a folder that is not there: it has no item.
    fn conversed(&mut self, item: &ResponseItem) -> io::Result<()> {
        match item {
            ResponseItem::FunctionCallOutput { call_id, output, .. }
            | ResponseItem::CustomToolCallOutput { call_id, output, .. } => match output {
                FunctionCallOutputBody::Text(text) if is_failure(text) && !self.begun.contains(call_id) => {
                    self.paragraph(None)?;
                    self.line(Style::Red, text)
                }
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn item_started(&mut self, item: &ThreadItem) -> io::Result<()> {
        self.begun.insert(item.id().to_owned());
        match item {
            ThreadItem::CommandExecution { id, command, .. } => {
                self.paragraph(Some(id))?;
                self.line(Style::Bold, &format!("$ {}", typed(command)))
            }
            ThreadItem::FileChange { id, changes, .. } => {
                self.paragraph(Some(id))?;
                changes.iter().try_for_each(|change| self.change(change))
            }
            ThreadItem::McpToolCall {
                id,
                server,
                tool,
                arguments,
                ..
            } => {
                self.paragraph(Some(id))?;
                self.line(Style::Bold, &format!("{server}.{tool} {arguments}"))
            }
            _ => Ok(()),
        }
    }

    fn item_completed(&mut self, item: &ThreadItem) -> io::Result<()> {
        match item {
            ThreadItem::AgentMessage { id, text, .. } => self.complete(id, Style::Plain, "", text),
            ThreadItem::Plan { id, text } => self.complete(id, Style::Cyan, "", text),
            ThreadItem::Reasoning { id, summary, .. } => {
                self.complete(id, Style::Dim, "", &summary.join("\n"))
            }
            ThreadItem::CommandExecution {
                id,
                aggregated_output,
                exit_code,
                duration_ms,
                status,
                ..
            } => {
                self.complete(
                    id,
                    Style::Dim,
                    INDENT,
                    aggregated_output.as_deref().unwrap_or_default(),
                )?;
                self.command_end(status, *exit_code, *duration_ms)
            }
            ThreadItem::FileChange { status, .. } => match status {
                PatchApplyStatus::Completed => self.line(Style::Green, "applied"),
                PatchApplyStatus::Failed => self.line(Style::Red, "not applied"),
                PatchApplyStatus::Declined => self.line(Style::Yellow, "declined"),
                PatchApplyStatus::InProgress => Ok(()),
            },
            ThreadItem::McpToolCall { error, .. } => match error {
                Some(error) => self.line(Style::Red, &format!("{INDENT}{}", error.message)),
                None => self.line(Style::Green, &format!("{INDENT}done")),
            },
            ThreadItem::WebSearch { id, query, .. } => {
                self.paragraph(Some(id))?;
                self.line(Style::Dim, &format!("searched the web for {query}"))
            }
            ThreadItem::ImageView { id, path } => {
                self.paragraph(Some(id))?;
                self.line(Style::Dim, &format!("looked at {}", path.as_path().display()))
            }
            ThreadItem::ContextCompaction { id } => {
                self.paragraph(Some(id))?;
                self.line(Style::Dim, "the conversation was summarized to make room")
            }
            _ => Ok(()),
        }
    }

    fn command_end(
        &mut self,
        status: &CommandExecutionStatus,
        exit_code: Option<i32>,
        duration_ms: Option<i64>,
    ) -> io::Result<()> {
        let took = duration_ms.map_or_else(String::new, |ms| format!(" after {ms} ms"));
        match (status, exit_code) {
            (CommandExecutionStatus::Declined, _) => self.line(Style::Yellow, &format!("{INDENT}declined")),
            (_, Some(0)) => self.line(Style::Green, &format!("{INDENT}exit code 0{took}")),
            (_, Some(code)) => self.line(Style::Red, &format!("{INDENT}exit code {code}{took}")),
            (_, None) => self.line(Style::Red, &format!("{INDENT}ended{took}")),
        }
    }

    fn change(&mut self, change: &FileUpdateChange) -> io::Result<()> {
        let (title, mark) = match &change.kind {
            PatchChangeKind::Add => (format!("new file {}", change.path), Some('+')),
            PatchChangeKind::Delete => (format!("deleted file {}", change.path), Some('-')),
            PatchChangeKind::Update { move_path: Some(to) } => {
                (format!("{} becomes {}", change.path, to.display()), None)
            }
            PatchChangeKind::Update { move_path: None } => (change.path.clone(), None),
        };
        self.line(Style::Bold, &title)?;
        for line in change.diff.lines() {
            match mark.or(line.chars().next()) {
                // Whole files come as their content.
                Some('+') if mark.is_some() => self.line(Style::Green, &format!("+{line}"))?,
                Some('-') if mark.is_some() => self.line(Style::Red, &format!("-{line}"))?,
                Some('+') => self.line(Style::Green, line)?,
                Some('-') => self.line(Style::Red, line)?,
                Some('@') => self.line(Style::Cyan, line)?,
                _ => self.line(Style::Plain, line)?,
            }
        }
        Ok(())
    }

    fn plan(&mut self, update: &TurnPlanUpdatedNotification) -> io::Result<()> {
        self.paragraph(None)?;
        if let Some(explanation) = &update.explanation {
            self.line(Style::Plain, explanation)?;
        }
        for step in &update.plan {
            match step.status {
                TurnPlanStepStatus::Pending => self.line(Style::Plain, &format!("[ ] {}", step.step))?,
                TurnPlanStepStatus::InProgress => self.line(Style::Cyan, &format!("[>] {}", step.step))?,
                TurnPlanStepStatus::Completed => self.line(Style::Green, &format!("[x] {}", step.step))?,
            }
        }
        Ok(())
    }

    fn failure(&mut self, error: &TurnError) -> io::Result<()> {
        self.paragraph(None)?;
        self.line(Style::Red, &format!("error: {}", error.message))?;
        match &error.additional_details {
            Some(details) => self.line(Style::Dim, details),
            None => Ok(()),
        }
    }

    /// Shows a piece of an item that comes piece by piece.
    fn stream(&mut self, id: &str, style: Style, prefix: &str, delta: &str) -> io::Result<()> {
        self.paragraph(Some(id))?;
        self.streamed.insert(id.to_owned());
        self.text(style, prefix, delta)?;
        self.out.flush()
    }

    /// Ends an item that may have been streamed; otherwise this is the time to show its text.
    fn complete(&mut self, id: &str, style: Style, prefix: &str, text: &str) -> io::Result<()> {
        if !self.streamed.remove(id) && !text.is_empty() {
            self.paragraph(Some(id))?;
            self.text(style, prefix, text)?;
        }
        self.end_line()
    }

    /// Begins a new paragraph unless the last one is about the same item.
    fn paragraph(&mut self, item: Option<&str>) -> io::Result<()> {
        if item.is_some() && self.open.as_deref() == item {
            return Ok(());
        }
        self.end_line()?;
        self.open = item.map(str::to_owned);
        if std::mem::replace(&mut self.blank, false) {
            return Ok(());
        }
        writeln!(self.out)
    }

    fn end_line(&mut self) -> io::Result<()> {
        if !self.at_line_start {
            writeln!(self.out)?;
            self.at_line_start = true;
        }
        Ok(())
    }

    fn line(&mut self, style: Style, text: &str) -> io::Result<()> {
        self.end_line()?;
        self.text(style, "", text)?;
        self.end_line()?;
        self.out.flush()
    }

    /// Writes `text` with `prefix` before each of its lines. All that is shown goes through here, so that nothing but a
    /// [`Style`] moves the terminal.
    fn text(&mut self, style: Style, prefix: &str, text: &str) -> io::Result<()> {
        for line in text.split_inclusive('\n') {
            if self.at_line_start {
                self.out.write_all(prefix.as_bytes())?;
            }
            let whole = line.strip_suffix('\n');
            // Lines of a command on a terminal end so.
            let content = printable(whole.map_or(line, |line| line.strip_suffix('\r').unwrap_or(line)));
            match style.code() {
                code if self.colours && !code.is_empty() => write!(self.out, "{code}{content}{RESET}")?,
                _ => self.out.write_all(content.as_bytes())?,
            }
            self.at_line_start = whole.is_some();
            if self.at_line_start {
                writeln!(self.out)?;
            }
        }
        Ok(())
    }
}

/// Whether the output of a call says that it could not be made: `exec_command failed for …`.
fn is_failure(output: &str) -> bool {
    output
        .split_once(' ')
        .is_some_and(|(_, rest)| rest.starts_with("failed") || rest.starts_with("verification failed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn shown(colours: bool, events: &[(&str, Value)]) -> String {
        let mut screen = Renderer::new(Vec::new(), colours);
        for (method, params) in events {
            let mut params = params.clone();
            for (name, value) in [("threadId", json!("t")), ("turnId", json!("u"))] {
                params[name] = value;
            }
            let event = serde_json::from_value(json!({ "method": method, "params": params })).unwrap();
            screen.show(&event).unwrap();
        }
        String::from_utf8(screen.out).unwrap()
    }

    fn command(status: &str, exit_code: Option<i32>) -> Value {
        json!({ "item": { "type": "commandExecution", "id": "c", "command": "ls", "cwd": "/", "processId": null, "source": "agent",
            "status": status, "commandActions": [], "aggregatedOutput": "a\nb\n", "exitCode": exit_code, "durationMs": 5 }})
    }

    #[test]
    fn a_message_is_shown_once_as_it_streams() {
        let text =
            json!({ "item": { "type": "agentMessage", "id": "m", "text": "Hello you", "phase": null } });
        let got = shown(
            false,
            &[
                (
                    "item/agentMessage/delta",
                    json!({ "itemId": "m", "delta": "Hel" }),
                ),
                (
                    "item/agentMessage/delta",
                    json!({ "itemId": "m", "delta": "lo you" }),
                ),
                ("item/completed", text.clone()),
            ],
        );
        assert_eq!(got, "Hello you\n");
        assert_eq!(shown(false, &[("item/completed", text)]), "Hello you\n");
    }

    #[test]
    fn a_command_is_shown_with_its_output_and_exit_code() {
        let got = shown(
            false,
            &[
                ("item/started", command("inProgress", None)),
                (
                    "item/commandExecution/outputDelta",
                    json!({ "itemId": "c", "delta": "a\nb" }),
                ),
                ("item/completed", command("completed", Some(0))),
            ],
        );
        assert_eq!(got, "$ ls\n  a\n  b\n  exit code 0 after 5 ms\n");
    }

    #[test]
    fn only_styles_move_the_terminal() {
        let mut started = command("inProgress", None);
        started["item"]["command"] = json!("rm x\r\x1b[2Kls");
        let events = [
            ("item/started", started),
            (
                "item/commandExecution/outputDelta",
                json!({ "itemId": "c", "delta": "a\r\nb\x1b]0;x\x07\n" }),
            ),
            (
                "item/agentMessage/delta",
                json!({ "itemId": "m", "delta": "\x1b[1AHello" }),
            ),
        ];
        assert_eq!(
            shown(false, &events),
            "$ rm x␍␛[2Kls\n  a\n  b␛]0;x␇\n\n␛[1AHello"
        );
        let mut screen = Renderer::new(Vec::new(), true);
        screen.prompt("run `rm x\r\x1b[2Kls`? ").unwrap();
        let got = String::from_utf8(screen.out).unwrap();
        assert_eq!(got, "\x1b[33mrun `rm x␍␛[2Kls`? \x1b[0m");
    }

    #[test]
    fn a_call_that_fails_without_an_item_is_shown_and_others_are_not_shown_twice() {
        let output = |id: &str, text: &str| {
            (
                "rawResponseItem/completed",
                json!({ "item": { "type": "function_call_output", "call_id": id, "output": text } }),
            )
        };
        let failed = "exec_command failed for `ls`: no such folder";
        let got = shown(false, &[output("c", failed), output("d", "Plan updated")]);
        assert_eq!(got, format!("{failed}\n"));
        let begun = ("item/started", command("inProgress", None));
        assert_eq!(shown(false, &[begun, output("c", failed)]), "$ ls\n");
    }

    #[test]
    fn the_shell_around_a_command_is_not_shown() {
        assert_eq!(typed("/bin/bash -lc 'echo \"a b\" && ls'"), "echo \"a b\" && ls");
        assert_eq!(typed("git status"), "git status");
        assert_eq!(typed("bash -lc 'left open"), "bash -lc 'left open");
    }

    #[test]
    fn changes_are_shown_as_diffs_with_colours_where_wanted() {
        let item = json!({ "item": { "type": "fileChange", "id": "f", "status": "inProgress", "changes": [
            { "path": "/new", "kind": { "type": "add" }, "diff": "one\n" },
            { "path": "/old", "kind": { "type": "update", "move_path": null }, "diff": "@@ -1 +1 @@\n-a\n+b\n" },
        ]}});
        let plain = shown(false, &[("item/started", item.clone())]);
        assert_eq!(plain, "new file /new\n+one\n/old\n@@ -1 +1 @@\n-a\n+b\n");
        let coloured = shown(true, &[("item/started", item)]);
        assert!(
            coloured.contains("\x1b[32m+one\x1b[0m") && coloured.contains("\x1b[31m-a\x1b[0m"),
            "{coloured:?}"
        );
    }

    #[test]
    fn the_pieces_of_two_items_do_not_run_together() {
        let got = shown(
            false,
            &[
                (
                    "item/reasoning/summaryTextDelta",
                    json!({ "itemId": "r", "delta": "thinking", "summaryIndex": 0 }),
                ),
                (
                    "item/agentMessage/delta",
                    json!({ "itemId": "m", "delta": "saying" }),
                ),
            ],
        );
        assert_eq!(got, "thinking\n\nsaying");
    }
}
