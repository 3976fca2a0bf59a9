//! Carries out a rules file: what its calls say goes into a [`RuleBook`].

use std::collections::HashMap;

use super::lex::{Fault, Span};
use super::parse::{Clause, Expr, Kind, Statement, parse};
use super::{Decision, PrefixRule, RuleBook};

/// How many steps a file may take: comprehensions could otherwise go on for ever. Making a value takes as many as it is
/// large, so that values can't grow without end either.
const MOST_STEPS: usize = 1_000_000;

#[derive(Debug, Clone, PartialEq)]
enum Value {
    None,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Value>),
}

impl Value {
    fn kind(&self) -> &'static str {
        match self {
            Value::None => "NoneType",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Text(_) => "string",
            Value::List(_) => "list",
        }
    }

    fn holds(&self) -> bool {
        match self {
            Value::None => false,
            Value::Bool(b) => *b,
            Value::Int(n) => *n != 0,
            Value::Text(t) => !t.is_empty(),
            Value::List(items) => !items.is_empty(),
        }
    }

    /// How many bytes and values it is made of, roughly.
    fn size(&self) -> usize {
        match self {
            Value::None | Value::Bool(_) | Value::Int(_) => 1,
            Value::Text(text) => 1 + text.len(),
            Value::List(items) => 1 + items.iter().map(Value::size).sum::<usize>(),
        }
    }

    fn shown(&self) -> String {
        match self {
            Value::None => "None".into(),
            Value::Bool(b) => if *b { "True" } else { "False" }.into(),
            Value::Int(n) => n.to_string(),
            Value::Text(t) => t.clone(),
            Value::List(items) => format!(
                "[{}]",
                items.iter().map(Value::shown).collect::<Vec<_>>().join(", ")
            ),
        }
    }
}

/// Carries out `text`, adding to `book`.
pub(super) fn run(text: &str, book: &mut RuleBook) -> Result<(), Fault> {
    let mut run = Run {
        names: HashMap::new(),
        book,
        steps: 0,
    };
    for statement in parse(text)? {
        match statement {
            Statement::Assign { name, value } => {
                let value = run.value(&value)?;
                run.names.insert(name, value);
            }
            Statement::Expression(expr) => {
                run.value(&expr)?;
            }
        }
    }
    Ok(())
}

struct Run<'a> {
    names: HashMap<String, Value>,
    book: &'a mut RuleBook,
    steps: usize,
}

fn fault<T>(span: Span, message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault {
        span,
        message: message.into(),
    })
}

