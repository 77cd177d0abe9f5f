//! `rejects`: a row for each row of an extract that was refused (contract §2.1, §6). Written by a failed run too, so that it
//! needs nothing but the rejects and the date.

use super::columns::Columns;
use super::error::ReportError;
use super::schema::{ColumnDef, TableDef, Unit, code, integer, text};
use super::writer::{self, TableInfo};
use crate::model::date::Date;
use crate::model::words::{ExtractKind, RejectReason};
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("extract", "the extract").sorted(),
    code("file", "as the job writes it, or the glob's match").sorted(),
    integer("row", "the data row, from 1").of(Unit::Rows).sorted(),
    code("column", "our name of the column; null where the row as a whole is meant").nullable(),
    text("value", "what stood there").nullable(),
    code("reason", "a code of §2.1 of the contract"),
    text("message", "what was found, what was expected"),
];

pub static TABLE: TableDef =
    TableDef { name: "rejects", about: "a row of an extract that was refused", columns: COLUMNS, extended_by_rules: false };

/// A row that was refused, as whoever read it holds it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RejectRow<'a> {
    pub extract: ExtractKind,
    pub file: &'a str,
    /// 1-based data row.
    pub row: u64,
    pub column: Option<&'a str>,
    pub value: Option<&'a str>,
    pub reason: RejectReason,
    pub message: &'a str,
}

/// Sorts and writes the rejects.
pub fn write(as_of: Date, mut rejects: Vec<RejectRow<'_>>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let key = |reject: &RejectRow<'_>| (reject.extract.code(), reject.row);
    rejects.sort_by(|one, other| {
        let (one_key, other_key) = (key(one), key(other));
        let marked = one_key.0.cmp(other_key.0).then_with(|| one.file.cmp(other.file)).then_with(|| one_key.1.cmp(&other_key.1));
        marked.then_with(|| one.message.cmp(other.message))
    });
    let mut columns = Columns::new(rejects.len());
    columns.word("extract", |row| Some(rejects[row].extract.code()));
    columns.word("file", |row| Some(rejects[row].file));
    columns.integer("row", |row| rejects[row].row as i64);
    columns.word("column", |row| rejects[row].column);
    columns.text("value", |row, out| {
        out.push_str(rejects[row].value.unwrap_or_default());
        rejects[row].value.is_some()
    });
    columns.word("reason", |row| Some(rejects[row].reason.code()));
    columns.text("message", |row, out| {
        out.push_str(rejects[row].message);
        true
    });
    writer::write(&TABLE, &[], &columns, as_of, out)
}
