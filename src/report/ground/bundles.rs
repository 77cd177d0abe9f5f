//! `bundles`: a row a component of a bundle (contract §4.8).

use super::super::Report;
use super::super::columns::Columns;
use super::super::error::ReportError;
use super::super::schema::{ColumnDef, TableDef, code};
use super::super::writer::{self, TableInfo};
use std::io::Write;

const COLUMNS: &[ColumnDef] =
    &[code("bundle_product_id", "the bundle").sorted(), code("component_product_id", "a product that it covers").sorted()];

pub static TABLE: TableDef = TableDef { name: "bundles", about: "a component of a bundle", columns: COLUMNS, extended_by_rules: false };

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let (bundles, texts) = (&report.estate.bundles, &report.texts);
    let mut columns = Columns::new(bundles.len());
    columns.code("bundle_product_id", texts, |row| bundles[row].0);
    columns.code("component_product_id", texts, |row| bundles[row].1);
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}
