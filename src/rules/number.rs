//! Arithmetic of rules: exact, and null where there is no result (contract §5.1, §5.2): an operand is null, a division by
//! zero, an integer beyond int64, a decimal beyond 10^18, a date beyond the years 1 to 9999.

use super::expr::ArithOp;
use crate::model::date::Date;
use crate::model::decimal;
use crate::model::value::{NULL_INT, Value};

/// `left op right`, of types that `check` let through.
pub(super) fn arith(op: ArithOp, left: Value, right: Value) -> Value {
    match (op, left, right) {
        (ArithOp::Add, Value::Integer(left), Value::Integer(right)) => integer(left.checked_add(right)),
        (ArithOp::Subtract, Value::Integer(left), Value::Integer(right)) => integer(left.checked_sub(right)),
        (ArithOp::Multiply, Value::Integer(left), Value::Integer(right)) => integer(left.checked_mul(right)),
        (ArithOp::Add, Value::Date(day), Value::Integer(days)) => date(day, Some(days)),
        (ArithOp::Subtract, Value::Date(day), Value::Integer(days)) => date(day, days.checked_neg()),
        _ => match (left.scaled(), right.scaled()) {
            (Some(left), Some(right)) => decimal(match op {
                ArithOp::Add => decimal::add(left, right),
                ArithOp::Subtract => decimal::subtract(left, right),
                ArithOp::Multiply => decimal::multiply(left, right),
                ArithOp::Divide => decimal::divide(left, right),
            }),
            _ => Value::Null,
        },
    }
}

pub(super) fn negate(operand: Value) -> Value {
    match operand {
        Value::Integer(number) => integer(number.checked_neg()),
        Value::Decimal(number) => Value::Decimal(-number),
        _ => Value::Null,
    }
}

/// A number as a decimal; null where it is too great for one.
pub(super) fn to_decimal(operand: Value) -> Value {
    decimal(operand.scaled().and_then(decimal::bounded))
}

/// `to − from` in days.
pub(super) fn days_between(from: Value, to: Value) -> Value {
    match (from, to) {
        (Value::Date(from), Value::Date(to)) => Value::Integer(i64::from(to) - i64::from(from)),
        _ => Value::Null,
    }
}

/// The least int64 is the null of integer columns, and counts as overflow.
fn integer(result: Option<i64>) -> Value {
    result.filter(|number| *number != NULL_INT).map_or(Value::Null, Value::Integer)
}

fn decimal(result: Option<decimal::Scaled>) -> Value {
    result.map_or(Value::Null, Value::Decimal)
}

fn date(day: i32, days: Option<i64>) -> Value {
    days.and_then(|days| Date(day).plus(days)).map_or(Value::Null, |date| Value::Date(date.0))
}
