//! Every pair, twice if asked: as rows of the affinity table, and as lines of the batch log. Both are made page by page. A table
//! that shows the first ranks alone is made of the pages that the log is made of; one that shows every pair has pages of its own.

use super::Night;
use super::refusal::Refusal;
use crate::allocate::Calculation;
use crate::allocate::replay::Replay;
use crate::batch_log::{Event, Form, LogContext, LogMode, LogPlan, PartMaker, Sections, Stamp, render_page};
use crate::estate::Built;
use crate::jobs::{LogDepth, TableDepth};
use crate::model::words::Phase;
use crate::report::affinity::{AffinityTable, PageRows};
use crate::report::{Report, ReportError};
use crate::run::StagedFile;
use crate::trace::by_demand::ByDemand;
use crate::trace::pairs::{Depth, PageKey, PairPage};

/// Writes the affinity table and the log's section of every product.
pub fn write(night: &mut Night<'_>, built: &Built, calculation: &Calculation, report: &Report<'_>) -> Result<(), Refusal> {
    let decisions = ByDemand::new(&calculation.trace, built.estate.demands.len());
    let replay = Replay::new(built, &calculation.markets, &calculation.trace, &decisions);
    let depth = table_depth(night, calculation.trace.pairs);
    night.manifest.affinity = table_word(depth).to_owned();
    let mut file = night.staged.create("affinity.parquet")?;
    // With `off` the table is there, with its columns and no row: readers find the same files every night.
    let mut table = AffinityTable::open(report, &mut file).map_err(table_error)?;
    let filled = if depth == TableDepth::Full { write_every_pair(night, &replay, &mut table) } else { Ok(()) };
    let top = (depth == TableDepth::Top).then_some(&mut table);
    let written = filled.and_then(|()| write_log(night, built, calculation, &replay, &decisions, top));
    let closed = table.close();
    let rows = closed.as_ref().ok().map(|info| info.rows);
    file.finish(rows)?;
    closed.map_err(table_error)?;
    written
}

fn write_every_pair(night: &mut Night<'_>, replay: &Replay<'_>, table: &mut Table<'_, '_>) -> Result<(), Refusal> {
    let make = |pages: &[(Phase, PairPage)]| pages.iter().map(|(phase, page)| PageRows::all(*phase, page)).collect::<Vec<_>>();
    replay.by_demand(make, |rows| {
        table.push(rows);
        table.settle(u32::MAX).map_err(table_error)?;
        // For one thread at a time: the files of a run are not for two to look at.
        let night: &mut Night<'_> = night;
        night.go_on()
    })
}

fn table_error(error: ReportError) -> Refusal {
    Refusal::internal(format!("table affinity cannot be written: {error}"))
}

/// How much of the pairs the table holds: as the job says, else by their number (§6).
fn table_depth(night: &Night<'_>, pairs: u64) -> TableDepth {
    let by_size = if pairs <= night.job.limits.max_table_pairs { TableDepth::Full } else { TableDepth::Top };
    night.job.output.affinity.unwrap_or(by_size)
}

fn table_word(depth: TableDepth) -> &'static str {
    match depth {
        TableDepth::Full => "full",
        TableDepth::Top => "top",
        TableDepth::Off => "off",
    }
}

type Table<'t, 'r> = AffinityTable<'r, &'t mut StagedFile>;

