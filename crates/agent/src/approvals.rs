//! Whether a command runs, is asked about, or is refused (turns.md §16), and what an answer means (§17).

use std::path::{Path, PathBuf};

use codex_config::{AskForApproval, GranularApproval};
use codex_protocol::{CommandExecutionApprovalDecision, CommandExecutionRequestApprovalResponse};
use codex_sandbox::{Access, Policy, real_path};
use codex_shell::{Command, Source};

use crate::event::Reply;
use crate::rules::{Decision, Match, RuleBook};

/// What is to become of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It runs.
    Run {
        /// Outside the sandbox.
        outside: bool,
        /// The rule that a question after a failure would propose.
        proposal: Option<Vec<String>>,
    },
    /// The user decides.
    Ask {
        /// What a rule says about it; outdoes the command's own justification.
        reason: Option<String>,
        /// The rule that would spare the question.
        proposal: Option<Vec<String>>,
    },
    /// It doesn't run; why.
    Refuse(String),
}

/// What has to be known of a command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judged<'a> {
    /// Program and arguments.
    pub(crate) argv: &'a [String],
    /// It asks to leave the sandbox.
    pub(crate) escalated: bool,
    /// It asks for more permissions than it was granted before.
    pub(crate) wants_more: bool,
    /// The rule that the model proposes.
    pub(crate) prefix_rule: Option<&'a [String]>,
}

/// What holds for the turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Situation<'a> {
    pub(crate) rules: &'a RuleBook,
    pub(crate) policy: AskForApproval,
    /// What commands may do.
    pub(crate) sandbox: &'a Policy,
}

/// Where a system keeps its programs.
const SYSTEM_FOLDERS: [&str; 3] = ["/bin", "/sbin", "/usr"];

/// Whether a program given by path is the one it is named like: a file that no command of this sandbox could have written,
/// without a sandbox one of the system's. A relative path may lead anywhere once a script has changed the folder.
pub(crate) fn knows_program(sandbox: &Policy, path: &str) -> bool {
    let path = Path::new(path);
    let Some(real) = real_path(path).filter(|_| path.is_absolute()) else {
        return false;
    };
    match sandbox {
        Policy::Restricted(restricted) => restricted.access(&real) != Access::Write,
        Policy::FullAccess | Policy::External { .. } => {
            SYSTEM_FOLDERS.iter().any(|folder| real.starts_with(folder))
        }
    }
}

/// Whether the shell around a command's script, if there is one, is not what its name says: then neither is the script.
pub(crate) fn is_opaque(sandbox: &Policy, argv: &[String]) -> bool {
    codex_shell::shell_script(argv).is_some() && argv[0].contains('/') && !knows_program(sandbox, &argv[0])
}

/// What is made of one command of a script.
enum Single {
    ByRule(Vec<Match>),
    ByNature(Decision),
}