impl Run<'_> {
    fn value(&mut self, expr: &Expr) -> Result<Value, Fault> {
        let value = self.unpaid(expr)?;
        self.pay(expr.span, value.size())?;
        Ok(value)
    }

    fn pay(&mut self, span: Span, steps: usize) -> Result<(), Fault> {
        self.steps += steps;
        if self.steps > MOST_STEPS {
            return fault(span, "the file takes too many steps");
        }
        Ok(())
    }

    /// The value, whose size is to be paid for. What it is made of has been.
    fn unpaid(&mut self, expr: &Expr) -> Result<Value, Fault> {
        Ok(match &expr.kind {
            Kind::None => Value::None,
            Kind::Bool(b) => Value::Bool(*b),
            Kind::Int(n) => Value::Int(*n),
            Kind::Text(text) => Value::Text(text.clone()),
            Kind::Name(name) => match self.names.get(name) {
                Some(value) => value.clone(),
                None => return fault(expr.span, format!("Variable `{name}` not found")),
            },
            Kind::List(items) => Value::List(
                items
                    .iter()
                    .map(|item| self.value(item))
                    .collect::<Result<_, _>>()?,
            ),
            Kind::Comprehension { item, clauses } => {
                self.pay(expr.span, self.names.values().map(Value::size).sum())?;
                let outer = self.names.clone();
                let mut out = Vec::new();
                self.comprehend(item, clauses, &mut out)?;
                self.names = outer;
                Value::List(out)
            }
            Kind::Call { function, arguments } => self.call(expr.span, function, arguments)?,
            Kind::Member { name, .. } => return fault(expr.span, format!("`{name}` can only be called")),
            Kind::Index { of, at } => self.index(expr.span, of, at)?,
            Kind::Not(of) => Value::Bool(!self.value(of)?.holds()),
            Kind::Negative(of) => match self.value(of)? {
                Value::Int(n) => Value::Int(n.wrapping_neg()),
                other => return fault(expr.span, format!("`-` does not go with {}", other.kind())),
            },
            Kind::Binary {
                operator,
                left,
                right,
            } => self.binary(expr.span, operator, left, right)?,
            Kind::Conditional {
                test,
                then,
                otherwise,
            } => {
                if self.value(test)?.holds() {
                    self.value(then)?
                } else {
                    self.value(otherwise)?
                }
            }
        })
    }

    fn comprehend(&mut self, item: &Expr, clauses: &[Clause], out: &mut Vec<Value>) -> Result<(), Fault> {
        match clauses.split_first() {
            None => {
                let value = self.value(item)?;
                out.push(value);
                Ok(())
            }
            Some((Clause::If(test), rest)) => {
                if self.value(test)?.holds() {
                    self.comprehend(item, rest, out)?;
                }
                Ok(())
            }
            Some((Clause::For { names, source }, rest)) => {
                let Value::List(values) = self.value(source)? else {
                    return fault(source.span, "only lists can be gone through");
                };
                for value in values {
                    self.pay(source.span, 1)?;
                    match (names.as_slice(), value) {
                        ([name], value) => {
                            self.names.insert(name.clone(), value);
                        }
                        (names, Value::List(parts)) if parts.len() == names.len() => {
                            self.names.extend(names.iter().cloned().zip(parts));
                        }
                        _ => return fault(source.span, "the number of names and values differs"),
                    }
                    self.comprehend(item, rest, out)?;
                }
                Ok(())
            }
        }
    }

    fn index(&mut self, span: Span, of: &Expr, at: &Expr) -> Result<Value, Fault> {
        let (of, at) = (self.value(of)?, self.value(at)?);
        let (Value::List(items), Value::Int(n)) = (&of, &at) else {
            return fault(span, format!("{} has no such index", of.kind()));
        };
        let place = if *n < 0 { items.len() as i64 + n } else { *n };
        match usize::try_from(place).ok().and_then(|place| items.get(place)) {
            Some(item) => Ok(item.clone()),
            None => fault(span, format!("index {n} is out of bounds")),
        }
    }

    fn binary(&mut self, span: Span, operator: &str, left: &Expr, right: &Expr) -> Result<Value, Fault> {
        let left = self.value(left)?;
        match operator {
            "and" => return if left.holds() { self.value(right) } else { Ok(left) },
            "or" => return if left.holds() { Ok(left) } else { self.value(right) },
            _ => {}
        }
        let right = self.value(right)?;
        Ok(match (operator, left, right) {
            ("==", a, b) => Value::Bool(a == b),
            ("!=", a, b) => Value::Bool(a != b),
            ("in", a, Value::List(items)) => Value::Bool(items.contains(&a)),
            ("not in", a, Value::List(items)) => Value::Bool(!items.contains(&a)),
            ("in", Value::Text(a), Value::Text(b)) => Value::Bool(b.contains(&a)),
            ("not in", Value::Text(a), Value::Text(b)) => Value::Bool(!b.contains(&a)),
            ("+", Value::Text(a), Value::Text(b)) => Value::Text(a + &b),
            ("+", Value::List(mut a), Value::List(b)) => {
                a.extend(b);
                Value::List(a)
            }
            ("+", Value::Int(a), Value::Int(b)) => Value::Int(a.wrapping_add(b)),
            ("-", Value::Int(a), Value::Int(b)) => Value::Int(a.wrapping_sub(b)),
            ("<", Value::Int(a), Value::Int(b)) => Value::Bool(a < b),
            (">", Value::Int(a), Value::Int(b)) => Value::Bool(a > b),
            ("<=", Value::Int(a), Value::Int(b)) => Value::Bool(a <= b),
            (">=", Value::Int(a), Value::Int(b)) => Value::Bool(a >= b),
            ("%", Value::Text(format), with) => {
                let values = if let Value::List(values) = with {
                    values
                } else {
                    vec![with]
                };
                let mut parts = format.split("%s");
                let mut out = parts.next().unwrap_or_default().to_owned();
                let mut values = values.into_iter();
                for part in parts {
                    let Some(value) = values.next() else {
                        return fault(span, "not enough values for the format");
                    };
                    out.push_str(&value.shown());
                    out.push_str(part);
                }
                Value::Text(out)
            }
            (operator, a, b) => {
                return fault(
                    span,
                    format!("`{operator}` does not go with {} and {}", a.kind(), b.kind()),
                );
            }
        })
    }

    fn call(
        &mut self,
        span: Span,
        function: &Expr,
        arguments: &[(Option<String>, Expr)],
    ) -> Result<Value, Fault> {
        if let Kind::Member { of, name } = &function.kind {
            let of = self.value(of)?;
            let arguments: Vec<Value> = arguments
                .iter()
                .map(|(_, value)| self.value(value))
                .collect::<Result<_, _>>()?;
            return method(span, &of, name, &arguments);
        }
        let Kind::Name(name) = &function.kind else {
            return fault(span, "only named functions can be called");
        };
        let parameters: &[&str] = match name.as_str() {
            "prefix_rule" => &["pattern", "decision", "match", "not_match", "justification"],
            "host_executable" => &["name", "paths"],
            "network_rule" => &["host", "protocol", "decision", "justification"],
            _ => return fault(function.span, format!("Variable `{name}` not found")),
        };
        let mut given: HashMap<&str, Value> = HashMap::new();
        for (place, (named, value)) in arguments.iter().enumerate() {
            let value = self.value(value)?;
            let parameter = match named {
                Some(named) => parameters.iter().find(|parameter| **parameter == named.as_str()),
                None => parameters.get(place),
            };
            let Some(parameter) = parameter else {
                return fault(
                    span,
                    format!(
                        "{name} has no parameter {}",
                        named.clone().unwrap_or_else(|| place.to_string())
                    ),
                );
            };
            if given.insert(parameter, value).is_some() {
                return fault(span, format!("{name}: {parameter} is given twice"));
            }
        }
        let said = match name.as_str() {
            "prefix_rule" => prefix_rule(&given, self.book),
            "host_executable" => host_executable(&given, self.book),
            _ => network_rule(&given),
        };
        said.map(|()| Value::None).or_else(|message| fault(span, message))
    }
}

