//! Rules about commands: `*.rules` files of the configuration's layers, and prefixes that the user saved by answering a
//! question (turns.md §19).
//!
//! A server makes one [`SavedRules`] for its home, and for each thread a [`RuleBook`] of the files as they are then. What
//! is saved counts at once in all of them.

mod eval;
mod lex;
mod parse;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

pub use lex::{Position, Span};

/// What a rule says of commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// Runs outside the sandbox, unasked.
    Allow,
    /// Asks.
    Prompt,
    /// Refused.
    Forbidden,
}

/// `prefix_rule(...)`: about commands that begin with certain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PrefixRule {
    /// The words; each has alternatives.
    pattern: Vec<Vec<String>>,
    decision: Decision,
    justification: Option<String>,
}

/// A rule that speaks of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) decision: Decision,
    /// The command's words that the rule matched.
    pub(crate) prefix: Vec<String>,
    pub(crate) justification: Option<String>,
}

/// A file that is no rules.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {message}", path.display())]
pub struct RulesError {
    /// The file.
    pub path: PathBuf,
    /// The call that fails, or where the syntax breaks; 1-based. None when the file can't be read at all.
    pub span: Option<Span>,
    /// What is wrong.
    pub message: String,
}

/// Prefixes saved by answers, of all threads of a server with one home.
#[derive(Debug)]
pub struct SavedRules {
    file: PathBuf,
    allowed: RwLock<Vec<Vec<String>>>,
}

/// The rules in force for a thread.
#[derive(Debug)]
pub struct RuleBook {
    rules: Vec<PrefixRule>,
    /// Paths that count as a program, where `host_executable` names them.
    hosts: BTreeMap<String, Vec<String>>,
    saved: Arc<SavedRules>,
}

impl SavedRules {
    /// For a home; its file is `rules/default.rules`.
    pub fn new(codex_home: &Path) -> Arc<Self> {
        Arc::new(SavedRules {
            file: codex_home.join("rules").join("default.rules"),
            allowed: RwLock::default(),
        })
    }

    /// Appends a rule that allows commands beginning with these words, unless the file has that very line.
    fn save(&self, words: &[String]) -> std::io::Result<()> {
        let line = format!("prefix_rule(pattern={}, decision=\"allow\")", json_words(words));
        if let Some(folder) = self.file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = std::fs::OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(&self.file)?;
        // Several servers may share the home.
        file.lock()?;
        let before = std::fs::read_to_string(&self.file)?;
        if !before.lines().any(|known| known == line) {
            let newline = if before.is_empty() || before.ends_with('\n') {
                ""
            } else {
                "\n"
            };
            file.write_all(format!("{newline}{line}\n").as_bytes())?;
        }
        let mut allowed = self.allowed.write().unwrap_or_else(PoisonError::into_inner);
        if !allowed.iter().any(|known| known == words) {
            allowed.push(words.to_vec());
        }
        Ok(())
    }
}

impl RuleBook {
    /// No rules but the saved ones.
    pub fn empty(saved: Arc<SavedRules>) -> Self {
        RuleBook {
            rules: Vec::new(),
            hosts: BTreeMap::new(),
            saved,
        }
    }

