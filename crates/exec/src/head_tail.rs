//! A buffer of bounded size that keeps the beginning and the end of what is put in.

use std::collections::VecDeque;

use crate::decode::unfinished;

/// Half the room is for the beginning, half for the end; the middle is dropped.
#[derive(Debug)]
pub(crate) struct HeadTail {
    limit: usize,
    head: Vec<u8>,
    tail: VecDeque<u8>,
    dropped: usize,
}

impl HeadTail {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            head: Vec::new(),
            tail: VecDeque::new(),
            dropped: 0,
        }
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let for_head = bytes
            .len()
            .min(self.limit / 2 - self.head.len().min(self.limit / 2));
        let (head, rest) = bytes.split_at(for_head);
        self.head.extend_from_slice(head);
        let room = self.limit - self.limit / 2;
        // Of one long piece only the end can stay.
        let skipped = rest.len().saturating_sub(room);
        let rest = &rest[skipped..];
        let out = (self.tail.len() + rest.len()).saturating_sub(room);
        self.tail.drain(..out);
        self.tail.extend(rest);
        self.dropped += skipped + out;
    }

    /// What is kept, and how many bytes are missing between its beginning and its end. Characters cut in two there
    /// are missing as a whole.
    pub(crate) fn contents(&self) -> (Vec<u8>, usize) {
        let mut all = Vec::with_capacity(self.head.len() + self.tail.len());
        all.extend_from_slice(&self.head);
        let (a, b) = self.tail.as_slices();
        if self.dropped == 0 {
            all.extend_from_slice(a);
            all.extend_from_slice(b);
            return (all, 0);
        }
        all.truncate(all.len() - unfinished(&all));
        let cut = self
            .tail
            .iter()
            .take(3)
            .take_while(|byte| matches!(byte, 0x80..=0xbf))
            .count();
        all.extend(self.tail.iter().skip(cut));
        let missing = self.dropped + self.head.len() + self.tail.len() - all.len();
        (all, missing)
    }

    /// As [`contents`](Self::contents), emptying the buffer.
    pub(crate) fn take(&mut self) -> (Vec<u8>, usize) {
        std::mem::replace(self, Self::new(self.limit)).contents()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_dropped() {
        let mut buffer = HeadTail::new(8);
        buffer.push(b"abc");
        buffer.push(b"def");
        assert_eq!(buffer.contents(), (b"abcdef".to_vec(), 0));
        buffer.push(b"ghijkl");
        assert_eq!(buffer.contents(), (b"abcdijkl".to_vec(), 4));
        buffer.push(b"0123456789");
        assert_eq!(buffer.take(), (b"abcd6789".to_vec(), 14));
        assert_eq!(buffer.contents(), (Vec::new(), 0));
    }

    #[test]
    fn no_half_characters_are_left_around_the_gap() {
        let mut buffer = HeadTail::new(8);
        buffer.push("a\u{e9}\u{20ac}bc\u{20ac}\u{20ac}".as_bytes());
        assert_eq!(buffer.contents(), (b"a\xc3\xa9\xe2\x82\xac".to_vec(), 8));
    }
}
