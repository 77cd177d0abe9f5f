//! Every pair, twice if asked: as rows of the affinity table, and as lines of the batch log. Both are made page by page.

use super::Night;
use super::refusal::Refusal;
use crate::allocate::Calculation;
use crate::allocate::replay::Replay;
use crate::batch_log::{Event, LogContext, LogMode, LogPlan, Sections, Stamp, render_page};
use crate::estate::Built;
use crate::jobs::{LogDepth, TableDepth};
use crate::model::words::Phase;
use crate::report::Report;
use crate::report::affinity::{AffinityTable, Detail};
use crate::trace::pairs::PairPage;
use rayon::prelude::*;

/// Writes the affinity table and the log's section of every product.
pub fn write(night: &mut Night<'_>, built: &Built, calculation: &Calculation, report: &Report<'_>) -> Result<(), Refusal> {
    let replay = Replay::new(built, &calculation.markets, &calculation.trace);
    write_table(night, calculation, report, &replay)?;
    write_log(night, built, calculation, &replay)
}

/// How much of the pairs the table holds: as the job says, else by their number (§6).
fn table_depth(night: &Night<'_>, pairs: u64) -> TableDepth {
    let by_size = if pairs <= night.job.limits.max_table_pairs { TableDepth::Full } else { TableDepth::Top };
    night.job.output.affinity.unwrap_or(by_size)
}

fn write_table(night: &mut Night<'_>, calculation: &Calculation, report: &Report<'_>, replay: &Replay<'_>) -> Result<(), Refusal> {
    let depth = table_depth(night, calculation.trace.pairs);
    let (word, detail) = match depth {
        TableDepth::Full => ("full", Some(Detail::Full)),
        TableDepth::Top => ("top", Some(Detail::Top)),
        TableDepth::Off => ("off", None),
    };
    night.manifest.affinity = word.to_owned();
    let mut file = night.staged.create("affinity.parquet")?;
    // With `off` the table is there, with its columns and no row: readers find the same files every night.
    let written = AffinityTable::open(report, detail.unwrap_or(Detail::Top), &mut file).and_then(|mut table| {
        if detail.is_some() {
            replay.by_demand(|demands, pages| {
                let pages: Vec<(Phase, &PairPage)> = pages.iter().map(|(phase, page)| (*phase, page)).collect();
                table.push(demands, &pages)
            })?;
        }
        table.close()
    });
    let rows = written.as_ref().ok().map(|info| info.rows);
    file.finish(rows)?;
    written.map(|_| ()).map_err(|error| Refusal::internal(format!("table affinity cannot be written: {error}")))
}

fn write_log(night: &mut Night<'_>, built: &Built, calculation: &Calculation, replay: &Replay<'_>) -> Result<(), Refusal> {
    let (estate, trace) = (&built.estate, &calculation.trace);
    let plan = plan(night, built, calculation);
    night.manifest.log = plan_word(&plan).to_owned();
    night.open_log(&plan)?;
    night.log.event(&Event::LogPlanned { affinity: requested(night), pairs: trace.pairs });
    for product in &plan.reduced {
        let id = estate.texts.get(estate.products.id[*product as usize]);
        let pairs = pairs_of(built, calculation, *product as usize);
        night.log.event(&Event::ProductReduced { product: id, pairs, max_pairs: night.job.limits.max_pairs });
    }
    let labels = crate::batch_log::rule_labels(built.program.affinities.iter().map(|rule| (rule.name.as_str(), rule.points)));
    let ctx = LogContext { estate, trace, rule_labels: &labels, format: night.log.format() };
    let sections = Sections::new(&ctx);
    let mut lines = Vec::new();
    sections.render_orphans(&ctx, Stamp::now(), &mut lines);
    night.log.write(&lines);
    let (mut begun, mut done) = (None, 0);
    let wants = |product: u32| plan.mode(product) != LogMode::Off;
    replay.in_log_order(wants, |key, pages| {
        let section = if key.phase == Phase::Downgrade { begun } else { Some(key.product) };
        if section != begun {
            begun = section;
            lines.clear();
            sections.render_start(&ctx, key.product, Stamp::now(), &mut lines);
            night.log.write(&lines);
        }
        let stamp = Stamp::now();
        let render = |page: &PairPage| {
            let mut lines = Vec::with_capacity(page.rows.len() * 192 + page.demands.len() * 160);
            render_page(&ctx, key, page, plan.mode(key.product), stamp, &mut lines);
            lines
        };
        for lines in pages.par_iter().map(render).collect::<Vec<_>>() {
            night.log.write(&lines);
        }
        done += pages.iter().map(|page| page.demands.len() as u64).sum::<u64>();
        night.watch.share(done, estate.demands.len() as u64);
        night.go_on()
    })
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
