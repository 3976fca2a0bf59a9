//! Unified diffs of two texts.

use std::time::Duration;

use similar::TextDiff;

/// How long a diff may look for the shortest form before it takes a longer one.
const PATIENCE: Duration = Duration::from_secs(2);

/// The hunks of the diff between two texts, with `context` lines around each change and without file headers; empty when
/// they are the same.
pub(crate) fn hunks(old: &str, new: &str, context: usize) -> String {
    TextDiff::configure()
        .timeout(PATIENCE)
        .diff_lines(old, new)
        .unified_diff()
        .context_radius(context)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::hunks;

    #[test]
    fn hunks_carry_the_asked_context() {
        assert_eq!(
            hunks("1\n2\n3\n4\n5\n", "1\n2\nX\n4\n5\n", 1),
            "@@ -2,3 +2,3 @@\n 2\n-3\n+X\n 4\n"
        );
        assert_eq!(hunks("x\n", "y\n", 1), "@@ -1 +1 @@\n-x\n+y\n");
        assert_eq!(hunks("x\n", "x\n", 1), "");
    }

    #[test]
    fn a_missing_final_line_end_is_told() {
        assert_eq!(
            hunks("one\ntwo", "one\n2\n", 1),
            "@@ -1,2 +1,2 @@\n one\n-two\n\\ No newline at end of file\n+2\n"
        );
    }
}
