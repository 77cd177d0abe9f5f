//! The parser of the rule language (§5.1): `or`, `and`, `not`, comparisons, `+ -`, `* /`, unary minus, parentheses.

use super::super::values::Value;
use super::tokens::{Token, tokens};
use super::{Expr, Side};

const COMPARISONS: [&str; 6] = ["=", "!=", "<", "<=", ">", ">="];
const FUNCTIONS: [&str; 6] = ["if", "coalesce", "lower", "starts_with", "contains", "days_between"];

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

type Parsed = Result<Expr, String>;

/// The tree of a rule.
pub fn parse(text: &str) -> Parsed {
    let mut parser = Parser { tokens: tokens(text)?, at: 0 };
    let expr = parser.disjunction()?;
    match parser.peek() {
        None => Ok(expr),
        Some(token) => Err(format!("unexpected {token:?}")),
    }
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self) -> Result<Token, String> {
        let token = self.peek().cloned().ok_or("the rule ends too early")?;
        self.at += 1;
        Ok(token)
    }

    fn accept(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str) -> bool {
        self.accept(&Token::Word(word.into()))
    }

    fn sign(&mut self, sign: &str) -> bool {
        self.accept(&Token::Sign(sign.into()))
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.sign(sign) { Ok(()) } else { Err(format!("expected {sign}, found {:?}", self.peek())) }
    }

    fn disjunction(&mut self) -> Parsed {
        let mut left = self.conjunction()?;
        while self.word("or") {
            left = Expr::Or(Box::new(left), Box::new(self.conjunction()?));
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Parsed {
        let mut left = self.negation()?;
        while self.word("and") {
            left = Expr::And(Box::new(left), Box::new(self.negation()?));
        }
        Ok(left)
    }

    fn negation(&mut self) -> Parsed {
        if self.word("not") { Ok(Expr::Not(Box::new(self.negation()?))) } else { self.comparison() }
    }

    /// Comparisons do not chain.
    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        for sign in COMPARISONS {
            if self.sign(sign) {
                return Ok(Expr::Compare(sign.into(), Box::new(left), Box::new(self.sum()?)));
            }
        }
        if self.word("within") {
            return Ok(Expr::Within(Box::new(left), Box::new(self.sum()?)));
        }
        if self.word("in") {
            return Ok(Expr::In(Box::new(left), self.literals()?));
        }
        if self.word("is") {
            let null = !self.word("not");
            return if self.word("null") { Ok(Expr::IsNull(Box::new(left), null)) } else { Err("expected null".into()) };
        }
        Ok(left)
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        loop {
            let sign = if self.sign("+") {
                '+'
            } else if self.sign("-") {
                '-'
            } else {
                return Ok(left);
            };
            left = Expr::Arithmetic(sign, Box::new(left), Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.unary()?;
        loop {
            let sign = if self.sign("*") {
                '*'
            } else if self.sign("/") {
                '/'
            } else {
                return Ok(left);
            };
            left = Expr::Arithmetic(sign, Box::new(left), Box::new(self.unary()?));
        }
    }

    fn unary(&mut self) -> Parsed {
        if self.sign("-") { Ok(Expr::Negative(Box::new(self.unary()?))) } else { self.primary() }
    }

    fn primary(&mut self) -> Parsed {
        match self.take()? {
            Token::Literal(value) => Ok(Expr::Literal(value)),
            Token::Sign(sign) if sign == "(" => {
                let inner = self.disjunction()?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Sign(sign) => Err(format!("unexpected {sign}")),
            Token::Word(word) => self.named(&word),
        }
    }

    fn named(&mut self, word: &str) -> Parsed {
        match word {
            "true" => Ok(Expr::Literal(Value::Bool(true))),
            "false" => Ok(Expr::Literal(Value::Bool(false))),
            "as_of" => Ok(Expr::AsOf),
            "consumption" => self.field(Side::Consumption),
            "license" => self.field(Side::License),
            "user" => self.field(Side::User),
            function if FUNCTIONS.contains(&function) => {
                self.expect("(")?;
                let mut arguments = vec![self.disjunction()?];
                while self.sign(",") {
                    arguments.push(self.disjunction()?);
                }
                self.expect(")")?;
                Ok(Expr::Call(function.into(), arguments))
            }
            other => Err(format!("unexpected {other}")),
        }
    }

    fn field(&mut self, side: Side) -> Parsed {
        self.expect(".")?;
        match self.take()? {
            Token::Word(name) => Ok(Expr::Field(side, name)),
            other => Err(format!("expected a field, found {other:?}")),
        }
    }

    /// `in` takes a literal list.
    fn literals(&mut self) -> Result<Vec<Value>, String> {
        self.expect("[")?;
        let mut values = vec![self.literal()?];
        while self.sign(",") {
            values.push(self.literal()?);
        }
        self.expect("]")?;
        Ok(values)
    }

    fn literal(&mut self) -> Result<Value, String> {
        match self.unary()? {
            Expr::Literal(value) => Ok(value),
            Expr::Negative(inner) => match *inner {
                Expr::Literal(Value::Int(number)) => Ok(Value::Int(-number)),
                Expr::Literal(Value::Dec(number)) => Ok(Value::Dec(-number)),
                _ => Err("expected a literal".into()),
            },
            _ => Err("expected a literal".into()),
        }
    }
}
