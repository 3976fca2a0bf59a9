//! The part of the shell's language that can be understood word by word (turns.md §18, "Plain script").

/// The commands of a script made of nothing but plain commands joined by `&&`, `||`, `|`, `;` and newlines; None for any
/// other script, above all for one the shell would expand, redirect or refuse.
///
/// Words lose their quotes. Outside quotes and within double quotes backslashes stay, and `~`, `*`, `{a,b}` are taken as
/// they stand; what the shell makes of them, [`Command`] knows.
pub fn plain_commands(script: &str) -> Option<Vec<Vec<String>>> {
    let commands = plain_script(script)?;
    Some(commands.into_iter().map(|command| command.words).collect())
}

/// A command of a script, or an argument list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Its words as they are written, without their quotes; never empty unless the argument list is.
    pub words: Vec<String>,
    /// Its words with the backslashes processed, as the shell reads them.
    pub read: Vec<String>,
    /// Whether the shell may turn a word into others of which one is an option: by braces, or by the names of files.
    pub(crate) may_gain_options: bool,
}

impl Command {
    /// An argument list, which no shell reads.
    pub fn of_list(argv: &[String]) -> Self {
        Command {
            words: argv.to_vec(),
            read: argv.to_vec(),
            may_gain_options: false,
        }
    }
}

/// As [`plain_commands`], with all that is known of each.
pub(crate) fn plain_script(script: &str) -> Option<Vec<Command>> {
    let mut lexer = Lexer { rest: script };
    let mut commands = Vec::new();
    lexer.blank_lines()?;
    loop {
        let mut words = Vec::new();
        let end = loop {
            match lexer.token()? {
                Token::Word(word) => words.push(word),
                end => break end,
            }
        };
        commands.push(command(words)?);
        let mut may_end = false;
        match end {
            Token::End => return Some(commands),
            Token::Newline | Token::Semicolon => may_end = true,
            Token::Join | Token::Word(_) => {}
        }
        lexer.blank_lines()?;
        if lexer.rest.is_empty() {
            return may_end.then_some(commands);
        }
    }
}

/// The words of a script that is one command with a here-document, and perhaps other redirections (turns.md §19).
/// None for any other script, and when the shell would expand something in the document.
pub(crate) fn here_document_command(script: &str) -> Option<Command> {
    let mut lexer = Lexer { rest: script };
    lexer.blank_lines()?;
    let mut words = Vec::new();
    let mut documents = Vec::new();
    loop {
        lexer.blanks()?;
        if let Some(document) = lexer.redirection()? {
            documents.extend(document);
            continue;
        }
        match lexer.token()? {
            Token::Word(word) => words.push(word),
            Token::Newline => break,
            _ => return None,
        }
    }
    if documents.is_empty() {
        return None;
    }
    for document in &documents {
        lexer.document(document)?;
    }
    lexer.rest.trim().is_empty().then(|| command(words))?
}

/// A word of a script.
struct Word {
    /// As it is written, without its quotes.
    text: String,
    /// With its backslashes processed.
    read: String,
    /// It was written without quotes.
    bare: bool,
    /// What stands before the first sign by which the shell may make other words of it.
    before_expansion: Option<String>,
}

impl Word {
    fn may_become_an_option(&self) -> bool {
        self.before_expansion
            .as_ref()
            .is_some_and(|before| before.is_empty() || before.starts_with('-'))
    }
}

enum Token {
    Word(Word),
    Semicolon,
    Newline,
    /// `&&`, `||` or `|`: a command has to follow.
    Join,
    End,
}

/// A here-document announced in a command.
struct Document {
    delimiter: String,
    /// Nothing in it is expanded, as its delimiter is quoted.
    literal: bool,
    /// `<<-`: tabs before its lines don't count.
    indented: bool,
}

/// Words the shell's grammar has for itself where a command begins.
const RESERVED: [&str; 19] = [
    "!", "[", "[[", "case", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "select",
    "then", "until", "while", "{", "}",
];

