//! Which commands only look, and which ones destroy (turns.md §18).

use crate::script::{Command, plain_script};
use crate::{base_name, shell_script};

/// Programs that are safe with any arguments.
const ONLY_LOOK: [&str; 26] = [
    "cat", "cd", "cut", "echo", "expr", "false", "grep", "head", "id", "ls", "nl", "numfmt", "paste", "pwd",
    "rev", "seq", "stat", "tac", "tail", "tr", "true", "uname", "uniq", "wc", "which", "whoami",
];

/// Whether a command is known to change nothing, so that it needs no question: one of the listed programs with harmless
/// arguments, or a shell with a script of nothing but such commands. A shell within such a script is not looked into; ask
/// for each of its commands (see [`commands`](crate::commands)) and one more level is.
///
/// A program or shell given by path counts only if `knows` says that the path is of the program it is named like. How the
/// shell reads words counts as well: `\-delete` is an option, and `{-delete,x}` or a file's name behind `*` may be one.
pub fn is_safe(command: &Command, knows: &dyn Fn(&str) -> bool) -> bool {
    is_safe_program(command, knows)
        || is_safe_script(&command.words, knows) && is_safe_script(&command.read, knows)
}

fn is_safe_script(argv: &[String], knows: &dyn Fn(&str) -> bool) -> bool {
    shell_script(argv).is_some_and(|(_, script)| {
        is_known(&argv[0], knows)
            && plain_script(script)
                .is_some_and(|commands| commands.iter().all(|command| is_safe_program(command, knows)))
    })
}

/// Whether a program is what its name says: found on the `PATH`, or known by its path.
fn is_known(program: &str, knows: &dyn Fn(&str) -> bool) -> bool {
    !program.contains('/') || knows(program)
}

/// Whether the shell carries the command out by itself and nothing else happens than that words are said or the folder
/// changes.
pub fn is_harmless_builtin(words: &[String]) -> bool {
    matches!(
        words.first().map(String::as_str),
        Some("cd" | "echo" | "false" | "pwd" | "true")
    )
}

/// Whether a command is one to be asked about even where others are not: `rm -f` and `rm -rf`, also behind `sudo`, and
/// shells with a script that has one.
pub fn is_dangerous(command: &Command) -> bool {
    let removes = |command: &Command| removes_by_force(&command.words) || removes_by_force(&command.read);
    let script = |argv: &[String]| plain_script(shell_script(argv)?.1);
    let has_one = |argv: &[String]| script(argv).is_some_and(|commands| commands.iter().any(removes));
    removes(command) || has_one(&command.words) || has_one(&command.read)
}

fn removes_by_force(argv: &[String]) -> bool {
    match argv {
        [sudo, rest @ ..] if sudo == "sudo" => removes_by_force(rest),
        [rm, flag, ..] => rm == "rm" && (flag == "-f" || flag == "-rf"),
        _ => false,
    }
}

fn is_safe_program(command: &Command, knows: &dyn Fn(&str) -> bool) -> bool {
    let Some(program) = command.words.first().filter(|program| is_known(program, knows)) else {
        return false;
    };
    if ONLY_LOOK.contains(&base_name(program)) {
        return true;
    }
    !command.may_gain_options
        && has_harmless_arguments(&command.words)
        && has_harmless_arguments(&command.read)
}

/// Whether one of the programs that could do harm is called so that it doesn't.
fn has_harmless_arguments(argv: &[String]) -> bool {
    let Some((program, args)) = argv.split_first() else {
        return false;
    };
    let none = |bad: fn(&str) -> bool| !args.iter().any(|arg| bad(arg));
    match base_name(program) {
        "base64" => none(|a| a.starts_with("-o") || is_option(a, "--output")),
        "find" => none(|a| {
            matches!(
                a,
                "-exec"
                    | "-execdir"
                    | "-ok"
                    | "-okdir"
                    | "-delete"
                    | "-fls"
                    | "-fprint"
                    | "-fprint0"
                    | "-fprintf"
            )
        }),
        "rg" => none(|a| {
            is_option(a, "--pre") || is_option(a, "--hostname-bin") || matches!(a, "--search-zip" | "-z")
        }),
        "sed" => {
            args.len() <= 3
                && args.first().is_some_and(|a| a == "-n")
                && args.get(1).is_some_and(|a| is_print(a))
                && args.get(2).is_none_or(|file| !file.starts_with('-'))
        }
        "git" => is_safe_git(args),
        _ => false,
    }
}