    /// The rules of all `*.rules` files in these folders (missing ones are none), each folder's sorted by name.
    ///
    /// # Errors
    /// The first file that is no rules; no rule of any file should hold then, see [`RuleBook::empty`].
    pub fn load<'a>(
        folders: impl IntoIterator<Item = &'a Path>,
        saved: Arc<SavedRules>,
    ) -> Result<Self, RulesError> {
        let mut book = RuleBook::empty(saved);
        for folder in folders {
            let Ok(entries) = std::fs::read_dir(folder) else {
                continue;
            };
            let mut files: Vec<PathBuf> = entries
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| {
                    path.extension().is_some_and(|extension| extension == "rules") && path.is_file()
                })
                .collect();
            files.sort();
            for path in files {
                let failed = |span, message| RulesError {
                    path: path.clone(),
                    span,
                    message,
                };
                let text = std::fs::read_to_string(&path).map_err(|error| failed(None, error.to_string()))?;
                eval::run(&text, &mut book).map_err(|fault| failed(Some(fault.span), fault.message))?;
            }
        }
        Ok(book)
    }

    /// All rules that speak of a command. One given by path that no rule names by path stands for its last component: for
    /// rules that allow only if `knows` says that the path is of that program.
    pub(crate) fn matches(&self, words: &[String], knows: &dyn Fn(&str) -> bool) -> Vec<Match> {
        let mut found = self.matching(words);
        if found.is_empty()
            && let Some(by_name) = self.by_last_component(words)
        {
            found = self.matching(&by_name);
            let is_named = self.hosts.contains_key(&by_name[0]);
            if !is_named && !knows(&words[0]) {
                found.retain(|found| found.decision > Decision::Allow);
            }
        }
        found
    }

    fn matching(&self, words: &[String]) -> Vec<Match> {
        let own = self
            .rules
            .iter()
            .filter(|rule| rule.speaks_of(words))
            .map(|rule| Match {
                decision: rule.decision,
                prefix: words[..rule.pattern.len()].to_vec(),
                justification: rule.justification.clone(),
            });
        let saved = self.saved.allowed.read().unwrap_or_else(PoisonError::into_inner);
        let saved = saved
            .iter()
            .filter(|prefix| words.starts_with(prefix))
            .map(|prefix| Match {
                decision: Decision::Allow,
                prefix: prefix.clone(),
                justification: None,
            });
        own.chain(saved).collect()
    }

    /// A program given by path stands for its last component, if no `host_executable` says which paths count.
    fn by_last_component(&self, words: &[String]) -> Option<Vec<String>> {
        let (program, rest) = words.split_first()?;
        let name = program
            .rsplit_once('/')
            .map(|(_, name)| name)
            .filter(|name| !name.is_empty())?;
        if let Some(paths) = self.hosts.get(name)
            && !paths.contains(program)
        {
            return None;
        }
        let mut by_name = vec![name.to_owned()];
        by_name.extend_from_slice(rest);
        Some(by_name)
    }

    /// Whether a rule allowing this prefix would match these words.
    pub(crate) fn prefix_covers(prefix: &[String], words: &[String]) -> bool {
        !prefix.is_empty() && words.starts_with(prefix)
    }

    /// Saves a prefix for good.
    pub(crate) fn save(&self, words: &[String]) -> std::io::Result<()> {
        self.saved.save(words)
    }

    /// The prefixes that run outside the sandbox unasked, for telling the model.
    pub(crate) fn allowed_prefixes(&self) -> Vec<Vec<String>> {
        let simple = |rule: &PrefixRule| -> Option<Vec<String>> {
            rule.pattern
                .iter()
                .map(|word| {
                    if let [one] = word.as_slice() {
                        Some(one.clone())
                    } else {
                        None
                    }
                })
                .collect()
        };
        let mut prefixes: Vec<Vec<String>> = self
            .rules
            .iter()
            .filter(|rule| rule.decision == Decision::Allow)
            .filter_map(simple)
            .collect();
        prefixes.extend(
            self.saved
                .allowed
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .iter()
                .cloned(),
        );
        prefixes.sort();
        prefixes.dedup();
        prefixes
    }
}

impl PrefixRule {
    fn speaks_of(&self, words: &[String]) -> bool {
        words.len() >= self.pattern.len()
            && self
                .pattern
                .iter()
                .zip(words)
                .all(|(alternatives, word)| alternatives.contains(word))
    }
}

