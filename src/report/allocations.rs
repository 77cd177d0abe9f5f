//! `allocations`: a row a grant (contract §6).

use super::Report;
use super::columns::Columns;
use super::error::ReportError;
use super::pool::TextPool;
use super::schema::{ColumnDef, Kind, TableDef, Unit, code, date, integer, list, text};
use super::writer::{self, TableInfo};
use crate::model::date::NULL_DATE;
use crate::model::text::NULL_CODE;
use crate::model::value::NULL_INT;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("product_id", "the product in use").sorted(),
    text("demand_id", "the demand that is covered").sorted(),
    code("license_id", "the license that covers it").sorted(),
    code("asset_id", "the demand's asset").nullable(),
    code("user_id", "the demand's user").nullable(),
    code("phase", "direct, bundle, affinity or downgrade"),
    code("metric", "the license's metric").nullable(),
    integer("units", "what it takes of the license, in the license's metric").of(Unit::LicenseMetric),
    integer("covered", "of the need in the product's metric: on the demand's first row what is covered of it, else 0")
        .of(Unit::ProductMetric),
    integer("turn", "1 for the first demand served in that phase").of(Unit::Place).nullable(),
    integer("score", "the license's affinity to the demand; null if direct").of(Unit::Points).nullable(),
    integer("rank", "1 for the first of the demand's candidates in that phase").of(Unit::Place).nullable(),
    integer("candidates", "how many licenses it could have drawn on").of(Unit::Licenses).nullable(),
    integer("passed_over", "better-ranked candidates that gave nothing").of(Unit::Licenses).nullable(),
    code("runner_up_license_id", "the best-ranked candidate after this one that gave nothing").nullable(),
    integer("runner_up_score", "its score").of(Unit::Points).nullable(),
    integer("margin", "score − runner_up_score").of(Unit::Points).nullable(),
    list("matched_rules", "the affinity rules that matched, with their points"),
    code("decided_by", "what put the license before the runner-up").nullable(),
    code("reservation_id", "the first reservation drawn from").nullable(),
    code("license_product_id", "the license's product; differs for a downgrade or a bundle"),
    code("license_status", "active, expiring or grace"),
    date("assigned_on", "since when the explicit link exists").nullable(),
    code("assignment_reason", "why, as the assignment says").nullable(),
];

pub static TABLE: TableDef = TableDef {
    name: "allocations",
    about: "a grant: a license covers a demand, with some units",
    columns: COLUMNS,
    extended_by_rules: false,
};

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let (estate, texts) = (report.estate, &report.texts);
    let (demands, licenses, products) = (&estate.demands, &estate.licenses, &estate.products);
    let grants = &report.trace.grants;
    let demand = |row: usize| grants.demand(row) as usize;
    let license = |row: usize| grants.license(row) as usize;
    let choice = |row: usize| grants.get(row).choice;
    let runner_up = |row: usize| choice(row).and_then(|choice| choice.runner_up.get());
    let assignment = |row: usize| grants.get(row).assignment.get().map(|place| &estate.assignments[place as usize]);

    let mut columns = Columns::new(grants.len());
    columns.code("product_id", texts, |row| products.id[demands.product[demand(row)] as usize]);
    columns.texts("demand_id", Kind::Text, |row| Some(report.demand_ids.of(demand(row))));
    columns.code("license_id", texts, |row| licenses.id[license(row)]);
    report.demand_ids.append(&mut columns, "asset_id", &demands.asset, demand);
    report.demand_ids.append(&mut columns, "user_id", &demands.user, demand);
    columns.member("phase", |row| Some(grants.get(row).phase));
    columns.member("metric", |row| licenses.metric[license(row)]);
    columns.integer("units", |row| grants.get(row).units);
    columns.integer("covered", |row| grants.get(row).covered);
    columns.integer("turn", |row| grants.get(row).turn.get().map_or(NULL_INT, i64::from));
    columns.integer("score", |row| choice(row).map_or(NULL_INT, |choice| choice.score));
    columns.integer("rank", |row| choice(row).map_or(NULL_INT, |choice| i64::from(choice.rank)));
    columns.integer("candidates", |row| choice(row).map_or(NULL_INT, |choice| i64::from(choice.candidates)));
    columns.integer("passed_over", |row| choice(row).map_or(NULL_INT, |choice| i64::from(choice.passed_over)));
    columns.code("runner_up_license_id", texts, |row| runner_up(row).map_or(NULL_CODE, |other| licenses.id[other.license as usize]));
    columns.integer("runner_up_score", |row| runner_up(row).map_or(NULL_INT, |other| other.score));
    columns.integer("margin", |row| match (choice(row), runner_up(row)) {
        (Some(choice), Some(other)) => choice.score.saturating_sub(other.score),
        _ => NULL_INT,
    });
    columns.list("matched_rules", &TextPool::Words(report.matches.words()), |row| {
        Some(choice(row).map_or(&[][..], |choice| report.matches.places_of(choice.matched)))
    });
    columns.member("decided_by", |row| choice(row).map(|choice| choice.decided_by));
    columns.code("reservation_id", texts, |row| {
        grants.get(row).reservation.get().map_or(NULL_CODE, |place| estate.reservations[place as usize].id)
    });
    columns.code("license_product_id", texts, |row| products.id[licenses.product[license(row)] as usize]);
    columns.member("license_status", |row| Some(licenses.status[license(row)]));
    columns.date("assigned_on", |row| assignment(row).map_or(NULL_DATE, |link| link.assigned_on));
    columns.code("assignment_reason", texts, |row| assignment(row).map_or(NULL_CODE, |link| link.reason));
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}
