//! positions: a row a product (§6).

use super::super::Table;
use super::super::estate::{License, Product};
use super::super::job::Job;
use super::super::pairs;
use super::super::solve::{Grant, Solution};
use super::super::values::{self, ONE};
use super::usage::{Line as Usage, PHASES};
use super::{field, money, number, words};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default)]
pub struct Line {
    pub consumptions: i64,
    pub demands: i64,
    pub required: i64,
    pub seats: i64,
    pub lent: i64,
    pub borrowed: i64,
    pub bundled: i64,
    pub allocated: i64,
    pub by_phase: BTreeMap<&'static str, i64>,
    pub outstanding: i64,
    pub available: i64,
    pub status: &'static str,
    pub deficit_cost: Option<i128>,
    pub idle_cost: Option<i128>,
}

pub fn lines(solution: &Solution, job: &Job, usage: &BTreeMap<String, Usage>) -> BTreeMap<String, Line> {
    let products = solution.estate.products.values();
    products.map(|product| (product.id.clone(), line(solution, job, usage, product))).collect()
}

fn line(solution: &Solution, job: &Job, usage: &BTreeMap<String, Usage>, product: &Product) -> Line {
    let estate = &solution.estate;
    let demands: Vec<_> = solution.demands.values().filter(|demand| demand.product() == product.id).collect();
    let covers: Vec<_> = demands.iter().filter_map(|demand| solution.covers.get(&demand.key)).collect();
    let covered = |phase: &str| covers.iter().filter(|cover| cover.phase == phase).map(|cover| cover.covered).sum::<i64>();
    let counted: Vec<&License> = estate.licenses_of(&product.id).filter(|license| license.usable() && license.seats.is_some()).collect();
    let available = |license: &License| usage[&license.id].available.expect("seats");
    let of_metric = counted.iter().filter(|license| license.metric.as_deref() == Some(&product.metric));
    let own = |license: &str| estate.licenses[license].product == product.id;
    let given = |phase: &str, whose: &dyn Fn(&Grant) -> bool| {
        solution.grants.iter().filter(|grant| grant.phase == phase && whose(grant)).map(|grant| grant.units).sum::<i64>()
    };
    let required: i64 = demands.iter().map(|demand| pairs::product_need(estate, demand)).sum();
    let allocated: i64 = covers.iter().map(|cover| cover.covered).sum();
    let outstanding = required - allocated;
    let price = values::decimal(&product.record, "unit_price");
    Line {
        consumptions: estate.consumptions.values().filter(|one| one.product == product.id).count() as i64,
        demands: demands.len() as i64,
        required,
        seats: counted.iter().filter_map(|license| license.seats).sum(),
        lent: given("downgrade", &|grant| own(&grant.license)),
        borrowed: given("downgrade", &|grant| grant.demand.0 == product.id),
        bundled: given("bundle", &|grant| own(&grant.license)),
        allocated,
        by_phase: PHASES.iter().map(|phase| (*phase, covered(phase))).collect(),
        outstanding,
        available: counted.iter().map(|license| available(license)).sum(),
        status: status(job, outstanding, required, of_metric.map(|license| available(license)).sum()),
        deficit_cost: price.map(|price| price * outstanding as i128),
        idle_cost: idle_cost(solution, usage, product),
    }
}

/// First match; `available` is that of licenses of the product's metric.
fn status(job: &Job, outstanding: i64, required: i64, available: i64) -> &'static str {
    if outstanding > 0 {
        "under_licensed"
    } else if available > 0 && available as i128 * ONE > job.over_licensed_ratio * required as i128 {
        "over_licensed"
    } else if required == 0 {
        "not_licensable"
    } else {
        "compliant"
    }
}

/// Σ `cost_available` of the usable licenses in the product's currency or none; all, if the product has none.
fn idle_cost(solution: &Solution, usage: &BTreeMap<String, Usage>, product: &Product) -> Option<i128> {
    let currency = values::text(&product.record, "currency");
    let fits = |license: &&License| {
        let own = values::text(&license.record, "currency");
        license.usable() && (currency.is_none() || own.is_none() || own == currency)
    };
    let licenses = solution.estate.licenses_of(&product.id).filter(fits);
    let costs: Vec<i128> = licenses.filter_map(|license| usage[&license.id].cost_available).collect();
    if costs.is_empty() { None } else { Some(costs.iter().sum()) }
}

const POSITIONS: &str = "product_id name publisher metric consumptions demands required seats lent borrowed \
    bundled allocated allocated_direct allocated_bundle allocated_affinity \
    allocated_downgrade outstanding available coverage_percent status deficit_cost idle_cost \
    currency";

pub fn table(solution: &Solution, lines: &BTreeMap<String, Line>) -> Table {
    let mut table = Table::new(POSITIONS);
    for (id, line) in lines {
        let product = &solution.estate.products[id];
        let mut row = vec![words(id), field(&product.record, "name"), field(&product.record, "publisher")];
        row.push(words(&product.metric));
        let first = [line.consumptions, line.demands, line.required, line.seats, line.lent, line.borrowed, line.bundled];
        row.extend(first.map(number));
        row.push(number(line.allocated));
        row.extend(PHASES.iter().map(|phase| number(line.by_phase[phase])));
        row.extend([number(line.outstanding), number(line.available)]);
        row.push((line.required > 0).then(|| values::percent_text(line.allocated, line.required)));
        row.extend([words(line.status), money(line.deficit_cost), money(line.idle_cost), field(&product.record, "currency")]);
        table.push(row);
    }
    table
}
