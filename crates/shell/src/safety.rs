//! Which commands only look, and which ones destroy (turns.md §18).

use crate::{base_name, plain_commands, shell_script};

/// Programs that are safe with any arguments.
const ONLY_LOOK: [&str; 26] = [
    "cat", "cd", "cut", "echo", "expr", "false", "grep", "head", "id", "ls", "nl", "numfmt", "paste", "pwd",
    "rev", "seq", "stat", "tac", "tail", "tr", "true", "uname", "uniq", "wc", "which", "whoami",
];

/// Whether a command is known to change nothing, so that it needs no question: one of the listed programs with harmless
/// arguments, or a shell with a script of nothing but such commands. A shell within such a script is not looked into; ask
/// for each of its commands (see [`commands`](crate::commands)) and one more level is.
pub fn is_safe(argv: &[String]) -> bool {
    is_safe_program(argv)
        || script_commands(argv)
            .is_some_and(|commands| commands.iter().all(|command| is_safe_program(command)))
}

/// Whether a command is one to be asked about even where others are not: `rm -f` and `rm -rf`, also behind `sudo`, and
/// shells with a script that has one.
pub fn is_dangerous(argv: &[String]) -> bool {
    removes_by_force(argv)
        || script_commands(argv)
            .is_some_and(|commands| commands.iter().any(|command| removes_by_force(command)))
}

fn script_commands(argv: &[String]) -> Option<Vec<Vec<String>>> {
    plain_commands(shell_script(argv)?.1)
}

fn removes_by_force(argv: &[String]) -> bool {
    match argv {
        [sudo, rest @ ..] if sudo == "sudo" => removes_by_force(rest),
        [rm, flag, ..] => rm == "rm" && (flag == "-f" || flag == "-rf"),
        _ => false,
    }
}

fn is_safe_program(argv: &[String]) -> bool {
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
        }
        "git" => is_safe_git(args),
        name => ONLY_LOOK.contains(&name),
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
            "~/ls",
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