impl Situation<'_> {
    /// Judges a command by rules, by what is known of it, and by the policy.
    pub(crate) fn judge(&self, judged: Judged<'_>) -> Verdict {
        let codex_shell::Commands { commands, source } = codex_shell::commands(judged.argv);
        let is_opaque = is_opaque(self.sandbox, judged.argv);
        let mut singles: Vec<(Vec<String>, Single)> = Vec::new();
        if is_opaque {
            singles.push(self.single(&Command::of_list(judged.argv), Source::List, judged));
        }
        for command in &commands {
            let single = self.single(command, source, judged);
            // What a script seems to do counts against it all the same.
            if !is_opaque || single.1.decision() > Decision::Allow {
                singles.push(single);
            }
        }
        let decision = singles
            .iter()
            .map(|(_, single)| single.decision())
            .max()
            .unwrap_or(Decision::Allow);
        let command = codex_shell::quote(judged.argv);
        // What a here-document makes of a command is not in its words, so no rule about these is proposed.
        let may_propose = source != Source::HereDocument;
        match decision {
            Decision::Forbidden => Verdict::Refuse(match strictest(&singles) {
                Some(found) => match &found.justification {
                    Some(why) => format!("`{command}` rejected: {why}"),
                    None => format!(
                        "`{command}` rejected: policy forbids commands starting with `{}`",
                        codex_shell::quote(&found.prefix)
                    ),
                },
                None => format!("`{command}` rejected: blocked by policy"),
            }),
            Decision::Prompt => self.question(&singles, &command, judged, may_propose),
            Decision::Allow => {
                let is_ruled = |single: &Single| matches!(single, Single::ByRule(_));
                let by_rules = singles.iter().all(|(_, single)| is_ruled(single));
                let any_rule = singles.iter().any(|(_, single)| is_ruled(single));
                // Being safe is a reason not to ask, none to leave the sandbox. A rule lets one leave, also behind a `cd`.
                let by_wish = judged.escalated
                    && any_rule
                    && source == Source::Script
                    && singles
                        .iter()
                        .all(|(words, single)| is_ruled(single) || codex_shell::is_harmless_builtin(words));
                let proposal = if any_rule || !may_propose {
                    None
                } else {
                    singles.into_iter().next().map(|(words, _)| words)
                };
                Verdict::Run {
                    outside: by_rules || by_wish,
                    proposal,
                }
            }
        }
    }

    /// Judges one command by the rules about its words, as they are written and as the shell reads them, else by its nature.
    fn single(&self, command: &Command, source: Source, judged: Judged<'_>) -> (Vec<String>, Single) {
        let knows = |path: &str| knows_program(self.sandbox, path);
        let mut matches = self.rules.matches(&command.words, &knows);
        if command.read != command.words {
            // An allowing rule has to name what is written.
            let stricter = self.rules.matches(&command.read, &knows);
            matches.extend(
                stricter
                    .into_iter()
                    .filter(|found| found.decision > Decision::Allow),
            );
        }
        let single = if matches.is_empty() {
            Single::ByNature(self.nature(command, source, judged))
        } else {
            Single::ByRule(matches)
        };
        (command.words.clone(), single)
    }

    fn question(
        &self,
        singles: &[(Vec<String>, Single)],
        command: &str,
        judged: Judged<'_>,
        may_propose: bool,
    ) -> Verdict {
        let rule = strictest(singles).filter(|found| found.decision == Decision::Prompt);
        let granular = |asked: fn(&GranularApproval) -> bool| match &self.policy {
            AskForApproval::Granular(granular) => asked(granular),
            _ => true,
        };
        if self.policy == AskForApproval::Never {
            return Verdict::Refuse("approval required by policy, but AskForApproval is set to Never".into());
        }
        if rule.is_some() && !granular(|g| g.rules) {
            return Verdict::Refuse(
                "approval required by policy rule, but AskForApproval::Granular.rules is false".into(),
            );
        }
        if rule.is_none() && !granular(|g| g.sandbox_approval) {
            return Verdict::Refuse(
                "approval required by policy, but AskForApproval::Granular.sandbox_approval is false".into(),
            );
        }
        if let Some(found) = rule {
            let reason = match &found.justification {
                Some(why) => format!("`{command}` requires approval: {why}"),
                None => format!("`{command}` requires approval by policy"),
            };
            return Verdict::Ask {
                reason: Some(reason),
                proposal: None,
            };
        }
        Verdict::Ask {
            reason: None,
            proposal: if may_propose {
                self.proposal(singles, judged)
            } else {
                None
            },
        }
    }

    /// The rule to propose: the model's, if it would do and is not too wide, else the words that made the question.
    fn proposal(&self, singles: &[(Vec<String>, Single)], judged: Judged<'_>) -> Option<Vec<String>> {
        let asked = judged.prefix_rule.filter(|_| judged.escalated).filter(|prefix| {
            let settles = |(words, single): &(Vec<String>, Single)| {
                RuleBook::prefix_covers(prefix, words) || single.decision() == Decision::Allow
            };
            let begins = singles
                .iter()
                .any(|(words, _)| RuleBook::prefix_covers(prefix, words));
            let ruled = singles
                .iter()
                .any(|(_, single)| matches!(single, Single::ByRule(_)));
            begins && !ruled && singles.iter().all(settles) && !codex_shell::is_too_wide(prefix)
        });
        if let Some(prefix) = asked {
            return Some(prefix.to_vec());
        }
        singles
            .iter()
            .find(|(_, single)| single.decision() == Decision::Prompt)
            .map(|(words, _)| words.clone())
    }

    /// What becomes of a command that no rule speaks of.
    fn nature(&self, command: &Command, source: Source, judged: Judged<'_>) -> Decision {
        let sandboxed = self.sandbox.is_sandboxed();
        let leaves = (judged.escalated || judged.wants_more) && sandboxed;
        let knows = |path: &str| knows_program(self.sandbox, path);
        if source != Source::HereDocument && codex_shell::is_safe(command, &knows) {
            // Looking is harmless only as far as nothing is hidden.
            return match self.sandbox {
                Policy::Restricted(restricted) if leaves && !restricted.reads_everything() => {
                    Decision::Prompt
                }
                _ => Decision::Allow,
            };
        }
        if codex_shell::is_dangerous(command) {
            return match self.policy {
                AskForApproval::Never if sandboxed => Decision::Forbidden,
                AskForApproval::Never => Decision::Allow,
                _ => Decision::Prompt,
            };
        }
        match self.policy {
            AskForApproval::Never | AskForApproval::OnFailure => Decision::Allow,
            AskForApproval::UnlessTrusted => Decision::Prompt,
            AskForApproval::OnRequest | AskForApproval::Granular(_) => {
                if leaves {
                    Decision::Prompt
                } else {
                    Decision::Allow
                }
            }
        }
    }
}

