//! Phase 2: affinity (§4.5).

use super::assignments::nulls_last;
use super::cover::Candidate;
use super::demands::{Demand, Key};
use super::job::Job;
use super::pairs::Judge;
use super::rulebook::Rulebook;
use super::solve::{Judgement, Solution};
use super::values;
use std::cmp::Reverse;

/// Highest best score first, then `started_on` (nulls last), then the demand's name.
pub fn serving_order(demand: &Demand, candidates: &[Candidate]) -> impl Ord + use<> {
    let started = nulls_last(values::date(&demand.record, "started_on"));
    (Reverse(candidates[0].score), started, demand.id().to_string(), demand.product().to_string())
}

/// Judges every demand against the usable licenses of its product, then serves those that are left.
pub fn serve(solution: &mut Solution, job: &Job, rules: &Rulebook) {
    for product in solution.estate.products.keys().cloned().collect::<Vec<_>>() {
        let keys: Vec<Key> = solution.demands.keys().filter(|key| key.0 == product).cloned().collect();
        for key in &keys {
            let judge = Judge { estate: &solution.estate, job, rules };
            let licenses: Vec<_> =
                solution.estate.licenses_of(&product).filter(|license| license.usable()).map(|license| (license, 0)).collect();
            let (candidates, failures) = solution.judge(&judge, &solution.demands[key], &licenses);
            solution.note("affinity", key, &candidates, &failures);
            let failures = failures.into_iter().map(|(_, verdict)| verdict).collect();
            solution.judgements.insert(key.clone(), Judgement { candidates, failures, ..Judgement::default() });
        }
        let left = |key: &&Key| !solution.covers.contains_key(*key) && !solution.judgements[*key].candidates.is_empty();
        let mut order: Vec<Key> = keys.iter().filter(left).cloned().collect();
        order.sort_by_key(|key| serving_order(&solution.demands[key], &solution.judgements[key].candidates));
        for (at, key) in order.iter().enumerate() {
            serve_one(solution, job, key, at as i64 + 1);
        }
    }
}

fn serve_one(solution: &mut Solution, job: &Job, key: &Key, turn: i64) {
    let demand = solution.demands[key].clone();
    let candidates = solution.judgements[key].candidates.clone();
    let free_seat = solution.offers(&demand, &candidates).iter().any(|offer| offer.free.is_none_or(|free| free > 0));
    let judgement = solution.judgements.get_mut(key).expect("judged");
    judgement.turn = Some(turn);
    judgement.free_seat = free_seat;
    let (covering, grants) = solution.take(job, &demand, &candidates, job.partial_cover, "affinity", turn);
    solution.settle(&demand, &covering, grants);
}
