//! Which of the server's environment variables a command gets: `shell_environment_policy` (turns.md §12).

use std::collections::BTreeMap;

/// Names kept by [`Inherit::Core`].
const CORE: [&str; 11] = [
    "PATH", "SHELL", "TMPDIR", "TEMP", "TMP", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "USER",
];

/// Names that look like secrets.
const SECRETS: [&str; 3] = ["*KEY*", "*SECRET*", "*TOKEN*"];

/// What `exec_command` adds so that programs behave as in a script (turns.md §13).
const SESSION: [(&str, &str); 10] = [
    ("NO_COLOR", "1"),
    ("TERM", "dumb"),
    ("LANG", "C.UTF-8"),
    ("LC_CTYPE", "C.UTF-8"),
    ("LC_ALL", "C.UTF-8"),
    ("COLORTERM", ""),
    ("PAGER", "cat"),
    ("GIT_PAGER", "cat"),
    ("GH_PAGER", "cat"),
    ("CODEX_CI", "1"),
];

/// What is taken over before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Inherit {
    /// Everything.
    #[default]
    All,
    /// What every program needs: `PATH`, `HOME` and the like.
    Core,
    /// Nothing.
    None,
}

/// The policy. Patterns match whole names regardless of case; `*` stands for any text, `?` for one character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentPolicy {
    /// What is taken over.
    pub inherit: Inherit,
    /// Whether names with KEY, SECRET or TOKEN are kept (they are, by default).
    pub ignore_default_excludes: bool,
    /// Patterns of names to take away.
    pub exclude: Vec<String>,
    /// Variables to set.
    pub set: BTreeMap<String, String>,
    /// If not empty, only names that match one of these stay, also of those set.
    pub include_only: Vec<String>,
}

impl Default for EnvironmentPolicy {
    fn default() -> Self {
        Self {
            inherit: Inherit::All,
            ignore_default_excludes: true,
            exclude: Vec::new(),
            set: BTreeMap::new(),
            include_only: Vec::new(),
        }
    }
}

impl EnvironmentPolicy {
    /// The environment a command gets out of `variables`.
    pub fn apply(&self, variables: impl IntoIterator<Item = (String, String)>) -> BTreeMap<String, String> {
        let inherited = |name: &str| match self.inherit {
            Inherit::All => true,
            Inherit::Core => CORE.iter().any(|core| core.eq_ignore_ascii_case(name)),
            Inherit::None => false,
        };
        let excluded = |name: &str| {
            (!self.ignore_default_excludes && SECRETS.iter().any(|pattern| matches(pattern, name)))
                || self.exclude.iter().any(|pattern| matches(pattern, name))
        };
        let mut env: BTreeMap<String, String> = variables
            .into_iter()
            .filter(|(name, _)| inherited(name) && !excluded(name))
            .collect();
        env.extend(self.set.clone());
        if !self.include_only.is_empty() {
            env.retain(|name, _| self.include_only.iter().any(|pattern| matches(pattern, name)));
        }
        env
    }

    /// As [`apply`](Self::apply), of this process's own variables. Those that aren't UTF-8 are left out.
    pub fn apply_to_own(&self) -> BTreeMap<String, String> {
        self.apply(
            std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))),
        )
    }
}

/// Adds the variables of `exec_command` (turns.md §13).
pub fn session_environment(env: &mut BTreeMap<String, String>) {
    env.extend(SESSION.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

/// Whether `name` matches `pattern`, by going back to the last `*` whenever the rest does not fit.
fn matches(pattern: &str, name: &str) -> bool {
    let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<Vec<_>>();
    let (pattern, name) = (lower(pattern), lower(name));
    let (mut p, mut n) = (0, 0);
    let mut star = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    n = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[&str]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|p| p.split_once('=').unwrap())
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect()
    }

    const OURS: &[&str] = &[
        "PATH=/bin",
        "home=/h",
        "MY_API_KEY=k",
        "a_token=t",
        "DROP_ME=1",
        "KEEP=1",
    ];

    #[test]
    fn everything_is_inherited_by_default() {
        assert_eq!(EnvironmentPolicy::default().apply(env(OURS)), env(OURS));
    }

    #[test]
    fn secrets_and_excluded_names_go_and_set_ones_come() {
        let policy = EnvironmentPolicy {
            ignore_default_excludes: false,
            exclude: vec!["drop_*".into()],
            set: env(&["SECRET_X=set", "KEEP=2"]),
            ..Default::default()
        };
        assert_eq!(
            policy.apply(env(OURS)),
            env(&["PATH=/bin", "home=/h", "KEEP=2", "SECRET_X=set"])
        );
    }

    #[test]
    fn core_names_are_found_in_any_case() {
        let policy = EnvironmentPolicy {
            inherit: Inherit::Core,
            ..Default::default()
        };
        assert_eq!(policy.apply(env(OURS)), env(&["PATH=/bin", "home=/h"]));
    }

    #[test]
    fn include_only_comes_last() {
        let policy = EnvironmentPolicy {
            inherit: Inherit::None,
            set: env(&["ONE=1", "TWO=2"]),
            include_only: vec!["o?e".into()],
            ..Default::default()
        };
        assert_eq!(policy.apply(env(OURS)), env(&["ONE=1"]));
    }

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, fits) in [
            ("A*C", "abbc", true),
            ("A*C", "abcd", false),
            ("*", "", true),
            ("a?", "A", false),
            ("*b*b*", "xbyybz", true),
            ("PATH", "PATHS", false),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }
}
