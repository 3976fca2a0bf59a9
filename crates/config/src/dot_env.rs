//! The syntax of `.env` files: `NAME=value` lines, `#` comments, optional `export`, quotes, `$NAME` in values.

/// The assignments of `text` in order, without those whose name begins with `CODEX_` in any case. `outer` gives the
/// value of a variable that the file itself has not set. A line that cannot be read ends nothing but itself.
pub(crate) fn parse(text: &str, outer: impl Fn(&str) -> Option<String>) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.trim();
        let line = line
            .strip_prefix("export")
            .filter(|r| r.starts_with(char::is_whitespace))
            .unwrap_or(line)
            .trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, rest)) = line.split_once('=') else {
            continue;
        };
        let name = name.trim();
        if !is_name(name) {
            continue;
        }
        let known = |n: &str| {
            out.iter()
                .rev()
                .find(|(k, _)| k == n)
                .map(|(_, v)| v.clone())
                .or_else(|| outer(n))
        };
        let Some(value) = value(rest.trim_start(), known) else {
            continue;
        };
        if !name.to_ascii_uppercase().starts_with("CODEX_") {
            out.push((name.to_owned(), value));
        }
    }
    out
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
}

/// One value: plain up to a blank, `'literal'`, or `"with escapes and $NAMES"`; pieces may follow each other.
fn value(rest: &str, known: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::new();
    let mut chars = rest.chars().peekable();
    let mut quote = None;
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (Some('\''), _) => out.push(c),
            (None, '\'' | '"') => quote = Some(c),
            (_, '\\') => match chars.next()? {
                'n' => out.push('\n'),
                other => out.push(other),
            },
            (_, '$') => {
                let braced = chars.next_if_eq(&'{').is_some();
                let mut name = String::new();
                while let Some(n) = chars.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
                    name.push(n);
                }
                if braced {
                    chars.next_if_eq(&'}')?;
                }
                match name.is_empty() {
                    true => out.push('$'),
                    false => out.push_str(&known(&name).unwrap_or_default()),
                }
            }
            (None, c) if c.is_whitespace() => {
                let tail: String = chars.collect();
                let tail = tail.trim_start();
                return (tail.is_empty() || tail.starts_with('#')).then_some(out);
            }
            (_, c) => out.push(c),
        }
    }
    quote.is_none().then_some(out)
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn pairs(text: &str) -> Vec<(String, String)> {
        parse(text, |n| (n == "OUTER").then(|| "o".to_owned()))
    }

    #[test]
    fn comments_export_and_quotes_are_understood() {
        let got = pairs("# c\nA=1 # rest\nexport B='x $A'\n C = \"q \\\"r\\\" $A ${OUTER}\"\n\nD=");
        let want = [("A", "1"), ("B", "x $A"), ("C", "q \"r\" 1 o"), ("D", "")];
        assert_eq!(got, want.map(|(k, v)| (k.to_owned(), v.to_owned())));
    }

    #[test]
    fn names_of_our_own_are_not_set_and_bad_lines_cost_themselves_only() {
        assert_eq!(
            pairs("codex_home=/x\nCODEX_Y=1\nnonsense\n1A=2\nE='open\nF=two words\nG=ok"),
            [("G".into(), "ok".into())]
        );
    }
}