/// Builtins that take assignments, which the shell's grammar treats apart.
const DECLARING: [&str; 7] = [
    "declare", "export", "local", "readonly", "typeset", "unset", "unsetenv",
];

/// The words of a plain command; None when they are something else to the shell.
fn command(words: Vec<Word>) -> Option<Command> {
    let name = words.first()?;
    let text = name.text.as_str();
    let plain = name.bare
        && !RESERVED.contains(&text)
        && !DECLARING.contains(&text)
        && !text.starts_with(['{', '}', '['])
        && !text.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit())
        && !is_assignment(text);
    plain.then(|| Command {
        may_gain_options: words.iter().any(Word::may_become_an_option),
        read: words.iter().map(|w| w.read.clone()).collect(),
        words: words.into_iter().map(|w| w.text).collect(),
    })
}

/// `NAME=…`, `NAME+=…`, `NAME[…]=…`
fn is_assignment(word: &str) -> bool {
    let Some((mut name, _)) = word.split_once('=') else {
        return false;
    };
    name = name.strip_suffix('+').unwrap_or(name);
    if let Some((before, index)) = name.split_once('[')
        && index.ends_with(']')
    {
        name = before;
    }
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Whether the shell makes several words of it: `{1..3}`.
fn has_range(unquoted: &str) -> bool {
    unquoted.split('{').skip(1).any(|part| {
        let Some((range, _)) = part.split_once('}') else {
            return false;
        };
        let number = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        range
            .split_once("..")
            .is_some_and(|(from, to)| number(from) && number(to))
    })
}

/// Cuts a script into tokens. All methods give None at what is not plain.
struct Lexer<'a> {
    rest: &'a str,
}

impl<'a> Lexer<'a> {
    fn skip(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Passes spaces, tabs and continued lines.
    fn blanks(&mut self) -> Option<()> {
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t']);
            if !self.skip("\\\n") && !self.skip("\\\r\n") {
                return Some(());
            }
            // A line that is continued into nothing is not finished.
            if self.rest.is_empty() {
                return None;
            }
        }
    }

    /// Passes white space and line ends.
    fn blank_lines(&mut self) -> Option<()> {
        loop {
            self.blanks()?;
            if !self.skip("\n") && !self.skip("\r\n") {
                return Some(());
            }
        }
    }

    fn token(&mut self) -> Option<Token> {
        self.blanks()?;
        let token = match self.rest.bytes().next() {
            None => Token::End,
            Some(b'\n' | b'\r') => {
                self.rest = self
                    .rest
                    .strip_prefix("\r\n")
                    .or_else(|| self.rest.strip_prefix('\n'))?;
                Token::Newline
            }
            Some(b';') => {
                self.rest = &self.rest[1..];
                Token::Semicolon
            }
            Some(b'&') => {
                self.rest = self.rest.strip_prefix("&&")?;
                Token::Join
            }
            Some(b'|') => {
                if !self.skip("||") {
                    self.rest = self
                        .rest
                        .strip_prefix('|')
                        .filter(|rest| !rest.starts_with('&'))?;
                }
                Token::Join
            }
            Some(b'#') => return None,
            Some(_) => Token::Word(self.word()?),
        };
        Some(token)
    }