impl Single {
    fn decision(&self) -> Decision {
        match self {
            Single::ByRule(matches) => matches
                .iter()
                .map(|found| found.decision)
                .max()
                .unwrap_or(Decision::Allow),
            Single::ByNature(decision) => *decision,
        }
    }
}

/// The strictest rule that speaks of any of the commands; of equals the first with the longest prefix.
fn strictest(singles: &[(Vec<String>, Single)]) -> Option<&Match> {
    let mut best: Option<&Match> = None;
    for (_, single) in singles {
        let Single::ByRule(matches) = single else { continue };
        for found in matches {
            if best
                .is_none_or(|best| (found.decision, found.prefix.len()) > (best.decision, best.prefix.len()))
            {
                best = Some(found);
            }
        }
    }
    best
}

/// How a policy is called in refusals (turns.md §16).
pub(crate) fn policy_name(policy: AskForApproval) -> String {
    match policy {
        AskForApproval::Never => "Never".into(),
        AskForApproval::OnFailure => "OnFailure".into(),
        AskForApproval::OnRequest => "OnRequest".into(),
        AskForApproval::UnlessTrusted => "UnlessTrusted".into(),
        AskForApproval::Granular(g) => format!(
            "Granular(GranularApprovalConfig {{ sandbox_approval: {}, rules: {}, skill_approval: {}, request_permissions: {}, mcp_elicitations: {} }})",
            g.sandbox_approval, g.rules, g.skill_approval, g.request_permissions, g.mcp_elicitations
        ),
    }
}

/// A command that was accepted for the session: equal keys are not asked about again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct CommandKey {
    words: Vec<String>,
    cwd: PathBuf,
    escalated: bool,
    more: (Vec<PathBuf>, Vec<PathBuf>, bool),
}

impl CommandKey {
    pub(crate) fn new(
        argv: &[String],
        cwd: &Path,
        escalated: bool,
        more: Option<&crate::tools::permissions::Grant>,
        sandbox: &Policy,
    ) -> Self {
        let more = more
            .map(|grant| (grant.read.clone(), grant.write.clone(), grant.network))
            .unwrap_or_default();
        CommandKey {
            words: if is_opaque(sandbox, argv) {
                argv.to_vec()
            } else {
                codex_shell::approval_key(argv)
            },
            cwd: cwd.to_owned(),
            escalated,
            more,
        }
    }
}

