//! The content of files, in base64 (fs.md §2).
//!
//! What may keep a reader or writer waiting (FIFOs, terminals) is opened without waiting and given to the runtime's
//! poll, so it costs no thread and ends when nobody wants the result any more.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD};
use base64::write::EncoderStringWriter;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio_util::sync::CancellationToken;

use crate::{Error, blocking};

/// The largest file that is read, in bytes.
pub const MAX_READ: u64 = 512 * 1024 * 1024;

/// A larger file is not read before its reader says so.
const LARGE: u64 = 256 * 1024;

/// How much is read at once.
const PIECE: usize = 64 * 1024;

/// How often a FIFO is asked for a reader.
const ASK_AGAIN: Duration = Duration::from_millis(50);

/// Reads a file, in padded standard base64. Waits for the writer of a FIFO, as long as `given_up` is not cancelled.
/// Before a large file is read, nothing of it is held or open until what `admit` makes of its size is done.
///
/// # Errors
/// Those of the system; more than [`MAX_READ`] bytes.
pub async fn read_file<A: Future<Output = ()>>(
    path: PathBuf,
    given_up: &CancellationToken,
    admit: impl FnOnce(u64) -> A,
) -> Result<String, Error> {
    read_at_most(MAX_READ, path, given_up, admit).await
}

async fn read_at_most<A: Future<Output = ()>>(
    limit: u64,
    path: PathBuf,
    given_up: &CancellationToken,
    admit: impl FnOnce(u64) -> A,
) -> Result<String, Error> {
    let open_and_read = |may_be_large| {
        let (path, stop) = (path.clone(), given_up.clone());
        blocking(move || open_and_read(&path, limit, may_be_large, &stop))
    };
    let opened = match open_and_read(false).await? {
        Opened::Large(size) => {
            admit(size).await;
            open_and_read(true).await?
        }
        opened => opened,
    };
    match opened {
        Opened::Read(text) => Ok(text),
        Opened::Waiting(file) => tokio::select! {
            text = read_as_it_comes(file, Text::new(0, limit), given_up) => text,
            () = given_up.cancelled() => Err(Error::GivenUp),
        },
        Opened::Large(_) => unreachable!("it may be large"),
    }
}

enum Opened {
    Read(String),
    Waiting(File),
    /// Not read, because of its size.
    Large(u64),
}

/// Reads what never keeps one waiting; `may_be_large` if it is of any size.
fn open_and_read(
    path: &Path,
    limit: u64,
    may_be_large: bool,
    given_up: &CancellationToken,
) -> Result<Opened, Error> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)?;
    let about = file.metadata()?;
    if about.len() > limit {
        return Err(too_large(limit));
    }
    if about.file_type().is_fifo() || about.file_type().is_char_device() {
        return Ok(Opened::Waiting(file));
    }
    if about.len() > LARGE && !may_be_large {
        return Ok(Opened::Large(about.len()));
    }
    read_here(file, Text::new(about.len(), limit), given_up).map(Opened::Read)
}

fn too_large(limit: u64) -> Error {
    Error::invalid(format!("file is too large to read: limit is {limit} bytes"))
}

/// Reads what never keeps one waiting; `given_up` is looked at between pieces, for devices without end.
fn read_here(mut file: File, mut text: Text, given_up: &CancellationToken) -> Result<String, Error> {
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(text.finish()),
            Ok(n) => text.add(&piece[..n])?,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e.into()),
        }
        if given_up.is_cancelled() {
            return Err(Error::GivenUp);
        }
    }
}