    /// A word made of letters, single-quoted strings and double-quoted ones without expansions.
    fn word(&mut self) -> Option<Word> {
        let mut word = Word {
            text: String::new(),
            read: String::new(),
            bare: true,
            before_expansion: None,
        };
        let mut unquoted = String::new();
        while let Some(c) = self.rest.chars().next() {
            match c {
                ' ' | '\t' | '\n' | '\r' | ';' | '&' | '|' => break,
                // An expansion, a redirection, a group, or nothing a script should hold.
                '$' | '`' | '<' | '>' | '(' | ')' | '\0' | '\x0b' | '\x0c' => return None,
                '\'' => {
                    let (quoted, rest) = self.rest[1..].split_once('\'')?;
                    word.text.push_str(quoted);
                    word.read.push_str(quoted);
                    word.bare = false;
                    self.rest = rest;
                }
                '"' => {
                    let length = closing_quote(&self.rest[1..])?;
                    let quoted = &self.rest[1..][..length];
                    word.text.push_str(quoted);
                    read_double_quoted(quoted, &mut word.read);
                    word.bare = false;
                    self.rest = &self.rest[length + 2..];
                }
                '\\' => {
                    // A word that goes on in the next line would have to be put together to be understood.
                    let escaped = self.rest[1..]
                        .chars()
                        .next()
                        .filter(|c| !matches!(c, '\n' | '\r'))?;
                    word.text.extend([c, escaped]);
                    word.read.push(escaped);
                    self.rest = &self.rest[1 + escaped.len_utf8()..];
                }
                c => {
                    if matches!(c, '*' | '?' | '[' | '{') {
                        word.before_expansion.get_or_insert_with(|| word.read.clone());
                    }
                    word.text.push(c);
                    word.read.push(c);
                    unquoted.push(c);
                    self.rest = &self.rest[c.len_utf8()..];
                }
            }
        }
        (!has_range(&unquoted)).then_some(word)
    }

    /// A redirection, if one comes next; with the document, if it announces one. The outer None is for what is not plain.
    fn redirection(&mut self) -> Option<Option<Option<Document>>> {
        let start = self.rest;
        self.rest = self.rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let operators = [
            "<<<", "<<-", "<<", ">>", "&>>", "&>", ">&", "<&", ">|", "<>", "<", ">",
        ];
        let Some(operator) = operators.into_iter().find(|op| self.skip(op)) else {
            self.rest = start;
            return Some(None);
        };
        self.blanks()?;
        let target = self.word()?;
        if target.text.is_empty() && target.bare {
            return None;
        }
        let document = operator == "<<" || operator == "<<-";
        Some(Some(document.then(|| Document {
            // A backslash quotes a delimiter, too; it is no part of it then.
            literal: !target.bare || target.text.contains('\\'),
            delimiter: target.text.replace('\\', ""),
            indented: operator == "<<-",
        })))
    }

    /// Passes the lines of a document and its delimiter.
    fn document(&mut self, document: &Document) -> Option<()> {
        while !self.rest.is_empty() {
            let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
            self.rest = rest;
            let line = if document.indented {
                line.trim_start_matches('\t')
            } else {
                line
            };
            if line == document.delimiter {
                return Some(());
            }
            if !document.literal && line.contains(['$', '`']) {
                return None;
            }
        }
        None
    }
}

/// The length of what stands before the closing double quote; None if there is none or something is expanded.
fn closing_quote(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut i = 0;
    loop {
        match bytes.get(i)? {
            b'"' => return Some(i),
            b'$' | b'`' => return None,
            b'\\' => i += 2,
            _ => i += 1,
        }
    }
}

