//! The history of a thread: one append-only file of JSON lines ("rollout") per thread, in the reference's format.
//!
//! * [`record`]: what a line says, and which records a persistence mode stores.
//! * [`reader`]: lines with their byte ranges, forwards and backwards, in bounded memory, damaged lines left out.
//! * [`items`] and [`fold`]: records → the items and turns a client sees; the one mapping, used live and on replay.
//! * [`history`]: records → what the model is told when a thread goes on.
//! * [`writer`]: the one writer of a loaded thread.
//! * [`head`], [`names`], [`paths`], [`text`]: what listings need: heads of files, given names, where files lie, previews.
//!
//! Knows neither databases nor JSON-RPC.

pub mod copy;
pub mod fold;
pub mod head;
pub mod history;
pub mod items;
pub mod names;
pub mod paths;
pub mod reader;
pub mod record;
pub mod text;
pub mod writer;

pub use fold::{Fold, Keep, TurnSpan};
pub use reader::{Line, LineReader, ReverseLineReader};
pub use record::{Compacted, EventMsg, Mode, RolloutItem, RolloutLine, SessionMeta, TurnContext};
pub use writer::Writer;
