//! `reservations`: a row a reservation, and what became of its seats (contract §6.3, §10).

use super::Report;
use super::columns::Columns;
use super::error::ReportError;
use super::schema::{ColumnDef, TableDef, Unit, code, integer};
use super::writer::{self, TableInfo};
use crate::model::value::NULL_INT;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("reservation_id", "the reservation").sorted(),
    code("license_id", "the license whose seats are set aside"),
    code("dimension", "department, location, cost_center, group or role"),
    code("value", "for whom in that dimension"),
    code("responsible", "who answers for it").nullable(),
    integer("seats", "seats as booked").of(Unit::LicenseMetric),
    integer("used", "drawn; null on a license that is unknown, site or without seats").of(Unit::LicenseMetric).nullable(),
    integer("remaining", "still set aside").of(Unit::LicenseMetric).nullable(),
    integer("cut", "seats that the license does not have").of(Unit::LicenseMetric).nullable(),
];

pub static TABLE: TableDef =
    TableDef { name: "reservations", about: "a reservation: cut + used + remaining = seats", columns: COLUMNS, extended_by_rules: false };

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let texts = &report.texts;
    let (reservations, uses) = (&report.estate.reservations, &report.trace.reservations);
    let mut columns = Columns::new(reservations.len());
    columns.code("reservation_id", texts, |row| reservations[row].id);
    columns.code("license_id", texts, |row| reservations[row].license_id);
    columns.word("dimension", |row| Some(reservations[row].dimension.code()));
    columns.code("value", texts, |row| reservations[row].value);
    columns.code("responsible", texts, |row| reservations[row].responsible);
    columns.integer("seats", |row| reservations[row].seats);
    columns.integer("used", |row| uses[row].map_or(NULL_INT, |use_| use_.used));
    columns.integer("remaining", |row| uses[row].map_or(NULL_INT, |use_| use_.remaining));
    columns.integer("cut", |row| uses[row].map_or(NULL_INT, |use_| use_.cut));
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}
