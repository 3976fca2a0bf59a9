//! The metadata database: shared with the reference, and allowed to go missing, damaged or locked at any moment.

mod support;

use std::fs;
use std::path::Path;

use codex_index::{GitEdit, GoalChange, GoalSet, Index, ListQuery, Shelf};
use codex_protocol::ThreadGoalStatus;
use codex_rollout::{RolloutItem, RolloutLine};
use rusqlite::Connection;
use serde_json::{Value, json};
use support::*;

fn index(home: &Path) -> Index {
    Index::new(home, home, "mock")
}

fn wait_complete(index: &Index) {
    let start = std::time::Instant::now();
    while !index.is_complete() {
        index.start_backfill();
        assert!(start.elapsed().as_secs() < 30, "the histories are not taken in");
        std::thread::yield_now();
    }
}

fn open(home: &Path) -> Connection {
    Connection::open(home.join("state_5.sqlite")).expect("opened")
}

fn items(lines: &[Value]) -> Vec<RolloutItem> {
    lines
        .iter()
        .map(|l| {
            RolloutLine::parse(l.to_string().as_bytes())
                .expect("a record")
                .item
        })
        .collect()
}

fn set_aside(home: &Path, of: &str) -> usize {
    let name = |e: fs::DirEntry| e.file_name().into_string().expect("text");
    fs::read_dir(home)
        .expect("read")
        .flatten()
        .map(name)
        .filter(|n| n.starts_with(&format!("{of}.damaged-")))
        .count()
}

#[test]
fn a_new_database_has_the_references_schema() {
    let home = tempfile::tempdir().expect("a folder");
    index(home.path()).prepare().expect("made");
    let db = open(home.path());
    let names = |kind: &str| -> Vec<String> {
        let sql = "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite_%' ORDER BY name";
        let mut s = db.prepare(sql).expect("prepared");
        s.query_map([kind], |r| r.get(0))
            .expect("read")
            .map(|r| r.expect("text"))
            .collect()
    };
    assert_eq!(
        names("table"),
        [
            "_sqlx_migrations",
            "agent_job_items",
            "agent_jobs",
            "backfill_state",
            "device_key_bindings",
            "jobs",
            "remote_control_enrollments",
            "stage1_outputs",
            "thread_dynamic_tools",
            "thread_goals",
            "thread_spawn_edges",
            "threads"
        ]
    );
    assert_eq!(names("trigger").len(), 4);
    assert_eq!(names("index").len(), 15);
    let one = |sql: &str| db.query_row(sql, [], |r| r.get::<_, Value2>(0)).expect("a row").0;
    assert_eq!(
        one("SELECT count(*) FROM _sqlx_migrations WHERE success = 1 AND length(checksum) = 48"),
        "29"
    );
    assert_eq!(one("PRAGMA auto_vacuum"), "2");
    assert_eq!(one("PRAGMA journal_mode"), "wal");
    assert!(home.path().join("logs_2.sqlite").exists());
}

/// A value as text, whatever its type.
struct Value2(String);

impl rusqlite::types::FromSql for Value2 {
    fn column_result(v: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        Ok(Value2(match v {
            rusqlite::types::ValueRef::Integer(i) => i.to_string(),
            rusqlite::types::ValueRef::Text(t) => String::from_utf8_lossy(t).into_owned(),
            other => format!("{other:?}"),
        }))
    }
}

#[test]
fn an_older_database_gets_what_it_lacks_and_keeps_the_rest() {
    let home = tempfile::tempdir().expect("a folder");
    index(home.path()).prepare().expect("made");
    let db = open(home.path());
    db.execute_batch(
        "DROP TABLE thread_goals; DROP INDEX idx_threads_archived_cwd_created_at_ms; DELETE FROM _sqlx_migrations WHERE version > 26;
         ALTER TABLE threads ADD COLUMN from_the_future TEXT DEFAULT 'x'; CREATE TABLE future_things (id);
         INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'future', 1, x'00', 1);",
    )
    .expect("aged");
    drop(db);
    let path = simple(home.path(), 1, "/work", "hello");
    let index = index(home.path());
    wait_complete(&index);
    assert_eq!(index.row(&uid(1)).expect("a row").rollout_path, path);
    assert_eq!(index.goal(&uid(1)).expect("read"), None);
    let db = open(home.path());
    let count = |sql: &str| db.query_row(sql, [], |r| r.get::<_, i64>(0)).expect("a row");
    assert_eq!(count("SELECT count(*) FROM _sqlx_migrations"), 30);
    assert_eq!(
        count("SELECT count(*) FROM threads WHERE from_the_future = 'x'"),
        1
    );
    assert_eq!(set_aside(home.path(), "state_5.sqlite"), 0);
}

