//! `coverage`: a row an accepted consumption (contract §6).

use super::Report;
use super::columns::Columns;
use super::encode::texts::Text;
use super::error::ReportError;
use super::schema::{ColumnDef, Kind, TableDef, code, text};
use super::writer::{self, TableInfo};
use crate::explain::facts;
use crate::model::text::NULL_CODE;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    text("consumption_id", "the consumption").sorted(),
    code("product_id", "the product in use"),
    text("demand_id", "the demand that holds it; null if it needs no license").nullable(),
    code("outcome", "covered_direct, covered_bundle, covered_affinity, covered_downgrade, deficit, or why it needs no license"),
    code("license_id", "the license first drawn from, if covered").nullable(),
    code("exempt_reason", "the consumption's, whatever the outcome").nullable(),
];

pub static TABLE: TableDef =
    TableDef { name: "coverage", about: "an accepted consumption, and what became of it", columns: COLUMNS, extended_by_rules: false };

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let (estate, trace, texts) = (report.estate, report.trace, &report.texts);
    let consumptions = &estate.consumptions;
    let first = facts::first_licenses(estate, trace);
    let demand = |row: usize| (consumptions.demand[row] != NULL_CODE).then_some(consumptions.demand[row] as usize);
    // Every consumption that needs a license is in a demand; without one its outcome is a defect that the null check reports.
    let outcome = |row: usize| consumptions.outcome[row].or_else(|| demand(row).map(|demand| trace.outcomes[demand]));

    let mut columns = Columns::new(consumptions.len());
    columns.texts("consumption_id", Kind::Text, |row| Some(Text::whole(consumptions.id.bytes(row))));
    columns.code("product_id", texts, |row| estate.products.id[consumptions.product[row] as usize]);
    columns.texts("demand_id", Kind::Text, |row| demand(row).map(|demand| report.demand_ids.of_any(consumptions.product[row], demand)));
    columns.member("outcome", outcome);
    columns.code("license_id", texts, |row| match demand(row) {
        Some(demand) if first[demand] != NULL_CODE => estate.licenses.id[first[demand] as usize],
        _ => NULL_CODE,
    });
    columns.code("exempt_reason", texts, |row| consumptions.exempt_reason(row));
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}
