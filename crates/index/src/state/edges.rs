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
