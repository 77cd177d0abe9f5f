//! `tries`: a row a turn that gave a demand nothing and that no other table tells: `allocations` has the turns that gave something,
//! and `deficits` those of phase 2.

use super::super::Report;
use super::super::columns::Columns;
use super::super::error::ReportError;
use super::super::schema::{ColumnDef, Kind, TableDef, Unit, code, integer, text};
use super::super::writer::{self, TableInfo};
use crate::explain::facts::grants_of;
use crate::model::words::{Outcome, Phase};
use rayon::prelude::*;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("product_id", "the product in use").sorted(),
    text("demand_id", "the demand that was served, and got nothing").sorted(),
    code("phase", "affinity, direct or downgrade").sorted(),
    integer("turn", "1 for the first demand served in that phase").of(Unit::Place),
];

pub static TABLE: TableDef = TableDef {
    name: "tries",
    about: "a turn that gave nothing, and that no other table tells",
    columns: COLUMNS,
    extended_by_rules: false,
};

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let (estate, trace) = (report.estate, report.trace);
    let served = &trace.served;
    // In the order of their words.
    let phases = [(Phase::Affinity, &served.affinity), (Phase::Direct, &served.direct), (Phase::Downgrade, &served.downgrade)];
    let mut rows: Vec<(u32, usize, u32)> = Vec::new();
    for (place, (phase, markets)) in phases.into_iter().enumerate() {
        // Most turns gave something, and most others are told of as deficits.
        let untold = |demand: u32| match trace.outcomes[demand as usize] {
            Outcome::Deficit => phase != Phase::Affinity,
            outcome => outcome != phase.outcome(),
        };
        let of_market = |market: &Vec<u32>| -> Vec<(u32, usize, u32)> {
            market.iter().zip(1..).filter(|(demand, _)| untold(**demand)).map(|(demand, turn)| (*demand, place, turn)).collect()
        };
        rows.par_extend(markets.par_iter().flat_map_iter(of_market));
    }
    rows.par_sort_unstable();
    let got_nothing =
        |(demand, place, _): &(u32, usize, u32)| grants_of(trace, *demand).iter().all(|grant| grant.phase != phases[*place].0);
    let rows: Vec<(u32, usize, u32)> = rows.into_par_iter().filter(got_nothing).collect();
    let mut columns = Columns::new(rows.len());
    columns.code("product_id", &report.texts, |row| estate.products.id[estate.demands.product[rows[row].0 as usize] as usize]);
    columns.texts("demand_id", Kind::Text, |row| Some(report.demand_ids.of(rows[row].0 as usize)));
    columns.word("phase", |row| Some(phases[rows[row].1].0.code()));
    columns.integer("turn", |row| i64::from(rows[row].2));
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}
