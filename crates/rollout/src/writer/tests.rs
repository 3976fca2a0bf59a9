use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;

use codex_protocol::ThreadItem;

use super::*;
use crate::fold;
use crate::record::{AgentMessage, EventMsg, Source};

fn said(text: &str) -> RolloutItem {
    EventMsg::from(AgentMessage {
        message: text.into(),
        ..AgentMessage::default()
    })
    .into()
}

fn head() -> SessionMeta {
    SessionMeta {
        id: uuid::Uuid::from_u128(1),
        forked_from_id: None,
        timestamp: "2025-01-01T00:00:00.000Z".into(),
        cwd: "/w".into(),
        originator: "o".into(),
        cli_version: "1".into(),
        source: Source::VsCode,
        agent_nickname: None,
        agent_role: None,
        agent_path: None,
        model_provider: None,
        base_instructions: None,
        dynamic_tools: None,
        memory_mode: None,
        git: None,
        extra: Default::default(),
    }
}

/// An empty history.
fn empty(dir: &tempfile::TempDir) -> PathBuf {
    let path = dir.path().join("r.jsonl");
    fs::write(&path, "").unwrap();
    path
}

/// The texts of all agent messages of a file, and how many of its lines are unreadable.
fn read(path: &Path) -> (Vec<String>, usize) {
    let bytes = fs::read(path).unwrap();
    let texts = fold::read_turns(&*bytes)
        .unwrap()
        .into_iter()
        .flat_map(|turn| turn.items);
    let texts = texts.filter_map(|item| match item {
        ThreadItem::AgentMessage { text, .. } => Some(text),
        _ => None,
    });
    let unreadable = bytes
        .split(|b| *b == b'\n')
        .filter(|line| !line.is_empty() && crate::record::RolloutLine::parse(line).is_err())
        .count();
    (texts.collect(), unreadable)
}

#[tokio::test]
async fn nothing_is_made_before_the_thread_gets_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("2025/01/02/rollout.jsonl");
    let writer = Writer::create(path.clone());
    writer.append(vec![said("early")]).await.unwrap();
    assert_eq!(writer.flush().await.unwrap(), 0);
    assert!(!path.parent().unwrap().exists());
    writer.materialize(head());
    writer.append(vec![said("later")]).await.unwrap();
    let length = writer.flush().await.unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), length);
    assert!(
        fs::read_to_string(&path)
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .contains("session_meta")
    );
    assert_eq!(read(&path), (vec!["early".into(), "later".into()], 0));
}

#[tokio::test]
async fn opening_a_history_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("r.jsonl");
    fs::write(&path, "x").unwrap();
    let writer = Writer::open(path.clone());
    assert_eq!(writer.flush().await.unwrap(), 1);
    writer.shutdown().await.unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"x");
    assert!(matches!(
        writer.append(vec![said("x")]).await,
        Err(WriteError::Closed)
    ));
}

#[tokio::test]
async fn a_torn_last_line_is_closed_off() {
    let dir = tempfile::tempdir().unwrap();
    let path = empty(&dir);
    let first = Writer::open(path.clone());
    first.append(vec![said("one")]).await.unwrap();
    first.shutdown().await.unwrap();
    let torn = "{\"timestamp\":\"t\",\"type\":\"event_msg\",\"payload\":{\"type\":\"agent_mess";
    fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .unwrap()
        .write_all(torn.as_bytes())
        .unwrap();
    let second = Writer::open(path.clone());
    second.append(vec![said("two")]).await.unwrap();
    second.flush().await.unwrap();
    assert_eq!(read(&path), (vec!["one".into(), "two".into()], 1));
}

