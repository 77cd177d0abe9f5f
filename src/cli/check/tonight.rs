//! Rules that no pair of tonight's data matches, and requirements that none passes. Looks at different pairs once, and not at
//! more than it can in a moment: where there are too many, it says nothing.

use crate::estate::Built;
use crate::model::value::Value;
use crate::rules::{Env, Expr, Fields, Mode, Side, holds};
use rustc_hash::FxHashSet;

/// Pairs that are looked at for one rule.
const MOST: usize = 2_000_000;

/// One row of each side, with the fields that the rule reads.
struct Pair<'a> {
    slots: [&'a [usize]; 2],
    values: [&'a [Value]; 2],
}

impl Fields for Pair<'_> {
    fn field(&self, side: Side, slot: usize) -> Value {
        let side = usize::from(side == Side::License);
        self.slots[side].binary_search(&slot).map_or(Value::Null, |place| self.values[side][place])
    }
}

/// A sentence for every rule without a match.
pub fn never_matching(built: &Built) -> Vec<String> {
    if built.estate.demands.is_empty() || built.estate.licenses.is_empty() {
        return Vec::new();
    }
    let mut doubts = Vec::new();
    for rule in &built.program.requirements {
        if found(built, &rule.expr, Mode::Requirement) == Some(false) {
            doubts.push(format!("no pair of tonight's data passes the requirement {}", rule.name));
        }
    }
    for rule in &built.program.affinities {
        if found(built, &rule.expr, Mode::Affinity) == Some(false) {
            doubts.push(format!("{} matches no pair of tonight's data", rule.name));
        }
    }
    doubts
}

/// Whether a demand and a usable license of its product match; `None` if that cannot be told in time, or there is no such pair.
fn found(built: &Built, expr: &Expr, mode: Mode) -> Option<bool> {
    let (env, estate) = (built.env(), &built.estate);
    let (ours, theirs) = (expr.fields(Side::Consumption), expr.fields(Side::License));
    let mut looked_at = 0;
    for product in 0..estate.products.len() {
        let licenses =
            estate.licenses.of_product(product).iter().map(|license| *license as usize).filter(|license| estate.licenses.usable(*license));
        let licenses: FxHashSet<Vec<Value>> =
            licenses.map(|license| theirs.iter().map(|slot| estate.licenses.fields[*slot].get(license)).collect()).collect();
        if licenses.is_empty() {
            continue;
        }
        let demands: FxHashSet<Vec<Value>> =
            estate.demands_of(product).map(|demand| ours.iter().map(|slot| estate.demands.field(*slot, demand)).collect()).collect();
        looked_at += demands.len() * licenses.len();
        if looked_at > MOST {
            return None;
        }
        if demands.iter().any(|demand| any_license(expr, &ours, &theirs, demand, &licenses, &env, mode)) {
            return Some(true);
        }
    }
    (looked_at > 0).then_some(false)
}

fn any_license(
    expr: &Expr,
    ours: &[usize],
    theirs: &[usize],
    demand: &[Value],
    licenses: &FxHashSet<Vec<Value>>,
    env: &Env<'_>,
    mode: Mode,
) -> bool {
    licenses.iter().any(|license| holds(expr, &Pair { slots: [ours, theirs], values: [demand, license] }, env, mode))
}
