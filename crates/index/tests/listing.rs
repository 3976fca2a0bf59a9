//! Listings of homes that other programs wrote and change.

mod support;

use std::fs;
use std::path::Path;

use codex_index::{Index, IndexError, ListQuery};
use codex_protocol::{SortDirection, ThreadSortKey, ThreadSourceKind};
use serde_json::json;
use support::*;

fn index(home: &Path) -> Index {
    Index::new(home, home, "mock")
}

fn query() -> ListQuery {
    ListQuery::new(25, "mock")
}

fn previews(index: &Index, query: &ListQuery) -> Vec<String> {
    index
        .list(query)
        .expect("a page")
        .threads
        .into_iter()
        .map(|t| t.preview)
        .collect()
}

/// All pages of a query, following the cursors.
fn pages(index: &Index, mut query: ListQuery) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    loop {
        let page = index.list(&query).expect("a page");
        all.push(page.threads.into_iter().map(|t| t.preview).collect());
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return all;
        }
    }
}

fn wait_complete(index: &Index) {
    let start = std::time::Instant::now();
    while !index.is_complete() {
        index.start_backfill();
        assert!(start.elapsed().as_secs() < 30, "the histories are not taken in");
        std::thread::yield_now();
    }
}

#[test]
fn pages_go_both_ways_by_creation() {
    let home = tempfile::tempdir().expect("a folder");
    for n in 1..=7 {
        simple(home.path(), n, "/work", &format!("no {n}"));
    }
    let index = index(home.path());
    let mut q = ListQuery { limit: 3, ..query() };
    assert_eq!(
        pages(&index, q.clone()),
        [
            vec!["no 7", "no 6", "no 5"],
            vec!["no 4", "no 3", "no 2"],
            vec!["no 1"]
        ]
    );
    q.cursor = index.list(&q).expect("a page").next_cursor;
    let second = index.list(&q).expect("a page");
    let back = ListQuery {
        limit: 2,
        cursor: second.backwards_cursor,
        direction: SortDirection::Asc,
        ..query()
    };
    assert_eq!(previews(&index, &back), ["no 4", "no 5"]);
    let file_style = ListQuery {
        cursor: Some("2025-03-04T10-00-04".into()),
        ..query()
    };
    assert_eq!(previews(&index, &file_style), ["no 3", "no 2", "no 1"]);
    let bad = ListQuery {
        cursor: Some("x".into()),
        ..query()
    };
    assert!(matches!(index.list(&bad), Err(IndexError::InvalidCursor(c)) if c == "x"));
}

#[test]
fn threads_of_one_instant_are_not_lost_between_pages() {
    let home = tempfile::tempdir().expect("a folder");
    for n in 1..=7 {
        let mut lines = vec![head(&uid(n), "/work", 1000)];
        lines.extend(turn(&uid(0x1000 + n), &format!("no {n}"), "Yes", 1000));
        put(home.path(), &uid(n), 1000, false, &lines);
    }
    let index = index(home.path());
    for direction in [SortDirection::Asc, SortDirection::Desc] {
        for key in [ThreadSortKey::CreatedAt, ThreadSortKey::UpdatedAt] {
            let mut all = pages(
                &index,
                ListQuery {
                    limit: 2,
                    direction,
                    sort_key: key,
                    ..query()
                },
            )
            .concat();
            all.sort();
            assert_eq!(all, ["no 1", "no 2", "no 3", "no 4", "no 5", "no 6", "no 7"]);
        }
    }
}

#[test]
fn order_by_update_follows_the_files() {
    let home = tempfile::tempdir().expect("a folder");
    let paths: Vec<_> = (1..=4)
        .map(|n| simple(home.path(), n, "/work", &format!("no {n}")))
        .collect();
    touch(&paths[1], 50_000);
    let index = index(home.path());
    let by_update = ListQuery {
        sort_key: ThreadSortKey::UpdatedAt,
        ..query()
    };
    assert_eq!(previews(&index, &by_update), ["no 2", "no 4", "no 3", "no 1"]);
    append(&paths[0], &[heard("more", 60_000)]);
    touch(&paths[0], 60_000);
    // Files are looked at again for this order once some time has passed, the longer the more there are.
    let start = std::time::Instant::now();
    while previews(&index, &by_update) != ["no 1", "no 2", "no 4", "no 3"] {
        assert!(start.elapsed().as_secs() < 30, "the changed file keeps its place");
    }
}