/// Words as a list of JSON strings, as rules files and the model have them.
pub(crate) fn json_words(words: &[String]) -> String {
    let quoted: Vec<String> = words
        .iter()
        .map(|word| serde_json::Value::from(word.as_str()).to_string())
        .collect();
    format!("[{}]", quoted.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    fn book(text: &str) -> RuleBook {
        let mut book = RuleBook::empty(SavedRules::new(Path::new("/nowhere")));
        eval::run(text, &mut book).unwrap_or_else(|fault| panic!("{}", fault.message));
        book
    }

    fn decision(book: &RuleBook, line: &str) -> Option<Decision> {
        book.matches(&words(line), &|path| path.starts_with("/usr/bin/"))
            .into_iter()
            .map(|found| found.decision)
            .max()
    }

    #[test]
    fn the_strictest_rule_counts() {
        let book = book(
            "prefix_rule(pattern=[\"git\"], decision=\"allow\")\nprefix_rule(pattern=[\"git\", \"push\"], decision=\"prompt\")\n",
        );
        assert_eq!(decision(&book, "git status"), Some(Decision::Allow));
        assert_eq!(decision(&book, "git push x"), Some(Decision::Prompt));
        assert_eq!(decision(&book, "ls"), None);
    }

    #[test]
    fn a_program_by_path_counts_as_its_name_unless_told_otherwise() {
        let book = book(
            "prefix_rule(pattern=[\"touch\"], decision=\"forbidden\")\nhost_executable(name=\"mkdir\", paths=[\"/usr/bin/mkdir\"])\n\
             prefix_rule(pattern=[\"mkdir\"], decision=\"forbidden\")\n",
        );
        assert_eq!(decision(&book, "/usr/bin/touch x"), Some(Decision::Forbidden));
        assert_eq!(decision(&book, "/usr/bin/mkdir x"), Some(Decision::Forbidden));
        assert_eq!(decision(&book, "/opt/bin/mkdir x"), None);
    }

    #[test]
    fn a_program_that_is_not_known_by_its_path_is_not_allowed_by_its_name() {
        let book = book(
            "prefix_rule([\"make\"])\nprefix_rule([\"./run\"])\nhost_executable(\"go\", [\"/opt/go\"])\nprefix_rule([\"go\"])\n",
        );
        assert_eq!(decision(&book, "/usr/bin/make"), Some(Decision::Allow));
        assert_eq!(decision(&book, "./make"), None);
        assert_eq!(decision(&book, "./run"), Some(Decision::Allow));
        assert_eq!(decision(&book, "/opt/go"), Some(Decision::Allow));
    }

    #[test]
    fn a_saved_prefix_is_appended_once_and_counts_at_once() {
        let home = tempfile::tempdir().expect("tempdir");
        std::fs::create_dir_all(home.path().join("rules")).expect("folder");
        let file = home.path().join("rules/default.rules");
        std::fs::write(&file, "prefix_rule(pattern=[\"old\"], decision=\"allow\")").expect("file");
        let saved = SavedRules::new(home.path());
        let book = RuleBook::empty(saved.clone());
        book.save(&words("touch one")).expect("saved");
        book.save(&words("touch one")).expect("saved");
        let text = std::fs::read_to_string(&file).expect("file");
        assert_eq!(
            text,
            "prefix_rule(pattern=[\"old\"], decision=\"allow\")\nprefix_rule(pattern=[\"touch\", \"one\"], decision=\"allow\")\n"
        );
        assert_eq!(
            decision(&RuleBook::empty(saved), "touch one more"),
            Some(Decision::Allow)
        );
    }

    #[test]
    fn a_file_that_is_no_rules_names_its_place() {
        let home = tempfile::tempdir().expect("tempdir");
        std::fs::write(home.path().join("x.rules"), "# comment\nno_such_rule()\n").expect("file");
        let error = RuleBook::load([home.path()], SavedRules::new(home.path())).expect_err("no rules");
        assert_eq!(
            error.span.expect("a place").start,
            Position { line: 2, column: 1 }
        );
    }
}
