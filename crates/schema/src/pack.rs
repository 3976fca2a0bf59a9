//! An archive for text files that have much in common.
//!
//! The schema files repeat each other's definitions, far apart. So each file is cut where a
//! definition begins, every piece is stored once, and only then all is deflated: two orders of
//! magnitude smaller than the files, without a compressor of any size.

use std::collections::BTreeMap;
use std::collections::HashMap;

/// Packs `files`, given by their paths.
pub fn pack(files: &BTreeMap<String, String>) -> Vec<u8> {
    let mut pieces: Vec<&str> = Vec::new();
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut index = Vec::new();
    put_number(&mut index, files.len());
    for (path, text) in files {
        let of_file = cut(text);
        put_text(&mut index, path);
        put_number(&mut index, of_file.len());
        for piece in of_file {
            let number = *numbers.entry(piece).or_insert_with(|| {
                pieces.push(piece);
                pieces.len() - 1
            });
            put_number(&mut index, number);
        }
    }
    let mut out = Vec::new();
    put_number(&mut out, pieces.len());
    for piece in pieces {
        put_text(&mut out, piece);
    }
    out.extend(index);
    miniz_oxide::deflate::compress_to_vec(&out, 9)
}

/// The files in `archive`, in the order of their paths; nothing if it is damaged.
pub fn unpack(archive: &[u8]) -> Option<Vec<(String, String)>> {
    let bytes = miniz_oxide::inflate::decompress_to_vec(archive).ok()?;
    let mut rest = bytes.as_slice();
    let mut pieces = Vec::new();
    for _ in 0..take_number(&mut rest)? {
        pieces.push(take_text(&mut rest)?);
    }
    let mut files = Vec::new();
    for _ in 0..take_number(&mut rest)? {
        let path = take_text(&mut rest)?.to_owned();
        let mut text = String::new();
        for _ in 0..take_number(&mut rest)? {
            text.push_str(pieces.get(take_number(&mut rest)?)?);
        }
        files.push((path, text));
    }
    Some(files)
}

/// Cuts `text` before each line that opens an indented object by name.
fn cut(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if (4..=6).contains(&indent)
            && line[indent..].starts_with('"')
            && line.ends_with("\": {\n")
            && at > start
        {
            pieces.push(&text[start..at]);
            start = at;
        }
        at += line.len();
    }
    pieces.push(&text[start..]);
    pieces
}

fn put_number(out: &mut Vec<u8>, number: usize) {
    let number = u32::try_from(number).expect("an archive of a few megabytes");
    out.extend(number.to_le_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len());
    out.extend(text.as_bytes());
}

fn take_number(rest: &mut &[u8]) -> Option<usize> {
    let (number, after) = rest.split_first_chunk()?;
    *rest = after;
    usize::try_from(u32::from_le_bytes(*number)).ok()
}

fn take_text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let length = take_number(rest)?;
    let (text, after) = rest.split_at_checked(length)?;
    *rest = after;
    std::str::from_utf8(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_again() {
        let files = BTreeMap::from([
            (
                "a.json".to_owned(),
                "{\n    \"A\": {\n      \"x\": 1\n    },\n    \"B\": {\n    }\n}".to_owned(),
            ),
            ("b/c.ts".to_owned(), "export type É = 1;\n".to_owned()),
            ("empty".to_owned(), String::new()),
        ]);
        let unpacked = unpack(&pack(&files)).expect("intact");
        assert_eq!(unpacked, files.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn a_damaged_archive_is_noticed() {
        assert_eq!(unpack(b"nonsense"), None);
        assert_eq!(
            unpack(&miniz_oxide::deflate::compress_to_vec(&[255, 255, 255, 255], 1)),
            None
        );
    }
}
