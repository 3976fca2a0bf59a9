//! What rules, saved approvals and proposed rules speak of (turns.md §17, §19).

use crate::script::{Command, here_document_command, plain_script};
use crate::{plain_commands, shell_script};

/// The commands an argument list comes to, each of which rules are asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commands {
    /// Never empty.
    pub commands: Vec<Command>,
    /// Where they were found.
    pub source: Source,
}

/// Where [`Commands`] were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// In a shell's script made of plain commands.
    Script,
    /// In a shell's script that is one command with a here-document. Rules may speak of it, but what a redirection or a
    /// document makes of it is not known, so it must not count as safe.
    HereDocument,
    /// It is the argument list itself.
    List,
}

/// Takes an argument list apart into the commands that rules are asked about.
pub fn commands(argv: &[String]) -> Commands {
    if let Some((_, script)) = shell_script(argv) {
        if let Some(commands) = plain_script(script) {
            return Commands {
                commands,
                source: Source::Script,
            };
        }
        if let Some(command) = here_document_command(script) {
            return Commands {
                commands: vec![command],
                source: Source::HereDocument,
            };
        }
    }
    Commands {
        commands: vec![Command::of_list(argv)],
        source: Source::List,
    }
}

/// What is remembered when a command is accepted for the session: equal keys are the same command. A single plain command
/// is its words however it is run; another script is the same with any shell. Only of shells that are what their name says:
/// another is to be remembered with all its words.
pub fn approval_key(argv: &[String]) -> Vec<String> {
    match shell_script(argv) {
        Some((flag, script)) => match plain_commands(script).as_deref() {
            Some([words]) => words.clone(),
            // No program begins with a space, so this is no list's key.
            _ => vec![" script".to_owned(), flag.to_owned(), script.to_owned()],
        },
        None => argv.to_vec(),
    }
}

/// Programs that run what their arguments say, with the flags after which it comes. A rule for such a beginning would
/// allow anything.
const TOO_WIDE: [(&[&str], &[&str]); 5] = [
    (
        &["python3", "python", "py", "pythonw", "pyw", "pypy", "pypy3"],
        &["-", "-c", "-3"],
    ),
    (
        &[
            "bash",
            "sh",
            "zsh",
            "/bin/bash",
            "/bin/sh",
            "/bin/zsh",
            "pwsh",
            "powershell",
            "powershell.exe",
        ],
        &["-c", "-lc", "-Command"],
    ),
    (&["node", "perl", "ruby", "lua"], &["-e"]),
    (&["php"], &["-r"]),
    (&["git", "env", "sudo", "osascript"], &[]),
];

/// Whether a beginning of commands is too wide to be proposed as a rule.
pub fn is_too_wide(prefix: &[String]) -> bool {
    let (program, flag) = match prefix {
        // The beginning of every command.
        [] => return true,
        [program] => (program.as_str(), None),
        [program, flag] => (program.as_str(), Some(flag.as_str())),
        _ => return false,
    };
    TOO_WIDE
        .iter()
        .any(|(programs, flags)| programs.contains(&program) && flag.is_none_or(|flag| flags.contains(&flag)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{argv, bash};

    #[test]
    fn an_argument_list_comes_to_commands() {
        for (list, source, expected) in [
            (argv("touch a"), Source::List, &["touch a"][..]),
            (bash("touch a && rm b"), Source::Script, &["touch a", "rm b"]),
            (bash("touch a <<E\nE"), Source::HereDocument, &["touch a"]),
            (bash("touch a > b"), Source::List, &["/bin/bash -c 'touch a > b'"]),
            (argv("bash -c ls x"), Source::List, &["bash -c ls x"]),
            (argv("bash -lc 'bash -c ls'"), Source::Script, &["bash -c ls"]),
        ] {
            let found = commands(&list);
            let words: Vec<_> = found.commands.into_iter().map(|c| c.words).collect();
            let expected: Vec<_> = expected.iter().map(|line| argv(line)).collect();
            assert_eq!((words, found.source), (expected, source));
        }
    }

    #[test]
    fn a_key_forgets_the_shell_around_a_command() {
        let key = |line: &str| approval_key(&argv(line));
        assert_eq!(key("bash -c 'touch one'"), key("touch one"));
        assert_eq!(key("bash -c 'touch one'"), key("/bin/zsh -lc \"touch 'one'\""));
        assert_eq!(key("bash -c 'touch a; ls'"), key("zsh -c 'touch a; ls'"));
        assert_ne!(key("bash -c 'touch a; ls'"), key("bash -lc 'touch a; ls'"));
        assert_ne!(key("bash -c 'touch a; ls'"), key("bash -c 'touch a;ls'"));
        assert_ne!(key("touch one"), key("touch two"));
    }

    #[test]
    fn beginnings_that_would_allow_anything_are_too_wide() {
        for line in [
            "",
            "python3",
            "python",
            "py -3",
            "pypy3 -c",
            "python -",
            "bash",
            "bash -lc",
            "/bin/zsh -c",
            "pwsh -Command",
            "powershell.exe",
            "git",
            "env",
            "sudo",
            "node",
            "node -e",
            "perl -e",
            "ruby",
            "php -r",
            "lua -e",
            "osascript",
        ] {
            assert!(is_too_wide(&argv(line)), "{line}");
        }
        for line in [
            "touch",
            "git push",
            "python3 x.py",
            "python3 -m",
            "bash x.sh",
            "npm run",
            "sudo ls",
            "node x.js",
            "php -e",
            "bash -c ls",
        ] {
            assert!(!is_too_wide(&argv(line)), "{line}");
        }
    }
}
