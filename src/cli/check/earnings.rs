//! What an exact match really earns: exact and within both match then, and add up (contract §5.3). Judged by the rules
//! themselves, on a pair that agrees in one field and has nothing else.

use crate::model::date::Date;
use crate::model::text::{Lists, Texts};
use crate::model::tree::Trees;
use crate::model::value::{Type, Value};
use crate::rules::lower::LowerTable;
use crate::rules::{Affinity, CompareOp, Env, Expr, Fields, Mode, Program, Schema, Side, holds};

/// A field of the demand and a field of the license that rules set against each other.
type Match = (usize, usize);

/// A pair that agrees in one field; every other is null.
struct Agreeing {
    fields: Match,
    value: Value,
}

impl Fields for Agreeing {
    fn field(&self, side: Side, slot: usize) -> Value {
        let agrees = match side {
            Side::Consumption => slot == self.fields.0,
            Side::License => slot == self.fields.1,
            Side::User => false,
        };
        if agrees { self.value } else { Value::Null }
    }
}

/// A line for every field that affinity rules compare with a license's.
pub fn page(program: &Program, schema: &Schema) -> Vec<String> {
    let mut matches: Vec<Match> = Vec::new();
    for rule in &program.affinities {
        for found in matches_of(&rule.expr) {
            if !matches.contains(&found) {
                matches.push(found);
            }
        }
    }
    let lines: Vec<(String, String)> = matches.iter().filter_map(|fields| line(program, schema, *fields)).collect();
    let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    lines.iter().map(|(name, text)| format!("{name:width$}  {text}")).collect()
}

fn line(program: &Program, schema: &Schema, fields: Match) -> Option<(String, String)> {
    let (ours, theirs) = (&schema.consumption[fields.0], &schema.license[fields.1]);
    let exact = matching(program, fields, ours.kind);
    if exact.is_empty() {
        return None;
    }
    let sum = |rules: &[&Affinity]| rules.iter().map(|rule| rule.points).sum::<i64>();
    let parts: Vec<String> = exact.iter().map(|rule| format!("{} {}", rule.name, rule.points)).collect();
    let name = if ours.name == theirs.name { ours.name.clone() } else { format!("{} = {}", ours.name, theirs.name) };
    let mut text = sum(&exact).to_string();
    if exact.len() > 1 {
        text.push_str(&format!(" = {}", parts.join(" + ")));
    } else {
        text.push_str(&format!(" ({})", exact[0].name));
    }
    let below: Vec<&Affinity> = exact.iter().copied().filter(|rule| matches!(rule.expr, Expr::Within { .. })).collect();
    if !below.is_empty() && below.len() < exact.len() {
        text.push_str(&format!("; below it in the tree {}", sum(&below)));
    }
    Some((name, text))
}

/// The affinities that hold on a pair that agrees in one field, and read both sides of it.
fn matching(program: &Program, fields: Match, kind: Type) -> Vec<&Affinity> {
    let (texts, lists, trees, lower) = (Texts::default(), Lists::default(), Trees::default(), LowerTable::none());
    let env = Env { texts: &texts, lists: &lists, trees: &trees, lower: &lower, as_of: Date(0).0 };
    let pair = Agreeing { fields, value: probe(kind) };
    let about = |rule: &&Affinity| matches_of(&rule.expr).contains(&fields);
    program
        .affinities
        .iter()
        .filter(about)
        .filter(|rule| only_equalities(&rule.expr) && holds(&rule.expr, &pair, &env, Mode::Affinity))
        .collect()
}

/// Some value of a type. Nothing looks at what a text's code stands for: see [`only_equalities`].
fn probe(kind: Type) -> Value {
    match kind {
        Type::Text => Value::Text(0),
        Type::Integer => Value::Integer(1),
        Type::Decimal => Value::Decimal(1),
        Type::Boolean => Value::Boolean(true),
        Type::Date => Value::Date(0),
        Type::List => Value::List(0),
    }
}

/// Whether an expression asks only whether two fields are equal or within: of no other the made-up value may be asked.
fn only_equalities(expr: &Expr) -> bool {
    match expr {
        Expr::Or(operands) | Expr::And(operands) => operands.iter().all(only_equalities),
        Expr::Compare { op: CompareOp::Equal, left, right } | Expr::Within { inner: left, outer: right, .. } => {
            matches!((&**left, &**right), (Expr::Field { .. }, Expr::Field { .. }))
        }
        _ => false,
    }
}

/// The fields of both sides that stand bare in an `=` or `within` of the expression.
fn matches_of(expr: &Expr) -> Vec<Match> {
    let mut found = Vec::new();
    collect(expr, &mut found);
    found
}

fn collect(expr: &Expr, found: &mut Vec<Match>) {
    if let Expr::Compare { op: CompareOp::Equal, left, right } | Expr::Within { inner: left, outer: right, .. } = expr
        && let (Expr::Field { side: a, slot: first, .. }, Expr::Field { side: b, slot: second, .. }) = (&**left, &**right)
    {
        match (a, b) {
            (Side::Consumption, Side::License) => found.push((*first, *second)),
            (Side::License, Side::Consumption) => found.push((*second, *first)),
            _ => {}
        }
    }
    expr.for_each_child(|child| collect(child, found));
}
