//! `licenses`: a row an accepted license: the fields of contract §2 with defaults filled in, then what rules read.
//! With `demands` and the rules it gives the score of every pair again (§6).

use super::Report;
use super::columns::Columns;
use super::error::ReportError;
use super::fields;
use super::schema::{ColumnDef, TableDef, Unit, code, date, integer, list, money};
use super::writer::{self, TableInfo};
use crate::rules::Side;
use std::borrow::Cow;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("license_id", "the license").sorted(),
    code("product_id", "its product"),
    code("metric", "its metric, else the product's").nullable(),
    integer("seats", "as read").of(Unit::LicenseMetric).nullable(),
    code("license_type", "perpetual, subscription, volume, trial or open_source").nullable(),
    code("status", "as in the extract: in_service, pending or retired").nullable(),
    date("starts_on", "its first day").nullable(),
    date("ends_on", "its last day").nullable(),
    date("retired_on", "when it was retired").nullable(),
    integer("grace_days", "as read").of(Unit::Days).nullable(),
    code("department", "the department it was bought for").nullable(),
    code("location", "the location it was bought for").nullable(),
    code("cost_center", "the cost center that paid").nullable(),
    code("user_id", "the user it was bought for").nullable(),
    integer("cores", "the core count it was bought for").of(Unit::Cores).nullable(),
    list("scope", "the dimensions that are hard for it, else the product's").nullable(),
    code("downgrade", "none, one or any; else the product's").nullable(),
    money("unit_cost", "the cost of a seat").nullable(),
    code("currency", "of unit_cost").nullable(),
    code("contract_id", "the contract").nullable(),
    code("vendor", "who sold it").nullable(),
    code("responsible", "who answers for it").nullable(),
    date("renews_on", "when it renews").nullable(),
];

pub static TABLE: TableDef =
    TableDef { name: "licenses", about: "an accepted license, with defaults filled in", columns: COLUMNS, extended_by_rules: true };

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let (estate, texts) = (report.estate, &report.texts);
    let (licenses, lists) = (&estate.licenses, &estate.lists);
    let mut columns = Columns::new(licenses.len());
    columns.code("license_id", texts, |row| licenses.id[row]);
    columns.code("product_id", texts, |row| estate.products.id[licenses.product[row] as usize]);
    for column in &COLUMNS[2..] {
        let field = report.schema.slot(Side::License, &column.name).and_then(|slot| licenses.fields.get(slot));
        fields::append(&mut columns, Cow::Borrowed(column.name.as_ref()), column.kind, texts, lists, field);
    }
    let mut added = Vec::new();
    for slot in report.program.fields_read(Side::License) {
        let info = &report.schema.license[slot];
        if COLUMNS.iter().any(|column| column.name == info.name) {
            continue;
        }
        let column = fields::definition(info.name.clone(), info);
        fields::append(&mut columns, column.name.clone(), column.kind, texts, lists, licenses.fields.get(slot));
        added.push(column);
    }
    writer::write(&TABLE, &added, &columns, report.as_of(), out)
}
