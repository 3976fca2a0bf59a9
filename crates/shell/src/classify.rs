//! What one plain command does (turns.md §14, the table).

use crate::operands::{bare_words, is_count, operands, short_path};
use crate::safety::is_print;

/// What a command does. Paths of lists and searches are cut to what is shown; a read's is as in the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Read {
        path: String,
    },
    List {
        path: Option<String>,
    },
    Search {
        query: Option<String>,
        path: Option<String>,
    },
    Unknown,
}

/// Flags that take the next word with them.
mod values {
    pub(super) const LS: &[&str] = &[
        "-I",
        "-w",
        "--block-size",
        "--format",
        "--time-style",
        "--color",
        "--quoting-style",
    ];
    pub(super) const EZA: &[&str] = &[
        "-I",
        "--ignore-glob",
        "--color",
        "--sort",
        "--time-style",
        "--time",
    ];
    pub(super) const TREE: &[&str] = &["-L", "-P", "-I", "--charset", "--filelimit", "--sort"];
    pub(super) const DU: &[&str] = &[
        "-d",
        "--max-depth",
        "-B",
        "--block-size",
        "--exclude",
        "--time-style",
    ];
    pub(super) const GIT_LS_FILES: &[&str] = &["--exclude", "--exclude-from", "--pathspec-from-file"];
    pub(super) const RG: &[&str] = &[
        "-g",
        "--glob",
        "--iglob",
        "-t",
        "--type",
        "--type-add",
        "--type-not",
        "-m",
        "--max-count",
        "-A",
        "-B",
        "-C",
        "--context",
        "--max-depth",
    ];
    pub(super) const GREP: &[&str] = &[
        "-m",
        "--max-count",
        "-C",
        "--context",
        "-A",
        "--after-context",
        "-B",
        "--before-context",
    ];
    pub(super) const AG: &[&str] = &[
        "-G",
        "-g",
        "--file-search-regex",
        "--ignore-dir",
        "--ignore-file",
        "--path-to-ignore",
    ];
    pub(super) const FD: &[&str] = &[
        "-t",
        "--type",
        "-e",
        "--extension",
        "-E",
        "--exclude",
        "--search-path",
    ];
    pub(super) const BAT: &[&str] = &[
        "--theme",
        "--language",
        "--style",
        "--terminal-width",
        "--tabs",
        "--line-range",
        "--map-syntax",
    ];
    pub(super) const LESS: &[&str] = &[
        "-p",
        "-P",
        "-x",
        "-y",
        "-z",
        "-j",
        "--pattern",
        "--prompt",
        "--tabs",
        "--shift",
        "--jump-target",
    ];
    pub(super) const NL: &[&str] = &["-s", "-w", "-v", "-i", "-b"];
    pub(super) const AWK: &[&str] = &["-F", "-v", "-f", "--field-separator", "--assign", "--file"];
    pub(super) const SED: &[&str] = &["-e", "--expression", "-f", "--file"];
}

/// Classes a command by its words. Programs given by a path are not known.
pub(crate) fn classify(argv: &[String]) -> Kind {
    let Some((program, args)) = argv.split_first() else {
        return Kind::Unknown;
    };
    match program.as_str() {
        "ls" => list(args, values::LS),
        "eza" | "exa" => list(args, values::EZA),
        "tree" => list(args, values::TREE),
        "du" => list(args, values::DU),
        "git" => match args.split_first() {
            Some((sub, args)) if sub == "ls-files" => list(args, values::GIT_LS_FILES),
            Some((sub, args)) if sub == "grep" => grep(args),
            _ => Kind::Unknown,
        },
        "rg" | "rga" | "ripgrep-all" => {
            let words = bare_words(args, values::RG);
            if args.iter().any(|a| a == "--files") {
                Kind::List {
                    path: shown(words.first()),
                }
            } else {
                search(words.first(), words.get(1))
            }
        }
        "grep" | "egrep" | "fgrep" => grep(args),
        "ag" | "ack" | "pt" => {
            let words = bare_words(args, values::AG);
            search(words.first(), words.get(1))
        }
        "fd" => fd(args),
        "find" => find(args),
        "cat" | "more" => read_only_operand(args, &[]),
        "bat" | "batcat" => read_only_operand(args, values::BAT),
        "less" => read_only_operand(args, values::LESS),
        "head" => head(args, false),
        "tail" => head(args, true),
        "nl" => read(bare_words(args, values::NL).first()),
        "awk" => read(awk_file(args)),
        "sed" => read(sed_file(args)),
        name if is_python(name) => python(args),
        _ => Kind::Unknown,
    }
}

