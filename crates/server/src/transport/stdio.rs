//! Newline-delimited JSON on stdin and stdout: the one connection of a spawned server.
//!
//! Two threads do plain blocking I/O: pipes cannot be polled portably without changing the flags of file descriptions
//! that we share with our parent, and a thread that waits costs nothing.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IoSlice, Read, Write};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::sync::Arc;
use std::thread;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::app::App;
use crate::outbox::Closed;
use crate::receive::receive;
use crate::session::{Session, TransportKind};

/// A line buffer that grew beyond this is given back after the line.
const KEPT_LINE_BUFFER: usize = 1 << 20;

/// Serves stdin and stdout. The first receiver resolves when the input ends or the output is closed, the second when
/// everything that was queued has been written (after the outbox was told to drain).
pub fn serve(app: &Arc<App>) -> io::Result<(Arc<Session>, oneshot::Receiver<()>, oneshot::Receiver<()>)> {
    let session = app.connections.open(TransportKind::Stdio);
    let (tell_end, input_ended) = oneshot::channel();
    let (tell_written, all_written) = oneshot::channel();
    let runtime = Handle::current();

    let (reader_app, reader_session, reader_runtime) =
        (Arc::clone(app), Arc::clone(&session), runtime.clone());
    thread::Builder::new().name("stdin".into()).spawn(move || {
        let _context = reader_runtime.enter();
        if let Err(error) = read_lines(&reader_app, &reader_session) {
            tracing::error!("cannot read from stdin: {error}");
        }
        // Nobody listens any more when the server is already going down.
        let _ = tell_end.send(());
    })?;

    let writer_session = Arc::clone(&session);
    thread::Builder::new().name("stdout".into()).spawn(move || {
        if let Err(error) = write_lines(&runtime, &writer_session) {
            tracing::error!("cannot write to stdout: {error}");
            writer_session.outbox.close(Closed::Gone);
            writer_session.gone.cancel();
        }
        let _ = tell_written.send(());
    })?;
    Ok((session, input_ended, all_written))
}

/// Takes up line after line until the input ends. A line that is no message, even one that is not UTF-8, costs itself only.
fn read_lines(app: &Arc<App>, session: &Arc<Session>) -> io::Result<()> {
    let mut input = BufReader::with_capacity(64 << 10, io::stdin());
    let mut line = Vec::new();
    loop {
        line.clear();
        if line.capacity() > KEPT_LINE_BUFFER {
            line.shrink_to(KEPT_LINE_BUFFER);
        }
        if input.by_ref().read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        receive(app, session, &line);
    }
}

/// Writes message after message, each with a write of its own: clients that wait for readiness and then read one
/// buffered line hang when several arrive at once (transport.md §15).
fn write_lines(runtime: &Handle, session: &Session) -> io::Result<()> {
    // SAFETY: descriptor 1 stays open for the life of the process; `ManuallyDrop` keeps this handle from closing it.
    let mut output = ManuallyDrop::new(unsafe { File::from_raw_fd(1) });
    while let Ok(message) = runtime.block_on(session.outbox.pop()) {
        write_line(&mut output, &message)?;
    }
    Ok(())
}

fn write_line(output: &mut File, message: &[u8]) -> io::Result<()> {
    let mut slices = [IoSlice::new(message), IoSlice::new(b"\n")];
    let mut rest = &mut slices[..];
    while !rest.is_empty() {
        match output.write_vectored(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut rest, written),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}
