//! The texts a model is given by us rather than by the user or the catalogue. Their wording is our own; what they have to
//! say stands in turns.md §10.

use std::fmt::Write as _;
use std::path::PathBuf;

use codex_config::{AskForApproval, PermissionProfile};

/// Asks for the summary that takes the place of a history (agent.md §3.2).
pub(crate) const COMPACT: &str = "\
The conversation so far is about to be replaced by a summary that you write now. Another model will go on from it and sees
nothing else of what happened, so write a hand-over:

- what the user wants, in their terms, with every constraint and preference they stated;
- what has been done and decided, and why; which files were touched and how;
- what was found out that was not obvious: commands that work, errors and their causes, places in the code;
- what is left to do, with the very next step first.

Be complete but brief. Do not call tools, and do not address the user.";

/// Heads a summary in the history.
pub(crate) const SUMMARY_PREFIX: &str = "\
The earlier part of this conversation was condensed into the following hand-over by the model that led it. Build on it
instead of doing the work again:";

/// Stands in the history where the user stopped a turn.
pub(crate) const TURN_ABORTED: &str = "\
<turn_aborted>
The user stopped the previous turn on purpose. Commands and tools that were running may have been carried out in part; look
at the present state before relying on them.
</turn_aborted>";

/// Behaviour in plan mode.
pub(crate) const PLAN_MODE: &str = "\
# Plan mode

You and the user are working out a plan; nothing is carried out yet. Plan mode lasts until a developer message ends it,
whatever the user's tone.

- Look around as much as you need: read files, search, run commands that change nothing. Don't edit files, don't install,
  migrate, commit or generate anything.
- Settle what can be found out by looking before you ask. Ask about what only the user can decide: goals, scope,
  trade-offs. Use the tool `request_user_input` for that, with a few concrete options each.
- Don't use `update_plan`: that is a checklist for work under way.
- When nothing important is open, give the plan once, so complete that somebody else could carry it out without deciding
  anything: what changes and where, interfaces, data flow, edge cases, how it will be tested, what was assumed.

Put the final plan between two lines of their own, `<proposed_plan>` and `</proposed_plan>`, as Markdown. Words for the
user outside the plan stay outside these lines. Give a new complete block when the plan changes.";

/// Behaviour in default mode.
pub(crate) const DEFAULT_MODE: &str = "\
# Default mode

Instructions of an earlier mode no longer hold. Carry the task out: prefer sensible assumptions, stated briefly, over
questions, and go on until the work is done. Ask only when a wrong guess would cost more than the question. The tool
`request_user_input` may be unavailable here; then ask in plain text.";

/// Heads the instructions of a model that takes over from another.
pub(crate) const MODEL_SWITCH: &str = "\
The conversation so far was led by another model. From here on these instructions hold for you:";