fn shown(path: Option<&&str>) -> Option<String> {
    path.map(|path| short_path(path))
}

fn search(query: Option<&&str>, path: Option<&&str>) -> Kind {
    Kind::Search {
        query: query.map(|q| (*q).to_owned()),
        path: shown(path),
    }
}

fn read<'a>(path: Option<impl AsRef<str> + 'a>) -> Kind {
    path.map_or(Kind::Unknown, |path| Kind::Read {
        path: path.as_ref().to_owned(),
    })
}

fn list(args: &[String], with_value: &[&str]) -> Kind {
    Kind::List {
        path: shown(operands(args, with_value).first()),
    }
}

fn read_only_operand(args: &[String], with_value: &[&str]) -> Kind {
    match operands(args, with_value).as_slice() {
        [path] => read(Some(path)),
        _ => Kind::Unknown,
    }
}

fn grep(args: &[String]) -> Kind {
    // Patterns by flag: the first is shown, all of them are taken out of the operands.
    let takes_pattern = |a: &str| matches!(a, "-e" | "--regexp" | "-f" | "--file");
    let before_end: &[String] = args.split(|a| a == "--").next().unwrap_or_default();
    let at = before_end.iter().position(|a| takes_pattern(a));
    let mut with_value = values::GREP.to_vec();
    match at.and_then(|at| args.get(at + 1)) {
        Some(pattern) => {
            with_value.extend(["-e", "--regexp", "-f", "--file"]);
            search(Some(&pattern.as_str()), operands(args, &with_value).first())
        }
        None => {
            let words = operands(args, &with_value);
            search(words.first(), words.get(1))
        }
    }
}

fn fd(args: &[String]) -> Kind {
    let is_path = |w: &str| matches!(w, "." | "..") || w.contains('/');
    match bare_words(args, values::FD).as_slice() {
        [] => Kind::List { path: None },
        [path] if is_path(path) => Kind::List {
            path: Some(short_path(path)),
        },
        [query] => search(Some(query), None),
        [query, path, ..] => search(Some(query), Some(path)),
    }
}

fn find(args: &[String]) -> Kind {
    let path = args
        .iter()
        .find(|a| !a.starts_with('-') && !matches!(a.as_str(), "!" | "(" | ")"));
    let by = args
        .iter()
        .position(|a| matches!(a.as_str(), "-name" | "-iname" | "-path" | "-regex"));
    let path = path.map(|p| short_path(p));
    match by.and_then(|at| args.get(at + 1)) {
        Some(query) => Kind::Search {
            query: Some(query.clone()),
            path,
        },
        None => Kind::List { path },
    }
}

/// `head`, and `tail`, whose counts may have a plus.
fn head(args: &[String], plus: bool) -> Kind {
    let rest = match args {
        [flag, count, rest @ ..] if flag == "-n" && is_count(count, plus) => rest,
        [flag, rest @ ..] if flag.strip_prefix("-n").is_some_and(|count| is_count(count, plus)) => rest,
        [path] if !path.starts_with('-') => return read(Some(path)),
        _ => return Kind::Unknown,
    };
    read(rest.iter().find(|a| !a.starts_with('-')))
}

/// The file of data that `awk` reads.
pub(crate) fn awk_file(args: &[String]) -> Option<&str> {
    let words = bare_words(args, values::AWK);
    let program_in_file = args.iter().any(|a| a == "-f" || a == "--file");
    words.get(usize::from(!program_in_file)).copied()
}

/// The file that `sed -n` prints lines of.
pub(crate) fn sed_file(args: &[String]) -> Option<&str> {
    if !args.iter().any(|a| a == "-n") {
        return None;
    }
    let words = bare_words(args, values::SED);
    let by_flag = args
        .windows(2)
        .any(|w| matches!(w[0].as_str(), "-e" | "--expression") && is_print(&w[1]));
    match words.as_slice() {
        [script, rest @ ..] if is_print(script) => rest.first().copied(),
        [path, ..] if by_flag => Some(path),
        _ => None,
    }
}

