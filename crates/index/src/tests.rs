//! What only shows from inside: caches that cannot be written, histories that others index at the same time.

#[path = "../tests/support/mod.rs"]
mod support;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use codex_protocol::{SortDirection, Turn};
use codex_rollout::fold::read_turns;
use rusqlite::Connection;
use support::*;

use crate::cache::schema::Cache;
use crate::db::{Database, Schema};
use crate::turns::testing::{Step, Stepper};
use crate::{Index, ListQuery, TurnCursor};

fn index(home: &Path) -> Index {
    Index::new(home, home, "mock")
}

fn long_path(home: &Path) -> PathBuf {
    place(home, &uid(1), 0, false)
}

fn whole(path: &Path) -> Vec<Turn> {
    read_turns(File::open(path).expect("opened")).expect("read")
}

/// All turns by pages, the last ones first, put into order again.
fn paged(index: &Index, path: &Path, limit: usize) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    loop {
        let cursor = turns.last().map(|t| TurnCursor {
            turn_id: t.id.clone(),
            include_anchor: false,
        });
        let page = index
            .turns_page(path, cursor.as_ref(), limit, SortDirection::Desc)
            .expect("a page");
        turns.extend(page.turns);
        if !page.more {
            turns.reverse();
            return turns;
        }
    }
}

fn ids(turns: &[Turn]) -> Vec<&str> {
    turns.iter().map(|t| t.id.as_str()).collect()
}

/// Keeps the databases from growing any more.
fn fill_the_disk(index: &Index) {
    let stop = |conn: &mut Connection| conn.pragma_update(None, "max_page_count", 1);
    index.shared.front().cache.with(stop).expect("set");
    crate::lock(&index.shared.turns).with(stop).expect("set");
}

#[test]
fn two_that_index_a_history_in_turn_leave_all_turns_in_the_index() {
    let mut dice: u64 = 7;
    let mut moved = 0;
    for _ in 0..4 {
        let home = tempfile::tempdir().expect("a folder");
        let path = long_path(home.path());
        long_history(&path, 1300, 300_000, None);
        append(
            &path,
            &[event(
                "thread_rolled_back",
                serde_json::json!({"num_turns": 3}),
                1,
            )],
        );
        let (a, b) = (index(home.path()), index(home.path()));
        let file = File::open(&path).expect("opened");
        let mut both = [&a, &b].map(|index| Stepper::new(&index.shared, &path, &file));
        let mut done = [false; 2];
        while done != [true; 2] {
            dice = dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let who = (dice >> 40) as usize % 2;
            match both[who].step() {
                Step::Current => done[who] = true,
                Step::Moved => moved += 1,
                Step::Wrote => {}
            }
        }
        let expected = whole(&path);
        for index in [&a, &b] {
            assert_eq!(ids(&paged(index, &path, 100)), ids(&expected));
        }
    }
    assert!(moved > 0, "they never met");
}

#[test]
fn a_long_history_answers_its_last_page_from_the_file_and_is_indexed_by_then() {
    let home = tempfile::tempdir().expect("a folder");
    let path = long_path(home.path());
    long_history(&path, 1500, 3 << 20, None);
    append(
        &path,
        &[event(
            "thread_rolled_back",
            serde_json::json!({"num_turns": 5}),
            1,
        )],
    );
    append(&path, &turn(&uid(0x77), "open", "still", 2)[..4]);
    let expected = whole(&path);
    assert_eq!(paged(&index(home.path()), &path, 20), expected);
    fs::remove_file(home.path().join(Cache::FILE)).expect("removed");
    // A rollback reaching behind all that is kept is waited for.
    append(
        &path,
        &[event(
            "thread_rolled_back",
            serde_json::json!({"num_turns": 900}),
            3,
        )],
    );
    assert_eq!(paged(&index(home.path()), &path, 20), whole(&path));
}

#[test]
fn while_a_long_history_is_indexed_its_last_page_and_all_else_go_on() {
    let home = tempfile::tempdir().expect("a folder");
    let path = long_path(home.path());
    long_history(&path, 600, 2 << 20, None);
    let other = simple(home.path(), 2, "/work", "another");
    let index = index(home.path());
    let held = index.shared.hold(&path).expect("nobody is at it");
    let page = index
        .turns_page(&path, None, 5, SortDirection::Desc)
        .expect("a page");
    assert_eq!((page.turns.len(), page.more), (5, true));
    assert_eq!(paged(&index, &other, 5), whole(&other));
    assert_eq!(
        index
            .list(&ListQuery::new(5, "mock"))
            .expect("a page")
            .threads
            .len(),
        2
    );
    drop(held);
    assert_eq!(ids(&paged(&index, &path, 100)), ids(&whole(&path)));
}

