//! Lines from a place on.

use std::io;
use std::ops::Range;

use super::{CHUNK, KEEP_CAPACITY, Line, MAX_LINE, OVERSIZED_PREFIX, ReadAt};

/// Reads the lines that begin in a range of a file, in order. Not an iterator: a line borrows the reader's buffer.
pub struct LineReader<R> {
    source: R,
    /// Bytes read and not yet handed out.
    buffer: Vec<u8>,
    /// Where in `buffer` the next line begins.
    begin: usize,
    /// Up to where `buffer` holds no newline, from `begin` on.
    searched: usize,
    /// Where in the file `buffer` begins.
    offset: u64,
    /// Lines that begin at or after this are not read.
    end: u64,
    max_line: usize,
    at_end: bool,
}

impl<R: ReadAt> LineReader<R> {
    /// Lines that begin in `range`, which should begin where a line does. `0..u64::MAX` is the whole file, as long as it is
    /// when the end is reached.
    pub fn new(source: R, range: Range<u64>) -> Self {
        LineReader {
            source,
            buffer: Vec::new(),
            begin: 0,
            searched: 0,
            offset: range.start,
            end: range.end,
            max_line: MAX_LINE,
            at_end: false,
        }
    }

    /// The same, with another limit for the length of lines.
    pub fn with_max_line(mut self, bytes: usize) -> Self {
        self.max_line = bytes;
        self
    }

    /// Where the next line begins.
    pub fn position(&self) -> u64 {
        self.offset + self.begin as u64
    }

    /// The next line; `None` at the end.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        if self.position() >= self.end {
            return Ok(None);
        }
        if self.begin > 0 && self.buffer.len() == self.begin && self.buffer.capacity() > KEEP_CAPACITY {
            self.offset += self.begin as u64;
            self.begin = 0;
            self.searched = 0;
            self.buffer = Vec::new();
        }
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[self.searched..]) {
                let start = self.begin;
                let newline = self.searched + at;
                self.begin = newline + 1;
                self.searched = self.begin;
                return Ok(Some(self.line(start, newline, true)));
            }
            self.searched = self.buffer.len();
            if self.buffer.len() - self.begin > self.max_line {
                return self.skip_oversized().map(Some);
            }
            if !self.fill()? {
                let (start, end) = (self.begin, self.buffer.len());
                if start == end {
                    return Ok(None);
                }
                self.begin = end;
                return Ok(Some(self.line(start, end, false)));
            }
        }
    }

    fn line(&self, start: usize, end: usize, terminated: bool) -> Line<'_> {
        let from = self.offset + start as u64;
        let to = self.offset + end as u64 + u64::from(terminated);
        let oversized = end - start > self.max_line;
        let kept = if oversized {
            start + OVERSIZED_PREFIX.min(end - start)
        } else {
            end
        };
        Line {
            bytes: &self.buffer[start..kept],
            range: from..to,
            terminated,
            oversized,
        }
    }

    /// Reads some more behind what is in the buffer; false at the end of the file.
    fn fill(&mut self) -> io::Result<bool> {
        if self.at_end {
            return Ok(false);
        }
        if self.begin > 0 {
            self.buffer.drain(..self.begin);
            self.offset += self.begin as u64;
            self.searched -= self.begin;
            self.begin = 0;
            if self.buffer.capacity() > KEEP_CAPACITY && self.buffer.len() < CHUNK {
                self.buffer.shrink_to(2 * CHUNK);
            }
        }
        let have = self.buffer.len();
        // Long lines are read in ever larger pieces, so that their cost stays proportional to their length.
        let more = have.clamp(CHUNK, 8 * CHUNK);
        self.buffer.resize(have + more, 0);
        let read = self
            .source
            .read_at(&mut self.buffer[have..], self.offset + have as u64);
        match &read {
            Ok(n) => self.buffer.truncate(have + n),
            Err(_) => self.buffer.truncate(have),
        }
        let n = read?;
        self.at_end = n == 0;
        Ok(n > 0)
    }

    /// Goes to the end of a line that is too long, keeping its beginning only.
    fn skip_oversized(&mut self) -> io::Result<Line<'_>> {
        let from = self.position();
        let mut prefix = self.buffer[self.begin..].to_vec();
        prefix.truncate(OVERSIZED_PREFIX);
        let mut at = self.offset + self.buffer.len() as u64;
        let mut chunk = vec![0; CHUNK];
        let (to, terminated) = loop {
            let n = self.source.read_at(&mut chunk, at)?;
            if n == 0 {
                break (at, false);
            }
            if let Some(newline) = memchr::memchr(b'\n', &chunk[..n]) {
                break (at + newline as u64 + 1, true);
            }
            at += n as u64;
        };
        self.offset = to;
        self.begin = 0;
        self.searched = 0;
        self.buffer = Vec::new();
        // The prefix lives before the position in the buffer, so that the line can borrow it.
        self.offset -= prefix.len() as u64;
        self.begin = prefix.len();
        self.searched = prefix.len();
        self.buffer = prefix;
        Ok(Line {
            bytes: &self.buffer,
            range: from..to,
            terminated,
            oversized: true,
        })
    }
}
