//! `assignments`: a row an explicit link, with the demand that it names, or what is wrong with it (contract §4.4).

use super::super::Report;
use super::super::columns::Columns;
use super::super::error::ReportError;
use super::super::schema::{ColumnDef, Kind, TableDef, code, date, text};
use super::super::writer::{self, TableInfo};
use super::preferences::{asset_of, consumption_of, user_of};
use crate::model::estate::Assignment;
use crate::model::text::NULL_CODE;
use crate::model::words::Conflict;
use crate::trace::Subject;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("license_id", "the license that it names").sorted(),
    code("asset_id", "its target, where that is an asset").nullable(),
    code("user_id", "its target, where that is a user").nullable(),
    code("consumption_id", "its target, where that is a consumption").nullable(),
    date("assigned_on", "since when the link exists").nullable(),
    code("reason", "why, as the assignment says").nullable(),
    code("product_id", "the license's product; null where the license is unknown").nullable(),
    text("demand_id", "the demand of that product that the target is").nullable(),
    code("conflict", "why it is not valid, by §4.4; null for a valid one").nullable(),
];

pub static TABLE: TableDef =
    TableDef { name: "assignments", about: "an explicit link, and what it names", columns: COLUMNS, extended_by_rules: false };

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let (estate, texts) = (report.estate, &report.texts);
    let links = &estate.assignments;
    let mut conflicts: Vec<Option<Conflict>> = vec![None; links.len()];
    for note in &report.trace.conflicts {
        if let Subject::Assignment(place) = note.subject {
            conflicts[place as usize] = Some(note.conflict);
        }
    }
    let product = |link: &Assignment| (link.license != NULL_CODE).then(|| estate.licenses.product[link.license as usize] as usize);
    let demand = |row: usize| product(&links[row]).and_then(|product| estate.target_demand(product, links[row].target));

    let mut columns = Columns::new(links.len());
    columns.code("license_id", texts, |row| links[row].license_id);
    columns.code("asset_id", texts, |row| asset_of(links[row].target));
    columns.code("user_id", texts, |row| user_of(links[row].target));
    columns.code("consumption_id", texts, |row| consumption_of(links[row].target));
    columns.date("assigned_on", |row| links[row].assigned_on);
    columns.code("reason", texts, |row| links[row].reason);
    columns.code("product_id", texts, |row| product(&links[row]).map_or(NULL_CODE, |product| estate.products.id[product]));
    columns.texts("demand_id", Kind::Text, |row| demand(row).map(|demand| report.demand_ids.of(demand as usize)));
    columns.word("conflict", |row| conflicts[row].map(Conflict::code));
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}
