//! `movements`: a row a demand that is covered otherwise than in the baseline (contract §6.3). What differs is `compare`'s.

use super::columns::Columns;
use super::compare::Movement;
use super::error::ReportError;
use super::schema::{ColumnDef, TableDef, code, text};
use super::writer::{self, TableInfo};
use crate::model::date::Date;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("product_id", "the product in use").sorted(),
    text("demand_id", "the demand").sorted(),
    code("change", "new, gone, gained, lost or moved").sorted(),
    text("from_license_id", "the license first drawn from in the baseline, if it was covered").nullable(),
    text("to_license_id", "the license first drawn from now, if it is covered").nullable(),
    code("cause", "the first cause of §6.3 of the contract that the two runs' tables bear out"),
];

pub static TABLE: TableDef = TableDef {
    name: "movements",
    about: "a demand that is covered otherwise than in the baseline",
    columns: COLUMNS,
    extended_by_rules: false,
};

/// Writes movements, which are in the order of the table as `compare` leaves them.
pub fn write(as_of: Date, movements: &[Movement], out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let mut columns = Columns::new(movements.len());
    columns.word("product_id", |row| Some(movements[row].product_id.as_str()));
    columns.text("demand_id", |row, out| {
        out.push_str(&movements[row].demand_id);
        true
    });
    columns.word("change", |row| Some(movements[row].change.code()));
    columns.text("from_license_id", |row, out| optional(movements[row].from_license_id.as_deref(), out));
    columns.text("to_license_id", |row, out| optional(movements[row].to_license_id.as_deref(), out));
    columns.word("cause", |row| Some(movements[row].cause.code()));
    writer::write(&TABLE, &[], &columns, as_of, out)
}

fn optional(text: Option<&str>, out: &mut String) -> bool {
    out.push_str(text.unwrap_or_default());
    text.is_some()
}
