//! A request's body, written: in memory as a rule, in a file without a name if the history it holds is very long.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use tempfile::{SpooledData, SpooledTempFile};
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::input::InputItem;
use crate::request::Request;

/// A body may take as much memory.
const IN_MEMORY: usize = 8 << 20;
/// How much of a file is sent at a time.
const PIECE: usize = 256 << 10;
/// If as much has to be read for a request, that is done where it holds nobody up.
const LONG_READ: usize = 1 << 20;

/// A body that can be sent more than once.
pub(crate) enum Body {
    /// In memory.
    Memory(Bytes),
    /// In a file of that length.
    File(Arc<File>, u64),
}

impl Body {
    /// Writes the body of a request.
    pub(crate) fn of<I: InputItem>(request: &Request<'_, I>, store: bool) -> io::Result<Self> {
        let to_read: usize = request.input.iter().map(InputItem::bytes).sum();
        let multi_thread =
            || Handle::try_current().is_ok_and(|h| h.runtime_flavor() == RuntimeFlavor::MultiThread);
        if to_read > LONG_READ && multi_thread() {
            return tokio::task::block_in_place(|| Self::write(request, store));
        }
        Self::write(request, store)
    }

    fn write<I: InputItem>(request: &Request<'_, I>, store: bool) -> io::Result<Self> {
        let mut out = BufWriter::with_capacity(64 << 10, SpooledTempFile::new(IN_MEMORY));
        request.write(store, &mut out)?;
        let spooled = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        match spooled.into_inner() {
            SpooledData::InMemory(bytes) => Ok(Body::Memory(bytes.into_inner().into())),
            SpooledData::OnDisk(mut file) => {
                file.flush()?;
                let length = file.metadata()?.len();
                Ok(Body::File(Arc::new(file), length))
            }
        }
    }

    /// How long it is, in bytes.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Body::Memory(bytes) => bytes.len() as u64,
            Body::File(_, length) => *length,
        }
    }

    /// The body to send.
    pub(crate) fn to_send(&self) -> reqwest::Body {
        match self {
            Body::Memory(bytes) => bytes.clone().into(),
            Body::File(file, length) => {
                let (file, length) = (file.clone(), *length);
                reqwest::Body::wrap_stream(stream::try_unfold(0, move |at| {
                    let file = file.clone();
                    async move {
                        if at >= length {
                            return Ok::<_, io::Error>(None);
                        }
                        let piece = tokio::task::spawn_blocking(move || piece(&file, at, length));
                        let piece = piece.await.map_err(io::Error::other)??;
                        let next = at + piece.len() as u64;
                        Ok(Some((piece, next)))
                    }
                }))
            }
        }
    }
}

fn piece(file: &File, at: u64, length: u64) -> io::Result<Bytes> {
    let mut bytes = BytesMut::zeroed(PIECE.min((length - at) as usize));
    file.read_exact_at(&mut bytes, at)?;
    Ok(bytes.freeze())
}
