//! What goes wrong with files, in the words clients know (fs.md §1).

use std::io;

/// Why a request about files failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request itself cannot be granted; the text says why.
    #[error("{0}")]
    Invalid(String),
    /// The system refused.
    #[error("{}", words(.0))]
    System(#[source] io::Error),
    /// Nobody wants the result any more.
    #[error("the request was given up")]
    GivenUp,
}

impl Error {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    /// Whether the system says that nothing is there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::System(e) if e.kind() == io::ErrorKind::NotFound)
    }
}

impl From<io::Error> for Error {
    fn from(e: io::Error) -> Self {
        match e.kind() {
            io::ErrorKind::InvalidInput => Self::Invalid(words(&e)),
            _ => Self::System(e),
        }
    }
}

impl From<nix::errno::Errno> for Error {
    fn from(e: nix::errno::Errno) -> Self {
        io::Error::from(e).into()
    }
}

/// The system's words for an error. Where C libraries differ they are those of musl, which the reference is built with.
fn words(e: &io::Error) -> String {
    let Some(code) = e.raw_os_error() else {
        return e.to_string();
    };
    let words = match code {
        libc::EIO => "I/O error",
        libc::ENOMEM => "Out of memory",
        libc::EXDEV => "Cross-device link",
        libc::EMFILE => "No file descriptors available",
        libc::ESPIPE => "Invalid seek",
        libc::ENAMETOOLONG => "Filename too long",
        libc::ELOOP => "Symbolic link loop",
        libc::EDQUOT => "Quota exceeded",
        libc::EOVERFLOW => "Value too large for data type",
        libc::ESTALE => "Stale file handle",
        _ => return e.to_string(),
    };
    format!("{words} (os error {code})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_do_not_depend_on_the_c_library() {
        let said = |code| Error::from(io::Error::from_raw_os_error(code)).to_string();
        assert_eq!(said(libc::ENOENT), "No such file or directory (os error 2)");
        assert_eq!(said(libc::ENAMETOOLONG), "Filename too long (os error 36)");
        assert_eq!(said(libc::ELOOP), "Symbolic link loop (os error 40)");
    }

    #[test]
    fn a_nul_in_a_name_is_the_clients_fault() {
        let error = Error::from(std::fs::File::open("a\0b").unwrap_err());
        assert!(matches!(&error, Error::Invalid(m) if m == "file name contained an unexpected NUL byte"));
    }
}
