//! The type checker of the rule language (§5.1).

use super::super::values::{Type, Value};
use super::{Expr, Side};
use std::collections::BTreeMap;

/// The fields that a rule may read, side by side, and which of them hold nodes of which tree.
pub struct Known<'a> {
    pub sides: BTreeMap<Side, BTreeMap<String, Type>>,
    pub trees_of: &'a BTreeMap<String, String>,
}

type Typed = Result<Type, String>;

impl Known<'_> {
    /// A rule is a condition.
    pub fn condition(&self, expr: &Expr) -> Result<(), String> {
        match self.type_of(expr)? {
            Type::Boolean => Ok(()),
            other => Err(format!("a condition is wanted, this is {other:?}")),
        }
    }

    pub fn type_of(&self, expr: &Expr) -> Typed {
        match expr {
            Expr::Literal(value) => Ok(literal_type(value)),
            Expr::AsOf => Ok(Type::Date),
            Expr::Field(side, name) => {
                let known = self.sides.get(side).and_then(|fields| fields.get(name));
                known.copied().ok_or(format!("no field {name} of {side:?} is known here"))
            }
            Expr::Or(a, b) | Expr::And(a, b) => {
                self.condition(a)?;
                self.condition(b)?;
                Ok(Type::Boolean)
            }
            Expr::Not(x) => self.condition(x).map(|()| Type::Boolean),
            Expr::Compare(sign, a, b) => self.comparison(sign, a, b),
            Expr::Within(a, b) => self.within(a, b),
            Expr::In(x, list) => self.membership(x, list),
            Expr::IsNull(x, _) => self.type_of(x).map(|_| Type::Boolean),
            Expr::Arithmetic(sign, a, b) => arithmetic(*sign, self.type_of(a)?, self.type_of(b)?),
            Expr::Negative(x) => match self.type_of(x)? {
                number @ (Type::Integer | Type::Decimal) => Ok(number),
                other => Err(format!("minus {other:?}")),
            },
            Expr::Call(function, arguments) => self.call(function, arguments),
        }
    }

    fn comparison(&self, sign: &str, a: &Expr, b: &Expr) -> Typed {
        let common = common_type(self.type_of(a)?, self.type_of(b)?)?;
        let fits = match common {
            Type::List => false,
            Type::Boolean => sign == "=" || sign == "!=",
            _ => true,
        };
        if fits { Ok(Type::Boolean) } else { Err(format!("{common:?} {sign} {common:?}")) }
    }

    /// One operand must be a field that holds nodes of a tree; two of different trees are a type error.
    fn within(&self, a: &Expr, b: &Expr) -> Typed {
        if self.type_of(a)? != Type::Text || self.type_of(b)? != Type::Text {
            return Err("within compares texts".into());
        }
        match (tree_of(a, self.trees_of), tree_of(b, self.trees_of)) {
            (None, None) => Err("within needs a field of a tree".into()),
            (Some(one), Some(other)) if one != other => Err("within compares nodes of one tree".into()),
            _ => Ok(Type::Boolean),
        }
    }

    fn membership(&self, x: &Expr, list: &[Value]) -> Typed {
        let mut wanted = self.type_of(x)?;
        for value in list {
            if literal_type(value) != literal_type(&list[0]) {
                return Err("a list of one type".into());
            }
            wanted = common_type(wanted, literal_type(value))?;
        }
        if wanted == Type::List { Err("a list is in no list".into()) } else { Ok(Type::Boolean) }
    }

    fn call(&self, function: &str, arguments: &[Expr]) -> Typed {
        let types = arguments.iter().map(|argument| self.type_of(argument)).collect::<Result<Vec<_>, _>>()?;
        match (function, types.as_slice()) {
            ("if", [Type::Boolean, a, b]) => no_list(common_type(*a, *b)?),
            ("coalesce", [first, rest @ ..]) => {
                let mut common = *first;
                for next in rest {
                    common = common_type(common, *next)?;
                }
                no_list(common)
            }
            ("lower", [Type::Text]) => Ok(Type::Text),
            ("starts_with", [Type::Text, Type::Text]) => Ok(Type::Boolean),
            ("contains", [Type::List, Type::Text]) => Ok(Type::Boolean),
            ("days_between", [Type::Date, Type::Date]) => Ok(Type::Integer),
            _ => Err(format!("{function} does not take {types:?}")),
        }
    }
}

/// The tree of a field of a tree (§5.1).
pub fn tree_of<'a>(expr: &Expr, trees_of: &'a BTreeMap<String, String>) -> Option<&'a str> {
    match expr {
        Expr::Field(_, name) => trees_of.get(name).map(String::as_str),
        _ => None,
    }
}

fn literal_type(value: &Value) -> Type {
    match value {
        Value::Int(_) => Type::Integer,
        Value::Dec(_) => Type::Decimal,
        Value::Bool(_) => Type::Boolean,
        Value::Date(_) => Type::Date,
        Value::Text(_) => Type::Text,
        Value::List(_) | Value::Null => Type::List,
    }
}

fn no_list(found: Type) -> Typed {
    if found == Type::List { Err("lists stand only in contains and is null".into()) } else { Ok(found) }
}

fn common_type(a: Type, b: Type) -> Typed {
    match (a, b) {
        (Type::Integer, Type::Decimal) | (Type::Decimal, Type::Integer) => Ok(Type::Decimal),
        (a, b) if a == b => Ok(a),
        (a, b) => Err(format!("{a:?} and {b:?} do not go together")),
    }
}

fn arithmetic(sign: char, a: Type, b: Type) -> Typed {
    match (sign, a, b) {
        ('/', Type::Integer | Type::Decimal, Type::Integer | Type::Decimal) => Ok(Type::Decimal),
        ('+' | '-' | '*', Type::Integer, Type::Integer) => Ok(Type::Integer),
        ('+' | '-' | '*', Type::Integer | Type::Decimal, Type::Integer | Type::Decimal) => Ok(Type::Decimal),
        ('+' | '-', Type::Date, Type::Integer) => Ok(Type::Date),
        _ => Err(format!("{a:?} {sign} {b:?}")),
    }
}
