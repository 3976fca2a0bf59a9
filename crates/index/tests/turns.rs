//! Pages of turns by byte range, and full text.

mod support;

use std::fs;
use std::path::Path;

use codex_index::{Index, IndexError, Speaker, TurnCursor};
use codex_protocol::{SortDirection, Turn};
use codex_rollout::fold::read_turns;
use serde_json::json;
use support::*;

fn index(home: &Path) -> Index {
    Index::new(home, home, "mock")
}

/// All turns by pages of a size.
fn paged(index: &Index, path: &Path, limit: usize, direction: SortDirection) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    loop {
        let cursor = turns.last().map(|t| TurnCursor {
            turn_id: t.id.clone(),
            include_anchor: false,
        });
        let page = index
            .turns_page(path, cursor.as_ref(), limit, direction)
            .expect("a page");
        turns.extend(page.turns);
        if !page.more {
            return turns;
        }
    }
}

fn whole(path: &Path) -> Vec<Turn> {
    read_turns(fs::File::open(path).expect("opened")).expect("read")
}

#[test]
fn pages_are_the_whole_history_in_pieces_however_it_grew() {
    let home = tempfile::tempdir().expect("a folder");
    let index = index(home.path());
    let path = put(home.path(), &uid(1), 0, false, &[head(&uid(1), "/work", 0)]);
    let exec = |turn: &str, call: &str| {
        event(
            "exec_command_end",
            json!({"call_id": call, "turn_id": turn, "command": ["ls"], "cwd": "/work", "parsed_cmd": [], "source": "agent",
                   "stdout": "", "stderr": "", "aggregated_output": "x", "exit_code": 0, "duration": {"secs": 0, "nanos": 5},
                   "formatted_output": "", "status": "completed"}),
            0,
        )
    };
    let t = |n: u64| uid(0x100 + n);
    let steps: Vec<Vec<serde_json::Value>> = vec![
        vec![said("before any turn was opened", 1), heard("implicit", 1)],
        turn(&t(1), "one", "first", 2),
        turn(&t(2), "two", "second", 3),
        turn(&t(3), "three", "third", 4)[..4].to_vec(),
        vec![exec(&t(1), "late-1"), heard("third", 5)],
        vec![event(
            "turn_aborted",
            json!({"turn_id": t(3), "reason": "interrupted"}),
            6,
        )],
        turn(&t(4), "four", "fourth", 7),
        vec![event("thread_rolled_back", json!({"num_turns": 2}), 8)],
        turn(&t(5), "five", "fifth", 9),
        vec![exec(&t(2), "late-2"), exec(&t(2), "late-2")],
        turn(&t(6), "six", "sixth", 10)[..3].to_vec(),
        turn(&t(6), "six", "sixth", 10)[3..].to_vec(),
    ];
    for step in steps {
        append(&path, &step);
        let expected = whole(&path);
        for limit in [1, 3, 100] {
            assert_eq!(paged(&index, &path, limit, SortDirection::Asc), expected);
            let mut back = paged(&index, &path, limit, SortDirection::Desc);
            back.reverse();
            assert_eq!(back, expected);
        }
        assert_eq!(index.history_summary(&path).expect("read").turns, expected.len());
    }
    let summary = index.history_summary(&path).expect("read");
    assert_eq!(summary.usage_turn_id, t(6));
    assert_eq!(summary.dropped.len(), 1);
    let gone = TurnCursor {
        turn_id: t(4),
        include_anchor: true,
    };
    assert!(matches!(
        index.turns_page(&path, Some(&gone), 5, SortDirection::Asc),
        Err(IndexError::AnchorGone)
    ));
    // A new index, having seen none of the steps, says the same.
    let fresh = tempfile::tempdir().expect("a folder");
    let other = Index::new(home.path(), fresh.path(), "mock");
    assert_eq!(paged(&other, &path, 2, SortDirection::Asc), whole(&path));
    assert_eq!(other.history_summary(&path).expect("read"), summary);
}

#[test]
fn a_torn_line_counts_once_it_is_whole_and_a_replaced_file_is_read_anew() {
    let home = tempfile::tempdir().expect("a folder");
    let index = index(home.path());
    let mut lines = vec![head(&uid(1), "/work", 0)];
    lines.extend(turn(&uid(9), "one", "first", 2));
    let path = put(home.path(), &uid(1), 0, false, &lines);
    let whole_line = said("second, an implicit turn", 5).to_string();
    let (a, b) = whole_line.split_at(40);
    use std::io::Write;
    let mut file = fs::OpenOptions::new().append(true).open(&path).expect("opened");
    file.write_all(a.as_bytes()).expect("written");
    assert_eq!(paged(&index, &path, 5, SortDirection::Asc).len(), 1);
    file.write_all(format!("{b}\n").as_bytes()).expect("written");
    assert_eq!(paged(&index, &path, 5, SortDirection::Asc), whole(&path));
    assert_eq!(whole(&path).len(), 2);
    lines.truncate(1);
    lines.extend(turn(&uid(8), "another", "one", 2));
    write(&path, &lines);
    assert_eq!(paged(&index, &path, 5, SortDirection::Asc), whole(&path));
}

