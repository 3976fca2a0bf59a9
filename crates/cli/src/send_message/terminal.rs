//! Lines from the person at the terminal, read only once there is something to ask.

use std::io;
use std::thread;

use tokio::sync::mpsc;

/// The terminal on stdin, if it is one.
#[derive(Debug)]
pub struct Terminal {
    interactive: bool,
    lines: Option<mpsc::UnboundedReceiver<String>>,
}

impl Terminal {
    /// A terminal that has not been read from yet.
    pub fn new(interactive: bool) -> Self {
        Self {
            interactive,
            lines: None,
        }
    }

    /// Whether there is somebody to ask.
    pub fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// The next line; none at the end of the input. Nothing is lost when this is dropped while it waits.
    pub async fn line(&mut self) -> Option<String> {
        self.lines.get_or_insert_with(read_lines).recv().await
    }
}

/// Reads stdin on a thread of its own, which ends with the process: a read cannot be called off.
fn read_lines() -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    thread::spawn(move || {
        for line in io::stdin().lines() {
            let Ok(line) = line else { return };
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
