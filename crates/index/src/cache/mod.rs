//! `history_1.sqlite`, our own file beside the metadata.

pub(crate) mod files;
pub(crate) mod schema;
