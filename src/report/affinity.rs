//! `affinity`: a row a demand and a license considered for it (contract §6). Fed with pages of pairs, in the order of demands;
//! holds no more than one row group and the pages at hand.

use super::Report;
use super::columns::Columns;
use super::error::ReportError;
use super::pool::TextPool;
use super::schema::{ColumnDef, TableDef, Unit, boolean, code, integer, list, text};
use super::writer::{ROW_GROUP_ROWS, TableInfo, TableWriter};
use crate::explain::rule_names::MatchWords;
use crate::model::value::NULL_INT;
use crate::model::words::{Failure, Phase};
use crate::trace::by_demand::ByDemand;
use crate::trace::grants::SomeGrants;
use crate::trace::matched::MatchSet;
use crate::trace::pairs::{DemandPairs, Failed, PairPage, PairRow, TOP_RANKS, Verdict};
use rustc_hash::FxHashMap;
use std::io::Write;
use std::ops::Range;

const COLUMNS: &[ColumnDef] = &[
    code("product_id", "the product in use").sorted(),
    text("demand_id", "the demand").sorted(),
    code("phase", "affinity or downgrade").sorted(),
    code("license_id", "the license considered").sorted(),
    boolean("eligible", "whether it could cover the demand"),
    code("failed", "the requirement or code that it failed, if not").nullable(),
    integer("score", "the sum of the points that matched; null if not eligible").of(Unit::Points).nullable(),
    integer("rank", "1 for the demand's first candidate; null if not eligible").of(Unit::Place).nullable(),
    list("matched_rules", "the affinity rules that matched, with their points"),
];

pub static TABLE: TableDef =
    TableDef { name: "affinity", about: "a demand, and a license considered for it", columns: COLUMNS, extended_by_rules: false };

/// A pair; `verdict` is the number in the table's own list.
#[derive(Clone, Copy)]
struct Row {
    demand: u32,
    license: u32,
    rank: u32,
    verdict: u32,
}

/// What a page has for the table: the rows of its demands, by license; those of a kind share them. Made on any thread.
pub struct PageRows {
    phase: Phase,
    /// Each demand, and where its rows stand.
    demands: Vec<(u32, Range<u32>)>,
    rows: Vec<PairRow>,
    verdicts: Vec<(Verdict, Option<MatchSet>)>,
}

impl PageRows {
    /// Every row of a page.
    pub fn all(phase: Phase, page: &PairPage) -> Self {
        Self::of(phase, page, |_| true, |_| None)
    }

    /// Per demand the ranks 1 to [`TOP_RANKS`], and the licenses that it got (contract §6: `top`).
    pub fn top(phase: Phase, page: &PairPage, decisions: &ByDemand<'_>) -> Self {
        Self::of(phase, page, |row| (1..=TOP_RANKS).contains(&row.rank), |demand| Some(decisions.grants(demand)))
    }

    /// The rows that are wanted of any demand, and those of the licenses that a demand got.
    fn of<'g>(phase: Phase, page: &PairPage, wanted: impl Fn(&PairRow) -> bool, granted: impl Fn(u32) -> Option<SomeGrants<'g>>) -> Self {
        let mut rows: Vec<PairRow> = Vec::with_capacity(page.rows.len());
        let mut kinds: Vec<Option<Range<u32>>> = vec![None; page.kinds()];
        let licenses = |granted: Option<SomeGrants<'g>>| granted.into_iter().flat_map(|granted| granted.licenses());
        let mut add = |pairs: &DemandPairs<'_>, granted: Option<SomeGrants<'g>>| {
            let start = rows.len();
            let keeps = |row: &&PairRow| wanted(row) || licenses(granted).any(|license| license == row.license);
            rows.extend(pairs.rows.iter().filter(keeps));
            // Licenses stand in the order of their identifiers.
            rows[start..].sort_unstable_by_key(|row| row.license);
            start as u32..rows.len() as u32
        };
        let of_demand = |pairs: DemandPairs<'_>| {
            let granted = granted(pairs.demand);
            let more = licenses(granted).any(|license| pairs.rows.iter().any(|row| row.license == license && !wanted(row)));
            let of_kind = &mut kinds[pairs.kind as usize];
            (pairs.demand, if more { add(&pairs, granted) } else { of_kind.get_or_insert_with(|| add(&pairs, None)).clone() })
        };
        let demands = page.each().map(of_demand).collect();
        let set = |verdict: &Verdict| match verdict {
            Verdict::Eligible { matched, .. } => Some(page.verdicts.set(*matched).clone()),
            Verdict::Failed(_) => None,
        };
        let verdicts = page.verdicts.all().iter().map(|verdict| (*verdict, set(verdict))).collect();
        Self { phase, demands, rows, verdicts }
    }
}

/// The rows of one demand in one phase that wait for their turn.
struct Waiting {
    demand: u32,
    phase: Phase,
    rows: Range<usize>,
}

/// A verdict in words of the table.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Told {
    phase: Phase,
    failed: Option<Failed>,
    score: i64,
    /// The number of the set in `AffinityTable::matches`.
    matched: u32,
}

/// The table under way.
pub struct AffinityTable<'a, W: Write + Send> {
    report: &'a Report<'a>,
    matches: MatchWords,
    told: Vec<Told>,
    places: FxHashMap<Told, u32>,
    waiting: Vec<Waiting>,
    /// The rows that `waiting` means, with verdicts of the table's own list.
    held: Vec<PairRow>,
    /// Those whose order is known.
    rows: Vec<Row>,
    writer: TableWriter<W>,
}

