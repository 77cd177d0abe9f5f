//! Rules that can never beat or never matter beside another, as far as the rules alone show it.

use crate::rules::standard::AFFINITIES;
use crate::rules::{Affinity, CompareOp, Expr, Program, Requirement, Side};

/// A sentence for every doubt.
pub fn doubts(program: &Program) -> Vec<String> {
    let mut doubts = Vec::new();
    for (place, rule) in program.affinities.iter().enumerate() {
        doubts.extend(alone(rule));
        doubts.extend(program.affinities[..place].iter().filter_map(|other| same(rule, other)));
        doubts.extend(program.requirements.iter().filter_map(|requirement| beside(rule, requirement)));
    }
    doubts.extend(unbeatable(program));
    doubts
}

/// What shows in the rule itself.
fn alone(rule: &Affinity) -> Option<String> {
    let name = &rule.name;
    if rule.expr.sides().is_empty() {
        return Some(format!("{name} reads no field: it says the same of every pair, and decides nothing"));
    }
    if !rule.expr.mentions(Side::License) {
        return Some(format!(
            "{name} reads no field of the license: it adds the same to all licenses of a demand, so it never decides which one it gets, only which demand is served first"
        ));
    }
    None
}

fn same(rule: &Affinity, other: &Affinity) -> Option<String> {
    let sum = rule.points + other.points;
    (rule.expr == other.expr).then(|| format!("{} has the condition of {}: together they always give {sum}", rule.name, other.name))
}

/// What a requirement leaves of a rule.
fn beside(rule: &Affinity, requirement: &Requirement) -> Option<String> {
    if contrary(&rule.expr, &requirement.expr) {
        return Some(format!("{} can never match: the requirement {} lets only the contrary pass", rule.name, requirement.name));
    }
    // The standard set has such a rule on purpose: it puts bound licenses before those that are not.
    let standard = AFFINITIES.iter().any(|(name, text, _)| *name == rule.name && *text == rule.text);
    let same = rule.expr == requirement.expr && !standard;
    same.then(|| {
        format!(
            "{} matches every pair that passes the requirement {}, but for licenses that leave it open: it only puts those behind",
            rule.name, requirement.name
        )
    })
}

fn contrary(rule: &Expr, requirement: &Expr) -> bool {
    match (rule, requirement) {
        // Not the other way round: `not (…)` as an affinity also matches licenses that leave the requirement's field open (§5.2).
        (rule, Expr::Not(refused)) => *rule == **refused,
        (Expr::Compare { op, left, right }, Expr::Compare { op: required, left: a, right: b }) => {
            left == a && right == b && opposite(*op) == *required
        }
        _ => false,
    }
}

fn opposite(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::NotEqual,
        CompareOp::NotEqual => CompareOp::Equal,
        CompareOp::Less => CompareOp::GreaterOrEqual,
        CompareOp::LessOrEqual => CompareOp::Greater,
        CompareOp::Greater => CompareOp::LessOrEqual,
        CompareOp::GreaterOrEqual => CompareOp::Less,
    }
}

/// A rule that all others together cannot make up for. Of a single rule nothing needs to be said.
fn unbeatable(program: &Program) -> Option<String> {
    let weight = |rule: &Affinity| i128::from(rule.points.unsigned_abs());
    let strongest = program.affinities.iter().max_by_key(|rule| weight(rule)).filter(|_| program.affinities.len() > 1)?;
    let others: i128 = program.affinities.iter().map(weight).sum::<i128>() - weight(strongest);
    (weight(strongest) > others).then(|| {
        format!(
            "all other rules together ({others}) can never outweigh {} ({}): they only decide where it is equal",
            strongest.name, strongest.points
        )
    })
}
