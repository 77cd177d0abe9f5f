//! Why a demand is in deficit (§4.9).

use super::demands::{Demand, Key};
use super::pairs::{self, REQUIREMENT, Verdict};
use super::solve::{Judgement, Solution};
use std::collections::BTreeMap;

/// A demand that is not covered, or not fully.
#[derive(Clone, Debug)]
pub struct Deficit {
    pub units: i64,
    pub reason: String,
    pub requirement: Option<String>,
    pub candidates: usize,
    pub free_units: i64,
    pub turn: Option<i64>,
    pub best: Option<(String, i64)>,
    pub cut_off_score: Option<i64>,
}

pub fn deficits(solution: &Solution) -> BTreeMap<Key, Deficit> {
    let open = solution.demands.values().filter(|demand| !solution.covers.get(&demand.key).is_some_and(|cover| cover.full));
    open.map(|demand| (demand.key.clone(), deficit(solution, demand))).collect()
}

fn deficit(solution: &Solution, demand: &Demand) -> Deficit {
    let judgement = &solution.judgements[&demand.key];
    let (reason, requirement) = reason(solution, demand, judgement);
    let part = solution.covers.get(&demand.key);
    let best = judgement.candidates.first();
    let free = |license: &str| solution.ledger.free_for(&solution.estate, demand, license).unwrap_or(0);
    Deficit {
        units: pairs::product_need(&solution.estate, demand) - part.map_or(0, |cover| cover.covered),
        reason: if part.is_some() { "partly_covered".into() } else { reason },
        requirement,
        candidates: judgement.candidates.len(),
        free_units: judgement.candidates.iter().map(|candidate| free(&candidate.license)).sum(),
        turn: judgement.turn,
        best: best.map(|candidate| (candidate.license.clone(), candidate.score)),
        cut_off_score: best.and_then(|candidate| lowest_score(solution, &candidate.license)),
    }
}

/// The lowest score at which a license was granted in phase 2.
fn lowest_score(solution: &Solution, license: &str) -> Option<i64> {
    let granted = solution.grants.iter().filter(|grant| grant.phase == "affinity" && grant.license == license);
    granted.filter_map(|grant| grant.about.as_ref()).map(|about| about.score).min()
}

fn reason(solution: &Solution, demand: &Demand, judgement: &Judgement) -> (String, Option<String>) {
    let mut licenses = solution.estate.licenses_of(demand.product()).peekable();
    if licenses.peek().is_none() {
        return ("no_license".into(), None);
    }
    if !licenses.any(|license| license.usable()) {
        return ("no_usable_license".into(), None);
    }
    if !judgement.candidates.is_empty() {
        let reason = if judgement.free_seat { "all_or_nothing" } else { "capacity_exhausted" };
        return (reason.into(), None);
    }
    closest(&judgement.failures)
}

/// The failure that stands last in the list; of requirements the one that most licenses failed first.
fn closest(failures: &[Verdict]) -> (String, Option<String>) {
    let mut last: Option<(usize, &str)> = None;
    let mut requirements: BTreeMap<usize, (usize, &str)> = BTreeMap::new();
    for verdict in failures {
        let Verdict::Failed { name, place, requirement } = verdict else {
            continue;
        };
        if last.is_none_or(|(known, _)| *place > known) {
            last = Some((*place, name));
        }
        if *place == REQUIREMENT {
            requirements.entry(*requirement).or_insert((0, name)).0 += 1;
        }
    }
    match last.expect("a usable license without candidates failed") {
        (REQUIREMENT, _) => {
            let most = requirements.values().map(|(count, _)| *count).max().expect("some");
            let first = requirements.values().find(|(count, _)| *count == most).expect("some");
            ("requirement_failed".into(), Some(first.1.to_string()))
        }
        (_, name) => (name.to_string(), None),
    }
}