#[test]
fn filters_by_source_provider_folder_and_shelf() {
    let home = tempfile::tempdir().expect("a folder");
    let make = |n: u64, cwd: &str, source: serde_json::Value, provider: serde_json::Value, archived: bool| {
        let mut lines = vec![head(&uid(n), cwd, n as i64 * 1000)];
        lines[0]["payload"]["source"] = source;
        lines[0]["payload"]["model_provider"] = provider;
        lines.extend(turn(&uid(0x1000 + n), &format!("no {n}"), "Yes", n as i64 * 1000));
        put(home.path(), &uid(n), n as i64 * 1000, archived, &lines);
    };
    make(1, "/a", json!("cli"), json!("mock"), false);
    make(2, "/b", json!("vscode"), json!(null), false);
    make(3, "/a", json!("exec"), json!("mock"), false);
    make(4, "/a", json!("cli"), json!("elsewhere"), false);
    make(5, "/b", json!("mcp"), json!("mock"), false);
    make(6, "/a", json!({"subagent": "review"}), json!("mock"), false);
    make(
        7,
        "/a",
        json!({"subagent": {"other": "mine"}}),
        json!("mock"),
        false,
    );
    make(8, "/a", json!({"custom": "atlas"}), json!("mock"), false);
    make(9, "/a", json!({"custom": "zeppelin"}), json!("mock"), false);
    make(10, "/a", json!("martian"), json!("mock"), false);
    make(11, "/a", json!("cli"), json!("mock"), true);
    let index = index(home.path());
    let of = |change: &dyn Fn(&mut ListQuery)| {
        let mut q = query();
        change(&mut q);
        previews(&index, &q)
    };
    for _ in 0..2 {
        assert_eq!(of(&|_| ()), ["no 8", "no 2", "no 1"]);
        assert_eq!(of(&|q| q.kinds = vec![ThreadSourceKind::Exec]), ["no 3"]);
        assert_eq!(of(&|q| q.kinds = vec![ThreadSourceKind::AppServer]), ["no 5"]);
        assert_eq!(
            of(&|q| q.kinds = vec![ThreadSourceKind::SubAgent]),
            ["no 7", "no 6"]
        );
        assert_eq!(of(&|q| q.kinds = vec![ThreadSourceKind::SubAgentOther]), ["no 7"]);
        assert_eq!(of(&|q| q.kinds = vec![ThreadSourceKind::Unknown]), ["no 10"]);
        assert_eq!(
            of(&|q| q.providers = Some(vec![])),
            ["no 8", "no 4", "no 2", "no 1"]
        );
        assert_eq!(of(&|q| q.providers = Some(vec!["elsewhere".into()])), ["no 4"]);
        assert_eq!(of(&|q| q.cwd = Some(vec!["/b".into()])), ["no 2"]);
        assert_eq!(
            of(&|q| q.cwd = Some(vec!["/b/".into(), "/none".into()])),
            ["no 2"]
        );
        assert_eq!(of(&|q| q.cwd = Some(vec![])), Vec::<String>::new());
        assert_eq!(of(&|q| q.archived = true), ["no 11"]);
        wait_complete(&index);
    }
    assert_eq!(of(&|q| q.database_only = true), ["no 8", "no 2", "no 1"]);
    let agents = |q: &mut ListQuery| (q.database_only, q.kinds) = (true, vec![ThreadSourceKind::SubAgent]);
    assert_eq!(of(&agents), ["no 7", "no 6"]);
}

