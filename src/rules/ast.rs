//! A rule as written: names and literals with their places, no types yet. Made by `parser`, given types by `check`.

use super::expr::{ArithOp, CompareOp, Side};
use crate::model::decimal::Scaled;
use std::ops::Range;

/// One expression and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Ast {
    pub kind: AstKind,
    /// Bytes of the rule's text, parentheses included.
    pub span: Range<usize>,
    /// 1 for a leaf, else one more than its highest child. `parser` bounds it, so that every walk may recurse.
    pub(super) height: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub enum AstKind {
    Literal(Literal),
    AsOf,
    Field {
        side: Side,
        name: String,
    },
    Or(Vec<Ast>),
    And(Vec<Ast>),
    Not(Box<Ast>),
    Compare {
        op: CompareOp,
        left: Box<Ast>,
        right: Box<Ast>,
    },
    Within {
        inner: Box<Ast>,
        outer: Box<Ast>,
    },
    In {
        item: Box<Ast>,
        list: Vec<(Literal, Range<usize>)>,
    },
    IsNull {
        operand: Box<Ast>,
        negated: bool,
    },
    Arith {
        op: ArithOp,
        left: Box<Ast>,
        right: Box<Ast>,
    },
    Negate(Box<Ast>),
    /// As many arguments as the function takes: `parser` has counted them.
    Call {
        function: Function,
        arguments: Vec<Ast>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    Text(String),
    Integer(i64),
    Decimal(Scaled),
    Boolean(bool),
    /// Days, as in `model::date`.
    Date(i32),
}

/// The functions of contract §5.1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Function {
    If,
    Coalesce,
    Lower,
    StartsWith,
    Contains,
    DaysBetween,
}

impl Function {
    pub const ALL: [Function; 6] =
        [Function::If, Function::Coalesce, Function::Lower, Function::StartsWith, Function::Contains, Function::DaysBetween];

    pub fn word(self) -> &'static str {
        match self {
            Function::If => "if",
            Function::Coalesce => "coalesce",
            Function::Lower => "lower",
            Function::StartsWith => "starts_with",
            Function::Contains => "contains",
            Function::DaysBetween => "days_between",
        }
    }

    /// How it is called.
    pub fn usage(self) -> &'static str {
        match self {
            Function::If => "if(condition, a, b)",
            Function::Coalesce => "coalesce(a, b, …)",
            Function::Lower => "lower(text)",
            Function::StartsWith => "starts_with(text, prefix)",
            Function::Contains => "contains(list, text)",
            Function::DaysBetween => "days_between(from, to)",
        }
    }

    pub fn takes(self, arguments: usize) -> bool {
        match self {
            Function::If => arguments == 3,
            Function::Coalesce => arguments >= 2,
            Function::Lower => arguments == 1,
            Function::StartsWith | Function::Contains | Function::DaysBetween => arguments == 2,
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.word() == word)
    }
}

impl Ast {
    pub(super) fn new(kind: AstKind, span: Range<usize>) -> Self {
        let mut node = Self { kind, span, height: 0 };
        let mut highest = 0;
        node.for_each_child(|child| highest = highest.max(child.height));
        node.height = highest + 1;
        node
    }

    /// Calls `visit` with each direct child.
    pub fn for_each_child<'a>(&'a self, mut visit: impl FnMut(&'a Ast)) {
        match &self.kind {
            AstKind::Literal(_) | AstKind::AsOf | AstKind::Field { .. } => {}
            AstKind::Or(operands) | AstKind::And(operands) | AstKind::Call { arguments: operands, .. } => operands.iter().for_each(visit),
            AstKind::Not(operand) | AstKind::Negate(operand) | AstKind::In { item: operand, .. } | AstKind::IsNull { operand, .. } => {
                visit(operand);
            }
            AstKind::Compare { left, right, .. } | AstKind::Arith { left, right, .. } | AstKind::Within { inner: left, outer: right } => {
                visit(left);
                visit(right);
            }
        }
    }

    /// Calls `visit` with this expression and every one in it, those before their children.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Ast)) {
        visit(self);
        self.for_each_child(|child| child.walk(visit));
    }

    /// Whether it is the literal `true`, by which a requirement is switched off (contract §5.3).
    pub fn is_true(&self) -> bool {
        self.kind == AstKind::Literal(Literal::Boolean(true))
    }

    /// Whether it calls `lower`, which needs the lower-case forms of all texts.
    pub fn uses_lower(&self) -> bool {
        let mut found = false;
        self.walk(&mut |node| found |= matches!(node.kind, AstKind::Call { function: Function::Lower, .. }));
        found
    }

    /// The fields that it names, in the order of writing, as often as they stand there.
    pub fn fields(&self) -> Vec<(Side, &str)> {
        let mut fields = Vec::new();
        self.walk(&mut |node| {
            if let AstKind::Field { side, name } = &node.kind {
                fields.push((*side, name.as_str()));
            }
        });
        fields
    }
}

/// Every text literal of a rule: to be interned before the texts are frozen, so that `check` finds their codes.
pub fn text_literals(ast: &Ast) -> impl Iterator<Item = &str> {
    let mut texts = Vec::new();
    ast.walk(&mut |node| match &node.kind {
        AstKind::Literal(Literal::Text(text)) => texts.push(text.as_str()),
        AstKind::In { list, .. } => texts.extend(list.iter().filter_map(|(literal, _)| match literal {
            Literal::Text(text) => Some(text.as_str()),
            _ => None,
        })),
        _ => {}
    });
    texts.into_iter()
}