#[test]
fn deleting_the_index_costs_nothing_but_time() {
    let home = tempfile::tempdir().expect("a folder");
    let index = index(home.path());
    let path = home
        .path()
        .join("sessions/2025/03/04/rollout-2025-03-04T10-00-00-5f0c9a1e-7b2d-4c3e-8f40-000000000001.jsonl");
    long_history(&path, 600, 600_000, None);
    let expected = whole(&path);
    assert_eq!(paged(&index, &path, 50, SortDirection::Asc), expected);
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(home.path().join(format!("history_1.sqlite{suffix}")));
    }
    assert_eq!(paged(&index, &path, 50, SortDirection::Asc), expected);
}

#[test]
fn words_are_found_in_messages_and_names_with_their_turns() {
    let home = tempfile::tempdir().expect("a folder");
    let index = index(home.path());
    let path = simple(home.path(), 1, "/work", "Where does the Aardvark sleep?");
    append(
        &path,
        &turn(
            &uid(0x77),
            "And the zebra?",
            "The zebra sleeps standing, as horses do.",
            9000,
        ),
    );
    simple(home.path(), 2, "/work", "Something else");
    let named = simple(home.path(), 3, "/work", "A question");
    let search = |words: &str| {
        let start = std::time::Instant::now();
        loop {
            assert!(start.elapsed().as_secs() < 30, "the words are not indexed");
            let page = index.search_text(words, 10).expect("searched");
            if page.complete {
                return page.hits;
            }
            std::thread::yield_now();
        }
    };
    // The first search of a home only starts the indexing; the scan it begins with finds the files.
    index
        .list(&codex_index::ListQuery::new(25, "mock"))
        .expect("a page");
    let hits = search("zebra");
    assert_eq!(hits.len(), 2);
    assert!(
        hits.iter()
            .all(|h| h.thread == uid(1) && h.turn_id == Some(uid(0x77)))
    );
    let hit = &search("aard")[0];
    assert_eq!(
        (hit.speaker, hit.turn_id.clone()),
        (Speaker::User, Some(uid(0x1001)))
    );
    assert_eq!(&hit.snippet[hit.matches[0].clone()], "Aard");
    append(
        &named,
        &[event(
            "thread_name_updated",
            json!({"thread_id": uid(3), "thread_name": "Giraffe matters"}),
            9100,
        )],
    );
    index.renamed(&uid(3), &named, "Giraffe matters");
    assert_eq!(search("giraffe")[0].speaker, Speaker::Title);
    append(
        &path,
        &[event("thread_rolled_back", json!({"num_turns": 1}), 9500)],
    );
    index
        .list(&codex_index::ListQuery::new(25, "mock"))
        .expect("a page");
    assert_eq!(search("zebra"), []);
}

#[test]
fn a_search_that_says_complete_has_what_this_process_wrote() {
    let home = tempfile::tempdir().expect("a folder");
    let index = index(home.path());
    let path = simple(home.path(), 1, "/work", "Where does the aardvark sleep?");
    let start = std::time::Instant::now();
    let complete = |words: &str| {
        loop {
            assert!(start.elapsed().as_secs() < 30, "the words are not indexed");
            let page = index.search_text(words, 10).expect("searched");
            if page.complete {
                return page.hits.len();
            }
            std::thread::yield_now();
        }
    };
    assert_eq!(complete("aardvark"), 1);
    append(&path, &turn(&uid(0x77), "And the zebra?", "Standing.", 9000));
    index.records_written(&uid(1), &path, &[]);
    assert_eq!(complete("zebra"), 1);
    // A thread made since is not left out either, nor is one made by somebody else.
    simple(home.path(), 2, "/work", "And the okapi?");
    assert_eq!(complete("okapi"), 1);
    // What another program adds to a history is found after a while.
    append(&path, &turn(&uid(0x78), "And the tapir?", "Lying.", 9500));
    while complete("tapir") != 1 {
        std::thread::yield_now();
    }
}

#[test]
fn long_messages_are_indexed_and_shown_in_part() {
    let home = tempfile::tempdir().expect("a folder");
    let index = index(home.path());
    let long = format!("beginning {} ending", "\u{e9} filler".repeat(60_000));
    simple(home.path(), 1, "/work", &long);
    let search = |words: &str| {
        let start = std::time::Instant::now();
        loop {
            assert!(start.elapsed().as_secs() < 30, "the words are not indexed");
            let page = index.search_text(words, 10).expect("searched");
            if page.complete {
                return page.hits;
            }
            std::thread::yield_now();
        }
    };
    assert_eq!(search("beginning").len(), 1);
    assert!(search("beginning")[0].snippet.len() < 1000);
    assert_eq!(search("ending").len(), 0);
}
