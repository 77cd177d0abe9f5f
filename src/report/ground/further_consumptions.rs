//! `further_consumptions`: a row an accepted consumption that `demands` and `coverage` do not lead to from its asset and its user:
//! it needs no license, or its demand shows another asset or user than its own.

use super::super::Report;
use super::super::columns::Columns;
use super::super::encode::texts::Text;
use super::super::error::ReportError;
use super::super::schema::{ColumnDef, Kind, TableDef, code, text};
use super::super::writer::{self, TableInfo};
use crate::model::demand::{Consumptions, Demands};
use crate::model::text::NULL_CODE;
use crate::model::words::Outcome;
use rayon::prelude::*;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    text("consumption_id", "the consumption").sorted(),
    code("product_id", "the product in use"),
    code("asset_id", "on which asset").nullable(),
    code("user_id", "by whom").nullable(),
    text("demand_id", "the demand that holds it; null if it needs no license").nullable(),
    code("outcome", "as in coverage"),
];

pub static TABLE: TableDef = TableDef {
    name: "further_consumptions",
    about: "a consumption whose asset or user its demand does not show",
    columns: COLUMNS,
    extended_by_rules: false,
};

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let (estate, trace, texts) = (report.estate, report.trace, &report.texts);
    let (consumptions, demands) = (&estate.consumptions, &estate.demands);
    let rows = rows(consumptions, demands);
    let demand = |row: usize| (consumptions.demand[rows[row]] != NULL_CODE).then(|| consumptions.demand[rows[row]] as usize);
    let outcome = |row: usize| consumptions.outcome[rows[row]].or_else(|| demand(row).map(|demand| trace.outcomes[demand]));

    let mut columns = Columns::new(rows.len());
    columns.texts("consumption_id", Kind::Text, |row| Some(Text::whole(consumptions.id.bytes(rows[row]))));
    columns.code("product_id", texts, |row| estate.products.id[consumptions.product[rows[row]] as usize]);
    columns.code("asset_id", texts, |row| consumptions.asset(rows[row]));
    columns.code("user_id", texts, |row| consumptions.user(rows[row]));
    columns.texts("demand_id", Kind::Text, |row| demand(row).map(|demand| report.demand_ids.of(demand)));
    columns.word("outcome", |row| outcome(row).map(Outcome::code));
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}

/// The consumptions that the table tells, in their order.
fn rows(consumptions: &Consumptions, demands: &Demands) -> Vec<usize> {
    let hidden = |demand: usize, row: usize| {
        let differs = |own, shown| own != NULL_CODE && own != shown;
        differs(consumptions.asset(row), demands.asset[demand]) || differs(consumptions.user(row), demands.user[demand])
    };
    // A demand shows what its only consumption has; and those of others are few.
    let several = (0..demands.len()).into_par_iter().filter(|demand| demands.starts[demand + 1] - demands.starts[*demand] > 1);
    let several = several.flat_map_iter(|demand| demands.members(demand).iter().map(move |row| (demand, *row as usize)));
    let without = (0..consumptions.len()).into_par_iter().filter(|row| consumptions.demand[*row] == NULL_CODE);
    let mut rows: Vec<usize> = several.filter(|(demand, row)| hidden(*demand, *row)).map(|(_, row)| row).chain(without).collect();
    rows.par_sort_unstable();
    rows
}
