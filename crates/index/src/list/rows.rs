//! `useStateDbOnly`: pages of the metadata database's rows (persistence.md §8.1).

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::page::{ListPage, ListedThread, finish, key};
use super::query::Prepared;
use crate::facts::{Git, Kind, source_of_text};
use crate::state::threads::{COLUMNS, ThreadRow};

/// A page of rows. Those whose file vanished are left out; their ids are given, too.
pub(super) fn page(conn: &Connection, p: &Prepared<'_>) -> rusqlite::Result<(ListPage, Vec<String>)> {
    if p.providers.as_ref().is_some_and(Vec::is_empty) || p.cwd.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Default::default());
    }
    let (text, values) = sql(p);
    let given = p.cursor.map_or(0, |c| c.given);
    let (mut passed, mut found, mut gone) = (0, Vec::new(), Vec::new());
    {
        let mut statement = conn.prepare_cached(&text)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let row = ThreadRow::read(row)?;
            if !row.rollout_path.exists() {
                gone.push(row.id);
                continue;
            }
            let thread = listed(row);
            if p.cursor.is_some_and(|c| key(&thread, p.by_update) == c.ms) && passed < given {
                passed += 1;
                continue;
            }
            found.push(thread);
            if found.len() > p.limit {
                break;
            }
        }
    }
    Ok((finish(found, p), gone))
}

fn listed(row: ThreadRow) -> ListedThread {
    let name = row.name().map(str::to_owned);
    ListedThread {
        name,
        id: row.id,
        path: row.rollout_path,
        archived: row.archived_at.is_some(),
        created_at_ms: row.created_at_ms,
        updated_at_ms: row.updated_at_ms,
        preview: row.first_user_message,
        model_provider: Some(row.model_provider),
        cwd: row.cwd,
        source: source_of_text(&row.source),
        cli_version: row.cli_version,
        agent_nickname: row.agent_nickname,
        agent_role: row.agent_role,
        git: Git {
            sha: row.git_sha,
            branch: row.git_branch,
            origin_url: row.git_origin_url,
        },
    }
}

fn sql(p: &Prepared<'_>) -> (String, Vec<Value>) {
    let column = if p.by_update {
        "updated_at_ms"
    } else {
        "created_at_ms"
    };
    let mut values: Vec<Value> = vec![i64::from(p.query.archived).into()];
    // With a folder there is an index on all three; without, one on the order alone serves better than one on the shelf.
    let shelf = if p.cwd.is_some() { "archived" } else { "+archived" };
    let mut text = format!("SELECT {COLUMNS} FROM threads WHERE {shelf} = ? AND first_user_message <> ''");
    let mut any_of = |text: &mut String, column: &str, of: &mut dyn Iterator<Item = &String>| {
        let marks: Vec<_> = of.map(|v| values.push(v.clone().into())).map(|()| "?").collect();
        *text += &format!(" AND {column} IN ({})", marks.join(","));
    };
    if let Some(providers) = &p.providers {
        any_of(&mut text, "+model_provider", &mut providers.iter().flatten());
    }
    if let Some(cwd) = &p.cwd {
        any_of(&mut text, "cwd", &mut cwd.iter());
    }
    let sources: Vec<&str> = p.kinds.iter().map(|k| source_condition(*k)).collect();
    text += &format!(" AND ({})", sources.join(" OR "));
    if let Some(c) = p.cursor {
        let (order, equal) = (
            if p.descending { "<" } else { ">" },
            if c.given > 0 { "=" } else { "" },
        );
        text += &format!(" AND {column} {order}{equal} ?");
        values.push(c.ms.into());
    }
    if let Some(term) = &p.query.search {
        text += if term.is_empty() {
            " AND title <> ''"
        } else {
            " AND instr(title, ?) > 0"
        };
        if !term.is_empty() {
            values.push(term.clone().into());
        }
    }
    let direction = if p.descending { "DESC" } else { "ASC" };
    text += &format!(" ORDER BY {column} {direction}, id {direction}");
    (text, values)
}

/// What `threads.source` looks like for a kind. A plus keeps the index on the source out of it: the order counts.
fn source_condition(kind: Kind) -> &'static str {
    match kind {
        Kind::Cli => "+source = 'cli'",
        Kind::VsCode => "+source = 'vscode'",
        Kind::Exec => "+source = 'exec'",
        Kind::AppServer => "+source = 'mcp'",
        Kind::InteractiveCustom => r#"+source IN ('{"custom":"atlas"}', '{"custom":"chatgpt"}')"#,
        Kind::OtherCustom => {
            r#"(source GLOB '{"custom":*' AND source NOT IN ('{"custom":"atlas"}', '{"custom":"chatgpt"}'))"#
        }
        Kind::Review => r#"+source = '{"subagent":"review"}'"#,
        Kind::Compact => r#"+source = '{"subagent":"compact"}'"#,
        Kind::UnnamedAgent => r#"+source = '{"subagent":"memory_consolidation"}'"#,
        Kind::ThreadSpawn => r#"source GLOB '{"subagent":{"thread_spawn":*'"#,
        Kind::OtherAgent => r#"source GLOB '{"subagent":{"other":*'"#,
        Kind::Internal => r#"source GLOB '{"internal":*'"#,
        Kind::Unknown => "(source NOT IN ('cli', 'vscode', 'exec', 'mcp') AND source NOT GLOB '{*')",
    }
}
