//! Phase 2 as a plain loop over all pairs: every rule evaluated for every license, every candidate sorted. No classes, no codes,
//! no lookups. For estates without reservations, assignments, bundles and downgrades.

use super::little::Little;
use crate::allocate::market::need;
use crate::allocate::rows::PairFields;
use crate::allocate::tie_order::compare_by;
use crate::estate::Built;
use crate::model::date::NULL_DATE;
use crate::model::estate::Target;
use crate::model::tree::Dimension;
use crate::model::value::NULL_INT;
use crate::model::words::{Failure, Metric};
use crate::rules::{Mode, holds, scope_requirement};
use crate::trace::pairs::{Depth, Failed, PageKey, PairPage, PairRow, Verdict};
use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

/// What a license is worth to a demand: its score, or what it fails first.
pub type Worth = Result<i64, String>;

/// Every usable license of a demand's product, by `license_id`.
pub fn pairs(built: &Built, demand: usize) -> Vec<(u32, Worth)> {
    let estate = &built.estate;
    let licenses = estate.licenses.of_product(estate.demands.product[demand] as usize);
    let usable = licenses.iter().filter(|license| estate.licenses.usable(**license as usize));
    usable.map(|license| (*license, worth(built, demand, *license as usize))).collect()
}

fn worth(built: &Built, demand: usize, license: usize) -> Worth {
    let estate = &built.estate;
    let demands = &estate.demands;
    let metric = estate.licenses.metric[license].unwrap_or(Metric::Site);
    let fail = |failure: Failure| Err(failure.code().to_owned());
    if metric != Metric::Site {
        if demands.no_user[demand] {
            return fail(Failure::NoUser);
        }
        if estate.products.family(demands.product[demand] as usize) != metric.family() {
            return fail(Failure::MetricMismatch);
        }
        if metric == Metric::NamedUser {
            return fail(Failure::NotAssigned);
        }
        if need(estate, demands, demand, metric).is_none() {
            return fail(Failure::UnitsUnknown);
        }
    }
    let hits = |target: &Target| match target {
        Target::Asset(asset) => demands.asset[demand] == *asset,
        Target::User(user) => demands.user[demand] == *user,
        Target::Consumption { row, .. } => demands.members(demand).contains(row),
    };
    let liked: Vec<Option<i64>> = estate
        .preferences
        .iter()
        .filter(|preference| preference.license as usize == license && hits(&preference.target))
        .map(|preference| preference.points)
        .collect();
    if liked.contains(&None) {
        return fail(Failure::Forbidden);
    }
    let pair = PairFields { demands, demand, licenses: &estate.licenses, license };
    let env = built.env();
    for requirement in &built.program.requirements {
        if !holds(&requirement.expr, &pair, &env, Mode::Requirement) {
            return Err(requirement.name.clone());
        }
    }
    for dimension in Dimension::ALL.into_iter().filter(|dimension| estate.licenses.scope[license].has(*dimension)) {
        let requirement = scope_requirement(dimension, &built.schema);
        if requirement.is_some_and(|requirement| !holds(&requirement.expr, &pair, &env, Mode::Requirement)) {
            return Err(format!("scope-{}", dimension.word()));
        }
    }
    let matching = built.program.affinities.iter().filter(|rule| holds(&rule.expr, &pair, &env, Mode::Affinity));
    Ok(matching.map(|rule| rule.points).sum::<i64>() + liked.into_iter().flatten().sum::<i64>())
}

/// The candidates of a demand, the best first.
pub fn candidates(built: &Built, demand: usize) -> Vec<(u32, i64)> {
    let estate = &built.estate;
    let mut candidates: Vec<(u32, i64)> =
        pairs(built, demand).into_iter().filter_map(|(license, worth)| Some((license, worth.ok()?))).collect();
    candidates.sort_by(|(first, score), (second, other)| {
        let keys = estate.policy.tie_break.iter().map(|key| compare_by(estate, *key, *first as usize, *second as usize));
        other.cmp(score).then(keys.fold(Ordering::Equal, Ordering::then)).then(first.cmp(second))
    });
    candidates
}

/// Serves every demand, and gives what each got: (demand, license, units, score, rank), by demand and license.
pub fn serve(built: &Built) -> Vec<(u32, u32, i64, i64, u32)> {
    let estate = &built.estate;
    let mut free: Vec<i64> = (0..estate.licenses.len()).map(|license| estate.licenses.counted_seats(license).unwrap_or(0)).collect();
    let mut queue: Vec<(u32, Vec<(u32, i64)>)> =
        (0..estate.demands.len()).map(|demand| (demand as u32, candidates(built, demand))).collect();
    queue.retain(|(_, candidates)| !candidates.is_empty());
    queue.sort_by_key(|(demand, candidates)| {
        let started = estate.demands.started_on.get(*demand as usize);
        (Reverse(candidates[0].1), started == NULL_DATE, started, *demand)
    });
    let mut grants = Vec::new();
    for (demand, candidates) in queue {
        grants.extend(cover(built, demand, &candidates, &mut free));
    }
    grants.sort_unstable();
    grants
}