/// Refuses what would be larger than can be paid for before it is made: the only results that can be much larger than
/// what they are made of.
fn product(span: Span, a: usize, b: usize) -> Result<(), Fault> {
    if a.saturating_mul(b) > MOST_STEPS {
        return fault(span, "the file takes too many steps");
    }
    Ok(())
}

fn method(span: Span, of: &Value, name: &str, arguments: &[Value]) -> Result<Value, Fault> {
    Ok(match (of, name, arguments) {
        (Value::Text(text), "upper", []) => Value::Text(text.to_uppercase()),
        (Value::Text(text), "lower", []) => Value::Text(text.to_lowercase()),
        (Value::Text(text), "strip", []) => Value::Text(text.trim().to_owned()),
        (Value::Text(text), "split", []) => Value::List(
            text.split_whitespace()
                .map(|t| Value::Text(t.to_owned()))
                .collect(),
        ),
        (Value::Text(text), "split", [Value::Text(by)]) if !by.is_empty() => Value::List(
            text.split(by.as_str())
                .map(|t| Value::Text(t.to_owned()))
                .collect(),
        ),
        (Value::Text(text), "startswith", [Value::Text(with)]) => {
            Value::Bool(text.starts_with(with.as_str()))
        }
        (Value::Text(text), "endswith", [Value::Text(with)]) => Value::Bool(text.ends_with(with.as_str())),
        (Value::Text(text), "replace", [Value::Text(from), Value::Text(to)]) => {
            product(span, text.matches(from.as_str()).count(), to.len())?;
            Value::Text(text.replace(from.as_str(), to))
        }
        (Value::Text(by), "join", [Value::List(parts)]) => {
            product(span, by.len(), parts.len())?;
            Value::Text(parts.iter().map(Value::shown).collect::<Vec<_>>().join(by))
        }
        (Value::Text(format), "format", values) => {
            let mut values = values.iter();
            let mut parts = format.split("{}");
            let mut out = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                let Some(value) = values.next() else {
                    return fault(span, "not enough values for the format");
                };
                out.push_str(&value.shown());
                out.push_str(part);
            }
            Value::Text(out)
        }
        _ => {
            return fault(
                span,
                format!("{} has no method `{name}` with such arguments", of.kind()),
            );
        }
    })
}

fn text<'a>(given: &'a HashMap<&str, Value>, name: &str) -> Result<Option<&'a str>, String> {
    match given.get(name) {
        None | Some(Value::None) => Ok(None),
        Some(Value::Text(text)) => Ok(Some(text)),
        Some(other) => Err(format!("{name} must be a string, not {}", other.kind())),
    }
}

fn list<'a>(given: &'a HashMap<&str, Value>, name: &str) -> Result<&'a [Value], String> {
    match given.get(name) {
        None | Some(Value::None) => Ok(&[]),
        Some(Value::List(items)) => Ok(items),
        Some(other) => Err(format!("{name} must be a list, not {}", other.kind())),
    }
}

