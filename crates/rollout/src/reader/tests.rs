use super::*;

fn forward(bytes: &[u8], range: Range<u64>, max: usize) -> Vec<(String, Range<u64>, bool, bool)> {
    let mut lines = LineReader::new(bytes, range).with_max_line(max);
    let mut out = Vec::new();
    while let Some(line) = lines.next_line().unwrap() {
        out.push((
            String::from_utf8_lossy(line.bytes).into_owned(),
            line.range.clone(),
            line.terminated,
            line.oversized,
        ));
    }
    out
}

fn backward(bytes: &[u8], max: usize) -> Vec<(String, Range<u64>, bool, bool)> {
    let mut lines = ReverseLineReader::new(bytes, <[u8]>::len(bytes) as u64).with_max_line(max);
    let mut out = Vec::new();
    while let Some(line) = lines.next_line().unwrap() {
        out.push((
            String::from_utf8_lossy(line.bytes).into_owned(),
            line.range.clone(),
            line.terminated,
            line.oversized,
        ));
    }
    out.reverse();
    out
}

#[test]
fn lines_come_with_their_ranges_and_the_last_may_lack_its_newline() {
    let lines = forward(b"one\n\ntwo\nthree", 0..u64::MAX, 100);
    assert_eq!(
        lines,
        [
            ("one".into(), 0..4, true, false),
            ("".into(), 4..5, true, false),
            ("two".into(), 5..9, true, false),
            ("three".into(), 9..14, false, false),
        ]
    );
    assert_eq!(backward(b"one\n\ntwo\nthree", 100), lines);
}

#[test]
fn a_range_holds_the_lines_that_begin_in_it() {
    let lines = forward(b"one\ntwo\nthree\n", 4..8, 100);
    assert_eq!(lines, [("two".into(), 4..8, true, false)]);
    assert_eq!(forward(b"one\ntwo\nthree\n", 4..9, 100).len(), 2);
}

#[test]
fn one_oversized_line_costs_one_line() {
    let long = "x".repeat(3 * CHUNK);
    let text = format!("a\n{long}\nb\n{long}");
    let read = |lines: Vec<(String, Range<u64>, bool, bool)>| {
        lines
            .into_iter()
            .map(|(text, range, terminated, over)| (text.len(), range, terminated, over))
            .collect::<Vec<_>>()
    };
    let n = 3 * CHUNK as u64;
    let expected = vec![
        (1, 0..2, true, false),
        (OVERSIZED_PREFIX, 2..n + 3, true, true),
        (1, n + 3..n + 5, true, false),
        (OVERSIZED_PREFIX, n + 5..2 * n + 5, false, true),
    ];
    assert_eq!(read(forward(text.as_bytes(), 0..u64::MAX, 1000)), expected);
    assert_eq!(read(backward(text.as_bytes(), 1000)), expected);
}

#[test]
fn lines_longer_than_a_chunk_are_read_whole() {
    let long = "y".repeat(5 * CHUNK + 7);
    let text = format!("{long}\nz\n");
    let lines = forward(text.as_bytes(), 0..u64::MAX, MAX_LINE);
    assert_eq!(lines[0].0, long);
    assert_eq!(lines[1].0, "z");
    assert_eq!(backward(text.as_bytes(), MAX_LINE), lines);
}

#[test]
fn an_empty_file_has_no_lines() {
    assert!(forward(b"", 0..u64::MAX, 10).is_empty());
    assert!(backward(b"", 10).is_empty());
}

proptest::proptest! {
    #[test]
    fn forwards_and_backwards_are_the_same_lines(bytes in proptest::collection::vec(proptest::prop_oneof![
        proptest::strategy::Just(b'\n'), proptest::strategy::Just(b'a'), proptest::strategy::Just(0xffu8)], 0..200), max in 1usize..20) {
        proptest::prop_assert_eq!(forward(&bytes, 0..u64::MAX, max), backward(&bytes, max));
        let total: u64 = forward(&bytes, 0..u64::MAX, max).iter().map(|line| line.1.end - line.1.start).sum();
        proptest::prop_assert_eq!(total, <[u8]>::len(&bytes) as u64);
    }
}
