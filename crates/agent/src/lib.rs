//! One thread's turn loop: what the model is told, what it says, and what its tools do.
//!
//! The way of a turn:
//!
//! 1. the thread's owner moves its [`Conversation`] into a task that runs [`run_turn`] with a [`TurnKind`] and a [`TurnIo`];
//! 2. the turn tells what happens by [`Event`]s through the channel given to [`Conversation::new`]: records for the
//!    history, items and deltas for the clients, questions that need an answer. Everything in one channel, so that the
//!    order of records and notifications is the order in which things happened;
//! 3. further input comes in as [`Steer`]; [`Cancel`] stops the turn at its next await;
//! 4. the task hands the conversation back with a [`TurnEnd`]. Events sent before are in the channel by then: drain it
//!    before telling the clients that the turn is over.
//!
//! Processes of `exec_command` outlive their turn: their last events come through the same channel, under the id of the
//! turn that started them, as long as the conversation lives. Dropping the conversation ends them.
//!
//! Nothing here knows connections or JSON-RPC: a [`Question`] carries the parameters of what is to be asked, the owner
//! decides whom.

mod approvals;
mod compact;
mod context;
mod conversation;
mod environment;
mod errors;
mod event;
mod goals;
mod history;
mod hooks;
mod images;
mod input;
mod items;
mod message_text;
mod model;
mod patch_progress;
pub mod project_docs;
mod prompts;
mod request;
pub mod rules;
mod settings;
mod stream;
mod tools;
mod truncate;
mod turn;
mod usage;

pub use conversation::{Background, Conversation, Seed};
pub use environment::Environment;
pub use event::{AskError, Envelope, Event, Question, Reply};
pub use goals::{GoalError, Goals};
pub use history::{Entry, History, Keeper, history_budget};
pub use hooks::ThreadHooks;
pub use rules::{RuleBook, RulesError, SavedRules};
pub use settings::{Settings, SettingsUpdate};
pub use tools::policy::{PatternError, inherited_variables, of_profile as sandbox_policy_of};
pub use turn::{
    Cancel, Steer, TurnEnd, TurnEnvironment, TurnIo, TurnKind, TurnOptions, interruption_marker, run_turn,
};
