//! The syntax of rules files: the part of Starlark that such files use — statements on lines of their own, made of
//! assignments and expressions (turns.md §19). Functions, loops and `load` are not part of it.

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

/// An expression and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Expr {
    pub(super) span: Span,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    None,
    Bool(bool),
    Int(i64),
    Text(String),
    Name(String),
    List(Vec<Expr>),
    /// `[item for names in source if ...]`
    Comprehension {
        item: Box<Expr>,
        clauses: Vec<Clause>,
    },
    Call {
        function: Box<Expr>,
        arguments: Vec<(Option<String>, Expr)>,
    },
    Member {
        of: Box<Expr>,
        name: String,
    },
    Index {
        of: Box<Expr>,
        at: Box<Expr>,
    },
    Not(Box<Expr>),
    Negative(Box<Expr>),
    Binary {
        operator: &'static str,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Conditional {
        test: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
}

#[derive(Debug, Clone)]
pub(super) enum Clause {
    For { names: Vec<String>, source: Expr },
    If(Expr),
}

/// One statement.
#[derive(Debug, Clone)]
pub(super) enum Statement {
    Assign { name: String, value: Expr },
    Expression(Expr),
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
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
const KEYWORDS: [&str; 12] = [
    "and", "or", "not", "in", "if", "else", "for", "def", "load", "return", "lambda", "pass",
];
/// How deeply expressions may nest: a file must not overflow the stack.
const DEEPEST: u32 = 100;

/// Reads a file into statements.
pub(super) fn parse(text: &str) -> Result<Vec<Statement>, Fault> {
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
    };
    let mut statements = Vec::new();
    loop {
        while parser.take(&Token::NewLine) || parser.take_sign(";") {}
        if parser.peek() == &Token::End {
            return Ok(statements);
        }
        statements.push(parser.statement()?);
        if !(parser.take(&Token::NewLine) || parser.take_sign(";") || parser.peek() == &Token::End) {
            return Err(parser.unexpected("the end of the line"));
        }
    }
}

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

