//! From tokens to an [`Ast`] (contract §5.1): by recursive descent, one function a level of binding. Types are left to `check`.

use super::ast::{Ast, AstKind, Function, Literal};
use super::error::RuleError;
use super::expr::ArithOp;
use super::lexer::{KEYWORDS, Token, TokenKind, lex};
use super::schema::nearest;
use std::ops::Range;

/// How deep an expression may nest, so that hostile text cannot exhaust the stack of anybody who walks it by recursion.
/// A level takes about 10 KB of it in a debug build, of the 2 MB that a thread has.
pub const MAX_DEPTH: u32 = 100;

/// Parses one rule, or says what is wrong with it.
pub fn parse(text: &str) -> Result<Ast, Vec<RuleError>> {
    let lexed = lex(text);
    let mut parser = Parser { tokens: lexed.tokens, at: 0, depth: 0, errors: lexed.errors };
    if lexed.garbled {
        return Err(parser.errors);
    }
    let parsed = parser.rule();
    parser.errors.sort_by_key(|error| error.span.start);
    match parsed {
        Ok(ast) if parser.errors.is_empty() => Ok(ast),
        _ => Err(parser.errors),
    }
}

/// Parsing cannot go on; the reason is among the errors.
struct Stop;

type Parsed = Result<Ast, Stop>;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: u32,
    errors: Vec<RuleError>,
}

impl Parser {
    /// The token at hand. The last one is `End`, and is never passed.
    fn token(&self) -> &Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn span(&self) -> Range<usize> {
        self.token().span.clone()
    }