fn decision(given: &HashMap<&str, Value>) -> Result<Decision, String> {
    match text(given, "decision")? {
        None | Some("allow") => Ok(Decision::Allow),
        Some("prompt") => Ok(Decision::Prompt),
        Some("forbidden") => Ok(Decision::Forbidden),
        Some(other) => Err(format!(
            "invalid decision: {other}; it is allow, prompt or forbidden"
        )),
    }
}

fn justification(given: &HashMap<&str, Value>) -> Result<Option<String>, String> {
    match text(given, "justification")? {
        Some(text) if text.trim().is_empty() => Err("justification must not be blank".into()),
        text => Ok(text.map(str::to_owned)),
    }
}

fn prefix_rule(given: &HashMap<&str, Value>, book: &mut RuleBook) -> Result<(), String> {
    if !given.contains_key("pattern") {
        return Err("pattern is missing".into());
    }
    let mut pattern = Vec::new();
    for word in list(given, "pattern")? {
        let alternatives = match word {
            Value::Text(word) => vec![word.clone()],
            Value::List(words) if !words.is_empty() => words
                .iter()
                .map(|word| {
                    if let Value::Text(word) = word {
                        Ok(word.clone())
                    } else {
                        Err("alternatives must be strings".to_owned())
                    }
                })
                .collect::<Result<_, _>>()?,
            _ => return Err("a word of the pattern is a string or a list of some".into()),
        };
        pattern.push(alternatives);
    }
    if pattern.is_empty() {
        return Err("pattern must not be empty".into());
    }
    let rule = PrefixRule {
        pattern,
        decision: decision(given)?,
        justification: justification(given)?,
    };
    for (name, expected) in [("match", true), ("not_match", false)] {
        for example in list(given, name)? {
            let words = example_words(example)?;
            if rule.speaks_of(&words) != expected {
                let fits = if expected { "does not match" } else { "matches" };
                return Err(format!(
                    "the rule {fits} its example `{}`",
                    codex_shell::quote(&words)
                ));
            }
        }
    }
    book.rules.push(rule);
    Ok(())
}

fn example_words(example: &Value) -> Result<Vec<String>, String> {
    let words = match example {
        Value::Text(line) => {
            codex_shell::split(line).ok_or_else(|| format!("the example `{line}` is no command line"))?
        }
        Value::List(words) => words
            .iter()
            .map(|word| {
                if let Value::Text(word) = word {
                    Ok(word.clone())
                } else {
                    Err("examples are made of strings".to_owned())
                }
            })
            .collect::<Result<_, _>>()?,
        other => return Err(format!("an example is a string or a list, not {}", other.kind())),
    };
    if words.is_empty() {
        Err("an example must not be empty".into())
    } else {
        Ok(words)
    }
}

fn host_executable(given: &HashMap<&str, Value>, book: &mut RuleBook) -> Result<(), String> {
    let name = text(given, "name")?
        .filter(|name| !name.is_empty() && !name.contains('/'))
        .ok_or("name must be a bare program name")?;
    let mut paths = Vec::new();
    for path in list(given, "paths")? {
        match path {
            Value::Text(path) if path.starts_with('/') && path.rsplit('/').next() == Some(name) => {
                paths.push(path.clone())
            }
            _ => return Err(format!("paths must be absolute and end in `{name}`")),
        }
    }
    book.hosts.insert(name.to_owned(), paths);
    Ok(())
}