fn tokens(text: &str) -> Result<Vec<(Token, Span)>, Fault> {
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

struct Parser {
    tokens: Vec<(Token, Span)>,
    at: usize,
    depth: u32,
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Span {
        self.tokens[self.at].1
    }

    /// Where the last token taken ends.
    fn end(&self) -> Position {
        self.tokens[self.at.saturating_sub(1)].1.end
    }

    fn advance(&mut self) -> Token {
        let token = self.tokens[self.at].0.clone();
        // The last token is the end, which stays.
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
        token
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.peek() == token;
        if found {
            self.advance();
        }
        found
    }

    fn take_sign(&mut self, sign: &'static str) -> bool {
        self.take(&Token::Sign(sign))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Word(w) if w == word);
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), Fault> {
        if self.take_sign(sign) {
            Ok(())
        } else {
            Err(self.unexpected(&format!("`{sign}`")))
        }
    }

    fn unexpected(&self, wanted: &str) -> Fault {
        let found = match self.peek() {
            Token::End => "end of file".to_owned(),
            Token::NewLine => "end of line".to_owned(),
            Token::Word(word) => format!("`{word}`"),
            Token::Sign(sign) => format!("`{sign}`"),
            Token::Int(n) => format!("`{n}`"),
            Token::Text(_) => "a string".to_owned(),
        };
        Fault {
            span: Span {
                start: self.span().start,
                end: self.span().start,
            },
            message: format!("unexpected {found}, expected {wanted}"),
        }
    }

    fn name(&mut self) -> Result<String, Fault> {
        match self.peek().clone() {
            Token::Word(word) if !KEYWORDS.contains(&word.as_str()) => {
                self.advance();
                Ok(word)
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    fn statement(&mut self) -> Result<Statement, Fault> {
        let assigns = matches!(
            (self.peek(), self.tokens.get(self.at + 1)),
            (Token::Word(_), Some((Token::Sign("="), _)))
        );
        if assigns {
            let name = self.name()?;
            self.advance();
            return Ok(Statement::Assign {
                name,
                value: self.expression()?,
            });
        }
        Ok(Statement::Expression(self.expression()?))
    }

    fn expression(&mut self) -> Result<Expr, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Fault {
                span: self.span(),
                message: "expressions nest too deeply".into(),
            });
        }
        let start = self.span().start;
        let then = self.binary(0)?;
        let result = if self.take_word("if") {
            let test = self.binary(0)?;
            if !self.take_word("else") {
                return Err(self.unexpected("`else`"));
            }
            let otherwise = self.expression()?;
            let kind = Kind::Conditional {
                test: Box::new(test),
                then: Box::new(then),
                otherwise: Box::new(otherwise),
            };
            Expr {
                span: Span {
                    start,
                    end: self.end(),
                },
                kind,
            }
        } else {
            then
        };
        self.depth -= 1;
        Ok(result)
    }

    /// Operators by how tightly they bind.
    fn binary(&mut self, level: usize) -> Result<Expr, Fault> {
        const LEVELS: [&[&str]; 5] = [
            &["or"],
            &["and"],
            &["==", "!=", "<", ">", "<=", ">=", "in", "not in"],
            &["+", "-"],
            &["%", "*"],
        ];
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        let start = self.span().start;
        if level == 2 && matches!(self.peek(), Token::Word(w) if w == "not") {
            self.advance();
            let of = self.binary(level)?;
            return Ok(Expr {
                span: Span {
                    start,
                    end: self.end(),
                },
                kind: Kind::Not(Box::new(of)),
            });
        }
        let mut left = self.binary(level + 1)?;
        loop {
            let found = operators.iter().copied().find(|operator| match self.peek() {
                Token::Sign(sign) => sign == operator,
                Token::Word(word) if word == "not" => {
                    *operator == "not in"
                        && matches!(self.tokens.get(self.at + 1), Some((Token::Word(w), _)) if w == "in")
                }
                Token::Word(word) => word == operator,
                _ => false,
            });
            let Some(operator) = found else { return Ok(left) };
            self.advance();
            if operator == "not in" {
                self.advance();
            }
            let right = self.binary(level + 1)?;
            let kind = Kind::Binary {
                operator,
                left: Box::new(left),
                right: Box::new(right),
            };
            left = Expr {
                span: Span {
                    start,
                    end: self.end(),
                },
                kind,
            };
        }
    }

    fn unary(&mut self) -> Result<Expr, Fault> {
        let start = self.span().start;
        if self.take_sign("-") {
            let of = self.unary()?;
            return Ok(Expr {
                span: Span {
                    start,
                    end: self.end(),
                },
                kind: Kind::Negative(Box::new(of)),
            });
        }
        let mut expr = self.atom()?;
        loop {
            let kind = if self.take_sign("(") {
                Kind::Call {
                    function: Box::new(expr),
                    arguments: self.arguments()?,
                }
            } else if self.take_sign(".") {
                Kind::Member {
                    of: Box::new(expr),
                    name: self.name()?,
                }
            } else if self.take_sign("[") {
                let at = self.expression()?;
                self.expect("]")?;
                Kind::Index {
                    of: Box::new(expr),
                    at: Box::new(at),
                }
            } else {
                return Ok(expr);
            };
            expr = Expr {
                span: Span {
                    start,
                    end: self.end(),
                },
                kind,
            };
        }
    }

    fn arguments(&mut self) -> Result<Vec<(Option<String>, Expr)>, Fault> {
        let mut arguments = Vec::new();
        while !self.take_sign(")") {
            let named = matches!(
                (self.peek(), self.tokens.get(self.at + 1)),
                (Token::Word(_), Some((Token::Sign("="), _)))
            );
            let name = if named {
                let name = self.name()?;
                self.advance();
                Some(name)
            } else {
                None
            };
            arguments.push((name, self.expression()?));
            if !self.take_sign(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(arguments)
    }

    fn atom(&mut self) -> Result<Expr, Fault> {
        let start = self.span().start;
        let kind = match self.peek().clone() {
            Token::Int(n) => {
                self.advance();
                Kind::Int(n)
            }
            Token::Text(text) => {
                self.advance();
                Kind::Text(text)
            }
            Token::Sign("(") => {
                self.advance();
                let mut items = Vec::new();
                let mut tuple = false;
                while !self.take_sign(")") {
                    items.push(self.expression()?);
                    if self.take_sign(",") {
                        tuple = true;
                    } else {
                        self.expect(")")?;
                        break;
                    }
                }
                match items.pop() {
                    Some(only) if !tuple && items.is_empty() => only.kind,
                    last => {
                        items.extend(last);
                        Kind::List(items)
                    }
                }
            }
            Token::Sign("[") => {
                self.advance();
                self.list()?
            }
            Token::Word(word) => match word.as_str() {
                "True" | "False" => {
                    self.advance();
                    Kind::Bool(word == "True")
                }
                "None" => {
                    self.advance();
                    Kind::None
                }
                _ => Kind::Name(self.name()?),
            },
            _ => return Err(self.unexpected("an expression")),
        };
        Ok(Expr {
            span: Span {
                start,
                end: self.end(),
            },
            kind,
        })
    }

    /// A list or a comprehension, behind its bracket.
    fn list(&mut self) -> Result<Kind, Fault> {
        if self.take_sign("]") {
            return Ok(Kind::List(Vec::new()));
        }
        let first = self.expression()?;
        let mut clauses = Vec::new();
        loop {
            if self.take_word("for") {
                let mut names = vec![self.name()?];
                while self.take_sign(",") {
                    names.push(self.name()?);
                }
                if !self.take_word("in") {
                    return Err(self.unexpected("`in`"));
                }
                clauses.push(Clause::For {
                    names,
                    source: self.binary(0)?,
                });
            } else if !clauses.is_empty() && self.take_word("if") {
                clauses.push(Clause::If(self.binary(0)?));
            } else {
                break;
            }
        }
        if !clauses.is_empty() {
            self.expect("]")?;
            return Ok(Kind::Comprehension {
                item: Box::new(first),
                clauses,
            });
        }
        let mut items = vec![first];
        while self.take_sign(",") {
            if self.peek() == &Token::Sign("]") {
                break;
            }
            items.push(self.expression()?);
        }
        self.expect("]")?;
        Ok(Kind::List(items))
    }
}
