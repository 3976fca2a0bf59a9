//! Rows of `threads` (persistence.md §9.1–9.2).

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row, params};

/// A thread's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadRow {
    /// The thread's id: lower case, with dashes.
    pub id: String,
    /// The history file, absolute.
    pub rollout_path: PathBuf,
    /// Milliseconds since the epoch, from the head.
    pub created_at_ms: i64,
    /// Milliseconds since the epoch: the file's time when it was taken in, later the time of the last write.
    pub updated_at_ms: i64,
    /// The head's `source`: a plain word, or the JSON text of an object.
    pub source: String,
    /// Provider of the head.
    pub model_provider: String,
    /// The head's folder, canonicalized if it existed.
    pub cwd: String,
    /// The thread's name, or its first message; empty until there is one.
    pub title: String,
    /// JSON text of the last turn's policy.
    pub sandbox_policy: String,
    /// Word or JSON text of the last turn's approval policy.
    pub approval_mode: String,
    /// Total tokens of the last count.
    pub tokens_used: i64,
    /// When the thread was put away, in unix seconds; `None` for an active one.
    pub archived_at: Option<i64>,
    /// Commit; edits of a client win over what the head says.
    pub git_sha: Option<String>,
    /// Branch, likewise.
    pub git_branch: Option<String>,
    /// Url of the origin, likewise.
    pub git_origin_url: Option<String>,
    /// Version of the program that wrote the head.
    pub cli_version: String,
    /// Text of the first user message (persistence.md §7); `[Image]` for one of images only.
    pub first_user_message: String,
    /// Only for spawned agents.
    pub agent_nickname: Option<String>,
    /// Only for spawned agents.
    pub agent_role: Option<String>,
    /// Only for spawned agents.
    pub agent_path: Option<String>,
    /// `enabled`, `disabled` or `polluted`.
    pub memory_mode: String,
    /// Model of the last turn.
    pub model: Option<String>,
    /// Effort of the last turn.
    pub reasoning_effort: Option<String>,
}

impl ThreadRow {
    /// The name somebody gave the thread: its title, if that is not just the first message.
    pub fn name(&self) -> Option<&str> {
        (!self.title.is_empty() && self.title != self.first_user_message).then_some(self.title.as_str())
    }
}

/// Columns as [`ThreadRow::read`] expects them.
pub(crate) const COLUMNS: &str = "id, rollout_path, created_at_ms, updated_at_ms, source, model_provider, cwd, title, \
     sandbox_policy, approval_mode, tokens_used, archived, archived_at, git_sha, git_branch, git_origin_url, cli_version, \
     first_user_message, agent_nickname, agent_role, agent_path, memory_mode, model, reasoning_effort, created_at, updated_at";

impl ThreadRow {
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let path: String = row.get(1)?;
        let archived: bool = row.get(11)?;
        // Other writers may know the second columns only; the triggers fill the rest, but not in files without them.
        let millis = |ms: usize, s: usize| -> rusqlite::Result<i64> {
            Ok(match row.get::<_, Option<i64>>(ms)? {
                Some(v) => v,
                None => row.get::<_, i64>(s)? * 1000,
            })
        };
        Ok(Self {
            id: row.get(0)?,
            rollout_path: path.into(),
            created_at_ms: millis(2, 24)?,
            updated_at_ms: millis(3, 25)?,
            source: row.get(4)?,
            model_provider: row.get(5)?,
            cwd: row.get(6)?,
            title: row.get(7)?,
            sandbox_policy: row.get(8)?,
            approval_mode: row.get(9)?,
            tokens_used: row.get(10)?,
            archived_at: if archived {
                Some(row.get::<_, Option<i64>>(12)?.unwrap_or(0))
            } else {
                None
            },
            git_sha: row.get(13)?,
            git_branch: row.get(14)?,
            git_origin_url: row.get(15)?,
            cli_version: row.get(16)?,
            first_user_message: row.get(17)?,
            agent_nickname: row.get(18)?,
            agent_role: row.get(19)?,
            agent_path: row.get(20)?,
            memory_mode: row.get(21)?,
            model: row.get(22)?,
            reasoning_effort: row.get(23)?,
        })
    }
}

pub(crate) fn get(conn: &Connection, id: &str) -> rusqlite::Result<Option<ThreadRow>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM threads WHERE id = ?"))?
        .query_row([id], ThreadRow::read)
        .optional()
}

/// How a row built from a history meets a row that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    /// It was built from the whole file: its values replace the row's, but for git values and a memory mode the file says
    /// nothing of.
    Overwrite,
    /// It was built from the head only: what the head says replaces the row's, but for git values.
    Head,
}