impl<'a, W: Write + Send> AffinityTable<'a, W> {
    pub fn open(report: &'a Report<'a>, out: W) -> Result<Self, ReportError> {
        let writer = TableWriter::open(&TABLE, &[], report.as_of(), out)?;
        Ok(Self {
            report,
            matches: MatchWords::new(report.program),
            told: Vec::new(),
            places: FxHashMap::default(),
            waiting: Vec::new(),
            held: Vec::new(),
            rows: Vec::new(),
            writer,
        })
    }

    /// Adds the rows of some pages, in any order; but all of a demand in a phase at once.
    pub fn push(&mut self, pages: impl IntoIterator<Item = PageRows>) {
        for page in pages {
            let told: Vec<u32> = page.verdicts.iter().map(|(verdict, set)| self.tell(page.phase, verdict, set.as_ref())).collect();
            let first = self.held.len();
            self.held.extend(page.rows.iter().map(|row| PairRow { verdict: told[row.verdict as usize], ..*row }));
            let rows = |rows: Range<u32>| first + rows.start as usize..first + rows.end as usize;
            let waiting = |(demand, shared)| Waiting { demand, phase: page.phase, rows: rows(shared) };
            self.waiting.extend(page.demands.into_iter().map(waiting));
        }
    }

    fn tell(&mut self, phase: Phase, verdict: &Verdict, set: Option<&MatchSet>) -> u32 {
        let told = match verdict {
            Verdict::Eligible { score, .. } => {
                Told { phase, failed: None, score: *score, matched: set.map_or(0, |set| self.matches.add(set)) }
            }
            Verdict::Failed(failed) => Told { phase, failed: Some(*failed), score: NULL_INT, matched: 0 },
        };
        let next = self.told.len() as u32;
        let place = *self.places.entry(told).or_insert(next);
        if place == next {
            self.told.push(told);
        }
        place
    }

    /// Says that the rows of all demands below one are there: these can be put in order and written.
    pub fn settle(&mut self, demands: u32) -> Result<(), ReportError> {
        if self.waiting.iter().all(|waiting| waiting.demand >= demands) {
            return Ok(());
        }
        let (mut ready, waiting): (Vec<Waiting>, Vec<Waiting>) =
            std::mem::take(&mut self.waiting).into_iter().partition(|waiting| waiting.demand < demands);
        // Demands stand in the order of their identifiers; phases go by their names.
        ready.sort_unstable_by_key(|waiting| (waiting.demand, waiting.phase.code()));
        for waiting in ready {
            let row = |row: &PairRow| Row { demand: waiting.demand, license: row.license, rank: row.rank, verdict: row.verdict };
            self.rows.extend(self.held[waiting.rows].iter().map(row));
        }
        if waiting.is_empty() {
            self.held.clear();
        }
        self.waiting = waiting;
        self.flush(false)
    }

    /// Writes what is left, and the end of the file.
    pub fn close(mut self) -> Result<TableInfo, ReportError> {
        self.settle(u32::MAX)?;
        self.flush(true)?;
        self.writer.close()
    }

    /// Writes whole row groups; at the end the rest too.
    fn flush(&mut self, all: bool) -> Result<(), ReportError> {
        let ready = if all { self.rows.len() } else { self.rows.len() - self.rows.len() % ROW_GROUP_ROWS };
        if ready == 0 {
            return Ok(());
        }
        let columns = columns(self.report, &self.rows, &self.told, &self.matches);
        self.writer.append_groups(&columns, ready)?;
        drop(columns);
        self.rows.drain(..ready);
        Ok(())
    }
}

fn columns<'a>(report: &'a Report<'_>, rows: &'a [Row], told: &'a [Told], matches: &'a MatchWords) -> Columns<'a> {
    let (estate, texts) = (report.estate, &report.texts);
    let demand = |row: usize| rows[row].demand as usize;
    let told = |row: usize| &told[rows[row].verdict as usize];
    let mut columns = Columns::new(rows.len());
    columns.code("product_id", texts, move |row| estate.products.id[estate.demands.product[demand(row)] as usize]);
    columns.keyed("demand_id", |row| rows[row].demand, |demand| report.demand_ids.of(demand as usize));
    columns.member("phase", move |row| Some(told(row).phase));
    columns.code("license_id", texts, |row| estate.licenses.id[rows[row].license as usize]);
    columns.boolean("eligible", move |row| Some(told(row).failed.is_none()));
    columns.word("failed", move |row| told(row).failed.map(|failed| failure(report, failed)));
    columns.integer("score", move |row| told(row).score);
    columns.integer("rank", move |row| if rows[row].rank > 0 { i64::from(rows[row].rank) } else { NULL_INT });
    columns.list("matched_rules", &TextPool::Words(matches.words()), move |row| {
        let told = told(row);
        Some(if told.failed.is_none() { matches.places(told.matched) } else { &[] })
    });
    columns
}

/// The name of the requirement, or the code (contract §4.9).
fn failure<'a>(report: &Report<'a>, failed: Failed) -> &'a str {
    match (failed.failure, failed.requirement) {
        (Failure::RequirementFailed, Some(place)) => &report.trace.requirements[usize::from(place)],
        (failure, _) => failure.code(),
    }
}
