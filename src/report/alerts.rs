//! `alerts`: a row for each thing that somebody should look at (contract §6, §6.2). What they are is `explain::alerts`.

use super::Report;
use super::columns::Columns;
use super::error::ReportError;
use super::schema::{ColumnDef, TableDef, Unit, code, date, integer, text};
use super::writer::{self, TableInfo};
use crate::explain::alerts::Alert;
use crate::model::date::NULL_DATE;
use crate::model::value::NULL_INT;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("kind", "overage, expiring, expired_in_use, allocation_conflict, data_quality or idle").sorted(),
    code("code", "what it is, within its kind").sorted(),
    code("severity", "info, warning or critical"),
    code("product_id", "the product").nullable().sorted(),
    code("license_id", "the license").nullable().sorted(),
    code("subject", "the asset, user, demand, reservation, extract, … that it is about").nullable().sorted(),
    integer("units", "by the code: what is outstanding, seats given, cut or free, demands, rows; see §6.2 of the contract")
        .of(Unit::ByRow)
        .nullable(),
    date("date", "since or until when").nullable(),
    text("message", "what, how much, since or until when, and what can be done"),
];

pub static TABLE: TableDef =
    TableDef { name: "alerts", about: "something that somebody should look at", columns: COLUMNS, extended_by_rules: false };

/// Writes alerts, which are in the order of the table as `explain::alerts` leaves them.
pub fn write(report: &Report<'_>, alerts: &[Alert], out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let mut columns = Columns::new(alerts.len());
    columns.word("kind", |row| Some(alerts[row].kind.code()));
    columns.word("code", |row| Some(alerts[row].code.as_ref()));
    columns.word("severity", |row| Some(alerts[row].severity.code()));
    columns.word("product_id", |row| alerts[row].product.as_deref());
    columns.word("license_id", |row| alerts[row].license.as_deref());
    columns.word("subject", |row| alerts[row].subject.as_deref());
    columns.integer("units", |row| alerts[row].units.unwrap_or(NULL_INT));
    columns.date("date", |row| alerts[row].date.map_or(NULL_DATE, |date| date.0));
    columns.text("message", |row, out| {
        out.push_str(&alerts[row].message);
        true
    });
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}
