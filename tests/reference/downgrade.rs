//! Phase 3: downgrades along chains of versions (§4.7).

use super::affinity::serving_order;
use super::cover::Candidate;
use super::demands::Key;
use super::estate::{Estate, License};
use super::job::Job;
use super::pairs::Judge;
use super::rulebook::Rulebook;
use super::solve::Solution;
use super::values;
use std::collections::{BTreeMap, BTreeSet};

/// Products linked by `previous_product_id`, directly or by others, are one chain.
fn chains(estate: &Estate) -> Vec<BTreeSet<String>> {
    let mut chains: Vec<BTreeSet<String>> = Vec::new();
    for product in estate.products.values() {
        let mut chain = BTreeSet::from([product.id.clone()]);
        chain.extend(product.previous().map(String::from));
        let (linked, apart): (Vec<_>, Vec<_>) = chains.into_iter().partition(|known| !known.is_disjoint(&chain));
        chain.extend(linked.into_iter().flatten());
        chains = apart;
        chains.push(chain);
    }
    chains
}

/// How many links lead from a newer product to an older one.
fn distance(estate: &Estate, newer: &str, older: &str) -> Option<usize> {
    let mut at = newer.to_string();
    for links in 1..=estate.products.len() + 1 {
        at = estate.products.get(&at)?.previous()?.to_string();
        if at == older {
            return Some(links);
        }
    }
    None
}

/// The usable licenses of newer versions whose `downgrade` reaches a product.
fn reaching<'a>(estate: &'a Estate, older: &str) -> Vec<(&'a License, usize)> {
    let reach = |license: &'a License| {
        let links = distance(estate, &license.product, older)?;
        let reaches = match values::text(&license.record, "downgrade") {
            Some("any") => true,
            Some("one") => links == 1,
            _ => false,
        };
        (reaches && license.usable()).then_some((license, links))
    };
    estate.licenses.values().filter_map(reach).collect()
}

/// Serves what is left of every chain.
pub fn serve(solution: &mut Solution, job: &Job, rules: &Rulebook) {
    for chain in chains(&solution.estate) {
        let left = |key: &&Key| chain.contains(&key.0) && !solution.covers.contains_key(*key) && !solution.demands[*key].no_user;
        let keys: Vec<Key> = solution.demands.keys().filter(left).cloned().collect();
        let mut tried: BTreeMap<Key, Vec<Candidate>> = BTreeMap::new();
        for key in keys {
            let judge = Judge { estate: &solution.estate, job, rules };
            let licenses = reaching(&solution.estate, &key.0);
            let (candidates, failures) = solution.judge(&judge, &solution.demands[&key], &licenses);
            solution.note("downgrade", &key, &candidates, &failures);
            if !candidates.is_empty() {
                tried.insert(key, candidates);
            }
        }
        let mut order: Vec<Key> = tried.keys().cloned().collect();
        order.sort_by_key(|key| serving_order(&solution.demands[key], &tried[key]));
        for (at, key) in order.iter().enumerate() {
            let demand = solution.demands[key].clone();
            let turn = at as i64 + 1;
            let (covering, grants) = solution.take(job, &demand, &tried[key], job.partial_cover, "downgrade", turn);
            solution.settle(&demand, &covering, grants);
        }
    }
}
