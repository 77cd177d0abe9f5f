//! `preferences`: a row a preference that can hit a pair: points, or a ban (contract §5.3).

use super::super::Report;
use super::super::columns::Columns;
use super::super::error::ReportError;
use super::super::schema::{ColumnDef, TableDef, Unit, boolean, code, integer, text};
use super::super::writer::{self, TableInfo};
use crate::model::estate::Target;
use crate::model::text::{Code, NULL_CODE};
use crate::model::value::NULL_INT;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("license_id", "the license").sorted(),
    code("asset_id", "its target, where that is an asset").nullable(),
    code("user_id", "its target, where that is a user").nullable(),
    code("consumption_id", "its target, where that is a consumption").nullable(),
    code("product_id", "the product of that consumption").nullable(),
    text("demand_id", "the demand that holds it; null if it needs no license").nullable(),
    integer("points", "what it adds to the score; null for a ban").of(Unit::Points).nullable(),
    boolean("forbid", "whether it bans the pair"),
];

pub static TABLE: TableDef =
    TableDef { name: "preferences", about: "extra points, or a ban, for one pair", columns: COLUMNS, extended_by_rules: false };

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let (estate, texts) = (report.estate, &report.texts);
    let mut preferences = estate.preferences.clone();
    // The extract's order decides nothing.
    preferences.sort_unstable_by_key(|preference| (preference.license, preference.target, preference.points));
    let demand = |row: usize| match preferences[row].target {
        Target::Consumption { row, .. } => estate.consumptions.demand.get(row as usize).copied().unwrap_or(NULL_CODE),
        _ => NULL_CODE,
    };
    let mut columns = Columns::new(preferences.len());
    columns.code("license_id", texts, |row| estate.licenses.id[preferences[row].license as usize]);
    columns.code("asset_id", texts, |row| asset_of(preferences[row].target));
    columns.code("user_id", texts, |row| user_of(preferences[row].target));
    columns.code("consumption_id", texts, |row| consumption_of(preferences[row].target));
    columns.code("product_id", texts, |row| match preferences[row].target {
        Target::Consumption { row, .. } => estate.products.id[estate.consumptions.product[row as usize] as usize],
        _ => NULL_CODE,
    });
    columns.text("demand_id", |row, out| match demand(row) {
        NULL_CODE => false,
        demand => {
            estate.write_demand_id(&estate.demands, demand as usize, out);
            true
        }
    });
    columns.integer("points", |row| preferences[row].points.unwrap_or(NULL_INT));
    columns.boolean("forbid", |row| Some(preferences[row].points.is_none()));
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}

/// The asset that a target is; null for another.
pub(super) fn asset_of(target: Target) -> Code {
    if let Target::Asset(asset) = target { asset } else { NULL_CODE }
}

/// The user that a target is; null for another.
pub(super) fn user_of(target: Target) -> Code {
    if let Target::User(user) = target { user } else { NULL_CODE }
}

/// The consumption that a target is; null for another.
pub(super) fn consumption_of(target: Target) -> Code {
    if let Target::Consumption { id, .. } = target { id } else { NULL_CODE }
}
