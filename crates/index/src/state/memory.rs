//! What memories keep in the database, as far as `memory/reset` is concerned (threads.md §8).

use rusqlite::Connection;

/// Kinds of `jobs` that build memories.
const MEMORY_JOBS: [&str; 2] = ["memory_stage1", "memory_consolidate_global"];

/// Forgets all memory outputs and jobs; other jobs and the threads' memory modes stay.
pub(crate) fn reset(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute("DELETE FROM stage1_outputs", [])?;
    conn.execute("DELETE FROM jobs WHERE kind IN (?, ?)", MEMORY_JOBS)?;
    Ok(())
}
