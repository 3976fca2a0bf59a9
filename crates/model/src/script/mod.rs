//! The scripted model: answers model requests from a script, inside the process, without network or account, the same
//! way every time. For harnesses, and for trying the program. docs/scripted-model.md describes the scripts.
//!
//! It stands in for the far end of the connection: what it says goes through the same reading of events and the same
//! classification of failures as what a server says.

mod format;
mod play;
mod write;

pub use format::{Script, ScriptError};
pub(crate) use play::{ScriptFrames, ScriptedModel};
