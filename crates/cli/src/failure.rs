//! How a failure of the whole program is told.

use std::fmt::Write as _;

use crate::printable::printable;

/// What goes to stderr: the error, and what has caused it. Never the stack, which says nothing to who runs the program.
pub fn told(error: &anyhow::Error) -> String {
    let mut text = format!("Error: {error}\n");
    let causes: Vec<_> = error.chain().skip(1).collect();
    if !causes.is_empty() {
        text.push_str("\nCaused by:\n");
    }
    for (n, cause) in causes.iter().enumerate() {
        let number = if causes.len() > 1 {
            format!("{n}: ")
        } else {
            String::new()
        };
        writeln!(text, "    {number}{cause}").expect("writing to a string");
    }
    printable(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn an_error_is_told_with_its_causes() {
        let end = || Err::<(), _>(anyhow::anyhow!("no\x1b[2K such thing"));
        assert_eq!(told(&end().unwrap_err()), "Error: no␛[2K such thing\n");
        let once = end().context("cannot do it");
        assert_eq!(
            told(&once.unwrap_err()),
            "Error: cannot do it\n\nCaused by:\n    no␛[2K such thing\n"
        );
        let twice = end().context("cannot do it").context("failed");
        assert_eq!(
            told(&twice.unwrap_err()),
            "Error: failed\n\nCaused by:\n    0: cannot do it\n    1: no␛[2K such thing\n"
        );
    }
}
