//! `reservation_users`: a row a user with a group or role that a reservation names: who may draw its seats (contract §4.6).

use super::super::Report;
use super::super::columns::Columns;
use super::super::error::ReportError;
use super::super::schema::{ColumnDef, TableDef, code};
use super::super::writer::{self, TableInfo};
use crate::model::text::Code;
use crate::model::words::ReservationDimension;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("dimension", "group or role").sorted(),
    code("value", "the group or role that a reservation names").sorted(),
    code("user_id", "a user who has it").sorted(),
];

pub static TABLE: TableDef =
    TableDef { name: "reservation_users", about: "a user for whom seats are reserved", columns: COLUMNS, extended_by_rules: false };

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let (estate, texts) = (report.estate, &report.texts);
    let mut named: Vec<(ReservationDimension, Code)> = estate
        .reservations
        .iter()
        .map(|reservation| (reservation.dimension, reservation.value))
        .filter(|(dimension, _)| matches!(dimension, ReservationDimension::Group | ReservationDimension::Role))
        .collect();
    named.sort_unstable();
    named.dedup();
    let mut rows: Vec<(ReservationDimension, Code, Code)> = Vec::new();
    for (dimension, value) in named {
        let name = if dimension == ReservationDimension::Group { "groups" } else { "roles" };
        let lists = estate.users.frame.column(name).map_or(&[][..], |column| column.lists());
        let with = estate.users.id.iter().zip(lists).filter(|(_, list)| estate.lists.get(**list).contains(&value));
        rows.extend(with.map(|(user, _)| (dimension, value, *user)));
    }
    // In the order of the words, group before role, which is also that of the list.
    rows.sort_unstable();
    let mut columns = Columns::new(rows.len());
    columns.word("dimension", |row| Some(rows[row].0.code()));
    columns.code("value", texts, |row| rows[row].1);
    columns.code("user_id", texts, |row| rows[row].2);
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}
