//! Command lines: quoting, scripts made of plain commands, which commands are safe or dangerous, and what they do.
//!
//! Everything here looks at words alone (and, where a path begins with `~`, at where the user's home is). Nothing is run,
//! no file is looked at, and what can't be told counts as unknown, unsafe and not plain.
//!
//! ```
//! let argv = ["bash", "-lc", "cd src && rg TODO | head -n 5"].map(String::from);
//! let is_safe = |argv: &[String]| codex_shell::is_safe(&codex_shell::Command::of_list(argv), &|_| false);
//! assert!(!is_safe(&["rm", "x"].map(String::from)));
//! assert!(is_safe(&argv));
//! assert_eq!(codex_shell::quote(&argv), "bash -lc 'cd src && rg TODO | head -n 5'");
//! ```

mod actions;
mod classify;
mod operands;
mod prefix;
mod quoting;
mod safety;
mod script;

pub use actions::command_actions;
pub use prefix::{Commands, Source, approval_key, commands, is_too_wide};
pub use quoting::{quote, split};
pub use safety::{is_dangerous, is_harmless_builtin, is_safe};
pub use script::{Command, plain_commands};

/// Flag and script of `[bash|zsh|sh, -c|-lc, SCRIPT]`, the shell named in any way.
///
/// Exactly three words: what follows a script are its arguments, and with them it is another command.
pub fn shell_script(argv: &[String]) -> Option<(&str, &str)> {
    match argv {
        [shell, flag, script] if matches!(base_name(shell), "bash" | "zsh" | "sh") => {
            matches!(flag.as_str(), "-c" | "-lc").then_some((flag, script))
        }
        _ => None,
    }
}

/// The last component of a program's path.
pub(crate) fn base_name(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

#[cfg(test)]
pub(crate) mod testing {
    /// A command line as an argument list, split like a shell would.
    pub(crate) fn argv(line: &str) -> Vec<String> {
        crate::split(line).expect("a command line")
    }

    /// The argument list by which a script is run.
    pub(crate) fn bash(script: &str) -> Vec<String> {
        ["/bin/bash", "-c", script].map(String::from).to_vec()
    }
}
