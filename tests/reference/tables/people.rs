//! usage_by and reservations (§6.3).

use super::super::Table;
use super::super::job::Job;
use super::super::pairs;
use super::super::solve::Solution;
use super::super::values;
use super::{field, number, words};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Default)]
struct Sums {
    demands: i64,
    required: i64,
    allocated: i64,
    inactive: i64,
}

/// Dimension, value with nulls last, product.
type Group<'a> = (&'a str, (bool, Option<String>), &'a str);

/// A row per (dimension, value, product); a null value stands for the demands that have none.
pub fn usage_by(solution: &Solution, job: &Job) -> Table {
    let mut sums: BTreeMap<Group, Sums> = BTreeMap::new();
    let limit = solution.estate.as_of - job.inactive_after_days;
    for (key, demand) in &solution.demands {
        let inactive = values::date(&demand.record, "last_used_on").is_some_and(|day| day < limit);
        for (dimension, value) in groups(solution, key) {
            let line = sums.entry((dimension, (value.is_none(), value), &key.0)).or_default();
            line.demands += 1;
            line.required += pairs::product_need(&solution.estate, demand);
            line.allocated += solution.covers.get(key).map_or(0, |cover| cover.covered);
            line.inactive += i64::from(inactive);
        }
    }
    let mut table = Table::new("dimension value product_id demands required allocated outstanding inactive");
    for ((dimension, (_, value), product), line) in sums {
        let mut row = vec![words(dimension), value, words(product)];
        row.extend([line.demands, line.required, line.allocated, line.required - line.allocated, line.inactive].map(number));
        table.push(row);
    }
    table
}

/// The groups that a demand counts in (§6.3, §10).
fn groups(solution: &Solution, key: &super::super::demands::Key) -> Vec<(&'static str, Option<String>)> {
    let record = &solution.demands[key].record;
    let mut groups: Vec<(&'static str, Option<String>)> =
        ["department", "location", "cost_center"].map(|dimension| (dimension, field(record, dimension))).to_vec();
    groups.push(("user", field(record, "user_id")));
    groups.push(("publisher", field(&solution.estate.products[&key.0].record, "publisher")));
    if let Some(user) = values::text(record, "user_id").and_then(|id| solution.estate.users.get(id)) {
        for (dimension, name) in [("group", "groups"), ("role", "roles")] {
            let distinct: BTreeSet<String> = values::list(user, name).into_iter().collect();
            groups.extend(distinct.into_iter().map(|value| (dimension, Some(value))));
        }
    }
    groups
}

/// A row a reservation; all three numbers null on a license that is unknown, `site` or without seats.
pub fn reservations(solution: &Solution) -> Table {
    let mut table = Table::new("reservation_id license_id dimension value responsible seats used remaining cut");
    for (id, record) in &solution.estate.reservations {
        let license = values::text(record, "license_id").expect("required");
        let account = solution.ledger.accounts.get(license);
        let share = account.and_then(|account| account.shares.iter().find(|share| share.reservation == *id));
        let mut row = vec![words(id), words(license)];
        row.extend(["dimension", "value", "responsible", "seats"].map(|name| field(record, name)));
        row.extend([
            share.and_then(|share| number(share.kept - share.free)),
            share.and_then(|share| number(share.free)),
            share.and_then(|share| number(share.cut)),
        ]);
        table.push(row);
    }
    table
}