#[test]
fn damaged_and_foreign_databases_are_set_aside_and_rebuilt() {
    type Spoil = fn(&Path);
    let spoils: [Spoil; 4] = [
        |p| fs::write(p, b"this is no database ".repeat(400)).expect("written"),
        |p| fs::create_dir(p).expect("made"),
        |p| {
            let db = Connection::open(p).expect("opened");
            db.execute_batch("CREATE TABLE threads (id)").expect("made");
        },
        |p| {
            let home = p.parent().expect("a folder");
            index(home).prepare().expect("made");
            open(home)
                .execute_batch("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 3")
                .expect("spoiled");
        },
    ];
    for spoil in spoils {
        let home = tempfile::tempdir().expect("a folder");
        simple(home.path(), 1, "/work", "hello");
        spoil(&home.path().join("state_5.sqlite"));
        let index = index(home.path());
        assert_eq!(
            index
                .list(&ListQuery::new(5, "mock"))
                .expect("a page")
                .threads
                .len(),
            1
        );
        wait_complete(&index);
        assert_eq!(index.row(&uid(1)).expect("a row").title, "hello");
        assert_eq!(set_aside(home.path(), "state_5.sqlite"), 1);
    }
}

#[test]
fn databases_deleted_or_damaged_under_a_running_server_come_back() {
    let home = tempfile::tempdir().expect("a folder");
    for n in 1..=30 {
        simple(home.path(), n, "/work", &format!("no {n}"));
    }
    let index = index(home.path());
    let all = |index: &Index| {
        let page = index.list(&ListQuery {
            search: Some("no".into()),
            limit: 100,
            ..ListQuery::new(25, "mock")
        });
        page.expect("a page").threads.len()
    };
    wait_complete(&index);
    assert_eq!(all(&index), 30);
    for file in ["state_5.sqlite", "history_1.sqlite"] {
        for suffix in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(home.path().join(format!("{file}{suffix}")));
        }
        assert_eq!(all(&index), 30, "{file} deleted");
        wait_complete(&index);
        assert!(index.row(&uid(7)).is_some());
    }
    for file in ["state_5.sqlite", "history_1.sqlite"] {
        // Everything into the file itself, then junk over its pages.
        let path = home.path().join(file);
        let db = Connection::open(&path).expect("opened");
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .expect("checkpointed");
        drop(db);
        let len = fs::metadata(&path).expect("there").len() as usize;
        let junk = vec![0x5a; len];
        use std::os::unix::fs::FileExt;
        fs::OpenOptions::new()
            .write(true)
            .open(&path)
            .expect("opened")
            .write_all_at(&junk, 0)
            .expect("written");
        assert_eq!(all(&index), 30, "{file} damaged");
        wait_complete(&index);
        assert_eq!(all(&index), 30);
        assert!(index.find(&uid(7), Shelf::Active).is_some());
    }
}

