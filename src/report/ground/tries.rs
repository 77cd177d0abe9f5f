//! `tries`: a row a turn that gave a demand nothing and that no other table tells: `allocations` has the turns that gave something,
//! and `deficits` those of phase 2.

use super::super::Report;
use super::super::columns::Columns;
use super::super::error::ReportError;
use super::super::schema::{ColumnDef, Kind, TableDef, Unit, code, integer, text};
use super::super::writer::{self, TableInfo};
use crate::model::words::{Outcome, Phase};
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
    // In the order of their words.
    let phases =
        [(Phase::Affinity, &trace.turns.affinity), (Phase::Direct, &trace.turns.direct), (Phase::Downgrade, &trace.turns.downgrade)];
    let mut rows: Vec<(u32, Phase, u32)> = Vec::new();
    // Grants stand in the order of demands.
    let mut rest = trace.grants.as_slice();
    for demand in 0..estate.demands.len() as u32 {
        let (grants, later) = rest.split_at(rest.iter().take_while(|grant| grant.demand == demand).count());
        rest = later;
        for (phase, turns) in phases {
            let turn = turns.get(demand as usize).copied().unwrap_or(0);
            let told = || phase == Phase::Affinity && trace.outcomes[demand as usize] == Outcome::Deficit;
            if turn > 0 && !told() && grants.iter().all(|grant| grant.phase != phase) {
                rows.push((demand, phase, turn));
            }
        }
    }
    let mut columns = Columns::new(rows.len());
    columns.code("product_id", &report.texts, |row| estate.products.id[estate.demands.product[rows[row].0 as usize] as usize]);
    columns.texts("demand_id", Kind::Text, |row| Some(report.demand_ids.of(rows[row].0 as usize)));
    columns.word("phase", |row| Some(rows[row].1.code()));
    columns.integer("turn", |row| i64::from(rows[row].2));
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}
