//! The beginning of a product's section (contract §7): the product's line, its licenses that are not usable, what is odd about its
//! explicit links and reservations, the direct phase, and what rides along with it. Pairs are left to `pairs`.

use super::LogContext;
use super::decision::DecisionLines;
use super::line::{Level, Line, Stamp, push_text};
use crate::model::estate::Target;
use crate::model::words::Phase;
use crate::trace::{ConflictNote, Subject};

/// Where the trace's conflicts and riders belong, found once per log.
pub struct Sections {
    /// (product, place in `Trace::conflicts`); those of no product stand last, under [`NO_PRODUCT`].
    conflicts: Vec<(u32, u32)>,
    /// (bundle product, place in `Trace::grants`) of what rides along with the direct grants of a bundle product (contract §4.8).
    riders: Vec<(u32, u32)>,
}

/// Of a conflict whose license is unknown.
const NO_PRODUCT: u32 = u32::MAX;

impl Sections {
    pub fn new(ctx: &LogContext<'_>) -> Self {
        let product_of = |note: &ConflictNote| note.product.unwrap_or(NO_PRODUCT);
        let mut conflicts: Vec<(u32, u32)> = ctx.trace.conflicts.iter().map(product_of).zip(0..).collect();
        conflicts.sort_unstable();
        let mut riders: Vec<(u32, u32)> = (0..)
            .zip(ctx.trace.grants.iter())
            .filter(|(_, grant)| grant.phase == Phase::Bundle && grant.choice.is_none())
            .map(|(place, grant)| (ctx.estate.licenses.product[grant.license as usize], place))
            .collect();
        riders.sort_unstable();
        Self { conflicts, riders }
    }

    /// The conflicts that belong to no product, since their license is unknown. They stand before the first product.
    pub fn render_orphans(&self, ctx: &LogContext<'_>, stamp: Stamp, out: &mut Vec<u8>) {
        for place in of_product(&self.conflicts, NO_PRODUCT) {
            write_conflict(ctx, &ctx.trace.conflicts[place], stamp, out);
        }
    }

    /// All lines of a product before its pairs.
    pub fn render_start(&self, ctx: &LogContext<'_>, product: u32, stamp: Stamp, out: &mut Vec<u8>) {
        write_head(ctx, product, stamp, out);
        for place in of_product(&self.conflicts, product) {
            write_conflict(ctx, &ctx.trace.conflicts[place], stamp, out);
        }
        let mut decisions = DecisionLines::new(ctx, stamp);
        write_direct(ctx, product, &mut decisions, out);
        let mut shown = Vec::new();
        for place in of_product(&self.riders, product) {
            let grant = ctx.trace.grants.get(place);
            shown.clear();
            push_text(&mut shown, ctx.format, &ctx.estate.demand_id(&ctx.estate.demands, grant.demand as usize));
            decisions.grant(&grant, &shown, out);
        }
    }
}

/// The places of a product in a list that is sorted by product.
fn of_product(list: &[(u32, u32)], product: u32) -> impl Iterator<Item = usize> + '_ {
    let start = list.partition_point(|(other, _)| *other < product);
    list[start..].iter().take_while(move |(other, _)| *other == product).map(|(_, place)| *place as usize)
}

/// The line that a product's section begins with, and an `unusable` line for each license that gives nothing.
fn write_head(ctx: &LogContext<'_>, product: u32, stamp: Stamp, out: &mut Vec<u8>) {
    let estate = ctx.estate;
    let id = ctx.products.get(product as usize);
    let licenses = estate.licenses.of_product(product as usize);
    let usable = licenses.iter().filter(|license| estate.licenses.usable(**license as usize)).count();
    Line::begin(out, ctx.format, stamp, Level::Info, "product")
        .ready("product", id)
        .text("metric", estate.products.metric[product as usize].code())
        .integer("demands", estate.demands_of(product as usize).len() as i64)
        .integer("licenses", licenses.len() as i64)
        .integer("usable", usable as i64)
        .end();
    for license in licenses.iter().map(|license| *license as usize).filter(|license| !estate.licenses.usable(*license)) {
        Line::begin(out, ctx.format, stamp, Level::Info, "unusable")
            .ready("product", id)
            .ready("license", ctx.licenses.get(license))
            .text("status", estate.licenses.status[license].code())
            .end();
    }
}

/// The direct grants of a product, in serving order.
fn write_direct(ctx: &LogContext<'_>, product: u32, decisions: &mut DecisionLines<'_>, out: &mut Vec<u8>) {
    let (mut id, mut shown) = (String::new(), Vec::new());
    for demand in ctx.trace.served.direct.get(product as usize).into_iter().flatten().copied() {
        id.clear();
        ctx.estate.write_demand_id(&ctx.estate.demands, demand as usize, &mut id);
        shown.clear();
        push_text(&mut shown, ctx.format, &id);
        decisions.grants(demand, &shown, Phase::Direct, out);
    }
}

/// One `conflict` line (contract §4.4, §4.6).
fn write_conflict(ctx: &LogContext<'_>, note: &ConflictNote, stamp: Stamp, out: &mut Vec<u8>) {
    let texts = &ctx.estate.texts;
    let mut line = Line::begin(out, ctx.format, stamp, Level::Warn, "conflict");
    line.text("code", note.conflict.code())
        .opt_text("product", note.product.map(|product| texts.get(ctx.estate.products.id[product as usize])))
        .opt_text("license", texts.opt(note.license_id));
    match note.subject {
        Subject::Assignment(place) => match ctx.estate.assignments[place as usize].target {
            Target::Asset(id) => line.text("asset", texts.get(id)),
            Target::User(id) => line.text("user", texts.get(id)),
            Target::Consumption { id, .. } => line.text("consumption", texts.get(id)),
        },
        Subject::Demand(demand) => line.text("demand", &ctx.estate.demand_id(&ctx.estate.demands, demand as usize)),
        Subject::Reservation(place) => line.text("reservation", texts.get(ctx.estate.reservations[place as usize].id)),
        Subject::License => &mut line,
    };
    line.opt_text("requirement", note.requirement.map(|place| ctx.trace.requirements[usize::from(place)].as_str()))
        .opt_integer("units", note.units)
        .end();
}
