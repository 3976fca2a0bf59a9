use super::*;

fn touch(path: PathBuf) -> PathBuf {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "").unwrap();
    path
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x5f0c_9a1e_7b2d_4c3e_8f40_0000_0000_0000 + n)
}

#[test]
fn a_history_is_named_after_its_moment_in_the_servers_zone() {
    let created: Timestamp = "2025-03-04T23:30:05.9Z".parse().unwrap();
    let home = Path::new("/home");
    let utc = rollout_path_in(home, id(1), created, TimeZone::UTC);
    assert_eq!(
        utc,
        home.join(format!(
            "sessions/2025/03/04/rollout-2025-03-04T23-30-05-{}.jsonl",
            id(1)
        ))
    );
    let east = rollout_path_in(home, id(1), created, jiff::tz::offset(2).to_time_zone());
    assert_eq!(
        east,
        home.join(format!(
            "sessions/2025/03/05/rollout-2025-03-05T01-30-05-{}.jsonl",
            id(1)
        ))
    );
    let (time, read) = parse_name(utc.file_name().unwrap()).unwrap();
    assert_eq!((time.to_string().as_str(), read), ("2025-03-04T23:30:05Z", id(1)));
}

#[test]
fn other_names_are_no_histories() {
    for name in [
        "rollout-2025-03-04T23-30-05.jsonl",
        "rollout-2025-13-04T23-30-05-5f0c9a1e-7b2d-4c3e-8f40-000000000001.jsonl",
        "rollout-2025-03-04T23-30-05-5f0c9a1e-7b2d-4c3e-8f40-000000000001.JSONL",
        "rollout-2025-03-04T23-30-05-5f0c9a1e-7b2d-4c3e-8f40-000000000001.json",
        "rollout-2025-03-04T23:30:05-5f0c9a1e-7b2d-4c3e-8f40-000000000001.jsonl",
        "x-2025-03-04T23-30-05-5f0c9a1e-7b2d-4c3e-8f40-000000000001.jsonl",
        "rollout-2025-03-04T23-30-0ä-5f0c9a1e-7b2d-4c3e-8f40-000000000001.jsonl",
    ] {
        assert_eq!(parse_name(OsStr::new(name)), None, "{name}");
    }
}

#[test]
fn a_scan_finds_the_newest_first_and_passes_over_the_rest() {
    let home = tempfile::tempdir().unwrap();
    let file = |folder: &str, time: &str, n| {
        touch(
            home.path()
                .join(folder)
                .join(format!("rollout-{time}-{}.jsonl", id(n))),
        )
    };
    let old = file("sessions/2024/12/31", "2024-12-31T00-00-00", 1);
    let second = file("sessions/2025/1/2", "2025-01-02T10-00-00", 2);
    let first = file("sessions/2025/1/2", "2025-01-02T11-00-00", 3);
    file("sessions/2025/1", "2025-01-02T11-00-00", 4);
    file("sessions/2025/1/2/deep", "2025-01-02T11-00-00", 5);
    file("sessions/odd/1/2", "2025-01-02T11-00-00", 6);
    touch(home.path().join("sessions/2025/1/2/notes.txt"));
    fs::create_dir_all(home.path().join(format!(
        "sessions/2025/1/2/rollout-2025-01-02T12-00-00-{}.jsonl",
        id(7)
    )))
    .unwrap();
    let archived = file("archived_sessions", "2025-01-03T00-00-00", 8);
    file("archived_sessions/sub", "2025-01-03T00-00-00", 9);
    let paths = |shelf| {
        scan(home.path(), shelf)
            .unwrap()
            .map(|found| found.path)
            .collect::<Vec<_>>()
    };
    assert_eq!(paths(Shelf::Active), [first.clone(), second, old.clone()]);
    assert_eq!(paths(Shelf::Archived), std::slice::from_ref(&archived));
    let find = |n, shelves: &[Shelf]| find_by_id(home.path(), id(n), shelves).unwrap();
    assert_eq!(find(3, &[Shelf::Active]), Some(first));
    assert_eq!(find(8, &[Shelf::Active]), None);
    assert_eq!(find(8, &[Shelf::Active, Shelf::Archived]), Some(archived));
    assert_eq!(shelf_of(home.path(), &old), Some(Shelf::Active));
    assert_eq!(shelf_of(home.path(), Path::new("/elsewhere")), None);
}

#[test]
fn archiving_and_back_keeps_the_name() {
    let home = tempfile::tempdir().unwrap();
    let path = touch(home.path().join(format!(
        "sessions/2025/01/02/rollout-2025-01-02T10-00-00-{}.jsonl",
        id(1)
    )));
    let archived = archive(home.path(), &path).unwrap();
    assert_eq!(
        archived,
        home.path()
            .join("archived_sessions")
            .join(path.file_name().unwrap())
    );
    assert!(!path.exists());
    assert_eq!(unarchive(home.path(), &archived).unwrap(), path);
    assert!(path.exists());
}

#[test]
fn a_home_without_folders_has_no_histories() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(scan(home.path(), Shelf::Active).unwrap().count(), 0);
    assert_eq!(scan(home.path(), Shelf::Archived).unwrap().count(), 0);
    assert_eq!(
        find_by_id(home.path(), Uuid::now_v7(), &[Shelf::Active]).unwrap(),
        None
    );
}

#[test]
fn a_history_in_the_way_is_not_overwritten() {
    let home = tempfile::tempdir().unwrap();
    let name = format!("rollout-2025-01-02T10-00-00-{}.jsonl", id(1));
    let active = touch(home.path().join("sessions/2025/01/02").join(&name));
    let archived = touch(home.path().join(ARCHIVED).join(&name));
    fs::write(&archived, "the real one").unwrap();
    for moved in [archive(home.path(), &active), unarchive(home.path(), &archived)] {
        let error = moved.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert!(error.to_string().contains("is in the way"), "{error}");
    }
    assert_eq!(fs::read(&active).unwrap(), b"");
    assert_eq!(fs::read(&archived).unwrap(), b"the real one");
    assert_eq!(
        link_new(&active, &archived).unwrap_err().kind(),
        io::ErrorKind::AlreadyExists
    );
    fs::remove_file(&archived).unwrap();
    link_new(&active, &archived).unwrap();
    assert!(archived.exists() && !active.exists());
}

#[tokio::test]
async fn a_history_that_a_turn_is_written_to_stays_where_it_is() {
    let home = tempfile::tempdir().unwrap();
    let path = touch(home.path().join(format!(
        "sessions/2025/01/02/rollout-2025-01-02T10-00-00-{}.jsonl",
        id(1)
    )));
    let writer = crate::Writer::open(path.clone());
    writer.hold().await.unwrap();
    let error = archive(home.path(), &path).unwrap_err();
    assert!(error.to_string().contains("in use"), "{error}");
    writer.let_go();
    writer.flush().await.unwrap();
    let archived = archive(home.path(), &path).unwrap();
    assert!(matches!(writer.hold().await, Err(WriteError::Gone { .. })));
    unarchive(home.path(), &archived).unwrap();
    writer.hold().await.unwrap();
}
