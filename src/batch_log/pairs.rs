//! The fast path (contract §7): the `affinity` lines of a page of pairs, with what was decided about each demand after its pairs.
//! There may be tens of millions of them, so a line costs no allocation: what the lines of a demand share is written once and
//! copied, and each set of matched rules is put into words once per page.

use super::LogContext;
use super::decision::{write_deficit, write_grants};
use super::line::{Format, Level, Line, Stamp, push_text};
use super::plan::LogMode;
use crate::model::words::Phase;
use crate::trace::BundleTrace;
use crate::trace::matched::{MatchId, MatchPool, MatchSet};
use crate::trace::pairs::{Failed, PageDemand, PageKey, PairPage, PairRow};
use std::ops::Range;

/// How many ranks `top` shows.
pub const TOP_RANKS: u32 = 10;

/// Appends the lines of a page. In phase `affinity`, the `deficit` line of a demand left follows its pairs; in phase `bundle`, a
/// `bundle` line comes before the pairs of a bundle demand, and the grants of its parts after them. With `LogMode::Off` the page
/// needs no rows.
pub fn render_page(ctx: &LogContext<'_>, key: PageKey, page: &PairPage, mode: LogMode, stamp: Stamp, out: &mut Vec<u8>) {
    let bundle = match key.phase {
        Phase::Bundle => match ctx.bundle(key.product) {
            Some(bundle) => Some(bundle),
            // A page of a bundle that the trace does not know has nothing to say.
            None => return,
        },
        _ => None,
    };
    let demands = bundle.map_or(&ctx.estate.demands, |bundle| &bundle.demands);
    let words = RuleWords::new(ctx, &page.matches);
    let mut writer =
        PageWriter { ctx, key, stamp, words, prefix: Vec::new(), failures: Vec::new(), order: Vec::new(), part_id: String::new() };
    let mut id = String::new();
    for demand in &page.demands {
        id.clear();
        ctx.estate.write_demand_id(demands, demand.demand as usize, &mut id);
        if let Some(bundle) = bundle {
            writer.bundle(bundle, demand.demand, &id, out);
        }
        if mode != LogMode::Off {
            writer.pairs(page, demand, &id, demands.product[demand.demand as usize], mode, out);
        }
        match bundle {
            Some(bundle) => writer.part_grants(bundle, demand.demand, out),
            None => write_grants(ctx, demand.demand, &id, key.phase, stamp, &mut writer.order, out),
        }
        if key.phase == Phase::Affinity {
            write_deficit(ctx, demand.demand, &id, stamp, out);
        }
    }
}

/// The matched rules of each set of a pool, as a value that is ready to be copied into a line.
struct RuleWords {
    bytes: Vec<u8>,
    /// By set.
    ranges: Vec<Range<usize>>,
}

impl RuleWords {
    fn new(ctx: &LogContext<'_>, pool: &MatchPool) -> Self {
        let mut words = Self { bytes: Vec::new(), ranges: Vec::with_capacity(pool.len()) };
        let mut text = String::new();
        for set in 0..pool.len() {
            text.clear();
            write_rules(pool.get(MatchId(set as u32)), ctx.rule_labels, &mut text);
            let start = words.bytes.len();
            push_text(&mut words.bytes, ctx.format, &text);
            words.ranges.push(start..words.bytes.len());
        }
        words
    }

    #[inline]
    fn get(&self, set: MatchId) -> &[u8] {
        &self.bytes[self.ranges[set.0 as usize].clone()]
    }
}

/// `department-exact 3000, preference 50`.
fn write_rules(set: &MatchSet, labels: &[String], out: &mut String) {
    for place in set.places() {
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(&labels[place]);
    }
    if let Some(points) = set.preference {
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str("preference ");
        out.push_str(itoa::Buffer::new().format(points));
    }
}

