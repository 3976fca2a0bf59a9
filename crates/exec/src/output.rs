//! What a process writes, as it comes, with backpressure: a reader that is slow slows the process down.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use crate::process::Exit;

/// The most bytes read at once.
const PIECE: usize = 64 * 1024;

/// How many pieces may wait to be taken before no more is read.
const WAITING: usize = 4;

/// What can be in a pipe when its writer has ended and we stop waiting for others who hold it open.
const IN_A_PIPE: usize = 64 * 1024;

/// Where output was written. A terminal has only one stream, [`Stream::Stdout`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A piece of output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Where it was written.
    pub stream: Stream,
    /// What, at most 64 KiB, never empty.
    pub bytes: Bytes,
}

/// The output of a process, piece by piece. When it is dropped the process finds its streams closed.
#[derive(Debug)]
pub struct Output {
    chunks: mpsc::Receiver<Chunk>,
}

impl Output {
    /// The next piece; `None` when the streams are closed, or the process has ended and nobody who still holds them
    /// open has been waited for any longer.
    pub async fn next(&mut self) -> Option<Chunk> {
        self.chunks.recv().await
    }

    /// Reads the given streams until they end, or until `linger` after the process has.
    pub(crate) fn of(
        streams: Vec<(Stream, Box<dyn AsyncRead + Send + Unpin>)>,
        exit: watch::Receiver<Option<Exit>>,
        linger: Duration,
    ) -> Self {
        let (to, chunks) = mpsc::channel(WAITING);
        for (stream, reader) in streams {
            tokio::spawn(pump(stream, reader, exit.clone(), linger, to.clone()));
        }
        Self { chunks }
    }
}

async fn pump(
    stream: Stream,
    mut reader: Box<dyn AsyncRead + Send + Unpin>,
    mut exit: watch::Receiver<Option<Exit>>,
    linger: Duration,
    to: mpsc::Sender<Chunk>,
) {
    let over = async move {
        // An error means that nobody will ever tell us of the end: as good as ended.
        let _ = exit.wait_for(Option::is_some).await;
        sleep(linger).await;
    };
    tokio::pin!(over);
    let mut waiting = true;
    let mut left = IN_A_PIPE;
    let mut buffer = BytesMut::new();
    while left > 0 {
        buffer.reserve(PIECE);
        let mut limited = (&mut reader).take(PIECE as u64);
        let read = if waiting {
            tokio::select! {
                biased;
                () = &mut over => {
                    waiting = false;
                    continue;
                }
                read = limited.read_buf(&mut buffer) => read,
            }
        } else {
            // Only what is there already.
            match timeout(Duration::ZERO, limited.read_buf(&mut buffer)).await {
                Ok(read) => read,
                Err(_) => break,
            }
        };
        match read {
            Ok(n) if n > 0 => {
                if !waiting {
                    left = left.saturating_sub(n);
                }
                if to
                    .send(Chunk {
                        stream,
                        bytes: buffer.split().freeze(),
                    })
                    .await
                    .is_err()
                {
                    break;
                }
            }
            _ => break,
        }
    }
}

/// Cuts a stream off after a number of bytes (exec.md §3). One for each stream.
#[derive(Debug, Clone)]
pub struct OutputCap {
    left: Option<usize>,
    reached: bool,
}

impl OutputCap {
    /// `None` is no cap.
    pub fn new(cap: Option<usize>) -> Self {
        Self {
            left: cap,
            reached: false,
        }
    }

    /// What of `bytes` is within the cap, and whether that is its end. `None` when the end has come before. With a cap
    /// of 0 the first output gives no bytes and the end.
    pub fn take(&mut self, mut bytes: Bytes) -> Option<(Bytes, bool)> {
        if self.reached {
            return None;
        }
        if let Some(left) = &mut self.left {
            bytes.truncate(*left);
            *left -= bytes.len();
            self.reached = *left == 0;
        }
        Some((bytes, self.reached))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(cap: &mut OutputCap, bytes: &'static [u8]) -> Option<(&'static [u8], bool)> {
        let (got, reached) = cap.take(Bytes::from_static(bytes))?;
        Some((&bytes[..got.len()], reached))
    }

    #[test]
    fn a_cap_tells_of_its_end_once() {
        let mut cap = OutputCap::new(Some(4));
        assert_eq!(take(&mut cap, b"abc"), Some((&b"abc"[..], false)));
        assert_eq!(take(&mut cap, b"def"), Some((&b"d"[..], true)));
        assert_eq!(take(&mut cap, b"ghi"), None);
    }

    #[test]
    fn a_cap_that_is_just_filled_is_reached() {
        assert_eq!(
            take(&mut OutputCap::new(Some(3)), b"abc"),
            Some((&b"abc"[..], true))
        );
        assert_eq!(take(&mut OutputCap::new(Some(0)), b"abc"), Some((&b""[..], true)));
        assert_eq!(
            take(&mut OutputCap::new(None), b"abc"),
            Some((&b"abc"[..], false))
        );
    }
}