/// Writes the log, and the first ranks into the table if there is one.
fn write_log(
    night: &mut Night<'_>,
    built: &Built,
    calculation: &Calculation,
    replay: &Replay<'_>,
    decisions: &ByDemand<'_>,
    mut table: Option<&mut Table<'_, '_>>,
) -> Result<(), Refusal> {
    let (estate, trace) = (&built.estate, &calculation.trace);
    let plan = plan(night, built, calculation);
    begin_log(night, built, calculation, &plan)?;
    let labels = crate::batch_log::rule_labels(built.program.affinities.iter().map(|rule| (rule.name.as_str(), rule.points)));
    let ctx = LogContext::new(estate, trace, decisions, &labels, night.log.format());
    let sections = Sections::new(&ctx);
    let mut lines = Vec::new();
    sections.render_orphans(&ctx, Stamp::now(), &mut lines);
    night.log.write(&lines);
    let (parts, tabled) = (PartMaker::new(Form::of(plan.compress)), table.is_some());
    let depth = |product: u32| page_depth(plan.mode(product), tabled);
    let make = |stamp: Stamp, key: PageKey, page: &PairPage| {
        let about = page.pairs() * 160 + page.demands.len() * 256;
        let part = parts.make(about, |lines| render_page(&ctx, key, page, plan.mode(key.product), stamp, lines));
        let rows = (tabled && key.phase != Phase::Bundle).then(|| PageRows::top(key.phase, page, decisions));
        (stamp, part, rows)
    };
    let (mut begun, mut done) = (None, 0);
    replay.in_log_order(depth, Stamp::now, make, |turned| {
        let (stamp, part, rows) = turned.made;
        let section = if turned.key.phase == Phase::Downgrade { begun } else { Some(turned.key.product) };
        if section != begun {
            begun = section;
            lines.clear();
            sections.render_start(&ctx, turned.key.product, stamp, &mut lines);
            night.log.write(&lines);
        }
        night.log.write_part(part);
        if let Some(table) = &mut table {
            table.push(rows);
            table.settle(turned.settled).map_err(table_error)?;
        }
        done += turned.demands as u64;
        night.watch.share(done, estate.demands.len() as u64);
        night.go_on()
    })
}

/// What the pages of a product must hold.
fn page_depth(mode: LogMode, tabled: bool) -> Depth {
    match mode {
        LogMode::Pairs => Depth::Full,
        LogMode::Top => Depth::Top,
        LogMode::Off if tabled => Depth::Top,
        LogMode::Off => Depth::Demands,
    }
}

/// Gives the log its file, and says what it will hold.
fn begin_log(night: &mut Night<'_>, built: &Built, calculation: &Calculation, plan: &LogPlan) -> Result<(), Refusal> {
    night.manifest.log = plan_word(plan).to_owned();
    night.open_log(plan)?;
    night.log.event(&Event::LogPlanned { affinity: requested(night), pairs: calculation.trace.pairs });
    for product in &plan.reduced {
        let id = built.estate.texts.get(built.estate.products.id[*product as usize]);
        let pairs = pairs_of(built, calculation, *product as usize);
        night.log.event(&Event::ProductReduced { product: id, pairs, max_pairs: night.job.limits.max_pairs });
    }
    Ok(())
}

/// What the job asks of the log.
fn requested(night: &Night<'_>) -> LogMode {
    match night.job.log.affinity {
        LogDepth::Pairs => LogMode::Pairs,
        LogDepth::Top => LogMode::Top,
        LogDepth::Off => LogMode::Off,
    }
}

fn plan(night: &Night<'_>, built: &Built, calculation: &Calculation) -> LogPlan {
    let products = built.estate.products.len();
    let pairs: Vec<u64> = (0..products).map(|product| pairs_of(built, calculation, product)).collect();
    let demands: Vec<u64> = (0..products).map(|product| built.estate.demands_of(product).len() as u64).collect();
    LogPlan::new(requested(night), &pairs, &demands, night.job.limits.max_pairs, night.job.log.compress)
}

fn pairs_of(built: &Built, calculation: &Calculation, product: usize) -> u64 {
    (built.estate.demands_of(product).len() * calculation.markets.own[product].licenses.len()) as u64
}

/// `top` as soon as one product is written so.
fn plan_word(plan: &LogPlan) -> &'static str {
    if plan.reduced.is_empty() { plan.modes.first().map_or("pairs", |mode| mode.code()) } else { LogMode::Top.code() }
}