/// `--name` or `--name=value`.
fn is_option(arg: &str, name: &str) -> bool {
    arg.strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
}

/// A script of sed that prints one line or a range of lines: `5p`, `1,5p`.
pub(crate) fn is_print(script: &str) -> bool {
    let Some(lines) = script.strip_suffix('p') else {
        return false;
    };
    let is_number = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    match lines.split_once(',') {
        Some((from, to)) => is_number(from) && is_number(to),
        None => is_number(lines),
    }
}

/// Options of git that make it look elsewhere or run what a configuration says. They also count behind the subcommand.
const GIT_ELSEWHERE: [&str; 6] = [
    "--config-env",
    "--exec-path",
    "--git-dir",
    "--namespace",
    "--super-prefix",
    "--work-tree",
];

fn is_safe_git(args: &[String]) -> bool {
    let elsewhere = |a: &String| {
        a.starts_with("-C") || a.starts_with("-c") || GIT_ELSEWHERE.iter().any(|option| is_option(a, option))
    };
    if args.iter().any(elsewhere) {
        return false;
    }
    let Some(at) = args.iter().position(|a| !a.starts_with('-')) else {
        return false;
    };
    let (subcommand, args) = (args[at].as_str(), &args[at + 1..]);
    let writes_or_runs = |a: &String| {
        is_option(a, "--output")
            || is_option(a, "--exec")
            || matches!(a.as_str(), "--ext-diff" | "--textconv" | "--paginate")
    };
    let lists = |a: &String| {
        a.starts_with("--format=")
            || matches!(
                a.as_str(),
                "--list"
                    | "-l"
                    | "--show-current"
                    | "-a"
                    | "--all"
                    | "-r"
                    | "--remotes"
                    | "-v"
                    | "-vv"
                    | "--verbose"
            )
    };
    match subcommand {
        "status" | "log" | "diff" | "show" => !args.iter().any(writes_or_runs),
        "branch" => args.iter().all(lists),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{argv, bash};

    /// By a system whose programs lie in two folders.
    fn is_safe(argv: &[String]) -> bool {
        let knows = |path: &str| path.starts_with("/bin/") || path.starts_with("/usr/bin/");
        super::is_safe(&Command::of_list(argv), &knows)
    }

    fn is_dangerous(argv: &[String]) -> bool {
        super::is_dangerous(&Command::of_list(argv))
    }

    #[test]
    fn commands_that_only_look_are_safe() {
        for line in [
            "ls",
            "ls -la src",
            "cat a b",
            "cd x",
            "cut -f1 a",
            "echo hi",
            "expr 1 + 1",
            "false",
            "grep -r x .",
            "head -3 a",
            "id",
            "nl a",
            "paste a",
            "pwd",
            "rev a",
            "seq 3",
            "stat a",
            "tail -f a",
            "tr a b",
            "true",
            "uname -a",
            "uniq a b",
            "wc -l a",
            "which ls",
            "whoami",
            "numfmt 1",
            "tac a",
            "/bin/ls",
            "base64 a",
            "base64 -d a",
            "base64 --outputx",
            "find . -name a",
            "find . -printf x",
            "rg x",
            "rg --pre-glob x y",
            "rg --prex y",
            "rg --hostname-binx y",
            "rg -zx y",
            "sed -n 1p",
            "sed -n 1,5p a",
            "/usr/bin/sed -n 5p a",
            "git status",
            "git log -3 -p",
            "git diff",
            "git show HEAD",
            "git branch",
            "git branch --show-current",
            "git branch -a -vv --format=x",
            "git -p log",
            "git --no-pager log",
            "git --bare log",
            "git log --outputx",
            "git diff --ext-diffx",
            "/usr/bin/git status",
            "git -- status",
        ] {
            assert!(is_safe(&argv(line)), "{line}");
        }
    }

    #[test]
    fn commands_that_may_do_more_are_not() {
        for line in [
            "",
            "LS",
            "touch a",
            "make",
            "awk 1 a",
            "sort a",
            "tee a",
            "date",
            "env ls",
            "sudo ls",
            "xargs ls",
            "less a",
            "printf x",
            "test x",
            "base64 -o x a",
            "base64 -ox a",
            "base64 --output=x a",
            "base64 --output x",
            "find . -delete",
            "find -name -delete",
            "find . -exec rm {} +",
            "find . -execdir x",
            "find . -ok x",
            "find . -okdir x",
            "find . -fls x",
            "find . -fprint x",
            "find . -fprint0 x",
            "find . -fprintf x y",
            "rg --pre cat x",
            "rg --pre=x y",
            "rg --hostname-bin=x y",
            "rg --search-zip x",
            "rg -z x",
            "rg x -- -z",
            "sed",
            "sed s/a/b/ a",
            "sed -n p a",
            "sed -n 1,p a",
            "sed -n 1,2,3p a",
            "sed -n 1,2p a b",
            "sed -n '$p' a",
            "sed -n 1d a",
            "sed -ne 1p a",
            "sed -n -e 1p",
            "sed -n 1p -i",
            "sed -n 1p --expression=1eid",
            "~/ls",
            "./ls",
            "/tmp/ls",
            "./sed -n 1p a",
            "/tmp/bash -c ls",
            "sed --quiet 1p a",
            "git",
            "git push",
            "git --version",
            "git config -l",
            "git branch -d x",
            "git branch x",
            "git branch --list x",
            "git branch --format x",
            "git branch -avv",
            "git -C x status",
            "git -Cx status",
            "git -cx=y status",
            "git --git-dir=x status",
            "git --git-dir x status",
            "git --exec-path=x log",
            "git --namespace=x log",
            "git --work-tree=x log",
            "git --config-env=a=b log",
            "git --super-prefix=x log",
            "git log -c",
            "git status -- -C",
            "git log --output=x",
            "git log --output x",
            "git log --exec=x",
            "git diff --ext-diff",
            "git show --textconv",
            "git log --paginate",
        ] {
            assert!(!is_safe(&argv(line)), "{line}");
        }
    }

    #[test]
    fn a_script_is_as_safe_as_its_commands() {
        for (script, expected) in [
            ("ls && cat a; pwd | wc -l || true", true),
            ("cd x && ls", true),
            ("ls && touch a", false),
            ("cat a > b", false),
            ("echo $HOME", false),
            ("bash -c ls", false),
            ("", false),
            ("./ls", false),
            (r"find . \-delete", false),
            (r"find . -name \*.rs", true),
            ("find . {-delete,-print}", false),
            ("git log {--output=/x,-1}", false),
            ("find . \"-del\\\nete\"", false),
            ("rg x *", false),
            ("rg x src/*", true),
            ("ls * {a,b}", true),
        ] {
            assert_eq!(is_safe(&bash(script)), expected, "{script}");
        }
        for (line, expected) in [
            ("bash -lc 'ls && pwd'", true),
            ("zsh -lc ls", true),
            ("/bin/sh -c ls", true),
            ("dash -c ls", false),
            ("bash -ic ls", false),
            ("bash -x -c ls", false),
            ("bash -lc 'git status' extra", false),
            ("bash -c 'touch x'", false),
        ] {
            assert_eq!(is_safe(&argv(line)), expected, "{line}");
        }
    }

    #[test]
    fn removing_by_force_is_dangerous() {
        for (line, expected) in [
            ("rm -rf x", true),
            ("rm -f x", true),
            ("rm -f", true),
            ("sudo rm -rf x", true),
            ("sudo sudo rm -f x", true),
            ("bash -lc 'ls; sudo rm -rf x'", true),
            ("bash -c 'rm -rf x'", true),
            (r"bash -c '\rm \-rf x'", true),
            ("rm x", false),
            ("rm -r -f x", false),
            ("rm -fr x", false),
            ("rm -rfv x", false),
            ("/bin/rm -rf x", false),
            ("sudo -u x rm -rf y", false),
            ("sudo rm x", false),
            ("bash -c 'ls > x; rm -rf y'", false),
            ("sudo", false),
            ("", false),
        ] {
            assert_eq!(is_dangerous(&argv(line)), expected, "{line}");
        }
    }
}
