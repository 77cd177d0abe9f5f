//! Rules that name a node which tonight's tree lacks: nearly always a slip, and never an error, since trees change.

use crate::estate::Built;
use crate::model::tree::Dimension;
use crate::model::value::Value;
use crate::rules::{Expr, Side, nearest};

/// How many known nodes a sentence names where none is near.
const SHOWN: usize = 5;

/// A sentence for each node of a rule that its tree lacks. A tree without a node says nothing about anybody.
pub fn unknown_nodes(built: &Built) -> Vec<String> {
    let program = &built.program;
    let sets = program.sets.iter().map(|set| (set.name.as_str(), &set.expr));
    let requirements = program.requirements.iter().map(|rule| (rule.name.as_str(), &rule.expr));
    let affinities = program.affinities.iter().map(|rule| (rule.name.as_str(), &rule.expr));
    let entitles = program.entitles.iter().map(|rule| (rule.name.as_str(), &rule.expr));
    let mut doubts = Vec::new();
    for (rule, expr) in sets.chain(requirements).chain(affinities).chain(entitles) {
        walk(built, rule, expr, &mut doubts);
    }
    doubts
}

fn walk(built: &Built, rule: &str, expr: &Expr, doubts: &mut Vec<String>) {
    match expr {
        Expr::Within { dimension, inner, outer } => {
            doubts.extend([inner, outer].into_iter().filter_map(|operand| unknown(built, rule, *dimension, literal(operand)?)));
        }
        Expr::Compare { left, right, .. } => {
            for (field, other) in [(left, right), (right, left)] {
                doubts.extend(tree_of(built, field).and_then(|tree| unknown(built, rule, tree, literal(other)?)));
            }
        }
        Expr::In { item, list } => {
            if let Some(tree) = tree_of(built, item) {
                doubts.extend(list.iter().filter_map(|value| unknown(built, rule, tree, *value)));
            }
        }
        _ => {}
    }
    expr.for_each_child(|child| walk(built, rule, child, doubts));
}

fn literal(expr: &Expr) -> Option<Value> {
    if let Expr::Literal(value) = expr { Some(*value) } else { None }
}

/// The tree that a field holds nodes of.
fn tree_of(built: &Built, expr: &Expr) -> Option<Dimension> {
    let Expr::Field { side, slot, .. } = expr else { return None };
    let fields: &[_] = match side {
        Side::Consumption => &built.schema.consumption,
        Side::License => &built.schema.license,
        Side::User => &built.schema.user,
    };
    fields.get(*slot)?.tree
}

fn unknown(built: &Built, rule: &str, dimension: Dimension, value: Value) -> Option<String> {
    let Value::Text(node) = value else { return None };
    let tree = built.estate.trees.of(dimension);
    if tree.is_empty() || tree.contains(node) {
        return None;
    }
    let texts = &built.estate.texts;
    let mut known: Vec<_> = tree.nodes().collect();
    known.sort_unstable();
    let names: Vec<&str> = known.into_iter().map(|node| texts.get(node)).collect();
    let hint = match nearest(texts.get(node), names.iter().copied()) {
        Some(name) => format!("did you mean \"{name}\"?"),
        None => format!("it has {}{}", names[..names.len().min(SHOWN)].join(", "), if names.len() > SHOWN { ", …" } else { "" }),
    };
    Some(format!("{rule} names \"{}\", which the tree {} lacks tonight: {hint}", texts.get(node), dimension.word()))
}