#[test]
fn what_a_thread_does_reaches_its_row() {
    let home = tempfile::tempdir().expect("a folder");
    let index = index(home.path());
    let id = uid(1);
    let path = place(home.path(), &id, 0, false);
    index.records_written(&id, &path, &items(&[head(&id, "/work", 0)]));
    let row = index.row(&id).expect("a row");
    assert_eq!(
        (row.title.as_str(), row.model.as_deref(), row.created_at_ms),
        ("", None, START * 1000)
    );
    assert_eq!(
        (row.sandbox_policy.as_str(), row.approval_mode.as_str()),
        (r#"{"type":"read-only"}"#, "on-request")
    );
    index.records_written(
        &id,
        &path,
        &items(&turn(&uid(9), "## My request for Codex:\n  the title ", "Yes", 5)),
    );
    index.records_written(&id, &path, &items(&[said("second", 6)]));
    let row = index.row(&id).expect("a row");
    assert_eq!(
        (row.title.as_str(), row.first_user_message.as_str()),
        ("the title", "the title")
    );
    assert_eq!((row.tokens_used, row.model.as_deref()), (77, Some("some-model")));
    index.renamed(&id, &path, "A name");
    assert_eq!(index.row(&id).expect("a row").name(), Some("A name"));
    index.moved(&id, &path, &home.path().join("archived_sessions/x.jsonl"), true);
    assert!(index.row(&id).expect("a row").archived_at.is_some());
}

#[test]
fn what_happened_while_the_database_was_locked_is_written_when_it_is_free() {
    let home = tempfile::tempdir().expect("a folder");
    let index = index(home.path());
    index.prepare().expect("made");
    let other = open(home.path());
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    let id = uid(1);
    let path = place(home.path(), &id, 0, false);
    index.records_written(
        &id,
        &path,
        &items(&[head(&id, "/work", 0), said("the first words", 1)]),
    );
    assert_eq!(index.row(&id), None);
    other.execute_batch("COMMIT").expect("freed");
    assert!(index.flush());
    assert_eq!(
        index.row(&id).expect("a row").first_user_message,
        "the first words"
    );
}

#[test]
fn nobody_waits_while_another_program_writes_the_database() {
    let home = tempfile::tempdir().expect("a folder");
    let path = simple(home.path(), 1, "/work", "hello");
    simple(home.path(), 2, "/work", "gone soon");
    let index = index(home.path());
    wait_complete(&index);
    let other = open(home.path());
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    index.records_written(&uid(1), &path, &items(&[said("more", 1)]));
    fs::remove_file(place(home.path(), &uid(2), 2000, false)).expect("removed");
    let start = std::time::Instant::now();
    for database_only in [true, false].repeat(3) {
        let query = ListQuery {
            database_only,
            ..ListQuery::new(5, "mock")
        };
        let page = index.list(&query).expect("a page");
        assert_eq!(page.threads.len(), 1, "database only: {database_only}");
        assert_eq!(index.row(&uid(1)).expect("a row").first_user_message, "hello");
    }
    assert!(start.elapsed().as_secs() < 1, "reads wait for the lock");
    other.execute_batch("COMMIT").expect("freed");
    // Without anybody asking for it, what waits is written once the database is free.
    let updated = "SELECT updated_at_ms > created_at_ms + 1000 FROM threads WHERE id = ?";
    while !other
        .query_row(updated, [uid(1)], |r| r.get::<_, bool>(0))
        .expect("a row")
    {
        assert!(start.elapsed().as_secs() < 30, "what waits is not written");
        std::thread::yield_now();
    }
}

#[test]
fn a_row_that_lags_behind_its_file_is_made_anew_and_keeps_its_name() {
    let home = tempfile::tempdir().expect("a folder");
    let (id, path) = (uid(1), place(home.path(), &uid(1), 0, false));
    let start = [head(&id, "/work", 0)];
    put(home.path(), &id, 0, false, &start);
    {
        let index = index(home.path());
        wait_complete(&index);
        index.records_written(&id, &path, &items(&start));
        index.renamed(&id, &path, "A name");
        assert_eq!(index.row(&id).expect("a row").first_user_message, "");
    }
    // A server that was killed while the database was locked has told nobody of these.
    append(&path, &turn(&uid(9), "the first words", "Yes", 1));
    append(&path, &turn(&uid(10), "the second", "Yes", 2));
    touch(&path, 5000);
    let index = index(home.path());
    let since = std::time::Instant::now();
    let row = loop {
        let page = index.list(&ListQuery::new(5, "mock")).expect("a page");
        assert_eq!(page.threads[0].name.as_deref(), Some("A name"));
        let row = index.row(&id).expect("a row");
        if !row.first_user_message.is_empty() {
            break row;
        }
        assert!(since.elapsed().as_secs() < 30, "the row stays as it was");
    };
    assert_eq!(row.first_user_message, "the first words");
    assert_eq!((row.name(), row.tokens_used), (Some("A name"), 77));
    // Likewise one that only lacks what came last.
    let db = open(home.path());
    db.execute(
        "UPDATE threads SET updated_at_ms = 5, updated_at = 0, tokens_used = 1",
        [],
    )
    .expect("aged");
    append(&path, &turn(&uid(11), "the third", "Yes", 3));
    touch(&path, 9000);
    while index.row(&id).expect("a row").tokens_used != 77 {
        index.list(&ListQuery::new(5, "mock")).expect("a page");
        assert!(since.elapsed().as_secs() < 30, "the row stays as it was");
    }
}

#[test]
fn an_existing_home_is_taken_in_and_goes_on_after_the_watermark() {
    let home = tempfile::tempdir().expect("a folder");
    let h = home.path();
    simple(h, 1, "/work", "plain");
    let mut child = head(&uid(2), "/work", 2000);
    child["payload"]["source"] = json!({"subagent": {"thread_spawn": {"parent_thread_id": uid(1), "depth": 1, "agent_path": null,
        "agent_nickname": "Nick", "agent_role": "explorer"}}});
    child["payload"]["agent_nickname"] = "Nick".into();
    child["payload"]["agent_role"] = "explorer".into();
    child["payload"]["memory_mode"] = "disabled".into();
    child["payload"]["dynamic_tools"] =
        json!([{"name": "look", "description": "d", "inputSchema": {"type": "object"}}]);
    put(
        h,
        &uid(2),
        2000,
        true,
        &[child, head(&uid(1), "/elsewhere", 0), said("child", 2001)],
    );
    put(h, &uid(3), 3000, false, &[]);
    let index = index(h);
    wait_complete(&index);
    let row = index.row(&uid(2)).expect("a row");
    assert_eq!(
        (row.archived_at, row.memory_mode.as_str()),
        (Some(START + 2), "disabled")
    );
    assert_eq!(
        (row.agent_nickname.as_deref(), row.agent_role.as_deref()),
        (Some("Nick"), Some("explorer"))
    );
    assert_eq!(index.descendants(&uid(1)).expect("read"), [(uid(2), 1)]);
    assert_eq!(index.dynamic_tools(&uid(2)).expect("read")[0].name, "look");
    assert_eq!(index.row(&uid(3)), None);
    let db = open(h);
    let watermark: String = db
        .query_row("SELECT last_watermark FROM backfill_state", [], |r| r.get(0))
        .expect("a row");
    assert_eq!(h.join(watermark), place(h, &uid(3), 3000, false));
    // Another worker's unfinished work is taken up behind its watermark once its lease has run out.
    db.execute("DELETE FROM threads", []).expect("done");
    let mark = place(h, &uid(1), 1000, false)
        .strip_prefix(h)
        .expect("below")
        .to_str()
        .expect("text")
        .to_owned();
    db.execute(
        "UPDATE backfill_state SET status = 'running', last_watermark = ?, updated_at = 5",
        [mark],
    )
    .expect("done");
    simple(h, 4, "/work", "later");
    wait_complete(&index);
    assert!(index.row(&uid(4)).is_some() && index.row(&uid(1)).is_none());
}

#[test]
fn goals_follow_their_rules() {
    let home = tempfile::tempdir().expect("a folder");
    simple(home.path(), 1, "/work", "hello");
    let index = index(home.path());
    wait_complete(&index);
    let id = uid(1);
    let set = |objective: Option<&str>, status, token_budget| {
        let set = GoalSet {
            objective: objective.map(str::to_owned),
            status,
            token_budget,
        };
        index.set_goal(&id, &set).expect("written")
    };
    assert_eq!(set(None, Some(ThreadGoalStatus::Paused), None), None);
    let goal = set(Some("reach it"), None, Some(Some(100))).expect("a goal");
    assert_eq!(
        (goal.status, goal.token_budget),
        (ThreadGoalStatus::Active, Some(100))
    );
    let used = GoalChange {
        add_tokens: 120,
        add_seconds: 3,
        ..GoalChange::default()
    };
    let goal = index.change_goal(&id, &used).expect("written").expect("a goal");
    assert_eq!(
        (goal.status, goal.tokens_used, goal.time_used_seconds),
        (ThreadGoalStatus::BudgetLimited, 120, 3)
    );
    let paused = set(None, Some(ThreadGoalStatus::Paused), None).expect("a goal");
    assert_eq!(paused.status, ThreadGoalStatus::BudgetLimited);
    let again = set(Some("reach it"), Some(ThreadGoalStatus::Active), Some(None)).expect("a goal");
    assert_eq!(
        (again.status, again.tokens_used, &again.goal_id),
        (ThreadGoalStatus::Active, 120, &goal.goal_id)
    );
    let other = set(Some("another"), None, None).expect("a goal");
    assert_eq!((other.tokens_used, other.token_budget), (0, None));
    assert!(index.clear_goal(&id).expect("written") && !index.clear_goal(&id).expect("written"));
}

#[test]
fn git_values_of_a_row_are_kept_cleared_and_shown() {
    let home = tempfile::tempdir().expect("a folder");
    let mut lines = vec![head(&uid(1), "/work", 0)];
    lines[0]["payload"]["git"] = json!({"commit_hash": "c0ffee", "branch": "main"});
    lines.push(said("hello", 1));
    put(home.path(), &uid(1), 0, false, &lines);
    let index = index(home.path());
    wait_complete(&index);
    let edit = GitEdit {
        branch: Some(None),
        origin_url: Some(Some("https://example.com/r".into())),
        ..GitEdit::default()
    };
    let row = index.edit_git(&uid(1), &edit).expect("written").expect("a row");
    assert_eq!(
        (
            row.git_sha.as_deref(),
            row.git_branch,
            row.git_origin_url.is_some()
        ),
        (Some("c0ffee"), None, true)
    );
    let page = index.list(&ListQuery::new(5, "mock")).expect("a page");
    assert_eq!(page.threads[0].git.branch, None);
    assert_eq!(index.edit_git(&uid(2), &edit).expect("written"), None);
}