/// What an answer to a question about a command means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ruling {
    /// Run it.
    Accept,
    /// Run it, and don't ask about it again in this thread.
    ForSession,
    /// Run it, and save this prefix.
    Save(Vec<String>),
    /// Don't run it.
    Decline,
    /// Don't run it: a hook said so; what the model is told.
    Denied(String),
    /// Don't run it; the answer was an error.
    Failed,
    /// Don't run it, and stop the turn.
    Cancel,
}

impl Ruling {
    /// What isn't a decision declines.
    pub(crate) fn of(reply: Reply) -> Self {
        use CommandExecutionApprovalDecision as Decided;
        let Ok(reply) = reply else { return Ruling::Failed };
        let Ok(reply) = serde_json::from_str::<CommandExecutionRequestApprovalResponse>(reply.get()) else {
            return Ruling::Decline;
        };
        match reply.decision {
            Decided::Accept => Ruling::Accept,
            Decided::AcceptForSession => Ruling::ForSession,
            Decided::AcceptWithExecpolicyAmendment { execpolicy_amendment } => {
                Ruling::Save(execpolicy_amendment)
            }
            // Nothing asks about network hosts, so there is nothing to apply; running is what was agreed to.
            Decided::ApplyNetworkPolicyAmendment { .. } => Ruling::Accept,
            Decided::Decline => Ruling::Decline,
            Decided::Cancel => Ruling::Cancel,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::SavedRules;

    fn bash(script: &str) -> Vec<String> {
        ["/bin/bash", "-c", script].map(str::to_owned).to_vec()
    }

    fn judge(policy: AskForApproval, sandboxed: bool, script: &str, escalated: bool) -> Verdict {
        let sandbox = if sandboxed {
            Policy::workspace_write(codex_sandbox::WorkspaceWrite::new("/work"))
        } else {
            Policy::FullAccess
        };
        judge_by("", policy, &sandbox, &bash(script), escalated)
    }

    fn judge_by(
        rules: &str,
        policy: AskForApproval,
        sandbox: &Policy,
        argv: &[String],
        escalated: bool,
    ) -> Verdict {
        let home = tempfile::tempdir().expect("tempdir");
        std::fs::write(home.path().join("a.rules"), rules).expect("written");
        let rules = RuleBook::load([home.path()], SavedRules::new(Path::new("/nowhere"))).expect("rules");
        Situation {
            rules: &rules,
            policy,
            sandbox,
        }
        .judge(Judged {
            argv,
            escalated,
            wants_more: false,
            prefix_rule: None,
        })
    }

    fn list(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn asks(verdict: &Verdict) -> bool {
        matches!(verdict, Verdict::Ask { .. })
    }

    #[test]
    fn untrusted_asks_about_all_that_is_not_safe() {
        assert!(!asks(&judge(
            AskForApproval::UnlessTrusted,
            false,
            "ls && cat a",
            false
        )));
        let verdict = judge(AskForApproval::UnlessTrusted, false, "ls && touch a", false);
        assert_eq!(
            verdict,
            Verdict::Ask {
                reason: None,
                proposal: Some(vec!["touch".into(), "a".into()])
            }
        );
    }

    #[test]
    fn on_request_asks_only_about_leaving_a_sandbox_there_is() {
        assert!(!asks(&judge(AskForApproval::OnRequest, true, "touch a", false)));
        assert!(asks(&judge(AskForApproval::OnRequest, true, "touch a", true)));
        assert!(!asks(&judge(AskForApproval::OnRequest, false, "touch a", true)));
        assert_eq!(
            judge(AskForApproval::OnRequest, true, "ls", true),
            Verdict::Run {
                outside: false,
                proposal: Some(vec!["ls".into()])
            },
            "a safe command is not asked about, so it stays inside"
        );
    }

    #[test]
    fn what_commands_could_have_written_is_not_what_it_is_named_like() {
        let dir = tempfile::tempdir().expect("tempdir");
        let work = dir.path().canonicalize().expect("a real path");
        let sandbox = Policy::workspace_write(codex_sandbox::WorkspaceWrite::new(&work));
        let own = |name: &str| work.join(name).to_string_lossy().into_owned();
        let rules = "prefix_rule([\"git\", \"pull\"])\nprefix_rule([\"git\", \"push\"], \"forbidden\")\n";
        let judge = |argv: &[String]| judge_by(rules, AskForApproval::OnRequest, &sandbox, argv, true);
        for argv in [
            list(&["./ls"]),
            list(&[&own("ls")]),
            list(&[&own("bash"), "-lc", "ls"]),
            list(&["./bash", "-lc", "git pull"]),
            list(&["./git", "pull"]),
            bash("./ls"),
            bash(&format!("{} -c ls", own("bash"))),
        ] {
            assert!(asks(&judge(&argv)), "{argv:?}");
        }
        for argv in [
            list(&["git", "pull"]),
            list(&["/usr/bin/git", "pull"]),
            bash("cd x && git pull"),
        ] {
            assert!(
                matches!(judge(&argv), Verdict::Run { outside: true, .. }),
                "{argv:?}"
            );
        }
        for argv in [
            list(&["./git", "push"]),
            list(&["./bash", "-lc", "git push"]),
            bash(r"\git pu\sh"),
        ] {
            assert!(matches!(judge(&argv), Verdict::Refuse(_)), "{argv:?}");
        }
        assert!(!asks(&judge_by(
            "",
            AskForApproval::UnlessTrusted,
            &sandbox,
            &list(&["/bin/ls"]),
            false
        )));
        assert!(asks(&judge_by(
            "",
            AskForApproval::UnlessTrusted,
            &Policy::FullAccess,
            &list(&[&own("ls")]),
            false
        )));
    }

    #[test]
    fn a_safe_command_that_would_see_what_is_hidden_is_asked_about() {
        let sandbox = Policy::Restricted(codex_sandbox::Restricted {
            base: Access::None,
            rules: Vec::new(),
            network: false,
        });
        let judge = |escalated| {
            judge_by(
                "",
                AskForApproval::OnRequest,
                &sandbox,
                &list(&["cat", "x"]),
                escalated,
            )
        };
        assert!(asks(&judge(true)) && !asks(&judge(false)));
    }

    #[test]
    fn what_was_accepted_with_one_shell_is_not_accepted_with_a_written_one() {
        let sandbox = Policy::workspace_write(codex_sandbox::WorkspaceWrite::new("/work"));
        let key = |shell: &str| {
            CommandKey::new(
                &list(&[shell, "-lc", "make"]),
                Path::new("/work"),
                true,
                None,
                &sandbox,
            )
        };
        assert_eq!(key("/bin/bash"), key("zsh"));
        assert_ne!(key("/bin/bash"), key("/work/bash"));
        assert_ne!(key("./bash"), key("/work/bash"));
    }

    #[test]
    fn dangerous_commands_are_asked_about_and_refused_where_nothing_may_be_asked() {
        assert!(asks(&judge(AskForApproval::OnFailure, true, "rm -rf x", false)));
        let refused = "`/bin/bash -c 'rm -rf x'` rejected: blocked by policy";
        assert_eq!(
            judge(AskForApproval::Never, true, "rm -rf x", false),
            Verdict::Refuse(refused.into())
        );
        assert!(matches!(
            judge(AskForApproval::Never, false, "rm -rf x", false),
            Verdict::Run { .. }
        ));
    }

    #[test]
    fn what_is_no_decision_declines() {
        let raw = |json: &str| serde_json::value::RawValue::from_string(json.into()).expect("json");
        assert_eq!(Ruling::of(Ok(raw(r#"{"decision":"maybe"}"#))), Ruling::Decline);
        assert_eq!(Ruling::of(Ok(raw(r#"{"decision":"accept"}"#))), Ruling::Accept);
        assert_eq!(Ruling::of(Err(crate::event::AskError::Withdrawn)), Ruling::Failed);
    }
}
