//! Patches that come as shell commands (turns.md §21, "Ways in").

use std::path::PathBuf;

use crate::grammar::{ParseError, Patch, parse};

/// A command that does nothing but apply a patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandPatch {
    /// The patch.
    pub patch: Patch,
    /// Where the command goes (`cd DIR &&`) before it applies it, as written there.
    pub workdir: Option<PathBuf>,
}

/// Why a command that was meant to apply a patch does not. The model is told these words behind
/// `apply_patch verification failed: `.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// What it would apply is no patch.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// The command is a patch, without a program to apply it.
    #[error("patch detected without explicit call to apply_patch. Rerun as [\"apply_patch\", \"<patch>\"]")]
    Bare,
}

const NAMES: [&str; 2] = ["apply_patch", "applypatch"];

/// Reads a patch out of an argument list: `apply_patch PATCH`, or a shell's script that is `apply_patch` with a
/// here-document, at most behind one `cd DIR &&`. None when the command is anything else.
pub fn from_command(argv: &[String]) -> Option<Result<CommandPatch, CommandError>> {
    match argv {
        [text] => bare(text),
        [name, text] if NAMES.contains(&name.as_str()) => Some(read(text, None)),
        [shell, flag, script] if is_shell(shell) && matches!(flag.as_str(), "-c" | "-lc") => bare(script)
            .or_else(|| {
                let (text, workdir) = Scanner { rest: script }.script()?;
                Some(read(&text, workdir))
            }),
        _ => None,
    }
}

fn read(text: &str, workdir: Option<String>) -> Result<CommandPatch, CommandError> {
    Ok(CommandPatch {
        patch: parse(text)?,
        workdir: workdir.map(PathBuf::from),
    })
}

fn bare(text: &str) -> Option<Result<CommandPatch, CommandError>> {
    parse(text).is_ok().then_some(Err(CommandError::Bare))
}

fn is_shell(program: &str) -> bool {
    matches!(program.rsplit('/').next(), Some("bash" | "zsh" | "sh"))
}

