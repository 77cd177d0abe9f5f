//! Bundles: between phase 1 and phase 2 (§4.8).

use super::affinity::serving_order;
use super::cover::{Candidate, Covering};
use super::demands::{self, Demand, Key};
use super::job::Job;
use super::pairs::{self, Judge};
use super::rulebook::Rulebook;
use super::solve::{Cover, Grant, Solution};
use std::collections::{BTreeMap, BTreeSet};

/// Bundle after bundle.
pub fn serve(solution: &mut Solution, job: &Job, rules: &Rulebook) {
    for (bundle, named) in solution.estate.bundles.clone() {
        let Some(product) = solution.estate.products.get(&bundle) else {
            continue;
        };
        let family = product.user_family();
        let of_family = |id: &&String| solution.estate.products.get(*id).is_some_and(|one| one.user_family() == family);
        let components: BTreeSet<String> = named.iter().filter(|id| **id != bundle).filter(of_family).cloned().collect();
        let mut waiting = Vec::new();
        for (target, left) in left_by_target(solution, &components) {
            let own = (bundle.clone(), format!("{bundle}/{target}"));
            if solution.covers.get(&own).is_some_and(|cover| cover.phase == "direct") {
                ride_along(solution, &own, &left);
                continue;
            }
            let own_left = solution.demands.contains_key(&own) && !solution.covers.contains_key(&own);
            let mut parts = left;
            if own_left {
                parts.push(own);
            }
            if parts.len() >= 2 {
                parts.sort();
                waiting.push((target, parts));
            }
        }
        serve_waiting(solution, job, rules, &bundle, waiting);
    }
}

/// The demands left of the components, by target; demands of their own take no part.
fn left_by_target(solution: &Solution, components: &BTreeSet<String>) -> BTreeMap<String, Vec<Key>> {
    let mut left: BTreeMap<String, Vec<Key>> = BTreeMap::new();
    for (key, demand) in &solution.demands {
        if let Some(target) = &demand.target
            && components.contains(&key.0)
            && !solution.covers.contains_key(key)
        {
            left.entry(target.clone()).or_default().push(key.clone());
        }
    }
    left
}

/// Components' demands are covered by the licenses that cover the bundle's own demand, with 0 units (§4.8, §10).
fn ride_along(solution: &mut Solution, own: &Key, parts: &[Key]) {
    let carriers: Vec<String> = solution.grants.iter().filter(|grant| grant.demand == *own).map(|grant| grant.license.clone()).collect();
    for part in parts {
        for license in &carriers {
            solution.grants.push(Grant {
                demand: part.clone(),
                license: license.clone(),
                phase: "bundle",
                units: 0,
                turn: None,
                about: None,
                reservation: None,
                assigned_on: None,
                reason: None,
            });
        }
        cover_part(solution, part, &carriers[0]);
    }
}

fn cover_part(solution: &mut Solution, part: &Key, license: &str) {
    let covered = pairs::product_need(&solution.estate, &solution.demands[part]);
    let cover = Cover { phase: "bundle", full: true, covered, license: license.to_string() };
    solution.covers.insert(part.clone(), cover);
}

/// The bundle demands of one bundle, served like demands of phase 2, without partial cover.
fn serve_waiting(solution: &mut Solution, job: &Job, rules: &Rulebook, bundle: &str, waiting: Vec<(String, Vec<Key>)>) {
    let mut served: Vec<(Demand, Vec<Key>, Vec<Candidate>)> = Vec::new();
    for (target, parts) in waiting {
        let members: Vec<&Demand> = parts.iter().map(|key| &solution.demands[key]).collect();
        let demand = demands::bundle_demand(&solution.estate, job, rules, bundle, &target, &members);
        let judge = Judge { estate: &solution.estate, job, rules };
        let licenses: Vec<_> = solution.estate.licenses_of(bundle).filter(|license| license.usable()).map(|license| (license, 0)).collect();
        let (candidates, _) = solution.judge(&judge, &demand, &licenses);
        if !candidates.is_empty() {
            served.push((demand, parts, candidates));
        }
    }
    served.sort_by_key(|(demand, _, candidates)| serving_order(demand, candidates));
    for (at, (demand, parts, candidates)) in served.iter().enumerate() {
        let (covering, grants) = solution.take(job, demand, candidates, false, "bundle", at as i64 + 1);
        if covering == Covering::Nothing {
            continue;
        }
        for (nth, part) in parts.iter().enumerate() {
            for grant in &grants {
                let units = if nth == 0 { grant.units } else { 0 };
                solution.grants.push(Grant { demand: part.clone(), units, ..grant.clone() });
            }
            cover_part(solution, part, &grants[0].license);
        }
    }
}
