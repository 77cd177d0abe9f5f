//! What was probably meant: the help texts of type errors. Nothing here decides whether a rule is right.

use super::ast::{Ast, AstKind, Literal};
use super::expr::{Side, Sides};
use super::schema::{Schema, nearest};
use crate::model::date::Date;
use crate::model::decimal;
use crate::model::value::Type;

pub(super) const LISTS: &str = "a list can stand in `contains(list, x)` and `is null` only";

/// A type with its article.
pub(super) fn named(kind: Type) -> &'static str {
    match kind {
        Type::Text => "text",
        Type::Integer => "an integer",
        Type::Decimal => "a decimal",
        Type::Boolean => "a condition (boolean)",
        Type::Date => "a date",
        Type::List => "a list",
    }
}

/// What can be read instead of a side that is not allowed.
pub(super) fn allowed(sides: Sides) -> String {
    if sides == Sides::PAIR {
        return "requirements and affinities read `consumption.` and `license.` fields; `user.` is for `[[entitle]]`".to_owned();
    }
    if sides == Sides::USER {
        return "the `when` of an `[[entitle]]` reads `user.` fields only".to_owned();
    }
    let words: Vec<String> = Side::ALL.into_iter().filter(|side| sides.contains(*side)).map(|side| format!("`{}.`", side.word())).collect();
    format!("a `[[set]]` reads fields of its own side only: {}", words.join(", "))
}

/// The nearest field, and all that there are.
pub(super) fn unknown_field(schema: &Schema, side: Side, name: &str) -> String {
    let fields = schema.side(side);
    let known: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let list = format!("fields of {}: {}", side.word(), known.join(", "));
    match nearest(name, known.iter().copied()) {
        Some(meant) => format!("did you mean `{}.{meant}`? {list}", side.word()),
        None => list,
    }
}

/// For an operand that has to be of another type.
pub(super) fn for_type(ast: &Ast, found: Type, wanted: Type) -> Option<String> {
    match &ast.kind {
        AstKind::Literal(literal) => for_literal(literal, wanted),
        AstKind::Field { side, name } if found == Type::List || wanted == Type::List => {
            Some(if found == Type::List { LISTS.to_owned() } else { format!("`{}.{name}` is no list", side.word()) })
        }
        AstKind::Field { side, name } => Some(declared(*side, name, found)),
        _ => None,
    }
}

/// For two operands that do not go together: what is wrong with a literal, else what a field is.
pub(super) fn for_pair(left: (&Ast, Type), right: (&Ast, Type)) -> Option<String> {
    if left.1 == Type::List || right.1 == Type::List {
        return Some(LISTS.to_owned());
    }
    for ((ast, _), (_, wanted)) in [(left, right), (right, left)] {
        if let AstKind::Literal(literal) = &ast.kind
            && let Some(hint) = for_literal(literal, wanted)
        {
            return Some(hint);
        }
    }
    [left, right].into_iter().find_map(|(ast, found)| match &ast.kind {
        AstKind::Field { side, name } => Some(declared(*side, name, found)),
        _ => None,
    })
}

/// For a literal where another type is wanted: most often it only stands in quotes, or lacks them.
pub(super) fn for_literal(literal: &Literal, wanted: Type) -> Option<String> {
    match (literal, wanted) {
        (Literal::Text(text), Type::Date) if Date::parse_iso(text).is_some() => Some(format!("a date stands without quotes: {text}")),
        (Literal::Text(_), Type::Date) => Some("a date is written 2026-01-31, without quotes".to_owned()),
        (Literal::Text(text), Type::Integer | Type::Decimal) if decimal::parse(text).is_ok() => {
            Some(format!("a number stands without quotes: {text}"))
        }
        (Literal::Text(text), Type::Boolean) if text == "true" || text == "false" => Some(format!("write {text} without quotes")),
        (Literal::Integer(number), Type::Text) => Some(format!("a text stands in double quotes: \"{number}\"")),
        (Literal::Integer(_), Type::Date) => Some("a date has the form 2026-01-31, with two digits each for month and day".to_owned()),
        (Literal::Integer(0 | 1), Type::Boolean) => Some("write true or false".to_owned()),
        _ => None,
    }
}

fn declared(side: Side, name: &str, found: Type) -> String {
    format!("`{}.{name}` is {}; the job can declare the type of an attribute: `types = {{ {name} = \"text\" }}`", side.word(), found.word())
}
