//! Checked expressions: every name is resolved to a slot, every text to a code, every type fits. Made by `check`, read by
//! `eval` and by whoever takes rules apart (which fields a rule reads decides how demands are coded).

use crate::model::tree::Dimension;
use crate::model::value::{Type, Value};

/// Whose field it is (contract §5.1, §5.5).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Side {
    Consumption,
    License,
    User,
}

impl Side {
    pub const ALL: [Side; 3] = [Side::Consumption, Side::License, Side::User];

    /// The word before the dot.
    pub fn word(self) -> &'static str {
        match self {
            Side::Consumption => "consumption",
            Side::License => "license",
            Side::User => "user",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.word() == word)
    }
}

/// A set of sides: those that an expression reads, or those that it may read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sides(u8);

impl Sides {
    pub const NONE: Sides = Sides(0);
    /// Requirements and affinities.
    pub const PAIR: Sides = Sides(0b011);
    /// The `when` of a role rule.
    pub const USER: Sides = Sides(0b100);

    pub fn only(side: Side) -> Self {
        Self(1 << side as u8)
    }

    pub fn contains(self, side: Side) -> bool {
        self.0 & Self::only(side).0 != 0
    }

    pub fn with(self, side: Side) -> Self {
        Self(self.0 | Self::only(side).0)
    }

    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl CompareOp {
    pub fn sign(self) -> &'static str {
        match self {
            CompareOp::Equal => "=",
            CompareOp::NotEqual => "!=",
            CompareOp::Less => "<",
            CompareOp::LessOrEqual => "<=",
            CompareOp::Greater => ">",
            CompareOp::GreaterOrEqual => ">=",
        }
    }

    /// The operator that says the same with the operands swapped.
    pub fn swapped(self) -> Self {
        match self {
            CompareOp::Less => CompareOp::Greater,
            CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
            CompareOp::Greater => CompareOp::Less,
            CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
            same => same,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum ArithOp {
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl ArithOp {
    pub fn sign(self) -> &'static str {
        match self {
            ArithOp::Add => "+",
            ArithOp::Subtract => "-",
            ArithOp::Multiply => "*",
            ArithOp::Divide => "/",
        }
    }
}

/// A checked expression. Its height is bounded (see `parser`), so that walking it by recursion is safe.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    Literal(Value),
    AsOf,
    /// `slot` is the place in the schema's vector of that side.
    Field {
        side: Side,
        slot: usize,
        kind: Type,
    },
    Or(Vec<Expr>),
    And(Vec<Expr>),
    Not(Box<Expr>),
    Compare {
        op: CompareOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `inner within outer`.
    Within {
        dimension: Dimension,
        inner: Box<Expr>,
        outer: Box<Expr>,
    },
    /// The list is sorted, without repeats, and of the item's type: an integer item has integers only (a fraction, which it
    /// can never equal, is left out), a decimal item has decimals.
    In {
        item: Box<Expr>,
        list: Vec<Value>,
    },
    StartsWith {
        text: Box<Expr>,
        prefix: Box<Expr>,
    },
    Contains {
        list: Box<Expr>,
        item: Box<Expr>,
    },
    IsNull {
        operand: Box<Expr>,
        negated: bool,
    },
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    /// Two operands or more, all of one type.
    Coalesce(Vec<Expr>),
    Arith {
        op: ArithOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Negate(Box<Expr>),
    Lower(Box<Expr>),
    /// `to − from`, in days.
    DaysBetween {
        from: Box<Expr>,
        to: Box<Expr>,
    },
    /// An integer as a decimal, where `if` or `coalesce` mixes the two. Not written by anybody: `check` puts it in.
    ToDecimal(Box<Expr>),
}

impl Expr {
    /// The type of its value.
    pub fn kind(&self) -> Type {
        match self {
            Expr::Literal(value) => literal_type(*value),
            Expr::Field { kind, .. } => *kind,
            Expr::AsOf => Type::Date,
            Expr::Or(_)
            | Expr::And(_)
            | Expr::Not(_)
            | Expr::Compare { .. }
            | Expr::Within { .. }
            | Expr::In { .. }
            | Expr::StartsWith { .. }
            | Expr::Contains { .. }
            | Expr::IsNull { .. } => Type::Boolean,
            Expr::If { then, .. } => then.kind(),
            Expr::Coalesce(operands) => operands.first().map_or(Type::Text, Expr::kind),
            Expr::Arith { op: ArithOp::Divide, .. } | Expr::ToDecimal(_) => Type::Decimal,
            Expr::Arith { left, right, .. } => match (left.kind(), right.kind()) {
                (Type::Date, _) => Type::Date,
                (Type::Integer, Type::Integer) => Type::Integer,
                _ => Type::Decimal,
            },
            Expr::Negate(operand) => operand.kind(),
            Expr::Lower(_) => Type::Text,
            Expr::DaysBetween { .. } => Type::Integer,
        }
    }

    /// Calls `visit` with each direct child, in the order of writing.
    pub fn for_each_child<'a>(&'a self, mut visit: impl FnMut(&'a Expr)) {
        match self {
            Expr::Literal(_) | Expr::AsOf | Expr::Field { .. } => {}
            Expr::Or(operands) | Expr::And(operands) | Expr::Coalesce(operands) => operands.iter().for_each(visit),
            Expr::Not(operand)
            | Expr::In { item: operand, .. }
            | Expr::IsNull { operand, .. }
            | Expr::Negate(operand)
            | Expr::Lower(operand)
            | Expr::ToDecimal(operand) => visit(operand),
            Expr::Compare { left: first, right: second, .. }
            | Expr::Within { inner: first, outer: second, .. }
            | Expr::StartsWith { text: first, prefix: second }
            | Expr::Contains { list: first, item: second }
            | Expr::Arith { left: first, right: second, .. }
            | Expr::DaysBetween { from: first, to: second } => {
                visit(first);
                visit(second);
            }
            Expr::If { condition, then, otherwise } => {
                visit(condition);
                visit(then);
                visit(otherwise);
            }
        }
    }

    /// The sides that it reads.
    pub fn sides(&self) -> Sides {
        let mut sides = match self {
            Expr::Field { side, .. } => Sides::only(*side),
            _ => Sides::NONE,
        };
        self.for_each_child(|child| sides = sides.union(child.sides()));
        sides
    }

    /// Whether a field of that side stands in it anywhere: what §5.2 calls to mention.
    pub fn mentions(&self, side: Side) -> bool {
        self.sides().contains(side)
    }

    /// The slots of the fields of that side that it reads, ascending, each once.
    pub fn fields(&self, side: Side) -> Vec<usize> {
        let mut slots = Vec::new();
        self.collect_fields(side, &mut slots);
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    fn collect_fields(&self, wanted: Side, slots: &mut Vec<usize>) {
        if let Expr::Field { side, slot, .. } = self
            && *side == wanted
        {
            slots.push(*slot);
        }
        self.for_each_child(|child| child.collect_fields(wanted, slots));
    }
}

/// `check` makes no null literal; a null that somebody folded in has no type of its own and counts as text.
fn literal_type(value: Value) -> Type {
    match value {
        Value::Null | Value::Text(_) => Type::Text,
        Value::Integer(_) => Type::Integer,
        Value::Decimal(_) => Type::Decimal,
        Value::Boolean(_) => Type::Boolean,
        Value::Date(_) => Type::Date,
        Value::List(_) => Type::List,
    }
}
