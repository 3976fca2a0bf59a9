//! From argument lists to command lines and back.

/// The command line a shell would make this argument list of. Words that need no quotes have none; single quotes are
/// preferred (turns.md §12).
pub fn quote(argv: &[String]) -> String {
    // The only thing that can't be quoted is a NUL byte, and such words can't be passed to a program either.
    shlex::try_join(argv.iter().map(String::as_str))
        .unwrap_or_else(|_| "<command included NUL byte>".to_owned())
}

/// The words of a command line, quotes and backslashes taken away; None when a quote is left open.
/// Signs that mean something to a shell (`|`, `;`, `$`) are letters like others.
pub fn split(line: &str) -> Option<Vec<String>> {
    shlex::split(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_only_when_they_have_to_be() {
        for (words, expected) in [
            (&["ls", "-l", "a/b.c:d@e+f_g]"][..], "ls -l a/b.c:d@e+f_g]"),
            (&["ls", "my dir"], "ls 'my dir'"),
            (&["echo", "it's", "$HOME", ""], "echo \"it's\" '$HOME' ''"),
            (&["env", "A=1", "é", "a,b"], "env 'A=1' 'é' 'a,b'"),
            (&["/bin/bash", "-c", "echo 'a b'"], "/bin/bash -c \"echo 'a b'\""),
            (
                &["/bin/bash", "-c", "awk '{print $1}' a.txt"],
                "/bin/bash -c \"awk '{print \"'$1}'\"' a.txt\"",
            ),
            (&["a^b"], "a'^b'"),
            (&["a\\b"], "\"a\\\\b\""),
            (&["a\0b"], "<command included NUL byte>"),
            (&[], ""),
        ] {
            assert_eq!(
                quote(&words.iter().map(|w| w.to_string()).collect::<Vec<_>>()),
                expected
            );
        }
    }

    #[test]
    fn quoted_words_come_back() {
        let words = ["it's", "\"$x\" \\ ^ !", "", "a\nb", "é"].map(String::from);
        assert_eq!(split(&quote(&words)).as_deref(), Some(&words[..]));
        assert_eq!(split("echo 'a"), None);
    }
}
