//! What a command line does, told to the client with every command (turns.md §14).

use std::path::{Component, Path, PathBuf};

use codex_protocol::{AbsolutePathBuf, CommandAction};

use crate::classify::{Kind, awk_file, classify, sed_file};
use crate::operands::{is_count, short_path};
use crate::{base_name, plain_commands, quote, shell_script, split};

/// What an argument list does when it is run in `cwd` (absolute). Empty when it does nothing worth telling, as `cd x`.
/// One [`CommandAction::Unknown`] with the whole command when any part of it is not understood.
pub fn command_actions(argv: &[String], cwd: &Path) -> Vec<CommandAction> {
    if let Some((_, script)) = shell_script(argv) {
        return script_actions(script, cwd).unwrap_or_else(|| unknown(script.to_owned()));
    }
    if let Some(script) = powershell_script(argv) {
        return unknown(script.to_owned());
    }
    list_actions(argv, cwd).unwrap_or_else(|| unknown(quote(argv)))
}

fn unknown(command: String) -> Vec<CommandAction> {
    vec![CommandAction::Unknown { command }]
}

/// The script of `[pwsh|powershell, …, -Command|-c, SCRIPT]`, a language not looked into.
fn powershell_script(argv: &[String]) -> Option<&str> {
    let (shell, args) = argv.split_first()?;
    let name = base_name(shell).to_ascii_lowercase();
    if !matches!(name.strip_suffix(".exe").unwrap_or(&name), "pwsh" | "powershell") {
        return None;
    }
    let at = args
        .iter()
        .position(|a| matches!(a.to_ascii_lowercase().as_str(), "-command" | "-c"))?;
    let quiet = |a: &String| matches!(a.to_ascii_lowercase().as_str(), "-nologo" | "-noprofile");
    args[..at]
        .iter()
        .all(quiet)
        .then(|| args.get(at + 1).map(String::as_str))?
}

/// A command with what it does.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    words: Vec<String>,
    kind: Kind,
    /// Where `cd`s before it lead, seen from the working directory.
    base: PathBuf,
}

/// The actions of a shell's script; None when any of it is unknown.
fn script_actions(script: &str, cwd: &Path) -> Option<Vec<CommandAction>> {
    let commands = plain_commands(script)?;
    let count = commands.len();
    let telling: Vec<_> = commands
        .into_iter()
        .filter(|words| !is_formatting(words))
        .collect();
    if telling.is_empty() {
        return None;
    }
    let steps = simplify(steps(telling));
    // A command that stands alone is shown as written, but for its quotes.
    let words = split(script).unwrap_or_else(|| vec![script.to_owned()]);
    let alone = count == 1 && !words.iter().any(|w| is_joint(w));
    let whole = match steps.as_slice() {
        [_] if alone => Some(quote(&words)),
        [
            Step {
                kind: Kind::Read { .. },
                ..
            },
        ] if words.iter().any(|w| w == "|") && words.windows(2).any(|w| w[0] == "sed" && w[1] == "-n") => {
            Some(script.to_owned())
        }
        _ => None,
    };
    let mut actions = actions(steps, cwd)?;
    if let (Some(whole), [action]) = (whole, actions.as_mut_slice()) {
        let (CommandAction::Read { command, .. }
        | CommandAction::ListFiles { command, .. }
        | CommandAction::Search { command, .. }
        | CommandAction::Unknown { command }) = action;
        *command = whole;
    }
    Some(actions)
}

/// The actions of a list run without a shell. Words that would join commands in a script are taken as if they did, since
/// models write such lists.
fn list_actions(argv: &[String], cwd: &Path) -> Option<Vec<CommandAction>> {
    let argv = match argv {
        [answer, pipe, rest @ ..]
            if pipe == "|" && !rest.is_empty() && matches!(answer.as_str(), "yes" | "y" | "no" | "n") =>
        {
            rest
        }
        all => all,
    };
    let parts = argv.split(|w| is_joint(w));
    let mut steps = steps(
        parts
            .filter(|part| !part.is_empty())
            .map(<[String]>::to_vec)
            .collect(),
    );
    steps.dedup();
    actions(simplify(steps), cwd)
}

/// Whether a word joins commands.
fn is_joint(word: &str) -> bool {
    matches!(word, "&&" | "||" | "|" | ";")
}

