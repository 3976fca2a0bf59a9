//! Whether a command runs, is asked about, or is refused (turns.md §16), and what an answer means (§17).

use std::path::{Path, PathBuf};

use codex_config::{AskForApproval, GranularApproval};
use codex_protocol::{CommandExecutionApprovalDecision, CommandExecutionRequestApprovalResponse};
use codex_shell::Source;

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
    /// Commands run in a sandbox of ours.
    pub(crate) sandboxed: bool,
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
        let singles: Vec<(Vec<String>, Single)> = commands
            .into_iter()
            .map(|words| {
                let matches = self.rules.matches(&words);
                let single = if matches.is_empty() {
                    Single::ByNature(self.nature(&words, source, judged))
                } else {
                    Single::ByRule(matches)
                };
                (words, single)
            })
            .collect();
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
                let by_rules = !singles.is_empty()
                    && singles
                        .iter()
                        .all(|(_, single)| matches!(single, Single::ByRule(_)));
                let any_rule = singles
                    .iter()
                    .any(|(_, single)| matches!(single, Single::ByRule(_)));
                let proposal = if any_rule || !may_propose {
                    None
                } else {
                    singles.into_iter().next().map(|(words, _)| words)
                };
                Verdict::Run {
                    outside: by_rules || judged.escalated,
                    proposal,
                }
            }
        }
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
    fn nature(&self, words: &[String], source: Source, judged: Judged<'_>) -> Decision {
        if source != Source::HereDocument && codex_shell::is_safe(words) {
            return Decision::Allow;
        }
        if codex_shell::is_dangerous(words) {
            return match self.policy {
                AskForApproval::Never if self.sandboxed => Decision::Forbidden,
                AskForApproval::Never => Decision::Allow,
                _ => Decision::Prompt,
            };
        }
        match self.policy {
            AskForApproval::Never | AskForApproval::OnFailure => Decision::Allow,
            AskForApproval::UnlessTrusted => Decision::Prompt,
            AskForApproval::OnRequest | AskForApproval::Granular(_) => {
                let leaves = judged.escalated || judged.wants_more;
                if leaves && self.sandboxed {
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
    ) -> Self {
        let more = more
            .map(|grant| (grant.read.clone(), grant.write.clone(), grant.network))
            .unwrap_or_default();
        CommandKey {
            words: codex_shell::approval_key(argv),
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
        let rules = RuleBook::empty(SavedRules::new(Path::new("/nowhere")));
        let argv = bash(script);
        Situation {
            rules: &rules,
            policy,
            sandboxed,
        }
        .judge(Judged {
            argv: &argv,
            escalated,
            wants_more: false,
            prefix_rule: None,
        })
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
                outside: true,
                proposal: Some(vec!["ls".into()])
            }
        );
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
