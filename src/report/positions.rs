//! `positions`: a row a product: required, entitled, allocated, outstanding, and what that is worth (contract §6).

use super::Report;
use super::columns::Columns;
use super::error::ReportError;
use super::numbers::{Money, cost, fitting, percent};
use super::schema::{ColumnDef, TableDef, Unit, code, integer, money, percent as share};
use super::writer::{self, TableInfo};
use crate::explain::facts;
use crate::model::text::NULL_CODE;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("product_id", "the product").sorted(),
    code("name", "its name").nullable(),
    code("publisher", "who makes it").nullable(),
    code("metric", "what it is counted in"),
    integer("consumptions", "accepted consumptions, whether they need a license or not").of(Unit::Consumptions),
    integer("demands", "what must be covered").of(Unit::Demands),
    integer("required", "the demands' needs, in the product's metric").of(Unit::ProductMetric),
    integer("seats", "usable counted seats of its licenses, in license units").of(Unit::LicenseMetric),
    integer("lent", "given to older versions, in license units").of(Unit::LicenseMetric),
    integer("borrowed", "taken from newer versions, in license units").of(Unit::LicenseMetric),
    integer("bundled", "given to bundle demands, in license units").of(Unit::LicenseMetric),
    integer("allocated", "what is covered of the needs").of(Unit::ProductMetric),
    integer("allocated_direct", "of this by direct assignment").of(Unit::ProductMetric),
    integer("allocated_bundle", "of this by bundles").of(Unit::ProductMetric),
    integer("allocated_affinity", "of this by affinity").of(Unit::ProductMetric),
    integer("allocated_downgrade", "of this by newer versions").of(Unit::ProductMetric),
    integer("outstanding", "required − allocated").of(Unit::ProductMetric),
    integer("available", "free usable counted seats, in license units").of(Unit::LicenseMetric),
    share("coverage_percent", "allocated of required; null if nothing is required").nullable(),
    code("status", "under_licensed, over_licensed, not_licensable or compliant"),
    money("deficit_cost", "outstanding × unit_price").nullable(),
    money("idle_cost", "what the free seats of usable licenses cost, in the product's currency").nullable(),
    code("currency", "the product's").nullable(),
];

pub static TABLE: TableDef = TableDef {
    name: "positions",
    about: "a product: required, entitled, allocated, outstanding",
    columns: COLUMNS,
    extended_by_rules: false,
};

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let texts = &report.texts;
    let products = &report.estate.products;
    let positions = &report.trace.positions;
    let mut columns = Columns::new(products.len());
    columns.code("product_id", texts, |row| products.id[row]);
    columns.code("name", texts, |row| products.name[row]);
    columns.code("publisher", texts, |row| products.publisher[row]);
    columns.word("metric", |row| Some(products.metric[row].code()));
    columns.integer("consumptions", |row| positions[row].consumptions);
    columns.integer("demands", |row| positions[row].demands);
    columns.integer("required", |row| positions[row].required);
    columns.integer("seats", |row| positions[row].seats);
    columns.integer("lent", |row| positions[row].lent);
    columns.integer("borrowed", |row| positions[row].borrowed);
    columns.integer("bundled", |row| positions[row].bundled);
    columns.integer("allocated", |row| positions[row].allocated());
    columns.integer("allocated_direct", |row| positions[row].allocated_direct);
    columns.integer("allocated_bundle", |row| positions[row].allocated_bundle);
    columns.integer("allocated_affinity", |row| positions[row].allocated_affinity);
    columns.integer("allocated_downgrade", |row| positions[row].allocated_downgrade);
    columns.integer("outstanding", |row| positions[row].outstanding);
    columns.integer("available", |row| positions[row].available);
    columns.percent("coverage_percent", |row| percent(positions[row].allocated(), positions[row].required));
    columns.word("status", |row| Some(positions[row].status.code()));
    columns.money("deficit_cost", |row| cost(positions[row].outstanding, products.unit_price[row]));
    columns.money("idle_cost", |row| idle_cost(report, row));
    columns.code("currency", texts, |row| products.currency[row]);
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}

/// The sum of `cost_available` of the usable licenses in the product's currency or none; of all, if the product has none. Null
/// if no such license has one.
fn idle_cost(report: &Report<'_>, product: usize) -> Option<Money> {
    let (licenses, currency) = (&report.estate.licenses, report.estate.products.currency[product]);
    let counts =
        |license: usize| licenses.usable(license) && (currency == NULL_CODE || [currency, NULL_CODE].contains(&licenses.currency[license]));
    let mut sum: Option<Money> = None;
    for license in licenses.of_product(product).iter().map(|license| *license as usize).filter(|license| counts(*license)) {
        let available = facts::available(report.estate, report.trace, license);
        if let Some(amount) = available.and_then(|available| cost(available, licenses.unit_cost[license])) {
            sum = Some(sum.unwrap_or(0) + amount);
        }
    }
    sum.and_then(fitting)
}
