//! The value of an expression for one pair (§5.1, §5.2).

use super::super::estate::Estate;
use super::super::values::{self, DECIMAL_BOUND, ONE, Record, Value};
use super::types::tree_of;
use super::{Expr, Side};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What an expression is judged on.
pub struct Scene<'a> {
    pub estate: &'a Estate,
    pub trees_of: &'a BTreeMap<String, String>,
    pub consumption: Option<&'a Record>,
    pub license: Option<&'a Record>,
    pub user: Option<&'a Record>,
    /// In a requirement an unscoped license passes (§5.2).
    pub requirement: bool,
}

impl Scene<'_> {
    /// A bare boolean that is null is false (§5.2).
    pub fn holds(&self, expr: &Expr) -> bool {
        self.value(expr) == Value::Bool(true)
    }

    pub fn value(&self, expr: &Expr) -> Value {
        match expr {
            Expr::Literal(value) => value.clone(),
            Expr::AsOf => Value::Date(self.estate.as_of),
            Expr::Field(side, name) => {
                let record = match side {
                    Side::Consumption => self.consumption,
                    Side::License => self.license,
                    Side::User => self.user,
                };
                values::get(record.expect("a side that the rule may read"), name).clone()
            }
            Expr::Or(a, b) => Value::Bool(self.holds(a) || self.holds(b)),
            Expr::And(a, b) => Value::Bool(self.holds(a) && self.holds(b)),
            Expr::Not(x) => Value::Bool(!self.holds(x)),
            Expr::Compare(sign, a, b) => self.judge(a, b, |left, right| compare(sign, left, right)),
            Expr::Within(a, b) => {
                let tree = tree_of(a, self.trees_of).or(tree_of(b, self.trees_of)).expect("checked");
                self.judge(a, b, |node, top| self.estate.within(tree, as_text(node), as_text(top)))
            }
            Expr::In(x, list) => {
                let some = Expr::Literal(list[0].clone());
                self.judge(x, &some, |value, _| list.iter().any(|item| compare("=", value, item)))
            }
            Expr::IsNull(x, wanted) => Value::Bool(self.value(x).is_null() == *wanted),
            Expr::Arithmetic(sign, a, b) => arithmetic(*sign, &self.value(a), &self.value(b)),
            Expr::Negative(x) => arithmetic('-', &Value::Int(0), &self.value(x)),
            Expr::Call(function, arguments) => self.call(function, arguments),
        }
    }

    /// A comparison: its operands may be null (§5.2).
    fn judge(&self, a: &Expr, b: &Expr, test: impl Fn(&Value, &Value) -> bool) -> Value {
        let (left, right) = (self.value(a), self.value(b));
        if left.is_null() || right.is_null() {
            let unscoped = (left.is_null() && a.mentions_license()) || (right.is_null() && b.mentions_license());
            return Value::Bool(self.requirement && unscoped);
        }
        Value::Bool(test(&left, &right))
    }

    fn call(&self, function: &str, arguments: &[Expr]) -> Value {
        match (function, arguments) {
            ("if", [condition, a, b]) => self.value(if self.holds(condition) { a } else { b }),
            ("coalesce", _) => {
                let found = arguments.iter().map(|argument| self.value(argument)).find(|value| !value.is_null());
                found.unwrap_or_default()
            }
            ("lower", [x]) => match self.value(x) {
                Value::Text(text) => Value::Text(text.to_lowercase()),
                _ => Value::Null,
            },
            ("starts_with", [a, b]) => self.judge(a, b, |text, start| as_text(text).starts_with(as_text(start))),
            ("contains", [a, b]) => self.judge(a, b, |list, item| match list {
                Value::List(items) => items.iter().any(|one| one == as_text(item)),
                _ => unreachable!("checked"),
            }),
            ("days_between", [a, b]) => match (self.value(a), self.value(b)) {
                (Value::Date(from), Value::Date(to)) => Value::Int(to - from),
                _ => Value::Null,
            },
            _ => unreachable!("checked"),
        }
    }
}

fn as_text(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        other => unreachable!("checked, but {other:?}"),
    }
}

/// Numbers as numbers, dates by day, text by bytes, booleans for `=` and `!=` (§5.1).
fn compare(sign: &str, left: &Value, right: &Value) -> bool {
    let order = match (left, right) {
        (Value::Int(_) | Value::Dec(_), Value::Int(_) | Value::Dec(_)) => scaled(left).cmp(&scaled(right)),
        _ => left.cmp(right),
    };
    match sign {
        "=" => order == Ordering::Equal,
        "!=" => order != Ordering::Equal,
        "<" => order == Ordering::Less,
        "<=" => order != Ordering::Greater,
        ">" => order == Ordering::Greater,
        ">=" => order != Ordering::Less,
        other => unreachable!("no comparison {other}"),
    }
}

/// A number at nine places.
pub fn scaled(value: &Value) -> Option<i128> {
    match value {
        Value::Int(number) => Some(*number as i128 * ONE),
        Value::Dec(number) => Some(*number),
        _ => None,
    }
}

/// Exact; overflow and division by zero give null (§5.1).
fn arithmetic(sign: char, a: &Value, b: &Value) -> Value {
    if let (Value::Date(day), Value::Int(days)) = (a, b) {
        let moved = if sign == '+' { day.checked_add(*days) } else { day.checked_sub(*days) };
        return moved.filter(|day| values::is_date(*day)).map_or(Value::Null, Value::Date);
    }
    if let (Value::Int(a), Value::Int(b)) = (a, b)
        && sign != '/'
    {
        let result = match sign {
            '+' => a.checked_add(*b),
            '-' => a.checked_sub(*b),
            _ => a.checked_mul(*b),
        };
        return result.map_or(Value::Null, Value::Int);
    }
    let (Some(a), Some(b)) = (scaled(a), scaled(b)) else {
        return Value::Null;
    };
    let result = match sign {
        '+' => Some(a + b),
        '-' => Some(a - b),
        // A product that overflows 128 bits is far beyond 10^18.
        '*' => a.checked_mul(b).map(|product| values::divide_rounded(product, ONE)),
        _ if b == 0 => None,
        _ => Some(values::divide_rounded(a * ONE, b)),
    };
    result.filter(|number| number.abs() < DECIMAL_BOUND).map_or(Value::Null, Value::Dec)
}
