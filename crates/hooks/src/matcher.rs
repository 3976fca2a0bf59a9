//! For what a hook runs: the pattern over tool names and sources (agent.md §7.1).

use regex::Regex;

/// A pattern that was found to be valid. Case counts.
#[derive(Debug, Clone)]
pub enum Matcher {
    /// No pattern, an empty one, or `*`.
    All,
    /// Whole names, from letters, digits, `_` and `|` alone.
    Names(Vec<String>),
    /// Anything else: found anywhere in a name.
    Pattern(Regex),
}

impl Matcher {
    /// The matcher a configuration writes.
    ///
    /// # Errors
    /// When it is neither names nor a regular expression.
    pub fn parse(text: Option<&str>) -> Result<Self, regex::Error> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '|');
        match text {
            None | Some("" | "*") => Ok(Matcher::All),
            Some(names) if names.chars().all(is_plain) => {
                Ok(Matcher::Names(names.split('|').map(str::to_owned).collect()))
            }
            Some(pattern) => Regex::new(pattern).map(Matcher::Pattern),
        }
    }

    /// Whether any of these names fits. A moment without names has none to ask for: everything fits.
    pub fn fits(&self, names: &[&str]) -> bool {
        names.is_empty()
            || match self {
                Matcher::All => true,
                Matcher::Names(known) => names.iter().any(|name| known.iter().any(|k| k == name)),
                Matcher::Pattern(pattern) => names.iter().any(|name| pattern.is_match(name)),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(matcher: &str, name: &str) -> bool {
        Matcher::parse(Some(matcher)).expect("a matcher").fits(&[name])
    }

    #[test]
    fn plain_names_match_whole_and_others_as_regular_expressions() {
        for (matcher, name, expected) in [
            ("Bash", "Bash", true),
            ("Ba", "Bash", false),
            ("Bash|x", "Bash", true),
            ("^Ba", "Bash", true),
            ("as.", "Bash", true),
            ("bash", "Bash", false),
            ("*", "Bash", true),
            ("", "Bash", true),
        ] {
            assert_eq!(fits(matcher, name), expected, "{matcher} on {name}");
        }
    }

    #[test]
    fn any_of_a_tools_names_will_do() {
        let matcher = Matcher::parse(Some("Edit|Nothing")).expect("a matcher");
        assert!(matcher.fits(&["apply_patch", "Write", "Edit"]));
    }

    #[test]
    fn a_moment_without_names_is_matched_by_everything() {
        assert!(Matcher::parse(Some("x")).expect("a matcher").fits(&[]));
    }

    #[test]
    fn what_is_no_regular_expression_is_refused() {
        assert!(Matcher::parse(Some("[")).is_err());
    }
}
