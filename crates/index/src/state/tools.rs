//! Rows of `thread_dynamic_tools`: the tools a client gave a thread (threads.md §2.3).

use rusqlite::{Connection, params};

/// A tool a client offers to a thread's model.
#[derive(Debug, Clone, PartialEq)]
pub struct DynamicToolRow {
    /// Name.
    pub name: String,
    /// What it is good for.
    pub description: String,
    /// JSON Schema of its arguments.
    pub input_schema: serde_json::Value,
    /// Only found by tool search.
    pub defer_loading: bool,
    /// Namespace it is offered in.
    pub namespace: Option<String>,
}

/// Inserts a thread's tools; those that are there are never changed.
pub(crate) fn insert(conn: &Connection, thread: &str, tools: &[DynamicToolRow]) -> rusqlite::Result<()> {
    let mut statement = conn.prepare_cached(
        "INSERT OR IGNORE INTO thread_dynamic_tools \
             (thread_id, position, name, description, input_schema, defer_loading, namespace) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?;
    for (position, tool) in tools.iter().enumerate() {
        let schema = tool.input_schema.to_string();
        statement.execute(params![
            thread,
            position as i64,
            tool.name,
            tool.description,
            schema,
            tool.defer_loading,
            tool.namespace
        ])?;
    }
    Ok(())
}

/// A thread's tools in order.
pub(crate) fn get(conn: &Connection, thread: &str) -> rusqlite::Result<Vec<DynamicToolRow>> {
    conn.prepare_cached(
        "SELECT name, description, input_schema, defer_loading, namespace FROM thread_dynamic_tools \
         WHERE thread_id = ? ORDER BY position",
    )?
    .query_map([thread], |r| {
        let schema: String = r.get(2)?;
        Ok(DynamicToolRow {
            name: r.get(0)?,
            description: r.get(1)?,
            input_schema: serde_json::from_str(&schema).unwrap_or(serde_json::Value::Null),
            defer_loading: r.get(3)?,
            namespace: r.get(4)?,
        })
    })?
    .collect()
}