#[test]
fn folders_match_through_links() {
    let home = tempfile::tempdir().expect("a folder");
    let work = tempfile::tempdir().expect("a folder");
    let (real, link) = (work.path().join("real"), work.path().join("link"));
    fs::create_dir(&real).expect("made");
    std::os::unix::fs::symlink(&real, &link).expect("made");
    simple(home.path(), 1, real.to_str().expect("text"), "in real");
    simple(home.path(), 2, link.to_str().expect("text"), "through link");
    simple(home.path(), 3, "/gone", "gone");
    let index = index(home.path());
    for cwd in [&real, &link] {
        let page = index
            .list(&ListQuery {
                cwd: Some(vec![cwd.clone()]),
                ..query()
            })
            .expect("a page");
        let shown: Vec<_> = page
            .threads
            .iter()
            .map(|t| (t.preview.as_str(), t.cwd.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("through link", link.to_str().expect("text")),
                ("in real", real.to_str().expect("text"))
            ]
        );
    }
    assert_eq!(
        previews(
            &index,
            &ListQuery {
                cwd: Some(vec!["/gone/../gone".into()]),
                ..query()
            }
        ),
        ["gone"]
    );
}

#[test]
fn odd_files_are_left_out() {
    let home = tempfile::tempdir().expect("a folder");
    let w = "/work";
    simple(home.path(), 1, w, "fit");
    put(home.path(), &uid(2), 2000, false, &[]);
    put(home.path(), &uid(3), 3000, false, &[head(&uid(3), w, 3000)]);
    put(home.path(), &uid(4), 4000, false, &[said("no head", 4000)]);
    let day = home.path().join("sessions/2025/03/04");
    fs::copy(
        place(home.path(), &uid(1), 1000, false),
        day.join(format!("rollout-{}.jsonl", uid(5))),
    )
    .expect("copied");
    let odd = home.path().join("sessions/2025/march/04");
    fs::create_dir_all(&odd).expect("made");
    fs::copy(
        place(home.path(), &uid(1), 1000, false),
        odd.join(format!("rollout-2025-03-04T10-00-06-{}.jsonl", uid(6))),
    )
    .expect("copied");
    let mut late = vec![head(&uid(7), w, 7000)];
    late.extend((0..400).map(|n| heard(&format!("{n}"), 7000)));
    late.push(said("after four hundred lines", 7000));
    put(home.path(), &uid(7), 7000, false, &late);
    let index = index(home.path());
    assert_eq!(previews(&index, &query()), ["after four hundred lines", "fit"]);
}

#[test]
fn what_others_add_move_and_remove_shows_at_once() {
    let home = tempfile::tempdir().expect("a folder");
    let paths: Vec<_> = (1..=3)
        .map(|n| simple(home.path(), n, "/work", &format!("no {n}")))
        .collect();
    let index = index(home.path());
    assert_eq!(previews(&index, &query()), ["no 3", "no 2", "no 1"]);
    wait_complete(&index);
    let archive = home.path().join("archived_sessions");
    fs::create_dir(&archive).expect("made");
    fs::rename(&paths[0], archive.join(paths[0].file_name().expect("a name"))).expect("moved");
    fs::remove_file(&paths[1]).expect("removed");
    simple(home.path(), 4, "/work", "no 4");
    assert_eq!(previews(&index, &query()), ["no 4", "no 3"]);
    assert_eq!(
        previews(
            &index,
            &ListQuery {
                archived: true,
                ..query()
            }
        ),
        ["no 1"]
    );
    let found = index.find(&uid(1), None).expect("found");
    assert!(found.archived && found.row.is_some_and(|r| r.archived_at.is_some()));
    assert_eq!(index.find(&uid(2), None), None);
    // A head alone is not listed; its first message brings it in, though no folder changes.
    let path = put(home.path(), &uid(5), 5000, false, &[head(&uid(5), "/work", 5000)]);
    assert_eq!(previews(&index, &query()), ["no 4", "no 3"]);
    append(&path, &[said("no 5", 5001)]);
    assert_eq!(previews(&index, &query()), ["no 5", "no 4", "no 3"]);
}

#[test]
fn rows_that_do_not_fit_are_mended() {
    let home = tempfile::tempdir().expect("a folder");
    for n in 1..=3 {
        simple(home.path(), n, "/work", &format!("no {n}"));
    }
    let index = index(home.path());
    wait_complete(&index);
    let db = rusqlite::Connection::open(home.path().join("state_5.sqlite")).expect("opened");
    db.execute(
        "UPDATE threads SET archived = 1, archived_at = 5 WHERE id = ?",
        [uid(1)],
    )
    .expect("done");
    db.execute(
        "UPDATE threads SET rollout_path = '/nowhere.jsonl' WHERE id = ?",
        [uid(2)],
    )
    .expect("done");
    db.execute("DELETE FROM threads WHERE id = ?", [uid(3)])
        .expect("done");
    assert_eq!(previews(&index, &query()), ["no 3", "no 2", "no 1"]);
    assert_eq!(
        previews(
            &index,
            &ListQuery {
                database_only: true,
                ..query()
            }
        ),
        ["no 3", "no 2", "no 1"]
    );
}