/// Classes commands and follows the `cd`s among them.
fn steps(commands: Vec<Vec<String>>) -> Vec<Step> {
    let mut base = PathBuf::new();
    let mut steps = Vec::with_capacity(commands.len());
    for words in commands {
        if words.first().is_some_and(|program| program == "cd") {
            if let Some(dir) = cd_target(&words[1..]) {
                base.push(dir);
            }
        } else {
            steps.push(Step {
                kind: classify(&words),
                words,
                base: base.clone(),
            });
        }
    }
    steps
}

/// Where `cd` goes; None for home, and for where one was before.
fn cd_target(args: &[String]) -> Option<&str> {
    match args.iter().position(|a| a == "--") {
        Some(at) => args.get(at + 1),
        None => args.iter().rfind(|a| !a.starts_with('-')),
    }
    .map(String::as_str)
}

/// Drops commands that do nothing worth telling beside others.
fn simplify(mut steps: Vec<Step>) -> Vec<Step> {
    if steps.len() > 1 {
        steps.retain(|step| step.words != ["true"]);
    }
    while steps.len() > 1 {
        let does_nothing = |step: &Step| {
            step.words.first().is_some_and(|w| w == "nl")
                && step.words[1..].iter().all(|a| a.starts_with('-'))
        };
        if steps[0].words.first().is_some_and(|w| w == "echo") {
            steps.remove(0);
        } else if let Some(at) = steps.iter().position(does_nothing) {
            steps.remove(at);
        } else {
            break;
        }
    }
    steps
}

/// Steps as the client is told them; None when one is unknown.
fn actions(steps: Vec<Step>, cwd: &Path) -> Option<Vec<CommandAction>> {
    let mut actions: Vec<CommandAction> = steps
        .into_iter()
        .map(|Step { words, kind, base }| {
            let command = quote(&words);
            Some(match kind {
                Kind::Read { path } => CommandAction::Read {
                    command,
                    name: short_path(&path),
                    path: AbsolutePathBuf::new(clean(&cwd.join(at_home(base.join(path)))))?,
                },
                Kind::List { path } => CommandAction::ListFiles { command, path },
                Kind::Search { query, path } => CommandAction::Search { command, query, path },
                Kind::Unknown => return None,
            })
        })
        .collect::<Option<_>>()?;
    actions.dedup();
    Some(actions)
}

/// The path with a `~` at its beginning replaced by the user's home.
fn at_home(path: PathBuf) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path,
    }
}

/// A path without `.` and `..`, by its words alone.
fn clean(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                result.pop();
            }
            part => result.push(part),
        }
    }
    result
}

/// Whether a command of a script only shapes what another one says.
fn is_formatting(words: &[String]) -> bool {
    let Some((program, args)) = words.split_first() else {
        return false;
    };
    match program.as_str() {
        "wc" | "tr" | "cut" | "sort" | "uniq" | "tee" | "column" | "yes" | "printf" => true,
        "xargs" => !changes_files(args),
        "awk" => awk_file(args).is_none(),
        "sed" => sed_file(args).is_none(),
        "head" | "tail" => match args {
            [] => true,
            [flag] => flag.starts_with('-'),
            [flag, count] => matches!(flag.as_str(), "-n" | "-c") && is_count(count, program == "tail"),
            _ => false,
        },
        _ => false,
    }
}

