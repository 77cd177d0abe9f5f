//! `affinity`: a row a demand and a license considered for it (contract §6). Fed with pages of pairs, in the order of demands;
//! holds no more than one row group and the pages at hand.

use super::Report;
use super::columns::Columns;
use super::error::ReportError;
use super::pool::TextPool;
use super::schema::{ColumnDef, TableDef, boolean, code, integer, list, text};
use super::writer::{ROW_GROUP_ROWS, TableInfo, TableWriter};
use crate::explain::facts::grants_of;
use crate::explain::rule_names::MatchWords;
use crate::model::value::NULL_INT;
use crate::model::words::{Failure, Phase};
use crate::trace::matched::MatchId;
use crate::trace::pairs::{Failed, PairPage, PairRow};
use std::io::Write;
use std::ops::Range;

const COLUMNS: &[ColumnDef] = &[
    code("product_id", "the product in use").sorted(),
    text("demand_id", "the demand").sorted(),
    code("phase", "affinity or downgrade").sorted(),
    code("license_id", "the license considered").sorted(),
    boolean("eligible", "whether it could cover the demand"),
    code("failed", "the requirement or code that it failed, if not").nullable(),
    integer("score", "the sum of the points that matched; null if not eligible").nullable(),
    integer("rank", "1 for the demand's first candidate; null if not eligible").nullable(),
    list("matched_rules", "the affinity rules that matched, with their points"),
];

pub static TABLE: TableDef =
    TableDef { name: "affinity", about: "a demand, and a license considered for it", columns: COLUMNS, extended_by_rules: false };

/// How much of the pairs the table holds (contract §6: `output.affinity`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Detail {
    /// Every pair.
    Full,
    /// Per demand and phase the ranks 1 to [`TOP_RANKS`], and the licenses that it got.
    Top,
}

/// The ranks that [`Detail::Top`] keeps.
pub const TOP_RANKS: u32 = 10;

/// A pair of some page; `matched` is the number of the set in the table's own words.
#[derive(Clone, Copy)]
struct Row {
    demand: u32,
    phase: Phase,
    license: u32,
    failed: Option<Failed>,
    score: i64,
    rank: u32,
    matched: u32,
}

/// The table under way.
pub struct AffinityTable<'a, W: Write + Send> {
    report: &'a Report<'a>,
    detail: Detail,
    matches: MatchWords,
    rows: Vec<Row>,
    writer: TableWriter<W>,
}

impl<'a, W: Write + Send> AffinityTable<'a, W> {
    pub fn open(report: &'a Report<'a>, detail: Detail, out: W) -> Result<Self, ReportError> {
        let writer = TableWriter::open(&TABLE, &[], report.as_of(), out)?;
        Ok(Self { report, detail, matches: MatchWords::new(report.program), rows: Vec::new(), writer })
    }

    /// Adds all rows of some demands (those of a product, say): the pages may hold other demands too, which are left for their
    /// turn. Ranges come in ascending order, and a demand in one of them only; the pages of a downgrade chain are therefore given
    /// again for each of its products.
    pub fn push(&mut self, demands: Range<u32>, pages: &[(Phase, &PairPage)]) -> Result<(), ReportError> {
        let start = self.rows.len();
        for (phase, page) in pages {
            let sets: Vec<u32> = (0..page.matches.len()).map(|id| self.matches.add(page.matches.get(MatchId(id as u32)))).collect();
            for demand in page.demands.iter().filter(|demand| demands.contains(&demand.demand)) {
                let kept = page.rows_of(demand).iter().filter(|row| keeps(self.report, self.detail, demand.demand, row));
                let rows = kept.map(|row| Row {
                    demand: demand.demand,
                    phase: *phase,
                    license: row.license,
                    failed: row.failed,
                    score: row.score,
                    rank: row.rank,
                    matched: sets[row.matched.0 as usize],
                });
                self.rows.extend(rows);
            }
        }
        // Demands and licenses stand in the order of their identifiers; phases go by their names.
        self.rows[start..].sort_unstable_by_key(|row| (row.demand, row.phase.code(), row.license));
        self.flush(false)
    }

    /// Writes what is left, and the end of the file.
    pub fn close(mut self) -> Result<TableInfo, ReportError> {
        self.flush(true)?;
        self.writer.close()
    }

    /// Writes whole row groups; at the end the rest too.
    fn flush(&mut self, all: bool) -> Result<(), ReportError> {
        let ready = if all { self.rows.len() } else { self.rows.len() - self.rows.len() % ROW_GROUP_ROWS };
        if ready == 0 {
            return Ok(());
        }
        let rules = TextPool::of(self.matches.words());
        let columns = columns(self.report, &self.rows, &self.matches, &rules);
        for start in (0..ready).step_by(ROW_GROUP_ROWS) {
            self.writer.append(&columns, start..ready.min(start + ROW_GROUP_ROWS))?;
        }
        drop(columns);
        self.rows.drain(..ready);
        Ok(())
    }
}

fn keeps(report: &Report<'_>, detail: Detail, demand: u32, row: &PairRow) -> bool {
    detail == Detail::Full
        || (1..=TOP_RANKS).contains(&row.rank)
        || grants_of(report.trace, demand).iter().any(|grant| grant.license == row.license)
}

fn columns<'a>(report: &'a Report<'_>, rows: &'a [Row], matches: &'a MatchWords, rules: &TextPool) -> Columns<'a> {
    let (estate, texts) = (report.estate, &report.texts);
    let demand = |row: usize| rows[row].demand as usize;
    let eligible = |row: usize| rows[row].failed.is_none();
    let mut columns = Columns::new(rows.len());
    columns.code("product_id", texts, move |row| estate.products.id[estate.demands.product[demand(row)] as usize]);
    columns.text("demand_id", move |row, out| {
        estate.write_demand_id(&estate.demands, demand(row), out);
        true
    });
    columns.word("phase", |row| Some(rows[row].phase.code()));
    columns.code("license_id", texts, |row| estate.licenses.id[rows[row].license as usize]);
    columns.boolean("eligible", move |row| Some(eligible(row)));
    columns.word("failed", |row| rows[row].failed.map(|failed| failure(report, failed)));
    columns.integer("score", move |row| if eligible(row) { rows[row].score } else { NULL_INT });
    columns.integer("rank", move |row| if eligible(row) { i64::from(rows[row].rank) } else { NULL_INT });
    columns.list("matched_rules", rules, move |row| Some(if eligible(row) { matches.places(rows[row].matched) } else { &[] }));
    columns
}

/// The name of the requirement, or the code (contract §4.9).
fn failure<'a>(report: &Report<'a>, failed: Failed) -> &'a str {
    match (failed.failure, failed.requirement) {
        (Failure::RequirementFailed, Some(place)) => &report.trace.requirements[usize::from(place)],
        (failure, _) => failure.code(),
    }
}
