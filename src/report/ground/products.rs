//! `products`: a row a product that the run knows, with the fields of the catalog that the calculation reads.

use super::super::Report;
use super::super::columns::Columns;
use super::super::error::ReportError;
use super::super::numbers::money;
use super::super::schema::{ColumnDef, TableDef, Unit, boolean, code, integer, money as money_column};
use super::super::writer::{self, TableInfo};
use crate::model::words::{Metric, ProductClass};
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("product_id", "the product").sorted(),
    code("name", "as in the catalog").nullable(),
    code("publisher", "as in the catalog").nullable(),
    code("metric", "what its demands are counted in"),
    code("stated_metric", "the catalog's metric; null where it was found in the licenses").nullable(),
    integer("min_units", "the least need under core and processor").of(Unit::ProductMetric).nullable(),
    integer("devices_per_user", "how many devices one user license covers").of(Unit::Assets).nullable(),
    code("class", "commercial or free"),
    code("previous_product_id", "the version before this one").nullable(),
    money_column("unit_price", "the price of a unit").nullable(),
    code("currency", "of unit_price").nullable(),
    boolean("in_catalog", "whether the catalog has a row for it"),
];

pub static TABLE: TableDef =
    TableDef { name: "products", about: "a product, as the calculation saw it", columns: COLUMNS, extended_by_rules: false };

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let (products, texts) = (&report.estate.products, &report.texts);
    let class = |free: bool| if free { ProductClass::Free } else { ProductClass::Commercial };
    let mut columns = Columns::new(products.len());
    columns.code("product_id", texts, |row| products.id[row]);
    columns.code("name", texts, |row| products.name[row]);
    columns.code("publisher", texts, |row| products.publisher[row]);
    columns.word("metric", |row| Some(products.metric[row].code()));
    columns.word("stated_metric", |row| products.stated_metric[row].map(Metric::code));
    columns.integer("min_units", |row| products.min_units[row]);
    columns.integer("devices_per_user", |row| products.devices_per_user[row]);
    columns.word("class", |row| Some(class(products.free[row]).code()));
    columns.code("previous_product_id", texts, |row| products.previous[row]);
    columns.money("unit_price", |row| money(products.unit_price[row]));
    columns.code("currency", texts, |row| products.currency[row]);
    columns.boolean("in_catalog", |row| Some(products.in_catalog[row]));
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}
