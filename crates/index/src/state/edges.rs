//! Rows of `thread_spawn_edges`: which thread spawned which.

use rusqlite::{Connection, params};

/// Records that `parent` spawned `child`; an edge that is there stays as it is, status included.
pub(crate) fn add(conn: &Connection, parent: &str, child: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO thread_spawn_edges (parent_thread_id, child_thread_id, status) VALUES (?, ?, 'open') \
         ON CONFLICT (child_thread_id) DO NOTHING",
    )?
    .execute(params![parent, child])?;
    Ok(())
}

/// Opens or closes the edge to a child, making it if need be.
pub(crate) fn set(conn: &Connection, parent: &str, child: &str, open: bool) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO thread_spawn_edges (parent_thread_id, child_thread_id, status) VALUES (?1, ?2, ?3) \
         ON CONFLICT (child_thread_id) DO UPDATE SET status = ?3, parent_thread_id = ?1",
    )?
    .execute(params![parent, child, if open { "open" } else { "closed" }])?;
    Ok(())
}

/// The children of a thread, optionally only those whose edge is open, by id.
pub(crate) fn children(conn: &Connection, parent: &str, only_open: bool) -> rusqlite::Result<Vec<String>> {
    conn.prepare_cached(
        "SELECT child_thread_id FROM thread_spawn_edges WHERE parent_thread_id = ?1 AND (NOT ?2 OR status = 'open') \
         ORDER BY child_thread_id",
    )?
    .query_map(params![parent, only_open], |r| r.get(0))?
    .collect()
}

/// All descendants with their depth (children: 1), whatever the status of the edges; nearest first, then by id.
pub(crate) fn descendants(conn: &Connection, root: &str) -> rusqlite::Result<Vec<(String, u32)>> {
    // UNION keeps a ring of edges (which no program writes on purpose) from going round for ever.
    conn.prepare_cached(
        "WITH RECURSIVE below (id, depth) AS ( \
             SELECT child_thread_id, 1 FROM thread_spawn_edges WHERE parent_thread_id = ?1 \
             UNION SELECT e.child_thread_id, b.depth + 1 FROM thread_spawn_edges e JOIN below b ON e.parent_thread_id = b.id \
             WHERE b.depth < 1000) \
         SELECT id, min(depth) AS d FROM below WHERE id <> ?1 GROUP BY id ORDER BY d, id",
    )?
    .query_map([root], |r| Ok((r.get(0)?, r.get(1)?)))?
    .collect()
}