#[tokio::test]
async fn two_writers_may_append_in_turns_but_only_one_holds_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = empty(&dir);
    let (one, two) = (Writer::open(path.clone()), Writer::open(path.clone()));
    one.hold().await.unwrap();
    assert!(matches!(two.hold().await, Err(WriteError::InUse { .. })));
    for n in 0..20 {
        let writer = if n % 3 == 0 { &two } else { &one };
        writer.append(vec![said(&n.to_string())]).await.unwrap();
        writer.flush().await.unwrap();
    }
    one.let_go();
    one.flush().await.unwrap();
    two.hold().await.unwrap();
    assert_eq!(read(&path).0, (0..20).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn records_that_cannot_be_written_wait_and_are_written_when_they_can() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("r.jsonl");
    symlink("/dev/full", &path).unwrap();
    let writer = Writer::open(path.clone());
    let state = writer.state();
    writer.append(vec![said("one")]).await.unwrap();
    let error = writer.flush().await.unwrap_err();
    assert!(
        matches!(
            &error,
            WriteError::Io {
                kind: io::ErrorKind::StorageFull,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(matches!(&*state.borrow(), State::Failing { unwritten, .. } if *unwritten > 0));
    writer.append(vec![said("two")]).await.unwrap();
    fs::remove_file(&path).unwrap();
    fs::write(&path, "").unwrap();
    writer.append(vec![said("three")]).await.unwrap();
    writer.flush().await.unwrap();
    assert!(matches!(&*state.borrow(), State::Fine));
    assert_eq!(read(&path), (vec!["one".into(), "two".into(), "three".into()], 0));
}

#[tokio::test]
async fn a_history_that_is_gone_is_not_begun_anew() {
    let dir = tempfile::tempdir().unwrap();
    let path = empty(&dir);
    let moved = dir.path().join("elsewhere.jsonl");
    let writer = Writer::open(path.clone());
    for opened in [false, true] {
        if opened {
            writer.append(vec![said("before")]).await.unwrap();
            writer.flush().await.unwrap();
        }
        fs::rename(&path, &moved).unwrap();
        assert!(matches!(writer.hold().await, Err(WriteError::Gone { .. })));
        assert!(matches!(
            writer.put(said("refused")).await,
            Err(WriteError::Gone { .. })
        ));
        assert!(!path.exists());
        fs::rename(&moved, &path).unwrap();
        writer.hold().await.unwrap();
        writer.let_go();
    }
    fs::rename(&path, &moved).unwrap();
    writer.append(vec![said("waits")]).await.unwrap();
    assert!(matches!(writer.flush().await, Err(WriteError::Gone { .. })));
    assert!(!path.exists());
    fs::rename(&moved, &path).unwrap();
    writer.flush().await.unwrap();
    assert_eq!(read(&path), (vec!["before".into(), "waits".into()], 0));
}

#[tokio::test]
async fn a_file_put_in_the_place_of_the_one_that_was_open_is_the_one_written_to() {
    let dir = tempfile::tempdir().unwrap();
    let path = empty(&dir);
    let writer = Writer::open(path.clone());
    writer.append(vec![said("one")]).await.unwrap();
    writer.flush().await.unwrap();
    let copy = dir.path().join("copy");
    fs::copy(&path, &copy).unwrap();
    fs::rename(&copy, &path).unwrap();
    writer.append(vec![said("two")]).await.unwrap();
    writer.flush().await.unwrap();
    assert_eq!(read(&path).0, ["one", "two"]);
    // What is held is not looked for: it stays where it is, or the turn goes where it went.
    writer.hold().await.unwrap();
    fs::rename(&path, &copy).unwrap();
    writer.append(vec![said("three")]).await.unwrap();
    writer.flush().await.unwrap();
    assert_eq!(read(&copy).0, ["one", "two", "three"]);
}

#[tokio::test]
async fn a_new_thread_that_loses_its_file_before_the_head_is_whole_makes_it_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("r.jsonl");
    symlink("/dev/full", &path).unwrap();
    let writer = Writer::create(path.clone());
    writer.materialize(head());
    assert!(writer.flush().await.is_err());
    fs::remove_file(&path).unwrap();
    writer.append(vec![said("one")]).await.unwrap();
    writer.flush().await.unwrap();
    assert!(fs::read_to_string(&path).unwrap().contains("session_meta"));
    assert_eq!(read(&path), (vec!["one".into()], 0));
}

#[tokio::test]
async fn the_file_of_a_new_thread_is_held_from_its_first_record_on() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("r.jsonl");
    for held_first in [true, false] {
        let _ = fs::remove_file(&path);
        let writer = Writer::create(path.clone());
        if held_first {
            writer.hold().await.unwrap();
            assert!(!path.exists());
        }
        writer.materialize(head());
        if !held_first {
            writer.hold().await.unwrap();
        }
        writer.flush().await.unwrap();
        assert!(matches!(Hold::take(&path), Err(WriteError::InUse { .. })));
        writer.let_go();
        writer.flush().await.unwrap();
        drop(Hold::take(&path).unwrap());
    }
}

#[tokio::test]
async fn a_record_that_is_put_and_refused_never_takes_effect() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("r.jsonl");
    symlink("/dev/full", &path).unwrap();
    let writer = Writer::open(path.clone());
    assert!(writer.put(said("refused")).await.is_err());
    assert!(matches!(&*writer.state().borrow(), State::Fine), "nothing waits");
    fs::remove_file(&path).unwrap();
    fs::write(&path, "").unwrap();
    writer.put(said("taken")).await.unwrap();
    assert_eq!(read(&path), (vec!["taken".into()], 0));
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_an_error_and_no_loss() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("sessions"), "a file in the way").unwrap();
    let path = dir.path().join("sessions/2025/r.jsonl");
    let writer = Writer::create(path.clone());
    writer.materialize(head());
    writer.append(vec![said("one")]).await.unwrap();
    assert!(writer.flush().await.is_err());
    fs::remove_file(dir.path().join("sessions")).unwrap();
    writer.flush().await.unwrap();
    assert_eq!(read(&path), (vec!["one".into()], 0));
}