#[test]
fn a_long_history_on_a_page_is_indexed_ahead() {
    let home = tempfile::tempdir().expect("a folder");
    let path = long_path(home.path());
    long_history(&path, 300, 9 << 20, None);
    let index = index(home.path());
    index.list(&ListQuery::new(5, "mock")).expect("a page");
    let start = Instant::now();
    while !index.shared.is_indexed(&path) {
        assert!(start.elapsed() < Duration::from_secs(60), "it is not indexed");
        std::thread::yield_now();
    }
}

#[test]
fn an_index_that_cannot_be_read_is_made_anew() {
    let home = tempfile::tempdir().expect("a folder");
    let path = long_path(home.path());
    long_history(&path, 50, 50_000, None);
    let index = index(home.path());
    let expected = whole(&path);
    assert_eq!(paged(&index, &path, 10), expected);
    let db = Connection::open(home.path().join(Cache::FILE)).expect("opened");
    db.execute("UPDATE turns SET span = 'x' WHERE ordinal = 30", [])
        .expect("spoiled");
    assert_eq!(paged(&index, &path, 10), expected);
    let spoiled: i64 = db
        .query_row("SELECT count(*) FROM turns WHERE span = 'x'", [], |r| r.get(0))
        .expect("read");
    assert_eq!(spoiled, 0);
}

#[test]
fn a_full_disk_costs_no_thread_and_no_turn() {
    let home = tempfile::tempdir().expect("a folder");
    simple(home.path(), 1, "/work", "before");
    let index = index(home.path());
    let query = ListQuery::new(50, "mock");
    assert_eq!(index.list(&query).expect("a page").threads.len(), 1);
    fill_the_disk(&index);
    for n in 2..=40 {
        simple(home.path(), n, "/work", &"no room ".repeat(50));
    }
    assert_eq!(index.list(&query).expect("a page").threads.len(), 40);
    let path = home.path().join("long.jsonl");
    long_history(&path, 700, 300_000, None);
    assert_eq!(paged(&index, &path, 100), whole(&path));
}

#[test]
fn a_cache_that_others_hold_gives_the_page_as_it_was_with_the_files_times() {
    let home = tempfile::tempdir().expect("a folder");
    let path = simple(home.path(), 1, "/work", "before");
    let index = index(home.path());
    let query = ListQuery::new(50, "mock");
    index.list(&query).expect("a page");
    let other = Connection::open(home.path().join(Cache::FILE)).expect("opened");
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    append(&path, &[heard("more", 60_000)]);
    touch(&path, 60_000);
    let removed = simple(home.path(), 2, "/work", "new");
    let start = Instant::now();
    for _ in 0..5 {
        let page = index.list(&query).expect("a page");
        assert_eq!(page.threads[0].updated_at_ms, START * 1000 + 60_000);
    }
    assert!(
        start.elapsed() < Duration::from_secs(3),
        "each page waits for the lock"
    );
    // Turns need no cache.
    assert_eq!(whole(&removed), {
        let page = index.turns_page(&removed, None, 5, SortDirection::Desc);
        page.expect("a page").turns
    });
    other.execute_batch("COMMIT").expect("freed");
    let start = Instant::now();
    while index.list(&query).expect("a page").threads.len() != 2 {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "the new thread does not show"
        );
        std::thread::yield_now();
    }
}

#[test]
fn a_cache_of_an_earlier_version_is_emptied_and_used() {
    let home = tempfile::tempdir().expect("a folder");
    simple(home.path(), 1, "/work", "hello");
    let file = home.path().join(Cache::FILE);
    let old = Connection::open(&file).expect("opened");
    old.execute_batch(
        "CREATE TABLE files (id); CREATE VIRTUAL TABLE texts USING fts5(text); PRAGMA user_version = 1;",
    )
    .expect("made");
    drop(old);
    assert_eq!(
        index(home.path())
            .list(&ListQuery::new(5, "mock"))
            .expect("a page")
            .threads
            .len(),
        1
    );
    let mut db: Database<Cache> = Database::new(home.path(), Duration::ZERO);
    let n: i64 = db
        .with(|conn| conn.query_row("SELECT count(*) FROM files", [], |r| r.get(0)))
        .expect("read");
    assert_eq!(n, 1);
    let names = fs::read_dir(home.path()).expect("read").flatten();
    assert!(
        names
            .filter(|e| e.file_name().to_string_lossy().contains("damaged"))
            .count()
            == 0
    );
}

#[test]
fn a_worker_that_panicked_can_be_started_again() {
    let home = tempfile::tempdir().expect("a folder");
    let index = index(home.path());
    let shared = Arc::clone(&index.shared);
    assert!(crate::worker::testing::panic_while_running(&shared));
    simple(home.path(), 1, "/work", "hello");
    index.start_backfill();
    let start = Instant::now();
    while !index.is_complete() {
        assert!(start.elapsed() < Duration::from_secs(30), "nothing is taken in");
        std::thread::yield_now();
    }
}
