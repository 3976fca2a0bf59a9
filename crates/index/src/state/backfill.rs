//! `backfill_state`: how far the histories of the home have been taken in, and who is at it (persistence.md §9.3).

use rusqlite::{Connection, OptionalExtension, params};

/// How many files make a batch.
pub(crate) const BATCH: usize = 200;

/// Seconds after which a worker that has not checkpointed counts as gone.
const LEASE: i64 = 900;

/// Whether all histories have been taken in.
pub(crate) fn complete(conn: &Connection) -> rusqlite::Result<bool> {
    let status: Option<String> = conn
        .prepare_cached("SELECT status FROM backfill_state WHERE id = 1")?
        .query_row([], |r| r.get(0))
        .optional()?;
    Ok(status.as_deref() == Some("complete"))
}

/// Outcome of an attempt to become the worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Claim {
    /// It is ours; go on after this path.
    Ours(Option<String>),
    /// Done already.
    Complete,
    /// Somebody else is at it.
    Taken,
}

/// Tries to become the worker.
pub(crate) fn claim(conn: &Connection, now: i64) -> rusqlite::Result<Claim> {
    conn.execute(
        "INSERT OR IGNORE INTO backfill_state (id, status, updated_at) VALUES (1, 'pending', ?)",
        [now],
    )?;
    let n = conn.execute(
        "UPDATE backfill_state SET status = 'running', updated_at = ?1 \
         WHERE id = 1 AND status <> 'complete' AND (status <> 'running' OR updated_at <= ?2)",
        params![now, now - LEASE],
    )?;
    if n == 0 {
        return Ok(if complete(conn)? {
            Claim::Complete
        } else {
            Claim::Taken
        });
    }
    conn.query_row(
        "SELECT last_watermark FROM backfill_state WHERE id = 1",
        [],
        |r| r.get(0),
    )
    .map(Claim::Ours)
}

/// Notes the greatest path done, and that the worker is alive.
pub(crate) fn checkpoint(conn: &Connection, watermark: &str, now: i64) -> rusqlite::Result<()> {
    conn.execute(
        "UPDATE backfill_state SET status = 'running', last_watermark = ?, updated_at = ? WHERE id = 1",
        params![watermark, now],
    )?;
    Ok(())
}

/// Notes that all is done.
pub(crate) fn finish(conn: &Connection, now: i64) -> rusqlite::Result<()> {
    conn.execute(
        "UPDATE backfill_state SET status = 'complete', last_success_at = ?1, updated_at = ?1 WHERE id = 1",
        [now],
    )?;
    Ok(())
}

/// Gives the lease back, so that the next worker need not wait for it to run out.
pub(crate) fn release(conn: &Connection, now: i64) -> rusqlite::Result<()> {
    conn.execute(
        "UPDATE backfill_state SET status = 'pending', updated_at = ? WHERE id = 1 AND status = 'running'",
        [now],
    )?;
    Ok(())
}