/// A file system of 64 KiB, unmounted in the end; `None` (with the reason printed) where that is not allowed.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let target = std::ffi::CString::new(dir.path().as_os_str().as_encoded_bytes()).unwrap();
        // SAFETY: all pointers are to strings that live through the call.
        let done = unsafe {
            libc::mount(
                c"tmpfs".as_ptr(),
                target.as_ptr(),
                c"tmpfs".as_ptr(),
                0,
                c"size=64k".as_ptr().cast(),
            )
        };
        if done == -1 {
            eprintln!(
                "left out: cannot mount a small file system: {}",
                io::Error::last_os_error()
            );
            return None;
        }
        Some(SmallDisk(dir))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if let Ok(target) = std::ffi::CString::new(self.0.path().as_os_str().as_encoded_bytes()) {
            // SAFETY: the pointer is to a string that lives through the call.
            unsafe { libc::umount2(target.as_ptr(), libc::MNT_DETACH) };
        }
    }
}

#[tokio::test]
async fn a_disk_that_fills_up_in_the_middle_of_a_line_loses_and_doubles_nothing() {
    let Some(disk) = SmallDisk::mount() else { return };
    let path = disk.0.path().join("r.jsonl");
    let filler = disk.0.path().join("filler");
    for other_writes_between in [false, true] {
        fs::write(&path, "").unwrap();
        fs::write(&filler, vec![b'x'; 40 << 10]).unwrap();
        let writer = Writer::open(path.clone());
        let texts: Vec<String> = (0..20).map(|n| format!("{n}-{}", "y".repeat(1500))).collect();
        let mut failures = 0;
        for text in &texts {
            writer.append(vec![said(text)]).await.unwrap();
            failures += usize::from(writer.flush().await.is_err());
        }
        assert!(failures > 0);
        fs::remove_file(&filler).unwrap();
        if other_writes_between {
            fs::OpenOptions::new()
                .append(true)
                .open(&path)
                .unwrap()
                .write_all(b"{}\n")
                .unwrap();
        }
        writer.flush().await.unwrap();
        let (read, unreadable) = read(&path);
        assert_eq!(read, texts);
        assert_eq!(unreadable > 0, other_writes_between);
        writer.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn a_writer_without_room_keeps_its_hold_and_half_a_refused_record_is_closed_off() {
    let Some(disk) = SmallDisk::mount() else { return };
    let path = disk.0.path().join("r.jsonl");
    let filler = disk.0.path().join("filler");
    fs::write(&path, "").unwrap();
    let writer = Writer::open(path.clone());
    writer.hold().await.unwrap();
    fs::write(&filler, vec![b'x'; 48 << 10]).unwrap();
    let long = "y".repeat(40 << 10);
    assert!(writer.put(said(&long)).await.is_err());
    assert!(fs::metadata(&path).unwrap().len() > 0, "half a line is written");
    assert!(matches!(Hold::take(&path), Err(WriteError::InUse { .. })));
    fs::remove_file(&filler).unwrap();
    writer.put(said("next")).await.unwrap();
    assert_eq!(read(&path), (vec!["next".into()], 1));
}

#[tokio::test]
async fn a_record_of_which_all_but_the_newline_has_room_is_taken() {
    let Some(disk) = SmallDisk::mount() else { return };
    let path = disk.0.path().join("r.jsonl");
    let filler = disk.0.path().join("filler");
    fs::write(&path, "").unwrap();
    fs::write(&filler, vec![b'x'; 56 << 10]).unwrap();
    let mut line = Vec::new();
    said("")
        .write_line("2025-01-01T00:00:00.000Z", &mut line)
        .unwrap();
    let room = 8 << 10;
    let text = "y".repeat(room + 1 - line.len());
    let writer = Writer::open(path.clone());
    assert_eq!(writer.put(said(&text)).await.unwrap(), room as u64);
    assert!(!fs::read(&path).unwrap().ends_with(b"\n"));
    fs::remove_file(&filler).unwrap();
    writer.put(said("next")).await.unwrap();
    assert_eq!(read(&path), (vec![text, "next".into()], 0));
}

#[tokio::test]
async fn clones_share_one_queue_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let path = empty(&dir);
    let writer = Writer::open(path.clone());
    let all: Vec<String> = (0..3 * MAX_QUEUED).map(|n| n.to_string()).collect();
    for chunk in all.chunks(7) {
        writer
            .clone()
            .append(chunk.iter().map(|text| said(text)).collect())
            .await
            .unwrap();
    }
    writer.shutdown().await.unwrap();
    assert_eq!(read(&path).0, all);
}
