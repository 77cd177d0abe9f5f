//! usage: a row a license (§6).

use super::super::Table;
use super::super::estate::License;
use super::super::job::Job;
use super::super::solve::Solution;
use super::super::values;
use super::{field, money, number, words};
use std::collections::{BTreeMap, BTreeSet};

/// The numbers of a license.
#[derive(Clone, Debug, Default)]
pub struct Line {
    pub allocated: i64,
    /// Phase to units.
    pub by_phase: BTreeMap<&'static str, i64>,
    /// None without seats or limit.
    pub available: Option<i64>,
    pub reserved: Option<i64>,
    pub granted: bool,
    pub demands_covered: i64,
    pub inactive_covered: i64,
    pub cost_total: Option<i128>,
    pub cost_available: Option<i128>,
}

pub const PHASES: [&str; 4] = ["direct", "bundle", "affinity", "downgrade"];

pub fn lines(solution: &Solution, job: &Job) -> BTreeMap<String, Line> {
    solution.estate.licenses.values().map(|license| (license.id.clone(), line(solution, job, license))).collect()
}

fn line(solution: &Solution, job: &Job, license: &License) -> Line {
    let grants: Vec<_> = solution.grants.iter().filter(|grant| grant.license == license.id).collect();
    let units = |phase: &str| grants.iter().filter(|grant| grant.phase == phase).map(|grant| grant.units).sum::<i64>();
    let covered: BTreeSet<_> = grants.iter().map(|grant| &grant.demand).collect();
    let limit = solution.estate.as_of - job.inactive_after_days;
    let inactive =
        |key: &&&super::super::demands::Key| values::date(&solution.demands[**key].record, "last_used_on").is_some_and(|day| day < limit);
    let allocated = grants.iter().map(|grant| grant.units).sum();
    let available = license.seats.map(|seats| seats - allocated);
    let unit_cost = values::decimal(&license.record, "unit_cost");
    let cost = |seats: Option<i64>| unit_cost.and_then(|cost| seats.map(|seats| cost * seats as i128));
    let account = solution.ledger.accounts.get(&license.id);
    Line {
        allocated,
        by_phase: PHASES.iter().map(|phase| (*phase, units(phase))).collect(),
        available,
        reserved: account.map(|account| account.shares.iter().map(|share| share.kept).sum()),
        granted: !grants.is_empty(),
        demands_covered: covered.len() as i64,
        inactive_covered: covered.iter().filter(inactive).count() as i64,
        cost_total: cost(license.seats),
        cost_available: cost(available),
    }
}

const USAGE: &str = "license_id product_id metric license_type status starts_on ends_on days_to_end seats \
    allocated allocated_direct allocated_bundle allocated_affinity allocated_downgrade \
    available usage_percent reserved demands_covered inactive_covered department location \
    cost_center unit_cost currency cost_total cost_available responsible contract_id vendor \
    renews_on";

pub fn table(solution: &Solution, job: &Job, lines: &BTreeMap<String, Line>) -> Table {
    let mut table = Table::new(USAGE);
    for license in solution.estate.licenses.values() {
        let line = &lines[&license.id];
        let record = &license.record;
        let percent = license.seats.filter(|seats| *seats > 0).map(|seats| values::percent_text(line.allocated, seats));
        let mut row = vec![
            words(&license.id),
            words(&license.product),
            license.metric.clone(),
            field(record, "license_type"),
            words(license.status),
            field(record, "starts_on"),
            field(record, "ends_on"),
            values::date(record, "ends_on").and_then(|end| number(end - job.as_of)),
            license.seats.and_then(number),
            number(line.allocated),
        ];
        row.extend(PHASES.iter().map(|phase| number(line.by_phase[phase])));
        row.extend([line.available.and_then(number), percent, line.reserved.and_then(number)]);
        row.extend([number(line.demands_covered), number(line.inactive_covered)]);
        row.extend(["department", "location", "cost_center"].map(|name| field(record, name)));
        row.extend([money(values::decimal(record, "unit_cost")), field(record, "currency")]);
        row.extend([money(line.cost_total), money(line.cost_available)]);
        row.extend(["responsible", "contract_id", "vendor", "renews_on"].map(|name| field(record, name)));
        table.push(row);
    }
    table
}
