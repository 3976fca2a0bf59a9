//! Lines of a history with their byte ranges, forwards ([`LineReader`]) and backwards ([`ReverseLineReader`]).
//!
//! Memory is bounded by the longest line accepted ([`MAX_LINE`] unless told otherwise): longer lines come out as
//! [`Line::oversized`], with only their beginning, and cost nothing but the time to skip them. Nothing is parsed here.

mod backward;
mod forward;

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;

use crate::record::{LineError, RecordKind, RolloutLine, sniff};

pub use backward::ReverseLineReader;
pub use forward::LineReader;

/// Longest line that is read whole, in bytes, unless a reader is told otherwise.
pub const MAX_LINE: usize = 64 << 20;

/// How much is read at a time.
const CHUNK: usize = 128 << 10;

/// How much of an oversized line is kept: enough to tell what it is.
const OVERSIZED_PREFIX: usize = 4 << 10;

/// A buffer that had to grow beyond this for one line is given back after it.
const KEEP_CAPACITY: usize = 1 << 20;

/// One line of a file.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    /// The line without its newline; of an oversized line only the beginning.
    pub bytes: &'a [u8],
    /// Where it stands in the file, newline included.
    pub range: Range<u64>,
    /// Whether a newline ends it; only the last line of a file may lack it.
    pub terminated: bool,
    /// Whether it was too long to be read.
    pub oversized: bool,
}

impl Line<'_> {
    /// What kind of record the line seems to be (a hint, see [`sniff`]); `None` for what is no record.
    pub fn kind(&self) -> Option<RecordKind> {
        sniff(self.bytes)
    }

    /// Whether there is nothing but white space.
    pub fn is_blank(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace)
    }

    /// Reads the record. Oversized lines are unreadable.
    pub fn parse(&self) -> Result<RolloutLine, LineError> {
        RolloutLine::parse(self.bytes)
    }
}

/// Something lines can be read from at any place: a file, or bytes in tests.
pub trait ReadAt {
    /// Reads into `buf` from `offset` on; fewer bytes than asked for mean nothing, 0 the end.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize>;
    /// How long it is now.
    fn len(&self) -> io::Result<u64>;
    /// Whether it is empty.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
}

impl ReadAt for File {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        loop {
            match FileExt::read_at(self, buf, offset) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                other => return other,
            }
        }
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }
}

impl ReadAt for [u8] {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let from = usize::try_from(offset)
            .unwrap_or(usize::MAX)
            .min(<[u8]>::len(self));
        let n = buf.len().min(<[u8]>::len(self) - from);
        buf[..n].copy_from_slice(&self[from..from + n]);
        Ok(n)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(<[u8]>::len(self) as u64)
    }
}

impl<T: ReadAt + ?Sized> ReadAt for &T {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buf, offset)
    }

    fn len(&self) -> io::Result<u64> {
        (**self).len()
    }
}

/// Calls `each` with every readable record of a file, in order, with its range; unreadable lines are left out.
/// `each` returns whether to go on.
pub fn for_each_record(
    source: impl ReadAt,
    range: Range<u64>,
    mut each: impl FnMut(RolloutLine, Range<u64>) -> bool,
) -> io::Result<()> {
    let mut lines = LineReader::new(source, range);
    while let Some(line) = lines.next_line()? {
        if line.oversized {
            continue;
        }
        if let Ok(record) = line.parse()
            && !each(record, line.range.clone())
        {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
