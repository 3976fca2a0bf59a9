//! The file behind a writer: whole lines at its end, whatever happens in between.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::path::PathBuf;
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
    /// Whether the file is still to be made. A history that was moved away or deleted is not made anew, without a head.
    is_new: bool,
}

impl Disk {
    /// The file of a new thread, or one that exists.
    pub fn new(path: PathBuf, is_new: bool) -> Self {
        Disk {
            path,
            file: None,
            unwritten: Vec::new(),
            partial: None,
            held: false,
            is_new,
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

    /// Writes everything; returns the file's length. After a failure the file is opened anew the next time.
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
        if written.is_err() {
            self.file = None;
        }
        written
    }

    fn try_write(&mut self) -> Result<u64, WriteError> {
        self.open()?;
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
        if from > done {
            self.partial = Some((from - done, ReadAt::len(file)?));
        }
        result?;
        ReadAt::len(file)
    }

    fn open(&mut self) -> Result<(), WriteError> {
        if self.file.is_some() {
            return Ok(());
        }
        let file = self.open_file().map_err(|e| self.failed(e))?;
        self.is_new = false;
        if self.held && !try_lock(&file, HOLD_BYTE).map_err(|e| self.failed(e))? {
            return Err(WriteError::InUse {
                path: self.path.clone(),
            });
        }
        self.file = Some(file);
        Ok(())
    }

    fn open_file(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.create(self.is_new).read(true).append(true);
        match options.open(&self.path) {
            Err(e) if self.is_new && e.kind() == io::ErrorKind::NotFound => {
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
            match try_lock(file, APPEND_BYTE) {
                Ok(true) => return Ok(()),
                // File systems without locks: appending whole lines is all there is.
                Err(e) if matches!(e.raw_os_error(), Some(libc::ENOLCK | libc::EINVAL | libc::ENOSYS)) => {
                    return Ok(());
                }
                Err(e) => return Err(self.failed(e)),
                Ok(false) if begun.elapsed() > LOCK_PATIENCE => {
                    return Err(WriteError::InUse {
                        path: self.path.clone(),
                    });
                }
                Ok(false) => std::thread::sleep(Duration::from_millis(2)),
            }
        }
    }

    /// Takes the file for this writer.
    pub fn hold(&mut self) -> Result<(), WriteError> {
        self.open()?;
        let locked = self
            .file
            .as_ref()
            .map_or(Ok(true), |file| try_lock(file, HOLD_BYTE));
        match locked {
            Ok(true) => self.held = true,
            Ok(false) => {
                return Err(WriteError::InUse {
                    path: self.path.clone(),
                });
            }
            // Without locks there is nobody to tell us from.
            Err(error) => tracing::debug!(%error, "this file system has no locks"),
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

    fn failed(&self, error: io::Error) -> WriteError {
        WriteError::Io {
            path: self.path.clone(),
            kind: error.kind(),
            message: error.to_string(),
        }
    }
}

/// Locks one byte for this open file; false if another one has it.
fn try_lock(file: &File, byte: i64) -> io::Result<bool> {
    match set_lock(file, byte, libc::F_WRLCK) {
        Ok(()) => Ok(true),
        Err(e) if matches!(e.raw_os_error(), Some(libc::EAGAIN | libc::EACCES)) => Ok(false),
        Err(e) => Err(e),
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
