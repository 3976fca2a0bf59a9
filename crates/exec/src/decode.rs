//! Bytes a program wrote as text, when nobody says in what encoding.

use chardetng::EncodingDetector;
use encoding_rs::{IBM866, WINDOWS_1252};

/// Decodes output as UTF-8 where it is; else by guessing the encoding from the whole of it; else as UTF-8 with
/// replacement characters (exec.md §3).
pub fn decode(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let mut detector = EncodingDetector::new();
    detector.feed(bytes, true);
    let mut encoding = detector.guess(None, true);
    if encoding == IBM866 && is_typography(bytes) {
        encoding = WINDOWS_1252;
    }
    let (text, _, broken) = encoding.decode(bytes);
    if broken {
        String::from_utf8_lossy(bytes).into_owned()
    } else {
        text.into_owned()
    }
}

/// As [`decode`], for output whose end was cut off: a character cut in two is left out, so that it does not make the
/// whole look as if it weren't UTF-8.
pub fn decode_cut(bytes: &[u8]) -> String {
    decode(&bytes[..bytes.len() - unfinished(bytes)])
}

/// The number of bytes at the end of `bytes` that begin a character and may still become one.
pub(crate) fn unfinished(bytes: &[u8]) -> usize {
    let tail = &bytes[bytes.len().saturating_sub(3)..];
    for (i, byte) in tail.iter().enumerate().rev() {
        let length = match byte {
            0x80..=0xbf => continue,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return 0,
        };
        let there = tail.len() - i;
        let may_go_on = std::str::from_utf8(&tail[i..]).is_err_and(|e| e.error_len().is_none());
        return if there < length && may_go_on { there } else { 0 };
    }
    0
}

/// Whether all that isn't ASCII is quotes, dashes, bullets and the like of Windows-1252, and there is ASCII text. In
/// CP866 the same bytes are Cyrillic capitals, which nobody mixes with Latin letters one by one.
fn is_typography(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .filter(|b| !b.is_ascii())
        .all(|b| matches!(b, 0x91..=0x97 | 0x99))
        && bytes.iter().any(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_character_does_not_spoil_the_rest() {
        assert_eq!(
            decode_cut("h\u{e9}\u{20ac}".as_bytes().split_last().unwrap().1),
            "h\u{e9}"
        );
        assert_eq!(decode_cut(b"abc"), "abc");
    }

    #[test]
    fn guesses_are_those_of_the_reference() {
        for (bytes, text) in [
            (&b"h\xc3\xa9 \xe2\x82\xac"[..], "h\u{e9} \u{20ac}"),
            (b"caf\xe9", "caf\u{e9}"),
            (b"caf\xe9 \xff end", "caf\u{e9} \u{ff} end"),
            (b"\xcf\xf0\xe8\xe2\xe5\xf2 \xec\xe8\xf0", "Привет мир"),
            (b"\x93quoted\x94 text", "\u{201c}quoted\u{201d} text"),
            (b"\xaf\xe0\xa8\xa2\xa5\xe2 \xac\xa8\xe0", "привет мир"),
            (b"foo\x99 \x80", "foo\u{2122} \u{20ac}"),
            (b"\x95 item", "\u{2022} item"),
            (b"1\x962", "1\u{2013}2"),
            (b"\x82\xa0\x82\xa2\x82\xa4", "あいう"),
            (b"a\0b", "a\0b"),
        ] {
            assert_eq!(decode(bytes), text);
        }
    }
}
