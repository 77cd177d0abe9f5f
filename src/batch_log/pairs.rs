//! The fast path (contract §7): the `affinity` lines of a page of pairs, with what was decided about each demand after its pairs.
//! There may be tens of millions of them, so a line is two copies: what the lines of a demand share, and the rest of it, which
//! all demands of a kind share, are in the form of a line already.

use super::LogContext;
use super::decision::DecisionLines;
use super::kinds::KindLines;
use super::line::{Format, Level, Line, Stamp, push_text};
use super::plan::LogMode;
use super::words::Words;
use crate::model::demand::Demands;
use crate::model::words::Phase;
use crate::trace::BundleTrace;
use crate::trace::grants::SomeGrants;
use crate::trace::pairs::{PageDemand, PageKey, PairPage};
use std::hint::black_box;

/// For how many demands what their lines are made of is looked at ahead.
const AT_ONCE: usize = 64;
/// The names of up to so many licenses are not looked at ahead.
const FEW_LICENSES: usize = 65_536;

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
    let mut kinds = KindLines::new(ctx, page, mode);
    let ids = demand_ids(ctx, demands, page);
    let mut writer = PageWriter::new(ctx, key, stamp);
    let mut licenses = Vec::new();
    for (place, pairs) in page.each().enumerate() {
        let id = ids.get(place);
        if bundle.is_none() && place % AT_ONCE == 0 {
            fetch(ctx, &page.demands[place..page.demands.len().min(place + AT_ONCE)], &mut licenses);
        }
        if let Some(bundle) = bundle {
            writer.bundle(bundle, pairs.demand, id, out);
        }
        if mode != LogMode::Off {
            kinds.write(&pairs, writer.prefix(demands.product[pairs.demand as usize], id), out);
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
    for next in page.demands.chunks(AT_ONCE) {
        for demand in next {
            let demand = demand.demand as usize;
            black_box((demands.product[demand], (!demands.names.is_empty()).then(|| demands.names.bytes(demand).first().copied())));
        }
        for demand in next {
            id.clear();
            ctx.estate.write_demand_id(demands, demand.demand as usize, &mut id);
            ids.push(ctx.format, &id);
        }
    }
    ids
}

/// Looks at what the lines of some demands are made of, and does nothing with it. In the order of the log it lies about in memory: loops
/// that are as short as these wait for many places at once, where the lines would wait for each. `licenses` is room to work in.
fn fetch(ctx: &LogContext<'_>, next: &[PageDemand], licenses: &mut Vec<u32>) {
    let mut decided = [(None, None); AT_ONCE];
    for (decided, PageDemand { demand, .. }) in decided.iter_mut().zip(next) {
        *decided = (Some(ctx.decisions.grants(*demand)), ctx.deficit(*demand));
    }
    let decided = &decided[..next.len()];
    let first = |grants: &Option<SomeGrants<'_>>| grants.filter(|grants| !grants.is_empty()).map(|grants| grants.get(0));
    for (grants, deficit) in decided {
        black_box(first(grants).map(|grant| (grant.units, grant.phase, grant.license, grant.choice.map(|choice| choice.score))));
        black_box(deficit.map(|deficit| (deficit.units, deficit.cut_off_score, deficit.best, deficit.reason)));
    }
    // The names of few licenses are near anyway.
    if ctx.estate.licenses.len() <= FEW_LICENSES {
        return;
    }
    licenses.clear();
    for grant in decided.iter().filter_map(|(grants, _)| first(grants)) {
        let runner_up = grant.choice.and_then(|choice| choice.runner_up.get());
        licenses.extend([grant.license].into_iter().chain(runner_up.map(|runner_up| runner_up.license)));
    }
    for license in licenses.iter() {
        black_box((ctx.licenses.get(*license as usize).first().copied(), ctx.estate.licenses.product[*license as usize]));
    }
}

/// What the lines of a page share.
struct PageWriter<'a> {
    ctx: &'a LogContext<'a>,
    key: PageKey,
    stamp: Stamp,
    decisions: DecisionLines<'a>,
    /// The beginning of the `affinity` lines of the demand at hand.
    prefix: Vec<u8>,
    /// Scratch space: the identifier of a part, and how it stands in a line.
    part_id: String,
    shown: Vec<u8>,
}

impl<'a> PageWriter<'a> {
    fn new(ctx: &'a LogContext<'a>, key: PageKey, stamp: Stamp) -> Self {
        let decisions = DecisionLines::new(ctx, stamp);
        Self { ctx, key, stamp, decisions, prefix: Vec::new(), part_id: String::new(), shown: Vec::new() }
    }

    fn format(&self) -> Format {
        self.ctx.format
    }

    /// How the `affinity` lines of a demand begin, up to what its kind says.
    fn prefix(&mut self, product: u32, id: &[u8]) -> &[u8] {
        self.prefix.clear();
        let mut line = Line::begin(&mut self.prefix, self.ctx.format, self.stamp, Level::Debug, "affinity");
        line.ready("product", self.ctx.products.get(product as usize)).ready("demand", id);
        if self.key.phase != Phase::Affinity {
            line.text("phase", self.key.phase.code());
        }
        &self.prefix
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