/// `python`, `python2`, `python3`, `python3.11`
fn is_python(program: &str) -> bool {
    matches!(program, "python" | "python2" | "python3")
        || program
            .strip_prefix("python3.")
            .is_some_and(|v| v.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

fn python(args: &[String]) -> Kind {
    const WALKS: [&str; 7] = [
        "os.walk",
        "os.listdir",
        "os.scandir",
        "glob.glob",
        "glob.iglob",
        "pathlib.Path",
        ".rglob(",
    ];
    let program = args
        .iter()
        .position(|a| a == "-c")
        .and_then(|at| args.get(at + 1));
    match program {
        Some(text) if WALKS.iter().any(|call| text.contains(call)) => Kind::List { path: None },
        _ => Kind::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::argv;

    /// The class of a command as one line: `read a`, `list a`, `search q in a`, `-` for nothing, `?` for unknown.
    fn class(line: &str) -> String {
        let or_none = |x: Option<String>| x.unwrap_or("-".into());
        match classify(&argv(line)) {
            Kind::Read { path } => format!("read {path}"),
            Kind::List { path } => format!("list {}", or_none(path)),
            Kind::Search { query, path } => format!("search {} in {}", or_none(query), or_none(path)),
            Kind::Unknown => "?".into(),
        }
    }

    #[track_caller]
    fn table(rows: &[(&str, &str)]) {
        for (line, expected) in rows {
            assert_eq!(class(line), *expected, "{line}");
        }
    }

    #[test]
    fn lists() {
        table(&[
            ("ls", "list -"),
            ("ls -la src", "list src"),
            ("ls src lib", "list src"),
            ("ls --ignore=x src", "list src"),
            ("ls -I x -w 5 --color auto --format x y", "list y"),
            ("ls -- -x", "list -x"),
            ("ls build/out", "list out"),
            ("ls /", "list "),
            ("eza --sort x --time t y", "list y"),
            ("exa", "list -"),
            ("tree -L 2 --charset c src/lib", "list lib"),
            ("tree -I x", "list -"),
            ("du -sh -d 1 -B x --max-depth=2 src", "list src"),
            ("git ls-files", "list -"),
            ("git ls-files --exclude x -- y", "list y"),
            ("git ls-files -x y z", "list y"),
            ("git -C x ls-files", "?"),
            ("git status", "?"),
            ("git", "?"),
        ]);
    }

    #[test]
    fn searches() {
        table(&[
            ("rg foo", "search foo in -"),
            ("rg", "search - in -"),
            ("rg -n 'a b' src/main.rs", "search a b in main.rs"),
            ("rg -A 3 -t rs -g '*.x' foo src lib", "search foo in src"),
            ("rg -e foo src", "search foo in src"),
            ("rg -e a -e b", "search a in b"),
            ("rg -f pats x", "search pats in x"),
            ("rg --context=3 x y", "search x in y"),
            ("rg foo -- bar", "search foo in bar"),
            ("rg -- -foo bar", "search bar in -"),
            ("rg --version", "search - in -"),
            ("rg --files", "list -"),
            ("rg --files -g '*.rs' src", "list src"),
            ("rg --files -- x", "list x"),
            ("rga foo", "search foo in -"),
            ("ripgrep-all foo bar", "search foo in bar"),
            ("grep -rn foo .", "search foo in ."),
            ("grep -n -e foo a.txt", "search foo in a.txt"),
            ("grep -e a -e b c", "search a in c"),
            ("grep --regexp a c", "search a in c"),
            ("grep --regexp=a c", "search c in -"),
            ("grep -f pats c", "search pats in c"),
            ("grep -C 3 -m 1 -A 2 -B 1 a b", "search a in b"),
            ("grep -- -a b", "search -a in b"),
            ("grep x -", "search x in -"),
            ("grep", "search - in -"),
            ("egrep x a", "search x in a"),
            ("fgrep a b/c", "search a in c"),
            ("git grep -n foo src", "search foo in src"),
            ("git grep -l x -- src", "search x in src"),
            ("git grep", "search - in -"),
            ("ag -G x foo bar", "search foo in bar"),
            ("ag -- -foo x", "search x in -"),
            ("ack --ignore-dir x foo", "search foo in -"),
            ("pt foo lib", "search foo in lib"),
            ("fd", "list -"),
            ("fd -e rs", "list -"),
            ("fd .", "list ."),
            ("fd ..", "list .."),
            ("fd src/", "list src"),
            ("fd a/b", "list b"),
            ("fd foo", "search foo in -"),
            ("fd -t f . src", "search . in src"),
            ("fd foo src x", "search foo in src"),
            ("find", "list -"),
            ("find . -type f", "list ."),
            ("find -L a", "list a"),
            ("find a b", "list a"),
            ("find . -name '*.rs'", "search *.rs in ."),
            ("find src -iname x -type f", "search x in src"),
            ("find . ! -name x", "search x in ."),
            ("find '(' -path x ')' -name y", "search x in x"),
            ("find . -regex x", "search x in ."),
            ("find . -ipath x", "list ."),
            ("find / -name b", "search b in "),
            ("find . -name", "list ."),
        ]);
    }

    #[test]
    fn reads() {
        table(&[
            ("cat a.txt", "read a.txt"),
            ("cat -n a.txt", "read a.txt"),
            ("cat -- -odd", "read -odd"),
            ("cat a --", "read a"),
            ("cat a b", "?"),
            ("cat", "?"),
            ("cat -", "?"),
            ("more -5 a", "read a"),
            ("bat --theme x --line-range 1:2 a", "read a"),
            ("bat -r 1:2 a", "?"),
            ("batcat -- a", "read a"),
            ("less -p x -x 4 --pattern=y a", "read a"),
            ("less +5 a", "?"),
            ("head a", "read a"),
            ("head -n 5 a", "read a"),
            ("head -n5 -q a", "read a"),
            ("head -n 5 -q a b", "read a"),
            ("head -n 1 -- a", "read a"),
            ("head -n 5", "?"),
            ("head -5 a", "?"),
            ("head -c 5 a", "?"),
            ("head -n +5 a", "?"),
            ("head -n x a", "?"),
            ("head -q a", "?"),
            ("head -- a", "?"),
            ("head a b", "?"),
            ("head", "?"),
            ("tail a", "read a"),
            ("tail -n +10 a", "read a"),
            ("tail -n+5 a", "read a"),
            ("tail -n 5 -f a", "read a"),
            ("tail +5", "read +5"),
            ("tail -f a", "?"),
            ("tail -n +x a", "?"),
            ("nl -ba a.rs", "read a.rs"),
            ("nl -s x a b", "read a"),
            ("nl -ba", "?"),
            ("awk '{print $1}' a", "read a"),
            ("awk -F : -v x=y 1 a b", "read a"),
            ("awk -f x.awk a", "read a"),
            ("awk -- 1 a", "read a"),
            ("awk --file=x a", "?"),
            ("awk 1", "?"),
            ("sed -n 1,5p a", "read a"),
            ("sed -n 10p a b", "read a"),
            ("sed -n -e 1,3p a", "read a"),
            ("sed -n --expression 1p -e 2p a", "read a"),
            ("sed -e 1p -n a", "read a"),
            ("sed -n 1p -- a", "read a"),
            ("sed -n 1p -i a", "read a"),
            ("sed -n 1,3p", "?"),
            ("sed -n --expression=1p a", "?"),
            ("sed -n '$p' a", "?"),
            ("sed -n -f x a", "?"),
            ("sed -ne 1p a", "?"),
            ("sed -i s/a/b/ a", "?"),
            ("sed 1p a", "?"),
        ]);
    }

    #[test]
    fn python_may_list() {
        for call in [
            "os.walk(1)",
            "os.listdir(1)",
            "os.scandir(1)",
            "glob.glob",
            "glob.iglob",
            "pathlib.Path(1)",
            "x.rglob(1)",
        ] {
            for python in ["python", "python2", "python3", "python3.11", "python3 -u"] {
                assert_eq!(class(&format!("{python} -c '{call}'")), "list -");
            }
        }
        table(&[
            ("python3 -c 'print(1)'", "?"),
            ("python3 a.py", "?"),
            ("python3 -c", "?"),
            ("python3 -c x -c os.walk", "?"),
            ("python30 -c os.walk", "?"),
            ("python3x -c os.walk", "?"),
        ]);
    }

    #[test]
    fn other_programs_are_unknown() {
        table(&[
            ("make", "?"),
            ("/bin/ls x", "?"),
            ("pwd", "?"),
            ("wc -l a", "?"),
            ("", "?"),
        ]);
    }
}