/// What the lines of a page share.
struct PageWriter<'a> {
    ctx: &'a LogContext<'a>,
    key: PageKey,
    stamp: Stamp,
    words: RuleWords,
    /// The beginning of the lines of the demand at hand.
    prefix: Vec<u8>,
    /// How many pairs of the demand at hand failed at what.
    failures: Vec<(Failed, u64)>,
    order: Vec<u32>,
    part_id: String,
}

impl PageWriter<'_> {
    fn format(&self) -> Format {
        self.ctx.format
    }

    /// The `affinity` lines of one demand.
    fn pairs(&mut self, page: &PairPage, demand: &PageDemand, id: &str, product: u32, mode: LogMode, out: &mut Vec<u8>) {
        let format = self.format();
        self.prefix.clear();
        Line::begin(&mut self.prefix, format, self.stamp, Level::Debug, "affinity")
            .text("product", self.ctx.product_id(product as usize))
            .text("demand", id);
        if self.key.phase != Phase::Affinity {
            Line::resume(&mut self.prefix, format).text("phase", self.key.phase.code());
        }
        self.failures.clear();
        for row in page.rows_of(demand) {
            match (mode, row.failed) {
                (LogMode::Top, Some(failed)) => count(&mut self.failures, failed),
                (LogMode::Top, None) if row.rank > TOP_RANKS => {}
                _ => self.pair(row, out),
            }
        }
        self.failures.sort_unstable_by_key(|(failed, _)| (failed.failure, failed.requirement));
        for (failed, count) in &self.failures {
            out.extend_from_slice(&self.prefix);
            Line::resume(out, format)
                .boolean("eligible", false)
                .text("failed", failed_name(self.ctx, *failed))
                .integer("count", *count as i64)
                .end();
        }
    }

    /// One `affinity` line.
    #[inline]
    fn pair(&self, row: &PairRow, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.prefix);
        let mut line = Line::resume(out, self.format());
        line.text("license", self.ctx.license_id(row.license as usize));
        match row.failed {
            None => line
                .boolean("eligible", true)
                .integer("score", row.score)
                .integer("rank", i64::from(row.rank))
                .ready("rules", self.words.get(row.matched)),
            Some(failed) => line.boolean("eligible", false).text("failed", failed_name(self.ctx, failed)),
        };
        line.end();
    }

    /// The `bundle` line of a bundle demand: which demands it stands for.
    fn bundle(&mut self, bundle: &BundleTrace, demand: u32, id: &str, out: &mut Vec<u8>) {
        self.part_id.clear();
        for part in &bundle.parts[demand as usize] {
            if !self.part_id.is_empty() {
                self.part_id.push_str(", ");
            }
            self.ctx.estate.write_demand_id(&self.ctx.estate.demands, *part as usize, &mut self.part_id);
        }
        Line::begin(out, self.format(), self.stamp, Level::Debug, "bundle")
            .text("product", self.ctx.product_id(bundle.product as usize))
            .text("demand", id)
            .text("parts", &self.part_id)
            .end();
    }

    /// The `granted` lines of a bundle demand: one for each row of its parts, as in `allocations`.
    fn part_grants(&mut self, bundle: &BundleTrace, demand: u32, out: &mut Vec<u8>) {
        for part in &bundle.parts[demand as usize] {
            self.part_id.clear();
            self.ctx.estate.write_demand_id(&self.ctx.estate.demands, *part as usize, &mut self.part_id);
            write_grants(self.ctx, *part, &self.part_id, Phase::Bundle, self.stamp, &mut self.order, out);
        }
    }
}

fn count(failures: &mut Vec<(Failed, u64)>, failed: Failed) {
    // A handful of failures at most: looking through them beats any map.
    match failures.iter_mut().find(|(known, _)| *known == failed) {
        Some((_, count)) => *count += 1,
        None => failures.push((failed, 1)),
    }
}

/// The requirement's name, or the failure's code.
fn failed_name<'a>(ctx: &LogContext<'a>, failed: Failed) -> &'a str {
    match failed.requirement {
        Some(place) => &ctx.trace.requirements[usize::from(place)],
        None => failed.failure.code(),
    }
}
