//! Keeping a command's output within limits, whole and as it comes (turns.md §12).

use crate::decode::{decode, decode_cut, unfinished};
use crate::output::Stream;

/// How much of a command's output is kept, in bytes, of both streams together.
pub const KEPT_BYTES: usize = 1024 * 1024;

/// The most bytes in one delta, before decoding.
pub const DELTA_BYTES: usize = 8192;

/// The most deltas of one command; what comes after is only kept.
pub const MAX_DELTAS: usize = 10_000;

/// A piece of output as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// Where it was written.
    pub stream: Stream,
    /// What, with replacement characters for what isn't UTF-8.
    pub text: String,
}

/// The beginnings of both streams, each up to the limit.
#[derive(Debug, Default)]
pub(crate) struct Capture {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Capture {
    pub(crate) fn add(&mut self, stream: Stream, bytes: &[u8]) {
        let kept = match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        };
        let room = KEPT_BYTES - kept.len();
        kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Each stream by itself, decoded.
    pub(crate) fn streams(&self) -> (String, String) {
        let text = |bytes: &[u8]| {
            if bytes.len() < KEPT_BYTES {
                decode(bytes)
            } else {
                decode_cut(bytes)
            }
        };
        (text(&self.stdout), text(&self.stderr))
    }

    /// All of stdout, then all of stderr. When both are long a third of the room is for stdout; what one does not
    /// need the other gets.
    pub(crate) fn aggregated(&self) -> String {
        let (out, err) = share(self.stdout.len(), self.stderr.len());
        let mut both = Vec::with_capacity(out + err);
        for (stream, kept) in [(&self.stdout, out), (&self.stderr, err)] {
            let is_cut = kept < stream.len() || stream.len() == KEPT_BYTES;
            let kept = &stream[..kept];
            both.extend_from_slice(&kept[..kept.len() - if is_cut { unfinished(kept) } else { 0 }]);
        }
        decode(&both)
    }
}

/// How much of each stream's length is kept.
fn share(stdout: usize, stderr: usize) -> (usize, usize) {
    if stdout + stderr <= KEPT_BYTES {
        return (stdout, stderr);
    }
    let out = stdout.min((KEPT_BYTES / 3).max(KEPT_BYTES.saturating_sub(stderr)));
    (out, stderr.min(KEPT_BYTES - out))
}

/// Cuts a command's streams into deltas without cutting characters apart.
#[derive(Debug, Default)]
pub(crate) struct Deltas {
    sent: usize,
    /// The beginning of a character at the end of what each stream has said so far.
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Deltas {
    /// The deltas that `bytes` complete.
    pub(crate) fn add(&mut self, stream: Stream, bytes: &[u8]) -> Vec<Delta> {
        if self.sent >= MAX_DELTAS {
            return Vec::new();
        }
        let carried = self.carried(stream);
        let mut all = std::mem::take(carried);
        all.extend_from_slice(bytes);
        let mut rest = &all[..];
        let mut texts = Vec::new();
        while !rest.is_empty() {
            let piece = &rest[..rest.len().min(DELTA_BYTES)];
            let whole = piece.len() - unfinished(piece);
            if whole == 0 {
                break;
            }
            texts.push(String::from_utf8_lossy(&rest[..whole]).into_owned());
            rest = &rest[whole..];
        }
        *self.carried(stream) = rest.to_vec();
        self.count(stream, texts)
    }

    /// What is left of a character that never came to its end.
    pub(crate) fn finish(&mut self) -> Vec<Delta> {
        let mut deltas = Vec::new();
        for stream in [Stream::Stdout, Stream::Stderr] {
            let carried = std::mem::take(self.carried(stream));
            if !carried.is_empty() {
                let text = String::from_utf8_lossy(&carried).into_owned();
                deltas.extend(self.count(stream, vec![text]));
            }
        }
        deltas
    }

    fn count(&mut self, stream: Stream, texts: Vec<String>) -> Vec<Delta> {
        let room = MAX_DELTAS - self.sent;
        let deltas: Vec<_> = texts
            .into_iter()
            .take(room)
            .map(|text| Delta { stream, text })
            .collect();
        self.sent += deltas.len();
        deltas
    }

    fn carried(&mut self, stream: Stream) -> &mut Vec<u8> {
        match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_of_the_room_is_for_stdout_when_both_are_long() {
        assert_eq!(share(2_000_000, 2_000_000), (349_525, 699_051));
        assert_eq!(share(100, 2_000_000), (100, KEPT_BYTES - 100));
        assert_eq!(share(3_000_000, 0), (KEPT_BYTES, 0));
        assert_eq!(share(3_000_000, 10), (KEPT_BYTES - 10, 10));
        assert_eq!(share(5, 6), (5, 6));
    }

    #[test]
    fn the_beginning_is_kept_and_memory_is_bounded() {
        let mut capture = Capture::default();
        for _ in 0..300 {
            capture.add(Stream::Stdout, &[b'x'; 8192]);
        }
        capture.add(Stream::Stderr, b"err");
        assert_eq!(capture.stdout.len(), KEPT_BYTES);
        assert!(capture.aggregated().ends_with("xerr"));
        assert_eq!(capture.aggregated().len(), KEPT_BYTES);
    }

    fn texts(deltas: Vec<Delta>) -> Vec<String> {
        deltas.into_iter().map(|d| d.text).collect()
    }

    #[test]
    fn a_character_is_not_cut_between_deltas() {
        let mut deltas = Deltas::default();
        assert_eq!(texts(deltas.add(Stream::Stdout, b"a\xe2\x82")), ["a"]);
        assert_eq!(texts(deltas.add(Stream::Stderr, b"!")), ["!"]);
        assert_eq!(texts(deltas.add(Stream::Stdout, b"\xacb\xf0\x9f")), ["\u{20ac}b"]);
        assert_eq!(texts(deltas.finish()), ["\u{fffd}"]);
    }

    #[test]
    fn what_is_no_character_does_not_wait() {
        let mut deltas = Deltas::default();
        assert_eq!(texts(deltas.add(Stream::Stdout, b"a\xff")), ["a\u{fffd}"]);
        assert_eq!(
            texts(deltas.add(Stream::Stdout, b"\x80\x80")),
            ["\u{fffd}\u{fffd}"]
        );
        assert_eq!(
            texts(deltas.add(Stream::Stdout, b"\xed\xa0")),
            ["\u{fffd}\u{fffd}"]
        );
    }

    #[test]
    fn long_output_comes_in_pieces_and_not_in_too_many() {
        let mut deltas = Deltas::default();
        let pieces = texts(deltas.add(Stream::Stdout, "é".repeat(8192).as_bytes()));
        assert_eq!(pieces.iter().map(String::len).collect::<Vec<_>>(), [8192, 8192]);
        let mut sent = 2;
        for _ in 0..MAX_DELTAS {
            sent += deltas.add(Stream::Stdout, b"x").len();
        }
        assert_eq!(sent, MAX_DELTAS);
    }
}
