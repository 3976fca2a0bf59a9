//! The file behind a writer: whole lines at its end, whatever happens in between.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::WriteError;
use crate::names::ends_whole;
use crate::reader::ReadAt;
use crate::record::{RolloutItem, timestamp};

/// This much is collected before it is written without being asked for.
const BURST: usize = 1 << 20;

/// How long to wait for another program's burst.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);

/// How often a file that is replaced while it is opened is opened again.
const OPEN_TRIES: usize = 16;

/// Bytes far behind any content that stand for "I am appending" and "this file is mine".
const APPEND_BYTE: i64 = i64::MAX - 2;
const HOLD_BYTE: i64 = i64::MAX - 1;

pub(super) struct Disk {
    path: PathBuf,
    file: Option<File>,
    /// Whole lines not yet written, from the beginning of the first line of which not all is.
    unwritten: Vec<u8>,
    /// How much of that first line is in the file already, and how long the file was then.
    partial: Option<(usize, u64)>,
    /// Whether this writer wants the file for itself.
    held: bool,
    /// Whether the head is still to be written, and the file made for it. Any other file exists or is gone.
    headless: bool,
}

impl Disk {
    /// Of a thread that has no file: the first record taken in is its head.
    pub fn create(path: PathBuf) -> Self {
        Self::new(path, true)
    }

    /// Of a history that exists.
    pub fn open(path: PathBuf) -> Self {
        Self::new(path, false)
    }

    fn new(path: PathBuf, headless: bool) -> Self {
        Disk {
            path,
            file: None,
            unwritten: Vec::new(),
            partial: None,
            held: false,
            headless,
        }
    }

    /// Takes in a record; true if enough is collected to be written.
    pub fn take(&mut self, at: Timestamp, item: &RolloutItem) -> bool {
        if let Err(error) = item.write_line(&timestamp(at), &mut self.unwritten) {
            tracing::error!(%error, kind = item.type_name(), "a record has no JSON form and is left out");
        }
        self.unwritten.len() >= BURST
    }

    pub fn has_work(&self) -> bool {
        !self.unwritten.is_empty()
    }

    pub fn unwritten(&self) -> usize {
        self.unwritten.len()
    }

    /// Writes everything; returns the file's length. After a failure the file is opened anew the next time, unless there was
    /// just no room: that is no reason to give up the lock.
    pub fn write(&mut self) -> Result<u64, WriteError> {
        if self.unwritten.is_empty() {
            return match &self.file {
                Some(file) => ReadAt::len(file).map_err(|e| self.failed(e)),
                None => Ok(fs::metadata(&self.path).map_or(0, |m| m.len())),
            };
        }
        let written = self.try_write();
        if self.unwritten.is_empty() && self.unwritten.capacity() > BURST {
            self.unwritten = Vec::new();
        }
        if written.as_ref().is_err_and(|error| !error.is_for_want_of_room()) {
            self.file = None;
        }
        written
    }

    /// Writes one record behind all others; one that cannot be written now is not kept. Nothing else may be waiting.
    pub fn put(&mut self, at: Timestamp, item: &RolloutItem) -> Result<u64, WriteError> {
        self.take(at, item);
        let written = self.write();
        if written.is_err() {
            if let Some((there, length)) = self.partial
                && there + 1 == self.unwritten.len()
            {
                // It is read as it is: only the newline waits.
                return Ok(length);
            }
            // Half a line that got into the file is closed off by the next one.
            self.unwritten = Vec::new();
            self.partial = None;
        }
        written
    }

    fn try_write(&mut self) -> Result<u64, WriteError> {
        self.ensure_open()?;
        let file = self.file.take().expect("opened just now");
        let locked = self.lock_append(&file);
        let written = locked.and_then(|()| self.write_locked(&file).map_err(|e| self.failed(e)));
        unlock(&file, APPEND_BYTE);
        self.file = Some(file);
        written
    }

    fn write_locked(&mut self, mut file: &File) -> io::Result<u64> {
        let length = ReadAt::len(file)?;
        let mut from = 0;
        match self.partial {
            // Nobody wrote behind our half line: go on where it stops.
            Some((written, then)) if then == length => from = written,
            _ => {
                if !ends_whole(file)? {
                    file.write_all(b"\n")?;
                }
            }
        }
        self.partial = None;
        let result = loop {
            if from == self.unwritten.len() {
                break Ok(());
            }
            match file.write(&self.unwritten[from..]) {
                Ok(0) => break Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => from += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => break Err(e),
            }
        };
        // Lines of which all is written are done with; of a half one we need the beginning, should somebody write behind it.
        let done = memchr::memrchr(b'\n', &self.unwritten[..from]).map_or(0, |at| at + 1);
        self.unwritten.drain(..done);
        self.headless &= done == 0;
        if from > done {
            self.partial = Some((from - done, ReadAt::len(file)?));
        }
        result?;
        ReadAt::len(file)
    }

