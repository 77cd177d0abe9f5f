//! Random well-typed expressions of the rule language.

use super::random::Random;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Integer,
    Decimal,
    Boolean,
    Date,
    Text,
    List,
}

/// A field with its side, its type and the tree whose nodes it holds.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    pub tree: Option<&'static str>,
}

/// An expression and how tightly it binds: or 1, and 2, not 3, comparison 4, sum 5, product 6, minus 7, atom 8.
type Written = (String, u8);

pub struct Writer<'a> {
    pub random: &'a mut Random,
    pub fields: &'a [Field],
}

impl Writer<'_> {
    pub fn of(&mut self, kind: Kind, depth: usize) -> Written {
        match kind {
            Kind::Integer => self.integer(depth),
            Kind::Decimal => self.decimal(depth),
            Kind::Boolean => self.condition(depth),
            Kind::Date => self.date(depth),
            Kind::Text => self.text(depth),
            Kind::List => self.field(Kind::List).unwrap_or_else(|| unreachable!("every side has a list")),
        }
    }

    /// In parentheses where it binds less tightly than is needed, and now and then without need.
    fn at_least(&mut self, (text, binding): Written, least: u8) -> String {
        if binding < least || self.random.percent(8) { format!("({text})") } else { text }
    }

    fn field(&mut self, kind: Kind) -> Option<Written> {
        let fitting: Vec<&Field> = self.fields.iter().filter(|field| field.kind == kind).collect();
        if fitting.is_empty() { None } else { Some((self.random.pick(&fitting).name.clone(), 8)) }
    }

    fn field_or(&mut self, kind: Kind, literal: &str) -> Written {
        self.field(kind).unwrap_or((literal.to_string(), 8))
    }

    fn number(&mut self, depth: usize) -> Written {
        if self.random.percent(65) { self.integer(depth) } else { self.decimal(depth) }
    }

    /// `if` and `coalesce` of any kind.
    fn choice(&mut self, kind: Kind, depth: usize) -> Written {
        let (a, b) = (self.of(kind, depth - 1).0, self.of(kind, depth - 1).0);
        if self.random.percent(50) {
            let condition = self.condition(depth - 1).0;
            (format!("if({condition}, {a}, {b})"), 8)
        } else if self.random.percent(70) {
            (format!("coalesce({a}, {b})"), 8)
        } else {
            (format!("coalesce({a}, {b}, {a})"), 8)
        }
    }

    fn binary(&mut self, left: Written, sign: &str, right: Written) -> Written {
        let binding = if sign == "+" || sign == "-" { 5 } else { 6 };
        let left = self.at_least(left, binding);
        let right = self.at_least(right, binding + 1);
        (format!("{left} {sign} {right}"), binding)
    }

    fn integer(&mut self, depth: usize) -> Written {
        match self.random.below(if depth == 0 { 4 } else { 9 }) {
            0 => (self.random.word(&["0", "1", "2", "3", "8", "16", "999999999999"]), 8),
            1..4 => self.field_or(Kind::Integer, "4"),
            4 | 5 => {
                let (left, right) = (self.integer(depth - 1), self.integer(depth - 1));
                let sign = self.random.word(&["+", "-", "*"]);
                self.binary(left, &sign, right)
            }
            6 => {
                let inner = self.integer(depth - 1);
                (format!("-{}", self.at_least(inner, 7)), 7)
            }
            7 => {
                let (from, to) = (self.date(depth - 1).0, self.date(depth - 1).0);
                (format!("days_between({from}, {to})"), 8)
            }
            _ => self.choice(Kind::Integer, depth),
        }
    }

    fn decimal(&mut self, depth: usize) -> Written {
        match self.random.below(if depth == 0 { 4 } else { 8 }) {
            0 => (self.random.word(&["0.5", "1.25", "3.0", "0.000000001", "999999999.999999999"]), 8),
            1..4 => self.field_or(Kind::Decimal, "2.5"),
            4 | 5 => {
                let (left, right) = (self.number(depth - 1), self.decimal(depth - 1));
                let sign = self.random.word(&["+", "-", "*", "/"]);
                self.binary(left, &sign, right)
            }
            6 => {
                let (left, right) = (self.number(depth - 1), self.number(depth - 1));
                self.binary(left, "/", right)
            }
            _ => self.choice(Kind::Decimal, depth),
        }
    }

    fn date(&mut self, depth: usize) -> Written {
        match self.random.below(if depth == 0 { 5 } else { 8 }) {
            0 => (self.random.word(&["2026-01-31", "2026-11-22", "2025-06-30"]), 8),
            1 => ("as_of".into(), 8),
            2..5 => self.field_or(Kind::Date, "2026-02-01"),
            5 | 6 => {
                let left = self.date(depth - 1);
                let left = self.at_least(left, 5);
                (format!("{left} {}", self.random.pick(&["+ 30", "- 90", "+ 1", "- 0"])), 5)
            }
            _ => self.choice(Kind::Date, depth),
        }
    }

    fn text(&mut self, depth: usize) -> Written {
        match self.random.below(if depth == 0 { 5 } else { 7 }) {
            0 => (self.random.word(&["\"prod\"", "\"Acme\"", "\"p\"", "\"\"", "\"a \\\"b\\\" \\\\\"", "\"d1\"", "\"l0\""]), 8),
            1..5 => self.field_or(Kind::Text, "\"test\""),
            5 => (format!("lower({})", self.text(depth - 1).0), 8),
            _ => self.choice(Kind::Text, depth),
        }
    }

    fn comparison(&mut self, kind: Kind, depth: usize) -> Written {
        let (left, right) = match kind {
            Kind::Integer | Kind::Decimal => (self.number(depth), self.number(depth)),
            _ => (self.of(kind, depth), self.of(kind, depth)),
        };
        let (left, right) = (self.at_least(left, 5), self.at_least(right, 5));
        let signs: &[&str] = if kind == Kind::Boolean { &["=", "!="] } else { &["=", "=", "!=", "<", "<=", ">", ">="] };
        (format!("{left} {} {right}", self.random.pick(signs)), 4)
    }

    /// A field of a tree within another of that tree, or within a text, or a text within it.
    fn within(&mut self) -> Written {
        let nodes: Vec<Field> = self.fields.iter().filter(|field| field.tree.is_some()).cloned().collect();
        let one = self.random.pick(&nodes).clone();
        let same: Vec<&Field> = nodes.iter().filter(|field| field.tree == one.tree).collect();
        let other = self.random.pick(&same).name.clone();
        let literal = self.random.word(&["\"d1\"", "\"d0\"", "\"l0\"", "\"l1\"", "\"c0\"", "\"c9\"", "\"x\""]);
        match self.random.below(5) {
            0 => (format!("{} within {literal}", one.name), 4),
            1 => (format!("{literal} within {}", one.name), 4),
            _ => (format!("{} within {other}", one.name), 4),
        }
    }

    fn membership(&mut self, depth: usize) -> Written {
        let (left, list) = match self.random.below(3) {
            0 => (self.text(depth), "[\"prod\", \"test\", \"Acme\"]"),
            1 => (self.integer(depth), "[1, 2, -3, 16]"),
            _ => (self.date(depth), "[2026-01-31, 2026-11-22]"),
        };
        (format!("{} in {list}", self.at_least(left, 5)), 4)
    }

    fn null_test(&mut self, depth: usize) -> Written {
        let kind = *self.random.pick(&[Kind::Integer, Kind::Decimal, Kind::Boolean, Kind::Date, Kind::Text, Kind::List]);
        let inner = if depth == 0 { self.field(kind).unwrap_or(("1".into(), 8)) } else { self.of(kind, depth - 1) };
        (format!("{} {}", self.at_least(inner, 5), self.random.pick(&["is null", "is not null"])), 4)
    }

    pub fn condition(&mut self, depth: usize) -> Written {
        let kinds = [Kind::Integer, Kind::Text, Kind::Text, Kind::Date];
        let kind = *self.random.pick(&kinds);
        match self.random.below(if depth == 0 { 8 } else { 17 }) {
            0..3 => self.comparison(kind, 0),
            3 => self.within(),
            4 => self.membership(0),
            5 => self.null_test(0),
            6 => self.field_or(Kind::Boolean, "true"),
            7 => self.contained(),
            8 => self.comparison(kind, depth - 1),
            9 => self.comparison(Kind::Boolean, depth - 1),
            10 => self.membership(depth - 1),
            11 => {
                let (text, start) = (self.text(depth - 1).0, self.text(depth - 1).0);
                (format!("starts_with({text}, {start})"), 8)
            }
            12 => {
                let inner = self.condition(depth - 1);
                (format!("not {}", self.at_least(inner, 3)), 3)
            }
            13 => self.choice(Kind::Boolean, depth),
            14 => self.null_test(depth),
            15 => self.joined("and", 2, depth),
            _ => self.joined("or", 1, depth),
        }
    }

    fn joined(&mut self, word: &str, binding: u8, depth: usize) -> Written {
        let (left, right) = (self.condition(depth - 1), self.condition(depth - 1));
        let (left, right) = (self.at_least(left, binding), self.at_least(right, binding + 1));
        (format!("{left} {word} {right}"), binding)
    }

    fn contained(&mut self) -> Written {
        let list = self.of(Kind::List, 0).0;
        let word = self.random.word(&["\"hot\"", "\"cold\"", "\"observer\"", "\"blue\"", "\"department\""]);
        (format!("contains({list}, {word})"), 8)
    }
}
