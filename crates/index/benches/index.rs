//! Listings of homes of 10,000 and 100,000 threads, pages of turns of a history of 200 MB.
//!
//! `cargo bench -p codex-index`; sizes can be set with `INDEX_BENCH_THREADS=10000,100000` and `INDEX_BENCH_MB=200`.

// What happens once per home, or is memory, has no place in criterion's own output.
#![allow(clippy::print_stdout)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::path::Path;
use std::time::Instant;

use codex_index::{Index, ListQuery, TurnCursor};
use codex_protocol::{SortDirection, ThreadSortKey};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use support::{large_home, long_history};

fn sizes() -> Vec<u64> {
    let given = std::env::var("INDEX_BENCH_THREADS").unwrap_or_else(|_| "10000".to_owned());
    given.split(',').map(|n| n.parse().expect("numbers")).collect()
}

fn query(limit: usize) -> ListQuery {
    ListQuery {
        limit,
        ..ListQuery::new(limit, "mock")
    }
}

fn listings(c: &mut Criterion) {
    for threads in sizes() {
        let home = tempfile::tempdir().expect("a folder");
        large_home(home.path(), threads);
        cold(home.path(), threads);
        let index = Index::new(home.path(), home.path(), "mock");
        let start = Instant::now();
        index
            .list(&ListQuery {
                sort_key: ThreadSortKey::UpdatedAt,
                ..query(50)
            })
            .expect("a page");
        println!("{threads} threads: whole view made in {:?}", start.elapsed());
        let start = Instant::now();
        while !index.is_complete() {
            index.start_backfill();
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        println!("{threads} threads: rows taken in after {:?}", start.elapsed());
        let mut group = c.benchmark_group("list");
        let mut bench = |name: &str, query: ListQuery| {
            group.bench_with_input(BenchmarkId::new(name, threads), &query, |b, q| {
                b.iter(|| index.list(q).expect("a page"))
            });
        };
        bench("page of 50", query(50));
        bench(
            "page of 50 by update",
            ListQuery {
                sort_key: ThreadSortKey::UpdatedAt,
                ..query(50)
            },
        );
        bench(
            "by folder",
            ListQuery {
                cwd: Some(vec!["/work/project-7".into()]),
                ..query(50)
            },
        );
        bench(
            "search, one hit",
            ListQuery {
                search: Some(format!("number {} does", (threads / 2) * 7)),
                ..query(50)
            },
        );
        bench(
            "search, many hits",
            ListQuery {
                search: Some("module 1".into()),
                ..query(50)
            },
        );
        bench(
            "search, no hit",
            ListQuery {
                search: Some("nobody said this".into()),
                ..query(50)
            },
        );
        bench(
            "rows only",
            ListQuery {
                database_only: true,
                ..query(50)
            },
        );
        group
            .sample_size(10)
            .bench_function(BenchmarkId::new("2000 in pages", threads), |b| {
                b.iter(|| {
                    let mut q = query(100);
                    for _ in 0..20 {
                        q.cursor = index.list(&q).expect("a page").next_cursor;
                    }
                });
            });
        group.finish();
    }
    println!("peak memory {} KiB", peak_kib());
}

/// The first page of a home that was never looked at, by an index of its own.
fn cold(home: &Path, threads: u64) {
    for _ in 0..3 {
        let elsewhere = tempfile::tempdir().expect("a folder");
        let start = Instant::now();
        let index = Index::new(home, elsewhere.path(), "mock");
        let page = index.list(&query(50)).expect("a page");
        println!(
            "{threads} threads: first page of an unknown home in {:?}, {} threads",
            start.elapsed(),
            page.threads.len()
        );
    }
}

fn turns(c: &mut Criterion) {
    let megabytes: u64 = std::env::var("INDEX_BENCH_MB").map_or(200, |n| n.parse().expect("a number"));
    let home = tempfile::tempdir().expect("a folder");
    let path = home
        .path()
        .join("sessions/2025/03/04/rollout-2025-03-04T10-00-00-5f0c9a1e-7b2d-4c3e-8f40-000000000001.jsonl");
    long_history(&path, megabytes * 1000 / 23, megabytes << 20, None);
    for _ in 0..3 {
        let elsewhere = tempfile::tempdir().expect("a folder");
        let index = Index::new(home.path(), elsewhere.path(), "mock");
        let start = Instant::now();
        let page = index
            .turns_page(&path, None, 20, SortDirection::Desc)
            .expect("a page");
        println!(
            "{megabytes} MB: first page of an unknown history in {:?}, {} turns",
            start.elapsed(),
            page.turns.len()
        );
    }
    let index = Index::new(home.path(), home.path(), "mock");
    let first = index
        .turns_page(&path, None, 20, SortDirection::Desc)
        .expect("a page");
    let cursor = TurnCursor {
        turn_id: first.turns[19].id.clone(),
        include_anchor: false,
    };
    let mut group = c.benchmark_group("turns");
    group.bench_function("first page", |b| {
        b.iter(|| {
            index
                .turns_page(&path, None, 20, SortDirection::Desc)
                .expect("a page")
        })
    });
    group.bench_function("next page", |b| {
        b.iter(|| {
            index
                .turns_page(&path, Some(&cursor), 20, SortDirection::Desc)
                .expect("a page")
        });
    });
    let mut n = 0;
    group
        .sample_size(20)
        .bench_function("page after one more turn", |b| {
            b.iter(|| {
                n += 1;
                support::append(
                    &path,
                    &support::turn(&support::uid(0x90_0000 + n), "More?", "More.", 0),
                );
                index
                    .turns_page(&path, None, 20, SortDirection::Desc)
                    .expect("a page")
            });
        });
    group.finish();
    println!("peak memory {} KiB", peak_kib());
}

/// The most memory this process ever had, in KiB.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|l| l.starts_with("VmHWM"))
        .unwrap_or_default()
        .to_owned();
    line.split_whitespace()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(0)
}

criterion_group!(benches, listings, turns);
criterion_main!(benches);