    /// Has the file at the path open, and locked if it is held. A file that was moved away while nobody held it is not
    /// the one to write to any more.
    fn ensure_open(&mut self) -> Result<(), WriteError> {
        if self.held && self.file.is_some() {
            return Ok(());
        }
        if let Some(file) = self.file.take_if(|file| !is_at(file, &self.path)) {
            drop(file);
        }
        if self.file.is_none() {
            self.file = Some(self.open_file()?);
        }
        Ok(())
    }

    fn open_file(&self) -> Result<File, WriteError> {
        for _ in 0..OPEN_TRIES {
            let file = self.open_path().map_err(|e| self.failed(e))?;
            if self.held && !try_lock(&file, HOLD_BYTE) {
                return Err(self.in_use());
            }
            // Who moves a history holds it: from here on a held one stays where it is.
            if is_at(&file, &self.path) {
                return Ok(file);
            }
        }
        Err(self.gone())
    }

    fn open_path(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.create(self.headless).read(true).append(true);
        match options.open(&self.path) {
            Err(e) if self.headless && e.kind() == io::ErrorKind::NotFound => {
                if let Some(folder) = self.path.parent() {
                    fs::create_dir_all(folder)?;
                }
                options.open(&self.path)
            }
            other => other,
        }
    }

    fn lock_append(&self, file: &File) -> Result<(), WriteError> {
        let begun = Instant::now();
        loop {
            if try_lock(file, APPEND_BYTE) {
                return Ok(());
            }
            if begun.elapsed() > LOCK_PATIENCE {
                return Err(self.in_use());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Takes the file for this writer. One that is not made yet is taken when it is.
    pub fn hold(&mut self) -> Result<(), WriteError> {
        let held = self.try_hold();
        self.held = held.is_ok();
        if !self.held {
            self.file = None;
        }
        held
    }

    fn try_hold(&mut self) -> Result<(), WriteError> {
        self.held = true;
        if self.headless && self.unwritten.is_empty() {
            return Ok(());
        }
        match self.file.take_if(|file| is_at(file, &self.path)) {
            Some(file) if try_lock(&file, HOLD_BYTE) && is_at(&file, &self.path) => self.file = Some(file),
            _ => self.file = Some(self.open_file()?),
        }
        Ok(())
    }

    pub fn let_go(&mut self) {
        self.held = false;
        if let Some(file) = &self.file {
            unlock(file, HOLD_BYTE);
        }
    }

    /// Closes the file and its locks.
    pub fn close(&mut self) {
        self.held = false;
        self.file = None;
    }

    fn in_use(&self) -> WriteError {
        WriteError::InUse {
            path: self.path.clone(),
        }
    }

    fn gone(&self) -> WriteError {
        WriteError::Gone {
            path: self.path.clone(),
        }
    }

    fn failed(&self, error: io::Error) -> WriteError {
        if error.kind() == io::ErrorKind::NotFound && !self.headless {
            return self.gone();
        }
        WriteError::Io {
            path: self.path.clone(),
            kind: error.kind(),
            message: error.to_string(),
        }
    }
}

/// Whether an open file is still the one at this path.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(there)) => (open.dev(), open.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// Locks one byte for this open file; false if another one has it. Where the file system has no locks, or the server that
/// keeps them fails, appending whole lines is all there is, and there is nobody to tell us from.
fn try_lock(file: &File, byte: i64) -> bool {
    loop {
        match set_lock(file, byte, libc::F_WRLCK) {
            Ok(()) => return true,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) if matches!(e.raw_os_error(), Some(libc::EAGAIN | libc::EACCES)) => return false,
            Err(error) => {
                tracing::debug!(%error, "this file system has no locks");
                return true;
            }
        }
    }
}

fn unlock(file: &File, byte: i64) {
    // Closing the file unlocks it in any case.
    let _ = set_lock(file, byte, libc::F_UNLCK);
}

fn set_lock(file: &File, byte: i64, kind: libc::c_int) -> io::Result<()> {
    // SAFETY: all-zero is a valid value of this plain C structure.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = kind as libc::c_short;
    lock.l_whence = libc::SEEK_SET as libc::c_short;
    lock.l_start = byte;
    lock.l_len = 1;
    // SAFETY: the descriptor is open as long as `file` is, and `lock` lives through the call.
    let done = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_SETLK, &raw const lock) };
    if done == -1 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_wrong_with_locks_is_no_reason_not_to_write() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let (one, two) = (file.reopen().unwrap(), file.reopen().unwrap());
        assert!(try_lock(&one, APPEND_BYTE));
        assert!(!try_lock(&two, APPEND_BYTE));
        // A file that is open for reading takes no lock for writing: an error like any other.
        let unlockable = File::open(file.path()).unwrap();
        assert!(set_lock(&unlockable, APPEND_BYTE, libc::F_WRLCK).is_err());
        assert!(try_lock(&unlockable, APPEND_BYTE));
    }
}
