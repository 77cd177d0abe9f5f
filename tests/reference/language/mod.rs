//! The rule language (§5.1, §5.2): text to tokens, tokens to a tree, the tree's type, its value for one pair.

pub mod evaluate;
pub mod syntax;
#[cfg(test)]
mod tests;
pub mod tokens;
pub mod types;

use super::values::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Consumption,
    License,
    User,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    Literal(Value),
    AsOf,
    Field(Side, String),
    Or(Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    /// `=`, `!=`, `<`, `<=`, `>`, `>=`.
    Compare(String, Box<Expr>, Box<Expr>),
    Within(Box<Expr>, Box<Expr>),
    In(Box<Expr>, Vec<Value>),
    /// With true for `is null`, false for `is not null`.
    IsNull(Box<Expr>, bool),
    /// `+`, `-`, `*`, `/`.
    Arithmetic(char, Box<Expr>, Box<Expr>),
    Negative(Box<Expr>),
    /// A function's name and its arguments.
    Call(String, Vec<Expr>),
}

impl Expr {
    /// All fields that the expression reads.
    pub fn fields(&self) -> Vec<(Side, String)> {
        match self {
            Expr::Literal(_) | Expr::AsOf => Vec::new(),
            Expr::Field(side, name) => vec![(*side, name.clone())],
            Expr::Not(x) | Expr::Negative(x) | Expr::In(x, _) | Expr::IsNull(x, _) => x.fields(),
            Expr::Or(a, b) | Expr::And(a, b) | Expr::Within(a, b) => [a.fields(), b.fields()].concat(),
            Expr::Compare(_, a, b) | Expr::Arithmetic(_, a, b) => [a.fields(), b.fields()].concat(),
            Expr::Call(_, arguments) => arguments.iter().flat_map(Expr::fields).collect(),
        }
    }

    /// §5.2: whether a license field is mentioned.
    pub fn mentions_license(&self) -> bool {
        self.fields().iter().any(|(side, _)| *side == Side::License)
    }
}
