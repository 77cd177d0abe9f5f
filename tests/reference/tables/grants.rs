//! allocations, deficits and affinity (§6).

use super::super::Table;
use super::super::deficits::Deficit;
use super::super::demands::Key;
use super::super::job::Job;
use super::super::pairs::Verdict;
use super::super::solve::{Considered, Grant, Solution};
use super::super::values;
use super::{Cell, field, money, number, words};
use std::collections::BTreeMap;

const ALLOCATIONS: &str = "product_id demand_id license_id asset_id user_id phase metric units covered turn score \
    rank candidates passed_over runner_up_license_id runner_up_score margin matched_rules \
    decided_by reservation_id license_product_id license_status assigned_on \
    assignment_reason";

/// A row a grant.
pub fn allocations(solution: &Solution) -> Table {
    let mut table = Table::new(ALLOCATIONS);
    let mut grants: Vec<&Grant> = solution.grants.iter().collect();
    grants.sort_by_key(|grant| (&grant.demand, &grant.license));
    let mut before: Option<&Key> = None;
    for grant in grants {
        let first = before != Some(&grant.demand);
        before = Some(&grant.demand);
        table.push(allocation(solution, grant, first));
    }
    table
}

fn allocation(solution: &Solution, grant: &Grant, first: bool) -> Vec<Cell> {
    let demand = &solution.demands[&grant.demand].record;
    let license = &solution.estate.licenses[&grant.license];
    let about = grant.about.as_ref();
    let runner_up = about.and_then(|about| about.runner_up.as_ref());
    vec![
        words(&grant.demand.0),
        words(&grant.demand.1),
        words(&grant.license),
        field(demand, "asset_id"),
        field(demand, "user_id"),
        words(grant.phase),
        license.metric.clone(),
        number(grant.units),
        number(if first { solution.covers[&grant.demand].covered } else { 0 }),
        grant.turn.and_then(number),
        about.and_then(|about| number(about.score)),
        about.and_then(|about| number(about.rank as i64)),
        about.and_then(|about| number(about.candidates as i64)),
        about.and_then(|about| number(about.passed_over as i64)),
        runner_up.map(|(license, _)| license.clone()),
        runner_up.and_then(|(_, score)| number(*score)),
        about.and_then(|about| runner_up.and_then(|(_, score)| number(about.score - score))),
        words(&about.map(|about| about.matched.join(";")).unwrap_or_default()),
        about.map(|about| about.decided_by.clone()),
        grant.reservation.clone(),
        words(&license.product),
        words(license.status),
        grant.assigned_on.map(values::date_text),
        grant.reason.clone(),
    ]
}

const DEFICITS: &str = "product_id demand_id asset_id user_id metric units reason requirement candidates \
    free_units turn best_license_id best_score cut_off_score estimated_cost currency";

/// A row a demand in deficit; without `detail`, which is words.
pub fn deficits(solution: &Solution, deficits: &BTreeMap<Key, Deficit>) -> Table {
    let mut table = Table::new(DEFICITS);
    for (key, deficit) in deficits {
        let demand = &solution.demands[key].record;
        let product = &solution.estate.products[&key.0];
        let price = values::decimal(&product.record, "unit_price");
        table.push(vec![
            words(&key.0),
            words(&key.1),
            field(demand, "asset_id"),
            field(demand, "user_id"),
            words(&product.metric),
            number(deficit.units),
            words(&deficit.reason),
            deficit.requirement.clone(),
            number(deficit.candidates as i64),
            number(deficit.free_units),
            deficit.turn.and_then(number),
            deficit.best.as_ref().map(|(license, _)| license.clone()),
            deficit.best.as_ref().and_then(|(_, score)| number(*score)),
            deficit.cut_off_score.and_then(number),
            money(price.map(|price| price * deficit.units as i128)),
            field(&product.record, "currency"),
        ]);
    }
    table
}

const AFFINITY: &str = "product_id demand_id phase license_id eligible failed score rank matched_rules";

/// A row a (demand, license considered): all, the ranks 1 to 10 and what was granted, or none.
pub fn affinity(solution: &Solution, job: &Job) -> Table {
    let mut table = Table::new(AFFINITY);
    let granted = |row: &Considered| {
        let of_demand = solution.grants.iter().filter(|grant| grant.demand == row.demand);
        of_demand.into_iter().any(|grant| grant.license == row.license)
    };
    let shown = |row: &&Considered| match job.affinity_table.as_str() {
        "full" => true,
        "top" => row.rank.is_some_and(|rank| rank <= 10) || granted(row),
        _ => false,
    };
    let mut rows: Vec<&Considered> = solution.considered.iter().filter(shown).collect();
    rows.sort_by_key(|row| (&row.demand, row.phase, &row.license));
    for row in rows {
        let (failed, score, matched) = match &row.verdict {
            Verdict::Eligible { score, matched, .. } => (None, number(*score), matched.join(";")),
            Verdict::Failed { name, .. } => (words(name), None, String::new()),
        };
        table.push(vec![
            words(&row.demand.0),
            words(&row.demand.1),
            words(row.phase),
            words(&row.license),
            words(if failed.is_none() { "true" } else { "false" }),
            failed,
            score,
            row.rank.and_then(|rank| number(rank as i64)),
            words(&matched),
        ]);
    }
    table
}
