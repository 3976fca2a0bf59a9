//! The WebSocket listener on a unix socket: a local control socket without authentication (transport.md §8).

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream as BlockingStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::UnixListener;

use super::auth::Policy;
use super::http::{self, Gate};
use super::http_only::HttpOnly;
use super::tcp::pause_after;
use crate::app::App;
use crate::session::TransportKind;

/// Longest path of a socket on Linux, without the closing NUL.
const LONGEST_PATH: usize = 107;

/// Why the socket cannot be opened.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum BindError {
    #[error("app-server control socket is already in use at {}", .0.display())]
    InUse(PathBuf),
    #[error("app-server control socket path exists and is not a socket: {}", .0.display())]
    NotASocket(PathBuf),
    #[error("socket directory path exists and is not a directory: {}", .0.display())]
    ParentIsNoFolder(PathBuf),
    #[error("path must be shorter than SUN_LEN")]
    TooLong,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The socket `unix://` stands for.
pub fn control_socket(codex_home: &Path) -> PathBuf {
    codex_home
        .join("app-server-control")
        .join("app-server-control.sock")
}

/// A listening socket whose file goes when this is dropped.
#[derive(Debug)]
pub struct Socket {
    listener: UnixListener,
    file: SocketFile,
}

/// Removes the socket file when dropped.
#[derive(Debug)]
pub struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Someone may have removed it already.
        let _ = fs::remove_file(&self.0);
    }
}

/// Opens the socket at `path`: a file that a killed server left is replaced, a live one is not.
pub fn bind(path: &Path) -> Result<Socket, BindError> {
    let path = std::path::absolute(path)?;
    if path.as_os_str().len() > LONGEST_PATH {
        return Err(BindError::TooLong);
    }
    if let Some(parent) = path.parent() {
        prepare_folder(parent)?;
    }
    match fs::symlink_metadata(&path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        Err(e) => return Err(e.into()),
        Ok(meta) if !meta.file_type().is_socket() => return Err(BindError::NotASocket(path)),
        Ok(_) => match BlockingStream::connect(&path) {
            Ok(_) => return Err(BindError::InUse(path)),
            Err(_) => fs::remove_file(&path)?,
        },
    }
    let listener = UnixListener::bind(&path)?;
    let file = SocketFile(path);
    fs::set_permissions(&file.0, Permissions::from_mode(0o600))?;
    Ok(Socket { listener, file })
}

/// Makes the folder, for this user alone; one that exists is left as it is.
fn prepare_folder(folder: &Path) -> Result<(), BindError> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            Err(BindError::ParentIsNoFolder(folder.to_owned()))
        }
        Err(e) => Err(e.into()),
    }
}

/// Accepts connections until the task is dropped; the socket file goes with it.
pub async fn accept(app: Arc<App>, socket: Socket) {
    let Socket { listener, file } = socket;
    let gate = Arc::new(Gate {
        kind: TransportKind::UnixSocket,
        policy: Policy::Open,
        refuse_origin: false,
    });
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(http::serve(
                Arc::clone(&app),
                Arc::clone(&gate),
                HttpOnly::new(stream),
            ))),
            Err(error) => pause_after(&error).await,
        }
        debug_assert!(
            !file.0.as_os_str().is_empty(),
            "the file lives as long as this loop"
        );
    }
}
