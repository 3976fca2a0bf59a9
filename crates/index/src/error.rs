//! What can go wrong with the databases, as callers need to tell it apart.

use std::path::PathBuf;

/// A failure of an index operation.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The metadata database cannot be used at the moment (missing rights, no space, held by another program for
    /// too long). It is tried again later; nothing is lost meanwhile.
    #[error("the database {path} is unavailable: {reason}")]
    Unavailable {
        /// Which file.
        path: PathBuf,
        /// What SQLite or the system said.
        reason: String,
    },
    /// The database has not yet taken in the histories of the home, so that what it holds is incomplete.
    #[error("the database has not taken in the home's histories yet")]
    NotReady,
    /// The given cursor is not one a listing has given out.
    #[error("invalid cursor: {0}")]
    InvalidCursor(String),
    /// The turn a cursor names is not there: it was rolled back, or never was.
    #[error("anchor turn is no longer present")]
    AnchorGone,
    /// A statement failed for another reason.
    #[error("database error: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A history file could not be read.
    #[error("failed to read {path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl IndexError {
    pub(crate) fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Io {
            path: path.into(),
            source,
        }
    }
}

/// Short for the results of this crate.
pub type Result<T, E = IndexError> = std::result::Result<T, E>;

/// What a failed statement says about the database it ran on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Somebody else holds the lock; trying again later helps.
    Busy,
    /// The file is no database or is damaged; it has to be set aside.
    Damaged,
    /// Rights, space or hardware; nothing to be done from here but to try again later.
    System,
    /// The statement itself.
    Other,
}

pub(crate) fn trouble(e: &rusqlite::Error) -> Trouble {
    use rusqlite::ErrorCode as C;
    match e.sqlite_error_code() {
        Some(C::DatabaseBusy | C::DatabaseLocked | C::FileLockingProtocolFailed) => Trouble::Busy,
        Some(C::DatabaseCorrupt | C::NotADatabase) => Trouble::Damaged,
        Some(C::CannotOpen | C::PermissionDenied | C::ReadOnly | C::SystemIoFailure | C::DiskFull) => {
            Trouble::System
        }
        _ => Trouble::Other,
    }
}

/// Whether a failure while a file was being brought to its schema says that the file is not fit for it: it calls itself ours,
/// but its tables are others. Anything else (no memory, an interruption, …) says nothing of the file.
pub(crate) fn is_unfit(e: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode as C;
    match e.sqlite_error() {
        Some(e) => {
            e.extended_code == rusqlite::ffi::SQLITE_ERROR
                || matches!(e.code, C::ConstraintViolation | C::TypeMismatch)
        }
        // A value was not of the type a column has.
        None => true,
    }
}