#[test]
fn names_are_shown_and_searched_wherever_they_come_from() {
    let home = tempfile::tempdir().expect("a folder");
    let paths: Vec<_> = (1..=5)
        .map(|n| simple(home.path(), n, "/work", &format!("question {n}")))
        .collect();
    append(
        &paths[4],
        &[event(
            "thread_name_updated",
            json!({"thread_id": uid(5), "thread_name": " From a record "}),
            9000,
        )],
    );
    let entry = |n: u64, name: &str| {
        json!({"id": uid(n), "thread_name": name, "updated_at": stamp(0)}).to_string() + "\n"
    };
    let names = entry(1, "first")
        + &entry(1, "Blue whale")
        + "junk\n"
        + &entry(2, "  ")
        + &entry(3, "question 3")
        + "{\"id\":";
    fs::write(home.path().join("session_index.jsonl"), names).expect("written");
    let index = index(home.path());
    let search = |term: &str| {
        previews(
            &index,
            &ListQuery {
                search: Some(term.into()),
                ..query()
            },
        )
    };
    let named = |index: &Index| -> Vec<_> {
        index
            .list(&query())
            .expect("a page")
            .threads
            .into_iter()
            .map(|t| t.name)
            .collect()
    };
    assert_eq!(
        named(&index),
        [None, None, None, None, Some("Blue whale".to_owned())]
    );
    assert_eq!(search("whale"), ["question 1"]);
    wait_complete(&index);
    assert_eq!(search("record"), ["question 5"]);
    assert_eq!(search("Record"), Vec::<String>::new());
    index.renamed(&uid(4), &paths[3], "Green whale");
    assert_eq!(search("whale"), ["question 4", "question 1"]);
    assert_eq!(search("n w"), ["question 4"]);
    assert_eq!(search("question"), ["question 3", "question 2"]);
    assert_eq!(
        search(""),
        [
            "question 5",
            "question 4",
            "question 3",
            "question 2",
            "question 1"
        ]
    );
    assert_eq!(named(&index)[1], Some("Green whale".to_owned()));
}

#[test]
fn a_home_of_thousands_answers_its_first_page_before_it_is_known() {
    let home = tempfile::tempdir().expect("a folder");
    large_home(home.path(), 1200);
    let index = index(home.path());
    let first = index.list(&ListQuery { limit: 50, ..query() }).expect("a page");
    assert_eq!(first.threads.len(), 50);
    assert!(first.next_cursor.is_some());
    assert_eq!(first.threads[0].id, uid(1199));
    let all = pages(
        &index,
        ListQuery {
            limit: 100,
            ..query()
        },
    );
    assert_eq!(all.concat().len(), 1200);
}

