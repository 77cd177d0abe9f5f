//! alerts without their messages, and rejects (§6.2, §2.1).

use super::super::Table;
use super::super::assignments::{Assignment, nulls_last};
use super::super::demands::Key;
use super::super::job::Job;
use super::super::ledger;
use super::super::schema::DIMENSIONS;
use super::super::solve::Solution;
use super::super::values;
use super::positions::Line as Position;
use super::usage::Line as Usage;
use super::{Cell, number};
use std::collections::{BTreeMap, BTreeSet};

/// One alert; what has nothing to say is null.
#[derive(Clone, Debug, Default)]
struct Alert {
    kind: &'static str,
    code: String,
    severity: &'static str,
    product: Option<String>,
    license: Option<String>,
    subject: Option<String>,
    units: Option<i64>,
    date: Option<i64>,
}

impl Alert {
    fn new(kind: &'static str, code: &str, severity: &'static str) -> Alert {
        Alert { kind, code: code.to_string(), severity, ..Alert::default() }
    }

    /// Kind, code, product, license, subject; nulls last.
    fn row(self) -> Vec<Cell> {
        let (units, date) = (self.units.and_then(number), self.date.map(values::date_text));
        vec![Some(self.kind.into()), Some(self.code), Some(self.severity.into()), self.product, self.license, self.subject, units, date]
    }
}

/// All alerts; equal sort keys are ordered by the other columns here.
pub fn table(solution: &Solution, job: &Job, usage: &BTreeMap<String, Usage>, positions: &BTreeMap<String, Position>) -> Table {
    let mut alerts = Vec::new();
    of_products(solution, positions, &mut alerts);
    of_licenses(solution, job, usage, &mut alerts);
    of_assignments(solution, &mut alerts);
    of_reservations(solution, &mut alerts);
    of_data(solution, &mut alerts);
    let mut table = Table::new("kind code severity product_id license_id subject units date");
    let mut rows: Vec<Vec<Cell>> = alerts.into_iter().map(Alert::row).collect();
    let key =
        |row: &Vec<Cell>| -> Vec<(bool, Cell)> { [0, 1, 3, 4, 5, 2, 6, 7].map(|at: usize| (row[at].is_none(), row[at].clone())).to_vec() };
    rows.sort_by_key(key);
    for row in rows {
        table.push(row);
    }
    table
}

fn of_products(solution: &Solution, positions: &BTreeMap<String, Position>, alerts: &mut Vec<Alert>) {
    for (id, line) in positions {
        let product = Some(id.clone());
        if line.outstanding > 0 {
            let units = Some(line.outstanding);
            alerts.push(Alert { product: product.clone(), units, ..Alert::new("overage", "under_licensed", "critical") });
        }
        if line.status == "over_licensed" {
            let units = Some(line.available);
            alerts.push(Alert { product: product.clone(), units, ..Alert::new("idle", "over_licensed", "info") });
        }
        if solution.estate.products[id].derived_from_many {
            alerts.push(Alert { product, ..Alert::new("data_quality", "metric_derived", "info") });
        }
    }
}

fn of_licenses(solution: &Solution, job: &Job, usage: &BTreeMap<String, Usage>, alerts: &mut Vec<Alert>) {
    for license in solution.estate.licenses.values() {
        let line = &usage[&license.id];
        let ends_on = values::date(&license.record, "ends_on");
        let mut alert = |kind, code: &str, severity, units: Option<i64>, date: Option<i64>, subject: Option<&str>| {
            let (product, license) = (Some(license.product.clone()), Some(license.id.clone()));
            let subject = subject.map(String::from);
            alerts.push(Alert { product, license, subject, units, date, ..Alert::new(kind, code, severity) });
        };
        if license.status == "expiring" {
            alert("expiring", "license_expiring", "warning", Some(line.allocated), ends_on, None);
        }
        if license.status == "grace" && line.granted {
            alert("expired_in_use", "grace_in_use", "warning", Some(line.allocated), ends_on, None);
        }
        if let Some(demands) = solution.assignments.expired.get(&license.id) {
            alert("expired_in_use", "expired_assigned", "critical", Some(demands.len() as i64), ends_on, None);
        }
        let due = |day: &i64| *day >= job.as_of && *day <= job.as_of + job.expiring_within_days;
        if let Some(day) = values::date(&license.record, "renews_on").filter(due)
            && license.usable()
        {
            alert("expiring", "renewal_due", "warning", Some(line.allocated), Some(day), None);
        }
        let scope = values::list(&license.record, "scope");
        for dimension in DIMENSIONS.iter().filter(|dimension| scope.iter().any(|named| named == *dimension)) {
            if values::get(&license.record, dimension).is_null() {
                alert("data_quality", "scope_without_value", "info", Some(1), None, Some(dimension));
            }
        }
        if license.status == "incomplete" {
            alert("data_quality", "license_incomplete", "warning", license.seats, None, None);
        }
        if line.inactive_covered > 0 {
            alert("idle", "inactive_users", "info", Some(line.inactive_covered), None, None);
        }
    }
}

