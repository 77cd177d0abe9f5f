//! Phase 1: direct assignments (§4.4).

use super::assignments::{Assignment, nulls_last};
use super::cover::{Candidate, Covering};
use super::demands::Key;
use super::job::Job;
use super::pairs::{self, Judge};
use super::rulebook::Rulebook;
use super::solve::Solution;
use std::collections::BTreeMap;

/// Serves the demands with valid assignments, product by product.
pub fn serve(solution: &mut Solution, job: &Job, rules: &Rulebook) {
    let mut assigned: BTreeMap<Key, Vec<Assignment>> = BTreeMap::new();
    for assignment in &solution.assignments.valid {
        assigned.entry(assignment.demand.clone()).or_default().push(assignment.clone());
    }
    for own in assigned.values_mut() {
        own.sort_by_key(|one| (nulls_last(one.assigned_on), one.license.clone()));
    }
    for product in solution.estate.products.keys().cloned().collect::<Vec<_>>() {
        let mut order: Vec<&Key> = assigned.keys().filter(|key| key.0 == product).collect();
        order.sort_by_key(|key| (nulls_last(assigned[*key][0].assigned_on), &key.1));
        for (at, key) in order.into_iter().enumerate() {
            serve_one(solution, job, rules, key, &assigned[key], at as i64 + 1);
        }
    }
}

/// Covers one demand from its assigned licenses alone, in their order; requirements and bans do not bind.
fn serve_one(solution: &mut Solution, job: &Job, rules: &Rulebook, key: &Key, assigned: &[Assignment], turn: i64) {
    let demand = solution.demands[key].clone();
    let mut candidates = Vec::new();
    for assignment in assigned {
        let metric = solution.estate.licenses[&assignment.license].metric.clone().expect("usable");
        // An assigned license that does not know the demand's units gives nothing.
        if let Some(need) = pairs::need(&solution.estate, &demand, &metric) {
            let license = assignment.license.clone();
            candidates.push(Candidate { license, score: 0, matched: Vec::new(), need, distance: 0 });
        }
    }
    let (covering, mut grants) = solution.take(job, &demand, &candidates, false, "direct", turn);
    if covering == Covering::Nothing {
        solution.over_capacity.push((key.clone(), assigned[0].license.clone()));
        return;
    }
    for grant in &mut grants {
        let link = assigned.iter().find(|one| one.license == grant.license).expect("assigned");
        grant.about = None;
        grant.assigned_on = link.assigned_on;
        grant.reason = link.reason.clone();
        let judge = Judge { estate: &solution.estate, job, rules };
        let license = &solution.estate.licenses[&grant.license];
        if judge.forbidden(&demand, license) || judge.failed_requirement(&demand, license).is_some() {
            solution.overridden.push((key.clone(), grant.license.clone()));
        }
    }
    solution.settle(&demand, &covering, grants);
}