fn cover(built: &Built, demand: u32, candidates: &[(u32, i64)], free: &mut [i64]) -> Vec<(u32, u32, i64, i64, u32)> {
    let estate = &built.estate;
    let metric = |license: u32| estate.licenses.metric[license as usize].unwrap_or(Metric::Site);
    let mut metrics: Vec<Metric> = Vec::new();
    for (license, _) in candidates {
        if !metrics.contains(&metric(*license)) {
            metrics.push(metric(*license));
        }
    }
    for group in metrics {
        let members = candidates.iter().enumerate().filter(|(_, (license, _))| metric(*license) == group);
        if group == Metric::Site {
            return members.take(1).map(|(at, (license, score))| (demand, *license, 0, *score, at as u32 + 1)).collect();
        }
        let needed = need(estate, &estate.demands, demand as usize, group).unwrap_or(NULL_INT);
        let (mut open, mut taken) = (needed, Vec::new());
        for (at, (license, score)) in members {
            let units = free[*license as usize].min(open);
            if units > 0 && (estate.policy.split_across_licenses || units == needed) {
                taken.push((demand, *license, units, *score, at as u32 + 1));
                open -= units;
            }
        }
        if open == 0 {
            taken.iter().for_each(|(_, license, units, _, _)| free[*license as usize] -= units);
            return taken;
        }
    }
    Vec::new()
}

/// What the engine granted, in the same form.
pub fn granted(little: &Little) -> Vec<(u32, u32, i64, i64, u32)> {
    let grants = little.calculation.trace.grants.iter();
    grants
        .map(|grant| {
            (
                grant.demand,
                grant.license,
                grant.units,
                grant.choice.as_ref().map_or(0, |choice| choice.score),
                grant.choice.as_ref().map_or(0, |choice| choice.rank),
            )
        })
        .collect()
}

/// Every pair of phase 2 as the engine shows it again, by demand: a worth by license.
pub fn replayed(little: &Little) -> BTreeMap<u32, BTreeMap<u32, Worth>> {
    let Little { built, calculation, .. } = little;
    let granted = crate::trace::by_demand::ByDemand::new(&calculation.trace, built.estate.demands.len());
    let replay = crate::allocate::replay::Replay::new(built, &calculation.markets, &calculation.trace, &granted);
    let mut worths: BTreeMap<u32, BTreeMap<u32, Worth>> = BTreeMap::new();
    let name = |failed: Failed| match failed.requirement {
        Some(place) => calculation.trace.requirements[place as usize].clone(),
        None => failed.failure.code().to_owned(),
    };
    let worth = |page: &PairPage, row: &PairRow| match page.verdicts.get(row.verdict) {
        Verdict::Eligible { score, .. } => Ok(score),
        Verdict::Failed(failed) => Err(name(failed)),
    };
    let make = |(): (), key: PageKey, page: &PairPage| -> Vec<(u32, BTreeMap<u32, Worth>)> {
        let demands = page.each().filter(|_| key.phase == crate::model::words::Phase::Affinity);
        demands.map(|pairs| (pairs.demand, pairs.rows.iter().map(|row| (row.license, worth(page, row))).collect())).collect()
    };
    let visit = |turned: crate::allocate::replay::Turned<Vec<_>>| -> Result<(), ()> {
        worths.extend(turned.made);
        Ok(())
    };
    replay.in_log_order(|_| Depth::Full, || (), make, visit).unwrap_or(());
    worths
}

/// All pairs and all grants of an estate against the plain loop.
pub fn agrees(little: &Little) -> Result<(), String> {
    let built = &little.built;
    let shown = replayed(little);
    for demand in 0..built.estate.demands.len() {
        let expected: BTreeMap<u32, Worth> = pairs(built, demand).into_iter().collect();
        let found = shown.get(&(demand as u32)).cloned().unwrap_or_default();
        if let Some((license, worth)) = expected.iter().find(|(license, worth)| found.get(license) != Some(worth)) {
            let (demand, name) = (little.demand(demand as u32), little.license(*license));
            return Err(format!("{demand} × {name}: {worth:?} by the plain loop, {:?} by the engine", found.get(license)));
        }
    }
    let (expected, found) = (serve(built), granted(little));
    if expected == found { Ok(()) } else { Err(format!("grants\n  plain loop {expected:?}\n  engine     {found:?}")) }
}
