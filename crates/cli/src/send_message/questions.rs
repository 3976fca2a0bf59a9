//! What the server may ask the person at the terminal, and how a line they type answers it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use codex_protocol::*;
use serde_json::{Value, json};

use super::render::typed;

/// A question of the server.
#[derive(Debug)]
pub enum Question {
    /// May this command run?
    Command(CommandExecutionRequestApprovalParams),
    /// May these files be changed?
    Files(FileChangeRequestApprovalParams),
    /// May the turn do more than its sandbox allows?
    Permissions(PermissionsRequestApprovalParams),
    /// Questions of the model, with the answers so far.
    Input(
        ToolRequestUserInputParams,
        BTreeMap<String, ToolRequestUserInputAnswer>,
    ),
}

/// What became of a typed line.
#[derive(Debug, PartialEq)]
pub enum Taken {
    /// It answers the question with this result.
    Answer(Value),
    /// Something is still to be asked, or the line was not understood.
    Again,
}

/// The four answers of an approval.
#[derive(Clone, Copy)]
enum Verdict {
    Yes,
    Always,
    No,
    Cancel,
}

impl Verdict {
    fn read(line: &str) -> Option<Self> {
        match line.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => Some(Self::Yes),
            "a" | "always" => Some(Self::Always),
            "n" | "no" => Some(Self::No),
            "c" | "cancel" => Some(Self::Cancel),
            _ => None,
        }
    }
}

impl Question {
    /// The question behind a request, if it is one a person can answer here.
    pub fn new(request: ServerRequest) -> Option<Self> {
        match request {
            ServerRequest::ItemCommandExecutionRequestApproval(params) => Some(Self::Command(params)),
            ServerRequest::ItemFileChangeRequestApproval(params) => Some(Self::Files(params)),
            ServerRequest::ItemPermissionsRequestApproval(params) => Some(Self::Permissions(params)),
            ServerRequest::ItemToolRequestUserInput(params) => Some(Self::Input(params, BTreeMap::new())),
            _ => None,
        }
    }

    /// What it is about, in a sentence.
    pub fn what(&self) -> String {
        let reason = |reason: &Option<String>| {
            reason
                .as_ref()
                .map_or_else(String::new, |text| format!(" ({text})"))
        };
        match self {
            Self::Command(p) => match &p.command {
                Some(command) => format!(
                    "Approval to run `{}`{} is needed.",
                    typed(command),
                    reason(&p.reason)
                ),
                None => format!(
                    "Approval for access to the network{} is needed.",
                    reason(&p.reason)
                ),
            },
            Self::Files(p) => format!("Approval to change these files{} is needed.", reason(&p.reason)),
            Self::Permissions(p) => format!("More permissions{} are needed.", reason(&p.reason)),
            Self::Input(p, _) => format!(
                "The agent has {} for you.",
                if p.questions.len() == 1 {
                    "a question"
                } else {
                    "questions"
                }
            ),
        }
    }

    /// What to show before a line is read.
    pub fn prompt(&self) -> String {
        match self {
            Self::Command(_) | Self::Files(_) => {
                format!(
                    "{} [y]es, [a]lways in this session, [n]o, [c]ancel the turn? ",
                    self.what()
                )
            }
            Self::Permissions(_) => format!(
                "{} [y]es for this turn, [a]lways in this session, [n]o? ",
                self.what()
            ),
            Self::Input(params, answers) => {
                let Some(question) = params.questions.get(answers.len()) else {
                    return String::new();
                };
                let mut text = format!("{}: {}\n", question.header, question.question);
                for (n, option) in question.options.iter().flatten().enumerate() {
                    writeln!(text, "  {}. {} - {}", n + 1, option.label, option.description)
                        .expect("writing to a string");
                }
                text + "> "
            }
        }
    }

    /// Takes a line as an answer.
    pub fn take(&mut self, line: &str) -> Taken {
        if let Self::Input(params, answers) = self {
            return take_input(params, answers, line);
        }
        let Some(verdict) = Verdict::read(line) else {
            return Taken::Again;
        };
        let answer = match self {
            Self::Permissions(p) => match verdict {
                Verdict::Yes => json!({ "permissions": p.permissions, "scope": "turn" }),
                Verdict::Always => json!({ "permissions": p.permissions, "scope": "session" }),
                Verdict::No | Verdict::Cancel => self.declined(),
            },
            _ => json!({ "decision": match verdict {
                Verdict::Yes => "accept",
                Verdict::Always => "acceptForSession",
                Verdict::No => "decline",
                Verdict::Cancel => "cancel",
            }}),
        };
        Taken::Answer(answer)
    }

