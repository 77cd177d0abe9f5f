//! `coverage`: a row an accepted consumption (contract §6).

use super::Report;
use super::columns::Columns;
use super::encode::texts::Text;
use super::error::ReportError;
use super::schema::{ColumnDef, Kind, TableDef, code, text};
use super::writer::{self, TableInfo};
use crate::explain::facts;
use crate::model::text::{Code, NULL_CODE};
use crate::model::words::Family;
use std::io::Write;
use std::ops::Range;

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
    let (consumptions, products) = (&estate.consumptions, &estate.products);
    let license_id = |license: u32| if license == NULL_CODE { NULL_CODE } else { estate.licenses.id[license as usize] };
    let first: Vec<Code> = facts::first_licenses(estate, trace).map(license_id).collect();
    let demand = |row: usize| (consumptions.demand[row] != NULL_CODE).then_some(consumptions.demand[row] as usize);
    // What a consumption is merged by mostly stands in its own row.
    let subject = |row: usize, demand: usize| match products.family(consumptions.product[row] as usize) {
        Family::Device => consumptions.asset(row),
        Family::User if consumptions.user(row) != NULL_CODE => consumptions.user(row),
        Family::User => estate.demands.subject[demand],
    };

    let mut columns = Columns::new(consumptions.len());
    columns.texts("consumption_id", Kind::Text, |row| Some(Text::whole(consumptions.id.bytes(row))));
    columns.code("product_id", texts, |row| products.id[consumptions.product[row] as usize]);
    let ids = &report.demand_ids;
    let ahead = |rows: Range<usize>| ids.look_ahead(rows.map(|row| demand(row).map_or(NULL_CODE, |demand| subject(row, demand))));
    columns.texts_ahead("demand_id", Kind::Text, ahead, |row| {
        demand(row).map(|demand| ids.of_subject(consumptions.product[row], subject(row, demand), row))
    });
    // Every consumption that needs a license is in a demand; without one its outcome is a defect that the null check reports.
    columns.member("outcome", |row| consumptions.outcome[row].or_else(|| demand(row).map(|demand| trace.outcomes[demand])));
    columns.code("license_id", texts, |row| demand(row).map_or(NULL_CODE, |demand| first[demand]));
    columns.code("exempt_reason", texts, |row| consumptions.exempt_reason(row));
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}