async fn read_as_it_comes(file: File, mut text: Text, given_up: &CancellationToken) -> Result<String, Error> {
    // A FIFO without a writer is not ready before one has come; reading it at once would say that it is at its end.
    let file = match poll(file, Interest::READABLE) {
        Ok(file) => file,
        Err(file) => {
            let given_up = given_up.clone();
            return blocking(move || read_here(file, text, &given_up)).await;
        }
    };
    let mut piece = vec![0; PIECE];
    loop {
        match file
            .async_io(Interest::READABLE, |mut file| file.read(&mut piece))
            .await
        {
            Ok(0) => return Ok(text.finish()),
            Ok(n) => text.add(&piece[..n])?,
            Err(e) => return Err(e.into()),
        }
    }
}

/// Gives a file to the runtime's poll; those that cannot be polled never keep one waiting either.
fn poll(file: File, interest: Interest) -> Result<AsyncFd<File>, File> {
    // SAFETY: the file owns its descriptor, which stays open and the same as long as what is registered owns the file.
    unsafe { AsyncFd::register_with_interest(file, interest) }.map_err(|e| e.into_parts().0)
}

/// Bytes that become base64 as they come, so that they are never held twice.
struct Text {
    encoder: EncoderStringWriter<'static, GeneralPurpose, String>,
    room: u64,
    limit: u64,
}

impl Text {
    /// For about `expected` and at most `limit` bytes.
    fn new(expected: u64, limit: u64) -> Self {
        let length = base64::encoded_len(expected as usize, true).unwrap_or(0);
        let encoder = EncoderStringWriter::from_consumer(String::with_capacity(length), &STANDARD);
        Self {
            encoder,
            room: limit,
            limit,
        }
    }

    fn add(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.room = self
            .room
            .checked_sub(bytes.len() as u64)
            .ok_or_else(|| too_large(self.limit))?;
        Ok(self.encoder.write_all(bytes)?)
    }

    fn finish(self) -> String {
        self.encoder.into_inner()
    }
}

/// Writes a file in place, creating it if need be; the bytes come in padded standard base64. Waits for the reader of a
/// FIFO, as long as `given_up` is not cancelled.
///
/// # Errors
/// Those of the system; text that is no base64, in which case nothing is touched.
pub async fn write_file(
    path: PathBuf,
    data_base64: String,
    given_up: &CancellationToken,
) -> Result<(), Error> {
    let decode = move || {
        STANDARD
            .decode(data_base64)
            .map_err(|e| Error::invalid(format!("fs/writeFile requires valid base64 dataBase64: {e}")))
    };
    let data = Arc::new(blocking(decode).await?);
    loop {
        let (to, bytes) = (path.clone(), Arc::clone(&data));
        let opened = blocking(move || match open_to_write(&to) {
            Ok(mut file) if file.metadata()?.is_file() => {
                file.write_all(&bytes)?;
                Ok(Written::All)
            }
            Ok(file) => Ok(Written::Waiting(file)),
            Err(e) if e.raw_os_error() == Some(libc::ENXIO) && is_fifo(&to) => Ok(Written::NoReader),
            Err(e) => Err(e.into()),
        });
        let go_on = async {
            match opened.await? {
                Written::All => Ok(true),
                Written::Waiting(file) => write_as_it_goes(file, Arc::clone(&data)).await.map(|()| true),
                Written::NoReader => {
                    tokio::time::sleep(ASK_AGAIN).await;
                    Ok(false)
                }
            }
        };
        let is_done = tokio::select! {
            result = go_on => result?,
            () = given_up.cancelled() => return Err(Error::GivenUp),
        };
        if is_done {
            return Ok(());
        }
    }
}

/// How far an attempt to write has come.
enum Written {
    All,
    /// For room.
    Waiting(File),
    NoReader,
}

fn open_to_write(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)
}

fn is_fifo(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|about| about.file_type().is_fifo())
}

