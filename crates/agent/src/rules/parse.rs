//! The syntax of rules files: the part of Starlark that such files use — statements on lines of their own, made of
//! assignments and expressions (turns.md §19). Functions, loops and `load` are not part of it.

use super::lex::{Fault, Position, Span, Token, tokens};

/// An expression and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Expr {
    pub(super) span: Span,
    pub(super) kind: Kind,
    /// How many expressions lie within each other here, this one included.
    height: u32,
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

const KEYWORDS: [&str; 12] = [
    "and", "or", "not", "in", "if", "else", "for", "def", "load", "return", "lambda", "pass",
];
/// How deeply brackets and the like may nest: reading them must not overflow the stack.
const DEEPEST: u32 = 32;

/// How high an expression may be: evaluating and dropping it must not overflow the stack either. Operators, calls and
/// indices in a row make it higher without nesting.
const HIGHEST: u32 = 200;

impl Kind {
    /// The height of the highest expression in it.
    fn height(&self) -> u32 {
        let highest = |heights: &mut dyn Iterator<Item = &Expr>| heights.map(|e| e.height).max().unwrap_or(0);
        match self {
            Kind::None | Kind::Bool(_) | Kind::Int(_) | Kind::Text(_) | Kind::Name(_) => 0,
            Kind::List(items) => highest(&mut items.iter()),
            Kind::Comprehension { item, clauses } => {
                let clauses = clauses.iter().map(|clause| match clause {
                    Clause::For { source, .. } => source,
                    Clause::If(test) => test,
                });
                // Each clause is gone through within the one before it.
                highest(&mut clauses.clone().chain([&**item])) + clauses.count() as u32
            }
            Kind::Call { function, arguments } => {
                highest(&mut arguments.iter().map(|(_, value)| value).chain([&**function]))
            }
            Kind::Member { of, .. } | Kind::Not(of) | Kind::Negative(of) => of.height,
            Kind::Index { of, at } => of.height.max(at.height),
            Kind::Binary { left, right, .. } => left.height.max(right.height),
            Kind::Conditional {
                test,
                then,
                otherwise,
            } => highest(&mut [&**test, &**then, &**otherwise].into_iter()),
        }
    }
}

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

    /// An expression that begins at `start` and ends with the last token taken.
    fn expr(&self, start: Position, kind: Kind) -> Result<Expr, Fault> {
        let span = Span {
            start,
            end: self.end(),
        };
        let height = kind.height() + 1;
        if height > HIGHEST {
            return Err(Fault {
                span,
                message: "the expression is too long".into(),
            });
        }
        Ok(Expr { span, kind, height })
    }

    fn deeper(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth <= DEEPEST {
            return Ok(());
        }
        Err(Fault {
            span: self.span(),
            message: "expressions nest too deeply".into(),
        })
    }

    fn expression(&mut self) -> Result<Expr, Fault> {
        self.deeper()?;
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
            self.expr(start, kind)?
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
            self.deeper()?;
            let of = self.binary(level)?;
            self.depth -= 1;
            return self.expr(start, Kind::Not(Box::new(of)));
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
            left = self.expr(start, kind)?;
        }
    }

    fn unary(&mut self) -> Result<Expr, Fault> {
        let start = self.span().start;
        if self.take_sign("-") {
            self.deeper()?;
            let of = self.unary()?;
            self.depth -= 1;
            return self.expr(start, Kind::Negative(Box::new(of)));
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
            expr = self.expr(start, kind)?;
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
        self.expr(start, kind)
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
