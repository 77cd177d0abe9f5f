//! The order of candidates and the covering of one demand (§4.5, §4.6, §4.7).

use super::assignments::nulls_last;
use super::estate::{Estate, License};
use super::values;
use std::cmp::Ordering;

/// An eligible license of a demand.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub license: String,
    pub score: i64,
    pub matched: Vec<String>,
    pub need: i64,
    /// Links of `previous_product_id`; 0 within the product.
    pub distance: usize,
}

/// What a candidate can give: its metric, its free seats (none: without limit) and the demand's need of it.
#[derive(Clone, Debug)]
pub struct Offer {
    pub metric: String,
    pub free: Option<i64>,
    pub need: i64,
}

/// Takings are (place among the candidates, units), in the order drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Covering {
    Full(Vec<(usize, i64)>),
    /// With the group's need.
    Partial(Vec<(usize, i64)>, i64),
    Nothing,
}

/// One word of `tie_break` (§4.5).
fn tie(word: &str, a: &License, b: &License) -> Ordering {
    match word {
        "unlimited" => b.is_site().cmp(&a.is_site()),
        "in_term" => (a.status == "grace").cmp(&(b.status == "grace")),
        "earliest_end" => nulls_last(values::date(&a.record, "ends_on")).cmp(&nulls_last(values::date(&b.record, "ends_on"))),
        "lowest_cost" => nulls_last(values::decimal(&a.record, "unit_cost")).cmp(&nulls_last(values::decimal(&b.record, "unit_cost"))),
        other => unreachable!("no tie_break {other}"),
    }
}

/// What puts one candidate before another, and how: score, version, `tie_break`, `license_id`.
fn order(estate: &Estate, tie_break: &[String], a: &Candidate, b: &Candidate) -> (Ordering, String) {
    let (left, right) = (&estate.licenses[&a.license], &estate.licenses[&b.license]);
    let mut criteria = vec![("score".to_string(), b.score.cmp(&a.score)), ("version".into(), a.distance.cmp(&b.distance))];
    criteria.extend(tie_break.iter().map(|word| (word.clone(), tie(word, left, right))));
    let decisive = criteria.into_iter().find(|(_, order)| *order != Ordering::Equal);
    let (word, order) = decisive.unwrap_or(("license_id".into(), a.license.cmp(&b.license)));
    (order, word)
}

pub fn sort(estate: &Estate, tie_break: &[String], candidates: &mut [Candidate]) {
    candidates.sort_by(|a, b| order(estate, tie_break, a, b).0);
}

/// What put a candidate before its runner-up (§6 `decided_by`).
pub fn decided_by(estate: &Estate, tie_break: &[String], winner: &Candidate, runner_up: Option<&Candidate>) -> String {
    runner_up.map_or("only".into(), |other| order(estate, tie_break, winner, other).1)
}

/// §4.6: group by metric in the order of the best candidate, then all or nothing, or in part.
pub fn cover(offers: &[Offer], split: bool, partial: bool) -> Covering {
    let mut metrics: Vec<&str> = Vec::new();
    for offer in offers {
        if !metrics.contains(&offer.metric.as_str()) {
            metrics.push(&offer.metric);
        }
    }
    for metric in &metrics {
        let group: Vec<usize> = (0..offers.len()).filter(|at| offers[*at].metric == *metric).collect();
        if let Some(takings) = whole(offers, &group, split) {
            return Covering::Full(takings);
        }
    }
    for metric in metrics.iter().filter(|_| partial) {
        let group = (0..offers.len()).filter(|at| offers[*at].metric == *metric);
        let some: Vec<(usize, i64)> =
            group.map(|at| (at, offers[at].free.expect("a site license covers"))).filter(|(_, free)| *free > 0).collect();
        if let Some((first, _)) = some.first() {
            let takings = if split { some.clone() } else { vec![some[0]] };
            return Covering::Partial(takings, offers[*first].need);
        }
    }
    Covering::Nothing
}

/// The takings that meet the need from one group, if it can (§4.6).
fn whole(offers: &[Offer], group: &[usize], split: bool) -> Option<Vec<(usize, i64)>> {
    let mut open = offers[group[0]].need;
    let mut takings = Vec::new();
    for at in group {
        let Some(free) = offers[*at].free else {
            return Some(vec![(*at, 0)]);
        };
        let units = if split || free >= open { free.min(open) } else { 0 };
        if units > 0 {
            takings.push((*at, units));
            open -= units;
        }
        if open == 0 {
            return Some(takings);
        }
    }
    None
}