/// What the shell reads between double quotes: a backslash counts only before the signs that mean something there.
fn read_double_quoted(quoted: &str, to: &mut String) {
    let mut signs = quoted.chars();
    while let Some(sign) = signs.next() {
        match (sign, signs.clone().next()) {
            ('\\', Some(escaped @ ('$' | '`' | '"' | '\\'))) => {
                to.push(escaped);
                signs.next();
            }
            // A continued line.
            ('\\', Some('\n')) => {
                signs.next();
            }
            _ => to.push(sign),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(script: &str, expected: &[&[&str]]) {
        let found = plain_commands(script).unwrap_or_else(|| panic!("not plain: {script}"));
        assert_eq!(found, expected, "{script}");
    }

    #[test]
    fn commands_are_joined_by_operators_and_newlines() {
        reads("ls", &[&["ls"]]);
        reads(
            "ls && cat a; pwd|wc -l||true",
            &[&["ls"], &["cat", "a"], &["pwd"], &["wc", "-l"], &["true"]],
        );
        reads("\n\nls\n\n\npwd;\n", &[&["ls"], &["pwd"]]);
        reads("ls &&\n\npwd |\nwc", &[&["ls"], &["pwd"], &["wc"]]);
        reads("ls \\\n -la \\\n && pwd", &[&["ls", "-la"], &["pwd"]]);
        reads("ls\r\npwd\r\n", &[&["ls"], &["pwd"]]);
        reads("ls\t&&\tpwd ;", &[&["ls"], &["pwd"]]);
    }

    #[test]
    fn words_lose_their_quotes_and_keep_their_backslashes() {
        reads("ls 'a b' \"c d\" e'f'\"g\"", &[&["ls", "a b", "c d", "efg"]]);
        reads("echo '' \"\" 'a\nb'", &[&["echo", "", "", "a\nb"]]);
        reads(
            r#"echo a\ b \$x "a\"b" "\$x" "\`" 'a'\''b'"#,
            &[&["echo", r"a\ b", r"\$x", r#"a\"b"#, r"\$x", r"\`", r"a\'b"]],
        );
        reads("echo 'x'y'z' 1'a' x='y z'", &[&["echo", "xyz", "1a", "x=y z"]]);
    }

    #[test]
    fn the_shell_reads_words_without_their_backslashes() {
        for (script, read) in [
            (r"find . \-delete", &["find", ".", "-delete"][..]),
            (
                r#"\git pu\sh "\-x" "a\"b" "\\""#,
                &["git", "push", r"\-x", "a\"b", r"\"],
            ),
            ("find . \"-del\\\nete\"", &["find", ".", "-delete"]),
            (r"echo '\-x' \*", &["echo", r"\-x", "*"]),
        ] {
            assert_eq!(plain_script(script).expect("plain")[0].read, read, "{script}");
        }
    }

    #[test]
    fn words_that_may_become_options_are_noted() {
        for (script, expected) in [
            ("find . {-delete,-print}", true),
            ("git log -{-output=x,1}", true),
            ("find . *", true),
            ("find . ?x", true),
            ("find . [a-z]x", true),
            ("find . src/* x{a,b} a*", false),
            ("find . '*' \"{a,b}\" \\*", false),
            ("find . -name x", false),
        ] {
            assert_eq!(
                plain_script(script).expect("plain")[0].may_gain_options,
                expected,
                "{script}"
            );
        }
    }

    #[test]
    fn signs_without_meaning_stay() {
        let words = "a=b =b a#b {a,b} a{b} {} { } [a] [ ] a[1] ! a!b ? ^ % @x ~ ~/x - + a:b a,b 1 0x1 -1 then if in * **/*.rs é “x” a=b=c --x=y [[ {a..b} {1..}";
        let expected: Vec<&str> = std::iter::once("echo").chain(words.split(' ')).collect();
        reads(&format!("echo {words}"), &[&expected]);
        reads("echo '#b' \"#\" a\\#", &[&["echo", "#b", "#", "a\\#"]]);
        reads("echo '{1..3}'", &[&["echo", "{1..3}"]]);
    }

    #[test]
    fn any_program_will_do() {
        for name in [
            "./ls", "../ls", "/bin/ls", "~/ls", ":", ".", "*", "-ls", "\\ls", "!ls", "time", "let", "eval",
            "return", "1a",
        ] {
            reads(&format!("{name} x"), &[&[name, "x"]]);
        }
    }

    #[test]
    fn what_the_shell_would_expand_or_redirect_is_not_plain() {
        for script in [
            "echo $HOME",
            "echo \"$x\"",
            "echo a\"$x\"",
            "echo $(ls)",
            "echo `ls`",
            "echo \"a`b`\"",
            "echo ${x}",
            "echo $((1))",
            "echo $'a'",
            "echo $\"a\"",
            "echo $",
            "echo a$",
            "echo \"$\"",
            "echo {1..3}",
            "echo x{1..20}y",
            "cat > b",
            "cat < a",
            "ls>x",
            "ls 2>&1",
            "cat <(ls)",
            "cat <<<x",
            "cat <<EOF\nx\nEOF",
            "ls &",
            "ls & pwd",
            "ls |& wc",
            "(ls)",
            "{ ls; }",
            "{ls}",
            "((1))",
            "[ x ]",
            "[[ x ]]",
            "! ls",
            "ls; ! pwd",
            "if true; then ls; fi",
            "for x in a; do ls; done",
            "while true; do ls; done",
            "case x in esac",
            "function f { ls; }",
            "f() { ls; }",
            "echo f()",
            "echo @(a)",
            "A=1",
            "A=1 ls",
            "a+=1 ls",
            "a[0]=1 ls",
            "export A=1",
            "export",
            "declare x",
            "local x",
            "readonly x",
            "typeset x",
            "unset x",
            "unsetenv x",
            "#c\nls",
            "ls #c",
            "ls # c\npwd",
            "echo #",
            "ls;# x",
            "'ls'",
            "\"ls\"",
            "l's'",
            "5",
            "-5 x",
            "select",
            "until",
        ] {
            assert_eq!(plain_commands(script), None, "{script}");
        }
    }

    #[test]
    fn what_the_shell_would_refuse_is_not_plain() {
        for script in [
            "",
            " ",
            "\n",
            "echo 'a",
            "echo \"a",
            "echo a\\",
            "ls \\",
            "ls \\\n",
            "echo (",
            "echo )",
            "ls ) pwd",
            "ls &&",
            "ls ||",
            "ls |",
            "&& ls",
            "| ls",
            ";",
            ";ls",
            "ls;;pwd",
            "ls; ; pwd",
            "ls\n;pwd",
            "ls;\n;pwd",
            "ls\n&& pwd",
            "ls\n| wc",
            "ls && && pwd",
            "ls || && pwd",
            "ls | | wc",
            "&",
            "&&",
            "then",
            "do",
            "done",
            "fi",
            "else",
            "elif",
            "esac",
            "true; done",
            "}",
        ] {
            assert_eq!(plain_commands(script), None, "{script}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_not_plain() {
        for script in ["ec\\\nho a", "echo a\\\nb", "ls\rpwd", "ls\x0bpwd", "ls\0"] {
            assert_eq!(plain_commands(script), None, "{script:?}");
        }
    }

    #[test]
    fn one_command_with_a_here_document_has_words() {
        for (script, words) in [
            ("cat <<EOF\nx\nEOF", "cat"),
            ("touch ../b <<EOF\nx\nEOF\n", "touch ../b"),
            ("cat <<EOF > ../c 2>/dev/null\nx\nEOF", "cat"),
            ("cat <<'EOF' -n\n$x `y`\nEOF", "cat -n"),
            ("cat <<\"E F\"\n$x\nE F", "cat"),
            ("cat <<\\EOF\n$x\nEOF", "cat"),
            ("cat <<-EOF\n\tx\n\tEOF", "cat"),
            ("python3 - 'a b' <<A 3<<B\n1\nA\n2\nB\n\n", "python3 - 'a b'"),
            ("rm -rf x <<E\nE", "rm -rf x"),
        ] {
            assert_eq!(
                here_document_command(script).map(|command| command.words),
                Some(crate::testing::argv(words)),
                "{script}"
            );
        }
    }

    #[test]
    fn other_scripts_with_here_documents_have_none() {
        for script in [
            "cat",
            "cat > x",
            "cat <<< x",
            "cat <<EOF\nx\n",
            "cat <<EOF",
            "cat <<EOF && ls\nx\nEOF",
            "ls; cat <<EOF\nx\nEOF",
            "cat <<EOF\nx\nEOF\nls",
            "cat <<EOF\n$(ls)\nEOF",
            "cat <<EOF\n`ls`\nEOF",
            "cat $x <<EOF\nx\nEOF",
            "<<EOF\nx\nEOF",
            "A=1 cat <<EOF\nx\nEOF",
            "cat <<EOF | sh\nx\nEOF",
            "cat <<EOF > $x\nx\nEOF",
            "cat <<\nx\n",
            "'cat' <<EOF\nx\nEOF",
        ] {
            assert_eq!(here_document_command(script), None, "{script}");
        }
    }
}