/// Checked and left: commands reach the network as a whole or not at all.
fn network_rule(given: &HashMap<&str, Value>) -> Result<(), String> {
    if text(given, "host")?.is_none_or(|host| host.trim().is_empty()) {
        return Err("host must not be empty".into());
    }
    match text(given, "protocol")? {
        Some("http" | "https" | "socks5_tcp" | "socks5_udp" | "https_connect" | "http-connect") => {}
        _ => return Err("protocol must be http, https, socks5_tcp or socks5_udp".into()),
    }
    match text(given, "decision")? {
        Some("allow" | "prompt" | "forbidden" | "deny") => {}
        other => return Err(format!("invalid decision: {}", other.unwrap_or_default())),
    }
    justification(given).map(drop)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::rules::SavedRules;

    fn book(text: &str) -> Result<RuleBook, Fault> {
        let mut book = RuleBook::empty(SavedRules::new(Path::new("/nowhere")));
        run(text, &mut book).map(|()| book)
    }

    /// Line and columns of the place that a file's fault names.
    fn place(text: &str) -> (u32, u32, u32) {
        let span = book(text).expect_err("a fault").span;
        (span.start.line, span.start.column, span.end.column)
    }

    fn forbids(book: &RuleBook, word: &str) -> Option<String> {
        let found = book.matches(&[word.to_owned()], &|_| false).pop()?;
        (found.decision == Decision::Forbidden).then(|| found.justification.unwrap_or_default())
    }

    #[test]
    fn a_comprehension_makes_a_rule_for_each() {
        let book = book(
            "names = [\"rm\", \"mv\"]\n[prefix_rule(pattern=[n], decision=\"forbidden\", justification=\"no \" + n) for n in names if n != \"x\"]\n",
        )
        .expect("rules");
        assert_eq!(forbids(&book, "mv").as_deref(), Some("no mv"));
        assert_eq!(forbids(&book, "cp"), None);
    }

    #[test]
    fn brackets_may_span_lines_and_comments_stand_anywhere() {
        let text = "# first\nprefix_rule(  # then\n    [\n        \"rm\",\n        [\"-r\", '-f'],\n    ],\n    \"forbidden\",\n)\n";
        let book = book(text).expect("rules");
        let words = ["rm", "-f", "x"].map(str::to_owned);
        assert_eq!(book.matches(&words, &|_| false).len(), 1);
    }

    #[test]
    fn a_fault_names_the_call_or_the_place_of_the_syntax_error() {
        assert_eq!(
            place("# c\nprefix_rule(pattern=[], decision=\"allow\")\n"),
            (2, 1, 42)
        );
        assert_eq!(
            place("prefix_rule(pattern=[\"touch\"], not_match=[\"touch x\"])\n"),
            (1, 1, 54)
        );
        assert_eq!(place("no_such_rule()\n"), (1, 1, 13));
        assert_eq!(place("prefix_rule(pattern=[\"touch\"]\n"), (2, 1, 1));
    }

    #[test]
    fn examples_are_checked_when_a_rule_is_read() {
        assert!(book("prefix_rule([\"git\", \"push\"], match=[\"git push x\", [\"git\", \"push\"]], not_match=[\"git pull\"])\n").is_ok());
        assert!(book("prefix_rule([\"git\"], match=[\"ls\"])\n").is_err());
        assert!(book("prefix_rule([\"git\"], justification=\" \")\n").is_err());
    }

    #[test]
    fn values_cannot_grow_without_end() {
        for text in [
            format!("x = \"{}\"\n{}", "a".repeat(1000), "x = x + x\n".repeat(40)),
            format!("x = [1]\n{}", "x = x + x\n".repeat(40)),
            format!("x = \"aa\"\n{}", "x = x.replace(\"a\", x)\n".repeat(40)),
            format!("x = \"{}\"\ny = x.replace(\"a\", x)\n", "a".repeat(200_000)),
            format!("x = \"{0}\"\ny = x.join(x.split(\"a\"))\n", "a".repeat(200_000)),
            format!("x = [1]\n{}", "x = [x, x]\n".repeat(40)),
            format!("x = \"a%sa%s\"\n{}", "x = x % [x, x]\n".repeat(40)),
        ] {
            assert!(book(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_long_chain_of_what_is_allowed_is_evaluated() {
        assert!(book(&format!("x = 1{}\n", " + 1".repeat(190))).is_ok());
        assert!(book(&format!("x = \"a\"{}\n", ".strip()".repeat(90))).is_ok());
    }

    #[test]
    fn a_file_can_neither_nest_nor_run_without_end() {
        assert!(book(&format!("x = {}1{}\n", "[".repeat(500), "]".repeat(500))).is_err());
        assert!(book(&format!("x = 1{}\n", " + 1".repeat(100_000))).is_err());
        assert!(book(&format!("x = a{}\n", "[0]".repeat(100_000))).is_err());
        assert!(book(&format!("x = f{}\n", "()".repeat(100_000))).is_err());
        assert!(book(&format!("x = \"a\"{}\n", ".strip()".repeat(100_000))).is_err());
        let brackets = (0..30).fold("1".to_owned(), |inner, _| {
            format!("({inner}{})", " or 1".repeat(12))
        });
        assert!(book(&format!("x = {brackets}\n")).is_err());
        let text = "a = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\nb = [0 for p in a for q in a for r in a for s in a for t in a for u in a for v in a]\n";
        assert!(book(text).is_err());
    }
}
