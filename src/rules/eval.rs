//! What a checked expression is worth for one pair of rows (contract §5.1, §5.2). Vectors of millions are filled with it, so
//! nothing here allocates. Which rows and how often is left to `allocate`.

use super::expr::{CompareOp, Expr, Side};
use super::lower::LowerTable;
use super::number;
use crate::model::text::{Lists, Texts};
use crate::model::tree::Trees;
use crate::model::value::Value;
use std::cmp::Ordering;

/// The rows that an expression is about.
pub trait Fields {
    /// The value of a field, by its slot in the schema's vector of that side.
    fn field(&self, side: Side, slot: usize) -> Value;
}

/// What all rows of a run share.
#[derive(Clone, Copy)]
pub struct Env<'a> {
    pub texts: &'a Texts,
    pub lists: &'a Lists,
    pub trees: &'a Trees,
    pub lower: &'a LowerTable,
    /// The date that the run answers for, as a `Date`'s number.
    pub as_of: i32,
}

/// What a comparison with a null is (contract §5.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// False. For sets and role rules too.
    Affinity,
    /// True where the null operand mentions a license field: the license is not scoped. Else false.
    Requirement,
}

/// The value of an expression. `and`, `or`, `not` and comparisons are never null.
pub fn evaluate<F: Fields + ?Sized>(expr: &Expr, fields: &F, env: &Env<'_>, mode: Mode) -> Value {
    Evaluator { fields, env, mode }.value(expr)
}

/// Whether a condition holds: a bare boolean that is null does not (contract §5.2).
pub fn holds<F: Fields + ?Sized>(expr: &Expr, fields: &F, env: &Env<'_>, mode: Mode) -> bool {
    Evaluator { fields, env, mode }.truth(expr)
}

struct Evaluator<'a, F: ?Sized> {
    fields: &'a F,
    env: &'a Env<'a>,
    mode: Mode,
}

impl<F: Fields + ?Sized> Evaluator<'_, F> {
    fn value(&self, expr: &Expr) -> Value {
        match expr {
            Expr::Literal(value) => *value,
            Expr::AsOf => Value::Date(self.env.as_of),
            Expr::Field { side, slot, .. } => self.fields.field(*side, *slot),
            Expr::If { condition, then, otherwise } => self.value(if self.truth(condition) { then } else { otherwise }),
            Expr::Coalesce(operands) => {
                operands.iter().map(|operand| self.value(operand)).find(|value| !value.is_null()).unwrap_or(Value::Null)
            }
            Expr::Arith { op, left, right } => number::arith(*op, self.value(left), self.value(right)),
            Expr::Negate(operand) => number::negate(self.value(operand)),
            Expr::ToDecimal(operand) => number::to_decimal(self.value(operand)),
            Expr::DaysBetween { from, to } => number::days_between(self.value(from), self.value(to)),
            Expr::Lower(operand) => match self.value(operand) {
                Value::Text(code) => self.env.lower.of(code, self.env.texts),
                _ => Value::Null,
            },
            condition => Value::Boolean(self.truth(condition)),
        }
    }

    fn truth(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Or(operands) => operands.iter().any(|operand| self.truth(operand)),
            Expr::And(operands) => operands.iter().all(|operand| self.truth(operand)),
            Expr::Not(operand) => !self.truth(operand),
            Expr::IsNull { operand, negated } => self.value(operand).is_null() != *negated,
            Expr::Compare { op, left, right } => self.both(left, right, |left, right| compare(*op, left, right)),
            Expr::Within { dimension, inner, outer } => self.both(inner, outer, |inner, outer| match (inner, outer) {
                (Value::Text(inner), Value::Text(outer)) => self.env.trees.of(*dimension).within(inner, outer),
                _ => false,
            }),
            Expr::StartsWith { text, prefix } => self.both(text, prefix, |text, prefix| match (text, prefix) {
                (Value::Text(text), Value::Text(prefix)) => self.env.texts.get(text).starts_with(self.env.texts.get(prefix)),
                _ => false,
            }),
            Expr::Contains { list, item } => self.both(list, item, |list, item| match (list, item) {
                (Value::List(list), Value::Text(item)) => self.env.lists.get(list).contains(&item),
                _ => false,
            }),
            Expr::In { item, list } => match self.value(item) {
                Value::Null => self.unscoped(item),
                value => list.binary_search(&value).is_ok(),
            },
            bare => self.value(bare) == Value::Boolean(true),
        }
    }

    /// A comparison of two values, or what §5.2 says where one of them is null.
    #[inline]
    fn both(&self, left: &Expr, right: &Expr, compare: impl FnOnce(Value, Value) -> bool) -> bool {
        let (left_value, right_value) = (self.value(left), self.value(right));
        match (left_value.is_null(), right_value.is_null()) {
            (false, false) => compare(left_value, right_value),
            (left_null, right_null) => left_null && self.unscoped(left) || right_null && self.unscoped(right),
        }
    }

    /// What a comparison is whose operand `operand` is null.
    fn unscoped(&self, operand: &Expr) -> bool {
        self.mode == Mode::Requirement && operand.mentions(Side::License)
    }
}

/// Compares two values that are not null. Codes of texts are in the order of their bytes; numbers compare exactly.
fn compare(op: CompareOp, left: Value, right: Value) -> bool {
    let ordering = match (left, right) {
        (Value::Text(left), Value::Text(right)) => left.cmp(&right),
        (Value::Integer(left), Value::Integer(right)) => left.cmp(&right),
        (Value::Date(left), Value::Date(right)) => left.cmp(&right),
        (Value::Boolean(left), Value::Boolean(right)) => left.cmp(&right),
        _ => match (left.scaled(), right.scaled()) {
            (Some(left), Some(right)) => left.cmp(&right),
            // Types that do not compare are refused by `check`.
            _ => return false,
        },
    };
    match op {
        CompareOp::Equal => ordering == Ordering::Equal,
        CompareOp::NotEqual => ordering != Ordering::Equal,
        CompareOp::Less => ordering == Ordering::Less,
        CompareOp::LessOrEqual => ordering != Ordering::Greater,
        CompareOp::Greater => ordering == Ordering::Greater,
        CompareOp::GreaterOrEqual => ordering != Ordering::Less,
    }
}
