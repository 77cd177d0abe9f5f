//! `deficits`: a row a demand in deficit, with the reason and the nearest thing to a cover (contract §4.9, §6).

use super::Report;
use super::columns::Columns;
use super::error::ReportError;
use super::numbers::cost;
use super::schema::{ColumnDef, Kind, TableDef, Unit, code, integer, money, text};
use super::writer::{self, TableInfo};
use crate::explain::deficit::Deficits;
use crate::model::text::NULL_CODE;
use crate::model::value::NULL_INT;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("product_id", "the product in use").sorted(),
    text("demand_id", "the demand that is not covered, or not in full").sorted(),
    code("asset_id", "its asset").nullable(),
    code("user_id", "its user").nullable(),
    code("metric", "the product's metric"),
    integer("units", "what is missing, in that metric").of(Unit::ProductMetric),
    code("reason", "why, by §4.9 of the contract"),
    code("requirement", "the requirement that failed, where that is the reason").nullable(),
    integer("candidates", "how many licenses it could have drawn on").of(Unit::Licenses),
    integer("free_units", "free for it in them at the end; null where one is unlimited").of(Unit::LicenseMetric).nullable(),
    integer("turn", "when it was served in phase 2; null without candidates").of(Unit::Place).nullable(),
    code("best_license_id", "its best candidate").nullable(),
    integer("best_score", "that one's score for it").of(Unit::Points).nullable(),
    integer("cut_off_score", "the lowest score at which that one was granted in phase 2").of(Unit::Points).nullable(),
    money("estimated_cost", "units × the product's unit_price").nullable(),
    code("currency", "the product's").nullable(),
    text("detail", "the reason in one sentence"),
];

pub static TABLE: TableDef =
    TableDef { name: "deficits", about: "a demand in deficit, and why", columns: COLUMNS, extended_by_rules: false };

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let (estate, trace, texts) = (report.estate, report.trace, &report.texts);
    let (demands, products, deficits) = (&estate.demands, &estate.products, &trace.deficits);
    let demand = |row: usize| deficits[row].demand as usize;
    let product = |row: usize| demands.product[demand(row)] as usize;
    let sentences = Deficits::new(estate, trace);

    let mut columns = Columns::new(deficits.len());
    columns.code("product_id", texts, |row| products.id[product(row)]);
    columns.texts("demand_id", Kind::Text, |row| Some(report.demand_ids.of(demand(row))));
    report.demand_ids.append(&mut columns, "asset_id", &demands.asset, demand);
    report.demand_ids.append(&mut columns, "user_id", &demands.user, demand);
    columns.member("metric", |row| Some(products.metric[product(row)]));
    columns.integer("units", |row| deficits[row].units);
    columns.member("reason", |row| Some(deficits[row].reason));
    columns.word("requirement", |row| deficits[row].requirement.map(|place| trace.requirements[usize::from(place)].as_str()));
    columns.integer("candidates", |row| i64::from(deficits[row].candidates));
    columns.integer("free_units", |row| deficits[row].free_units.or_null());
    columns.integer("turn", |row| deficits[row].turn.get().map_or(NULL_INT, i64::from));
    columns
        .code("best_license_id", texts, |row| deficits[row].best.get().map_or(NULL_CODE, |best| estate.licenses.id[best.license as usize]));
    columns.integer("best_score", |row| deficits[row].best.get().map_or(NULL_INT, |best| best.score));
    columns.integer("cut_off_score", |row| deficits[row].cut_off_score.or_null());
    columns.money("estimated_cost", |row| cost(deficits[row].units, products.unit_price[product(row)]));
    columns.code("currency", texts, |row| products.currency[product(row)]);
    columns.text("detail", |row, out| {
        sentences.write(&deficits[row], out);
        true
    });
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}
