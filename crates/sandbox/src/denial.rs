//! Guessing from a command's end that the sandbox stopped it, and the warning about a missing bubblewrap.

use crate::bwrap;

/// Words that tell of a refusal (turns.md §16), in lower case.
const SIGNS: [&str; 7] = [
    "operation not permitted",
    "permission denied",
    "read-only file system",
    "seccomp",
    "sandbox",
    "landlock",
    "failed to write file",
];

/// Whether a sandboxed command that ended with `exit_code` and said this was probably stopped by the sandbox.
pub fn detect_denial(exit_code: i32, stdout: &str, stderr: &str) -> bool {
    exit_code != 0
        && [stderr, stdout].iter().any(|text| {
            let text = text.to_ascii_lowercase();
            SIGNS.iter().any(|sign| text.contains(sign))
        })
}

/// What to tell the user when bubblewrap is not installed; the beginning is what clients look for (config.md §7).
pub fn missing_bubblewrap_warning() -> Option<String> {
    if !cfg!(target_os = "linux") || bwrap::find(std::env::var_os("PATH").as_deref()).is_some() {
        return None;
    }
    Some(
        "Codex could not find bubblewrap on PATH. Commands are held by the sandbox built into this program instead; \
         installing the `bubblewrap` package of your distribution is recommended."
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_seen_in_either_stream_and_any_case() {
        assert!(detect_denial(1, "", "touch: Read-only file system"));
        assert!(detect_denial(127, "PERMISSION DENIED", ""));
        assert!(!detect_denial(0, "permission denied", ""));
        assert!(!detect_denial(1, "no such file", "nothing"));
    }
}
