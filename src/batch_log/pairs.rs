//! The fast path (contract §7): the `affinity` lines of a page of pairs, with what was decided about each demand after its pairs.
//! There may be tens of millions of them, so a line is four copies and a number: what the lines of a demand share, the license,
//! and what the verdict says before and after the rank are in the form of a line already.

use super::LogContext;
use super::decision::DecisionLines;
use super::line::{Format, Level, Line, Stamp, push_integer, push_text};
use super::plan::LogMode;
use super::words::{VerdictWords, Words, failed_name};
use crate::model::demand::Demands;
use crate::model::words::Phase;
use crate::trace::BundleTrace;
use crate::trace::pairs::{DemandPairs, PageKey, PairPage, PairRow, TOP_RANKS};
use std::hint::black_box;

/// Appends the lines of a page. In phase `affinity`, the `deficit` line of a demand left follows its pairs; in phase `bundle`, a
/// `bundle` line comes before the pairs of a bundle demand, and the grants of its parts after them. The page may hold more than
/// the mode shows.
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
    if bundle.is_none() {
        fetch(ctx, page);
    }
    let words = VerdictWords::new(ctx, page);
    let ids = demand_ids(ctx, demands, page);
    let mut writer = PageWriter::new(ctx, key, stamp, words);
    for (place, pairs) in page.each().enumerate() {
        let id = ids.get(place);
        if let Some(bundle) = bundle {
            writer.bundle(bundle, pairs.demand, id, out);
        }
        if mode != LogMode::Off {
            writer.pairs(&pairs, demands.product[pairs.demand as usize], id, mode, out);
        }
        match bundle {
            Some(bundle) => writer.part_grants(bundle, pairs.demand, out),
            None => writer.decisions.grants(pairs.demand, id, key.phase, out),
        }
        if key.phase == Phase::Affinity {
            writer.decisions.deficit(pairs.demand, id, out);
        }
    }
}

/// The identifiers of a page's demands as they stand in a line.
fn demand_ids(ctx: &LogContext<'_>, demands: &Demands, page: &PairPage) -> Words {
    let mut ids = Words::default();
    let mut id = String::new();
    for demand in &page.demands {
        id.clear();
        ctx.estate.write_demand_id(demands, demand.demand as usize, &mut id);
        ids.push(ctx.format, &id);
    }
    ids
}

/// Looks at what the lines of a page are made of, and does nothing with it. In the order of the log it lies about in memory: a loop
/// that is as short as this one waits for many places at once, where the lines would wait for each.
fn fetch(ctx: &LogContext<'_>, page: &PairPage) {
    let demands = &ctx.estate.demands;
    for demand in &page.demands {
        let place = demand.demand as usize;
        if !demands.names.is_empty() {
            black_box(demands.names.get(place));
        }
        let grant = ctx.decisions.grants(demand.demand).first();
        let deficit = ctx.decisions.deficit(demand.demand);
        black_box((demands.product[place], grant.map(|grant| (grant.units, grant.turn, grant.license))));
        black_box(deficit.map(|deficit| (deficit.units, deficit.turn, deficit.reason)));
    }
}

/// What the lines of a page share.
struct PageWriter<'a> {
    ctx: &'a LogContext<'a>,
    key: PageKey,
    stamp: Stamp,
    words: VerdictWords,
    decisions: DecisionLines<'a>,
    /// The beginning of the lines of the demand at hand, up to the license.
    prefix: Vec<u8>,
    /// How much of it does not name the license.
    shared: usize,
    /// Scratch space: the identifier of a part, and how it stands in a line.
    part_id: String,
    shown: Vec<u8>,
}

impl<'a> PageWriter<'a> {
    fn new(ctx: &'a LogContext<'a>, key: PageKey, stamp: Stamp, words: VerdictWords) -> Self {
        let decisions = DecisionLines::new(ctx, stamp);
        Self { ctx, key, stamp, words, decisions, prefix: Vec::new(), shared: 0, part_id: String::new(), shown: Vec::new() }
    }

    fn format(&self) -> Format {
        self.ctx.format
    }

    /// The `affinity` lines of one demand.
    fn pairs(&mut self, pairs: &DemandPairs<'_>, product: u32, id: &[u8], mode: LogMode, out: &mut Vec<u8>) {
        let format = self.format();
        self.prefix.clear();
        let mut line = Line::begin(&mut self.prefix, format, self.stamp, Level::Debug, "affinity");
        line.ready("product", self.ctx.products.get(product as usize)).ready("demand", id);
        if self.key.phase != Phase::Affinity {
            line.text("phase", self.key.phase.code());
        }
        self.shared = self.prefix.len();
        Line::resume(&mut self.prefix, format).ready("license", b"");
        if mode == LogMode::Pairs {
            pairs.rows.iter().for_each(|row| self.pair(row, out));
            return;
        }
        pairs.rows.iter().filter(|row| (1..=TOP_RANKS).contains(&row.rank)).for_each(|row| self.pair(row, out));
        for (failed, count) in pairs.failures {
            out.extend_from_slice(&self.prefix[..self.shared]);
            Line::resume(out, format)
                .boolean("eligible", false)
                .text("failed", failed_name(self.ctx, *failed))
                .integer("count", i64::from(*count))
                .end();
        }
    }

    /// One `affinity` line.
    #[inline]
    fn pair(&self, row: &PairRow, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.prefix);
        out.extend_from_slice(self.ctx.licenses.get(row.license as usize));
        out.extend_from_slice(self.words.before_rank(row.verdict));
        if row.rank > 0 {
            push_integer(out, i64::from(row.rank));
            out.extend_from_slice(self.words.after_rank(row.verdict));
        }
    }

    /// The `bundle` line of a bundle demand: which demands it stands for.
    fn bundle(&mut self, bundle: &BundleTrace, demand: u32, id: &[u8], out: &mut Vec<u8>) {
        self.part_id.clear();
        for part in &bundle.parts[demand as usize] {
            if !self.part_id.is_empty() {
                self.part_id.push_str(", ");
            }
            self.ctx.estate.write_demand_id(&self.ctx.estate.demands, *part as usize, &mut self.part_id);
        }
        Line::begin(out, self.format(), self.stamp, Level::Debug, "bundle")
            .ready("product", self.ctx.products.get(bundle.product as usize))
            .ready("demand", id)
            .text("parts", &self.part_id)
            .end();
    }

    /// The `granted` lines of a bundle demand: one for each row of its parts, as in `allocations`.
    fn part_grants(&mut self, bundle: &BundleTrace, demand: u32, out: &mut Vec<u8>) {
        for part in &bundle.parts[demand as usize] {
            self.part_id.clear();
            self.ctx.estate.write_demand_id(&self.ctx.estate.demands, *part as usize, &mut self.part_id);
            self.shown.clear();
            push_text(&mut self.shown, self.ctx.format, &self.part_id);
            self.decisions.grants(*part, &self.shown, Phase::Bundle, out);
        }
    }
}
