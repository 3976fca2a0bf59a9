//! Lines from the end of a file towards its beginning.

use std::io;

use super::{CHUNK, KEEP_CAPACITY, Line, MAX_LINE, OVERSIZED_PREFIX, ReadAt};

/// Reads the lines of a file from the last to the first. A line borrows the reader's buffer.
pub struct ReverseLineReader<R> {
    source: R,
    /// A stretch of the file, ending where the lines handed out so far begin.
    buffer: Vec<u8>,
    /// Where in the file `buffer` begins.
    offset: u64,
    /// How much of `buffer` has not been handed out.
    left: usize,
    max_line: usize,
}

impl<R: ReadAt> ReverseLineReader<R> {
    /// The lines that end at or before `end`, which should be the end of a line or of the file.
    pub fn new(source: R, end: u64) -> Self {
        ReverseLineReader {
            source,
            buffer: Vec::new(),
            offset: end,
            left: 0,
            max_line: MAX_LINE,
        }
    }

    /// The same, with another limit for the length of lines.
    pub fn with_max_line(mut self, bytes: usize) -> Self {
        self.max_line = bytes;
        self
    }

    /// The line before the one handed out last; `None` at the beginning of the file.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        if self.left == 0 && self.offset == 0 {
            return Ok(None);
        }
        if self.left == 0 && self.buffer.capacity() > KEEP_CAPACITY {
            self.buffer = Vec::new();
        }
        if self.left == 0 && !self.grow()? {
            return Ok(None);
        }
        let terminated = self.buffer[self.left - 1] == b'\n';
        let mut unsearched = self.left - usize::from(terminated);
        loop {
            if let Some(newline) = memchr::memrchr(b'\n', &self.buffer[..unsearched]) {
                return Ok(Some(self.hand_out(newline + 1, terminated)));
            }
            if self.offset == 0 {
                return Ok(Some(self.hand_out(0, terminated)));
            }
            if self.left > self.max_line {
                return self.skip_oversized(terminated).map(Some);
            }
            let before = self.left;
            if !self.grow()? {
                return Ok(Some(self.hand_out(0, terminated)));
            }
            unsearched = self.left - before;
        }
    }

    fn hand_out(&mut self, start: usize, terminated: bool) -> Line<'_> {
        let end = self.left;
        self.left = start;
        let content = &self.buffer[start..end - usize::from(terminated)];
        let oversized = content.len() > self.max_line;
        let bytes = if oversized {
            &content[..OVERSIZED_PREFIX.min(content.len())]
        } else {
            content
        };
        Line {
            bytes,
            range: self.offset + start as u64..self.offset + end as u64,
            terminated,
            oversized,
        }
    }

    /// Reads a stretch before the buffer; false if the file turns out to be shorter than that.
    fn grow(&mut self) -> io::Result<bool> {
        let more = (self.left.clamp(CHUNK, 64 * CHUNK) as u64).min(self.offset);
        let mut bytes = vec![0; more as usize + self.left];
        read_exact_at(&self.source, &mut bytes[..more as usize], self.offset - more)?;
        bytes[more as usize..].copy_from_slice(&self.buffer[..self.left]);
        self.buffer = bytes;
        self.offset -= more;
        self.left += more as usize;
        Ok(more > 0)
    }

    /// Finds the beginning of a line that is too long, without keeping it.
    fn skip_oversized(&mut self, terminated: bool) -> io::Result<Line<'_>> {
        let to = self.offset + self.left as u64;
        let mut at = self.offset;
        let mut chunk = vec![0; CHUNK];
        let from = loop {
            if at == 0 {
                break 0;
            }
            let n = (CHUNK as u64).min(at);
            read_exact_at(&self.source, &mut chunk[..n as usize], at - n)?;
            if let Some(newline) = memchr::memrchr(b'\n', &chunk[..n as usize]) {
                break at - n + newline as u64 + 1;
            }
            at -= n;
        };
        chunk.truncate(OVERSIZED_PREFIX.min((to - from) as usize));
        read_exact_at(&self.source, &mut chunk, from)?;
        self.buffer = chunk;
        self.offset = from;
        self.left = 0;
        Ok(Line {
            bytes: &self.buffer,
            range: from..to,
            terminated,
            oversized: true,
        })
    }
}

fn read_exact_at(source: &impl ReadAt, mut buf: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !buf.is_empty() {
        let n = source.read_at(buf, offset)?;
        if n == 0 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the history became shorter while it was read",
            ));
        }
        buf = &mut buf[n..];
        offset += n as u64;
    }
    Ok(())
}
