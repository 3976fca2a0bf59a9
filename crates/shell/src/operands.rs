//! Telling a command's operands from its flags.

/// The words that are no flags. A flag among `with_value` takes the next word with it; `--flag=value` is one word; behind
/// `--` everything is an operand.
pub(crate) fn operands<'a>(args: &'a [String], with_value: &[&str]) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut args = args.iter().map(String::as_str);
    while let Some(arg) = args.next() {
        if arg == "--" {
            found.extend(args);
            break;
        } else if with_value.contains(&arg) {
            args.next();
        } else if !arg.starts_with('-') {
            found.push(arg);
        }
    }
    found
}

/// Like [`operands`], but behind `--`, too, what looks like a flag is none.
pub(crate) fn bare_words<'a>(args: &'a [String], with_value: &[&str]) -> Vec<&'a str> {
    let mut found = operands(args, with_value);
    found.retain(|word| !word.starts_with('-'));
    found
}

/// Whether it is a number as a count of lines: digits, with a `+` before them where that is allowed.
pub(crate) fn is_count(text: &str, plus: bool) -> bool {
    let digits = if plus {
        text.strip_prefix('+').unwrap_or(text)
    } else {
        text
    };
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A path cut down to what is worth showing: the last component that says something.
pub(crate) fn short_path(path: &str) -> String {
    let path = path.replace('\\', "/");
    let path = path.trim_end_matches('/');
    path.rsplit('/')
        .find(|part| !matches!(*part, "" | "build" | "dist" | "node_modules" | "src"))
        .unwrap_or(path)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::argv;

    #[test]
    fn flags_and_their_values_are_no_operands() {
        let args = argv("-l -w 5 --color=x a -- -b --c");
        assert_eq!(operands(&args, &["-w"]), ["a", "-b", "--c"]);
        assert_eq!(bare_words(&args, &[]), ["5", "a"]);
    }

    #[test]
    fn a_short_path_is_the_last_part_that_says_something() {
        for (path, expected) in [
            ("a", "a"),
            ("a/b.rs", "b.rs"),
            ("build/out", "out"),
            ("node_modules/a/", "a"),
            ("webapp/src/", "webapp"),
            ("src", "src"),
            ("/src/build", "/src/build"),
            ("dist/build/", "dist/build"),
            ("/", ""),
            ("../..", ".."),
            ("~/a", "a"),
            ("a\\ b", " b"),
        ] {
            assert_eq!(short_path(path), expected, "{path}");
        }
    }
}
