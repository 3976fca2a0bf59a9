//! Server-sent events: bytes in whatever pieces they arrive → the `data` of each event.
//!
//! Written by hand because the decoders at hand look at an unfinished line again with every piece that arrives,
//! which makes one event of tens of megabytes (an image, a compaction) cost minutes. Here every byte is looked at once.

use memchr::memchr2;

/// The longest event that is taken; what is longer breaks the stream instead of filling the memory.
pub(crate) const LONGEST_EVENT: usize = 256 << 20;

/// An event grew beyond the limit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// The state between two pieces.
#[derive(Debug)]
pub(crate) struct Decoder {
    /// The line that has begun but not ended.
    line: Vec<u8>,
    /// The `data` lines of the event that has begun, joined by newlines.
    data: Option<Vec<u8>>,
    /// The last byte was `\r`: a `\n` that follows belongs to it.
    after_cr: bool,
    /// No line has ended yet: a byte order mark may stand here.
    at_start: bool,
    limit: usize,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::with_limit(LONGEST_EVENT)
    }
}

impl Decoder {
    pub(crate) fn with_limit(limit: usize) -> Self {
        Self {
            line: Vec::new(),
            data: None,
            after_cr: false,
            at_start: true,
            limit,
        }
    }

    /// Takes the next piece and hands each event that it completes to `emit`.
    pub(crate) fn push(&mut self, mut piece: &[u8], mut emit: impl FnMut(String)) -> Result<(), TooLong> {
        while !piece.is_empty() {
            if std::mem::take(&mut self.after_cr) && piece[0] == b'\n' {
                piece = &piece[1..];
                continue;
            }
            let Some(end) = memchr2(b'\n', b'\r', piece) else {
                self.line.extend_from_slice(piece);
                break;
            };
            self.after_cr = piece[end] == b'\r';
            if self.line.is_empty() {
                self.end_line(&piece[..end], &mut emit);
            } else {
                self.line.extend_from_slice(&piece[..end]);
                let mut line = std::mem::take(&mut self.line);
                self.end_line(&line, &mut emit);
                // The buffer is kept for the next line, unless a huge one has been.
                line.clear();
                line.shrink_to(64 << 10);
                self.line = line;
            }
            piece = &piece[end + 1..];
        }
        let size = self.line.len() + self.data.as_ref().map_or(0, Vec::len);
        if size > self.limit { Err(TooLong) } else { Ok(()) }
    }

    fn end_line(&mut self, mut line: &[u8], emit: &mut impl FnMut(String)) {
        if std::mem::take(&mut self.at_start) {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        if line.is_empty() {
            if let Some(data) = self.data.take() {
                emit(into_text(data));
            }
            return;
        }
        let value = match line.strip_prefix(b"data") {
            Some(rest) if rest.is_empty() => rest,
            Some([b':', b' ', value @ ..] | [b':', value @ ..]) => value,
            // Comments, event names, ids and retry times do not matter.
            _ => return,
        };
        match &mut self.data {
            None => self.data = Some(value.to_vec()),
            Some(data) => {
                data.push(b'\n');
                data.extend_from_slice(value);
            }
        }
    }
}

fn into_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = "\u{feff}data: one\n\n: comment\nevent: x\r\ndata:two\r\ndata: lines\r\n\r\nid: 7\n\ndata: grüße 🦀\rdata\r\rdata: unfinished\n";
    const EVENTS: [&str; 3] = ["one", "two\nlines", "grüße 🦀\n"];

    fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
        let mut decoder = Decoder::default();
        let mut events = Vec::new();
        for piece in pieces {
            decoder.push(piece, |e| events.push(e)).unwrap();
        }
        events
    }

    #[test]
    fn only_data_counts_and_an_unfinished_event_is_none() {
        assert_eq!(decode([STREAM.as_bytes()]), EVENTS);
    }

    #[test]
    fn frames_may_be_split_at_every_byte() {
        let bytes = STREAM.as_bytes();
        for at in 0..=bytes.len() {
            assert_eq!(decode([&bytes[..at], &bytes[at..]]), EVENTS, "split at {at}");
        }
        assert_eq!(decode(bytes.chunks(1)), EVENTS);
    }

    #[test]
    fn an_event_of_tens_of_megabytes_arrives_whole() {
        let payload = "x".repeat(40 << 20);
        let stream = format!("data: {payload}\n\n");
        let events = decode(stream.as_bytes().chunks(16 << 10));
        assert_eq!(events.len(), 1);
        assert!(events[0] == payload);
    }

    #[test]
    fn a_line_without_end_is_not_kept_forever() {
        let mut decoder = Decoder::with_limit(10);
        assert_eq!(decoder.push(b"data: 1234", |_| {}), Ok(()));
        assert_eq!(decoder.push(b"5", |_| {}), Err(TooLong));
    }

    #[test]
    fn data_lines_without_end_are_not_kept_forever() {
        let mut decoder = Decoder::with_limit(10);
        assert_eq!(decoder.push(b"data: 12345\ndata: 67890\n", |_| {}), Err(TooLong));
    }
}
