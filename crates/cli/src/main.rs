//! The `codex` binary.
fn main() {}
