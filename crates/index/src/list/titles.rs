//! Names that other programs gave threads, taken over from the metadata's rows into the titles that searches look at.

use rusqlite::Connection;

use crate::Front;
use crate::cache::files;
use crate::state::StateDb;
use crate::state::backfill;

/// Rows changed since this time (by their own account) have not been looked at.
const WATERMARK: &str = "rows_seen_ms";

/// Whether all rows were looked at once after the metadata was complete.
const ALL_SEEN: &str = "rows_all_seen";

/// How many rows are taken over at a time.
const BATCH: usize = 2000;

struct Changed {
    id: String,
    name: Option<String>,
    updated_ms: i64,
}

/// Looks at the rows that changed since the last time, if the database changed at all.
pub(crate) fn sync(state: &mut StateDb, front: &mut Front) {
    if !state.exists() {
        return;
    }
    let version = state.read(|conn| conn.pragma_query_value(None, "data_version", |r| r.get::<_, i64>(0)));
    let Ok(version) = version else { return };
    if front.rows_version == Some(version) {
        return;
    }
    let result = front.cache.with(|cache| {
        let complete = state.read(|conn| backfill::complete(conn)).unwrap_or(false);
        let all_seen = files::meta_int(cache, ALL_SEEN)? == Some(1);
        let mut from = if all_seen {
            files::meta_int(cache, WATERMARK)?.unwrap_or(i64::MIN)
        } else {
            i64::MIN
        };
        let mut after = String::new();
        loop {
            let Ok(rows) = state.read(|conn| changed(conn, from, &after)) else {
                return Ok(false);
            };
            let Some(last) = rows.last() else { break };
            (from, after) = (last.updated_ms, last.id.clone());
            let tx = cache.transaction()?;
            for row in &rows {
                files::set_row_title(&tx, &row.id, row.name.as_deref())?;
            }
            files::set_meta_int(&tx, WATERMARK, from)?;
            tx.commit()?;
        }
        if complete && !all_seen {
            files::set_meta_int(cache, ALL_SEEN, 1)?;
        }
        Ok(true)
    });
    match result {
        Ok(true) => front.rows_version = Some(version),
        Ok(false) => {}
        Err(e) => tracing::debug!(error = %e, "names are not taken over for now"),
    }
}

/// The next rows in the order of their updates.
fn changed(conn: &Connection, from: i64, after: &str) -> rusqlite::Result<Vec<Changed>> {
    conn.prepare_cached(
        "SELECT id, CASE WHEN title <> '' AND title <> first_user_message THEN title END, updated_at_ms FROM threads \
         WHERE updated_at_ms >= ?1 AND (updated_at_ms, id) > (?1, ?2) ORDER BY updated_at_ms, id LIMIT ?3",
    )?
    .query_map((from, after, BATCH), |r| Ok(Changed { id: r.get(0)?, name: r.get(1)?, updated_ms: r.get(2)? }))?
    .collect()
}