/// What the model is told about its sandbox and about asking: the inside of `<permissions instructions>`.
pub(crate) fn permissions(profile: &PermissionProfile, roots: &[PathBuf], policy: AskForApproval) -> String {
    let mut out = String::new();
    match profile {
        PermissionProfile::Disabled => out.push_str(
            "Commands run without a sandbox: they may read and write all files and use the network.",
        ),
        PermissionProfile::External { .. } => {
            let network = if profile.network_enabled() {
                "open"
            } else {
                "closed"
            };
            let _ = write!(
                out,
                "Commands run in a sandbox set up around this program; within it nothing else is held back. The network is {network}."
            );
        }
        PermissionProfile::Managed { .. } if profile.writes_everywhere() => {
            out.push_str("Commands may read and write all files.");
        }
        PermissionProfile::Managed { .. } if roots.is_empty() => {
            out.push_str("The sandbox is `read-only`: commands may read files and write none.");
        }
        PermissionProfile::Managed { .. } => {
            out.push_str(
                "The sandbox is `workspace-write`: commands may read files and write in these folders:\n",
            );
            for root in roots {
                let _ = writeln!(out, "- {}", root.display());
            }
            out.push_str(
                "Version control and agent folders at their top (.git, .codex, .agents) stay read-only.",
            );
        }
    }
    if matches!(profile, PermissionProfile::Managed { .. }) {
        out.push_str(if profile.network_enabled() {
            " The network is open."
        } else {
            " There is no network."
        });
    }
    out.push_str("\n\n");
    out.push_str(match policy {
        AskForApproval::Never => "The user is never asked for approval. Do all you can within these limits and report what they prevented.",
        AskForApproval::OnFailure => {
            "A command that the sandbox stops is shown to the user, who may let it run again outside. Don't ask for escalation yourself."
        }
        AskForApproval::UnlessTrusted => {
            "The user is asked about every command that is not known to be harmless, such as plain reading and listing."
        }
        AskForApproval::OnRequest => ON_REQUEST,
        AskForApproval::Granular(_) => ON_REQUEST,
    });
    if let AskForApproval::Granular(granular) = policy {
        let mut refused = Vec::new();
        for (asked, what) in [
            (granular.sandbox_approval, "leaving the sandbox"),
            (granular.rules, "commands that a rule wants approved"),
            (granular.skill_approval, "scripts of skills"),
            (granular.request_permissions, "the tool request_permissions"),
            (granular.mcp_elicitations, "questions of MCP servers"),
        ] {
            if !asked {
                refused.push(what);
            }
        }
        if !refused.is_empty() {
            let _ = write!(out, "\nRefused without asking: {}.", refused.join(", "));
        }
    }
    out
}

const ON_REQUEST: &str = "\
A command that needs more than the sandbox gives (writing elsewhere, the network, a graphical program) may ask the user: set
`sandbox_permissions` to `require_escalated` and give a one-sentence `justification` phrased as a question to the user. When
an important command fails because of the sandbox, ask that way right away instead of working around it. `prefix_rule` may
propose the first words of the command as a rule to be saved; make it specific, never a bare interpreter or shell. Don't
ask before destructive commands that the user did not ask for; don't use them.";

/// The list of saved command prefixes, for the permissions part.
pub(crate) fn saved_prefixes(prefixes: &[Vec<String>]) -> String {
    let mut out = String::from(
        "\n\nCommands that begin with these words were approved for good and run outside the sandbox:\n",
    );
    for prefix in prefixes {
        let _ = writeln!(out, "- {}", serde_json::to_string(prefix).unwrap_or_default());
    }
    out.truncate(out.trim_end().len());
    out
}

/// Tells the model of a rule that the user saved just now.
pub(crate) fn prefix_saved(prefix: &[String]) -> String {
    format!(
        "Approved command prefix saved:\n- {}",
        crate::rules::json_words(prefix)
    )
}

/// Sets a turn of the agent's own going on towards a goal (agent.md §14).
pub(crate) fn goal_continues(goal: &codex_protocol::ThreadGoal) -> String {
    let budget = match goal.token_budget {
        Some(budget) => format!(
            "{} of {budget} tokens ({} left)",
            goal.tokens_used,
            (budget - goal.tokens_used).max(0)
        ),
        None => format!("{} tokens, without a limit", goal.tokens_used),
    };
    format!(
        "Go on working towards the goal of this thread; nobody has said anything new.\n<objective>\n{}\n</objective>\n\
         Used so far: {budget}, {} seconds.\n\
         Choose the next useful step and take it. Before you call the goal complete with `update_goal`, compare every part of the \
         objective with the actual state: files, tests, outputs. If something is missing or unproven, go on instead.",
        escape_xml(&goal.objective),
        goal.time_used_seconds
    )
}

/// Tells the model that the goal's budget is used up.
pub(crate) fn goal_budget_reached(goal: &codex_protocol::ThreadGoal) -> String {
    format!(
        "The token budget of this thread's goal is used up.\n<objective>\n{}\n</objective>\n\
         Start nothing new. Bring what is under way to a sound stop, then tell the user what is done, what is left, and the next step.",
        escape_xml(&goal.objective)
    )
}

fn escape_xml(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
