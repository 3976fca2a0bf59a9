//! Hooks: commands of the user's that run at certain moments of a thread and may have a say in what comes next
//! (agent.md §7).
//!
//! [`discover`] reads which hooks there are: from files and tables beside the layers of a configuration. [`Hooks`] is what
//! a thread keeps of them. When something happens that hooks may hear of, a [`Moment`] says what, a [`Situation`] where:
//!
//! ```no_run
//! # async fn example(hooks: &codex_hooks::Hooks, situation: &codex_hooks::Situation<'_>) {
//! use codex_hooks::UserPromptSubmit;
//!
//! let moment = UserPromptSubmit { prompt: "Hello" };
//! if let Some(round) = hooks.round(&moment, situation) {
//!     for run in round.runs() {
//!         println!("{} runs", run.id);
//!     }
//!     let heard = round.run().await;
//!     for run in &heard.runs {
//!         println!("{} has run: {:?}", run.id, run.status);
//!     }
//!     if heard.outcome.stops {
//!         println!("the message is kept back");
//!     }
//! }
//! # }
//! ```
//!
//! A round runs all its hooks at the same time and gives one outcome. A hook that fails changes nothing. Hooks run with
//! the whole environment and without a sandbox; dropping a round kills what it runs.
//!
//! Nothing here knows how a turn goes on or who is told of it.

mod answer;
mod child;
mod discover;
mod matcher;
mod moment;
mod moments;
mod notify;
mod round;

pub use discover::{Discovered, Hook, discover};
pub use matcher::Matcher;
pub use moment::{Moment, Situation, StartSource};
pub use moments::{
    Permission, PermissionRequest, PostToolUse, PreToolUse, Reviewed, SessionStart, Stop, Stopping, ToolCall,
    UserPromptSubmit, Welcome,
};
pub use notify::TurnEnded;
pub use round::{Heard, Hooks, Round};
