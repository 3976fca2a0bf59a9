//! The reference's schema of `state_5.sqlite` and the migration rows that make it accept a file as its own
//! (persistence.md §9). The tables are made in their final form; in an older file what is missing is added.

use rusqlite::{Connection, TransactionBehavior, params};

use crate::db::{Fit, Schema};

use super::tables::{
    INDEXES_AND_TRIGGERS, LOG_INDEXES, LOG_MIGRATIONS, LOG_TABLE, MIGRATION_TABLE, MIGRATIONS, Migration,
    TABLES,
};

/// `state_5.sqlite`: threads, goals, dynamic tools, agents' edges, memory jobs.
pub(crate) struct State;

impl Schema for State {
    const FILE: &'static str = "state_5.sqlite";

    fn prepare(conn: &mut Connection) -> rusqlite::Result<Fit> {
        migrate(conn, &MIGRATIONS, |tx, missing| {
            for table in TABLES {
                table.ensure(tx)?;
            }
            tx.execute_batch(INDEXES_AND_TRIGGERS)?;
            if missing.contains(&23) {
                tx.execute_batch("DROP TABLE IF EXISTS logs")?;
            }
            tx.execute_batch(
                "UPDATE threads SET created_at_ms = created_at * 1000 WHERE created_at_ms IS NULL;
                 UPDATE threads SET updated_at_ms = updated_at * 1000 WHERE updated_at_ms IS NULL;
                 INSERT OR IGNORE INTO backfill_state (id, status, updated_at) VALUES (1, 'pending', unixepoch());",
            )
        })
    }
}

/// `logs_2.sqlite`: log lines kept for feedback (persistence.md §9.5).
pub(crate) struct Logs;

impl Schema for Logs {
    const FILE: &'static str = "logs_2.sqlite";

    fn prepare(conn: &mut Connection) -> rusqlite::Result<Fit> {
        migrate(conn, &LOG_MIGRATIONS, |tx, _| {
            LOG_TABLE.ensure(tx)?;
            tx.execute_batch(LOG_INDEXES)
        })
    }
}

/// Adds what the file lacks and the rows saying so, in one transaction; a complete file is only read.
fn migrate(
    conn: &mut Connection,
    known: &[Migration],
    build: impl FnOnce(&rusqlite::Transaction<'_>, &[i64]) -> rusqlite::Result<()>,
) -> rusqlite::Result<Fit> {
    let mut missing = match missing(conn, known)? {
        None => return Ok(Fit::Foreign),
        Some(m) => m,
    };
    if !missing.is_empty() {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another program may have done it while we waited for the lock.
        missing = match self::missing(&tx, known)? {
            None => return Ok(Fit::Foreign),
            Some(m) => m,
        };
        if !missing.is_empty() {
            tx.execute_batch(MIGRATION_TABLE)?;
            build(&tx, &missing)?;
            let mut insert = tx.prepare(
                "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (?, ?, 1, ?, 0)",
            )?;
            for (version, description, checksum) in known.iter().filter(|m| missing.contains(&m.0)) {
                insert.execute(params![version, description, unhex(checksum)])?;
            }
            drop(insert);
        }
        tx.commit()?;
    }
    let vacuum: i64 = conn.pragma_query_value(None, "auto_vacuum", |r| r.get(0))?;
    if vacuum != 2 {
        conn.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        // Needs the file for itself; a later start will find the moment if this one is not it.
        if let Err(e) = conn.execute_batch("VACUUM") {
            tracing::debug!(error = %e, "could not switch auto_vacuum");
        }
    }
    Ok(Fit::Ours)
}

/// Which known migrations the file lacks; `None` if the file is somebody else's: tables but no migrations, or a
/// known version with another checksum, or one that failed half way. Unknown later versions are fine.
fn missing(conn: &Connection, known: &[Migration]) -> rusqlite::Result<Option<Vec<i64>>> {
    let all = || known.iter().map(|m| m.0).collect();
    let tables: i64 = conn.query_row(
        "SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'",
        [],
        |r| r.get(0),
    )?;
    if tables == 0 {
        return Ok(Some(all()));
    }
    let migrated: bool = conn.query_row(
        "SELECT count(*) FROM sqlite_master WHERE name = '_sqlx_migrations'",
        [],
        |r| r.get(0),
    )?;
    if !migrated {
        return Ok(None);
    }
    let mut select = conn.prepare("SELECT version, checksum, success FROM _sqlx_migrations")?;
    let mut rows = select.query([])?;
    let mut missing: Vec<i64> = all();
    while let Some(row) = rows.next()? {
        let version: i64 = row.get(0)?;
        let Some((_, _, checksum)) = known.iter().find(|m| m.0 == version) else {
            continue;
        };
        if row.get::<_, Vec<u8>>(1)? != unhex(checksum) || !row.get::<_, bool>(2)? {
            return Ok(None);
        }
        missing.retain(|v| *v != version);
    }
    Ok(Some(missing))
}

fn unhex(s: &str) -> Vec<u8> {
    (0..s.len() / 2)
        .map(|i| u8::from_str_radix(&s[2 * i..2 * i + 2], 16).unwrap_or(0))
        .collect()
}