#[test]
fn one_of_many_without_a_message_shows_once_it_gets_one() {
    let home = tempfile::tempdir().expect("a folder");
    let paths: Vec<_> = (0..350)
        .map(|n| {
            let head = head(&uid(n), "/work", n as i64 * 1000);
            put(home.path(), &uid(n), n as i64 * 1000, false, &[head])
        })
        .collect();
    let index = index(home.path());
    assert_eq!(previews(&index, &query()), Vec::<String>::new());
    // Each may be looked at in turn.
    let lists_until = |wanted: &[&str]| {
        for _ in 0..5 {
            if previews(&index, &query()) == wanted {
                return;
            }
        }
        panic!("{wanted:?} does not show");
    };
    append(&paths[120], &[said("the oldest of all but some", 500_000)]);
    lists_until(&["the oldest of all but some"]);
    // What grows without a message is read only from where it was read before.
    append(&paths[349], &[heard("nobody asked", 600_000)]);
    lists_until(&["the oldest of all but some"]);
    let db = rusqlite::Connection::open(home.path().join("history_1.sqlite")).expect("opened");
    let (size, scanned): (i64, i64) = db
        .query_row(
            "SELECT size, scanned_to FROM files WHERE name_id = ?",
            [uid(349)],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
        .expect("a row");
    assert_eq!(
        (size, scanned),
        (size, fs::metadata(&paths[349]).expect("there").len() as i64)
    );
    append(&paths[349], &[said("at last", 700_000)]);
    lists_until(&["at last", "the oldest of all but some"]);
}

#[test]
fn what_this_process_writes_shows_at_once_however_many_wait_for_a_message() {
    let home = tempfile::tempdir().expect("a folder");
    let paths: Vec<_> = (0..350)
        .map(|n| {
            let head = head(&uid(n), "/work", n as i64 * 1000);
            put(home.path(), &uid(n), n as i64 * 1000, false, &[head])
        })
        .collect();
    let index = index(home.path());
    previews(&index, &query());
    previews(&index, &query());
    append(&paths[0], &[said("the oldest", 500_000)]);
    index.records_written(&uid(0), &paths[0], &[]);
    assert_eq!(previews(&index, &query()), ["the oldest"]);
}

#[test]
fn in_a_home_of_many_days_new_ones_show_at_once_and_old_ones_soon() {
    let home = tempfile::tempdir().expect("a folder");
    let on_day = |day: i64, n: u64, text: &str| {
        let ms = day * 86_400_000 + n as i64 * 1000;
        let mut lines = vec![head(&uid(n), "/work", ms)];
        lines.extend(turn(&uid(0x1000 + n), text, "Yes", ms));
        put(home.path(), &uid(n), ms, false, &lines)
    };
    for n in 0..100 {
        on_day(n as i64, n, &format!("day {n}"));
    }
    let index = index(home.path());
    assert_eq!(pages(&index, query()).concat().len(), 100);
    on_day(99, 200, "another of today");
    on_day(100, 201, "the first of tomorrow");
    let first = previews(&index, &ListQuery { limit: 3, ..query() });
    assert_eq!(first, ["the first of tomorrow", "another of today", "day 99"]);
    // A page shows all of the days it shows.
    on_day(97, 202, "another of a day on the page");
    let first = previews(&index, &ListQuery { limit: 6, ..query() });
    assert_eq!(first[4], "another of a day on the page");
    let old = on_day(20, 203, "another of an old day");
    let start = std::time::Instant::now();
    while !pages(&index, query())
        .concat()
        .contains(&"another of an old day".to_owned())
    {
        assert!(start.elapsed().as_secs() < 30, "the old day is not looked at");
    }
    fs::remove_file(old).expect("removed");
    assert!(
        !pages(&index, query())
            .concat()
            .contains(&"another of an old day".to_owned())
    );
}

#[test]
fn a_long_listing_of_an_unknown_home_lets_others_go_on() {
    let home = tempfile::tempdir().expect("a folder");
    large_home(home.path(), 800);
    let index = index(home.path());
    let by_update = ListQuery {
        sort_key: ThreadSortKey::UpdatedAt,
        ..query()
    };
    let ended = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| {
            let page = index.list(&by_update).expect("a page");
            ended.store(true, std::sync::atomic::Ordering::Relaxed);
            page.threads.len()
        });
        let page = index.list(&query()).expect("a page");
        assert_eq!((page.threads.len(), page.threads[0].id.clone()), (25, uid(799)));
        assert!(index.name(&uid(7)).is_none());
        let before = !ended.load(std::sync::atomic::Ordering::Relaxed);
        assert_eq!(slow.join().expect("no panic"), 25);
        assert!(before, "the first page came only after the whole home was known");
    });
}

#[test]
fn an_empty_home_is_empty_pages_and_stays_clean() {
    let home = tempfile::tempdir().expect("a folder");
    let index = index(home.path());
    for q in [
        query(),
        ListQuery {
            archived: true,
            ..query()
        },
        ListQuery {
            search: Some("x".into()),
            ..query()
        },
    ] {
        let page = index.list(&q).expect("a page");
        assert_eq!(
            (page.threads.len(), page.next_cursor, page.backwards_cursor),
            (0, None, None)
        );
    }
    assert!(!home.path().join("sessions").exists());
}
