//! `codex app-server proxy`: copies bytes between stdin/stdout and the control socket of a running server.

use std::io;
use std::path::{Path, PathBuf};

use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;

/// Nobody listens at the socket.
#[derive(Debug, thiserror::Error)]
#[error("failed to connect to socket at {}", path.display())]
pub struct NotListening {
    path: PathBuf,
    source: io::Error,
}

/// Connects to the socket at `path`.
pub async fn connect(path: &Path) -> Result<UnixStream, NotListening> {
    UnixStream::connect(path).await.map_err(|source| NotListening {
        path: path.to_owned(),
        source,
    })
}

/// Copies both ways. The end of stdin closes the sending side; the end of the server ends the whole, even while stdin
/// stays open.
pub async fn copy(stream: UnixStream) -> io::Result<()> {
    let (mut from_server, mut to_server) = stream.into_split();
    let send = async {
        tokio::io::copy(&mut tokio::io::stdin(), &mut to_server).await?;
        to_server.shutdown().await
    };
    let mut stdout = tokio::io::stdout();
    let receive = async {
        tokio::io::copy(&mut from_server, &mut stdout).await?;
        stdout.flush().await
    };
    tokio::pin!(send, receive);
    tokio::select! {
        received = &mut receive => received,
        sent = &mut send => match sent {
            Ok(()) => receive.await,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => receive.await,
            Err(error) => Err(error),
        },
    }
}
