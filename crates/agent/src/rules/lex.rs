//! The words and signs of rules files.

/// A place in a file, 1-based; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

/// From a first character to behind the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first character.
    pub start: Position,
    /// Behind the last.
    pub end: Position,
}

/// What is wrong, and where.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub(super) span: Span,
    pub(super) message: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Word(String),
    Int(i64),
    Text(String),
    Sign(&'static str),
    NewLine,
    End,
}

const SIGNS: [&str; 21] = [
    "==", "!=", "<=", ">=", "+=", "(", ")", "[", "]", "{", "}", ",", "=", ".", ":", ";", "+", "-", "%", "*",
    "<",
];
/// Characters with their places.
struct Lexer<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    at: Position,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        if c == '\n' {
            self.at = Position {
                line: self.at.line + 1,
                column: 1,
            };
        } else {
            self.at.column += 1;
        }
        Some(c)
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().copied()
    }

    fn fault(&self, message: impl Into<String>) -> Fault {
        Fault {
            span: Span {
                start: self.at,
                end: self.at,
            },
            message: message.into(),
        }
    }
}

/// The words and signs of a file, with their places; line breaks within brackets don't count.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Span)>, Fault> {
    let mut lexer = Lexer {
        rest: text.chars().peekable(),
        at: Position { line: 1, column: 1 },
    };
    let mut out: Vec<(Token, Span)> = Vec::new();
    let mut open = 0u32;
    while let Some(c) = lexer.peek() {
        let start = lexer.at;
        let token = match c {
            ' ' | '\t' | '\r' => {
                lexer.next();
                continue;
            }
            '#' => {
                while lexer.peek().is_some_and(|c| c != '\n') {
                    lexer.next();
                }
                continue;
            }
            '\\' => {
                lexer.next();
                if lexer.next() != Some('\n') {
                    return Err(lexer.fault("unexpected `\\`"));
                }
                continue;
            }
            '\n' => {
                lexer.next();
                if open > 0 {
                    continue;
                }
                Token::NewLine
            }
            '"' | '\'' => Token::Text(string(&mut lexer, c)?),
            '0'..='9' => {
                let mut digits = String::new();
                while let Some(d) = lexer.peek().filter(char::is_ascii_digit) {
                    digits.push(d);
                    lexer.next();
                }
                Token::Int(digits.parse().map_err(|_| lexer.fault("number too large"))?)
            }
            c if c.is_alphabetic() || c == '_' => {
                let mut word = String::new();
                while let Some(w) = lexer.peek().filter(|w| w.is_alphanumeric() || *w == '_') {
                    word.push(w);
                    lexer.next();
                }
                Token::Word(word)
            }
            c => {
                lexer.next();
                let two: String = [Some(c), lexer.peek()].into_iter().flatten().collect();
                let sign = if let Some(sign) = SIGNS.iter().find(|sign| **sign == two && sign.len() == 2) {
                    lexer.next();
                    *sign
                } else if c == '>' {
                    ">"
                } else {
                    let one = c.to_string();
                    let sign = SIGNS.iter().find(|sign| **sign == one);
                    sign.ok_or_else(|| Fault {
                        span: Span { start, end: start },
                        message: format!("unexpected `{c}`"),
                    })?
                };
                match sign {
                    "(" | "[" | "{" => open += 1,
                    ")" | "]" | "}" => open = open.saturating_sub(1),
                    _ => {}
                }
                Token::Sign(sign)
            }
        };
        out.push((token, Span { start, end: lexer.at }));
    }
    out.push((
        Token::End,
        Span {
            start: lexer.at,
            end: lexer.at,
        },
    ));
    Ok(out)
}

fn string(lexer: &mut Lexer<'_>, quote: char) -> Result<String, Fault> {
    lexer.next();
    let mut triple = false;
    if lexer.peek() == Some(quote) {
        lexer.next();
        if lexer.peek() != Some(quote) {
            return Ok(String::new());
        }
        lexer.next();
        triple = true;
    }
    let mut out = String::new();
    let mut quotes = 0;
    loop {
        let Some(c) = lexer.next() else {
            return Err(lexer.fault("unfinished string literal"));
        };
        if c == quote {
            quotes += 1;
            if !triple || quotes == 3 {
                return Ok(out);
            }
            continue;
        }
        out.extend(std::iter::repeat_n(quote, quotes));
        quotes = 0;
        match c {
            '\\' => match lexer.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('\n') => {}
                Some(c @ ('\\' | '"' | '\'')) => out.push(c),
                Some(c) => out.extend(['\\', c]),
                None => return Err(lexer.fault("unfinished string literal")),
            },
            '\n' if !triple => return Err(lexer.fault("unfinished string literal")),
            c => out.push(c),
        }
    }
}