    /// Where the last token that was passed ends.
    fn end(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |last| self.tokens[last].span.end)
    }

    fn is(&self, kind: &TokenKind) -> bool {
        self.token().kind == *kind
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(&self.token().kind, TokenKind::Word(found) if found == word)
    }

    fn next_is_word(&self, word: &str) -> bool {
        matches!(self.tokens.get(self.at + 1), Some(Token { kind: TokenKind::Word(found), .. }) if found == word)
    }

    fn accept(&mut self, kind: &TokenKind) -> bool {
        let found = self.is(kind);
        self.at += usize::from(found);
        found
    }

    fn accept_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    /// Notes an error that does not keep the parser from going on.
    fn note(&mut self, message: impl Into<String>, span: Range<usize>, help: impl Into<String>) {
        self.errors.push(RuleError::new(message, span).help(help));
    }

    fn unexpected(&mut self, expected: &str) -> Stop {
        let message = format!("expected {expected}, found {}", describe(&self.token().kind));
        self.errors.push(RuleError::new(message, self.span()));
        Stop
    }

    fn require(&mut self, kind: &TokenKind, expected: &str) -> Result<(), Stop> {
        if self.accept(kind) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    /// An expression that began at byte `from` and ends with the token passed last.
    fn node(&mut self, kind: AstKind, from: usize) -> Parsed {
        let ast = Ast::new(kind, from..self.end());
        if ast.height > MAX_DEPTH { Err(self.too_deep(ast.span)) } else { Ok(ast) }
    }

    fn too_deep(&mut self, span: Range<usize>) -> Stop {
        let message = format!("this nests deeper than {MAX_DEPTH} levels");
        self.note(message, span, "a list of values is `x in [a, b]`; parts can be `[[set]]` fields of their own");
        Stop
    }

    /// Runs a part that may contain a whole expression again.
    fn nested(&mut self, part: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.depth >= MAX_DEPTH {
            return Err(self.too_deep(self.span()));
        }
        self.depth += 1;
        let parsed = part(self);
        self.depth -= 1;
        parsed
    }

    fn rule(&mut self) -> Parsed {
        if self.is(&TokenKind::End) {
            return Err(self.unexpected("an expression"));
        }
        let ast = self.or()?;
        if self.is(&TokenKind::End) { Ok(ast) } else { Err(self.trailing()) }
    }

    /// What follows a whole expression and does not belong there.
    fn trailing(&mut self) -> Stop {
        let span = self.span();
        if self.is_word("not") && (self.next_is_word("in") || self.next_is_word("within")) {
            self.note("`not` stands before the whole comparison", span, "write `not x in [a, b]`, `not x within y`");
            return Stop;
        }
        self.unexpected("an operator or the end of the rule")
    }

    fn or(&mut self) -> Parsed {
        let from = self.span().start;
        let first = self.and()?;
        if !self.is_word("or") {
            return Ok(first);
        }
        let mut operands = vec![first];
        while self.accept_word("or") {
            operands.push(self.and()?);
        }
        self.node(AstKind::Or(operands), from)
    }

    fn and(&mut self) -> Parsed {
        let from = self.span().start;
        let first = self.not()?;
        if !self.is_word("and") {
            return Ok(first);
        }
        let mut operands = vec![first];
        while self.accept_word("and") {
            operands.push(self.not()?);
        }
        self.node(AstKind::And(operands), from)
    }

    fn not(&mut self) -> Parsed {
        let from = self.span().start;
        if self.accept_word("not") {
            let operand = self.nested(Self::not)?;
            return self.node(AstKind::Not(Box::new(operand)), from);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed {
        let from = self.span().start;
        let left = self.sum()?;
        let kind = if let TokenKind::Compare(op) = self.token().kind {
            self.at += 1;
            let null = self.is_word("null").then(|| from..self.span().end);
            if let Some(span) = null {
                let meant = if op == super::expr::CompareOp::NotEqual { "x is not null" } else { "x is null" };
                self.at += 1;
                self.note("nothing compares with null", span, format!("write `{meant}`"));
                return Ok(left);
            }
            AstKind::Compare { op, left: Box::new(left), right: Box::new(self.sum()?) }
        } else if self.accept_word("within") {
            AstKind::Within { inner: Box::new(left), outer: Box::new(self.sum()?) }
        } else if self.accept_word("in") {
            AstKind::In { item: Box::new(left), list: self.list()? }
        } else if self.accept_word("is") {
            let negated = self.accept_word("not");
            if !self.accept_word("null") {
                return Err(self.unexpected(if negated { "`null` after `is not`" } else { "`null` or `not null` after `is`" }));
            }
            AstKind::IsNull { operand: Box::new(left), negated }
        } else {
            return Ok(left);
        };
        let ast = self.node(kind, from)?;
        let word = |word| self.is_word(word);
        if matches!(self.token().kind, TokenKind::Compare(_)) || word("within") || word("in") || word("is") {
            self.note("comparisons do not chain", self.span(), "join two comparisons with `and`, or put one in parentheses");
            return Err(Stop);
        }
        Ok(ast)
    }

    /// The literal list after `in`.
    fn list(&mut self) -> Result<Vec<(Literal, Range<usize>)>, Stop> {
        self.require(&TokenKind::OpenList, "`[` and a list of literals after `in`")?;
        let mut list = Vec::new();
        loop {
            let from = self.span().start;
            let negative = self.accept(&TokenKind::Minus);
            let literal = match self.literal() {
                Some(literal) if !negative => literal,
                Some(Literal::Integer(number)) => Literal::Integer(-number),
                Some(Literal::Decimal(number)) => Literal::Decimal(-number),
                other => {
                    self.at -= usize::from(other.is_some());
                    let expected = if negative { "a number" } else { "a literal: a number, a text, a date, true or false" };
                    return Err(self.unexpected(expected));
                }
            };
            list.push((literal, from..self.end()));
            if self.accept(&TokenKind::CloseList) {
                return Ok(list);
            }
            self.require(&TokenKind::Comma, "`,` or `]`")?;
        }
    }

    fn sum(&mut self) -> Parsed {
        let from = self.span().start;
        let mut left = self.product()?;
        loop {
            let op = match self.token().kind {
                TokenKind::Plus => ArithOp::Add,
                TokenKind::Minus => ArithOp::Subtract,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = Box::new(self.product()?);
            left = self.node(AstKind::Arith { op, left: Box::new(left), right }, from)?;
        }
    }

    fn product(&mut self) -> Parsed {
        let from = self.span().start;
        let mut left = self.unary()?;
        loop {
            let op = match self.token().kind {
                TokenKind::Star => ArithOp::Multiply,
                TokenKind::Slash => ArithOp::Divide,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = Box::new(self.unary()?);
            left = self.node(AstKind::Arith { op, left: Box::new(left), right }, from)?;
        }
    }

    fn unary(&mut self) -> Parsed {
        let from = self.span().start;
        if self.accept(&TokenKind::Minus) {
            let operand = self.nested(Self::unary)?;
            return self.node(AstKind::Negate(Box::new(operand)), from);
        }
        self.primary()
    }

    fn primary(&mut self) -> Parsed {
        let from = self.span().start;
        if let Some(literal) = self.literal() {
            return self.node(AstKind::Literal(literal), from);
        }
        if self.accept(&TokenKind::Open) {
            let mut inner = self.nested(Self::or)?;
            self.require(&TokenKind::Close, "`)` or an operator")?;
            inner.span = from..self.end();
            return Ok(inner);
        }
        match self.token().kind.clone() {
            TokenKind::Field { side, name } => {
                self.at += 1;
                self.node(AstKind::Field { side, name }, from)
            }
            TokenKind::Word(word) => self.word(&word),
            _ => Err(self.unexpected("a field, a literal, a function or `(`")),
        }
    }

    fn literal(&mut self) -> Option<Literal> {
        let literal = match &self.token().kind {
            TokenKind::Text(text) => Literal::Text(text.clone()),
            TokenKind::Integer(number) => Literal::Integer(*number),
            TokenKind::Decimal(number) => Literal::Decimal(*number),
            TokenKind::Date(day) => Literal::Date(*day),
            TokenKind::Word(word) if word == "true" => Literal::Boolean(true),
            TokenKind::Word(word) if word == "false" => Literal::Boolean(false),
            _ => return None,
        };
        self.at += 1;
        Some(literal)
    }

    /// A word that is no literal: `as_of`, a function, or a mistake.
    fn word(&mut self, word: &str) -> Parsed {
        let span = self.span();
        if self.accept_word("as_of") {
            return self.node(AstKind::AsOf, span.start);
        }
        let called = self.tokens.get(self.at + 1).is_some_and(|next| next.kind == TokenKind::Open);
        match Function::parse(word) {
            Some(function) if called => return self.call(function),
            Some(function) => self.note(format!("`{word}` is a function"), span, format!("write `{}`", function.usage())),
            None if word == "null" => self.note("there is no literal `null`", span, "write `x is null` or `x is not null`"),
            None if word == "not" => self.note("`not` stands before a whole comparison", span, "put `not …` in parentheses"),
            None if KEYWORDS.contains(&word) => return Err(self.unexpected("a field, a literal, a function or `(`")),
            None if called => self.note(format!("there is no function `{word}`"), span, function_help(word)),
            None => {
                let help = format!("a field is `consumption.{word}` or `license.{word}`, a text is \"{word}\" in double quotes");
                self.note(format!("unknown word `{word}`"), span, help);
            }
        }
        Err(Stop)
    }

    fn call(&mut self, function: Function) -> Parsed {
        let from = self.span().start;
        self.at += 2;
        let mut arguments = Vec::new();
        if !self.accept(&TokenKind::Close) {
            loop {
                arguments.push(self.nested(Self::or)?);
                if self.accept(&TokenKind::Close) {
                    break;
                }
                self.require(&TokenKind::Comma, "`,`, `)` or an operator")?;
            }
        }
        if !function.takes(arguments.len()) {
            let message = format!("`{}` does not take {} arguments", function.word(), arguments.len());
            self.note(message, from..self.end(), format!("write `{}`", function.usage()));
        }
        self.node(AstKind::Call { function, arguments }, from)
    }
}

fn function_help(word: &str) -> String {
    let known = Function::ALL.map(Function::word);
    let list = known.join(", ");
    match nearest(word, known) {
        Some(meant) => format!("did you mean `{meant}`? There are {list}"),
        None => format!("there are {list}"),
    }
}

fn describe(kind: &TokenKind) -> String {
    match kind {
        TokenKind::Word(word) => format!("`{word}`"),
        TokenKind::Field { side, name } => format!("`{}.{name}`", side.word()),
        TokenKind::Text(text) => format!("the text \"{text}\""),
        TokenKind::Integer(_) | TokenKind::Decimal(_) => "a number".to_owned(),
        TokenKind::Date(_) => "a date".to_owned(),
        TokenKind::Compare(op) => format!("`{}`", op.sign()),
        TokenKind::Plus => "`+`".to_owned(),
        TokenKind::Minus => "`-`".to_owned(),
        TokenKind::Star => "`*`".to_owned(),
        TokenKind::Slash => "`/`".to_owned(),
        TokenKind::Open => "`(`".to_owned(),
        TokenKind::Close => "`)`".to_owned(),
        TokenKind::OpenList => "`[`".to_owned(),
        TokenKind::CloseList => "`]`".to_owned(),
        TokenKind::Comma => "`,`".to_owned(),
        TokenKind::End => "the end of the rule".to_owned(),
    }
}