    /// The answer that allows nothing and tells nothing.
    pub fn declined(&self) -> Value {
        match self {
            Self::Command(_) | Self::Files(_) => json!({ "decision": "decline" }),
            Self::Permissions(_) => json!({ "permissions": {}, "scope": "turn" }),
            Self::Input(..) => json!({ "answers": {} }),
        }
    }
}

/// Takes a line as the answer to the first question that has none: the number of an option, or words.
fn take_input(
    params: &ToolRequestUserInputParams,
    answers: &mut BTreeMap<String, ToolRequestUserInputAnswer>,
    line: &str,
) -> Taken {
    if let Some(question) = params.questions.get(answers.len()) {
        let options = question.options.as_deref().unwrap_or_default();
        let chosen = line
            .trim()
            .parse::<usize>()
            .ok()
            .and_then(|n| options.get(n.checked_sub(1)?));
        let text = chosen.map_or_else(|| line.trim().to_owned(), |option| option.label.clone());
        if text.is_empty() {
            return Taken::Again;
        }
        answers.insert(
            question.id.clone(),
            ToolRequestUserInputAnswer { answers: vec![text] },
        );
    }
    if answers.len() < params.questions.len() {
        return Taken::Again;
    }
    Taken::Answer(json!({ "answers": answers }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(method: &str, params: Value) -> Question {
        let request = json!({ "method": method, "params": params });
        Question::new(serde_json::from_value(request).unwrap()).unwrap()
    }

    #[test]
    fn a_letter_or_a_word_answers_an_approval_and_anything_else_is_asked_again() {
        let ids = json!({ "threadId": "t", "turnId": "u", "itemId": "i", "command": "rm x" });
        let mut asked = question("item/commandExecution/requestApproval", ids);
        for (line, decision) in [
            ("y", "accept"),
            (" Yes ", "accept"),
            ("a", "acceptForSession"),
            ("n", "decline"),
            ("c", "cancel"),
        ] {
            assert_eq!(
                asked.take(line),
                Taken::Answer(json!({ "decision": decision })),
                "{line}"
            );
        }
        assert_eq!(asked.take(""), Taken::Again);
        assert_eq!(asked.take("maybe"), Taken::Again);
        assert_eq!(asked.declined(), json!({ "decision": "decline" }));
    }

    #[test]
    fn granted_permissions_are_those_asked_for() {
        let network = json!({ "network": { "enabled": true } });
        let params = json!({ "threadId": "t", "turnId": "u", "itemId": "i", "cwd": "/", "reason": null, "permissions": network });
        let mut asked = question("item/permissions/requestApproval", params);
        let Taken::Answer(yes) = asked.take("y") else {
            panic!("asked again")
        };
        assert_eq!(
            (&yes["permissions"]["network"]["enabled"], &yes["scope"]),
            (&json!(true), &json!("turn"))
        );
        assert_eq!(
            asked.take("n"),
            Taken::Answer(json!({ "permissions": {}, "scope": "turn" }))
        );
    }

    #[test]
    fn questions_are_asked_one_after_the_other_and_options_chosen_by_number() {
        let options =
            json!([{ "label": "Red", "description": "warm" }, { "label": "Blue", "description": "cold" }]);
        let mut asked = question(
            "item/tool/requestUserInput",
            json!({ "threadId": "t", "turnId": "u", "itemId": "i", "questions": [
                { "id": "colour", "header": "Colour", "question": "Which?", "options": options },
                { "id": "name", "header": "Name", "question": "What?", "options": null },
            ]}),
        );
        assert!(asked.prompt().contains("2. Blue - cold"));
        assert_eq!(asked.take("2"), Taken::Again);
        assert!(asked.prompt().starts_with("Name: What?"));
        assert_eq!(asked.take(" "), Taken::Again);
        let answers = json!({ "colour": { "answers": ["Blue"] }, "name": { "answers": ["7"] } });
        assert_eq!(asked.take("7"), Taken::Answer(json!({ "answers": answers })));
    }
}