const FROM_HEAD: &str = "rollout_path = excluded.rollout_path, created_at = excluded.created_at, \
     created_at_ms = excluded.created_at_ms, source = excluded.source, model_provider = excluded.model_provider, \
     cwd = excluded.cwd, cli_version = excluded.cli_version, agent_nickname = excluded.agent_nickname, \
     agent_role = excluded.agent_role, agent_path = excluded.agent_path, git_sha = coalesce(git_sha, excluded.git_sha), \
     git_branch = coalesce(git_branch, excluded.git_branch), git_origin_url = coalesce(git_origin_url, excluded.git_origin_url)";

const FROM_REST: &str = "updated_at = excluded.updated_at, updated_at_ms = excluded.updated_at_ms, title = excluded.title, \
     sandbox_policy = excluded.sandbox_policy, approval_mode = excluded.approval_mode, tokens_used = excluded.tokens_used, \
     archived = excluded.archived, archived_at = excluded.archived_at, first_user_message = excluded.first_user_message, \
     model = excluded.model, reasoning_effort = excluded.reasoning_effort";

/// Inserts a row, or merges it with the one there. `mode_known`: the history says the memory mode.
pub(crate) fn upsert(
    conn: &Connection,
    row: &ThreadRow,
    mode_known: bool,
    existing: Existing,
) -> rusqlite::Result<()> {
    let rest = if existing == Existing::Overwrite {
        format!(", {FROM_REST}")
    } else {
        String::new()
    };
    let mode = if mode_known {
        ", memory_mode = excluded.memory_mode"
    } else {
        ""
    };
    conn.prepare_cached(&format!(
        "INSERT INTO threads (id, rollout_path, created_at, updated_at, source, model_provider, cwd, title, sandbox_policy, \
             approval_mode, tokens_used, archived, archived_at, git_sha, git_branch, git_origin_url, cli_version, \
             first_user_message, agent_nickname, agent_role, agent_path, memory_mode, model, reasoning_effort, \
             created_at_ms, updated_at_ms) \
         VALUES (?1, ?2, ?3 / 1000, ?4 / 1000, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, \
             ?21, ?22, ?23, ?24, ?3, ?4) ON CONFLICT (id) DO UPDATE SET {FROM_HEAD}{rest}{mode}"
    ))?
    .execute(params![
        row.id,
        row.rollout_path.to_string_lossy(),
        row.created_at_ms,
        row.updated_at_ms,
        row.source,
        row.model_provider,
        row.cwd,
        row.title,
        row.sandbox_policy,
        row.approval_mode,
        row.tokens_used,
        row.archived_at.is_some(),
        row.archived_at,
        row.git_sha,
        row.git_branch,
        row.git_origin_url,
        row.cli_version,
        row.first_user_message,
        row.agent_nickname,
        row.agent_role,
        row.agent_path,
        row.memory_mode,
        row.model,
        row.reasoning_effort,
    ])?;
    Ok(())
}

/// What changed in a thread; `None` leaves a column alone. Patches of one thread merge, the later one winning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Patch {
    pub updated_at_ms: Option<i64>,
    /// A name: replaces the title.
    pub name: Option<String>,
    /// The first message seen: becomes title and first message if there is none yet.
    pub first_message: Option<FirstMessage>,
    pub sandbox_policy: Option<String>,
    pub approval_mode: Option<String>,
    pub model: Option<String>,
    /// `Some(None)`: the last turn had none.
    pub reasoning_effort: Option<Option<String>>,
    pub tokens_used: Option<i64>,
    pub memory_mode: Option<String>,
    /// New place of the file.
    pub rollout_path: Option<PathBuf>,
    /// `Some(None)`: active again.
    pub archived_at: Option<Option<i64>>,
    pub cwd: Option<String>,
}

/// What a user message contributes to a row (persistence.md §7).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FirstMessage {
    /// `first_user_message` if there is none yet; `[Image]` for images only.
    pub preview: String,
    /// `title` if there is none yet; empty for images only.
    pub title: String,
}

impl Patch {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds a later patch to this one.
    pub(crate) fn merge(&mut self, later: Patch) {
        fn put<T>(to: &mut Option<T>, from: Option<T>) {
            if from.is_some() {
                *to = from;
            }
        }
        put(&mut self.updated_at_ms, later.updated_at_ms);
        put(&mut self.name, later.name);
        match (&mut self.first_message, later.first_message) {
            (None, m) => self.first_message = m,
            // The first message counts; but one of images only leaves the title to the next.
            (Some(first), Some(m)) if first.title.is_empty() => first.title = m.title,
            _ => {}
        }
        put(&mut self.sandbox_policy, later.sandbox_policy);
        put(&mut self.approval_mode, later.approval_mode);
        put(&mut self.model, later.model);
        put(&mut self.reasoning_effort, later.reasoning_effort);
        put(&mut self.tokens_used, later.tokens_used);
        put(&mut self.memory_mode, later.memory_mode);
        put(&mut self.rollout_path, later.rollout_path);
        put(&mut self.archived_at, later.archived_at);
        put(&mut self.cwd, later.cwd);
    }

