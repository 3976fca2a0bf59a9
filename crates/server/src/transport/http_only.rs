//! A stream that ends where it turns out not to be HTTP, so that rubbish gets no answer (transport.md §8).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Wraps a stream whose first line must begin with the name of a method.
#[derive(Debug)]
pub struct HttpOnly<S> {
    stream: S,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    InMethod,
    Http,
    Rubbish,
}

impl<S> HttpOnly<S> {
    /// Of which nothing has been read yet.
    pub fn new(stream: S) -> Self {
        Self {
            stream,
            state: State::InMethod,
        }
    }
}

/// Where the first line stands after some more of it.
fn judge(more: &[u8]) -> State {
    let is_of_a_method = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    match more.iter().find(|byte| !is_of_a_method(byte)) {
        None => State::InMethod,
        Some(b' ') => State::Http,
        Some(_) => State::Rubbish,
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for HttpOnly<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.state == State::Rubbish {
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        if self.state == State::InMethod {
            self.state = judge(&buf.filled()[before..]);
            if self.state == State::Rubbish {
                buf.set_filled(before);
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for HttpOnly<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    async fn read(pieces: &[&'static [u8]]) -> Vec<u8> {
        let stream = in_pieces(pieces);
        let mut got = Vec::new();
        HttpOnly::new(stream).read_to_end(&mut got).await.unwrap();
        got
    }

    fn in_pieces(pieces: &[&'static [u8]]) -> Box<dyn AsyncRead + Unpin> {
        let empty: Box<dyn AsyncRead + Unpin> = Box::new(tokio::io::empty());
        pieces
            .iter()
            .rev()
            .fold(empty, |rest, piece| Box::new(AsyncReadExt::chain(*piece, rest)))
    }

    #[tokio::test]
    async fn rubbish_is_the_end_and_requests_pass() {
        assert_eq!(
            read(&[b"GET / HTTP/1.1\r\n\xff"]).await,
            b"GET / HTTP/1.1\r\n\xff"
        );
        assert_eq!(read(&[b"GE", b"T / HTTP/1.1\r\n"]).await, b"GET / HTTP/1.1\r\n");
        assert_eq!(read(&[b"rubbish\r\n\r\n"]).await, b"");
        assert_eq!(read(&[b"rub", b"bish\r\n"]).await, b"rub");
        assert_eq!(read(&[b"{\"id\":1}\n"]).await, b"");
    }
}
