//! `recommendations`: a row for each thing that could be done (contract §6.3). What they are is `explain::advice`.

use super::Report;
use super::columns::Columns;
use super::error::ReportError;
use super::numbers::{Money, cost};
use super::schema::{ColumnDef, TableDef, Unit, code, integer, money, text};
use super::writer::{self, TableInfo};
use crate::explain::advice::{Advice, Price};
use crate::model::decimal::{NULL_DECIMAL, Scaled};
use crate::model::text::{Code, NULL_CODE};
use crate::model::value::NULL_INT;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("action", "buy, reclaim, renew, reassign, drop or fix_data").sorted(),
    code("product_id", "the product").nullable().sorted(),
    code("license_id", "the license; null where the product as a whole is meant").nullable().sorted(),
    integer("units", "by the action: needs to buy or reassign, seats to reclaim, renew or drop, demands to fix").of(Unit::ByRow).nullable(),
    money("amount", "units × the license's unit_cost, or the product's unit_price to buy").nullable(),
    code("currency", "of the amount").nullable(),
    text("reason", "why, in one sentence"),
];

pub static TABLE: TableDef =
    TableDef { name: "recommendations", about: "something that could be done", columns: COLUMNS, extended_by_rules: false };

/// Writes recommendations, which are in the order of the table as `explain::advice` leaves them.
pub fn write(report: &Report<'_>, advice: &[Advice], out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let texts = &report.texts;
    let price = |row: usize| priced(report, advice[row].price);
    let amount = |row: usize| -> Option<Money> { cost(advice[row].units?, price(row).0) };
    let mut columns = Columns::new(advice.len());
    columns.word("action", |row| Some(advice[row].action.code()));
    columns.code("product_id", texts, |row| advice[row].product);
    columns.code("license_id", texts, |row| advice[row].license);
    columns.integer("units", |row| advice[row].units.unwrap_or(NULL_INT));
    columns.money("amount", amount);
    columns.code("currency", texts, |row| if amount(row).is_some() { price(row).1 } else { NULL_CODE });
    columns.text("reason", |row, out| {
        out.push_str(&advice[row].reason);
        true
    });
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}

/// A price and its currency.
fn priced(report: &Report<'_>, price: Price) -> (Scaled, Code) {
    let (products, licenses) = (&report.estate.products, &report.estate.licenses);
    match price {
        Price::Product(product) => (products.unit_price[product as usize], products.currency[product as usize]),
        Price::License(license) => (licenses.unit_cost[license as usize], licenses.currency[license as usize]),
        Price::Unknown => (NULL_DECIMAL, NULL_CODE),
    }
}