/// The codes of §4.4.
fn of_assignments(solution: &Solution, alerts: &mut Vec<Alert>) {
    for invalid in &solution.assignments.invalid {
        let (product, license) = (invalid.product.clone(), Some(invalid.license.clone()));
        let subject = Some(invalid.target.clone());
        alerts.push(Alert { product, license, subject, ..Alert::new("allocation_conflict", invalid.code, "warning") });
    }
    let mut of_demand = |code: &str, key: &Key, license: &str| {
        let (product, subject) = (Some(key.0.clone()), Some(key.1.clone()));
        let license = Some(license.to_string());
        alerts.push(Alert { product, license, subject, ..Alert::new("allocation_conflict", code, "warning") });
    };
    for (key, license) in &solution.over_capacity {
        of_demand("assignment_over_capacity", key, license);
    }
    for (key, license) in &solution.overridden {
        of_demand("assignment_overrides_requirement", key, license);
    }
    let mut assigned: BTreeMap<&Key, Vec<&Assignment>> = BTreeMap::new();
    for one in &solution.assignments.valid {
        assigned.entry(&one.demand).or_default().push(one);
    }
    for (key, several) in assigned.iter().filter(|(_, several)| several.len() > 1) {
        let order = |one: &&&Assignment| (nulls_last(one.assigned_on), one.license.clone());
        let first = several.iter().min_by_key(order).expect("several");
        of_demand("overlapping_assignments", key, &first.license);
    }
}

/// The codes of §4.6: seats cut, and demands that fall under several reservations of a license.
fn of_reservations(solution: &Solution, alerts: &mut Vec<Alert>) {
    let estate = &solution.estate;
    for (id, account) in &solution.ledger.accounts {
        let (product, license) = (Some(estate.licenses[id].product.clone()), Some(id.clone()));
        for share in account.shares.iter().filter(|share| share.cut > 0) {
            let (subject, units) = (Some(share.reservation.clone()), Some(share.cut));
            let alert = Alert::new("allocation_conflict", "over_reserved", "warning");
            alerts.push(Alert { product: product.clone(), license: license.clone(), subject, units, ..alert });
        }
    }
    // On a site license reservations are ignored; any other counts, without seats and unusable ones too.
    for license in estate.licenses.values().filter(|license| !license.is_site()) {
        let reservations: Vec<_> = ledger::reservations_of(estate, license).map(|(_, record)| record).collect();
        let several = |demand: &&super::super::demands::Demand| {
            reservations.iter().filter(|record| ledger::falls_under(estate, demand, record)).count() > 1
        };
        let of_product = solution.demands.values().filter(|demand| demand.product() == license.product);
        let count = of_product.filter(several).count() as i64;
        if count > 0 {
            let (product, license) = (Some(license.product.clone()), Some(license.id.clone()));
            let alert = Alert::new("allocation_conflict", "overlapping_reservations", "warning");
            alerts.push(Alert { product, license, units: Some(count), ..alert });
        }
    }
}

/// Unknown references, rejected rows, role rules that were skipped.
fn of_data(solution: &Solution, alerts: &mut Vec<Alert>) {
    for unknown in &solution.estate.unknown {
        alerts.push(Alert { units: Some(unknown.rows), ..Alert::new("data_quality", &unknown.code, "info") });
    }
    let extracts: BTreeSet<&String> = solution.estate.rejects.iter().map(|reject| &reject.extract).collect();
    for extract in extracts {
        let rows = solution.estate.rejects.iter().filter(|reject| reject.extract == *extract).count() as i64;
        let alert = Alert::new("data_quality", "rejected_rows", "warning");
        alerts.push(Alert { subject: Some(extract.clone()), units: Some(rows), ..alert });
    }
    for rule in &solution.skipped {
        let (product, subject) = (Some(rule.product.clone()), Some(rule.name.clone()));
        alerts.push(Alert { product, subject, ..Alert::new("data_quality", "entitle_skipped", "warning") });
    }
}

/// A row a rejected row, without its message.
pub fn rejects(solution: &Solution) -> Table {
    let mut table = Table::new("extract file row column value reason");
    let mut rejects: Vec<_> = solution.estate.rejects.iter().collect();
    rejects.sort_by_key(|reject| (&reject.extract, &reject.file, reject.row));
    for reject in rejects {
        let (extract, file) = (Some(reject.extract.clone()), Some(reject.file.clone()));
        let (row, reason) = (number(reject.row as i64), Some(reject.reason.to_string()));
        table.push(vec![extract, file, row, reject.column.clone(), reject.value.clone(), reason]);
    }
    table
}
