//! Reading a history for what the databases keep of it: its beginning for listings ([`facts`]), all of it for its row
//! ([`whole`]). Both go by the kind of a line first and build only the records they need.

use std::fs::File;
use std::io;
use std::path::Path;

use codex_rollout::record::{
    EventKind, EventMsg, RecordKind, RolloutItem, SessionMeta, Source, SubAgent, TurnContext, UserMessage,
    sandbox_policy_to_stored,
};
use codex_rollout::{Line, LineReader};

use crate::facts::{Facts, Git, Kind, Stamp, text_of_source};
use crate::home::parse_name;
use crate::list::query::resolve;
use crate::state::threads::{FirstMessage, Patch, ThreadRow};
use crate::state::tools::DynamicToolRow;

/// All that a history tells the metadata database.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Intake {
    pub row: ThreadRow,
    /// Whether a head says the memory mode.
    pub memory_mode_known: bool,
    pub tools: Vec<DynamicToolRow>,
    /// The thread that spawned this one.
    pub parent: Option<String>,
}

/// What the beginning of a history says. Reads up to the first user message, that is, all of a history without one.
pub(crate) fn facts(path: &Path, name: &str) -> io::Result<Facts> {
    let file = File::open(path)?;
    let stamp = Stamp::of(&file.metadata()?);
    let mut lines = LineReader::new(file, 0..u64::MAX);
    let mut head: Option<Box<SessionMeta>> = None;
    let mut first: Option<FirstMessage> = None;
    let mut scanned_to = 0;
    while let Some(line) = lines.next_line()? {
        // A torn line is looked at again once it is whole.
        if line.terminated {
            scanned_to = line.range.end;
        }
        match line.kind() {
            Some(RecordKind::SessionMeta) if head.is_none() => {
                if let Some(RolloutItem::SessionMeta(meta)) = item(&line) {
                    head = Some(meta);
                }
            }
            Some(RecordKind::Event(EventKind::UserMessage)) => {
                if let Some(RolloutItem::EventMsg(EventMsg::UserMessage(said))) = item(&line) {
                    // A message without any words makes the thread a listed one, but leaves its preview to the next.
                    first = Some(first_message(&said));
                    if first.as_ref().is_some_and(|f| !f.preview.is_empty()) && head.is_some() {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(Facts {
        scanned_to: scanned_to as i64,
        ..facts_of(stamp, name, head.as_deref(), first)
    })
}

/// Looks for a user message from a place of a history on; also tells where the last whole line read ends.
pub(crate) fn said_after(path: &Path, from: u64) -> io::Result<(bool, u64)> {
    let mut lines = LineReader::new(File::open(path)?, from..u64::MAX);
    let mut to = from;
    while let Some(line) = lines.next_line()? {
        if line.kind() == Some(RecordKind::Event(EventKind::UserMessage)) && item(&line).is_some() {
            return Ok((true, to));
        }
        if line.terminated {
            to = line.range.end;
        }
    }
    Ok((false, to))
}

/// The record in a line, if it can be read.
fn item(line: &Line<'_>) -> Option<RolloutItem> {
    if line.oversized {
        None
    } else {
        line.parse().ok().map(|l| l.item)
    }
}

fn facts_of(stamp: Stamp, name: &str, head: Option<&SessionMeta>, first: Option<FirstMessage>) -> Facts {
    let named = parse_name(name).map(|n| n.ms);
    let listed = head.is_some() && first.is_some();
    let Some(head) = head else {
        return Facts {
            stamp,
            thread: None,
            listed: false,
            created_ms: named.unwrap_or(0),
            kind: Kind::Unknown,
            provider: None,
            cwd: String::new(),
            source: String::new(),
            version: String::new(),
            nickname: None,
            role: None,
            git: Git::default(),
            preview: String::new(),
            scanned_to: 0,
        };
    };
    // Listings show what the source says of a spawned agent, too; rows only have what the head itself says.
    let spawn = match &head.source {
        Source::SubAgent(SubAgent::ThreadSpawn(s)) => Some(s),
        _ => None,
    };
    Facts {
        stamp,
        thread: Some(head.id.to_string()),
        listed,
        created_ms: time_ms(&head.timestamp).or(named).unwrap_or(0),
        kind: Kind::from(&head.source),
        provider: head.model_provider.clone(),
        cwd: head.cwd.clone(),
        source: text_of_source(&head.source),
        version: head.cli_version.clone(),
        nickname: head
            .agent_nickname
            .clone()
            .or_else(|| spawn.and_then(|s| s.agent_nickname.clone())),
        role: head
            .agent_role
            .clone()
            .or_else(|| spawn.and_then(|s| s.agent_role.clone())),
        git: git(head),
        preview: first.map(|f| f.preview).unwrap_or_default(),
        scanned_to: 0,
    }
}

fn git(head: &SessionMeta) -> Git {
    head.git.as_ref().map_or_else(Git::default, |g| Git {
        sha: g.commit_hash.clone(),
        branch: g.branch.clone(),
        origin_url: g.repository_url.clone(),
    })
}

/// A head's time in milliseconds: RFC 3339, or as in file names.
fn time_ms(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>()
        .ok()
        .or_else(|| codex_rollout::paths::parse_name_time(text))
        .map(|t| t.as_millisecond())
}

/// What a user message contributes (persistence.md §7).
pub(crate) fn first_message(said: &UserMessage) -> FirstMessage {
    let title = codex_rollout::text::request(&said.message).to_owned();
    FirstMessage {
        preview: codex_rollout::text::first_user_message(said).unwrap_or_default(),
        title,
    }
}

/// What a record changes in the row of `thread`.
pub(crate) fn patch_of(item: &RolloutItem, thread: &str) -> Patch {
    let mut patch = Patch::default();
    match item {
        RolloutItem::SessionMeta(head) if head.id.to_string() == thread => {
            patch.memory_mode = head.memory_mode.clone()
        }
        RolloutItem::TurnContext(context) => put_context(&mut patch, context),
        RolloutItem::EventMsg(EventMsg::UserMessage(said)) => {
            let first = first_message(said);
            patch.first_message = (first != FirstMessage::default()).then_some(first);
        }
        RolloutItem::EventMsg(EventMsg::TokenCount(count)) => {
            patch.tokens_used = count.info.map(|i| i.total_token_usage.total_tokens.max(0));
        }
        RolloutItem::EventMsg(EventMsg::ThreadNameUpdated(named)) => {
            patch.name = named
                .thread_name
                .as_deref()
                .map(str::trim)
                .filter(|n| !n.is_empty())
                .map(str::to_owned);
        }
        _ => {}
    }
    patch
}

fn put_context(patch: &mut Patch, context: &TurnContext) {
    patch.sandbox_policy = Some(sandbox_policy_to_stored(&context.sandbox_policy).to_string());
    patch.approval_mode = match serde_json::to_value(&context.approval_policy) {
        Ok(serde_json::Value::String(word)) => Some(word),
        Ok(object) => Some(object.to_string()),
        Err(_) => None,
    };
    patch.model = Some(context.model.clone());
    patch.reasoning_effort = Some(context.effort.clone());
}

/// The row of a thread as its head alone makes it.
pub(crate) fn from_head(head: &SessionMeta, path: &Path, updated_ms: i64, default_provider: &str) -> Intake {
    let git = git(head);
    let row = ThreadRow {
        id: head.id.to_string(),
        rollout_path: path.to_owned(),
        created_at_ms: time_ms(&head.timestamp).unwrap_or(updated_ms),
        updated_at_ms: updated_ms,
        source: text_of_source(&head.source),
        model_provider: head
            .model_provider
            .clone()
            .unwrap_or_else(|| default_provider.to_owned()),
        cwd: resolve(Path::new(&head.cwd)),
        title: String::new(),
        sandbox_policy: r#"{"type":"read-only"}"#.to_owned(),
        approval_mode: "on-request".to_owned(),
        tokens_used: 0,
        archived_at: None,
        git_sha: git.sha,
        git_branch: git.branch,
        git_origin_url: git.origin_url,
        cli_version: head.cli_version.clone(),
        first_user_message: String::new(),
        agent_nickname: head.agent_nickname.clone(),
        agent_role: head.agent_role.clone(),
        agent_path: head.agent_path.clone(),
        memory_mode: head.memory_mode.clone().unwrap_or_else(|| "enabled".to_owned()),
        model: None,
        reasoning_effort: None,
    };
    let parent = match &head.source {
        Source::SubAgent(SubAgent::ThreadSpawn(s)) => Some(s.parent_thread_id.to_string()),
        _ => None,
    };
    let tools = head.dynamic_tools.iter().flatten().map(|t| DynamicToolRow {
        name: t.name.clone(),
        description: t.description.clone(),
        input_schema: t.input_schema.clone(),
        defer_loading: t.defer_loading,
        namespace: t.namespace.clone(),
    });
    Intake {
        row,
        memory_mode_known: head.memory_mode.is_some(),
        tools: tools.collect(),
        parent,
    }
}

/// All that a history says; `None` for one that says nothing: without a record, or without a head and with a name that
/// does not tell the thread either.
pub(crate) fn whole(path: &Path, archived: bool, default_provider: &str) -> io::Result<Option<Intake>> {
    let file = File::open(path)?;
    let stamp = Stamp::of(&file.metadata()?);
    let mut lines = LineReader::new(file, 0..u64::MAX);
    let mut head: Option<Box<SessionMeta>> = None;
    let mut patch = Patch::default();
    let mut titled = false;
    let mut any = false;
    // Only the last count matters, and counts are frequent: their lines are kept and read at the end.
    let mut count: Option<Vec<u8>> = None;
    let mut id = path
        .file_name()
        .and_then(|n| n.to_str())
        .and_then(parse_name)
        .map(|n| n.id)
        .unwrap_or_default();
    while let Some(line) = lines.next_line()? {
        let wanted = match line.kind() {
            None => false,
            Some(kind) => {
                any = true;
                match kind {
                    RecordKind::SessionMeta | RecordKind::TurnContext => true,
                    RecordKind::Event(EventKind::UserMessage) => !titled,
                    RecordKind::Event(EventKind::ThreadNameUpdated) => true,
                    RecordKind::Event(EventKind::TokenCount) => {
                        if !line.oversized && tells_totals(line.bytes) {
                            count = Some(line.bytes.to_vec());
                        }
                        false
                    }
                    _ => false,
                }
            }
        };
        if !wanted {
            continue;
        }
        let Some(item) = item(&line) else { continue };
        if let RolloutItem::SessionMeta(meta) = item {
            if head.is_none() {
                id = meta.id.to_string();
            }
            // Later heads of the thread, written when its memory mode changes, win; in forks there are heads of others.
            if meta.id.to_string() == id {
                patch.memory_mode = meta.memory_mode.clone().or(patch.memory_mode);
                head = Some(meta);
            }
        } else {
            patch.merge(patch_of(&item, &id));
            titled = patch.first_message.as_ref().is_some_and(|f| !f.title.is_empty());
        }
    }
    if let Some(count) = count
        && let Ok(line) = codex_rollout::RolloutLine::parse(&count)
    {
        patch.merge(patch_of(&line.item, &id));
    }
    if !any || id.is_empty() {
        return Ok(None);
    }
    let updated_ms = stamp.mtime_ms();
    let mut intake = match &head {
        Some(head) => from_head(head, path, updated_ms, default_provider),
        None => headless(&id, path, updated_ms, default_provider),
    };
    intake.memory_mode_known = patch.memory_mode.is_some();
    patch.apply_to(&mut intake.row);
    intake.row.archived_at = archived.then_some(updated_ms.div_euclid(1000));
    Ok(Some(intake))
}

/// Whether a count tells totals; those before the first response do not.
fn tells_totals(line: &[u8]) -> bool {
    memchr::memmem::find(line, b"\"total_token_usage\"").is_some()
}

/// The row of a history without a head: id and time come from its name.
fn headless(id: &str, path: &Path, updated_ms: i64, default_provider: &str) -> Intake {
    let named = path.file_name().and_then(|n| n.to_str()).and_then(parse_name);
    let row = ThreadRow {
        id: id.to_owned(),
        rollout_path: path.to_owned(),
        created_at_ms: named.map_or(updated_ms, |n| n.ms),
        updated_at_ms: updated_ms,
        source: text_of_source(&Source::default()),
        model_provider: default_provider.to_owned(),
        cwd: String::new(),
        title: String::new(),
        sandbox_policy: r#"{"type":"read-only"}"#.to_owned(),
        approval_mode: "on-request".to_owned(),
        tokens_used: 0,
        archived_at: None,
        git_sha: None,
        git_branch: None,
        git_origin_url: None,
        cli_version: String::new(),
        first_user_message: String::new(),
        agent_nickname: None,
        agent_role: None,
        agent_path: None,
        memory_mode: "enabled".to_owned(),
        model: None,
        reasoning_effort: None,
    };
    Intake {
        row,
        memory_mode_known: false,
        tools: Vec::new(),
        parent: None,
    }
}
