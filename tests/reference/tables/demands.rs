//! coverage and demands (§6).

use super::super::Table;
use super::super::demands::Key;
use super::super::language::Side;
use super::super::pairs;
use super::super::rulebook::Rulebook;
use super::super::solve::Solution;
use super::{field, number, words};

/// `covered_PHASE` or `deficit`.
fn outcome(solution: &Solution, key: &Key) -> String {
    match solution.covers.get(key) {
        Some(cover) if cover.full => format!("covered_{}", cover.phase),
        _ => "deficit".into(),
    }
}

/// A row an accepted consumption, those of role rules too.
pub fn coverage(solution: &Solution) -> Table {
    let mut table = Table::new("consumption_id product_id demand_id outcome license_id exempt_reason");
    for consumption in solution.estate.consumptions.values() {
        let key = consumption.demand.as_ref().map(|demand| (consumption.product.clone(), demand.clone()));
        let cover = key.as_ref().and_then(|key| solution.covers.get(key)).filter(|cover| cover.full);
        let free = || consumption.outcome.expect("no demand, so it needs no license").to_string();
        table.push(vec![
            words(&consumption.id),
            words(&consumption.product),
            consumption.demand.clone(),
            Some(key.as_ref().map_or_else(free, |key| outcome(solution, key))),
            cover.map(|cover| cover.license.clone()),
            field(&consumption.record, "exempt_reason"),
        ]);
    }
    table
}

const DEMANDS: &str = "product_id demand_id metric need asset_id user_id department location cost_center cores \
    processors quantity devices started_on last_used_on consumptions outcome";

/// A row a demand, then every attribute and set field that a rule reads, by name.
pub fn demands(solution: &Solution, rules: &Rulebook) -> Table {
    let mut table = Table::new(DEMANDS);
    let read: Vec<String> =
        rules.fields_read(Side::Consumption).into_iter().filter(|name| !DEMANDS.split(' ').any(|known| known == name)).collect();
    table.columns.extend(read.iter().cloned());
    for (key, demand) in &solution.demands {
        let metric = &solution.estate.products[&key.0].metric;
        let mut row = vec![words(&key.0), words(&key.1), words(metric)];
        row.push(pairs::need(&solution.estate, demand, metric).and_then(number));
        let fields = ["asset_id", "user_id", "department", "location", "cost_center", "cores", "processors", "quantity"];
        row.extend(fields.map(|name| field(&demand.record, name)));
        row.push(number(demand.devices));
        row.extend(["started_on", "last_used_on"].map(|name| field(&demand.record, name)));
        row.extend([number(demand.consumptions.len() as i64), Some(outcome(solution, key))]);
        row.extend(read.iter().map(|name| field(&demand.record, name)));
        table.push(row);
    }
    table
}