    /// Writes the patch; says whether the thread had a row.
    pub(crate) fn apply(&self, conn: &Connection, id: &str) -> rusqlite::Result<bool> {
        let (effort_known, effort) = (
            self.reasoning_effort.is_some(),
            self.reasoning_effort.clone().flatten(),
        );
        let (archived_known, archived_at) = (self.archived_at.is_some(), self.archived_at.flatten());
        let first = self.first_message.clone().unwrap_or_default();
        let n = conn
            .prepare_cached(
                "UPDATE threads SET \
                     updated_at_ms = coalesce(?2, updated_at_ms), updated_at = coalesce(?2 / 1000, updated_at), \
                     title = CASE WHEN ?3 IS NOT NULL THEN ?3 WHEN title = '' THEN ?4 ELSE title END, \
                     first_user_message = CASE WHEN first_user_message = '' THEN ?5 ELSE first_user_message END, \
                     sandbox_policy = coalesce(?6, sandbox_policy), approval_mode = coalesce(?7, approval_mode), \
                     model = coalesce(?8, model), \
                     reasoning_effort = CASE WHEN ?9 THEN ?10 ELSE reasoning_effort END, \
                     tokens_used = coalesce(?11, tokens_used), memory_mode = coalesce(?12, memory_mode), \
                     rollout_path = coalesce(?13, rollout_path), \
                     archived = CASE WHEN ?14 THEN ?15 IS NOT NULL ELSE archived END, \
                     archived_at = CASE WHEN ?14 THEN ?15 ELSE archived_at END, cwd = coalesce(?16, cwd) \
                 WHERE id = ?1",
            )?
            .execute(params![
                id,
                self.updated_at_ms,
                self.name,
                first.title,
                first.preview,
                self.sandbox_policy,
                self.approval_mode,
                self.model,
                effort_known,
                effort,
                self.tokens_used,
                self.memory_mode,
                self.rollout_path.as_deref().map(Path::to_string_lossy),
                archived_known,
                archived_at,
                self.cwd,
            ])?;
        Ok(n > 0)
    }

    /// Applies the patch to a row in memory.
    pub(crate) fn apply_to(self, row: &mut ThreadRow) {
        if let Some(m) = self.first_message {
            if row.first_user_message.is_empty() {
                row.first_user_message = m.preview;
            }
            if row.title.is_empty() {
                row.title = m.title;
            }
        }
        fn put<T>(to: &mut T, from: Option<T>) {
            if let Some(v) = from {
                *to = v;
            }
        }
        put(&mut row.updated_at_ms, self.updated_at_ms);
        put(&mut row.title, self.name);
        put(&mut row.sandbox_policy, self.sandbox_policy);
        put(&mut row.approval_mode, self.approval_mode);
        if self.model.is_some() {
            row.model = self.model;
        }
        put(&mut row.reasoning_effort, self.reasoning_effort);
        put(&mut row.tokens_used, self.tokens_used);
        put(&mut row.memory_mode, self.memory_mode);
        put(&mut row.rollout_path, self.rollout_path);
        put(&mut row.archived_at, self.archived_at);
        put(&mut row.cwd, self.cwd);
    }
}

/// A client's edit of the git values of a row: `None` keeps, `Some(None)` clears (threads.md §8).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GitEdit {
    /// Commit.
    pub sha: Option<Option<String>>,
    /// Branch.
    pub branch: Option<Option<String>>,
    /// Url of the origin.
    pub origin_url: Option<Option<String>>,
}

impl GitEdit {
    /// Writes the edit; says whether the thread had a row.
    pub(crate) fn apply(&self, conn: &Connection, id: &str) -> rusqlite::Result<bool> {
        let n = conn
            .prepare_cached(
                "UPDATE threads SET git_sha = CASE WHEN ?2 THEN ?3 ELSE git_sha END, \
                     git_branch = CASE WHEN ?4 THEN ?5 ELSE git_branch END, \
                     git_origin_url = CASE WHEN ?6 THEN ?7 ELSE git_origin_url END WHERE id = ?1",
            )?
            .execute(params![
                id,
                self.sha.is_some(),
                self.sha.clone().flatten(),
                self.branch.is_some(),
                self.branch.clone().flatten(),
                self.origin_url.is_some(),
                self.origin_url.clone().flatten(),
            ])?;
        Ok(n > 0)
    }
}

pub(crate) fn delete(conn: &Connection, id: &str) -> rusqlite::Result<bool> {
    Ok(conn
        .prepare_cached("DELETE FROM threads WHERE id = ?")?
        .execute([id])?
        > 0)
}
