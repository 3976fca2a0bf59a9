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
const BATCH: usize = 500;

struct Changed {
    id: String,
    name: Option<String>,
    updated_ms: i64,
}

/// How far names were taken over.
#[derive(Debug, Default)]
pub(crate) struct NamesTaken {
    /// `data_version` of the metadata when all its rows had been looked at.
    version: Option<i64>,
    /// The opening of our own file that this is of.
    opening: u64,
    /// Where to go on: time of update and id of the last row looked at.
    after: Option<(i64, String)>,
}

/// Looks at some of the rows that changed since the last time, if the database changed at all; says whether there are more.
pub(crate) fn sync(state: &mut StateDb, front: &mut Front) -> bool {
    if !state.exists() {
        return false;
    }
    let version = state.read(|conn| conn.pragma_query_value(None, "data_version", |r| r.get::<_, i64>(0)));
    let Ok(version) = version else { return false };
    let Front { cache, names, .. } = front;
    let Ok(opening) = cache.with_opening(|_, opening| Ok(opening)) else {
        return false;
    };
    if names.opening != opening {
        *names = NamesTaken {
            opening,
            ..NamesTaken::default()
        };
    }
    if names.version == Some(version) {
        return false;
    }
    let taken = cache.with(|cache| {
        let complete = state.read(|conn| backfill::complete(conn)).unwrap_or(false);
        let all_seen = files::meta_int(cache, ALL_SEEN)? == Some(1);
        let (from, after) = match &names.after {
            Some(after) => after.clone(),
            None if all_seen => (
                files::meta_int(cache, WATERMARK)?.unwrap_or(i64::MIN),
                String::new(),
            ),
            None => (i64::MIN, String::new()),
        };
        let Ok(rows) = state.read(|conn| changed(conn, from, &after)) else {
            return Ok(None);
        };
        let Some(last) = rows.last() else {
            if complete && !all_seen {
                files::set_meta_int(cache, ALL_SEEN, 1)?;
            }
            return Ok(Some(false));
        };
        let tx = cache.transaction()?;
        for row in &rows {
            files::set_row_title(&tx, &row.id, row.name.as_deref())?;
        }
        files::set_meta_int(&tx, WATERMARK, last.updated_ms)?;
        tx.commit()?;
        names.after = Some((last.updated_ms, last.id.clone()));
        Ok(Some(true))
    });
    match taken {
        Ok(Some(true)) => true,
        Ok(Some(false)) => {
            *names = NamesTaken {
                version: Some(version),
                opening,
                after: None,
            };
            false
        }
        Ok(None) => false,
        Err(e) => {
            tracing::debug!(error = %e, "names are not taken over for now");
            false
        }
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