/// Whether what `xargs` runs edits files.
fn changes_files(args: &[String]) -> bool {
    let mut rest = args;
    let words = loop {
        match rest {
            [flag, _, more @ ..]
                if matches!(flag.as_str(), "-E" | "-e" | "-I" | "-L" | "-n" | "-P" | "-s") =>
            {
                rest = more
            }
            [flag, more @ ..] if flag.starts_with('-') => rest = more,
            words => break words,
        }
    };
    let Some((program, args)) = words.split_first() else {
        return false;
    };
    let has = |test: fn(&str) -> bool| args.iter().any(|a| test(a));
    match program.as_str() {
        "sed" => has(|a| a.starts_with("-i") || a == "--in-place"),
        "perl" | "ruby" => has(|a| a.starts_with("-i") || a.starts_with("-pi")),
        "rg" => has(|a| a == "--replace"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{argv, bash};

    /// Actions as lines: `[cat a] read a at /w/a`, `[ls] list -`, `[rg q] search q in -`, `[make] ?`.
    fn lines(argv: &[String]) -> Vec<String> {
        let or_none = |x: Option<String>| x.unwrap_or("-".into());
        command_actions(argv, Path::new("/w"))
            .into_iter()
            .map(|action| match action {
                CommandAction::Read { command, name, path } => {
                    format!("[{command}] read {name} at {}", path.display())
                }
                CommandAction::ListFiles { command, path } => format!("[{command}] list {}", or_none(path)),
                CommandAction::Search { command, query, path } => {
                    format!("[{command}] search {} in {}", or_none(query), or_none(path))
                }
                CommandAction::Unknown { command } => format!("[{command}] ?"),
            })
            .collect()
    }

    #[track_caller]
    fn script(script: &str, expected: &[&str]) {
        assert_eq!(lines(&bash(script)), expected, "{script}");
    }

    #[track_caller]
    fn unknown(line: &str) {
        script(line, &[&format!("[{line}] ?")]);
    }

    #[test]
    fn a_single_command_is_shown_with_its_quotes_made_anew() {
        script(
            "cat 'my file.txt'",
            &["[cat 'my file.txt'] read my file.txt at /w/my file.txt"],
        );
        script(
            "sed -n '1,5p'   a.rs",
            &["[sed -n '1,5p' a.rs] read a.rs at /w/a.rs"],
        );
        script("rg 'it''s'", &["[rg its] search its in -"]);
        script("ls --ignore=x src", &["[ls '--ignore=x' src] list src"]);
        script(
            "find . \\( -name x \\)",
            &["[find . '(' -name x ')'] search x in ."],
        );
        script("ls ;", &["[ls] list -"]);
        // Without a space the sign is part of the word, as in the reference.
        script("ls;", &["['ls;'] list -"]);
    }

    #[test]
    fn formatting_helpers_are_dropped() {
        for helper in [
            "wc -l",
            "tr x y",
            "cut -c1",
            "sort",
            "uniq -c",
            "tee x",
            "column -t",
            "yes",
            "printf x",
            "head",
            "head -5",
            "head -n 5",
            "head -c 5",
            "head -n5",
            "tail -n +3",
            "tail -c +3",
            "tail -f",
            "sed s/a/b/",
            "sed -ne 1p a",
            "sed -i s/a/b/ x",
            "awk 1",
            "awk -f x.awk",
            "xargs",
            "xargs rm",
            "xargs -n1 cat",
            "xargs -I {} mv {} x",
            "xargs perl -e x",
            "xargs sed -n 1p",
            "xargs rg -r x y",
            "xargs grep foo",
            "xargs sed --in-place=x y",
            "xargs sh -c 'sed -i x'",
        ] {
            script(&format!("ls | {helper}"), &["[ls] list -"]);
            unknown(helper);
        }
        script(
            "rg foo | sort | uniq -c | head -20",
            &["[rg foo] search foo in -"],
        );
        script("ls && wc", &["[ls] list -"]);
        script("yes | ls", &["[ls] list -"]);
    }

    #[test]
    fn helpers_that_do_more_are_not_dropped() {
        for helper in [
            "xargs sed -i s/a/b/ x",
            "xargs sed -ibak x",
            "xargs -0 sed --in-place x",
            "xargs perl -pi -e x",
            "xargs perl -i.bak x",
            "xargs ruby -i x",
            "xargs rg --replace x",
            "xargs -n 1 rg --replace x",
            "head -n +3",
            "head -n x",
            "head -3 b",
            "head a b",
            "nl -s x",
            "true x",
            "y",
        ] {
            unknown(&format!("ls | {helper}"));
        }
        script(
            "cat a | awk 1 b",
            &["[cat a] read a at /w/a", "[awk 1 b] read b at /w/b"],
        );
        script("ls | head x", &["[ls] list -", "[head x] read x at /w/x"]);
        script(
            "cat a | sed -n 1,3p b",
            &["[cat a] read a at /w/a", "[sed -n '1,3p' b] read b at /w/b"],
        );
    }

    #[test]
    fn changes_of_folder_move_what_is_read() {
        script("cd sub && cat a.txt", &["[cat a.txt] read a.txt at /w/sub/a.txt"]);
        script(
            "cd sub && cd deeper && cat a",
            &["[cat a] read a at /w/sub/deeper/a"],
        );
        script("cd .. && cat a", &["[cat a] read a at /a"]);
        script("cd a/b && cd ../c && cat ./d", &["[cat ./d] read d at /w/a/c/d"]);
        script("cd /x && cat a", &["[cat a] read a at /x/a"]);
        script("cd -- -x && cat a", &["[cat a] read a at /w/-x/a"]);
        script("cd -P x && cat a", &["[cat a] read a at /w/x/a"]);
        script("cd x y && cat a", &["[cat a] read a at /w/y/a"]);
        for stays in ["cd", "cd -"] {
            script(&format!("{stays} && cat a"), &["[cat a] read a at /w/a"]);
        }
        script(
            "cat a && cd b && cat a",
            &["[cat a] read a at /w/a", "[cat a] read a at /w/b/a"],
        );
        script("cd a && ls; ls || cd x", &["[ls] list -"]);
        for nothing in ["cd", "cd x", "cd x; cd y", "cd a && wc"] {
            script(nothing, &[]);
        }
    }

    #[test]
    fn what_does_nothing_is_dropped_beside_others() {
        script("echo hi && cat a", &["[cat a] read a at /w/a"]);
        script(
            "echo a && echo b && ls && rg y",
            &["[ls] list -", "[rg y] search y in -"],
        );
        script("true; ls; true", &["[ls] list -"]);
        script("cat a || true", &["[cat a] read a at /w/a"]);
        script("ls && nl -ba", &["[ls] list -"]);
        script("nl && ls", &["[ls] list -"]);
        script("true && true", &[]);
        for line in [
            "true",
            "echo x",
            "nl -ba",
            "cat a; echo done",
            "echo a; echo b",
            "cd a && true",
            "true && ls && false",
        ] {
            unknown(line);
        }
    }

    #[test]
    fn neighbours_that_are_equal_become_one() {
        script("ls; ls | ls", &["[ls] list -"]);
        script(
            "cat a; cat a; ls; cat a",
            &["[cat a] read a at /w/a", "[ls] list -", "[cat a] read a at /w/a"],
        );
        script("ls a && ls a b", &["[ls a] list a", "[ls a b] list a"]);
    }

    #[test]
    fn several_commands_are_several_actions() {
        script(
            "cat a.txt | grep x",
            &["[cat a.txt] read a.txt at /w/a.txt", "[grep x] search x in -"],
        );
        script("ls src\ncat a", &["[ls src] list src", "[cat a] read a at /w/a"]);
        script("rg --files | head -n 5", &["[rg --files] list -"]);
    }

    #[test]
    fn lines_read_through_a_pipe_are_shown_with_all_of_it() {
        script("cat a | sed -n 1,3p", &["[cat a | sed -n 1,3p] read a at /w/a"]);
        script(
            "nl -ba a.rs | sed -n '3,9p'",
            &["[nl -ba a.rs | sed -n '3,9p'] read a.rs at /w/a.rs"],
        );
        script(
            "cd x && cat a | sed -n 1p",
            &["[cd x && cat a | sed -n 1p] read a at /w/x/a"],
        );
        script("sed -n 3p a | head", &["[sed -n 3p a | head] read a at /w/a"]);
        script("cd x && sed -n 1p a", &["[sed -n 1p a] read a at /w/x/a"]);
        script("rg x | sed -n 1,3p", &["[rg x] search x in -"]);
        script("cat a|sed -n 1p", &["[cat a] read a at /w/a"]);
        script(
            "cat a | sed -n 1p && ls",
            &["[cat a] read a at /w/a", "[ls] list -"],
        );
    }

    #[test]
    fn one_unknown_command_makes_the_whole_unknown() {
        for line in [
            "make",
            "ls && make",
            "cat a && make",
            "pwd; ls",
            "cat < a",
            "cat a > b",
            "cat $(ls)",
            "(ls)",
            "ls \"$HOME\"",
            "ls &",
            "FOO=1 ls",
            "bash -lc 'ls src'",
            "time ls",
            "'ls' x",
            "",
            " ",
            "cat 'a",
            "xargs grep foo",
            "sed -n 1,3p",
            "python3 -c 'print(1)'",
        ] {
            unknown(line);
        }
    }

    #[test]
    fn paths_are_absolute_and_names_short() {
        script("cat /etc/hosts", &["[cat /etc/hosts] read hosts at /etc/hosts"]);
        script(
            "cat sub/dir/a.rs",
            &["[cat sub/dir/a.rs] read a.rs at /w/sub/dir/a.rs"],
        );
        script("cat ./a/../b", &["[cat ./a/../b] read b at /w/b"]);
        script(
            "cat dist/build/",
            &["[cat dist/build/] read dist/build at /w/dist/build"],
        );
        script("cat .", &["[cat .] read . at /w"]);
        script("cat /", &["[cat /] read  at /"]);
        let home = std::env::home_dir().expect("a home");
        script(
            "cat ~/a",
            &[&format!("[cat '~/a'] read a at {}/a", home.display())],
        );
        script(
            "cd ~/x && cat a",
            &[&format!("[cat a] read a at {}/x/a", home.display())],
        );
        script("cat x/~/a", &["[cat 'x/~/a'] read a at /w/x/~/a"]);
        script("cat ~x/a", &["[cat '~x/a'] read a at /w/~x/a"]);
    }

    #[test]
    fn a_list_is_read_as_it_stands() {
        for (words, expected) in [
            (&["ls", "-l", "my dir"][..], &["[ls -l 'my dir'] list my dir"][..]),
            (
                &["cat", "a b.txt"],
                &["[cat 'a b.txt'] read a b.txt at /w/a b.txt"],
            ),
            (&["echo", "it's", "$HOME", ""], &["[echo \"it's\" '$HOME' ''] ?"]),
            (&["ls", "a;b"], &["[ls 'a;b'] list a;b"]),
            (
                &["ls", "|", "cat", "a"],
                &["[ls] list -", "[cat a] read a at /w/a"],
            ),
            (&["cd", "x", "&&", "cat", "a"], &["[cat a] read a at /w/x/a"]),
            (&["cd", "x"], &[]),
            (&["ls", ";", "ls"], &["[ls] list -"]),
            (&["ls", "|"], &["[ls] list -"]),
            (&["&&", "ls"], &["[ls] list -"]),
            (&["ls", "||", "true"], &["[ls] list -"]),
            (&["echo", "a", "&&", "ls"], &["[ls] list -"]),
            (&["nl", "&&", "ls"], &["[ls] list -"]),
            (&["ls", "&&", "make"], &["[ls '&&' make] ?"]),
            (&["ls", "|", "wc"], &["[ls '|' wc] ?"]),
            (
                &["cat", "a", "|", "sed", "-n", "1p"],
                &["[cat a '|' sed -n 1p] ?"],
            ),
            (&["true", "&&", "true"], &["[true '&&' true] ?"]),
            (&["y", "|", "ls"], &["[ls] list -"]),
            (
                &["no", "|", "cat", "a", "&&", "ls"],
                &["[cat a] read a at /w/a", "[ls] list -"],
            ),
            (&["yes", "|"], &["[yes '|'] ?"]),
            (&["bash", "-lc", "ls", "x"], &["[bash -lc ls x] ?"]),
            (&["bash", "-lc"], &["[bash -lc] ?"]),
            (&["dash", "-c", "ls"], &["[dash -c ls] ?"]),
            (&["/usr/bin/zsh", "-lc", "ls"], &["[ls] list -"]),
            (&["", "x"], &["['' x] ?"]),
            (&["/bin/ls", "x"], &["[/bin/ls x] ?"]),
        ] {
            assert_eq!(
                lines(&words.iter().map(|w| w.to_string()).collect::<Vec<_>>()),
                expected,
                "{words:?}"
            );
        }
    }

    #[test]
    fn powershell_is_not_looked_into() {
        for (line, expected) in [
            ("pwsh -Command 'ls x'", "[ls x] ?"),
            ("powershell -NoProfile -Command ls", "[ls] ?"),
            ("powershell.exe -c ls x", "[ls] ?"),
            ("pwsh ls", "[pwsh ls] ?"),
            ("pwsh -c", "[pwsh -c] ?"),
        ] {
            assert_eq!(lines(&argv(line)), [expected], "{line}");
        }
    }
}
