//! What a listing is asked for, and that as conditions (threads.md §6).

use std::path::{Path, PathBuf};

use codex_protocol::{SortDirection, ThreadSortKey, ThreadSourceKind};
use rusqlite::Connection;

use super::cursor::Cursor;
use crate::cache::files;
use crate::error::{IndexError, Result};
use crate::facts::Kind;

/// What `thread/list` asks for.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// Where to go on, as given out before.
    pub cursor: Option<String>,
    /// How many threads at most (at least 1).
    pub limit: usize,
    /// Which time to sort by.
    pub sort_key: ThreadSortKey,
    /// Newest or oldest first.
    pub direction: SortDirection,
    /// Providers whose threads are wanted; `None`: the configured one's, empty: any.
    pub providers: Option<Vec<String>>,
    /// The configured provider: it also counts for heads that name none.
    pub default_provider: String,
    /// Kinds that are wanted; empty: the interactive ones.
    pub kinds: Vec<ThreadSourceKind>,
    /// Those that were put away, instead of the active ones.
    pub archived: bool,
    /// Working folders, absolute; `None`: any.
    pub cwd: Option<Vec<PathBuf>>,
    /// Text the title must hold, case and all.
    pub search: Option<String>,
    /// Only what the metadata database has; no file is touched.
    pub database_only: bool,
}

impl ListQuery {
    /// The first page of a plain listing.
    pub fn new(limit: usize, default_provider: impl Into<String>) -> Self {
        Self {
            cursor: None,
            limit,
            sort_key: ThreadSortKey::CreatedAt,
            direction: SortDirection::Desc,
            providers: None,
            default_provider: default_provider.into(),
            kinds: Vec::new(),
            archived: false,
            cwd: None,
            search: None,
            database_only: false,
        }
    }
}

/// A query with its parts made ready for comparing.
pub(crate) struct Prepared<'q> {
    pub query: &'q ListQuery,
    pub cursor: Option<Cursor>,
    pub limit: usize,
    pub by_update: bool,
    pub descending: bool,
    pub kinds: Vec<Kind>,
    /// Providers wanted (`None` among them: heads without one); `None`: any.
    pub providers: Option<Vec<Option<String>>>,
    /// Resolved working folders wanted.
    pub cwd: Option<Vec<String>>,
}

impl<'q> Prepared<'q> {
    pub(crate) fn new(query: &'q ListQuery) -> Result<Self> {
        let cursor = match &query.cursor {
            None => None,
            Some(text) => Some(Cursor::parse(text).ok_or_else(|| IndexError::InvalidCursor(text.clone()))?),
        };
        let providers = match &query.providers {
            Some(list) if list.is_empty() => None,
            given => {
                let mut wanted: Vec<Option<String>> = match given {
                    None => vec![Some(query.default_provider.clone())],
                    Some(list) => list.iter().cloned().map(Some).collect(),
                };
                if wanted.contains(&Some(query.default_provider.clone())) {
                    wanted.push(None);
                }
                Some(wanted)
            }
        };
        Ok(Self {
            query,
            cursor,
            limit: query.limit.max(1),
            by_update: query.sort_key == ThreadSortKey::UpdatedAt,
            descending: query.direction == SortDirection::Desc,
            kinds: kinds(&query.kinds),
            providers,
            cwd: query
                .cwd
                .as_ref()
                .map(|list| list.iter().map(|p| resolve(p)).collect()),
        })
    }

    /// The numbers of the providers wanted; `None`: any.
    pub(crate) fn provider_ids(&self, conn: &Connection) -> rusqlite::Result<Option<Vec<i64>>> {
        let Some(wanted) = &self.providers else {
            return Ok(None);
        };
        let mut ids = Vec::new();
        for provider in wanted {
            match provider {
                None => ids.push(0),
                Some(word) => ids.extend(files::find_word(conn, word)?),
            }
        }
        Ok(Some(ids))
    }

    /// The numbers of the folders wanted; `None`: any.
    pub(crate) fn cwd_ids(&self, conn: &Connection) -> rusqlite::Result<Option<Vec<i64>>> {
        let Some(wanted) = &self.cwd else { return Ok(None) };
        files::cwds(conn, wanted).map(Some)
    }
}

/// The kinds a filter admits; an empty one admits the interactive kinds.
fn kinds(filter: &[ThreadSourceKind]) -> Vec<Kind> {
    if filter.is_empty() {
        return vec![Kind::Cli, Kind::VsCode, Kind::InteractiveCustom];
    }
    let mut kinds = Vec::new();
    for kind in filter {
        kinds.extend_from_slice(match kind {
            ThreadSourceKind::Cli => &[Kind::Cli],
            ThreadSourceKind::Vscode => &[Kind::VsCode],
            ThreadSourceKind::Exec => &[Kind::Exec],
            ThreadSourceKind::AppServer => &[Kind::AppServer],
            ThreadSourceKind::SubAgent => &[
                Kind::Review,
                Kind::Compact,
                Kind::ThreadSpawn,
                Kind::OtherAgent,
                Kind::UnnamedAgent,
            ],
            ThreadSourceKind::SubAgentReview => &[Kind::Review],
            ThreadSourceKind::SubAgentCompact => &[Kind::Compact],
            ThreadSourceKind::SubAgentThreadSpawn => &[Kind::ThreadSpawn],
            ThreadSourceKind::SubAgentOther => &[Kind::OtherAgent],
            ThreadSourceKind::Unknown => &[Kind::Unknown],
        });
    }
    kinds
}

/// A folder's real path if it exists, else its path made plain (`.`, `..` and trailing slashes gone).
pub(crate) fn resolve(path: &Path) -> String {
    let resolved = std::fs::canonicalize(path).unwrap_or_else(|_| plain(path));
    resolved.to_string_lossy().into_owned()
}

fn plain(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}