async fn write_as_it_goes(file: File, data: Arc<Vec<u8>>) -> Result<(), Error> {
    let file = match poll(file, Interest::WRITABLE) {
        Ok(file) => file,
        Err(mut file) => return blocking(move || Ok(file.write_all(&data)?)).await,
    };
    let mut rest = &data[..];
    while !rest.is_empty() {
        let written = file
            .async_io(Interest::WRITABLE, |mut file| file.write(rest))
            .await?;
        rest = &rest[written..];
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::sys::stat::Mode;

    fn at_once(_: u64) -> std::future::Ready<()> {
        std::future::ready(())
    }

    fn fifo(dir: &tempfile::TempDir) -> PathBuf {
        let path = dir.path().join("fifo");
        nix::unistd::mkfifo(&path, Mode::S_IRWXU).unwrap();
        path
    }

    #[tokio::test]
    async fn a_fifo_is_read_from_its_first_writer_to_its_last_byte() {
        let dir = tempfile::tempdir().unwrap();
        let (path, never) = (fifo(&dir), CancellationToken::new());
        let read = read_file(path.clone(), &never, at_once);
        let write = write_file(path, STANDARD.encode("late\n"), &never);
        let (read, written) = tokio::join!(read, write);
        written.unwrap();
        assert_eq!(STANDARD.decode(read.unwrap()).unwrap(), b"late\n");
    }

    #[tokio::test]
    async fn a_fifo_nobody_writes_or_reads_is_given_up() {
        let dir = tempfile::tempdir().unwrap();
        let (path, given_up) = (fifo(&dir), CancellationToken::new());
        let end = async { given_up.cancel() };
        let (read, ()) = tokio::join!(read_file(path.clone(), &given_up, at_once), end);
        assert!(matches!(read, Err(Error::GivenUp)));
        assert!(matches!(
            write_file(path, String::new(), &given_up).await,
            Err(Error::GivenUp)
        ));
    }

    #[tokio::test]
    async fn a_device_without_end_is_too_large() {
        let never = CancellationToken::new();
        let read = read_at_most(100_000, "/dev/zero".into(), &never, at_once).await;
        assert_eq!(
            read.unwrap_err().to_string(),
            "file is too large to read: limit is 100000 bytes"
        );
    }

    #[tokio::test]
    async fn bytes_come_back_as_they_went_in() {
        let dir = tempfile::tempdir().unwrap();
        let (path, never) = (dir.path().join("f"), CancellationToken::new());
        let bytes: Vec<u8> = (0..200_000u32).map(|n| (n * 7) as u8).collect();
        write_file(path.clone(), STANDARD.encode(&bytes), &never)
            .await
            .unwrap();
        let read = read_file(path, &never, at_once).await.unwrap();
        assert_eq!(read, STANDARD.encode(&bytes));
        assert_eq!(read_file("/dev/null".into(), &never, at_once).await.unwrap(), "");
    }

    #[tokio::test]
    async fn only_a_large_file_has_to_be_admitted() {
        let dir = tempfile::tempdir().unwrap();
        let (path, never) = (dir.path().join("f"), CancellationToken::new());
        for (length, expected) in [(LARGE, None), (LARGE + 1, Some(LARGE + 1))] {
            std::fs::write(&path, vec![b'x'; length as usize]).unwrap();
            let mut asked = None;
            let admit = |size| {
                asked = Some(size);
                std::future::ready(())
            };
            let read = read_file(path.clone(), &never, admit).await.unwrap();
            assert_eq!(read, STANDARD.encode(vec![b'x'; length as usize]));
            assert_eq!(asked, expected);
        }
    }

    #[tokio::test]
    async fn bad_base64_leaves_the_file_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, "kept").unwrap();
        for (data, reason) in [
            ("%%%", "Invalid symbol 37, offset 0."),
            ("YQ", "Invalid padding"),
            ("YR==", "Invalid last symbol 82, offset 1."),
        ] {
            let error = write_file(path.clone(), data.into(), &CancellationToken::new())
                .await
                .unwrap_err();
            let expected = format!("fs/writeFile requires valid base64 dataBase64: {reason}");
            assert_eq!(error.to_string(), expected);
        }
        assert_eq!(std::fs::read(path).unwrap(), b"kept");
    }
}
