//! Patches in the form models write them: the grammar, finding where a patch fits, applying it, and showing what it did.
//!
//! The way of a patch (turns.md §21):
//!
//! 1. a tool call hands over its text, or a shell command turns out to be one ([`from_command`]);
//! 2. [`parse`] makes [`Hunk`]s of it;
//! 3. [`verify`] tries every hunk on the files as they are and says what would change, without writing;
//! 4. [`apply`] (or [`run_program`], the same as a program of its own) does it, at the [`Places`] that links led to before;
//! 5. [`TurnDiff`] shows all that a turn's patches changed as one diff.
//!
//! While a patch is still being written by the model, [`parse_partial`] reads as much of it as there is.

mod apply;
mod command;
mod grammar;
mod partial;
mod places;
mod program;
mod seek;
mod turn_diff;
mod unified;
mod verify;

pub use apply::{ApplyError, Summary, apply};
pub use command::{CommandError, CommandPatch, from_command};
pub use grammar::{Chunk, Hunk, ParseError, Patch, parse};
pub use partial::{PartialChange, PartialKind, parse_partial};
pub use places::Places;
pub use program::run_program;
pub use turn_diff::TurnDiff;
pub use verify::{Change, ChangeKind, Verified, VerifyError, absolute, verify};