/// Reads the one form of script that counts: `[cd DIR &&] apply_patch <<DELIMITER`.
struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    /// The here-document's text and the folder of the `cd`.
    fn script(mut self) -> Option<(String, Option<String>)> {
        self.rest = self.rest.trim_start();
        let mut workdir = None;
        let mut name = self.bare_word();
        if name == "cd" {
            self.blanks();
            workdir = Some(self.word()?);
            self.blanks();
            self.rest = self.rest.strip_prefix("&&")?.trim_start();
            name = self.bare_word();
        }
        if !NAMES.contains(&name) {
            return None;
        }
        self.blanks();
        // Some models name standard input.
        if let Some(rest) = self.rest.strip_prefix("- ") {
            self.rest = rest;
            self.blanks();
        }
        self.rest = self.rest.strip_prefix("<<")?;
        let strip_tabs = match self.rest.strip_prefix('-') {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        };
        self.blanks();
        // Backslash and quotes keep a shell from expanding the document, which is not done here anyway.
        self.rest = self.rest.strip_prefix('\\').unwrap_or(self.rest);
        let delimiter = self.word()?;
        self.blanks();
        self.rest = self.rest.strip_prefix('\n')?;
        Some((self.document(&delimiter, strip_tabs)?, workdir))
    }

    /// The lines up to the delimiter, behind which only white space may follow. Nothing in them is expanded.
    fn document(&mut self, delimiter: &str, strip_tabs: bool) -> Option<String> {
        let mut text = String::new();
        loop {
            let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
            let shown = if strip_tabs {
                line.trim_start_matches('\t')
            } else {
                line
            };
            if shown.trim_end() == delimiter {
                return rest.trim().is_empty().then_some(text);
            }
            if rest.is_empty() && !self.rest.ends_with('\n') || self.rest.is_empty() {
                return None;
            }
            text.push_str(shown);
            text.push('\n');
            self.rest = rest;
        }
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    /// A word of nothing but letters and the like, as programs have it; may be empty.
    fn bare_word(&mut self) -> &'a str {
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_alphabetic() && c != '_')
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    /// A word that means what it says: plain signs, or one whole quoted string without expansions.
    fn word(&mut self) -> Option<String> {
        let first = self.rest.chars().next()?;
        let (word, rest) = if first == '\'' || first == '"' {
            self.rest[1..].split_once(first)?
        } else {
            let end = self
                .rest
                .find(|c: char| c.is_whitespace() || "<>&|;()".contains(c))
                .unwrap_or(self.rest.len());
            self.rest.split_at(end)
        };
        let forbidden: &[char] = match first {
            '\'' => &[],
            '"' => &['$', '`', '\\'],
            _ => &['$', '`', '\\', '\'', '"', '#', '*', '?', '[', '{', '='],
        };
        // A word goes on behind a closing quote: such mixtures are left to the shell.
        let ends = rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || "<>&|;()".contains(c));
        if word.is_empty() || word.contains(forbidden) || !ends {
            return None;
        }
        self.rest = rest;
        Some(word.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &str = "*** Begin Patch\n*** Add File: a\n+$x\n*** End Patch";

    fn of(argv: &[&str]) -> Option<Result<CommandPatch, CommandError>> {
        from_command(&argv.iter().map(|s| s.to_string()).collect::<Vec<_>>())
    }

    fn found(argv: &[&str]) -> Option<Option<PathBuf>> {
        let found = of(argv)?.expect("a patch");
        assert_eq!(found.patch, parse(PATCH).expect("a patch"));
        Some(found.workdir)
    }

    #[test]
    fn the_patch_may_be_the_only_argument() {
        assert_eq!(found(&["apply_patch", PATCH]), Some(None));
        assert_eq!(found(&["applypatch", PATCH]), Some(None));
        assert_eq!(of(&["apply_patch", PATCH, "more"]), None);
        assert_eq!(of(&["apply_patch"]), None);
    }

    #[test]
    fn the_patch_may_be_a_here_document_of_a_script() {
        for shell in ["bash", "/bin/bash", "sh", "/usr/bin/zsh"] {
            for flag in ["-c", "-lc"] {
                assert_eq!(
                    found(&[shell, flag, &format!("apply_patch <<'EOF'\n{PATCH}\nEOF\n")]),
                    Some(None)
                );
            }
        }
        for start in [
            "<<EOF",
            "<<\"EOF\"",
            "<<-EOF",
            " << EOF ",
            "<<'EOF'",
            " <<\\EOF",
            " - <<EOF",
        ] {
            assert_eq!(
                found(&["bash", "-c", &format!("\n  applypatch{start}\n{PATCH}\nEOF")]),
                Some(None),
                "{start}"
            );
        }
        assert_eq!(
            found(&[
                "bash",
                "-c",
                &format!("apply_patch <<'END OF'\n{PATCH}\nEND OF\n\n")
            ]),
            Some(None)
        );
        assert_eq!(
            found(&[
                "bash",
                "-c",
                &format!("apply_patch <<-E\n\t{}\n\tE\n", PATCH.replace('\n', "\n\t"))
            ]),
            Some(None)
        );
    }

    #[test]
    fn one_change_of_folder_may_go_before() {
        for (cd, dir) in [
            ("cd sub && ", "sub"),
            ("cd 'a b' &&\n", "a b"),
            ("cd \"a b\"&& ", "a b"),
            ("cd /x/y && ", "/x/y"),
        ] {
            let found = found(&["bash", "-c", &format!("{cd}apply_patch <<'EOF'\n{PATCH}\nEOF\n")]);
            assert_eq!(found, Some(Some(dir.into())), "{cd}");
        }
    }

    #[test]
    fn anything_else_is_an_ordinary_command() {
        for script in [
            format!("cd a && cd b && apply_patch <<E\n{PATCH}\nE\n"),
            format!("cd a b && apply_patch <<E\n{PATCH}\nE\n"),
            format!("cd a; apply_patch <<E\n{PATCH}\nE\n"),
            format!("cd a || apply_patch <<E\n{PATCH}\nE\n"),
            format!("cd \"$HOME\" && apply_patch <<E\n{PATCH}\nE\n"),
            format!("echo x && apply_patch <<E\n{PATCH}\nE\n"),
            format!("apply_patch <<E && ls\n{PATCH}\nE\n"),
            format!("apply_patch <<E\n{PATCH}\nE\nls\n"),
            format!("apply_patch x <<E\n{PATCH}\nE\n"),
            format!("apply_patch <<E > out\n{PATCH}\nE\n"),
            format!("'apply_patch' <<E\n{PATCH}\nE\n"),
            format!("apply_patch2 <<E\n{PATCH}\nE\n"),
            format!("cd a* && apply_patch <<E\n{PATCH}\nE\n"),
            format!("apply_patch '{PATCH}'"),
            format!("echo '{PATCH}' | apply_patch"),
            format!("apply_patch <<E\n{PATCH}\n"),
            "apply_patch <<E".to_owned(),
            "apply_patch".to_owned(),
            "ls".to_owned(),
            String::new(),
        ] {
            assert_eq!(of(&["bash", "-c", &script]), None, "{script}");
        }
        assert_eq!(
            of(&["dash", "-c", &format!("apply_patch <<E\n{PATCH}\nE\n")]),
            None
        );
        assert_eq!(
            of(&["bash", "-ic", &format!("apply_patch <<E\n{PATCH}\nE\n")]),
            None
        );
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn a_patch_without_a_program_is_refused() {
        assert_eq!(of(&[PATCH]), Some(Err(CommandError::Bare)));
        assert_eq!(of(&["bash", "-lc", PATCH]), Some(Err(CommandError::Bare)));
        assert_eq!(of(&["ls"]), None);
    }

    #[test]
    fn what_is_no_patch_is_told() {
        let told = |argv: &[&str]| of(argv).expect("meant as one").expect_err("no patch").to_string();
        let first = "invalid patch: The first line of the patch must be '*** Begin Patch'";
        assert_eq!(told(&["apply_patch", "x"]), first);
        assert_eq!(
            told(&["bash", "-c", "apply_patch <<'EOF'\nnot a patch\nEOF\n"]),
            first
        );
    }
}
